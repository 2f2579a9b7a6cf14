//! Page: long lists in pages, with a token that only this hub can make.
//!
//! Source: domain notes D.4; clients' rules 7 to 10.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::arm::List;

use crate::{call::Call, error::ApiError};

/// The name of the token in a query.
const SKIP_TOKEN: &str = "$skipToken";

/// How many bytes of a seal a token carries.
const SEAL_BYTES: usize = 16;

/// One page of a list that is in order of its keys. `of` says what the list is of: a token of another list is refused.
pub(crate) fn page<Item>(
    call: &Call<'_>,
    of: &str,
    size: usize,
    items: Vec<Item>,
    key: impl Fn(&Item) -> String,
) -> Result<List<Item>, ApiError> {
    let start = match call.query.get(SKIP_TOKEN) {
        Some(token) => {
            let last = read(call, of, token)?;
            items.partition_point(|item| key(item) <= last)
        }
        None => 0,
    };
    let mut rest = items.into_iter().skip(start);
    let shown: Vec<Item> = rest.by_ref().take(size).collect();
    let next = match (rest.next(), shown.last()) {
        (Some(_), Some(last)) => Some(link(call, &write(call, of, &key(last))?)),
        _ => None,
    };
    Ok(List::page(shown, next))
}

fn seal(call: &Call<'_>, of: &str, last: &str) -> Result<[u8; SEAL_BYTES], ApiError> {
    let seal = call.hub().seal(&format!("page\n{of}\n{last}")).ok_or_else(ApiError::key_missing)?;
    let mut short = [0; SEAL_BYTES];
    short.iter_mut().zip(seal).for_each(|(to, from)| *to = from);
    Ok(short)
}

fn write(call: &Call<'_>, of: &str, last: &str) -> Result<String, ApiError> {
    let mut bytes = seal(call, of, last)?.to_vec();
    bytes.extend_from_slice(last.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn read(call: &Call<'_>, of: &str, token: &str) -> Result<String, ApiError> {
    let invalid = || {
        ApiError::bad_request(
            "InvalidSkipToken",
            "The $skipToken is damaged or belongs to another list. Follow nextLink as it was given, or begin again without it.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
    let (sealed, last) = bytes.split_at_checked(SEAL_BYTES).ok_or_else(invalid)?;
    let last = std::str::from_utf8(last).map_err(|_| invalid())?;
    if seal(call, of, last)? == sealed { Ok(last.to_owned()) } else { Err(invalid()) }
}

/// The address of the next page: this one's, on the origin that the client used, with the other token.
fn link(call: &Call<'_>, token: &str) -> String {
    let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
    let is_token = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case(SKIP_TOKEN) || name.eq_ignore_ascii_case("%24skipToken")
    };
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_token(pair)).collect();
    let token = format!("{SKIP_TOKEN}={token}");
    pairs.push(&token);
    format!("{}{path}?{}", call.origin, pairs.join("&"))
}
