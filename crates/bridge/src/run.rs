//! Run: window after window, from what the hub wants next up to a given hour.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use contract::delivery::{Receipt, Wanted};
use model::{Hour, Second};

use crate::{
    BridgeError, Peer, Settings,
    hub::{Answer, Hub, PartNumber, read_hour},
    round::Event,
    wait::Stop,
    window::{Reader, Window},
};

/// How often the parts of a window are sent before a hub that keeps losing them is given up.
const PART_ROUNDS_MAX: u32 = 3;

/// The hub's word for an hour that it never wants.
const NOT_WANTED: &str = "WindowNotWanted";

/// Carries the usage of one stamp to the hub.
pub struct Bridge {
    pub(crate) settings: Settings,
    pub(crate) reader: Reader,
    pub(crate) hub: Hub,
    pub(crate) stop: Stop,
}

/// What became of one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The reported hour.
    pub hour: Hour,
    /// Rows that the stamp gave.
    pub rows: u64,
    /// Pages that the stamp gave.
    pub pages: u64,
    /// Parts that were put.
    pub parts: u32,
    /// The length of all parts. Unit: bytes.
    pub body_bytes: u64,
    /// The same, compressed, as often as it was sent. Unit: bytes.
    pub sent_bytes: u64,
    /// What the hub says about it.
    pub receipt: Receipt,
}

/// What became of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Windows that were put.
    pub windows: u64,
    /// Windows of which the hub has more than one revision now.
    pub revised: u64,
    /// Rows in them.
    pub rows: u64,
    /// Of the rows, those that were new to the hub or differ.
    pub stored: u64,
    /// Those that were there already.
    pub copies: u64,
    /// Those that the hub holds back.
    pub held: u64,
    /// What went over the wire. Unit: bytes.
    pub sent_bytes: u64,
    /// Windows that the hub did not want.
    pub passed_over: u64,
    /// The first window that the stamp was not ready with.
    pub not_yet: Option<Hour>,
    /// What the hub wants next; none when nothing was put and nothing was asked.
    pub next: Option<Hour>,
}

/// How many requests failed since the start, those that succeeded when they were tried again among them.
#[derive(Debug, Clone)]
pub struct Failures {
    stamp: Arc<AtomicU64>,
    hub: Arc<AtomicU64>,
}

impl Failures {
    /// Of those to one peer.
    pub fn of(&self, peer: Peer) -> u64 {
        match peer {
            Peer::Stamp => self.stamp.load(Ordering::Relaxed),
            Peer::Hub => self.hub.load(Ordering::Relaxed),
        }
    }
}

/// What the hub made of a window.
pub(crate) enum Put {
    /// It took it.
    Taken(Box<Delivered>),
    /// It never wants it.
    PassedOver,
}

/// A window that was read while the one before it was put.
type Ahead = Option<(Hour, Result<Option<Window>, BridgeError>)>;

