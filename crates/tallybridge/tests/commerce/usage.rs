//! Usage of paying subscriptions: each row once, every digit of it, and for nobody who is not to see it.

use std::collections::BTreeMap;

use model::Quantity;
use serde_json::{Value, json};

use crate::{
    cast::{self, A1, ADATUM, B1, D, METER},
    house::{House, in_query},
    members, world,
};

const RANGE: &str = "reportedStartTime=2026-10-01T00%3A00%3A00.000Z&reportedEndTime=2026-10-03T00%3A00%3A00Z";

fn aggregates(subscription: &str, more: &str) -> String {
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.Commerce/usageAggregates?api-version=2015-06-01-preview&{RANGE}{more}"
    )
}

fn utilization(more: &str) -> String {
    let range = "start_time=2026-10-01T00:00:00Z&end_time=2026-10-03T00:00:00Z";
    format!("/v1/customers/{ADATUM}/subscriptions/{A1}/utilizations/azure?{range}{more}")
}

#[test]
fn a_row_says_what_the_stamp_reported_and_where_it_comes_from() {
    let house = world::house();
    let body = house.get("contoso", &aggregates(A1, "&aggregationGranularity=Hourly")).with(200);
    let row = &body["value"][0];
    let instance: Value =
        serde_json::from_str(row["properties"]["instanceData"].as_str().expect("instanceData is a text")).unwrap();
    let local = world::local(0);
    assert_eq!(
        instance,
        json!({ "Microsoft.Resources": {
            "resourceUri": format!("/subscriptions/{local}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"),
            "location": "azurestack", "partNumber": "", "orderNumber": "", "tags": { "team": "a" },
            "additionalInfo": {
                "azureStack.MeterId": METER.to_uppercase(), "azureStack.SubscriptionId": local,
                "azureStack.Location": "north", "azureStack.EventDateTime": "10/01/2026 00:00:00",
            },
        } })
    );
    let mut row = row.clone();
    row["properties"]["instanceData"] = json!("");
    let name = format!("{A1}-{METER}-2026-10-01T00:00:00Z");
    assert_eq!(
        row,
        json!({
            "id": format!("/subscriptions/{A1}/providers/Microsoft.Commerce/UsageAggregate/{name}"),
            "name": name, "type": "Microsoft.Commerce/UsageAggregate",
            "properties": {
                "subscriptionId": A1, "usageStartTime": "2026-10-01T00:00:00+00:00",
                "usageEndTime": "2026-10-01T01:00:00+00:00", "meterName": "Windows VM Size Hours",
                "meterCategory": "Azure Stack Hub", "meterSubCategory": "Virtual Machines", "meterRegion": "Azure Stack",
                "unit": "1 Hour", "meterId": METER, "infoFields": {}, "quantity": 1.001, "instanceData": "",
            },
        })
    );
}

#[test]
fn a_utilization_record_has_the_documented_shape() {
    let house = world::house();
    let body = house.get("contoso", &utilization("&granularity=hourly&show_details=True&size=3")).with(200);
    members::check_page(&body, "AzureUtilizationRecord");
    let row = &body["items"][0];
    assert_eq!(
        row["resource"],
        json!({ "id": METER, "name": "Windows VM Size Hours", "category": "Azure Stack Hub",
        "subcategory": "Virtual Machines", "region": "Azure Stack" })
    );
    assert_eq!(row["instanceData"]["additionalInfo"]["azureStack.EventDateTime"], "10/01/2026 00:00:00");
    let next = &body["links"]["next"];
    assert_eq!(next["headers"][0]["key"], "MS-ContinuationToken");
    assert!(next["uri"].as_str().unwrap().ends_with("&seek_operation=Next"), "{next}");
}

/// What was used, by local subscription, start and quantity: no two rows have all of these.
fn sums(bodies: &[String]) -> BTreeMap<(String, String, String), Quantity> {
    let mut found: BTreeMap<(String, String, String), Quantity> = BTreeMap::new();
    for body in bodies {
        let page: Value = serde_json::from_str(body).unwrap();
        let quantities = world::texts(body, "items", &["quantity"]);
        for (row, quantity) in page["items"].as_array().unwrap().iter().zip(quantities) {
            let local = row["instanceData"]["additionalInfo"]["azureStack.SubscriptionId"].to_string();
            let key = (local, row["usageStartTime"].to_string(), quantity.clone());
            let known = found.insert(key.clone(), Quantity::parse(&quantity).unwrap());
            assert_eq!(known, None, "{key:?} stands twice");
        }
    }
    found
}

