//! Customers of a partner: listed, shown, made.

use std::collections::{BTreeSet, HashMap};

use contract::partner_center::{
    Collection, Customer as Shown, CustomerFilter, CustomerRequest, FilterField, FilterOperator, read_request,
};
use hub::{Catalogue, Hub};
use model::{Customer, CustomerId, Directory, DirectoryId, Office, PartnerId};

use super::{fault::Refused, guid, once::once, page, uri};
use crate::{answer::Answer, call::Call, error::ApiError, partner::reach};

/// The name of the filter in a query.
pub(super) const FILTER: &str = "filter";

/// The partners whose customers the caller sees.
pub(super) fn reached(call: &Call<'_>, office: &Office) -> Result<(PartnerId, BTreeSet<PartnerId>), Refused> {
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let partners = reach::partners(office, &partner);
    Ok((partner, partners))
}

/// The directories of customers. A customer's id is that of its directory; one whose id is not has the directory of its
/// subscriptions.
pub(super) struct Homes<'a> {
    office: &'a Office,
    by_subscription: HashMap<&'a CustomerId, &'a DirectoryId>,
}

impl<'a> Homes<'a> {
    pub(super) fn of(office: &'a Office) -> Self {
        let sold = office.subscriptions.values().filter_map(|one| Some((one.customer.as_ref()?, &one.directory)));
        Self { office, by_subscription: sold.collect() }
    }

    pub(super) fn directory(&self, customer: &Customer) -> Option<&'a Directory> {
        let own = DirectoryId::new(customer.id.as_str()).ok().and_then(|id| self.office.directories.get(&id));
        own.or_else(|| self.by_subscription.get(&customer.id).and_then(|id| self.office.directories.get(*id)))
    }

    fn show(&self, customer: &Customer) -> Shown {
        let directory = self.directory(customer);
        let tenant = directory.map_or(customer.id.as_str(), |directory| directory.id.as_str());
        let domain = directory.map_or("", |directory| directory.domain.as_str());
        Shown::of(customer.id.as_str(), tenant, domain, &customer.name)
    }
}

/// The customer that a text names: by its id, or by its directory where that is the directory of no other customer in sight.
pub(super) fn find<'a>(
    office: &'a Office,
    partners: &BTreeSet<PartnerId>,
    sent: &str,
) -> Result<&'a Customer, Refused> {
    let missing = || Refused::customer_not_found(sent);
    let id = CustomerId::new(sent).map_err(|_| missing())?;
    if let Some(found) = office.customers.get(&id).filter(|found| partners.contains(&found.partner)) {
        return Ok(found);
    }
    let tenant = DirectoryId::new(sent).map_err(|_| missing())?;
    let homes = Homes::of(office);
    let lives = |one: &&Customer| homes.directory(one).is_some_and(|directory| directory.id == tenant);
    let mut found = office.customers.values().filter(|one| partners.contains(&one.partner)).filter(lives);
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(found),
        _ => Err(missing()),
    }
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, Refused> {
    let (partner, partners) = reached(call, &call.office)?;
    let homes = Homes::of(&call.office);
    let sent = call.query.get(FILTER).filter(|sent| !sent.is_empty());
    let filter = sent.map(|sent| read_request::<CustomerFilter>(sent.as_bytes())).transpose().map_err(|problem| {
        let shape = r#"{"Field":"CompanyName","Value":"Ad","Operator":"starts_with"}"#;
        Refused::invalid("InvalidFilter", format!("The filter cannot be read: {problem}. Send one like {shape}."))
    })?;
    let fits = |customer: &&Customer| filter.as_ref().is_none_or(|filter| passes(&homes, filter, customer));
    let found = reach::customers(&call.office, &partners).filter(fits).collect();
    let of = format!("customers of {}\n{}", partner.folded(), sent.unwrap_or_default());
    let page = page(call, &of, found, |one: &&Customer| one.id.folded().to_owned())?;
    let items = page.items.iter().map(|customer| homes.show(customer)).collect();
    Ok(Answer::ok(&Collection::page(items, &uri(call), page.next))?)
}

fn passes(homes: &Homes<'_>, filter: &CustomerFilter, customer: &Customer) -> bool {
    let text = match filter.field {
        FilterField::CompanyName => customer.name.as_str(),
        FilterField::Domain => homes.directory(customer).map_or("", |directory| directory.domain.as_str()),
    };
    match filter.operator {
        FilterOperator::StartsWith => text.to_lowercase().starts_with(&filter.value.to_lowercase()),
    }
}

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Refused> {
    let (_, partners) = reached(call, &call.office)?;
    let found = find(&call.office, &partners, call.param("customer"))?;
    Ok(Answer::ok(&Homes::of(&call.office).show(found))?)
}

pub(super) fn create(call: &Call<'_>) -> Result<Answer, Refused> {
    let request: CustomerRequest = read_request(call.body).map_err(|problem| Refused::body(&problem))?;
    let (partner, _) = reached(call, &call.office)?;
    once(call, |office| {
        let directory = wanted_directory(office, &request)?;
        let names =
            [Some(request.billing_profile.company_name.as_str()), request.company_profile.company_name.as_deref()];
        let name = names.into_iter().flatten().map(str::trim).find(|name| !name.is_empty()).unwrap_or_default();
        let id = CustomerId::new(directory.id.as_str()).map_err(|error| Refused::body(&error.to_string()))?;
        if office.customers.contains_key(&id) {
            return Err(Refused::conflict(
                "CustomerExists",
                format!(
                    "The directory '{id}' is that of a customer already. Look the customer up, or leave tenantId out."
                ),
            ));
        }
        let customer = Customer { id, name: name.to_owned(), partner: partner.clone(), retail: None };
        let wanted = Catalogue {
            directories: vec![directory.clone()],
            customers: vec![customer.clone()],
            ..Catalogue::default()
        };
        call.hub().apply_catalogue(&call.actor(), &wanted, false)?;
        Ok(Shown::of(customer.id.as_str(), directory.id.as_str(), &directory.domain, &customer.name))
    })
}

/// The directory of a new customer: the one that it has, or a new one.
fn wanted_directory(office: &Office, request: &CustomerRequest) -> Result<Directory, Refused> {
    let company = &request.company_profile;
    let domain = company.domain.trim();
    let taken = || {
        Refused::conflict(
            "DomainTaken",
            format!(
                "The domain '{domain}' is that of a directory already. Name another, or its directory as tenantId."
            ),
        )
    };
    if domain.is_empty() {
        return Err(Refused::invalid(
            "InvalidInput",
            "The companyProfile names no domain. Give one such as adatum.onmicrosoft.com.",
        ));
    }
    let owner = Hub::directory_of(office, domain);
    let Some(sent) = company.tenant_id.as_deref().filter(|sent| !sent.is_empty()) else {
        if owner.is_some() {
            return Err(taken());
        }
        let id = guid::draw()?;
        let id = DirectoryId::new(&id).map_err(|error| Refused::body(&error.to_string()))?;
        return Ok(Directory { id, domain: domain.to_owned() });
    };
    let id = DirectoryId::new(sent).map_err(|error| Refused::body(&format!("the tenantId is none: {error}")))?;
    match office.directories.get(&id) {
        Some(known) if known.domain.eq_ignore_ascii_case(domain) => Ok(known.clone()),
        None if owner.is_none() => Ok(Directory { id, domain: domain.to_owned() }),
        _ => Err(taken()),
    }
}
