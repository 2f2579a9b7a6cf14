//! Reply: what a route gives: a page, a file, or another address to go to.

use maud::Markup;

use crate::fault::Fault;

/// What a route gives.
pub(crate) type Reply = Result<Answer, Fault>;

/// An answer.
pub(crate) enum Answer {
    /// A page, to be put into the frame.
    Page(Page),
    /// A page without a frame of its own around: sign-in and errors.
    Bare(Page),
    /// A file to be kept.
    File(File),
    /// Another address of the portal, asked with GET.
    Go(String),
    /// The same, with cookies.
    GoWith(String, Vec<String>),
    /// A file that never changes for its name.
    Asset(&'static str, &'static [u8]),
}

/// A page.
pub(crate) struct Page {
    /// What the window is called.
    pub(crate) title: String,
    /// Which entry of the menu it belongs to.
    pub(crate) section: Section,
    /// What is in it, without its heading.
    pub(crate) body: Markup,
}

/// A file.
pub(crate) struct File {
    /// Its name, of letters, digits, dots and dashes.
    pub(crate) name: String,
    /// Its type.
    pub(crate) content_type: &'static str,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

/// The entries of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// None of them.
    None,
    Overview,
    Stamps,
    Customers,
    Usage,
    Invoices,
    Prices,
    Held,
    Audit,
    Access,
    Settings,
}

impl Section {
    /// The word in addresses and in the names of texts.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Overview => "overview",
            Self::Stamps => "stamps",
            Self::Customers => "customers",
            Self::Usage => "usage",
            Self::Invoices => "invoices",
            Self::Prices => "prices",
            Self::Held => "held",
            Self::Audit => "audit",
            Self::Access => "access",
            Self::Settings => "settings",
        }
    }
}

/// A page in the frame.
pub(crate) fn page(section: Section, title: String, body: Markup) -> Reply {
    Ok(Answer::Page(Page { title, section, body }))
}

/// A file to be kept.
pub(crate) fn file(name: String, content_type: &'static str, bytes: Vec<u8>) -> Reply {
    Ok(Answer::File(File { name, content_type, bytes }))
}
