//! Subscriptions: what is charged, as a catalogue wants it. Made, suspended, cancelled, transferred; the past stays what it was.

use std::collections::{HashMap, HashSet};

use model::{
    Change, Day, DirectoryId, Office, PayingSubscription, PayingSubscriptionId, Registration, RegistrationDetails,
    RegistrationState, Standing, SubscriptionKind, SubscriptionState,
};
use store::OfficeRecord;

use super::{EntryKind, WantedSubscription, difference::Members, draft::Draft, partners::action};

const KIND: EntryKind = EntryKind::Subscription;

/// The subscriptions of an office, as a catalogue says them: with the last of their standings.
pub(super) fn of(office: &Office) -> Vec<WantedSubscription> {
    let each = office.subscriptions.values().filter_map(|one| {
        let last = one.standings.last()?;
        Some(WantedSubscription {
            id: one.id.clone(),
            name: one.name.clone(),
            kind: one.kind,
            directory: one.directory.clone(),
            customer: one.customer.clone(),
            partner: last.partner.clone(),
            state: last.state,
            from: Some(last.from),
        })
    });
    each.collect()
}

/// In which directories subscriptions live, by what may not meet there.
struct Homes<'a> {
    /// Those of subscriptions sold to customers.
    customers: HashSet<&'a DirectoryId>,
    /// Those of shared services.
    shared: HashSet<&'a DirectoryId>,
}

pub(super) fn compare(draft: &mut Draft<'_>, changed: &Change) {
    let wanted = &draft.wanted.subscriptions;
    draft.check_once(KIND, wanted.iter().map(|one| &one.id));
    let homes = homes(draft);
    let mut registrations: HashMap<&PayingSubscriptionId, Vec<&Registration>> = HashMap::new();
    for registration in &draft.office.registrations {
        registrations.entry(&registration.default_subscription).or_default().push(registration);
    }
    for subscription in wanted {
        let before = draft.office.subscriptions.get(&subscription.id);
        let standing = standing(before, subscription, draft.today);
        let members = members(before, subscription, standing.as_ref());
        if members.0.is_empty() {
            continue;
        }
        check(draft, subscription, &homes);
        match before {
            None => draft.check_guid(KIND, subscription.id.as_str(), "id", subscription.id.folded()),
            Some(before) => check_again(draft, before, subscription, standing.as_ref()),
        }
        let id = before.map_or(&subscription.id, |one| &one.id).clone();
        draft.change(KIND, id.to_string(), &subscription.name, action(before.is_some()), members);
        let mut standings = before.map(|one| one.standings.clone()).unwrap_or_default();
        standings.extend(standing);
        draft.record(OfficeRecord::Subscription(PayingSubscription {
            id,
            name: subscription.name.clone(),
            kind: subscription.kind,
            directory: subscription.directory.clone(),
            customer: subscription.customer.clone(),
            standings,
        }));
        if before.is_some_and(|before| before.directory != subscription.directory) {
            for registration in registrations.get(&subscription.id).into_iter().flatten() {
                reset(draft, registration, changed);
            }
        }
    }
}

fn homes<'a>(draft: &Draft<'a>) -> Homes<'a> {
    let mut homes = Homes { customers: HashSet::new(), shared: HashSet::new() };
    for sold in draft.sold() {
        match (sold.kind, sold.customer) {
            (SubscriptionKind::Csp, Some(_)) => homes.customers.insert(sold.directory),
            (SubscriptionKind::Cspss, _) => homes.shared.insert(sold.directory),
            _ => false,
        };
    }
    homes
}

/// What is to be added to the history; nothing when partner and state are what they were.
fn standing(before: Option<&PayingSubscription>, wanted: &WantedSubscription, today: Day) -> Option<Standing> {
    let last = before.and_then(|before| before.standings.last());
    let same = last.is_some_and(|last| last.partner == wanted.partner && last.state == wanted.state);
    let from = wanted.from.unwrap_or(today);
    (!same).then(|| Standing { from, partner: wanted.partner.clone(), state: wanted.state })
}

fn members(before: Option<&PayingSubscription>, wanted: &WantedSubscription, standing: Option<&Standing>) -> Members {
    let mut members = Members::default();
    members.text("name", before.map(|one| &one.name), &wanted.name);
    members.compare("kind", before.map(|one| &one.kind), &wanted.kind, |kind| Some(kind.word().to_owned()));
    members.text("directory", before.map(|one| &one.directory), &wanted.directory);
    members.optional("customer", before.and_then(|one| one.customer.as_ref()), wanted.customer.as_ref());
    if let Some(standing) = standing {
        let last = before.and_then(|before| before.standings.last());
        members.optional("partner", last.and_then(|one| one.partner.as_ref()), standing.partner.as_ref());
        let word = |state: &SubscriptionState| Some(state.word().to_owned());
        members.compare("state", last.map(|one| &one.state), &standing.state, word);
        members.changed("from", last.map(|one| one.from.to_string()), Some(standing.from.to_string()));
    }
    members
}

