//! Customers and subscriptions as the tools of a partner's catalogue make and read them.

use serde_json::{Value, json};

use crate::{
    cast::{self, A1, ADATUM, B1, D, NORTH, OF_OTHER, OF_RESELLER, WINGTIP},
    house::{House, in_query},
};

fn customer(domain: &str, name: &str) -> Value {
    json!({
        "CompanyProfile": { "Domain": domain, "Attributes": { "ObjectType": "CustomerCompanyProfile" } },
        "BillingProfile": { "CompanyName": name, "Culture": "EN-US", "DefaultAddress": { "Country": "US" } },
    })
}

fn order(names: &[&str]) -> Value {
    let lines = names.iter().zip(0..).map(|(name, number)| {
        json!({ "LineItemNumber": number, "OfferId": "MS-AZR-0145P", "FriendlyName": name, "Quantity": 1 })
    });
    json!({ "BillingCycle": "monthly", "LineItems": lines.collect::<Vec<_>>() })
}

/// Every object says what it is: the official client makes its classes by that.
fn object_type(value: &Value) -> &str {
    value["attributes"]["objectType"].as_str().unwrap()
}

#[test]
fn a_customer_and_its_subscriptions_have_the_members_that_the_official_client_reads() {
    let house = House::open();
    let list = house.get("contoso", "/v1/customers").with(200);
    assert_eq!((object_type(&list), &list["totalCount"]), ("Collection", &json!(2)));
    assert_eq!(
        list["links"],
        json!({ "self": { "uri": "/customers", "method": "GET", "headers": [] } }),
        "a list without a next page has no link to one"
    );
    let adatum = &list["items"][0];
    assert_eq!((object_type(adatum), object_type(&adatum["companyProfile"])), ("Customer", "CustomerCompanyProfile"));
    let profile = json!({ "tenantId": ADATUM, "domain": "adatum.example", "companyName": "Adatum",
        "attributes": { "objectType": "CustomerCompanyProfile" } });
    assert_eq!((&adatum["id"], &adatum["companyProfile"]), (&json!(ADATUM), &profile));
    assert_eq!(&house.get("contoso", &format!("/v1/customers/{ADATUM}")).with(200), adatum);
    assert_eq!(&house.get("contoso", &format!("/V1/Customers/{}", ADATUM.to_uppercase())).with(200), adatum);
    let list = house.get("contoso", &format!("/v1/customers/{ADATUM}/subscriptions")).with(200);
    assert_eq!((object_type(&list), &list["totalCount"]), ("Collection", &json!(1)));
    let one = &list["items"][0];
    let expected = json!({
        "id": A1, "offerId": "MS-AZR-0145P", "offerName": "Microsoft Azure", "friendlyName": "subscription a1",
        "quantity": 1, "unitType": "none", "creationDate": "2026-10-01T00:00:00Z",
        "effectiveStartDate": "2026-10-01T00:00:00Z", "status": "active", "autoRenewEnabled": true,
        "billingType": "usage", "billingCycle": "monthly", "contractType": "subscription",
        "links": { "self": { "uri": format!("/customers/{ADATUM}/subscriptions/{A1}"), "method": "GET", "headers": [] } },
        "attributes": { "objectType": "Subscription", "etag": one["attributes"]["etag"] },
    });
    assert_eq!(one, &expected);
    assert_eq!(house.get("contoso", &format!("/v1/customers/{ADATUM}/subscriptions/{A1}")).with(200), expected);
}

#[test]
fn a_request_is_named_in_its_answer_also_when_it_is_refused() {
    let house = House::open();
    let names = [("MS-RequestId", "r-1"), ("MS-CorrelationId", "c-1"), ("X-Locale", "de-DE")];
    for path in ["/v1/customers", "/v1/customers/nobody"] {
        let answer = house.send("contoso", "GET", path, &names, "");
        assert_eq!(
            (answer.headers["ms-requestid"].as_str(), answer.headers["ms-correlationid"].as_str()),
            ("r-1", "c-1")
        );
    }
    assert!(!house.get("contoso", "/v1/customers").headers["ms-requestid"].is_empty());
}

#[test]
fn a_long_list_is_read_page_by_page_with_the_token_in_the_header_or_in_the_query() {
    let house = House::open();
    for number in 0..3 {
        house.post("contoso", "/v1/customers", &customer(&format!("n{number}.example"), "New")).with(201);
    }
    for in_header in [true, false] {
        let (mut seen, mut token) = (Vec::new(), None::<String>);
        loop {
            let query = token
                .as_ref()
                .filter(|_| !in_header)
                .map_or_else(String::new, |token| format!("&continuationToken={token}"));
            let header = token.iter().filter(|_| in_header).map(|token| ("MS-ContinuationToken", token.as_str()));
            let path = format!("/v1/customers?size=2{query}");
            let page = house.send("contoso", "GET", &path, &header.collect::<Vec<_>>(), "").with(200);
            assert_eq!(page["links"]["self"]["uri"], "/customers?size=2");
            seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["continuationToken"].as_str() else { break };
            assert_eq!(
                page["links"]["next"],
                json!({ "uri": "/customers?size=2", "method": "GET",
                    "headers": [{ "key": "MS-ContinuationToken", "value": next }] })
            );
            token = Some(next.to_owned());
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), &seen), (5, &sorted));
    }
}

