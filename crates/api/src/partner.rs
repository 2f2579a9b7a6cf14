//! Partner: what a partner sees of its own: customers, registrations, statements, invoices. To everybody else there is nothing
//! here, also to the customers themselves.
//!
//! Source: domain notes B.1 (S33, S34) and G.

pub(crate) mod commerce;
mod customers;
mod invoice;
pub(crate) mod page;
pub(crate) mod reach;
mod registrations;
mod statement;

use hub::access;
use model::{Partner, PartnerId, PartnerKind, ScopePath};

pub use invoice::{detail, summary};
pub use statement::statement;

use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// The action of looking at a partner and its registrations.
const READ: &str = "Tallybridge/partners/read";
/// The action of looking at its customers.
const READ_CUSTOMERS: &str = "Tallybridge/partners/customers/read";
/// The action of looking at what its months come to.
const READ_STATEMENTS: &str = "Tallybridge/partners/statements/read";
/// The action of looking at its documents.
const READ_INVOICES: &str = "Tallybridge/partners/invoices/read";

/// A route that is there for those who may do its action, and for nobody else.
const fn route(
    path: &'static str,
    action: &'static str,
    summary: &'static str,
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method: "GET",
        path,
        access: Access::At { action, scope: "/partners/{partner}", sight: action },
        versions: Versions::None,
        summary,
        success: &[200],
        refusals: &[],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

/// The routes of partners.
pub(crate) const ROUTES: &[Route] = &[
    Route { access: Access::SignedIn, ..route("/partners", READ, "The partners that the caller may look at.", list) },
    route("/partners/{partner}", READ, "One partner.", get),
    Route {
        query: &[page::SIZE, page::TOKEN],
        ..route(
            "/partners/{partner}/customers",
            READ_CUSTOMERS,
            "The customers of a partner and of its resellers.",
            customers::list,
        )
    },
    Route {
        query: &[page::SIZE, page::TOKEN],
        ..route(
            "/partners/{partner}/registrations",
            READ,
            "The stamps whose registration a partner or one of its resellers pays for.",
            registrations::list,
        )
    },
    Route {
        refusals: &[409],
        ..route(
            "/partners/{partner}/statements/{month}",
            READ_STATEMENTS,
            "What a month comes to by everything known now. A reseller sees quantities.",
            statement::get,
        )
    },
    route(
        "/partners/{partner}/invoices",
        READ_INVOICES,
        "The documents issued to a partner. A reseller has none: its provider is invoiced.",
        invoice::list,
    ),
    route("/partners/{partner}/invoices/{number}", READ_INVOICES, "One document with its lines.", invoice::get),
];

/// The partner in the path of a call. The dispatcher has seen that it is there.
fn named<'a>(call: &'a Call<'_>) -> Result<&'a Partner, ApiError> {
    let sent = call.param("partner");
    let known = PartnerId::new(sent).ok().and_then(|id| call.office.partners.get(&id));
    known.ok_or_else(|| ApiError::partner_not_found(sent))
}

fn show(call: &Call<'_>, partner: &Partner) -> contract::partner::Partner {
    let resellers = call.office.partners.values().filter(|one| reach::sells_through(one, &partner.id));
    contract::partner::Partner {
        id: partner.id.to_string(),
        name: partner.name.clone(),
        kind: partner.kind.word().to_owned(),
        provider: partner.provider.as_ref().map(ToString::to_string),
        resellers: resellers.map(|one| one.id.to_string()).collect(),
    }
}

fn list(call: &Call<'_>) -> Reply {
    let Some(caller) = &call.caller else { return Err(ApiError::not_found()) };
    let may = |partner: &&Partner| {
        ScopePath::new(&format!("/partners/{}", partner.id))
            .is_ok_and(|scope| access::allows(&call.office, &caller.id, READ, &scope))
    };
    let partners = call.office.partners.values().filter(may).map(|partner| show(call, partner)).collect();
    Answer::ok(&contract::partner::Partners { partners })
}

fn get(call: &Call<'_>) -> Reply {
    Answer::ok(&show(call, named(call)?))
}

/// Whether another partner is invoiced in the place of this one.
pub(crate) fn is_reseller(partner: &Partner) -> bool {
    partner.kind == PartnerKind::IndirectReseller
}
