//! Utilization: rows of a paying subscription, as the programs of partners read them.

use model::Second;
use serde::Serialize;

use crate::{
    commerce::{Exact, MeterTexts, PaidResource, REGION},
    partner_center::Attributes,
};

/// A row.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureUtilizationRecord {
    usage_start_time: String,
    usage_end_time: String,
    resource: AzureResource,
    quantity: Exact,
    unit: String,
    info_fields: InfoFields,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_data: Option<PaidResource>,
    attributes: Attributes,
}

#[derive(Debug, Clone, Serialize)]
struct AzureResource {
    id: String,
    name: String,
    category: String,
    subcategory: String,
    region: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct InfoFields {}

impl AzureUtilizationRecord {
    /// A row of a meter.
    pub fn new(
        meter: &str,
        texts: MeterTexts,
        time: std::ops::Range<Second>,
        quantity: Exact,
        instance_data: Option<PaidResource>,
    ) -> Self {
        Self {
            usage_start_time: crate::commerce::offset(time.start),
            usage_end_time: crate::commerce::offset(time.end),
            resource: AzureResource {
                id: meter.to_owned(),
                name: texts.name,
                category: texts.category,
                subcategory: texts.subcategory,
                region: REGION,
            },
            quantity,
            unit: texts.unit,
            info_fields: InfoFields {},
            instance_data,
            attributes: Attributes::of("AzureUtilizationRecord", None),
        }
    }
}
