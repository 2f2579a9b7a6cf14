//! Blobs: files of exports in ranges, and what opens them.

use serde_json::{Value, json};

use crate::house::{House, address};

/// A file of an export: its address, and the manifest.
fn file(house: &House) -> (String, Value) {
    let number = house.close().number.to_string();
    let operation = house.export("contoso", "usage/billed", &json!({ "invoiceId": number }));
    let manifest = operation["resourceLocation"].clone();
    (address(&manifest, &manifest["blobs"][0]), manifest)
}

#[test]
fn a_file_is_read_in_ranges_as_blob_storage_gives_them() {
    let house = House::with_usage();
    let (address, _) = file(&house);
    let whole = house.get("nobody", &address);
    assert_eq!(whole.status, 200);
    let (size, all) = (whole.bytes.len(), whole.bytes.clone());
    let last = size - 1;
    let table: Vec<(String, u16, &[u8], String)> = vec![
        ("bytes=0-".to_owned(), 206, &all, format!("bytes 0-{last}/{size}")),
        ("bytes=5-9".to_owned(), 206, &all[5..10], format!("bytes 5-9/{size}")),
        ("bytes=0-0".to_owned(), 206, &all[..1], format!("bytes 0-0/{size}")),
        ("bytes=-5".to_owned(), 206, &all[size - 5..], format!("bytes {}-{last}/{size}", size - 5)),
        (format!("bytes={last}-{}", size * 2), 206, &all[last..], format!("bytes {last}-{last}/{size}")),
        (format!("bytes={size}-"), 416, &[], format!("bytes */{size}")),
        (format!("bytes={}-{}", size + 5, size + 9), 416, &[], format!("bytes */{size}")),
        ("bytes=9-5".to_owned(), 200, &all, String::new()),
        ("bytes=0-1,3-4".to_owned(), 200, &all, String::new()),
        ("lines=0-1".to_owned(), 200, &all, String::new()),
    ];
    for (range, status, bytes, said) in &table {
        for name in ["range", "x-ms-range"] {
            let answer = house.send("nobody", "GET", &address, &[(name, range)], "");
            assert_eq!((answer.status, answer.header("content-range")), (*status, said.as_str()), "{name}: {range}");
            if *status == 416 {
                assert_eq!(answer.header("x-ms-error-code"), "InvalidRange");
                assert!(answer.text().contains("<Code>InvalidRange</Code>"), "{}", answer.text());
            } else {
                assert_eq!(answer.bytes, *bytes, "{name}: {range}");
            }
        }
    }
}

#[test]
fn the_head_of_a_file_says_what_storage_clients_look_for() {
    let house = House::with_usage();
    let (address, manifest) = file(&house);
    let (whole, head) = (house.get("nobody", &address), house.send("nobody", "HEAD", &address, &[], ""));
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    let length = whole.bytes.len().to_string();
    for (name, value) in [
        ("content-length", length.as_str()),
        ("accept-ranges", "bytes"),
        ("x-ms-blob-type", "BlockBlob"),
        ("content-type", "application/gzip"),
        ("last-modified", "Thu, 05 Nov 2026 12:00:00 GMT"),
        ("x-ms-creation-time", "Thu, 05 Nov 2026 12:00:00 GMT"),
    ] {
        assert_eq!((head.header(name), whole.header(name)), (value, value), "{name}");
    }
    for name in ["etag", "x-ms-version", "x-ms-request-id"] {
        assert!(!head.header(name).is_empty(), "{name}");
    }
    assert!(head.header("etag").contains(&manifest["eTag"].as_str().unwrap()[..32]));
    let tag = head.header("etag").to_owned();
    let table = [
        ("if-match", tag.as_str(), 206),
        ("if-match", "\"other\"", 412),
        ("if-none-match", tag.as_str(), 304),
        ("if-none-match", "\"other\"", 206),
        ("if-range", tag.as_str(), 206),
        ("if-range", "\"other\"", 200),
    ];
    for (name, value, status) in table {
        let answer = house.send("nobody", "GET", &address, &[("range", "bytes=0-3"), (name, value)], "");
        assert_eq!(answer.status, status, "{name}: {value}");
    }
}

#[test]
fn only_the_signature_of_this_export_opens_it_and_only_for_some_hours() {
    let house = House::with_usage();
    let (address, manifest) = file(&house);
    let other =
        house.export("contoso", "usage/billed", &json!({ "invoiceId": "INV-4390934-000001", "attributeSet": "basic" }));
    let (path, query) = address.split_once('?').unwrap();
    let foreign = other["resourceLocation"]["sasToken"].as_str().unwrap();
    let end = query.split('&').find(|part| part.starts_with("se=")).unwrap();
    let (rest, signature) = query.split_once("sig=").unwrap();
    let mut turned = signature.to_owned();
    let first = if turned.starts_with('A') { "B" } else { "A" };
    turned.replace_range(..1, first);
    let wrong = [
        path.to_owned(),
        format!("{path}?"),
        format!("{path}?{foreign}"),
        format!("{path}?{rest}sig={turned}"),
        format!("{path}?{rest}sig={}", &signature[..signature.len() - 2]),
        format!("{path}?{rest}sig="),
        format!("{path}?{rest}sig=%00%ff"),
        format!("{path}?{}", query.replace(end, "se=2099-01-01T00%3A00%3A00Z")),
        format!("{path}?{}", query.replace(end, "se=")),
        format!("{}?{query}", path.replace(manifest["id"].as_str().unwrap(), "00000000-0000-4000-8000-000000000000")),
        format!(
            "{}?{query}",
            path.replace("part-00000.json.gz", "..%2foperation.json").replace("/exports/", "/exports/%2e%2e%2f")
        ),
    ];
    for address in &wrong {
        let answer = house.get("nobody", address);
        assert_eq!((answer.status, answer.header("x-ms-error-code")), (403, "AuthenticationFailed"), "{address}");
        assert!(
            answer.text().starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>"),
            "{}",
            answer.text()
        );
    }
    for name in ["part-00001.json.gz", "operation.json", "lock", "..%2foperation.json"] {
        let answer = house.get("nobody", &format!("{}?{query}", path.replace("part-00000.json.gz", name)));
        assert_eq!((answer.status, answer.header("x-ms-error-code")), (404, "BlobNotFound"), "{name}");
    }
    // A token of the partner opens nothing: only the signature counts.
    assert_eq!(house.get("contoso", path).status, 403);
    house.at("2026-11-05T17:59:59Z");
    assert_eq!(house.get("nobody", &address).status, 200);
    house.at("2026-11-05T18:00:00Z");
    let expired = house.get("nobody", &address);
    assert_eq!((expired.status, expired.header("x-ms-error-code")), (403, "AuthenticationFailed"));
    assert!(expired.text().contains("expired"), "{}", expired.text());
    // The manifest gives another one, until the export is a day old.
    let again = format!("/v1.0/reports/partners/billing/manifests/{}", manifest["id"].as_str().unwrap());
    let fresh = house.get("contoso", &again).with(200);
    assert_eq!(house.get("nobody", &crate::house::address(&fresh, &fresh["blobs"][0])).status, 200);
    house.at("2026-11-06T12:00:00Z");
    assert_eq!(house.get("contoso", &again).status, 404);
    assert!(house.exports().is_dir());
}
