//! Counts: what an operator's monitoring reads.
//!
//! Source: OpenMetrics 1.0, text format.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::StatusCode;
use model::Hour;

use crate::Posted;

/// The type of the text.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The counts of one door.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// By route and status. Both are few: routes have fixed names.
    answers: Mutex<BTreeMap<(&'static str, u16), u64>>,
    rows: AtomicU64,
    accepted: AtomicU64,
    duplicates: AtomicU64,
    refused: AtomicU64,
}

impl Counts {
    pub(super) fn answered(&self, route: &'static str, status: StatusCode) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let count = answers.entry((route, status.as_u16())).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn served(&self, rows: usize) {
        add(&self.rows, rows);
    }

    pub(super) fn posted(&self, posted: &Posted) {
        self.accepted.fetch_add(posted.accepted, Ordering::Relaxed);
        self.duplicates.fetch_add(posted.duplicates, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, events: usize) {
        add(&self.refused, events);
    }

    /// The text that is scraped.
    pub(super) fn show(&self, processed: Option<Hour>) -> String {
        let mut text = Text::default();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        text.head("requests", "counter", "Requests that were answered, by route and status");
        for ((route, status), count) in answers {
            text.line(&format!("requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"));
        }
        text.head("rows", "counter", "Rows of usage that were served");
        text.line(&format!("rows_total {}", self.rows.load(Ordering::Relaxed)));
        text.head("events", "counter", "Events that were posted, by what became of them");
        for (outcome, count) in
            [("accepted", &self.accepted), ("duplicate", &self.duplicates), ("refused", &self.refused)]
        {
            text.line(&format!("events_total{{outcome=\"{outcome}\"}} {}", count.load(Ordering::Relaxed)));
        }
        if let Some(processed) = processed {
            let what = "The first moment whose reports are not complete, in seconds since 1970";
            text.head("processed_until_seconds", "gauge", what);
            text.line(&format!("processed_until_seconds {}", processed.start().0));
        }
        text.0.push_str("# EOF\n");
        text.0
    }
}

fn add(counter: &AtomicU64, count: usize) {
    counter.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, what: &str) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.0, "# HELP tallybridge_stamp_{name} {what}.\n# TYPE tallybridge_stamp_{name} {kind}");
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.0, "tallybridge_stamp_{line}");
    }
}
