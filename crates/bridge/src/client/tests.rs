use super::*;

fn client(name: &str) -> Client {
    let retry = Retry { attempts: 9, first_pause: Duration::from_millis(400), longest_pause: Duration::from_secs(2) };
    Client::new(retry, name, &[]).unwrap()
}

#[test]
fn pauses_double_up_to_the_longest_with_up_to_a_quarter_more() {
    for (attempt, least_ms) in [(1, 400), (2, 800), (3, 1_600), (4, 2_000), (5, 2_000), (40, 2_000)] {
        let pause = client("cloud1").pause(attempt, None);
        let least = Duration::from_millis(least_ms);
        assert!((least..least * 5 / 4).contains(&pause), "{attempt}: {pause:?}");
    }
}

#[test]
fn a_peer_may_ask_for_a_longer_pause_but_not_for_a_shorter_or_endless_one() {
    let usual = client("cloud1").pause(1, None);
    for (asked, pause) in [
        (Duration::ZERO, usual),
        (Duration::from_secs(7), Duration::from_secs(7)),
        (Duration::from_hours(24), Duration::from_mins(10)),
    ] {
        assert_eq!(client("cloud1").pause(1, Some(asked)), pause);
    }
}

#[test]
fn the_bridges_of_two_stamps_do_not_come_back_in_the_same_moment() {
    let pauses = |name: &str| (1..5).map(|attempt| client(name).pause(attempt, None)).collect::<Vec<_>>();
    assert_eq!(pauses("cloud1"), pauses("cloud1"));
    assert_ne!(pauses("cloud1"), pauses("cloud2"));
}

#[test]
fn a_path_goes_below_whatever_path_an_address_has() {
    for (base, url) in [
        ("http://hub", "http://hub/stamps/cloud%3F1/windows"),
        ("http://hub/", "http://hub/stamps/cloud%3F1/windows"),
        ("https://hub:8443/usage/", "https://hub:8443/usage/stamps/cloud%3F1/windows"),
    ] {
        let base = read_address(Peer::Hub, base).unwrap();
        assert_eq!(below(&base, "/stamps/cloud?1/windows").as_str(), url);
    }
}
