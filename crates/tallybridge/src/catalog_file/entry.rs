//! Entry: the tables of a catalogue file.

use anyhow::Context as _;
use hub::{Catalogue, WantedPrincipal, WantedRole, WantedStamp, WantedSubscription};
use model::{
    CloudId, Currency, Customer, CustomerId, Day, Directory, DirectoryId, LocalSubscriptionId, Partner, PartnerId,
    PartnerKind, PayingSubscriptionId, PriceList, PriceListId, PrincipalId, PrincipalKind, Retail, Role, Rounding,
    ScopePath, SubscriptionKind, SubscriptionState,
};
use serde::{Deserialize, Serialize};

use super::text;
use crate::price_file::{self, Texts};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[serde(default, rename = "price_list", skip_serializing_if = "Vec::is_empty")]
    pub price_lists: Vec<PriceListEntry>,
    #[serde(default, rename = "partner", skip_serializing_if = "Vec::is_empty")]
    partners: Vec<PartnerEntry>,
    #[serde(default, rename = "directory", skip_serializing_if = "Vec::is_empty")]
    directories: Vec<DirectoryEntry>,
    #[serde(default, rename = "customer", skip_serializing_if = "Vec::is_empty")]
    customers: Vec<CustomerEntry>,
    #[serde(default, rename = "subscription", skip_serializing_if = "Vec::is_empty")]
    subscriptions: Vec<SubscriptionEntry>,
    #[serde(default, rename = "stamp", skip_serializing_if = "Vec::is_empty")]
    stamps: Vec<StampEntry>,
    #[serde(default, rename = "user", skip_serializing_if = "Vec::is_empty")]
    users: Vec<UserEntry>,
    #[serde(default, rename = "service_principal", skip_serializing_if = "Vec::is_empty")]
    service_principals: Vec<ServicePrincipalEntry>,
    #[serde(default, rename = "role", skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceListEntry {
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub id: Option<PriceListId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub billing_currency: Option<Currency>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// A folder that says everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// A file with the prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meters: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reductions: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exchange: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerEntry {
    #[serde(with = "text")]
    id: PartnerId,
    name: String,
    #[serde(with = "text")]
    kind: PartnerKind,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    provider: Option<PartnerId>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    price_list: Option<PriceListId>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    retail: Option<Retail>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DirectoryEntry {
    #[serde(with = "text")]
    id: DirectoryId,
    domain: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerEntry {
    #[serde(with = "text")]
    id: CustomerId,
    name: String,
    #[serde(with = "text")]
    partner: PartnerId,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    retail: Option<Retail>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SubscriptionEntry {
    #[serde(with = "text")]
    id: PayingSubscriptionId,
    name: String,
    #[serde(with = "text")]
    kind: SubscriptionKind,
    #[serde(with = "text")]
    directory: DirectoryId,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    partner: Option<PartnerId>,
    #[serde(default = "active", with = "text")]
    state: SubscriptionState,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StampEntry {
    #[serde(with = "text")]
    id: CloudId,
    name: String,
    region: String,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    partner: Option<PartnerId>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    default_provider_subscription: Option<LocalSubscriptionId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    #[serde(with = "text")]
    id: PrincipalId,
    name: String,
    #[serde(with = "text")]
    directory: DirectoryId,
    #[serde(default)]
    administrator: bool,
    #[serde(default = "yes")]
    enabled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServicePrincipalEntry {
    #[serde(with = "text")]
    id: PrincipalId,
    name: String,
    #[serde(with = "text")]
    directory: DirectoryId,
    /// May be missing only so that the office says what is wrong, as for every other rule.
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    application: Option<PrincipalId>,
    #[serde(default, with = "text::optional", skip_serializing_if = "Option::is_none")]
    owner: Option<PrincipalId>,
    #[serde(default)]
    administrator: bool,
    #[serde(default = "yes")]
    enabled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    #[serde(with = "text")]
    principal: PrincipalId,
    #[serde(with = "text")]
    role: Role,
    #[serde(with = "text")]
    scope: ScopePath,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    remove: bool,
}

fn active() -> SubscriptionState {
    SubscriptionState::Active
}

fn yes() -> bool {
    true
}

impl File {
    /// What the file wants, with the price lists that were read for it.
    pub fn catalogue(self, price_lists: Vec<PriceList>) -> Catalogue {
        let users = self.users.into_iter().map(UserEntry::wanted);
        let programs = self.service_principals.into_iter().map(ServicePrincipalEntry::wanted);
        Catalogue {
            partners: self.partners.into_iter().map(PartnerEntry::wanted).collect(),
            directories: self.directories.into_iter().map(DirectoryEntry::wanted).collect(),
            customers: self.customers.into_iter().map(CustomerEntry::wanted).collect(),
            subscriptions: self.subscriptions.into_iter().map(SubscriptionEntry::wanted).collect(),
            stamps: self.stamps.into_iter().map(StampEntry::wanted).collect(),
            principals: users.chain(programs).collect(),
            roles: self.roles.into_iter().map(RoleEntry::wanted).collect(),
            price_lists,
        }
    }

    /// The file that says a catalogue, with its prices inside.
    pub fn of(catalogue: Catalogue) -> anyhow::Result<Self> {
        let lists = catalogue.price_lists.iter().map(PriceListEntry::of);
        let (users, programs): (Vec<_>, Vec<_>) =
            catalogue.principals.into_iter().partition(|one| one.kind == PrincipalKind::User);
        Ok(Self {
            price_lists: lists.collect::<anyhow::Result<_>>()?,
            partners: catalogue.partners.into_iter().map(PartnerEntry::of).collect(),
            directories: catalogue.directories.into_iter().map(DirectoryEntry::of).collect(),
            customers: catalogue.customers.into_iter().map(CustomerEntry::of).collect(),
            subscriptions: catalogue.subscriptions.into_iter().map(SubscriptionEntry::of).collect(),
            stamps: catalogue.stamps.into_iter().map(StampEntry::of).collect(),
            users: users.into_iter().map(UserEntry::of).collect(),
            service_principals: programs.into_iter().map(ServicePrincipalEntry::of).collect(),
            roles: catalogue.roles.into_iter().map(RoleEntry::of).collect(),
        })
    }
}

impl PriceListEntry {
    fn of(list: &PriceList) -> anyhow::Result<Self> {
        let Texts { prices, meters, reductions, exchange } =
            price_file::texts(list).with_context(|| format!("write the price list {}", list.id))?;
        Ok(Self {
            id: Some(list.id.clone()),
            name: Some(list.name.clone()),
            currency: Some(list.currency),
            billing_currency: list.billing_currency,
            rounding: Some(list.rounding),
            folder: None,
            file: None,
            prices: Some(prices),
            meters,
            reductions,
            exchange,
        })
    }
}

/// The same members in an entry and in what is wanted.
macro_rules! same {
    ($($entry:ident is $wanted:ident { $($member:ident),* };)*) => {$(
        impl $entry {
            fn wanted(self) -> $wanted {
                let Self { $($member),* } = self;
                $wanted { $($member),* }
            }

            fn of(wanted: $wanted) -> Self {
                let $wanted { $($member),* } = wanted;
                Self { $($member),* }
            }
        }
    )*};
}

same! {
    PartnerEntry is Partner { id, name, kind, provider, price_list, retail };
    DirectoryEntry is Directory { id, domain };
    CustomerEntry is Customer { id, name, partner, retail };
    SubscriptionEntry is WantedSubscription { id, name, kind, directory, customer, partner, state, from };
    StampEntry is WantedStamp { id, name, region, partner, default_provider_subscription };
    RoleEntry is WantedRole { principal, role, scope, remove };
}

impl UserEntry {
    fn wanted(self) -> WantedPrincipal {
        let Self { id, name, directory, administrator, enabled } = self;
        let (kind, application, owner) = (PrincipalKind::User, None, None);
        WantedPrincipal { id, kind, name, directory, application, administrator, owner, enabled }
    }

    fn of(wanted: WantedPrincipal) -> Self {
        let WantedPrincipal { id, name, directory, administrator, enabled, .. } = wanted;
        Self { id, name, directory, administrator, enabled }
    }
}

impl ServicePrincipalEntry {
    fn wanted(self) -> WantedPrincipal {
        let Self { id, name, directory, application, owner, administrator, enabled } = self;
        let kind = PrincipalKind::ServicePrincipal;
        WantedPrincipal { id, kind, name, directory, application, administrator, owner, enabled }
    }

    fn of(wanted: WantedPrincipal) -> Self {
        let WantedPrincipal { id, name, directory, application, owner, administrator, enabled, .. } = wanted;
        Self { id, name, directory, application, owner, administrator, enabled }
    }
}
