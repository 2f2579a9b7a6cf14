//! Statement: who pays for what in a month.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::{Context as _, bail, ensure};
use hub::{Days, Hub, Side, StatementQuestion, View};
use model::{CloudId, CustomerId, Day, InvoiceNumber, MeterCatalogue, Month, Office, PartnerId, PayingSubscriptionId};
use serde_json::json;

use crate::{
    DataFolder, Printing, house, names,
    output::{self, Column, Rows},
};

mod bar;
mod groups;
mod margin;

/// Show who pays for what in a month, by everything known now. An open month changes until it is closed.
///
/// Without further options it shows the whole month by subscription, stamp and meter.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The month, such as 2026-10; that of the day or document that is named, or else this one.
    #[arg(long, value_parser = Month::parse)]
    month: Option<Month>,
    /// The partner that is invoiced; not needed when there is only one, or where a customer or a document says it.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// Add up by this.
    #[arg(long, conflicts_with = "margin")]
    by: Option<groups::By>,
    /// Only what this customer uses.
    #[arg(long, value_name = "ID")]
    customer: Option<CustomerId>,
    /// Only what is used on this stamp.
    #[arg(long, value_name = "ID")]
    stamp: Option<CloudId>,
    /// Only the month's days up to and including this one, such as 2026-10-15.
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    until: Option<Day>,
    /// Only this day. The days of a month add up to it.
    #[arg(long, value_parser = Day::parse, conflicts_with = "until")]
    day: Option<Day>,
    /// What customers are charged, instead of what it costs the partner.
    #[arg(long)]
    retail: bool,
    /// What each customer costs, what it is charged, and what is left of that.
    #[arg(long, conflicts_with = "retail")]
    margin: bool,
    /// By what this document was computed from, instead of everything known now.
    #[arg(long, value_name = "INVOICE")]
    as_of: Option<InvoiceNumber>,
}

impl Options {
    /// Whether nothing but a month is asked for.
    fn is_plain(&self) -> bool {
        let is_narrowed = self.customer.is_some() || self.stamp.is_some() || self.until.is_some() || self.day.is_some();
        !is_narrowed && self.by.is_none() && !self.retail && !self.margin && self.as_of.is_none()
    }
}

