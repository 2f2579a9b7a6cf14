//! The house under test: a hub that listens on a port of this machine, with a clock that the test sets.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use contract::delivery::Receipt;
use hub::{Clock, Hub, OfficeRecord};
use model::{CloudId, Hour, Partner, PartnerId, PartnerKind, Second, Stamp};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::request::{Answer, Request};

pub const NORTH: &str = "50000000-0000-4000-8000-00000000000a";
pub const SOUTH: &str = "50000000-0000-4000-8000-00000000000b";
pub const NORTH_TOKEN: &str = "the credential of the north";
pub const SOUTH_TOKEN: &str = "the credential of the south";
/// Where both stamps begin, and where every row was used.
pub const FIRST_HOUR: &str = "2026-10-01T00:00:00Z";
const NOW: &str = "2026-10-20T12:00:00Z";

/// Only one house stands at a time: the memory of this process is what some tests look at.
static STREET: Mutex<()> = Mutex::new(());

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
    _folder: tempfile::TempDir,
    _street: MutexGuard<'static, ()>,
}

impl House {
    /// Opens a house with two stamps and no usage.
    pub fn open() -> Self {
        let street = STREET.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(Second::parse(NOW).unwrap().0)));
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::<SetClock>::clone(&clock), api::read_address).unwrap());
        hub.record("test", "two stamps", &office()).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let routes = api::router(Arc::clone(&hub));
        runtime.spawn(api::serve(listener, routes, None, async {
            // A house that is torn down stops too.
            let _ = stopped.await;
        }));
        Self { hub, clock, address, stop: Some(stop), runtime: Some(runtime), _folder: folder, _street: street }
    }

    /// Moves the hub's clock. Unit: seconds.
    pub fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn send(&self, request: &Request) -> Answer {
        request.send(self.address)
    }

    /// Delivers a body that must be taken.
    pub fn deliver(&self, hour: &str, body: impl Into<Vec<u8>>) -> Receipt {
        self.send(&Request::deliver(hour, body)).receipt()
    }

    /// What the hub says of a window of the north when it is asked.
    pub fn look(&self, hour: &str) -> Answer {
        self.send(&Request::look(hour))
    }

    /// Proves the laws of the house.
    #[track_caller]
    pub fn assert_lawful(&self, after: &str) {
        let proof = self.hub.verify(|_, _| ()).unwrap();
        assert!(proof.holds(), "after {after}: {:?}", proof.laws);
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

/// The hour that lies `later` hours behind the first one.
pub fn hour(later: u32) -> String {
    Hour::parse(FIRST_HOUR).unwrap().plus(later).to_string()
}

fn office() -> Vec<OfficeRecord> {
    let partner = PartnerId::new("4390934").unwrap();
    let mut records = vec![OfficeRecord::Partner(Partner {
        id: partner.clone(),
        name: "Contoso".to_owned(),
        kind: PartnerKind::Direct,
        provider: None,
        price_list: None,
        retail: None,
    })];
    for (id, token) in [(NORTH, NORTH_TOKEN), (SOUTH, SOUTH_TOKEN)] {
        records.push(OfficeRecord::Stamp(Stamp {
            id: CloudId::new(id).unwrap(),
            name: id.to_owned(),
            region: "north".to_owned(),
            partner: Some(partner.clone()),
            default_provider_subscription: None,
            first_window: Hour::parse(FIRST_HOUR).unwrap(),
            credentials: vec![Sha256::digest(token.as_bytes()).into()],
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }));
    }
    records
}
