//! Reporting: when a stamp is to report, what it hears when it is not, and which hours are never wanted afterwards.
//!
//! The numbers are those of the corner cases in the domain notes, F.2.

use billing::bill::Obstacle;
use hub::{CloseError, MonthClose};
use model::{CloudId, Hour, Month, PartnerId, PayingSubscriptionId};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::{
    cast::{A1, CON, D, D2, E1, FAB, LA, SA, SB},
    house::{Answer, House, registration, with_token},
};

/// Registers SA under a subscription with a token of its own.
fn put(house: &House, subscription: &str, more: Value) -> Answer {
    house.ready(subscription);
    house.put("owner@IUR", &registration(subscription, SA), with_token(SA, more))
}

fn development(reports: bool) -> Value {
    json!({ "billingModel": "Development", "usageReportingEnabled": reports })
}

fn capacity() -> Value {
    json!({ "billingModel": "Capacity", "agreementNumber": "7" })
}

fn credential(house: &House, subscription: &str) -> String {
    house.key(subscription, SA).0["usageCredential"].as_str().unwrap().to_owned()
}

/// The state, the watermark, and from when to when nothing is wanted.
fn heard(house: &House, credential: &str) -> (String, String, Vec<(String, String)>) {
    let said = house.windows(SA, credential, "").ok().body;
    let text = |value: &Value| value.as_str().unwrap().trim_end_matches(":00:00Z").to_owned();
    let not_wanted = said["notWanted"].as_array().unwrap().iter();
    let not_wanted = not_wanted.map(|one| (text(&one["from"]), text(&one["until"]))).collect();
    (text(&said["state"]), text(&said["next"]), not_wanted)
}

#[track_caller]
fn hears(house: &House, credential: &str, state: &str, next: &str, not_wanted: &[(&str, &str)]) {
    let not_wanted = not_wanted.iter().map(|(from, until)| ((*from).to_owned(), (*until).to_owned())).collect();
    assert_eq!(heard(house, credential), (state.to_owned(), next.to_owned(), not_wanted));
}

#[track_caller]
fn verified(house: &House) {
    let proof = house.hub.verify(|_, _| ()).unwrap();
    let failures: Vec<_> = proof.laws.iter().flat_map(|law| &law.failures).collect();
    assert!(proof.holds(), "{failures:?}");
}

/// Moves the default subscription into another directory, which resets what is registered under it.
pub fn reset(house: &House) {
    let default = house.hub.office().subscriptions[&PayingSubscriptionId::new(D).unwrap()].clone();
    let moved = hub::WantedSubscription {
        id: default.id,
        name: default.name,
        kind: default.kind,
        directory: model::DirectoryId::new(crate::cast::DH).unwrap(),
        customer: None,
        partner: Some(PartnerId::new(CON).unwrap()),
        state: model::SubscriptionState::Active,
        from: None,
    };
    let wanted = hub::Catalogue { subscriptions: vec![moved], ..hub::Catalogue::default() };
    house.hub.apply_catalogue(&hub::Actor::at_home("test"), &wanted, false).unwrap();
}

#[test]
fn usage_of_a_time_without_reporting_is_refused_and_never_wanted_afterwards() {
    // Cases 12 and 13, by the flag and by the billing model.
    for (subscription, off, on) in [
        (D, development(false), development(true)),
        (D, development(false), json!({})),
        (E1, capacity(), json!({})),
        (E1, capacity(), development(true)),
    ] {
        let house = House::open();
        put(&house, subscription, off).ok();
        let first = credential(&house, subscription);
        hears(&house, &first, "off", "2026-10-20T12", &[]);
        house.set_day("2026-10-22");
        let refused = house.deliver(SA, &first, "2026-10-21", &[(LA, "1")]).is("409 UsageReportingDisabled");
        assert!(refused.message().contains("report"), "{}", refused.message());
        put(&house, subscription, on).ok();
        hears(&house, &first, "reporting", "2026-10-22T12", &[("2026-10-20T12", "2026-10-22T12")]);
        let refused = house.deliver(SA, &first, "2026-10-21", &[(LA, "1")]).is("409 WindowNotWanted");
        assert!(refused.message().contains("2026-10-22T12:00:00Z"), "{}", refused.message());
        verified(&house);
        house.set_day("2026-10-23");
        let receipt = house.deliver_window(SA, &first, "2026-10-22T12:00:00Z", &[(LA, "1")]).ok();
        assert_eq!(receipt.body["next"], "2026-10-22T13:00:00Z");
        verified(&house);
    }
}

