//! The cast: directories, partners, subscriptions, a registration, and people with their roles. Source: domain notes 0.

use hub::OfficeRecord;
use model::{
    AssignmentId, BillingModel, Change, CloudId, Customer, CustomerId, Day, Directory, DirectoryId, Hour, HubKey,
    KeyPurpose, NamespaceRegistration, Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId,
    Principal, PrincipalId, PrincipalKind, Registration, RegistrationDetails, RegistrationId, ResourceGroup, Role,
    RoleAssignment, ScopePath, Second, Stamp, Standing, SubscriptionKind, SubscriptionState, Tags,
};

pub const CON: &str = "4390934";
pub const FAB: &str = "6034453";
/// Contoso's directory of shared services, where its people and programs are.
pub const DQ: &str = "10000000-0000-4000-8000-000000000002";
/// The directory of a customer of Contoso.
pub const TA: &str = "30000000-0000-4000-8000-0000000000a1";
/// The directory of a customer of Fabrikam.
pub const TF: &str = "30000000-0000-4000-8000-0000000000f1";
/// The default subscription.
pub const D: &str = "20000000-0000-4000-8000-0000000000d0";
/// A subscription of Contoso's customer Adatum.
pub const A1: &str = "40000000-0000-4000-8000-0000000000a1";
/// A suspended subscription of Adatum.
pub const A2: &str = "40000000-0000-4000-8000-0000000000a2";
/// A subscription of a customer of Fabrikam.
pub const F1: &str = "40000000-0000-4000-8000-0000000000f1";
/// A subscription that does not exist.
pub const NOWHERE: &str = "40000000-0000-4000-8000-0000000000ff";
/// A stamp.
pub const SA: &str = "50000000-0000-4000-8000-00000000000a";
/// The name of its registration.
pub const RA_NAME: &str = "azurestack-50000000-0000-4000-8000-00000000000a";
/// The path of its registration.
pub const RA: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0/resourceGroups/azurestack/providers/\
    Microsoft.AzureStack/registrations/azurestack-50000000-0000-4000-8000-00000000000a";
/// The path of its resource group.
pub const GROUP: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0/resourceGroups/azurestack";
/// Another group of the same subscription.
pub const OTHER_GROUP: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0/resourceGroups/other";
/// Now, by the hub's clock.
pub const NOW: &str = "2026-10-20T12:00:00Z";

