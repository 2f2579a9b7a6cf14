//! Bodies: what a version in the office looks like as JSON. The model knows nothing of JSON, so each type has a mirror here,
//! which the compiler compares with the type field by field.

mod hexadecimal;
mod local;
mod prices;

use std::ops::Range;

use model::{
    AssignmentId, BillingModel, Budget, Change, CloudId, Customer, CustomerId, Day, Directory, DirectoryId,
    DirectoryTenant, Hour, HubKey, KeyPurpose, LocalSubscriptionId, Lock, LockLevel, Mapping, MeterMapping,
    MonthlyRate, NamespaceRegistration, Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId,
    Price, PriceList, PriceListId, Principal, PrincipalId, PrincipalKind, PrincipalSecret, Reduction, Registration,
    RegistrationDetails, RegistrationId, ResourceGroup, Retail, Role, RoleAssignment, ScopePath, Second, Skipped,
    SkippedReason, Stamp, Standing, SubscriptionKind, SubscriptionState, Tags, Tier, UserSubscription,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::{
    local::{DirectoryTenantBody, UserSubscriptionBody},
    prices::{BudgetBody, MeterMappingBody, MonthlyRateBody, PriceBody, PriceListBody, ReductionBody, TierBody},
};
use super::{OfficeRecord, TenantMappings, text};

/// The JSON of a record.
pub(super) fn show(record: &OfficeRecord) -> serde_json::Result<String> {
    match record {
        OfficeRecord::Partner(partner) => serde_json::to_string(&Shown(partner)),
        OfficeRecord::Directory(directory) => serde_json::to_string(&Shown(directory)),
        OfficeRecord::Customer(customer) => serde_json::to_string(&Shown(customer)),
        OfficeRecord::Subscription(subscription) => serde_json::to_string(&Shown(subscription)),
        OfficeRecord::Stamp(stamp) => serde_json::to_string(&Shown(stamp)),
        OfficeRecord::Registration(registration) => serde_json::to_string(&Shown(registration)),
        OfficeRecord::TenantMappings(mappings) => serde_json::to_string(&Shown(mappings)),
        OfficeRecord::PriceList(list) => serde_json::to_string(&Shown(list)),
        OfficeRecord::Principal(principal) => serde_json::to_string(&Shown(principal)),
        OfficeRecord::RoleAssignment(assignment) => serde_json::to_string(&Shown(assignment)),
        OfficeRecord::ResourceGroup(group) => serde_json::to_string(&Shown(group)),
        OfficeRecord::Lock(lock) => serde_json::to_string(&Shown(lock)),
        OfficeRecord::Namespace(namespace) => serde_json::to_string(&Shown(namespace)),
        OfficeRecord::Key(key) => serde_json::to_string(&Shown(key)),
        OfficeRecord::UserSubscription(subscription) => serde_json::to_string(&Shown(subscription)),
        OfficeRecord::DirectoryTenant(tenant) => serde_json::to_string(&Shown(tenant)),
        OfficeRecord::Budget(budget) => serde_json::to_string(&Shown(budget)),
    }
}

/// The record of a kind that a JSON holds, or what is wrong with it.
pub(super) fn read(kind: &str, body: &str) -> Result<OfficeRecord, String> {
    fn of<T>(body: &str, record: fn(T) -> OfficeRecord) -> Result<OfficeRecord, String>
    where
        for<'de> Read<T>: Deserialize<'de>,
    {
        serde_json::from_str(body).map(|Read(thing)| record(thing)).map_err(|error| error.to_string())
    }
    match kind {
        "partner" => of(body, OfficeRecord::Partner),
        "directory" => of(body, OfficeRecord::Directory),
        "customer" => of(body, OfficeRecord::Customer),
        "subscription" => of(body, OfficeRecord::Subscription),
        "stamp" => of(body, OfficeRecord::Stamp),
        "registration" => of(body, OfficeRecord::Registration),
        "tenant_mapping" => of(body, OfficeRecord::TenantMappings),
        "price_list" => of(body, OfficeRecord::PriceList),
        "principal" => of(body, OfficeRecord::Principal),
        "role_assignment" => of(body, OfficeRecord::RoleAssignment),
        "resource_group" => of(body, OfficeRecord::ResourceGroup),
        "lock" => of(body, OfficeRecord::Lock),
        "namespace" => of(body, OfficeRecord::Namespace),
        "key" => of(body, OfficeRecord::Key),
        "user_subscription" => of(body, OfficeRecord::UserSubscription),
        "directory_tenant" => of(body, OfficeRecord::DirectoryTenant),
        "budget" => of(body, OfficeRecord::Budget),
        _ => Err(format!("{kind:?} is no kind of record")),
    }
}

/// A thing that is written through its mirror.
struct Shown<'a, T>(&'a T);

/// A thing that was read through its mirror.
struct Read<T>(T);

