//! The house under test: a hub that listens on a port of this machine and knows the cast.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use api::token::{NewKey, Signer, TokenKind};
use hub::{Clock, Hub, MonthClose, SentFields};
use model::{CloudId, Hour, KeyPurpose, Month, PartnerId, Second};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::cast::{self, METER};

const NOW: &str = "2026-11-05T12:00:00Z";

/// It is always the same moment.
struct Still;

impl Clock for Still {
    fn now(&self) -> Second {
        Second::parse(NOW).unwrap()
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    pub origin: String,
    signer: Signer,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    _folder: tempfile::TempDir,
}

/// What the hub said.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// The header fields but the date and the name that the hub gave the request.
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of an answer that must have a status.
    #[track_caller]
    pub fn with(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The code of a refusal, in either shape.
    #[track_caller]
    pub fn code(&self) -> String {
        let body = self.json();
        body["code"].as_str().or(body["error"]["code"].as_str()).unwrap_or_default().to_owned()
    }
}

impl House {
    /// Opens a house with the cast and no usage.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::new(Still), api::read_address).unwrap());
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
        let routes = api::router(Arc::clone(&hub));
        runtime.spawn(api::serve(listener, routes, None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        let client = Client::new();
        Self { hub, origin, signer, client, stop: Some(stop), runtime: Some(runtime), _folder: folder }
    }

    /// The same with usage of October on both stamps, and with October closed for both partners that are invoiced.
    pub fn with_usage() -> Self {
        let house = Self::open();
        house.use_stamp(cast::NORTH, &[("a1", cast::ADATUM, "2"), ("b1", cast::WINGTIP, "3")]);
        house.use_stamp(
            cast::OF_THE_PROVIDER,
            &[("c1", cast::OF_RESELLER, "50"), ("c2", cast::OF_OTHER, "70"), ("b1", cast::WINGTIP, "110")],
        );
        for partner in [cast::CONTOSO, cast::PROVIDER] {
            let wish = MonthClose {
                partner: PartnerId::new(partner).unwrap(),
                month: Month::parse("2026-10").unwrap(),
                actor: "test".to_owned(),
                override_reason: Some("the test has few windows".to_owned()),
                dry_run: false,
            };
            house.hub.close(&wish).unwrap().document.unwrap();
        }
        house
    }

    /// Reports an hour of usage: local subscription, directory, quantity.
    fn use_stamp(&self, stamp: &str, rows: &[(&str, &str, &str)]) {
        let instance = |digits: &str| {
            let id = cast::local(digits);
            format!(r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{id}/vm\",\"tags\":null}}}}"#)
        };
        let raw: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        let digest = Sha256::digest(format!("{stamp}{rows:?}")).into();
        let (start, end) = ("2026-10-10T00:00:00Z", "2026-10-10T01:00:00Z");
        let received =
            self.hub.receive(&CloudId::new(stamp).unwrap(), Hour::parse(start).unwrap(), digest, "test", |intake| {
                for ((digits, directory, quantity), raw) in rows.iter().zip(&raw) {
                    intake.subscription(&cast::local(digits), Some(directory))?;
                    let fields = SentFields {
                        subscription: &cast::local(digits),
                        start,
                        end,
                        instance: &instance(digits),
                        quantity,
                        meter: METER,
                    };
                    intake.row(raw, Ok(fields));
                }
                Ok::<(), String>(())
            });
        assert_eq!(received.unwrap().held_reasons.len(), 0);
    }

    /// A token of an account of the cast.
    pub fn token(&self, name: &str) -> String {
        let account = cast::account(name);
        let now = self.hub.now().0;
        let claims = json!({
            "iss": format!("{}/{}/v2.0", self.origin, account.directory()),
            "aud": self.origin,
            "exp": now + 600,
            "nbf": now,
            "iat": now,
            "oid": account.id(),
            "tid": account.directory(),
        });
        self.signer.sign(TokenKind::Access, &claims).unwrap()
    }

    /// Sends a request. Nobody has no token.
    pub fn send(&self, name: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.origin)).body(body.to_owned());
        request = request.header("content-type", "application/json");
        if name != "nobody" {
            request = request.bearer_auth(self.token(name));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.as_ref().unwrap().block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let kept =
                response.headers().iter().filter(|(name, _)| !["date", "x-ms-request-id"].contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
            let headers = kept.collect();
            Answer { status, headers, text: response.text().await.unwrap() }
        })
    }

    pub fn get(&self, name: &str, path: &str) -> Answer {
        self.send(name, "GET", path, &[], "")
    }

    pub fn post(&self, name: &str, path: &str, body: &Value) -> Answer {
        self.send(name, "POST", path, &[], &body.to_string())
    }

    /// How many entries the audit log has.
    pub fn audited(&self) -> u64 {
        let mut last = 0;
        self.hub
            .store()
            .audit(0, &mut |entry| {
                last = last.max(entry.number);
                Ok(())
            })
            .unwrap();
        last
    }
}

/// A text as it stands in a query.
pub fn in_query(text: &str) -> String {
    text.bytes().fold(String::new(), |mut query, byte| {
        write!(query, "%{byte:02x}").unwrap();
        query
    })
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
