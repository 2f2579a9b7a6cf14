use super::*;

#[test]
fn a_position_is_read_back_as_it_was_written() {
    for granularity in [UsageGranularity::Hourly, UsageGranularity::Daily] {
        for (by_resource, stamp) in [(true, Some("50000000-0000-4000-8000-00000000000a")), (false, None)] {
            let window = Window { reported: Hour(480_000)..Hour(480_048), granularity, by_resource };
            let stamp = stamp.map(|stamp| CloudId::new(stamp).unwrap());
            let position = UsagePosition { hour: Hour(480_007), stamp, revision: 3, row: 1_000_000 };
            assert_eq!(parse(&text(&window, &position)), Some((window, position)));
        }
    }
}

#[test]
fn what_no_page_wrote_is_no_position() {
    let table =
        ["", "h", "h 1 2 3", "x 1 1 2 1 1 0 a", "h 1 -1 2 1 1 0 a", "h 1 1 2 1 1 99999999999999999999999 a", "h 1 a b"];
    for text in table {
        assert_eq!(parse(text), None, "{text:?}");
    }
}
