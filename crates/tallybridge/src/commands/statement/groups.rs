//! Groups: a statement's amounts by customer, stamp, meter, subscription or day.

use std::{cmp::Reverse, io::IsTerminal as _};

use hub::{Breakdown, Days, Group, GroupTotal, Grouping, Hub, Side, StatementQuestion, Sums};
use model::{Currency, CustomerId, MeterCatalogue, MeterId, Money, Office, PayingSubscriptionId, Quantity};
use serde_json::{Value, json};

use super::{Options, bar::bar, show_gaps, subject, subject_json};
use crate::{
    names,
    output::{self, Column, Rows},
};

/// By what amounts are added up.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The customer of the paying subscription.
    Customer,
    /// The stamp.
    Stamp,
    /// The local meter.
    Meter,
    /// The paying subscription.
    Subscription,
    /// The day of use.
    Day,
}

/// The groupings that are shown.
pub(super) fn wanted(by: Option<By>) -> Vec<Grouping> {
    match by {
        None => vec![Grouping::Subscription, Grouping::Stamp, Grouping::Meter],
        Some(By::Customer) => vec![Grouping::Customer],
        Some(By::Stamp) => vec![Grouping::Stamp],
        Some(By::Meter) => vec![Grouping::Meter],
        Some(By::Subscription) => vec![Grouping::Subscription],
        Some(By::Day) => vec![Grouping::Day],
    }
}

/// Shows what is asked, in its groups.
pub(super) fn run(options: &Options, hub: &Hub, question: &StatementQuestion<'_>) -> anyhow::Result<()> {
    let answer = hub.breakdown(question)?;
    if options.printing.json {
        return output::json(&as_json(options, question, &answer));
    }
    let office = &answer.office;
    output::print(&format!("{}: {}", subject(options, question, office), in_words(&answer.total)));
    let bars = options.by.is_some() && std::io::stdout().is_terminal();
    for grouping in question.by.iter().filter(|_| !answer.groups.is_empty()) {
        output::print("");
        table(&answer, question, *grouping, bars).print();
    }
    let unpriced = if question.side == Side::Retail { "retail amount" } else { "cost" };
    show_gaps(office, &answer.left_out, &[(unpriced, answer.unpriced_rows)]);
    Ok(())
}

/// All sums, side by side.
fn in_words(sums: &Sums) -> String {
    let each: Vec<String> = sums.iter().map(|money| money.to_string()).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(" and ") }
}

/// One amount of a group.
type Line<'a> = (&'a Group, GroupTotal);

/// The amounts of a grouping: the largest first, but days as they came.
fn lines(answer: &Breakdown, grouping: Grouping) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = answer.by(grouping).collect();
    if grouping != Grouping::Day {
        lines.sort_by_key(|(_, total)| (total.amount.currency, Reverse(total.amount.minor)));
    }
    lines
}

fn table(answer: &Breakdown, question: &StatementQuestion<'_>, grouping: Grouping, bars: bool) -> Rows {
    let lines = lines(answer, grouping);
    let several = answer.total.iter().len() > 1;
    let mut columns = heads(grouping);
    columns.push(Column::Right("AMOUNT"));
    if several {
        columns.push(Column::Left("CURRENCY"));
    }
    if bars {
        columns.push(Column::Left(""));
    }
    let mut rows = Rows::new(&columns);
    let mut add = |mut cells: Vec<String>, money: Money, bar: String| {
        cells.push(money.decimal());
        if several {
            cells.push(money.currency.to_string());
        }
        cells.push(bar);
        rows.add(cells);
    };
    let largest = |currency: Currency| {
        let amounts = lines.iter().map(|(_, total)| total.amount).filter(|amount| amount.currency == currency);
        amounts.map(|amount| amount.minor).max().unwrap_or(0)
    };
    let mut unused = question.month.first_day();
    for (group, total) in &lines {
        let money = total.amount;
        if let Group::Day(day) = group {
            if !matches!(question.days, Days::Only(_)) {
                // A day without usage is shown, so that the days stand as in a calendar.
                while unused < *day {
                    add(vec![unused.to_string()], Money::zero(money.currency), String::new());
                    unused = unused.next();
                }
            }
            unused = day.next();
        }
        add(cells(&answer.office, group, total.quantity), money, bar(money.minor, largest(money.currency)));
    }
    for money in answer.total.iter() {
        let blank = heads(grouping).len().saturating_sub(1);
        let head = std::iter::once("Total".to_owned()).chain(std::iter::repeat_n(String::new(), blank));
        add(head.collect(), money, String::new());
    }
    rows
}

