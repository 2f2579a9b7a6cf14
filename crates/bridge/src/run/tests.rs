use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contract::usage_page::UsageAggregate;
use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId, MeterId, Quantity, Second};
use stamp::emulate::{AccountKey, Cloud, CloudHandle, Plan, PlannedSubscription, Story, Tenant};
use tokio::net::TcpListener;

use super::*;
use crate::{Config, Retry};
use fakes::{FakeHub, FakeStamp, Fault};

pub mod fakes;

const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";
const ADATUM: &str = "60000000-0000-4000-8000-0000000000a1";
const WINGTIP: &str = "60000000-0000-4000-8000-0000000000b1";
const HOME: &str = "10000000-0000-4000-8000-000000000001";
const START: &str = "2026-12-01T00";

fn hour(offset: u32) -> Hour {
    Hour::parse(START).unwrap().plus(offset)
}

fn config(stamp: &str, hub: &FakeHub) -> Config {
    Config {
        cloud: CloudId::new("cloud1").unwrap(),
        stamp_url: format!("{stamp}/"),
        provider_subscription: LocalSubscriptionId::new(PROVIDER).unwrap(),
        home_directory: DirectoryId::new(HOME).unwrap(),
        stamp_token: Some("token of the operator".to_owned()),
        hub_url: format!("{}/hub/", hub.address),
        hub_ca: None,
        credential: "secret of the stamp".to_owned(),
        settle: Duration::from_mins(30),
        retry: Retry { attempts: 3, first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(2) },
    }
}

/// Two tenants; Wingtip is gone after a day.
fn plan(resources: u32) -> Plan {
    let tenant = |directory: &str, id: &str, deleted_at| Tenant {
        directory: DirectoryId::new(directory).unwrap(),
        domain: "tenant.onmicrosoft.com".to_owned(),
        subscriptions: vec![PlannedSubscription {
            id: LocalSubscriptionId::new(id).unwrap(),
            from: hour(0),
            deleted_at,
        }],
    };
    Plan {
        seed: 7,
        cloud: CloudId::new("cloud1").unwrap(),
        name: "Amsterdam".to_owned(),
        region: "north".to_owned(),
        home_directory: DirectoryId::new(HOME).unwrap(),
        provider_subscription: LocalSubscriptionId::new(PROVIDER).unwrap(),
        tenants: vec![tenant("directory-a", ADATUM, None), tenant("directory-b", WINGTIP, Some(hour(24)))],
        start: hour(0),
        end: hour(48),
        resources_per_subscription: resources,
        token: Some("token of the operator".to_owned()),
        story: Story::default(),
    }
}

/// Serves an emulated cloud in which the given hour is running.
async fn start_cloud(resources: u32, now: Hour) -> (String, Arc<CloudHandle>) {
    let cloud = Arc::new(CloudHandle::new(Cloud::new(plan(resources)).unwrap(), now));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let gate = Arc::new(stamp::TokenGate { token: cloud.cloud().plan().token.clone() });
    tokio::spawn(stamp::serve(listener, cloud.clone(), gate, stamp::Settings::default(), std::future::pending()));
    (address, cloud)
}

/// What the hub has, summed by reading its rows.
fn sums(hub: &FakeHub) -> BTreeMap<AccountKey, Quantity> {
    let mut sums: BTreeMap<AccountKey, Quantity> = BTreeMap::new();
    for text in hub.windows().values().flat_map(|window| &window.rows) {
        let row: UsageAggregate<'_> = serde_json::from_str(text).unwrap();
        let key = AccountKey {
            day: Second::parse(&row.properties.usage_start_time).unwrap().day().unwrap(),
            subscription: LocalSubscriptionId::new(&row.properties.subscription_id).unwrap(),
            meter: MeterId::new(&row.properties.meter_id).unwrap(),
        };
        let sum = sums.entry(key).or_default();
        *sum = sum.checked_add(Quantity::parse(row.properties.quantity.get()).unwrap()).unwrap();
    }
    sums
}

