//! Arm: the shapes of the resource manager that registrations live in.
//!
//! Source: Azure Stack registration REST 2016-01-01 to 2022-06-01; what recorded clients of it send and read, domain
//! notes C.7, D.1 and H. The order of the members is that of the published examples.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::value::RawValue;

use crate::bounded::{self, Limits};

pub mod access;
pub mod customer_subscription;
pub mod group;
pub mod provider;
pub mod registration;
pub mod subscription;

/// The namespace of registrations.
pub const NAMESPACE: &str = "Microsoft.AzureStack";

/// The longest body of a request. A registration token is the largest thing in one. Unit: bytes.
pub const REQUEST_BYTES_MAX: usize = 512 * 1024;

/// The limits of what is inside.
const LIMITS: Limits = Limits { depth: 32, string_bytes: REQUEST_BYTES_MAX };

/// Names with values that people attach to resources.
pub type Tags = BTreeMap<String, String>;

/// An api-version of registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AzureStackVersion {
    /// The first. It has no customer subscriptions.
    V2016_01_01,
    /// What Node and PowerShell speak.
    V2017_06_01,
    /// What Python speaks. Its answers say who changed a resource.
    V2020_06_01Preview,
    /// The last.
    V2022_06_01,
}

impl AzureStackVersion {
    /// Every version, newest first.
    pub const ALL: &[Self] = &[Self::V2022_06_01, Self::V2020_06_01Preview, Self::V2017_06_01, Self::V2016_01_01];

    /// The text in a query.
    pub fn text(self) -> &'static str {
        match self {
            Self::V2016_01_01 => "2016-01-01",
            Self::V2017_06_01 => "2017-06-01",
            Self::V2020_06_01Preview => "2020-06-01-preview",
            Self::V2022_06_01 => "2022-06-01",
        }
    }

    /// Reads the text without case; nothing for any other version.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|version| version.text().eq_ignore_ascii_case(text))
    }

    /// Whether this version knows customer subscriptions.
    pub fn has_customer_subscriptions(self) -> bool {
        self != Self::V2016_01_01
    }

    /// Whether answers of this version say who changed a resource.
    pub fn has_system_data(self) -> bool {
        self == Self::V2020_06_01Preview
    }
}

/// A list, or a page of one. `value` is there even when it is empty: clients fail without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List<Item> {
    /// The items.
    pub value: Vec<Item>,
    /// How many there are in all; only the list of subscriptions says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// The absolute address of the next page. The last page has no such member.
    #[serde(rename = "nextLink", default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

impl<Item> List<Item> {
    /// A list that is complete.
    pub fn complete(value: Vec<Item>) -> Self {
        Self { value, count: None, next_link: None }
    }

    /// A page, with the address of the next one if there is one.
    pub fn page(value: Vec<Item>, next_link: Option<String>) -> Self {
        Self { value, count: None, next_link }
    }

    /// A list that is complete and says how long it is.
    pub fn counted(value: Vec<Item>) -> Self {
        let count = Count { kind: "Total".to_owned(), value: u64::try_from(value.len()).unwrap_or(u64::MAX) };
        Self { value, count: Some(count), next_link: None }
    }
}

/// How long a list is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// `Total`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many.
    pub value: u64,
}

/// Who made and who last changed a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemData {
    /// Who made it.
    pub created_by: String,
    /// `User`, `Application`, `ManagedIdentity` or `Key`.
    pub created_by_type: String,
    /// When, as a time in UTC.
    pub created_at: String,
    /// Who changed it last.
    pub last_modified_by: String,
    /// What that was.
    pub last_modified_by_type: String,
    /// When, as a time in UTC.
    pub last_modified_at: String,
}

/// How far a resource has come. Nothing here takes time, so it has always succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioning {
    /// `Succeeded`.
    pub provisioning_state: String,
}

impl Default for Provisioning {
    fn default() -> Self {
        Self { provisioning_state: "Succeeded".to_owned() }
    }
}

/// Why the body of a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestProblem(String);

impl fmt::Display for RequestProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "read the body of the request: {}", self.0)
    }
}

impl std::error::Error for RequestProblem {}

/// Reads the body of a request. An empty body and `null` are the same as `{}`: clients send all three.
///
/// # Errors
///
/// When the body is too long, says something twice, is nested too deep or is not JSON of this shape.
pub fn read_request<Body: DeserializeOwned + Default>(body: &[u8]) -> Result<Body, RequestProblem> {
    if body.len() > REQUEST_BYTES_MAX {
        return Err(RequestProblem(format!("it is longer than {REQUEST_BYTES_MAX} bytes")));
    }
    let text = std::str::from_utf8(body).map_err(|error| RequestProblem(error.to_string()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Ok(Body::default());
    }
    bounded::check(text, LIMITS).map_err(RequestProblem)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    read_object(&mut deserializer).map(Option::unwrap_or_default).map_err(|error| RequestProblem(error.to_string()))
}

/// An object or `null`. A derived reader would take an array too, and its elements for the members in order.
pub(crate) fn read_object<'de, D, Object>(deserializer: D) -> Result<Option<Object>, D::Error>
where
    D: Deserializer<'de>,
    Object: DeserializeOwned,
{
    let Some(raw) = Option::<Box<RawValue>>::deserialize(deserializer)?.filter(|raw| raw.get() != "null") else {
        return Ok(None);
    };
    if !raw.get().starts_with('{') {
        return Err(D::Error::custom("expected a JSON object"));
    }
    serde_json::from_str(raw.get()).map(Some).map_err(D::Error::custom)
}

/// Tags of a request: `null` in the place of a value is an empty one.
pub(crate) fn read_tags<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Tags>, D::Error> {
    let tags = Option::<BTreeMap<String, Option<String>>>::deserialize(deserializer)?;
    Ok(tags.map(|tags| tags.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()))
}

#[cfg(test)]
mod tests;
