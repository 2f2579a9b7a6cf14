//! Spending: what the present month cost, and what it may cost.

use serde_json::{Value, json};

use crate::{
    cast::{self, A1, ADATUM, B1},
    house::House,
    members, world,
};

/// A house with an hour of usage in the present month: 40 and 10 core hours at 0.046.
fn house() -> House {
    let house = House::open();
    let hour = model::Hour::parse("2026-11-02T01:00:00Z").unwrap();
    let rows = [(world::local(0), "40"), (world::local(1), "10")];
    let rows = rows.map(|(local, quantity)| (local, ADATUM, quantity.to_owned()));
    world::deliver(&house, hour, &rows);
    house
}

fn of_customer(rest: &str) -> String {
    format!("/v1/customers/{ADATUM}/{rest}")
}

#[test]
fn every_view_of_the_month_says_the_same() {
    let house = house();
    let page = house.get("contoso billing", "/v1/customers/usagerecords").with(200);
    members::check_page(&page, "CustomerMonthlyUsageRecord");
    let costs: Vec<_> = page["items"].as_array().unwrap().iter().map(|one| (&one["name"], &one["totalCost"])).collect();
    assert_eq!(json!(costs), json!([["Adatum", 2.30], ["Wingtip Toys", 0.00]]));
    let summary = house.get("contoso", "/v1/usagesummary").with(200);
    members::check(&summary, "PartnerUsageSummary");
    let customer = house.get("contoso", &of_customer("usagesummary")).with(200);
    members::check(&customer, "CustomerUsageSummary");
    let page = house.get("contoso", &of_customer("subscriptions/usagerecords")).with(200);
    members::check_page(&page, "SubscriptionMonthlyUsageRecord");
    let subscription = house.get("contoso", &of_customer(&format!("subscriptions/{A1}/usagesummary"))).with(200);
    members::check(&subscription, "SubscriptionUsageSummary");
    let meters = house.get("contoso", &of_customer(&format!("subscriptions/{A1}/meterusagerecords"))).with(200);
    members::check_page(&meters, "MeterUsageRecord");
    assert_eq!(meters["items"][0]["quantityUsed"], 50);
    let resources = house.get("contoso", &of_customer(&format!("subscriptions/{A1}/resourceusagerecords"))).with(200);
    members::check_page(&resources, "ResourceUsageRecord");
    let costs: Vec<_> = resources["items"].as_array().unwrap().iter().map(|one| &one["totalCost"]).collect();
    assert_eq!(json!(costs), json!([1.84, 0.46]));
    for one in [&summary, &customer, &page["items"][0], &subscription, &meters["items"][0]] {
        assert_eq!((&one["totalCost"], &one["currencyCode"]), (&json!(2.30), &json!("USD")), "{one}");
    }
    let nothing =
        house.get("contoso", &format!("/v1/customers/{}/subscriptions/{B1}/meterusagerecords", cast::WINGTIP));
    assert_eq!(nothing.with(200)["items"], json!([]));
}

#[test]
fn a_budget_is_set_changed_and_taken_away_and_counts_at_once() {
    let house = house();
    let path = of_customer("usagebudget");
    let change = |amount: &str| {
        let body = format!(r#"{{"amount":{amount},"attributes":{{"objectType":"SpendingBudget"}}}}"#);
        house.send("contoso", "PATCH", &path, &[], &body)
    };
    let none = house.get("contoso", &path).with(200);
    members::check(&none, "SpendingBudget");
    assert_eq!(none["amount"], Value::Null);
    assert_eq!(change("100").with(200)["amount"], 100.0);
    assert_eq!(change("2.00").with(200)["usageSpendingBudget"], 2.0);
    assert_eq!(house.get("contoso", &path).with(200)["amount"], 2.0);
    let records = house.get("contoso", "/v1/customers/usagerecords").with(200);
    let adatum = &records["items"][0];
    assert_eq!((&adatum["percentUsed"], &adatum["budget"]["amount"]), (&json!(115), &json!(2.0)));
    assert_eq!(house.get("contoso", "/v1/usagesummary").with(200)["customersOverBudget"], 1);
    // By the fifth of thirty days 2.30 lead to 13.80.
    change("13");
    let summary = house.get("contoso", "/v1/usagesummary").with(200);
    assert_eq!((&summary["customersOverBudget"], &summary["customersTrendingOver"]), (&json!(0), &json!(1)));
    change("14");
    assert_eq!(house.get("contoso", "/v1/usagesummary").with(200)["customersTrendingOver"], 0);
    assert_eq!(change("null").with(200)["amount"], Value::Null);
    assert_eq!(house.get("contoso", &path).with(200)["amount"], Value::Null);
    let before = house.audited();
    for amount in ["0", "-1", "1.234", "1e3", "\"1\"", "true", "[]", "1000000000000000000"] {
        let answer = change(amount);
        assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidAmount"), "{amount}");
    }
    assert_eq!(house.send("contoso", "PATCH", &path, &[], "{").status, 400);
    assert_eq!(house.send("contoso billing", "PATCH", &path, &[], "{}").status, 404);
    assert_eq!(house.audited(), before);
}

#[test]
fn a_reseller_sees_no_costs_of_its_own_customers_either() {
    let house = House::with_usage();
    let own = format!("/v1/customers/{}", cast::OF_RESELLER);
    let paths = [
        "/v1/customers/usagerecords".to_owned(),
        "/v1/usagesummary".to_owned(),
        format!("{own}/usagesummary"),
        format!("{own}/usagebudget"),
        format!("{own}/subscriptions/usagerecords"),
        format!("{own}/subscriptions/{}/usagesummary", cast::R1),
        format!("{own}/subscriptions/{}/meterusagerecords", cast::R1),
        format!("{own}/subscriptions/{}/resourceusagerecords", cast::R1),
    ];
    for path in paths {
        let answer = house.get("reseller", &path);
        assert_eq!((answer.status, answer.code().as_str()), (403, "CostsNotShown"), "{path}");
        assert_eq!(house.get("provider", &path).status, 200, "{path}");
        assert_eq!(house.get("adatum", &path).status, 404, "{path}");
    }
    // A partner without a price list has no costs.
    let answer = house.get("fabrikam", "/v1/usagesummary");
    assert_eq!((answer.status, answer.code().as_str()), (409, "PriceListMissing"));
}
