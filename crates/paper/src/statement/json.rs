//! Json: statements for machines.

use serde::Serialize;

use super::{CustomerStatement, StatementLine, UnpricedLine};
use crate::{
    invoice::{Reference, written},
    names::Names,
    pdf::PaperError,
};

/// The name of this form. A change that takes something away needs another name.
const FORMAT: &str = "tallybridge.statement.1";

#[derive(Serialize)]
struct Statements<'a> {
    format: &'static str,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    partner: Reference<'a>,
    customer: Reference<'a>,
    month: String,
    status: &'static str,
    currency: &'a str,
    total: String,
    lines: Vec<Line<'a>>,
    unpriced: Vec<Line<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    stamp: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_subscriptions: Option<u64>,
    meter: Reference<'a>,
    service: Option<&'static str>,
    scope: &'static str,
    quantity: String,
    unit: Option<&'static str>,
    #[serde(flatten)]
    charge: Option<Charge<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Charge<'a> {
    unit_price: &'a str,
    unit_price_cut: bool,
    price_per: u32,
    amount: String,
}

/// Statements as JSON: decimals in strings, and names beside the ids.
///
/// # Errors
///
/// When they cannot be written, which does not happen in memory.
pub fn statement_json(names: &Names<'_>, statements: &[CustomerStatement]) -> Result<Vec<u8>, PaperError> {
    let statements = statements.iter().map(|one| Statement {
        partner: Reference { id: one.partner.as_str(), name: &one.partner_name },
        customer: Reference { id: one.customer.as_str(), name: &one.customer_name },
        month: one.month.to_string(),
        status: if one.issued { "closed" } else { "preliminary" },
        currency: one.currency.code(),
        total: one.total.decimal(),
        lines: one.lines.iter().map(|line| priced(names, line)).collect(),
        unpriced: one.unpriced.iter().map(|line| unpriced(names, line)).collect(),
    });
    written(&Statements { format: FORMAT, statements: statements.collect() }, "statements")
}

fn priced<'a>(names: &Names<'a>, line: &'a StatementLine) -> Line<'a> {
    let charge = Charge {
        unit_price: &line.unit_price.decimal,
        unit_price_cut: line.unit_price.is_cut,
        price_per: line.per,
        amount: line.amount.decimal(),
    };
    let bare = Spot { stamp: &line.stamp, meter: &line.meter };
    Line {
        local_subscriptions: line.local_subscriptions,
        charge: Some(charge),
        ..bare.line(names, line.scope, line.quantity)
    }
}

fn unpriced<'a>(names: &Names<'a>, line: &'a UnpricedLine) -> Line<'a> {
    Spot { stamp: &line.stamp, meter: &line.meter }.line(names, line.scope, line.quantity)
}

/// Where something was used, and what.
struct Spot<'a> {
    stamp: &'a model::CloudId,
    meter: &'a model::MeterId,
}

impl<'a> Spot<'a> {
    fn line(self, names: &Names<'a>, scope: model::Scope, quantity: model::Quantity) -> Line<'a> {
        let known = names.known_meter(self.meter);
        Line {
            stamp: names.stamp(self.stamp).into(),
            local_subscriptions: None,
            meter: names.meter(self.meter).into(),
            service: known.map(|meter| meter.family.word()),
            scope: scope.word(),
            quantity: quantity.to_string(),
            unit: known.map(|meter| meter.unit.word()),
            charge: None,
        }
    }
}
