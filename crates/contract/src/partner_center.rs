//! Partner center: customers, subscriptions and orders as the clients of a partner's catalogue send and read them.
//!
//! Source: Partner Center REST v1, pages on customers (2019-09), orders (2017-12) and subscriptions (2017-12); the .NET
//! SDK of 2023-06, which wants `attributes.objectType` on every object. Names are in camelCase, words in snake_case.

use std::fmt;

use serde::{Deserialize, Serialize};

mod request;

pub use request::{
    AddressRequest, BillingProfileRequest, CompanyProfileRequest, CustomerFilter, CustomerRequest, FilterField,
    FilterOperator, OrderLineRequest, OrderRequest, SubscriptionChange, read_request,
};

/// The header with the place of a page, which is also in a page's `continuationToken`.
pub const CONTINUATION_HEADER: &str = "MS-ContinuationToken";

/// What an object is, and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// Changes with every change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The name of the object's type.
    pub object_type: String,
}

impl Attributes {
    /// The attributes of an object.
    pub fn of(object_type: &str, etag: Option<String>) -> Self {
        Self { etag, object_type: object_type.to_owned() }
    }
}

/// A request that a client can make next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The path below the version.
    pub uri: String,
    /// The method.
    pub method: String,
    /// What must be sent with it.
    pub headers: Vec<LinkHeader>,
}

/// A header that must be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkHeader {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Link {
    /// A plain GET.
    pub fn get(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), method: "GET".to_owned(), headers: Vec::new() }
    }

    /// The GET of a further page.
    pub fn continuing(uri: impl Into<String>, token: &str) -> Self {
        let header = LinkHeader { key: CONTINUATION_HEADER.to_owned(), value: token.to_owned() };
        Self { headers: vec![header], ..Self::get(uri) }
    }
}

/// The requests that lead from an object or page to itself and on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The same once more.
    #[serde(rename = "self")]
    pub own: Link,
    /// The next page. The last one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Link>,
}

/// A list, or a page of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection<Item> {
    /// How many items this page has.
    pub total_count: u64,
    /// The items.
    pub items: Vec<Item>,
    /// Where it goes on.
    pub links: Links,
    /// The place of the next page; the SDK reads it here, other clients in the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// `Collection`.
    pub attributes: Attributes,
}

impl<Item> Collection<Item> {
    /// A page. `next` is the place of the next one; its request has the same address.
    pub fn page(items: Vec<Item>, uri: &str, next: Option<String>) -> Self {
        let links = Links { own: Link::get(uri), next: next.as_deref().map(|token| Link::continuing(uri, token)) };
        let total_count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        Self { total_count, items, links, continuation_token: next, attributes: Attributes::of("Collection", None) }
    }
}

/// A customer of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Its id, which is its directory.
    pub id: String,
    /// The company.
    pub company_profile: CompanyProfile,
    /// `reseller`.
    pub relationship_to_partner: String,
    /// Where it is.
    pub links: Links,
    /// `Customer`.
    pub attributes: Attributes,
}

/// The company of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyProfile {
    /// The directory.
    pub tenant_id: String,
    /// Its domain.
    pub domain: String,
    /// The name people know.
    pub company_name: String,
    /// `CustomerCompanyProfile`.
    pub attributes: Attributes,
}

impl Customer {
    /// A customer with its directory.
    pub fn of(id: &str, tenant: &str, domain: &str, company_name: &str) -> Self {
        Self {
            id: id.to_owned(),
            company_profile: CompanyProfile {
                tenant_id: tenant.to_owned(),
                domain: domain.to_owned(),
                company_name: company_name.to_owned(),
                attributes: Attributes::of("CustomerCompanyProfile", None),
            },
            relationship_to_partner: "reseller".to_owned(),
            links: Links { own: Link::get(format!("/customers/{id}")), next: None },
            attributes: Attributes::of("Customer", None),
        }
    }
}

/// Whether a subscription can be charged, in the words of this interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// It can.
    Active,
    /// Suspended by the partner.
    Suspended,
    /// Cancelled for good. Clients send `cancelled` for it too.
    #[serde(alias = "cancelled", alias = "canceled")]
    Deleted,
}

/// A subscription of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// What was ordered.
    pub offer_id: String,
    /// The same for people.
    pub offer_name: String,
    /// The name people know.
    pub friendly_name: String,
    /// 1: what is paid by usage has no seats.
    pub quantity: u32,
    /// `none` of seats.
    pub unit_type: String,
    /// When it was ordered, as a time in UTC.
    pub creation_date: String,
    /// When it began, as a time in UTC.
    pub effective_start_date: String,
    /// Whether it can be charged.
    pub status: SubscriptionStatus,
    /// Whether it goes on by itself.
    pub auto_renew_enabled: bool,
    /// `usage`.
    pub billing_type: String,
    /// `monthly`.
    pub billing_cycle: String,
    /// `subscription`.
    pub contract_type: String,
    /// The order that it came from; none when it was there before there were orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Where it is.
    pub links: Links,
    /// `Subscription`.
    pub attributes: Attributes,
}

