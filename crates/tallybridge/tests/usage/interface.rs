//! the two usage APIs.

pub mod errors;

use serde_json::json;
use stamp::Settings;

use crate::{
    house::{CORES, House, L0, LA, LB, PROV1, U3, U4, event, provider_path, tenant_path},
    rules,
};

/// An hour that is over when a test has set its clock to one o'clock.
const NOON: &str = "2026-10-20T12:00:00Z";
const ONE: &str = "2026-10-20T13:00:00Z";
const HOURLY: &str = "&aggregationGranularity=Hourly";

/// Adatum uses 1, Wingtip 2, the customers of the delegated provider 3 and 4, the operator 5; then it is one o'clock.
fn used(house: &House) {
    for (id, subscription, quantity) in [("a", LA, "1"), ("b", LB, "2"), ("3", U3, "3"), ("4", U4, "4"), ("0", L0, "5")]
    {
        house.emit(id, subscription, "2026-10-20T11:00:00Z", quantity).ok();
    }
    house.at("2026-10-20T13:05:00Z");
}

fn of(subscription: &str, quantity: &str) -> (String, String) {
    (subscription.to_owned(), quantity.to_owned())
}

rules! {
    a1 "a provider reads its direct tenants with any role on its subscription, and nobody without" => |house| {
        used(house);
        for who in ["operator", "contributor", "reader"] {
            let answer = house.provider(who, NOON, ONE, HOURLY).ok();
            assert_eq!(answer.quantities(), [of(LA, "1"), of(LB, "2"), of(L0, "5")], "{who}");
        }
        house.provider("user@adatum.onmicrosoft.com", NOON, ONE, HOURLY).is("403 AuthorizationFailed");
        house.provider("", NOON, ONE, HOURLY).is("401 InvalidAuthenticationToken");
    };
    a2 "a tenant reads the one subscription in the path" => |house| {
        used(house);
        let own = house.tenant("user@adatum.onmicrosoft.com", LA, NOON, ONE, HOURLY).ok();
        assert_eq!(own.quantities(), [of(LA, "1")]);
        house.tenant("user@adatum.onmicrosoft.com", LB, NOON, ONE, HOURLY).is("403 AuthorizationFailed");
        // A parameter of the other interface changes nothing.
        let more = format!("{HOURLY}&subscriberId={LB}");
        assert_eq!(house.tenant("user@adatum.onmicrosoft.com", LA, NOON, ONE, &more).ok().quantities(), [of(LA, "1")]);
    };
    a3 "the window is of reported time: its start belongs to it, its end does not" => |house| {
        house.at("2026-10-19T19:20:00Z");
        house.emit("late", LA, "2026-10-19T18:00:00Z", "1").ok();
        house.at("2026-10-19T20:00:00Z");
        house.emit("next", LA, "2026-10-19T18:00:00Z", "2").ok();
        house.at("2026-10-20T12:00:00Z");
        let read = |start, end| house.provider("reader", start, end, HOURLY).ok().quantities();
        assert_eq!(read("2026-10-19T18:00:00Z", "2026-10-19T19:00:00Z"), []);
        assert_eq!(read("2026-10-19T19:00:00Z", "2026-10-19T20:00:00Z"), [of(LA, "1")]);
        assert_eq!(read("2026-10-19T20:00:00Z", "2026-10-19T21:00:00Z"), [of(LA, "2")]);
    };
    a4 "times are in UTC, on the full hour or at midnight" => |house| {
        for (start, end, granularity, outcome) in [
            ("2026-10-19T00:30:00Z", "2026-10-19T02:00:00Z", "Hourly", "400 InvalidProperty"),
            ("2026-10-19T01:00:00Z", "2026-10-19T02:30:00Z", "Hourly", "400 InvalidProperty"),
            ("2026-10-19T01:00:00Z", "2026-10-20T00:00:00Z", "Daily", "400 InvalidProperty"),
            ("2026-10-19T00:00:00%2B02:00", "2026-10-20T00:00:00Z", "Daily", "400 InvalidProperty"),
            ("2026-10-19T01:00:00Z", "2026-10-19T02:00:00Z", "Hourly", "200"),
            ("2026-10-19T00:00:00Z", "2026-10-20T00:00:00Z", "Daily", "200"),
        ] {
            house.provider("reader", start, end, &format!("&aggregationGranularity={granularity}")).is(outcome);
        }
    };
    a5 "granularity is daily unless hourly is asked for" => |house| {
        house.at("2026-10-19T10:10:00Z");
        for hour in ["08", "09"] {
            house.emit(hour, LA, &format!("2026-10-19T{hour}:00:00Z"), "1.5").ok();
        }
        house.at("2026-10-20T12:00:00Z");
        let read = |more: &str| house.provider("reader", "2026-10-19T00:00:00Z", "2026-10-20T00:00:00Z", more);
        assert_eq!(read("&aggregationGranularity=hourly").ok().rows().len(), 2);
        for more in ["&aggregationGranularity=DAILY", "&aggregationGranularity=", ""] {
            assert_eq!(read(more).ok().rows().len(), 2, "two machines have a row each");
        }
        assert_eq!(read("").ok().rows()[0][1], "2026-10-19T00:00:00+00:00");
        read("&aggregationGranularity=weekly").is("400 InvalidAggregationGranularity");
    };
    a6 "the future is refused, and what is not processed yet is said to be so" => |house| {
        house.provider("reader", NOON, "2026-10-20T14:00:00Z", HOURLY).is("400 RequestEndTimeIsInFuture");
        // The hour from twelve is running, and so is the day.
        house.at("2026-10-20T13:00:00Z");
        house.provider("reader", NOON, ONE, HOURLY).is("200");
        house.at("2026-10-20T12:59:59Z");
        house.provider("reader", "2026-10-20T11:00:00Z", NOON, HOURLY).is("200");
    };
    a7 "a subscriber is a direct tenant" => |house| {
        used(house);
        let read = |who, provider, subscriber: &str| {
            house.get(who, &provider_path(provider, NOON, ONE, &format!("{HOURLY}&subscriberId={subscriber}")))
        };
        assert_eq!(read("operator", L0, LA).ok().quantities(), [of(LA, "1")]);
        assert_eq!(read("operator", L0, PROV1).ok().quantities(), []);
        read("operator", L0, U3).is("400 SubscriberIdIsNotDirectTenant");
        assert_eq!(read("prov1", PROV1, U3).ok().quantities(), [of(U3, "3")]);
        read("prov1", PROV1, LA).is("400 SubscriberIdIsNotDirectTenant");
        read("operator", L0, "nobody").is("400 InvalidProperty");
        assert_eq!(read("operator", L0, "").ok().quantities().len(), 3);
        let all = house.get("prov1", &provider_path(PROV1, NOON, ONE, HOURLY)).ok();
        assert_eq!(all.quantities(), [of(U3, "3"), of(U4, "4")]);
        let wide = House::with(Settings { operator_sees_all: true, ..Settings::default() }, crate::house::NOW);
        used(&wide);
        assert_eq!(wide.provider("operator", NOON, ONE, HOURLY).ok().quantities().len(), 5);
    };
    a8 "more than a thousand rows come page by page" => |house| {
        let events: Vec<_> =
            (0..1_001).map(|number| event(&number.to_string(), LA, "2026-10-20T11:00:00Z", CORES, "1")).collect();
        house.post(&json!(events)).ok();
        house.at("2026-10-20T13:05:00Z");
        let first = house.provider("reader", NOON, ONE, HOURLY).ok();
        assert_eq!(first.rows().len(), 1_000);
        let next = first.body["nextLink"].as_str().unwrap();
        assert!(next.starts_with(&house.origin()) && next.contains("continuationToken="), "{next}");
        let second = house.get("reader", next).ok();
        assert_eq!((second.rows().len(), second.body.get("nextLink")), (1, None));
        // Without the token it begins anew.
        assert_eq!(house.provider("reader", NOON, ONE, HOURLY).ok().text, first.text);
    };
    a9 "what is missing is named" => |house| {
        let path = "/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates";
        house.get("reader", &format!("/subscriptions/{L0}{path}")).is("400 NoApiVersion");
        house.get("reader", &format!("/subscriptions/{path}?api-version=2015-06-01-preview")).is("400 SubscriptionIdMissingInRequest");
        let answer = house.get("reader", &format!("/subscriptions/{L0}{path}?api-version=2015-06-01-preview"));
        assert!(answer.is("400 InvalidProperty").body["error"]["message"].as_str().unwrap().contains("reportedStartTime"));
        let busy = House::with(Settings { reads_max: 0, ..Settings::default() }, crate::house::NOW);
        let answer = busy.provider("reader", "2026-10-20T10:00:00Z", "2026-10-20T11:00:00Z", HOURLY).is("503 ServiceUnavailable");
        assert!(answer.headers.contains_key("retry-after"));
    };
    a10 "what a deleted subscription used is read by the provider and by nobody else" => |house| {
        used(house);
        let path = format!("/subscriptions/{L0}/providers/Microsoft.Subscriptions.Admin/subscriptions/{LA}?api-version=2015-11-01");
        house.ask("operator", "DELETE", &path, None).ok();
        assert_eq!(house.provider("reader", NOON, ONE, HOURLY).ok().quantities()[0], of(LA, "1"));
        let more = format!("{HOURLY}&subscriberId={LA}");
        assert_eq!(house.provider("reader", NOON, ONE, &more).ok().quantities(), [of(LA, "1")]);
        house.tenant("user@adatum.onmicrosoft.com", LA, NOON, ONE, HOURLY).is("404 SubscriptionNotFound");
    };
    a11 "details change nothing, and a stamp has no prices" => |house| {
        used(house);
        let plain = house.provider("reader", NOON, ONE, HOURLY).ok();
        for details in ["true", "false", "maybe"] {
            assert_eq!(house.provider("reader", NOON, ONE, &format!("{HOURLY}&showDetails={details}")).ok().text, plain.text);
        }
        let prices = format!("/subscriptions/{L0}/providers/Microsoft.Commerce/RateCard?api-version=2015-06-01-preview");
        assert_eq!(house.get("operator", &prices).status, 404);
    };
    a12 "a row has these members, in this order" => |house| {
        used(house);
        let text = house.tenant("user@adatum.onmicrosoft.com", LA, NOON, ONE, HOURLY).ok().text;
        let name = format!("{LA}-{CORES}");
        let instance = format!("{{\\\"Microsoft.Resources\\\":{{\\\"resourceUri\\\":\\\"/subscriptions/{LA}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a\\\",\\\"location\\\":\\\"north\\\",\\\"tags\\\":\\\"\\\",\\\"additionalInfo\\\":\\\"\\\"}}}}");
        assert_eq!(text, format!(
            "{{\"value\":[{{\"id\":\"/subscriptions/{LA}/providers/Microsoft.Commerce/UsageAggregate/{name}\",\"name\":\"{name}\",\"type\":\"Microsoft.Commerce/UsageAggregate\",\"properties\":{{\"subscriptionId\":\"{LA}\",\"usageStartTime\":\"2026-10-20T11:00:00+00:00\",\"usageEndTime\":\"2026-10-20T12:00:00+00:00\",\"instanceData\":\"{instance}\",\"quantity\":1,\"meterId\":\"{CORES}\",\"name\":\"{name}\"}}}}]}}"
        ));
        // The id of a row names the caller, whoever used.
        let text = house.provider("reader", NOON, ONE, HOURLY).ok().text;
        assert!(text.contains(&format!("\"id\":\"/subscriptions/{L0}/providers/Microsoft.Commerce/UsageAggregate/{name}\"")));
    };
}

/// The path that both interfaces are asked with in tests of errors.
fn asked(interface: &str, query: &str) -> String {
    let path = match interface {
        "provider" => provider_path(L0, NOON, ONE, ""),
        _ => tenant_path(LA, NOON, ONE, ""),
    };
    let (path, _) = path.split_once('?').unwrap();
    format!("{path}?{query}")
}
