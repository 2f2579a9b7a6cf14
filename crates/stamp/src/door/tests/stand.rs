//! A stamp to ask: a source that says what it is told to say, a gate that knows roles, and how they are asked.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::http::HeaderMap;
use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId, Second, UserSubscription, UserSubscriptionState};
use reqwest::Method;
use tokio::net::TcpListener;

use crate::{
    Caller, Gate, GateError, Granularity, Identified, Page, Place, Position, Row, Selection, Settings, Source,
    SourceError, UsageService, router,
};

/// The operator's own subscription.
pub(super) const OPERATOR: &str = "60000000-0000-4000-8000-000000000000";
/// A direct tenant of the operator that provides for `CUSTOMER` and `FORMER`.
pub(super) const PROVIDER: &str = "60000000-0000-4000-8000-0000000000d1";
/// A direct tenant of the operator.
pub(super) const TENANT: &str = "60000000-0000-4000-8000-0000000000a1";
/// A direct tenant of the provider.
pub(super) const CUSTOMER: &str = "60000000-0000-4000-8000-0000000000c1";
/// Another one, which was deleted.
pub(super) const FORMER: &str = "60000000-0000-4000-8000-0000000000c2";
/// One that there never was.
pub(super) const NOBODY: &str = "60000000-0000-4000-8000-00000000ffff";

pub(super) const OWNER: &str = "owner@adatum.onmicrosoft.com";

pub(super) fn id(text: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(text).unwrap()
}

pub(super) fn second(text: &str) -> Second {
    Second::parse(text).unwrap()
}

pub(super) fn hour(text: &str) -> Hour {
    Hour::parse(text).unwrap()
}

pub(super) fn place() -> Place {
    Place {
        cloud: CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap(),
        region: "northwest".to_owned(),
        provider_subscription: id(OPERATOR),
        home_directory: DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap(),
    }
}

/// A local subscription of some provider.
pub(super) fn subscription(own: &str, provider: &str) -> UserSubscription {
    UserSubscription {
        id: id(own),
        delegated_provider: id(provider),
        display_name: format!("Subscription {own}"),
        external_reference: None,
        owner: OWNER.to_owned(),
        tenant: DirectoryId::new("30000000-0000-4000-8000-0000000000a1").unwrap(),
        offer: format!(
            "/subscriptions/{OPERATOR}/resourceGroups/o/providers/Microsoft.Subscriptions.Admin/offers/Gold"
        ),
        state: UserSubscriptionState::Enabled,
        created: second("2026-01-01T00:00:00Z"),
        deleted: None,
    }
}

/// A source that says what it is told to say.
pub(super) struct Stand {
    pub(super) place: Place,
    pub(super) now: Second,
    pub(super) processed: Hour,
    pub(super) subscriptions: Arc<Vec<UserSubscription>>,
    /// In order; the daily ones are the same, counted by day.
    pub(super) rows: Vec<Row>,
    pub(super) fault: Mutex<Option<SourceError>>,
}

/// One row that was reported in an hour.
fn row(reported: Hour, number: u64, of: &str) -> Row {
    let used = Hour(reported.0.checked_sub(1).unwrap());
    Row {
        position: Position { reported, row: number },
        subscription: id(of),
        start: used.start(),
        end: used.end(),
        meter: Arc::from("6dab500f-a4fd-49c4-956d-229bb9c8c793"),
        instance_data: Arc::from(format!("{{\"Microsoft.Resources\":{{\"resourceUri\":\"/r/{number}\"}}}}")),
        quantity: format!("{number}.5"),
    }
}

impl Stand {
    /// At 2026-10-02 10:20, with rows of four subscriptions in each hour of three days, the last full hour not processed.
    pub(super) fn new() -> Self {
        let mut former = subscription(FORMER, PROVIDER);
        former.deleted = Some(second("2026-09-01T00:00:00Z"));
        let subscriptions = vec![
            subscription(OPERATOR, OPERATOR),
            subscription(TENANT, OPERATOR),
            subscription(CUSTOMER, PROVIDER),
            former,
            subscription(PROVIDER, OPERATOR),
        ];
        let users = [OPERATOR, TENANT, CUSTOMER, FORMER, PROVIDER];
        let hours = hour("2026-09-30T00").0..hour("2026-10-02T10").0;
        let in_hour =
            |reported: u32| users.iter().zip(0..).map(move |(user, number)| row(Hour(reported), number, user));
        Self {
            place: place(),
            now: second("2026-10-02T10:20:00Z"),
            processed: hour("2026-10-02T09"),
            subscriptions: Arc::new(subscriptions),
            rows: hours.flat_map(in_hour).collect(),
            fault: Mutex::new(None),
        }
    }

