//! Unmapped: tenants whose usage falls to the default subscription although nobody decided so.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use billing::{
    attribute::{Attribution, Attributor, Paid, Rule},
    bill::{Terms, round},
    rate::DailyCharge,
};
use model::{
    Amount, Charge, CloudId, Currency, DailySum, Day, DirectoryId, LineKey, MeterCatalogue, MeterId, Money, Month,
    Office, Overflow, PartnerId, PayingSubscriptionId, Quantity, RegistrationId, SubscriptionKind, SubscriptionState,
};
use store::StoreError;

use crate::{
    Hub, View,
    close::{CloseError, terms},
    daily::Side,
};

/// How far back it is looked for the day on which it began. Unit: months.
const MONTHS_BACK_MAX: usize = 24;

/// A tenant of a stamp whose usage of a month the default subscription pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// Where.
    pub stamp: CloudId,
    /// The tenant; none when the stamp did not say whose the usage is.
    pub tenant: Option<DirectoryId>,
    /// The tenant's domain, when the office knows it.
    pub domain: Option<String>,
    /// Why the default pays, on the last day of it.
    pub rule: Rule,
    /// The registration that would map it.
    pub registration: RegistrationId,
    /// Who pays instead.
    pub default_subscription: PayingSubscriptionId,
    /// The first day of usage that fell to the default with none in between that did not. Earlier than the month when it
    /// goes on since then.
    pub since: Day,
    /// The last day of such usage in the month.
    pub last_day: Day,
    /// What was used, by meter. What is shown and never charged is left out.
    pub usage: Vec<UnmappedUsage>,
    /// How many rows that is.
    pub rows: u64,
    /// What it costs the default subscription; none when the partner has no price list.
    pub cost: Option<Money>,
    /// Active subscriptions in the tenant's directory to which it could be mapped.
    pub candidates: Vec<PayingSubscriptionId>,
}

/// What such a tenant used of one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmappedUsage {
    /// What.
    pub meter: MeterId,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
    /// What it costs; none when the partner has no price list.
    pub cost: Option<Money>,
}

impl Unmapped {
    /// What a person can do about it.
    pub fn advice(&self) -> String {
        let name = self.registration.as_str().rsplit('/').next().unwrap_or_default();
        let whose = self.domain.as_deref().or(self.tenant.as_ref().map(DirectoryId::as_str)).unwrap_or("?");
        match (self.rule, self.candidates.as_slice()) {
            (Rule::TenantUnknown, _) => {
                "have the bridge send the table of local subscriptions with their directories, then send the windows again"
                    .to_owned()
            }
            (Rule::Unmapped, [one]) => format!("add the customer subscription {one} to the registration {name}"),
            (Rule::Unmapped, []) => format!(
                "make a CSP subscription in the directory {whose}, then add it to the registration {name} as a customer subscription"
            ),
            (Rule::Unmapped, several) => {
                let listed: Vec<&str> = several.iter().map(PayingSubscriptionId::as_str).collect();
                format!("add one of the customer subscriptions {} to the registration {name}", listed.join(", "))
            }
            (Rule::MappedNotActive, _) => "make the mapped subscription active again, or map the tenant to another one".to_owned(),
            (Rule::MappedOtherPartner, _) => {
                "map the tenant to a subscription of your own: the mapped one belongs to another partner".to_owned()
            }
            _ => format!("map the tenant to a CSP subscription of the directory {whose}: the mapped one cannot be charged"),
        }
    }
}

type Who = (CloudId, Option<DirectoryId>);

/// What was found of one tenant.
struct Found {
    rule: Rule,
    registration: RegistrationId,
    default_subscription: PayingSubscriptionId,
    /// Where the last stretch of days on which it fell to the default begins.
    since: Day,
    last_day: Day,
    /// Whether it was mapped on an earlier day of the month.
    mapped_before: bool,
    /// Whether it was mapped since.
    mapped_since: bool,
    rows: u64,
    usage: BTreeMap<MeterId, (Quantity, Option<Money>)>,
}

impl Hub {
    /// The tenants of a partner's stamps whose usage of a month the default subscription pays because nobody mapped them, or
    /// because what they are mapped to cannot be charged. The operator's own usage is not among it, nor are stamps whose
    /// registration takes no tenants.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or not invoiced itself, when a sum does not fit, or when the store fails.
    pub fn unmapped(&self, partner: &PartnerId, month: Month) -> Result<Vec<Unmapped>, CloseError> {
        let office = self.current_office()?;
        let terms = match terms(&office, partner) {
            Ok(terms) => Some(terms),
            Err(CloseError::NoPriceList(_)) => None,
            Err(error) => return Err(error),
        };
        let mut found = self.fallen(&office, partner, month)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(terms) = terms {
            self.add_costs(partner, month, terms, &mut found)?;
        }
        self.look_back(&office, partner, month, &mut found)?;
        let currency = terms.map(|terms| terms.currency);
        found.into_iter().map(|(who, found)| shown(&office, currency, who, found)).collect()
    }

