//! Rate card of a partner: the prices that are in force today.
//!
//! Source: Partner Center REST v1, get prices for Microsoft Azure, 2019-09; domain notes G.

use contract::{
    commerce::REGION,
    partner_center_billing::{AzureMeter, AzureRateCard},
};
use model::{Day, PartnerKind};

use super::{fault::Refused, invoices::tell, route};
use crate::{
    answer::Answer,
    call::Call,
    commerce::{
        READ_PRICES, price,
        rate_card::{list_missing, too_large},
        usage::meter_text,
    },
    error::ApiError,
    route::Route,
};

/// The routes of prices.
pub(crate) const ROUTES: &[Route] = &[Route {
    query: &["currency", "region"],
    refusals: &[403, 409],
    ..route(
        "GET",
        "/v1/ratecards/azure",
        READ_PRICES,
        "The prices that are in force today for the caller's partner.",
        &[200],
        |call| tell(call, get(call)),
    )
}];

fn get(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let known = call.office.partners.get(&partner);
    if known.is_some_and(|known| known.kind == PartnerKind::IndirectReseller) {
        let text = "The prices are your provider's: it is invoiced for your customers. Ask your provider.";
        return Err(Refused::forbidden("PricesNotShown", text));
    }
    let list = call.office.price_list_of(&partner).ok_or_else(list_missing)?;
    let code = list.currency.code();
    if let Some(sent) = call.query.get("currency").filter(|sent| !sent.is_empty() && !sent.eq_ignore_ascii_case(code)) {
        let sent: String = sent.chars().take(20).collect();
        let text = format!("There are no prices in the currency '{sent}': yours are in '{code}'.");
        return Err(Refused::invalid("InvalidCurrency", text));
    }
    let today = call.hub().now().day().unwrap_or(Day(0));
    let prices = price::in_force(list, today).map_err(|error| too_large(&error))?;
    let meters = prices.into_iter().map(|price| AzureMeter {
        id: meter_text(price.meter),
        name: price.texts.name,
        rates: price.rates,
        tags: Vec::new(),
        category: price.texts.category,
        subcategory: price.texts.subcategory,
        region: REGION.to_owned(),
        unit: price.texts.unit,
        included_quantity: price.included,
        effective_date: price.from.start().to_string(),
    });
    Ok(Answer::ok(&AzureRateCard::new(code, meters.collect()))?)
}
