//! The cast: two direct partners, a provider with two resellers, their customers, stamps and accounts.

use hub::OfficeRecord;
use model::{
    AssignmentId, BillingModel, CloudId, Conversion, Currency, Customer, CustomerId, Day, Directory, DirectoryId, Hour,
    HubKey, KeyPurpose, LocalSubscriptionId, Mapping, MeterId, NamespaceRegistration, Partner, PartnerId, PartnerKind,
    PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Principal, PrincipalId, PrincipalKind,
    Quantity, Registration, RegistrationId, ResourceGroup, Role, RoleAssignment, Rounding, ScopePath, Second, Stamp,
    Standing, SubscriptionKind, SubscriptionState, Tier, Unit, UnitPrice,
};

pub const CONTOSO: &str = "4390934";
pub const FABRIKAM: &str = "6034453";
pub const PROVIDER: &str = "7000001";
pub const RESELLER: &str = "7000002";
pub const OTHER_RESELLER: &str = "7000003";

pub const ADATUM: &str = "30000000-0000-4000-8000-0000000000a1";
pub const WINGTIP: &str = "30000000-0000-4000-8000-0000000000b1";
pub const OF_FABRIKAM: &str = "30000000-0000-4000-8000-0000000000f1";
pub const OF_RESELLER: &str = "30000000-0000-4000-8000-0000000000c1";
pub const OF_OTHER: &str = "30000000-0000-4000-8000-0000000000c2";
const SHARED: &str = "10000000-0000-4000-8000-000000000002";
const OF_PROVIDER: &str = "10000000-0000-4000-8000-000000000003";

pub const D: &str = "20000000-0000-4000-8000-0000000000d0";
pub const P0: &str = "20000000-0000-4000-8000-0000000000e0";
pub const A1: &str = "40000000-0000-4000-8000-0000000000a1";
pub const B1: &str = "40000000-0000-4000-8000-0000000000b1";
pub const F1: &str = "40000000-0000-4000-8000-0000000000f1";
pub const R1: &str = "40000000-0000-4000-8000-0000000000c1";
pub const R2: &str = "40000000-0000-4000-8000-0000000000c2";

pub const NORTH: &str = "50000000-0000-4000-8000-00000000000a";
pub const OF_THE_PROVIDER: &str = "50000000-0000-4000-8000-00000000000b";
pub const METER: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";
pub const FIRST_HOUR: &str = "2026-10-01T00:00:00Z";

/// An account: its name, the last digits of its object id, its directory, its role and where it holds.
pub struct Account(pub &'static str, &'static str, &'static str, Option<(Role, &'static str)>);

pub const ACCOUNTS: &[Account] = &[
    Account("contoso", "01", SHARED, Some((Role::PartnerAdministrator, "/partners/4390934"))),
    Account("contoso billing", "02", SHARED, Some((Role::BillingReader, "/partners/4390934"))),
    Account("fabrikam", "03", OF_FABRIKAM, Some((Role::PartnerAdministrator, "/partners/6034453"))),
    Account("provider", "04", OF_PROVIDER, Some((Role::PartnerAdministrator, "/partners/7000001"))),
    Account("reseller", "05", OF_PROVIDER, Some((Role::PartnerAdministrator, "/partners/7000002"))),
    Account("reseller billing", "06", OF_PROVIDER, Some((Role::BillingReader, "/partners/7000002"))),
    Account("registrant", "07", SHARED, Some((Role::Owner, "/subscriptions/20000000-0000-4000-8000-0000000000d0"))),
    Account("adatum", "08", ADATUM, Some((Role::Owner, "/subscriptions/40000000-0000-4000-8000-0000000000a1"))),
    Account("platform", "09", SHARED, Some((Role::PlatformOperator, "/"))),
    Account("stranger", "10", SHARED, None),
];

impl Account {
    pub fn id(&self) -> String {
        format!("70000000-0000-4000-8000-0000000000{}", self.1)
    }