    /// What fell to the default subscription in a month, by tenant.
    fn fallen(&self, office: &Office, partner: &PartnerId, month: Month) -> Result<BTreeMap<Who, Found>, CloseError> {
        let mut all: BTreeMap<Who, Found> = BTreeMap::new();
        let mut mapped: BTreeSet<Who> = BTreeSet::new();
        let mut overflow = false;
        let stamps = Self::stamps_of(office, partner);
        self.each_attributed(office, &stamps, month, &mut |sum, attribution| {
            let Attribution::Paid(paid) = attribution else { return Ok(()) };
            if paid.payer.id != *partner || !is_charged(sum, &paid) {
                return Ok(());
            }
            let who = (sum.stamp.clone(), sum.subscriber.tenant.clone());
            if !has_fallen(paid.rule) {
                if let Some(known) = all.get_mut(&who) {
                    known.mapped_since = true;
                } else {
                    mapped.insert(who);
                }
                return Ok(());
            }
            let mapped_before = mapped.contains(&who);
            let one = all.entry(who).or_insert_with(|| Found::new(sum, &paid, mapped_before));
            overflow |= one.add(sum, &paid).is_err();
            Ok(())
        })?;
        if overflow { Err(Overflow.into()) } else { Ok(all) }
    }

    /// Adds what it costs: a tenant's share of each line is added up exactly, and rounded once as the line would be. So a
    /// tenant that is alone on the default subscription costs what the invoice says.
    fn add_costs(
        &self,
        partner: &PartnerId,
        month: Month,
        terms: Terms,
        found: &mut BTreeMap<Who, Found>,
    ) -> Result<(), CloseError> {
        let office: OnceCell<Arc<Office>> = OnceCell::new();
        let mut attributor: Option<(CloudId, Day, Attributor<'_>)> = None;
        let mut shares: BTreeMap<(Who, LineKey), Amount> = BTreeMap::new();
        let daily = self.daily_charges::<CloseError>(
            partner,
            month,
            View::Now,
            Side::Cost,
            |daily| {
                let _ = office.set(Arc::clone(&daily.office));
                Ok(())
            },
            |charge: &DailyCharge| {
                let Some(office) = office.get() else { return Ok(()) };
                let key = &charge.line.key;
                let who = (key.stamp.clone(), charge.subscriber.tenant.clone());
                if !found.contains_key(&who) {
                    return Ok(());
                }
                if attributor.as_ref().is_none_or(|(stamp, day, _)| *stamp != key.stamp || *day != charge.day) {
                    attributor = Some((key.stamp.clone(), charge.day, Attributor::new(office, &key.stamp, charge.day)));
                }
                let Some((_, _, attributor)) = &attributor else { return Ok(()) };
                let Attribution::Paid(paid) = attributor.attribute(&charge.subscriber) else { return Ok(()) };
                if has_fallen(paid.rule) {
                    add_share(&mut shares, (who, key.clone()), charge.line.amount)?;
                }
                Ok(())
            },
        )?;
        // All subscriptions of a partner are rated by one list, so what one month is exchanged at holds for all.
        let exchange = daily.rated.first().and_then(|rated| rated.exchange);
        for ((who, key), amount) in shares {
            let cost = found.get_mut(&who).and_then(|one| one.usage.get_mut(&key.meter));
            let Some((_, cost)) = cost else { continue };
            let money = round(amount, exchange, terms)?.money;
            *cost = Some(cost.unwrap_or(Money::zero(terms.currency)).checked_add(money)?);
        }
        Ok(())
    }

    /// Finds out since when it goes on.
    fn look_back(
        &self,
        office: &Office,
        partner: &PartnerId,
        month: Month,
        found: &mut BTreeMap<Who, Found>,
    ) -> Result<(), StoreError> {
        let stamps: BTreeSet<CloudId> = found.keys().map(|(stamp, _)| stamp.clone()).collect();
        let stamps: Vec<CloudId> = stamps.into_iter().collect();
        // What began after a day on which it was mapped began there, and so did what nobody used in the month before.
        let mut open: BTreeSet<Who> =
            found.iter().filter(|(_, one)| !one.mapped_before).map(|(who, _)| who.clone()).collect();
        let months: Vec<Month> = self.months(&stamps)?.into_iter().filter(|one| *one < month).rev().collect();
        let mut later = month;
        for earlier in months.into_iter().take(MONTHS_BACK_MAX) {
            if open.is_empty() || earlier.next() != later {
                break;
            }
            later = earlier;
            let mut began: BTreeMap<Who, Option<Day>> = BTreeMap::new();
            let mut interrupted: BTreeSet<Who> = BTreeSet::new();
            self.each_attributed(office, &stamps, earlier, &mut |sum, attribution| {
                let Attribution::Paid(paid) = attribution else { return Ok(()) };
                let who = (sum.stamp.clone(), sum.subscriber.tenant.clone());
                if paid.payer.id != *partner || !open.contains(&who) || !is_charged(sum, &paid) {
                    return Ok(());
                }
                if has_fallen(paid.rule) {
                    began.entry(who).or_insert(None).get_or_insert(sum.day);
                } else {
                    began.insert(who.clone(), None);
                    interrupted.insert(who);
                }
                Ok(())
            })?;
            for (who, one) in found.iter_mut().filter(|(who, _)| open.contains(who)) {
                if let Some(day) = began.get(who).copied().flatten() {
                    one.since = day;
                }
            }
            open.retain(|who| began.contains_key(who) && !interrupted.contains(who));
        }
        Ok(())
    }
}

impl Found {
    fn new(sum: &DailySum, paid: &Paid<'_>, mapped_before: bool) -> Self {
        Self {
            rule: paid.rule,
            registration: paid.registration.id.clone(),
            default_subscription: paid.paying_subscription.id.clone(),
            since: sum.day,
            last_day: sum.day,
            mapped_before,
            mapped_since: false,
            rows: 0,
            usage: BTreeMap::new(),
        }
    }

