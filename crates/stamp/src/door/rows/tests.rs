use contract::usage_page::{UsageAggregate, UsagePage};
use model::{Hour, LocalSubscriptionId};

use super::*;
use crate::Position;

fn row(number: u64, meter: &str, document: &Arc<str>) -> Row {
    let used = Hour(496_000);
    Row {
        position: Position { reported: used, row: number },
        subscription: LocalSubscriptionId::new(r#"local"subscription\"#).unwrap(),
        start: used.start(),
        end: used.plus(u32::try_from(number).unwrap()).end(),
        meter: Arc::from(meter),
        instance_data: Arc::clone(document),
        quantity: "6.36465847492218e-06".to_owned(),
    }
}

/// Any text comes out as a reader of JSON reads it, however often it stands on the page.
#[test]
fn a_page_is_json_that_says_what_the_rows_say() {
    let every: String = (0..0x80_u8).map(char::from).chain("äöü€😀\u{7f}\u{2028}".chars()).collect();
    let (one, other): (Arc<str>, Arc<str>) = (Arc::from(every.as_str()), Arc::from(""));
    let rows: Vec<Row> = [(0, &one), (1, &other), (2, &one), (3, &one)].map(|(n, text)| row(n, "METER\"", text)).into();
    let text = write("caller\\", &rows, Some("https://stamp/?a=\"b\""));
    let page: UsagePage<UsageAggregate<'_>> = serde_json::from_str(&text).unwrap();
    assert_eq!(page.next_link.as_deref(), Some("https://stamp/?a=\"b\""));
    assert_eq!(page.value.len(), 4);
    for (read, row) in page.value.iter().zip(&rows) {
        let name = format!("{}-{}", row.subscription, row.meter);
        assert_eq!(read.id, format!("/subscriptions/caller\\/providers/Microsoft.Commerce/UsageAggregate/{name}"));
        assert_eq!((&read.name, &read.properties.name), (&name.clone().into(), &name.into()));
        assert_eq!(read.properties.instance_data, row.instance_data.as_ref());
        assert_eq!(read.properties.meter_id, row.meter.as_ref());
        assert_eq!(read.properties.subscription_id, row.subscription.as_str());
        assert_eq!(read.properties.quantity.get(), row.quantity);
        assert_eq!(Second::parse(&read.properties.usage_end_time).unwrap(), row.end);
    }
}

#[test]
fn a_page_without_rows_is_an_empty_list() {
    assert_eq!(write("caller", &[], None), r#"{"value":[]}"#);
}
