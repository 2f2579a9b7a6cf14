//! Bodies: what a version in the office looks like as JSON. The model knows nothing of JSON, so each type has a mirror here,
//! which the compiler compares with the type field by field.

mod text;

use model::{
    BillingModel, CloudId, Conversion, Currency, Customer, CustomerId, Day, Directory, DirectoryId, Hour,
    LocalSubscriptionId, Mapping, MeterId, Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId,
    Price, PriceList, PriceListId, Quantity, Registration, RegistrationId, Rounding, Stamp, Standing, SubscriptionKind,
    SubscriptionState, Tier, Unit, UnitPrice,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::OfficeRecord;

/// The JSON of a record.
pub(super) fn show(record: &OfficeRecord) -> serde_json::Result<String> {
    match record {
        OfficeRecord::Partner(partner) => serde_json::to_string(&Shown(partner)),
        OfficeRecord::Directory(directory) => serde_json::to_string(&Shown(directory)),
        OfficeRecord::Customer(customer) => serde_json::to_string(&Shown(customer)),
        OfficeRecord::Subscription(subscription) => serde_json::to_string(&Shown(subscription)),
        OfficeRecord::Stamp(stamp) => serde_json::to_string(&Shown(stamp)),
        OfficeRecord::Registration(registration) => serde_json::to_string(&Shown(registration)),
        OfficeRecord::PriceList(list) => serde_json::to_string(&Shown(list)),
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
        "price_list" => of(body, OfficeRecord::PriceList),
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
    RegistrationBody of Registration,
    MappingBody of Mapping,
    PriceListBody of PriceList,
    PriceBody of Price,
    TierBody of Tier,
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
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Registration", deny_unknown_fields)]
struct RegistrationBody {
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
    #[serde(with = "list")]
    mappings: Vec<Mapping>,
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

#[derive(Serialize, Deserialize)]
#[serde(remote = "PriceList", deny_unknown_fields)]
struct PriceListBody {
    #[serde(with = "text")]
    id: PriceListId,
    name: String,
    #[serde(with = "text")]
    currency: Currency,
    #[serde(with = "text")]
    rounding: Rounding,
    #[serde(with = "list")]
    prices: Vec<Price>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Price", deny_unknown_fields)]
struct PriceBody {
    #[serde(with = "text")]
    meter: MeterId,
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text")]
    unit: Unit,
    #[serde(with = "ConversionBody")]
    conversion: Conversion,
    #[serde(with = "text")]
    included: Quantity,
    #[serde(with = "list")]
    tiers: Vec<Tier>,
    source: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Conversion", deny_unknown_fields)]
struct ConversionBody {
    priced_unit: String,
    divisor: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Tier", deny_unknown_fields)]
struct TierBody {
    #[serde(with = "text")]
    from: Quantity,
    #[serde(with = "text")]
    unit_price: UnitPrice,
}
