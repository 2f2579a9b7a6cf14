//! Tests: tables that fit the lines they stand in.

use super::{Column, Rows};

const ID: &str = "20000000-0000-4000-8000-0000000000d0";

fn table() -> Rows {
    let mut rows =
        Rows::new(&[Column::Left("SUBSCRIPTION"), Column::Left("WHO PAYS, AND WHY"), Column::Right("PRICE")]);
    rows.add([ID, "the tenant has no mapping, so the default subscription pays", "0.011 per 720"]);
    rows.add([ID, "the tenant is mapped", "0.046"]);
    rows
}

#[test]
fn a_table_is_never_wider_than_its_lines_and_breaks_neither_ids_nor_numbers() {
    let whole = table().fitted(None);
    for width in 75..130 {
        let fitted = table().fitted(Some(width));
        assert!(fitted.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}\n{fitted}");
        assert_eq!(fitted.matches(ID).count(), 2, "{fitted}");
        assert_eq!(fitted.matches("0.011 per 720").count(), 1, "{fitted}");
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(words(&fitted), words(&whole), "no word is broken or lost at {width}");
    }
}

#[test]
fn a_table_that_cannot_fit_or_need_not_fit_is_as_wide_as_it_is() {
    let whole = table().fitted(None);
    assert_eq!(whole.lines().count(), 3);
    for width in [0, 20, 60, 400, u16::MAX] {
        assert_eq!(table().fitted(Some(width)), whole, "{width}");
    }
}
