//! Archive: issued documents, and when price lists changed, kept between visits: neither ever changes once it is there.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use billing::bill;
use hub::{Hub, StoredDocument};
use model::{DocumentKind, InvoiceNumber, LineKind, Money, Month, PartnerId, PriceList, PriceListId, Second};

use crate::fault::Fault;

/// How many lines of whole documents are kept. Unit: lines.
const LINES_MAX: usize = 100_000;
/// How many old versions of price lists are kept.
const VERSIONS_MAX: usize = 16;

/// An issued document in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) number: InvoiceNumber,
    pub(crate) kind: DocumentKind,
    pub(crate) month: Month,
    pub(crate) total: Money,
    pub(crate) lines: usize,
    /// How many of the lines are adjustments.
    pub(crate) adjustments: usize,
    pub(crate) at: Second,
    /// What its lines invoice for each month of use.
    pub(crate) by_month: BTreeMap<Month, Money>,
    hash: [u8; 32],
    previous: [u8; 32],
}

/// A change of the office that made another version of some price lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// The number of its entry in the audit log.
    pub(crate) number: u64,
    pub(crate) at: Second,
    pub(crate) actor: String,
    pub(crate) action: String,
    /// The ids of the lists, as they are compared.
    lists: Vec<String>,
}

/// What was read of the audit log.
#[derive(Default)]
struct History {
    /// The number of the last entry that was read.
    last: u64,
    versions: Vec<Version>,
}

/// A version of a price list, by the number of its entry.
type KnownList = (u64, PriceListId, Option<Arc<PriceList>>);

/// What was read before.
pub(crate) struct Archive {
    hub: Arc<Hub>,
    issued: Mutex<HashMap<PartnerId, Vec<Arc<Issued>>>>,
    whole: Mutex<Vec<Arc<StoredDocument>>>,
    history: Mutex<History>,
    lists: Mutex<Vec<KnownList>>,
    /// Held by who makes a file or tries other prices: one at a time, so that memory for one suffices.
    turn: Mutex<()>,
}

