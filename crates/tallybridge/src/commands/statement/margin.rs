//! Margin: what each customer costs beside what it is charged.

use std::cmp::Reverse;

use billing::show::percent;
use hub::{Compared, Hub, Margins, StatementQuestion};
use model::{CustomerId, Money, PayingSubscriptionId};
use serde_json::{Value, json};

use super::{Options, show_gaps, subject, subject_json};
use crate::{
    names,
    output::{self, Column, Rows},
};

/// Shows what each customer costs, what it is charged, and what is left.
pub(super) fn run(options: &Options, hub: &Hub, question: &StatementQuestion<'_>) -> anyhow::Result<()> {
    let margins = hub.margins(question)?;
    if options.printing.json {
        return output::json(&as_json(options, question, &margins));
    }
    output::print(&format!("{}: costs {}\n", subject(options, question, &margins.office), margins.cost));
    let mut rows = Rows::new(&[
        Column::Left("CUSTOMER"),
        Column::Left("ID"),
        Column::Right("COST"),
        Column::Right("RETAIL"),
        Column::Right("MARGIN"),
        Column::Right("MARGIN %"),
    ]);
    let mut customers: Vec<_> = margins.customers.iter().collect();
    customers.sort_by_key(|(_, one)| Reverse(one.cost.minor));
    for (id, one) in customers {
        let shown_id = id.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        rows.add([names::customer(&margins.office, id.as_ref()), shown_id].into_iter().chain(cells(one)));
    }
    if margins.customers.values().any(|one| one.margin.is_some()) {
        let sum = [format!("With a margin, in {}", margins.cost.currency), String::new()];
        rows.add(sum.into_iter().chain(cells(&margins.compared)));
    }
    let none = || String::new();
    rows.add(["Total cost".to_owned(), none(), margins.cost.decimal(), none(), none(), none()]);
    rows.print();
    output::print("\nThe margin is what is left of retail after cost, and its percentage is that of retail.");
    if margins.customers.values().any(|one| one.retail.is_some() && one.margin.is_none()) {
        output::print("Where the two are in different currencies nothing is subtracted.");
    }
    let gaps = [("cost", margins.without_cost), ("retail amount", margins.without_retail)];
    show_gaps(&margins.office, &margins.left_out, &gaps);
    Ok(())
}

/// Cost, retail, margin, and its percentage. What is in another currency than the cost says in which.
fn cells(one: &Compared) -> [String; 4] {
    let missing = || "-".to_owned();
    let retail = one.retail.map_or_else(missing, |retail| {
        if retail.currency == one.cost.currency { retail.decimal() } else { retail.to_string() }
    });
    [
        one.cost.decimal(),
        retail,
        one.margin.map_or_else(missing, Money::decimal),
        percent_of(one).unwrap_or_else(missing),
    ]
}

fn percent_of(one: &Compared) -> Option<String> {
    percent(one.margin?, one.retail?)
}

fn as_json(options: &Options, question: &StatementQuestion<'_>, margins: &Margins) -> Value {
    let mut value = subject_json(options, question);
    value["currency"] = json!(margins.cost.currency.code());
    value["cost"] = json!(margins.cost.decimal());
    let customers = margins.customers.iter().map(|(id, one)| {
        let mut row = compared_json(one);
        row["customer"] = json!(id.as_ref().map(CustomerId::as_str));
        row["name"] = json!(names::customer(&margins.office, id.as_ref()));
        row
    });
    value["customers"] = customers.collect();
    value["compared"] = compared_json(&margins.compared);
    let left_out: Vec<&str> = margins.left_out.iter().map(PayingSubscriptionId::as_str).collect();
    value["withoutRetailPrice"] = json!(left_out);
    value["unpricedRows"] = json!({ "cost": margins.without_cost, "retail": margins.without_retail });
    value
}

fn compared_json(one: &Compared) -> Value {
    json!({
        "cost": one.cost.decimal(),
        "retail": one.retail.map(|retail| json!({ "currency": retail.currency.code(), "amount": retail.decimal() })),
        "margin": one.margin.map(Money::decimal),
        "marginPercent": percent_of(one),
    })
}