#[test]
fn what_a_stamp_owes_from_before_its_reporting_was_switched_off_stays_wanted() {
    let house = House::open();
    put(&house, D, json!({})).ok();
    let first = credential(&house, D);
    house.deliver_window(SA, &first, "2026-10-20T11:00:00Z", &[(LA, "1")]).ok();
    house.set_day("2026-10-21");
    put(&house, D, development(false)).ok();
    house.set_day("2026-10-24");
    put(&house, D, development(false)).ok();
    put(&house, D, json!({})).ok();
    let key = credential(&house, D);
    hears(&house, &key, "reporting", "2026-10-20T12", &[("2026-10-21T12", "2026-10-24T12")]);
    // A window from before the silence is taken; one of it that had been delivered could be corrected.
    house.deliver(SA, &key, "2026-10-21", &[(LA, "1")]).ok();
    house.deliver(SA, &key, "2026-10-23", &[(LA, "1")]).is("409 WindowNotWanted");
    let hour = Hour::parse("2026-10-20T12").unwrap();
    for window in (0..24).map(|hours| hour.plus(hours)) {
        house.deliver_window(SA, &key, &window.to_string(), &[]).ok();
    }
    hears(&house, &key, "reporting", "2026-10-24T12", &[("2026-10-21T12", "2026-10-24T12")]);
    verified(&house);
    let mut shown = 0;
    house
        .hub
        .store()
        .audit(1, &mut |entry| {
            shown += usize::from(entry.note.detail.contains("reporting_off_since"));
            Ok(())
        })
        .unwrap();
    assert!(shown >= 2, "the audit log shows when reporting was switched off and on");
}

#[test]
fn after_its_registration_was_removed_a_bridge_hears_why_and_can_store_nothing() {
    // Case 9.
    let house = House::open();
    house.approved();
    let old = credential(&house, D);
    house.set_day("2026-10-21");
    house.deliver_window(SA, &old, "2026-10-20T12:00:00Z", &[(LA, "1")]).ok();
    house.delete("owner@IUR", &registration(D, SA)).ok();
    hears(&house, &old, "unregistered", "2026-10-20T13", &[]);
    for window in ["2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z"] {
        house.deliver_window(SA, &old, window, &[(LA, "2")]).is("404 RegistrationNotFound");
        house.windows(SA, &old, &format!("/{window}")).is("404 RegistrationNotFound");
    }
    house.deliver_window(SB, &old, "2026-10-20T13:00:00Z", &[(LA, "2")]).is("404 StampNotFound");
    house.windows(SB, &old, "").is("404 StampNotFound");
    let stamp = CloudId::new(SA).unwrap();
    assert_eq!(house.hub.store().window(&stamp, Hour::parse("2026-10-20T12").unwrap()).unwrap().unwrap().revision, 1);
    assert_eq!(house.hub.store().window(&stamp, Hour::parse("2026-10-20T13").unwrap()).unwrap(), None);
    // So a credential that was drawn by hand hears, and whoever reads files in.
    house.hub.add_credential("test", &stamp, sha2::Sha256::digest(b"by hand").into()).unwrap();
    hears(&house, "by hand", "unregistered", "2026-10-20T13", &[]);
    house.deliver_window(SA, "by hand", "2026-10-20T13:00:00Z", &[]).is("404 RegistrationNotFound");
    let imported =
        house.hub.receive(&stamp, Hour::parse("2026-10-20T13").unwrap(), [0; 32], "test", |_| Ok::<_, ()>(()));
    assert!(matches!(imported, Err(hub::ReceiveError::Refused(_))), "{imported:?}");
    // Once registered again, the credential of before is nobody's, and the backlog is wanted.
    house.set_day("2026-11-19");
    house.register(D2, SA).ok();
    house.windows(SA, &old, "").is("401 Unauthorized");
    house.deliver_window(SA, &old, "2026-10-20T13:00:00Z", &[(LA, "2")]).is("401 Unauthorized");
    hears(&house, &credential(&house, D2), "reporting", "2026-10-20T13", &[]);
    verified(&house);
}