    fn check(&self) -> Result<(), SourceError> {
        self.fault.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

impl Source for Stand {
    fn place(&self) -> &Place {
        &self.place
    }

    fn now(&self) -> Second {
        self.now
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        Ok(self.processed)
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        Ok(Arc::clone(&self.subscriptions))
    }

    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError> {
        self.check()?;
        let by_day = |row: &Row| {
            let first = row.position.reported.day().first_hour();
            let hours = u64::from(row.position.reported.0 - first.0);
            Position { reported: first, row: hours * 5 + row.position.row }
        };
        let mut rows = self.rows.iter().cloned().map(|row| match selection.granularity {
            Granularity::Hourly => row,
            Granularity::Daily => Row { position: by_day(&row), ..row },
        });
        let is_meant = |row: &Row| {
            row.position >= from
                && selection.reported.contains(&row.position.reported)
                && selection.subscribers.include(&row.subscription)
        };
        let mut meant = rows.by_ref().filter(is_meant);
        let page: Vec<Row> = meant.by_ref().take(rows_max).collect();
        let next = meant.next().map(|row| row.position);
        Ok(Page { rows: page, next })
    }
}

/// Knows who shows a name as its token, and which of its names have roles.
pub(super) struct Roles(pub(super) BTreeSet<(&'static str, &'static str)>);

impl Roles {
    /// `operator` may everything at the operator's subscription, `reseller` at the provider's, `tenant` nothing.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(BTreeSet::from([("operator", OPERATOR), ("reseller", PROVIDER)])))
    }
}

impl Gate for Roles {
    fn identify<'a>(&'a self, headers: &'a HeaderMap, _origin: &'a str) -> Identified<'a> {
        let shown = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        Box::pin(std::future::ready(match shown {
            Some("unknowable") => Err(GateError::Unavailable("the issuer is away".to_owned())),
            Some(name) => Ok(Caller { id: format!("id of {name}"), name: name.to_owned() }),
            None => Err(GateError::Unauthorized {
                message: "There is no token.".to_owned(),
                challenge: "Bearer realm=\"stamp\"".to_owned(),
            }),
        }))
    }

    fn allows(&self, caller: &Caller, _action: &str, subscription: &LocalSubscriptionId) -> bool {
        self.0.contains(&(caller.name.as_str(), subscription.as_str()))
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The code of a refusal, or nothing.
    pub(super) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A stamp that listens.
pub(super) struct Site {
    pub(super) origin: String,
    client: reqwest::Client,
}

impl Site {
    pub(super) async fn open(source: Arc<dyn Source>, settings: Settings) -> Self {
        Self::over(router(source, Roles::new(), settings)).await
    }

    pub(super) async fn over(routes: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, routes).into_future());
        Self { origin, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Asks below the origin, or at an absolute address.
    pub(super) async fn send(
        &self,
        name: &str,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let url = if target.starts_with('/') { format!("{}{target}", self.origin) } else { target.to_owned() };
        let mut request = self.client.request(method, url).body(body.to_owned());
        if !name.is_empty() {
            request = request.bearer_auth(name);
        }
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap() }
    }

    pub(super) async fn get(&self, name: &str, target: &str) -> Reply {
        self.send(name, Method::GET, target, &[], "").await
    }
}

/// A usage service over a store in a folder, at 2026-10-02 10:20.
pub(super) fn service(folder: &Path) -> Arc<UsageService> {
    let store = Arc::new(store::sqlite::SqliteStore::open(folder).unwrap());
    let clock = Arc::new(|| second("2026-10-02T10:20:00Z"));
    Arc::new(UsageService::open(place(), store.clone(), store, clock).unwrap())
}
