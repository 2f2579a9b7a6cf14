//! Names: what people call a customer, a stamp or a paying subscription; its id where the office has no name for it.

use model::{CloudId, CustomerId, Office, PayingSubscriptionId};

/// A customer's name; what belongs to none is the partner's own.
pub fn customer(office: &Office, id: Option<&CustomerId>) -> String {
    let Some(id) = id else { return "(partner)".to_owned() };
    office.customers.get(id).map_or_else(|| id.to_string(), |customer| customer.name.clone())
}

/// A stamp's name.
pub fn stamp(office: &Office, id: &CloudId) -> String {
    office.stamps.get(id).map_or_else(|| id.to_string(), |stamp| stamp.name.clone())
}

/// The name of a paying subscription.
pub fn subscription(office: &Office, id: &PayingSubscriptionId) -> String {
    office.subscriptions.get(id).map_or_else(|| id.to_string(), |subscription| subscription.name.clone())
}
