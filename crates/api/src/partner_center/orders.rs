//! Orders of a customer: each line makes a subscription. Orders themselves are not kept.

use std::collections::BTreeSet;

use contract::partner_center::{Order, OrderLine, OrderLineRequest, OrderRequest, read_request};
use hub::{Catalogue, WantedSubscription};
use model::{Customer, DirectoryId, Office, PartnerId, PayingSubscriptionId, SubscriptionKind, SubscriptionState};

use super::{
    customers::{Homes, find, reached},
    fault::Refused,
    guid,
    once::once,
    subscriptions::OFFER,
};
use crate::{answer::Answer, call::Call};

/// How a subscription that is paid by usage may be said to be billed. Source: Partner Center, order resource, 2017-12.
const BILLING_CYCLES: &[&str] = &["monthly", "none", "unknown"];

pub(super) fn create(call: &Call<'_>) -> Result<Answer, Refused> {
    let request: OrderRequest = read_request(call.body).map_err(|problem| Refused::body(&problem))?;
    // Whether the customer is there is said before what is wrong with the order.
    let (_, partners) = reached(call, &call.office)?;
    let customer = find(&call.office, &partners, call.param("customer"))?;
    check(&request, customer, call.param("customer"))?;
    once(call, |office| carry_out(call, office, &request))
}

fn check(request: &OrderRequest, customer: &Customer, sent: &str) -> Result<(), Refused> {
    if let Some(problem) = request.problem() {
        return Err(Refused::body(&problem));
    }
    let other = request.reference_customer_id.as_deref().filter(|named| {
        !named.is_empty() && !named.eq_ignore_ascii_case(customer.id.as_str()) && !named.eq_ignore_ascii_case(sent)
    });
    if let Some(other) = other {
        let text = format!("The order names the customer '{other}', and its address another one. Correct one of them.");
        return Err(Refused::invalid("CustomerMismatch", text));
    }
    let cycle = request.billing_cycle.as_deref().unwrap_or("monthly");
    if !BILLING_CYCLES.iter().any(|known| known.eq_ignore_ascii_case(cycle)) {
        let text = format!("The billing cycle '{cycle}' is not offered: usage is invoiced 'monthly'.");
        return Err(Refused::invalid("InvalidBillingCycle", text));
    }
    let mut numbers = BTreeSet::new();
    for line in &request.line_items {
        check_line(line)?;
        if !numbers.insert(line.line_item_number) {
            let text = format!("The line {} stands twice in the order. Number the lines.", line.line_item_number);
            return Err(Refused::invalid("InvalidLineItem", text));
        }
    }
    Ok(())
}

fn check_line(line: &OrderLineRequest) -> Result<(), Refused> {
    let number = line.line_item_number;
    if !line.offer_id.eq_ignore_ascii_case(OFFER.0) {
        let offer = &line.offer_id;
        let text = format!("The offer '{offer}' of line {number} is not sold here. Order '{}'.", OFFER.0);
        return Err(Refused::invalid("OfferNotFound", text));
    }
    if line.quantity != 1 {
        let text = format!("Line {number} orders {}, but a subscription is ordered singly.", line.quantity);
        return Err(Refused::invalid("InvalidQuantity", text));
    }
    if line.subscription_id.as_deref().is_some_and(|id| !id.is_empty()) {
        let text = format!("Line {number} names a subscription. The hub draws the id of a new one: take it out.");
        return Err(Refused::invalid("SubscriptionIdNotAllowed", text));
    }
    Ok(())
}

/// The partner of record of a line: the one that it names, or whose customer it is.
fn partner(line: &OrderLineRequest, customer: &Customer, partners: &BTreeSet<PartnerId>) -> Result<PartnerId, Refused> {
    let Some(sent) = line.partner_id_on_record.as_deref().filter(|sent| !sent.is_empty()) else {
        return Ok(customer.partner.clone());
    };
    let known = PartnerId::new(sent).ok().and_then(|id| partners.get(&id));
    known.cloned().ok_or_else(|| {
        let number = line.line_item_number;
        let text = format!("The partner '{sent}' on record of line {number} is neither you nor one of your resellers.");
        Refused::invalid("PartnerNotFound", text)
    })
}

fn carry_out(call: &Call<'_>, office: &Office, request: &OrderRequest) -> Result<Order, Refused> {
    let (_, partners) = reached(call, office)?;
    let customer = find(office, &partners, call.param("customer"))?;
    let directory: &DirectoryId =
        Homes::of(office).directory(customer).map(|directory| &directory.id).ok_or_else(|| {
            let text = format!("The customer '{}' has no directory that a subscription can live in.", customer.id);
            Refused::conflict("DirectoryMissing", text)
        })?;
    let mut subscriptions = Vec::new();
    let mut lines = Vec::new();
    for line in &request.line_items {
        let name = line.friendly_name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(OFFER.1);
        let id = guid::draw()?;
        let id = PayingSubscriptionId::new(&id).map_err(|error| Refused::body(&error.to_string()))?;
        lines.push(OrderLine::of(customer.id.as_str(), line.line_item_number, OFFER.0, id.as_str(), name));
        subscriptions.push(WantedSubscription {
            id,
            name: name.to_owned(),
            kind: SubscriptionKind::Csp,
            directory: directory.clone(),
            customer: Some(customer.id.clone()),
            partner: Some(partner(line, customer, &partners)?),
            state: SubscriptionState::Active,
            from: None,
        });
    }
    let wanted = Catalogue { subscriptions, ..Catalogue::default() };
    call.hub().apply_catalogue(&call.actor(), &wanted, false)?;
    Ok(Order::complete(&guid::draw()?, customer.id.as_str(), &call.hub().now().to_string(), lines))
}
