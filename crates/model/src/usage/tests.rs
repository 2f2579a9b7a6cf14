use super::*;

fn row(subscriber: u32, meter: u32, text_start: u32, text_length: u8) -> UsageRow {
    UsageRow {
        subscriber,
        meter,
        resource: ResourceNumber(0),
        address: ResourceNumber(0),
        start: Second(0),
        end: Second(3_600),
        quantity: Quantity::ZERO,
        text_start,
        text_length,
    }
}

#[test]
fn the_names_of_a_row_are_found_or_missing_and_never_another_s() {
    let subscriber = |id: &str| Subscriber { subscription: LocalSubscriptionId::new(id).unwrap(), tenant: None };
    let window = WindowRows {
        subscribers: vec![subscriber("s0"), subscriber("s1")],
        meters: vec![MeterId::new("m0").unwrap()],
        number_texts: "1.02e-3".to_owned(),
        rows: Vec::new(),
    };
    let table = [
        (row(0, 0, 0, 3), Some("s0"), Some("m0"), "1.0"),
        (row(1, 0, 3, 4), Some("s1"), Some("m0"), "2e-3"),
        (row(2, 1, 7, 0), None, None, ""),
        (row(0, 0, 4, 4), Some("s0"), Some("m0"), ""),
        (row(u32::MAX, u32::MAX, u32::MAX, u8::MAX), None, None, ""),
    ];
    for (row, subscription, meter, text) in table {
        let found = window.subscriber(&row).map(|subscriber| subscriber.subscription.as_str());
        assert_eq!(found, subscription, "{row:?}");
        assert_eq!(window.meter(&row).map(MeterId::as_str), meter, "{row:?}");
        assert_eq!(window.number_text(&row), text, "{row:?}");
    }
}

#[test]
fn every_reason_has_one_word_and_an_advice() {
    for (index, reason) in HeldReason::ALL.iter().enumerate() {
        assert_eq!(HeldReason::from_word(reason.word()), Some(*reason));
        let first = HeldReason::ALL.iter().position(|other| other.word() == reason.word());
        assert_eq!(first, Some(index), "{} stands twice", reason.word());
        assert!(!reason.advice().is_empty(), "{}", reason.word());
    }
    assert_eq!(HeldReason::from_word("no_such_reason"), None);
}

#[test]
fn a_number_that_cannot_be_kept_is_held_for_its_own_reason() {
    let table = [
        ("NaN", "quantity_not_a_number"),
        ("1e18", "quantity_too_large"),
        ("1e-37", "quantity_too_precise"),
        ("00000000000000000000000000000000000000000000000000000000000000001", "quantity_text_too_long"),
    ];
    for (text, word) in table {
        let error = Quantity::parse(text).unwrap_err();
        assert_eq!(HeldReason::from(error).word(), word, "{text}");
    }
}
