//! The books: segments, deliveries, watermarks and sums of each stamp.

use std::collections::{BTreeMap, BTreeSet};

use billing::receive;
use model::{CloudId, Day, Hour, MeterId, Office, Quantity, Subscriber, WindowRows, pass_over};
use sha2::{Digest, Sha256};
use store::{Delivery, DeliveryCounts, Window};

use super::Law;
use crate::Hub;

type SumKey = (Day, Subscriber, MeterId);

/// What deliveries say of one window.
#[derive(Default)]
struct Said {
    counts: DeliveryCounts,
    last: Option<Delivery>,
}

/// The laws about usage, while they are looked at.
pub(super) struct Books {
    segments: Law,
    resources: Law,
    deliveries_law: Law,
    windows: Law,
    sums: Law,
    watermarks: Law,
    held: Law,
    /// All deliveries together.
    pub(super) deliveries: DeliveryCounts,
}

impl Books {
    pub(super) fn new() -> Self {
        Self {
            segments: Law::new("every stored segment has the hash it was stored with, and can be read"),
            resources: Law::new("every resource text can be read, and every row has one"),
            deliveries_law: Law::new("every delivery: received = stored + copies + held"),
            windows: Law::new("every window holds exactly what its deliveries stored, and its last receipt is right"),
            sums: Law::new("every daily sum is the exact sum of its rows, and no row is in none"),
            watermarks: Law::new("every watermark is the first hour that was not delivered"),
            held: Law::new("every held row is counted"),
            deliveries: DeliveryCounts::default(),
        }
    }

    pub(super) fn into_laws(self) -> Vec<Law> {
        vec![self.segments, self.resources, self.deliveries_law, self.windows, self.sums, self.watermarks, self.held]
    }

    pub(super) fn count_windows(&mut self, hub: &Hub, stamp: &CloudId) -> u64 {
        let windows = self.segments.read(hub.store.windows(stamp, ALL_HOURS)).unwrap_or_default();
        u64::try_from(windows.len()).unwrap_or(u64::MAX)
    }

    pub(super) fn check_stamp(&mut self, hub: &Hub, office: &Office, stamp: &CloudId, step: &mut dyn FnMut()) {
        let said = self.read_deliveries(hub, stamp);
        let resources = self.read_resources(hub, stamp);
        let Some(windows) = self.segments.read(hub.store.windows(stamp, ALL_HOURS)) else { return };
        let mut expected: BTreeMap<SumKey, (Quantity, u64)> = BTreeMap::new();
        let mut complete = true;
        for revisions in windows.chunk_by(|left, right| left.hour == right.hour) {
            let said = revisions.first().and_then(|window| said.get(&window.hour));
            complete &= self.check_window(hub, revisions, said, resources, &mut expected, step);
        }
        for hour in said.keys().filter(|hour| windows.binary_search_by_key(*hour, |window| window.hour).is_err()) {
            self.windows.check(false, || format!("stamp {stamp}, hour {hour}: delivered, but nothing is stored"));
        }
        // With an unreadable segment the sums cannot be right; saying so for each of them would hide the place.
        if complete {
            self.check_sums(hub, stamp, expected);
        }
        self.check_watermark(hub, office, stamp, &windows);
        self.check_held(hub, stamp, &windows);
    }

    fn read_deliveries(&mut self, hub: &Hub, stamp: &CloudId) -> BTreeMap<Hour, Said> {
        let mut said: BTreeMap<Hour, Said> = BTreeMap::new();
        let (law, all) = (&mut self.deliveries_law, &mut self.deliveries);
        let read = hub.store.deliveries(stamp, &mut |delivery| {
            let counts = delivery.counts;
            law.check(counts.received == counts.stored + counts.copies + counts.held, || {
                format!("stamp {stamp}, hour {}: {counts:?}", delivery.hour)
            });
            let window = said.entry(delivery.hour).or_default();
            add(&mut window.counts, counts);
            add(all, counts);
            window.last = Some(delivery);
            Ok(())
        });
        law.read(read);
        said
    }

    /// Reads all resource texts of a stamp, and gives their number.
    fn read_resources(&mut self, hub: &Hub, stamp: &CloudId) -> u32 {
        let (law, mut count) = (&mut self.resources, 0);
        let read = hub.store.resources(stamp, 0, &mut |resource| {
            let readable = (hub.read_address)(&resource.text).is_ok();
            law.check(resource.number == count && readable, || {
                format!("stamp {stamp}, resource {}: it is not the one that was sent", resource.number)
            });
            count += 1;
            Ok(())
        });
        law.read(read);
        count
    }

    /// Reads all revisions of a window, adds what they booked, and compares with the deliveries. False when one is damaged.
    fn check_window(
        &mut self,
        hub: &Hub,
        revisions: &[Window],
        said: Option<&Said>,
        resources: u32,
        expected: &mut BTreeMap<SumKey, (Quantity, u64)>,
        step: &mut dyn FnMut(),
    ) -> bool {
        let mut rows = WindowRows::default();
        for (window, number) in revisions.iter().zip(1..) {
            step();
            let place = || format!("stamp {}, hour {}, revision {}", window.stamp, window.hour, window.revision);
            self.windows.check(window.revision == number, || format!("{}: revision {number} is missing", place()));
            let bytes = hub.store.segment(&window.stamp, window.hour, window.revision);
            let Some(bytes) = self.segments.read(bytes) else { return false };
            let hash: [u8; 32] = Sha256::digest(&bytes).into();
            let whole = hash == window.hash;
            self.segments.check(whole, || format!("{}: the segment's hash differs from the stored one", place()));
            if !whole {
                return false;
            }
            let Some(now) = self.segments.read(hub.window_rows(window)) else { return false };
            let strange = now.rows.iter().find(|row| row.resource.0 >= resources || row.address > row.resource);
            self.resources.check(strange.is_none(), || {
                format!("{}: a row names resource {}, of {resources}", place(), strange.map_or(0, |row| row.resource.0))
            });
            let Ok(comparison) = receive::compare(&rows, &now) else {
                self.sums.check(false, || format!("{}: a sum does not fit", place()));
                return false;
            };
            for change in comparison.changes {
                let sum = expected.entry((change.day, change.subscriber, change.meter)).or_default();
                match sum.0.checked_add(change.quantity) {
                    Ok(quantity) => *sum = (quantity, sum.1 + change.rows),
                    Err(_) => self.sums.check(false, || format!("{}: a sum does not fit", place())),
                }
            }
            rows = now;
        }
        self.check_receipt(revisions, said, &rows);
        true
    }

