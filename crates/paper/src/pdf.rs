//! PDF: a sheet of blocks becomes pages, without files, network, clock or chance.
//!
//! Everything to be shown reaches the template as one JSON value, so no text of a user is ever read as markup.

mod language;
mod sheet;
mod typeset;

pub use language::Language;
pub(crate) use language::{Words, fill};
pub(crate) use sheet::{Align, Block, Column, Fact, Row, Sheet, Width, clean, wide_enough};
pub use typeset::PaperError;
pub(crate) use typeset::typeset;

#[cfg(test)]
mod tests;
