use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contract::{delivery::ReportingState, secret::Secret};
use model::{CloudId, DirectoryId, LocalSubscriptionId};

use super::*;
use crate::{
    Clock, HubSettings, Retry, StampSettings,
    run::tests::fakes::{FakeHub, FakeStamp},
};

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn settings(stamp: &str, hub: &FakeHub) -> Settings {
    let short = Duration::from_millis(1);
    Settings {
        cloud: CloudId::new("cloud1").unwrap(),
        stamp: StampSettings {
            url: stamp.to_owned(),
            ca: None,
            sign_in: SignIn::Token(Secret::new("token of the operator")),
            provider_subscription: LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap(),
            home_directory: Some(DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap()),
        },
        hub: HubSettings {
            url: format!("{}/hub/", hub.address),
            ca: None,
            credential: Secret::new("secret of the stamp"),
        },
        settle: Duration::ZERO,
        pause: Duration::ZERO,
        retry: Retry { attempts: 1, first_pause: short, longest_pause: short },
        clock: Clock::new(|| Second(now())),
        activation: None,
    }
}

/// What a stamp is asked, told apart by the path.
fn kind(asked: &str) -> &'static str {
    let kinds = [
        ("delegatedProviders", "providers"),
        ("AzureBridge", "activation"),
        ("Subscriptions.Admin", "subscriptions"),
        ("/subscriptions/delegated/", "delegated usage"),
        ("Commerce", "usage"),
    ];
    kinds.iter().find(|(word, _)| asked.contains(word)).map_or("other", |(_, kind)| kind)
}

async fn stamp(changed: &'static str, answer: (u16, &'static str)) -> FakeStamp {
    FakeStamp::start_whole(move |asked, _| {
        let kind = kind(asked);
        if kind == changed {
            return (answer.0, answer.1.to_owned());
        }
        let body = match kind {
            "usage" | "delegated usage" => r#"{"value":[{"properties":{"subscriptionId":"A"}}]}"#,
            "activation" => r#"{"properties":{"expiration":"9999-12-30T23:59:59Z","usageReportingEnabled":true}}"#,
            "providers" => r#"{"value":[{"subscriptionId":"delegated"}]}"#,
            _ => r#"{"value":[]}"#,
        };
        (200, body.to_owned())
    })
    .await
}

async fn hub() -> FakeHub {
    FakeHub::start(Second(now()).hour().unwrap()).await
}

fn not_good(report: &Report) -> Vec<(&'static str, Verdict)> {
    report.legs.iter().filter(|leg| leg.verdict != Verdict::Good).map(|leg| (leg.name, leg.verdict)).collect()
}

#[tokio::test]
async fn every_leg_holds_where_all_is_well() {
    let (hub, stamp) = (hub().await, stamp("nothing", (200, "")).await);
    let report = check(settings(&stamp.address, &hub)).await.unwrap();
    assert_eq!(not_good(&report), []);
    assert!(report.is_good());
    assert_eq!(report.legs.len(), 15);
}

/// Which route answers with what, and the legs that are not good then.
type Row<'a> = (&'a str, (u16, &'a str), Vec<(&'a str, Verdict)>);

#[tokio::test]
async fn each_leg_of_the_stamp_fails_by_itself_and_says_what_to_do() {
    use Verdict::{Bad, Skipped, Warning};
    let refused = r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#;
    let off = r#"{"properties":{"expiration":"","usageReportingEnabled":false}}"#;
    let past = r#"{"properties":{"expiration":"2020-01-01T00:00:00Z","usageReportingEnabled":true}}"#;
    let future = r#"{"error":{"code":"RequestEndTimeIsInFuture","message":"later"}}"#;
    let rows: Vec<Row<'_>> = vec![
        ("usage", (403, refused), vec![("stamp role", Bad), ("sample row", Skipped)]),
        ("usage", (404, refused), vec![("stamp role", Bad), ("sample row", Skipped)]),
        ("usage", (200, "<html>"), vec![("sample row", Bad)]),
        ("usage", (200, r#"{"value":[]}"#), vec![("sample row", Warning)]),
        ("usage", (400, future), vec![("sample row", Warning)]),
        ("usage", (202, r#"{"value":[]}"#), vec![("sample row", Warning)]),
        ("delegated usage", (403, refused), vec![("delegated providers", Warning)]),
        ("providers", (403, refused), vec![("delegated providers", Warning)]),
        ("providers", (404, ""), vec![]),
        ("activation", (200, off), vec![("activation", Bad)]),
        ("activation", (200, past), vec![("activation", Bad)]),
        ("activation", (404, ""), vec![("activation", Warning)]),
    ];
    for (changed, answer, expected) in rows {
        let (hub, stamp) = (hub().await, stamp(changed, answer).await);
        let report = check(settings(&stamp.address, &hub)).await.unwrap();
        assert_eq!(not_good(&report), expected, "{changed} {answer:?}");
        let fails = expected.iter().any(|(_, verdict)| *verdict == Bad);
        assert_eq!(report.is_good(), !fails);
        for leg in report.legs.iter().filter(|leg| matches!(leg.verdict, Bad | Warning)) {
            assert!(!leg.advice.is_empty(), "{leg:?}");
        }
    }
}

#[tokio::test]
async fn the_hubs_legs_and_both_clocks_fail_by_themselves() {
    let (hub, stamp) = (hub().await, stamp("nothing", (200, "")).await);
    let mut wrong = settings(&stamp.address, &hub);
    wrong.hub.credential = Secret::new("guessed");
    let report = check(wrong).await.unwrap();
    assert_eq!(not_good(&report)[0], ("hub credential", Verdict::Bad));
    let mut early = settings(&stamp.address, &hub);
    early.clock = Clock::new(|| Second(now() - 301));
    let names: Vec<&str> = not_good(&check(early).await.unwrap()).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["stamp clock", "hub clock"]);
    let mut nowhere = settings(&stamp.address, &hub);
    nowhere.hub.url = "http://127.0.0.1:9".to_owned();
    let report = check(nowhere).await.unwrap();
    assert_eq!(not_good(&report)[0], ("reach hub", Verdict::Bad));
    assert_eq!(not_good(&report).len(), 6);
    for (state, name) in [
        (ReportingState::Off, "off"),
        (ReportingState::Unregistered, "unregistered"),
        (ReportingState::Reset, "reset"),
        (ReportingState::Expired, "expired"),
    ] {
        hub.state.lock().unwrap().wanted.state = state;
        let report = check(settings(&stamp.address, &hub)).await.unwrap();
        assert_eq!(not_good(&report), [("registration", Verdict::Bad)]);
        assert!(report.legs.iter().any(|leg| leg.found.starts_with(name)));
    }
    {
        let mut state = hub.state.lock().unwrap();
        state.wanted.state = ReportingState::Reporting;
        state.next -= 10;
    }
    let report = check(settings(&stamp.address, &hub)).await.unwrap();
    assert_eq!(not_good(&report), [("watermark", Verdict::Warning)]);
}
