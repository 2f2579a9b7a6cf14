use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use contract::secret::Secret;
use model::{CloudId, DirectoryId, LocalSubscriptionId};
use tokio::sync::watch;

use super::*;
use crate::{
    Clock, HubSettings, Settings, SignIn, StampSettings,
    run::tests::fakes::{FakeHub, FakeStamp},
};

const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";

fn hour(offset: u32) -> Hour {
    Hour::parse("2026-12-01T00").unwrap().plus(offset)
}

/// A bridge whose clock shows a moment, with what moves the clock.
fn bridge(stamp: &FakeStamp, hub: &FakeHub, now: Hour) -> (Bridge, Arc<AtomicI64>) {
    let second = Arc::new(AtomicI64::new(now.start().0));
    let shown = Arc::clone(&second);
    let short = Duration::from_millis(1);
    let settings = Settings {
        cloud: CloudId::new("cloud1").unwrap(),
        stamp: StampSettings {
            url: stamp.address.clone(),
            ca: None,
            sign_in: SignIn::Token(Secret::new("token of the operator")),
            provider_subscription: LocalSubscriptionId::new(PROVIDER).unwrap(),
            home_directory: Some(DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap()),
        },
        hub: HubSettings {
            url: format!("{}/hub/", hub.address),
            ca: None,
            credential: Secret::new("secret of the stamp"),
        },
        settle: Duration::ZERO,
        pause: Duration::ZERO,
        retry: Retry { attempts: 2, first_pause: short, longest_pause: short },
        clock: Clock::new(move || Second(shown.load(Ordering::SeqCst))),
        activation: None,
    };
    (Bridge::new(settings).unwrap(), second)
}

fn rhythm() -> Rhythm {
    Rhythm { every: Duration::from_millis(5), until: None, reread_hours: 0, once: false }
}

