//! The house under test: a hub with two directories, a program and two people, on a port of this machine, with a clock that
//! the test sets.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use api::{Settings, token::generate};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hub::{Clock, Hub, OfficeRecord};
use model::{Directory, DirectoryId, HubKey, KeyPurpose, Principal, PrincipalId, PrincipalKind, Second};
use reqwest::Client;
use serde_json::Value;
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

pub const ORIGIN: &str = "https://hub.example";
pub const CONTOSO: &str = "30000000-0000-4000-8000-0000000000c0";
pub const ADATUM: &str = "30000000-0000-4000-8000-0000000000ad";
pub const PROGRAM: &str = "40000000-0000-4000-8000-000000000001";
pub const PROGRAM_OBJECT: &str = "40000000-0000-4000-8000-000000000002";
pub const SECRET: &str = "tbs_0123456789abcdef";
pub const ADA: &str = "ada@contoso.example";
pub const ADA_OBJECT: &str = "40000000-0000-4000-8000-000000000003";
pub const PASSWORD: &str = "correct horse battery";
/// What programs without a secret of their own call themselves.
pub const TOOL: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
pub const NOW: i64 = 1_793_491_200;

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
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    client: Client,
    _folder: tempfile::TempDir,
}

/// What the hub said.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn text_of(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text)).to_owned()
    }
}

impl House {
    pub fn open() -> Self {
        Self::open_with(Settings { public_url: Some(ORIGIN.to_owned()), ..Settings::default() })
    }

    pub fn open_with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(NOW)));
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::<SetClock>::clone(&clock), api::read_address).unwrap());
        hub.record("test", "accounts", &office()).unwrap();
        hub.add_secret("test", &PrincipalId::new(PROGRAM_OBJECT).unwrap(), "first", SECRET, None).unwrap();
        hub.set_password("test", &PrincipalId::new(ADA_OBJECT).unwrap(), PASSWORD).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(api::serve(listener, api::router_with(Arc::clone(&hub), settings), None, async {
            let _ = stopped.await;
        }));
        let client = Client::builder().no_proxy().build().unwrap();
        let house = Self { hub, clock, address, stop: Some(stop), runtime: Some(runtime), client, _folder: folder };
        house.rotate();
        house
    }

    /// Takes a new signing key into use.
    pub fn rotate(&self) {
        let key = generate().unwrap();
        let key =
            HubKey { id: key.id, purpose: KeyPurpose::Signing, secret: key.pkcs8, from: self.hub.now(), retired: None };
        self.hub.add_key("test", &key).unwrap();
    }

    /// Moves the hub's clock. Unit: seconds.
    pub fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn send(&self, build: impl FnOnce(&Client, &str) -> reqwest::RequestBuilder) -> Answer {
        let request = build(&self.client, &format!("http://{}", self.address));
        self.runtime.as_ref().unwrap().block_on(async {
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Answer { status, headers, text: answer.text().await.unwrap() }
        })
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(|client, at| client.get(format!("{at}{path}")))
    }

    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(|client, at| client.post(format!("{at}{path}")).form(form))
    }

    /// Asks for a token in the directory of the accounts.
    pub fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.post(&format!("/{CONTOSO}/oauth2/v2.0/token"), form)
    }

    /// Whether the front door believes a token.
    pub fn knock(&self, token: &str) -> Answer {
        self.send(|client, at| client.get(format!("{at}/subscriptions?api-version=2022-12-01")).bearer_auth(token))
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

/// What a token says.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

pub fn part(token: &str, number: usize) -> Value {
    let segment = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(segment).unwrap()).unwrap()
}

fn office() -> Vec<OfficeRecord> {
    let directory = |id, domain: &str| {
        OfficeRecord::Directory(Directory { id: DirectoryId::new(id).unwrap(), domain: domain.to_owned() })
    };
    let principal = |id, kind, name: &str, application: Option<&str>| {
        OfficeRecord::Principal(Principal {
            id: PrincipalId::new(id).unwrap(),
            kind,
            name: name.to_owned(),
            directory: DirectoryId::new(CONTOSO).unwrap(),
            application: application.map(|id| PrincipalId::new(id).unwrap()),
            administrator: false,
            owner: None,
            enabled: true,
            secrets: Vec::new(),
        })
    };
    vec![
        directory(CONTOSO, "contoso.example"),
        directory(ADATUM, "adatum.example"),
        principal(PROGRAM_OBJECT, PrincipalKind::ServicePrincipal, "a program", Some(PROGRAM)),
        principal(ADA_OBJECT, PrincipalKind::User, ADA, None),
    ]
}
