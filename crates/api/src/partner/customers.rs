//! Customers: those of a partner and of its resellers, over HTTP.

use contract::partner::{Customer, Customers};

use super::{named, page, reach};
use crate::{
    answer::{Answer, Reply},
    call::Call,
};

pub(super) fn list(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let partners = reach::partners(&call.office, &partner.id);
    let all = reach::customers(&call.office, &partners).collect();
    let of = format!("customers of {}", partner.id.folded());
    let page = page::page(call, &of, call.query.get(page::TOKEN), all, |one| one.id.folded().to_owned())?;
    let shown = page.items.iter().map(|customer| Customer {
        id: customer.id.to_string(),
        name: customer.name.clone(),
        partner: customer.partner.to_string(),
    });
    let next_link = page.next.map(|token| page::link(call, &token));
    Answer::ok(&Customers { customers: shown.collect(), next_link })
}
