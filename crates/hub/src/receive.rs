//! Receive, in the hallway: load what the house has of a window, let the room decide, record it.

use std::collections::{BTreeMap, HashMap};

use billing::receive::{self, HeldReason};
use model::{
    CloudId, Day, DirectoryId, HeldRow, Hour, LocalSubscriptionId, MeterCatalogue, MeterId, Overflow, Quantity, Second,
    Stamp, Subscriber, UsageRow, WindowRows,
};
use store::{Delivery, DeliveryCounts, StoreError, SumChange, Window, WindowRecord};

use crate::{
    Hub, Refusal,
    desk::{Desk, Known},
    lock,
    refusal::refusal,
};

/// How far ahead of the hub's clock the end of a window may lie. Unit: seconds.
const AHEAD_SECONDS_MAX: i64 = 300;
/// How often a delivery is decided anew because another process was faster.
const ATTEMPTS_MAX: u32 = 5;

/// The fields of a row as they were sent.
#[derive(Debug, Clone, Copy)]
pub struct SentFields<'a> {
    /// The local subscription.
    pub subscription: &'a str,
    /// When the use began.
    pub start: &'a str,
    /// When it ended.
    pub end: &'a str,
    /// The text of `instanceData` as it stands between its quotes.
    pub instance: &'a str,
    /// The text of the number.
    pub quantity: &'a str,
    /// The meter.
    pub meter: &'a str,
}

/// Why a delivery was refused as a whole. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError<E> {
    /// Nobody knows the stamp.
    #[error("stamp {0} is not known")]
    UnknownStamp(CloudId),
    /// The window is not over yet.
    #[error("the window {hour} ends after the hub's present time {now}")]
    NotOver {
        /// The window.
        hour: Hour,
        /// The hub's time.
        now: Second,
    },
    /// The stamp is not to report, or the window is never wanted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The body could not be read.
    #[error(transparent)]
    Body(E),
    /// The table of local subscriptions is wrong.
    #[error("{0}")]
    Table(String),
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What was recorded.
    pub delivery: Delivery,
    /// How many rows the window holds back now, by reason.
    pub held_reasons: BTreeMap<HeldReason, u64>,
}

