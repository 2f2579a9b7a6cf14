use serde::de::DeserializeOwned;

use super::*;

const CUSTOMER: &str = "30000000-0000-4000-8000-0000000000a1";
const SUBSCRIPTION: &str = "40000000-0000-4000-8000-0000000000a1";

/// The shape is written as this text, and the text is read as the same shape.
fn same<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(shape: &T, text: &str) {
    assert_eq!(serde_json::to_string(shape).unwrap(), text);
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), shape);
}

#[test]
fn a_page_says_where_it_goes_on_in_its_link_and_beside_it() {
    let one = vec!["a".to_owned()];
    same(
        &Collection::page(one.clone(), "/customers?size=1", Some("bmV4dA".to_owned())),
        r#"{"totalCount":1,"items":["a"],"links":{"self":{"uri":"/customers?size=1","method":"GET","headers":[]},"next":{"uri":"/customers?size=1","method":"GET","headers":[{"key":"MS-ContinuationToken","value":"bmV4dA"}]}},"continuationToken":"bmV4dA","attributes":{"objectType":"Collection"}}"#,
    );
    same(
        &Collection::page(one, "/customers", None),
        r#"{"totalCount":1,"items":["a"],"links":{"self":{"uri":"/customers","method":"GET","headers":[]}},"attributes":{"objectType":"Collection"}}"#,
    );
}

#[test]
fn customers_subscriptions_and_orders_have_the_shape_that_clients_read() {
    same(
        &Customer::of(CUSTOMER, CUSTOMER, "adatum.onmicrosoft.com", "Adatum"),
        r#"{"id":"30000000-0000-4000-8000-0000000000a1","companyProfile":{"tenantId":"30000000-0000-4000-8000-0000000000a1","domain":"adatum.onmicrosoft.com","companyName":"Adatum","attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/customers/30000000-0000-4000-8000-0000000000a1","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}"#,
    );
    let facts = SubscriptionFacts {
        customer: CUSTOMER,
        id: SUBSCRIPTION,
        offer: ("USAGE-1", "Usage"),
        friendly_name: "Web shop",
        since: "2026-10-01T00:00:00Z",
        status: SubscriptionStatus::Suspended,
        order: Some("o-1"),
        etag: "\"1\"",
    };
    same(
        &Subscription::by_usage(facts),
        r#"{"id":"40000000-0000-4000-8000-0000000000a1","offerId":"USAGE-1","offerName":"Usage","friendlyName":"Web shop","quantity":1,"unitType":"none","creationDate":"2026-10-01T00:00:00Z","effectiveStartDate":"2026-10-01T00:00:00Z","status":"suspended","autoRenewEnabled":true,"billingType":"usage","billingCycle":"monthly","contractType":"subscription","orderId":"o-1","links":{"self":{"uri":"/customers/30000000-0000-4000-8000-0000000000a1/subscriptions/40000000-0000-4000-8000-0000000000a1","method":"GET","headers":[]}},"attributes":{"etag":"\"1\"","objectType":"Subscription"}}"#,
    );
    let line = OrderLine::of(CUSTOMER, 0, "USAGE-1", SUBSCRIPTION, "Web shop");
    same(
        &Order::complete("o-1", CUSTOMER, "2026-10-01T00:00:00Z", vec![line]),
        r#"{"id":"o-1","referenceCustomerId":"30000000-0000-4000-8000-0000000000a1","billingCycle":"monthly","lineItems":[{"lineItemNumber":0,"offerId":"USAGE-1","subscriptionId":"40000000-0000-4000-8000-0000000000a1","friendlyName":"Web shop","quantity":1,"links":{"subscription":{"uri":"/customers/30000000-0000-4000-8000-0000000000a1/subscriptions/40000000-0000-4000-8000-0000000000a1","method":"GET","headers":[]}}}],"creationDate":"2026-10-01T00:00:00Z","status":"completed","links":{"self":{"uri":"/customers/30000000-0000-4000-8000-0000000000a1/orders/o-1","method":"GET","headers":[]}},"attributes":{"objectType":"Order"}}"#,
    );
    same(
        &Fault::of("CustomerNotFound", "no such customer"),
        r#"{"code":"CustomerNotFound","description":"no such customer","data":[],"source":"Tallybridge"}"#,
    );
}

