//! U1 to U15: from what ran to what is reported.

use model::{Charge, Family, MeterCatalogue, Quantity};
use serde_json::json;

use crate::{
    house::{CORES, L0, LA, LB, event},
    rules,
};

/// What is shown elsewhere, or cannot be shown, with the reason.
pub const UNSHOWN: &[(&str, &str)] = &[
    ("u4", "it takes a bridge and a hub: the tests of rules show it by this number"),
    ("u7", "the hub knows the billing model: the tests of rules show it by this number"),
    ("u8", "bills are the hub's: the tests of rules show it by this number"),
    ("u10", "who is charged is decided on the hub: the tests of rules show it by this number"),
    ("u11", "it is a duty of the licence, and nothing can be refused for it"),
    ("u14", "the paying side's usage records do not exist yet; `tallybridge explain` names the local subscription"),
    ("u15", "the region on a bill is the price list's, which the hub takes as it is given"),
];

const HOURLY: &str = "&aggregationGranularity=Hourly";

rules! {
    u1 "a resource provider posts what each resource of a local subscription used, hour by hour" => |house| {
        house.post(&event("one", LA, "2026-10-20T11:00:00Z", CORES, "2")).ok();
        // The same again counts once; the same id with other content is a mistake of whoever sends it.
        let again = house.post(&event("one", LA, "2026-10-20T11:00:00Z", CORES, "2")).ok();
        assert_eq!((&again.body["accepted"], &again.body["duplicates"]), (&json!(0), &json!(1)));
        house.post(&event("one", LA, "2026-10-20T11:00:00Z", CORES, "3")).is("409 UsageEventConflict");
        house.at("2026-10-20T13:00:00Z");
        let read = house.provider("reader", "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z", HOURLY).ok();
        assert_eq!(read.quantities(), [(LA.to_owned(), "2".to_owned())]);
    };
    u2 "events become rows by hour and by day; what comes late makes a further row" => |house| {
        house.at("2026-10-19T23:30:00Z");
        let mut part = event("first", LA, "2026-10-19T22:00:00Z", CORES, "0.25");
        part["resourceUri"] = json!("/subscriptions/machine");
        part["usageEndTime"] = json!("2026-10-19T22:15:00Z");
        let mut rest = part.clone();
        rest["id"] = json!("second");
        rest["usageStartTime"] = json!("2026-10-19T22:15:00Z");
        rest["usageEndTime"] = json!("2026-10-19T23:00:00Z");
        rest["quantity"] = json!("0.75");
        house.post(&json!([part, rest])).ok();
        house.at("2026-10-20T00:10:00Z");
        let mut late = event("third", LA, "2026-10-19T23:00:00Z", CORES, "1");
        late["resourceUri"] = json!("/subscriptions/machine");
        house.post(&late).ok();
        house.at("2026-10-21T00:00:00Z");
        let read = |start, end, more| house.provider("reader", start, end, more).ok().rows();
        let row = |start: &str, quantity: &str| [LA, start, CORES, quantity].map(str::to_owned);
        assert_eq!(read("2026-10-19T23:00:00Z", "2026-10-20T00:00:00Z", HOURLY), [row("2026-10-19T22:00:00+00:00", "1")]);
        assert_eq!(read("2026-10-20T00:00:00Z", "2026-10-20T01:00:00Z", HOURLY), [row("2026-10-19T23:00:00+00:00", "1")]);
        // Two reported days know of the nineteenth.
        assert_eq!(
            read("2026-10-19T00:00:00Z", "2026-10-21T00:00:00Z", ""),
            [row("2026-10-19T00:00:00+00:00", "1"), row("2026-10-19T00:00:00+00:00", "1")]
        );
        assert_eq!(read("2026-10-19T00:00:00Z", "2026-10-20T00:00:00Z", "").len(), 1);
    };
    u3 "operators read everybody's usage, users their own" => |house| {
        house.emit("a", LA, "2026-10-20T11:00:00Z", "1").ok();
        house.emit("b", LB, "2026-10-20T11:00:00Z", "2").ok();
        house.at("2026-10-20T13:00:00Z");
        let (start, end) = ("2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z");
        assert_eq!(house.provider("operator", start, end, HOURLY).ok().rows().len(), 2);
        assert_eq!(house.tenant("user@wingtip.onmicrosoft.com", LB, start, end, HOURLY).ok().rows().len(), 1);
        house.tenant("user@wingtip.onmicrosoft.com", LA, start, end, HOURLY).is("403 AuthorizationFailed");
    };
    u5 "a row says meter, quantity, place, resource, local subscription, start and end" => |house| {
        let mut one = event("one", LA, "2026-10-20T11:00:00Z", CORES, "2.50");
        one["location"] = json!("east");
        house.post(&one).ok();
        house.at("2026-10-20T13:00:00Z");
        let read = house.provider("reader", "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z", HOURLY).ok();
        let facts = &read.body["value"][0]["properties"];
        assert_eq!((facts["meterId"].as_str(), facts["subscriptionId"].as_str()), (Some(CORES), Some(LA)));
        assert!(read.text.contains("\"quantity\":2.50,"), "{}", read.text);
        assert_eq!(facts["usageStartTime"], "2026-10-20T11:00:00+00:00");
        assert_eq!(facts["usageEndTime"], "2026-10-20T12:00:00+00:00");
        let instance: serde_json::Value = serde_json::from_str(facts["instanceData"].as_str().unwrap()).unwrap();
        assert_eq!(instance["Microsoft.Resources"]["location"], "east");
        assert_eq!(instance["Microsoft.Resources"]["resourceUri"], one["resourceUri"]);
    };
    u6 "what is used shortly before midnight is reported on the next day" => |house| {
        house.at("2026-10-19T00:10:00Z");
        house.emit("late evening", LA, "2026-10-18T23:00:00Z", "1").ok();
        house.at("2026-10-20T00:00:00Z");
        let day = |start, end| house.provider("reader", start, end, "").ok().rows();
        assert_eq!(day("2026-10-18T00:00:00Z", "2026-10-19T00:00:00Z").len(), 0);
        let next = day("2026-10-19T00:00:00Z", "2026-10-20T00:00:00Z");
        assert_eq!((next.len(), next[0][1].as_str()), (1, "2026-10-18T00:00:00+00:00"));
    };
    u9 "more is measured than is charged" => |house| {
        let meters = MeterCatalogue::published().meters();
        let charged = |family| meters.iter().filter(|meter| meter.family == family && meter.charge != Charge::Informational).count();
        for family in [Family::VirtualMachines, Family::Storage, Family::AppService] {
            assert!(charged(family) > 0, "{family:?}");
        }
        let informational = meters.iter().find(|meter| meter.charge == Charge::Informational).unwrap();
        // What is not charged is reported like everything else.
        house.post(&event("free", LA, "2026-10-20T11:00:00Z", informational.id.as_str(), "7")).ok();
        house.at("2026-10-20T13:00:00Z");
        let read = house.provider("reader", "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z", HOURLY).ok();
        assert_eq!(read.rows()[0][2], informational.id.as_str());
    };
    u12 "usage is taken while nobody looks at it" => |house| {
        // Nobody reads for a week; everything is there.
        let mut expected = Quantity::ZERO;
        for day in 12..19 {
            house.at(&format!("2026-10-{day}T12:30:00Z"));
            house.emit(&day.to_string(), L0, &format!("2026-10-{day}T11:00:00Z"), "1.1").ok();
            expected = expected.checked_add(Quantity::parse("1.1").unwrap()).unwrap();
        }
        house.at("2026-10-20T00:00:00Z");
        let rows = house.provider("reader", "2026-10-12T00:00:00Z", "2026-10-20T00:00:00Z", "").ok().rows();
        let sum = rows.iter().fold(Quantity::ZERO, |sum, row| sum.checked_add(Quantity::parse(&row[3]).unwrap()).unwrap());
        assert_eq!((rows.len(), sum), (7, expected));
    };
    u13 "a machine with its own licence is reported by the base meter" => |house| {
        // The resource provider says which meter it is; the service changes nothing.
        house.post(&event("own", LA, "2026-10-20T11:00:00Z", CORES, "2")).ok();
        house.at("2026-10-20T13:00:00Z");
        let read = house.provider("reader", "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z", HOURLY).ok();
        assert_eq!(read.rows()[0][2], CORES);
    };
}
