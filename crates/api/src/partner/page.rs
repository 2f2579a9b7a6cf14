//! Page: lists of a partner in pages that the caller chooses the size of.

use crate::{
    call::Call,
    error::ApiError,
    page::{self, Page, cut},
};

/// The name of the size in a query.
pub(crate) const SIZE: &str = "size";

/// The name of the token in a query.
pub(crate) const TOKEN: &str = "continuationToken";

/// How many items a page has at most, and when nothing is said.
pub(crate) const SIZE_MAX: usize = 500;

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

impl From<page::PageProblem> for PageProblem {
    fn from(problem: page::PageProblem) -> Self {
        match problem {
            page::PageProblem::Token => Self::Token,
            page::PageProblem::Key => Self::Key,
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
    // A partner's list is never that of a resource, whatever both are called.
    Ok(cut(call, &format!("partner\n{of}"), token, size, items, key)?)
}

/// The address of the next page.
pub(crate) fn link(call: &Call<'_>, token: &str) -> String {
    page::link(call, TOKEN, token)
}
