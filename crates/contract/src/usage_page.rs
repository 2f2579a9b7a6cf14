//! Usage page: what a stamp answers when its operator asks for reported usage.
//!
//! Source: Azure Stack Hub provider usage API 2015-06-01-preview; field order and the doubled names as recorded
//! responses have them. `id` and `name` are not unique, and `id` holds the subscription of the caller.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub mod directory_tenant;
pub mod event;
pub mod user_subscription;

/// The api-version that stamps speak.
pub const API_VERSION: &str = "2015-06-01-preview";

/// The type of a row, the same on both paths of the interface.
pub const ROW_TYPE: &str = "Microsoft.Commerce/UsageAggregate";

/// The most rows that one page carries. Unit: rows.
pub const PAGE_ROWS_MAX: usize = 1_000;

/// What stands in an answer 202 beside an empty page: the window is over, and not all of it is known yet.
///
/// Source: domain notes E.6, no. 9.
pub const NOT_PROCESSED_CODE: &str = "ProcessingNotCompleted";

/// The path of the usage of all direct tenants below a stamp's operator address.
pub fn subscriber_usage_path(provider_subscription: &str) -> String {
    format!("/subscriptions/{provider_subscription}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates")
}

/// A page of rows. The rows are [`UsageAggregate`], or `&RawValue` for whoever must not touch them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UsagePage<Row> {
    /// The rows.
    pub value: Vec<Row>,
    /// The absolute address of the next page. The last page has no such field.
    #[serde(rename = "nextLink", default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A page whose rows are kept as the text that was sent.
///
/// # Errors
///
/// When the text is no page. The rows themselves may have any shape.
pub fn read_raw_page(text: &str) -> Result<UsagePage<&RawValue>, serde_json::Error> {
    serde_json::from_str(text)
}

/// One row: what one resource used of one meter in one hour.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UsageAggregate<'a> {
    /// A path that ends with the name. Not unique.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The local subscription and the meter. Not unique.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Always [`ROW_TYPE`].
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    /// The facts.
    #[serde(borrow)]
    pub properties: UsageProperties<'a>,
}

/// The facts of a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageProperties<'a> {
    /// The local subscription.
    #[serde(borrow)]
    pub subscription_id: Cow<'a, str>,
    /// When the use began, such as `2026-10-01T18:00:00+00:00`.
    #[serde(borrow)]
    pub usage_start_time: Cow<'a, str>,
    /// When it ended, exclusive.
    #[serde(borrow)]
    pub usage_end_time: Cow<'a, str>,
    /// A JSON document as text: [`InstanceData`].
    #[serde(borrow)]
    pub instance_data: Cow<'a, str>,
    /// The number as text, so that no digit is lost.
    #[serde(borrow)]
    pub quantity: &'a RawValue,
    /// The meter.
    #[serde(borrow)]
    pub meter_id: Cow<'a, str>,
    /// The row's name once more.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

/// The document inside a row's `instanceData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceData<'a> {
    /// The resource.
    #[serde(rename = "Microsoft.Resources", borrow)]
    pub resources: ResourceInstance<'a>,
}

/// The resource that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceInstance<'a> {
    /// Its address on the stamp.
    #[serde(borrow)]
    pub resource_uri: Cow<'a, str>,
    /// The region.
    #[serde(borrow)]
    pub location: Cow<'a, str>,
    /// Empty, the word `null`, or a JSON object as text.
    #[serde(borrow)]
    pub tags: Cow<'a, str>,
    /// Empty, or a JSON object as text: [`VirtualMachineDetails`].
    #[serde(borrow)]
    pub additional_info: Cow<'a, str>,
}

/// What the rows of a virtual machine say about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VirtualMachineDetails<'a> {
    /// The size, such as `Standard_F2s`.
    #[serde(borrow)]
    pub service_type: Cow<'a, str>,
    /// Mostly nothing.
    #[serde(borrow)]
    pub image_type: Option<Cow<'a, str>>,
    /// Who published the image.
    #[serde(borrow)]
    pub publisher: Cow<'a, str>,
    /// The product of the publisher.
    #[serde(borrow)]
    pub offer: Cow<'a, str>,
    /// The edition of the product.
    #[serde(borrow)]
    pub sku: Cow<'a, str>,
}

/// The local subscription that a row names; nothing when the row has another shape.
pub fn subscriber_of(row: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Properties<'a> {
        #[serde(rename = "subscriptionId", borrow)]
        subscription_id: Cow<'a, str>,
    }
    #[derive(Deserialize)]
    struct Row<'a> {
        #[serde(borrow)]
        properties: Properties<'a>,
    }
    serde_json::from_str::<Row<'_>>(row.get()).ok().map(|row| row.properties.subscription_id)
}

#[cfg(test)]
mod tests;
