use super::{Axis, decimal};
use crate::{chart::Scale, language::Language};

#[test]
fn an_axis_has_zero_and_ends_at_round_numbers_around_all_values() {
    let table: [(&[i128], _); 11] = [
        (&[], (0, 100, 20)),
        (&[0], (0, 100, 20)),
        (&[1], (0, 1, 1)),
        (&[5], (0, 5, 1)),
        (&[6], (0, 6, 2)),
        (&[7, 3], (0, 8, 2)),
        (&[12_345], (0, 15_000, 5000)),
        (&[100_000], (0, 100_000, 20_000)),
        (&[-5, 20], (-5, 20, 5)),
        (&[-1, 20], (-5, 20, 5)),
        (&[-300], (-300, 0, 100)),
    ];
    for (values, (low, high, step)) in table {
        let axis = Axis::over(values.iter().copied(), 100);
        assert_eq!(axis, Axis { low, high, step }, "{values:?}");
        let ticks = axis.ticks();
        assert!(ticks.len() <= 7 && ticks.contains(&0), "{values:?}: {ticks:?}");
        assert_eq!(ticks.last(), Some(&axis.high), "{values:?}");
    }
}

#[test]
fn every_step_is_one_two_or_five_times_a_power_of_ten() {
    for span in (1_i128..5_000).chain([i128::MAX / 4, 10_i128.pow(30) + 1]) {
        let mut step = super::step(span);
        assert!(span <= step.saturating_mul(5), "{span} {step}");
        while step % 10 == 0 {
            step /= 10;
        }
        assert!([1, 2, 5].contains(&step), "{span}");
    }
}

#[test]
fn a_place_is_within_the_length_also_for_the_largest_numbers() {
    for high in [1, 100, 10_i128.pow(20), i128::MAX / 8] {
        let axis = Axis::over([high, -high / 3].into_iter(), 1);
        assert_eq!(axis.place(axis.low, 2000), 0);
        for value in [high, 0, -high / 3] {
            assert!((0..=2000).contains(&axis.place(value, 2000)), "{high} {value}");
        }
    }
}

#[test]
fn numbers_on_the_axis_are_short() {
    let table: &[(i128, u32, &[&str], &str)] = &[
        (12_345, 2, &["0", "50", "100", "150"], "USD"),
        (123, 2, &["0.00", "0.50", "1.00", "1.50"], "USD"),
        (4, 2, &["0.00", "0.01", "0.02", "0.03", "0.04"], "USD"),
        (5_000, 0, &["0", "1,000", "2,000", "3,000", "4,000", "5,000"], "USD"),
        (2_500_000_000, 2, &["0", "5", "10", "15", "20", "25"], "million USD"),
        (900_000_000, 2, &["0", "2", "4", "6", "8", "10"], "million USD"),
        (700_000_000, 2, &["0", "2,000,000", "4,000,000", "6,000,000", "8,000,000"], "USD"),
        (2 * 10_i128.pow(13), 0, &["0", "5", "10", "15", "20"], "trillion USD"),
        (1_500_000_000_000, 12, &["0.0", "0.5", "1.0", "1.5"], "USD"),
    ];
    for (value, decimals, texts, unit) in table {
        let scale = Scale { decimals: *decimals, unit: "USD".to_owned() };
        let (found, found_unit) = Axis::over([*value].into_iter(), 1).texts(Language::English, &scale);
        assert_eq!(found, *texts, "{value}");
        assert_eq!(found_unit, *unit, "{value}");
    }
}

#[test]
fn a_decimal_keeps_its_sign_and_its_zeros() {
    let table = [(-5, 2, 2, "-0.05"), (0, 2, 0, "0"), (150, 2, 1, "1.5"), (100, 2, 0, "1"), (-300, 0, 0, "-300")];
    for (value, decimals, needed, text) in table {
        assert_eq!(decimal(value, decimals, needed), text);
    }
}
