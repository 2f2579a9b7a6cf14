use super::*;

const INSTANCE: &str = r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/s/vm\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"{\\\"ServiceType\\\":\\\"Standard_F2s\\\"}\"}}"#;

fn row(properties: &str) -> String {
    format!(r#"{{"id":"/i","name":"n","type":"t","properties":{{{properties}}}}}"#)
}

fn good() -> String {
    row(&format!(
        r#""subscriptionId":"s","usageStartTime":"2019-12-10T18:00:00+00:00","usageEndTime":"2019-12-10T19:00:00+00:00","instanceData":"{INSTANCE}","quantity":8.381903171539307e-08,"meterId":"m","name":"n""#
    ))
}

fn items(body: &str) -> Result<Vec<Item<'_>>, BodyError> {
    let mut items = Vec::new();
    read(body, |item| items.push(item))?;
    Ok(items)
}

#[test]
fn pages_tables_and_lone_rows_are_read_in_any_mixture() {
    let good = good();
    let table = r#""subscriptions":[{"subscriptionId":"s","tenantId":"t"},{"tenantId":null,"subscriptionId":"u","state":"Enabled"}]"#;
    let bodies = [
        (format!(r#"{{"value":[{good},{good}]}}"#), 2, 0),
        (format!(r#"{{{table},"value":[{good}],"nextLink":"https://x"}}"#), 1, 2),
        (format!("{{\"value\":[{good}]}} {{\"value\":[]}}\n{{{table}}}"), 1, 2),
        (format!("{{{table}}}\n{good}\n{good}\n"), 2, 2),
        (r#"{"value":[]}"#.to_owned(), 0, 0),
    ];
    for (body, rows, subscriptions) in bodies {
        let items = items(&body).unwrap();
        let found = items.iter().filter(|item| matches!(item, Item::Row(_))).count();
        assert_eq!((found, items.len() - found), (rows, subscriptions), "{body}");
        for item in items {
            if let Item::Row(row) = item {
                let fields = row.fields.unwrap();
                assert_eq!(row.raw, good);
                assert_eq!(fields.quantity, "8.381903171539307e-08");
                assert_eq!(fields.instance, INSTANCE);
            }
        }
    }
}

#[test]
fn a_bad_row_is_told_apart_from_a_bad_body() {
    let good = good();
    let without = |field: &str| good.replacen(&format!("\"{field}\":"), "\"other\":", 1);
    let table = [
        (without("quantity"), RowProblem::Missing("quantity")),
        (without("meterId"), RowProblem::Missing("meterId")),
        (without("instanceData"), RowProblem::Missing("instanceData")),
        (without("properties"), RowProblem::Missing("properties")),
        (good.replace("\"meterId\":", "\"quantity\":1,\"meterId\":"), RowProblem::Twice("quantity")),
        (good.replace("\"meterId\":", "\"subscriptionId\":\"z\",\"meterId\":"), RowProblem::Twice("subscriptionId")),
        (good.replace("\"subscriptionId\":\"s\"", "\"subscriptionId\":7"), RowProblem::Type("subscriptionId")),
        (good.replace("8.381903171539307e-08", "null"), RowProblem::Type("quantity")),
        (good.replace("\"properties\":{", "\"properties\":[],\"other\":{"), RowProblem::Type("properties")),
        ("17".to_owned(), RowProblem::Type("row")),
    ];
    for (bad, problem) in table {
        let body = format!(r#"{{"value":[{good},{bad},{good}]}}"#);
        let found: Vec<_> = items(&body).unwrap();
        let Item::Row(second) = &found[1] else { panic!("{body}") };
        assert_eq!((second.raw, &second.fields), (bad.as_str(), &Err(problem)));
        assert_eq!(found.len(), 3);
    }
}

#[test]
fn a_quantity_may_be_a_text_and_keys_may_be_escaped() {
    let body = good().replace("8.381903171539307e-08", "\"NaN\"").replace("\"meterId\"", "\"\\u006deterId\"");
    let found = items(&body).unwrap();
    let Item::Row(row) = &found[0] else { panic!() };
    let fields = row.fields.as_ref().unwrap();
    assert_eq!((fields.quantity.as_ref(), fields.meter.as_ref()), ("NaN", "m"));
}

#[test]
fn what_is_no_body_is_refused_with_its_place() {
    let good = good();
    let deep = format!(r#"{{"other":{}1{},"value":[]}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let long = good.replace("\"id\":\"/i\"", &format!("\"id\":\"{}\"", "x".repeat(70_000)));
    let table = [
        (String::new(), "the body is empty"),
        ("[]".to_owned(), "must be an object"),
        ("{}".to_owned(), "neither"),
        ("{\"value\":1}".to_owned(), "must be arrays"),
        ("{\"value\":[], \"value\":[]}".to_owned(), "stands twice"),
        (format!("{{\"value\":[{good},]}}"), "expected a value"),
        (format!("{{\"value\":[{good}]"), "expected ',' or '}'"),
        (good.replace("8.381903171539307e-08", "NaN"), "expected a value"),
        (good.replace("8.381903171539307e-08", "01"), "leading zero"),
        (good.replace("8.381903171539307e-08", "1."), "behind its point"),
        (good.replace("/subscriptions/s/vm", "\n"), "control character"),
        (good.replace("\"n\"", "\"\\x\""), "unknown escape"),
        (good.get(..100).unwrap_or_default().to_owned(), "no end"),
        (deep, "nested more than 32 deep"),
        (format!("{{\"value\":[{long}]}}"), "longer than 65536 bytes"),
        ("{\"subscriptions\":[{\"tenantId\":\"t\"}]}".to_owned(), "\"subscriptionId\" once"),
        (
            "{\"subscriptions\":[{\"subscriptionId\":\"t\",\"subscriptionId\":\"t\"}]}".to_owned(),
            "\"subscriptionId\" once",
        ),
    ];
    for (body, text) in table {
        let error = items(&body).unwrap_err();
        assert!(error.to_string().contains(text), "{error} for {}", body.get(..200).unwrap_or(&body));
        assert!(error.offset <= body.len());
    }
}

#[test]
fn the_inner_document_is_read_in_its_recorded_forms() {
    let instance = read_instance(INSTANCE).unwrap();
    assert_eq!(instance.resource_uri, "/subscriptions/s/vm");
    assert_eq!(instance.location, "north");
    assert_eq!(instance.tags, "null");
    assert_eq!(instance.additional_info, "{\"ServiceType\":\"Standard_F2s\"}");

    let nothing = read_instance(r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/r\",\"tags\":null}}"#).unwrap();
    assert_eq!((nothing.tags.as_str(), nothing.location.as_str()), ("", ""));
    let object = read_instance(r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/r\",\"tags\":{\"a\":\"b\"}}}"#).unwrap();
    assert_eq!(object.tags, "{\"a\":\"b\"}");

    for bad in [
        "",
        "{}",
        r#"{\"Microsoft.Resources\":{}}"#,
        r#"{\"Microsoft.Resources\":{\"resourceUri\":7}}"#,
        r#"{\"Microsoft.Resources\":{\"resourceUri\":\"a\",\"resourceUri\":\"b\"}}"#,
        r"\ud800",
    ] {
        assert!(read_instance(bad).is_err(), "{bad}");
    }
}
