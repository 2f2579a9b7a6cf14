//! Commerce: closing a month, what customers are charged, and what lacks a mapping or a price.
//!
//! Source: domain notes G: costs are the partner's, and a reseller sees quantities of its own customers.

use axum::http::StatusCode;
use contract::{
    error::{ErrorBody, ResourceError},
    partner::InvoiceSummary,
    partner_commerce::{
        CloseRequest, Cost, CustomerMonth, CustomerSums, MonthClosed, RetailSum, Standing, UnmappedMeter,
        UnmappedTenant, UnmappedTenants, UnpricedMeter, UnpricedUsage,
    },
};
use hub::{CloseError, MonthClose, Statement};
use model::{CustomerId, Money, Month, Partner, PartnerId};

use super::{
    READ_INVOICES, READ_STATEMENTS, invoice, is_reseller, named, route,
    statement::{is_own, meter_name, quantities, refuse},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::{ApiError, sentence},
    route::{Access, BodyKind, Route},
};

/// The action of closing a month.
const CLOSE: &str = "Tallybridge/partners/invoices/write";

/// The name of the month in a query.
const MONTH: &str = "month";
/// The longest reason. Unit: bytes.
const REASON_BYTES_MAX: usize = 1024;

const fn of_month(path: &'static str, summary: &'static str, handle: fn(&Call<'_>) -> Reply) -> Route {
    Route { query: &[MONTH], refusals: &[409], ..route(path, READ_STATEMENTS, summary, handle) }
}

/// The routes of a partner's commerce.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        access: Access::At { action: CLOSE, scope: "/partners/{partner}", sight: READ_INVOICES },
        success: &[200, 201],
        refusals: &[409],
        body: BodyKind::Json,
        ..route(
            "/partners/{partner}/invoices",
            CLOSE,
            "Closes a month: issues what is due up to it and is on no document. The same once more issues nothing.",
            close,
        )
    },
    of_month(
        "/partners/{partner}/statement",
        "What each customer's month costs and what the customer is charged. A reseller sees quantities.",
        customer_month,
    ),
    of_month(
        "/partners/{partner}/unmapped",
        "The tenants whose usage the default subscription pays because nobody mapped them.",
        unmapped,
    ),
    of_month("/partners/{partner}/unpriced", "Usage that should have an amount and has none.", unpriced),
];

/// The month of a query; this one when nothing is said.
fn month(call: &Call<'_>) -> Result<Month, ApiError> {
    match call.query.get(MONTH) {
        Some(sent) => read_month(sent),
        None => Ok(call.hub().now().day().ok_or_else(ApiError::not_found)?.month()),
    }
}

fn read_month(sent: &str) -> Result<Month, ApiError> {
    Month::parse(sent).map_err(|_| {
        let sent: String = sent.chars().take(20).collect();
        ApiError::bad_request("InvalidMonth", format!("The month '{sent}' is none. Write it as in 2026-10."))
    })
}

fn close(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let request: CloseRequest = call.json()?;
    let month = read_month(request.month.as_deref().unwrap_or_default()).map_err(|error| error.about("month"))?;
    let override_reason = request.override_reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if override_reason.is_some_and(|reason| reason.len() > REASON_BYTES_MAX) {
        let message = format!("The overrideReason is longer than {REASON_BYTES_MAX} bytes.");
        return Err(ApiError::bad_request("InvalidOverrideReason", message).about("overrideReason"));
    }
    let closed = call.hub().close(&MonthClose {
        partner: partner.id.clone(),
        month,
        actor: call.actor().text(),
        override_reason: override_reason.map(str::to_owned),
        dry_run: request.dry_run,
    });
    let closed = match closed {
        Ok(closed) => closed,
        Err(CloseError::Blocked(obstacles)) => {
            let standing = obstacles.iter().map(|one| (one.word(), one.to_string())).collect();
            return blocked(partner, month, standing);
        }
        Err(error) => return Err(refuse_close(partner, error)),
    };
    let stored = call.hub().store().documents(Some(&partner.id))?;
    let of_month = stored.iter().filter(|stored| stored.document.month == month);
    let documents: Vec<InvoiceSummary> = of_month.map(|stored| invoice::summary(&stored.document)).collect();
    let issued = closed.document.is_some() && !request.dry_run;
    let number = closed.document.as_ref().filter(|_| issued).map(|document| &document.number);
    let own = number.and_then(|number| stored.iter().find(|stored| stored.document.number == *number));
    let document = closed.document.as_ref().map(|document| contract::partner::Invoice {
        hash: own.map(|stored| hub::hex(&stored.hash)),
        issued: own.map(|stored| stored.at.to_string()),
        ..invoice::detail(document)
    });
    let overridden = closed
        .overridden
        .iter()
        .map(|one| Standing { code: one.word().to_owned(), message: sentence(&one.to_string()) })
        .collect();
    let (partner, month) = (partner.id.to_string(), month.to_string());
    let status = if issued { StatusCode::CREATED } else { StatusCode::OK };
    Answer::json(status, &MonthClosed { partner, month, issued, document, documents, overridden })
}

