//! Link: addresses of the portal. Whatever stands in them is encoded here and nowhere else.

use model::PartnerId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-').remove(b'~');

/// An address that is put together.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    text: String,
    has_query: bool,
}

impl Link {
    /// A page of a partner, such as `invoices`; nothing is its overview.
    pub(crate) fn of(partner: &PartnerId, page: &str) -> Self {
        let mut link = Self { text: "/portal/partners".to_owned(), has_query: false }.part(partner.as_str());
        if !page.is_empty() {
            link.text.push('/');
            link.text.push_str(page);
        }
        link
    }

    /// A page that is of no partner, such as `/portal/stamp`.
    pub(crate) fn at(path: &'static str) -> Self {
        Self { text: path.to_owned(), has_query: false }
    }

    /// One more segment, of any text.
    pub(crate) fn part(mut self, text: &str) -> Self {
        self.text.push('/');
        self.text.extend(utf8_percent_encode(text, PLAIN));
        self
    }

    /// One more value in the query.
    pub(crate) fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.extend(utf8_percent_encode(name, PLAIN));
        self.text.push('=');
        self.text.extend(utf8_percent_encode(&value.to_string(), PLAIN));
        self
    }

    /// The same, when there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The text for an attribute or a header field.
    pub(crate) fn text(self) -> String {
        self.text
    }
}

/// Whether an address that was sent leads to a page of the portal and nowhere else.
pub(crate) fn is_inside(target: &str) -> bool {
    let graphic = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    graphic && (target == "/portal" || target.starts_with("/portal/") || target.starts_with("/portal?"))
}

#[cfg(test)]
mod tests;
