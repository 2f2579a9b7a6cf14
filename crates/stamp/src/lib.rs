//! stamp.
