//! Request: the bodies that clients of a partner's catalogue send. Names are matched without regard to their first letter.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::SubscriptionStatus;
use crate::bounded::{self, Limits};

/// The longest body. Unit: bytes.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// The most lines of one order.
pub const ORDER_LINES_MAX: usize = 100;

const LIMITS: Limits = Limits { depth: 16, string_bytes: 4 * 1024 };

/// Reads a body. Clients send `CompanyProfile` and `companyProfile`.
///
/// # Errors
///
/// When it is too long, says something twice or is not JSON of this shape. The text says which.
pub fn read_request<Body: DeserializeOwned>(body: &[u8]) -> Result<Body, String> {
    if body.len() > REQUEST_BYTES_MAX {
        return Err(format!("the body is longer than {REQUEST_BYTES_MAX} bytes"));
    }
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    bounded::check(text, LIMITS)?;
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if !value.is_object() {
        return Err("the body must be a JSON object".to_owned());
    }
    serde_json::from_value(in_camel_case(value)).map_err(|error| error.to_string())
}

/// The same value with a small first letter in every name.
fn in_camel_case(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (small_first(&name), in_camel_case(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(in_camel_case).collect(),
        plain => plain,
    }
}

fn small_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// The body of `POST /v1/customers`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRequest {
    /// The company.
    pub company_profile: CompanyProfileRequest,
    /// Whom to write to.
    pub billing_profile: BillingProfileRequest,
}

/// The company of a new customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyProfileRequest {
    /// The domain of its directory, such as `adatum.onmicrosoft.com`.
    pub domain: String,
    /// Its directory, when it exists already.
    #[serde(default)]
    pub tenant_id: Option<String>,
    /// Its name, where the billing profile has none.
    #[serde(default)]
    pub company_name: Option<String>,
}

/// Whom to write to about a new customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BillingProfileRequest {
    /// The company's name.
    pub company_name: String,
    /// An address for mail.
    #[serde(default)]
    pub email: Option<String>,
    /// Such as `en-US`.
    #[serde(default)]
    pub culture: Option<String>,
    /// Such as `en`.
    #[serde(default)]
    pub language: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub default_address: Option<AddressRequest>,
}

/// Where a new customer is, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressRequest {
    /// Two letters.
    #[serde(default)]
    pub country: Option<String>,
}

/// The body of `POST /v1/customers/{id}/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRequest {
    /// The customer once more.
    #[serde(default)]
    pub reference_customer_id: Option<String>,
    /// Such as `monthly`.
    #[serde(default)]
    pub billing_cycle: Option<String>,
    /// What is ordered: from 1 to 100 lines.
    pub line_items: Vec<OrderLineRequest>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineRequest {
    /// From 0.
    #[serde(default)]
    pub line_item_number: u32,
    /// What is ordered.
    pub offer_id: String,
    /// The subscription it is to be, if the client chooses. This hub draws ids itself and refuses such a line.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// The name people are to know.
    #[serde(default)]
    pub friendly_name: Option<String>,
    /// How many.
    pub quantity: u32,
    /// The reseller that an indirect provider orders for.
    #[serde(default)]
    pub partner_id_on_record: Option<String>,
}

impl OrderRequest {
    /// What is wrong with the number of lines; nothing if it is right.
    pub fn problem(&self) -> Option<String> {
        let lines = self.line_items.len();
        (lines == 0 || lines > ORDER_LINES_MAX)
            .then(|| format!("an order has {lines} lines, but it must have 1 to {ORDER_LINES_MAX}"))
    }
}

/// The body of `PATCH /v1/customers/{id}/subscriptions/{id}`: the whole subscription, of which this can change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionChange {
    /// To suspend, to activate again or to cancel.
    #[serde(default)]
    pub status: Option<SubscriptionStatus>,
    /// To call it otherwise.
    #[serde(default)]
    pub friendly_name: Option<String>,
}

/// The filter of a list of customers: `{"Field":"CompanyName","Value":"Ad","Operator":"starts_with"}`.
///
/// Source: Partner Center REST v1, page on lists of customers filtered by a search field (2019).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CustomerFilter {
    /// What is looked at.
    pub field: FilterField,
    /// What it begins with. Case does not count.
    pub value: String,
    /// How it is compared; nothing else is known.
    pub operator: FilterOperator,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum FilterField {
    /// The name people know.
    #[serde(alias = "companyName")]
    CompanyName,
    /// The domain of the directory.
    #[serde(alias = "domain")]
    Domain,
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum FilterOperator {
    /// By the beginning.
    #[serde(rename = "starts_with", alias = "StartsWith", alias = "startsWith")]
    StartsWith,
}