impl Hub {
    /// Receives a window. `fill` hands its rows and its table over; it may be called again. `digest` is the SHA-256 of the
    /// body: a body that was received before is not looked at again.
    ///
    /// # Errors
    ///
    /// When the delivery is refused as a whole; single rows are held instead.
    pub fn receive<'body, E>(
        &self,
        stamp: &CloudId,
        hour: Hour,
        digest: [u8; 32],
        actor: &str,
        mut fill: impl FnMut(&mut Intake<'_, 'body>) -> Result<(), E>,
    ) -> Result<Received, ReceiveError<E>> {
        let office = self.office();
        let known = office.stamps.get(stamp).ok_or_else(|| ReceiveError::UnknownStamp(stamp.clone()))?;
        self.check_reporting(stamp)?;
        let now = self.clock.now();
        if hour.end().0 > now.0.saturating_add(AHEAD_SECONDS_MAX) {
            return Err(ReceiveError::NotOver { hour, now });
        }
        let desk = self.desk(stamp);
        let mut desk = lock(&desk);
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.receive_once(known, hour, digest, actor, &mut desk, &mut fill) {
                Err(ReceiveError::Store(StoreError::Conflict(_))) if attempts < ATTEMPTS_MAX => desk.forget(),
                Err(error) => {
                    desk.forget_new();
                    return Err(error);
                }
                Ok(received) => {
                    self.make_room(stamp, desk.bytes());
                    return Ok(received);
                }
            }
        }
    }

    fn receive_once<'body, E>(
        &self,
        known: &Stamp,
        hour: Hour,
        digest: [u8; 32],
        actor: &str,
        desk: &mut Desk,
        fill: &mut impl FnMut(&mut Intake<'_, 'body>) -> Result<(), E>,
    ) -> Result<Received, ReceiveError<E>> {
        let stamp = &known.id;
        let before = self.store.window(stamp, hour)?;
        if before.is_none() {
            check_wanted(known, hour)?;
        }
        let mut record = WindowRecord {
            stamp: stamp.clone(),
            hour,
            first_window: known.first_window,
            skipped: known.skipped_hours(),
            expected_revision: before.as_ref().map(|window| window.revision),
            body_digest: digest,
            segment: None,
            first_resource: 0,
            new_resources: Vec::new(),
            sums: Vec::new(),
            held: Vec::new(),
            counts: DeliveryCounts::default(),
            totals: Vec::new(),
            note: self.note(actor, "window.receive", &format!("{stamp} {hour}"), &serde_json::Value::Null),
        };
        // Rows that are held are looked at anew whenever they come: their reason may be gone.
        let same = |window: &&Window| window.held == 0 && window.last_delivery.body_digest == digest;
        if let Some(window) = before.as_ref().filter(same) {
            let received = window.last_delivery.counts.received;
            record.counts = DeliveryCounts { received, copies: received, ..DeliveryCounts::default() };
            record.totals.clone_from(&window.last_delivery.totals);
            return self.write_down(record, &[]);
        }
        desk.load(self.store.as_ref(), stamp, self.read_address)?;
        record.first_resource = desk.count();
        let mut intake = Intake::new(hour, desk, self.read_address);
        fill(&mut intake).map_err(ReceiveError::Body)?;
        let mut filled = intake.finish();
        record.new_resources = std::mem::take(&mut filled.new_resources);
        let received = self.decide(record, before.as_ref(), filled, desk)?;
        desk.keep();
        Ok(received)
    }

    /// Lets the room compare the delivery with the revision before, and records the difference.
    fn decide<E>(
        &self,
        mut record: WindowRecord,
        before: Option<&Window>,
        filled: Filled,
        desk: &mut Desk,
    ) -> Result<Received, ReceiveError<E>> {
        let Filled { mut rows, held, received, table, .. } = filled;
        let (stamp, hour) = (record.stamp.clone(), record.hour);
        let old_rows = match before {
            Some(window) => self.window_rows(window)?,
            None => WindowRows::default(),
        };
        let old_held =
            if before.is_some_and(|window| window.held > 0) { self.held_rows(&stamp, hour)? } else { Vec::new() };
        self.name_tenants(&mut rows, &old_rows, &table, desk, &stamp, hour)?;
        let comparison = receive::compare(&old_rows, &rows)?;
        let newly_held = u64::try_from(held.iter().filter(|row| !old_held.contains(row)).count()).unwrap_or(u64::MAX);
        record.counts = DeliveryCounts {
            received,
            stored: comparison.stored,
            // A row that was held before and is held again is a copy too.
            copies: received.saturating_sub(comparison.stored).saturating_sub(newly_held),
            held: newly_held,
            replaced: comparison.replaced,
            removed: comparison.removed,
        };
        record.totals = totals(&rows)?;
        let unchanged =
            comparison.stored == 0 && comparison.removed == 0 && held.len() == old_held.len() && newly_held == 0;
        if before.is_none() || !unchanged {
            record.segment = Some(store::segment::encode(&rows, &stamp, hour)?);
            record.held.clone_from(&held);
        }
        record.sums = comparison
            .changes
            .into_iter()
            .map(|change| SumChange {
                day: change.day,
                subscriber: change.subscriber,
                meter: change.meter,
                quantity: change.quantity,
                rows: change.rows,
            })
            .collect();
        let noted: Vec<(Day, Subscriber)> =
            record.sums.iter().map(|change| (change.day, change.subscriber.clone())).collect();
        let received = self.write_down(record, &held)?;
        for (day, subscriber) in noted {
            desk.note_tenant(day, &subscriber);
        }
        Ok(received)
    }

    fn write_down<E>(&self, mut record: WindowRecord, held: &[HeldRow]) -> Result<Received, ReceiveError<E>> {
        let counts = record.counts;
        record.note.detail = serde_json::json!({
            "received": counts.received, "stored": counts.stored, "copies": counts.copies, "held": counts.held,
            "replaced": counts.replaced, "removed": counts.removed,
            "segment": record.segment.as_ref().map(|segment| hex(&segment.hash)),
        })
        .to_string();
        let mut held_reasons = BTreeMap::new();
        for row in held {
            *held_reasons.entry(row.reason).or_insert(0) += 1;
        }
        Ok(Received { delivery: self.writer.record(record)?, held_reasons })
    }

    /// The rows of a stored revision.
    pub(crate) fn window_rows(&self, window: &Window) -> Result<WindowRows, StoreError> {
        let bytes = self.store.segment(&window.stamp, window.hour, window.revision)?;
        store::segment::decode(&bytes).map_err(|error| StoreError::Damaged {
            place: format!("segment of stamp {}, hour {}, revision {}", window.stamp, window.hour, window.revision),
            problem: error.to_string(),
        })
    }

    /// The rows that a window holds back now.
    pub(crate) fn held_rows(&self, stamp: &CloudId, hour: Hour) -> Result<Vec<HeldRow>, StoreError> {
        let mut held = Vec::new();
        self.store.each_held(stamp, hour..hour.next(), &mut |entry| {
            held.push(entry.row);
            Ok(())
        })?;
        Ok(held)
    }

    /// Says whose directory each local subscription of a window is. What an earlier revision said stays: a directory is
    /// frozen when usage is reported. Then counts the window's own table, then what was last known of the subscription.
    fn name_tenants(
        &self,
        rows: &mut WindowRows,
        before: &WindowRows,
        table: &HashMap<LocalSubscriptionId, DirectoryId>,
        desk: &mut Desk,
        stamp: &CloudId,
        hour: Hour,
    ) -> Result<(), StoreError> {
        let frozen: HashMap<&LocalSubscriptionId, &DirectoryId> =
            before.subscribers.iter().filter_map(|old| Some((&old.subscription, old.tenant.as_ref()?))).collect();
        for subscriber in &mut rows.subscribers {
            let subscription = &subscriber.subscription;
            let said = frozen.get(subscription).copied().or_else(|| table.get(subscription)).cloned();
            subscriber.tenant = match said {
                Some(tenant) => Some(tenant),
                None => desk.last_tenant(self.store.as_ref(), stamp, hour.day(), subscription)?,
            };
        }
        Ok(())
    }

    /// Forgets the texts of other stamps while all together take too much memory.
    fn make_room(&self, stamp: &CloudId, own_bytes: usize) {
        let desks = lock(&self.desks);
        let mut bytes = own_bytes;
        for (other, desk) in desks.iter().filter(|(other, _)| *other != stamp) {
            // A desk that is in use is looked at when its own window is done.
            let Ok(mut desk) = desk.try_lock() else { continue };
            bytes = bytes.saturating_add(desk.bytes());
            if bytes > self.desk_bytes_max && desk.bytes() > 0 {
                tracing::debug!(cloud.id = %other, desk.bytes = desk.bytes(), "forget the resource texts of an idle stamp");
                bytes = bytes.saturating_sub(desk.bytes());
                desk.forget();
            }
        }
    }
}

