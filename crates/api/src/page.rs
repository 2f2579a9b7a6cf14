//! Page: a part of a long list, with a token for the next one that only this hub can make.
//!
//! Source: domain notes D.4; clients' rules 7 to 10.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::call::Call;

/// How many bytes of a seal a token carries.
const SEAL_BYTES: usize = 16;

/// A part of a list, and the token of the next one.
pub(crate) struct Page<Item> {
    pub(crate) items: Vec<Item>,
    pub(crate) next: Option<String>,
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageProblem {
    /// The token is damaged, or of another list.
    Token,
    /// The hub has no key to seal tokens with.
    Key,
}

/// One page of a list that is in order of its keys. `of` says what the list is of: a token of another list is refused.
pub(crate) fn cut<Item>(
    call: &Call<'_>,
    of: &str,
    token: Option<&str>,
    size: usize,
    items: Vec<Item>,
    key: impl Fn(&Item) -> String,
) -> Result<Page<Item>, PageProblem> {
    let start = match token {
        Some(token) => {
            let last = read(call, of, token)?;
            items.partition_point(|item| key(item) <= last)
        }
        None => 0,
    };
    let mut rest = items.into_iter().skip(start);
    let items: Vec<Item> = rest.by_ref().take(size).collect();
    let next = match (rest.next(), items.last()) {
        (Some(_), Some(last)) => Some(write(call, of, &key(last))?),
        _ => None,
    };
    Ok(Page { items, next })
}

/// The address of the next page: this one's, on the origin that the client used, with another value of the parameter that
/// carries the token.
pub(crate) fn link(call: &Call<'_>, parameter: &str, token: &str) -> String {
    let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
    let mut pairs = pairs_without(query, parameter);
    let token = format!("{parameter}={token}");
    pairs.push(&token);
    format!("{}{path}?{}", call.origin, pairs.join("&"))
}

/// The pairs of a query but one parameter, also where its `$` was encoded.
pub(crate) fn pairs_without<'a>(query: &'a str, parameter: &str) -> Vec<&'a str> {
    let is_it = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.replace("%24", "$").eq_ignore_ascii_case(parameter)
    };
    query.split('&').filter(|pair| !pair.is_empty() && !is_it(pair)).collect()
}

fn seal(call: &Call<'_>, of: &str, last: &str) -> Result<[u8; SEAL_BYTES], PageProblem> {
    let seal = call.hub().seal(&format!("page\n{of}\n{last}")).ok_or(PageProblem::Key)?;
    let mut short = [0; SEAL_BYTES];
    short.iter_mut().zip(seal).for_each(|(to, from)| *to = from);
    Ok(short)
}

/// A token that only this hub can make: of a list, with the place where its next page begins.
pub(crate) fn write(call: &Call<'_>, of: &str, last: &str) -> Result<String, PageProblem> {
    let mut bytes = seal(call, of, last)?.to_vec();
    bytes.extend_from_slice(last.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The place that a token of a list carries.
pub(crate) fn read(call: &Call<'_>, of: &str, token: &str) -> Result<String, PageProblem> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| PageProblem::Token)?;
    let (sealed, last) = bytes.split_at_checked(SEAL_BYTES).ok_or(PageProblem::Token)?;
    let last = std::str::from_utf8(last).map_err(|_| PageProblem::Token)?;
    if seal(call, of, last)? == sealed { Ok(last.to_owned()) } else { Err(PageProblem::Token) }
}
