//! Rows: what an export has, from the hub to its files, one row at a time.

use std::{io, path::Path, sync::Arc};

use hub::{CloseError, Hub, MonthClose, Side, StoreError, View};
use model::{InvoiceLine, InvoiceNumber, LineKind, Month, Office, Overflow, PartnerId};
use paper::{
    graph::JsonLines,
    reconciliation::{Layout, Reconciliation},
    row::{Context, Days, Issued, RowError},
};

use super::{
    keep::State,
    parts::{PART_ROWS_MAX, Parts},
};

/// How often an unbilled export is begun anew because usage came in while it was written.
const ATTEMPTS_MAX: u32 = 3;

/// Which data an export has.
#[derive(Debug)]
pub(super) enum What {
    /// That of a document.
    Billed(InvoiceNumber),
    /// That of a month that is not closed.
    Unbilled(Month),
    /// That of nothing: the partner is not invoiced, or in another currency.
    Nothing,
}

/// What is to be exported.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) partner: PartnerId,
    pub(super) layout: Layout,
    pub(super) what: What,
    /// Who issues the invoices.
    pub(super) issuer: String,
}

/// Why an export was not written.
#[derive(Debug)]
enum RowsError {
    /// The hub could not say what is in it.
    Hub(CloseError),
    /// A row could not be written.
    Row(RowError),
}

impl From<CloseError> for RowsError {
    fn from(error: CloseError) -> Self {
        Self::Hub(error)
    }
}

impl From<StoreError> for RowsError {
    fn from(error: StoreError) -> Self {
        Self::Hub(error.into())
    }
}

impl From<Overflow> for RowsError {
    fn from(error: Overflow) -> Self {
        Self::Hub(error.into())
    }
}

impl From<RowError> for RowsError {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

impl From<io::Error> for RowsError {
    fn from(error: io::Error) -> Self {
        Self::Row(error.into())
    }
}

/// The month before a month.
pub(super) fn before(month: Month) -> Month {
    model::Day(month.first_day().0.saturating_sub(1)).month()
}

/// Writes an export into a folder, and says how it ended.
pub(super) fn write(hub: &Hub, order: &Order, folder: &Path) -> State {
    let mut attempts = 0;
    let written = loop {
        attempts += 1;
        let mut parts = Parts::new(folder, PART_ROWS_MAX);
        let written = match &order.what {
            What::Billed(number) => billed(hub, order, number, &mut parts),
            What::Unbilled(month) => unbilled(hub, order, *month, &mut parts),
            What::Nothing => Ok(()),
        };
        match written {
            Err(RowsError::Row(RowError::DaysDiffer { .. }))
                if attempts < ATTEMPTS_MAX && matches!(order.what, What::Unbilled(_)) => {}
            other => break other.and_then(|()| Ok((parts.rows(), parts.finish()?))),
        }
    };
    let failed = |code: &str, message: &str| State::Failed { code: code.to_owned(), message: message.to_owned() };
    let problem = match written {
        Ok((0, _)) => return failed("5000", "No data available"),
        Ok((_, (parts, etag))) => return State::Succeeded { etag, parts },
        Err(RowsError::Hub(error)) => error.to_string(),
        Err(RowsError::Row(error)) => error.to_string(),
    };
    tracing::error!(error.message = %problem, partner.id = %order.partner, "an export could not be made");
    failed("5002", "The hub failed at this export. Ask for it again; if it fails again, tell the operator.")
}

/// The rows of a document, by the office that it was computed by.
fn billed(hub: &Hub, order: &Order, number: &InvoiceNumber, parts: &mut Parts) -> Result<(), RowsError> {
    let Some(stored) = hub.store().document(number)? else { return Ok(()) };
    let document = &stored.document;
    let office = match &stored.pins {
        Some(pins) => Arc::new(hub.store().office_as_of(pins.office)?),
        None => hub.current_office()?,
    };
    let Some(list) = office.price_list_of(&order.partner) else {
        return Err(CloseError::NoPriceList(order.partner.clone()).into());
    };
    let days = if stored.pins.is_some() { Days::Given } else { Days::Unknown };
    let context = Context {
        office: &office,
        partner: &order.partner,
        month: document.month,
        terms: list.into(),
        issuer: &order.issuer,
        issued: Some(Issued { number: document.number.clone(), at: stored.at, days }),
    };
    // A month that was closed before has nothing but adjustments: its days are on the first document.
    let has_days = document.lines.iter().any(|line| line.kind == LineKind::Usage);
    let view = stored.pins.as_ref().filter(|_| has_days).map(View::Pinned);
    write_rows(hub, order, context, &document.lines, view, parts)
}

/// The rows of a month that is not closed, by everything known now: what its close would put on a document. What earlier
/// closes lack is with the month that is closed next.
fn unbilled(hub: &Hub, order: &Order, month: Month, parts: &mut Parts) -> Result<(), RowsError> {
    let closed = hub.store().documents(Some(&order.partner))?.iter().map(|stored| stored.document.month).max();
    if closed.is_some_and(|closed| closed >= month) {
        return Ok(());
    }
    let wish = MonthClose {
        partner: order.partner.clone(),
        month,
        actor: String::new(),
        override_reason: Some("nothing is issued".to_owned()),
        dry_run: true,
    };
    let Some(document) = hub.close(&wish)?.document else { return Ok(()) };
    let is_next = closed.is_none_or(|closed| closed.next() == month);
    let has_place = |line: &&InvoiceLine| {
        line.key.month == month || is_next && closed.is_some_and(|closed| line.key.month <= closed)
    };
    let lines: Vec<InvoiceLine> = document.lines.iter().filter(has_place).cloned().collect();
    let office: Arc<Office> = hub.current_office()?;
    let Some(list) = office.price_list_of(&order.partner) else { return Ok(()) };
    let context = Context {
        office: &office,
        partner: &order.partner,
        month,
        terms: list.into(),
        issuer: &order.issuer,
        issued: None,
    };
    write_rows(hub, order, context, &lines, Some(View::Now), parts)
}

/// Writes lines, and the days of those that have some.
fn write_rows(
    hub: &Hub,
    order: &Order,
    context: Context<'_>,
    lines: &[InvoiceLine],
    view: Option<View<'_>>,
    parts: &mut Parts,
) -> Result<(), RowsError> {
    let month = context.month;
    let mut rows = Reconciliation::new(JsonLines::new(|line: &[u8]| parts.row(line)), context, order.layout)?;
    for line in lines {
        rows.line(line)?;
    }
    if let (Layout::Daily(_), Some(view)) = (order.layout, view) {
        hub.daily_charges(
            &order.partner,
            month,
            view,
            Side::Cost,
            |_| Ok(()),
            |charge| rows.daily(charge).map_err(RowsError::from),
        )?;
    }
    rows.finish()?;
    Ok(())
}
