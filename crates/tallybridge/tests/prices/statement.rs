//! Statement: a month by customer, stamp, meter and day, on both sides and as a document saw it, by the program.

use std::process::Command;

use hub::{Hub, OfficeRecord};
use model::{
    CloudId, Currency, Customer, CustomerId, Day, DirectoryId, Document, Hour, Mapping, PartnerId, PayingSubscription,
    PayingSubscriptionId, PriceList, PriceListId, Registration, Retail, Rounding, Share, Standing, SubscriptionKind,
    SubscriptionState,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::house::{BLOB, House, PARTNER, SUBSCRIPTION, VM, close};

/// Three tenants with a customer each: charged with a markup, by a list in euros, and not at all.
const TENANTS: [&str; 3] = ["a1", "b1", "c1"];
const INVOICE: &str = "INV-4390934-000002";

fn id(tenant: &str) -> String {
    format!("30000000-0000-4000-8000-0000000000{tenant}")
}

fn paying(tenant: &str) -> PayingSubscriptionId {
    PayingSubscriptionId::new(&format!("40000000-0000-4000-8000-0000000000{tenant}")).unwrap()
}

fn local(tenant: &str) -> String {
    format!("61000000-0000-4000-8000-0000000000{tenant}")
}

fn cents(value: &Value) -> i128 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no amount")).replace('.', "").parse().unwrap()
}

