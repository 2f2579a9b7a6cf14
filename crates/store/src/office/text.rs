//! Texts: ids, words, numbers and times as they stand in JSON, each in the one form it is also shown in.

use std::{borrow::Cow, fmt::Write as _};

use model::{
    AssignmentId, BillingModel, BudgetId, BudgetSide, CloudId, Currency, CustomerId, Day, DirectoryId, ExchangeRate,
    Hour, KeyPurpose, LocalSubscriptionId, LockLevel, MeterId, Money, Month, PartnerId, PartnerKind,
    PayingSubscriptionId, PriceListId, PrincipalId, PrincipalKind, Quantity, ReductionKind, RegistrationId, Retail,
    Role, Rounding, Scope, ScopePath, Share, SkippedReason, SubscriptionKind, SubscriptionState, Unit, UnitPrice,
    UserSubscriptionState,
};
use serde::{Deserialize, Deserializer, Serializer};

/// Something that has one text.
pub trait Text: Sized {
    /// Its text.
    fn show(&self) -> String;
    /// What a text stands for, if it is one.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! texts {
    ($($type:ident: $show:expr, $read:expr;)*) => {$(
        impl Text for $type {
            fn show(&self) -> String {
                let show: fn(&Self) -> String = $show;
                show(self)
            }
            fn read(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<Self> = $read;
                read(text)
            }
        }
    )*};
}

macro_rules! ids {
    ($($type:ident)*) => { texts! { $($type: |id| id.as_str().to_owned(), |text| Self::new(text).ok();)* } };
}

macro_rules! words {
    ($($type:ident)*) => { texts! { $($type: |value| value.word().to_owned(), Self::from_word;)* } };
}

ids! { AssignmentId BudgetId CloudId CustomerId DirectoryId LocalSubscriptionId MeterId PartnerId PayingSubscriptionId PriceListId PrincipalId RegistrationId ScopePath }

words! { BillingModel BudgetSide ReductionKind Scope KeyPurpose LockLevel PartnerKind PrincipalKind Role Rounding SkippedReason SubscriptionKind SubscriptionState Unit UserSubscriptionState }

texts! {
    Currency: |currency| currency.code().to_owned(), |text| Self::parse(text).ok();
    Day: Self::to_string, |text| Self::parse(text).ok();
    Hour: Self::to_string, |text| Self::parse(text).ok();
    Quantity: Self::to_string, Self::from_decimal;
    UnitPrice: Self::to_string, |text| Self::parse(text).ok();
    Month: Self::to_string, |text| Self::parse(text).ok();
    Share: Self::to_string, |text| Self::parse_percent(text).ok();
    ExchangeRate: Self::to_string, |text| Self::parse(text).ok();
}

impl Text for Money {
    fn show(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        let (amount, currency) = text.split_once(' ')?;
        Self::from_decimal(amount, Currency::parse(currency).ok()?)
    }
}

/// The word `list` or `markup`, and which one.
impl Text for Retail {
    fn show(&self) -> String {
        match self {
            Self::List(list) => format!("list {list}"),
            Self::Markup(share) => format!("markup {share}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("list", id) => PriceListId::new(id).ok().map(Self::List),
            ("markup", percent) => Share::parse_percent(percent).ok().map(Self::Markup),
            _ => None,
        }
    }
}

impl Text for [u8; 32] {
    fn show(&self) -> String {
        self.iter().fold(String::new(), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let start = index.checked_mul(2)?;
            *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
        }
        (bytes.show() == text).then_some(bytes)
    }
}

pub fn serialize<T: Text, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.show())
}

pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    read(&text)
}

fn read<T: Text, E: serde::de::Error>(text: &str) -> Result<T, E> {
    T::read(text).ok_or_else(|| E::custom(format!("{text:?} cannot be read")))
}

/// Texts that may be missing.
pub mod option {
    use super::{Cow, Deserialize, Deserializer, Serializer, Text, read};

    #[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
    pub fn serialize<T: Text, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&value.show()),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let text = Option::<Cow<str>>::deserialize(deserializer)?;
        text.map(|text| read(&text)).transpose()
    }
}

/// Lists of texts.
pub mod list {
    use super::{Cow, Deserialize, Deserializer, Serializer, Text, read};

    pub fn serialize<T: Text, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(Text::show))
    }

    pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        let texts = Vec::<Cow<str>>::deserialize(deserializer)?;
        texts.iter().map(|text| read(text)).collect()
    }
}