macro_rules! mirrored {
    ($($mirror:ident of $type:ident,)*) => {$(
        impl Serialize for Shown<'_, $type> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $mirror::serialize(self.0, serializer)
            }
        }
        impl<'de> Deserialize<'de> for Read<$type> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $mirror::deserialize(deserializer).map(Self)
            }
        }
    )*};
}

mirrored! {
    PartnerBody of Partner,
    DirectoryBody of Directory,
    CustomerBody of Customer,
    SubscriptionBody of PayingSubscription,
    StandingBody of Standing,
    StampBody of Stamp,
    SkippedBody of Skipped,
    RegistrationBody of Registration,
    TenantMappingsBody of TenantMappings,
    MappingBody of Mapping,
    PrincipalBody of Principal,
    PrincipalSecretBody of PrincipalSecret,
    RoleAssignmentBody of RoleAssignment,
    ResourceGroupBody of ResourceGroup,
    LockBody of Lock,
    NamespaceBody of NamespaceRegistration,
    KeyBody of HubKey,
    UserSubscriptionBody of UserSubscription,
    DirectoryTenantBody of DirectoryTenant,
    ChangeBody of Change,
    PriceListBody of PriceList,
    PriceBody of Price,
    TierBody of Tier,
    MeterMappingBody of MeterMapping,
    ReductionBody of Reduction,
    MonthlyRateBody of MonthlyRate,
    BudgetBody of Budget,
}

/// Lists of things that have a mirror.
mod list {
    use super::{Deserialize, Deserializer, Read, Serialize, Serializer, Shown};

    pub fn serialize<T, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error>
    where
        for<'a> Shown<'a, T>: Serialize,
    {
        serializer.collect_seq(list.iter().map(Shown))
    }

