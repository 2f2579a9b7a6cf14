//! S1 to S36: how a partner registers stamps and adds customers, and who pays.

use serde_json::json;

use crate::{
    cast::{A1, A2, B1, CON, D, D2, DPROV, DQ, E1, F1, FAB, LA, LB, ONE, PROVIDER, SA, SB, TA, TB, TWO},
    house::{House, named, registration, with_token},
    rules,
};

/// A day after all that a test sets up.
const DAY: &str = "2026-10-21";

fn customers(house: &House) -> Vec<(String, String)> {
    let path = format!("{}/customerSubscriptions", registration(D, SA));
    let list = house.get("owner@IUR", &path).ok().body;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["id"]), text(&one["properties"]["tenantId"])))
        .collect()
}

fn id_of(customer: &str) -> String {
    format!("{}/customerSubscriptions/{customer}", registration(D, SA))
}

/// Lets usage of the day after come in, when the clock is past it.
fn use_both(house: &House) {
    house.set_day("2026-10-22");
    house.use_cores(D, SA, DAY, &[(LA, "2"), (LB, "3")]);
}

fn refused_types(house: &House) {
    house.approved();
    for (customer, outcome) in [
        (E1, "400 InvalidCSPSubscription"),
        (D, "400 InvalidCSPSubscription"),
        ("abc", "400 InvalidCustomerSubscriptionId"),
        ("40000000-0000-4000-8000-00000000ffff", "400 InvalidCSPSubscription"),
    ] {
        house.map(customer).is(outcome);
    }
    assert!(customers(house).is_empty());
}

fn first_then_customers(house: &House) {
    house.ready(D);
    house.map(A1).is("404 RegistrationNotFound");
    house.approved();
    house.map(A1).ok();
    house.map(B1).ok();
    assert_eq!(customers(house), [(id_of(A1), TA.to_owned()), (id_of(B1), TB.to_owned())]);
}

fn each_pays_its_own(house: &House) {
    house.approved();
    house.map(A1).ok();
    house.map(B1).ok();
    use_both(house);
    assert_eq!([A1, B1, D].map(|id| house.paid(CON, id)), [200, 300, 0]);
}

fn unmapped_pays_the_default(house: &House) {
    house.approved();
    house.map(A1).ok();
    use_both(house);
    assert_eq!([A1, B1, D].map(|id| house.paid(CON, id)), [200, 0, 300]);
}

