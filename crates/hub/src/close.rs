//! Close, in the hallway: bill a month of one partner and issue the document.

use std::collections::BTreeSet;

use billing::bill::{
    self, CloseFacts, DraftError, HeldRows, Mismatch, Obstacle, StampWatermark, Terms, obstacles, recheck_draft,
    recheck_month,
};
use model::{CloudId, Day, DocumentKind, Hour, MeterCatalogue, Month, Office, Overflow, PartnerId};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use store::{Document, Pins, StoreError};

use crate::{Hub, Reporting, gather::GatherError};

/// How long after a month's end usage may still come in before the month is closed. Unit: hours. Source: decision 0002.
pub const GRACE_HOURS: u32 = 48;

/// How often a close is decided anew because another one was faster.
const ATTEMPTS_MAX: u32 = 8;

/// Why a month was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Nobody knows the partner.
    #[error("partner {0} is not known")]
    UnknownPartner(PartnerId),
    /// It is invoiced through its provider.
    #[error("partner {0} is an indirect reseller: close the month of its provider {1}")]
    Reseller(PartnerId, PartnerId),
    /// It has no price list, so no currency.
    #[error("partner {0} has no price list: assign one")]
    NoPriceList(PartnerId),
    /// Something stands against it.
    #[error("{} thing(s) stand against closing the month", .0.len())]
    Blocked(Vec<Obstacle>),
    /// The document could not be drafted.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Computed a second time by another way, it comes to something else. Nothing is issued: it is a fault of the program.
    #[error("nothing was issued: the second computation of the document differs: {0}; report this")]
    Mismatch(#[from] Mismatch),
    /// The number would be no id.
    #[error("the partner's id leaves no room for a document number")]
    Number,
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<GatherError> for CloseError {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::Store(error) => Self::Store(error),
            GatherError::Overflow(error) => Self::Overflow(error),
        }
    }
}

/// A wish to close a month.
#[derive(Debug, Clone)]
pub struct MonthClose {
    /// Whose.
    pub partner: PartnerId,
    /// Which.
    pub month: Month,
    /// Who asks.
    pub actor: String,
    /// Why it is to be closed whatever stands against it. It goes into the audit log.
    pub override_reason: Option<String>,
    /// Only say what would be issued.
    pub dry_run: bool,
}

/// What closing a month came to.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The document; none when nothing was due that was not invoiced before.
    pub document: Option<model::Document>,
    /// What stood against it and was overridden.
    pub overridden: Vec<Obstacle>,
}

/// What is to be issued, with what it was decided on.
struct Issue<'a> {
    before: &'a [Document],
    stamps: &'a [CloudId],
    document: &'a model::Document,
    pins: Pins,
    overridden: &'a [Obstacle],
}