/// Whoever wants to know what happens.
pub(crate) type Events<'a> = &'a mut (dyn FnMut(&Event) + 'a);

impl Bridge {
    /// A bridge that has not talked to anybody yet.
    ///
    /// # Errors
    ///
    /// When an address of the configuration is none, or its certificates cannot be read.
    pub fn new(settings: impl Into<Settings>) -> Result<Self, BridgeError> {
        let settings = settings.into();
        let reader = Reader::new(&settings.cloud, &settings.stamp, settings.retry, &settings.clock)?;
        let hub = Hub::new(&settings.cloud, &settings.hub, settings.retry, &settings.clock)?;
        Ok(Self { settings, reader, hub, stop: Stop::never() })
    }

    /// Counts of failures that can be read while the bridge runs.
    pub fn failures(&self) -> Failures {
        Failures { stamp: self.reader.stamp().client().failures(), hub: self.hub.client().failures() }
    }

    /// The first hour that has not settled at a moment: windows before it may be read.
    pub fn readable_until(&self, now: Second) -> Hour {
        let settle = i64::try_from(self.settings.settle.as_secs()).unwrap_or(i64::MAX);
        Second(now.0.saturating_sub(settle)).hour().unwrap_or(Hour(0))
    }

    /// Puts every window from the one that the hub wants next up to `until`, exclusive, and those it wants again.
    ///
    /// `progress` is called after each window. Where the stamp is not ready with a window, the run ends before it.
    ///
    /// # Errors
    ///
    /// When a peer cannot be reached or refuses. What was put until then stays put; a further run goes on from there.
    pub async fn catch_up(
        &mut self,
        until: Hour,
        mut progress: impl FnMut(&Delivered),
    ) -> Result<Summary, BridgeError> {
        let wanted = self.hub.wanted().await?;
        let mut events = |event: &Event| {
            if let Event::Delivered(delivered) = event {
                progress(delivered);
            }
        };
        self.follow(&wanted, until, &mut events).await
    }

    /// Reads windows once more and puts them. What did not change on the stamp changes nothing in the hub.
    ///
    /// # Errors
    ///
    /// As for [`Bridge::catch_up`].
    pub async fn resend(&mut self, hours: Range<Hour>) -> Result<Summary, BridgeError> {
        let hours: Vec<Hour> = (hours.start.0..hours.end.0).map(Hour).collect();
        let mut summary = Summary::default();
        self.reader.begin();
        self.send_again(&hours, &mut summary, &mut |_| ()).await?;
        Ok(summary)
    }

    /// Does what the hub wants.
    pub(crate) async fn follow(
        &mut self,
        wanted: &Wanted,
        until: Hour,
        events: Events<'_>,
    ) -> Result<Summary, BridgeError> {
        let attempted = "ask which window is wanted next";
        let mut next = read_hour(attempted, &wanted.next)?;
        let mut summary = Summary { next: Some(next), ..Summary::default() };
        self.reader.begin();
        let mut ahead: Ahead = None;
        while next < until && !self.stop.has_come() {
            let Some(window) = self.window(next, ahead.take()).await? else {
                events(&Event::NotYet { hour: next });
                summary.not_yet = Some(next);
                break;
            };
            let following = Some(next.next()).filter(|following| *following < until);
            let put = self.carry(window, following, &mut ahead, events).await?;
            let after = match put {
                Put::Taken(delivered) => {
                    summary.count(&delivered);
                    read_hour("read the receipt of a window", &delivered.receipt.next)?
                }
                Put::PassedOver => {
                    summary.passed_over = summary.passed_over.saturating_add(1);
                    read_hour(attempted, &self.hub.wanted().await?.next)?
                }
            };
            if after <= next {
                return Err(BridgeError::Stuck { hour: next, next: after });
            }
            next = after;
            summary.next = Some(next);
        }
        let again = wanted.resend.iter().map(|text| read_hour(attempted, text));
        let again: Vec<Hour> = again.collect::<Result<_, _>>()?;
        let again: Vec<Hour> = again.into_iter().filter(|hour| *hour < until).collect();
        self.send_again(&again, &mut summary, events).await?;
        summary.next = Some(next);
        Ok(summary)
    }

    /// Reads windows again and puts them. What the stamp is not ready with and what the hub never wants is passed over.
    pub(crate) async fn send_again(
        &mut self,
        hours: &[Hour],
        summary: &mut Summary,
        events: Events<'_>,
    ) -> Result<(), BridgeError> {
        let mut ahead: Ahead = None;
        for (place, hour) in hours.iter().copied().enumerate() {
            if self.stop.has_come() {
                break;
            }
            let Some(window) = self.window(hour, ahead.take()).await? else {
                events(&Event::NotYet { hour });
                continue;
            };
            let following = place.checked_add(1).and_then(|place| hours.get(place)).copied();
            match self.carry(window, following, &mut ahead, events).await? {
                Put::Taken(delivered) => {
                    summary.count(&delivered);
                    summary.next = Some(read_hour("read the receipt of a window", &delivered.receipt.next)?);
                }
                Put::PassedOver => summary.passed_over = summary.passed_over.saturating_add(1),
            }
        }
        Ok(())
    }

    /// The window of an hour: the one that was read ahead, or read now. None when the stamp is not ready with it.
    async fn window(&mut self, hour: Hour, ahead: Ahead) -> Result<Option<Window>, BridgeError> {
        match ahead {
            Some((read, result)) if read == hour => result,
            // Another bridge was faster, so another window comes next.
            _ => self.reader.read(hour).await,
        }
    }

    /// Puts a window, and reads the following one at the same time: one at a time on each side.
    async fn carry(
        &mut self,
        window: Window,
        following: Option<Hour>,
        ahead: &mut Ahead,
        events: Events<'_>,
    ) -> Result<Put, BridgeError> {
        let Self { reader, hub, settings, stop } = self;
        let put = async {
            let put = deliver(hub, window, events).await?;
            stop.rest(settings.pause).await;
            Ok(put)
        };
        let read = async {
            // Its failure is told when its turn comes: the window before it may still arrive.
            let Some(hour) = following.filter(|_| !stop.has_come()) else { return Ok(None) };
            Ok(Some((hour, reader.read(hour).await)))
        };
        let (put, read) = tokio::try_join!(put, read)?;
        *ahead = read;
        Ok(put)
    }
}

/// Puts a window and compares what arrived.
async fn deliver(hub: &Hub, window: Window, events: Events<'_>) -> Result<Put, BridgeError> {
    let hour = window.hour;
    let (receipt, sent_bytes) = match put(hub, &window).await {
        Err(BridgeError::Refused { peer: Peer::Hub, status: 409, code, message, .. }) if code == NOT_WANTED => {
            events(&Event::PassedOver { hour, message });
            return Ok(Put::PassedOver);
        }
        put => put?,
    };
    let delivered = Delivered {
        hour,
        rows: window.rows,
        pages: window.pages,
        parts: u32::try_from(window.parts.len()).unwrap_or(u32::MAX),
        body_bytes: window.body_bytes,
        sent_bytes,
        receipt,
    };
    if delivered.receipt.received != delivered.rows {
        let (sent, received) = (delivered.rows, delivered.receipt.received);
        let reason = format!("it confirms {received} rows, but {sent} were sent");
        return Err(BridgeError::Answer { peer: Peer::Hub, attempted: format!("put the window {hour}"), reason });
    }
    events(&Event::Delivered(Box::new(delivered.clone())));
    Ok(Put::Taken(Box::new(delivered)))
}

/// Puts the parts of a window, and again when the hub misses some at the end. Gives the bytes that were sent, too.
async fn put(hub: &Hub, window: &Window) -> Result<(Receipt, u64), BridgeError> {
    let hour = window.hour;
    let mut sent_bytes: u64 = 0;
    let parts = u32::try_from(window.parts.len()).unwrap_or(u32::MAX);
    let mut missing = Vec::new();
    // A hub that lost what it kept lost the first parts, so every round begins with them and ends at the receipt.
    for _ in 0..PART_ROUNDS_MAX {
        for (packed, part) in window.parts.iter().zip(1..=parts) {
            sent_bytes = sent_bytes.saturating_add(u64::try_from(packed.body.len()).unwrap_or(u64::MAX));
            match hub.put(hour, PartNumber { part, parts }, packed).await? {
                Answer::Receipt(receipt) => return Ok((*receipt, sent_bytes)),
                Answer::Kept(kept) => missing = kept.missing,
            }
        }
    }
    let reason = format!("it still misses the parts {missing:?} after {PART_ROUNDS_MAX} rounds");
    Err(BridgeError::Answer { peer: Peer::Hub, attempted: format!("put the window {hour}"), reason })
}

impl Summary {
    /// Counts a window.
    pub(crate) fn count(&mut self, delivered: &Delivered) {
        let receipt = &delivered.receipt;
        self.windows = self.windows.saturating_add(1);
        self.revised = self.revised.saturating_add(u64::from(receipt.revision > 1));
        self.rows = self.rows.saturating_add(delivered.rows);
        self.stored = self.stored.saturating_add(receipt.stored);
        self.copies = self.copies.saturating_add(receipt.copies);
        self.held = self.held.saturating_add(receipt.held);
        self.sent_bytes = self.sent_bytes.saturating_add(delivered.sent_bytes);
    }

    /// Adds what a further run did.
    pub(crate) fn add(&mut self, more: &Self) {
        self.windows = self.windows.saturating_add(more.windows);
        self.revised = self.revised.saturating_add(more.revised);
        self.rows = self.rows.saturating_add(more.rows);
        self.stored = self.stored.saturating_add(more.stored);
        self.copies = self.copies.saturating_add(more.copies);
        self.held = self.held.saturating_add(more.held);
        self.sent_bytes = self.sent_bytes.saturating_add(more.sent_bytes);
        self.passed_over = self.passed_over.saturating_add(more.passed_over);
        self.not_yet = more.not_yet;
        self.next = more.next.or(self.next);
    }
}

#[cfg(test)]
pub(crate) mod tests;
