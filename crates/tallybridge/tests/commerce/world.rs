//! World: two days of usage on one stamp, reported hour by hour.

use std::collections::BTreeMap;

use hub::{MonthClose, SentFields};
use model::{CloudId, Hour, Month, PartnerId, Quantity};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{cast, house::House};

/// How many windows were delivered, from the first hour on.
pub const WINDOWS: u32 = 48;
/// How many local subscriptions Adatum has, each with one machine.
pub const MACHINES: u32 = 25;
/// Up to where everything is known.
pub const COMPLETE: &str = "2026-10-03T00:00:00Z";

/// What a machine used in the hour before a window.
pub fn quantity(window: u32, machine: u32) -> Quantity {
    Quantity::parse(&format!("{}.{:03}", machine % 4 + 1, window)).unwrap()
}

/// The local subscription of a machine.
pub fn local(machine: u32) -> String {
    cast::local(&format!("{:02}", machine + 10))
}

/// A house with the usage: Adatum's is paid by its own subscription, Wingtip's, which nobody mapped, by the default one.
pub fn house() -> House {
    let house = House::open();
    let first = Hour::parse(cast::FIRST_HOUR).unwrap();
    for window in 0..WINDOWS {
        let mut rows = Vec::new();
        if window > 0 {
            for machine in 0..MACHINES {
                rows.push((local(machine), cast::ADATUM, quantity(window, machine).to_string()));
            }
            rows.push((cast::local("b1"), cast::WINGTIP, "0.5".to_owned()));
        }
        deliver(&house, first.plus(window), &rows);
    }
    house
}

/// Delivers a window: local subscriptions, directories, quantities of the hour before.
pub fn deliver(house: &House, hour: Hour, rows: &[(String, &str, String)]) {
    let raw: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    let digest = Sha256::digest(format!("{hour}{rows:?}")).into();
    let (start, end) = (Hour(hour.0 - 1).to_string(), hour.to_string());
    let received = house.hub.receive(&CloudId::new(cast::NORTH).unwrap(), hour, digest, "test", |intake| {
        for ((local, directory, quantity), raw) in rows.iter().zip(&raw) {
            intake.subscription(local, Some(directory))?;
            let instance = format!(
                r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{local}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm\",\"location\":\"north\",\"tags\":\"{{\\\"team\\\":\\\"a\\\"}}\",\"additionalInfo\":\"\"}}}}"#
            );
            let meter = &cast::METER.to_uppercase();
            let fields = SentFields { subscription: local, start: &start, end: &end, instance: &instance, quantity, meter };
            intake.row(raw, Ok(fields));
        }
        Ok::<(), String>(())
    });
    assert_eq!(received.unwrap().held_reasons.len(), 0);
}

/// Closes a month of Contoso and gives the number of the document.
pub fn close(house: &House, month: &str) -> String {
    let wish = MonthClose {
        partner: PartnerId::new(cast::CONTOSO).unwrap(),
        month: Month::parse(month).unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test has few windows".to_owned()),
        dry_run: false,
    };
    house.hub.close(&wish).unwrap().document.unwrap().number.to_string()
}

/// What all machines used in all windows.
pub fn total() -> Quantity {
    let all = (1..WINDOWS).flat_map(|window| (0..MACHINES).map(move |machine| quantity(window, machine)));
    all.fold(Quantity::ZERO, |sum, one| sum.checked_add(one).unwrap())
}

/// The texts of a number of each item of a page, as they stand on the wire.
pub fn texts(body: &str, list: &str, path: &[&str]) -> Vec<String> {
    let page: BTreeMap<String, Box<serde_json::value::RawValue>> = serde_json::from_str(body).unwrap();
    let items: Vec<Box<serde_json::value::RawValue>> = serde_json::from_str(page[list].get()).unwrap();
    let each = items.into_iter().map(|item| {
        path.iter().fold(item.get().to_owned(), |text, name| {
            let members: BTreeMap<String, Box<serde_json::value::RawValue>> = serde_json::from_str(&text).unwrap();
            members[*name].get().to_owned()
        })
    });
    each.collect()
}

/// The sum of numbers as they stand on the wire.
pub fn sum(texts: &[String]) -> Quantity {
    texts.iter().fold(Quantity::ZERO, |sum, text| sum.checked_add(Quantity::parse(text).unwrap()).unwrap())
}

/// Every page of a list by its token, with a size: the texts of the pages.
pub fn pages(house: &House, account: &str, path: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let headers: Vec<(&str, &str)> = token.iter().map(|token| ("MS-ContinuationToken", token.as_str())).collect();
        let answer = house.send(account, "GET", path, &headers, "");
        let body: Value = answer.with(200);
        bodies.push(answer.text);
        let next = body["continuationToken"].as_str().map(str::to_owned);
        assert_eq!(body["links"]["next"]["headers"][0]["value"].as_str(), next.as_deref(), "both say where it goes on");
        match next {
            Some(_) => token = next,
            None => return bodies,
        }
    }
}
