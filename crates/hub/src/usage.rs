//! Usage, in the hallway: what the stamps reported of a paying subscription, row by row, a page at a time.
//!
//! A page holds the rows of one unit in memory: of one window, or of one stamp's windows of one reported day. Where a page
//! ends inside a window, the next one goes on in the same revision of it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    ops::Range,
};

use billing::attribute::{Attribution, Attributor};
use model::{
    CloudId, Day, Hour, LocalSubscriptionId, MeterCatalogue, MeterId, Office, Overflow, PartnerId, PayingSubscription,
    PriceList, Quantity, ResourceNumber, Scope, Second, UsageRow, WindowRows,
};
use store::{StoreError, Window};

use crate::{CloseError, Hub, Reporting};

/// Over which time rows are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageGranularity {
    /// As they were reported.
    Hourly,
    /// By the day of use, within each day of the report.
    Daily,
}

/// Which rows are asked for.
#[derive(Debug, Clone)]
pub struct UsageQuestion<'a> {
    /// The subscription that pays for them.
    pub subscription: &'a PayingSubscription,
    /// The hours in which they were reported. Whole days for [`UsageGranularity::Daily`].
    pub reported: Range<Hour>,
    /// Over which time they are added up.
    pub granularity: UsageGranularity,
    /// Whether each resource has rows of its own.
    pub by_resource: bool,
    /// The partners of record whose days are shown; all where there are none.
    pub partners: Option<BTreeSet<PartnerId>>,
}

/// Where a page begins: at a row of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsagePosition {
    /// The reported hour, or the first hour of the reported day.
    pub hour: Hour,
    /// The stamp; none where the stamps of an hour or day are one unit.
    pub stamp: Option<CloudId>,
    /// The revision of the window; 0 where several windows are one unit.
    pub revision: u32,
    /// How many rows of the unit were given.
    pub row: usize,
}

/// The resource of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedResource {
    /// Where it is.
    pub stamp: CloudId,
    /// The local subscription that it is of.
    pub subscription: LocalSubscriptionId,
    /// The local meter, as it was sent.
    pub meter: MeterId,
    /// The `instanceData` of the stamp, as it was sent.
    pub instance: String,
}

/// A row of a paying subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidRow {
    /// When the use began.
    pub start: Second,
    /// When it ended, exclusive.
    pub end: Second,
    /// The commerce meter, or the local one where the price list names none.
    pub meter: MeterId,
    /// Whose usage it is.
    pub scope: Scope,
    /// The exact sum.
    pub quantity: Quantity,
    /// The resource, where each has rows of its own.
    pub resource: Option<UsedResource>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaidPage {
    /// The rows, by reported hour or day and stamp.
    pub rows: Vec<PaidRow>,
    /// Where the next page begins; none on the last.
    pub next: Option<UsagePosition>,
}

/// What rows of one unit are added up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    start: Second,
    end: Second,
    commerce_meter: MeterId,
    scope: Scope,
    local: Option<Local>,
}

/// What tells rows of a resource from those of others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Local {
    subscription: LocalSubscriptionId,
    meter: MeterId,
    address: ResourceNumber,
}

/// A sum, with the text of the resource that was reported last.
#[derive(Debug, Clone, Copy)]
struct Sum {
    quantity: Quantity,
    resource: ResourceNumber,
}

/// The windows that are looked at together.
struct UsageUnit {
    hour: Hour,
    stamp: Option<CloudId>,
    windows: Vec<Window>,
}

impl UsageUnit {
    fn revision(&self, granularity: UsageGranularity) -> u32 {
        match (granularity, self.windows.as_slice()) {
            (UsageGranularity::Hourly, [window]) if self.stamp.is_some() => window.revision,
            _ => 0,
        }
    }

    fn order(&self) -> (Hour, Option<&CloudId>) {
        (self.hour, self.stamp.as_ref())
    }
}

