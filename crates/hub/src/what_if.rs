//! What if, in the hallway: what another office would make of the same usage. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    BillingModel, CloudId, CustomerId, Day, DirectoryId, Mapping, Money, Month, Office, PartnerId,
    PayingSubscriptionId, PriceList, SubscriptionKind,
};

use crate::{
    Hub, MonthEffect, Statement,
    close::{CloseError, terms},
};

/// Something that could be changed.
#[derive(Debug, Clone)]
pub enum Supposition {
    /// The partner is charged by this list.
    Prices(Box<PriceList>),
    /// A tenant is mapped to a subscription, from a day on.
    Map {
        /// Which tenant.
        tenant: DirectoryId,
        /// To what.
        subscription: PayingSubscriptionId,
        /// On which stamp; on all stamps of the partner when nothing is said.
        stamp: Option<CloudId>,
        /// The first day.
        from: Day,
    },
    /// A tenant's usage goes to the default subscription, from a day on.
    Unmap {
        /// Which tenant.
        tenant: DirectoryId,
        /// On which stamp; on all stamps of the partner when nothing is said.
        stamp: Option<CloudId>,
        /// The first day.
        from: Day,
    },
    /// All registrations of the partner are of another billing model, as if they had always been.
    Model(BillingModel),
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The real change would be refused.
    #[error("{0}")]
    Refused(String),
    /// The months could not be rated.
    #[error(transparent)]
    Close(#[from] CloseError),
}

/// What a customer's month costs the partner, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerEffect {
    /// The month.
    pub month: Month,
    /// Who; none for the partner's own.
    pub customer: Option<CustomerId>,
    /// As things are; none when nothing is due.
    pub before: Option<Money>,
    /// As they would be.
    pub after: Option<Money>,
}

/// What would be different.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// By month.
    pub months: Vec<MonthEffect>,
    /// By month and customer, where it differs.
    pub customers: Vec<CustomerEffect>,
}

impl Hub {
    /// What some changes would make of a partner's months, or of one of them. Nothing is written.
    ///
    /// # Errors
    ///
    /// When a change would be refused, when a month cannot be rated, or when the store fails.
    pub fn what_if(
        &self,
        partner: &PartnerId,
        suppositions: &[Supposition],
        month: Option<Month>,
    ) -> Result<WhatIf, WhatIfError> {
        let office = self.current_office().map_err(CloseError::from)?;
        let mut changed = Office::clone(&office);
        for one in suppositions {
            suppose(&mut changed, partner, one).map_err(WhatIfError::Refused)?;
        }
        let mut months = self.effects(partner, &changed)?;
        months.retain(|effect| month.is_none_or(|month| effect.month == month));
        let mut customers = Vec::new();
        for effect in &months {
            let before = self.by_customer(&office, partner, effect.month)?;
            let after = self.by_customer(&changed, partner, effect.month)?;
            let everybody: BTreeSet<&Option<CustomerId>> = before.keys().chain(after.keys()).collect();
            for customer in everybody {
                let (before, after) = (before.get(customer).copied(), after.get(customer).copied());
                if before != after {
                    customers.push(CustomerEffect { month: effect.month, customer: customer.clone(), before, after });
                }
            }
        }
        Ok(WhatIf { months, customers })
    }

    fn by_customer(
        &self,
        office: &Office,
        partner: &PartnerId,
        month: Month,
    ) -> Result<BTreeMap<Option<CustomerId>, Money>, CloseError> {
        let terms = match terms(office, partner) {
            Ok(terms) => terms,
            Err(CloseError::NoPriceList(_)) => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        let book = self.gather(office, &Self::stamps_of(office, partner), month)?;
        let months = Self::rate(office, &book, Some(partner))?;
        let statement = Statement { terms, months, unattributed: 0 };
        Ok(statement.with_totals(|totals| totals.by_customer.clone())?)
    }
}

/// Changes an office as somebody supposes.
fn suppose(office: &mut Office, partner: &PartnerId, supposition: &Supposition) -> Result<(), String> {
    match supposition {
        Supposition::Prices(list) => {
            let known = office.partners.get_mut(partner).ok_or_else(|| format!("partner {partner} is not known"))?;
            known.price_list = Some(list.id.clone());
            office.price_lists.insert(list.id.clone(), PriceList::clone(list));
            Ok(())
        }
        Supposition::Map { tenant, subscription, stamp, from } => {
            let found = office.subscriptions.get(subscription);
            let found = found.filter(|one| one.kind == SubscriptionKind::Csp);
            let found = found.ok_or_else(|| format!("map {tenant} to {subscription}: it is no CSP subscription"))?;
            if found.directory != *tenant {
                return Err(format!("map {tenant} to {subscription}: it lives in the directory {}", found.directory));
            }
            let payer = office.payer(found, *from).map(|payer| &payer.id);
            if payer != Some(partner) {
                return Err(format!("map {tenant} to {subscription}: it is not of partner {partner} on {from}"));
            }
            let subscription = found.id.clone();
            add_mapping(
                office,
                (partner, stamp.as_ref()),
                &Mapping { tenant: tenant.clone(), subscription: Some(subscription), from: *from },
            )
        }
        Supposition::Unmap { tenant, stamp, from } => {
            let mapping = Mapping { tenant: tenant.clone(), subscription: None, from: *from };
            add_mapping(office, (partner, stamp.as_ref()), &mapping)
        }
        Supposition::Model(model) => {
            let stamps = Hub::stamps_of(office, partner);
            for registration in office.registrations.iter_mut().filter(|one| stamps.contains(&one.stamp)) {
                registration.billing_model = *model;
            }
            Ok(())
        }
    }
}

/// Adds a mapping to each registration of a partner's stamps, or of one of them, that holds on its day or later.
fn add_mapping(
    office: &mut Office,
    (partner, stamp): (&PartnerId, Option<&CloudId>),
    mapping: &Mapping,
) -> Result<(), String> {
    let mut stamps = Hub::stamps_of(office, partner);
    stamps.retain(|one| stamp.is_none_or(|wanted| wanted == one));
    let mut found = false;
    let mine = office.registrations.iter_mut().filter(|one| stamps.contains(&one.stamp));
    for registration in mine.filter(|one| one.until.is_none_or(|until| mapping.from < until)) {
        if registration.billing_model != BillingModel::PayAsYouUse {
            continue;
        }
        found = true;
        registration.mappings.push(mapping.clone());
    }
    if found {
        Ok(())
    } else {
        Err(format!("no registration of partner {partner} takes tenants from {} on", mapping.from))
    }
}
