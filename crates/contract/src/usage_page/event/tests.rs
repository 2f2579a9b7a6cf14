use super::*;

/// The members of an event but for its id, with some text put into it.
fn members(more: &str) -> String {
    format!(
        r#""subscriptionId":"s","resourceUri":"/r","meterId":"m","quantity":1.50,"usageStartTime":"a","usageEndTime":"b"{more}"#
    )
}

fn plain(more: &str) -> String {
    format!(r#"{{"id":"1",{}}}"#, members(more))
}

fn cloud_event(more: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","type":"tallybridge.usage.v1","id":"1","source":"/s","time":"t","extension":3,"data":{{{}}}}}"#,
        members(more)
    )
}

#[test]
fn a_member_keeps_its_text_whatever_way_it_is_sent() {
    let cases = [
        ("", "", "", None),
        (r#","tags":null,"additionalInfo":null,"location":"east""#, "null", "", Some("east")),
        (r#","tags":"","additionalInfo":"""#, "", "", None),
        (r#","tags":"null","additionalInfo":"{\"a\":1}""#, "null", r#"{"a":1}"#, None),
        (r#","tags":{"a": "b"},"additionalInfo":{"n":1.50}"#, r#"{"a": "b"}"#, r#"{"n":1.50}"#, None),
    ];
    for (more, tags, additional_info, location) in cases {
        let bodies = [
            (plain(more), Format::Plain, "default"),
            (format!("[{}]", plain(more)), Format::Plain, "default"),
            (cloud_event(more), Format::Structured, "/s"),
            (format!(" [ {} ] ", cloud_event(more)), Format::Batch, "/s"),
        ];
        for (body, format, source) in bodies {
            let events = read(&body, format).unwrap();
            let wanted = Event {
                id: "1".into(),
                source: source.into(),
                subscription_id: "s".into(),
                resource_uri: "/r".into(),
                meter_id: "m".into(),
                quantity: "1.50".into(),
                usage_start_time: "a".into(),
                usage_end_time: "b".into(),
                location: location.map(Cow::Borrowed),
                tags: tags.into(),
                additional_info: additional_info.into(),
            };
            assert_eq!(events, [wanted], "{body}");
        }
    }
}

#[test]
fn a_quantity_is_a_number_or_a_string_and_no_digit_is_lost() {
    for (sent, wanted) in [
        ("6.36465847492218e-06", Some("6.36465847492218e-06")),
        ("\"1.0\"", Some("1.0")),
        ("-1", Some("-1")),
        ("0.10000000000000000000000000000001", Some("0.10000000000000000000000000000001")),
        ("true", None),
        ("null", None),
        ("[1]", None),
    ] {
        let body = plain("").replace("1.50", sent);
        match (read(&body, Format::Plain), wanted) {
            (Ok(events), Some(wanted)) => assert_eq!(events[0].quantity, wanted),
            (Err(EventsError::Events(problems)), None) => assert_eq!(problems[0].member, Some("quantity"), "{sent}"),
            (outcome, _) => panic!("{sent}: {outcome:?}"),
        }
    }
}

#[test]
fn an_event_that_cannot_be_read_is_told_by_its_place_and_member() {
    let good = plain("");
    let cases = [
        (plain(r#","unit":"h""#), None, "unknown field `unit`"),
        (plain(r#","id":"2""#), None, "duplicate field `id`"),
        (plain("").replace(r#""id":"1","#, ""), Some("id"), "is missing"),
        (plain("").replace(r#""m""#, "7"), Some("meterId"), "is no string"),
        (plain(r#","location":null"#), Some("location"), "is no string"),
        (plain(r#","tags":["a"]"#), Some("tags"), "is no string, no object and not null"),
        ("[1]".to_owned(), None, "is no JSON object"),
    ];
    for (bad, member, reason) in cases {
        let Err(EventsError::Events(problems)) = read(&format!("[{good},{bad},{good}]"), Format::Plain) else {
            panic!("{bad} was read")
        };
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((problem.index, problem.member), (1, member), "{bad}");
        assert!(problem.reason.starts_with(reason), "{problem:?}");
    }
}

#[test]
fn an_envelope_of_another_kind_is_refused() {
    let good = cloud_event("");
    let cases = [
        (good.replace(r#""1.0""#, r#""0.3""#), "specversion"),
        (good.replace("usage.v1", "usage.v2"), "type"),
        (good.replace(r#""source":"/s","#, ""), "source"),
        (good.replace(r#""data":"#, r#""date":"#), "data"),
        (good.replace(r#""data":{"#, r#""data_base64":"e30=","data":{"#), "data_base64"),
        (cloud_event(r#","id":"2""#), "id"),
        (good.replace(r#""data":{"#, r#""data":[],"_":{"#), "data"),
    ];
    for (body, member) in cases {
        let Err(EventsError::Events(problems)) = read(&body, Format::Structured) else { panic!("{body} was read") };
        assert_eq!(problems[0].member, Some(member), "{body}");
    }
}

#[test]
fn a_body_that_holds_no_events_is_refused_as_a_whole() {
    let many = format!("[{}1]", "1,".repeat(EVENTS_MAX));
    let (one, list) = (cloud_event(""), format!("[{}]", cloud_event("")));
    let cases = [("", Format::Plain), ("[]", Format::Plain), ("{", Format::Plain), (&many, Format::Plain)];
    for (body, format) in cases.into_iter().chain([(list.as_str(), Format::Structured), (&one, Format::Batch)]) {
        assert!(matches!(read(body, format), Err(EventsError::Body(_))), "{body:.40}");
    }
}

#[test]
fn data_whose_attributes_came_in_headers_takes_its_identity_from_them() {
    let identity = Identity { id: "7".to_owned(), source: "/providers/x".to_owned() };
    let body = format!("{{{}}}", members(""));
    let event = read_data(&body, identity.clone()).unwrap();
    assert_eq!((event.id.as_ref(), event.source.as_ref(), event.quantity.as_ref()), ("7", "/providers/x", "1.50"));
    assert!(matches!(read_data(&plain(""), identity), Err(EventsError::Events(_))));
}

#[test]
fn no_more_problems_are_told_than_anybody_reads() {
    let body = format!("[{}1]", "1,".repeat(500));
    let Err(EventsError::Events(problems)) = read(&body, Format::Plain) else { panic!("it was read") };
    assert_eq!(problems.len(), 100);
}
