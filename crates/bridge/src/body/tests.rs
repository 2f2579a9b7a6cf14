use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Part<'a> {
    subscriptions: Vec<LocalSubscription>,
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

fn raw(texts: &[&str]) -> Vec<Box<RawValue>> {
    texts.iter().map(|text| RawValue::from_string((*text).to_owned()).unwrap()).collect()
}

#[test]
fn a_window_is_its_table_and_its_rows_character_for_character() {
    let rows = raw(&[r#"{ "quantity" : 1.50e-05 }"#, r#"{"a":"\u00e9"}"#, "7"]);
    let rows: Vec<&RawValue> = rows.iter().map(AsRef::as_ref).collect();
    let one = LocalSubscription { subscription_id: "S".to_owned(), tenant_id: "T".to_owned() };
    let parts = write(&[&one], &rows, 1_000).unwrap();
    let wanted = r#"{"subscriptions":[{"subscriptionId":"S","tenantId":"T"}],"value":[{ "quantity" : 1.50e-05 },{"a":"\u00e9"},7]}"#;
    assert_eq!(parts, [wanted.as_bytes()]);
    assert_eq!(write(&[], &[], 1_000).unwrap(), [br#"{"subscriptions":[],"value":[]}"#]);
}

#[test]
fn parts_stay_below_the_limit_and_together_hold_every_row_once_in_order() {
    let table = LocalSubscription { subscription_id: "S".to_owned(), tenant_id: "T".to_owned() };
    let texts: Vec<String> = (0..50_usize).map(|row| format!("\"{row}{}\"", "x".repeat(row % 7 * 5))).collect();
    let rows = raw(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let rows: Vec<&RawValue> = rows.iter().map(AsRef::as_ref).collect();
    for limit in (110..400).chain([100_000]) {
        let parts = write(&[&table], &rows, limit).unwrap();
        let mut found = Vec::new();
        for text in &parts {
            assert!(text.len() <= limit, "{} of {limit}", text.len());
            let part: Part<'_> = serde_json::from_slice(text).unwrap();
            assert_eq!(part.subscriptions, std::slice::from_ref(&table));
            assert!(!part.value.is_empty());
            found.extend(part.value.iter().map(|row| row.get().to_owned()));
        }
        assert_eq!(found, texts);
        assert_eq!(parts.len() == 1, limit == 100_000);
    }
}

#[test]
fn a_row_beyond_the_limit_travels_alone() {
    let long = format!("\"{}\"", "x".repeat(500));
    let rows = raw(&["1", &long, "2"]);
    let rows: Vec<&RawValue> = rows.iter().map(AsRef::as_ref).collect();
    let lengths: Vec<usize> = write(&[], &rows, 100).unwrap().iter().map(Vec::len).collect();
    let empty = r#"{"subscriptions":[],"value":[]}"#.len();
    assert_eq!(lengths, [empty + 1, empty + 502, empty + 1]);
}

#[test]
fn the_digest_is_that_of_the_compressed_body() {
    let packed = pack(b"a window").unwrap();
    assert_eq!(zstd::decode_all(&packed.body[..]).unwrap(), b"a window");
    assert_eq!(packed.digest, format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&packed.body))));
    assert_ne!(packed.digest, pack(b"another window").unwrap().digest);
}