impl Hub {
    /// A page of the rows that a subscription pays for, by what the office says of their days of use. Rows that are held are
    /// not among them.
    ///
    /// # Errors
    ///
    /// When a sum does not fit, or when the store fails.
    pub fn paid_usage(
        &self,
        office: &Office,
        question: &UsageQuestion<'_>,
        from: Option<&UsagePosition>,
        most: usize,
    ) -> Result<PaidPage, CloseError> {
        let stamps = stamps_of(office, question.subscription);
        let mut page = PaidPage::default();
        let Some(first) = stamps.values().min() else { return Ok(page) };
        let begin = from.map_or(question.reported.start, |from| from.hour).max(first.first_hour());
        let mut day = begin.day();
        while day.first_hour() < question.reported.end && page.next.is_none() {
            let hours = day.first_hour().max(question.reported.start)..day.next().first_hour();
            let hours = hours.start..hours.end.min(question.reported.end);
            for unit in self.units(&stamps, question, hours, from)? {
                let skip = match from {
                    Some(from) if unit.order() < (from.hour, from.stamp.as_ref()) => continue,
                    Some(from) if unit.order() == (from.hour, from.stamp.as_ref()) => from.row,
                    _ => 0,
                };
                self.add_unit(office, question, &unit, skip, most, &mut page)?;
                if page.next.is_some() {
                    break;
                }
            }
            day = day.next();
        }
        Ok(page)
    }

    /// The hour until which everything is known that a subscription may have to pay for: the lowest watermark of the stamps
    /// that are to report and that it pays for. None where it pays for no such stamp.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn paid_usage_complete_until(
        &self,
        office: &Office,
        subscription: &PayingSubscription,
    ) -> Result<Option<Hour>, StoreError> {
        let mut lowest: Option<Hour> = None;
        for stamp in stamps_of(office, subscription).into_keys() {
            if self.reporting_in(office, stamp) != Reporting::On {
                continue;
            }
            let Some(next) = self.next_window(stamp)? else { continue };
            lowest = Some(lowest.map_or(next, |lowest| lowest.min(next)));
        }
        Ok(lowest)
    }

    /// The units of some hours of one day, in order.
    fn units(
        &self,
        stamps: &BTreeMap<&CloudId, Day>,
        question: &UsageQuestion<'_>,
        hours: Range<Hour>,
        from: Option<&UsagePosition>,
    ) -> Result<Vec<UsageUnit>, StoreError> {
        let mut units: BTreeMap<(Hour, Option<CloudId>), Vec<Window>> = BTreeMap::new();
        for stamp in stamps.keys() {
            let mut latest: BTreeMap<Hour, Window> = BTreeMap::new();
            for window in self.store.windows(stamp, hours.clone())? {
                // Where the last page ended inside a window, its rows are counted in the revision that they were given from.
                let pinned = from.filter(|from| {
                    from.revision > 0 && from.hour == window.hour && from.stamp.as_ref() == Some(&window.stamp)
                });
                if pinned.is_none_or(|from| window.revision <= from.revision) {
                    latest.insert(window.hour, window);
                }
            }
            for (hour, window) in latest {
                let hour = match question.granularity {
                    UsageGranularity::Hourly => hour,
                    UsageGranularity::Daily => hour.day().first_hour(),
                };
                let stamp = question.by_resource.then(|| (*stamp).clone());
                units.entry((hour, stamp)).or_default().push(window);
            }
        }
        Ok(units.into_iter().map(|((hour, stamp), windows)| UsageUnit { hour, stamp, windows }).collect())
    }

    /// Adds the rows of a unit to a page until it is full.
    fn add_unit(
        &self,
        office: &Office,
        question: &UsageQuestion<'_>,
        unit: &UsageUnit,
        skip: usize,
        most: usize,
        page: &mut PaidPage,
    ) -> Result<(), CloseError> {
        let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
        for window in &unit.windows {
            let rows = self.window_rows(window)?;
            add_window(office, question, window, &rows, &mut sums)?;
        }
        for (index, (group, sum)) in sums.into_iter().enumerate().skip(skip) {
            if page.rows.len() >= most {
                let revision = unit.revision(question.granularity);
                page.next = Some(UsagePosition { hour: unit.hour, stamp: unit.stamp.clone(), revision, row: index });
                break;
            }
            let resource = match (group.local, &unit.stamp) {
                (Some(local), Some(stamp)) => Some(UsedResource {
                    stamp: stamp.clone(),
                    subscription: local.subscription,
                    meter: local.meter,
                    instance: self.store.resource(stamp, sum.resource.0)?.unwrap_or_default(),
                }),
                _ => None,
            };
            page.rows.push(PaidRow {
                start: group.start,
                end: group.end,
                meter: group.commerce_meter,
                scope: group.scope,
                quantity: sum.quantity,
                resource,
            });
        }
        Ok(())
    }
}

