use super::*;

const NOW: Second = Second(1_764_547_200);

fn retry() -> Retry {
    Retry { attempts: 9, first_pause: Duration::from_millis(400), longest_pause: Duration::from_secs(2) }
}

#[test]
fn pauses_double_up_to_the_longest_with_up_to_as_much_again() {
    for (attempt, least_ms) in [(1, 400), (2, 800), (3, 1_600), (4, 2_000), (5, 2_000), (40, 2_000)] {
        let pause = pause(&retry(), "cloud1", attempt, NOW, None);
        let least = Duration::from_millis(least_ms);
        assert!((least..least * 2).contains(&pause), "{attempt}: {pause:?}");
    }
}

#[test]
fn a_peer_may_ask_for_a_longer_pause_but_not_for_a_shorter_or_endless_one() {
    let usual = pause(&retry(), "cloud1", 1, NOW, None);
    for (asked, expected) in [
        (Duration::ZERO, usual),
        (Duration::from_secs(7), Duration::from_secs(7)),
        (Duration::from_hours(24), Duration::from_mins(10)),
    ] {
        assert_eq!(pause(&retry(), "cloud1", 1, NOW, Some(asked)), expected);
    }
}

#[test]
fn neither_two_bridges_nor_one_at_two_times_come_back_in_step() {
    let pauses =
        |name: &str, now: Second| (1..5).map(|attempt| pause(&retry(), name, attempt, now, None)).collect::<Vec<_>>();
    assert_eq!(pauses("cloud1", NOW), pauses("cloud1", NOW));
    assert_ne!(pauses("cloud1", NOW), pauses("cloud2", NOW));
    assert_ne!(pauses("cloud1", NOW), pauses("cloud1", Second(NOW.0 + 1)));
}

#[test]
fn the_shares_of_many_bridges_fill_the_whole_time() {
    let whole = Duration::from_secs(100);
    let mut tenths = [0_u32; 10];
    for bridge in 0..1_000 {
        let share = share(whole, &format!("cloud{bridge}"), 1, NOW);
        tenths[usize::try_from(share.as_secs() / 10).unwrap()] += 1;
    }
    assert!(tenths.iter().all(|bridges| (50..150).contains(bridges)), "{tenths:?}");
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
    let rows = [
        ("7", date, Some(7)),
        (" 0 ", None, Some(0)),
        ("Sun, 06 Nov 1994 08:51:37 GMT", date, Some(120)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", date, Some(0)),
        ("Mon, 01 Dec 2025 00:00:30 GMT", None, Some(30)),
        ("Mon, 01 Dec 2025 00:00:30 GMT", Some("yesterday"), Some(30)),
        ("Mon, 01 Foo 2025 00:00:30 GMT", date, None),
        ("Sunday, 06-Nov-94 08:49:37 GMT", date, None),
        ("soon", date, None),
        ("-3", date, None),
    ];
    for (value, date, seconds) in rows {
        assert_eq!(read_retry_after(value, date, NOW), seconds.map(Duration::from_secs), "{value}");
    }
    assert_eq!(read_http_date("Mon, 01 Dec 2025 00:00:00 GMT"), Some(NOW));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_rest_and_a_stop_that_cannot_come_does_not() {
    let (sender, receiver) = watch::channel(false);
    let stop = Stop::new(receiver);
    let begin = tokio::time::Instant::now();
    tokio::join!(stop.rest(Duration::from_hours(1)), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sender.send(true).unwrap();
    });
    assert_eq!(begin.elapsed(), Duration::from_secs(1));
    Stop::never().rest(Duration::from_secs(5)).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(6));
}
