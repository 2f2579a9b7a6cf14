//! The cast: who is who in the demonstration. Ids are those of the documentation's examples.

use anyhow::Context as _;
use hub::{Hub, OfficeRecord};
use model::{
    BillingModel, CloudId, Currency, Customer, CustomerId, Day, Directory, DirectoryId, Hour, LocalSubscriptionId,
    Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId, PriceListId, Rounding, Stamp, Standing,
    SubscriptionKind, SubscriptionState,
};
use stamp::{Cloud, CopiedRow, CustomMeterRow, LateRow, Plan, PlannedSubscription, Story, Tenant};

use crate::{house, price_file};

/// The partner that runs the stamps.
pub const CONTOSO: &str = "4390934";
/// Another partner, whose customers are none of Contoso's business.
pub const FABRIKAM: &str = "6034453";
/// The directory that the stamps were deployed with: ContosoCSP.onmicrosoft.com.
const HOME: &str = "10000000-0000-4000-8000-000000000001";
/// The directory of the account that registered them: IURContosoCSP.onmicrosoft.com.
const SHARED_SERVICES: &str = "10000000-0000-4000-8000-000000000002";
/// The default subscription: partner shared services.
pub const DEFAULT: &str = "20000000-0000-4000-8000-0000000000d0";
/// A subscription of an enterprise agreement.
pub const ENTERPRISE: &str = "40000000-0000-4000-8000-0000000000e1";
/// A subscription of a customer of Fabrikam.
pub const FABRIKAM_CUSTOMER: &str = "40000000-0000-4000-8000-0000000000f1";
/// Who registers: the owner of the default subscription.
pub const REGISTRANT: &str = "owner@IURContosoCSP.onmicrosoft.com";
/// Who approves: the operator of the platform.
pub const PLATFORM: &str = "platform operator";

/// A customer of Contoso in the demonstration.
pub struct CastCustomer {
    pub name: &'static str,
    pub domain: &'static str,
    /// The last two digits of its directory.
    pub tenant: &'static str,
    /// The last two digits of its paying subscriptions.
    pub subscriptions: &'static [&'static str],
}

/// The customers.
pub const CUSTOMERS: [CastCustomer; 6] = [
    CastCustomer { name: "Adatum", domain: "adatum.onmicrosoft.com", tenant: "a1", subscriptions: &["a1"] },
    CastCustomer { name: "Wingtip Toys", domain: "wingtip.onmicrosoft.com", tenant: "b1", subscriptions: &["b1"] },
    CastCustomer { name: "Tailspin", domain: "tailspin.onmicrosoft.com", tenant: "c1", subscriptions: &["c1"] },
    CastCustomer { name: "Litware", domain: "litware.onmicrosoft.com", tenant: "d1", subscriptions: &["d1"] },
    CastCustomer { name: "Proseware", domain: "proseware.onmicrosoft.com", tenant: "e2", subscriptions: &["e2"] },
    CastCustomer { name: "Woodgrove", domain: "woodgrove.onmicrosoft.com", tenant: "f2", subscriptions: &["f2", "f3"] },
];

/// One of the two stamps.
#[derive(Clone, Copy)]
pub struct CastStamp {
    pub name: &'static str,
    pub region: &'static str,
    /// The last digit of its cloud id, and a digit of its local subscriptions.
    pub letter: &'static str,
    pub customers: &'static [&'static str],
}

/// The stamps.
pub const STAMPS: [CastStamp; 2] = [
    CastStamp { name: "Contoso North", region: "north", letter: "a", customers: &["a1", "b1", "c1", "d1", "e2"] },
    CastStamp { name: "Contoso South", region: "south", letter: "b", customers: &["a1", "b1", "c1", "f2"] },
];

impl CastStamp {
    /// Its cloud id.
    pub fn id(&self) -> anyhow::Result<CloudId> {
        Ok(CloudId::new(&format!("50000000-0000-4000-8000-00000000000{}", self.letter))?)
    }

    /// The path of its registration.
    pub fn registration(&self) -> anyhow::Result<hub::RegistrationPath> {
        Ok(hub::RegistrationPath {
            subscription: PayingSubscriptionId::new(DEFAULT)?,
            group: "azurestack".to_owned(),
            name: self.registration_name()?,
        })
    }

