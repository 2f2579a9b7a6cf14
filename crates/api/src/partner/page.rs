//! Page: long lists in pages that the caller chooses the size of, with a token that only this hub can make.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{call::Call, error::ApiError};

/// The name of the size in a query.
pub(crate) const SIZE: &str = "size";

/// The name of the token in a query.
pub(crate) const TOKEN: &str = "continuationToken";

/// How many items a page has at most, and when nothing is said.
pub(crate) const SIZE_MAX: usize = 500;

/// How many bytes of a seal a token carries.
const SEAL_BYTES: usize = 16;

/// A part of a list, and the token of the next one.
pub(crate) struct Page<Item> {
    pub(crate) items: Vec<Item>,
    pub(crate) next: Option<String>,
}

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum PageProblem {
    /// The size is none.
    Size(String),
    /// The token is damaged, or of another list.
    Token,
    /// The hub has no key to seal tokens with.
    Key,
}

impl PageProblem {
    /// The code and the sentence for whoever asked.
    pub(crate) fn text(&self) -> (&'static str, String) {
        match self {
            Self::Size(sent) => {
                ("InvalidSize", format!("The size '{sent}' is none. Give a number from 1 to {SIZE_MAX}."))
            }
            Self::Token => (
                "InvalidContinuationToken",
                "The continuation token is damaged or belongs to another list. Send it as it was given, or begin again without it."
                    .to_owned(),
            ),
            Self::Key => ("KeyMissing", "The hub has no key to seal tokens with.".to_owned()),
        }
    }
}

impl From<PageProblem> for ApiError {
    fn from(problem: PageProblem) -> Self {
        if matches!(problem, PageProblem::Key) {
            return Self::key_missing();
        }
        let (code, message) = problem.text();
        Self::bad_request(code, message)
    }
}

/// One page of a list that is in order of its keys. `of` says what the list is of: a token of another list is refused.
pub(crate) fn page<Item>(
    call: &Call<'_>,
    of: &str,
    token: Option<&str>,
    items: Vec<Item>,
    key: impl Fn(&Item) -> String,
) -> Result<Page<Item>, PageProblem> {
    let size = match call.query.get(SIZE) {
        Some(sent) => {
            let read = sent.parse().ok().filter(|size| (1..=SIZE_MAX).contains(size));
            read.ok_or_else(|| PageProblem::Size(sent.chars().take(20).collect()))?
        }
        None => SIZE_MAX,
    };
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

/// The address of the next page: this one's, with the other token.
pub(crate) fn link(call: &Call<'_>, token: &str) -> String {
    let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
    let is_token = |pair: &&str| pair.split('=').next().is_some_and(|name| name.eq_ignore_ascii_case(TOKEN));
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_token(pair)).collect();
    let token = format!("{TOKEN}={token}");
    pairs.push(&token);
    format!("{}{path}?{}", call.origin, pairs.join("&"))
}

fn seal(call: &Call<'_>, of: &str, last: &str) -> Result<[u8; SEAL_BYTES], PageProblem> {
    let seal = call.hub().seal(&format!("partner page\n{of}\n{last}")).ok_or(PageProblem::Key)?;
    let mut short = [0; SEAL_BYTES];
    short.iter_mut().zip(seal).for_each(|(to, from)| *to = from);
    Ok(short)
}

fn write(call: &Call<'_>, of: &str, last: &str) -> Result<String, PageProblem> {
    let mut bytes = seal(call, of, last)?.to_vec();
    bytes.extend_from_slice(last.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn read(call: &Call<'_>, of: &str, token: &str) -> Result<String, PageProblem> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| PageProblem::Token)?;
    let (sealed, last) = bytes.split_at_checked(SEAL_BYTES).ok_or(PageProblem::Token)?;
    let last = std::str::from_utf8(last).map_err(|_| PageProblem::Token)?;
    if seal(call, of, last)? == sealed { Ok(last.to_owned()) } else { Err(PageProblem::Token) }
}
