//! Chargeback: what a partner charges its customers for a month, for each of them alone.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use hub::{CloseError, DailyMonth, Hub, Side, View};
use model::{
    Customer, CustomerId, LineKey, LocalSubscriptionId, MeterCatalogue, Month, Office, PartnerId, PartnerKind, Retail,
};
use paper::{CustomerStatement, Language, names::Names};

use crate::{
    DataFolder,
    commands::invoice::destination::{self, Content, Destination, write_file},
    house,
    output::{self, Column, Rows},
};

/// Make statements for customers: quantities, retail prices and amounts of a month, and nothing of what the partner pays itself.
///
/// A customer is charged by the price list or the markup that the catalogue says for it or for its partner. Before the month is
/// closed a statement is preliminary.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The partner that is invoiced; not needed where the customer or the reseller says it.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// The customer.
    #[arg(long, value_name = "ID", group = "whose")]
    customer: Option<CustomerId>,
    /// All customers of this indirect reseller. PDF then goes into a folder, one file for each.
    #[arg(long, value_name = "ID", group = "whose")]
    reseller: Option<PartnerId>,
    /// The month, such as 2026-10.
    #[arg(long, value_parser = Month::parse)]
    month: Month,
    /// In which form.
    #[arg(long, default_value = "text")]
    format: Format,
    /// The language of a PDF: en or fr.
    #[arg(long, value_parser = destination::language, default_value = "en")]
    language: Language,
    #[command(flatten)]
    destination: Destination,
}

