//! Page: every page of the portal, one file for each entry of the menu.

mod access;
mod audit;
mod customers;
mod first;
mod held;
mod invoices;
mod overview;
mod prices;
mod settings;
pub(crate) mod sign_in;
mod stamps;
mod start;
mod usage;

use crate::route::Route;

/// The action of looking at a partner and its registrations.
pub(crate) const READ: &str = "Tallybridge/partners/read";
/// The action of looking at what its months come to.
pub(crate) const READ_STATEMENTS: &str = "Tallybridge/partners/statements/read";
/// The action of looking at its documents.
pub(crate) const READ_INVOICES: &str = "Tallybridge/partners/invoices/read";
/// The action of closing its months.
pub(crate) const CLOSE: &str = "Tallybridge/partners/invoices/write";
/// The action of looking at who did what.
pub(crate) const READ_AUDIT: &str = "Tallybridge/partners/audit/read";
/// The action of looking at who may do what.
pub(crate) const READ_ACCESS: &str = "Tallybridge/partners/access/read";

/// Every table of routes.
pub(crate) const TABLES: &[&[Route]] = &[
    crate::asset::ROUTES,
    sign_in::ROUTES,
    start::ROUTES,
    first::ROUTES,
    overview::ROUTES,
    usage::ROUTES,
    customers::ROUTES,
    stamps::ROUTES,
    invoices::ROUTES,
    prices::ROUTES,
    held::ROUTES,
    audit::ROUTES,
    access::ROUTES,
    settings::ROUTES,
];
