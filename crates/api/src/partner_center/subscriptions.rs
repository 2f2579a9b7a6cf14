//! Subscriptions of a customer: listed, shown, suspended, activated, cancelled, renamed.

use std::collections::BTreeSet;

use contract::partner_center::{
    Collection, Subscription, SubscriptionChange, SubscriptionFacts, SubscriptionStatus, read_request,
};
use hub::{Catalogue, WantedSubscription};
use model::{Customer, Day, Office, PartnerId, PayingSubscription, PayingSubscriptionId, SubscriptionState};
use sha2::{Digest, Sha256};

use super::{
    customers::{find as find_customer, reached},
    fault::Refused,
    once::alone,
    page, uri,
};
use crate::{answer::Answer, call::Call, partner::reach};

/// What all subscriptions here are ordered as, and what people call it. Source: Partner Center, Azure offer of cloud
/// solution providers, 2017-12.
pub(super) const OFFER: (&str, &str) = ("MS-AZR-0145P", "Microsoft Azure");

/// The subscriptions of a customer that the caller sees: those of its own partners today.
pub(super) fn seen<'a>(
    office: &'a Office,
    partners: &'a BTreeSet<PartnerId>,
    customer: &'a Customer,
    today: Day,
) -> impl Iterator<Item = &'a PayingSubscription> {
    let sold = office.subscriptions.values().filter(|one| one.customer.as_ref() == Some(&customer.id));
    sold.filter(move |one| reach::holds(partners, one, today))
}

fn today(call: &Call<'_>) -> Day {
    call.hub().now().day().unwrap_or(Day(0))
}

/// How a subscription is shown.
fn show(customer: &Customer, subscription: &PayingSubscription, today: Day) -> Subscription {
    let standing = reach::standing(subscription, today);
    let status = match standing.map_or(SubscriptionState::Active, |standing| standing.state) {
        SubscriptionState::Active => SubscriptionStatus::Active,
        SubscriptionState::Suspended => SubscriptionStatus::Suspended,
        SubscriptionState::Cancelled => SubscriptionStatus::Deleted,
    };
    let since = subscription.standings.first().map_or(Day(0), |first| first.from).start().to_string();
    let text = format!("{}\n{}\n{}", subscription.id.folded(), subscription.name, subscription.standings.len());
    let etag = hub::hex(&Sha256::digest(text)).get(..16).unwrap_or_default().to_owned();
    Subscription::by_usage(SubscriptionFacts {
        customer: customer.id.as_str(),
        id: subscription.id.as_str(),
        offer: OFFER,
        friendly_name: &subscription.name,
        since: &since,
        status,
        // Orders are not kept: what came of one is.
        order: None,
        etag: &format!("\"{etag}\""),
    })
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, Refused> {
    let (_, partners) = reached(call, &call.office)?;
    let customer = find_customer(&call.office, &partners, call.param("customer"))?;
    let today = today(call);
    let found = seen(&call.office, &partners, customer, today).collect();
    let of = format!("subscriptions of {}", customer.id.folded());
    let page = page(call, &of, found, |one: &&PayingSubscription| one.id.folded().to_owned())?;
    let items = page.items.iter().map(|one| show(customer, one, today)).collect();
    Ok(Answer::ok(&Collection::page(items, &uri(call), page.next))?)
}

/// The subscription in the path, with its customer.
pub(super) fn find<'a>(
    call: &Call<'_>,
    office: &'a Office,
    partners: &BTreeSet<PartnerId>,
) -> Result<(&'a Customer, &'a PayingSubscription), Refused> {
    let customer = find_customer(office, partners, call.param("customer"))?;
    let sent = call.param("subscription");
    let known = PayingSubscriptionId::new(sent).ok().and_then(|id| office.subscriptions.get(&id));
    let known = known.filter(|one| one.customer.as_ref() == Some(&customer.id));
    let known = known.filter(|one| reach::holds(partners, one, today(call)));
    let known = known.ok_or_else(|| Refused::subscription_not_found(call.param("customer"), sent))?;
    Ok((customer, known))
}

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Refused> {
    let (_, partners) = reached(call, &call.office)?;
    let (customer, found) = find(call, &call.office, &partners)?;
    Ok(Answer::ok(&show(customer, found, today(call)))?)
}

pub(super) fn change(call: &Call<'_>) -> Result<Answer, Refused> {
    let change: SubscriptionChange = read_request(call.body).map_err(|problem| Refused::body(&problem))?;
    alone(call, |office| {
        let (_, partners) = reached(call, office)?;
        let (_, before) = find(call, office, &partners)?;
        let wanted = wanted(before, &change, today(call))?;
        let wanted = Catalogue { subscriptions: vec![wanted], ..Catalogue::default() };
        call.hub().apply_catalogue(&call.actor(), &wanted, false)?;
        let office = call.hub().current_office()?;
        let (customer, after) = find(call, &office, &partners)?;
        Ok(Answer::ok(&show(customer, after, today(call)))?)
    })
}

fn wanted(before: &PayingSubscription, change: &SubscriptionChange, today: Day) -> Result<WantedSubscription, Refused> {
    let last = before.standings.last();
    let was = last.map_or(SubscriptionState::Active, |last| last.state);
    let state = match change.status {
        None => was,
        Some(SubscriptionStatus::Active) => SubscriptionState::Active,
        Some(SubscriptionStatus::Suspended) => SubscriptionState::Suspended,
        Some(SubscriptionStatus::Deleted) => SubscriptionState::Cancelled,
    };
    if state != was && was == SubscriptionState::Cancelled {
        let text = format!("The subscription '{}' is cancelled for good. Order another one.", before.id);
        return Err(Refused::conflict("SubscriptionDeleted", text));
    }
    if let Some(later) = last.filter(|last| state != was && last.from > today) {
        let text = format!(
            "The subscription '{}' changes on {} already. Wait for that day, or ask the operator.",
            before.id, later.from
        );
        return Err(Refused::conflict("ChangePending", text));
    }
    let name = change.friendly_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    Ok(WantedSubscription {
        id: before.id.clone(),
        name: name.unwrap_or(&before.name).to_owned(),
        kind: before.kind,
        directory: before.directory.clone(),
        customer: before.customer.clone(),
        partner: last.and_then(|last| last.partner.clone()),
        state,
        from: None,
    })
}
