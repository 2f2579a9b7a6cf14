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
fn a_parameter_is_found_by_its_name_in_any_case_and_never_says_two_things() {
    let query = "Api-Version=1&a=%20b+&empty=&twice=1&TWICE=2&%24skipToken=x&same=%31&SAME=+1&same=&later=&l%61ter=2";
    let query = Query::read(query).unwrap();
    assert_eq!(query.get("api-version"), Ok(Some("1")));
    assert_eq!(query.get("A"), Ok(Some("b")));
    assert_eq!((query.get("empty"), query.get("missing")), (Ok(None), Ok(None)));
    assert_eq!(query.get("$skiptoken"), Ok(Some("x")));
    assert_eq!((query.get("same"), query.get("later")), (Ok(Some("1")), Ok(Some("2"))));
    assert_eq!(query.get("twice").map_err(|refusal| refusal.code), Err("InvalidProperty"));
}

/// The token of a page stands last: overlooking it would give the first page again, without end.
#[test]
fn no_parameter_is_overlooked() {
    for (count, told) in [(64, None), (65, Some("TooManyParameters")), (5_000, Some("TooManyParameters"))] {
        let query = "a=1&&".repeat(count - 1) + "last=x";
        let read = Query::read(&query);
        assert_eq!(read.as_ref().err().map(|refusal| refusal.code), told, "{count}");
        assert_eq!(read.ok().map(|query| query.get("last").unwrap() == Some("x")), told.is_none().then_some(true));
    }
}

#[test]
fn a_link_takes_over_each_parameter_once_and_as_it_was_sent() {
    let query = "api-version=1&$skip=a&&Start=a%20b+c&API-VERSION=1&%24SKIP=b&s%6Bip=&none&x=y&%61pi-version=";
    assert_eq!(without(query, "$skip"), ["api-version=1", "Start=a%20b+c", "x=y"]);
    assert!(without("", "a").is_empty());
}
