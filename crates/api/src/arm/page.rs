//! Page: lists of resources in pages, each with the address of the next one.

use contract::arm::List;

use crate::{
    call::Call,
    error::ApiError,
    page::{PageProblem, cut, link},
};

/// The name of the token in a query.
const SKIP_TOKEN: &str = "$skipToken";

/// One page of a list that is in order of its keys. `of` says what the list is of: a token of another list is refused.
pub(crate) fn page<Item>(
    call: &Call<'_>,
    of: &str,
    size: usize,
    items: Vec<Item>,
    key: impl Fn(&Item) -> String,
) -> Result<List<Item>, ApiError> {
    let page = cut(call, of, call.query.get(SKIP_TOKEN), size, items, key).map_err(|problem| match problem {
        PageProblem::Key => ApiError::key_missing(),
        PageProblem::Token => ApiError::bad_request(
            "InvalidSkipToken",
            "The $skipToken is damaged or belongs to another list. Follow nextLink as it was given, or begin again without it.",
        ),
    })?;
    let next = page.next.map(|token| link(call, SKIP_TOKEN, &token));
    Ok(List::page(page.items, next))
}