#[tokio::test]
async fn what_the_hub_received_is_what_ran_on_the_cloud() {
    let (stamp, cloud) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(0)).await;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    let mut seen = Vec::new();
    let summary = bridge.catch_up(hour(48), |delivered| seen.push(delivered.hour)).await.unwrap();
    let account = cloud.account(hour(0)..hour(48)).unwrap();
    assert_eq!(sums(&hub), account.sums);
    assert_eq!((summary.windows, summary.rows, summary.next), (48, account.rows, Some(hour(48))));
    assert_eq!((summary.stored, summary.copies, summary.held, summary.revised), (account.rows, 0, 0, 0));
    assert_eq!(seen, (0..48).map(hour).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_further_run_goes_on_where_the_hub_is_whoever_runs_it() {
    let (stamp, cloud) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(3)).await;
    let mut windows = Vec::new();
    for until in [10, 10, 2, 15] {
        let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
        windows.push(bridge.catch_up(hour(until), |_| ()).await.unwrap().windows);
    }
    assert_eq!(windows, [7, 0, 0, 5]);
    assert_eq!(sums(&hub), cloud.account(hour(3)..hour(15)).unwrap().sums);
}

#[tokio::test]
async fn a_window_of_several_pages_is_one_body() {
    let (stamp, cloud) = start_cloud(900, hour(12)).await;
    let hub = FakeHub::start(hour(10)).await;
    let mut pages = 0;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    bridge.catch_up(hour(11), |delivered| pages = delivered.pages).await.unwrap();
    assert!(pages > 2, "{pages}");
    assert_eq!(hub.puts().len(), 1);
    assert_eq!(sums(&hub), cloud.account(hour(10)..hour(11)).unwrap().sums);
}

#[tokio::test]
async fn a_busy_hub_and_a_lost_answer_cost_a_further_try_and_nothing_else() {
    let (stamp, cloud) = start_cloud(20, hour(48)).await;
    for fault in [Fault::Status(503), Fault::Status(429), Fault::Status(504), Fault::LostAnswer] {
        let hub = FakeHub::start(hour(5)).await;
        hub.faults([None, Some(fault), None]);
        let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
        bridge.catch_up(hour(8), |_| ()).await.unwrap();
        let puts = hub.puts();
        let hours: Vec<Hour> = puts.iter().map(|(hour, _)| *hour).collect();
        assert_eq!(hours, [hour(5), hour(6), hour(6), hour(7)], "{fault:?}");
        assert_eq!(puts[1], puts[2], "{fault:?}");
        assert!(hub.windows().values().all(|window| window.revision == 1));
        assert_eq!(sums(&hub), cloud.account(hour(5)..hour(8)).unwrap().sums);
    }
}

#[tokio::test]
async fn attempts_are_counted_and_final_refusals_are_told_at_once() {
    let (stamp, _) = start_cloud(20, hour(48)).await;
    for (status, puts) in [(503, 3), (500, 1), (403, 1), (413, 1)] {
        let hub = FakeHub::start(hour(5)).await;
        hub.faults([Some(Fault::Status(status)); 5]);
        let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
        let error = bridge.catch_up(hour(8), |_| ()).await.unwrap_err();
        let text = format!("put the window {}: the hub answered {status} Busy: the hub is busy", hour(5));
        assert_eq!(error.to_string(), text);
        assert_eq!(hub.puts().len(), puts, "{status}");
    }
}

#[tokio::test]
async fn a_wrong_credential_and_an_absent_peer_are_named() {
    let (stamp, _) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(5)).await;
    let wrong = Config { credential: "guessed".to_owned(), ..config(&stamp, &hub) };
    let error = Bridge::new(wrong).unwrap().catch_up(hour(8), |_| ()).await.unwrap_err();
    assert!(matches!(error, BridgeError::Refused { peer: Peer::Hub, status: 401, .. }), "{error}");
    let wrong = Config { stamp_token: None, ..config(&stamp, &hub) };
    let error = Bridge::new(wrong).unwrap().catch_up(hour(8), |_| ()).await.unwrap_err();
    assert!(matches!(error, BridgeError::Refused { peer: Peer::Stamp, status: 401, .. }), "{error}");
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = Bridge::new(config(&format!("http://{free}"), &hub)).unwrap().catch_up(hour(8), |_| ()).await;
    assert!(matches!(error, Err(BridgeError::Unreachable { peer: Peer::Stamp, attempts: 3, .. })), "{error:?}");
}

