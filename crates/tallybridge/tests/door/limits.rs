//! Limits: what lies on one is taken, what lies one beyond it is refused or held.

use std::io::Read as _;

use crate::{
    house::{House, hour},
    request::{Answer, Request, good_page, page, row},
};

/// The largest body when nothing is packed. Unit: bytes.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The largest body as it is sent when it is packed. Unit: bytes.
const PACKED_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Good rows with blanks behind them, together as long as asked.
fn padded(bytes: usize) -> Vec<u8> {
    let mut body = good_page().into_bytes();
    body.resize(bytes, b' ');
    body
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(body, flate2::Compression::fast()).read_to_end(&mut packed).unwrap();
    packed
}

/// A packed body that is as long as asked: zstd passes over frames of this kind. Source: RFC 8878, section 3.1.2.
fn stuffed_zstd(bytes: usize) -> Vec<u8> {
    let mut packed = zstd::bulk::compress(good_page().as_bytes(), 3).unwrap();
    let stuffing = bytes - packed.len() - 8;
    packed.extend_from_slice(&0x184D_2A50_u32.to_le_bytes());
    packed.extend_from_slice(&u32::try_from(stuffing).unwrap().to_le_bytes());
    packed.resize(bytes, 0);
    packed
}

#[test]
fn a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused() {
    type Pack = fn(usize) -> Vec<u8>;
    let table: [(&str, Pack, usize, &str); 4] = [
        ("identity", padded, BODY_BYTES_MAX, "as it is sent"),
        ("gzip", |bytes| gzip(&padded(bytes)), BODY_BYTES_MAX, "after unpacking"),
        ("zstd", |bytes| zstd::bulk::compress(&padded(bytes), 1).unwrap(), BODY_BYTES_MAX, "after unpacking"),
        ("zstd", stuffed_zstd, PACKED_BYTES_MAX, "as it is sent"),
    ];
    let house = House::open();
    for ((encoding, pack, limit, fragment), row) in table.into_iter().zip(0..) {
        let send =
            |bytes, later| house.send(&Request::deliver(&hour(later), pack(bytes)).with("Content-Encoding", encoding));
        assert_eq!(send(limit - 1, 3 * row).receipt().stored, 3, "{encoding} {limit}");
        assert_eq!(send(limit, 3 * row + 1).receipt().stored, 3, "{encoding} {limit}");
        let answer = send(limit + 1, 3 * row + 2);
        let error = answer.error();
        assert_eq!((answer.status, error.code.as_str()), (413, "BodyTooLarge"), "{encoding} {limit}");
        assert!(error.message.contains(fragment) && error.message.contains("?part=1&parts=2"), "{error:?}");
        assert_eq!(house.look(&hour(3 * row + 2)).error().code, "WindowNotFound");
        house.assert_lawful(encoding);
    }
}

#[test]
fn a_number_is_taken_up_to_its_limits_and_held_beyond() {
    let table = [
        (format!("1.{}", "0".repeat(62)), None),
        (format!("1.{}", "0".repeat(63)), Some("quantity_text_too_long")),
        (format!("\"{:0>64}\"", 1), None),
        (format!("\"{:0>65}\"", 1), Some("quantity_text_too_long")),
        ("1234567890123456.123456789012345678".to_owned(), None),
        ("1234567890123456.1234567890123456789".to_owned(), Some("quantity_too_precise")),
        ("1e-36".to_owned(), None),
        ("1e-37".to_owned(), Some("quantity_too_precise")),
        ("999999999999999999.9999999999999999".to_owned(), None),
        ("1000000000000000000".to_owned(), Some("quantity_too_large")),
        ("0".to_owned(), None),
        ("-0.0".to_owned(), None),
        ("-1e-36".to_owned(), Some("quantity_negative")),
    ];
    let house = House::open();
    for ((quantity, reason), later) in table.into_iter().zip(0..) {
        let receipt = house.deliver(&hour(later), page(&[row("a", &quantity)]));
        let reasons: Vec<&str> = receipt.held_reasons.keys().map(String::as_str).collect();
        assert_eq!(reasons, reason.into_iter().collect::<Vec<_>>(), "{quantity}");
        assert_eq!((receipt.stored, receipt.held), if reason.is_some() { (0, 1) } else { (1, 0) }, "{quantity}");
        house.assert_lawful(&quantity);
    }
}

#[test]
fn a_row_is_taken_up_to_its_limits_and_refused_beyond() {
    let long = |bytes: usize| {
        let short = row("a", "1").replacen('{', "{\"x\":\"\",", 1);
        let fill = "x".repeat(bytes - short.len());
        short.replacen("\"x\":\"", &format!("\"x\":\"{fill}"), 1)
    };
    let deep = |depth: usize| row("a", &format!("1,\"x\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    let table = [
        (long(65_536), None),
        (long(65_537), Some(("RowTooLong", "longer than 65536 bytes"))),
        (deep(32), None),
        (deep(33), Some(("NestingTooDeep", "more than 32 deep"))),
    ];
    let house = House::open();
    for ((row, refusal), later) in table.into_iter().zip(0..) {
        let answer: Answer = house.send(&Request::deliver(&hour(later), page(&[row])));
        match refusal {
            None => assert_eq!(answer.receipt().stored, 1),
            Some((code, fragment)) => {
                let error = answer.error();
                assert_eq!((answer.status, error.code.as_str()), (400, code));
                assert!(error.message.contains(fragment), "{error:?}");
            }
        }
        house.assert_lawful("a row at its limit");
    }
}