fn page(asked: &str) -> (u16, String) {
    if asked.contains("Microsoft.Subscriptions.Admin") {
        return (200, r#"{"value":[]}"#.to_owned());
    }
    (200, format!(r#"{{"value":[{{"asked":{}}}]}}"#, asked.len()))
}

/// Runs a bridge until an event ends it, and gives all events.
async fn run_until(bridge: &mut Bridge, rhythm: &Rhythm, mut last: impl FnMut(&Event) -> bool) -> Vec<Event> {
    let (sender, receiver) = watch::channel(false);
    let stop = Stop::new(receiver);
    let mut events = Vec::new();
    let run = bridge.run(rhythm, &stop, |event| {
        events.push(event.clone());
        if last(event) {
            sender.send(true).unwrap();
        }
    });
    tokio::time::timeout(Duration::from_secs(20), run).await.expect("the event comes").unwrap();
    events
}

fn silences(events: &[Event]) -> Vec<Silence> {
    let silence = |event: &Event| if let Event::Silent { silence, .. } = event { Some(*silence) } else { None };
    events.iter().filter_map(silence).collect()
}

#[tokio::test]
async fn in_every_state_but_reporting_nothing_is_sent_and_the_backlog_follows_when_it_is_over() {
    let rows = [
        (ReportingState::Off, Silence::Off),
        (ReportingState::Unregistered, Silence::Unregistered),
        (ReportingState::Reset, Silence::Reset),
        (ReportingState::Expired, Silence::Expired),
    ];
    for (state, silence) in rows {
        let (hub, stamp) = (FakeHub::start(hour(0)).await, FakeStamp::start(|asked, _| page(asked)).await);
        hub.state.lock().unwrap().wanted.state = state;
        let (mut bridge, _) = bridge(&stamp, &hub, hour(3));
        let mut seen = 0;
        let events = run_until(&mut bridge, &rhythm(), |event| {
            seen += u32::from(matches!(event, Event::Silent { .. }));
            if seen == 2 && matches!(event, Event::Silent { .. }) {
                assert!(hub.puts().is_empty());
                hub.state.lock().unwrap().wanted.state = ReportingState::Reporting;
            }
            matches!(event, Event::Resting { .. })
        })
        .await;
        assert!(silences(&events).iter().all(|found| *found == silence));
        assert_eq!(hub.windows().len(), 3);
    }
}

#[tokio::test]
async fn a_window_that_is_refused_because_of_the_registration_is_a_state_and_no_failure() {
    let rows = [
        (409, "UsageReportingDisabled", Silence::Off),
        (404, "RegistrationNotFound", Silence::Unregistered),
        (409, "RegistrationReset", Silence::Reset),
        (409, "RegistrationExpired", Silence::Expired),
        (401, "Unauthorized", Silence::Credential),
    ];
    for (status, code, silence) in rows {
        let (hub, stamp) = (FakeHub::start(hour(0)).await, FakeStamp::start(|asked, _| page(asked)).await);
        hub.state.lock().unwrap().refused = vec![(hour(2)..hour(3), status, code)];
        let (mut bridge, _) = bridge(&stamp, &hub, hour(5));
        let events = run_until(&mut bridge, &rhythm(), |event| {
            if matches!(event, Event::Silent { .. }) {
                assert_eq!(hub.windows().len(), 2);
                hub.state.lock().unwrap().refused.clear();
            }
            matches!(event, Event::Resting { .. } | Event::Failed { .. })
        })
        .await;
        assert_eq!(silences(&events), [silence]);
        assert_eq!(hub.windows().len(), 5);
        if silence == Silence::Credential {
            let said = |event: &Event| matches!(event, Event::Silent { message, .. } if message.contains("activate"));
            assert!(events.iter().any(said), "{events:?}");
        }
    }
}

#[tokio::test]
async fn the_stamps_own_activation_silences_the_bridge_too() {
    let activation =
        |on: bool, end: &str| format!(r#"{{"properties":{{"expiration":"{end}","usageReportingEnabled":{on}}}}}"#);
    let rows = [
        (200, activation(true, "9999-12-30T23:59:59Z"), None),
        (200, activation(true, "2026-12-01T05:00:01Z"), None),
        (200, activation(true, "2026-12-01T05:00:00Z"), Some(Silence::ActivationExpired)),
        (200, activation(false, "9999-12-30T23:59:59.9999999Z"), Some(Silence::ActivationOff)),
        (404, String::new(), None),
        (403, String::new(), None),
    ];
    for (status, body, silence) in rows {
        let hub = FakeHub::start(hour(0)).await;
        let answer = body.clone();
        let stamp = FakeStamp::start_whole(move |asked, _| {
            if asked.contains("Microsoft.AzureBridge.Admin") {
                return (status, answer.clone());
            }
            if asked.contains("delegatedProviders") { (404, String::new()) } else { page(asked) }
        })
        .await;
        let (mut bridge, _) = bridge(&stamp, &hub, hour(5));
        let end = |event: &Event| matches!(event, Event::Resting { .. } | Event::Silent { .. });
        let events = run_until(&mut bridge, &rhythm(), end).await;
        assert_eq!(silences(&events), silence.into_iter().collect::<Vec<_>>(), "{status} {body}");
        assert_eq!(hub.windows().len(), if silence.is_some() { 0 } else { 5 });
    }
}

#[tokio::test]
async fn an_activation_beside_the_bridge_that_is_gone_or_off_silences_it() {
    let state = |usage_reporting| ActivationState { usage_reporting, expires: None, registration: String::new() };
    for (found, silence) in [(None, Silence::Deactivated), (Some(state(false)), Silence::ActivationOff)] {
        let (hub, stamp) = (FakeHub::start(hour(0)).await, FakeStamp::start(|asked, _| page(asked)).await);
        let (mut bridge, _) = bridge(&stamp, &hub, hour(2));
        let beside = Arc::new(Mutex::new(found));
        let read = Arc::clone(&beside);
        bridge.settings.activation = Some(Arc::new(move || Ok(read.lock().unwrap().clone())));
        let events = run_until(&mut bridge, &rhythm(), |event| {
            if matches!(event, Event::Silent { .. }) {
                *beside.lock().unwrap() = Some(state(true));
            }
            matches!(event, Event::Resting { .. })
        })
        .await;
        assert_eq!(silences(&events), [silence]);
        assert_eq!(hub.windows().len(), 2);
    }
}

#[tokio::test]
async fn failures_never_end_the_bridge_and_the_pauses_grow() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start(|asked, number| if number < 12 { (500, "broken".into()) } else { page(asked) }).await;
    let (mut bridge, _) = bridge(&stamp, &hub, hour(2));
    let events = run_until(&mut bridge, &rhythm(), |event| matches!(event, Event::Resting { .. })).await;
    let waits: Vec<Duration> = events
        .iter()
        .filter_map(|event| if let Event::Failed { wait, .. } = event { Some(*wait) } else { None })
        .collect();
    assert_eq!(waits.len(), 12);
    assert!(waits.iter().all(|wait| *wait < Duration::from_millis(11)), "{waits:?}");
    assert_eq!(hub.windows().len(), 2);
    assert_eq!(bridge.failures().of(Peer::Stamp), 12);
}

#[tokio::test]
async fn once_a_day_what_was_delivered_is_read_again_but_nothing_older_and_nothing_unwanted() {
    let hub = FakeHub::start(hour(10)).await;
    let stamp = FakeStamp::start(|asked, _| page(asked)).await;
    hub.state.lock().unwrap().wanted.not_wanted =
        vec![NotWanted { from: hour(12).to_string(), until: hour(14).to_string(), reason: "too old".to_owned() }];
    let (mut bridge, now) = bridge(&stamp, &hub, hour(16));
    let rhythm = Rhythm { reread_hours: 48, ..rhythm() };
    let mut rests = 0;
    let events = run_until(&mut bridge, &rhythm, |event| {
        if matches!(event, Event::Resting { .. }) {
            rests += 1;
            // The second round comes an hour later, the third a day later.
            now.fetch_add(if rests == 1 { 3_600 } else { 86_400 }, Ordering::SeqCst);
            hub.state.lock().unwrap().refused = vec![(hour(11)..hour(12), 409, "WindowNotWanted")];
        }
        rests == 3
    })
    .await;
    let reread: Vec<u64> = events
        .iter()
        .filter_map(|event| if let Event::Reread { windows, .. } = event { Some(*windows) } else { None })
        .collect();
    // 10, 11, 14 and 15; then the hub passes over 11, and 25 hours came in between.
    assert_eq!(reread, [4, 28]);
    let passed: Vec<&Event> = events.iter().filter(|event| matches!(event, Event::PassedOver { .. })).collect();
    assert_eq!(passed.len(), 1);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::NeverWanted(_))).count(), 1, "told once");
    assert!(hub.windows().values().all(|window| window.revision == 1));
    assert!(!hub.windows().contains_key(&hour(9)), "what was before the registration is not sent");
}