    fn add(&mut self, sum: &DailySum, paid: &Paid<'_>) -> Result<(), Overflow> {
        if std::mem::take(&mut self.mapped_since) {
            (self.since, self.mapped_before) = (sum.day, true);
        }
        (self.rule, self.last_day) = (paid.rule, sum.day);
        self.rows = self.rows.checked_add(sum.rows).ok_or(Overflow)?;
        let (quantity, _) = self.usage.entry(sum.meter.clone()).or_insert((Quantity::ZERO, None));
        *quantity = quantity.checked_add(sum.quantity)?;
        Ok(())
    }
}

/// Adds a part to a share of a line. All parts of a line are over the same divisor.
fn add_share(
    shares: &mut BTreeMap<(Who, LineKey), Amount>,
    share: (Who, LineKey),
    part: Amount,
) -> Result<(), Overflow> {
    match shares.entry(share) {
        Entry::Vacant(place) => drop(place.insert(part)),
        Entry::Occupied(mut place) => *place.get_mut() = place.get().checked_add(part)?,
    }
    Ok(())
}

fn shown(
    office: &Office,
    currency: Option<Currency>,
    (stamp, tenant): Who,
    found: Found,
) -> Result<Unmapped, CloseError> {
    let mut total = currency.map(Money::zero);
    let mut usage = Vec::new();
    for (meter, (quantity, cost)) in found.usage {
        let cost = cost.or_else(|| currency.map(Money::zero));
        if let (Some(sum), Some(cost)) = (total.as_mut(), cost) {
            *sum = sum.checked_add(cost)?;
        }
        usage.push(UnmappedUsage { meter, quantity, cost });
    }
    let domain = tenant.as_ref().and_then(|tenant| office.directories.get(tenant));
    let candidates = tenant.as_ref().map_or_else(Vec::new, |tenant| candidates(office, tenant, found.last_day));
    Ok(Unmapped {
        domain: domain.map(|directory| directory.domain.clone()),
        candidates,
        stamp,
        tenant,
        rule: found.rule,
        registration: found.registration,
        default_subscription: found.default_subscription,
        since: found.since,
        last_day: found.last_day,
        usage,
        rows: found.rows,
        cost: total,
    })
}

/// Where a tenant could be mapped to.
fn candidates(office: &Office, tenant: &DirectoryId, day: Day) -> Vec<PayingSubscriptionId> {
    let active = |one: &model::PayingSubscription| {
        one.standing(day).is_some_and(|standing| standing.state == SubscriptionState::Active)
    };
    let fits =
        |one: &&model::PayingSubscription| one.directory == *tenant && one.kind == SubscriptionKind::Csp && active(one);
    office.subscriptions.values().filter(fits).map(|one| one.id.clone()).collect()
}

/// Whether usage is of a kind that anybody would be charged for.
fn is_charged(sum: &DailySum, paid: &Paid<'_>) -> bool {
    let informational =
        || MeterCatalogue::published().find(&sum.meter).is_some_and(|meter| meter.charge == Charge::Informational);
    paid.charged && !sum.quantity.is_zero() && !informational()
}

/// Whether the default pays although nobody decided so.
fn has_fallen(rule: Rule) -> bool {
    rule.is_flagged() || matches!(rule, Rule::Unmapped | Rule::TenantUnknown)
}
