//! House: a furnished house for tests, and the program itself.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use hub::{Clock, Hub, OfficeRecord};
use model::{
    BillingModel, CloudId, Conversion, Currency, Day, DirectoryId, Hour, MeterCatalogue, Partner, PartnerId,
    PartnerKind, PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Registration,
    RegistrationDetails, RegistrationId, Rounding, Second, Stamp, Standing, SubscriptionKind, SubscriptionState, Tier,
    UnitPrice,
};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;

/// The meter that the rows of these tests use: one that is charged.
pub const METER: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
/// The partner that pays.
pub const PARTNER: &str = "4390934";

/// The program that people run.
pub fn program() -> PathBuf {
    std::env::var_os("TALLYBRIDGE_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into(), PathBuf::from)
}

/// Runs the program.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().unwrap()
}

/// Standard output of a run.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A clock that stands still.
pub struct StoppedClock(pub Second);

impl Clock for StoppedClock {
    fn now(&self) -> Second {
        self.0
    }
}

/// Opens a hub on a folder at a moment such as `2026-11-03T02`.
pub fn hub(folder: &Path, now: &str) -> Hub {
    let clock = Arc::new(StoppedClock(Hour::parse(now).unwrap().start()));
    Hub::new(Arc::new(SqliteStore::open(folder).unwrap()), clock, api::read_address).unwrap()
}

/// The token of a stamp: its own name is secret enough here.
pub fn token(stamp: &str) -> String {
    format!("the token of {stamp}")
}

/// Adds a partner with a price for [`METER`], and registers stamps from a day on.
pub fn furnish(hub: &Hub, stamps: &[&str], from: &str) {
    let day = Day::parse(from).unwrap();
    let (partner, list) = (PartnerId::new(PARTNER).unwrap(), PriceListId::new("list").unwrap());
    let subscription = PayingSubscriptionId::new("20000000-0000-4000-8000-0000000000d0").unwrap();
    let meter = MeterCatalogue::published().find(&METER.parse().unwrap()).unwrap();
    let price = Price {
        meter: meter.id.clone(),
        from: day,
        unit: meter.unit,
        conversion: Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("0.008").unwrap() }],
        source: "made for a test".to_owned(),
    };
    let mut records = vec![
        OfficeRecord::Partner(Partner {
            id: partner.clone(),
            name: "Contoso".to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: Some(list.clone()),
            retail: None,
        }),
        OfficeRecord::PriceList(PriceList {
            id: list,
            name: "List".to_owned(),
            currency: Currency::parse("USD").unwrap(),
            rounding: Rounding::HalfUp,
            prices: vec![price],
            billing_currency: None,
            meters: Vec::new(),
            reductions: Vec::new(),
            exchange: Vec::new(),
        }),
        OfficeRecord::Subscription(PayingSubscription {
            id: subscription.clone(),
            name: "Default".to_owned(),
            kind: SubscriptionKind::Cspss,
            directory: DirectoryId::new("10000000-0000-4000-8000-000000000002").unwrap(),
            customer: None,
            standings: vec![Standing { from: day, partner: Some(partner.clone()), state: SubscriptionState::Active }],
        }),
    ];
    for stamp in stamps {
        records.push(OfficeRecord::Stamp(Stamp {
            id: CloudId::new(stamp).unwrap(),
            name: (*stamp).to_owned(),
            region: "north".to_owned(),
            partner: Some(partner.clone()),
            default_provider_subscription: None,
            first_window: day.first_hour(),
            credentials: vec![Sha256::digest(token(stamp)).into()],
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }));
    }
    hub.record("test", "the house of a test", &records).unwrap();
    for (number, stamp) in (1..).zip(stamps) {
        let registration = OfficeRecord::Registration(Registration {
            number,
            id: RegistrationId::new(&format!("/registrations/{stamp}")).unwrap(),
            name: (*stamp).to_owned(),
            stamp: CloudId::new(stamp).unwrap(),
            default_subscription: subscription.clone(),
            billing_model: BillingModel::PayAsYouUse,
            approved: false,
            from: day,
            until: None,
            mappings: Vec::new(),
            details: RegistrationDetails::default(),
        });
        hub.record("test", stamp, &[registration]).unwrap();
    }
}

/// The body of a window: rows of machines that ran in its hour, with quantities that tell windows apart.
pub fn body(hour: Hour, machines: u32) -> String {
    let rows: Vec<String> = (0..machines)
        .map(|machine| {
            let (start, end) = (hour.start(), hour.end());
            format!(
                r#"{{"properties":{{"subscriptionId":"60000000-0000-4000-8000-{:012}","usageStartTime":"{start}","usageEndTime":"{end}","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/vm/{}/{machine}\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"\"}}}}","quantity":{}.{:03},"meterId":"{METER}"}}}}"#,
                machine % 3,
                // A few resources are new in each window.
                if machine < 2 { hour.0 } else { 0 },
                machine + 1,
                hour.0 % 1000,
            )
        })
        .collect();
    format!(
        r#"{{"subscriptions":[{{"subscriptionId":"60000000-0000-4000-8000-000000000000","tenantId":"30000000-0000-4000-8000-0000000000a1"}}],"value":[{}]}}"#,
        rows.join(",")
    )
}

/// Puts a window into a hub without HTTP.
pub fn receive(hub: &Hub, stamp: &str, hour: Hour, body: &str) -> hub::Received {
    let digest = Sha256::digest(body).into();
    hub.receive(&CloudId::new(stamp).unwrap(), hour, digest, "test", |intake| api::fill(intake, body)).unwrap()
}
