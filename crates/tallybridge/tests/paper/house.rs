//! House: a provider with a customer of its own and a reseller, two closed months, and prices that must stay with it.

use std::{
    path::PathBuf,
    process::{Command, Output},
    sync::Arc,
};

use hub::{Clock, Hub, MonthClose, OfficeRecord};
use model::{
    BillingModel, CloudId, Conversion, Currency, Customer, CustomerId, Day, DirectoryId, ExchangeRate, Hour,
    LocalSubscriptionId, Mapping, MeterCatalogue, Month, MonthlyRate, Partner, PartnerId, PartnerKind,
    PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction, ReductionKind,
    Registration, RegistrationDetails, RegistrationId, Retail, Rounding, Second, Share, Stamp, Standing,
    SubscriptionKind, SubscriptionState, Tier, UnitPrice,
};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use tempfile::TempDir;

pub const PROVIDER: &str = "7000001";
pub const RESELLER: &str = "7000002";
/// A customer of the provider, charged by a list of its own.
pub const ADATUM: &str = "30000000-0000-4000-8000-0000000000a1";
/// A customer of the reseller, charged by a markup.
pub const NORTHWIND: &str = "30000000-0000-4000-8000-0000000000c1";
/// A customer of the provider for whom nobody said what it pays.
pub const TREY: &str = "30000000-0000-4000-8000-0000000000b1";
const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const OPERATOR: &str = "10000000-0000-4000-8000-000000000003";

const CORES: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
const TABLES: &str = "B4438D5D-453B-4EE1-B42A-DC72E377F1E4";

/// What the provider alone may know: prices, discounts, credit, the list's currency and rate.
pub const CANARIES: &[&str] =
    &["0.08617", "0,08617", "0.07123", "0,07123", "13.57", "13,57", "0.84620", "0,84620", "USD"];

struct StoppedClock(Second);

impl Clock for StoppedClock {
    fn now(&self) -> Second {
        self.0
    }
}

/// A data folder with all of it.
pub struct House {
    folder: TempDir,
}

impl House {
    /// September is closed, then a window of it is corrected, then October is closed.
    pub fn with_two_invoices() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        let hub = house.hub("2026-10-03T02");
        hub.record("test", "the house of a test", &office()).unwrap();
        receive(&hub, "2026-09-30T10", &[("a1", ADATUM, CORES, "100"), ("c1", NORTHWIND, CORES, "50")]);
        close(&hub, "2026-09");
        let hub = house.hub("2026-11-03T02");
        receive(&hub, "2026-09-30T10", &[("a1", ADATUM, CORES, "110"), ("c1", NORTHWIND, CORES, "45.5")]);
        for hour in ["2026-10-01T10", "2026-10-20T11"] {
            receive(
                &hub,
                hour,
                &[
                    ("a1", ADATUM, CORES, "1234.5"),
                    ("a2", ADATUM, CORES, "0.25"),
                    ("a1", ADATUM, TABLES, "0.00000008381903171539307"),
                    ("c1", NORTHWIND, CORES, "777"),
                    ("c1", NORTHWIND, TABLES, "720000"),
                    ("b1", TREY, CORES, "12"),
                    ("e0", OPERATOR, TABLES, "36000"),
                ],
            );
        }
        close(&hub, "2026-10");
        house
    }

    /// The hub of the house at a moment.
    pub fn hub(&self, now: &str) -> Hub {
        let clock = Arc::new(StoppedClock(Hour::parse(now).unwrap().start()));
        Hub::new(Arc::new(SqliteStore::open(self.folder.path()).unwrap()), clock, api::read_address).unwrap()
    }

    /// A place in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program on the folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let program = std::env::var_os("TALLYBRIDGE_BINARY")
            .map_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into(), PathBuf::from);
        Command::new(program).args(arguments).arg("--data").arg(self.folder.path()).output().unwrap()
    }

    /// Runs the program, which must succeed, and gives its standard output.
    pub fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// As [`House::bytes`], as text.
    pub fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.bytes(arguments)).unwrap()
    }

    /// Runs the program, which must fail, and gives what it says.
    pub fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Writes a file with the program.
    pub fn write(&self, name: &str, arguments: &[&str]) -> PathBuf {
        let file = self.path(name);
        self.bytes(&[arguments, &["--output", file.to_str().unwrap()]].concat());
        file
    }
}