#[tokio::test]
async fn two_bridges_on_one_stamp_bring_every_window_once() {
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start(|asked, _| page(asked)).await;
    let (mut one, _) = bridge(&stamp, &hub, hour(40));
    let (mut two, _) = bridge(&stamp, &hub, hour(40));
    let end = |event: &Event| matches!(event, Event::Resting { .. } | Event::Failed { .. });
    let rhythm = rhythm();
    let (first, second) = tokio::join!(run_until(&mut one, &rhythm, end), run_until(&mut two, &rhythm, end));
    assert!(first.iter().chain(&second).all(|event| !matches!(event, Event::Failed { .. })), "{first:?} {second:?}");
    assert_eq!(hub.windows().len(), 40);
    assert!(hub.windows().values().all(|window| window.revision == 1));
}

#[tokio::test]
async fn a_stop_ends_after_the_window_in_flight_and_once_ends_when_all_is_there() {
    let (hub, stamp) = (FakeHub::start(hour(0)).await, FakeStamp::start(|asked, _| page(asked)).await);
    let (mut stopped, _) = bridge(&stamp, &hub, hour(40));
    let mut windows = 0;
    run_until(&mut stopped, &rhythm(), |event| {
        windows += u32::from(matches!(event, Event::Delivered(_)));
        windows == 3
    })
    .await;
    assert_eq!(hub.windows().len(), 3);
    let (mut once, _) = bridge(&stamp, &hub, hour(40));
    let rhythm = Rhythm { once: true, until: Some(hour(20)), ..rhythm() };
    let summary = once.run(&rhythm, &Stop::never(), |_| ()).await.unwrap();
    assert_eq!((summary.windows, summary.next), (17, Some(hour(20))));
}

#[tokio::test]
async fn delegated_providers_are_read_too_each_row_once_and_a_hidden_one_is_said_loudly() {
    let row = |id: &str| format!(r#"{{"properties":{{"subscriptionId":"{id}"}}}}"#);
    let hub = FakeHub::start(hour(0)).await;
    let stamp = FakeStamp::start_whole(move |asked, _| {
        let line = |id: &str| format!(r#"{{"subscriptionId":"{id}","tenantId":"directory of {id}"}}"#);
        let of = |provider: &str| asked.starts_with(&format!("/subscriptions/{provider}/"));
        let value = match asked {
            _ if asked.contains("AzureBridge") => return (404, String::new()),
            _ if asked.contains("/delegatedProviders") => [line("open"), line("closed")].join(","),
            _ if of("closed") => return (403, r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#.into()),
            _ if asked.contains("includeDeleted") => [line("direct"), line("deleted")].join(","),
            _ if asked.contains("Subscriptions.Admin") && of("open") => line("indirect"),
            _ if asked.contains("Subscriptions.Admin") => line("direct"),
            // The operator of this stamp sees one of the tenants of the delegated provider as well.
            _ if of("open") => [row("indirect"), row("seen")].join(","),
            _ => [row("direct"), row("seen"), row("deleted"), "7".to_owned()].join(","),
        };
        (200, format!(r#"{{"value":[{value}]}}"#))
    })
    .await;
    let (mut bridge, _) = bridge(&stamp, &hub, hour(2));
    let events = run_until(&mut bridge, &rhythm(), |event| matches!(event, Event::Resting { .. })).await;
    let hidden: Vec<&Event> = events.iter().filter(|event| matches!(event, Event::Hidden { .. })).collect();
    assert!(matches!(hidden[..], [Event::Hidden { provider, .. }] if provider == "closed"), "{hidden:?}");
    for window in hub.windows().values() {
        let wanted = ["direct", "seen", "deleted", "indirect"].map(row);
        let rows = [&wanted[..3], &["7".to_owned()], &wanted[3..]].concat();
        assert_eq!(window.rows, rows);
        let table: Vec<&str> = window.table.keys().map(String::as_str).collect();
        assert_eq!(table, ["deleted", "direct", "indirect"]);
    }
}
