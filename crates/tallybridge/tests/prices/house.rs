//! House: a furnished house for tests, and the program itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use hub::{Clock, Hub, MonthClose, OfficeRecord};
use model::{
    BillingModel, CloudId, Currency, Day, DirectoryId, Document, Hour, LocalSubscriptionId, Month, Partner, PartnerId,
    PartnerKind, PayingSubscription, PayingSubscriptionId, PriceList, PriceListId, Registration, RegistrationDetails,
    RegistrationId, Rounding, Second, Stamp, Standing, SubscriptionKind, SubscriptionState,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;

pub const PARTNER: &str = "4390934";
pub const SUBSCRIPTION: &str = "20000000-0000-4000-8000-0000000000d0";
pub const VM: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
pub const WINDOWS: &str = "9CD92D4C-BAFD-4492-B278-BEDC2DE8232A";
pub const BLOB: &str = "09F8879E-87E9-4305-A572-4B7BE209F857";
const OPERATOR: &str = "60000000-0000-4000-8000-000000000000";
const TENANT: &str = "60000000-0000-4000-8000-000000000001";

/// A clock that stands still.
struct StoppedClock(Second);

impl Clock for StoppedClock {
    fn now(&self) -> Second {
        self.0
    }
}

/// A run of the program.
pub struct Ran {
    pub done: bool,
    pub printed: String,
    pub said: String,
}

/// Runs `tallybridge prices`.
pub fn prices(arguments: &[&str]) -> Ran {
    let program: PathBuf =
        std::env::var_os("TALLYBRIDGE_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into(), PathBuf::from);
    let output = Command::new(program).arg("prices").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { done: output.status.success(), printed: text(output.stdout), said: text(output.stderr) }
}

/// What a run printed as JSON.
pub fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.printed).unwrap_or_else(|error| panic!("{error}: {}{}", ran.printed, ran.said))
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A house with one stamp and three months of usage, of which the first is closed.
pub struct House {
    pub folder: tempfile::TempDir,
}

impl House {
    pub fn new() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        let hub = house.hub();
        furnish(&hub);
        for (month, factor) in [("2026-09", 1), ("2026-10", 2), ("2026-11", 3)] {
            for day in ["03", "14", "15", "28"] {
                if month == "2026-11" && day == "28" {
                    continue;
                }
                receive(&hub, Hour::parse(&format!("{month}-{day}T07")).unwrap(), factor);
            }
        }
        assert_eq!(close(&hub, "2026-09").unwrap().number.as_str(), "INV-4390934-000001");
        house
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The hub, as long as nobody else has it open.
    pub fn hub(&self) -> Hub {
        let clock = Arc::new(StoppedClock(Hour::parse("2026-11-20T00").unwrap().start()));
        std::fs::create_dir_all(self.data()).unwrap();
        Hub::new(Arc::new(SqliteStore::open(&self.data()).unwrap()), clock, api::read_address).unwrap()
    }

    /// Every file of the data folder. What processes share for reading is none.
    pub fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let files = std::fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap().path());
        let named = files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path));
        let kept = named.filter(|(name, _)| !name.ends_with("-shm"));
        let read = kept.map(|(name, path)| (name, std::fs::read(path).unwrap()));
        read.filter(|(name, bytes)| !(name.ends_with("-wal") && bytes.is_empty())).collect()
    }

    /// Applies a folder.
    pub fn apply(&self, list: &Path, more: &[&str]) -> Ran {
        let data = self.data();
        let mut arguments = vec!["apply", text(list), "--data", text(&data)];
        arguments.extend_from_slice(more);
        prices(&arguments)
    }
}

/// Closes a month whatever stands against it: there are hours of which nothing came.
pub fn close(hub: &Hub, month: &str) -> Option<Document> {
    let wish = MonthClose {
        partner: PartnerId::new(PARTNER).unwrap(),
        month: Month::parse(month).unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("a test has few hours".to_owned()),
        dry_run: false,
    };
    hub.close(&wish).unwrap().document
}

