//! Billing: the rooms that usage walks through, as pure functions.
//!
//! | room | question | file |
//! | --- | --- | --- |
//! | receive | does a row count | `receive.rs` |
//! | attribute | who pays | `attribute.rs` |
//! | rate | how much is it, exactly | `rate.rs` |
//! | bill | what goes onto the next document | `bill.rs` |
//! | show | what does a person see | `show.rs` |
//!
//! A room takes values and gives values. It never calls another room, reads no clock, and does no I/O. Nothing that enters
//! a room is lost: it leaves it, or it is counted with a reason. The pages in `docs/rooms` say what each room promises,
//! and their worked examples run as tests.
#![cfg_attr(not(test), deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects))]

/// An enum of outcomes in their documented order, each with its word and with a sentence for people.
macro_rules! outcomes {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal: $explanation:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$value_doc])* $value,)* }

        impl $name {
            /// Every value, in the order in which they are checked.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The word in files, in the store and on the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            /// Reads the word; nothing for any other text.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)* _ => None }
            }

            /// What it means, in a sentence for people.
            pub fn explain(self) -> &'static str {
                match self { $(Self::$value => $explanation,)* }
            }
        }
    };
}

pub mod attribute;
pub mod bill;
pub mod forecast;
pub mod rate;
pub mod receive;
pub mod show;

#[cfg(test)]
mod samples;
