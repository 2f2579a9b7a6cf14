//! Tests: which audiences are taken, how wrong somebody may be, and how a sign-in on a device goes.

use model::{PrincipalId, Second};

use super::{
    Tenant,
    attempts::Attempts,
    audience::accepted,
    device::{Begun, Devices, Verdict},
};

const ORIGIN: &str = "https://hub.example:8443";
const PROGRAM: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

#[test]
fn a_token_is_for_this_hub_or_for_an_audience_that_tools_always_ask_for() {
    let table = [
        ("https://hub.example:8443", Some("https://hub.example:8443")),
        ("https://hub.example:8443/", Some("https://hub.example:8443")),
        ("https://hub.example:8443///", Some("https://hub.example:8443")),
        ("https://hub.example:8443/.default", Some("https://hub.example:8443")),
        ("https://hub.example:8443//.default", Some("https://hub.example:8443")),
        ("HTTPS://HUB.example:8443//.default", Some("https://hub.example:8443")),
        ("https://hub.example:8443/graph/.default", Some("https://hub.example:8443/graph")),
        ("https://hub.example:8443/user_impersonation", Some("https://hub.example:8443")),
        ("https://management.azure.com/.default", Some("https://management.azure.com")),
        ("https://management.azure.com//.default", Some("https://management.azure.com")),
        ("https://management.core.windows.net//user_impersonation", Some("https://management.core.windows.net")),
        ("https://api.partnercenter.microsoft.com", Some("https://api.partnercenter.microsoft.com")),
        ("https://hub.example:84431/.default", None),
        ("https://hub.example:8443.attacker.example/.default", None),
        ("https://hub.example/.default", None),
        ("https://graph.microsoft.com/.default", Some("https://graph.microsoft.com")),
        ("https://api.partner.microsoft.com/.default", Some("https://api.partner.microsoft.com")),
        ("https://graph.microsoft.com.attacker.example/.default", None),
        ("https://vault.azure.net/.default", None),
        ("/.default", None),
        ("", None),
        ("https://hub.example:8443/ä", None),
    ];
    for (sent, audience) in table {
        assert_eq!(accepted(sent, ORIGIN).as_deref(), audience, "{sent:?}");
    }
    assert_eq!(accepted(&format!("{ORIGIN}/{}", "a".repeat(256)), ORIGIN), None);
}

#[test]
fn who_was_wrong_ten_times_in_a_minute_waits_until_it_is_over() {
    let attempts = Attempts::default();
    for second in 0..10 {
        assert!(attempts.check("Ada", Second(second)).is_ok(), "{second}");
        attempts.note("ADA", Second(second));
    }
    let table = [("ada", 10, false), ("ada", 59, false), ("grace", 59, true), ("ada", 60, true), ("ada", -1, true)];
    for (account, second, passes) in table {
        assert_eq!(attempts.check(account, Second(second)).is_ok(), passes, "{account} at {second}");
    }
    attempts.note("ada", Second(60));
    assert!(attempts.check("ada", Second(61)).is_ok(), "the count begins anew");
}

#[test]
fn a_flood_of_names_frees_nobody_who_is_locked() {
    let attempts = Attempts::default();
    for _ in 0..10 {
        attempts.note("ada", Second(0));
    }
    for name in 0..25_000 {
        attempts.note(&format!("name {name}"), Second(1));
    }
    assert!(attempts.check("ada", Second(2)).is_err());
}

fn begun(user_code: &str) -> Begun {
    Begun::new(user_code.to_owned(), PROGRAM.to_owned(), ORIGIN.to_owned(), Tenant::Any, Second(0))
}

#[test]
fn a_sign_in_on_a_device_is_given_once_and_to_the_program_that_began_it() {
    let devices = Devices::default();
    devices.add("device", begun("ACDEFGHJK"), Second(0)).unwrap();
    let ask = |client: &str, second| devices.ask("device", client, Second(second)).map(|(_, principal)| principal);
    let why = |client: &str, second| ask(client, second).unwrap_err().word();
    assert_eq!(why(PROGRAM, 0), "authorization_pending");
    assert_eq!(why(PROGRAM, 4), "slow_down");
    assert_eq!(why(PROGRAM, 10), "slow_down", "after that it waits for ten seconds");
    assert_eq!(why(PROGRAM, 25), "authorization_pending");
    assert_eq!(why("another-program", 45), "invalid_grant");
    let ada = PrincipalId::new("ada").unwrap();
    assert!(!devices.decide("ACDEFGHJX", Verdict::Approved(ada.clone()), Second(46)));
    assert!(devices.decide("acd-efg hjk", Verdict::Approved(ada.clone()), Second(46)));
    assert!(!devices.decide("ACDEFGHJK", Verdict::Declined, Second(47)), "the first word counts");
    assert_eq!(ask(PROGRAM, 50).unwrap(), ada);
    assert_eq!(why(PROGRAM, 80), "invalid_grant");
}

#[test]
fn a_sign_in_on_a_device_ends() {
    let devices = Devices::default();
    devices.add("late", begun("ACDEFGHJK"), Second(0)).unwrap();
    devices.add("declined", begun("ACDEFGHJM"), Second(0)).unwrap();
    assert!(devices.find("ACDEFGHJK", Second(899)).is_some());
    assert!(devices.find("ACDEFGHJK", Second(900)).is_none());
    assert!(!devices.decide("ACDEFGHJK", Verdict::Declined, Second(900)));
    assert_eq!(devices.ask("late", PROGRAM, Second(900)).err().unwrap().word(), "expired_token");
    assert!(devices.decide("ACDEFGHJM", Verdict::Declined, Second(10)));
    assert_eq!(devices.ask("declined", PROGRAM, Second(11)).err().unwrap().word(), "access_denied");
    assert_eq!(devices.ask("declined", PROGRAM, Second(31)).err().unwrap().word(), "invalid_grant");
}

#[test]
fn no_more_than_ten_thousand_sign_ins_wait() {
    let devices = Devices::default();
    for number in 0..10_000 {
        devices.add(&format!("device {number}"), begun(&format!("{number:09}")), Second(0)).unwrap();
    }
    assert!(devices.add("more", begun("ACDEFGHJK"), Second(899)).is_err());
    assert!(devices.add("more", begun("ACDEFGHJK"), Second(900)).is_ok());
}
