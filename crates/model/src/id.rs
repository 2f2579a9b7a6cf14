//! Ids: typed names, compared without case, shown as sent.

use std::{fmt, sync::Arc};

/// The longest id that is accepted.
///
/// Unit: bytes.
const ID_BYTES_MAX: usize = 512;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("an id is empty")]
    Empty,
    /// It is longer than 512 bytes.
    #[error("an id is longer than 512 bytes")]
    TooLong,
    /// It holds blanks, control characters or characters outside ASCII.
    #[error("an id holds a blank, a control character or a character outside ASCII")]
    Character,
}

/// The text of an id, with the form that is compared.
///
/// A GUID is the same with and without dashes: stamps send the two address meters without.
#[derive(Clone)]
struct Text {
    shown: Arc<str>,
    folded: Arc<str>,
}

impl Text {
    fn new(text: &str) -> Result<Self, IdError> {
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > ID_BYTES_MAX {
            return Err(IdError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(IdError::Character);
        }
        let shown: Arc<str> = Arc::from(text);
        let folded = fold(text).map_or_else(|| Arc::clone(&shown), Arc::from);
        Ok(Self { shown, folded })
    }
}

/// The compared form of an id, or nothing when the text already has it.
fn fold(text: &str) -> Option<String> {
    if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let lower = text.to_ascii_lowercase();
        let part = |range: std::ops::Range<usize>| lower.get(range).unwrap_or_default();
        return Some(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)));
    }
    text.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| text.to_ascii_lowercase())
}

/// Whether a text is a GUID with dashes, in any case.
pub fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let fits =
        |(part, length): (&str, usize)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').count() == lengths.len() && text.split('-').zip(lengths).all(fits)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Text);

        impl $name {
            /// Reads an id from the text that was sent.
            ///
            /// # Errors
            ///
            /// When the text is empty, too long or not printable ASCII.
            pub fn new(text: &str) -> Result<Self, IdError> {
                Text::new(text).map(Self)
            }

            /// The id as it was sent.
            pub fn as_str(&self) -> &str {
                &self.0.shown
            }

            /// The form that is compared: lower case, and dashes in a GUID.
            pub fn folded(&self) -> &str {
                &self.0.folded
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.folded == other.0.folded
            }
        }
        impl Eq for $name {}
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.0.folded.cmp(&other.0.folded)
            }
        }
        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.0.folded.hash(state);
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0.shown)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0.shown)
            }
        }
        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    )*};
}

ids! {
    /// A budget.
    BudgetId;
    /// A stamp, for ever. Mostly a GUID, but real stamps exist that are called `cloud1`.
    CloudId;
    /// A partner of the programme, such as `4390934`.
    PartnerId;
    /// A customer of a partner.
    CustomerId;
    /// An identity directory, also called a tenant.
    DirectoryId;
    /// A subscription that pays.
    PayingSubscriptionId;
    /// A subscription on one stamp.
    LocalSubscriptionId;
    /// A local meter.
    MeterId;
    /// A registration: its full resource path.
    RegistrationId;
    /// A principal: its object id, or the client id of its program.
    PrincipalId;
    /// A role assignment.
    AssignmentId;
    /// A price list.
    PriceListId;
    /// The number of an issued document.
    InvoiceNumber;
}

#[cfg(test)]
mod tests;
