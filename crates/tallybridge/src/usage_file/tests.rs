use super::*;

const CSV: &str = r#""UsageStartTime","UsageEndTime","MeterName","Quantity","resourceType","location","resourceGroup","resourceName","subowner","tags","MeterId","additionalInfo","subscription","resourceUri"
"12/10/2019 6:00:00 PM","12/10/2019 7:00:00 PM","Windows VM Size Hours","2","virtualMachines","north","g","vm","o","{""a"":""b""}","9cd92d4c-bafd-4492-b278-bedc2de8232a","{""ServiceType"":""Standard_F2s""}","sub","/subscriptions/sub/vm"
"2019-12-10T18:00:00+00:00","2019-12-10T19:00:00+00:00","TableCapacity","8.381903171539307e-08","x","north","g","t","o","","B4438D5D-453B-4EE1-B42A-DC72E377F1E4","","sub","/subscriptions/sub/t"
"#;

#[test]
fn the_csv_of_the_script_becomes_rows_with_their_number_texts() {
    let body = as_body(CSV.to_owned()).unwrap();
    let mut rows = Vec::new();
    read(&body, |item| {
        if let Item::Row(row) = item {
            let fields = row.fields.unwrap();
            let start = fields.start.to_string();
            let instance = contract::window::read_instance(fields.instance).unwrap();
            rows.push((start, fields.quantity.to_string(), instance.resource_uri, instance.tags));
        }
    })
    .unwrap();
    let row = |start: &str, quantity: &str, uri: &str, tags: &str| {
        (start.to_owned(), quantity.to_owned(), uri.to_owned(), tags.to_owned())
    };
    assert_eq!(
        rows,
        [
            row("2019-12-10T18:00:00Z", "2", "/subscriptions/sub/vm", "{\"a\":\"b\"}"),
            row("2019-12-10T18:00:00+00:00", "8.381903171539307e-08", "/subscriptions/sub/t", ""),
        ]
    );
    assert_eq!(reported_hour(&body).unwrap().to_string(), "2019-12-10T19:00:00Z");
}

#[test]
fn a_file_that_is_neither_form_is_refused() {
    for text in ["", "hello", "a,b\n1,2", "\"UsageStartTime\"\n\"x\""] {
        let error = as_body(text.to_owned()).unwrap_err().to_string();
        assert!(error.contains("neither a stamp's page"), "{text:?}: {error}");
    }
    let short = CSV.replace(",\"/subscriptions/sub/t\"", "");
    assert!(as_body(short).is_err());
    assert!(reported_hour("{\"value\":[]}").is_err());
}

#[test]
fn tenants_come_as_json_or_csv() {
    let expected = vec![("s".to_owned(), "t".to_owned())];
    for text in [
        r#"{"value":[{"subscriptionId":"s","tenantId":"t","state":"Enabled"}]}"#,
        r#"[{"subscriptionId":"s","tenantId":"t"}]"#,
        "subscriptionId,tenantId\ns,t\n",
        "tenantid,name,SUBSCRIPTIONID\nt,x,s\n",
    ] {
        assert_eq!(read_tenants(text).unwrap(), expected, "{text}");
    }
    for text in ["", "[]", "{\"value\":[{}]}", "a,b\n1,2", "{"] {
        assert!(read_tenants(text).is_err(), "{text}");
    }
}
