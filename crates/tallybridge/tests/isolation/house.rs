//! The house under test: a hub with two estates, usage of October and its invoices, that listens on a port of this machine.

use std::{cell::Cell, collections::BTreeMap, fmt, sync::Arc};

use api::token::{NewKey, Signer, TokenKind};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hub::{Clock, Hub, MonthClose, SentFields};
use model::{CloudId, Hour, HubKey, KeyPurpose, Month, PartnerId, Second};
use reqwest::{Client, Method};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::{
    cast::{self, Caller},
    estate::{Estate, FIRST_HOUR, FOREIGN, HOUR, METER, MISSING, OWN},
    pages::visitor::Believer,
};

const NOW: &str = "2026-11-05T12:00:00Z";

/// What differs between any two answers.
const OF_ONE_REQUEST: &[&str] =
    &["date", "x-ms-request-id", "x-ms-correlation-request-id", "ms-requestid", "ms-correlationid", "ms-cv"];

/// It is always the same moment.
struct Still;

impl Clock for Still {
    fn now(&self) -> Second {
        Second::parse(NOW).unwrap()
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    /// How many requests were sent.
    pub requests: Cell<u32>,
    origin: String,
    signer: Signer,
    tokens: BTreeMap<usize, String>,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    _folder: tempfile::TempDir,
}

/// What the hub said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The header fields but those that name the request and its moment.
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Answer {
    /// The same with every mark blotted out, to be compared with the answer about another estate.
    pub fn blotted(&self) -> Self {
        let mut same = self.clone();
        for mark in [OWN.mark, FOREIGN.mark, MISSING.mark] {
            for text in same.headers.values_mut().chain([&mut same.text]) {
                *text = text.replace(mark, "------").replace(&mark.to_uppercase(), "------");
            }
        }
        same
    }

    /// Whether it holds a mark where the caller has not sent it. What is signed is looked into.
    pub fn tells(&self, mark: &str, sent: &[String]) -> bool {
        let mut text = self.text.clone();
        for part in self.text.split(['.', '"']) {
            let opened = URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            text.extend(opened);
        }
        self.headers.values().for_each(|value| text.push_str(value));
        let mut text = text.to_lowercase();
        for value in sent {
            text = text.replace(&value.to_lowercase(), "");
        }
        text.contains(mark)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text.chars().take(600).collect();
        write!(formatter, "{} {:?} {text}", self.status, self.headers)
    }
}

impl House {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::new(Still), api::read_address).unwrap());
        hub.record("test", "the cast", &cast::records()).unwrap();
        let NewKey { id, pkcs8 } = api::token::generate().unwrap();
        let signer = Signer::from_pkcs8(&id, &pkcs8).unwrap();
        let from = Second::parse(FIRST_HOUR).unwrap();
        for (id, purpose, secret) in
            [(id.as_str(), KeyPurpose::Signing, pkcs8), ("seal", KeyPurpose::Sealing, vec![7; 32])]
        {
            hub.add_key("test", &HubKey { id: id.to_owned(), purpose, secret, from, retired: None }).unwrap();
        }
        for estate in [OWN, FOREIGN] {
            use_stamp(&hub, estate, &estate.stamp());
            use_stamp(&hub, estate, &estate.other_stamp());
            close(&hub, estate);
        }
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let exports = folder.path().join("exports");
        for estate in [OWN, FOREIGN] {
            let place = exports.join(estate.export());
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("operation.json"), estate.kept_export(hub.now())).unwrap();
        }
        let settings = api::Settings { exports: Some(exports), ..api::Settings::default() };
        let (routes, gatekeeper) = api::front(Arc::clone(&hub), settings);
        let doorkeeper = Arc::new(Believer(gatekeeper));
        let window = portal::Settings { doorkeeper, chance: draw, secure: false };
        let routes = routes.merge(portal::router(Arc::clone(&hub), window));
        runtime.spawn(api::serve(listener, routes, None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let (stop, runtime, requests) = (Some(stop), Some(runtime), Cell::new(0));
        let mut house =
            Self { hub, requests, origin, signer, tokens: BTreeMap::new(), client, stop, runtime, _folder: folder };
        for (caller, number) in Caller::ALL.into_iter().zip(0..) {
            house.tokens.extend(house.token(caller).map(|token| (number, token)));
        }
        house
    }

    fn token(&self, caller: Caller) -> Option<String> {
        if caller == Caller::Stamp {
            return Some(OWN.credential());
        }
        let (id, directory) = caller.account()?;
        let now = self.hub.now().0;
        let claims = json!({
            "iss": format!("{}/{directory}/v2.0", self.origin), "aud": self.origin,
            "exp": now + 600, "nbf": now, "iat": now, "oid": id, "tid": directory,
        });
        Some(self.signer.sign(TokenKind::Access, &claims).unwrap())
    }

    pub fn ask(&self, caller: Caller, method: &str, target: &str, body: &str) -> Answer {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let number = Caller::ALL.iter().position(|one| *one == caller).unwrap();
        let bearer = self.tokens.get(&number).map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", kind)];
        headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
        self.send(method, target, &headers, body)
    }

    /// A request with whatever header fields.
    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.requests.set(self.requests.get() + 1);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{target}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_owned());
        }
        self.runtime.as_ref().unwrap().block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let kept = response.headers().iter().filter(|(name, _)| !OF_ONE_REQUEST.contains(&name.as_str()));
            let headers = kept.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            Answer { status, headers, text: response.text().await.unwrap() }
        })
    }

    /// How many entries the audit log has.
    pub fn audited(&self) -> u64 {
        let mut last = 0;
        let looked = self.hub.store().audit(0, &mut |entry| {
            last = last.max(entry.number);
            Ok(())
        });
        looked.unwrap();
        last
    }

    /// What the office has of an estate: everything with its mark and without that of the other one.
    pub fn holdings(&self, estate: Estate, other: Estate) -> Vec<String> {
        let all = self.office();
        all.into_iter().filter(|one| one.contains(estate.mark) && !one.contains(other.mark)).collect()
    }

    /// What the office has, but keys.
    pub fn office(&self) -> Vec<String> {
        let office = self.hub.office();
        let mut all: Vec<String> = Vec::new();
        all.extend(office.partners.values().map(|one| format!("{one:?}")));
        all.extend(office.directories.values().map(|one| format!("{one:?}")));
        all.extend(office.customers.values().map(|one| format!("{one:?}")));
        all.extend(office.subscriptions.values().map(|one| format!("{one:?}")));
        all.extend(office.stamps.values().map(|one| format!("{one:?}")));
        all.extend(office.registrations.iter().map(|one| format!("{one:?}")));
        all.extend(office.price_lists.values().map(|one| format!("{one:?}")));
        all.extend(office.principals.values().map(|one| format!("{one:?}")));
        all.extend(office.role_assignments.values().map(|one| format!("{one:?}")));
        all.extend(office.resource_groups.values().map(|one| format!("{one:?}")));
        all.extend(office.locks.values().map(|one| format!("{one:?}")));
        all.extend(office.namespaces.values().map(|one| format!("{one:?}")));
        all
    }
}