impl Archive {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            issued: Mutex::default(),
            whole: Mutex::default(),
            history: Mutex::default(),
            lists: Mutex::default(),
            turn: Mutex::default(),
        }
    }

    /// Waits until nobody else does something large.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }

    /// The documents of a partner, in the order in which they were issued.
    ///
    /// Numbers have no gaps within a series, so whether there are more is seen by asking for the next ones: a document of a
    /// large partner has so many lines that reading all of them for each visit would take seconds.
    pub(crate) fn issued(&self, partner: &PartnerId) -> Result<Vec<Arc<Issued>>, Fault> {
        let mut known = lock(&self.issued).get(partner).cloned().unwrap_or_default();
        let count = known.len();
        for kind in [DocumentKind::Invoice, DocumentKind::CreditNote] {
            let mut ordinal: u64 = 1;
            for _ in known.iter().filter(|one| one.kind == kind) {
                ordinal = ordinal.saturating_add(1);
            }
            while let Ok(number) = bill::number(partner, kind, ordinal) {
                let stored = self.hub.store().document(&number)?;
                let Some(stored) = stored.filter(|stored| stored.document.partner == *partner) else { break };
                known.push(Arc::new(Issued::of(&stored)?));
                ordinal = ordinal.saturating_add(1);
            }
        }
        if known.len() != count {
            known = chained(known);
            lock(&self.issued).insert(partner.clone(), known.clone());
        }
        Ok(known)
    }

    /// A document of a partner, with its lines.
    pub(crate) fn document(
        &self,
        partner: &PartnerId,
        number: &InvoiceNumber,
    ) -> Result<Option<Arc<StoredDocument>>, Fault> {
        let is_it = |one: &&Arc<StoredDocument>| one.document.number == *number;
        let known = lock(&self.whole).iter().find(is_it).map(Arc::clone);
        let found = match known {
            Some(known) => Some(known),
            None => self.hub.store().document(number)?.map(|stored| self.keep(stored)),
        };
        Ok(found.filter(|stored| stored.document.partner == *partner))
    }

    fn keep(&self, stored: StoredDocument) -> Arc<StoredDocument> {
        let stored = Arc::new(stored);
        let mut whole = lock(&self.whole);
        whole.push(Arc::clone(&stored));
        let lines = |whole: &[Arc<StoredDocument>]| -> usize { whole.iter().map(|one| one.document.lines.len()).sum() };
        while whole.len() > 1 && lines(&whole) > LINES_MAX {
            whole.remove(0);
        }
        stored
    }

    /// The changes that made versions of a price list, newest first.
    pub(crate) fn versions(&self, list: &PriceListId) -> Result<Vec<Version>, Fault> {
        let mut history = lock(&self.history);
        let History { last, versions } = &mut *history;
        self.hub.store().audit(last.saturating_add(1), &mut |entry| {
            let lists = changed_lists(&entry.note.detail);
            if !lists.is_empty() {
                let (at, actor, action) = (entry.note.at, entry.note.actor, entry.note.action);
                versions.push(Version { number: entry.number, at, actor, action, lists });
            }
            *last = entry.number;
            Ok(())
        })?;
        let of_list = |version: &&Version| version.lists.iter().any(|known| known == list.folded());
        Ok(versions.iter().rev().filter(of_list).cloned().collect())
    }

    /// A price list as it was after an entry of the audit log.
    pub(crate) fn list_as_of(&self, number: u64, list: &PriceListId) -> Result<Option<Arc<PriceList>>, Fault> {
        let is_it = |one: &&KnownList| one.0 == number && one.1 == *list;
        if let Some((_, _, found)) = lock(&self.lists).iter().find(is_it) {
            return Ok(found.clone());
        }
        let found = self.hub.store().office_as_of(number)?.price_lists.remove(list).map(Arc::new);
        let mut lists = lock(&self.lists);
        if lists.len() >= VERSIONS_MAX {
            lists.remove(0);
        }
        lists.push((number, list.clone(), found.clone()));
        Ok(found)
    }
}

impl Issued {
    fn of(stored: &StoredDocument) -> Result<Self, Fault> {
        let document = &stored.document;
        let mut by_month: BTreeMap<Month, Money> = BTreeMap::new();
        for line in &document.lines {
            let sum = by_month.entry(line.key.month).or_insert(Money::zero(document.currency));
            *sum = sum.checked_add(line.amount)?;
        }
        Ok(Self {
            number: document.number.clone(),
            kind: document.kind,
            month: document.month,
            total: document.total,
            lines: document.lines.len(),
            adjustments: document.lines.iter().filter(|line| line.kind == LineKind::Adjustment).count(),
            at: stored.at,
            by_month,
            hash: stored.hash,
            previous: stored.previous,
        })
    }
}

/// Documents in the order of their chain. What does not hang on it yet is left for the next visit, when what lies between was
/// read too.
fn chained(mut rest: Vec<Arc<Issued>>) -> Vec<Arc<Issued>> {
    let mut ordered: Vec<Arc<Issued>> = Vec::new();
    loop {
        let last = ordered.last().map_or([0; 32], |one| one.hash);
        let Some(next) = rest.iter().position(|one| one.previous == last) else { return ordered };
        ordered.push(rest.swap_remove(next));
    }
}

/// The price lists that a change names, by the detail of its entry.
fn changed_lists(detail: &str) -> Vec<String> {
    // Most entries are of windows, and reading all of them as JSON would take long.
    if !detail.contains(r#""kind":"price_list""#) {
        return Vec::new();
    }
    let Ok(detail) = serde_json::from_str::<serde_json::Value>(detail) else { return Vec::new() };
    let changes = detail["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lists = changes.iter().filter(|change| change["kind"] == "price_list");
    lists.filter_map(|change| change["id"].as_str().map(str::to_owned)).collect()
}

/// Takes a lock. What is under it is whole after each step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
