use super::*;

#[test]
fn each_calendar_works_in_its_own_hours_and_zone() {
    let (office, berlin) = (Calendar::Office(Zone(0)), Calendar::Office(Zone(1)));
    let turn = Calendar::MonthEnd(Zone(-5));
    for (calendar, hour, expected) in [
        (Calendar::Always, "2026-10-04T03", true),
        // A Friday, a Saturday, a Sunday and a Monday.
        (office, "2026-10-02T06", false),
        (office, "2026-10-02T07", true),
        (office, "2026-10-02T18", true),
        (office, "2026-10-02T19", false),
        (office, "2026-10-03T12", false),
        (office, "2026-10-04T12", false),
        (office, "2026-10-05T12", true),
        (berlin, "2026-10-02T06", true),
        (berlin, "2026-10-02T18", false),
        (turn, "2026-10-30T04", false),
        (turn, "2026-10-30T05", true),
        (turn, "2026-11-01T05", true),
        (turn, "2026-11-02T04", true),
        (turn, "2026-11-02T05", false),
    ] {
        assert_eq!(calendar.works(Hour::parse(hour).unwrap()), expected, "{calendar:?} {hour}");
    }
}
