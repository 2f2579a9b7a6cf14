//! Stamp: a stamp's own portal, for its operator and its tenants: what was used there, in quantities, and never a price.
//!
//! In: reported usage, a gate that knows what people may do at which local subscription.
//! Out: pages and tables of what the same people could ask both usage APIs for.
//! Holds: months that were added up, until more is sealed.

use std::sync::Arc;

use axum::Router;
use hub::Hub;

use crate::{
    Chance, Doorkeeper, House, RouteFacts, asset,
    page::sign_in,
    reply::Answer,
    route::{Access, Route, get},
};

mod month;
mod one;
mod overview;
mod sight;

/// What the portal of a stamp is given.
pub struct Settings {
    /// The accounts of the stamp.
    pub hub: Arc<Hub>,
    /// Who proves that people are who they say.
    pub doorkeeper: Arc<dyn Doorkeeper>,
    /// Where random bits for sessions come from.
    pub chance: Chance,
    /// Whether browsers come by TLS, also where a proxy in front has it.
    pub secure: bool,
    /// Whether the default provider subscription sees everybody's usage, not only that of its direct tenants.
    pub operator_sees_all: bool,
}

/// What the pages of a stamp look at.
pub(crate) struct Window {
    source: Arc<dyn ::stamp::Source>,
    gate: Arc<dyn ::stamp::Gate>,
    operator_sees_all: bool,
    months: month::Months,
}

/// Every table of routes of a stamp's portal.
pub(crate) const TABLES: &[&[Route]] = &[asset::ROUTES, sign_in::ROUTES, ROUTES];

/// Whoever signed in may ask; what they are shown is decided by what they may do at each local subscription.
const ROUTES: &[Route] = &[
    get("/portal", Access::SignedIn, |_| Ok(Answer::Go("/portal/stamp".to_owned()))),
    get("/portal/stamp", Access::SignedIn, overview::show),
    get("/portal/stamp/usage.csv", Access::SignedIn, overview::file),
    get("/portal/stamp/subscriptions/{subscription}", Access::SignedIn, one::show),
    get("/portal/stamp/subscriptions/{subscription}/usage.csv", Access::SignedIn, one::file),
];

/// The routes of a stamp's portal, without a fallback, so that another router can take them in.
pub fn router(source: Arc<dyn ::stamp::Source>, gate: Arc<dyn ::stamp::Gate>, settings: Settings) -> Router {
    let window =
        Window { source, gate, operator_sees_all: settings.operator_sees_all, months: month::Months::default() };
    let common = crate::Settings { doorkeeper: settings.doorkeeper, chance: settings.chance, secure: settings.secure };
    crate::serve(House { tables: TABLES, stamp: Some(window), ..House::new(settings.hub, common) })
}

/// Every route of a stamp's portal, in the order of the tables.
pub fn routes() -> Vec<RouteFacts> {
    crate::route::facts_of(TABLES)
}