#[test]
fn all_pages_of_any_size_together_are_everything_once() {
    let house = world::house();
    for (more, rows, sizes) in [
        ("&granularity=hourly", 47 * 25, &[1000, 999, 333][..]),
        // The last hour of the first day was reported on the second one.
        ("&granularity=daily", 75, &[1, 7, 74, 75]),
        ("&granularity=daily&show_details=false", 3, &[1, 2, 3]),
        ("&granularity=hourly&show_details=false", 47, &[5, 46, 47]),
    ] {
        for size in sizes {
            let bodies = world::pages(&house, "contoso", &utilization(&format!("{more}&size={size}")));
            let expected: usize = rows;
            assert_eq!(bodies.len(), expected.div_ceil(*size), "{more} {size}");
            let found = sums(&bodies);
            assert_eq!(found.len(), rows, "{more} {size}");
            let all = found.values().fold(Quantity::ZERO, |sum, one| sum.checked_add(*one).unwrap());
            assert_eq!(all, world::total(), "{more} {size}");
        }
    }
}

#[test]
fn a_window_that_is_corrected_between_two_pages_does_not_move_the_rest_of_the_first() {
    let house = world::house();
    let path = utilization("&granularity=hourly&size=10");
    let first = house.get("contoso", &path);
    let token = first.json()["continuationToken"].as_str().unwrap().to_owned();
    // The window holds one row now.
    let hour = model::Hour::parse("2026-10-01T01:00:00Z").unwrap();
    world::deliver(&house, hour, &[(world::local(0), ADATUM, "9".to_owned())]);
    let second = house.send("contoso", "GET", &path, &[("MS-ContinuationToken", &token)], "");
    let quantities = world::texts(&second.text, "items", &["quantity"]);
    let expected: Vec<String> = (10..20).map(|machine| world::quantity(1, machine).to_string()).collect();
    assert_eq!(quantities, expected);
    assert_eq!(world::texts(&house.get("contoso", &path).text, "items", &["quantity"])[0], "9");
}

/// S34: the owner of a customer's subscription does not see what its partner pays for.
#[test]
fn usage_is_shown_by_the_matrix() {
    let house = world::house();
    let rights = |subscription: &str| {
        let ask = |account: &&str| house.get(account, &aggregates(subscription, "")).status;
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
        accounts.iter().map(|account| ask(account).to_string()).collect::<Vec<_>>().join(" ")
    };
    let table = [
        (D, "200 200 404 404 404 200 404 200 404 401"),
        (A1, "200 200 404 404 404 404 403 200 404 401"),
        (B1, "200 200 404 404 404 404 404 200 404 401"),
        (cast::R1, "404 404 404 200 200 404 404 200 404 401"),
        (cast::R2, "404 404 404 200 404 404 404 200 404 401"),
        ("40000000-0000-4000-8000-0000000000ff", "404 404 404 404 404 404 404 404 404 401"),
    ];
    for (subscription, expected) in table {
        // The other stamp has delivered nothing, so its subscriptions have no complete window: 202 is as good as 200.
        assert_eq!(rights(subscription).replace("202", "200"), expected, "{subscription}");
    }
    let mapped = house.get("contoso", &aggregates(A1, "")).with(200)["value"].as_array().unwrap().len();
    let default = house.get("registrant", &aggregates(D, "")).with(200)["value"].as_array().unwrap().len();
    assert_eq!((mapped, default), (75, 3));
    assert_eq!(house.get("contoso", &aggregates(B1, "")).with(200), json!({ "value": [] }));
    let hidden = house.get("stranger", &aggregates(A1, ""));
    assert_eq!(hidden.code(), "SubscriptionNotFound");
    assert_eq!(house.get("adatum", &aggregates(A1, "")).code(), "AuthorizationFailed");
}

#[test]
fn what_is_not_complete_yet_is_told_so_in_both_words() {
    let house = world::house();
    let path = aggregates(A1, "").replace("2026-10-03T00", "2026-10-04T00");
    let answer = house.get("contoso", &path);
    let body = answer.with(202);
    assert_eq!((&body["value"], &body["error"]["code"]), (&json!([]), &json!("ProcessingNotCompleted")));
    assert!(body["error"]["message"].as_str().unwrap().contains(world::COMPLETE), "{body}");
    assert_eq!(answer.headers["retry-after"], "60");
    let answer = house.get("contoso", &utilization("").replace("2026-10-03T00", "2026-10-04T00"));
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.headers["retry-after"], "60");
}