    fn check_receipt(&mut self, revisions: &[Window], said: Option<&Said>, rows: &WindowRows) {
        let Some(window) = revisions.last() else { return };
        let place = || format!("stamp {}, hour {}", window.stamp, window.hour);
        let count = u64::try_from(rows.rows.len()).unwrap_or(u64::MAX);
        let booked = said.map(|said| said.counts.stored - said.counts.replaced.min(said.counts.stored));
        let left = booked.map(|booked| booked.saturating_sub(said.map_or(0, |said| said.counts.removed)));
        self.windows.check(left == Some(count) && window.rows == count, || {
            format!(
                "{}: the segment has {count} rows, the deliveries left {left:?}, noted are {}",
                place(),
                window.rows
            )
        });
        let last = said.and_then(|said| said.last.as_ref());
        let totals = crate::receive::totals(rows).ok();
        self.windows.check(
            last.is_some_and(|last| {
                last.hash == window.hash && last.revision == window.revision && Some(&last.totals) == totals.as_ref()
            }),
            || format!("{}: the last receipt does not say what is stored", place()),
        );
    }

    fn check_sums(&mut self, hub: &Hub, stamp: &CloudId, mut expected: BTreeMap<SumKey, (Quantity, u64)>) {
        let law = &mut self.sums;
        let read = hub.store.daily_sums(stamp, Day(0)..Day(u32::MAX), &mut |sum| {
            let place = place_of(stamp, sum.day, &sum.subscriber, &sum.meter);
            let rows = expected.remove(&(sum.day, sum.subscriber.clone(), sum.meter.clone())).unwrap_or_default();
            law.check(rows == (sum.quantity, sum.rows), || {
                format!(
                    "{place}: the sum is {} of {} rows, its rows give {} of {}",
                    sum.quantity, sum.rows, rows.0, rows.1
                )
            });
            Ok(())
        });
        law.read(read);
        for ((day, subscriber, meter), (quantity, rows)) in expected {
            law.check(quantity.is_zero() && rows == 0, || {
                format!(
                    "{}: there is no sum, its rows give {quantity} of {rows}",
                    place_of(stamp, day, &subscriber, &meter)
                )
            });
        }
    }

    fn check_watermark(&mut self, hub: &Hub, office: &Office, stamp: &CloudId, windows: &[Window]) {
        let Some(progress) = self.watermarks.read(hub.store.progress(stamp)) else { return };
        let Some(known) = office.stamps.get(stamp) else { return };
        let delivered: BTreeSet<Hour> = windows.iter().map(|window| window.hour).collect();
        let skipped = known.skipped_hours();
        // What was skipped after the last delivery is passed over by the next one. So the watermark may be what it was before
        // any of the last ones were skipped.
        let possible = |count: usize| {
            let skipped = skipped.get(..count).unwrap_or_default();
            let mut next = pass_over(skipped, known.first_window);
            while delivered.contains(&next) {
                next = pass_over(skipped, next.next());
            }
            next
        };
        let noted = progress.as_ref().map_or(known.first_window, |progress| progress.next);
        let right = progress.is_none() || (0..=skipped.len()).any(|count| possible(count) == noted);
        let next = possible(skipped.len());
        self.watermarks.check(right, || format!("stamp {stamp}: the watermark is {noted}, it should be {next}"));
    }

    fn check_held(&mut self, hub: &Hub, stamp: &CloudId, windows: &[Window]) {
        let mut by_hour: BTreeMap<Hour, u64> = BTreeMap::new();
        let counted = hub.store.each_held(stamp, ALL_HOURS, &mut |entry| {
            *by_hour.entry(entry.hour).or_insert(0) += 1;
            Ok(())
        });
        let Some(()) = self.held.read(counted) else { return };
        for revisions in windows.chunk_by(|left, right| left.hour == right.hour) {
            let Some(window) = revisions.last() else { continue };
            let found = by_hour.get(&window.hour).copied().unwrap_or(0);
            self.held.check(found == window.held, || {
                format!("stamp {stamp}, hour {}: {found} rows are held, noted are {}", window.hour, window.held)
            });
        }
    }
}

const ALL_HOURS: std::ops::Range<Hour> = Hour(0)..Hour(u32::MAX);

fn add(sum: &mut DeliveryCounts, more: DeliveryCounts) {
    sum.received += more.received;
    sum.stored += more.stored;
    sum.copies += more.copies;
    sum.held += more.held;
    sum.replaced += more.replaced;
    sum.removed += more.removed;
}

fn place_of(stamp: &CloudId, day: Day, subscriber: &Subscriber, meter: &MeterId) -> String {
    let tenant = subscriber.tenant.as_ref().map_or("unknown", |tenant| tenant.as_str());
    format!("stamp {stamp}, day {day}, local subscription {}, tenant {tenant}, meter {meter}", subscriber.subscription)
}
