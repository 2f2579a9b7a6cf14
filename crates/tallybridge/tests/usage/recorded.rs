//! Recorded: rows as a real stamp answered them come back as they were, when they are posted as events.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use stamp::Settings;

use crate::house::{House, L0};

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    properties: Properties<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    subscription_id: String,
    usage_start_time: String,
    usage_end_time: String,
    instance_data: String,
    #[serde(borrow)]
    quantity: &'a RawValue,
    meter_id: String,
}

/// JSON without the blanks between its parts.
fn compact(text: &str) -> String {
    let (mut compact, mut inside, mut escaped) = (String::new(), false, false);
    for letter in text.chars() {
        if inside || !letter.is_ascii_whitespace() {
            compact.push(letter);
        }
        match letter {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    compact
}

/// A recorded row with the caller's subscription in its id.
fn with_caller(row: &str) -> String {
    let row = compact(row);
    let (_, rest) = row.split_once("\"id\":\"/subscriptions/").unwrap();
    let (_, rest) = rest.split_once('/').unwrap();
    format!("{{\"id\":\"/subscriptions/{L0}/{rest}")
}

/// Posts the rows as events in the order in which they were recorded.
fn post(house: &House, rows: &[&RawValue]) {
    let events: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| {
            let facts = serde_json::from_str::<Row<'_>>(row.get()).unwrap().properties;
            let instance: Value = serde_json::from_str(&facts.instance_data).unwrap();
            let resource = &instance["Microsoft.Resources"];
            let event = json!({
                "id": format!("row {number}"), "subscriptionId": facts.subscription_id, "meterId": facts.meter_id,
                "resourceUri": resource["resourceUri"], "location": resource["location"], "tags": resource["tags"],
                "additionalInfo": resource["additionalInfo"], "usageStartTime": facts.usage_start_time,
                "usageEndTime": facts.usage_end_time, "quantity": 0,
            });
            event.to_string().replace("\"quantity\":0", &format!("\"quantity\":{}", facts.quantity.get()))
        })
        .collect();
    let body = format!("[{}]", events.join(","));
    let answer = house.ask("contributor", "POST", "/usage/v1/events", Some(body)).ok();
    assert_eq!(answer.body["accepted"], rows.len());
}

/// Makes the local subscriptions that rows name.
fn admit(house: &House, rows: &[&RawValue]) {
    let mut known: Vec<String> = Vec::new();
    for row in rows {
        let id = serde_json::from_str::<Row<'_>>(row.get()).unwrap().properties.subscription_id;
        if !known.contains(&id) {
            let body = json!({ "displayName": "recorded", "owner": "user@adatum.onmicrosoft.com", "offerId": "offer", "state": "Enabled" });
            let path = format!(
                "/subscriptions/{L0}/providers/Microsoft.Subscriptions.Admin/subscriptions/{id}?api-version=2015-11-01"
            );
            house.ask("operator", "PUT", &path, Some(body.to_string())).ok();
            known.push(id);
        }
    }
}

/// The query of the recording, with the caller's own subscription.
const QUERY: &str = "?api-version=2015-06-01-preview&reportedStartTime=2019-12-10T19:00:00.0000000+00:00&reportedEndTime=2019-12-10T20:00:00.0000000+00:00&aggregationGranularity=Hourly";

/// Reads all pages and compares them with what was recorded, row by row, byte by byte.
fn compare(page: &str, page_rows_max: usize) {
    let recorded: Page<'_> = serde_json::from_str(page).unwrap();
    let house = House::with(Settings { page_rows_max, ..Settings::default() }, "2019-12-10T19:20:00Z");
    admit(&house, &recorded.value);
    post(&house, &recorded.value);
    house.at("2020-02-10T21:06:12Z");
    let path = format!("/subscriptions/{L0}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates{QUERY}");
    let (mut next, mut read, mut pages) = (Some(path), Vec::new(), 0);
    while let Some(path) = next {
        let answer = house.get("operator", &path).ok();
        let page: Page<'_> = serde_json::from_str(&answer.text).unwrap();
        assert!(page.value.len() <= page_rows_max);
        read.extend(page.value.iter().map(|row| row.get().to_owned()));
        next = answer.body["nextLink"].as_str().map(str::to_owned);
        pages += 1;
    }
    assert_eq!(pages, recorded.value.len().div_ceil(page_rows_max));
    assert_eq!(read.len(), recorded.value.len());
    for (number, (row, expected)) in read.iter().zip(&recorded.value).enumerate() {
        assert_eq!(*row, with_caller(expected.get()), "row {number}");
    }
}

#[test]
fn rows_of_the_recorded_shape_come_back_as_they_were() {
    let page = include_str!("../program/data/page.json");
    for page_rows_max in [1_000, 7, 1] {
        compare(page, page_rows_max);
    }
}

#[test]
fn the_recorded_response_of_a_real_stamp_comes_back_row_by_row() {
    // The recording does not live in this project; rows of the same shape are the fixture of the test above.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/azure-stack/window-real.json");
    let Ok(page) = std::fs::read_to_string(&path) else { return };
    for page_rows_max in [1_000, 100, 37] {
        compare(&page, page_rows_max);
    }
}
