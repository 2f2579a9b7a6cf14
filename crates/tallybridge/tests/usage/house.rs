//! House: the usage service of a stamp on a port of this machine, with a clock that is set and callers with roles.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId, Role, Second, UserSubscription, UserSubscriptionState};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use stamp::{
    Caller, Gate, GateError, Identified, Page, Place, Position, Selection, Settings, Source, SourceError,
    SubscriptionPut, UsageService,
};
use store::sqlite::SqliteStore;
use tokio::runtime::Runtime;

/// The operator's own local subscription.
pub const L0: &str = "60000000-0000-4000-8000-000000000000";
/// Adatum's.
pub const LA: &str = "60000000-0000-4000-8000-0000000000a1";
/// Wingtip's.
pub const LB: &str = "60000000-0000-4000-8000-0000000000b1";
/// A delegated provider, and its own customers.
pub const PROV1: &str = "60000000-0000-4000-8000-000000000001";
pub const U3: &str = "60000000-0000-4000-8000-000000000003";
pub const U4: &str = "60000000-0000-4000-8000-000000000004";

const DH: &str = "10000000-0000-4000-8000-000000000001";
const TA: &str = "30000000-0000-4000-8000-0000000000a1";
const TB: &str = "30000000-0000-4000-8000-0000000000b1";
const TR: &str = "30000000-0000-4000-8000-0000000000c1";

/// A meter of virtual processors.
pub const CORES: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
/// When a test begins.
pub const NOW: &str = "2026-10-20T12:10:00Z";

/// Who has which role where. A token is the account's name.
const ROLES: &[(&str, Role, &str)] = &[
    ("operator", Role::Owner, L0),
    ("contributor", Role::Contributor, L0),
    ("reader", Role::Reader, L0),
    ("prov1", Role::Owner, PROV1),
    ("u3", Role::Owner, U3),
];

struct Roles;

impl Gate for Roles {
    fn identify<'a>(&'a self, headers: &'a HeaderMap, _origin: &'a str) -> Identified<'a> {
        let token = headers.get("authorization").and_then(|value| value.to_str().ok());
        let name = token.and_then(|token| token.strip_prefix("Bearer ")).map(str::to_owned);
        Box::pin(std::future::ready(name.map(|name| Caller { id: name.clone(), name }).ok_or_else(|| {
            GateError::Unauthorized { message: "who are you?".to_owned(), challenge: "Bearer".to_owned() }
        })))
    }

    fn allows(&self, caller: &Caller, action: &str, subscription: &LocalSubscriptionId) -> bool {
        ROLES.iter().any(|(name, role, place)| {
            *name == caller.name
                && LocalSubscriptionId::new(place).unwrap() == *subscription
                && hub::access::definition(*role).permits(action)
        })
    }
}

/// What the stamp answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    /// The status with the code of the error.
    pub fn outcome(&self) -> String {
        match self.body["error"]["code"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{self:?}");
        self
    }

    #[track_caller]
    pub fn is(self, outcome: &str) -> Self {
        assert_eq!(self.outcome(), outcome, "{self:?}");
        self
    }

    /// The rows of a page: local subscription, start of the use, meter, and the number's text.
    pub fn rows(&self) -> Vec<[String; 4]> {
        let text = |row: &Value, name: &str| row["properties"][name].as_str().unwrap().to_owned();
        self.body["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let number = row["properties"]["quantity"].to_string();
                [text(row, "subscriptionId"), text(row, "usageStartTime"), text(row, "meterId"), number]
            })
            .collect()
    }

    /// The quantities of a page by local subscription.
    pub fn quantities(&self) -> Vec<(String, String)> {
        self.rows().into_iter().map(|[subscription, _, _, number]| (subscription, number)).collect()
    }
}

/// What a service may suffer from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Illness {
    /// It is an hour behind.
    Behind,
    /// It does not answer in time.
    Slow,
}

/// A service that suffers from something.
struct Ill {
    service: Arc<UsageService>,
    illness: Illness,
}

impl Source for Ill {
    fn place(&self) -> &Place {
        Source::place(&*self.service)
    }

    fn now(&self) -> Second {
        self.service.now()
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        let until = self.service.processed_until()?;
        Ok(if self.illness == Illness::Behind { Hour(until.0 - 1) } else { until })
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        self.service.subscriptions()
    }

    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError> {
        match self.illness {
            Illness::Behind => self.service.usage(selection, from, rows_max),
            Illness::Slow => Err(SourceError::Slow),
        }
    }
}

