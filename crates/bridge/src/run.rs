//! Run: window after window, from what the hub wants next up to a given hour.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use contract::{
    delivery::{LocalSubscription, Receipt},
    usage_page::{read_raw_page, subscriber_of},
};
use model::{Hour, Second};
use serde_json::value::RawValue;

use crate::{
    BridgeError, Config, Peer,
    body::{self, PART_BYTES_MAX},
    client::{Client, read_certificates},
    hub::{Answer, Hub, PartNumber, read_hour},
    stamp::Stamp,
};

/// How often the parts of a window are sent before a hub that keeps losing them is given up.
const PART_ROUNDS_MAX: u32 = 3;

/// Carries the usage of one stamp to the hub.
pub struct Bridge {
    config: Config,
    stamp: Stamp,
    hub: Hub,
    /// The directory of every local subscription that was listed since the start, by its compared id.
    ///
    /// A deleted one stays: its last rows come after it has left the stamp's list.
    listed: BTreeMap<String, LocalSubscription>,
    /// Local subscriptions that rows name and the stamp did not list in this run.
    unlisted: BTreeSet<String>,
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
    /// The same, compressed. Unit: bytes.
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
    /// What the hub wants next; none when nothing was put and nothing was asked.
    pub next: Option<Hour>,
}

impl Bridge {
    /// A bridge that has not talked to anybody yet.
    ///
    /// # Errors
    ///
    /// When an address of the configuration is none, or its certificates cannot be read.
    pub fn new(config: Config) -> Result<Self, BridgeError> {
        let stamp = Stamp::new(Client::new(config.retry, config.cloud.as_str(), &[])?, &config)?;
        let roots = config.hub_ca.as_deref().map(read_certificates).transpose()?.unwrap_or_default();
        let hub = Hub::new(Client::new(config.retry, config.cloud.as_str(), &roots)?, &config)?;
        Ok(Self { config, stamp, hub, listed: BTreeMap::new(), unlisted: BTreeSet::new() })
    }

    /// The first hour that has not settled at a moment: windows before it may be read.
    pub fn readable_until(&self, now: Second) -> Hour {
        let settle = i64::try_from(self.config.settle.as_secs()).unwrap_or(i64::MAX);
        Second(now.0.saturating_sub(settle)).hour().unwrap_or(Hour(0))
    }

