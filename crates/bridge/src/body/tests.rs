use std::fmt::Write as _;

use super::*;
use contract::window::{self, Item};

const LIMIT: usize = 1_000;

fn directories(lines: &[(&str, &str)]) -> Directories {
    lines
        .iter()
        .map(|(id, tenant)| {
            let line = LocalSubscription { subscription_id: (*id).to_owned(), tenant_id: (*tenant).to_owned() };
            (id.to_ascii_lowercase(), line)
        })
        .collect()
}

fn pack(limit: usize, rows: &[(&str, Option<&str>)], directories: &Directories) -> Packing {
    let mut parts = Parts::new(limit);
    for (row, subscriber) in rows {
        parts.push(row, *subscriber, directories).unwrap();
    }
    parts.finish().unwrap()
}

fn texts(packing: &Packing) -> Vec<String> {
    packing.parts.iter().map(|part| String::from_utf8(zstd::decode_all(&part.body[..]).unwrap()).unwrap()).collect()
}

#[test]
fn a_window_is_its_rows_character_for_character_and_the_table_behind_them() {
    let table = directories(&[("S", "T"), ("A", "B"), ("unused", "T")]);
    let rows =
        [(r#"{ "quantity" : 1.50e-05 }"#, Some("s")), (r#"{"a":"\u00e9"}"#, None), ("{}", Some("a")), ("7", Some("x"))];
    let packing = pack(LIMIT, &rows, &table);
    let wanted = concat!(
        r#"{"value":[{ "quantity" : 1.50e-05 },{"a":"\u00e9"},{},7],"#,
        r#""subscriptions":[{"subscriptionId":"A","tenantId":"B"},{"subscriptionId":"S","tenantId":"T"}]}"#
    );
    assert_eq!(texts(&packing), [wanted]);
    assert_eq!(packing.rows, 4);
    assert_eq!(texts(&pack(LIMIT, &[], &table)), [r#"{"value":[],"subscriptions":[]}"#]);
}

#[test]
fn the_hub_reads_rows_and_table_in_this_order() {
    let table = directories(&[("S", "T")]);
    let row = r#"{"properties":{"subscriptionId":"S"}}"#;
    let text = texts(&pack(LIMIT, &[(row, Some("s"))], &table)).remove(0);
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    window::read(&text, |item| match item {
        Item::Row(row) => rows.push(row.raw.to_owned()),
        Item::Subscription(id, tenant) => lines.push((id.into_owned(), tenant.map(std::borrow::Cow::into_owned))),
    })
    .unwrap();
    assert_eq!((rows, lines), (vec![row.to_owned()], vec![("S".to_owned(), Some("T".to_owned()))]));
}

#[test]
fn parts_stay_below_the_limit_hold_every_row_once_in_order_and_name_their_own_subscriptions() {
    let names: Vec<String> = (0..5).map(|number| format!("s{number}")).collect();
    let table = directories(&names.iter().map(|name| (name.as_str(), "T")).collect::<Vec<_>>());
    let rows: Vec<(String, &str)> = (0..50_usize)
        .map(|row| (format!("{{\"{row}\":\"{}\"}}", "x".repeat(row % 7 * 5)), names[row / 10].as_str()))
        .collect();
    let rows: Vec<(&str, Option<&str>)> = rows.iter().map(|(row, name)| (row.as_str(), Some(*name))).collect();
    for limit in (250..600).chain([100_000]) {
        let packing = pack(limit, &rows, &table);
        let mut found = Vec::new();
        for text in texts(&packing) {
            assert!(text.len() <= limit, "{} of {limit}", text.len());
            let part: serde_json::Value = serde_json::from_str(&text).unwrap();
            let lines = part["subscriptions"].as_array().unwrap();
            let listed: Vec<&str> = lines.iter().map(|line| line["subscriptionId"].as_str().unwrap()).collect();
            let here: Vec<usize> =
                part["value"].as_array().unwrap().iter().map(|row| key(row).parse().unwrap()).collect();
            let mut wanted: Vec<&str> = here.iter().map(|row| names[row / 10].as_str()).collect();
            wanted.dedup();
            assert_eq!(listed, wanted);
            found.extend(here);
        }
        assert_eq!(found, (0..50).collect::<Vec<_>>());
        assert_eq!(packing.parts.len() == 1, limit == 100_000);
        assert_eq!(packing, pack(limit, &rows, &table), "the same rows make the same bytes");
    }
}

fn key(row: &serde_json::Value) -> &str {
    row.as_object().unwrap().keys().next().unwrap()
}

#[test]
fn a_row_beyond_the_limit_travels_alone() {
    let long = format!("\"{}\"", "x".repeat(500));
    let none = Directories::new();
    let packing = pack(100, &[("1", None), (&long, None), ("2", None)], &none);
    let lengths: Vec<usize> = texts(&packing).iter().map(String::len).collect();
    let empty = r#"{"value":[],"subscriptions":[]}"#.len();
    assert_eq!(lengths, [empty + 1, empty + 502, empty + 1]);
}

#[test]
fn rows_that_hardly_pack_end_their_part_before_the_hub_refuses_it() {
    let mut seed: u64 = 7;
    let mut parts = Parts::new(usize::MAX);
    let mut length = 0;
    while length < 12_000_000 {
        let mut row = String::from("\"");
        for _ in 0..4_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            write!(row, "{:016x}", seed ^ (seed >> 29)).unwrap();
        }
        row.push('"');
        length += row.len();
        parts.push(&row, None, &Directories::new()).unwrap();
    }
    let packing = parts.finish().unwrap();
    assert!(packing.parts.len() > 1);
    assert!(packing.parts.iter().all(|part| part.body.len() < 4 * 1_024 * 1_024));
}

#[test]
fn a_window_of_more_parts_than_a_hub_takes_is_refused_with_its_size() {
    let mut parts = Parts::new(100);
    let row = "x".repeat(90);
    let error = (0..100).find_map(|_| parts.push(&row, None, &Directories::new()).err()).unwrap();
    assert!(error.to_string().contains("more than 16 parts"), "{error}");
}

#[test]
fn a_huge_window_keeps_nothing_but_packed_parts_and_one_open_one() {
    let row = format!("{{\"filler\":\"{}\"}}", "abcdefgh".repeat(100));
    let mut parts = Parts::new(PART_BYTES_MAX);
    // About 400,000 rows of the usual length: more than the largest stamp reports in an hour.
    for _ in 0..400_000 {
        parts.push(&row, None, &Directories::new()).unwrap();
        let kept: usize = parts.done.iter().map(|part| part.body.len()).sum();
        let open = parts.open.as_ref().map_or(0, |open| open.encoder.get_ref().capacity());
        assert!(kept + open < 8 * 1_024 * 1_024);
    }
    let packing = parts.finish().unwrap();
    assert_eq!((packing.rows, packing.parts.len()), (400_000, 13));
}

#[test]
fn the_digest_is_that_of_the_compressed_body() {
    let packed = Packed::new(b"a window".to_vec());
    assert_eq!(packed.content_digest(), format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&packed.body))));
}
