use axum::http::HeaderValue;

use super::*;

#[test]
fn a_range_is_what_it_says_within_the_file() {
    let table = [
        ("bytes=0-", Wanted::Part(0, 10)),
        ("bytes=0-0", Wanted::Part(0, 1)),
        ("bytes=5-9", Wanted::Part(5, 10)),
        ("bytes=5-99999999999999999999999", Wanted::Part(5, 10)),
        ("Bytes = 5-9", Wanted::Part(5, 10)),
        ("bytes=-5", Wanted::Part(5, 10)),
        ("bytes=-50", Wanted::Part(0, 10)),
        ("bytes=10-", Wanted::Nothing),
        ("bytes=10-20", Wanted::Nothing),
        ("bytes=99999999999999999999999-", Wanted::Nothing),
        ("bytes=-0", Wanted::Nothing),
        ("bytes=9-5", Wanted::All),
        ("bytes=0-1,3-4", Wanted::All),
        ("bytes=-", Wanted::All),
        ("bytes=+1-2", Wanted::All),
        ("bytes", Wanted::All),
        ("rows=0-1", Wanted::All),
        ("", Wanted::All),
    ];
    for (text, expected) in table {
        for name in ["range", "x-ms-range"] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(text))]);
            assert_eq!(wanted(&headers, 10), expected, "{name}: {text}");
        }
    }
    assert_eq!(wanted(&HeaderMap::new(), 10), Wanted::All);
}

#[test]
fn the_storage_services_range_counts_before_the_other() {
    let headers = HeaderMap::from_iter([
        ("range".parse().unwrap(), HeaderValue::from_static("bytes=0-1")),
        ("x-ms-range".parse().unwrap(), HeaderValue::from_static("bytes=2-3")),
    ]);
    assert_eq!(wanted(&headers, 10), Wanted::Part(2, 4));
}
