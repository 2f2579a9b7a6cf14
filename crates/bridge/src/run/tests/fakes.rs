//! Fakes: a hub that checks what it is sent, and a stamp that says what a test wants.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::delivery::{ErrorBody, ErrorDetail, LocalSubscription, PartKept, Receipt, Wanted};
use model::Hour;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// What goes wrong with one put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not even looked at.
    Status(u16),
    /// It is taken, and the connection breaks before the answer.
    LostAnswer,
    /// All parts that were kept are forgotten before it is taken.
    LostParts,
    /// It is taken, and the answer counts one row less.
    Miscounted,
}

/// A window's rows as texts, with the table that came with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    pub table: BTreeMap<String, String>,
    pub rows: Vec<String>,
    pub revision: u32,
}

#[derive(Debug, Default)]
pub struct HubState {
    pub next: u32,
    pub resend: Vec<String>,
    /// What it says beside.
    pub wanted: Wanted,
    /// Every window in these hours is refused with this status and code.
    pub refused: Vec<(Range<Hour>, u16, &'static str)>,
    pub windows: BTreeMap<Hour, Window>,
    pub faults: VecDeque<Option<Fault>>,
    /// The hour and the digest of every put that arrived.
    pub puts: Vec<(Hour, String)>,
    parts: BTreeMap<u32, Window>,
}

pub struct FakeHub {
    pub address: String,
    pub state: Arc<Mutex<HubState>>,
}

#[derive(Deserialize)]
struct Body<'a> {
    subscriptions: Vec<LocalSubscription>,
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

impl FakeHub {
    pub async fn start(next: Hour) -> Self {
        let state = Arc::new(Mutex::new(HubState { next: next.0, ..HubState::default() }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        Self { address: serve(router).await, state }
    }

    pub fn faults(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    pub fn windows(&self) -> BTreeMap<Hour, Window> {
        self.state.lock().unwrap().windows.clone()
    }

    pub fn puts(&self) -> Vec<(Hour, String)> {
        self.state.lock().unwrap().puts.clone()
    }
}

async fn answer(
    State(state): State<Arc<Mutex<HubState>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if headers["authorization"] != "Bearer secret of the stamp" {
        return refuse(401, "Unauthorized", "the credential is not that of the stamp cloud1");
    }
    if method == Method::GET {
        let state = state.lock().unwrap();
        if let Some(hour) = uri.path().strip_prefix("/hub/stamps/cloud1/windows/") {
            let is_there = state.windows.contains_key(&Hour::parse(hour).unwrap());
            return if is_there { axum::Json(()).into_response() } else { refuse(404, "WindowNotFound", "no such") };
        }
        assert_eq!(uri.path(), "/hub/stamps/cloud1/windows");
        let next = Hour(state.next).to_string();
        let wanted = Wanted { next, resend: state.resend.clone(), hub: "one".to_owned(), ..state.wanted.clone() };
        return axum::Json(wanted).into_response();
    }
    let hour = Hour::parse(uri.path().strip_prefix("/hub/stamps/cloud1/windows/").unwrap()).unwrap();
    let digest = check(&headers, &body);
    let (fault, answer) = take(&mut state.lock().unwrap(), hour, &uri, digest, &body);
    if fault == Some(Fault::LostAnswer) {
        // Ends the task of this connection without a word.
        std::panic::resume_unwind(Box::new("the answer is lost"));
    }
    answer
}

/// Everything about a put that does not depend on what the hub has.
fn check(headers: &HeaderMap, body: &[u8]) -> String {
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["content-encoding"], "zstd");
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)));
    assert_eq!(headers["content-digest"], digest);
    digest
}

