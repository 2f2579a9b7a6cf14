//! Group: which lines of a document stand together, and how closely they are shown.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Currency, CustomerId, Document, InvoiceLine, LineKind, MeterId, Money, Month, Overflow, PayingSubscriptionId,
};

use crate::names::Names;

/// How many rows the tables of one document may have together. With more of them nobody reads on, and setting the pages takes
/// long.
const ROWS_MAX: usize = 2_000;

/// How closely lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Each one.
    Lines,
    /// Their sums by customer, paying subscription and meter.
    Meters,
    /// Their sums by customer and paying subscription.
    Subscriptions,
    /// Only the total of all.
    Total,
}

impl Detail {
    /// The closest view of a document that is not too long.
    pub(super) fn of(document: &Document) -> Self {
        let count = |by_meter: bool| {
            let keys = document.lines.iter().map(|line| {
                let month = (line.kind == LineKind::Adjustment).then_some(line.key.month);
                (month, &line.customer, &line.key.paying_subscription, by_meter.then_some(&line.key.meter))
            });
            keys.collect::<BTreeSet<_>>().len()
        };
        if document.lines.len() <= ROWS_MAX {
            Self::Lines
        } else if count(true) <= ROWS_MAX {
            Self::Meters
        } else if count(false) <= ROWS_MAX {
            Self::Subscriptions
        } else {
            Self::Total
        }
    }

    /// Whether quantities are shown.
    pub(super) fn shows_quantities(self) -> bool {
        matches!(self, Self::Lines | Self::Meters)
    }
}

/// Whether a table of so many rows is shown.
pub(super) fn fits(rows: usize) -> bool {
    rows <= ROWS_MAX
}

/// A line with its number in the document, from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered<'a> {
    pub(super) number: usize,
    pub(super) line: &'a InvoiceLine,
}

/// The lines of one customer and paying subscription.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) customer: Option<&'a CustomerId>,
    pub(super) subscription: &'a PayingSubscriptionId,
    pub(super) lines: Vec<Numbered<'a>>,
}

impl<'a> Group<'a> {
    /// The lines by meter, in the order in which the meters come first.
    pub(super) fn by_meter(&self) -> Vec<(&'a MeterId, Vec<Numbered<'a>>)> {
        let mut meters: BTreeMap<&MeterId, (usize, Vec<Numbered<'a>>)> = BTreeMap::new();
        for numbered in &self.lines {
            let entry = meters.entry(&numbered.line.key.meter).or_insert((numbered.number, Vec::new()));
            entry.1.push(*numbered);
        }
        let mut ordered: Vec<_> = meters.into_iter().collect();
        ordered.sort_by_key(|(_, (first, _))| *first);
        ordered.into_iter().map(|(meter, (_, lines))| (meter, lines)).collect()
    }
}

/// The usage of the document's own month, then the adjustments by month, each with its groups. The partner's own come first,
/// then customers by name.
pub(super) fn sections<'a>(names: &Names<'_>, document: &'a Document) -> Vec<(Option<Month>, Vec<Group<'a>>)> {
    type Key<'a> = (Option<Month>, Option<&'a CustomerId>, &'a PayingSubscriptionId);
    let mut groups: BTreeMap<Key<'a>, Vec<Numbered<'a>>> = BTreeMap::new();
    for (line, number) in document.lines.iter().zip(1..) {
        let month = (line.kind == LineKind::Adjustment).then_some(line.key.month);
        let key = (month, line.customer.as_ref(), &line.key.paying_subscription);
        groups.entry(key).or_default().push(Numbered { number, line });
    }
    let mut sections: BTreeMap<Option<Month>, Vec<Group<'a>>> = BTreeMap::new();
    for ((month, customer, subscription), lines) in groups {
        sections.entry(month).or_default().push(Group { customer, subscription, lines });
    }
    for groups in sections.values_mut() {
        // The order by id is kept among equal names.
        groups.sort_by_cached_key(|group| {
            let customer = group.customer.map(|customer| names.customer(customer).name.to_lowercase());
            (customer, group.customer, names.subscription(group.subscription).name.to_lowercase())
        });
    }
    sections.into_iter().collect()
}

/// The sum of some money.
pub(super) fn totals(currency: Currency, mut amounts: impl Iterator<Item = Money>) -> Result<Money, Overflow> {
    amounts.try_fold(Money::zero(currency), Money::checked_add)
}