/// What a subscription is made of that is not the same for all.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionFacts<'a> {
    /// The customer.
    pub customer: &'a str,
    /// Its id.
    pub id: &'a str,
    /// What was ordered.
    pub offer: (&'a str, &'a str),
    /// The name people know.
    pub friendly_name: &'a str,
    /// When it began, as a time in UTC.
    pub since: &'a str,
    /// Whether it can be charged.
    pub status: SubscriptionStatus,
    /// The order.
    pub order: Option<&'a str>,
    /// Its version.
    pub etag: &'a str,
}

impl Subscription {
    /// A subscription that is paid by usage.
    pub fn by_usage(facts: SubscriptionFacts<'_>) -> Self {
        let (offer_id, offer_name) = facts.offer;
        Self {
            id: facts.id.to_owned(),
            offer_id: offer_id.to_owned(),
            offer_name: offer_name.to_owned(),
            friendly_name: facts.friendly_name.to_owned(),
            quantity: 1,
            unit_type: "none".to_owned(),
            creation_date: facts.since.to_owned(),
            effective_start_date: facts.since.to_owned(),
            status: facts.status,
            auto_renew_enabled: true,
            billing_type: "usage".to_owned(),
            billing_cycle: "monthly".to_owned(),
            contract_type: "subscription".to_owned(),
            order_id: facts.order.map(str::to_owned),
            links: Links { own: Link::get(subscription_uri(facts.customer, facts.id)), next: None },
            attributes: Attributes::of("Subscription", Some(facts.etag.to_owned())),
        }
    }
}

/// The path of a subscription below the version.
pub fn subscription_uri(customer: &str, subscription: &str) -> String {
    format!("/customers/{customer}/subscriptions/{subscription}")
}

/// An order that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Its id.
    pub id: String,
    /// The customer.
    pub reference_customer_id: String,
    /// `monthly`.
    pub billing_cycle: String,
    /// What was ordered.
    pub line_items: Vec<OrderLine>,
    /// When, as a time in UTC.
    pub creation_date: String,
    /// `completed`.
    pub status: String,
    /// Where it is.
    pub links: Links,
    /// `Order`.
    pub attributes: Attributes,
}

/// A line of an order, with the subscription that it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// From 0.
    pub line_item_number: u32,
    /// What was ordered.
    pub offer_id: String,
    /// What came of it.
    pub subscription_id: String,
    /// The name people know.
    pub friendly_name: String,
    /// How many.
    pub quantity: u32,
    /// Where the subscription is.
    pub links: OrderLineLinks,
}

/// The requests that lead on from a line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineLinks {
    /// The subscription.
    pub subscription: Link,
}

impl Order {
    /// An order that is complete. `created` as a time in UTC.
    pub fn complete(id: &str, customer: &str, created: &str, line_items: Vec<OrderLine>) -> Self {
        Self {
            id: id.to_owned(),
            reference_customer_id: customer.to_owned(),
            billing_cycle: "monthly".to_owned(),
            line_items,
            creation_date: created.to_owned(),
            status: "completed".to_owned(),
            links: Links { own: Link::get(format!("/customers/{customer}/orders/{id}")), next: None },
            attributes: Attributes::of("Order", None),
        }
    }
}

impl OrderLine {
    /// A line with the subscription that came of it.
    pub fn of(customer: &str, number: u32, offer: &str, subscription: &str, friendly_name: &str) -> Self {
        Self {
            line_item_number: number,
            offer_id: offer.to_owned(),
            subscription_id: subscription.to_owned(),
            friendly_name: friendly_name.to_owned(),
            quantity: 1,
            links: OrderLineLinks { subscription: Link::get(subscription_uri(customer, subscription)) },
        }
    }
}

/// A refusal. This interface has an envelope of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// A number or word for programs.
    pub code: String,
    /// A sentence for people that says what to do.
    pub description: String,
    /// Values that it is about.
    pub data: Vec<String>,
    /// Who says so.
    pub source: String,
}

impl Fault {
    /// A refusal without values.
    pub fn of(code: &str, description: &str) -> Self {
        let (code, description) = (code.to_owned(), description.to_owned());
        Self { code, description, data: Vec::new(), source: "Tallybridge".to_owned() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.description)
    }
}

#[cfg(test)]
mod tests;
