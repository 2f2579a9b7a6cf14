//! Demo: a story that uses everything, with nothing to prepare.

mod cast;
mod client;
mod story;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use hub::{Hub, Proof};
use model::{Document, LineKind, MeterCatalogue, Money, PartnerId, PayingSubscriptionId};
use serde_json::json;

use crate::{
    Printing,
    clock::StoryClock,
    commands::{invoice, serve, verify},
    house, names,
    output::{self, Column, Rows},
};
use story::Told;

/// The file by which a folder is known as the demonstration's own.
const MARK: &str = "tallybridge-demo";

/// Tell the whole story: partner Contoso registers two emulated stamps and maps its customers; forty days of hourly usage
/// come in over HTTP; a month is closed and invoiced; late usage and a correction arrive; the next invoice carries the
/// adjustments, and the first one stays what it was. Then the hub is served until Ctrl-C.
#[derive(clap::Args)]
pub struct Options {
    /// End after the story, with status 0 if everything adds up.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    printing: Printing,
    /// The folder that is made for it. What an earlier demonstration left there is removed.
    #[arg(long, value_name = "DIR", default_value = "tallybridge-demo")]
    data: PathBuf,
    /// The number that all chance is drawn from. The same number tells the same story.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The address to serve on afterwards.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7080")]
    listen: SocketAddr,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    prepare(&options.data)?;
    let clock = Arc::new(StoryClock::new(story::end()?));
    let hub = Arc::new(house::open_with(&options.data, Arc::clone(&clock) as Arc<dyn hub::Clock>)?);
    let bar = output::bar(0, "windows delivered");
    let runtime = serve::runtime()?;
    let told = runtime.block_on(story::tell(Arc::clone(&hub), clock, options.seed, bar.clone()))?;
    bar.finish_and_clear();
    let proof = hub.verify(|_, _| ())?;
    let paid = who_paid(&told.documents)?;
    let conservation = proof.holds() && told.first_unchanged && told.accounts_agree && adds_up(&paid, &told.documents);
    if options.printing.json {
        output::json(&as_json(options, &hub, &told, &proof, &paid, conservation))?;
    } else {
        show(options, &hub, &told, &proof, &paid, conservation);
    }
    if !conservation {
        return Ok(ExitCode::FAILURE);
    }
    if !options.once {
        drop(hub);
        let hub = Arc::new(house::open(&options.data)?);
        let (name, password) = cast::invite(&hub)?;
        // On standard error, as the address that follows.
        eprintln!("the portal is at http://{}/portal: sign in as {name} with the password {password}", options.listen);
        runtime.block_on(serve::serve(hub, options.listen, serve::Protection::Loopback))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the folder, or empties it when it is an earlier demonstration's.
fn prepare(folder: &Path) -> anyhow::Result<()> {
    let mark = folder.join(MARK);
    if mark.is_file() {
        std::fs::remove_dir_all(folder).with_context(|| format!("remove the old {}", folder.display()))?;
    } else if folder.exists() && std::fs::read_dir(folder)?.next().is_some() {
        bail!("{} is not empty and no earlier demonstration's: name another folder with --data", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    std::fs::write(&mark, "A demonstration of Tallybridge. `tallybridge demo` may remove this folder.\n")
        .with_context(|| format!("write {}", mark.display()))?;
    Ok(())
}

type Paid = BTreeMap<(PayingSubscriptionId, model::CloudId), Money>;

/// What each subscription was invoiced for its usage on each stamp, over all documents.
fn who_paid(documents: &[Document]) -> anyhow::Result<Paid> {
    let mut paid = Paid::new();
    for line in documents.iter().flat_map(|document| &document.lines) {
        let key = (line.key.paying_subscription.clone(), line.key.stamp.clone());
        let sum = paid.entry(key).or_insert(Money::zero(line.amount.currency));
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(paid)
}

fn adds_up(paid: &Paid, documents: &[Document]) -> bool {
    let by_subscription: i128 = paid.values().map(|amount| amount.minor).sum();
    let by_document: i128 = documents.iter().map(|document| document.total.minor).sum();
    by_subscription == by_document
}

/// A paying subscription in words: its type and its customer.
fn describe(hub: &Hub, id: &PayingSubscriptionId) -> (String, String) {
    let office = hub.office();
    let subscription = office.subscriptions.get(id);
    let kind = subscription.map_or("?", |subscription| subscription.kind.word()).to_owned();
    let customer = subscription.and_then(|subscription| subscription.customer.as_ref());
    let name = customer.and_then(|id| office.customers.get(id)).map(|customer| customer.name.clone());
    (kind, name.unwrap_or_else(|| "Contoso itself".to_owned()))
}

fn adjustments(documents: &[Document]) -> impl Iterator<Item = (&Document, &model::InvoiceLine)> {
    documents.iter().flat_map(|document| {
        document.lines.iter().filter(|line| line.kind == LineKind::Adjustment).map(move |line| (document, line))
    })
}

fn as_json(
    options: &Options,
    hub: &Hub,
    told: &Told,
    proof: &Proof,
    paid: &Paid,
    conservation: bool,
) -> serde_json::Value {
    let (rows, counts) = (proof.deliveries, proof.counts);
    let subscriptions: Vec<_> = paid
        .iter()
        .map(|((id, stamp), amount)| {
            let (kind, customer) = describe(hub, id);
            json!({
                "id": id.as_str(), "kind": kind, "customer": customer, "stamp": stamp.as_str(),
                "amount": amount.decimal(), "currency": amount.currency.code(),
            })
        })
        .collect();
    json!({
        "seed": options.seed,
        "rows": { "received": rows.received, "stored": rows.stored, "copies": rows.copies, "held": rows.held },
        "usage": {
            "attributed": counts.attributed, "rated": counts.rated, "unpriced": counts.unpriced,
            "informational": counts.informational,
        },
        "subscriptions": subscriptions,
        "refusals": told.refusals.iter().map(|refused| json!({
            "what": refused.what, "code": refused.code, "message": refused.message,
        })).collect::<Vec<_>>(),
        "invoices": told.documents.iter().map(invoice::summary).collect::<Vec<_>>(),
        "adjustments": adjustments(&told.documents).map(|(document, line)| json!({
            "invoice": document.number.as_str(), "month": line.key.month.to_string(),
            "subscription": line.key.paying_subscription.as_str(), "stamp": line.key.stamp.as_str(),
            "meter": line.key.meter.as_str(), "quantity": line.quantity.to_string(), "amount": line.amount.decimal(),
        })).collect::<Vec<_>>(),
        "overridden": told.overridden,
        "firstInvoiceUnchanged": told.first_unchanged,
        "sumsEqualTheStampsAccounts": told.accounts_agree,
        "conservation": conservation,
    })
}

fn show(options: &Options, hub: &Hub, told: &Told, proof: &Proof, paid: &Paid, conservation: bool) {
    let office = hub.office();
    output::print("WHAT HAPPENED");
    for event in &told.events {
        output::print(&format!("  {event}"));
    }
    output::print("\nREFUSED ON THE WAY");
    let mut rows = Rows::new(&[Column::Left("  CODE"), Column::Left("WHAT")]);
    for refused in &told.refusals {
        rows.add([format!("  {}", refused.code), refused.what.clone()]);
    }
    rows.print();
    output::print("\nWHO PAID FOR WHAT");
    let mut rows = Rows::new(&[
        Column::Left("  SUBSCRIPTION"),
        Column::Left("KIND"),
        Column::Left("CUSTOMER"),
        Column::Left("STAMP"),
        Column::Right("AMOUNT"),
    ]);
    for ((id, stamp), amount) in paid {
        let (kind, customer) = describe(hub, id);
        rows.add([format!("  {id}"), kind, customer, names::stamp(&office, stamp), amount.to_string()]);
    }
    rows.print();
    show_documents(hub, told);
    output::print("\nCONSERVATION");
    for law in verify::conservation(proof) {
        output::print(&format!("  {law}"));
    }
    let yes = |holds| if holds { "yes" } else { "NO" };
    output::print(&format!("  the sums equal the stamps' own accounts: {}", yes(told.accounts_agree)));
    output::print(&format!("  the first invoice is byte for byte what it was: {}", yes(told.first_unchanged)));
    output::print(&format!("  everything adds up: {}", yes(conservation)));
    for law in proof.laws.iter().filter(|law| !law.failures.is_empty()) {
        output::print(&format!("  DOES NOT HOLD: {}: {:?}", law.name, law.failures));
    }
    let folder = options.data.display();
    output::print(&format!(
        "\nLOOK AROUND\n  tallybridge statement --month 2026-10 --data {folder}\n  tallybridge statement --month 2026-10 --by customer --data {folder}\n  tallybridge invoice --data {folder}\n  tallybridge explain {} 1 --data {folder}\n  tallybridge prices list --data {folder}\n  tallybridge held --data {folder}\n  tallybridge verify --data {folder}\n",
        told.documents.first().map_or("NUMBER", |document| document.number.as_str())
    ));
}

fn show_documents(hub: &Hub, told: &Told) {
    let office = hub.office();
    output::print("\nINVOICES");
    let mut rows = Rows::new(&[
        Column::Left("  NUMBER"),
        Column::Left("PARTNER"),
        Column::Left("MONTH"),
        Column::Right("LINES"),
        Column::Right("ADJUSTMENTS"),
        Column::Right("TOTAL"),
    ]);
    for document in &told.documents {
        let name = |id: &PartnerId| office.partners.get(id).map_or_else(String::new, |partner| partner.name.clone());
        rows.add([
            format!("  {}", document.number),
            name(&document.partner),
            document.month.to_string(),
            document.lines.len().to_string(),
            invoice::adjustments(document).to_string(),
            document.total.to_string(),
        ]);
    }
    rows.print();
    for text in &told.overridden {
        output::print(&format!("  overridden at the second close: {text}"));
    }
    output::print("\nADJUSTMENT LINES");
    let mut rows = Rows::new(&[
        Column::Left("  INVOICE"),
        Column::Left("FOR"),
        Column::Left("SUBSCRIPTION"),
        Column::Left("STAMP"),
        Column::Left("METER"),
        Column::Right("QUANTITY"),
        Column::Right("AMOUNT"),
    ]);
    for (document, line) in adjustments(&told.documents) {
        let meter = MeterCatalogue::published().find(&line.key.meter).map_or("?", |meter| meter.name);
        rows.add([
            format!("  {}", document.number),
            line.key.month.to_string(),
            names::subscription(&office, &line.key.paying_subscription),
            names::stamp(&office, &line.key.stamp),
            meter.to_owned(),
            line.quantity.to_string(),
            line.amount.to_string(),
        ]);
    }
    rows.print();
}
