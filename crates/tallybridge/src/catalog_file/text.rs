//! Text: ids, words and days as they stand in a catalogue file. What cannot be read is refused where it stands.

use std::fmt::Display;

use model::{
    CloudId, Currency, CustomerId, Day, DirectoryId, LocalSubscriptionId, PartnerId, PartnerKind, PayingSubscriptionId,
    PriceListId, PrincipalId, Retail, Role, Rounding, ScopePath, Share, SubscriptionKind, SubscriptionState,
};
use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

/// Something that stands in a file as text.
pub trait Text: Sized {
    /// Its text.
    fn show(&self) -> String;
    /// What a text stands for, or what is wrong with it.
    fn read(text: &str) -> Result<Self, String>;
}

fn wrong(error: impl Display, text: &str) -> String {
    format!("{text:?}: {error}")
}

macro_rules! ids {
    ($($type:ident)*) => {$(
        impl Text for $type {
            fn show(&self) -> String {
                self.as_str().to_owned()
            }
            fn read(text: &str) -> Result<Self, String> {
                Self::new(text).map_err(|error| wrong(error, text))
            }
        }
    )*};
}

macro_rules! words {
    ($($type:ident)*) => {$(
        impl Text for $type {
            fn show(&self) -> String {
                self.word().to_owned()
            }
            fn read(text: &str) -> Result<Self, String> {
                let words = || Self::ALL.iter().map(|one| format!("{:?}", one.word())).collect::<Vec<_>>().join(", ");
                Self::from_word(text).ok_or_else(|| format!("{text:?} is none of {}", words()))
            }
        }
    )*};
}

ids! { CloudId CustomerId DirectoryId LocalSubscriptionId PartnerId PayingSubscriptionId PriceListId PrincipalId ScopePath }

words! { PartnerKind Role Rounding SubscriptionKind SubscriptionState }

/// `list` with the id of a price list, or `markup` with a percentage.
impl Text for Retail {
    fn show(&self) -> String {
        match self {
            Self::List(list) => format!("list {list}"),
            Self::Markup(share) => format!("markup {share}"),
        }
    }
    fn read(text: &str) -> Result<Self, String> {
        match text.split_once(' ') {
            Some(("list", id)) => PriceListId::new(id).map(Self::List).map_err(|error| wrong(error, text)),
            Some(("markup", percent)) => {
                Share::parse_percent(percent).map(Self::Markup).map_err(|error| wrong(error, text))
            }
            _ => Err(format!("{text:?} is neither \"list\" with an id nor \"markup\" with a percentage")),
        }
    }
}

impl Text for Day {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

impl Text for Currency {
    fn show(&self) -> String {
        self.code().to_owned()
    }
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

pub fn serialize<T: Text, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.show())
}

pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The same for what may be left out.
pub mod optional {
    use super::{Deserialize, Deserializer, Serializer, Text};
    use serde::de::Error as _;

    #[expect(clippy::ref_option, reason = "serde hands over the member as it is")]
    pub fn serialize<T: Text, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&value.show()),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| T::read(&text).map_err(D::Error::custom)).transpose()
    }
}
