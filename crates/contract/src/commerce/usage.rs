//! Usage: what a paying subscription used, row by row.
//!
//! Source: Azure Resource Usage REST reference, 2015-06-01-preview; Partner Center REST v1, utilization records, 2017-07,
//! whose example is a row of a stamp.

use model::Second;
use serde::Serialize;

use super::Exact;
use crate::usage_page::ROW_TYPE;

/// What a row carries to be traced to the stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdditionalFacts {
    /// The local meter.
    #[serde(rename = "azureStack.MeterId")]
    pub meter: String,
    /// The local subscription.
    #[serde(rename = "azureStack.SubscriptionId")]
    pub subscription: String,
    /// The region of the stamp.
    #[serde(rename = "azureStack.Location")]
    pub location: String,
    /// When the use began, such as `06/05/2017 06:00:00`.
    #[serde(rename = "azureStack.EventDateTime")]
    pub begun: String,
}

impl AdditionalFacts {
    /// The facts of a row.
    pub fn new(meter: &str, subscription: &str, location: &str, begun: Second) -> Self {
        Self {
            meter: meter.to_owned(),
            subscription: subscription.to_owned(),
            location: location.to_owned(),
            begun: american(begun),
        }
    }
}

/// A moment as it is written in the United States.
fn american(moment: Second) -> String {
    let text = moment.to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    let mut parts = date.split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{month}/{day}/{year} {}", time.trim_end_matches('Z')),
        _ => text,
    }
}

/// What was used.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaidResource {
    /// Its address on the stamp.
    pub resource_uri: String,
    /// Always `azurestack`.
    pub location: &'static str,
    /// Always empty.
    pub part_number: &'static str,
    /// Always empty.
    pub order_number: &'static str,
    /// The tags, where the stamp sent an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Box<serde_json::value::RawValue>>,
    /// Where it comes from.
    pub additional_info: AdditionalFacts,
}

impl PaidResource {
    /// A resource of a stamp. Tags that are no object are left out.
    pub fn new(uri: &str, tags: &str, additional_info: AdditionalFacts) -> Self {
        let read = serde_json::from_str::<Box<serde_json::value::RawValue>>(tags).ok();
        Self {
            resource_uri: uri.to_owned(),
            location: "azurestack",
            part_number: "",
            order_number: "",
            tags: read.filter(|tags| tags.get().starts_with('{')),
            additional_info,
        }
    }
}

/// A row as `Microsoft.Commerce` gives it.
#[derive(Debug, Clone, Serialize)]
pub struct PaidAggregate {
    /// A path that ends with the name.
    id: String,
    /// Unique within the answer's order, not over time.
    name: String,
    /// The type of a row.
    #[serde(rename = "type")]
    kind: &'static str,
    properties: PaidProperties,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PaidProperties {
    subscription_id: String,
    usage_start_time: String,
    usage_end_time: String,
    meter_name: String,
    meter_category: String,
    meter_sub_category: String,
    meter_region: &'static str,
    unit: String,
    meter_id: String,
    info_fields: InfoFields,
    quantity: Exact,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_data: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct InfoFields {}

/// What a row says.
#[derive(Debug, Clone)]
pub struct PaidFacts<'a> {
    /// The paying subscription.
    pub subscription: &'a str,
    /// The commerce meter.
    pub meter: &'a str,
    /// What it is called.
    pub texts: &'a super::MeterTexts,
    /// When the use began.
    pub start: Second,
    /// When it ended, exclusive.
    pub end: Second,
    /// How much.
    pub quantity: Exact,
    /// What was used, where details are wanted.
    pub resource: Option<&'a PaidResource>,
}

#[derive(Serialize)]
struct InstanceDocument<'a> {
    #[serde(rename = "Microsoft.Resources")]
    resources: &'a PaidResource,
}

impl PaidAggregate {
    /// A row.
    ///
    /// # Errors
    ///
    /// When the resource cannot be written.
    pub fn new(facts: PaidFacts<'_>) -> Result<Self, serde_json::Error> {
        let name = format!("{}-{}-{}", facts.subscription, facts.meter, facts.start);
        let document = facts.resource.map(|resources| serde_json::to_string(&InstanceDocument { resources }));
        Ok(Self {
            id: format!("/subscriptions/{}/providers/{ROW_TYPE}/{name}", facts.subscription),
            name,
            kind: ROW_TYPE,
            properties: PaidProperties {
                subscription_id: facts.subscription.to_owned(),
                usage_start_time: offset(facts.start),
                usage_end_time: offset(facts.end),
                meter_name: facts.texts.name.clone(),
                meter_category: facts.texts.category.clone(),
                meter_sub_category: facts.texts.subcategory.clone(),
                meter_region: super::REGION,
                unit: facts.texts.unit.clone(),
                meter_id: facts.meter.to_owned(),
                info_fields: InfoFields {},
                quantity: facts.quantity,
                instance_data: document.transpose()?,
            },
        })
    }
}

/// Usage writes `+00:00` where others write `Z`.
pub(crate) fn offset(moment: Second) -> String {
    format!("{}+00:00", moment.to_string().trim_end_matches('Z'))
}