fn take(state: &mut HubState, hour: Hour, uri: &Uri, digest: String, body: &[u8]) -> (Option<Fault>, Response) {
    state.puts.push((hour, digest));
    let fault = state.faults.pop_front().flatten();
    if let Some(Fault::Status(status)) = fault {
        return (fault, refuse(status, "Busy", "the hub is busy"));
    }
    if let Some((_, status, code)) = state.refused.iter().find(|(hours, _, _)| hours.contains(&hour)) {
        return (fault, refuse(*status, code, "it is refused"));
    }
    if fault == Some(Fault::LostParts) {
        state.parts.clear();
    }
    let text = String::from_utf8(zstd::decode_all(body).unwrap()).unwrap();
    assert!(text.len() <= crate::body::PART_BYTES_MAX);
    let body: Body<'_> = serde_json::from_str(&text).unwrap();
    let part = Window {
        table: body.subscriptions.into_iter().map(|line| (line.subscription_id, line.tenant_id)).collect(),
        rows: body.value.iter().map(|row| row.get().to_owned()).collect(),
        revision: 1,
    };
    let (number, parts) = part_number(uri.query());
    state.parts.insert(number, part);
    let missing: Vec<u32> = (1..=parts).filter(|part| !state.parts.contains_key(part)).collect();
    if !missing.is_empty() {
        let kept = PartKept { parts: state.parts.keys().copied().collect(), missing };
        return (fault, (StatusCode::ACCEPTED, axum::Json(kept)).into_response());
    }
    let mut window = Window::default();
    for part in std::mem::take(&mut state.parts).into_values() {
        window.table.extend(part.table);
        window.rows.extend(part.rows);
    }
    let mut receipt = seal(state, hour, window);
    if fault == Some(Fault::Miscounted) {
        receipt.received -= 1;
    }
    (fault, axum::Json(receipt).into_response())
}

fn part_number(query: Option<&str>) -> (u32, u32) {
    let Some(query) = query else { return (1, 1) };
    let (part, parts) = query.split_once('&').unwrap();
    (part.strip_prefix("part=").unwrap().parse().unwrap(), parts.strip_prefix("parts=").unwrap().parse().unwrap())
}

/// The same rows again change nothing; others are a further revision.
fn seal(state: &mut HubState, hour: Hour, mut window: Window) -> Receipt {
    let received = u64::try_from(window.rows.len()).unwrap();
    let before = state.windows.get(&hour);
    let same = before.is_some_and(|before| before.rows == window.rows);
    window.revision = before.map_or(1, |before| before.revision + u32::from(!same));
    state.next = state.next.max(if hour.0 == state.next { hour.0 + 1 } else { 0 });
    let (stored, copies) = if same { (0, received) } else { (received, 0) };
    let receipt = Receipt {
        stamp: "cloud1".to_owned(),
        hour: hour.to_string(),
        hash: String::new(),
        revision: window.revision,
        received,
        stored,
        copies,
        held: 0,
        replaced: 0,
        removed: 0,
        totals: BTreeMap::new(),
        held_reasons: BTreeMap::new(),
        next: Hour(state.next).to_string(),
    };
    state.windows.insert(hour, window);
    receipt
}

fn refuse(status: u16, code: &str, message: &str) -> Response {
    let body = ErrorBody { error: ErrorDetail { code: code.to_owned(), message: message.to_owned() } };
    (StatusCode::from_u16(status).unwrap(), [("retry-after", "0")], axum::Json(body)).into_response()
}

/// Answers of a fake stamp to a path with its query; the number counts the requests from 0.
type Says = Arc<dyn Fn(&str, usize) -> (u16, String) + Send + Sync>;

#[derive(Clone)]
pub struct FakeStamp {
    says: Says,
    /// Whether it knows delegated providers and activations, and not usage and subscriptions alone.
    says_all: bool,
    asked: Arc<Mutex<Vec<String>>>,
    pub address: String,
}

impl FakeStamp {
    pub async fn start(says: impl Fn(&str, usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::listen(says, false).await
    }

    /// A stamp that knows delegated providers and activations, too.
    pub async fn start_whole(says: impl Fn(&str, usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::listen(says, true).await
    }

    async fn listen(says: impl Fn(&str, usize) -> (u16, String) + Send + Sync + 'static, says_all: bool) -> Self {
        let mut stamp = Self { says: Arc::new(says), says_all, asked: Arc::default(), address: String::new() };
        stamp.address = serve(Router::new().fallback(say).with_state(stamp.clone())).await;
        stamp
    }

    /// Every path with its query that was asked for.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn say(State(stamp): State<FakeStamp>, headers: HeaderMap, uri: Uri) -> Response {
    if uri.path() == "/metadata/endpoints" {
        return "{}".into_response();
    }
    assert_eq!(headers["authorization"], "Bearer token of the operator");
    let asked = uri.path_and_query().unwrap().as_str().to_owned();
    let is_rare = ["delegatedProviders", "Microsoft.AzureBridge"].iter().any(|rare| asked.contains(rare));
    if is_rare && !stamp.says_all {
        return (StatusCode::NOT_FOUND, r#"{"error":{"code":"NotFound","message":""}}"#).into_response();
    }
    let number = stamp.asked.lock().unwrap().len();
    stamp.asked.lock().unwrap().push(asked.clone());
    let (status, body) = (stamp.says)(&asked, number);
    // Only a redirect has a use for the place.
    (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")], body).into_response()
}