    pub fn directory(&self) -> &'static str {
        self.2
    }
}

pub fn account(name: &str) -> &'static Account {
    ACCOUNTS.iter().find(|account| account.0 == name).unwrap_or_else(|| panic!("no account {name}"))
}

fn first_day() -> Day {
    Day::parse("2026-10-01").unwrap()
}

/// Everything in the office.
pub fn office() -> Vec<OfficeRecord> {
    let mut records = vec![OfficeRecord::PriceList(price_list())];
    records.extend(partners());
    let domains = [
        (SHARED, "IURContosoCSP.example"),
        (OF_PROVIDER, "provider.example"),
        (ADATUM, "adatum.example"),
        (WINGTIP, "wingtip.example"),
        (OF_FABRIKAM, "fabrikam-customer.example"),
        (OF_RESELLER, "northwind.example"),
        (OF_OTHER, "trey.example"),
    ];
    records.extend(domains.map(|(id, domain)| {
        OfficeRecord::Directory(Directory { id: DirectoryId::new(id).unwrap(), domain: domain.to_owned() })
    }));
    let customers = [
        (ADATUM, "Adatum", CONTOSO),
        (WINGTIP, "Wingtip Toys", CONTOSO),
        (OF_FABRIKAM, "Customer of Fabrikam", FABRIKAM),
        (OF_RESELLER, "Northwind", RESELLER),
        (OF_OTHER, "Trey Research", OTHER_RESELLER),
    ];
    records.extend(customers.map(|(id, name, partner)| {
        OfficeRecord::Customer(Customer {
            id: CustomerId::new(id).unwrap(),
            name: name.to_owned(),
            partner: PartnerId::new(partner).unwrap(),
            retail: None,
        })
    }));
    records.extend([
        subscription(D, SubscriptionKind::Cspss, SHARED, CONTOSO),
        subscription(P0, SubscriptionKind::Cspss, OF_PROVIDER, PROVIDER),
        subscription(A1, SubscriptionKind::Csp, ADATUM, CONTOSO),
        subscription(B1, SubscriptionKind::Csp, WINGTIP, CONTOSO),
        subscription(F1, SubscriptionKind::Csp, OF_FABRIKAM, FABRIKAM),
        subscription(R1, SubscriptionKind::Csp, OF_RESELLER, RESELLER),
        subscription(R2, SubscriptionKind::Csp, OF_OTHER, OTHER_RESELLER),
    ]);
    records.extend(stamp(1, NORTH, CONTOSO, D, &[(ADATUM, A1)]));
    records.extend(stamp(2, OF_THE_PROVIDER, PROVIDER, P0, &[(OF_RESELLER, R1), (OF_OTHER, R2)]));
    records.extend(ACCOUNTS.iter().flat_map(sign_up));
    records
}

fn partners() -> Vec<OfficeRecord> {
    let one = |id: &str, name: &str, kind, provider: Option<&str>, list: bool| {
        OfficeRecord::Partner(Partner {
            id: PartnerId::new(id).unwrap(),
            name: name.to_owned(),
            kind,
            provider: provider.map(|provider| PartnerId::new(provider).unwrap()),
            price_list: list.then(|| PriceListId::new("list").unwrap()),
            retail: None,
        })
    };
    vec![
        one(CONTOSO, "Contoso", PartnerKind::Direct, None, true),
        one(FABRIKAM, "Fabrikam", PartnerKind::Direct, None, false),
        one(PROVIDER, "Provider", PartnerKind::IndirectProvider, None, true),
        one(RESELLER, "Reseller", PartnerKind::IndirectReseller, Some(PROVIDER), false),
        one(OTHER_RESELLER, "Other reseller", PartnerKind::IndirectReseller, Some(PROVIDER), false),
    ]
}

fn price_list() -> PriceList {
    PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "list".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        rounding: Rounding::HalfUp,
        prices: vec![Price {
            meter: MeterId::new(METER).unwrap(),
            from: first_day(),
            unit: Unit::from_word("vcpu_hours").unwrap(),
            conversion: Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
            included: Quantity::ZERO,
            tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("0.046").unwrap() }],
            source: "a test".to_owned(),
        }],
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