    /// The name of its registration.
    pub fn registration_name(&self) -> anyhow::Result<String> {
        Ok(format!("azurestack-{}", self.id()?))
    }

    /// The operator's own local subscription.
    pub fn provider_subscription(&self) -> anyhow::Result<LocalSubscriptionId> {
        Ok(LocalSubscriptionId::new(&format!("60000000-0000-4000-8000-000000000{}00", self.letter))?)
    }

    /// A customer's local subscription. Adatum has a second one on each stamp.
    fn local_subscription(&self, tenant: &str, ordinal: u32) -> anyhow::Result<LocalSubscriptionId> {
        Ok(LocalSubscriptionId::new(&format!("60000000-0000-4000-8000-0000000{}0{ordinal}{tenant}", self.letter))?)
    }
}

/// The directory of a customer.
pub fn directory(tenant: &str) -> anyhow::Result<DirectoryId> {
    Ok(DirectoryId::new(&format!("30000000-0000-4000-8000-0000000000{tenant}"))?)
}

/// The text of a customer's paying subscription.
pub fn paying(subscription: &str) -> String {
    format!("40000000-0000-4000-8000-0000000000{subscription}")
}

/// Writes the catalogue: partners, directories, customers, subscriptions, stamps and the price list.
pub fn write_catalogue(hub: &Hub, first_day: Day, credentials: &[[u8; 32]; 2]) -> anyhow::Result<()> {
    let list = PriceListId::new("azure-stack-hub-example")?;
    let currency = Currency::parse("USD")?;
    let prices = price_file::read(
        price_file::EXAMPLE.as_bytes(),
        list.clone(),
        "Azure Stack Hub, example",
        currency,
        Rounding::HalfUp,
    )?;
    let mut records = vec![OfficeRecord::PriceList(prices)];
    for (id, name, list) in [(CONTOSO, "Contoso", Some(list)), (FABRIKAM, "Fabrikam", None)] {
        records.push(OfficeRecord::Partner(Partner {
            id: PartnerId::new(id)?,
            name: name.to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: list,
        }));
    }
    for (id, domain) in [(HOME, "ContosoCSP.onmicrosoft.com"), (SHARED_SERVICES, "IURContosoCSP.onmicrosoft.com")] {
        records.push(OfficeRecord::Directory(Directory { id: DirectoryId::new(id)?, domain: domain.to_owned() }));
    }
    let subscription =
        |id: &str, name: &str, kind, tenant: &str, customer: Option<CustomerId>, partner: Option<&str>| {
            anyhow::Ok(OfficeRecord::Subscription(PayingSubscription {
                id: PayingSubscriptionId::new(id)?,
                name: name.to_owned(),
                kind,
                directory: DirectoryId::new(tenant)?,
                customer,
                standings: vec![Standing {
                    from: first_day,
                    partner: partner.map(PartnerId::new).transpose()?,
                    state: SubscriptionState::Active,
                }],
            }))
        };
    records.push(subscription(
        DEFAULT,
        "Contoso shared services",
        SubscriptionKind::Cspss,
        SHARED_SERVICES,
        None,
        Some(CONTOSO),
    )?);
    records.push(subscription(ENTERPRISE, "Enterprise agreement", SubscriptionKind::Ea, HOME, None, None)?);
    let foreign = directory("ff")?;
    records.push(subscription(
        FABRIKAM_CUSTOMER,
        "A customer of Fabrikam",
        SubscriptionKind::Csp,
        foreign.as_str(),
        None,
        Some(FABRIKAM),
    )?);
    for customer in &CUSTOMERS {
        let tenant = directory(customer.tenant)?;
        let id = CustomerId::new(tenant.as_str())?;
        records.push(OfficeRecord::Directory(Directory { id: tenant.clone(), domain: customer.domain.to_owned() }));
        records.push(OfficeRecord::Customer(Customer {
            id: id.clone(),
            name: customer.name.to_owned(),
            partner: PartnerId::new(CONTOSO)?,
        }));
        for (subscription_id, ordinal) in customer.subscriptions.iter().zip(1..) {
            let name = if ordinal == 1 { customer.name.to_owned() } else { format!("{}, replacement", customer.name) };
            let (id, kind) = (id.clone(), SubscriptionKind::Csp);
            records.push(subscription(
                &paying(subscription_id),
                &name,
                kind,
                tenant.as_str(),
                Some(id),
                Some(CONTOSO),
            )?);
        }
    }
    for (stamp, credential) in STAMPS.iter().zip(credentials) {
        records.push(OfficeRecord::Stamp(Stamp {
            id: stamp.id()?,
            name: stamp.name.to_owned(),
            region: stamp.region.to_owned(),
            partner: Some(PartnerId::new(CONTOSO)?),
            default_provider_subscription: Some(stamp.provider_subscription()?),
            first_window: first_day.first_hour(),
            credentials: vec![*credential],
        }));
    }
    Ok(hub.record(house::OPERATOR, "the cast of the demonstration", &records)?)
}

