//! Question: what of a month is asked for, and how it is added up. It stands in the address, so that it can be sent to others.

use model::{
    CloudId, Customer, CustomerId, Day, DirectoryId, MeterId, Month, PartnerId, PayingSubscription,
    PayingSubscriptionId, is_guid,
};

use crate::{
    book::{Book, Pick},
    fault::Fault,
    link::Link,
    name,
    visit::Visit,
};

/// How many customers are offered where a text fits several.
const OFFERED_MAX: usize = 12;
/// What stands in an address for what the partner uses itself.
pub(super) const OWN: &str = "own";

/// What usage is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Customer,
    Meter,
    Day,
    Stamp,
    Subscription,
    Tenant,
    Resource,
    Hour,
}

impl By {
    pub(super) const ALL: [Self; 8] = [
        Self::Customer,
        Self::Meter,
        Self::Day,
        Self::Stamp,
        Self::Subscription,
        Self::Tenant,
        Self::Resource,
        Self::Hour,
    ];

    /// The word in addresses and in the names of texts.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Meter => "meter",
            Self::Day => "day",
            Self::Stamp => "stamp",
            Self::Subscription => "subscription",
            Self::Tenant => "tenant",
            Self::Resource => "resource",
            Self::Hour => "hour",
        }
    }

    /// Whether rows as they were reported are needed, because the sums of days do not know it.
    pub(super) fn is_in_rows(self) -> bool {
        matches!(self, Self::Resource | Self::Hour)
    }
}

/// A tag that resources carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

impl Tag {
    /// Reads `key=value`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=')?;
        let key = key.trim();
        (!key.is_empty()).then(|| Self { key: key.to_owned(), value: value.trim().to_owned() })
    }
}

/// Whose usage it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// The partner's own.
    Own,
    /// A customer's.
    Customer(CustomerId),
}

impl Whose {
    /// Whose usage it is that a customer, or nobody of the customers, pays for.
    pub(super) fn of(customer: Option<&CustomerId>) -> Self {
        customer.cloned().map_or(Self::Own, Self::Customer)
    }

    pub(super) fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Own => None,
            Self::Customer(id) => Some(id),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) month: Month,
    pub(super) day: Option<Day>,
    pub(super) stamp: Option<CloudId>,
    pub(super) whose: Option<Whose>,
    pub(super) subscription: Option<PayingSubscriptionId>,
    pub(super) tenant: Option<DirectoryId>,
    pub(super) meter: Option<MeterId>,
    /// A part of the address of a resource.
    pub(super) resource: Option<String>,
    pub(super) tag: Option<Tag>,
    pub(super) by: By,
}

/// What a text for a customer leads to.
pub(super) enum Named {
    /// One customer, or the partner itself.
    One(Whose),
    /// Several whose names have it.
    Several(Vec<CustomerId>),
    /// Nobody.
    Nobody,
}

impl Question {
    /// Reads everything but the customer, whose text may fit several. What names somebody else's is as if it did not exist.
    pub(super) fn read(visit: &Visit<'_>, book: &Book) -> Result<Self, Fault> {
        let month = book.cells.month;
        let query = |name: &str| visit.query.get(name);
        let bad = |id: &str, text: &str| Fault::Bad(visit.tell(id, &[("text", text.into())]));
        let day = match query("day") {
            Some(text) => Some(Day::parse(text).map_err(|_| bad("usage-bad-day", text))?),
            None => None,
        };
        let tag = match query("tag") {
            Some(text) => Some(Tag::parse(text).ok_or_else(|| bad("usage-bad-tag", text))?),
            None => None,
        };
        let by = match query("by") {
            Some(word) => By::ALL.into_iter().find(|by| by.word() == word).ok_or(Fault::NotFound)?,
            None if query("customer").is_some() || query("subscription").is_some() => By::Meter,
            None => By::Customer,
        };
        Ok(Self {
            month,
            // A day of another month is left behind when the month is changed.
            day: day.filter(|day| day.month() == month),
            stamp: query("stamp").map(|text| stamp(visit, book, text)).transpose()?,
            whose: None,
            subscription: query("subscription").map(|text| subscription(visit, book, text)).transpose()?,
            tenant: query("tenant").map(|text| tenant(visit, book, text)).transpose()?,
            meter: query("meter").map(|text| MeterId::new(text).map_err(|_| Fault::NotFound)).transpose()?,
            resource: query("resource").map(str::to_owned),
            tag,
            by,
        })
    }

    /// The address of a page or file that answers it.
    pub(super) fn link(&self, partner: &PartnerId, page: &str) -> Link {
        let customer = self.whose.as_ref().map(|whose| whose.customer().map_or(OWN, CustomerId::as_str));
        let tag = self.tag.as_ref().map(|tag| format!("{}={}", tag.key, tag.value));
        Link::of(partner, page)
            .with("month", self.month)
            .with_some("day", self.day)
            .with_some("stamp", self.stamp.as_ref())
            .with_some("customer", customer)
            .with_some("subscription", self.subscription.as_ref())
            .with_some("tenant", self.tenant.as_ref())
            .with_some("meter", self.meter.as_ref())
            .with_some("resource", self.resource.as_ref())
            .with_some("tag", tag)
            .with("by", self.by.word())
    }

