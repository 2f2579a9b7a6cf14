use super::*;

#[test]
fn a_time_has_a_number_and_a_unit() {
    for (text, seconds) in [("0s", Some(0)), ("90s", Some(90)), ("15m", Some(900)), ("2h", Some(7_200))] {
        assert_eq!(duration(text).ok(), seconds.map(Duration::from_secs), "{text}");
    }
    for text in ["", "s", "15", "1.5h", "-1s", "3d", "9999999999999999999h", "99999999999h", "5µ"] {
        let error = duration(text).unwrap_err();
        assert!(error.contains("such as 15m"), "{error}");
    }
}
