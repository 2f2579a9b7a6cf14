//! Commerce: prices and usage of a paying subscription, as the clients of `Microsoft.Commerce` ask for them.
//!
//! Source: Azure Resource Usage and RateCard REST reference, 2015-06-01-preview and 2016-08-31-preview; domain notes B.1
//! (S34) and G.

mod access;
pub(crate) mod price;
pub(crate) mod rate_card;
pub(crate) mod usage;
pub(crate) mod window;

use crate::route::{Access, BodyKind, Handle, Route, Versions};

/// What shows the prices of a partner.
pub(crate) const READ_PRICES: &str = "Tallybridge/partners/prices/read";

/// A row for everybody who signed in: its handler finds out whether the caller may, because usage of a customer's subscription
/// is not for those who may do everything else in it.
const fn row(path: &'static str, summary: &'static str, query: &'static [&'static str], handle: Handle) -> Route {
    Route {
        method: "GET",
        path,
        access: Access::SignedIn,
        versions: Versions::None,
        summary,
        success: &[200],
        refusals: &[],
        query,
        body: BodyKind::None,
        handle,
    }
}

/// The routes of commerce.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        refusals: &[403, 404, 409],
        ..row(
            "/subscriptions/{subscription}/providers/Microsoft.Commerce/RateCard",
            "The prices that are in force today for a subscription, for its partner.",
            &["api-version", "$filter"],
            Handle::Call(rate_card::get),
        )
    },
    Route {
        success: &[200, 202],
        refusals: &[403, 404],
        ..row(
            "/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates",
            "What stamps reported of a subscription that pays for them.",
            &[
                "api-version",
                "reportedStartTime",
                "reportedEndTime",
                "aggregationGranularity",
                "showDetails",
                "continuationToken",
            ],
            Handle::Call(usage::list),
        )
    },
];