fn draw() -> Option<[u8; 32]> {
    let mut bits = [0; 32];
    aws_lc_rs::rand::fill(&mut bits).ok()?;
    Some(bits)
}

/// Reports an hour of the customer's usage.
fn use_stamp(hub: &Hub, estate: Estate, stamp: &str) {
    let local = estate.principal("60").replacen('7', "6", 1);
    let instance =
        format!(r#"{{"Microsoft.Resources":{{"resourceUri":"/subscriptions/{local}/vm-{}"}}}}"#, estate.mark);
    // As it stands inside a text of JSON.
    let instance = instance.replace('"', r#"\""#);
    let digest = Sha256::digest(stamp).into();
    let start = Hour::parse(HOUR).unwrap();
    let end = "2026-10-10T01:00:00Z";
    let received = hub.receive(&CloudId::new(stamp).unwrap(), start, digest, "test", |intake| {
        intake.subscription(&local, Some(&estate.customer()))?;
        let fields =
            SentFields { subscription: &local, start: HOUR, end, instance: &instance, quantity: "300", meter: METER };
        intake.row("{}", Ok(fields));
        Ok::<(), String>(())
    });
    assert_eq!(received.unwrap().held_reasons.len(), 0);
}

fn close(hub: &Hub, estate: Estate) {
    let wish = MonthClose {
        partner: PartnerId::new(&estate.partner()).unwrap(),
        month: Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test has few windows".to_owned()),
        dry_run: false,
    };
    let document = hub.close(&wish).unwrap().document.unwrap();
    assert_eq!(document.number.to_string(), estate.invoice());
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
