//! The house under test: the cast of partners with a month of usage and its invoices, on a port of this machine.

use std::sync::Arc;

use api::token::{NewKey, Signer, TokenKind};
use hub::{Clock, Hub, MonthClose, OfficeRecord, SentFields};
use model::{
    AssignmentId, CloudId, DirectoryId, Hour, KeyPurpose, Month, PartnerId, Principal, PrincipalId, PrincipalKind,
    Role, RoleAssignment, ScopePath, Second,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::cast::{self, D, METER, NORTH};

const NOW: &str = "2026-11-05T12:00:00Z";
const DIRECTORY: &str = "10000000-0000-4000-8000-000000000002";
/// What the bridge of the stamp in the north proves itself with.
pub const CREDENTIAL: &str = "the-credential-of-the-stamp-in-the-north";

/// A program with a secret: what it calls itself, and what it proves itself with.
pub const PROGRAM: (&str, &str) = ("a0000000-0000-4000-8000-000000000001", "a secret of a program");
const PROGRAM_OBJECT: &str = "70000000-0000-4000-8000-0000000000a3";
/// What the reader signs in with.
pub const PASSWORD: &str = "correct horse battery staple";

/// Somebody who asks: the last digits of the object id, and the roles.
pub struct Person(pub &'static str, &'static [(Role, &'static str)]);

/// May do nearly everything that one account can.
pub const WIDE: Person = Person(
    "a1",
    &[
        (Role::Owner, "/subscriptions/20000000-0000-4000-8000-0000000000d0"),
        (Role::Owner, "/subscriptions/40000000-0000-4000-8000-0000000000a1"),
        (Role::PlatformOperator, "/"),
        (Role::PartnerAdministrator, "/partners/4390934"),
    ],
);
/// Reads one subscription and nothing beside it.
pub const READER: Person = Person("a2", &[(Role::Reader, "/subscriptions/20000000-0000-4000-8000-0000000000d0")]);

impl Person {
    fn id(&self) -> String {
        format!("70000000-0000-4000-8000-0000000000{}", self.0)
    }

    fn records(&self) -> Vec<OfficeRecord> {
        let id = PrincipalId::new(&self.id()).unwrap();
        let mut records = vec![account(id.as_str(), self.0, None)];
        records.extend(self.1.iter().zip(1..).map(|((role, scope), number)| {
            OfficeRecord::RoleAssignment(RoleAssignment {
                id: AssignmentId::new(&format!("80000000-0000-4000-8000-000000000{number}{}", self.0)).unwrap(),
                scope: ScopePath::new(scope).unwrap(),
                principal: id.clone(),
                role: *role,
                removed: false,
            })
        }));
        records
    }
}

fn account(id: &str, name: &str, application: Option<&str>) -> OfficeRecord {
    OfficeRecord::Principal(Principal {
        id: PrincipalId::new(id).unwrap(),
        kind: if application.is_some() { PrincipalKind::ServicePrincipal } else { PrincipalKind::User },
        name: name.to_owned(),
        directory: DirectoryId::new(DIRECTORY).unwrap(),
        application: application.map(|id| PrincipalId::new(id).unwrap()),
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })
}

/// It is always the same moment.
struct Still;

impl Clock for Still {
    fn now(&self) -> Second {
        Second::parse(NOW).unwrap()
    }
}

pub struct House {
    hub: Arc<Hub>,
    pub origin: String,
    signer: Signer,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    _folder: tempfile::TempDir,
}

impl House {
    /// Opens a house with the cast, an hour of usage, and the month closed.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::new(Still), api::read_address).unwrap());
        let mut records = cast::office();
        records.extend(WIDE.records());
        records.extend(READER.records());
        records.push(account(PROGRAM_OBJECT, "program", Some(PROGRAM.0)));
        for record in &mut records {
            if let OfficeRecord::Stamp(stamp) = record
                && stamp.id == CloudId::new(NORTH).unwrap()
            {
                stamp.credentials.push(Sha256::digest(CREDENTIAL).into());
            }
        }
        hub.record("test", "the cast", &records).unwrap();
        let NewKey { id, pkcs8 } = api::token::generate().unwrap();
        let signer = Signer::from_pkcs8(&id, &pkcs8).unwrap();
        let from = Second::parse(cast::FIRST_HOUR).unwrap();
        hub.add_key("test", &cast::key(&id, KeyPurpose::Signing, pkcs8, from)).unwrap();
        hub.add_key("test", &cast::key("seal", KeyPurpose::Sealing, vec![7; 32], from)).unwrap();
        hub.add_secret("test", &PrincipalId::new(PROGRAM_OBJECT).unwrap(), "first", PROGRAM.1, None).unwrap();
        hub.set_password("test", &PrincipalId::new(&READER.id()).unwrap(), PASSWORD).unwrap();
        use_and_close(&hub);
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let routes = api::router(Arc::clone(&hub));
        runtime.spawn(api::serve(listener, routes, None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        Self { hub, origin, signer, stop: Some(stop), runtime: Some(runtime), _folder: folder }
    }

    /// A token of somebody.
    pub fn token(&self, who: &Person) -> String {
        let now = self.hub.now().0;
        let claims = json!({
            "iss": format!("{}/{DIRECTORY}/v2.0", self.origin), "aud": self.origin,
            "exp": now + 3600, "nbf": now, "iat": now, "oid": who.id(), "tid": DIRECTORY,
        });
        self.signer.sign(TokenKind::Access, &claims).unwrap()
    }

    /// The numbers of all documents.
    pub fn documents(&self) -> Vec<String> {
        let stored = self.hub.store().documents(None).unwrap();
        stored.iter().map(|stored| stored.document.number.to_string()).collect()
    }
}

fn use_and_close(hub: &Hub) {
    let (start, end) = ("2026-10-10T00:00:00Z", "2026-10-10T01:00:00Z");
    let id = cast::local("a1");
    let instance = format!(r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{id}/vm\"}}}}"#);
    let fields = SentFields { subscription: &id, start, end, instance: &instance, quantity: "2", meter: METER };
    let (stamp, hour) = (CloudId::new(NORTH).unwrap(), Hour::parse(start).unwrap());
    hub.receive(&stamp, hour, [1; 32], "test", |intake| {
        intake.subscription(&id, Some(cast::ADATUM))?;
        intake.row("a row", Ok(fields));
        Ok::<(), String>(())
    })
    .unwrap();
    let wish = MonthClose {
        partner: PartnerId::new(cast::CONTOSO).unwrap(),
        month: Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test has one window".to_owned()),
        dry_run: false,
    };
    hub.close(&wish).unwrap().document.unwrap();
}

/// The path of the registration of the stamp in the north.
pub fn registration() -> String {
    cast::registration_path(D, NORTH)
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
