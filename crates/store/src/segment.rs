//! Segments: the rows of one revision of a window as one Parquet file, which any reader of Parquet can open.
//!
//! | column | what it is |
//! | --- | --- |
//! | `subscription` | the local subscription as sent |
//! | `tenant` | its directory as sent; null when nobody said |
//! | `meter` | the meter as sent |
//! | `resource` | the number of the resource on its stamp |
//! | `resource_minus_address` | how far the smallest number of the same address is below it; nearly always 0 |
//! | `usage_start`, `usage_end` | when it was used, half-open, UTC |
//! | `quantity` | the text of the number as sent: the evidence, and every digit of it |

mod format;
mod packed;
mod read;
mod texts;
mod write;

pub use read::{SegmentDamage, decode};
pub use write::encode;

/// A segment that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The Parquet file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
    /// How many rows it has.
    pub rows: u64,
    /// The days of use it holds, half-open; none when it has no rows.
    pub days: Option<std::ops::Range<model::Day>>,
}

#[cfg(test)]
mod tests;