#[test]
fn a_stamp_that_changed_hands_tells_the_bridge_of_before_nothing() {
    let house = House::open();
    house.register(D, SA).ok();
    let old = credential(&house, D);
    house.delete("owner@IUR", &registration(D, SA)).ok();
    house.windows(SA, &old, "").ok();
    let stamp = house.hub.office().stamps[&CloudId::new(SA).unwrap()].clone();
    let wanted = hub::WantedStamp {
        id: stamp.id,
        name: stamp.name,
        region: stamp.region,
        partner: Some(PartnerId::new(FAB).unwrap()),
        default_provider_subscription: None,
    };
    let wanted = hub::Catalogue { stamps: vec![wanted], ..hub::Catalogue::default() };
    house.hub.apply_catalogue(&hub::Actor::at_home("the platform"), &wanted, false).unwrap();
    house.windows(SA, &old, "").is("401 Unauthorized");
    house.deliver(SA, &old, "2026-10-19", &[]).is("401 Unauthorized");
}

#[test]
fn a_backlog_of_more_than_thirty_days_is_not_wanted_after_registering_again() {
    // Cases 9 and 23: removed, and reset.
    let removed = |house: &House| {
        house.delete("owner@IUR", &registration(D, SA)).ok();
    };
    // What was owed before a removal stays owed; when a reset was is not kept.
    for (end, late_next, from) in
        [(removed as fn(&House), "2026-10-20T13", "2026-10-21T00"), (reset, "2026-10-23T12", "2026-10-20T13")]
    {
        for (again, next, not_wanted) in
            [("2026-11-19", "2026-10-20T13", &[][..]), ("2026-11-22", late_next, &[(from, "2026-10-23T12")])]
        {
            let house = House::open();
            house.register(D, SA).ok();
            let old = credential(&house, D);
            house.set_day("2026-10-21");
            house.deliver_window(SA, &old, "2026-10-20T12:00:00Z", &[]).ok();
            end(&house);
            house.set_day(again);
            house.register(D, SA).ok();
            hears(&house, &credential(&house, D), "reporting", next, not_wanted);
            verified(&house);
            // A stamp that is registered may be late, and owes all of it.
            house.set_day("2026-12-31");
            put(&house, D, json!({})).ok();
            hears(&house, &credential(&house, D), "reporting", next, not_wanted);
        }
    }
}

#[test]
fn a_stamp_that_never_was_registered_delivers_and_skips_nothing_when_it_is() {
    let house = House::open();
    let stamp = model::Stamp {
        id: CloudId::new(SA).unwrap(),
        name: "by hand".to_owned(),
        region: "north".to_owned(),
        partner: None,
        default_provider_subscription: None,
        first_window: Hour::parse("2026-08-01T00").unwrap(),
        credentials: vec![sha2::Sha256::digest(b"by hand").into()],
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    };
    house.hub.add_stamp("test", &stamp).unwrap();
    hears(&house, "by hand", "reporting", "2026-08-01T00", &[]);
    house.deliver(SA, "by hand", "2026-08-01", &[(LA, "1")]).ok();
    house.register(D, SA).ok();
    hears(&house, "by hand", "reporting", "2026-08-01T00", &[]);
    // Case 26: it is told, and blocked from nothing.
    let standing = house.hub.standings().unwrap().pop().unwrap();
    assert!(standing.overdue && standing.lag_hours > 720, "{standing:?}");
    house.deliver(SA, "by hand", "2026-08-02", &[(LA, "1")]).ok();
}

