//! Paper: what leaves the house as a file: invoices, reconciliation files, FOCUS, statements for customers.
//!
//! Rows are written to a stream while they come, so that a month of any size needs little memory.

pub mod focus;
pub mod graph;
mod invoice;
pub mod names;
mod pdf;
pub mod reconciliation;
pub mod row;
mod statement;
mod table;

pub use invoice::{invoice_json, invoice_pdf};
pub use pdf::{Language, PaperError};
pub use statement::{
    CustomerStatement, RetailPrice, StatementLine, UnpricedLine, statement_csv, statement_json, statement_pdf,
};
pub use table::{TableValue, write_table};
