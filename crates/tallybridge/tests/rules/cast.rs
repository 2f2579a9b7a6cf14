//! The cast: partners, directories, subscriptions, stamps and accounts of the documentation's examples.

use hub::OfficeRecord;
use model::{
    AssignmentId, Conversion, Currency, Customer, CustomerId, Day, Directory, DirectoryId, MeterId, Partner, PartnerId,
    PartnerKind, PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Principal, PrincipalId,
    PrincipalKind, Quantity, Role, RoleAssignment, Rounding, ScopePath, Standing, SubscriptionKind, SubscriptionState,
    Tier, UnitPrice,
};

pub const CON: &str = "4390934";
pub const FAB: &str = "6034453";
/// An indirect provider with two resellers.
pub const PROVIDER: &str = "7000001";
pub const RESELLER_ONE: &str = "7000002";
pub const RESELLER_TWO: &str = "7000003";

pub const DH: &str = "10000000-0000-4000-8000-000000000001";
pub const DQ: &str = "10000000-0000-4000-8000-000000000002";
/// Fabrikam's own directory.
pub const DF: &str = "10000000-0000-4000-8000-0000000000f0";
pub const TA: &str = "30000000-0000-4000-8000-0000000000a1";
pub const TB: &str = "30000000-0000-4000-8000-0000000000b1";
pub const TF: &str = "30000000-0000-4000-8000-0000000000f1";

pub const D: &str = "20000000-0000-4000-8000-0000000000d0";
/// Another shared services subscription of Contoso, for moves and a second stamp.
pub const D2: &str = "20000000-0000-4000-8000-0000000000d2";
/// Fabrikam's default subscription.
pub const DFAB: &str = "20000000-0000-4000-8000-0000000000f0";
/// The provider's default subscription.
pub const DPROV: &str = "20000000-0000-4000-8000-0000000000e0";
pub const A1: &str = "40000000-0000-4000-8000-0000000000a1";
pub const A2: &str = "40000000-0000-4000-8000-0000000000a2";
pub const B1: &str = "40000000-0000-4000-8000-0000000000b1";
pub const F1: &str = "40000000-0000-4000-8000-0000000000f1";
pub const E1: &str = "40000000-0000-4000-8000-0000000000e1";
/// Customers' subscriptions of the two resellers.
pub const ONE: &str = "40000000-0000-4000-8000-000000000011";
pub const TWO: &str = "40000000-0000-4000-8000-000000000012";
/// Pay as you go, and a developer's.
pub const PAYG: &str = "40000000-0000-4000-8000-000000000021";
pub const MSDN: &str = "40000000-0000-4000-8000-000000000022";

pub const SA: &str = "50000000-0000-4000-8000-00000000000a";
pub const SB: &str = "50000000-0000-4000-8000-00000000000b";
pub const L0: &str = "60000000-0000-4000-8000-000000000000";
pub const LA: &str = "60000000-0000-4000-8000-0000000000a1";
pub const LB: &str = "60000000-0000-4000-8000-0000000000b1";

/// The bridge's service principal.
pub const BRIDGE: &str = "70000000-0000-4000-8000-00000000000a";
/// The meter of virtual processors under Windows, which costs one dollar an hour here.
pub const CORES: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";

/// An account: the name, the object id, the directory, whether it administers that, and its roles.
pub struct Account {
    pub name: &'static str,
    pub id: &'static str,
    pub directory: &'static str,
    pub administrator: bool,
    pub roles: &'static [(Role, &'static str)],
}

const fn account(
    name: &'static str,
    id: &'static str,
    directory: &'static str,
    roles: &'static [(Role, &'static str)],
) -> Account {
    Account { name, id, directory, administrator: false, roles }
}

const D_SCOPE: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0";
const D2_SCOPE: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d2";
const DFAB_SCOPE: &str = "/subscriptions/20000000-0000-4000-8000-0000000000f0";
const DPROV_SCOPE: &str = "/subscriptions/20000000-0000-4000-8000-0000000000e0";
const A1_SCOPE: &str = "/subscriptions/40000000-0000-4000-8000-0000000000a1";
const E1_SCOPE: &str = "/subscriptions/40000000-0000-4000-8000-0000000000e1";
const PAYG_SCOPE: &str = "/subscriptions/40000000-0000-4000-8000-000000000021";
const MSDN_SCOPE: &str = "/subscriptions/40000000-0000-4000-8000-000000000022";

