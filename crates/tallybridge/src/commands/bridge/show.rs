//! Show: what a bridge does, as lines for people, as lines of JSON, or as a bar on a terminal.

use std::io::IsTerminal as _;

use bridge::{Delivered, Event, Silence, Summary};
use hub::Clock as _;
use indicatif::{ProgressBar, ProgressStyle};
use model::Hour;
use serde_json::{Value, json};

use crate::{Printing, clock::SystemClock, output};

/// Shows events.
pub struct Show {
    stamp: String,
    is_json: bool,
    bar: Option<ProgressBar>,
    /// Rows since the bar began.
    rows: u64,
    /// What was said last about why nothing is sent, so that it is said once.
    silence: Option<Silence>,
    /// Whether something was delivered since the bridge last rested.
    is_busy: bool,
}

impl Show {
    /// Shows the events of the bridge of a stamp.
    pub fn new(stamp: &str, printing: Printing) -> Self {
        let is_json = printing.json;
        Self { stamp: stamp.to_owned(), is_json, bar: None, rows: 0, silence: None, is_busy: true }
    }

    /// Shows an event.
    pub fn event(&mut self, event: &Event) {
        if self.is_json {
            self.json(event);
        } else {
            self.people(event);
        }
    }

    /// Shows how it ended.
    pub fn end(&mut self, summary: Option<&Summary>) {
        self.clear();
        let Some(summary) = summary else { return };
        let next = summary.next.map(|next| next.to_string());
        if self.is_json {
            line(&json!({
                "event": "ended", "stamp": self.stamp, "windows": summary.windows, "rows": summary.rows,
                "stored": summary.stored, "copies": summary.copies, "held": summary.held,
                "revised": summary.revised, "passedOver": summary.passed_over, "sentBytes": summary.sent_bytes,
                "next": next,
            }));
            return;
        }
        output::print(&format!(
            "{} windows with {} rows delivered: {} stored, {} copies, {} held. Next: {}.",
            summary.windows,
            summary.rows,
            summary.stored,
            summary.copies,
            summary.held,
            next.as_deref().unwrap_or("not known")
        ));
    }

    fn people(&mut self, event: &Event) {
        match event {
            Event::Asked { next, until } => {
                self.silence = None;
                self.begin(*next, *until);
            }
            Event::Delivered(delivered) => self.delivered(delivered),
            Event::PassedOver { hour, message } => self.say(&format!("{hour}: not wanted: {message}")),
            Event::NotYet { hour } => self.say(&format!("{hour}: the stamp is not ready with it yet")),
            Event::Reread { windows, revised } => {
                self.say(&format!("read {windows} windows again; {revised} have more than one revision"));
            }
            Event::NeverWanted(ranges) => {
                for range in ranges {
                    self.say(&format!("never sent: {} to {}: {}", range.from, range.until, range.reason));
                }
            }
            Event::Hidden { provider, message } => self
                .say(&format!("WARNING: usage is missing, because the stamp does not show it: {provider}: {message}")),
            Event::Silent { silence, message, .. } => {
                if self.silence.replace(*silence) != Some(*silence) {
                    self.say(&format!(
                        "nothing is sent ({}): {message}; the backlog stays on the stamp; {}",
                        silence.word(),
                        silence.advice()
                    ));
                }
            }
            Event::Failed { error, wait } => {
                self.say(&format!("failed, tried again in {} s: {error}", wait.as_secs().max(1)));
            }
            Event::Resting { .. } => {
                self.clear();
                if std::mem::take(&mut self.is_busy) {
                    self.say("all that is there is delivered");
                }
            }
        }
    }

    /// A bar while several windows are behind.
    fn begin(&mut self, next: Hour, until: Hour) {
        self.clear();
        let windows = u64::from(until.0.saturating_sub(next.0));
        if windows < 2 || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::new(windows);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} windows, {msg}, ready in {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.rows = 0;
        self.bar = Some(bar);
    }

    fn delivered(&mut self, delivered: &Delivered) {
        self.is_busy = true;
        let receipt = &delivered.receipt;
        if let Some(bar) = &self.bar {
            self.rows = self.rows.saturating_add(delivered.rows);
            let millis = u64::try_from(bar.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
            let rate = self.rows.saturating_mul(1_000) / millis;
            bar.set_message(format!("{rate} rows/s, {} h behind", lag_hours(&receipt.next)));
            bar.inc(1);
        } else {
            output::print(&format!(
                "{}: {} rows in {} parts, {} stored, {} copies, {} held; revision {}; next {}",
                delivered.hour,
                delivered.rows,
                delivered.parts,
                receipt.stored,
                receipt.copies,
                receipt.held,
                receipt.revision,
                receipt.next
            ));
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| output::print(text)),
            None => output::print(text),
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn json(&self, event: &Event) {
        let mut value = describe(event);
        value["stamp"] = self.stamp.as_str().into();
        value["time"] = SystemClock.now().to_string().into();
        line(&value);
    }
}

/// One object on one line.
fn line(value: &Value) {
    output::print(&value.to_string());
}

fn lag_hours(next: &str) -> i64 {
    Hour::parse(next).map_or(0, |next| SystemClock.now().0.saturating_sub(next.start().0).max(0) / 3_600)
}

fn describe(event: &Event) -> Value {
    match event {
        Event::Asked { next, until } => {
            json!({ "event": "asked", "next": next.to_string(), "until": until.to_string() })
        }
        Event::Delivered(delivered) => json!({
            "event": "delivered", "hour": delivered.hour.to_string(), "rows": delivered.rows,
            "pages": delivered.pages, "parts": delivered.parts, "bodyBytes": delivered.body_bytes,
            "sentBytes": delivered.sent_bytes, "stored": delivered.receipt.stored,
            "copies": delivered.receipt.copies, "held": delivered.receipt.held,
            "revision": delivered.receipt.revision, "next": delivered.receipt.next,
        }),
        Event::PassedOver { hour, message } => {
            json!({ "event": "passedOver", "hour": hour.to_string(), "message": message })
        }
        Event::NotYet { hour } => json!({ "event": "notYet", "hour": hour.to_string() }),
        Event::Reread { windows, revised } => json!({ "event": "reread", "windows": windows, "revised": revised }),
        Event::NeverWanted(ranges) => json!({ "event": "neverWanted", "hours": ranges }),
        Event::Hidden { provider, message } => {
            json!({ "event": "hidden", "provider": provider, "message": message })
        }
        Event::Silent { silence, message, wait } => json!({
            "event": "silent", "state": silence.word(), "message": message, "advice": silence.advice(),
            "waitSeconds": wait.as_secs(),
        }),
        Event::Failed { error, wait } => {
            let peer = error.peer().map(|peer| peer.to_string());
            json!({ "event": "failed", "peer": peer, "error": error.to_string(), "waitSeconds": wait.as_secs() })
        }
        Event::Resting { wait } => json!({ "event": "resting", "waitSeconds": wait.as_secs() }),
    }
}
