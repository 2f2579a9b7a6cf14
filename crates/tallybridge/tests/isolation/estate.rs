//! Estate: all that one partner has. Both partners have the same, and each id, name and note of an estate holds its mark, so
//! that a text that comes to the wrong people gives itself away.

use hub::OfficeRecord;
use model::{
    AssignmentId, BillingModel, Change, CloudId, Conversion, Currency, Customer, CustomerId, Day, Directory,
    DirectoryId, Hour, LocalSubscriptionId, Lock, LockLevel, Mapping, MeterId, NamespaceRegistration, Partner,
    PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Principal,
    PrincipalId, PrincipalKind, Quantity, Registration, RegistrationDetails, RegistrationId, ResourceGroup, Role,
    RoleAssignment, Rounding, ScopePath, Second, Stamp, Standing, SubscriptionKind, SubscriptionState, Tags, Tier,
    Unit, UnitPrice,
};
use sha2::{Digest, Sha256};

/// What is the first partner's: the one whose people ask.
pub const OWN: Estate = Estate { mark: "0a11ce" };
/// What is the second partner's: the canary.
pub const FOREIGN: Estate = Estate { mark: "ca7f3a" };
/// What is nobody's.
pub const MISSING: Estate = Estate { mark: "0b5e55" };

pub const METER: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";
pub const FIRST_HOUR: &str = "2026-10-01T00:00:00Z";
/// The hour of the window that each stamp has delivered.
pub const HOUR: &str = "2026-10-10T00:00:00Z";

/// All that has one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estate {
    pub mark: &'static str,
}

impl Estate {
    fn guid(self, kind: &str, digits: &str) -> String {
        format!("{kind}000000-0000-4000-8000-{digits:0>6}{}", self.mark)
    }

    pub fn partner(self) -> String {
        format!("60{}", self.mark)
    }

    /// The directory of the partner's people.
    pub fn home(self) -> String {
        self.guid("10", "1")
    }

    /// A customer, and its directory.
    pub fn customer(self) -> String {
        self.guid("30", "a1")
    }

    pub fn domain(self) -> String {
        format!("adatum-{}.example", self.mark)
    }

    /// The default subscription.
    pub fn default(self) -> String {
        self.guid("20", "d0")
    }

    /// The customer's subscription.
    pub fn paying(self) -> String {
        self.guid("40", "a1")
    }

    pub fn stamp(self) -> String {
        self.guid("50", "a")
    }

    /// The partner's other stamp.
    pub fn other_stamp(self) -> String {
        self.guid("50", "b")
    }

    pub fn credential(self) -> String {
        format!("credential of {}", self.stamp())
    }

    pub fn group(self) -> String {
        format!("group-{}", self.mark)
    }

    pub fn lock(self) -> String {
        format!("lock-{}", self.mark)
    }

    pub fn invoice(self) -> String {
        format!("INV-{}-000001", self.partner())
    }

    /// An export of the partner's documents.
    pub fn export(self) -> String {
        self.guid("90", "e")
    }