/// What stands against closing a month, each thing as a detail of the refusal.
fn blocked(partner: &Partner, month: Month, standing: Vec<(&'static str, String)>) -> Reply {
    let count = standing.len();
    let message = format!(
        "{count} thing(s) stand against closing {month} of the partner '{}'. Nothing was issued. Send an overrideReason to \
         close it all the same.",
        partner.id
    );
    let details = standing.into_iter().map(|(code, message)| ResourceError {
        code: code.to_owned(),
        message: sentence(&message),
        target: None,
        details: Vec::new(),
    });
    let error = ResourceError {
        code: "MonthBlocked".to_owned(),
        message,
        target: Some("month".to_owned()),
        details: details.collect(),
    };
    Answer::json(StatusCode::CONFLICT, &ErrorBody { error })
}

fn refuse_close(partner: &Partner, error: CloseError) -> ApiError {
    let conflict = |code, message: String| ApiError::new(StatusCode::CONFLICT, code, message);
    match error {
        CloseError::Reseller(..) => {
            let message = format!("The partner '{}' is an indirect reseller: its provider is invoiced.", partner.id);
            conflict("ResellerNotInvoiced", message)
        }
        error @ CloseError::Draft(_) => conflict("MonthNotDrafted", sentence(&error.to_string())),
        error => refuse(&partner.id, error),
    }
}

/// The partner whose months those of a partner are in: itself, or the provider of a reseller.
fn payer(call: &Call<'_>, partner: &Partner) -> PartnerId {
    call.office.invoiced_partner(&partner.id).map_or_else(|| partner.id.clone(), |payer| payer.id.clone())
}

fn customer_month(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let month = month(call)?;
    if is_reseller(partner) {
        return Answer::ok(&quantities(call, partner, month)?);
    }
    let refused = |error: CloseError| refuse(&partner.id, error);
    let too_large = |error: model::Overflow| refused(error.into());
    let statement = call.hub().statement(&partner.id, month).map_err(refused)?;
    let retail = call.hub().retail_month(&partner.id, month).map_err(refused)?;
    let costs = statement.with_totals(|totals| (totals.by_customer.clone(), totals.total)).map_err(too_large)?;
    let (by_customer, total) = costs;
    let mut customers = Vec::new();
    for (customer, cost) in &by_customer {
        let known = customer.as_ref().and_then(|id| call.office.customers.get(id));
        let terms = known.and_then(|known| hub::retail_terms(&retail.office, &partner.id, known));
        let charged: Option<Money> = match terms {
            Some(terms) => {
                let own = retail.rated.iter().filter(|rated| rated.customer.as_ref() == customer.as_ref());
                let statement = Statement { terms, months: own.cloned().collect(), unattributed: 0 };
                Some(statement.with_totals(|totals| totals.total).map_err(too_large)?)
            }
            None => None,
        };
        let margin = charged.and_then(|charged| charged.checked_add(cost.negated()).ok());
        customers.push(CustomerSums {
            customer: customer.as_ref().map(CustomerId::to_string),
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            cost: cost.decimal(),
            retail: charged
                .map(|money| RetailSum { currency: money.currency.code().to_owned(), amount: money.decimal() }),
            margin: margin.map(Money::decimal),
        });
    }
    let (name, month, currency) = (partner.id.to_string(), month.to_string(), total.currency.code().to_owned());
    Answer::ok(&CustomerMonth { partner: name, month, currency, cost: total.decimal(), customers })
}

fn unmapped(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let month = month(call)?;
    let reseller = is_reseller(partner);
    let found = call.hub().unmapped(&payer(call, partner), month).map_err(|error| refuse(&partner.id, error))?;
    let own = found.iter().filter(|one| !reseller || is_own(&call.office, &one.default_subscription, partner, month));
    let tenants = own.map(|one| UnmappedTenant {
        stamp: one.stamp.to_string(),
        tenant: one.tenant.as_ref().map(ToString::to_string),
        domain: one.domain.clone(),
        reason: one.rule.word().to_owned(),
        advice: sentence(&one.advice()),
        registration: one.registration.to_string(),
        default_subscription: one.default_subscription.to_string(),
        since: one.since.to_string(),
        last_day: one.last_day.to_string(),
        rows: one.rows,
        usage: one
            .usage
            .iter()
            .map(|usage| UnmappedMeter {
                meter: usage.meter.to_string(),
                meter_name: meter_name(&usage.meter),
                quantity: usage.quantity.to_string(),
            })
            .collect(),
        cost: one
            .cost
            .filter(|_| !reseller)
            .map(|cost| Cost { currency: cost.currency.code().to_owned(), amount: cost.decimal() }),
    });
    let tenants = tenants.collect();
    Answer::ok(&UnmappedTenants { partner: partner.id.to_string(), month: month.to_string(), tenants })
}

fn unpriced(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let month = month(call)?;
    let found = call.hub().unpriced(&payer(call, partner), month).map_err(|error| refuse(&partner.id, error))?;
    let reseller = is_reseller(partner);
    let own = found.iter().filter(|one| !reseller || is_own(&call.office, &one.paying_subscription, partner, month));
    let usage = own.map(|one| UnpricedMeter {
        subscription: one.paying_subscription.to_string(),
        customer: one.customer.as_ref().map(CustomerId::to_string),
        stamp: one.usage.stamp.to_string(),
        meter: one.usage.meter.to_string(),
        meter_name: meter_name(&one.usage.meter),
        reason: one.usage.rating.word().to_owned(),
        advice: sentence(one.usage.rating.explain()),
        first_day: one.usage.first_day.to_string(),
        last_day: one.usage.last_day.to_string(),
        quantity: one.usage.quantity.to_string(),
        rows: one.usage.rows,
    });
    let usage = usage.collect();
    Answer::ok(&UnpricedUsage { partner: partner.id.to_string(), month: month.to_string(), usage })
}
