//! Documents: the header and bytes of each in one table, its lines, readable, in another.

use model::{
    CloudId, Currency, CustomerId, Day, DocumentKind, Exchange, ExchangeRate, InvoiceLine, InvoiceNumber, LineKey,
    LineKind, MeterId, Money, Month, PartnerId, PayingSubscriptionId, Quantity, Scope, Second, Share, UnitPrice,
};
use rusqlite::{OptionalExtension as _, Params, Row};

use super::{
    audit,
    change::{Change, View},
    fault::{Outcome, column, damaged},
};
use crate::{AuditNote, Document, Pins, Result, StoreError};

const COUNT: &str = "
    SELECT coalesce((SELECT max(position) FROM documents WHERE partner_folded = ?1), 0),
        (SELECT coalesce(max(sequence), 0) FROM documents)";

const IS_THERE: &str = "SELECT 1 FROM documents WHERE number_folded = ?1";

const INSERT: &str = "
    INSERT INTO documents (sequence, number, number_folded, partner, partner_folded, position, month, kind, currency,
        total, lines, at, audit_number, previous, hash, bytes, pinned_delivery, pinned_office, inputs)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";

// A correction can also take usage of those days away, so the revision before counts as well.
const LATER_DELIVERY: &str = "
    SELECT 1 FROM deliveries JOIN windows USING (stamp, hour)
    WHERE deliveries.number > ?1 AND deliveries.stamp = ?2
        AND windows.revision BETWEEN deliveries.revision - 1 AND deliveries.revision AND windows.first_day < ?3
    LIMIT 1";

const LAST_OFFICE: &str = "SELECT coalesce(max(audit_number), 0) FROM office_changes";

const LAST_MONTH: &str = "SELECT max(month) FROM documents";

const INSERT_LINE: &str = "
    INSERT INTO document_lines (document, position, month, paying_subscription, stamp, meter, scope, price_from, tier,
        kind, customer, unit_price, divisor, quantity, amount, residual, commerce_meter, discount, credit,
        price_currency, exchange_rate)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

const SELECT: &str = "
    SELECT sequence, number, partner, month, kind, currency, total, lines, at, previous, hash, bytes, pinned_delivery,
        pinned_office, inputs
    FROM documents";

const SELECT_LINES: &str = "
    SELECT month, paying_subscription, stamp, meter, scope, price_from, tier, kind, customer, unit_price, divisor,
        quantity, amount, residual, commerce_meter, discount, credit, price_currency, exchange_rate
    FROM document_lines WHERE document = ?1 ORDER BY position";