    /// What the hub keeps of that export: it has ended, and has no file.
    pub fn kept_export(self, at: Second) -> String {
        let (id, partner, at) = (self.export(), self.partner(), at.0);
        let state = r#"{"succeeded":{"etag":"none","parts":[]}}"#;
        format!(r#"{{"id":"{id}","partner":"{partner}","created":{at},"changed":{at},"state":{state}}}"#)
    }

    pub fn subscription_path(self) -> String {
        format!("/subscriptions/{}", self.default())
    }

    pub fn group_path(self) -> String {
        format!("{}/resourceGroups/{}", self.subscription_path(), self.group())
    }

    pub fn registration_path(self) -> String {
        self.path_of(&self.stamp())
    }

    fn path_of(self, stamp: &str) -> String {
        format!("{}/providers/Microsoft.AzureStack/registrations/azurestack-{stamp}", self.group_path())
    }

    /// A principal by its two digits.
    pub fn principal(self, digits: &str) -> String {
        self.guid("70", digits)
    }

    /// Who has a role at each place, and asks for nothing.
    pub fn holder(self) -> String {
        self.principal("50")
    }

    /// The role assignment of the holder: at the subscription (1), the group (2), the registration (3).
    pub fn assignment(self, place: u8) -> String {
        self.guid("80", &format!("50{place}"))
    }

    /// Every record.
    pub fn records(self) -> Vec<OfficeRecord> {
        let mut records = self.partners();
        records.extend([
            self.subscription(&self.default(), SubscriptionKind::Cspss, &self.home()),
            self.subscription(&self.paying(), SubscriptionKind::Csp, &self.customer()),
        ]);
        records.extend(account(&self.holder(), &self.home(), PrincipalKind::User, None));
        records.extend(self.resources());
        let numbers = if self == OWN { [1, 2] } else { [3, 4] };
        records.extend(self.registration(numbers[0], &self.stamp()));
        records.extend(self.registration(numbers[1], &self.other_stamp()));
        records
    }

    fn partners(self) -> Vec<OfficeRecord> {
        let list = PriceListId::new(&format!("list-{}", self.mark)).unwrap();
        let directory = |id: String, domain: String| {
            OfficeRecord::Directory(Directory { id: DirectoryId::new(&id).unwrap(), domain })
        };
        vec![
            OfficeRecord::PriceList(price_list(list.clone(), self.mark)),
            OfficeRecord::Partner(Partner {
                id: PartnerId::new(&self.partner()).unwrap(),
                name: format!("partner {}", self.mark),
                kind: PartnerKind::Direct,
                provider: None,
                price_list: Some(list),
                retail: None,
            }),
            directory(self.home(), format!("home-{}.example", self.mark)),
            directory(self.customer(), self.domain()),
            OfficeRecord::Customer(Customer {
                id: CustomerId::new(&self.customer()).unwrap(),
                name: format!("customer {}", self.mark),
                partner: PartnerId::new(&self.partner()).unwrap(),
                retail: None,
            }),
        ]
    }

    fn subscription(self, id: &str, kind: SubscriptionKind, directory: &str) -> OfficeRecord {
        OfficeRecord::Subscription(PayingSubscription {
            id: PayingSubscriptionId::new(id).unwrap(),
            name: format!("subscription {}", self.mark),
            kind,
            directory: DirectoryId::new(directory).unwrap(),
            customer: (kind == SubscriptionKind::Csp).then(|| CustomerId::new(directory).unwrap()),
            standings: vec![Standing {
                from: first_day(),
                partner: Some(PartnerId::new(&self.partner()).unwrap()),
                state: SubscriptionState::Active,
            }],
        })
    }

    /// The group, the locks and the holder's roles at every place.
    fn resources(self) -> Vec<OfficeRecord> {
        let places = [self.subscription_path(), self.group_path(), self.registration_path()];
        let mut records = vec![
            OfficeRecord::ResourceGroup(ResourceGroup {
                scope: ScopePath::new(&self.group_path()).unwrap(),
                name: self.group(),
                location: format!("place-{}", self.mark),
                tags: self.tags(),
                removed: false,
            }),
            OfficeRecord::Namespace(NamespaceRegistration {
                subscription: PayingSubscriptionId::new(&self.default()).unwrap(),
                namespace: hub::NAMESPACE.to_owned(),
                registered: true,
            }),
        ];
        for (place, number) in places.iter().zip(1..) {
            let scope = ScopePath::new(place).unwrap();
            records.push(OfficeRecord::RoleAssignment(RoleAssignment {
                id: AssignmentId::new(&self.assignment(number)).unwrap(),
                scope: scope.clone(),
                principal: PrincipalId::new(&self.holder()).unwrap(),
                role: Role::Reader,
                removed: false,
            }));
            records.push(OfficeRecord::Lock(Lock {
                scope,
                name: self.lock(),
                level: LockLevel::CanNotDelete,
                notes: format!("notes {}", self.mark),
                removed: false,
            }));
        }
        records
    }

    fn registration(self, number: u32, stamp: &str) -> Vec<OfficeRecord> {
        let made = Change {
            by: format!("owner {}", self.mark),
            kind: PrincipalKind::User,
            at: Second::parse(FIRST_HOUR).unwrap(),
        };
        let credential = if stamp == self.stamp() { self.credential() } else { format!("credential of {stamp}") };
        vec![
            OfficeRecord::Stamp(Stamp {
                id: CloudId::new(stamp).unwrap(),
                name: format!("stamp {}", self.mark),
                region: format!("region-{}", self.mark),
                partner: Some(PartnerId::new(&self.partner()).unwrap()),
                default_provider_subscription: Some(LocalSubscriptionId::new(&self.guid("60", "0")).unwrap()),
                first_window: Hour::parse(HOUR).unwrap(),
                credentials: vec![Sha256::digest(credential).into()],
                withdrawn_credentials: Vec::new(),
                skipped: Vec::new(),
                reporting_off_since: None,
            }),
            OfficeRecord::Registration(Registration {
                number,
                id: RegistrationId::new(&self.path_of(stamp)).unwrap(),
                name: format!("azurestack-{stamp}"),
                stamp: CloudId::new(stamp).unwrap(),
                default_subscription: PayingSubscriptionId::new(&self.default()).unwrap(),
                billing_model: BillingModel::PayAsYouUse,
                approved: true,
                from: first_day(),
                until: None,
                mappings: vec![Mapping {
                    tenant: DirectoryId::new(&self.customer()).unwrap(),
                    subscription: Some(PayingSubscriptionId::new(&self.paying()).unwrap()),
                    from: first_day(),
                }],
                details: RegistrationDetails {
                    registrant: Some(PrincipalId::new(&self.principal("1")).unwrap()),
                    object_id: self.principal("5"),
                    tags: self.tags(),
                    region_names: vec![format!("region-{}", self.mark)],
                    generation: 1,
                    revision: 1,
                    created: Some(made.clone()),
                    changed: Some(made),
                    ..RegistrationDetails::default()
                },
            }),
        ]
    }

    fn tags(self) -> Tags {
        Tags::from([(format!("tag-{}", self.mark), format!("value {}", self.mark))])
    }
}

fn first_day() -> Day {
    Day::parse("2026-10-01").unwrap()
}

fn price_list(id: PriceListId, mark: &str) -> PriceList {
    PriceList {
        id,
        name: format!("prices {mark}"),
        currency: Currency::parse("USD").unwrap(),
        rounding: Rounding::HalfUp,
        prices: vec![Price {
            meter: MeterId::new(METER).unwrap(),
            from: first_day(),
            unit: Unit::from_word("vcpu_hours").unwrap(),
            conversion: Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
            included: Quantity::ZERO,
            tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("0.046").unwrap() }],
            source: format!("a test {mark}"),
        }],
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

/// An account, with the role that it has.
pub fn account(id: &str, directory: &str, kind: PrincipalKind, role: Option<(Role, &str)>) -> Vec<OfficeRecord> {
    let principal = PrincipalId::new(id).unwrap();
    let mut records = vec![OfficeRecord::Principal(Principal {
        id: principal.clone(),
        kind,
        name: format!("account {}", &id[24..]),
        directory: DirectoryId::new(directory).unwrap(),
        application: None,
        // The role of registering is tried with somebody who may change what another account registered.
        administrator: role.is_some_and(|(role, _)| role == Role::AzureStackRegistration),
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })];
    records.extend(role.map(|(role, scope)| {
        OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new(&id.replacen('7', "8", 1)).unwrap(),
            scope: ScopePath::new(scope).unwrap(),
            principal,
            role,
            removed: false,
        })
    }));
    records
}