fn heads(grouping: Grouping) -> Vec<Column> {
    let names: &[&'static str] = match grouping {
        Grouping::Customer => &["CUSTOMER", "ID"],
        Grouping::Stamp => &["STAMP", "ID"],
        Grouping::Meter => &["METER", "UNIT"],
        Grouping::Subscription => &["SUBSCRIPTION", "KIND", "CUSTOMER"],
        Grouping::Day => &["DAY"],
    };
    let quantity = (grouping == Grouping::Meter).then_some(Column::Right("QUANTITY"));
    names.iter().map(|name| Column::Left(name)).chain(quantity).collect()
}

fn cells(office: &Office, group: &Group, quantity: Quantity) -> Vec<String> {
    match group {
        Group::Customer(id) => {
            let id = id.as_ref();
            vec![names::customer(office, id), id.map_or_else(|| "-".to_owned(), ToString::to_string)]
        }
        Group::Stamp(id) => vec![names::stamp(office, id), id.to_string()],
        Group::Meter(id) => {
            let (name, unit) = meter(id);
            vec![name.to_owned(), unit.to_owned(), quantity.to_string()]
        }
        Group::Subscription(id) => {
            vec![id.to_string(), kind(office, id).to_owned(), names::customer(office, customer_of(office, id))]
        }
        Group::Day(day) => vec![day.to_string()],
    }
}

fn meter(id: &MeterId) -> (&'static str, &'static str) {
    MeterCatalogue::published().find(id).map_or(("?", "?"), |meter| (meter.name, meter.unit.word()))
}

fn kind(office: &Office, id: &PayingSubscriptionId) -> &'static str {
    office.subscriptions.get(id).map_or("?", |subscription| subscription.kind.word())
}

fn customer_of<'a>(office: &'a Office, id: &PayingSubscriptionId) -> Option<&'a CustomerId> {
    office.subscriptions.get(id)?.customer.as_ref()
}

fn as_json(options: &Options, question: &StatementQuestion<'_>, answer: &Breakdown) -> Value {
    let office = &answer.office;
    let mut value = subject_json(options, question);
    value["side"] = json!(if question.side == Side::Retail { "retail" } else { "cost" });
    let totals =
        answer.total.iter().map(|money| json!({ "currency": money.currency.code(), "amount": money.decimal() }));
    value["totals"] = totals.collect();
    for grouping in question.by {
        let rows = lines(answer, *grouping).into_iter().map(|(group, total)| {
            let mut row = group_json(office, group, total.quantity);
            row["currency"] = json!(total.amount.currency.code());
            row["amount"] = json!(total.amount.decimal());
            row
        });
        value["by"][word(*grouping)] = rows.collect();
    }
    let left_out: Vec<&str> = answer.left_out.iter().map(PayingSubscriptionId::as_str).collect();
    value["withoutRetailPrice"] = json!(left_out);
    value["unpricedRows"] = json!(answer.unpriced_rows);
    value
}

fn word(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::Customer => "customer",
        Grouping::Stamp => "stamp",
        Grouping::Meter => "meter",
        Grouping::Subscription => "subscription",
        Grouping::Day => "day",
    }
}

fn group_json(office: &Office, group: &Group, quantity: Quantity) -> Value {
    match group {
        Group::Customer(id) => {
            json!({ "customer": id.as_ref().map(CustomerId::as_str), "name": names::customer(office, id.as_ref()) })
        }
        Group::Stamp(id) => json!({ "stamp": id.as_str(), "name": names::stamp(office, id) }),
        Group::Meter(id) => {
            let (name, unit) = meter(id);
            json!({ "meter": id.as_str(), "name": name, "unit": unit, "quantity": quantity.to_string() })
        }
        Group::Subscription(id) => json!({
            "subscription": id.as_str(), "kind": kind(office, id),
            "customer": customer_of(office, id).map(CustomerId::as_str),
        }),
        Group::Day(day) => json!({ "day": day.to_string() }),
    }
}
