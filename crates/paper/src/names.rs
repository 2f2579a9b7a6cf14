//! Names: what people call what a file is about, with the id where nobody named it.

use model::{
    CloudId, CustomerId, Meter, MeterCatalogue, MeterId, Office, PartnerId, PayingSubscription, PayingSubscriptionId,
    Stamp,
};

/// An id with the name to show for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The id as it was sent.
    pub id: &'a str,
    /// The name; the id where there is none.
    pub name: &'a str,
}

impl<'a> Named<'a> {
    /// A name of nothing but blanks is none.
    fn new(id: &'a str, name: Option<&'a str>) -> Self {
        Self { id, name: name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(id) }
    }
}

/// Looks names up in the office and in the catalogue of meters.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    office: &'a Office,
    meters: &'a MeterCatalogue,
}

impl<'a> Names<'a> {
    /// Names of an office, and of the meters that are published.
    pub fn new(office: &'a Office) -> Self {
        Self { office, meters: MeterCatalogue::published() }
    }

    /// The office itself.
    pub fn office(&self) -> &'a Office {
        self.office
    }

    /// A partner.
    pub fn partner<'b>(&self, id: &'b PartnerId) -> Named<'b>
    where
        'a: 'b,
    {
        Named::new(id.as_str(), self.office.partners.get(id).map(|partner| partner.name.as_str()))
    }

    /// A customer.
    pub fn customer<'b>(&self, id: &'b CustomerId) -> Named<'b>
    where
        'a: 'b,
    {
        Named::new(id.as_str(), self.office.customers.get(id).map(|customer| customer.name.as_str()))
    }

    /// A paying subscription.
    pub fn subscription<'b>(&self, id: &'b PayingSubscriptionId) -> Named<'b>
    where
        'a: 'b,
    {
        Named::new(id.as_str(), self.known_subscription(id).map(|subscription| subscription.name.as_str()))
    }

    /// What is known of a paying subscription.
    pub fn known_subscription(&self, id: &PayingSubscriptionId) -> Option<&'a PayingSubscription> {
        self.office.subscriptions.get(id)
    }

    /// A stamp.
    pub fn stamp<'b>(&self, id: &'b CloudId) -> Named<'b>
    where
        'a: 'b,
    {
        Named::new(id.as_str(), self.known_stamp(id).map(|stamp| stamp.name.as_str()))
    }

    /// The region of a stamp, as its rows call it; its id where there is none.
    pub fn region<'b>(&self, id: &'b CloudId) -> &'b str
    where
        'a: 'b,
    {
        Named::new(id.as_str(), self.known_stamp(id).map(|stamp| stamp.region.as_str())).name
    }

    /// What is known of a stamp.
    pub fn known_stamp(&self, id: &CloudId) -> Option<&'a Stamp> {
        self.office.stamps.get(id)
    }

    /// A meter, local or of commerce, by the name that stamps have for it.
    pub fn meter<'b>(&self, id: &'b MeterId) -> Named<'b> {
        Named::new(id.as_str(), self.known_meter(id).map(|meter| meter.name))
    }

    /// What is known of a meter.
    pub fn known_meter(&self, id: &MeterId) -> Option<&'a Meter> {
        self.meters.find(id)
    }
}

#[cfg(test)]
mod tests;