    pub fn deserialize<'de, T, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        Read<T>: Deserialize<'de>,
    {
        Vec::deserialize(deserializer).map(|list: Vec<Read<T>>| list.into_iter().map(|Read(thing)| thing).collect())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Partner", deny_unknown_fields)]
struct PartnerBody {
    #[serde(with = "text")]
    id: PartnerId,
    name: String,
    #[serde(with = "text")]
    kind: PartnerKind,
    #[serde(with = "text::option")]
    provider: Option<PartnerId>,
    #[serde(with = "text::option")]
    price_list: Option<PriceListId>,
    #[serde(with = "text::option", default, skip_serializing_if = "Option::is_none")]
    retail: Option<Retail>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Directory", deny_unknown_fields)]
struct DirectoryBody {
    #[serde(with = "text")]
    id: DirectoryId,
    domain: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Customer", deny_unknown_fields)]
struct CustomerBody {
    #[serde(with = "text")]
    id: CustomerId,
    name: String,
    #[serde(with = "text")]
    partner: PartnerId,
    #[serde(with = "text::option", default, skip_serializing_if = "Option::is_none")]
    retail: Option<Retail>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PayingSubscription", deny_unknown_fields)]
struct SubscriptionBody {
    #[serde(with = "text")]
    id: PayingSubscriptionId,
    name: String,
    #[serde(with = "text")]
    kind: SubscriptionKind,
    #[serde(with = "text")]
    directory: DirectoryId,
    #[serde(with = "text::option")]
    customer: Option<CustomerId>,
    #[serde(with = "list")]
    standings: Vec<Standing>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Standing", deny_unknown_fields)]
struct StandingBody {
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text::option")]
    partner: Option<PartnerId>,
    #[serde(with = "text")]
    state: SubscriptionState,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Stamp", deny_unknown_fields)]
struct StampBody {
    #[serde(with = "text")]
    id: CloudId,
    name: String,
    region: String,
    #[serde(with = "text::option")]
    partner: Option<PartnerId>,
    #[serde(with = "text::option")]
    default_provider_subscription: Option<LocalSubscriptionId>,
    #[serde(with = "text")]
    first_window: Hour,
    #[serde(with = "text::list")]
    credentials: Vec<[u8; 32]>,
    // Stamps that were recorded before these were known have none of them.
    #[serde(with = "text::list", default)]
    withdrawn_credentials: Vec<[u8; 32]>,
    #[serde(with = "list", default)]
    skipped: Vec<Skipped>,
    #[serde(with = "text::option", default)]
    reporting_off_since: Option<Hour>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Skipped", deny_unknown_fields)]
struct SkippedBody {
    #[serde(with = "HoursBody")]
    hours: Range<Hour>,
    #[serde(with = "text")]
    reason: SkippedReason,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Range<Hour>", deny_unknown_fields)]
struct HoursBody {
    #[serde(with = "text")]
    start: Hour,
    #[serde(with = "text")]
    end: Hour,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Registration", deny_unknown_fields)]
struct RegistrationBody {
    number: u32,
    #[serde(with = "text")]
    id: RegistrationId,
    name: String,
    #[serde(with = "text")]
    stamp: CloudId,
    #[serde(with = "text")]
    default_subscription: PayingSubscriptionId,
    #[serde(with = "text")]
    billing_model: BillingModel,
    approved: bool,
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text::option")]
    until: Option<Day>,
    // Stored apart, by tenant: a registration may have many thousands.
    #[serde(skip)]
    mappings: Vec<Mapping>,
    #[serde(with = "DetailsBody")]
    details: RegistrationDetails,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RegistrationDetails", deny_unknown_fields)]
struct DetailsBody {
    #[serde(with = "text::option")]
    registrant: Option<PrincipalId>,
    object_id: String,
    tags: Tags,
    usage_reporting: bool,
    marketplace_syndication: bool,
    agreement_number: Option<String>,
    asset_tag: Option<String>,
    hardware: String,
    region_names: Vec<String>,
    token_issuer: Option<String>,
    token_version: String,
    #[serde(with = "text::option")]
    expires: Option<Day>,
    reset: bool,
    generation: u32,
    revision: u32,
    #[serde(with = "maybe")]
    created: Option<Change>,
    #[serde(with = "maybe")]
    changed: Option<Change>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Change", deny_unknown_fields)]
struct ChangeBody {
    by: String,
    #[serde(with = "text")]
    kind: PrincipalKind,
    #[serde(with = "SecondBody")]
    at: Second,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Second")]
struct SecondBody(i64);

#[derive(Serialize, Deserialize)]
#[serde(remote = "TenantMappings", deny_unknown_fields)]
struct TenantMappingsBody {
    registration: u32,
    #[serde(with = "text")]
    tenant: DirectoryId,
    #[serde(with = "list")]
    mappings: Vec<Mapping>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Principal", deny_unknown_fields)]
struct PrincipalBody {
    #[serde(with = "text")]
    id: PrincipalId,
    #[serde(with = "text")]
    kind: PrincipalKind,
    name: String,
    #[serde(with = "text")]
    directory: DirectoryId,
    #[serde(with = "text::option")]
    application: Option<PrincipalId>,
    administrator: bool,
    #[serde(with = "text::option")]
    owner: Option<PrincipalId>,
    enabled: bool,
    #[serde(with = "list")]
    secrets: Vec<PrincipalSecret>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PrincipalSecret", deny_unknown_fields)]
struct PrincipalSecretBody {
    name: String,
    verifier: String,
    #[serde(with = "SecondBody")]
    from: Second,
    #[serde(with = "seconds")]
    until: Option<Second>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RoleAssignment", deny_unknown_fields)]
struct RoleAssignmentBody {
    #[serde(with = "text")]
    id: AssignmentId,
    #[serde(with = "text")]
    scope: ScopePath,
    #[serde(with = "text")]
    principal: PrincipalId,
    #[serde(with = "text")]
    role: Role,
    removed: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ResourceGroup", deny_unknown_fields)]
struct ResourceGroupBody {
    #[serde(with = "text")]
    scope: ScopePath,
    name: String,
    location: String,
    tags: Tags,
    removed: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Lock", deny_unknown_fields)]
struct LockBody {
    #[serde(with = "text")]
    scope: ScopePath,
    name: String,
    #[serde(with = "text")]
    level: LockLevel,
    notes: String,
    removed: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "NamespaceRegistration", deny_unknown_fields)]
struct NamespaceBody {
    #[serde(with = "text")]
    subscription: PayingSubscriptionId,
    namespace: String,
    registered: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "HubKey", deny_unknown_fields)]
struct KeyBody {
    id: String,
    #[serde(with = "text")]
    purpose: KeyPurpose,
    #[serde(with = "hexadecimal")]
    secret: Vec<u8>,
    #[serde(with = "SecondBody")]
    from: Second,
    #[serde(with = "seconds")]
    retired: Option<Second>,
}

/// Moments that may be missing.
mod seconds {
    use super::{Deserialize, Deserializer, Second, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
    pub fn serialize<S: Serializer>(value: &Option<Second>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|second| second.0).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Second>, D::Error> {
        Option::<i64>::deserialize(deserializer).map(|second| second.map(Second))
    }
}

/// Things with a mirror that may be missing.
mod maybe {
    use super::{Deserialize, Deserializer, Read, Serialize, Serializer, Shown};

    #[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
    pub fn serialize<T, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>
    where
        for<'a> Shown<'a, T>: Serialize,
    {
        value.as_ref().map(Shown).serialize(serializer)
    }

    pub fn deserialize<'de, T, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        Read<T>: Deserialize<'de>,
    {
        Option::deserialize(deserializer).map(|value: Option<Read<T>>| value.map(|Read(thing)| thing))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mapping", deny_unknown_fields)]
struct MappingBody {
    #[serde(with = "text")]
    tenant: DirectoryId,
    #[serde(with = "text::option")]
    subscription: Option<PayingSubscriptionId>,
    #[serde(with = "text")]
    from: Day,
}
