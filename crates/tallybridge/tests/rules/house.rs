//! The house of a rule: a hub on a port of this machine with the cast in its office, and callers that ask it over HTTP.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use api::token::{NewKey, Signer, TokenKind};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hub::{Clock, Hub, OfficeRecord};
use model::{CloudId, Day, HubKey, KeyPurpose, Month, PartnerId, PayingSubscriptionId, Second};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::cast::{self, ACCOUNTS, BRIDGE, CORES, D, L0, LA, LB, SA, TA, TB};

/// When a test begins.
const NOW: &str = "2026-10-20T12:00:00Z";

/// A clock that stands still until it is set.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Second {
        Second(self.0.load(Ordering::SeqCst))
    }
}

/// What the hub answered.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// The status with the code of the error, such as `404 RegistrationNotFound`; without a code the status alone.
    pub fn outcome(&self) -> String {
        match self.body["error"]["code"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    /// The same, said to be a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{self:?}");
        self
    }

    /// Says which refusal it must be.
    #[track_caller]
    pub fn is(self, outcome: &str) -> Self {
        assert_eq!(self.outcome(), outcome, "{self:?}");
        self
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    pub folder: tempfile::TempDir,
    clock: Arc<SetClock>,
    address: SocketAddr,
    signer: Signer,
    key: NewKey,
    client: Client,
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
}

impl House {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(Second::parse(NOW).unwrap().0)));
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::<SetClock>::clone(&clock), api::read_address).unwrap());
        hub.record("test", "the cast", &cast::office()).unwrap();
        let key = api::token::generate().unwrap();
        let signer = Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap();
        let sealing = HubKey {
            id: "sealing".to_owned(),
            purpose: KeyPurpose::Sealing,
            secret: vec![7; 32],
            from: Second(0),
            retired: None,
        };
        let signing = HubKey {
            id: key.id.clone(),
            purpose: KeyPurpose::Signing,
            secret: key.pkcs8.clone(),
            from: Second(0),
            retired: None,
        };
        hub.add_key("test", &sealing).unwrap();
        hub.add_key("test", &signing).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let routes = api::router(Arc::clone(&hub));
        runtime.spawn(api::serve(listener, routes, None, async {
            let _ = stopped.await;
        }));
        let client = Client::new();
        Self { hub, folder, clock, address, signer, key, client, runtime: Some(runtime), stop: Some(stop) }
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().unwrap()
    }

    /// Sets the clock to noon of a day.
    pub fn set_day(&self, day: &str) {
        self.clock.0.store(Second::parse(&format!("{day}T12:00:00Z")).unwrap().0, Ordering::SeqCst);
    }

    /// Sets the clock to a moment.
    pub fn at(&self, moment: &str) {
        self.clock.0.store(Second::parse(moment).unwrap().0, Ordering::SeqCst);
    }

    /// The clock, for whoever else lives by it.
    pub fn time(&self) -> Arc<dyn Fn() -> Second + Send + Sync> {
        let clock = Arc::clone(&self.clock);
        Arc::new(move || clock.now())
    }

    /// Waits for something that goes on beside the hub.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime().block_on(work)
    }

    /// Lets something go on beside the hub until the house is closed.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime().spawn(work);
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The published keys, as a stamp trusts them.
    pub fn published_keys(&self) -> String {
        let signer = Signer::from_pkcs8(&self.key.id, &self.key.pkcs8).unwrap();
        api::token::jwks([&signer]).to_string()
    }

    /// A token of an account, named by the beginning of its name, or of the bridge.
    fn token(&self, who: &str) -> String {
        let account = ACCOUNTS.iter().find(|account| account.name.starts_with(who));
        let (object, directory) = account.map_or((BRIDGE, cast::DQ), |account| (account.id, account.directory));
        assert!(account.is_some() || who == "bridge", "{who}");
        let (origin, now) = (self.origin(), self.clock.now().0);
        let claims = json!({
            "iss": format!("{origin}/{directory}/v2.0"), "aud": origin, "exp": now + 3600, "nbf": now, "iat": now,
            "oid": object, "sub": object, "tid": directory,
        });
        self.signer.sign(TokenKind::Access, &claims).unwrap()
    }

    /// Asks as somebody. Whoever gives no api-version gets the newest.
    pub fn ask(&self, who: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let version = if path.contains("api-version=") || path.starts_with("/partners") || path.starts_with("/v1/") {
            ""
        } else if path.contains('?') {
            "&api-version=2022-06-01"
        } else {
            "?api-version=2022-06-01"
        };
        let address =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}{version}", self.origin()) };
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, address).bearer_auth(self.token(who));
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.runtime().block_on(async {
            let answer = request.send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
            Answer { status, text, body }
        })
    }

    pub fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, "GET", path, None)
    }

    pub fn put(&self, who: &str, path: &str, body: Value) -> Answer {
        self.ask(who, "PUT", path, Some(body))
    }

    pub fn post(&self, who: &str, path: &str) -> Answer {
        self.ask(who, "POST", path, None)
    }

    pub fn delete(&self, who: &str, path: &str) -> Answer {
        self.ask(who, "DELETE", path, None)
    }

    /// Makes a subscription ready for registrations: its namespace is registered, its group is there.
    pub fn ready(&self, subscription: &str) {
        let owner = owner_of(subscription);
        self.post(owner, &format!("/subscriptions/{subscription}/providers/Microsoft.AzureStack/register")).ok();
        let group = format!("/subscriptions/{subscription}/resourceGroups/azurestack");
        self.put(owner, &group, json!({ "location": "global" })).ok();
    }

    /// Registers a stamp by usage under a subscription, with its usual name.
    pub fn register(&self, subscription: &str, stamp: &str) -> Answer {
        self.ready(subscription);
        let body = json!({ "location": "global", "properties": { "registrationToken": token(stamp, &json!({})) } });
        self.put(owner_of(subscription), &registration(subscription, stamp), body)
    }

    pub fn approve(&self, subscription: &str, stamp: &str) -> Answer {
        self.post("operator", &format!("{}/approveMultiTenancy", registration(subscription, stamp)))
    }

    /// SA, registered under D and approved.
    pub fn approved(&self) {
        self.register(D, SA).ok();
        self.approve(D, SA).ok();
    }

    /// Maps a subscription's tenant on SA.
    pub fn map(&self, customer: &str) -> Answer {
        self.map_on(D, SA, customer)
    }

    pub fn map_on(&self, subscription: &str, stamp: &str, customer: &str) -> Answer {
        let path = format!("{}/customerSubscriptions/{customer}", registration(subscription, stamp));
        self.put(owner_of(subscription), &path, json!({}))
    }

    /// The claims of a registration's activation key, and the key.
    pub fn key(&self, subscription: &str, stamp: &str) -> (Value, String) {
        let path = format!("{}/getactivationkey", registration(subscription, stamp));
        let answer = self.post(owner_of(subscription), &path).ok();
        let key = answer.body["activationKey"].as_str().unwrap().to_owned();
        let claims = URL_SAFE_NO_PAD.decode(key.split('.').nth(1).unwrap()).unwrap();
        (serde_json::from_slice(&claims).unwrap(), key)
    }

    /// A stamp reports hours of virtual processors of some local subscriptions on a day, and the bridge brings them.
    pub fn use_cores(&self, subscription: &str, stamp: &str, day: &str, hours: &[(&str, &str)]) {
        let (claims, _) = self.key(subscription, stamp);
        self.deliver(stamp, claims["usageCredential"].as_str().unwrap(), day, hours).ok();
    }

    /// Brings a window of ten o'clock with a credential.
    pub fn deliver(&self, stamp: &str, credential: &str, day: &str, hours: &[(&str, &str)]) -> Answer {
        self.deliver_window(stamp, credential, &format!("{day}T10:00:00Z"), hours)
    }

    /// Brings a window with a credential: an hour of use of each local subscription at nine.
    pub fn deliver_window(&self, stamp: &str, credential: &str, window: &str, hours: &[(&str, &str)]) -> Answer {
        let day = window.split('T').next().unwrap();
        let rows: Vec<Value> = hours.iter().map(|(local, quantity)| row(local, day, quantity)).collect();
        let tenants = [(L0, cast::DH), (LA, TA), (LB, TB)]
            .map(|(local, tenant)| json!({ "subscriptionId": local, "tenantId": tenant }));
        let body = json!({ "subscriptions": tenants, "value": rows }).to_string();
        let digest = STANDARD.encode(Sha256::digest(&body));
        let request = self
            .client
            .put(format!("{}/stamps/{stamp}/windows/{window}", self.origin()))
            .bearer_auth(credential)
            .header("content-type", "application/json")
            .header("content-digest", format!("sha-256=:{digest}:"))
            .body(body);
        self.runtime().block_on(async {
            let answer = request.send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Answer { status, text, body }
        })
    }

    /// What a bridge hears when it asks which windows are wanted, or for the receipt of one.
    pub fn windows(&self, stamp: &str, credential: &str, window: &str) -> Answer {
        let address = format!("{}/stamps/{stamp}/windows{window}", self.origin());
        let request = self.client.get(address).bearer_auth(credential);
        self.runtime().block_on(async {
            let answer = request.send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Answer { status, text, body }
        })
    }

    /// What a subscription pays for October 2026, in cents, as its partner's statement says.
    pub fn paid(&self, partner: &str, subscription: &str) -> i128 {
        let (partner, month) = (PartnerId::new(partner).unwrap(), Month::parse("2026-10").unwrap());
        let statement = self.hub.statement(&partner, month).unwrap();
        let id = PayingSubscriptionId::new(subscription).unwrap();
        statement.with_totals(|totals| totals.by_paying_subscription.get(&id).map_or(0, |money| money.minor)).unwrap()
    }

    /// What a subscription pays for its usage on one stamp.
    pub fn paid_on(&self, partner: &str, subscription: &str, stamp: &str) -> i128 {
        let (partner, month) = (PartnerId::new(partner).unwrap(), Month::parse("2026-10").unwrap());
        let statement = self.hub.statement(&partner, month).unwrap();
        let (id, stamp) = (PayingSubscriptionId::new(subscription).unwrap(), CloudId::new(stamp).unwrap());
        let of_it =
            |due: &&billing::bill::DueLine<'_>| due.line.key.paying_subscription == id && due.line.key.stamp == stamp;
        statement
            .with_totals(|totals| totals.lines.iter().filter(of_it).map(|due| due.rounded.money.minor).sum())
            .unwrap()
    }

    /// The rules that chose a payer this month and that a person should look at.
    pub fn flagged(&self, partner: &str) -> Vec<String> {
        let (partner, month) = (PartnerId::new(partner).unwrap(), Month::parse("2026-10").unwrap());
        let statement = self.hub.statement(&partner, month).unwrap();
        let flagged = |totals: &billing::show::Statement<'_>| {
            totals.rules.keys().filter(|rule| rule.is_flagged()).map(|rule| rule.word().to_owned()).collect()
        };
        statement.with_totals(flagged).unwrap()
    }

    /// Whether a stamp has not reported for longer than it may.
    pub fn overdue(&self, stamp: &str) -> bool {
        let stamp = CloudId::new(stamp).unwrap();
        self.hub.standings().unwrap().into_iter().find(|one| one.stamp.id == stamp).unwrap().overdue
    }

    /// Puts records into the office as they are.
    pub fn record(&self, records: &[OfficeRecord]) {
        self.hub.record("test", "a record", records).unwrap();
    }

    pub fn today(&self) -> Day {
        self.clock.now().day().unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Who owns a subscription.
pub fn owner_of(subscription: &str) -> &'static str {
    match subscription {
        cast::DFAB => "owner@fabrikam",
        cast::DPROV => "owner@provider",
        _ => "owner@IUR",
    }
}

