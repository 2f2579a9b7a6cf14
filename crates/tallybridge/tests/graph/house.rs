//! The house under test: a hub that listens on a port of this machine, knows the cast, and has a clock that can be set.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use api::token::{NewKey, Signer, TokenKind};
use hub::{Clock, Hub, MonthClose, OfficeRecord, SentFields};
use model::{
    CloudId, Conversion, Currency, Day, ExchangeRate, Hour, KeyPurpose, MeterId, Month, MonthlyRate, PartnerId, Price,
    PriceList, PriceListId, Quantity, Reduction, ReductionKind, Retail, Rounding, Second, Share, Tier, Unit, UnitPrice,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::cast::{self, METER};

/// The moment at which a house is opened.
pub const NOW: &str = "2026-11-05T12:00:00Z";

/// A meter of storage, whose price is for a month.
pub const BLOBS: &str = "09f8879e-87e9-4305-a572-4b7be209f857";

const NORTH: &str = cast::NORTH;

/// It is the moment that somebody set.
struct Set(Arc<AtomicI64>);

impl Clock for Set {
    fn now(&self) -> Second {
        Second(self.0.load(Ordering::SeqCst))
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    pub origin: String,
    pub client: Client,
    pub runtime: Option<Runtime>,
    moment: Arc<AtomicI64>,
    signer: Signer,
    stop: Option<oneshot::Sender<()>>,
    folder: tempfile::TempDir,
}

/// What the hub said.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body of an answer that must have a status.
    #[track_caller]
    pub fn with(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.bytes).unwrap_or_default();
        body["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl House {
    /// Opens a house with the cast and no usage.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let moment = Arc::new(AtomicI64::new(Second::parse(NOW).unwrap().0));
        let hub = Arc::new(Hub::new(store, Arc::new(Set(Arc::clone(&moment))), api::read_address).unwrap());
        hub.record("test", "the cast", &cast::office()).unwrap();
        let NewKey { id, pkcs8 } = api::token::generate().unwrap();
        let signer = Signer::from_pkcs8(&id, &pkcs8).unwrap();
        let from = Second::parse(cast::FIRST_HOUR).unwrap();
        hub.add_key("test", &cast::key(&id, KeyPurpose::Signing, pkcs8, from)).unwrap();
        hub.add_key("test", &cast::key("seal", KeyPurpose::Sealing, vec![7; 32], from)).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let settings = api::Settings { exports: Some(folder.path().join("exports")), ..api::Settings::default() };
        let routes = api::router_with(Arc::clone(&hub), settings);
        runtime.spawn(api::serve(listener, routes, None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        let client = Client::builder().no_proxy().build().unwrap();
        Self { hub, origin, client, runtime: Some(runtime), moment, signer, stop: Some(stop), folder }
    }

    /// The same with prices in dollars and invoices in euros, and usage of October.
    pub fn with_usage() -> Self {
        let house = Self::open();
        house.hub.record("test", "prices", &[OfficeRecord::PriceList(price_list())]).unwrap();
        for day in 1..=9 {
            house.use_day(day, &format!("{day}.0000{day}"), "0.3333333333");
        }
        house
    }

    /// A day of October: cores of two tenants, one of them not mapped, and storage.
    pub fn use_day(&self, day: u32, cores: &str, gigabytes: &str) {
        let hour = format!("2026-10-{day:02}T00:00:00Z");
        let rows = [
            ("a1", cast::ADATUM, METER, cores),
            ("b1", cast::WINGTIP, METER, cores),
            ("a1", cast::ADATUM, BLOBS, gigabytes),
        ];
        self.report(&hour, &hour, &rows);
    }

    /// Reports usage of an hour in a window: local subscription, directory, meter, quantity.
    pub fn report(&self, window: &str, start: &str, rows: &[(&str, &str, &str, &str)]) {
        let instance = |digits: &str| {
            let id = cast::local(digits);
            format!(r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{id}/vm\",\"tags\":null}}}}"#)
        };
        let end = Second(Second::parse(start).unwrap().0 + 3600).to_string();
        let raw: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        let digest = Sha256::digest(format!("{window}{start}{rows:?}")).into();
        let window = Hour::parse(window).unwrap();
        let received = self.hub.receive(&CloudId::new(NORTH).unwrap(), window, digest, "test", |intake| {
            for ((digits, directory, meter, quantity), raw) in rows.iter().zip(&raw) {
                intake.subscription(&cast::local(digits), Some(directory))?;
                let (subscription, instance) = (cast::local(digits), instance(digits));
                let (subscription, instance) = (subscription.as_str(), instance.as_str());
                intake.row(raw, Ok(SentFields { subscription, start, end: &end, instance, quantity, meter }));
            }
            Ok::<(), String>(())
        });
        assert_eq!(received.unwrap().held_reasons.len(), 0);
    }

    /// Closes October.
    pub fn close(&self) -> model::Document {
        self.hub.close(&closing(cast::CONTOSO)).unwrap().document.unwrap()
    }

    /// Sets the clock.
    pub fn at(&self, moment: &str) {
        self.moment.store(Second::parse(moment).unwrap().0, Ordering::SeqCst);
    }

    /// Where exports are.
    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    /// A token of an account of the cast.
    pub fn token(&self, name: &str) -> String {
        let account = cast::account(name);
        let now = self.hub.now().0;
        let claims = json!({
            "iss": format!("{}/{}/v2.0", self.origin, account.directory()), "aud": self.origin,
            "exp": now + 600, "nbf": now, "iat": now, "oid": account.id(), "tid": account.directory(),
        });
        self.signer.sign(TokenKind::Access, &claims).unwrap()
    }

    /// Sends a request. Nobody has no token.
    pub fn send(&self, name: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = if target.starts_with("http") { target.to_owned() } else { format!("{}{target}", self.origin) };
        let mut request = self.client.request(method, url);
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        if name != "nobody" {
            request = request.bearer_auth(self.token(name));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.as_ref().unwrap().block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let each = response.headers().iter();
            let headers = each.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            Answer { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
        })
    }

    pub fn get(&self, name: &str, target: &str) -> Answer {
        self.send(name, "GET", target, &[], "")
    }

    pub fn post(&self, name: &str, target: &str, body: &Value) -> Answer {
        self.send(name, "POST", target, &[], &body.to_string())
    }

    /// Asks for an export and waits until it has ended.
    #[track_caller]
    pub fn export(&self, name: &str, kind: &str, body: &Value) -> Value {
        let begun = self.post(name, &format!("/v1.0/reports/partners/billing/{kind}/export"), body);
        assert_eq!(begun.status, StatusCode::ACCEPTED.as_u16(), "{}", begun.text());
        assert_eq!(begun.header("retry-after"), "2");
        loop {
            let answer = self.get(name, begun.header("location"));
            let operation = answer.with(200);
            if operation["status"] != "running" {
                return operation;
            }
            assert_eq!(answer.header("retry-after"), "2");
            std::thread::yield_now();
        }
    }

    /// The rows of an export that succeeded.
    #[track_caller]
    pub fn rows(&self, operation: &Value) -> Vec<Value> {
        let manifest = &operation["resourceLocation"];
        let mut rows = Vec::new();
        for blob in manifest["blobs"].as_array().unwrap_or_else(|| panic!("{operation}")) {
            let answer = self.get("nobody", &address(manifest, blob));
            assert_eq!(answer.status, 200, "{}", answer.text());
            let mut text = String::new();
            flate2::read::GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).unwrap();
            rows.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
        rows
    }
}

/// The address of a file of a manifest.
pub fn address(manifest: &Value, blob: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    format!("{}/{}?{}", text(&manifest["rootDirectory"]), text(&blob["name"]), text(&manifest["sasToken"]))
}

/// A wish to close October.
pub fn closing(partner: &str) -> MonthClose {
    MonthClose {
        partner: PartnerId::new(partner).unwrap(),
        month: Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test has few windows".to_owned()),
        dry_run: false,
    }
}

/// Prices in dollars with tiers and an earned credit on some days; invoices in euros.
pub fn price_list() -> PriceList {
    let day = |text| Day::parse(text).unwrap();
    let price = |meter: &str, unit: &str, priced: &str, divisor, tiers: &[(&str, &str)]| Price {
        meter: MeterId::new(meter).unwrap(),
        from: day("2026-10-01"),
        unit: Unit::from_word(unit).unwrap(),
        conversion: Conversion { priced_unit: priced.to_owned(), divisor },
        included: Quantity::ZERO,
        tiers: tiers
            .iter()
            .map(|(from, price)| Tier {
                from: Quantity::parse(from).unwrap(),
                unit_price: UnitPrice::parse(price).unwrap(),
            })
            .collect(),
        source: "test".to_owned(),
    };
    PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "list".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        billing_currency: Some(Currency::parse("EUR").unwrap()),
        rounding: Rounding::NewCommerce,
        prices: vec![
            price(METER, "vcpu_hours", "vCPU hour", 1, &[("0", "0.046"), ("20", "0.041")]),
            price(BLOBS, "gb_hours", "GB month", 720, &[("0", "6.006")]),
        ],
        meters: Vec::new(),
        reductions: vec![Reduction {
            kind: ReductionKind::EarnedCredit,
            paying_subscription: None,
            meter: None,
            from: day("2026-10-05"),
            until: Some(day("2026-10-08")),
            share: Share::parse_percent("15").unwrap(),
        }],
        exchange: ["2026-10", "2026-11"]
            .map(|month| MonthlyRate {
                month: Month::parse(month).unwrap(),
                rate: ExchangeRate::parse("0.846202666").unwrap(),
            })
            .to_vec(),
    }
}

/// Gives a customer of the cast a retail price by markup.
pub fn mark_up(house: &House, customer: &str, percent: &str) {
    let id = model::CustomerId::new(customer).unwrap();
    let mut known = house.hub.office().customers[&id].clone();
    known.retail = Some(Retail::Markup(Share::parse_percent(percent).unwrap()));
    house.hub.record("test", "retail", &[OfficeRecord::Customer(known)]).unwrap();
}

/// The exact sum of a number of rows, as the digits of twelve decimals.
pub fn sum(rows: &[Value], name: &str) -> i128 {
    rows.iter().map(|row| digits(&row[name].to_string())).sum()
}

/// A decimal as a whole number of its twelfth decimals.
pub fn digits(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= 12, "{text}");
    let size: i128 = format!("{}{fraction:0<12}", whole.trim_start_matches('-')).parse().unwrap();
    if whole.starts_with('-') { -size } else { size }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
