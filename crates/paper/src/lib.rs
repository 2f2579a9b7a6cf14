//! Paper: what leaves the house as a file: invoices, reconciliation files, FOCUS, statements for customers.
//!
//! Everything is written to a stream while it comes, so that a month of any size needs little memory.
