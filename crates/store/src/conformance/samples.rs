//! Samples: small things to record.

use model::{
    CloudId, Day, DirectoryId, HeldReason, HeldRow, Hour, LocalSubscriptionId, MeterId, Quantity, ResourceNumber,
    Second, Subscriber, UsageRow, WindowRows,
};

use crate::{AuditNote, Delivery, DeliveryCounts, Result, Store, SumChange, WindowRecord, segment};

pub(crate) fn stamp() -> CloudId {
    CloudId::new("cloud1").unwrap()
}

pub(crate) fn other_stamp() -> CloudId {
    CloudId::new("9f3a2c51-7d10-4f7e-8d51-0f6f2b1c9a01").unwrap()
}

/// The hour of a day that all samples lie in or after: number 0 is 2026-10-01T00.
pub(crate) fn hour(number: u32) -> Hour {
    Hour::parse("2026-10-01T00").unwrap().plus(number)
}

pub(crate) fn day(number: u32) -> Day {
    hour(0).day().plus(number)
}

pub(crate) fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub(crate) fn meter(text: &str) -> MeterId {
    MeterId::new(text).unwrap()
}

pub(crate) fn subscriber(subscription: &str, tenant: Option<&str>) -> Subscriber {
    Subscriber {
        subscription: LocalSubscriptionId::new(subscription).unwrap(),
        tenant: tenant.map(|tenant| DirectoryId::new(tenant).unwrap()),
    }
}

pub(crate) fn change(day: Day, who: Subscriber, what: &str, size: &str) -> SumChange {
    SumChange { day, subscriber: who, meter: meter(what), quantity: quantity(size), rows: 1 }
}

pub(crate) fn note(text: &str) -> AuditNote {
    AuditNote {
        at: Second(1_790_000_000),
        actor: "hub".to_owned(),
        action: "test.note".to_owned(),
        object: text.to_owned(),
        detail: r#"{"why":"a test"}"#.to_owned(),
    }
}

/// A segment with as many rows as are asked for, each an hour of use.
pub(crate) fn segment_of(stamp: &CloudId, hour: Hour, sizes: &[&str]) -> segment::Segment {
    let mut rows = WindowRows {
        subscribers: vec![subscriber("s1", Some("contoso.example"))],
        meters: vec![meter("m1")],
        ..WindowRows::default()
    };
    for (size, resource) in sizes.iter().zip(0..) {
        rows.rows.push(UsageRow {
            subscriber: 0,
            meter: 0,
            resource: ResourceNumber(resource),
            address: ResourceNumber(resource),
            start: hour.start(),
            end: hour.end(),
            quantity: quantity(size),
            text_start: u32::try_from(rows.number_texts.len()).unwrap(),
            text_length: u8::try_from(size.len()).unwrap(),
        });
        rows.number_texts.push_str(size);
    }
    segment::encode(&rows, stamp, hour).unwrap()
}

/// The first delivery of a window with two rows, of which nothing is held.
pub(crate) fn delivered(stamp: &CloudId, hour: Hour) -> WindowRecord {
    WindowRecord {
        stamp: stamp.clone(),
        hour,
        first_window: self::hour(0),
        skipped: Vec::new(),
        expected_revision: None,
        body_digest: [7; 32],
        segment: Some(segment_of(stamp, hour, &["1", "0.5"])),
        first_resource: 0,
        new_resources: Vec::new(),
        sums: vec![change(hour.day(), subscriber("s1", Some("contoso.example")), "m1", "1.5")],
        held: Vec::new(),
        counts: DeliveryCounts { received: 2, stored: 2, ..DeliveryCounts::default() },
        totals: vec![(meter("M1"), quantity("1.5")), (meter("m2"), Quantity::ZERO)],
        note: note("first delivery"),
    }
}

/// A delivery that changes a window which has a revision.
pub(crate) fn corrected(stamp: &CloudId, hour: Hour, revision: u32) -> WindowRecord {
    WindowRecord {
        expected_revision: Some(revision),
        body_digest: [8; 32],
        segment: Some(segment_of(stamp, hour, &["1", "0.25", "1e-7"])),
        sums: vec![change(hour.day(), subscriber("s1", Some("contoso.example")), "m1", "-0.2499999")],
        counts: DeliveryCounts { received: 3, stored: 2, copies: 1, replaced: 1, ..DeliveryCounts::default() },
        totals: vec![(meter("m1"), quantity("1.2500001"))],
        note: note("correction"),
        ..delivered(stamp, hour)
    }
}

/// A delivery of what is there already.
pub(crate) fn repeated(stamp: &CloudId, hour: Hour, revision: u32) -> WindowRecord {
    WindowRecord {
        expected_revision: Some(revision),
        segment: None,
        sums: Vec::new(),
        counts: DeliveryCounts { received: 2, copies: 2, ..DeliveryCounts::default() },
        note: note("copy"),
        ..delivered(stamp, hour)
    }
}

pub(crate) fn held(number: u32) -> HeldRow {
    HeldRow {
        reason: HeldReason::UnknownMeter,
        detail: format!("meter {number}"),
        raw: format!("{{\"row\":{number},\"text\":\"ä\"}}"),
    }
}

/// Records one delivery that must be taken.
pub(crate) fn record(store: &dyn Store, record: &WindowRecord) -> Delivery {
    record_all(store, std::slice::from_ref(record)).pop().unwrap().unwrap()
}

pub(crate) fn record_all(store: &dyn Store, records: &[WindowRecord]) -> Vec<Result<Delivery>> {
    store.record_windows(records).unwrap()
}