/// Runs a command of the program on a house.
fn run(house: &House, command: &str, arguments: &[&str]) -> (bool, String, String) {
    let data = house.data();
    let program = std::env::var_os("TALLYBRIDGE_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into());
    let output = Command::new(program).arg(command).arg("--data").arg(data).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn statement(house: &House, arguments: &str) -> Value {
    let arguments: Vec<&str> = arguments.split(' ').filter(|part| !part.is_empty()).chain(["--json"]).collect();
    let (done, printed, said) = run(house, "statement", &arguments);
    assert!(done, "{arguments:?}: {said}");
    serde_json::from_str(&printed).unwrap()
}

/// The total of an answer in dollars.
fn total(answer: &Value) -> i128 {
    let totals = answer["totals"].as_array().unwrap();
    totals.iter().filter(|one| one["currency"] == "USD").map(|one| cents(&one["amount"])).sum()
}

/// What each row of a grouping says, and its amount.
fn rows(answer: &Value, by: &str) -> Vec<(String, i128, String)> {
    let key = by.to_owned();
    let each = answer["by"][by].as_array().into_iter().flatten().map(|row| {
        let name = row[&key].as_str().unwrap_or("-").to_owned();
        (name, cents(&row["amount"]), row["currency"].as_str().unwrap().to_owned())
    });
    each.collect()
}

/// Puts a window into the hub: what each tenant used in its hour, so and so much of two meters.
fn receive(hub: &Hub, hour: &str, tenants: &[&str], hours: &str, gigabytes: &str) {
    let hour = Hour::parse(hour).unwrap();
    let row = |tenant: &str, meter: &str, quantity: &str| {
        let (subscription, start, end) = (local(tenant), hour.start(), hour.end());
        format!(
            r#"{{"properties":{{"subscriptionId":"{subscription}","usageStartTime":"{start}","usageEndTime":"{end}","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/vm/{}\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"\"}}}}","quantity":{quantity},"meterId":"{meter}"}}}}"#,
            hour.0
        )
    };
    let values: Vec<String> =
        tenants.iter().flat_map(|tenant| [row(tenant, VM, hours), row(tenant, BLOB, gigabytes)]).collect();
    let table: Vec<String> = TENANTS
        .iter()
        .map(|tenant| format!(r#"{{"subscriptionId":"{}","tenantId":"{}"}}"#, local(tenant), id(tenant)))
        .collect();
    let body = format!(r#"{{"subscriptions":[{}],"value":[{}]}}"#, table.join(","), values.join(","));
    let digest = Sha256::digest(&body).into();
    hub.receive(&CloudId::new("stamp-a").unwrap(), hour, digest, "test", |intake| api::fill(intake, &body)).unwrap();
}

/// Makes a customer of each tenant, mapped from the first day of October on.
fn map_customers(hub: &Hub) {
    let (day, partner) = (Day::parse("2026-09-01").unwrap(), PartnerId::new(PARTNER).unwrap());
    let office = hub.office();
    let own = office.price_lists.values().next().unwrap();
    let euros = PriceListId::new("euros").unwrap();
    let mut records = vec![OfficeRecord::PriceList(PriceList {
        id: euros.clone(),
        currency: Currency::parse("EUR").unwrap(),
        rounding: Rounding::HalfUp,
        ..own.clone()
    })];
    let retails = [Some(Retail::Markup(Share::parse_percent("25").unwrap())), Some(Retail::List(euros)), None];
    for (tenant, retail) in TENANTS.iter().zip(retails) {
        let customer = CustomerId::new(&id(tenant)).unwrap();
        records.push(OfficeRecord::Customer(Customer {
            id: customer.clone(),
            name: format!("Customer {tenant}"),
            partner: partner.clone(),
            retail,
        }));
        records.push(OfficeRecord::Subscription(PayingSubscription {
            id: paying(tenant),
            name: "Mapped".to_owned(),
            kind: SubscriptionKind::Csp,
            directory: DirectoryId::new(&id(tenant)).unwrap(),
            customer: Some(customer),
            standings: vec![Standing { from: day, partner: Some(partner.clone()), state: SubscriptionState::Active }],
        }));
    }
    hub.record("test", "customers", &records).unwrap();
    let mapping = |tenant: &&str| Mapping {
        tenant: DirectoryId::new(&id(tenant)).unwrap(),
        subscription: Some(paying(tenant)),
        from: Day::parse("2026-10-01").unwrap(),
    };
    let known = office.registrations[0].clone();
    let registration = Registration { mappings: TENANTS.iter().map(mapping).collect(), ..known };
    hub.record("test", "mappings", &[OfficeRecord::Registration(registration)]).unwrap();
}

/// A house with October of three customers, closed, and usage that came late.
fn told() -> (House, Document) {
    let house = House::new();
    let hub = house.hub();
    map_customers(&hub);
    for day in 5..=24 {
        receive(&hub, &format!("2026-10-{day:02}T03"), &TENANTS, "1.037", "6");
    }
    let document = close(&hub, "2026-10").unwrap();
    assert_eq!(document.number.as_str(), INVOICE);
    receive(&hub, "2026-10-25T03", &TENANTS, "100", "6000");
    (house, document)
}

#[test]
fn every_grouping_of_a_month_adds_up_to_the_same_total() {
    let (house, _) = told();
    let whole = statement(&house, "--month 2026-10");
    let all = cents(&whole["total"]);
    for by in ["customer", "stamp", "meter", "subscription", "day"] {
        let answer = statement(&house, &format!("--month 2026-10 --by {by}"));
        assert_eq!(total(&answer), all, "by {by}");
        assert_eq!(rows(&answer, by).iter().map(|(_, amount, _)| amount).sum::<i128>(), all, "by {by}");
    }
    let customers = rows(&statement(&house, "--month 2026-10 --by customer"), "customer");
    assert_eq!(customers.len(), 4, "{customers:?}");
    for (customer, amount, _) in customers.iter().filter(|(customer, ..)| customer != "-") {
        let alone = statement(&house, &format!("--month 2026-10 --customer {customer}"));
        assert_eq!(total(&alone), *amount, "{customer}");
        for by in ["stamp", "meter", "subscription"] {
            assert_eq!(rows(&alone, by).iter().map(|(_, amount, _)| amount).sum::<i128>(), *amount, "{customer} {by}");
        }
    }
}

#[test]
fn the_days_of_a_month_are_what_each_adds_to_the_days_before() {
    let (house, _) = told();
    let days = rows(&statement(&house, "--month 2026-10 --by day"), "day");
    assert_eq!(days.len(), 23, "{days:?}");
    let mut sum = 0;
    for (day, amount, _) in &days {
        sum += amount;
        for (option, expected) in [("--until", sum), ("--day", *amount)] {
            for by in ["customer", "meter", "day"] {
                let answer = statement(&house, &format!("{option} {day} --by {by}"));
                assert_eq!(total(&answer), expected, "{option} {day} --by {by}");
                assert_eq!(rows(&answer, by).iter().map(|(_, amount, _)| amount).sum::<i128>(), expected);
            }
        }
    }
    // Six gigabyte hours are half a cent: each day of it would be a cent if it were rounded on its own.
    let alone = format!("--customer {} --until 2026-10-24 --by meter", id("b1"));
    let meters = rows(&statement(&house, &alone), "meter");
    assert!(meters.iter().any(|(meter, amount, _)| meter.eq_ignore_ascii_case(BLOB) && *amount == 10), "{meters:?}");
}

#[test]
fn a_statement_as_of_a_document_is_its_lines_whatever_came_later() {
    let (house, document) = told();
    let answer = statement(&house, &format!("--as-of {INVOICE} --by customer"));
    let of_month = || document.lines.iter().filter(|line| line.key.month == document.month);
    assert_eq!(total(&answer), of_month().map(|line| line.amount.minor).sum::<i128>());
    for (customer, amount, _) in rows(&answer, "customer") {
        let of_customer = of_month().filter(|line| line.customer.as_ref().map_or("-", CustomerId::as_str) == customer);
        assert_eq!(amount, of_customer.map(|line| line.amount.minor).sum::<i128>(), "{customer}");
    }
    assert!(total(&statement(&house, "--month 2026-10 --by customer")) > total(&answer));
    let days = statement(&house, &format!("--as-of {INVOICE} --by day"));
    assert_eq!(total(&days), total(&answer));
    assert!(rows(&days, "day").iter().all(|(day, ..)| day != "2026-10-25"), "{days:#}");
}

#[test]
fn margins_stand_within_one_currency_and_retail_beside_cost_in_others() {
    let (house, _) = told();
    for days in ["--month 2026-10", "--until 2026-10-20", "--day 2026-10-07"] {
        let answer = statement(&house, &format!("{days} --margin"));
        let retail = statement(&house, &format!("{days} --retail --by customer"));
        let cost = rows(&statement(&house, &format!("{days} --by customer")), "customer");
        let of = |tenant: &str| {
            let customers = answer["customers"].as_array().unwrap();
            customers.iter().find(|one| one["customer"] == id(tenant)).unwrap().clone()
        };
        let (marked, listed, none) = (of("a1"), of("b1"), of("c1"));
        let charged = cents(&marked["retail"]["amount"]);
        assert_eq!(cents(&marked["margin"]), charged - cents(&marked["cost"]), "{days}");
        assert_eq!(marked["retail"]["currency"], "USD");
        // A quarter on top is a fifth of what is charged, give or take a cent of rounding.
        assert!((cents(&marked["margin"]) * 5 - charged).abs() <= 10, "{marked}");
        assert_eq!((&listed["retail"]["currency"], &listed["margin"]), (&"EUR".into(), &Value::Null), "{days}");
        assert_eq!(
            (&none["retail"], &none["margin"], &none["marginPercent"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!(answer["compared"]["margin"], marked["margin"], "only one has both in one currency");
        let expected = [(id("b1"), cents(&listed["retail"]["amount"]), "EUR"), (id("a1"), charged, "USD")];
        let found = rows(&retail, "customer");
        let found: Vec<_> = found.iter().map(|(id, amount, code)| (id.clone(), *amount, code.as_str())).collect();
        assert_eq!(found, expected, "{days}");
        assert_eq!(cost.iter().map(|(_, amount, _)| amount).sum::<i128>(), cents(&answer["cost"]), "{days}");
    }
    let printed = run(&house, "statement", &["--month", "2026-10", "--margin"]).1;
    for part in ["EUR", "Nothing is charged for want of a retail price: Customer c1.", "nothing is subtracted"] {
        assert!(printed.contains(part), "{printed}\nhas no {part}");
    }
}

#[test]
fn what_cannot_be_stated_is_refused_with_what_to_do() {
    let (house, _) = told();
    for (arguments, said) in [
        ("--month 2026-10 --day 2026-09-01", "2026-09-01 is no day of 2026-10"),
        ("--month 2026-10 --customer nobody", "customer nobody is not known: customers are named by id"),
        ("--month 2026-10 --stamp nowhere", "stamp nowhere is not known"),
        ("--as-of INV-4390934-000009", "no document has the number INV-4390934-000009: `tallybridge invoice` lists"),
        ("--as-of INV-4390934-000002 --partner 1", "the document is of partner 4390934, not of 1"),
        ("--month 2026-10 --margin --by day", "cannot be used with"),
        ("--until 2026-10-01 --day 2026-10-02", "cannot be used with"),
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (done, _, found) = run(&house, "statement", &arguments);
        assert!(!done && found.contains(said), "{arguments:?}: {found}");
    }
}

#[test]
fn what_an_unmapped_tenant_costs_is_rounded_once_whoever_else_used_the_meter() {
    let house = House::new();
    let hub = house.hub();
    for day in ["05", "06", "07"] {
        // Half a cent each, one after the other on the same line.
        receive(&hub, &format!("2026-11-{day}T03"), &["b1", "c1"], "1", "6");
    }
    drop(hub);
    let (done, printed, said) = run(&house, "unmapped", &["--month", "2026-11", "--json"]);
    assert!(done, "{said}");
    let answer: Value = serde_json::from_str(&printed).unwrap();
    for tenant in ["b1", "c1"] {
        let tenants = answer["tenants"].as_array().unwrap();
        let found = tenants.iter().find(|one| one["tenant"] == id(tenant)).unwrap_or_else(|| panic!("{answer:#}"));
        let cost = |meter: &str| {
            let usage = found["usage"].as_array().unwrap();
            cents(&usage.iter().find(|one| one["meter"].as_str().unwrap().eq_ignore_ascii_case(meter)).unwrap()["cost"])
        };
        assert_eq!((cost(VM), cost(BLOB), cents(&found["cost"])), (240, 2, 242), "{tenant}: {found:#}");
    }
    assert_eq!(SUBSCRIPTION, answer["tenants"][0]["defaultSubscription"].as_str().unwrap());
}

#[test]
fn the_rows_of_a_day_are_said_to_be_those_of_now() {
    let (house, _) = told();
    let said = "as the windows hold them now";
    let line: Value = serde_json::from_str(&run(&house, "explain", &[INVOICE, "1", "--json"]).1).unwrap();
    let day = line["sums"][0]["day"].as_str().unwrap();
    assert!(run(&house, "explain", &[INVOICE, "1", "--day", day]).1.contains(said));
    assert!(!run(&house, "explain", &[INVOICE, "1"]).1.contains(said));
    let (done, _, refused) = run(&house, "explain", &[INVOICE, "1", "--day", "2026-12-05"]);
    assert!(!done && refused.contains("2026-12-05 is no day of this line"), "{refused}");
    let (done, nothing, _) = run(&house, "statement", &["--month", "2027-01"]);
    assert!(done && nothing.contains("Nothing was used in this month."), "{nothing}");
}
