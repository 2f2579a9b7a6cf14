//! Metrics: what a bridge did, counted for monitoring, in the OpenMetrics form.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bridge::{Event, Failures, Peer, Silence};
use hub::Clock as _;
use model::Hour;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::clock::SystemClock;

/// How many are answered at the same time.
const CALLERS_MAX: usize = 16;
/// The longest head of a request. Unit: bytes.
const HEAD_BYTES_MAX: usize = 8 * 1_024;
/// How long a caller may take.
const CALLER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long nothing is accepted after accepting failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Counts of a bridge.
pub struct Counts {
    stamp: String,
    failures: Failures,
    windows: u64,
    rows: u64,
    body_bytes: u64,
    sent_bytes: u64,
    rounds_failed: u64,
    next: Option<Hour>,
    silence: Option<Silence>,
    hidden: BTreeSet<String>,
}

impl Counts {
    /// Nothing has happened yet.
    pub fn new(stamp: &str, failures: Failures) -> Self {
        Self {
            stamp: stamp.to_owned(),
            failures,
            windows: 0,
            rows: 0,
            body_bytes: 0,
            sent_bytes: 0,
            rounds_failed: 0,
            next: None,
            silence: None,
            hidden: BTreeSet::new(),
        }
    }

    /// Whether nothing may be sent.
    pub fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// Counts an event.
    pub fn note(&mut self, event: &Event) {
        match event {
            Event::Asked { next, .. } => {
                self.next = Some(*next);
                self.silence = None;
            }
            Event::Delivered(delivered) => {
                self.windows = self.windows.saturating_add(1);
                self.rows = self.rows.saturating_add(delivered.rows);
                self.body_bytes = self.body_bytes.saturating_add(delivered.body_bytes);
                self.sent_bytes = self.sent_bytes.saturating_add(delivered.sent_bytes);
                self.next = Hour::parse(&delivered.receipt.next).ok().or(self.next);
            }
            Event::Silent { silence, .. } => self.silence = Some(*silence),
            Event::Failed { .. } => self.rounds_failed = self.rounds_failed.saturating_add(1),
            Event::Hidden { provider, .. } => {
                self.hidden.insert(provider.clone());
            }
            Event::PassedOver { .. }
            | Event::NotYet { .. }
            | Event::Reread { .. }
            | Event::NeverWanted(_)
            | Event::Resting { .. } => {}
        }
    }

    /// The counts as text. Source: OpenMetrics 1.0, 2020.
    fn text(&self) -> String {
        let mut text = String::new();
        let stamp = self.stamp.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
        let label = format!("stamp=\"{stamp}\"");
        let counters = [
            ("windows", "Windows that were delivered.", self.windows),
            ("rows", "Rows in them.", self.rows),
            ("body_bytes", "Their length before they were compressed.", self.body_bytes),
            ("sent_bytes", "Their length as they were sent.", self.sent_bytes),
            ("rounds_failed", "Rounds that failed.", self.rounds_failed),
        ];
        for (name, help, value) in counters {
            head(&mut text, name, "counter", help);
            // Writing into a text cannot fail.
            let _ = writeln!(text, "tallybridge_bridge_{name}_total{{{label}}} {value}");
        }
        head(&mut text, "failures", "counter", "Requests that failed, by peer.");
        for peer in [Peer::Stamp, Peer::Hub] {
            let value = self.failures.of(peer);
            let _ = writeln!(text, "tallybridge_bridge_failures_total{{{label},peer=\"{peer}\"}} {value}");
        }
        if let Some(next) = self.next {
            let lag = SystemClock.now().0.saturating_sub(next.start().0).max(0);
            head(&mut text, "watermark_seconds", "gauge", "The first moment that is not delivered.");
            let _ = writeln!(text, "tallybridge_bridge_watermark_seconds{{{label}}} {}", next.start().0);
            head(&mut text, "lag_seconds", "gauge", "How long ago that is; an hour that runs counts.");
            let _ = writeln!(text, "tallybridge_bridge_lag_seconds{{{label}}} {lag}");
        }
        head(&mut text, "hidden_providers", "gauge", "Delegated providers whose tenants' usage is missing.");
        let _ = writeln!(text, "tallybridge_bridge_hidden_providers{{{label}}} {}", self.hidden.len());
        head(&mut text, "state", "stateset", "Whether usage is sent, or why not.");
        let states = [None].into_iter().chain(Silence::ALL.map(Some));
        for state in states {
            let word = state.map_or("reporting", Silence::word);
            let value = u8::from(state == self.silence);
            let _ = writeln!(text, "tallybridge_bridge_state{{{label},tallybridge_bridge_state=\"{word}\"}} {value}");
        }
        text.push_str("# EOF\n");
        text
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "# TYPE tallybridge_bridge_{name} {kind}\n# HELP tallybridge_bridge_{name} {help}");
}

/// Answers `GET /metrics` for as long as the process runs.
pub async fn serve(listener: TcpListener, counts: Arc<Mutex<Counts>>) {
    let places = Arc::new(Semaphore::new(CALLERS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((caller, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let counts = Arc::clone(&counts);
        tokio::spawn(async move {
            // A caller that is slow or goes away is its own affair.
            let _ = tokio::time::timeout(CALLER_TIMEOUT, answer(caller, &counts)).await;
            drop(place);
        });
    }
}

async fn answer(mut caller: TcpStream, counts: &Mutex<Counts>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut piece = [0; 1_024];
        let length = caller.read(&mut piece).await?;
        if length == 0 || head.len().saturating_add(length) > HEAD_BYTES_MAX {
            return Ok(());
        }
        head.extend_from_slice(piece.get(..length).unwrap_or_default());
    }
    let (status, kind, body) = if head.starts_with(b"GET /metrics ") {
        let text = counts.lock().unwrap_or_else(PoisonError::into_inner).text();
        ("200 OK", "application/openmetrics-text; version=1.0.0; charset=utf-8", text)
    } else {
        ("404 Not Found", "text/plain", "The counts are at /metrics.\n".to_owned())
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    caller.write_all(answer.as_bytes()).await?;
    caller.shutdown().await
}
