//! One row per thing that can be wrong with a delivery: by what name it is refused or held, and that nothing else
//! moves.

use crate::{
    house::{FIRST_HOUR, House, NORTH, NORTH_TOKEN, SOUTH, SOUTH_TOKEN, hour},
    request::{LOCAL, METER, Request, TENANT, good_page, page, row, row_between},
};

/// What the hub must say.
enum Expected {
    /// Refused as a whole: status, code, and a part of the sentence that says what is to be done.
    Refused(u16, &'static str, &'static str),
    /// Taken, with three good rows and some that are held for this reason.
    Held(u64, &'static str),
    /// Taken, with three good rows and some that are copies.
    Copies(u64),
}

use Expected::{Copies, Held, Refused};

struct Case {
    name: &'static str,
    /// Makes the request for a window.
    request: fn(&str) -> Request,
    expected: Expected,
}

const fn case(name: &'static str, request: fn(&str) -> Request, expected: Expected) -> Case {
    Case { name, request, expected }
}

const SEND_AS_THEY_ARE: &str = "Nothing was kept. Send the stamp's pages as they are.";
const UNKNOWN: &str = "50000000-0000-4000-8000-0000000000ff";

/// A good delivery.
fn good(hour: &str) -> Request {
    Request::deliver(hour, good_page())
}

/// A delivery of three good rows and others behind them.
fn besides(hour: &str, others: &[String]) -> Request {
    let mut rows = vec![row("a", "1"), row("b", "2"), row("c", "3")];
    rows.extend_from_slice(others);
    Request::deliver(hour, page(&rows))
}

/// A delivery of three good rows and one of this quantity.
fn quantity(hour: &str, quantity: &str) -> Request {
    besides(hour, &[row("x", quantity)])
}

fn to_stamp(stamp: &str, hour: &str) -> Request {
    good(hour).path(&contract::delivery::window_path(stamp, hour))
}

fn cases_of_digest_and_packing() -> Vec<Case> {
    vec![
        case(
            "a wrong digest",
            |hour| good(hour).with("Content-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
            Refused(400, "DigestMismatch", "Send it again."),
        ),
        case(
            "no digest",
            |hour| good(hour).without("Content-Digest"),
            Refused(400, "DigestMissing", "Content-Digest: sha-256=:<base64"),
        ),
        case(
            "a digest of another kind",
            |hour| good(hour).with("Content-Digest", "sha-512=:AAAA:"),
            Refused(400, "DigestMissing", "Content-Digest: sha-256=:<base64"),
        ),
        case(
            "a digest that is too short",
            |hour| good(hour).with("Content-Digest", "sha-256=:AAAA:"),
            Refused(400, "DigestMissing", "Content-Digest: sha-256=:<base64"),
        ),
        case("a body that ends early", |hour| good(hour).losing(40), Refused(400, "BodyIncomplete", "Send it again.")),
        case(
            "a cut body in a frame of its length",
            |hour| good(hour).losing(40).reframed(),
            Refused(400, "DigestMismatch", "Send it again."),
        ),
        case(
            "an encoding that nobody knows",
            |hour| good(hour).with("Content-Encoding", "br"),
            Refused(415, "EncodingUnsupported", "one of zstd, gzip and identity"),
        ),
        case(
            "two encodings",
            |hour| good(hour).with("Content-Encoding", "gzip, zstd"),
            Refused(415, "EncodingUnsupported", "only one"),
        ),
        case(
            "a type that nobody knows",
            |hour| good(hour).with("Content-Type", "text/csv"),
            Refused(415, "TypeUnsupported", "application/json or application/x-ndjson"),
        ),
        case(
            "no type",
            |hour| good(hour).without("Content-Type"),
            Refused(415, "TypeUnsupported", "application/json or application/x-ndjson"),
        ),
        case(
            "zstd that is none",
            |hour| good(hour).with("Content-Encoding", "zstd"),
            Refused(400, "PackingBroken", "Send it again."),
        ),
        case(
            "gzip that is none",
            |hour| good(hour).with("Content-Encoding", "gzip"),
            Refused(400, "PackingBroken", "Send it again."),
        ),
        case("zstd that ends early", cut_zstd, Refused(400, "PackingBroken", "Send it again.")),
        case("zstd that was damaged", damaged_zstd, Refused(400, "PackingBroken", "Send it again.")),
    ]
}

fn cases_of_sender_and_hour() -> Vec<Case> {
    vec![
        case("an unknown stamp", |hour| to_stamp(UNKNOWN, hour), Refused(404, "StampNotFound", "Check the cloud id")),
        case("another stamp", |hour| to_stamp(SOUTH, hour), Refused(404, "StampNotFound", "Check the cloud id")),
        case(
            "a stamp that is no id",
            |hour| to_stamp("%20", hour),
            Refused(404, "StampNotFound", "Check the cloud id"),
        ),
        case("a stamp that is no text", |hour| to_stamp("%ff", hour), Refused(404, "NotFound", "Check the path")),
        case(
            "the credential of another stamp",
            |hour| good(hour).with("Authorization", &format!("Bearer {SOUTH_TOKEN}")),
            Refused(404, "StampNotFound", "Check the cloud id and the credential."),
        ),
        case(
            "no credential",
            |hour| good(hour).without("Authorization"),
            Refused(401, "Unauthorized", "Authorization: Bearer <credential>"),
        ),
        case(
            "a credential of another scheme",
            |hour| good(hour).with("Authorization", &format!("Basic {NORTH_TOKEN}")),
            Refused(401, "Unauthorized", "Authorization: Bearer <credential>"),
        ),
        case(
            "an unknown credential",
            |hour| good(hour).with("Authorization", &format!("Bearer {NORTH_TOKEN}.")),
            Refused(401, "Unauthorized", "Take the one from the stamp's activation."),
        ),
        case(
            "an hour that is not over",
            |_| good("2026-10-20T12:00:00Z"),
            Refused(409, "WindowNotOver", "Send it after its hour has ended, and check the clocks."),
        ),
        case(
            "an hour that is no full hour",
            |_| good("2026-10-02T18:30:00Z"),
            Refused(400, "HourInvalid", "a full UTC hour such as"),
        ),
        case("an hour that is none", |_| good("yesterday"), Refused(400, "HourInvalid", "a full UTC hour such as")),
    ]
}

fn cases_of_address() -> Vec<Case> {
    vec![
        case("part nought", |hour| good(hour).query("part=0&parts=2"), Refused(400, "PartInvalid", "up to 16 parts")),
        case(
            "a part behind the last",
            |hour| good(hour).query("part=3&parts=2"),
            Refused(400, "PartInvalid", "up to 16 parts"),
        ),
        case("a part of nobody knows what", |hour| good(hour).query("part=1"), Refused(400, "PartInvalid", "?part=")),
        case("parts without a part", |hour| good(hour).query("parts=2"), Refused(400, "PartInvalid", "?part=")),
        case(
            "a part that is no number",
            |hour| good(hour).query("part=x&parts=2"),
            Refused(400, "PartInvalid", "?part="),
        ),
        case("a negative part", |hour| good(hour).query("part=-1&parts=2"), Refused(400, "PartInvalid", "?part=")),
        case("a query that nobody knows", |hour| good(hour).query("force=1"), Refused(400, "PartInvalid", "?part=")),
        case(
            "a method that nobody knows",
            |hour| good(hour).method("DELETE"),
            Refused(405, "MethodNotAllowed", "read with GET and delivered with PUT"),
        ),
        case("a path that nobody knows", |hour| good(hour).path("/usage"), Refused(404, "NotFound", "Check the path.")),
    ]
}

fn cut_zstd(hour: &str) -> Request {
    let mut packed = zstd::bulk::compress(good_page().as_bytes(), 3).unwrap();
    packed.truncate(packed.len() - 8);
    Request::deliver(hour, packed).with("Content-Encoding", "zstd")
}

fn damaged_zstd(hour: &str) -> Request {
    let mut packed = zstd::bulk::compress(good_page().as_bytes(), 3).unwrap();
    let middle = packed.len() / 2;
    packed[5..middle].fill(0xff);
    Request::deliver(hour, packed).with("Content-Encoding", "zstd")
}

fn cases_of_the_body() -> Vec<Case> {
    vec![
        case("no body", |hour| Request::deliver(hour, ""), Refused(400, "BodyInvalid", SEND_AS_THEY_ARE)),
        case(
            "JSON without its end",
            |hour| Request::deliver(hour, good_page().trim_end_matches('}')),
            Refused(400, "BodyInvalid", SEND_AS_THEY_ARE),
        ),
        case(
            "good JSON with something behind it",
            |hour| Request::deliver(hour, good_page() + "}"),
            Refused(400, "BodyInvalid", SEND_AS_THEY_ARE),
        ),
        case("NaN", |hour| quantity(hour, "NaN"), Refused(400, "BodyInvalid", "expected a value. Nothing was kept.")),
        case("Infinity", |hour| quantity(hour, "-Infinity"), Refused(400, "BodyInvalid", SEND_AS_THEY_ARE)),
        case("a hexadecimal number", |hour| quantity(hour, "0x10"), Refused(400, "BodyInvalid", SEND_AS_THEY_ARE)),
        case(
            "the rows twice",
            |hour| Request::deliver(hour, format!(r#"{{"value":[{}],"value":[]}}"#, row("a", "1"))),
            Refused(400, "BodyInvalid", r#"the key "value" stands twice"#),
        ),
        case(
            "the rows twice, once escaped",
            |hour| Request::deliver(hour, format!(r#"{{"value":[{}],"v\u0061lue":[]}}"#, row("a", "1"))),
            Refused(400, "BodyInvalid", r#"the key "value" stands twice"#),
        ),
        case(
            "10,000 arrays in each other in a row",
            |hour| quantity(hour, &format!("1,\"x\":{}{}", "[".repeat(10_000), "]".repeat(10_000))),
            Refused(400, "NestingTooDeep", "nested more than 32 deep. Nothing was kept."),
        ),
        case(
            "10,000 objects in each other beside the rows",
            |hour| {
                let deep = format!("{}1{}", "{\"x\":".repeat(10_000), "}".repeat(10_000));
                Request::deliver(hour, format!(r#"{{"value":[],"x":{deep}}}"#))
            },
            Refused(400, "NestingTooDeep", "nested more than 32 deep. Nothing was kept."),
        ),
        case(
            "bytes that are no UTF-8",
            |hour| Request::deliver(hour, [good_page().as_bytes(), b"\xff"].concat()),
            Refused(400, "BodyInvalid", "not UTF-8 at byte"),
        ),
        case(
            "a table of two minds",
            |hour| {
                let line = |tenant: &str| format!(r#"{{"subscriptionId":"{LOCAL}","tenantId":"{tenant}"}}"#);
                let table = format!("{},{}", line(TENANT), line(UNKNOWN));
                Request::deliver(hour, format!(r#"{{"subscriptions":[{table}],"value":[{}]}}"#, row("a", "1")))
            },
            Refused(400, "TableInvalid", "name one directory each"),
        ),
    ]
}

fn cases_of_rows() -> Vec<Case> {
    vec![
        case(
            "a number of 10,000 digits",
            |hour| quantity(hour, &"9".repeat(10_000)),
            Held(1, "quantity_text_too_long"),
        ),
        case("a number beyond every range", |hour| quantity(hour, "1e400"), Held(1, "quantity_too_large")),
        case("a number below every range", |hour| quantity(hour, "1e-400"), Held(1, "quantity_too_precise")),
        case("NaN as a text", |hour| quantity(hour, "\"NaN\""), Held(1, "quantity_not_a_number")),
        case("no quantity", |hour| quantity(hour, "null"), Held(1, "malformed_row")),
        case("a negative quantity", |hour| quantity(hour, "-1.5"), Held(1, "quantity_negative")),
        case(
            "use after the window",
            |hour| {
                let late = row_between("x", "1", "2026-10-19T05:00:00Z", "2026-10-19T06:00:00Z");
                besides(hour, &[late])
            },
            Held(1, "usage_in_future"),
        ),
        case(
            "use across midnight",
            |hour| {
                let across = row_between("x", "1", "2026-09-30T23:30:00Z", "2026-10-01T00:30:00Z");
                besides(hour, &[across])
            },
            Held(1, "crosses_utc_day"),
        ),
        case(
            "use that ends before it begins",
            |hour| {
                let back = row_between("x", "1", "2026-10-01T01:00:00Z", "2026-10-01T00:00:00Z");
                besides(hour, &[back])
            },
            Held(1, "bad_time"),
        ),
        case(
            "an unknown meter",
            |hour| besides(hour, &[row("x", "1").replace(METER, UNKNOWN)]),
            Held(1, "unknown_meter"),
        ),
        case(
            "a resource that is no document",
            |hour| besides(hour, &[row("x", "1").replace("Microsoft.Resources", "Resources")]),
            Held(1, "malformed_instance_data"),
        ),
        case(
            "an empty id",
            |hour| besides(hour, &[row("x", "1").replace(&format!("\"{LOCAL}\""), "\"\"")]),
            Held(1, "bad_id"),
        ),
        case("a field twice", |hour| quantity(hour, "1,\"quantity\":1"), Held(1, "malformed_row")),
        case("a row that is no object", |hour| besides(hour, &["17".to_owned()]), Held(1, "malformed_row")),
        case(
            "a measurement with two values",
            |hour| besides(hour, &[row("x", "1"), row("x", "2")]),
            Held(2, "conflicting_duplicate"),
        ),
        case("a row twice", |hour| besides(hour, &[row("a", "1")]), Copies(1)),
        case("a row twice, in another spelling", |hour| besides(hour, &[row("a", "1.0e0")]), Copies(1)),
    ]
}

/// Sends every case, and looks after each whether the rest of the house stands as it stood.
fn check(cases: &[Case]) {
    let house = House::open();
    house.deliver(FIRST_HOUR, good_page());
    let control = house.look(FIRST_HOUR);
    for (case, later) in cases.iter().zip(1..) {
        let (name, hour) = (case.name, hour(later));
        let answer = house.send(&(case.request)(&hour));
        match case.expected {
            Refused(status, code, advice) => {
                let error = answer.error();
                assert_eq!((answer.status, error.code.as_str()), (status, code), "{name}: {error:?}");
                assert!(error.message.contains(advice), "{name}: {error:?}");
                assert_eq!(answer.head.contains("www-authenticate: bearer"), status == 401, "{name}: {answer:?}");
                assert_eq!(house.look(&hour).error().code, "WindowNotFound", "{name}");
            }
            Held(rows, reason) => {
                let receipt = answer.receipt();
                let counts = (receipt.received, receipt.stored, receipt.copies, receipt.held);
                assert_eq!(counts, (3 + rows, 3, 0, rows), "{name}: {receipt:?}");
                assert_eq!(receipt.held_reasons, [(reason.to_owned(), rows)].into(), "{name}");
                assert_eq!(receipt.totals, [(METER.to_owned(), "6".to_owned())].into(), "{name}");
            }
            Copies(rows) => {
                let receipt = answer.receipt();
                let counts = (receipt.received, receipt.stored, receipt.copies, receipt.held);
                assert_eq!(counts, (3 + rows, 3, rows, 0), "{name}: {receipt:?}");
                assert_eq!(receipt.totals, [(METER.to_owned(), "6".to_owned())].into(), "{name}");
            }
        }
        assert_eq!(house.look(FIRST_HOUR), control, "{name}");
        house.assert_lawful(name);
        // What was refused or held stands in nobody's way.
        let receipt = house.deliver(&hour, good_page());
        assert_eq!((receipt.received, receipt.held_reasons.len()), (3, 0), "{name}");
        assert_eq!(receipt.totals, control.receipt().totals, "{name}");
    }
    house.assert_lawful("all cases");
}

#[test]
fn what_comes_damaged_or_wrongly_packed_is_refused_by_name_and_moves_nothing() {
    check(&cases_of_digest_and_packing());
}

#[test]
fn what_comes_from_strangers_or_too_early_is_refused_by_name_and_moves_nothing() {
    check(&cases_of_sender_and_hour());
}

#[test]
fn what_comes_to_a_wrong_address_is_refused_by_name_and_moves_nothing() {
    check(&cases_of_address());
}

#[test]
fn a_body_that_cannot_be_read_is_refused_with_its_place_and_moves_nothing() {
    check(&cases_of_the_body());
}

#[test]
fn a_bad_row_is_held_by_its_reason_and_its_neighbours_count() {
    check(&cases_of_rows());
}

#[test]
fn a_credential_learns_nothing_about_stamps_that_are_not_its_own() {
    let house = House::open();
    let (own, foreign, unknown) =
        (to_stamp(NORTH, FIRST_HOUR), to_stamp(SOUTH, FIRST_HOUR), to_stamp(UNKNOWN, FIRST_HOUR));
    for change in [|request: Request| request, |request: Request| request.method("GET")] {
        let refused = house.send(&change(unknown.clone()));
        assert_eq!(refused.status, 404);
        assert_eq!(house.send(&change(foreign.clone())), refused);
    }
    let wanted = |stamp: &str| own.clone().method("GET").path(&contract::delivery::windows_path(stamp));
    assert_eq!(house.send(&wanted(SOUTH)), house.send(&wanted(UNKNOWN)));
    assert_eq!(house.send(&wanted(NORTH)).status, 200);
}

#[test]
fn a_window_that_was_not_over_is_taken_when_it_is() {
    let house = House::open();
    let request = good("2026-10-20T12:00:00Z");
    assert_eq!(house.send(&request).error().code, "WindowNotOver");
    house.wait(3_600);
    assert_eq!(house.send(&request).receipt().stored, 3);
    house.assert_lawful("the hour has ended");
}
