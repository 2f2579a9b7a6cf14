//! Tests of the layouts.

use std::collections::HashSet;

use super::*;

#[test]
fn every_layout_has_its_columns_once() {
    for (layout, count) in [
        (Layout::NewCommerce, 46),
        (Layout::Legacy, 42),
        (Layout::Daily(Attributes::Full), 55),
        (Layout::Daily(Attributes::Basic), 30),
    ] {
        let names = layout.column_names();
        assert_eq!(names.len(), count, "{layout:?}");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), count, "{layout:?}");
    }
}

#[test]
fn a_percentage_has_a_decimal() {
    for (text, expected) in [("15", "15.0"), ("2.5", "2.5"), ("0.0001", "0.0001")] {
        assert_eq!(percent(Share::parse_percent(text).unwrap()), expected);
    }
}