#[test]
fn a_body_is_read_with_great_and_small_first_letters() {
    let bodies = [
        r#"{"CompanyProfile":{"Domain":"adatum.onmicrosoft.com"},"BillingProfile":{"Culture":"EN-US","CompanyName":"Adatum","DefaultAddress":{"Country":"US","City":"Redmond"},"Email":null}}"#,
        r#"{"companyProfile":{"domain":"adatum.onmicrosoft.com","attributes":{"objectType":"CustomerCompanyProfile"}},"billingProfile":{"culture":"EN-US","companyName":"Adatum","defaultAddress":{"country":"US"}},"id":null}"#,
    ];
    for body in bodies {
        let request: CustomerRequest = read_request(body.as_bytes()).unwrap();
        let (company, billing) = (request.company_profile, request.billing_profile);
        assert_eq!((company.domain.as_str(), billing.company_name.as_str()), ("adatum.onmicrosoft.com", "Adatum"));
        assert_eq!(billing.default_address.and_then(|address| address.country).as_deref(), Some("US"));
        assert_eq!((billing.email, billing.culture.as_deref()), (None, Some("EN-US")));
    }
    let body = r#"{"BillingCycle":"monthly","LineItems":[{"LineItemNumber":0,"OfferId":"USAGE-1","FriendlyName":"Web shop","Quantity":1,"ProvisioningContext":{"scope":"shared"}}]}"#;
    let order: OrderRequest = read_request(body.as_bytes()).unwrap();
    let line = &order.line_items[0];
    assert_eq!(
        (line.offer_id.as_str(), line.friendly_name.as_deref(), line.quantity),
        ("USAGE-1", Some("Web shop"), 1)
    );
    assert_eq!((order.reference_customer_id.as_deref(), order.problem()), (None, None));
}

#[test]
fn a_subscription_is_suspended_activated_and_cancelled_by_its_status() {
    let table = [
        (r#"{"Status":"suspended","Quantity":1}"#, Some(SubscriptionStatus::Suspended)),
        (r#"{"status":"active"}"#, Some(SubscriptionStatus::Active)),
        (r#"{"status":"deleted"}"#, Some(SubscriptionStatus::Deleted)),
        (r#"{"status":"cancelled"}"#, Some(SubscriptionStatus::Deleted)),
        (r#"{"status":"canceled"}"#, Some(SubscriptionStatus::Deleted)),
        (r#"{"status":null,"friendlyName":"b"}"#, None),
        ("{}", None),
    ];
    for (body, status) in table {
        assert_eq!(read_request::<SubscriptionChange>(body.as_bytes()).unwrap().status, status, "{body}");
    }
}

#[test]
fn an_order_or_change_of_another_shape_is_refused_with_its_fault() {
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(70_000));
    let order = [
        ("", "EOF"),
        ("[]", "must be a JSON object"),
        ("{}", "lineItems"),
        (r#"{"lineItems":[{"offerId":"a"}]}"#, "quantity"),
        (r#"{"lineItems":[{"quantity":1}]}"#, "offerId"),
        (r#"{"lineItems":[{"offerId":"a","quantity":-1}]}"#, "invalid value"),
        (r#"{"lineItems":[{"offerId":"a","quantity":1.5}]}"#, "expected u32"),
        (r#"{"lineItems":[],"LineItems":[]}"#, "stands twice"),
        (long.as_str(), "longer than 65536 bytes"),
    ];
    for (body, what) in order {
        let problem = read_request::<OrderRequest>(body.as_bytes()).unwrap_err();
        assert!(problem.contains(what), "{problem}");
    }
    assert!(read_request::<SubscriptionChange>(br#"{"status":"expired"}"#).is_err());
    assert!(read_request::<OrderRequest>(br#"{"lineItems":[]}"#).unwrap().problem().is_some());
}
