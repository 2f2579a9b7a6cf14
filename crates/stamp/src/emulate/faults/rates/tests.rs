use super::*;

#[test]
fn a_list_of_faults_is_read_without_floats() {
    let rates =
        FaultRates::parse("late=0.01, repeat=0.02,repeat-page=1,lose=0.000001,busy=0.5,slow=0,timeout=1.0,clock=-300")
            .unwrap();
    let read: Vec<_> = FaultKind::ALL.into_iter().map(|kind| rates.rate(kind)).collect();
    assert_eq!(read, [10_000, 20_000, 1_000_000, 1, 500_000, 0, 1_000_000]);
    assert_eq!(rates.clock_seconds, -300);
    assert_eq!(FaultRates::parse("").unwrap(), FaultRates::default());
}

#[test]
fn a_list_that_says_nothing_clear_is_refused() {
    let text = str::to_owned;
    for (list, error) in [
        ("late", FaultsError::Form(text("late"))),
        ("early=0.1", FaultsError::Word(text("early"))),
        ("late=0.1,late=0.1", FaultsError::Twice(text("late"))),
        ("clock=1,clock=1", FaultsError::Twice(text("clock"))),
        ("late=1.000001", FaultsError::Rate(text("1.000001"))),
        ("late=-0.1", FaultsError::Rate(text("-0.1"))),
        ("late=1e-3", FaultsError::Rate(text("1e-3"))),
        ("late=.5", FaultsError::Rate(text(".5"))),
        ("late=0.0000001", FaultsError::Rate(text("0.0000001"))),
        ("late=", FaultsError::Rate(text(""))),
        ("clock=soon", FaultsError::Clock(text("soon"))),
        ("clock=99999999999", FaultsError::Clock(text("99999999999"))),
    ] {
        assert_eq!(FaultRates::parse(list), Err(error), "{list}");
    }
}
