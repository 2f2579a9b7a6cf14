//! Race: many close the same month at the same time.

use std::{collections::BTreeMap, env};

use hub::OfficeRecord;
use model::Month;
use serde_json::{Value, json};

use crate::{
    cast,
    house::{House, price_list},
};

/// How many ask at the same time.
const AT_ONCE: usize = 64;
/// How many months are closed so. The variable `TALLYBRIDGE_RACE_ROUNDS` takes another number.
const ROUNDS: usize = 200;
/// How many months a house closes before another one is opened: each close looks at all months before it.
const MONTHS: usize = 20;

/// Closes a month from many connections. Gives the statuses and the documents that they were answered.
async fn close(house: &House, month: Month, token: &str) -> Vec<(u16, Value)> {
    let body = json!({ "month": month.to_string(), "overrideReason": "the test has few windows" }).to_string();
    let mut tasks = Vec::new();
    for _ in 0..AT_ONCE {
        let request = house.client.post(format!("{}/partners/4390934/invoices", house.origin)).bearer_auth(token);
        let request = request.header("content-type", "application/json").body(body.clone());
        tasks.push(tokio::spawn(async move {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
        }));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[test]
fn of_many_who_close_a_month_at_the_same_time_one_gets_the_document_and_the_others_are_told_that_it_is_there() {
    let rounds = env::var("TALLYBRIDGE_RACE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut left = rounds;
    while left > 0 {
        let months = left.min(MONTHS);
        race(months);
        left -= months;
    }
}

/// Closes so many months of a new house.
fn race(months: usize) {
    let house = House::open();
    let mut list = price_list();
    (list.billing_currency, list.exchange) = (None, Vec::new());
    house.hub.record("test", "prices", &[OfficeRecord::PriceList(list)]).unwrap();
    house.at("2050-01-01T00:00:00Z");
    let token = house.token("contoso");
    let mut month = Month::parse("2026-10").unwrap();
    let mut issued = Vec::new();
    for round in 1..=months {
        let hour = month.first_day().first_hour().to_string();
        house.report(&hour, &hour, &[("a1", cast::ADATUM, cast::METER, &format!("{round}.5"))]);
        let answers = house.runtime.as_ref().unwrap().block_on(close(&house, month, &token));
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for (status, answer) in &answers {
            *statuses.entry(*status).or_default() += 1;
            let documents = answer["documents"].as_array().unwrap_or_else(|| panic!("{status} {answer}"));
            assert_eq!(documents.len(), 1, "{month}: {answer}");
            *numbers.entry(documents[0]["number"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        assert_eq!(statuses, BTreeMap::from([(200, AT_ONCE - 1), (201, 1)]), "{month}");
        assert_eq!(numbers.len(), 1, "{month}: {numbers:?}");
        issued.extend(numbers.into_keys());
        month = month.next();
    }
    let stored = house.hub.store().documents(None).unwrap();
    let kept: Vec<String> = stored.iter().map(|stored| stored.document.number.to_string()).collect();
    assert_eq!(kept, issued);
    assert_eq!(kept.len(), months);
}