/// What is asked, with what was looked up for it.
struct Asked {
    partner: PartnerId,
    month: Month,
    days: Days,
    pins: Option<store::Pins>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let asked = asked(options, &hub)?;
    if options.is_plain() {
        return show_whole(options, &hub, &asked);
    }
    let question = StatementQuestion {
        partner: &asked.partner,
        month: asked.month,
        view: asked.pins.as_ref().map_or(View::Now, View::Pinned),
        side: if options.retail { Side::Retail } else { Side::Cost },
        customer: options.customer.as_ref(),
        stamp: options.stamp.as_ref(),
        days: asked.days,
        by: &groups::wanted(options.by),
    };
    if options.margin {
        margin::run(options, &hub, &question)?;
    } else {
        groups::run(options, &hub, &question)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks up what the options name.
fn asked(options: &Options, hub: &Hub) -> anyhow::Result<Asked> {
    let office = hub.office();
    if let Some(id) = &options.stamp {
        ensure!(office.stamps.contains_key(id), "stamp {id} is not known; `tallybridge stamps` lists them");
    }
    let mut of_document = None;
    if let Some(number) = &options.as_of {
        let stored = hub.store().document(number)?.with_context(|| house::no_document(number))?;
        let missing = || format!("{number} does not say what it was computed from: leave --as-of away");
        of_document = Some((stored.document.partner, stored.document.month, stored.pins.with_context(missing)?));
    }
    let of_customer = match &options.customer {
        Some(id) => {
            let customer = office.customers.get(id).with_context(|| house::no_customer(id))?;
            office.invoiced_partner(&customer.partner).map(|payer| &payer.id)
        }
        None => None,
    };
    let of = of_document.as_ref().map(|(partner, ..)| partner).or(of_customer);
    let partner = match (&options.partner, of) {
        (None, Some(partner)) => partner.clone(),
        (named, _) => house::partner(hub, named.as_ref())?,
    };
    for (what, payer) in [("document", of_document.as_ref().map(|(partner, ..)| partner)), ("customer", of_customer)] {
        if let Some(payer) = payer.filter(|payer| **payer != partner) {
            bail!("the {what} is of partner {payer}, not of {partner}: name the one or the other");
        }
    }
    let day = options.until.or(options.day);
    let named = options.month.or(day.map(Day::month)).or(of_document.as_ref().map(|(_, month, _)| *month));
    let month = named.unwrap_or_else(|| house::this_month(hub));
    if let Some(day) = day {
        ensure!(day.month() == month, "{day} is no day of {month}: name a day of that month, or leave --month away");
    }
    let days = match (options.until, options.day) {
        (Some(last), _) => Days::Until(last),
        (None, Some(only)) => Days::Only(only),
        (None, None) => Days::Whole,
    };
    Ok(Asked { partner, month, days, pins: of_document.map(|(.., pins)| pins) })
}

/// What the answer is about, in words.
fn subject(options: &Options, question: &StatementQuestion<'_>, office: &Office) -> String {
    let month = question.month;
    let mut words = vec![format!("Partner {}", question.partner)];
    words.push(match question.days {
        Days::Whole => month.to_string(),
        Days::Until(last) => format!("{} to {last}", month.first_day()),
        Days::Only(day) => day.to_string(),
    });
    words.extend(question.customer.map(|id| names::customer(office, Some(id))));
    words.extend(question.stamp.map(|id| format!("on {}", names::stamp(office, id))));
    if options.retail {
        words.push("charged to customers".to_owned());
    }
    words.extend(options.as_of.as_ref().map(|number| format!("as {number} was computed")));
    words.join(", ")
}

/// What the answer is about, for programs.
fn subject_json(options: &Options, question: &StatementQuestion<'_>) -> serde_json::Value {
    let (first, end) = (question.month.first_day(), question.month.days().end);
    let (from, until) = match question.days {
        Days::Whole => (first, Day(end.0.saturating_sub(1))),
        Days::Until(last) => (first, last),
        Days::Only(day) => (day, day),
    };
    json!({
        "partner": question.partner.as_str(),
        "month": question.month.to_string(),
        "from": from.to_string(),
        "until": until.to_string(),
        "customer": question.customer.map(CustomerId::as_str),
        "stamp": question.stamp.map(CloudId::as_str),
        "asOf": options.as_of.as_ref().map(InvoiceNumber::as_str),
    })
}

/// Prints what is not charged and what lacks a price, as sentences.
fn show_gaps(office: &Office, left_out: &[PayingSubscriptionId], unpriced: &[(&str, u64)]) {
    let customer = |id: &PayingSubscriptionId| office.subscriptions.get(id)?.customer.as_ref();
    let customers = left_out.iter().filter_map(customer).map(|id| names::customer(office, Some(id)));
    let names: Vec<String> = customers.collect::<BTreeSet<_>>().into_iter().collect();
    let mut sentences = Vec::new();
    if !names.is_empty() {
        sentences.push(format!("Nothing is charged for want of a retail price: {}.", names.join(", ")));
        sentences.push("The catalogue gives one to a customer or to its partner: the member retail.".to_owned());
    }
    if left_out.iter().any(|id| customer(id).is_none()) {
        sentences.push("What the partner's own subscriptions use is charged to nobody.".to_owned());
    }
    for (what, rows) in unpriced.iter().filter(|(_, rows)| *rows > 0) {
        let (rows, have) = if *rows == 1 { ("1 row".to_owned(), "has") } else { (format!("{rows} rows"), "have") };
        sentences.push(format!("{rows} of the month {have} no {what}: the meter has no price."));
    }
    if !sentences.is_empty() {
        output::print(&format!("\n{}", sentences.join("\n")));
    }
}

/// The whole month of everybody, by everything known now.
fn show_whole(options: &Options, hub: &Hub, asked: &Asked) -> anyhow::Result<ExitCode> {
    let (partner, month) = (&asked.partner, asked.month);
    let statement = hub.statement(partner, month)?;
    let office = hub.office();
    let meter_name = |id: &model::MeterId| MeterCatalogue::published().find(id).map_or("?", |meter| meter.name);
    if options.printing.json {
        let shown = api::partner::statement(&office, partner, month, &statement)?;
        output::json(&serde_json::to_value(shown)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    statement.with_totals(|totals| {
        output::print(&format!("Partner {partner}, {month}: {}", totals.total));
        if statement.months.is_empty() {
            output::print("\nNothing was used in this month.");
        } else {
            show_tables(&office, &statement, totals);
        }
        let counts = totals.rows;
        output::print(&format!(
            "\n{} rows are charged, {} are informational, {} have no price, {} have no payer.",
            counts.rated, counts.informational, counts.unpriced, statement.unattributed
        ));
        for sum in &totals.unpriced {
            let (meter, stamp) = (meter_name(&sum.meter), &sum.stamp);
            output::print(&format!("No price: {meter} on {stamp}, {}: {}", sum.quantity, sum.rating.explain()));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Who pays, and what each stamp and each meter comes to.
fn show_tables(office: &Office, statement: &hub::Statement, totals: &billing::show::Statement<'_>) {
    let total = totals.total.decimal();
    let mut rows = Rows::new(&[
        Column::Left("SUBSCRIPTION"),
        Column::Left("KIND"),
        Column::Left("CUSTOMER"),
        Column::Right("AMOUNT"),
    ]);
    for month in &statement.months {
        let id = &month.paying_subscription;
        if let Some(amount) = totals.by_paying_subscription.get(id) {
            let kind = office.subscriptions.get(id).map_or("?", |subscription| subscription.kind.word());
            let customer = names::customer(office, month.customer.as_ref());
            rows.add([id.to_string(), kind.to_owned(), customer, amount.decimal()]);
        }
    }
    rows.add(["Total", "", "", &total]);
    output::print(&format!("\n{}", rows.text()));
    let mut rows = Rows::new(&[Column::Left("STAMP"), Column::Right("AMOUNT")]);
    for (stamp, amount) in &totals.by_stamp {
        rows.add([names::stamp(office, stamp), amount.decimal()]);
    }
    rows.add(["Total", &total]);
    output::print(&format!("\n{}", rows.text()));
    let mut rows =
        Rows::new(&[Column::Left("METER"), Column::Left("UNIT"), Column::Right("QUANTITY"), Column::Right("AMOUNT")]);
    let mut meters: Vec<_> = totals.by_meter.iter().collect();
    meters.sort_by_key(|(_, total)| std::cmp::Reverse(total.amount.minor));
    for (meter, total) in meters {
        let (name, unit) =
            MeterCatalogue::published().find(meter).map_or(("?", "?"), |meter| (meter.name, meter.unit.word()));
        rows.add([name.to_owned(), unit.to_owned(), total.quantity.to_string(), total.amount.decimal()]);
    }
    rows.add(["Total", "", "", &total]);
    output::print(&format!("\n{}", rows.text()));
}