#[test]
fn an_expired_registration_takes_no_usage_until_it_is_renewed_by_usage() {
    let house = House::open();
    put(&house, E1, capacity()).ok();
    let old = credential(&house, E1);
    house.set_day("2027-10-20");
    hears(&house, &old, "expired", "2026-10-20T12", &[]);
    house.deliver(SA, &old, "2027-10-19", &[(LA, "1")]).is("409 RegistrationExpired");
    put(&house, E1, json!({})).ok();
    hears(&house, &old, "reporting", "2027-10-20T12", &[("2026-10-20T12", "2027-10-20T12")]);
}

#[test]
fn a_moved_registration_takes_usage_of_the_bridge_that_was_activated_before() {
    // Case 8.
    let house = House::open();
    house.approved();
    house.map(A1).ok();
    let old = credential(&house, D);
    house.ready(D2);
    house.set_day("2026-10-22");
    let group = |subscription: &str| format!("/subscriptions/{subscription}/resourceGroups/azurestack");
    let body = json!({ "resources": [registration(D, SA)], "targetResourceGroup": group(D2) });
    house.ask("owner@IUR", "POST", &format!("{}/moveResources?api-version=2021-04-01", group(D)), Some(body));
    house.get("owner@IUR", &registration(D2, SA)).ok();
    hears(&house, &old, "reporting", "2026-10-20T12", &[]);
    house.set_day("2026-10-24");
    house.deliver(SA, &old, "2026-10-23", &[(LA, "4")]).ok();
    assert_eq!([A1, D, D2].map(|id| house.paid(CON, id)), [400, 0, 0]);
}

#[test]
fn development_is_taken_and_costs_nothing() {
    // Case 25.
    let house = House::open();
    put(&house, D, development(true)).ok();
    house.set_day("2026-10-22");
    house.use_cores(D, SA, "2026-10-21", &[(LA, "4")]);
    assert_eq!([A1, D].map(|id| house.paid(CON, id)), [0, 0]);
    let kept = house.hub.store().window(&CloudId::new(SA).unwrap(), Hour::parse("2026-10-21T10").unwrap()).unwrap();
    assert_eq!(kept.unwrap().rows, 1);
}

/// What stands against closing October.
fn obstacles(house: &House) -> Vec<String> {
    let wish = MonthClose {
        partner: PartnerId::new(CON).unwrap(),
        month: Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: None,
        dry_run: true,
    };
    match house.hub.close(&wish) {
        Err(CloseError::Blocked(found)) => found.iter().map(Obstacle::to_string).collect(),
        other => other.map(|_| Vec::new()).unwrap(),
    }
}

#[test]
fn a_month_waits_for_what_can_still_be_delivered() {
    let closed = |change: &dyn Fn(&House)| {
        let house = House::open();
        house.register(D, SA).ok();
        house.set_day("2026-11-05");
        change(&house);
        obstacles(&house)
    };
    let waits = closed(&|_| ());
    assert!(matches!(waits.as_slice(), [one] if one.contains("its bridge")), "{waits:?}");
    let waits = closed(&reset);
    assert!(matches!(waits.as_slice(), [one] if one.contains("registered again")), "{waits:?}");
    assert_eq!(closed(&|house| drop(put(house, D, development(false)).ok())), Vec::<String>::new());
    assert_eq!(closed(&|house| drop(house.delete("owner@IUR", &registration(D, SA)).ok())), Vec::<String>::new());
}
