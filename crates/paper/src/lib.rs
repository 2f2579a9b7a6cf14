//! Paper: what leaves the house as a file: invoices, reconciliation files, FOCUS, statements for customers.
//!
//! Rows are written to a stream while they come, so that a month of any size needs little memory.

pub mod names;