pub struct House {
    clock: Arc<AtomicI64>,
    address: SocketAddr,
    runtime: Runtime,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl House {
    pub fn open() -> Self {
        Self::with(Settings::default(), NOW)
    }

    /// A house whose door is set up in another way, at a moment.
    pub fn with(settings: Settings, now: &str) -> Self {
        Self::build(settings, now, None)
    }

    /// A house whose service suffers from something.
    pub fn ill(illness: Illness) -> Self {
        Self::build(Settings::default(), NOW, Some(illness))
    }

    fn build(settings: Settings, now: &str, illness: Option<Illness>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(Second::parse(now).unwrap().0));
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let place = Place {
            cloud: CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap(),
            region: "north".to_owned(),
            provider_subscription: local(L0),
            home_directory: DirectoryId::new(DH).unwrap(),
        };
        let read = Arc::clone(&clock);
        let usage = Arc::<SqliteStore>::clone(&store);
        let service =
            UsageService::open(place, store, usage, Arc::new(move || Second(read.load(Ordering::SeqCst)))).unwrap();
        let service = Arc::new(service);
        for (id, provider, tenant, owner) in [
            (LA, L0, TA, "user@adatum.onmicrosoft.com"),
            (LB, L0, TB, "user@wingtip.onmicrosoft.com"),
            (PROV1, L0, TR, "owner@reseller.example"),
            (U3, PROV1, TR, "u3@reseller.example"),
            (U4, PROV1, TR, "u4@reseller.example"),
        ] {
            let put = SubscriptionPut {
                id: local(id),
                delegated_provider: Some(local(provider)),
                display_name: format!("subscription {id}"),
                external_reference: None,
                owner: owner.to_owned(),
                tenant: Some(DirectoryId::new(tenant).unwrap()),
                offer: "offer".to_owned(),
                state: UserSubscriptionState::Enabled,
            };
            service.put_subscription("test", &put).unwrap();
        }
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let well = Arc::<UsageService>::clone(&service);
        let source: Arc<dyn Source> = match illness {
            Some(illness) => Arc::new(Ill { service: well, illness }),
            None => well,
        };
        runtime.spawn(stamp::serve(listener, source, Arc::new(Roles), settings, std::future::pending()));
        Self { clock, address, runtime, client: reqwest::Client::new(), _folder: folder }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the clock.
    pub fn at(&self, moment: &str) {
        self.clock.store(Second::parse(moment).unwrap().0, Ordering::SeqCst);
    }

    /// Asks as somebody.
    pub fn ask(&self, who: &str, method: &str, path: &str, body: Option<String>) -> Answer {
        self.ask_with(who, method, path, body, "application/json")
    }

    pub fn ask_with(&self, who: &str, method: &str, path: &str, body: Option<String>, kind: &str) -> Answer {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin()) };
        let mut request = self.client.request(method.parse().unwrap(), address).header("content-type", kind);
        if !who.is_empty() {
            request = request.bearer_auth(who);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let text = answer.text().await.unwrap();
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Answer { status, text, body, headers }
        })
    }

    pub fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, "GET", path, None)
    }

    /// A resource provider posts an event of one machine.
    pub fn emit(&self, id: &str, subscription: &str, start: &str, quantity: &str) -> Answer {
        self.post(&event(id, subscription, start, CORES, quantity))
    }

    /// A resource provider posts.
    pub fn post(&self, body: &Value) -> Answer {
        self.ask("contributor", "POST", "/usage/v1/events", Some(body.to_string()))
    }

    /// What a provider reads of two hours or days, such as `2026-10-20T12:00:00Z`.
    pub fn provider(&self, who: &str, start: &str, end: &str, more: &str) -> Answer {
        self.get(who, &provider_path(L0, start, end, more))
    }

    /// What a tenant reads.
    pub fn tenant(&self, who: &str, subscription: &str, start: &str, end: &str, more: &str) -> Answer {
        self.get(who, &tenant_path(subscription, start, end, more))
    }
}

pub fn local(id: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(id).unwrap()
}

/// An event of one hour of one machine.
pub fn event(id: &str, subscription: &str, start: &str, meter: &str, quantity: &str) -> Value {
    let end = Second(Second::parse(start).unwrap().0 + 3_600).to_string();
    json!({
        "id": id, "subscriptionId": subscription, "meterId": meter, "quantity": quantity,
        "resourceUri": format!("/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{id}"),
        "usageStartTime": start, "usageEndTime": end,
    })
}

pub fn provider_path(subscription: &str, start: &str, end: &str, more: &str) -> String {
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates?api-version=2015-06-01-preview&reportedStartTime={start}&reportedEndTime={end}{more}"
    )
}

pub fn tenant_path(subscription: &str, start: &str, end: &str, more: &str) -> String {
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates?api-version=2015-06-01-preview&reportedStartTime={start}&reportedEndTime={end}{more}"
    )
}