impl Hub {
    /// Closes a month of a partner: everything due up to it, minus what was invoiced.
    ///
    /// # Errors
    ///
    /// When something stands against it and there is no reason to override, or when it cannot be billed.
    pub fn close(&self, wish: &MonthClose) -> Result<Closed, CloseError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.close_once(wish) {
                Err(CloseError::Store(StoreError::Conflict(_))) if attempts < ATTEMPTS_MAX => {}
                other => return other,
            }
        }
    }

    fn close_once(&self, wish: &MonthClose) -> Result<Closed, CloseError> {
        self.refresh()?;
        let (office, office_number) = self.numbered_office();
        // Whatever is delivered from here on makes the issue a conflict, so that what is pinned is what was read.
        let delivery = self.store.last_delivery()?;
        let terms = terms(&office, &wish.partner)?;
        let list = office.price_list_of(&wish.partner);
        let stamps = Self::stamps_of(&office, &wish.partner);
        let before = self.store.documents(Some(&wish.partner))?;
        let invoiced: Vec<model::Document> = before.iter().map(|document| document.document.clone()).collect();
        let mut months: BTreeSet<Month> = self.months(&stamps)?;
        months.extend(invoiced.iter().flat_map(|document| document.lines.iter().map(|line| line.key.month)));
        let mut due = Vec::new();
        let mut unattributed = Vec::new();
        for month in months.into_iter().filter(|month| *month <= wish.month) {
            let book = self.gather(&office, &stamps, month)?;
            if month == wish.month {
                unattributed = book.unattributed_rows();
            }
            let rated = Self::rate(&office, &book, Some(&wish.partner))?;
            rated.par_iter().try_for_each(|rated| {
                let usage = book.usages.get(&(wish.partner.clone(), rated.paying_subscription.clone()));
                usage.map_or(Ok(()), |usage| recheck_month(usage, list, MeterCatalogue::published(), rated, terms))
            })?;
            due.extend(rated);
        }
        let watermarks = self.watermarks(&office, &stamps, wish.month)?;
        let facts = CloseFacts {
            month: wish.month,
            as_of: self.clock.now(),
            grace_hours: GRACE_HOURS,
            watermarks: &watermarks,
            held: &self.held_until(&stamps, wish.month.next().first_day().first_hour().plus(GRACE_HOURS))?,
            unattributed: &unattributed,
            rated: &due,
        };
        let overridden = obstacles(&facts);
        if !overridden.is_empty() && wish.override_reason.is_none() {
            return Err(CloseError::Blocked(overridden));
        }
        let draft = bill::draft(&wish.partner, wish.month, terms, &due, &invoiced)?;
        recheck_draft(wish.month, draft.as_ref(), &due, terms, &invoiced)?;
        let Some(draft) = draft else {
            return Ok(Closed { document: None, overridden });
        };
        let ordinal = before.iter().filter(|document| document.document.kind == draft.kind).count();
        let ordinal = u64::try_from(ordinal).map_err(|_| Overflow)?.saturating_add(1);
        let number = bill::number(&wish.partner, draft.kind, ordinal).map_err(|_| CloseError::Number)?;
        let document = draft.numbered(number);
        if !wish.dry_run {
            let inputs = self.inputs(&office, wish, &stamps, &watermarks)?.to_string();
            let pins = Pins { delivery, office: office_number, inputs };
            self.issue(
                wish,
                Issue { before: &before, stamps: &stamps, document: &document, pins, overridden: &overridden },
            )?;
        }
        Ok(Closed { document: Some(document), overridden })
    }

    /// What a document is computed from, for people.
    fn inputs(
        &self,
        office: &Office,
        wish: &MonthClose,
        stamps: &[CloudId],
        watermarks: &[StampWatermark],
    ) -> Result<serde_json::Value, StoreError> {
        let end = wish.month.next().first_day().first_hour().plus(GRACE_HOURS);
        let mut clouds = Vec::new();
        for stamp in stamps {
            let mut digest = Sha256::new();
            // Those of the months before were named by earlier documents; late ones are reported from here on.
            let windows = self.store.windows(stamp, wish.month.first_day().first_hour()..Hour(u32::MAX))?;
            let of_months = |days: &std::ops::Range<Day>| days.start < wish.month.next().first_day();
            let counted = windows.iter().filter(|window| window.days.as_ref().is_some_and(of_months));
            let mut count: u64 = 0;
            for window in counted {
                digest.update(window.hour.0.to_be_bytes());
                digest.update(window.revision.to_be_bytes());
                digest.update(window.hash);
                count = count.saturating_add(1);
            }
            let watermark = watermarks.iter().find(|one| one.stamp == *stamp);
            clouds.push(serde_json::json!({
                "stamp": stamp.as_str(),
                "watermark": watermark.map(|one| one.watermark.to_string()),
                "revisions": count,
                "digest": crate::receive::hex(&digest.finalize()),
            }));
        }
        let list = office.price_list_of(&wish.partner);
        Ok(serde_json::json!({
            "priceList": list.map(|list| list.id.as_str()),
            "rounding": list.map(|list| list.rounding.word()),
            "rules": env!("CARGO_PKG_VERSION"),
            "grace": end.to_string(),
            "stamps": clouds,
        }))
    }

    fn issue(&self, wish: &MonthClose, issue: Issue<'_>) -> Result<(), StoreError> {
        let Issue { before, stamps, document, pins, overridden } = issue;
        let bytes = bill::canonical(document);
        let previous = before.last().map_or([0; 32], |document| document.hash);
        let at = self.clock.now();
        let hash = document_hash(&previous, &bytes);
        let detail = serde_json::json!({
            "hash": crate::receive::hex(&hash),
            "total": document.total.decimal(),
            "currency": document.currency.code(),
            "delivery": pins.delivery,
            "office": pins.office,
            "inputs": serde_json::from_str::<serde_json::Value>(&pins.inputs).unwrap_or_default(),
            "overridden": overridden.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "reason": wish.override_reason,
        });
        let action = match document.kind {
            DocumentKind::Invoice => "invoice.issue",
            DocumentKind::CreditNote => "credit_note.issue",
        };
        let note = self.note(&wish.actor, action, document.number.as_str(), &detail);
        let seen = u64::try_from(before.len()).unwrap_or(u64::MAX);
        let document = Document { document: document.clone(), bytes, previous, hash, at, pins: Some(pins) };
        self.store.issue(seen, stamps, &document, &note)
    }

    /// How far the stamps have come that were registered in a month and still have something to report.
    fn watermarks(&self, office: &Office, stamps: &[CloudId], month: Month) -> Result<Vec<StampWatermark>, StoreError> {
        let mut watermarks = Vec::new();
        for stamp in stamps.iter().filter(|stamp| was_registered_in(office, stamp, month)) {
            let state = self.reporting_in(office, stamp);
            if matches!(state, Reporting::Off | Reporting::Unregistered | Reporting::Expired) {
                // It delivers nothing more, whoever waits.
                continue;
            }
            let watermark = self.next_window(stamp)?.unwrap_or(Hour(0));
            watermarks.push(StampWatermark { stamp: stamp.clone(), watermark, reset: state == Reporting::Reset });
        }
        Ok(watermarks)
    }

    /// What is held of windows reported before an hour. A row that cannot be read does not tell its month, so every one that
    /// may belong to it counts.
    fn held_until(&self, stamps: &[CloudId], until: Hour) -> Result<Vec<HeldRows>, StoreError> {
        let mut held: Vec<HeldRows> = Vec::new();
        for stamp in stamps {
            self.store.each_held(stamp, Hour(0)..until, &mut |entry| {
                match held.iter_mut().find(|rows| rows.stamp == *stamp && rows.reason == entry.row.reason) {
                    Some(rows) => rows.rows += 1,
                    None => held.push(HeldRows { stamp: stamp.clone(), reason: entry.row.reason, rows: 1 }),
                }
                Ok(())
            })?;
        }
        Ok(held)
    }
}

