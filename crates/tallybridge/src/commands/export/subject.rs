//! Export: what is written: an issued document with its days, or a month that is not billed yet.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use anyhow::{Context as _, bail, ensure};
use billing::{
    bill::{Terms, due},
    rate::{DailyCharge, RatedMonth},
};
use hub::{Hub, Side, View};
use model::{CloudId, Day, Document, InvoiceLine, InvoiceNumber, LineKind, Month, Office, PartnerId, Rounding};
use paper::row::{Context, Days, Issued, RowError};

use crate::output;

/// What is written.
pub struct Subject {
    office: Arc<Office>,
    /// Who is invoiced.
    pub partner: PartnerId,
    /// The month.
    pub month: Month,
    terms: Terms,
    billed: Option<Billed>,
}

struct Billed {
    document: Document,
    issued: Issued,
    pins: Option<store::Pins>,
}

/// Takes lines, then days.
pub trait Sink {
    /// Takes a line.
    fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError>;
    /// Takes a part of a day.
    fn daily(&mut self, charge: &DailyCharge) -> Result<(), RowError>;
}

impl Subject {
    /// An issued document, with the names of the office that it was computed from.
    pub fn document(hub: &Hub, number: &InvoiceNumber) -> anyhow::Result<Self> {
        let stored = hub.store().document(number)?.with_context(|| crate::house::no_document(number))?;
        let (document, pins) = (stored.document, stored.pins);
        let office = match &pins {
            Some(pins) => Arc::new(hub.store().office_as_of(pins.office)?),
            None => hub.current_office()?,
        };
        let rounding = office.price_list_of(&document.partner).map_or(Rounding::HalfUp, |list| list.rounding);
        let terms = Terms { currency: document.currency, rounding };
        let days = if pins.is_some() { Days::Given } else { Days::Unknown };
        let issued = Issued { number: document.number.clone(), at: stored.at, days };
        let (partner, month) = (document.partner.clone(), document.month);
        Ok(Self { office, partner, month, terms, billed: Some(Billed { document, issued, pins }) })
    }

    /// A month that is not closed.
    pub fn open_month(hub: &Hub, partner: &PartnerId, month: Month) -> anyhow::Result<Self> {
        let office = hub.current_office()?;
        ensure!(office.partners.contains_key(partner), "partner {partner} is not known");
        let payer = office.invoiced_partner(partner).with_context(|| format!("nobody is invoiced for {partner}"))?;
        ensure!(
            payer.id == *partner,
            "partner {partner} is an indirect reseller: export the usage of its provider {}",
            payer.id
        );
        let documents = hub.store().documents(Some(partner))?;
        if let Some(later) = documents.iter().find(|one| one.document.month >= month) {
            let of_month = documents.iter().find(|one| one.document.month == month).unwrap_or(later);
            let number = &of_month.document.number;
            bail!("{month} of partner {partner} is billed: export the document, with --invoice {number}");
        }
        let list = office.price_list_of(partner);
        let terms = list.with_context(|| format!("partner {partner} has no price list: assign one"))?.into();
        Ok(Self { office, partner: partner.clone(), month, terms, billed: None })
    }

    /// What all rows have in common.
    pub fn context<'a>(&'a self, issuer: &'a str) -> Context<'a> {
        Context {
            office: &self.office,
            partner: &self.partner,
            month: self.month,
            terms: self.terms,
            issuer,
            issued: self.billed.as_ref().map(|billed| billed.issued.clone()),
        }
    }

    /// The document, if it is one.
    pub fn billed(&self) -> Option<&Document> {
        self.billed.as_ref().map(|billed| &billed.document)
    }

    /// Whether days of it can be given.
    pub fn has_days(&self) -> bool {
        self.billed.as_ref().is_none_or(|billed| billed.issued.days == Days::Given)
    }

    /// Gives all lines, and then all days.
    pub fn feed(&self, hub: &Hub, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let view = match &self.billed {
            None => View::Now,
            Some(billed) => {
                for line in &billed.document.lines {
                    sink.line(line)?;
                }
                // A month that was billed before has no usage lines on its later documents, and so no days there.
                let has_usage = billed.document.lines.iter().any(|line| line.kind == LineKind::Usage);
                match &billed.pins {
                    Some(pins) if has_usage => View::Pinned(pins),
                    _ => return Ok(()),
                }
            }
        };
        let sink = RefCell::new(sink);
        let progress = Progress::new();
        let is_open = self.billed.is_none();
        hub.daily_charges::<anyhow::Error>(
            &self.partner,
            self.month,
            view,
            Side::Cost,
            |daily| {
                progress.begin(self.month, &daily.rated);
                for rated in daily.rated.iter().filter(|_| is_open) {
                    for line in open_lines(rated, self.terms)? {
                        sink.borrow_mut().line(&line)?;
                    }
                }
                Ok(())
            },
            |charge| {
                progress.step(charge);
                Ok(sink.borrow_mut().daily(charge)?)
            },
        )?;
        progress.bar.finish_and_clear();
        Ok(())
    }
}

/// The lines that a month would have if it were closed now.
fn open_lines(rated: &RatedMonth, terms: Terms) -> anyhow::Result<Vec<InvoiceLine>> {
    let lines = due(rated, terms)?.lines.into_iter().map(|line| InvoiceLine {
        key: line.line.key.clone(),
        kind: LineKind::Usage,
        customer: line.customer.cloned(),
        unit_price: line.line.unit_price,
        divisor: line.line.divisor,
        exchange: line.exchange,
        quantity: line.line.quantity,
        amount: line.rounded.money,
        residual: line.rounded.residual.exact_text(),
    });
    Ok(lines.collect())
}

/// How far the walk over the days has come: days of stamps.
struct Progress {
    bar: indicatif::ProgressBar,
    last: RefCell<Option<(CloudId, Day)>>,
}

impl Progress {
    fn new() -> Self {
        Self { bar: output::bar(0, "writing days"), last: RefCell::default() }
    }

    fn begin(&self, month: Month, rated: &[RatedMonth]) {
        let stamps: BTreeSet<&CloudId> =
            rated.iter().flat_map(|month| month.lines.iter().map(|line| &line.key.stamp)).collect();
        let days = u64::from(month.hours() / 24);
        self.bar.set_length(u64::try_from(stamps.len()).unwrap_or(u64::MAX).saturating_mul(days));
    }

    fn step(&self, charge: &DailyCharge) {
        let mut last = self.last.borrow_mut();
        let stamp = &charge.line.key.stamp;
        if last.as_ref().is_none_or(|(of, day)| of != stamp || *day != charge.day) {
            *last = Some((stamp.clone(), charge.day));
            self.bar.inc(1);
        }
    }
}