rules! {
    s1 "two procedures: register a stamp, then add customers" => first_then_customers;
    s2 "many customers use one stamp at the same time" => |house| {
        first_then_customers(house);
        assert_eq!(customers(house).len(), 2);
    };
    s3 "usage of each customer goes to its own subscription" => each_pays_its_own;
    s4 "the order is fixed: subscription, registration, customers" => |house| {
        let nowhere = named("20000000-0000-4000-8000-00000000ffff", "r");
        house.put("owner@IUR", &nowhere, with_token(SA, json!({}))).is("404 SubscriptionNotFound");
        house.put("owner@IUR", &registration(D, SA), with_token(SA, json!({}))).is("409 MissingSubscriptionRegistration");
        house.map(A1).is("404 RegistrationNotFound");
        house.approved();
        house.map(A1).ok();
    };
    s5 "for several tenants the default must be CSP or CSPSS" => |house| {
        house.register(E1, SA).ok();
        house.approve(E1, SA).is("403 UnauthorizedCspRegistration");
        house.map_on(E1, SA, A1).is("403 UnauthorizedCspRegistration");
        house.register(A1, SB).ok();
        house.approve(A1, SB).ok();
        house.map_on(A1, SB, B1).ok();
    };
    s6 "CSPSS is preferred for a direct partner, and plain CSP is not refused" => |house| {
        house.register(A1, SA).ok();
    };
    s7 "a shared services subscription lives in the partner's directory and is no customer's" => |house| {
        assert_eq!(house.get("owner@IUR", &format!("/subscriptions/{D}")).ok().body["tenantId"], DQ);
        house.approved();
        house.map(D2).is("400 InvalidCSPSubscription");
    };
    s8 "registering takes the owner of the subscription" => |house| {
        house.ready(D);
        let body = with_token(SA, json!({}));
        house.put("reader", &registration(D, SA), body.clone()).is("403 AuthorizationFailed");
        house.put("owner@fabrikam", &registration(D, SA), body.clone()).is("404 SubscriptionNotFound");
        assert_eq!(house.put("owner@IUR", &registration(D, SA), body).status, 201);
    };
    s9 "the account that registers need not be the one that deployed the stamp" => |house| {
        // The stamp was deployed by admin@ContosoCSP; the token says nothing of that account.
        house.register(D, SA).ok();
    };
    s10 "nor need they share a directory" => |house| {
        house.register(D, SA).ok();
        house.key(D, SA);
    };
    s12 "the registering directory's account changes the registration, the home directory's does not" => |house| {
        house.approved();
        house.put("owner@IUR", &registration(D, SA), with_token(SA, json!({}))).ok();
        house.map(A1).ok();
        let path = id_of(A1);
        for (method, path) in [("GET", registration(D, SA)), ("PUT", path.clone()), ("DELETE", path.clone())] {
            house.ask("admin", method, &path, None).is("404 SubscriptionNotFound");
        }
        house.delete("owner@IUR", &path).ok();
        house.delete("owner@IUR", &registration(D, SA)).ok();
    };
    s13 "subscriptions have an id, a type, a directory, a partner and a state" => |house| {
        let shown = house.get("owner@IUR", &format!("/subscriptions/{D}")).ok().body;
        assert_eq!((&shown["subscriptionId"], &shown["state"]), (&json!(D), &json!("Enabled")));
        assert_eq!(shown["tenantId"], DQ);
    };
    s14 "a reseller's or customer's own CSP subscription may register" => |house| {
        house.register(A1, SA).ok();
        house.approve(A1, SA).ok();
    };
    s15 "a stamp is registered" => |house| {
        assert_eq!(house.register(D, SA).status, 201);
        house.get("owner@IUR", &registration(D, SA)).ok();
    };
    s16 "after a customer is added its usage is its own subscription's" => |house| {
        house.approved();
        house.map(A1).ok();
        use_both(house);
        assert_eq!(house.paid(CON, A1), 200);
    };
    s18 "a registration says who pays, wherever the stamp is" => |house| {
        house.approved();
        house.map(A1).ok();
        let shown = house.get("owner@IUR", &registration(D, SA)).ok().body;
        assert_eq!(shown["id"], registration(D, SA));
        assert_eq!(shown["properties"], json!({"objectId": crate::cast::BRIDGE, "cloudId": SA, "billingModel": "PayAsYouUse"}));
        assert_eq!(customers(house), [(id_of(A1), TA.to_owned())]);
    };
    s19 "without a registration nothing is forwarded" => |house| {
        house.approved();
        let (claims, _) = house.key(D, SA);
        let credential = claims["usageCredential"].as_str().unwrap();
        house.set_day("2026-10-22");
        assert_eq!(house.deliver(SB, credential, DAY, &[(LA, "2")]).status, 404);
        assert_eq!(house.deliver(SB, "a guess", DAY, &[(LA, "2")]).status, 401);
        house.deliver(SA, credential, DAY, &[(LA, "2")]).ok();
        assert_eq!(house.paid(CON, D), 200);
    };
    s20 "each customer of a stamp can be charged to another subscription" => each_pays_its_own;
    s21 "several organisations are on one stamp" => |house| {
        first_then_customers(house);
    };
    s22 "a stamp has exactly one default subscription" => |house| {
        house.register(D, SA).ok();
        house.register(D2, SA).is("409 CloudIdAlreadyRegistered");
        house.put("owner@IUR", &named(D, "another"), with_token(&SA.to_uppercase(), json!({})))
            .is("409 CloudIdAlreadyRegistered");
    };
    s23 "as many customers as needed, listed in pages" => |house| {
        house.approved();
        crate::operations::many_customers(house, 250);
        let path = format!("{}/customerSubscriptions?api-version=2017-06-01", registration(D, SA));
        let (mut pages, mut count) = (0, 0);
        let mut next = Some(path);
        while let Some(path) = next {
            let page = house.get("owner@IUR", &path).ok().body;
            pages += 1;
            count += page["value"].as_array().unwrap().len();
            next = page["nextLink"].as_str().map(str::to_owned);
        }
        assert_eq!((pages, count), (3, 250));
    };
    s24 "the default pays for what has no subscription of its own" => unmapped_pays_the_default;
    s25 "the default comes first" => |house| {
        house.ready(D);
        house.map(A1).is("404 RegistrationNotFound");
    };
    s27 "the registration gets one subscription for each tenant, and a second replaces the first" => |house| {
        house.approved();
        house.map(A1).ok();
        house.map(A2).ok();
        assert_eq!(customers(house), [(id_of(A2), TA.to_owned())]);
    };
    s28 "customers' subscriptions are CSP" => refused_types;
    s29 "and of the partner that owns the default" => |house| {
        house.approved();
        house.map(F1).is("400 BadCustomerSubscriptionId");
    };
    s30 "nobody can register somebody else's customers; resellers of one provider are one partner" => |house| {
        house.register(DPROV, SA).ok();
        house.approve(DPROV, SA).ok();
        house.map_on(DPROV, SA, ONE).ok();
        house.map_on(DPROV, SA, TWO).ok();
        house.map_on(DPROV, SA, A1).is("400 BadCustomerSubscriptionId");
        house.map_on(DPROV, SA, F1).is("400 BadCustomerSubscriptionId");
        house.set_day("2026-10-22");
        house.use_cores(DPROV, SA, DAY, &[(LA, "2"), (LB, "3")]);
        assert_eq!([ONE, TWO].map(|id| house.paid(PROVIDER, id)), [200, 300]);
    };
    s31 "who pays is found in the hub: the stamp knows no mapping" => |house| {
        house.approved();
        house.map(A1).ok();
        house.set_day("2026-10-22");
        house.use_cores(D, SA, DAY, &[(LA, "2")]);
        house.delete("owner@IUR", &id_of(A1)).ok();
        house.set_day("2026-10-24");
        // The same stamp, the same credential, the same shape of window.
        house.use_cores(D, SA, "2026-10-23", &[(LA, "4")]);
        assert_eq!([A1, D].map(|id| house.paid(CON, id)), [200, 400]);
    };
    s32 "an unmapped tenant goes to the default of its own stamp" => |house| {
        house.approved();
        house.map(A1).ok();
        house.register(D2, SB).ok();
        house.set_day("2026-10-22");
        house.use_cores(D, SA, DAY, &[(LA, "2")]);
        house.use_cores(D2, SB, DAY, &[(LA, "5")]);
        assert_eq!([A1, D, D2].map(|id| house.paid(CON, id)), [200, 0, 500]);
    };
    s33 "the partner gets one invoice for all of its customers" => |house| {
        each_pays_its_own(house);
        house.set_day("2026-11-05");
        let closed = house.hub.close(&hub::MonthClose {
            partner: model::PartnerId::new(CON).unwrap(),
            month: model::Month::parse("2026-10").unwrap(),
            actor: "test".to_owned(),
            override_reason: Some("the rest of the month is not reported in this test".to_owned()),
            dry_run: false,
        });
        assert_eq!(closed.unwrap().document.unwrap().total.minor, 500);
        let invoices = house.get("finance", &format!("/partners/{CON}/invoices")).ok();
        assert_eq!(invoices.body["documents"].as_array().unwrap().len(), 1, "{}", invoices.text);
        assert!(!house.get("owner@fabrikam", &format!("/partners/{FAB}/invoices")).ok().text.contains("500"));
    };
    s34 "the customer never sees what was used and charged in its name" => |house| {
        each_pays_its_own(house);
        // The account owns A1, and sees that subscription.
        house.get("user@adatum", &format!("/subscriptions/{A1}")).ok();
        for path in [
            format!("/partners/{CON}"),
            format!("/partners/{CON}/statements/2026-10"),
            format!("/partners/{CON}/invoices"),
        ] {
            house.get("user@adatum", &path).is("404 PartnerNotFound");
        }
        house.get("user@adatum", &registration(D, SA)).is("404 SubscriptionNotFound");
        house.get("user@adatum", &format!("{}/customerSubscriptions", registration(D, SA))).is("404 SubscriptionNotFound");
        let usage = format!("/subscriptions/{A1}/providers/Microsoft.Commerce/UsageAggregates");
        house.get("user@adatum", &usage).is("403 AuthorizationFailed");
    };
    s35 "development systems are not charged and have no customers" => |house| {
        house.ready(D);
        house.put("owner@IUR", &registration(D, SA), with_token(SA, json!({"billingModel": "Development"}))).ok();
        house.approve(D, SA).ok();
        house.map(A1).is("400 CustomerSubscriptionsNotAllowed");
        house.set_day("2026-10-22");
        house.use_cores(D, SA, DAY, &[(LA, "2")]);
        assert_eq!(house.paid(CON, D), 0);
    };
}