/// Refuses a window that is never wanted. One that was delivered before may be corrected.
fn check_wanted(stamp: &Stamp, hour: Hour) -> Result<(), Refusal> {
    let Some(skipped) = stamp.skips(hour) else { return Ok(()) };
    Err(refusal(
        "WindowNotWanted",
        format!(
            "the window {hour} of stamp {} is not wanted, because {}: send none from {} to {}",
            stamp.id,
            skipped.reason.explain(),
            skipped.hours.start,
            skipped.hours.end
        ),
    ))
}

pub(crate) fn totals(rows: &WindowRows) -> Result<Vec<(MeterId, Quantity)>, Overflow> {
    let mut sums: Vec<Option<Quantity>> = vec![None; rows.meters.len()];
    for row in &rows.rows {
        if let Some(sum) = usize::try_from(row.meter).ok().and_then(|index| sums.get_mut(index)) {
            *sum = Some(sum.unwrap_or_default().checked_add(row.quantity)?);
        }
    }
    let mut totals: Vec<(MeterId, Quantity)> =
        rows.meters.iter().cloned().zip(sums).filter_map(|(meter, sum)| Some((meter, sum?))).collect();
    totals.sort_unstable();
    Ok(totals)
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What came out of an [`Intake`].
struct Filled {
    rows: WindowRows,
    held: Vec<HeldRow>,
    received: u64,
    table: HashMap<LocalSubscriptionId, DirectoryId>,
    new_resources: Vec<String>,
}

/// Numbers of names by their text; a name that is no id keeps its reason.
type Names = hashbrown::HashMap<Box<str>, Result<u32, HeldReason>, foldhash::fast::RandomState>;

/// Takes the rows of a window, one by one, and turns their texts into numbers.
pub struct Intake<'desk, 'body> {
    hour: Hour,
    desk: &'desk mut Desk,
    read_address: crate::ReadAddress,
    rows: WindowRows,
    /// The rows as they were sent, in step with `rows`: needed when one must be held after all.
    raw: Vec<&'body str>,
    held: Vec<HeldRow>,
    received: u64,
    table: HashMap<LocalSubscriptionId, DirectoryId>,
    subscriptions: Names,
    subscriber_numbers: HashMap<LocalSubscriptionId, u32>,
    meters: Names,
    last_start: Option<(String, Second)>,
    last_end: Option<(String, Second)>,
    /// The resource of the row before: rows of one resource come together.
    last_resource: Option<Known>,
    last_instance: String,
    new_resources: Vec<String>,
}

impl<'desk, 'body> Intake<'desk, 'body> {
    fn new(hour: Hour, desk: &'desk mut Desk, read_address: crate::ReadAddress) -> Self {
        Self {
            hour,
            desk,
            read_address,
            rows: WindowRows::default(),
            raw: Vec::new(),
            held: Vec::new(),
            received: 0,
            table: HashMap::new(),
            subscriptions: Names::default(),
            subscriber_numbers: HashMap::new(),
            meters: Names::default(),
            last_start: None,
            last_end: None,
            last_resource: None,
            last_instance: String::new(),
            new_resources: Vec::new(),
        }
    }

    /// Takes a row. `raw` is the whole row as it was sent; `fields` may be what is wrong with them.
    pub fn row(&mut self, raw: &'body str, fields: Result<SentFields<'_>, String>) {
        self.received = self.received.saturating_add(1);
        let read = fields.map_err(|problem| (HeldReason::Malformed, problem)).and_then(|fields| self.read(&fields));
        match read {
            Ok(row) => {
                self.rows.rows.push(row);
                self.raw.push(raw);
            }
            Err((reason, detail)) => self.held.push(HeldRow { reason, detail, raw: raw.to_owned() }),
        }
    }

    /// Takes a line of the table of local subscriptions.
    ///
    /// # Errors
    ///
    /// When an id is none, or when the same subscription stands in the table with two directories.
    pub fn subscription(&mut self, subscription: &str, tenant: Option<&str>) -> Result<(), String> {
        let wrong = |error| format!("the table of local subscriptions names {subscription:?}: {error}");
        let id = LocalSubscriptionId::new(subscription).map_err(wrong)?;
        let Some(tenant) = tenant.filter(|tenant| !tenant.is_empty()) else { return Ok(()) };
        let tenant = DirectoryId::new(tenant).map_err(wrong)?;
        match self.table.insert(id, tenant.clone()) {
            Some(other) if other != tenant => Err(format!(
                "the table of local subscriptions says of {subscription} both {other} and {tenant}; name one directory each"
            )),
            _ => Ok(()),
        }
    }

    fn read(&mut self, sent: &SentFields<'_>) -> Result<UsageRow, (HeldReason, String)> {
        let (subscribers, subscriber_numbers) = (&mut self.rows.subscribers, &mut self.subscriber_numbers);
        let subscriber = number(&mut self.subscriptions, sent.subscription, || {
            let subscription = LocalSubscriptionId::new(sent.subscription).map_err(|_| HeldReason::BadId)?;
            Ok(*subscriber_numbers.entry(subscription.clone()).or_insert_with(|| {
                subscribers.push(Subscriber { subscription, tenant: None });
                last_index(subscribers)
            }))
        })
        .map_err(|reason| (reason, format!("subscriptionId {:?}", shortened(sent.subscription))))?;
        let start = second(&mut self.last_start, sent.start).map_err(|reason| (reason, sent.start.to_owned()))?;
        let end = second(&mut self.last_end, sent.end).map_err(|reason| (reason, sent.end.to_owned()))?;
        let quantity = Quantity::parse(sent.quantity)
            .map_err(|error| (error.into(), format!("quantity {}", shortened(sent.quantity))))?;
        receive::check(self.hour, start, end, quantity)
            .map_err(|reason| (reason, format!("{start} to {end}, quantity {quantity}")))?;
        let meters = &mut self.rows.meters;
        let meter = number(&mut self.meters, sent.meter, || {
            let meter = MeterId::new(sent.meter).map_err(|_| HeldReason::BadId)?;
            receive::check_meter(MeterCatalogue::published(), &meter)?;
            let known = meters.iter().position(|known| *known == meter);
            Ok(known.and_then(|index| u32::try_from(index).ok()).unwrap_or_else(|| {
                meters.push(meter);
                last_index(meters)
            }))
        })
        .map_err(|reason| (reason, format!("meterId {:?}", shortened(sent.meter))))?;
        let known = self.resource(sent.instance)?;
        let text_start = u32::try_from(self.rows.number_texts.len()).unwrap_or(u32::MAX);
        self.rows.number_texts.push_str(sent.quantity);
        Ok(UsageRow {
            subscriber,
            meter,
            resource: known.number,
            address: known.address,
            start,
            end,
            quantity,
            text_start,
            // A text of more than 64 characters was held above.
            text_length: u8::try_from(sent.quantity.len()).unwrap_or(u8::MAX),
        })
    }

    #[inline]
    fn resource(&mut self, text: &str) -> Result<Known, (HeldReason, String)> {
        if let Some(known) = self.last_resource
            && self.last_instance == text
        {
            return Ok(known);
        }
        let known = match self.desk.find(text) {
            Some(known) => known,
            None => self.add_resource(text)?,
        };
        self.last_instance.clear();
        self.last_instance.push_str(text);
        self.last_resource = Some(known);
        Ok(known)
    }

    fn add_resource(&mut self, text: &str) -> Result<Known, (HeldReason, String)> {
        let address = (self.read_address)(text).map_err(|problem| (HeldReason::MalformedResource, problem))?;
        let known = self.desk.add(text, &address);
        self.new_resources.push(text.to_owned());
        Ok(known)
    }

    /// Settles the rows among themselves.
    fn finish(mut self) -> Filled {
        let settlement = receive::settle(&self.rows);
        for position in &settlement.conflicts {
            let raw = self.raw.get(*position).copied().unwrap_or_default().to_owned();
            let detail = "the same resource, meter and start with another value in this window".to_owned();
            self.held.push(HeldRow { reason: HeldReason::Conflict, detail, raw });
        }
        // What is held must not depend on the order in which it came.
        self.held.sort_by(|left, right| (left.reason, &left.raw).cmp(&(right.reason, &right.raw)));
        let kept = settlement.kept.iter().filter_map(|position| self.rows.rows.get(*position)).copied().collect();
        self.rows.rows = kept;
        Filled {
            rows: self.rows,
            held: self.held,
            received: self.received,
            table: self.table,
            new_resources: self.new_resources,
        }
    }
}

#[inline]
fn number(names: &mut Names, text: &str, make: impl FnOnce() -> Result<u32, HeldReason>) -> Result<u32, HeldReason> {
    match names.get(text) {
        Some(found) => *found,
        None => *names.entry_ref(text).or_insert_with(make),
    }
}

fn last_index<T>(names: &[T]) -> u32 {
    u32::try_from(names.len().saturating_sub(1)).unwrap_or(u32::MAX)
}

#[inline]
fn second(last: &mut Option<(String, Second)>, text: &str) -> Result<Second, HeldReason> {
    if let Some((known, second)) = last
        && known == text
    {
        return Ok(*second);
    }
    let second = Second::parse(text).map_err(|_| HeldReason::BadTime)?;
    *last = Some((text.to_owned(), second));
    Ok(second)
}

/// The start of a text that may be very long.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(80).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