/// Somebody who asks.
pub struct Person {
    pub id: &'static str,
    pub name: &'static str,
    pub directory: &'static str,
    kind: PrincipalKind,
    role: Option<(Role, &'static str)>,
}

const fn person(id: &'static str, name: &'static str, role: Role, scope: &'static str) -> Person {
    Person { id, name, directory: DQ, kind: PrincipalKind::User, role: Some((role, scope)) }
}

const SCOPE_OF_D: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0";

pub const OWNER: Person = person("70000000-0000-4000-8000-000000000001", "owner", Role::Owner, SCOPE_OF_D);
pub const CONTRIBUTOR: Person =
    person("70000000-0000-4000-8000-000000000002", "contributor", Role::Contributor, SCOPE_OF_D);
pub const READER: Person = person("70000000-0000-4000-8000-000000000003", "reader", Role::Reader, SCOPE_OF_D);
/// Registers stamps without being an owner.
pub const REGISTRAR: Person =
    person("70000000-0000-4000-8000-000000000004", "registrar", Role::AzureStackRegistration, SCOPE_OF_D);
/// Reads one group and nothing beside it.
pub const GROUP_READER: Person = person("70000000-0000-4000-8000-000000000005", "group reader", Role::Reader, GROUP);
/// The bridge's own principal: it reads one registration.
pub const BRIDGE: Person = Person {
    kind: PrincipalKind::ServicePrincipal,
    ..person("70000000-0000-4000-8000-000000000006", "bridge", Role::AzureStackRegistrationOwner, RA)
};
/// Runs the platform.
pub const OPERATOR: Person = person("70000000-0000-4000-8000-000000000007", "operator", Role::PlatformOperator, "/");
/// Owns what is Fabrikam's.
pub const FABRIKAM: Person = Person {
    directory: TF,
    ..person(
        "70000000-0000-4000-8000-000000000008",
        "fabrikam",
        Role::Owner,
        "/subscriptions/40000000-0000-4000-8000-0000000000f1",
    )
};
/// Reads a suspended subscription.
pub const ADATUM: Person = Person {
    directory: TA,
    ..person(
        "70000000-0000-4000-8000-000000000009",
        "adatum",
        Role::Reader,
        "/subscriptions/40000000-0000-4000-8000-0000000000a2",
    )
};
/// Has an account and no role.
pub const STRANGER: Person =
    Person { role: None, ..person("70000000-0000-4000-8000-00000000000a", "stranger", Role::Reader, "") };

const PEOPLE: &[&Person] =
    &[&OWNER, &CONTRIBUTOR, &READER, &REGISTRAR, &GROUP_READER, &BRIDGE, &OPERATOR, &FABRIKAM, &ADATUM, &STRANGER];

/// Everything that a house is furnished with.
pub fn records(signing: &api::token::NewKey) -> Vec<OfficeRecord> {
    let mut records = partners();
    records.extend(subscriptions());
    records.extend(PEOPLE.iter().flat_map(|person| account(person)));
    records.extend(stamps());
    let key = |id: &str, purpose, secret| {
        let from = Second::parse("2026-10-01T00:00:00Z").unwrap();
        OfficeRecord::Key(HubKey { id: id.to_owned(), purpose, secret, from, retired: None })
    };
    records.push(key(&signing.id, KeyPurpose::Signing, signing.pkcs8.clone()));
    records.push(key("seal", KeyPurpose::Sealing, vec![7; 32]));
    records
}

fn partners() -> Vec<OfficeRecord> {
    let partner = |id, name: &str| {
        OfficeRecord::Partner(Partner {
            id: PartnerId::new(id).unwrap(),
            name: name.to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: None,
            retail: None,
        })
    };
    let directory = |id, domain: &str| {
        OfficeRecord::Directory(Directory { id: DirectoryId::new(id).unwrap(), domain: domain.to_owned() })
    };
    let customer = |id, name: &str, partner| {
        let (id, partner) = (CustomerId::new(id).unwrap(), PartnerId::new(partner).unwrap());
        OfficeRecord::Customer(Customer { id, name: name.to_owned(), partner, retail: None })
    };
    vec![
        partner(CON, "Contoso"),
        partner(FAB, "Fabrikam"),
        directory(DQ, "IURContosoCSP.onmicrosoft.com"),
        directory(TA, "adatum.onmicrosoft.com"),
        directory(TF, "tailspin.onmicrosoft.com"),
        customer(TA, "Adatum", CON),
        customer(TF, "Tailspin", FAB),
    ]
}

fn subscriptions() -> Vec<OfficeRecord> {
    let subscription = |id, name: &str, directory, partner, state| {
        let own = id == D;
        OfficeRecord::Subscription(PayingSubscription {
            id: PayingSubscriptionId::new(id).unwrap(),
            name: name.to_owned(),
            kind: if own { SubscriptionKind::Cspss } else { SubscriptionKind::Csp },
            directory: DirectoryId::new(directory).unwrap(),
            customer: (!own).then(|| CustomerId::new(directory).unwrap()),
            standings: vec![Standing {
                from: "2026-01-01".parse_day(),
                partner: Some(PartnerId::new(partner).unwrap()),
                state,
            }],
        })
    };
    vec![
        subscription(D, "Contoso default", DQ, CON, SubscriptionState::Active),
        subscription(A1, "Adatum", TA, CON, SubscriptionState::Active),
        subscription(A2, "Adatum, asleep", TA, CON, SubscriptionState::Suspended),
        subscription(F1, "Tailspin", TF, FAB, SubscriptionState::Active),
    ]
}

fn account(person: &Person) -> Vec<OfficeRecord> {
    let id = PrincipalId::new(person.id).unwrap();
    let mut records = vec![OfficeRecord::Principal(Principal {
        id: id.clone(),
        kind: person.kind,
        name: person.name.to_owned(),
        directory: DirectoryId::new(person.directory).unwrap(),
        application: None,
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })];
    records.extend(person.role.map(|(role, scope)| {
        OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new(&person.id.replacen('7', "8", 1)).unwrap(),
            scope: ScopePath::new(scope).unwrap(),
            principal: id,
            role,
            removed: false,
        })
    }));
    records
}

fn stamps() -> Vec<OfficeRecord> {
    let group = |scope: &str, tags: &[(&str, &str)]| {
        OfficeRecord::ResourceGroup(ResourceGroup {
            scope: ScopePath::new(scope).unwrap(),
            name: scope.rsplit('/').next().unwrap().to_owned(),
            location: "local".to_owned(),
            tags: tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Tags>(),
            removed: false,
        })
    };
    let made = Change {
        by: OWNER.name.to_owned(),
        kind: PrincipalKind::User,
        at: Second::parse("2026-10-02T08:00:00Z").unwrap(),
    };
    vec![
        group(GROUP, &[("team", "north")]),
        group(OTHER_GROUP, &[]),
        OfficeRecord::Namespace(NamespaceRegistration {
            subscription: PayingSubscriptionId::new(D).unwrap(),
            namespace: hub::NAMESPACE.to_owned(),
            registered: true,
        }),
        OfficeRecord::Stamp(Stamp {
            id: CloudId::new(SA).unwrap(),
            name: "north".to_owned(),
            region: "north".to_owned(),
            partner: Some(PartnerId::new(CON).unwrap()),
            default_provider_subscription: None,
            first_window: Hour::parse("2026-10-02T00:00:00Z").unwrap(),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }),
        OfficeRecord::Registration(Registration {
            number: 1,
            id: RegistrationId::new(RA).unwrap(),
            name: RA_NAME.to_owned(),
            stamp: CloudId::new(SA).unwrap(),
            default_subscription: PayingSubscriptionId::new(D).unwrap(),
            billing_model: BillingModel::PayAsYouUse,
            approved: false,
            from: "2026-10-02".parse_day(),
            until: None,
            mappings: Vec::new(),
            details: RegistrationDetails {
                registrant: Some(PrincipalId::new(OWNER.id).unwrap()),
                object_id: BRIDGE.id.to_owned(),
                generation: 1,
                revision: 1,
                created: Some(made.clone()),
                changed: Some(made),
                ..RegistrationDetails::default()
            },
        }),
    ]
}

trait ParseDay {
    fn parse_day(&self) -> Day;
}

impl ParseDay for str {
    fn parse_day(&self) -> Day {
        Second::parse(&format!("{self}T00:00:00Z")).unwrap().day().unwrap()
    }
}
