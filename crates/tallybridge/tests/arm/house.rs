//! The house under test: a furnished hub that listens on a port of this machine, and people with tokens who ask it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use api::token::{Signer, TokenKind};
use hub::{Clock, Hub};
use model::Second;
use serde_json::{Value, json};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::cast::{self, Person};

/// A clock that stands still until it is set.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Second {
        Second(self.0.load(Ordering::SeqCst))
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    clock: Arc<SetClock>,
    signer: Signer,
    address: SocketAddr,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    _folder: tempfile::TempDir,
}

impl House {
    /// Opens a house with the cast in it.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(Second::parse(cast::NOW).unwrap().0)));
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::<SetClock>::clone(&clock), api::read_address).unwrap());
        let key = api::token::generate().unwrap();
        hub.record("test", "the cast", &cast::records(&key)).unwrap();
        let signer = Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(api::serve(listener, api::router(Arc::clone(&hub)), None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { hub, clock, signer, address, client, stop: Some(stop), runtime: Some(runtime), _folder: folder }
    }

    /// Where the house is.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A token of a person, as the hub itself would issue it.
    pub fn token(&self, who: &Person) -> String {
        let (origin, now) = (self.origin(), self.clock.now().0);
        let issuer = format!("{origin}/{}/v2.0", who.directory);
        let claims = json!({
            "iss": issuer, "aud": origin, "iat": now, "nbf": now, "exp": now + 3600,
            "oid": who.id, "tid": who.directory, "upn": who.name,
        });
        self.signer.sign(TokenKind::Access, &claims).unwrap()
    }

    /// Sends a request; `target` is the path with its query, or a whole address.
    pub fn ask(&self, who: Option<&Person>, method: &str, target: &str, body: Option<&Value>) -> Answer {
        let url = if target.starts_with('/') { format!("{}{target}", self.origin()) } else { target.to_owned() };
        let mut request = self.client.request(method.parse().unwrap(), url);
        if let Some(who) = who {
            request = request.bearer_auth(self.token(who));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let runtime = self.runtime.as_ref().unwrap();
        runtime.block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
            Answer { status, kind, body: response.bytes().await.unwrap().to_vec() }
        })
    }

    pub fn get(&self, who: &Person, target: &str) -> Answer {
        self.ask(Some(who), "GET", target, None)
    }

    pub fn put(&self, who: &Person, target: &str, body: &Value) -> Answer {
        self.ask(Some(who), "PUT", target, Some(body))
    }

    pub fn delete(&self, who: &Person, target: &str) -> Answer {
        self.ask(Some(who), "DELETE", target, None)
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

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub kind: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body of an answer, which says that it is JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.kind.as_deref(), Some("application/json; charset=utf-8"), "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The status and the code of a refusal.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// One member of each item of a list.
    #[track_caller]
    pub fn each(&self, member: &str) -> Vec<String> {
        let list = self.ok();
        let items = list["value"].as_array().unwrap();
        items.iter().map(|item| item.pointer(member).unwrap().as_str().unwrap().to_owned()).collect()
    }
}

/// A refusal as tests write it.
pub fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
