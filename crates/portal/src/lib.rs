//! Portal: the window: pages that a person looks at, drawn by the server, without anything from elsewhere.
//!
//! In: requests of browsers, with the session that a person signed in for.
//! Out: pages, files, and the wishes of people, carried out by the hub as the person.
//! Holds: sessions and sums of months, both of which are lost with the process and cost nothing but time.

#![expect(clippy::unnecessary_wraps, reason = "everything that answers a route has the same shape")]

mod archive;
mod asset;
mod book;
mod chart;
mod dispatch;
mod doorkeeper;
mod fault;
mod field;
mod figure;
mod frame;
mod head;
mod language;
mod link;
mod name;
mod page;
mod reply;
mod route;
mod session;
pub mod stamp;
mod table;
mod visit;

use std::sync::Arc;

use axum::Router;
use hub::Hub;

pub use doorkeeper::{CodeProof, CodeWish, Doorkeeper, Later, OtherDoor, SignInError};
pub use route::{RouteFacts, routes};
pub use session::Chance;

/// What the portal is given.
pub struct Settings {
    /// Who proves that people are who they say.
    pub doorkeeper: Arc<dyn Doorkeeper>,
    /// Where random bits for sessions come from.
    pub chance: Chance,
    /// Whether browsers come by TLS, also where a proxy in front has it: then cookies are kept from everything else.
    pub secure: bool,
}

/// What every request can reach.
pub(crate) struct House {
    pub(crate) hub: Arc<Hub>,
    pub(crate) doorkeeper: Arc<dyn Doorkeeper>,
    pub(crate) secure: bool,
    pub(crate) sessions: session::Sessions,
    pub(crate) books: book::Books,
    pub(crate) archive: archive::Archive,
    /// What is answered here.
    pub(crate) tables: &'static [&'static [route::Route]],
    /// What the pages of a stamp look at; none at a hub.
    pub(crate) stamp: Option<stamp::Window>,
}

impl House {
    /// The house of a hub.
    pub(crate) fn new(hub: Arc<Hub>, settings: Settings) -> Self {
        Self {
            archive: archive::Archive::new(Arc::clone(&hub)),
            books: book::Books::new(Arc::clone(&hub)),
            hub,
            doorkeeper: settings.doorkeeper,
            secure: settings.secure,
            sessions: session::Sessions::new(settings.chance),
            tables: page::TABLES,
            stamp: None,
        }
    }
}

/// The routes of the portal, without a fallback, so that another router can take them in.
pub fn router(hub: Arc<Hub>, settings: Settings) -> Router {
    serve(House::new(hub, settings))
}

/// The routes of a house.
pub(crate) fn serve(house: House) -> Router {
    Router::new()
        .route("/", axum::routing::get(dispatch::home))
        .route("/portal", axum::routing::any(dispatch::dispatch))
        .route("/portal/", axum::routing::any(dispatch::dispatch))
        .route("/portal/{*path}", axum::routing::any(dispatch::dispatch))
        .with_state(Arc::new(house))
}
