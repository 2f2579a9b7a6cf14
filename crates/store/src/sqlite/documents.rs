//! Documents: the header and bytes of each in one table, its lines, readable, in another.

use model::{
    CloudId, Currency, CustomerId, Day, DocumentKind, InvoiceLine, InvoiceNumber, LineKey, LineKind, MeterId, Money,
    Month, PartnerId, PayingSubscriptionId, Quantity, Scope, Second, UnitPrice,
};
use rusqlite::{OptionalExtension as _, Params, Row};

use super::{
    audit,
    change::{Change, View},
    fault::{Outcome, column, damaged},
};
use crate::{AuditNote, Document, Result, StoreError};

const COUNT: &str = "
    SELECT coalesce((SELECT max(position) FROM documents WHERE partner_folded = ?1), 0),
        (SELECT coalesce(max(sequence), 0) FROM documents)";

const IS_THERE: &str = "SELECT 1 FROM documents WHERE number_folded = ?1";

const INSERT: &str = "
    INSERT INTO documents (sequence, number, number_folded, partner, partner_folded, position, month, kind, currency,
        total, lines, at, audit_number, previous, hash, bytes)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

const INSERT_LINE: &str = "
    INSERT INTO document_lines (document, position, month, paying_subscription, stamp, meter, scope, price_from, tier,
        kind, customer, unit_price, divisor, quantity, amount, residual)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

const SELECT: &str = "
    SELECT sequence, number, partner, month, kind, currency, total, lines, at, previous, hash, bytes FROM documents";

const SELECT_LINES: &str = "
    SELECT month, paying_subscription, stamp, meter, scope, price_from, tier, kind, customer, unit_price, divisor,
        quantity, amount, residual
    FROM document_lines WHERE document = ?1 ORDER BY position";

/// Issues a document, unless the partner has other documents than were seen.
pub(super) fn issue(change: &mut Change<'_>, seen: u64, issued: &Document, note: &AuditNote) -> Outcome<()> {
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
    ])?;
    let mut insert = database.prepare_cached(INSERT_LINE)?;
    for (position, line) in (0_u32..).zip(&document.lines) {
        insert.execute((
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
        ))?;
    }
    Ok(())
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
    })
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
    })
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
}