    /// What it picks of the book.
    pub(super) fn pick(&self) -> Pick<'_> {
        Pick {
            day: self.day,
            stamp: self.stamp.as_ref(),
            subscription: self.subscription.as_ref(),
            customer: self.whose.as_ref().map(Whose::customer),
            tenant: self.tenant.as_ref(),
            meter: self.meter.as_ref(),
        }
    }

    /// The same, added up by the first thing that is not picked yet.
    pub(super) fn deeper(mut self) -> Self {
        let is_picked = |by: By| match by {
            By::Customer => self.whose.is_some() || self.subscription.is_some() || self.tenant.is_some(),
            By::Meter => self.meter.is_some(),
            By::Day => self.day.is_some(),
            By::Stamp => self.stamp.is_some(),
            By::Subscription => self.subscription.is_some(),
            By::Tenant => self.tenant.is_some(),
            By::Resource | By::Hour => false,
        };
        let order = [By::Customer, By::Meter, By::Day, By::Subscription, By::Resource];
        self.by = order.into_iter().find(|by| !is_picked(*by)).unwrap_or(By::Resource);
        self
    }
}

fn stamp(visit: &Visit<'_>, book: &Book, text: &str) -> Result<CloudId, Fault> {
    let id = CloudId::new(text).map_err(|_| Fault::NotFound)?;
    let is_own = visit.office.stamps.get(&id).is_some_and(|stamp| visit.is_own(stamp));
    if is_own || book.cells.stamps.contains(&id) { Ok(id) } else { Err(Fault::NotFound) }
}

fn subscription(visit: &Visit<'_>, book: &Book, text: &str) -> Result<PayingSubscriptionId, Fault> {
    let id = PayingSubscriptionId::new(text).map_err(|_| Fault::NotFound)?;
    let is_own = visit.office.subscriptions.get(&id).is_some_and(|known| is_own_subscription(visit, known));
    if is_own || book.cells.subscriptions.iter().any(|(known, _)| *known == id) { Ok(id) } else { Err(Fault::NotFound) }
}

fn is_own_subscription(visit: &Visit<'_>, known: &PayingSubscription) -> bool {
    known
        .standings
        .iter()
        .filter_map(|standing| standing.partner.as_ref())
        .any(|partner| is_own_partner(visit, partner))
}

/// Whether a partner is the one of this page, or one of its resellers.
pub(super) fn is_own_partner(visit: &Visit<'_>, partner: &PartnerId) -> bool {
    let payer = visit.office.invoiced_partner(partner).map(|payer| &payer.id);
    visit.partner.as_ref().is_some_and(|own| own == partner || Some(own) == payer)
}

/// A tenant by its id, or by its domain when it is in the book. Whether others exist is not told.
fn tenant(visit: &Visit<'_>, book: &Book, text: &str) -> Result<DirectoryId, Fault> {
    let mut known = book.cells.tenants.iter().flatten();
    let is_named = |id: &&DirectoryId| {
        visit.office.directories.get(id).is_some_and(|directory| directory.domain.eq_ignore_ascii_case(text))
    };
    let sent = DirectoryId::new(text).map_err(|_| Fault::NotFound)?;
    Ok(known.find(is_named).cloned().unwrap_or(sent))
}

/// The partner's customers, by name.
pub(super) fn customers<'a>(visit: &'a Visit<'_>) -> Vec<&'a Customer> {
    let own = visit.office.customers.values().filter(|customer| is_own_partner(visit, &customer.partner));
    let mut own: Vec<&Customer> = own.collect();
    own.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    own
}

/// The customer that a text means: an id, a whole name, or a part of one name.
pub(super) fn customer(visit: &Visit<'_>, book: &Book, text: &str) -> Result<Named, Fault> {
    if text == OWN || text == name::customer(&visit.office, visit.language, None) {
        return Ok(Named::One(Whose::Own));
    }
    let own = customers(visit);
    if let Ok(id) = CustomerId::new(text) {
        let in_book = book.cells.subscriptions.iter().any(|(_, known)| known.as_ref() == Some(&id));
        if in_book || own.iter().any(|customer| customer.id == id) {
            return Ok(Named::One(Whose::Customer(id)));
        }
        if is_guid(text) {
            return Err(Fault::NotFound);
        }
    }
    let names: Vec<(&CustomerId, &str)> = own.iter().map(|customer| (&customer.id, customer.name.as_str())).collect();
    Ok(fitting(&names, text))
}

/// The customers whose name a text is; where it is none's, those whose name it is a part of.
fn fitting(names: &[(&CustomerId, &str)], text: &str) -> Named {
    let wanted = text.to_lowercase();
    let with = |fits: &dyn Fn(&str) -> bool| -> Vec<CustomerId> {
        names.iter().filter(|(_, name)| fits(&name.to_lowercase())).map(|(id, _)| (*id).clone()).collect()
    };
    let whole = with(&|name| name.trim() == wanted);
    let found = if whole.is_empty() { with(&|name| name.contains(&wanted)) } else { whole };
    match found.as_slice() {
        [] => Named::Nobody,
        [one] => Named::One(Whose::Customer(one.clone())),
        several => Named::Several(several.iter().take(OFFERED_MAX).cloned().collect()),
    }
}

#[cfg(test)]
mod tests;
