use super::{Point, Scale, Series, SeriesClass, StripCell, StripState, bars, columns, lines_in, one, strip_in};
use crate::language::{Language, MISSING};

fn scale() -> Scale {
    Scale { decimals: 2, unit: "USD".to_owned() }
}

fn point(number: i128, link: Option<&str>) -> Point {
    Point {
        label: number.to_string(),
        name: format!("{number} October <2026>"),
        value: number * 100 - 300,
        shown: format!("{}\u{a0}USD", number - 3),
        link: link.map(str::to_owned),
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn every_point_is_a_mark_with_a_name_and_a_row_of_the_table() {
    let points: Vec<Point> = (1..=31).map(|number| point(number, (number % 2 == 0).then_some("/x"))).collect();
    for (draw, language) in
        [(columns::draw as super::Draw, Language::English), (bars::draw as super::Draw, Language::French)]
    {
        let text = one(language, "Spend", &scale(), &points, draw).into_string();
        assert_eq!(count(&text, "<g class=\"mark "), 16);
        assert_eq!(count(&text, "<a class=\"mark "), 15);
        assert_eq!(count(&text, "class=\"tip\""), 31);
        assert_eq!(count(&text, "<th scope=\"row\""), 31);
        assert!(text.contains("October &lt;2026&gt;") && !text.contains("<2026>"));
        assert!(!text.contains("style=") && !text.contains(MISSING));
        assert!(text.len() < 40_000, "{}", text.len());
    }
}

#[test]
fn lines_are_told_apart_without_colours() {
    let series = |name: &str, class, numbers: std::ops::RangeInclusive<i128>| Series {
        name: name.to_owned(),
        class,
        points: numbers.map(|number| point(number, None)).collect(),
    };
    let all = [
        series("This month", SeriesClass::ThisMonth, 1..=20),
        series("Last month", SeriesClass::LastMonth, 1..=30),
        series("Forecast", SeriesClass::Forecast, 20..=31),
    ];
    let text = lines_in(Language::English, "Spend", &scale(), &all).into_string();
    for class in ["series-1", "series-2", "series-3"] {
        assert_eq!(count(&text, class), 2, "{class}: the line and its legend");
    }
    assert_eq!(count(&text, "<th scope=\"row\""), 31);
    assert_eq!(count(&text, "<polyline"), 6);
}

#[test]
fn hours_are_told_apart_without_colours() {
    let states = [StripState::Received, StripState::Missing, StripState::Skipped, StripState::Coming];
    let cells: Vec<StripCell> = states
        .into_iter()
        .cycle()
        .take(72)
        .map(|state| StripCell { name: "5 October".to_owned(), state, text: "so".to_owned() })
        .collect();
    let text = strip_in(Language::English, "Hours", &cells).into_string();
    assert_eq!(count(&text, "class=\"mark "), 72);
    assert_eq!(count(&text, "class=\"cross\""), 19);
    assert!(text.contains("Missing: 18"));
    assert!(text.len() < 60_000, "{}", text.len());
}

#[test]
fn where_there_is_nothing_a_sentence_says_so() {
    for text in [
        one(Language::English, "Spend", &scale(), &[], columns::draw).into_string(),
        lines_in(Language::English, "Spend", &scale(), &[]).into_string(),
        strip_in(Language::English, "Hours", &[]).into_string(),
    ] {
        assert!(text.contains("nothing to draw") && !text.contains("<svg"), "{text}");
    }
}