fn furnish(hub: &Hub) {
    let day = Day::parse("2026-09-01").unwrap();
    let partner = PartnerId::new(PARTNER).unwrap();
    let list = PriceListId::new("list").unwrap();
    let stamp = CloudId::new("stamp-a").unwrap();
    let subscription = PayingSubscriptionId::new(SUBSCRIPTION).unwrap();
    let records = [
        OfficeRecord::PriceList(PriceList {
            id: list.clone(),
            name: "List".to_owned(),
            currency: Currency::parse("USD").unwrap(),
            billing_currency: None,
            rounding: Rounding::HalfUp,
            prices: Vec::new(),
            meters: Vec::new(),
            reductions: Vec::new(),
            exchange: Vec::new(),
        }),
        OfficeRecord::Partner(Partner {
            id: partner.clone(),
            name: "Contoso".to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: Some(list),
            retail: None,
        }),
        OfficeRecord::Subscription(PayingSubscription {
            id: subscription.clone(),
            name: "Default".to_owned(),
            kind: SubscriptionKind::Cspss,
            directory: DirectoryId::new("10000000-0000-4000-8000-000000000002").unwrap(),
            customer: None,
            standings: vec![Standing { from: day, partner: Some(partner.clone()), state: SubscriptionState::Active }],
        }),
        OfficeRecord::Stamp(Stamp {
            id: stamp.clone(),
            name: "Stamp".to_owned(),
            region: "north".to_owned(),
            partner: Some(partner),
            default_provider_subscription: Some(LocalSubscriptionId::new(OPERATOR).unwrap()),
            first_window: day.first_hour(),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }),
    ];
    hub.record("test", "the house of a test", &records).unwrap();
    let registration = OfficeRecord::Registration(Registration {
        number: 1,
        id: RegistrationId::new("/registrations/stamp-a").unwrap(),
        name: "stamp-a".to_owned(),
        stamp,
        default_subscription: subscription,
        billing_model: BillingModel::PayAsYouUse,
        approved: false,
        from: day,
        until: None,
        mappings: Vec::new(),
        details: RegistrationDetails::default(),
    });
    hub.record("test", "stamp-a", &[registration]).unwrap();
    let list = hub::Catalogue { price_lists: vec![first_list(hub)], ..hub::Catalogue::default() };
    hub.apply_catalogue(&hub::Actor::at_home("test"), &list, false).unwrap();
}

/// The list of the house before any change, made without the program: three meters, one price each.
fn first_list(hub: &Hub) -> PriceList {
    let office = hub.office();
    let empty = office.price_lists.values().next().unwrap();
    let price = |meter: &str, unit, priced: &str, divisor, cost: &str| model::Price {
        meter: model::MeterId::new(meter).unwrap(),
        from: Day::parse("2026-09-01").unwrap(),
        unit,
        conversion: model::Conversion { priced_unit: priced.to_owned(), divisor },
        included: model::Quantity::ZERO,
        tiers: vec![model::Tier { from: model::Quantity::ZERO, unit_price: model::UnitPrice::parse(cost).unwrap() }],
        source: "a test".to_owned(),
    };
    let prices = vec![
        price(VM, model::Unit::VcpuHours, "vCPU hour", 1, "0.8"),
        price(WINDOWS, model::Unit::VcpuHours, "vCPU hour", 1, "4.6"),
        price(BLOB, model::Unit::GbHours, "GB month", 720, "0.6"),
    ];
    PriceList { prices, ..empty.clone() }
}

/// A price list in its folder.
pub struct List {
    pub prices: String,
    pub meters: String,
    pub reductions: String,
}

impl Default for List {
    /// The list that the house has.
    fn default() -> Self {
        let prices = format!(
            "{VM},2026-09-01,vcpu_hours,vCPU hour,1,0,0,0.8,a test\n\
             {WINDOWS},2026-09-01,vcpu_hours,vCPU hour,1,0,0,4.6,a test\n\
             {BLOB},2026-09-01,gb_hours,GB month,720,0,0,0.6,a test\n"
        );
        Self { prices, meters: String::new(), reductions: String::new() }
    }
}

/// Writes a folder as somebody would by hand.
pub fn write_list(folder: &Path, list: &List) {
    let put = |file: &str, head: &str, lines: &str| {
        if lines.is_empty() {
            let _ = std::fs::remove_file(folder.join(file));
        } else {
            std::fs::write(folder.join(file), format!("{head}\n{lines}")).unwrap();
        }
    };
    std::fs::create_dir_all(folder).unwrap();
    put("list.toml", "id = \"list\"", "name = \"List\"\ncurrency = \"USD\"\n");
    put("prices.csv", "meter,from,unit,priced_unit,divisor,included,tier_from,unit_price,source", &list.prices);
    put("meters.csv", "meter,scope,from,commerce_meter", &list.meters);
    put("reductions.csv", "kind,paying_subscription,meter,from,until,percent", &list.reductions);
}

/// Puts a window into the hub: what a tenant and the operator used in its hour.
fn receive(hub: &Hub, hour: Hour, factor: u32) {
    let row = |subscription: &str, meter: &str, quantity: String| {
        let (start, end) = (hour.start(), hour.end());
        format!(
            r#"{{"properties":{{"subscriptionId":"{subscription}","usageStartTime":"{start}","usageEndTime":"{end}","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/vm/{}\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"\"}}}}","quantity":{quantity},"meterId":"{meter}"}}}}"#,
            hour.0
        )
    };
    let rows = [
        row(TENANT, VM, format!("{}.125", 3 * factor)),
        row(TENANT, WINDOWS, format!("{}.333", 2 * factor)),
        row(TENANT, BLOB, format!("{}", 1_001 * factor)),
        row(OPERATOR, BLOB, format!("{}", 77 * factor)),
    ];
    let table = r#"{"subscriptionId":"60000000-0000-4000-8000-000000000001","tenantId":"30000000-0000-4000-8000-0000000000a1"}"#;
    let body = format!(r#"{{"subscriptions":[{table}],"value":[{}]}}"#, rows.join(","));
    let digest = Sha256::digest(&body).into();
    let stamp = CloudId::new("stamp-a").unwrap();
    hub.receive(&stamp, hour, digest, "test", |intake| api::fill(intake, &body)).unwrap();
}
