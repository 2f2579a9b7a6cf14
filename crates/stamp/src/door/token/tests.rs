use super::*;

fn cloud(id: &str) -> CloudId {
    CloudId::new(id).unwrap()
}

fn caller(id: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(id).unwrap()
}

fn continuation(granularity: Granularity, subscriber: Option<&str>) -> Continuation {
    Continuation {
        granularity,
        reported: Hour(480_000)..Hour(480_024),
        subscriber: subscriber.map(caller),
        from: Position { reported: Hour(480_023), row: u64::MAX },
    }
}

#[test]
fn a_token_says_what_it_was_made_from() {
    for granularity in [Granularity::Hourly, Granularity::Daily] {
        for subscriber in [None, Some("60000000-0000-4000-8000-0000000000A1")] {
            let wanted = continuation(granularity, subscriber);
            let text = write(&wanted, &cloud("cloud1"), &caller("S"));
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
            // Ids are compared without case.
            assert_eq!(read(&text, &cloud("CLOUD1"), &caller("s")).as_ref(), Some(&wanted));
            assert_eq!(read(&format!("{text}=="), &cloud("cloud1"), &caller("s")).as_ref(), Some(&wanted));
        }
    }
}

#[test]
fn a_token_that_was_changed_anywhere_says_nothing() {
    let text = write(&continuation(Granularity::Hourly, Some("t")), &cloud("cloud1"), &caller("s"));
    for place in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(read(&changed, &cloud("cloud1"), &caller("s")), None, "{place}");
    }
    for cut in 0..text.len() {
        assert_eq!(read(&text[..cut], &cloud("cloud1"), &caller("s")), None, "{cut}");
    }
    assert_eq!(read(&text, &cloud("cloud2"), &caller("s")), None);
    assert_eq!(read(&text, &cloud("cloud1"), &caller("t")), None);
    assert_eq!(read(&"A".repeat(3_000), &cloud("cloud1"), &caller("s")), None);
}

#[test]
fn a_position_outside_of_the_window_says_nothing() {
    let mut outside = continuation(Granularity::Hourly, None);
    outside.from.reported = outside.reported.end;
    let text = write(&outside, &cloud("cloud1"), &caller("s"));
    assert_eq!(read(&text, &cloud("cloud1"), &caller("s")), None);
}