/// What any subscription must keep to.
fn check(draft: &mut Draft<'_>, wanted: &WantedSubscription, homes: &Homes<'_>) {
    let entry = (KIND, wanted.id.as_str());
    draft.check_name(KIND, entry.1, &wanted.name);
    draft.check_there(
        draft.has_directory(&wanted.directory),
        entry,
        "directory",
        ("directory", wanted.directory.as_str()),
    );
    let of_partner = matches!(wanted.kind, SubscriptionKind::Csp | SubscriptionKind::Cspss);
    let word = wanted.kind.word();
    match &wanted.partner {
        Some(partner) if of_partner => {
            draft.check_there(draft.partner(partner).is_some(), entry, "partner", ("partner", partner.as_str()));
        }
        Some(_) => {
            let message = format!("a subscription of type {word} is bought without a partner: take it out");
            draft.problem(KIND, entry.1, "partner", message);
        }
        None if of_partner => {
            let message = format!("a subscription of type {word} has a partner of record: name it");
            draft.problem(KIND, entry.1, "partner", message);
        }
        None => {}
    }
    check_customer(draft, wanted);
    let here = |homes: &HashSet<&DirectoryId>| homes.contains(&wanted.directory);
    let directory = &wanted.directory;
    if wanted.kind == SubscriptionKind::Cspss && here(&homes.customers) {
        let message = format!(
            "shared services live in a directory of the partner's own, and {directory} is that of a customer's CSP subscription: name another"
        );
        draft.problem(KIND, entry.1, "directory", message);
    }
    if wanted.kind == SubscriptionKind::Csp && wanted.customer.is_some() && here(&homes.shared) {
        let message = format!(
            "a customer has a directory of its own, and {directory} is that of a partner's CSPSS subscription: name another"
        );
        draft.problem(KIND, entry.1, "directory", message);
    }
}

fn check_customer(draft: &mut Draft<'_>, wanted: &WantedSubscription) {
    let entry = (KIND, wanted.id.as_str());
    let Some(customer) = &wanted.customer else { return };
    if wanted.kind != SubscriptionKind::Csp {
        let message =
            format!("only a CSP subscription is sold to a customer, and this is {}: take it out", wanted.kind.word());
        draft.problem(KIND, entry.1, "customer", message);
        return;
    }
    let Some(found) = draft.customer(customer) else {
        draft.check_there(false, entry, "customer", ("customer", customer.as_str()));
        return;
    };
    if let Some(partner) = wanted.partner.as_ref().filter(|partner| !draft.may_sell_to(partner, found)) {
        let message = format!(
            "it belongs to the partner {}, and the subscription to {partner}: give both the same partner",
            found.partner
        );
        draft.problem(KIND, entry.1, "customer", message);
    }
}

/// What a subscription that is there must keep to.
fn check_again(
    draft: &mut Draft<'_>,
    before: &PayingSubscription,
    wanted: &WantedSubscription,
    standing: Option<&Standing>,
) {
    let id = wanted.id.as_str();
    if before.kind != wanted.kind {
        let message = format!("it is {} and stays that: make another subscription", before.kind.word());
        draft.problem(KIND, id, "kind", message);
    }
    if before.customer != wanted.customer {
        let was = before.customer.as_ref().map_or("the partner's own", |customer| customer.as_str());
        let message = format!("it is {was} and stays that: make another subscription");
        draft.problem(KIND, id, "customer", message);
    }
    let (Some(standing), Some(last)) = (standing, before.standings.last()) else { return };
    if last.state == SubscriptionState::Cancelled {
        let message = format!("it is cancelled for good since {}: make another subscription", last.from);
        let member = if standing.state == last.state { "partner" } else { "state" };
        draft.problem(KIND, id, member, message);
        return;
    }
    if standing.from < last.from {
        let message =
            format!("{} is before {}, when it last changed: name that day or a later one", standing.from, last.from);
        draft.problem(KIND, id, "from", message);
    } else if standing.from < draft.today {
        let message = format!(
            "{} is past, and only a new subscription begins in the past: name {} or a later day, or take it out for today",
            standing.from, draft.today
        );
        draft.problem(KIND, id, "from", message);
    }
}

/// Marks a registration, because the directory of its default subscription changed: the stamp must be registered again.
///
/// Source: domain notes R27.
fn reset(draft: &mut Draft<'_>, registration: &Registration, changed: &Change) {
    let today = draft.today;
    let ended = registration.until.is_some_and(|until| until <= today);
    if ended || registration.details.reset {
        return;
    }
    let mut members = Members::default();
    let state = |state: &RegistrationState| Some(state.word().to_owned());
    members.compare("state", Some(&registration.state(today)), &RegistrationState::Reset, state);
    let id = registration.id.to_string();
    draft.change(EntryKind::Registration, id, &registration.name, action(true), members);
    let details = RegistrationDetails {
        reset: true,
        revision: registration.details.revision.saturating_add(1),
        changed: Some(changed.clone()),
        ..registration.details.clone()
    };
    // Without mappings, because those that are not named stay.
    let mappings = Vec::new();
    draft.record(OfficeRecord::Registration(Registration { mappings, details, ..registration.clone() }));
}