pub const ACCOUNTS: &[Account] = &[
    account(
        "owner@IURContosoCSP.onmicrosoft.com",
        "90000000-0000-4000-8000-000000000001",
        DQ,
        &[
            (Role::Owner, D_SCOPE),
            (Role::Owner, D2_SCOPE),
            (Role::Owner, A1_SCOPE),
            (Role::Owner, E1_SCOPE),
            (Role::Owner, PAYG_SCOPE),
            (Role::Owner, MSDN_SCOPE),
        ],
    ),
    account("admin@ContosoCSP.onmicrosoft.com", "90000000-0000-4000-8000-000000000002", DH, &[]),
    account("operator@platform.example", "90000000-0000-4000-8000-000000000003", DH, &[(Role::PlatformOperator, "/")]),
    account(
        "contributor@IURContosoCSP.onmicrosoft.com",
        "90000000-0000-4000-8000-000000000004",
        DQ,
        &[(Role::Contributor, D_SCOPE), (Role::Contributor, D2_SCOPE)],
    ),
    account(
        "reader@IURContosoCSP.onmicrosoft.com",
        "90000000-0000-4000-8000-000000000005",
        DQ,
        &[(Role::Reader, D_SCOPE)],
    ),
    account(
        "registrar@IURContosoCSP.onmicrosoft.com",
        "90000000-0000-4000-8000-000000000006",
        DQ,
        &[(Role::AzureStackRegistration, D_SCOPE)],
    ),
    Account {
        name: "administrator@IURContosoCSP.onmicrosoft.com",
        id: "90000000-0000-4000-8000-000000000007",
        directory: DQ,
        administrator: true,
        roles: &[(Role::Contributor, D_SCOPE)],
    },
    account("user@adatum.onmicrosoft.com", "90000000-0000-4000-8000-000000000008", TA, &[(Role::Owner, A1_SCOPE)]),
    account(
        "finance@ContosoCSP.onmicrosoft.com",
        "90000000-0000-4000-8000-000000000009",
        DH,
        &[(Role::PartnerAdministrator, "/partners/4390934")],
    ),
    account(
        "owner@fabrikam.onmicrosoft.com",
        "90000000-0000-4000-8000-00000000000f",
        DF,
        &[(Role::Owner, DFAB_SCOPE), (Role::PartnerAdministrator, "/partners/6034453")],
    ),
    account(
        "owner@provider.onmicrosoft.com",
        "90000000-0000-4000-8000-00000000000e",
        DF,
        &[(Role::Owner, DPROV_SCOPE)],
    ),
];

fn partner(id: &str, name: &str, kind: PartnerKind, provider: Option<&str>) -> OfficeRecord {
    OfficeRecord::Partner(Partner {
        id: PartnerId::new(id).unwrap(),
        name: name.to_owned(),
        kind,
        provider: provider.map(|id| PartnerId::new(id).unwrap()),
        price_list: Some(PriceListId::new("dollar").unwrap()),
        retail: None,
    })
}

fn subscription(id: &str, kind: SubscriptionKind, directory: &str, partner: Option<&str>) -> OfficeRecord {
    let customer = (kind == SubscriptionKind::Csp).then(|| CustomerId::new(directory).unwrap());
    OfficeRecord::Subscription(PayingSubscription {
        id: PayingSubscriptionId::new(id).unwrap(),
        name: format!("subscription {id}"),
        kind,
        directory: DirectoryId::new(directory).unwrap(),
        customer,
        standings: vec![Standing {
            from: Day::parse("2026-09-01").unwrap(),
            partner: partner.map(|id| PartnerId::new(id).unwrap()),
            state: SubscriptionState::Active,
        }],
    })
}

