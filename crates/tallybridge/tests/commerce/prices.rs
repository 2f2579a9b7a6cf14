//! Prices: those in force, in both spellings, for the partner and for nobody else.

use serde_json::{Value, json};

use crate::{
    cast::{self, A1, D, METER},
    house::{House, in_query},
    members,
};

const FILTER: &str =
    "OfferDurableId eq 'MS-AZR-0145P' and Currency eq 'USD' and Locale eq 'en-GB' and RegionInfo eq 'GB'";

fn rate_card(subscription: &str, version: &str, filter: &str) -> String {
    let filter = in_query(filter);
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.Commerce/RateCard?api-version={version}&$filter={filter}"
    )
}

#[test]
fn the_rate_card_has_the_price_of_today() {
    let house = House::open();
    let meter = json!({
        "MeterId": METER, "MeterName": "Windows VM Size Hours", "MeterCategory": "Azure Stack Hub",
        "MeterSubCategory": "Virtual Machines", "Unit": "1 Hour", "MeterTags": [], "MeterRegion": "Azure Stack",
        "MeterRates": { "0": 0.046 }, "EffectiveDate": "2026-10-01T00:00:00Z", "IncludedQuantity": 0,
    });
    let body = house.get("contoso", &rate_card(D, "2015-06-01-preview", FILTER)).with(200);
    let mut expected = json!({
        "OfferTerms": [], "Meters": [meter], "Currency": "USD", "Locale": "en-GB", "IsTaxIncluded": false,
    });
    assert_eq!(body, expected);
    let body = house.get("contoso", &rate_card(D, "2016-08-31-preview", FILTER)).with(200);
    expected["Meters"][0]["MeterStatus"] = json!("Active");
    assert_eq!(body, expected);
}

#[test]
fn the_partners_own_rate_card_says_the_same_in_its_spelling() {
    let house = House::open();
    let body = house.get("contoso", "/v1/ratecards/azure?currency=usd&region=US").with(200);
    members::check(&body, "AzureRateCard");
    assert_eq!(
        body["meters"],
        json!([{
            "id": METER, "name": "Windows VM Size Hours", "rates": { "0": 0.046 }, "tags": [], "category": "Azure Stack Hub",
            "subcategory": "Virtual Machines", "region": "Azure Stack", "unit": "1 Hour", "includedQuantity": 0,
            "effectiveDate": "2026-10-01T00:00:00Z",
        }])
    );
    assert_eq!((&body["isTaxIncluded"], &body["locale"]), (&Value::Bool(false), &json!("en")));
    let refused = house.get("contoso", "/v1/ratecards/azure?currency=EUR");
    assert_eq!((refused.status, refused.code().as_str()), (400, "InvalidCurrency"));
}

#[test]
fn prices_are_shown_by_the_matrix() {
    let house = House::open();
    let ask = |path: &str| {
        let accounts = [
            "contoso",
            "contoso billing",
            "fabrikam",
            "provider",
            "reseller",
            "registrant",
            "adatum",
            "platform",
            "stranger",
            "nobody",
        ];
        let each = accounts.iter().map(|account| house.get(account, path).status.to_string());
        each.collect::<Vec<_>>().join(" ")
    };
    let card = |subscription| rate_card(subscription, "2015-06-01-preview", FILTER);
    let table = [
        (card(D), "200 403 404 404 404 403 404 200 404 401"),
        (card(A1), "200 403 404 404 404 404 403 200 404 401"),
        // A reseller's customers are priced by its provider's list, which the reseller does not see.
        (card(cast::R1), "404 404 404 200 403 404 404 200 404 401"),
        // A partner without a list.
        (card(cast::F1), "404 404 409 404 404 404 404 409 404 401"),
        ("/v1/ratecards/azure".to_owned(), "200 404 409 200 403 404 404 404 404 401"),
    ];
    for (path, expected) in table {
        assert_eq!(ask(&path), expected, "{path}");
    }
}

#[test]
fn a_filter_that_does_not_say_everything_is_refused() {
    let house = House::open();
    let table = [
        ("2015-06-01-preview", "", "InvalidFilter"),
        ("2015-06-01-preview", "Currency eq 'USD'", "InvalidFilter"),
        ("2015-06-01-preview", &FILTER.replace("USD", "EUR"), "InvalidFilter"),
        ("2015-06-01-preview", &FILTER.replace(" and ", " or "), "InvalidFilter"),
        ("2015-06-01-preview", &FILTER.replace("USD'", "USD' or 1 eq 1"), "InvalidFilter"),
        ("2021-04-01", FILTER, "InvalidApiVersionParameter"),
        ("", FILTER, "NoApiVersion"),
    ];
    for (version, filter, code) in table {
        let answer = house.get("contoso", &rate_card(D, version, filter));
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{version} {filter}");
    }
    let told = house.get("contoso", &rate_card(D, "2015-06-01-preview", &FILTER.replace("USD", "EUR"))).json();
    assert!(told["error"]["message"].as_str().unwrap().contains("in 'USD', not in 'EUR'"), "{told}");
}