/// How the stamps are to be registered.
pub fn registration_put(stamp: &CastStamp) -> anyhow::Result<hub::RegistrationPut> {
    let terms = hub::RegistrationTerms {
        stamp: stamp.id()?,
        billing_model: BillingModel::PayAsYouUse,
        details: model::RegistrationDetails { usage_reporting: true, ..model::RegistrationDetails::default() },
        default_provider_subscription: None,
    };
    Ok(hub::RegistrationPut { path: stamp.registration()?, tags: None, terms: Some(terms), create: true })
}

/// When things happen that the emulated clouds are told of.
pub struct Times {
    pub start: Hour,
    pub end: Hour,
    /// A window of the second month that holds late usage of the first.
    pub late_window: Hour,
    pub late_use: Hour,
    /// A window that repeats a row.
    pub copy_window: Hour,
    /// A window with a row of a meter that is in no catalogue.
    pub unknown_window: Hour,
    /// When Proseware's local subscription is deleted.
    pub deletion: Hour,
}

/// The emulated cloud behind a stamp.
pub fn cloud(stamp: &CastStamp, seed: u64, times: &Times) -> anyhow::Result<Cloud> {
    let first = stamp.letter == STAMPS[0].letter;
    let mut tenants = Vec::new();
    for customer in CUSTOMERS.iter().filter(|customer| stamp.customers.contains(&customer.tenant)) {
        let locals = if customer.tenant == "a1" { 1..=2 } else { 1..=1 };
        let deleted_at = (customer.name == "Proseware").then_some(times.deletion);
        let subscriptions = locals
            .map(|ordinal| {
                let id = stamp.local_subscription(customer.tenant, ordinal)?;
                Ok(PlannedSubscription { id, from: times.start, deleted_at })
            })
            .collect::<anyhow::Result<_>>()?;
        tenants.push(Tenant {
            directory: directory(customer.tenant)?,
            domain: customer.domain.to_owned(),
            subscriptions,
        });
    }
    let adatum = stamp.local_subscription("a1", 1)?;
    let late = LateRow {
        reported: times.late_window,
        used: times.late_use,
        subscription: adatum.clone(),
        meter: "9cd92d4c-bafd-4492-b278-bedc2de8232a".to_owned(),
        resource_uri: format!(
            "/subscriptions/{adatum}/resourceGroups/reports/providers/Microsoft.Compute/virtualMachines/month-end"
        ),
        quantity: "16.0".to_owned(),
    };
    let unknown =
        CustomMeterRow { reported: times.unknown_window, subscription: adatum, tier: "Contoso Memory 64".to_owned() };
    let story = Story {
        late: if first { vec![late] } else { Vec::new() },
        copy: first.then_some(CopiedRow { reported: times.copy_window, row: 3 }),
        custom_meter: if first { None } else { Some(unknown) },
    };
    Cloud::new(Plan {
        // The two stamps must not run the same resources.
        seed: seed.wrapping_add(u64::from(first)),
        cloud: stamp.id()?,
        name: stamp.name.to_owned(),
        region: stamp.region.to_owned(),
        home_directory: DirectoryId::new(HOME)?,
        provider_subscription: stamp.provider_subscription()?,
        tenants,
        start: times.start,
        end: times.end,
        resources_per_subscription: 24,
        token: None,
        story,
    })
    .with_context(|| format!("plan the stamp {}", stamp.name))
}

/// The directory that the stamps were deployed with.
pub fn home_directory() -> anyhow::Result<DirectoryId> {
    Ok(DirectoryId::new(HOME)?)
}
