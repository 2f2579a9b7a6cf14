//! Usage: rows of a window, what is held, and daily sums.

use crate::{
    CloudId, Day, DirectoryId, LocalSubscriptionId, MeterId, Quantity, Second, meter::words, number::NumberError,
};

/// The number that a stamp's books give to one text of `instanceData`, for ever.
///
/// Resources repeat their text byte for byte every hour, so rows carry the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceNumber(pub u32);

/// A local subscription with the directory it had when its usage was reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subscriber {
    /// The local subscription.
    pub subscription: LocalSubscriptionId,
    /// Its directory; none when nobody said.
    pub tenant: Option<DirectoryId>,
}

/// One row of a window. Its names are indices into the lists of its [`WindowRows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow {
    /// Index into [`WindowRows::subscribers`].
    pub subscriber: u32,
    /// Index into [`WindowRows::meters`].
    pub meter: u32,
    /// The resource with its tags and details.
    pub resource: ResourceNumber,
    /// The smallest number of a resource with the same address: rows of one address and hour are the same measurement.
    pub address: ResourceNumber,
    /// When the use began.
    pub start: Second,
    /// When it ended, exclusive.
    pub end: Second,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
    /// Where the number's text as sent begins in [`WindowRows::number_texts`]. Unit: bytes.
    pub text_start: u32,
    /// How long that text is. Unit: bytes.
    pub text_length: u8,
}

/// The rows of one window with the names they use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowRows {
    /// The local subscriptions, each once.
    pub subscribers: Vec<Subscriber>,
    /// The meters as sent, each spelling once.
    pub meters: Vec<MeterId>,
    /// The texts of all quantities, one behind the other.
    pub number_texts: String,
    /// The rows.
    pub rows: Vec<UsageRow>,
}

impl WindowRows {
    /// The subscriber of a row.
    pub fn subscriber(&self, row: &UsageRow) -> Option<&Subscriber> {
        usize::try_from(row.subscriber).ok().and_then(|index| self.subscribers.get(index))
    }

    /// The meter of a row.
    pub fn meter(&self, row: &UsageRow) -> Option<&MeterId> {
        usize::try_from(row.meter).ok().and_then(|index| self.meters.get(index))
    }

    /// The quantity's text as it was sent.
    pub fn number_text(&self, row: &UsageRow) -> &str {
        usize::try_from(row.text_start)
            .ok()
            .and_then(|start| self.number_texts.get(start..start.checked_add(usize::from(row.text_length))?))
            .unwrap_or_default()
    }
}

words! {
    /// Why a row is held, in the order in which it is checked.
    HeldReason {
        /// A field is missing, stands twice, or is of the wrong type.
        Malformed = "malformed_row",
        /// The inner document of the resource cannot be read.
        MalformedResource = "malformed_instance_data",
        /// An id is empty, too long or not printable ASCII.
        BadId = "bad_id",
        /// A time cannot be read, or the end is not after the start.
        BadTime = "bad_time",
        /// The interval does not lie within one UTC day.
        CrossesDay = "crosses_utc_day",
        /// The use lies after the window's hour.
        Future = "usage_in_future",
        /// The quantity is not a number.
        NotANumber = "quantity_not_a_number",
        /// The text of the quantity has more than 64 characters.
        NumberTooLong = "quantity_text_too_long",
        /// It cannot be kept exactly.
        TooPrecise = "quantity_too_precise",
        /// It is 10^18 or larger.
        TooLarge = "quantity_too_large",
        /// It is below zero. Corrections are windows sent again.
        Negative = "quantity_negative",
        /// The meter is not in the catalogue.
        UnknownMeter = "unknown_meter",
        /// The same measurement stands in the window with two values.
        Conflict = "conflicting_duplicate",
    }
}

impl From<NumberError> for HeldReason {
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::NotANumber => Self::NotANumber,
            NumberError::TooLong => Self::NumberTooLong,
            NumberError::TooPrecise => Self::TooPrecise,
            NumberError::TooLarge => Self::TooLarge,
        }
    }
}

impl HeldReason {
    /// What a person can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Malformed | Self::MalformedResource | Self::BadId | Self::BadTime => {
                "look at the row; have the stamp report it again in the documented shape, then send the window again"
            }
            Self::CrossesDay => "have the usage reported per hour or per UTC day, then send the window again",
            Self::Future => "check the stamp's clock, then send the window again",
            Self::NotANumber | Self::NumberTooLong | Self::TooPrecise | Self::TooLarge => {
                "check the resource provider that measured it, then send the window again"
            }
            Self::Negative => "send the window of the original usage again with the right quantity",
            Self::UnknownMeter => "add the meter to the catalogue; the hub then asks for the window again",
            Self::Conflict => "find out which value is right, then send the window again with that one only",
        }
    }
}

/// A row that is kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Why.
    pub reason: HeldReason,
    /// What exactly, such as the field.
    pub detail: String,
    /// The row as it was sent.
    pub raw: String,
}

words! {
    /// Whose usage a daily sum is.
    Scope {
        /// A tenant's.
        Tenant = "tenant",
        /// The operator's: it was used in the default provider subscription.
        Infrastructure = "infrastructure",
    }
}

/// What one local subscription used of one meter on one UTC day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailySum {
    /// Where.
    pub stamp: CloudId,
    /// When it was used.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// What.
    pub meter: MeterId,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
    /// How many rows were booked here. A corrected row counts again; a row that a later revision no longer has stays counted.
    pub rows: u64,
}

#[cfg(test)]
mod tests;