#[tokio::test]
async fn a_corrected_window_is_the_only_one_that_a_second_reading_revises() {
    let (stamp, cloud) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(0)).await;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    bridge.catch_up(hour(20), |_| ()).await.unwrap();
    let before = sums(&hub);
    cloud.correct(hour(12), 4, "123.456").unwrap();
    let summary = bridge.resend(hour(10)..hour(15)).await.unwrap();
    assert_eq!((summary.windows, summary.revised, summary.next), (5, 1, Some(hour(20))));
    let revised: Vec<Hour> =
        hub.windows().iter().filter(|(_, window)| window.revision > 1).map(|(hour, _)| *hour).collect();
    assert_eq!(revised, [hour(12)]);
    assert_ne!(sums(&hub), before);
    assert_eq!(sums(&hub), cloud.account(hour(0)..hour(20)).unwrap().sums);
}

#[tokio::test]
async fn windows_that_the_hub_wants_again_are_put_again() {
    let (stamp, cloud) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(0)).await;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    bridge.catch_up(hour(6), |_| ()).await.unwrap();
    cloud.correct(hour(2), 0, "77.0").unwrap();
    hub.state.lock().unwrap().resend = vec![hour(2).to_string(), hour(30).to_string()];
    let summary = bridge.catch_up(hour(7), |_| ()).await.unwrap();
    let hours: Vec<Hour> = hub.puts().iter().skip(6).map(|(hour, _)| *hour).collect();
    assert_eq!((hours, summary.revised), (vec![hour(6), hour(2)], 1));
    assert_eq!(sums(&hub), cloud.account(hour(0)..hour(7)).unwrap().sums);
}

#[tokio::test]
async fn the_table_names_the_directory_of_every_row_even_of_a_deleted_subscription() {
    let (stamp, cloud) = start_cloud(20, hour(20)).await;
    let hub = FakeHub::start(hour(18)).await;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    bridge.catch_up(hour(20), |_| ()).await.unwrap();
    cloud.set_now(hour(30));
    bridge.catch_up(hour(30), |_| ()).await.unwrap();
    let directories: BTreeMap<&str, &str> =
        [(PROVIDER, HOME), (ADATUM, "directory-a"), (WINGTIP, "directory-b")].into();
    let mut late = 0;
    for (reported, window) in hub.windows() {
        for text in &window.rows {
            let row: UsageAggregate<'_> = serde_json::from_str(text).unwrap();
            let subscriber = row.properties.subscription_id.as_ref();
            assert_eq!(window.table.get(subscriber).map(String::as_str), directories.get(subscriber).copied());
            late += u32::from(subscriber == WINGTIP && reported >= hour(24));
        }
    }
    assert!(late > 0, "rows of the deleted subscription came after it was gone");
}

