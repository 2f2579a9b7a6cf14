use super::{Plot, TOP, WIDTH, every, length, tip};
use crate::{chart::Scale, language::Language};

#[test]
fn lengths_are_written_with_at_most_one_decimal() {
    for (tenths, text) in [(0, "0"), (5, "0.5"), (-5, "-0.5"), (100, "10"), (-123, "-12.3")] {
        assert_eq!(length(tenths), text);
    }
}

#[test]
fn labels_of_a_month_are_thinned_to_every_fifth() {
    let table = [(7, 300, 5000, 1), (31, 300, 5000, 5), (24, 300, 5000, 5), (100, 300, 5000, 10), (12, 300, 5000, 1)];
    for (count, width, space, expected) in table {
        assert_eq!(every(count, width, space), expected, "{count}");
    }
}

#[test]
fn a_tip_stays_within_the_picture() {
    for at in [0, 100, WIDTH / 2, WIDTH] {
        let text = tip(at, 0, "5 October 2026: 123.45 USD").into_string();
        let middle: u32 = text.split("translate(").nth(1).unwrap().split([' ', '.']).next().unwrap().parse().unwrap();
        assert!((100..=540).contains(&middle), "{text}");
    }
}

#[test]
fn a_plot_places_values_between_its_top_and_its_bottom() {
    let scale = Scale { decimals: 2, unit: "USD".to_owned() };
    let values = [-500, 0, 12_345];
    let plot = Plot::new(Language::English, &scale, 2000, values.into_iter());
    let places: Vec<i128> = values.iter().map(|value| plot.at(*value)).collect();
    assert!(places.iter().all(|place| (TOP..=TOP + 2000).contains(place)), "{places:?}");
    assert!(places[0] > places[1] && places[1] > places[2], "{places:?}");
    assert_eq!(plot.begin(31, 31), plot.left + plot.width());
    assert!((0..31).all(|number| plot.begin(number, 31) < plot.middle(number, 31)));
}
