//! Paper: invoices and statements as people get them, made by the program and read back by other programs.
//!
//! `pdftotext` of poppler-utils and `qpdf` read the files; the checks install both where they are missing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chargeback;
mod house;
mod invoice;
mod reader;
