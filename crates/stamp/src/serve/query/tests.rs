use super::*;

#[test]
fn every_form_of_a_time_that_clients_send_is_read_as_utc() {
    let wanted = Hour::parse("2019-12-10T19:00:00Z").unwrap();
    for text in [
        "2019-12-10T19:00:00Z",
        "2019-12-10T19:00:00.0000000+00:00",
        "2019-12-10T19:00:00.000Z",
        "2019-12-10T19:00:00",
        "2019-12-10T19:00:00.00Z",
        "2019-12-10T19:00:00+00:00Z",
        "2019-12-10T19:00:00 00:00",
        "2019-12-10T19:00:00 00:00Z",
    ] {
        assert_eq!(read_hour(text), Some(wanted), "{text}");
    }
    assert_eq!(read_hour("2017-11-29"), Some(Hour::parse("2017-11-29T00:00:00Z").unwrap()));
}

#[test]
fn other_offsets_parts_of_an_hour_and_other_texts_are_no_hours() {
    for text in [
        "2019-12-10T19:30:00Z",
        "2019-12-10T19:00:01Z",
        "2019-12-10T19:00:00+01:00",
        "2019-12-10T19:00:00-05:00",
        "2019-12-10T19:00:00+01:00Z",
        "2019-13-10T19:00:00Z",
        "yesterday",
        "reportedStartTime=2019-12-10T19:00:00Z",
        "",
    ] {
        assert_eq!(read_hour(text), None, "{text}");
    }
}
