//! E.6, rows 1 to 14: what is checked, in this order, on both interfaces.

use serde_json::json;
use stamp::Settings;

use super::asked;
use crate::{
    house::{CORES, House, Illness, L0, LA, LB, NOW, event, provider_path, tenant_path},
    rules,
};

const VERSION: &str = "api-version=2015-06-01-preview";
const WINDOW: &str = "reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T11:00:00Z";
const HOURLY: &str = "aggregationGranularity=Hourly";

/// Asks both interfaces the same.
#[track_caller]
fn both(house: &House, query: &str, outcome: &str) {
    house.get("operator", &asked("provider", query)).is(outcome);
    house.get("user@adatum.onmicrosoft.com", &asked("tenant", query)).is(outcome);
}

/// A house in which Adatum has more rows than a page.
fn full() -> House {
    let house = House::with(Settings { page_rows_max: 2, ..Settings::default() }, NOW);
    let events: Vec<_> =
        (0..5).map(|number| event(&number.to_string(), LA, "2026-10-20T11:00:00Z", CORES, "1")).collect();
    house.post(&json!(events)).ok();
    house.at("2026-10-20T15:00:00Z");
    house
}

const FULL: &str = "reportedStartTime=2026-10-20T12:00:00Z&reportedEndTime=2026-10-20T13:00:00Z";