    /// Puts every window from the one that the hub wants next up to `until`, exclusive, and those it wants again.
    ///
    /// `progress` is called after each window.
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
        let attempted = "ask which window is wanted next";
        let mut next = read_hour(attempted, &wanted.next)?;
        let mut summary = Summary { next: Some(next), ..Summary::default() };
        self.unlisted.clear();
        self.list().await?;
        while next < until {
            let delivered = self.deliver(next).await?;
            summary.count(&delivered);
            let after = read_hour("read the receipt of a window", &delivered.receipt.next)?;
            if after <= next {
                return Err(BridgeError::Stuck { hour: next, next: after });
            }
            next = after;
            summary.next = Some(next);
            progress(&delivered);
        }
        for text in &wanted.resend {
            let hour = read_hour(attempted, text)?;
            if hour < until {
                let delivered = self.deliver(hour).await?;
                summary.count(&delivered);
                progress(&delivered);
            }
        }
        Ok(summary)
    }

    /// Reads windows once more and puts them. What did not change on the stamp changes nothing in the hub.
    ///
    /// # Errors
    ///
    /// As for [`Bridge::catch_up`].
    pub async fn resend(&mut self, hours: Range<Hour>) -> Result<Summary, BridgeError> {
        let mut summary = Summary::default();
        self.unlisted.clear();
        self.list().await?;
        for hour in (hours.start.0..hours.end.0).map(Hour) {
            let delivered = self.deliver(hour).await?;
            summary.count(&delivered);
            summary.next = Some(read_hour("read the receipt of a window", &delivered.receipt.next)?);
        }
        Ok(summary)
    }

    /// Carries one window.
    async fn deliver(&mut self, hour: Hour) -> Result<Delivered, BridgeError> {
        let pages = self.stamp.pages(hour).await?;
        let rows = read_rows(hour, &pages)?;
        self.list_unknown(&rows).await?;
        let table: Vec<&LocalSubscription> = self.listed.values().collect();
        let bodies = body::write(&table, &rows, PART_BYTES_MAX).map_err(|error| pack_error(hour, &error))?;
        let (receipt, sent_bytes) = self.put(hour, &bodies).await?;
        let delivered = Delivered {
            hour,
            rows: count(rows.len()),
            pages: count(pages.len()),
            parts: u32::try_from(bodies.len()).unwrap_or(u32::MAX),
            body_bytes: bodies.iter().map(|body| count(body.len())).sum(),
            sent_bytes,
            receipt,
        };
        if delivered.receipt.received != delivered.rows {
            let (sent, received) = (delivered.rows, delivered.receipt.received);
            let reason = format!("it confirms {received} rows, but {sent} were sent");
            return Err(BridgeError::Answer { peer: Peer::Hub, attempted: format!("put the window {hour}"), reason });
        }
        Ok(delivered)
    }

    /// Puts the parts of a window, and again when the hub misses some at the end. Gives the bytes that were sent, too.
    async fn put(&self, hour: Hour, bodies: &[Vec<u8>]) -> Result<(Receipt, u64), BridgeError> {
        let mut sent_bytes: u64 = 0;
        let parts = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
        let mut missing = Vec::new();
        // A hub that lost what it kept lost the first parts, so every round begins with them and ends at the receipt.
        for _ in 0..PART_ROUNDS_MAX {
            for (body, part) in bodies.iter().zip(1..=parts) {
                let packed = body::pack(body).map_err(|error| pack_error(hour, &error))?;
                sent_bytes = sent_bytes.saturating_add(count(packed.body.len()));
                match self.hub.put(hour, PartNumber { part, parts }, &packed).await? {
                    Answer::Receipt(receipt) => return Ok((*receipt, sent_bytes)),
                    Answer::Kept(kept) => missing = kept.missing,
                }
            }
        }
        let reason = format!("it still misses the parts {missing:?} after {PART_ROUNDS_MAX} rounds");
        Err(BridgeError::Answer { peer: Peer::Hub, attempted: format!("put the window {hour}"), reason })
    }

    /// Lists again when a row names a local subscription that nobody listed; once a run for each of them.
    async fn list_unknown(&mut self, rows: &[&RawValue]) -> Result<(), BridgeError> {
        let mut unknown: BTreeSet<String> = BTreeSet::new();
        for row in rows {
            // A row of another shape is for the hub to judge.
            let Some(subscriber) = subscriber_of(row) else { continue };
            let folded = subscriber.to_ascii_lowercase();
            if !self.listed.contains_key(&folded) && !self.unlisted.contains(&folded) {
                unknown.insert(folded);
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        self.list().await?;
        unknown.retain(|subscriber| !self.listed.contains_key(subscriber));
        for subscriber in &unknown {
            tracing::warn!(subscription.id = %subscriber, "the stamp reports usage of a subscription it does not list");
        }
        self.unlisted.append(&mut unknown);
        Ok(())
    }

    /// Learns the local subscriptions. The stamp does not list the operator's own.
    async fn list(&mut self) -> Result<(), BridgeError> {
        let own = LocalSubscription {
            subscription_id: self.config.provider_subscription.to_string(),
            tenant_id: self.config.home_directory.to_string(),
        };
        for subscription in self.stamp.local_subscriptions().await?.into_iter().chain([own]) {
            self.listed.insert(subscription.subscription_id.to_ascii_lowercase(), subscription);
        }
        Ok(())
    }
}

impl Summary {
    fn count(&mut self, delivered: &Delivered) {
        let receipt = &delivered.receipt;
        self.windows = self.windows.saturating_add(1);
        self.revised = self.revised.saturating_add(u64::from(receipt.revision > 1));
        self.rows = self.rows.saturating_add(delivered.rows);
        self.stored = self.stored.saturating_add(receipt.stored);
        self.copies = self.copies.saturating_add(receipt.copies);
        self.held = self.held.saturating_add(receipt.held);
        self.sent_bytes = self.sent_bytes.saturating_add(delivered.sent_bytes);
    }
}

/// The rows of all pages, untouched.
fn read_rows(hour: Hour, pages: &[String]) -> Result<Vec<&RawValue>, BridgeError> {
    let mut rows = Vec::new();
    for page in pages {
        let page = read_raw_page(page).map_err(|error| BridgeError::Answer {
            peer: Peer::Stamp,
            attempted: format!("read the usage reported in {hour}"),
            reason: error.to_string(),
        })?;
        rows.extend(page.value);
    }
    Ok(rows)
}

fn pack_error(hour: Hour, error: &dyn std::error::Error) -> BridgeError {
    BridgeError::Pack { hour, reason: error.to_string() }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
