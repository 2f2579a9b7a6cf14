use super::*;

const ROW: &str = r#"{"id":"/subscriptions/60/providers/Microsoft.Commerce/UsageAggregate/AB-c","name":"AB-c","type":"Microsoft.Commerce/UsageAggregate","properties":{"subscriptionId":"AB","usageStartTime":"2026-10-01T18:00:00+00:00","instanceData":"{\"Microsoft.Resources\":{\"resourceUri\":\"/a}]\",\"tags\":\"{\\\"k\\\":\\\"v\\\"}\"}}","quantity":1.0,"meterId":"c"}}"#;

fn read(text: &str) -> (Vec<(String, Option<String>)>, Option<String>) {
    let page = Page::read(text.to_owned()).unwrap();
    let rows = page.rows().map(|(row, subscriber)| (row.to_owned(), subscriber.map(str::to_owned))).collect();
    (rows, page.next_link.clone())
}

/// What the JSON library finds.
fn read_slowly(text: &str) -> (Vec<(String, Option<String>)>, Option<String>) {
    let page = read_raw_page(text).unwrap();
    let rows = page.value.iter().map(|row| {
        let subscriber = subscriber_of(row).map(|subscriber| subscriber.to_ascii_lowercase());
        (row.get().to_owned(), subscriber)
    });
    (rows.collect(), page.next_link.filter(|link| !link.is_empty()))
}

#[test]
fn the_scan_finds_what_the_json_library_finds() {
    let other = ROW.replace(r#""name":"AB-c","#, "");
    let escaped = ROW.replace("60/", r#"60\"/"#);
    let texts = [
        r#"{"value":[]}"#.to_owned(),
        r#"{"value":[],"nextLink":null}"#.to_owned(),
        r#"{"value":[],"nextLink":""}"#.to_owned(),
        format!(r#"{{"value":[{ROW}]}}"#),
        format!(r#"{{"value":[{ROW},{ROW}],"nextLink":"https://stamp/next?a=%20"}}"#),
        format!(" {{ \"value\" : [ {ROW} ,\n{other}\t] , \"nextLink\" : \"x\" }}\r\n"),
        format!(r#"{{"nextLink":"first","value":[{escaped},{ROW}]}}"#),
        format!(r#"{{"value":[{escaped},{other},{{}},{{"properties":{{"subscriptionId":"xY"}}}}]}}"#),
        r#"{"value":[7,"text",null,[1,{"a":"]"}],{"a":[{}]}]}"#.to_owned(),
        r#"{"value":[{"a":"\\"},{"b":"\\\""}],"nextLink":"with\/escape"}"#.to_owned(),
        r#"{"value":[{"é":"\u00e9 ü"}],"more":{"a":1}}"#.to_owned(),
    ];
    for text in &texts {
        assert_eq!(read(text), read_slowly(text), "{text}");
    }
    for text in &texts {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let cut = &text[..end];
            let whole = text.trim_end();
            assert_eq!(Page::read(cut.to_owned()).is_ok(), cut.trim_end() == whole, "{cut}");
        }
    }
}

#[test]
fn pages_in_the_recorded_layout_are_scanned_and_others_are_parsed() {
    assert!(scan(&format!(r#"{{"value":[{ROW}],"nextLink":"x"}}"#)).is_some());
    for text in [r#"{"value":[7]}"#, r#"{"nextLink":"x","value":[]}"#, r#"{"value":[],"other":1}"#, "<html>", ""] {
        assert!(scan(text).is_none(), "{text}");
    }
    assert_eq!(recorded_subscriber(ROW), Some("AB"));
}

#[test]
fn a_page_names_each_subscriber_once_for_each_run_of_rows() {
    let other = ROW.replace("\"AB\"", "\"CD\"");
    let page = Page::read(format!(r#"{{"value":[{ROW},{ROW},{other},{{}},{other},{ROW}]}}"#)).unwrap();
    assert_eq!(page.subscribers, ["ab", "cd", "ab"]);
    let whose: Vec<Option<&str>> = page.rows().map(|(_, subscriber)| subscriber).collect();
    assert_eq!(whose, [Some("ab"), Some("ab"), Some("cd"), None, Some("cd"), Some("ab")]);
}

#[test]
fn a_quote_or_an_escape_is_found_wherever_it_stands() {
    for length in 0..40 {
        for at in 0..length {
            for byte in [b'"', b'\\'] {
                let mut bytes = vec![0x21_u8; length];
                bytes[at] = byte;
                assert_eq!(find_quote_or_escape(&bytes), Some(at));
                bytes.extend([b'"', b'\\']);
                assert_eq!(find_quote_or_escape(&bytes), Some(at));
            }
        }
        let noise: Vec<u8> = (0..length).map(|place| [0x23, 0xa2, 0x5d, 0xdc, 0x00, 0xff][place % 6]).collect();
        assert_eq!(find_quote_or_escape(&noise), None);
    }
}
