//! House: the data of the demonstration, with a hub on a copy of it and the portal of that hub.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use hub::{Actor, Clock, Hub, OfficeRecord};
use model::{
    AssignmentId, Budget, BudgetId, BudgetSide, Day, Money, PartnerId, Principal, PrincipalId, PrincipalKind, Role,
    RoleAssignment, ScopePath, Second, Share, UnitPrice,
};
use store::sqlite::SqliteStore;

use crate::window::{self, Window};

/// The partner of the demonstration.
pub const PARTNER: &str = "4390934";
/// Who administers the partner, and owns its default subscription.
pub const OWNER: &str = "owner@IURContosoCSP.onmicrosoft.com";
/// Who reads the partner's billing and does nothing else.
pub const READER: &str = "reader@IURContosoCSP.onmicrosoft.com";
/// The password of both.
pub const PASSWORD: &str = "a password for tests only";

const READER_ID: &str = "70000000-0000-4000-8000-0000000000fb";
/// After the last window of the demonstration.
const NOW: &str = "2026-12-04T09:00:00Z";

/// It is always the same moment.
struct Still(Second);

impl Clock for Still {
    fn now(&self) -> Second {
        self.0
    }
}

pub struct House {
    pub hub: Arc<Hub>,
    pub window: Window,
    _folder: tempfile::TempDir,
}

impl House {
    /// A hub of its own, with a window.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_demo(folder.path());
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let clock = Arc::new(Still(Second::parse(NOW).unwrap()));
        let hub = Arc::new(Hub::new(store, clock, api::read_address).unwrap());
        let owner = hub.office().principals.values().find(|one| one.name == OWNER).unwrap().clone();
        hub.record("test", "somebody who reads billing", &reader(&owner)).unwrap();
        furnish(&hub);
        for person in [owner.id, PrincipalId::new(READER_ID).unwrap()] {
            hub.set_password("test", &person, PASSWORD).unwrap();
        }
        let window = window::open(Arc::clone(&hub)).await.unwrap();
        Self { hub, window, _folder: folder }
    }

    /// The address of a page.
    pub fn address(&self, target: &str) -> String {
        format!("{}{target}", self.window.origin)
    }
}

/// What the demonstration does without: a budget, and prices that were changed.
fn furnish(hub: &Hub) {
    let partner = hub.office().partners[&PartnerId::new(PARTNER).unwrap()].clone();
    let mut list = hub.office().price_lists[&partner.price_list.clone().unwrap()].clone();
    let mut next = list.prices[0].clone();
    next.from = Day::parse("2027-01-01").unwrap();
    next.tiers[0].unit_price = UnitPrice::parse("0.02").unwrap();
    list.prices.push(next);
    let budget = Budget {
        id: BudgetId::new("4390934-all").unwrap(),
        partner: partner.id,
        customer: None,
        side: BudgetSide::Cost,
        amount: Money { minor: 500_000, currency: list.currency },
        thresholds: vec![Share::parse_percent("80").unwrap()],
        webhook: None,
        secret: None,
        mail: vec!["billing@contoso.example".to_owned()],
        ended: false,
    };
    hub.record("test", "other prices", &[OfficeRecord::PriceList(list)]).unwrap();
    hub.put_budget(&Actor::at_home("test"), &budget).unwrap();
}

fn reader(owner: &Principal) -> Vec<OfficeRecord> {
    let id = PrincipalId::new(READER_ID).unwrap();
    let person = Principal { id: id.clone(), name: READER.to_owned(), secrets: Vec::new(), ..owner.clone() };
    assert_eq!(person.kind, PrincipalKind::User);
    vec![
        OfficeRecord::Principal(person),
        OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new("80000000-0000-4000-8000-0000000000fb").unwrap(),
            scope: ScopePath::new(&format!("/partners/{PARTNER}")).unwrap(),
            principal: id,
            role: Role::BillingReader,
            removed: false,
        }),
    ]
}

/// Copies the data of the demonstration, which one program tells for all tests and which is kept in the target folder.
fn copy_demo(into: &Path) {
    let folder = target().join("portal-demo");
    fs::create_dir_all(&folder).unwrap();
    // Several tests may want it at the same time.
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let (mut command, teller) = teller();
    let (kept, told_by) = (folder.join("data"), folder.join("told-by"));
    if fs::read_to_string(&told_by).ok() != Some(teller.clone()) {
        // In this order, so that what is not told to its end is not believed.
        let _ = fs::remove_file(&told_by);
        let _ = fs::remove_dir_all(&kept);
        let output = command.args(["demo", "--once", "--data"]).arg(&kept).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tell the demonstration with {command:?}: {said}");
        fs::write(&told_by, teller).unwrap();
    }
    for entry in fs::read_dir(&kept).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), into.join(entry.file_name())).unwrap();
    }
}

/// The command that runs the program, and what changes when the program does.
fn teller() -> (Command, String) {
    let built =
        std::env::var_os("TALLYBRIDGE_BINARY").or_else(|| option_env!("CARGO_BIN_EXE_tallybridge").map(Into::into));
    if let Some(program) = built.map(PathBuf::from) {
        let facts = program.metadata().unwrap();
        let teller = format!("{} {} {:?}", program.display(), facts.len(), facts.modified().unwrap());
        return (Command::new(program), teller);
    }
    // An example is not told where the program is.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--package", "tallybridge", "--bin", "tallybridge", "--"]);
    (command, format!("{:?}", std::time::SystemTime::now()))
}

/// The folder of what is built.
pub fn target() -> PathBuf {
    let built = option_env!("CARGO_TARGET_TMPDIR").and_then(|folder| Path::new(folder).parent());
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    built.map_or_else(beside, Path::to_path_buf)
}
