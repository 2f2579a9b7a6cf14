//! Metrics: what an operator's monitoring reads.

use hub::{DeliveryCounts, Hub};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::error::ApiError;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StampLabel {
    stamp: String,
}

/// The counters of one hub process.
pub(crate) struct Metrics {
    registry: Registry,
    deliveries: Counter,
    rows: Family<Outcome, Counter>,
    refusals: Family<Code, Counter>,
    watermarks: Family<StampLabel, Gauge>,
    overdue: Family<StampLabel, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("tallybridge");
        let (deliveries, rows, refusals) = (Counter::default(), Family::default(), Family::default());
        let (watermarks, overdue) = (Family::default(), Family::default());
        registry.register("deliveries", "Windows that were taken", deliveries.clone());
        registry.register("rows", "Rows that were taken, by what became of them", Family::clone(&rows));
        registry.register("refusals", "Deliveries that were refused, by code", Family::clone(&refusals));
        registry.register(
            "watermark_seconds",
            "The first moment that a stamp has not delivered, in seconds since 1970",
            Family::clone(&watermarks),
        );
        registry.register(
            "stamp_overdue",
            "1 for a stamp that is to report and has not for more than 30 days, 0 for others",
            Family::clone(&overdue),
        );
        Self { registry, deliveries, rows, refusals, watermarks, overdue }
    }
}

impl Metrics {
    pub(crate) fn received(&self, counts: &DeliveryCounts) {
        self.deliveries.inc();
        for (outcome, rows) in [("stored", counts.stored), ("copy", counts.copies), ("held", counts.held)] {
            self.rows.get_or_create(&Outcome { outcome }).inc_by(rows);
        }
    }

    pub(crate) fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&Code { code }).inc();
    }

    /// The text that is scraped.
    pub(crate) fn show(&self, hub: &Hub) -> Result<String, ApiError> {
        for standing in hub.standings()? {
            let label = StampLabel { stamp: standing.stamp.id.to_string() };
            self.watermarks.get_or_create(&label).set(standing.watermark.start().0);
            self.overdue.get_or_create(&label).set(i64::from(standing.overdue));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|_| ApiError::busy())?;
        Ok(text)
    }
}