#[test]
fn customers_are_found_by_how_their_name_or_domain_begins() {
    let house = House::open();
    let table = [
        (r#"{"Field":"CompanyName","Value":"ADA","Operator":"starts_with"}"#, vec!["Adatum"]),
        (r#"{"field":"CompanyName","value":"","operator":"starts_with"}"#, vec!["Adatum", "Wingtip Toys"]),
        (r#"{"Field":"Domain","Value":"wing","Operator":"starts_with"}"#, vec!["Wingtip Toys"]),
        (r#"{"Field":"Domain","Value":"tip","Operator":"starts_with"}"#, vec![]),
        (r#"{"Field":"CompanyName","Value":"Customer of","Operator":"starts_with"}"#, vec![]),
    ];
    for (filter, expected) in table {
        let page = house.get("contoso", &format!("/v1/customers?filter={}", in_query(filter))).with(200);
        let names: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|one| &one["companyProfile"]["companyName"]).collect();
        assert_eq!(json!(names), json!(expected), "{filter}");
    }
}

#[test]
fn a_provider_sees_its_resellers_customers_and_a_reseller_its_own() {
    let house = House::open();
    let table = [
        ("provider", json!([OF_RESELLER, OF_OTHER])),
        ("reseller", json!([OF_RESELLER])),
        ("contoso", json!([ADATUM, WINGTIP])),
    ];
    for (account, expected) in table {
        let page = house.get(account, "/v1/customers").with(200);
        let ids: Vec<_> = page["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(json!(ids), expected, "{account}");
    }
    let made = house.post("reseller", "/v1/customers", &customer("fourth.example", "Fourth")).with(201);
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    assert_eq!(house.get("provider", &path).with(200), made);
    assert_eq!(house.get("contoso", &path).status, 404);
    // The provider orders for the reseller, whose the subscription is then.
    let ordered = house.post("provider", &format!("{path}/orders"), &order(&["Shop"])).with(201);
    let id = ordered["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let id = model::PayingSubscriptionId::new(id).unwrap();
    let owner = house.hub.office().subscriptions[&id].standings[0].partner.clone().unwrap();
    assert_eq!(owner.as_str(), cast::RESELLER);
}

#[test]
fn a_customer_is_made_ordered_for_read_back_and_mapped_on_a_stamp() {
    let house = House::open();
    let made = house.post("contoso", "/v1/customers", &customer("fourth.example", "Fourth Coffee")).with(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["companyProfile"]["tenantId"], id.len()), (&json!(id), 36));
    let path = format!("/v1/customers/{id}");
    assert_eq!(house.get("contoso", &path).with(200), made);
    let ordered = house.post("contoso", &format!("{path}/orders"), &order(&["Shop", "Lab"])).with(201);
    assert_eq!((object_type(&ordered), &ordered["status"]), ("Order", &json!("completed")));
    assert_eq!(
        (&ordered["referenceCustomerId"], &ordered["creationDate"]),
        (&json!(id), &json!("2026-11-05T12:00:00Z"))
    );
    let mut names = Vec::new();
    for line in ordered["lineItems"].as_array().unwrap() {
        let uri = line["links"]["subscription"]["uri"].as_str().unwrap();
        let one = house.get("contoso", &format!("/v1{uri}")).with(200);
        assert_eq!((&one["id"], &one["status"]), (&line["subscriptionId"], &json!("active")));
        assert_eq!((&one["offerId"], &one["creationDate"]), (&line["offerId"], &json!("2026-11-05T00:00:00Z")));
        names.push(one["friendlyName"].clone());
    }
    assert_eq!(json!(names), json!(["Shop", "Lab"]));
    let list = house.get("contoso", &format!("{path}/subscriptions")).with(200);
    assert_eq!(list["totalCount"], 2);
    let subscription = ordered["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let registration = cast::registration_path(D, NORTH);
    let mapped = format!("{registration}/customerSubscriptions/{subscription}?api-version=2017-06-01");
    let body = json!({ "properties": { "tenantId": id } });
    house.send("registrant", "PUT", &mapped, &[], &body.to_string()).with(200);
    let mapped = house.get("registrant", &mapped).with(200);
    assert_eq!(mapped["properties"]["tenantId"], id);
    let registrations = house.get("contoso", "/partners/4390934/registrations").with(200);
    assert_eq!(registrations["registrations"][0]["tenants"], 2);
}

#[test]
fn a_request_that_is_sent_again_under_its_name_makes_nothing_more() {
    let house = House::open();
    let orders = format!("/v1/customers/{ADATUM}/orders");
    let name = |name| [("MS-RequestId", name)];
    let (shop, lab) = (order(&["Shop"]).to_string(), order(&["Lab"]).to_string());
    let first = house.send("contoso", "POST", &orders, &name("one"), &shop);
    first.with(201);
    let audited = house.audited();
    assert_eq!(house.send("contoso", "POST", &orders, &name("one"), &shop).text, first.text);
    assert_eq!(house.audited(), audited);
    let reused = house.send("contoso", "POST", &orders, &name("one"), &lab);
    assert_eq!((reused.status, reused.code().as_str()), (409, "RequestIdReused"));
    // The name is the caller's and the address's: elsewhere it is another.
    let elsewhere = format!("/v1/customers/{WINGTIP}/orders");
    assert_ne!(house.send("contoso", "POST", &elsewhere, &name("one"), &shop).with(201), first.json());
    assert_ne!(house.send("contoso", "POST", &orders, &name("two"), &shop).with(201), first.json());
    assert_ne!(house.post("contoso", &orders, &order(&["Shop"])).with(201), first.json());
    let list = house.get("contoso", &format!("/v1/customers/{ADATUM}/subscriptions")).with(200);
    assert_eq!(list["totalCount"], 4);
    let body = customer("fourth.example", "Fourth").to_string();
    let made = house.send("contoso", "POST", "/v1/customers", &name("three"), &body);
    assert_eq!(house.send("contoso", "POST", "/v1/customers", &name("three"), &body).text, made.text);
    // What was refused may be sent again under the same name.
    let taken = customer("fourth.example", "Again").to_string();
    assert_eq!(house.send("contoso", "POST", "/v1/customers", &name("four"), &taken).status, 409);
    let free = customer("fifth.example", "Again").to_string();
    house.send("contoso", "POST", "/v1/customers", &name("four"), &free).with(201);
}

#[test]
fn the_same_order_sent_by_several_at_once_is_carried_out_once() {
    let house = House::open();
    let (path, body) = (format!("/v1/customers/{ADATUM}/orders"), order(&["Shop"]).to_string());
    let send = || house.send("contoso", "POST", &path, &[("MS-RequestId", "one")], &body).with(201);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let list = house.get("contoso", &format!("/v1/customers/{ADATUM}/subscriptions")).with(200);
    assert_eq!(list["totalCount"], 2);
}

#[test]
fn a_subscription_is_suspended_activated_renamed_and_cancelled_for_good() {
    let house = House::open();
    let path = format!("/v1/customers/{WINGTIP}/subscriptions/{B1}");
    let change = |body: Value| house.send("contoso", "PATCH", &path, &[], &body.to_string());
    let before = house.get("contoso", &path).with(200);
    assert_eq!(change(json!({})).with(200), before);
    let audited = house.audited();
    assert_eq!(change(before.clone()).with(200), before);
    assert_eq!(house.audited(), audited, "a change of nothing is not recorded");
    let table = [
        (json!({ "status": "suspended" }), "suspended", "subscription b1"),
        (json!({ "status": "suspended" }), "suspended", "subscription b1"),
        (json!({ "Status": "active", "FriendlyName": "Shop" }), "active", "Shop"),
        (json!({ "friendlyName": "  " }), "active", "Shop"),
        (json!({ "status": "deleted" }), "deleted", "Shop"),
        (json!({ "status": "cancelled" }), "deleted", "Shop"),
    ];
    for (body, status, name) in table {
        let after = change(body.clone()).with(200);
        assert_eq!((&after["status"], &after["friendlyName"]), (&json!(status), &json!(name)), "{body}");
        assert_eq!(house.get("contoso", &path).with(200), after);
    }
    let refused = change(json!({ "status": "active" }));
    assert_eq!((refused.status, refused.code().as_str()), (409, "SubscriptionDeleted"));
    assert_ne!(house.get("contoso", &path).with(200)["attributes"]["etag"], before["attributes"]["etag"]);
}

#[test]
fn a_customer_may_bring_a_directory_that_it_has() {
    let house = House::open();
    let with = |tenant: &str, domain: &str| {
        let mut body = customer(domain, "Guest");
        body["CompanyProfile"]["TenantId"] = json!(tenant);
        house.post("fabrikam", "/v1/customers", &body)
    };
    let new = "30000000-0000-4000-8000-0000000000aa";
    assert_eq!(with(new, "guest.example").with(201)["id"], new);
    let table = [
        (new, "guest.example", "CustomerExists"),
        (ADATUM, "adatum.example", "CustomerExists"),
        (ADATUM, "other.example", "DomainTaken"),
        ("30000000-0000-4000-8000-0000000000ab", "adatum.example", "DomainTaken"),
    ];
    for (tenant, domain, code) in table {
        let answer = with(tenant, domain);
        assert_eq!((answer.status, answer.code().as_str()), (409, code), "{tenant} {domain}");
    }
    let answer = with("no guid", "third.example");
    assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidRequestContent"));
    let answer = with("tenant", "third.example");
    assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidInput"));
}
