//! Statement: what a partner's month comes to, as commands and routes show it. A reseller sees quantities and no cost.
//!
//! Source: domain notes G.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use contract::partner::{Quantities, QuantityLine, Statement, StatementLine, StatementRows, Unpriced};
use hub::CloseError;
use model::{
    CloudId, CustomerId, MeterCatalogue, MeterId, Month, Office, Overflow, Partner, PartnerId, PayingSubscriptionId,
    Quantity, Scope,
};

use super::{is_reseller, named};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
};

/// A month of a partner with all its lines.
///
/// # Errors
///
/// When a sum does not fit.
pub fn statement(
    office: &Office,
    partner: &PartnerId,
    month: Month,
    statement: &hub::Statement,
) -> Result<Statement, Overflow> {
    statement.with_totals(|totals| Statement {
        partner: partner.to_string(),
        month: month.to_string(),
        currency: totals.total.currency.code().to_owned(),
        total: totals.total.decimal(),
        lines: totals
            .lines
            .iter()
            .map(|line| StatementLine {
                subscription: line.line.key.paying_subscription.to_string(),
                kind: kind(office, &line.line.key.paying_subscription),
                customer: line.customer.map(CustomerId::to_string),
                stamp: line.line.key.stamp.to_string(),
                meter: line.line.key.meter.to_string(),
                meter_name: meter_name(&line.line.key.meter),
                scope: line.line.key.scope.word().to_owned(),
                tier: line.line.key.tier,
                quantity: line.line.quantity.to_string(),
                unit_price: line.line.unit_price.to_string(),
                divisor: line.line.divisor,
                amount: line.rounded.money.decimal(),
            })
            .collect(),
        unpriced: totals
            .unpriced
            .iter()
            .map(|sum| Unpriced {
                meter: sum.meter.to_string(),
                stamp: sum.stamp.to_string(),
                reason: sum.rating.word().to_owned(),
                quantity: sum.quantity.to_string(),
                rows: sum.rows,
            })
            .collect(),
        rows: StatementRows {
            rated: totals.rows.rated,
            unpriced: totals.rows.unpriced,
            informational: totals.rows.informational,
            without_payer: statement.unattributed,
        },
    })
}

pub(super) fn kind(office: &Office, id: &PayingSubscriptionId) -> String {
    office.subscriptions.get(id).map_or("?", |subscription| subscription.kind.word()).to_owned()
}

pub(super) fn meter_name(id: &MeterId) -> String {
    MeterCatalogue::published().find(id).map_or("?", |meter| meter.name).to_owned()
}

pub(super) fn get(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let sent = call.param("month");
    let month = Month::parse(sent).map_err(|_| {
        ApiError::bad_request("InvalidMonth", format!("The month '{sent}' is none. Write it as in 2026-10."))
    })?;
    if is_reseller(partner) {
        return Answer::ok(&quantities(call, partner, month)?);
    }
    let found = call.hub().statement(&partner.id, month).map_err(|error| refuse(&partner.id, error))?;
    let shown = statement(&call.office, &partner.id, month, &found);
    Answer::ok(&shown.map_err(|error| refuse(&partner.id, error.into()))?)
}

/// What a reseller's subscriptions used. The provider's statement is taken apart: prices, tiers and amounts stay with it.
pub(super) fn quantities(call: &Call<'_>, reseller: &Partner, month: Month) -> Result<Quantities, ApiError> {
    let refused = |error| refuse(&reseller.id, error);
    let payer = call.office.invoiced_partner(&reseller.id).ok_or_else(|| {
        let message = format!("The partner '{}' has no provider that is invoiced. Tell the operator.", reseller.id);
        ApiError::new(StatusCode::CONFLICT, "ProviderMissing", message)
    })?;
    let found = call.hub().statement(&payer.id, month).map_err(refused)?;
    let mut lines = Vec::new();
    for rated in found.months.iter().filter(|one| is_own(&call.office, &one.paying_subscription, reseller, month)) {
        let mut sums: BTreeMap<(&CloudId, &MeterId, Scope), Quantity> = BTreeMap::new();
        let priced = rated.lines.iter().map(|line| (&line.key.stamp, &line.key.meter, line.key.scope, line.quantity));
        let others = rated.unpriced.iter().chain(&rated.informational);
        let others = others.map(|sum| (&sum.stamp, &sum.meter, sum.scope, sum.quantity));
        for (stamp, meter, scope, quantity) in priced.chain(others) {
            let sum = sums.entry((stamp, meter, scope)).or_insert(Quantity::ZERO);
            *sum = sum.checked_add(quantity).map_err(|error| refused(error.into()))?;
        }
        lines.extend(sums.into_iter().map(|((stamp, meter, scope), quantity)| QuantityLine {
            subscription: rated.paying_subscription.to_string(),
            kind: kind(&call.office, &rated.paying_subscription),
            customer: rated.customer.as_ref().map(CustomerId::to_string),
            stamp: stamp.to_string(),
            meter: meter.to_string(),
            meter_name: meter_name(meter),
            scope: scope.word().to_owned(),
            quantity: quantity.to_string(),
        }));
    }
    Ok(Quantities { partner: reseller.id.to_string(), month: month.to_string(), lines })
}

/// Whether a subscription was a partner's on every day of a month on which it was there. A month is one sum, so a month in
/// which it changed hands is shown to neither side: half of it would be somebody else's.
pub(super) fn is_own(office: &Office, id: &PayingSubscriptionId, partner: &Partner, month: Month) -> bool {
    let Some(subscription) = office.subscriptions.get(id) else { return false };
    let days = month.days();
    let days = std::iter::successors(Some(days.start), |day| Some(day.next())).take_while(|day| *day < days.end);
    let mut owners = days.filter_map(|day| subscription.standing(day)).map(|standing| standing.partner.as_ref());
    let mut seen = false;
    owners.all(|owner| {
        seen = true;
        owner == Some(&partner.id)
    }) && seen
}

pub(super) fn refuse(partner: &PartnerId, error: CloseError) -> ApiError {
    match error {
        CloseError::Store(error) => error.into(),
        CloseError::NoPriceList(_) => ApiError::new(
            StatusCode::CONFLICT,
            "PriceListMissing",
            format!(
                "The months of the partner '{partner}' cannot be added up: no price list is assigned. Tell the operator."
            ),
        ),
        error => {
            tracing::error!(error.message = %error, partner.id = %partner, "a statement could not be made");
            ApiError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "StatementFailed",
                "The hub cannot add this month up. Tell the operator.",
            )
        }
    }
}