/// Whether a stamp had a registration on any day of a month, whoever had it. One that was removed before the month's end may
/// have been followed by another one, also after it: then what the month lacks is wanted again.
fn was_registered_in(office: &Office, stamp: &CloudId, month: Month) -> bool {
    let days = month.days();
    let is_in =
        |from: Day, until: Option<Day>| from.max(days.start) < until.map_or(days.end, |until| until.min(days.end));
    office.registrations.iter().any(|one| one.stamp == *stamp && is_in(one.from, one.until))
}

/// By what a partner is invoiced.
pub(crate) fn terms(office: &Office, partner: &PartnerId) -> Result<Terms, CloseError> {
    let known = office.partners.get(partner).ok_or_else(|| CloseError::UnknownPartner(partner.clone()))?;
    let payer = office.invoiced_partner(partner).ok_or_else(|| CloseError::UnknownPartner(partner.clone()))?;
    if payer.id != known.id {
        return Err(CloseError::Reseller(partner.clone(), payer.id.clone()));
    }
    let list = payer.price_list.as_ref().and_then(|list| office.price_lists.get(list));
    let list = list.ok_or_else(|| CloseError::NoPriceList(partner.clone()))?;
    Ok(Terms::from(list))
}

/// The hash that chains a partner's documents.
pub(crate) fn document_hash(previous: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"tallybridge.document.1");
    hasher.update(previous);
    hasher.update(bytes);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;