/// In which form a statement is written.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Text for people.
    Text,
    /// One table, for spreadsheets.
    Csv,
    /// JSON with names beside the ids.
    Json,
    /// Pages for people, on A4.
    Pdf,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let office = hub.office();
    let customers = customers(options, &office)?;
    let into_folder = options.format == Format::Pdf && options.reseller.is_some();
    let content = if options.format == Format::Pdf { Content::Binary } else { Content::Text };
    if !into_folder {
        options.destination.check(content)?;
    }
    let partner = payer(options, &office, &customers)?;
    let statements = statements(&hub, &partner, &customers, options.month)?;
    let names = Names::new(&office);
    if into_folder {
        return into(options, &names, &statements);
    }
    let bytes = match options.format {
        Format::Text => {
            let texts: Vec<String> = statements.iter().map(|statement| text(&names, statement)).collect();
            format!("{}\n", texts.join("\n\n")).into_bytes()
        }
        Format::Csv => {
            let mut bytes = Vec::new();
            paper::statement_csv(&names, &statements, &mut bytes)?;
            bytes
        }
        Format::Json => paper::statement_json(&names, &statements)?,
        Format::Pdf => {
            let statement = statements.first().context("there is no statement")?;
            paper::statement_pdf(&names, statement, options.language)?
        }
    };
    options.destination.write(content, &bytes)?;
    if let Some(path) = options.destination.file() {
        output::print(&format!("{} is written.", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The customers that are meant.
fn customers<'a>(options: &Options, office: &'a Office) -> anyhow::Result<Vec<&'a Customer>> {
    if let Some(id) = &options.customer {
        let customer = office.customers.get(id).with_context(|| house::no_customer(id))?;
        return Ok(vec![customer]);
    }
    let id = options.reseller.as_ref().context("name a customer with --customer")?;
    let reseller = office.partners.get(id).with_context(|| format!("partner {id} is not known"))?;
    ensure!(
        reseller.kind == PartnerKind::IndirectReseller,
        "partner {id} is no indirect reseller: name its customers one by one with --customer"
    );
    let of_reseller: Vec<&Customer> = office.customers.values().filter(|customer| customer.partner == *id).collect();
    ensure!(!of_reseller.is_empty(), "reseller {id} has no customer");
    Ok(of_reseller)
}

/// The partner that is invoiced for what the customers use.
fn payer(options: &Options, office: &Office, customers: &[&Customer]) -> anyhow::Result<PartnerId> {
    let seller = customers.first().map(|customer| &customer.partner).context("there is no customer")?;
    let payer = office.invoiced_partner(seller).with_context(|| format!("partner {seller} is not known"))?;
    match &options.partner {
        Some(named) if *named != payer.id && named != seller => {
            bail!("what partner {seller} sells is invoiced to {}, not to {named}", payer.id)
        }
        _ => Ok(payer.id.clone()),
    }
}

/// The statements of those customers that have a retail price; of a single one without, it is an error.
fn statements(
    hub: &Hub,
    partner: &PartnerId,
    customers: &[&Customer],
    month: Month,
) -> anyhow::Result<Vec<CustomerStatement>> {
    let mut users: HashMap<LineKey, HashSet<LocalSubscriptionId>> = HashMap::new();
    let wanted: HashSet<&CustomerId> = customers.iter().map(|customer| &customer.id).collect();
    let office = hub.office();
    let daily: DailyMonth = hub.daily_charges::<CloseError>(
        partner,
        month,
        View::Now,
        Side::Retail,
        |_| Ok(()),
        |charge| {
            let payer = office.subscriptions.get(&charge.line.key.paying_subscription);
            if payer.and_then(|payer| payer.customer.as_ref()).is_some_and(|customer| wanted.contains(customer)) {
                let of_line = users.entry(charge.line.key.clone()).or_default();
                of_line.insert(charge.subscriber.subscription.clone());
            }
            Ok(())
        },
    )?;
    let count = |key: &LineKey| users.get(key).and_then(|users| u64::try_from(users.len()).ok());
    let issued = hub.store().documents(Some(partner))?.iter().any(|stored| stored.document.month >= month);
    let mut statements = Vec::new();
    for customer in customers {
        let Some(terms) = hub::retail_terms(&daily.office, partner, customer) else {
            let missing = format!(
                "customer {} ({}) has no retail price: the catalogue gives it or its partner one, with the member retail",
                customer.id, customer.name
            );
            ensure!(customers.len() > 1, "{missing}");
            eprintln!("left out: {missing}");
            continue;
        };
        let markup = match daily.office.retail(&customer.id) {
            Some(Retail::Markup(share)) => Some(*share),
            _ => None,
        };
        let seller = daily.office.partners.get(&customer.partner).map_or("", |seller| seller.name.as_str());
        statements.push(CustomerStatement::new(
            (seller, customer),
            (month, issued),
            &daily.rated,
            (terms, markup),
            &count,
        )?);
    }
    Ok(statements)
}

/// Writes one PDF for each statement into a folder.
fn into(options: &Options, names: &Names<'_>, statements: &[CustomerStatement]) -> anyhow::Result<ExitCode> {
    let folder = options.destination.file().context("name the folder for the files with --output FOLDER")?;
    fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
    let files: Vec<PathBuf> = statements.iter().map(|statement| folder.join(file_name(statement))).collect();
    // All or none: what is there already is found before anything is written.
    if let Some(file) = files.iter().find(|file| !options.destination.force && file.exists()) {
        bail!("write {}: it is there already; replace it with --force", file.display());
    }
    for (statement, file) in statements.iter().zip(&files) {
        let bytes = paper::statement_pdf(names, statement, options.language)?;
        write_file(file, options.destination.force, &bytes)?;
        output::print(&format!("{}  {}  {}", file.display(), statement.customer_name, statement.total));
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the file of one statement. Two customers never have the same, and no id leads out of the folder.
fn file_name(statement: &CustomerStatement) -> String {
    let id = statement.customer.folded().bytes().map(|byte| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
        _ => format!("_{byte:02x}"),
    });
    format!("chargeback-{}-{}.pdf", id.collect::<String>(), statement.month)
}

/// A statement for people, as text.
fn text(names: &Names<'_>, statement: &CustomerStatement) -> String {
    let state = if statement.issued { "" } else { ", preliminary" };
    let mut rows = Rows::new(&[
        Column::Left("STAMP"),
        Column::Left("METER"),
        Column::Left("UNIT"),
        Column::Right("QUANTITY"),
        Column::Right("UNIT PRICE"),
        Column::Right("PER"),
        Column::Right("AMOUNT"),
    ]);
    let unit = |meter| MeterCatalogue::published().find(meter).map_or("?", |meter| meter.unit.word()).to_owned();
    for line in &statement.lines {
        let cut = if line.unit_price.is_cut { "..." } else { "" };
        rows.add([
            names.stamp(&line.stamp).name.to_owned(),
            names.meter(&line.meter).name.to_owned(),
            unit(&line.meter),
            line.quantity.to_string(),
            format!("{}{cut}", line.unit_price.decimal),
            line.per.to_string(),
            line.amount.decimal(),
        ]);
    }
    for line in &statement.unpriced {
        rows.add([
            names.stamp(&line.stamp).name.to_owned(),
            names.meter(&line.meter).name.to_owned(),
            unit(&line.meter),
            line.quantity.to_string(),
            "no price yet".to_owned(),
            String::new(),
            String::new(),
        ]);
    }
    let blanks = std::iter::repeat_n(String::new(), 5);
    rows.add(std::iter::once("Total".to_owned()).chain(blanks).chain([statement.total.decimal()]));
    format!(
        "{} ({}), {}: {}{state}\nSold by {} ({}). All amounts are without tax.\n\n{}",
        statement.customer_name,
        statement.customer,
        statement.month,
        statement.total,
        statement.partner_name,
        statement.partner,
        rows.text()
    )
}