/// Issues a document, unless the partner has other documents than were seen, or something that it was computed from changed.
pub(super) fn issue(
    change: &mut Change<'_>,
    seen: u64,
    stamps: &[CloudId],
    issued: &Document,
    note: &AuditNote,
) -> Outcome<()> {
    let document = &issued.document;
    refuse_other_currencies(document)?;
    let database = change.view.database;
    let (position, sequence): (u64, u64) =
        database.prepare_cached(COUNT)?.query_row([document.partner.folded()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if position != seen {
        return Err(StoreError::Conflict(format!("the documents of partner {}", document.partner)).into());
    }
    let taken = database.prepare_cached(IS_THERE)?.query_row([document.number.folded()], |_| Ok(())).optional()?;
    if taken.is_some() {
        return Err(StoreError::Conflict(format!("the document number {}", document.number)).into());
    }
    refuse_later_inputs(change, stamps, issued)?;
    let audit_number = audit::append(change, note)?;
    let (sequence, position) = (sequence.saturating_add(1), position.saturating_add(1));
    database.prepare_cached(INSERT)?.execute(rusqlite::params![
        sequence,
        document.number.as_str(),
        document.number.folded(),
        document.partner.as_str(),
        document.partner.folded(),
        position,
        document.month.to_string(),
        document.kind.word(),
        document.currency.code(),
        document.total.decimal(),
        document.lines.len(),
        issued.at.0,
        audit_number,
        issued.previous,
        issued.hash,
        issued.bytes,
        issued.pins.as_ref().map(|pins| pins.delivery),
        issued.pins.as_ref().map(|pins| pins.office),
        issued.pins.as_ref().map_or("{}", |pins| pins.inputs.as_str()),
    ])?;
    let mut insert = database.prepare_cached(INSERT_LINE)?;
    for (position, line) in (0_u32..).zip(&document.lines) {
        insert.execute(rusqlite::params![
            sequence,
            position,
            line.key.month.to_string(),
            line.key.paying_subscription.as_str(),
            line.key.stamp.as_str(),
            line.key.meter.as_str(),
            line.key.scope.word(),
            line.key.price_from.to_string(),
            line.key.tier,
            line.kind.word(),
            line.customer.as_ref().map(CustomerId::as_str),
            line.unit_price.to_string(),
            line.divisor,
            line.quantity.to_string(),
            line.amount.decimal(),
            &line.residual,
            (line.key.commerce_meter != line.key.meter).then(|| line.key.commerce_meter.as_str()),
            line.key.discount.to_string(),
            line.key.credit.to_string(),
            line.exchange.map(|exchange| exchange.from.code().to_owned()),
            line.exchange.map(|exchange| exchange.rate.to_string()),
        ])?;
    }
    Ok(())
}

/// What a document was computed from must still be the newest when it is issued: its pins say so for ever.
fn refuse_later_inputs(change: &Change<'_>, stamps: &[CloudId], issued: &Document) -> Outcome<()> {
    let Some(pins) = &issued.pins else { return Ok(()) };
    let database = change.view.database;
    let last: u64 = database.prepare_cached(LAST_OFFICE)?.query_row([], |row| row.get(0))?;
    if last != pins.office {
        return Err(StoreError::Conflict("the office".to_owned()).into());
    }
    let end = issued.document.month.next().first_day();
    for stamp in stamps {
        let Some(number) = change.view.stamp_number(stamp) else { continue };
        let later = database
            .prepare_cached(LATER_DELIVERY)?
            .query_row((pins.delivery, number, end.0), |_| Ok(()))
            .optional()?;
        if later.is_some() {
            return Err(StoreError::Conflict(format!("the usage of stamp {stamp}")).into());
        }
    }
    Ok(())
}

/// The first day of which no document speaks: what changes before it is written down.
pub(super) fn open_from(change: &Change<'_>) -> Outcome<Option<Day>> {
    let month: Option<String> = change.view.database.prepare_cached(LAST_MONTH)?.query_row([], |row| row.get(0))?;
    let Some(month) = month else { return Ok(None) };
    let month = Month::parse(&month).map_err(|_| damaged("a document".to_owned(), "its month cannot be read"))?;
    Ok(Some(month.next().first_day()))
}

/// The currency is kept once per document, so money in another one would silently change.
fn refuse_other_currencies(document: &model::Document) -> Result<()> {
    let amounts = document.lines.iter().map(|line| line.amount).chain([document.total]);
    for amount in amounts {
        if amount.currency != document.currency {
            return Err(StoreError::Database {
                attempt: format!("issue document {}", document.number),
                cause: format!("it is in {}, and {amount} is not", document.currency),
            });
        }
    }
    Ok(())
}

/// The documents of a partner, or all.
pub(super) fn read(view: &View<'_>, partner: Option<&PartnerId>) -> Outcome<Vec<Document>> {
    match partner {
        Some(partner) => {
            select(view, &format!("{SELECT} WHERE partner_folded = ?1 ORDER BY sequence"), [partner.folded()])
        }
        None => select(view, &format!("{SELECT} ORDER BY sequence"), []),
    }
}

/// One document.
pub(super) fn one(view: &View<'_>, number: &InvoiceNumber) -> Outcome<Option<Document>> {
    Ok(select(view, &format!("{SELECT} WHERE number_folded = ?1"), [number.folded()])?.pop())
}

fn select(view: &View<'_>, sql: &str, parameters: impl Params) -> Outcome<Vec<Document>> {
    let mut statement = view.database.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut documents = Vec::new();
    while let Some(row) = rows.next()? {
        documents.push(document(view, row)?);
    }
    Ok(documents)
}

/// A document as its lines are stored, not as its bytes are: who compares the two sees a line that was changed by hand.
fn document(view: &View<'_>, row: &Row<'_>) -> Outcome<Document> {
    let number: String = column(row, "number", 1, || "a document".to_owned())?;
    let place = || format!("document {number}");
    let sequence: u64 = column(row, "sequence", 0, place)?;
    let header = Texts { row, place: &place };
    let currency = header.read("currency", 5, |text| Currency::parse(text).ok())?;
    let mut statement = view.database.prepare_cached(SELECT_LINES)?;
    let mut rows = statement.query([sequence])?;
    let mut lines: Vec<InvoiceLine> = Vec::new();
    while let Some(row) = rows.next()? {
        let place = || format!("line {} of document {number}", lines.len());
        let line = line(&Texts { row, place: &place }, currency)?;
        lines.push(line);
    }
    let count: usize = column(row, "lines", 7, place)?;
    if lines.len() != count {
        return Err(damaged(place(), format!("it has {} lines instead of {count}", lines.len())).into());
    }
    Ok(Document {
        document: model::Document {
            number: header.read("number", 1, |text| InvoiceNumber::new(text).ok())?,
            kind: header.read("kind", 4, DocumentKind::from_word)?,
            partner: header.read("partner", 2, |text| PartnerId::new(text).ok())?,
            month: header.read("month", 3, |text| Month::parse(text).ok())?,
            currency,
            lines,
            total: header.read("total", 6, |text| Money::from_decimal(text, currency))?,
        },
        at: Second(column(row, "at", 8, place)?),
        previous: column(row, "previous", 9, place)?,
        hash: column(row, "hash", 10, place)?,
        bytes: column(row, "bytes", 11, place)?,
        pins: pins(row, &place)?,
    })
}

fn pins(row: &Row<'_>, place: &dyn Fn() -> String) -> Result<Option<Pins>> {
    let delivery: Option<u64> = column(row, "pinned_delivery", 12, place)?;
    let office: Option<u64> = column(row, "pinned_office", 13, place)?;
    let (Some(delivery), Some(office)) = (delivery, office) else { return Ok(None) };
    Ok(Some(Pins { delivery, office, inputs: column(row, "inputs", 14, place)? }))
}

fn line(texts: &Texts<'_>, currency: Currency) -> Result<InvoiceLine> {
    let (row, place) = (texts.row, texts.place);
    let customer: Option<String> = column(row, "customer", 8, place)?;
    Ok(InvoiceLine {
        key: LineKey {
            month: texts.read("month", 0, |text| Month::parse(text).ok())?,
            paying_subscription: texts.read("paying_subscription", 1, |text| PayingSubscriptionId::new(text).ok())?,
            stamp: texts.read("stamp", 2, |text| CloudId::new(text).ok())?,
            meter: texts.read("meter", 3, |text| MeterId::new(text).ok())?,
            scope: texts.read("scope", 4, Scope::from_word)?,
            price_from: texts.read("price_from", 5, |text| Day::parse(text).ok())?,
            tier: column(row, "tier", 6, place)?,
            commerce_meter: match texts.optional("commerce_meter", 14, |text| MeterId::new(text).ok())? {
                Some(meter) => meter,
                None => texts.read("meter", 3, |text| MeterId::new(text).ok())?,
            },
            discount: texts.read("discount", 15, |text| Share::parse_percent(text).ok())?,
            credit: texts.read("credit", 16, |text| Share::parse_percent(text).ok())?,
        },
        kind: texts.read("kind", 7, LineKind::from_word)?,
        customer: match customer {
            Some(text) => Some(CustomerId::new(&text).map_err(|error| damaged(place(), error))?),
            None => None,
        },
        unit_price: texts.read("unit_price", 9, |text| UnitPrice::parse(text).ok())?,
        divisor: column(row, "divisor", 10, place)?,
        quantity: texts.read("quantity", 11, Quantity::from_decimal)?,
        amount: texts.read("amount", 12, |text| Money::from_decimal(text, currency))?,
        residual: column(row, "residual", 13, place)?,
        exchange: exchange(texts)?,
    })
}

fn exchange(texts: &Texts<'_>) -> Result<Option<Exchange>> {
    let from = texts.optional("price_currency", 17, |text| Currency::parse(text).ok())?;
    let rate = texts.optional("exchange_rate", 18, |text| ExchangeRate::parse(text).ok())?;
    Ok(from.zip(rate).map(|(from, rate)| Exchange { from, rate }))
}

/// The columns of a row that are texts of something.
struct Texts<'a> {
    row: &'a Row<'a>,
    place: &'a dyn Fn() -> String,
}

impl Texts<'_> {
    fn read<T>(&self, name: &'static str, index: usize, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text: String = column(self.row, name, index, self.place)?;
        read(&text).ok_or_else(|| damaged((self.place)(), format!("column {name}: {text:?} cannot be read")))
    }

    fn optional<T>(&self, name: &'static str, index: usize, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let text: Option<String> = column(self.row, name, index, self.place)?;
        text.map(|_| self.read(name, index, read)).transpose()
    }
}
