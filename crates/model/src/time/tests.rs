use super::*;

#[test]
fn hours_days_and_months_hold_each_other() {
    let table = [
        ("2019-12-10T18:00:00Z", "2019-12-10", "2019-12", 744),
        ("2024-02-29T23:00:00Z", "2024-02-29", "2024-02", 696),
        ("2023-02-28T00:00:00Z", "2023-02-28", "2023-02", 672),
        ("2026-11-30T23:00:00Z", "2026-11-30", "2026-11", 720),
    ];
    for (hour, day, month, hours) in table {
        let parsed = Hour::parse(hour).unwrap();
        assert_eq!(parsed.to_string(), hour);
        assert_eq!(parsed.day(), Day::parse(day).unwrap());
        assert_eq!(parsed.day().to_string(), day);
        assert_eq!(parsed.day().month(), Month::parse(month).unwrap());
        assert_eq!(parsed.day().month().to_string(), month);
        assert_eq!(parsed.day().month().hours(), hours, "{month}");
    }
}

#[test]
fn a_month_is_the_half_open_range_of_its_days() {
    let month = Month::parse("2026-12").unwrap();
    let days = month.days();
    assert_eq!(days.start, Day::parse("2026-12-01").unwrap());
    assert_eq!(days.end, Day::parse("2027-01-01").unwrap());
    assert_eq!(month.next().first_day(), days.end);
}

#[test]
fn the_forms_that_real_clients_send_are_read_as_utc() {
    let moment = Second::parse("2019-12-10T19:00:00Z").unwrap();
    for text in ["2019-12-10T19:00:00.0000000+00:00", "2019-12-10T19:00:00", "2019-12-10T20:00:00+01:00"] {
        assert_eq!(Second::parse(text).unwrap(), moment, "{text}");
    }
    assert_eq!(Hour::parse("2019-12-10T19").unwrap().start(), moment);
}

#[test]
fn what_is_no_time_is_refused() {
    for text in ["", "now", "2019-12-10T18:30:00Z", "2019-13-10T18:00:00Z", "1969-12-31T23:00:00Z"] {
        assert!(Hour::parse(text).is_err(), "{text}");
    }
    for text in ["2019-02-29", "19-02-01", "2019-2"] {
        assert!(Day::parse(text).is_err(), "{text}");
    }
    for text in ["2019", "2019-13", "2019-01-01"] {
        assert!(Month::parse(text).is_err(), "{text}");
    }
}