fn subscription(id: &str, kind: SubscriptionKind, directory: &str, partner: &str) -> OfficeRecord {
    OfficeRecord::Subscription(PayingSubscription {
        id: PayingSubscriptionId::new(id).unwrap(),
        name: format!("subscription {}", &id[34..]),
        kind,
        directory: DirectoryId::new(directory).unwrap(),
        customer: (kind == SubscriptionKind::Csp).then(|| CustomerId::new(directory).unwrap()),
        standings: vec![Standing {
            from: first_day(),
            partner: Some(PartnerId::new(partner).unwrap()),
            state: SubscriptionState::Active,
        }],
    })
}

/// The path of the registration of a stamp.
pub fn registration_path(default: &str, stamp: &str) -> String {
    format!(
        "/subscriptions/{default}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-{stamp}"
    )
}

fn stamp(number: u32, id: &str, partner: &str, default: &str, mapped: &[(&str, &str)]) -> Vec<OfficeRecord> {
    let default_id = PayingSubscriptionId::new(default).unwrap();
    let mapping = |(tenant, subscription): &(&str, &str)| Mapping {
        tenant: DirectoryId::new(tenant).unwrap(),
        subscription: Some(PayingSubscriptionId::new(subscription).unwrap()),
        from: first_day(),
    };
    vec![
        OfficeRecord::Stamp(Stamp {
            id: CloudId::new(id).unwrap(),
            name: format!("stamp of {partner}"),
            region: "north".to_owned(),
            partner: Some(PartnerId::new(partner).unwrap()),
            default_provider_subscription: Some(LocalSubscriptionId::new(&local("00")).unwrap()),
            first_window: Hour::parse(FIRST_HOUR).unwrap(),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }),
        OfficeRecord::Registration(Registration {
            number,
            id: RegistrationId::new(&registration_path(default, id)).unwrap(),
            name: format!("azurestack-{id}"),
            stamp: CloudId::new(id).unwrap(),
            default_subscription: default_id.clone(),
            billing_model: BillingModel::PayAsYouUse,
            approved: true,
            from: first_day(),
            until: None,
            mappings: mapped.iter().map(mapping).collect(),
            details: model::RegistrationDetails::default(),
        }),
        OfficeRecord::ResourceGroup(ResourceGroup {
            scope: ScopePath::new(&format!("/subscriptions/{default}/resourceGroups/azurestack")).unwrap(),
            name: "azurestack".to_owned(),
            location: "westcentralus".to_owned(),
            tags: model::Tags::default(),
            removed: false,
        }),
        OfficeRecord::Namespace(NamespaceRegistration {
            subscription: default_id,
            namespace: "Microsoft.AzureStack".to_owned(),
            registered: true,
        }),
    ]
}

/// A local subscription by its last two digits.
pub fn local(digits: &str) -> String {
    format!("60000000-0000-4000-8000-0000000000{digits}")
}

fn sign_up(account: &Account) -> Vec<OfficeRecord> {
    let id = PrincipalId::new(&account.id()).unwrap();
    let mut records = vec![OfficeRecord::Principal(Principal {
        id: id.clone(),
        kind: PrincipalKind::User,
        name: account.0.to_owned(),
        directory: DirectoryId::new(account.directory()).unwrap(),
        application: None,
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })];
    if let Some((role, scope)) = account.3 {
        records.push(OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new(&format!("80000000-0000-4000-8000-0000000000{}", account.1)).unwrap(),
            scope: ScopePath::new(scope).unwrap(),
            principal: id,
            role,
            removed: false,
        }));
    }
    records
}

/// A key of the hub.
pub fn key(id: &str, purpose: KeyPurpose, secret: Vec<u8>, from: Second) -> HubKey {
    HubKey { id: id.to_owned(), purpose, secret, from, retired: None }
}
