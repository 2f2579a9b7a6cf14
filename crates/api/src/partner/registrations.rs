//! Registrations that a partner pays for, over HTTP: which stamps there are, and who pays on them.

use std::collections::BTreeSet;

use contract::partner::{Registration, Registrations};
use model::Day;

use super::{named, page, reach};
use crate::{
    answer::{Answer, Reply},
    call::Call,
};

pub(super) fn list(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let partners = reach::partners(&call.office, &partner.id);
    let today = call.hub().now().day().unwrap_or(Day(0));
    let paid = |registration: &&model::Registration| {
        let default = call.office.subscriptions.get(&registration.default_subscription);
        registration.holds_on(today) && default.is_some_and(|one| reach::holds(&partners, one, today))
    };
    let mut all: Vec<_> = call.office.registrations.iter().filter(paid).collect();
    all.sort_by(|left, right| left.id.cmp(&right.id));
    let of = format!("registrations of {}", partner.id.folded());
    let page = page::page(call, &of, call.query.get(page::TOKEN), all, |one| one.id.folded().to_owned())?;
    let registrations = page.items.iter().map(|one| show(call, one, today)).collect();
    let next_link = page.next.map(|token| page::link(call, &token));
    Answer::ok(&Registrations { registrations, next_link })
}

fn show(call: &Call<'_>, registration: &model::Registration, today: Day) -> Registration {
    let stamp = call.office.stamps.get(&registration.stamp);
    let default = call.office.subscriptions.get(&registration.default_subscription);
    let owner = default.and_then(|one| reach::standing(one, today)).and_then(|standing| standing.partner.as_ref());
    let tenants: BTreeSet<_> = registration.mappings.iter().map(|mapping| &mapping.tenant).collect();
    let tenants = tenants.iter().filter(|tenant| registration.mapped(tenant, today).is_some()).count();
    Registration {
        id: registration.id.to_string(),
        name: registration.name.clone(),
        stamp: registration.stamp.to_string(),
        stamp_name: stamp
            .filter(|stamp| !stamp.name.is_empty())
            .map_or_else(|| registration.stamp.to_string(), |stamp| stamp.name.clone()),
        region: stamp.map_or_else(String::new, |stamp| stamp.region.clone()),
        state: registration.state(today).word().to_owned(),
        billing_model: registration.billing_model.word().to_owned(),
        default_subscription: registration.default_subscription.to_string(),
        partner: owner.map_or_else(String::new, ToString::to_string),
        approved: registration.approved,
        tenants: u64::try_from(tenants).unwrap_or(u64::MAX),
        from: registration.from.to_string(),
    }
}
