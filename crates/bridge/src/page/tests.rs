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
fn every_row_is_found_with_the_subscriber_that_the_contract_finds() {
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
fn the_subscriber_of_a_row_in_the_recorded_layout_is_found_without_reading_it() {
    assert_eq!(recorded_subscriber(ROW), Some("AB"));
    for other in ["{}", "7", r#"{"id":"a\"b","name":"#, &ROW.replace(r#""type""#, r#""kind""#)] {
        assert_eq!(recorded_subscriber(other), None, "{other}");
    }
}

#[test]
fn a_page_names_each_subscriber_once_for_each_run_of_rows() {
    let other = ROW.replace("\"AB\"", "\"CD\"");
    let page = Page::read(format!(r#"{{"value":[{ROW},{ROW},{other},{{}},{other},{ROW}]}}"#)).unwrap();
    assert_eq!(page.subscribers, ["ab", "cd", "ab"]);
    let whose: Vec<Option<&str>> = page.rows().map(|(_, subscriber)| subscriber).collect();
    assert_eq!(whose, [Some("ab"), Some("ab"), Some("cd"), None, Some("cd"), Some("ab")]);
}
