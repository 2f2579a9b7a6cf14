//! Office: a partner with many customers, a registration without mappings, and somebody who may map.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use api::token::{Signer, TokenKind};
use hub::{Actor, Catalogue, Clock, Hub, OfficeRecord, WantedPrincipal, WantedRole, WantedStamp, WantedSubscription};
use model::{
    BillingModel, Conversion, Currency, Customer, Day, Directory, HubKey, KeyPurpose, MeterCatalogue, Partner,
    PartnerId, PartnerKind, Price, PriceList, PrincipalKind, Quantity, Registration, RegistrationDetails, Role,
    Rounding, ScopePath, Second, SubscriptionKind, SubscriptionState, Tier, UnitPrice,
};
use serde_json::json;
use store::sqlite::SqliteStore;

/// What the hub calls itself.
pub const ORIGIN: &str = "https://hub.example";
/// As many as the catalogue takes at a time, with a directory and a subscription each.
pub const CUSTOMERS_MAX: usize = 60_000;
/// The stamp.
pub const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
/// The meter that everybody uses.
pub const METER: &str = "fab6eb84-500b-4a09-a8ca-7358f8bbaea5";

const PARTNER: &str = "4390934";
const HOME: &str = "10000000-0000-4000-8000-000000000001";
const DEFAULT: &str = "20000000-0000-4000-8000-0000000000d0";
const OWNER: &str = "90000000-0000-4000-8000-000000000001";
/// 2026-11-20 at noon.
const NOW: Second = Second(1_795_176_000);

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Second {
        NOW
    }
}

/// A hub on the database in a folder.
pub fn open(folder: &Path) -> Result<Hub> {
    let store = Arc::new(SqliteStore::open(folder)?);
    Ok(Hub::new(store, Arc::new(StoppedClock), api::read_address)?)
}

/// The tenant of a customer, which is its id too.
pub fn tenant(customer: usize) -> String {
    format!("30000000-0000-4000-8000-{customer:012x}")
}

/// The subscription of a customer that is mapped first.
pub fn subscription(customer: usize) -> String {
    format!("40000000-0000-4000-8000-{customer:012x}")
}

/// Another subscription of a customer's tenant.
pub fn second_subscription(customer: usize) -> String {
    format!("41000000-0000-4000-8000-{customer:012x}")
}

/// The local subscription of a customer on the stamp.
pub fn local(customer: usize) -> String {
    format!("60000000-0000-4000-8000-{customer:012x}")
}

/// The partner.
pub fn partner() -> Result<PartnerId> {
    Ok(PartnerId::new(PARTNER)?)
}

/// The path of the registration.
pub fn registration() -> String {
    format!(
        "/subscriptions/{DEFAULT}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-{STAMP}"
    )
}

/// A subscription that lives where it is sold.
fn sold(id: &str, kind: SubscriptionKind, directory: &str) -> Result<WantedSubscription> {
    Ok(WantedSubscription {
        id: id.parse()?,
        name: format!("Subscription {id}"),
        kind,
        directory: directory.parse()?,
        customer: if kind == SubscriptionKind::Csp { Some(directory.parse()?) } else { None },
        partner: Some(partner()?),
        state: SubscriptionState::Active,
        from: Some(Day::parse("2026-09-01")?),
    })
}

fn prices() -> Result<PriceList> {
    let meter = MeterCatalogue::published().find(&METER.parse()?).context("find the meter")?;
    let price = Price {
        meter: meter.id.clone(),
        from: Day::parse("2026-01-01")?,
        unit: meter.unit,
        conversion: Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("0.008")? }],
        source: "made for a bench".to_owned(),
    };
    Ok(PriceList {
        id: "list".parse()?,
        name: "List".to_owned(),
        currency: Currency::parse("USD")?,
        rounding: Rounding::HalfUp,
        prices: vec![price],
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    })
}

/// Everything but the customers.
fn house() -> Result<Catalogue> {
    Ok(Catalogue {
        partners: vec![Partner {
            id: partner()?,
            name: "Contoso".to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: Some("list".parse()?),
            retail: None,
        }],
        directories: vec![Directory { id: HOME.parse()?, domain: "contoso.example".to_owned() }],
        customers: Vec::new(),
        subscriptions: vec![sold(DEFAULT, SubscriptionKind::Cspss, HOME)?],
        stamps: vec![WantedStamp {
            id: STAMP.parse()?,
            name: "North".to_owned(),
            region: "north".to_owned(),
            partner: Some(partner()?),
            default_provider_subscription: None,
        }],
        principals: vec![WantedPrincipal {
            id: OWNER.parse()?,
            kind: PrincipalKind::User,
            name: "owner@contoso.example".to_owned(),
            directory: HOME.parse()?,
            application: None,
            administrator: false,
            owner: None,
            enabled: true,
        }],
        roles: vec![WantedRole {
            principal: OWNER.parse()?,
            role: Role::Owner,
            scope: ScopePath::new(&format!("/subscriptions/{DEFAULT}"))?,
            remove: false,
        }],
        price_lists: vec![prices()?],
    })
}

/// The house with customers, each with a directory and a subscription. The first customer has two subscriptions.
pub fn catalogue(customers: usize) -> Result<Catalogue> {
    let mut wanted = house()?;
    for customer in 0..customers {
        let tenant = tenant(customer);
        wanted.directories.push(Directory { id: tenant.parse()?, domain: format!("customer-{customer}.example") });
        wanted.customers.push(Customer {
            id: tenant.parse()?,
            name: format!("Customer {customer}"),
            partner: partner()?,
            retail: None,
        });
        wanted.subscriptions.push(sold(&subscription(customer), SubscriptionKind::Csp, &tenant)?);
    }
    wanted.subscriptions.push(sold(&second_subscription(0), SubscriptionKind::Csp, &tenant(0))?);
    Ok(wanted)
}

/// Applies a catalogue.
pub fn apply(hub: &Hub, wanted: &Catalogue) -> Result<usize> {
    let differences = hub.apply_catalogue(&Actor::at_home("bench"), wanted, false);
    Ok(differences.map_err(|error| anyhow::anyhow!("apply the catalogue: {error}"))?.len())
}

/// Registers the stamp, approved for several tenants, and gives the hub its keys. Gives a token of the owner.
pub fn register(hub: &Hub) -> Result<String> {
    let registration = Registration {
        number: 1,
        id: registration().parse()?,
        name: format!("azurestack-{STAMP}"),
        stamp: STAMP.parse()?,
        default_subscription: DEFAULT.parse()?,
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: Day::parse("2026-09-01")?,
        until: None,
        mappings: Vec::new(),
        details: RegistrationDetails::default(),
    };
    hub.record("bench", "the registration", &[OfficeRecord::Registration(registration)])?;
    let key = api::token::generate()?;
    let (signing, sealing) = (key.pkcs8.clone(), vec![7; 32]);
    for (id, purpose, secret) in
        [(key.id.as_str(), KeyPurpose::Signing, signing), ("sealing", KeyPurpose::Sealing, sealing)]
    {
        hub.add_key("bench", &HubKey { id: id.to_owned(), purpose, secret, from: Second(0), retired: None })?;
    }
    let now = NOW.0;
    let claims = json!({
        "iss": format!("{ORIGIN}/{HOME}/v2.0"), "aud": ORIGIN, "exp": now + 3_600, "nbf": now, "iat": now,
        "oid": OWNER, "sub": OWNER, "tid": HOME,
    });
    Ok(Signer::from_pkcs8(&key.id, &key.pkcs8)?.sign(TokenKind::Access, &claims)?)
}
