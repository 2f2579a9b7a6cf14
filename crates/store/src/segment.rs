//! Segments: the rows of one revision of a window as one Parquet file, which any reader of Parquet can open.

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