rules! {
    e6_1 "the version is asked for first" => |house| {
        both(house, WINDOW, "400 NoApiVersion");
        both(house, "api-version=&reportedStartTime=never", "400 NoApiVersion");
    };
    e6_2 "another version is named" => |house| {
        both(house, "api-version=1.0&reportedStartTime=never", "400 InvalidProperty");
        let answer = house.get("operator", &asked("provider", "api-version=2030-01-01"));
        assert!(answer.body["error"]["message"].as_str().unwrap().contains("api-version"));
    };
    e6_3 "a path without a subscription" => |house| {
        for path in ["Microsoft.Commerce.Admin/subscriberUsageAggregates", "Microsoft.Commerce/usageAggregates"] {
            house.get("operator", &format!("/subscriptions//providers/{path}?{VERSION}")).is("400 SubscriptionIdMissingInRequest");
        }
    };
    e6_4 "a subscription that nobody knows, before anything about the caller or the times" => |house| {
        let nobody = "60000000-0000-4000-8000-0000000000ff";
        for path in [provider_path(nobody, "never", "never", ""), tenant_path(nobody, "never", "never", "")] {
            let answer = house.get("nobody", &path).is("404 SubscriptionNotFound");
            assert_eq!(answer.body["error"]["message"], format!("The subscription '{nobody}' could not be found."));
        }
    };
    e6_5 "a caller without a role, before the times" => |house| {
        house.get("nobody", &provider_path(L0, "never", "never", "")).is("403 AuthorizationFailed");
        house.get("nobody", &tenant_path(LA, "never", "never", "")).is("403 AuthorizationFailed");
    };
    e6_6 "a time that is missing, unreadable, between hours or in the wrong order is named" => |house| {
        for (query, named) in [
            ("reportedEndTime=2026-10-20T11:00:00Z", "reportedStartTime"),
            ("reportedStartTime=2026-10-20T10:00:00Z", "reportedEndTime"),
            ("reportedStartTime=noon&reportedEndTime=2026-10-20T11:00:00Z", "reportedStartTime"),
            ("reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T10:30:00Z", "reportedEndTime"),
            ("reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T10:00:00Z", "reportedEndTime"),
            ("reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T09:00:00Z", "reportedEndTime"),
            ("reportedStartTime=reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T11:00:00Z", "reportedStartTime"),
        ] {
            let query = format!("{VERSION}&{HOURLY}&{query}");
            both(house, &query, "400 InvalidProperty");
            let answer = house.get("operator", &asked("provider", &query));
            assert!(answer.body["error"]["message"].as_str().unwrap().contains(named), "{answer:?}");
        }
    };
    e6_7 "a granularity that there is none of is not called a wrong time" => |house| {
        both(house, &format!("{VERSION}&{WINDOW}&aggregationGranularity=weekly"), "400 InvalidAggregationGranularity");
        both(house, &format!("{VERSION}&reportedStartTime=never&aggregationGranularity=weekly"), "400 InvalidAggregationGranularity");
    };
    e6_8 "an end in the future" => |house| {
        let query = format!("{VERSION}&{HOURLY}&reportedStartTime=2026-10-20T10:00:00Z&reportedEndTime=2026-10-20T14:00:00Z");
        both(house, &query, "400 RequestEndTimeIsInFuture");
    };
    e6_9 "an end that is over but not processed is answered 202, with no rows and the reason" => |_house| {
        let house = House::ill(Illness::Behind);
        let query = format!("{VERSION}&{HOURLY}&{FULL}");
        house.at("2026-10-20T13:20:00Z");
        for (who, interface) in [("operator", "provider"), ("user@adatum.onmicrosoft.com", "tenant")] {
            let answer = house.get(who, &asked(interface, &query));
            assert_eq!((answer.status, &answer.body["value"]), (202, &json!([])));
            assert_eq!(answer.body["error"]["code"], "ProcessingNotCompleted");
            assert!(answer.headers.contains_key("retry-after"));
        }
        house.at("2026-10-20T14:20:00Z");
        both(&house, &query, "200");
        // A day that has not ended is the future.
        let today = format!("{VERSION}&reportedStartTime=2026-10-20T00:00:00Z&reportedEndTime=2026-10-21T00:00:00Z");
        both(&house, &today, "400 RequestEndTimeIsInFuture");
    };
    e6_10 "a subscriber that is no id" => |house| {
        house.get("operator", &asked("provider", &format!("{VERSION}&{HOURLY}&{WINDOW}&subscriberId=adatum"))).is("400 InvalidProperty");
    };
    e6_11 "a subscriber of somebody else" => |house| {
        let nobody = "60000000-0000-4000-8000-0000000000ff";
        for subscriber in [crate::house::U3, nobody] {
            let query = format!("{VERSION}&{HOURLY}&{WINDOW}&subscriberId={subscriber}");
            house.get("operator", &asked("provider", &query)).is("400 SubscriberIdIsNotDirectTenant");
        }
    };
    e6_12 "a token that is damaged or of another query" => |_house| {
        let house = full();
        let query = format!("{VERSION}&{HOURLY}&{FULL}");
        let first = house.get("operator", &asked("provider", &query)).ok();
        let next = first.body["nextLink"].as_str().unwrap().to_owned();
        house.get("operator", &next).ok();
        let token = next.rsplit_once("continuationToken=").unwrap().1.to_owned();
        for damaged in [format!("{token}x"), token[1..].to_owned(), "abc".to_owned(), token.to_ascii_uppercase()] {
            let answer = house.get("operator", &next.replace(&token, &damaged)).is("400 InvalidProperty");
            assert!(answer.body["error"]["message"].as_str().unwrap().contains("continuationToken"), "{damaged}");
        }
        let other = next.replace("2026-10-20T12", "2026-10-20T11");
        house.get("operator", &other).is("400 InvalidProperty");
        house.get("operator", &format!("{next}&subscriberId={LB}")).is("400 InvalidProperty");
        let tenant = asked("tenant", &format!("{query}&continuationToken={token}"));
        house.get("user@adatum.onmicrosoft.com", &tenant).is("400 InvalidProperty");
        // A library that sends its own granularity again does not disturb.
        let daily = house.get("operator", &next.replace("Hourly", "Daily")).ok();
        assert_eq!(daily.rows(), house.get("operator", &next).ok().rows());
    };
    e6_13 "a stamp that is busy says when to come back" => |_house| {
        let house = House::with(Settings { reads_max: 0, ..Settings::default() }, NOW);
        let answer = house.get("operator", &asked("provider", &format!("{VERSION}&{HOURLY}&{WINDOW}"))).is("503 ServiceUnavailable");
        assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    };
    e6_14 "a provider that is too slow" => |_house| {
        let house = House::ill(Illness::Slow);
        house.at("2026-10-20T13:20:00Z");
        let answer = house.get("operator", &asked("provider", &format!("{VERSION}&{HOURLY}&{FULL}"))).is("504 GatewayTimeout");
        assert_eq!(answer.headers["x-ms-failure-cause"], "service");
    };
}