/// A list of local subscriptions as a stamp gives it.
fn list(subscriptions: &[(&str, &str)]) -> (u16, String) {
    let line = |(id, tenant): &(&str, &str)| format!(r#"{{"subscriptionId":"{id}","tenantId":"{tenant}"}}"#);
    (200, format!(r#"{{"value":[{}]}}"#, subscriptions.iter().map(line).collect::<Vec<_>>().join(",")))
}

fn is_list(asked: &str) -> bool {
    asked.contains("Microsoft.Subscriptions.Admin")
}

#[tokio::test]
async fn rows_of_any_shape_on_pages_of_any_size_travel_character_for_character() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start(|asked, _| {
        if is_list(asked) {
            return list(&[(ADATUM, "directory-a")]);
        }
        let page = match asked.split_once("continuationToken=") {
            None => {
                r#"{ "value" : [ {"properties": {"subscriptionId" :"x","quantity": 8.381903171539307e-08 } } , 7 ],
                     "nextLink":"PATH&continuationToken=a" }"#
            }
            Some((_, "a")) => r#"{"value":[],"nextLink":"PATH&continuationToken=b"}"#,
            Some(_) => r#"{"value":[{"q":1.0E+3,"q":"\u00e9\/"}],"nextLink":null}"#,
        };
        (200, page.replace("PATH", asked.split("&continuationToken").next().unwrap()))
    })
    .await;
    Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap();
    let wanted = [
        r#"{"properties": {"subscriptionId" :"x","quantity": 8.381903171539307e-08 } }"#,
        "7",
        r#"{"q":1.0E+3,"q":"\u00e9\/"}"#,
    ];
    assert_eq!(hub.windows()[&hour(0)].rows, wanted);
}

#[tokio::test]
async fn an_unknown_subscription_is_looked_up_once_more_and_no_oftener() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start(|asked, number| {
        if is_list(asked) {
            // The second subscription is created after the first listing; the third is never listed.
            return if number == 0 { list(&[(ADATUM, "a")]) } else { list(&[(ADATUM, "a"), (WINGTIP, "b")]) };
        }
        let row = |id: &str| format!(r#"{{"properties":{{"subscriptionId":"{id}"}}}}"#);
        (200, format!(r#"{{"value":[{},{},{}]}}"#, row(ADATUM), row(&WINGTIP.to_uppercase()), row("stranger")))
    })
    .await;
    let mut bridge = Bridge::new(config(&stamp.address, &hub)).unwrap();
    bridge.catch_up(hour(4), |_| ()).await.unwrap();
    assert_eq!(stamp.asked().iter().filter(|asked| is_list(asked)).count(), 2);
    let ids: Vec<String> = hub.windows()[&hour(0)].table.keys().cloned().collect();
    assert_eq!(ids, [ADATUM, WINGTIP]);
}

#[tokio::test]
async fn a_stamp_that_is_not_ready_is_asked_again_and_never_taken_for_an_empty_hour() {
    for (ready_after, windows) in [(2, 1), (9, 0)] {
        for status in [503, 429, 504] {
            let hub = FakeHub::start(hour(0)).await;
            let stamp = FakeStamp::start(move |asked, number| {
                let answer =
                    if number <= ready_after { (status, r#"{"value":[]}"#) } else { (200, r#"{"value":[1]}"#) };
                if is_list(asked) { list(&[]) } else { (answer.0, answer.1.to_owned()) }
            })
            .await;
            let result = Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await;
            assert_eq!(hub.windows().len(), windows, "{status}");
            assert_eq!(result.is_ok(), windows == 1, "{result:?}");
        }
    }
}

#[tokio::test]
async fn a_window_that_is_not_there_yet_waits_without_an_error_and_what_is_before_it_arrives() {
    let future = r#"{"error":{"code":"RequestEndTimeIsInFuture","message":"later"}}"#;
    for (status, body) in [(202, r#"{"value":[],"error":{"code":"ProcessingNotCompleted"}}"#), (400, future)] {
        let hub = FakeHub::start(hour(0)).await;
        let waits = hour(2).to_string().replace(':', "%3A");
        let stamp = FakeStamp::start(move |asked, _| {
            if is_list(asked) {
                return list(&[]);
            }
            let is_there = !asked.contains(&format!("reportedStartTime={waits}"));
            if is_there { (200, r#"{"value":[1]}"#.to_owned()) } else { (status, body.to_owned()) }
        })
        .await;
        let mut bridge = Bridge::new(config(&stamp.address, &hub)).unwrap();
        let summary = bridge.catch_up(hour(5), |_| ()).await.unwrap();
        assert_eq!((summary.windows, summary.next, summary.not_yet), (2, Some(hour(2)), Some(hour(2))));
        assert_eq!(bridge.failures().of(Peer::Stamp), 0);
        assert_eq!(stamp.asked().iter().filter(|asked| asked.contains("Commerce")).count(), 3, "asked once each");
    }
}

#[tokio::test]
async fn pages_that_lead_astray_are_refused_and_nothing_is_put() {
    let elsewhere = FakeStamp::start(|_, _| (200, r#"{"value":[]}"#.to_owned())).await;
    let foreign = format!(r#"{{"value":[],"nextLink":"{}/more"}}"#, elsewhere.address);
    let cases = [
        (foreign.as_str(), "leads to another place"),
        (r#"{"value":[],"nextLink":"https://adminmanagement.elsewhere.example/more"}"#, "leads to another place"),
        (r#"{"value":[],"nextLink":"/again"}"#, "leads back"),
        (r#"{"value":[],"nextLink":"http://[bad"}"#, "next link is bad"),
        (r#"{"value":[1,2"#, "EOF"),
        (r#"{"value":[{"a":1},{"b":[1,2}"#, "expected"),
        ("<html>", "expected value"),
        (r#"{"error":{"code":"x","message":"y"}}"#, "missing field `value`"),
    ];
    for (page, reason) in cases {
        let hub = FakeHub::start(hour(0)).await;
        let page = page.to_owned();
        let stamp =
            FakeStamp::start(move |asked, _| if is_list(asked) { list(&[]) } else { (200, page.clone()) }).await;
        let error = Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap_err();
        assert!(matches!(&error, BridgeError::Answer { peer: Peer::Stamp, .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(hub.windows().is_empty());
    }
    assert!(elsewhere.asked().is_empty(), "the operator's token stays with the stamp");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp =
        FakeStamp::start(|asked, _| if is_list(asked) { list(&[]) } else { (307, "elsewhere".to_owned()) }).await;
    let error = Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap_err();
    assert!(matches!(&error, BridgeError::Refused { peer: Peer::Stamp, status: 307, .. }), "{error}");
}

#[tokio::test]
async fn a_stamp_without_end_is_left() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start(|asked, number| {
        let page = format!(r#"{{"value":[],"nextLink":"/page{number}"}}"#);
        if is_list(asked) { list(&[]) } else { (200, page) }
    })
    .await;
    let error = Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap_err();
    assert!(error.to_string().contains("more than 10000 pages"), "{error}");
    assert!(hub.windows().is_empty());
}

/// A window of thirty rows of a mebibyte each: two parts.
async fn start_large() -> FakeStamp {
    FakeStamp::start(|asked, _| {
        let row = |row: u32| format!(r#"{{"row":{row},"filler":"{}"}}"#, "x".repeat(1_024 * 1_024));
        let rows: Vec<String> = (0..30).map(row).collect();
        if is_list(asked) { list(&[]) } else { (200, format!(r#"{{"value":[{}]}}"#, rows.join(","))) }
    })
    .await
}

#[tokio::test]
async fn a_large_window_travels_in_parts_and_lost_parts_are_sent_again() {
    let stamp = start_large().await;
    for (faults, puts) in
        [(vec![], 2), (vec![None, Some(Fault::LostParts)], 3), (vec![None, Some(Fault::LostAnswer)], 4)]
    {
        let hub = FakeHub::start(hour(0)).await;
        hub.faults(faults);
        let mut parts = 0;
        let mut bridge = Bridge::new(config(&stamp.address, &hub)).unwrap();
        bridge.catch_up(hour(1), |delivered| parts = delivered.parts).await.unwrap();
        assert_eq!((parts, hub.puts().len()), (2, puts));
        let numbers: Vec<String> =
            hub.windows()[&hour(0)].rows.iter().map(|row| row.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(numbers, (0..30).map(|row| format!("{{\"row\":{row}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_hub_that_keeps_losing_parts_is_given_up() {
    let stamp = start_large().await;
    let hub = FakeHub::start(hour(0)).await;
    hub.faults([Some(Fault::LostParts); 20]);
    let error = Bridge::new(config(&stamp.address, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap_err();
    assert!(error.to_string().contains("still misses the parts [1] after 3 rounds"), "{error}");
    assert_eq!((hub.puts().len(), hub.windows().len()), (6, 0));
}

#[tokio::test]
async fn a_hub_that_miscounts_or_does_not_move_stops_the_bridge() {
    let (stamp, _) = start_cloud(20, hour(48)).await;
    let hub = FakeHub::start(hour(5)).await;
    hub.faults([Some(Fault::Miscounted)]);
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    let error = bridge.catch_up(hour(8), |_| ()).await.unwrap_err();
    assert!(error.to_string().contains("were sent"), "{error}");
    assert_eq!(hub.puts().len(), 1);
    let stuck = FakeStamp::start(|asked, _| {
        // This hub takes every window and wants the same one again.
        assert!(asked.starts_with("/stamps/cloud1/windows"));
        let receipt = format!(
            r#"{{"stamp":"cloud1","hour":"{0}","hash":"","revision":1,"received":ROWS,"stored":0,"copies":0,"held":0,"replaced":0,"removed":0,"totals":{{}},"heldReasons":{{}},"next":"{0}"}}"#,
            hour(0)
        );
        let wanted = format!(r#"{{"next":"{}","resend":[],"hub":"one"}}"#, hour(0));
        (200, if asked.ends_with("windows") { wanted } else { receipt.replace("ROWS", "0") })
    })
    .await;
    let empty =
        FakeStamp::start(|asked, _| if is_list(asked) { list(&[]) } else { (200, r#"{"value":[]}"#.into()) }).await;
    let config = Config {
        hub_url: stuck.address.clone(),
        credential: "token of the operator".to_owned(),
        ..config(&empty.address, &hub)
    };
    let error = Bridge::new(config).unwrap().catch_up(hour(8), |_| ()).await.unwrap_err();
    assert_eq!(error, BridgeError::Stuck { hour: hour(0), next: hour(0) });
    assert_eq!(stuck.asked().len(), 2);
}

#[tokio::test]
async fn a_window_settles_before_it_is_read() {
    let hub = FakeHub::start(hour(0)).await;
    let bridge = Bridge::new(config("http://localhost", &hub)).unwrap();
    for (now, until) in [
        ("2026-12-01T05:00:00Z", 4),
        ("2026-12-01T05:29:59Z", 4),
        ("2026-12-01T05:30:00Z", 5),
        ("2026-12-01T05:59:59Z", 5),
        ("2026-12-01T06:29:59Z", 5),
    ] {
        assert_eq!(bridge.readable_until(Second::parse(now).unwrap()), hour(until), "{now}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_sent() {
    let hub = FakeHub::start(hour(0)).await;
    for address in ["", "stamp.example", "ftp://stamp.example", "/path", "http://"] {
        let wrong = Config { stamp_url: address.to_owned(), ..config("http://localhost", &hub) };
        assert!(matches!(Bridge::new(wrong).err(), Some(BridgeError::Config(_))), "{address:?}");
    }
}

/// A stamp that gives each answer as it is written, byte for byte, and then breaks the connection.
async fn start_raw(says: impl Fn(&str, usize) -> String + Send + 'static) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for number in 0.. {
            let (mut caller, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(caller.read_u8().await.unwrap());
            }
            let answer = says(std::str::from_utf8(&head).unwrap(), number);
            caller.write_all(answer.as_bytes()).await.unwrap();
            caller.shutdown().await.unwrap();
        }
    });
    address
}

fn whole(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn an_answer_that_is_cut_is_read_again_and_never_taken_for_a_shorter_one() {
    let hub = FakeHub::start(hour(0)).await;
    let cuts = Arc::new(std::sync::Mutex::new(0));
    let cut = Arc::clone(&cuts);
    let stamp = start_raw(move |head, _| {
        if !head.contains("Commerce") {
            return whole(r#"{"value":[]}"#);
        }
        let answer = whole(r#"{"value":[{"a":1},{"b":2}]}"#);
        let mut cuts = cut.lock().unwrap();
        *cuts += 1;
        // In the head, in the body where a page might end, and then the whole.
        match *cuts {
            1 => answer[..12].to_owned(),
            2 => answer[..answer.len() - 9].to_owned(),
            _ => answer,
        }
    })
    .await;
    let mut bridge = Bridge::new(config(&stamp, &hub)).unwrap();
    bridge.catch_up(hour(1), |_| ()).await.unwrap();
    assert_eq!(hub.windows()[&hour(0)].rows, [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!((*cuts.lock().unwrap(), bridge.failures().of(Peer::Stamp)), (3, 2));
}

#[tokio::test]
async fn a_date_in_retry_after_is_waited_for() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = start_raw(|_, number| {
        let busy = "HTTP/1.1 503 Busy\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
                    Retry-After: Sun, 06 Nov 1994 08:49:38 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        if number == 0 { busy.to_owned() } else { whole(r#"{"value":[]}"#) }
    })
    .await;
    let begin = std::time::Instant::now();
    Bridge::new(config(&stamp, &hub)).unwrap().catch_up(hour(1), |_| ()).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(1), "the usual pauses are milliseconds");
}