#[test]
fn a_link_leads_on_whatever_a_client_puts_into_it() {
    let house = world::house();
    let first = house.get("contoso", &aggregates(A1, "&aggregationGranularity=Hourly")).with(200);
    assert_eq!(first["value"].as_array().unwrap().len(), 1_000);
    let link = first["nextLink"].as_str().unwrap().strip_prefix(&house.origin).unwrap().to_owned();
    let plain = house.get("contoso", &link).with(200);
    assert_eq!((plain["value"].as_array().unwrap().len(), &plain["nextLink"]), (175, &Value::Null));
    // The library for Node puts its default in place of the granularity.
    let other = link.replace("aggregationGranularity=Hourly", "aggregationGranularity=Daily&showDetails=false");
    assert_eq!(house.get("contoso", &other).with(200)["value"].as_array().unwrap().len(), 175);
    let contradicted = link.replace("2026-10-03T00", "2026-10-02T00");
    let refused = house.get("contoso", &contradicted);
    assert_eq!((refused.status, refused.code().as_str()), (400, "InvalidProperty"));
    // It is of this subscription, and of nothing else.
    let elsewhere = house.get("contoso", &link.replace(A1, B1));
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (400, "InvalidProperty"));
    assert_eq!(house.get("adatum", &link).status, 403);
}

#[test]
fn what_cannot_be_read_is_refused_as_a_stamp_refuses_it() {
    let house = world::house();
    let base = format!("/subscriptions/{A1}/providers/Microsoft.Commerce/UsageAggregates?");
    let version = "api-version=2015-06-01-preview";
    let long = "9".repeat(300);
    let table = [
        (String::new(), "NoApiVersion"),
        ("api-version=2017-01-01".to_owned(), "InvalidProperty"),
        (version.to_owned(), "InvalidProperty"),
        (format!("{version}&reportedStartTime=2026-10-01"), "InvalidProperty"),
        (format!("{version}&{}", RANGE.replace("2026-10-03T00%3A00%3A00Z", "2026-11-06")), "RequestEndTimeIsInFuture"),
        (format!("{version}&{}", RANGE.replace("2026-10-03T00", "2026-10-03T01")), "InvalidProperty"),
        (format!("{version}&{}", RANGE.replace("2026-10-01T00", "2026-10-03T00")), "InvalidProperty"),
        (format!("{version}&{}", RANGE.replace("2026-10-01T00", "9999-10-03T00")), "InvalidProperty"),
        (format!("{version}&{}", RANGE.replace("00.000Z", "00%2B01:00")), "InvalidProperty"),
        (format!("{version}&{RANGE}&aggregationGranularity=Weekly"), "InvalidAggregationGranularity"),
        (format!("{version}&{RANGE}&aggregationGranularity={long}"), "InvalidAggregationGranularity"),
        (format!("{version}&{RANGE}&showDetails=maybe"), "InvalidProperty"),
        (format!("{version}&{RANGE}&continuationToken=abc"), "InvalidProperty"),
        (format!("{version}&{RANGE}&continuationToken={}", in_query("'; drop table \u{1f4a3}")), "InvalidProperty"),
    ];
    for (query, code) in table {
        let answer = house.get("contoso", &format!("{base}{query}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{query}");
        assert!(answer.text.len() < 500, "{}", answer.text);
    }
    for size in ["0", "1001", "-1", "ten"] {
        let answer = house.get("contoso", &utilization(&format!("&size={size}")));
        assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidSize"), "{size}");
    }
    // A range of the whole calendar costs no more than the days that there are.
    let all = format!("{base}{version}&{}", RANGE.replace("2026-10-01", "1970-01-01"));
    assert_eq!(house.get("contoso", &all).with(200)["value"].as_array().unwrap().len(), 75);
}

#[test]
fn a_reseller_reads_the_utilization_of_its_own_customers() {
    let house = House::with_usage();
    let path = |customer: &str, subscription: &str| {
        format!(
            "/v1/customers/{customer}/subscriptions/{subscription}/utilizations/azure?start_time=2026-10-01T00:00:00Z&end_time=2026-10-02T00:00:00Z"
        )
    };
    let own = house.get("reseller", &path(cast::OF_RESELLER, cast::R1));
    assert!([200, 204].contains(&own.status), "{own:?}");
    let other = house.get("reseller", &path(cast::OF_OTHER, cast::R2));
    assert_eq!((other.status, other.code().as_str()), (404, "CustomerNotFound"));
}
