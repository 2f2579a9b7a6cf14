//! FOCUS: the data sets Invoice Detail and Billing Period.
//!
//! Source of the names: FOCUS 1.4, data sets Invoice Detail and Billing Period, read 2026-11.

use std::io::Write;

use model::{InvoiceLine, LineKind, Second};

use super::{
    ColumnKind::{self, Decimal, Text, Time},
    Format, PAYMENT_DAYS, due,
    sheet::{Cell, Sheet},
};
use crate::row::{Context, Ledger, RowError, Written, json, whole};

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("InvoiceId", Text),
    ("InvoiceDetailId", Text),
    ("InvoiceDetailDescription", Text),
    ("InvoiceDetailGrain", Text),
    ("InvoiceDetailCreated", Time),
    ("InvoiceDetailLastUpdated", Time),
    ("InvoiceIssueDate", Time),
    ("InvoiceIssueStatus", Text),
    ("InvoiceIssuerName", Text),
    ("BillingAccountId", Text),
    ("BillingCurrency", Text),
    ("BillingPeriodStart", Time),
    ("BillingPeriodEnd", Time),
    ("ChargeCategory", Text),
    ("BilledCost", Decimal),
    ("PaymentDueDate", Time),
    ("PaymentTerms", Text),
    ("ReferenceInvoiceId", Text),
];

/// The data set Invoice Detail while it is written: one row for each line of a document.
pub struct InvoiceDetail<'a, W: Write + Send> {
    sheet: Sheet<W>,
    ledger: Ledger<'a>,
    written: Written,
}

impl<'a, W: Write + Send> InvoiceDetail<'a, W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn new(out: W, context: Context<'a>, format: Format) -> Result<Self, RowError> {
        let sheet = Sheet::new(out, format, COLUMNS)?;
        Ok(Self { sheet, ledger: Ledger::new(context), written: Written::default() })
    }

    /// Takes a line. One of usage that is not billed yet has no details.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an amount does not fit.
    pub fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError> {
        let index = self.ledger.count();
        self.ledger.line(line)?;
        let face = self.ledger.face(index)?;
        let context = &self.ledger.context;
        let number = self.ledger.get(index).map_or(0, |line| line.number);
        let (Some(issued), Some(id)) = (&context.issued, context.line_id(number)) else { return Ok(()) };
        let billed = whole(context, line)?.billed;
        let key = &line.key;
        let what = format!("{} - {} on {}, {}", face.service.name, face.meter_name, face.stamp_name, key.month);
        let description = if line.kind == LineKind::Adjustment { format!("Correction: {what}") } else { what };
        let grain = json(&[
            ("SubAccountId", key.paying_subscription.as_str().into()),
            ("SkuId", key.commerce_meter.folded().into()),
            ("SkuPriceId", format!("{}/{}/tier{}", key.commerce_meter.folded(), key.price_from, key.tier).into()),
            ("x_StampId", key.stamp.as_str().into()),
            ("x_LocalMeterId", key.meter.as_str().into()),
            ("x_Month", key.month.to_string().into()),
            ("x_Scope", key.scope.word().into()),
            ("x_Discount", key.discount.to_string().into()),
            ("x_EarnedCredit", key.credit.to_string().into()),
        ]);
        let number = || Cell::text(issued.number.as_str());
        for cell in [
            number(),
            Cell::text(id),
            Cell::text(description),
            Cell::text(grain),
            Cell::Time(issued.at),
            Cell::Time(issued.at),
            Cell::Time(issued.at),
            Cell::text("Issued"),
            Cell::text(context.issuer),
            Cell::text(context.billing_account()),
            Cell::text(line.amount.currency.code()),
            Cell::Time(context.month.first_day().start()),
            Cell::Time(context.month.next().first_day().start()),
            Cell::text("Usage"),
            Cell::Decimal(billed),
            Cell::Time(due(issued.at)),
            Cell::text(format!("Net {PAYMENT_DAYS}")),
            number(),
        ] {
            self.sheet.cell(cell)?;
        }
        self.sheet.end_of_row()?;
        self.written.count(billed)?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(self) -> Result<Written, RowError> {
        self.sheet.finish()?;
        Ok(self.written)
    }
}

/// Writes the data set Billing Period: one row, closed when there is a document, and open as of a moment before.
///
/// # Errors
///
/// When it cannot be written.
pub fn billing_period<W: Write + Send>(
    out: W,
    context: &Context<'_>,
    now: Second,
    format: Format,
) -> Result<Written, RowError> {
    let columns = vec![
        ("BillingPeriodStart", Time),
        ("BillingPeriodEnd", Time),
        ("BillingPeriodStatus", Text),
        ("BillingPeriodCreated", Time),
        ("BillingPeriodLastUpdated", Time),
        ("InvoiceIssuerName", Text),
    ];
    let mut sheet = Sheet::new(out, format, &columns)?;
    let start = context.month.first_day().start();
    let (status, updated) = match &context.issued {
        Some(issued) => ("Closed", issued.at),
        None => ("Open", now.max(start)),
    };
    for cell in [
        Cell::Time(start),
        Cell::Time(context.month.next().first_day().start()),
        Cell::text(status),
        Cell::Time(start),
        Cell::Time(updated),
        Cell::text(context.issuer),
    ] {
        sheet.cell(cell)?;
    }
    sheet.end_of_row()?;
    sheet.finish()?;
    let mut written = Written::default();
    written.count(0)?;
    Ok(written)
}
