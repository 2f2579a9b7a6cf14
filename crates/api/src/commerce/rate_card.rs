//! Rate card, over HTTP: the prices in force, by currency.

use contract::commerce::{API_VERSION, RATE_CARD_VERSION, REGION, RateCard, RateCardMeter};
use model::{Day, PriceList};

use super::{access, price};
use crate::{
    answer::{Answer, Reply},
    arm::filter::{FilterProblem, Words, read},
    call::Call,
    error::ApiError,
};

/// What a filter must say, all of it.
const WORDS: Words =
    Words { fields: &["OfferDurableId", "Currency", "Locale", "RegionInfo"], calls: &[], calls_with_text: &[] };

/// How every offer is called.
const OFFER_START: &str = "MS-AZR-";

/// What a filter asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    currency: String,
    locale: String,
}

pub(super) fn get(call: &Call<'_>) -> Reply {
    let partner = access::prices(call)?;
    let version = version(call)?;
    let wanted = wanted(call.query.get("$filter").unwrap_or_default()).map_err(|problem| refuse(&problem))?;
    let list = call.office.price_list_of(partner).ok_or_else(list_missing)?;
    if !wanted.currency.eq_ignore_ascii_case(list.currency.code()) {
        let (sent, known) = (&wanted.currency, list.currency);
        return Err(refuse(&format!("the prices of this subscription are in '{known}', not in '{sent}'")));
    }
    let today = call.hub().now().day().unwrap_or(Day(0));
    Answer::ok(&card(list, today, &wanted.locale, version == RATE_CARD_VERSION)?)
}

pub(crate) fn list_missing() -> ApiError {
    let message = "There are no prices for this partner: no price list is assigned. Tell the operator.";
    ApiError::new(axum::http::StatusCode::CONFLICT, "PriceListMissing", message)
}

fn version<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    let sent = call.query.get("api-version").unwrap_or_default();
    let known = [API_VERSION, RATE_CARD_VERSION].into_iter().find(|known| known.eq_ignore_ascii_case(sent));
    known.ok_or_else(|| {
        let supported = format!("The supported versions are '{API_VERSION}' and '{RATE_CARD_VERSION}'.");
        if sent.is_empty() {
            return ApiError::bad_request("NoApiVersion", format!("The api-version is missing. {supported}"));
        }
        ApiError::bad_request("InvalidApiVersionParameter", format!("The api-version is not known. {supported}"))
    })
}

fn refuse(problem: &str) -> ApiError {
    let example = "OfferDurableId eq 'MS-AZR-0145P' and Currency eq 'USD' and Locale eq 'en-US' and RegionInfo eq 'US'";
    ApiError::bad_request("InvalidFilter", format!("The $filter is invalid: {problem}. Send one like: {example}."))
}

/// Reads a filter: each of its words once, compared with a text.
fn wanted(text: &str) -> Result<Wanted, String> {
    let conditions = read(text, &WORDS).map_err(|FilterProblem { position, expected }| {
        let expected = expected.trim_end_matches('.');
        format!("at position {position}, {expected}")
    })?;
    let value = |word: &str| {
        let mut found = conditions.iter().filter(|condition| condition.word == word);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.text.as_str()),
            (None, _) => Err(format!("{word} is missing")),
            _ => Err(format!("{word} stands in it more than once")),
        }
    };
    let offer = value("OfferDurableId")?;
    let rest = offer.get(..OFFER_START.len()).filter(|start| start.eq_ignore_ascii_case(OFFER_START));
    let number = offer.get(OFFER_START.len()..).unwrap_or_default();
    if rest.is_none() || number.is_empty() || !is_word(number, 12) {
        return Err("the OfferDurableId is none; write it as MS-AZR-0145P".to_owned());
    }
    let currency = value("Currency")?;
    if currency.len() != 3 || !is_word(currency, 3) {
        return Err("the Currency is none; write its three letters, such as USD".to_owned());
    }
    let locale = value("Locale")?;
    if !(2..=12).contains(&locale.len()) || !is_word(&locale.replace('-', ""), 12) {
        return Err("the Locale is none; write it as en-US".to_owned());
    }
    let region = value("RegionInfo")?;
    if region.len() != 2 || !is_word(region, 2) {
        return Err("the RegionInfo is none; write the two letters of a country, such as US".to_owned());
    }
    Ok(Wanted { currency: currency.to_owned(), locale: locale.to_owned() })
}

fn is_word(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn card(list: &PriceList, day: Day, locale: &str, with_status: bool) -> Result<RateCard, ApiError> {
    let prices = price::in_force(list, day).map_err(|error| too_large(&error))?;
    let meters = prices.into_iter().map(|price| RateCardMeter {
        meter_id: price.meter.to_string().to_ascii_lowercase(),
        meter_name: price.texts.name,
        meter_category: price.texts.category,
        meter_sub_category: price.texts.subcategory,
        unit: price.texts.unit,
        meter_tags: Vec::new(),
        meter_region: REGION.to_owned(),
        meter_rates: price.rates,
        effective_date: price.from.start().to_string(),
        included_quantity: price.included,
        meter_status: with_status.then_some(if price.deprecated { "Deprecated" } else { "Active" }),
    });
    Ok(RateCard {
        offer_terms: Vec::new(),
        meters: meters.collect(),
        currency: list.currency.code().to_owned(),
        locale: locale.to_owned(),
        is_tax_included: false,
    })
}

/// A number that does not fit is the hub's own failure.
pub(crate) fn too_large(error: &dyn std::error::Error) -> ApiError {
    tracing::error!(error.message = %error, "an answer could not be computed");
    let message = "The hub cannot write a number of this answer. Tell the operator.";
    ApiError::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "NumberTooLarge", message)
}

#[cfg(test)]
mod tests;