/// Everybody and everything that is there before a test begins.
pub fn office() -> Vec<OfficeRecord> {
    use SubscriptionKind::{Csp, Cspss, Ea, Msdn, PayAsYouGo};

    let mut records = vec![OfficeRecord::PriceList(prices())];
    records.extend([
        partner(CON, "Contoso", PartnerKind::Direct, None),
        partner(FAB, "Fabrikam", PartnerKind::Direct, None),
        partner(PROVIDER, "Provider", PartnerKind::IndirectProvider, None),
        partner(RESELLER_ONE, "First reseller", PartnerKind::IndirectReseller, Some(PROVIDER)),
        partner(RESELLER_TWO, "Second reseller", PartnerKind::IndirectReseller, Some(PROVIDER)),
    ]);
    for (id, domain) in [
        (DH, "ContosoCSP.onmicrosoft.com"),
        (DQ, "IURContosoCSP.onmicrosoft.com"),
        (DF, "fabrikam.onmicrosoft.com"),
        (TA, "adatum.onmicrosoft.com"),
        (TB, "wingtip.onmicrosoft.com"),
        (TF, "customer.fabrikam.example"),
    ] {
        let id = DirectoryId::new(id).unwrap();
        records.push(OfficeRecord::Directory(Directory { id, domain: domain.to_owned() }));
    }
    for (id, name, partner) in [(TA, "Adatum", CON), (TB, "Wingtip Toys", CON), (TF, "Fabrikam's customer", FAB)] {
        let (id, partner) = (CustomerId::new(id).unwrap(), PartnerId::new(partner).unwrap());
        records.push(OfficeRecord::Customer(Customer { id, name: name.to_owned(), partner, retail: None }));
    }
    records.extend([
        subscription(D, Cspss, DQ, Some(CON)),
        subscription(D2, Cspss, DQ, Some(CON)),
        subscription(DFAB, Cspss, DF, Some(FAB)),
        subscription(DPROV, Cspss, DF, Some(PROVIDER)),
        subscription(A1, Csp, TA, Some(CON)),
        subscription(A2, Csp, TA, Some(CON)),
        subscription(B1, Csp, TB, Some(CON)),
        subscription(F1, Csp, TF, Some(FAB)),
        subscription(ONE, Csp, TA, Some(RESELLER_ONE)),
        subscription(TWO, Csp, TB, Some(RESELLER_TWO)),
        subscription(E1, Ea, DH, None),
        subscription(PAYG, PayAsYouGo, DH, None),
        subscription(MSDN, Msdn, DH, None),
    ]);
    for account in ACCOUNTS {
        records.extend(records_of(account));
    }
    records.push(OfficeRecord::Principal(Principal {
        id: PrincipalId::new(BRIDGE).unwrap(),
        kind: PrincipalKind::ServicePrincipal,
        name: "Azure bridge of SA".to_owned(),
        directory: DirectoryId::new(DQ).unwrap(),
        application: Some(PrincipalId::new(BRIDGE).unwrap()),
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    }));
    records
}

fn records_of(account: &Account) -> Vec<OfficeRecord> {
    let id = PrincipalId::new(account.id).unwrap();
    let mut records = vec![OfficeRecord::Principal(Principal {
        id: id.clone(),
        kind: PrincipalKind::User,
        name: account.name.to_owned(),
        directory: DirectoryId::new(account.directory).unwrap(),
        application: None,
        administrator: account.administrator,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })];
    for (index, (role, scope)) in account.roles.iter().enumerate() {
        records.push(OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new(&format!("{}-{index}", account.id)).unwrap(),
            scope: ScopePath::new(scope).unwrap(),
            principal: id.clone(),
            role: *role,
            removed: false,
        }));
    }
    records
}

/// One dollar for each hour of a virtual processor.
fn prices() -> PriceList {
    let meter = MeterId::new(CORES).unwrap();
    let unit = model::MeterCatalogue::published().find(&meter).unwrap().unit;
    PriceList {
        id: PriceListId::new("dollar").unwrap(),
        name: "One dollar".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        rounding: Rounding::HalfUp,
        prices: vec![Price {
            meter,
            from: Day::parse("2026-01-01").unwrap(),
            unit,
            conversion: Conversion { priced_unit: "hour".to_owned(), divisor: 1 },
            included: Quantity::ZERO,
            tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("1").unwrap() }],
            source: "a test".to_owned(),
        }],
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}
