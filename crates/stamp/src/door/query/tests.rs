use super::*;

/// Domain notes E.4, and clients' rule 11.
#[test]
fn every_form_of_a_time_that_clients_send_is_read_as_utc() {
    let wanted = Second::parse("2026-10-01T19:00:00Z").ok();
    for text in [
        "2026-10-01T19:00:00Z",
        "2026-10-01T19:00:00.0000000+00:00",
        "2026-10-01T19:00:00.0000000 00:00",
        "2026-10-01T19:00:00.000Z",
        "2026-10-01T19:00:00.00Z",
        "2026-10-01T19:00:00",
        "2026-10-01T19:00:00+00:00Z",
        "2026-10-01T19:00:00 00:00Z",
        "2026-10-01T19:00:00-00:00",
        "2026-10-01t19:00:00z",
    ] {
        assert_eq!(read_moment(text), wanted, "{text}");
    }
    assert_eq!(read_moment("2026-10-01"), Second::parse("2026-10-01T00:00:00Z").ok());
    assert_eq!(read_moment("2026-10-01Z"), Second::parse("2026-10-01T00:00:00Z").ok());
    assert_eq!(read_moment("2026-10-01T19:30:01"), Second::parse("2026-10-01T19:30:01Z").ok());
}

#[test]
fn nothing_else_is_a_time() {
    for text in [
        "",
        "Z",
        "T",
        "yesterday",
        "2026-10-01T19",
        "2026-10-01T19:00",
        "2026-10-01T19:00:00+02:00",
        "2026-10-01T19:00:00-02:00Z",
        "2026-10-01T19:00:00 02:00",
        "2026-10-01T19:00:00.5Z",
        "2026-10-01T19:00:00.Z",
        "2026-10-01T19:00:00.0000000000Z",
        "2026-02-30",
        "2026-13-01T00:00:00",
        "reportedStartTime=2026-10-01",
        "2026-10-01T19:00:00+00:00+00:00",
        "٢٠٢٦-10-01",
    ] {
        assert_eq!(read_moment(text), None, "{text}");
    }
}

#[test]
fn a_parameter_is_found_by_its_name_in_any_case_and_may_stand_once() {
    let query = Query::read("Api-Version=1&a=%20b+&empty=&twice=1&TWICE=2&%24skipToken=x");
    assert_eq!(query.get("api-version"), Ok(Some("1")));
    assert_eq!(query.get("A"), Ok(Some("b")));
    assert_eq!((query.get("empty"), query.get("missing")), (Ok(None), Ok(None)));
    assert_eq!(query.get("$skiptoken"), Ok(Some("x")));
    assert_eq!(query.get("twice").map_err(|refusal| refusal.code), Err("InvalidProperty"));
}