/// The path of a stamp's registration with its usual name.
pub fn registration(subscription: &str, stamp: &str) -> String {
    named(subscription, &format!("azurestack-{stamp}"))
}

/// The path of a registration of a name.
pub fn named(subscription: &str, name: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/{name}"
    )
}

/// A registration token; `more` adds members and replaces those that are usual. A member that is null is left out.
pub fn token(stamp: &str, more: &Value) -> String {
    let mut members = json!({
        "billingModel": "PayAsYouUse", "objectId": BRIDGE, "cloudId": stamp, "marketplaceSyndicationEnabled": true,
        "hardwareInfo": [], "issuer": "test", "version": "1.0", "regionNames": ["north"],
        "defaultProviderSubscriptionId": L0,
    });
    let object = members.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
    }
    object.retain(|_, value| !value.is_null());
    STANDARD.encode(members.to_string())
}

/// A body with a registration token.
#[expect(clippy::needless_pass_by_value, reason = "tests write the members down where they ask")]
pub fn with_token(stamp: &str, more: Value) -> Value {
    json!({ "location": "global", "properties": { "registrationToken": token(stamp, &more) } })
}

fn row(local: &str, day: &str, quantity: &str) -> Value {
    let instance = json!({ "Microsoft.Resources": {
        "resourceUri": format!("/subscriptions/{local}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m"),
        "location": "north", "tags": "", "additionalInfo": "",
    }});
    let quantity: serde_json::Number = quantity.parse().unwrap();
    json!({ "properties": {
        "subscriptionId": local, "usageStartTime": format!("{day}T09:00:00+00:00"),
        "usageEndTime": format!("{day}T10:00:00+00:00"), "instanceData": instance.to_string(),
        "quantity": quantity, "meterId": CORES,
    }})
}