fn close(hub: &Hub, month: &str) {
    let wish = MonthClose {
        partner: PartnerId::new(PROVIDER).unwrap(),
        month: Month::parse(month).unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("not every hour is delivered here".to_owned()),
        dry_run: false,
    };
    assert!(hub.close(&wish).unwrap().document.is_some());
}

fn local(digits: &str) -> String {
    format!("60000000-0000-4000-8000-0000000000{digits}")
}

fn receive(hub: &Hub, hour: &str, rows: &[(&str, &str, &str, &str)]) {
    let hour = Hour::parse(hour).unwrap();
    let (start, end) = (hour.start(), hour.end());
    let subscriptions: Vec<String> = rows
        .iter()
        .map(|(digits, tenant, ..)| format!(r#"{{"subscriptionId":"{}","tenantId":"{tenant}"}}"#, local(digits)))
        .collect();
    let values: Vec<String> = rows
        .iter()
        .map(|(digits, _, meter, quantity)| {
            let local = local(digits);
            format!(
                r#"{{"properties":{{"subscriptionId":"{local}","usageStartTime":"{start}","usageEndTime":"{end}","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{local}/one\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"\"}}}}","quantity":{quantity},"meterId":"{meter}"}}}}"#
            )
        })
        .collect();
    let mut unique = subscriptions;
    unique.sort();
    unique.dedup();
    let body = format!(r#"{{"subscriptions":[{}],"value":[{}]}}"#, unique.join(","), values.join(","));
    let digest = Sha256::digest(&body).into();
    let received = hub.receive(&CloudId::new(STAMP).unwrap(), hour, digest, "test", |intake| api::fill(intake, &body));
    assert!(received.is_ok());
}

fn first_day() -> Day {
    Day::parse("2026-09-29").unwrap()
}

fn office() -> Vec<OfficeRecord> {
    let mut records = vec![OfficeRecord::PriceList(own_list()), OfficeRecord::PriceList(retail_list())];
    let partner = |id: &str, name: &str, kind, provider: Option<&str>, retail| {
        OfficeRecord::Partner(Partner {
            id: PartnerId::new(id).unwrap(),
            name: name.to_owned(),
            kind,
            provider: provider.map(|provider| PartnerId::new(provider).unwrap()),
            price_list: (kind == PartnerKind::IndirectProvider).then(|| PriceListId::new("own").unwrap()),
            retail,
        })
    };
    let markup = Some(Retail::Markup(Share::parse_percent("25").unwrap()));
    records.push(partner(PROVIDER, "Litware Distribution", PartnerKind::IndirectProvider, None, None));
    records.push(partner(RESELLER, "Northern Resale", PartnerKind::IndirectReseller, Some(PROVIDER), markup));
    let retail = Some(Retail::List(PriceListId::new("retail").unwrap()));
    let customers = [
        (ADATUM, "Adatum #strong[& Söhne]", PROVIDER, retail),
        (TREY, "Trey Research", PROVIDER, None),
        (NORTHWIND, "Northwind Traders", RESELLER, None),
    ];
    for (number, (id, name, partner, retail)) in customers.into_iter().enumerate() {
        let (customer, partner) = (CustomerId::new(id).unwrap(), PartnerId::new(partner).unwrap());
        records.push(OfficeRecord::Customer(Customer {
            id: customer.clone(),
            name: name.to_owned(),
            partner: partner.clone(),
            retail,
        }));
        records.push(subscription(number, Some(customer), id, &partner));
    }
    records.push(subscription(9, None, OPERATOR, &PartnerId::new(PROVIDER).unwrap()));
    records.extend(stamp());
    records
}

fn paying(number: usize) -> PayingSubscriptionId {
    PayingSubscriptionId::new(&format!("40000000-0000-4000-8000-00000000000{number}")).unwrap()
}

fn subscription(number: usize, customer: Option<CustomerId>, directory: &str, partner: &PartnerId) -> OfficeRecord {
    OfficeRecord::Subscription(PayingSubscription {
        id: paying(number),
        name: if customer.is_some() { "Azure Stack Hub" } else { "Shared services" }.to_owned(),
        kind: if customer.is_some() { SubscriptionKind::Csp } else { SubscriptionKind::Cspss },
        directory: DirectoryId::new(directory).unwrap(),
        customer,
        standings: vec![Standing {
            from: first_day(),
            partner: Some(partner.clone()),
            state: SubscriptionState::Active,
        }],
    })
}

fn price(meter: &str, divisor: u32, priced_unit: &str, tiers: &[(&str, &str)]) -> Price {
    let meter = MeterCatalogue::published().find(&meter.parse().unwrap()).unwrap();
    let tier = |(from, unit_price): &(&str, &str)| Tier {
        from: Quantity::parse(from).unwrap(),
        unit_price: UnitPrice::parse(unit_price).unwrap(),
    };
    Price {
        meter: meter.id.clone(),
        from: first_day(),
        unit: meter.unit,
        conversion: Conversion { priced_unit: priced_unit.to_owned(), divisor },
        included: Quantity::ZERO,
        tiers: tiers.iter().map(tier).collect(),
        source: "made for a test".to_owned(),
    }
}

fn list(id: &str, currency: &str, prices: Vec<Price>) -> PriceList {
    PriceList {
        id: PriceListId::new(id).unwrap(),
        name: id.to_owned(),
        currency: Currency::parse(currency).unwrap(),
        rounding: Rounding::HalfUp,
        prices,
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

fn own_list() -> PriceList {
    let cores = price(CORES, 1, "vCPU hour", &[("0", "0.08617"), ("1000", "0.07123")]);
    let tables = price(TABLES, 720, "GB month", &[("0", "0.029")]);
    let rate = |month: &str| MonthlyRate {
        month: Month::parse(month).unwrap(),
        rate: ExchangeRate::parse("0.846202666").unwrap(),
    };
    PriceList {
        billing_currency: Some(Currency::parse("EUR").unwrap()),
        exchange: vec![rate("2026-09"), rate("2026-10")],
        reductions: vec![Reduction {
            kind: ReductionKind::Discount,
            paying_subscription: None,
            meter: None,
            from: Day::parse("2026-10-01").unwrap(),
            until: None,
            share: Share::parse_percent("13.57").unwrap(),
        }],
        ..list("own", "USD", vec![cores, tables])
    }
}

fn retail_list() -> PriceList {
    let prices = vec![price(CORES, 1, "vCPU hour", &[("0", "0.19")]), price(TABLES, 720, "GB month", &[("0", "0.05")])];
    list("retail", "EUR", prices)
}

fn stamp() -> Vec<OfficeRecord> {
    let mapping = |number: usize, tenant: &str| Mapping {
        tenant: DirectoryId::new(tenant).unwrap(),
        subscription: Some(paying(number)),
        from: first_day(),
    };
    vec![
        OfficeRecord::Stamp(Stamp {
            id: CloudId::new(STAMP).unwrap(),
            name: "Litware North".to_owned(),
            region: "north".to_owned(),
            partner: Some(PartnerId::new(PROVIDER).unwrap()),
            default_provider_subscription: Some(LocalSubscriptionId::new(&local("00")).unwrap()),
            first_window: first_day().first_hour(),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }),
        OfficeRecord::Registration(Registration {
            number: 1,
            id: RegistrationId::new("/registrations/north").unwrap(),
            name: "north".to_owned(),
            stamp: CloudId::new(STAMP).unwrap(),
            default_subscription: paying(9),
            billing_model: BillingModel::PayAsYouUse,
            approved: true,
            from: first_day(),
            until: None,
            mappings: vec![mapping(0, ADATUM), mapping(1, TREY), mapping(2, NORTHWIND)],
            details: RegistrationDetails::default(),
        }),
    ]
}

/// Gives a customer another name, after everything was issued.
pub fn rename(house: &House, id: &str, name: &str) {
    let hub = house.hub("2026-11-20T00");
    let known = hub.office().customers.get(&CustomerId::new(id).unwrap()).unwrap().clone();
    let renamed = OfficeRecord::Customer(Customer { name: name.to_owned(), ..known });
    hub.record("test", "a customer has another name", &[renamed]).unwrap();
}
