use std::sync::Arc;

use bytes::Bytes;
use model::{
    CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, MeterId, Quantity, ResourceNumber, Second, Subscriber,
    UsageRow, WindowRows,
};
use parquet::{
    basic::{LogicalType, TimeUnit},
    file::{reader::FileReader, serialized_reader::SerializedFileReader, writer::SerializedFileWriter},
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{Segment, decode, encode};

fn hour() -> Hour {
    Hour::parse("2026-10-01T18").unwrap()
}

fn stamp() -> CloudId {
    CloudId::new("Cloud1").unwrap()
}

/// What a row is made of: subscriber, meter, resource, address below it, start, length, text.
type RowParts<'a> = (u32, u32, u32, u32, i64, i64, &'a str);

fn rows(parts: &[RowParts<'_>]) -> WindowRows {
    let subscriber = |subscription, tenant: Option<&str>| Subscriber {
        subscription: LocalSubscriptionId::new(subscription).unwrap(),
        tenant: tenant.map(|tenant| DirectoryId::new(tenant).unwrap()),
    };
    let mut window = WindowRows {
        subscribers: vec![
            subscriber("Sub-1", Some("Contoso.example")),
            subscriber("Sub-1", None),
            subscriber("SUB-1", Some("Contoso.example")),
            subscriber("sub-2", Some("fabrikam.example")),
        ],
        meters: ["m1", "M1", "FAB6EB84500B4A09A8CA7358F8BBAEA5"].map(|id| MeterId::new(id).unwrap()).into(),
        ..WindowRows::default()
    };
    for (subscriber, meter, resource, below, start, length, text) in parts {
        window.rows.push(UsageRow {
            subscriber: *subscriber,
            meter: *meter,
            resource: ResourceNumber(*resource),
            address: ResourceNumber(resource - below),
            start: Second(*start),
            end: Second(start + length),
            quantity: Quantity::parse(text).unwrap(),
            text_start: u32::try_from(window.number_texts.len()).unwrap(),
            text_length: u8::try_from(text.len()).unwrap(),
        });
        window.number_texts.push_str(text);
    }
    window
}

fn sample() -> WindowRows {
    let start = hour().start().0;
    let long = "0.1234567890123456789012345678901234";
    rows(&[
        (0, 0, 0, 0, start, 3_600, "1"),
        (0, 1, 0, 0, start, 3_600, "1.0"),
        (1, 2, 7, 3, start - 90_000, 1, "8.381903171539307e-08"),
        (2, 0, u32::MAX, u32::MAX, start, 3_600, long),
        (3, 0, 1 << 31, 0, start - 1, 7, "-0"),
        (0, 0, 3, 0, start, 3_600, "1"),
    ])
}

/// What the rows say, without the order in which their names are listed.
fn spelled(window: &WindowRows) -> Vec<String> {
    let row = |row| format!("{:?} {:?} {:?}", window.subscriber(row), window.meter(row), window.number_text(row));
    let numbers = |row: &UsageRow| format!("{:?} {:?} {} {}", row.resource, row.address, row.start.0, row.end.0);
    window.rows.iter().map(|it| format!("{} {} {}", row(it), numbers(it), it.quantity)).collect()
}

#[test]
fn rows_come_back_with_every_spelling_and_digit() {
    let window = sample();
    let segment = encode(&window, &stamp(), hour()).unwrap();
    let back = decode(&segment.bytes).unwrap();
    assert_eq!(spelled(&back), spelled(&window));
    // The names of the sample are listed in the order in which its rows use them, so all is the same.
    assert_eq!(format!("{back:?}"), format!("{window:?}"));
}

#[test]
fn a_segment_says_what_it_holds() {
    let Segment { bytes, hash, rows, days } = encode(&sample(), &stamp(), hour()).unwrap();
    assert_eq!(hash, <[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(rows, 6);
    assert_eq!(days, Some(Day::parse("2026-09-30").unwrap()..Day::parse("2026-10-02").unwrap()));
}

#[test]
fn a_window_without_rows_is_a_segment() {
    let empty = encode(&WindowRows::default(), &stamp(), hour()).unwrap();
    assert_eq!((empty.rows, empty.days), (0, None));
    assert_eq!(decode(&empty.bytes).unwrap(), WindowRows::default());
}

#[test]
fn the_same_rows_give_the_same_bytes_and_others_do_not() {
    let bytes =
        |window: &WindowRows, stamp: &str, hour| encode(window, &CloudId::new(stamp).unwrap(), hour).unwrap().bytes;
    let first = bytes(&sample(), "Cloud1", hour());
    assert_eq!(bytes(&sample(), "Cloud1", hour()), first);
    assert_ne!(bytes(&sample(), "cloud2", hour()), first);
    assert_ne!(bytes(&sample(), "Cloud1", hour().next()), first);
    let mut other = sample();
    other.rows.swap(0, 1);
    assert_ne!(bytes(&other, "Cloud1", hour()), first);
}

#[test]
fn a_segment_written_in_the_past_is_still_read() {
    let kept = include_bytes!("tests/format-1.parquet");
    assert_eq!(spelled(&decode(kept).unwrap()), spelled(&sample()));
}

#[test]
fn any_reader_finds_the_columns_and_what_the_file_is_about() {
    let segment = encode(&sample(), &stamp(), hour()).unwrap();
    let file = SerializedFileReader::new(Bytes::from(segment.bytes)).unwrap();
    let metadata = file.metadata().file_metadata();
    let columns: Vec<_> = metadata
        .schema_descr()
        .columns()
        .iter()
        .map(|it| (it.name().to_owned(), it.logical_type_ref().cloned()))
        .collect();
    let time = Some(LogicalType::timestamp(true, TimeUnit::MILLIS));
    let unsigned = Some(LogicalType::integer(32, false));
    let expected = [
        ("subscription", Some(LogicalType::String)),
        ("tenant", Some(LogicalType::String)),
        ("meter", Some(LogicalType::String)),
        ("resource", unsigned.clone()),
        ("resource_minus_address", unsigned),
        ("usage_start", time.clone()),
        ("usage_end", time),
        ("quantity", Some(LogicalType::String)),
    ];
    assert_eq!(columns, expected.map(|(name, kind)| (name.to_owned(), kind)));
    let notes: Vec<_> =
        metadata.key_value_metadata().unwrap().iter().map(|it| (it.key.as_str(), it.value.as_deref())).collect();
    let expected = [
        ("tallybridge.segment.format", Some("1")),
        ("tallybridge.stamp", Some("Cloud1")),
        ("tallybridge.hour", Some("2026-10-01T18:00:00Z")),
    ];
    assert_eq!(notes, expected);
    assert_eq!(metadata.created_by(), Some("tallybridge"));
}

#[test]
fn rows_that_do_not_fit_their_names_are_refused() {
    type Break = fn(&mut WindowRows);
    let table: [(&str, Break); 7] = [
        ("a subscriber", |window| window.rows[2].subscriber = 4),
        ("a meter", |window| window.rows[2].meter = 3),
        ("an address", |window| window.rows[2].address = ResourceNumber(8)),
        ("a text", |window| window.rows[2].text_start = 10_000),
        ("no text", |window| window.rows[2].text_length = 0),
        ("a time that is too late", |window| window.rows[2].end = Second(i64::MAX)),
        ("a time before 1970", |window| window.rows[2].start = Second(-1)),
    ];
    for (what, break_it) in table {
        let mut window = sample();
        break_it(&mut window);
        let answer = encode(&window, &stamp(), hour());
        assert!(answer.is_err(), "{what}");
        assert!(answer.unwrap_err().to_string().contains("2026-10-01T18:00:00Z of stamp Cloud1"), "{what}");
    }
}

#[test]
fn a_damaged_segment_never_becomes_a_panic() {
    let good = encode(&sample(), &stamp(), hour()).unwrap().bytes;
    for length in 0..good.len() {
        assert!(decode(&good[..length]).is_err(), "cut to {length} bytes");
    }
    for place in 0..good.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[place] ^= flip;
            // The hash is what tells a changed segment; reading one only has to come to an end.
            let _ = decode(&bad);
        }
    }
}

#[test]
fn a_parquet_file_that_is_no_segment_is_refused() {
    let schema = |text: &str| Arc::new(parquet::schema::parser::parse_message_type(text).unwrap());
    let other = SerializedFileWriter::new(Vec::new(), schema("message m { REQUIRED INT32 a; }"), Arc::default());
    let bytes = other.unwrap().into_inner().unwrap();
    assert!(decode(&bytes).unwrap_err().to_string().contains("format"));
    let properties = super::format::properties(&stamp(), hour()).unwrap();
    let other = SerializedFileWriter::new(Vec::new(), schema("message m { REQUIRED INT32 a; }"), Arc::new(properties));
    let bytes = other.unwrap().into_inner().unwrap();
    assert!(decode(&bytes).unwrap_err().to_string().contains("columns"));
}

proptest! {
    #[test]
    fn any_rows_come_back(parts in proptest::collection::vec(
        (0_u32..4, 0_u32..3, any::<u32>(), any::<u32>(), 0_i64..4_000_000_000, 1_i64..86_400,
            "(0|[1-9][0-9]{0,16})(\\.[0-9]{1,16})?(e-1?[0-9])?"),
        0..3_000,
    )) {
        let parts: Vec<RowParts<'_>> = parts
            .iter()
            .map(|(who, what, resource, below, start, length, text)| {
                (*who, *what, *resource, below % resource.saturating_add(1).max(1), *start, *length, text.as_str())
            })
            .collect();
        let window = rows(&parts);
        let segment = encode(&window, &stamp(), hour()).unwrap();
        prop_assert_eq!(spelled(&decode(&segment.bytes).unwrap()), spelled(&window));
    }
}
