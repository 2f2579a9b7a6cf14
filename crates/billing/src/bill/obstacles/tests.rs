use super::*;
use crate::samples::{BASE_VM, Sum, month, rated};

fn stamp(name: &str) -> CloudId {
    CloudId::new(name).unwrap()
}

/// Asks for October 2026 with a grace of 2 hours, at a moment, with the watermark of one stamp.
fn check(table: &str) {
    for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [as_of, watermark, expected] = cells.as_slice() else { panic!("{line}: three cells") };
        let watermark = Hour::parse(watermark).unwrap();
        let found = obstacles(&CloseFacts {
            month: month("2026-10"),
            as_of: Second::parse(as_of).unwrap(),
            grace_hours: 2,
            watermarks: &[StampWatermark { stamp: stamp("S"), watermark, reset: false }],
            held: &[],
            unattributed: &[],
            rated: &[],
        });
        let words: Vec<&str> = found.iter().map(Obstacle::word).collect();
        let words = if words.is_empty() { "-".to_owned() } else { words.join(",") };
        assert_eq!(words, *expected, "{line}");
    }
}

#[test]
fn the_month_must_be_over_and_delivered() {
    check(
        "as_of                 watermark             obstacles
         2026-10-31T23:59:59Z  2026-11-01T02:00:00Z  month_not_over
         2026-11-01T00:00:00Z  2026-11-01T02:00:00Z  -
         2026-11-01T00:00:00Z  2026-11-01T01:00:00Z  watermark_behind
         2026-12-01T00:00:00Z  2026-11-02T00:00:00Z  -
         2026-10-15T00:00:00Z  2026-10-14T22:00:00Z  month_not_over,watermark_behind",
    );
}

#[test]
fn every_obstacle_says_how_much_and_what_to_do() {
    let rated = rated("A1", month("2026-10"), [&Sum::new("S", "2026-10-01", BASE_VM, "1")], None);
    let other_month = super::super::RatedMonth { month: month("2026-09"), ..rated.clone() };
    let found = obstacles(&CloseFacts {
        month: month("2026-10"),
        as_of: Second(0),
        grace_hours: 0,
        watermarks: &[("S", false), ("Z", true)].map(|(name, reset)| StampWatermark {
            stamp: stamp(name),
            watermark: Hour::parse("2026-10-31T23").unwrap(),
            reset,
        }),
        held: &[
            HeldRows { stamp: stamp("S"), reason: HeldReason::UnknownMeter, rows: 3 },
            HeldRows { stamp: stamp("S"), reason: HeldReason::Conflict, rows: 0 },
        ],
        unattributed: &[UnattributedRows { stamp: stamp("T"), reason: Unattributed::NoRegistration, rows: 4 }],
        rated: &[rated, other_month],
    });
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected = [
        "the month 2026-10 is not over: wait until 2026-11-01".to_owned(),
        "stamp S has delivered up to 2026-10-31T23:00:00Z and 2026-11-01T00:00:00Z is needed: wait for it, or look at its \
         bridge"
            .to_owned(),
        "stamp Z has delivered up to 2026-10-31T23:00:00Z and 2026-11-01T00:00:00Z is needed: its registration was reset \
         and takes no usage, have the stamp registered again"
            .to_owned(),
        format!("3 rows of stamp S are held as unknown_meter: {}", HeldReason::UnknownMeter.advice()),
        format!("4 rows of stamp T have no payer: {}", Unattributed::NoRegistration.explain()),
        format!("1 rows of meter {BASE_VM} have no amount: {}", Rating::NoPriceList.explain()),
    ];
    assert_eq!(texts, expected);
}