/// The stamps whose usage a subscription may have to pay for, each with the first day on which it may.
fn stamps_of<'a>(office: &'a Office, subscription: &PayingSubscription) -> BTreeMap<&'a CloudId, Day> {
    let mut stamps: BTreeMap<&CloudId, Day> = BTreeMap::new();
    for registration in &office.registrations {
        let mapped =
            registration.mappings.iter().any(|mapping| mapping.subscription.as_ref() == Some(&subscription.id));
        if registration.default_subscription == subscription.id || mapped {
            let first = stamps.entry(&registration.stamp).or_insert(registration.from);
            *first = registration.from.min(*first);
        }
    }
    stamps
}

/// Adds the rows of a window that the subscription pays for.
fn add_window(
    office: &Office,
    question: &UsageQuestion<'_>,
    window: &Window,
    rows: &WindowRows,
    sums: &mut BTreeMap<Group, Sum>,
) -> Result<(), CloseError> {
    let mut days: HashMap<Day, DayPayers<'_>> = HashMap::new();
    for row in &rows.rows {
        let Some(day) = row.start.day() else { continue };
        let payers = days.entry(day).or_insert_with(|| DayPayers::new(office, question, &window.stamp, day));
        let Some((scope, list)) = payers.payer(rows, row) else { continue };
        let Some(group) = group(question, rows, row, day, scope, list) else { continue };
        match sums.entry(group) {
            Entry::Vacant(entry) => {
                entry.insert(Sum { quantity: row.quantity, resource: row.resource });
            }
            Entry::Occupied(mut entry) => {
                let sum = entry.get_mut();
                sum.quantity = sum.quantity.checked_add(row.quantity).map_err(|_| Overflow)?;
                sum.resource = row.resource;
            }
        }
    }
    Ok(())
}

fn group(
    question: &UsageQuestion<'_>,
    rows: &WindowRows,
    row: &UsageRow,
    day: Day,
    scope: Scope,
    list: Option<&PriceList>,
) -> Option<Group> {
    let sent = rows.meter(row)?;
    let known = MeterCatalogue::published().find(sent).map_or(sent, |meter| &meter.id);
    let commerce_meter = list.map_or(known, |list| list.commerce_meter(known, scope, day)).clone();
    let (start, end) = match question.granularity {
        UsageGranularity::Hourly => (row.start, row.end),
        UsageGranularity::Daily => (day.start(), day.next().start()),
    };
    let local = if question.by_resource {
        let subscription = rows.subscriber(row)?.subscription.clone();
        Some(Local { subscription, meter: sent.clone(), address: row.address })
    } else {
        None
    };
    Some(Group { start, end, commerce_meter, scope, local })
}

/// Who pays for the local subscriptions of a window on one day, found once for each.
struct DayPayers<'a> {
    question: &'a UsageQuestion<'a>,
    office: &'a Office,
    attributor: Option<Attributor<'a>>,
    known: HashMap<u32, Option<(Scope, Option<&'a PriceList>)>>,
}

impl<'a> DayPayers<'a> {
    fn new(office: &'a Office, question: &'a UsageQuestion<'a>, stamp: &CloudId, day: Day) -> Self {
        let of_record = question.subscription.partner(day);
        let shown = question.partners.as_ref().is_none_or(|shown| of_record.is_some_and(|one| shown.contains(one)));
        let attributor = shown.then(|| Attributor::new(office, stamp, day));
        Self { question, office, attributor, known: HashMap::new() }
    }

    /// Whose usage a row is, and by which list it is priced; nothing when another subscription pays.
    fn payer(&mut self, rows: &WindowRows, row: &UsageRow) -> Option<(Scope, Option<&'a PriceList>)> {
        let attributor = self.attributor.as_ref()?;
        if let Some(known) = self.known.get(&row.subscriber) {
            return *known;
        }
        let found = match attributor.attribute(rows.subscriber(row)?) {
            Attribution::Paid(paid) if paid.paying_subscription.id == self.question.subscription.id => {
                Some((paid.scope, self.office.price_list_of(&paid.payer.id)))
            }
            _ => None,
        };
        self.known.insert(row.subscriber, found);
        found
    }
}
