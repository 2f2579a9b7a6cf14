//! Lines: values over time. Lines differ in stroke and in the shape of their marks, not in colour alone.

use maud::{Markup, html};

use super::{
    Point, Scale, Series, SeriesClass,
    sheet::{Plot, TOP, length, mark, name, picture, tip},
};
use crate::language::Language;

/// The height of the plot. Unit: tenths.
const HEIGHT: i128 = 2200;

impl SeriesClass {
    fn word(self) -> &'static str {
        match self {
            Self::ThisMonth => "series-1",
            Self::LastMonth => "series-2",
            Self::Forecast => "series-3",
        }
    }
}

/// How many places a picture has at most between its first and its last number.
const PLACES_MAX: u32 = 400;

/// The labels of all lines: those of the first, then what others have besides. Where all of them are numbers, such as days,
/// those between them have their places too.
pub(super) fn labels(series: &[Series]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for point in series.iter().flat_map(|series| &series.points) {
        if !labels.contains(&point.label) {
            labels.push(point.label.clone());
        }
    }
    let numbers: Option<Vec<u32>> = labels.iter().map(|label| label.parse().ok()).collect();
    let ends = numbers.and_then(|numbers| Some((*numbers.iter().min()?, *numbers.iter().max()?)));
    match ends {
        Some((first, last)) if last - first < PLACES_MAX => (first..=last).map(|number| number.to_string()).collect(),
        _ => labels,
    }
}

pub(super) fn draw(language: Language, title: &str, scale: &Scale, series: &[Series], labels: &[String]) -> Markup {
    let values = series.iter().flat_map(|series| &series.points).map(|point| point.value);
    let plot = Plot::new(language, scale, HEIGHT, values);
    let count = i128::try_from(labels.len()).unwrap_or(1).max(1);
    let at = |point: &Point| {
        let number = labels.iter().position(|label| *label == point.label).unwrap_or_default();
        (plot.middle(i128::try_from(number).unwrap_or_default(), count), plot.at(point.value))
    };
    let inner = html! {
        (plot.grid())
        (plot.labels(labels.iter().map(String::as_str)))
        // The line that counts most is drawn last, over the others.
        @for series in series.iter().rev() {
            @let places: Vec<(i128, i128)> = series.points.iter().map(at).collect();
            g class=(series.class.word()) {
                polyline.line points=(path(&places)) {}
                @for (point, place) in series.points.iter().zip(&places) { (dot(language, series, point, *place)) }
            }
        }
    };
    picture(title, TOP + HEIGHT + 320, &inner)
}

fn path(places: &[(i128, i128)]) -> String {
    let each: Vec<String> = places.iter().map(|(x, y)| format!("{},{}", length(*x), length(*y))).collect();
    each.join(" ")
}

fn dot(language: Language, series: &Series, point: &Point, (x, y): (i128, i128)) -> Markup {
    let shown = name(language, &point.name, &point.shown);
    let whole = name(language, &series.name, &shown);
    let inner = html! {
        circle.hit cx=(length(x)) cy=(length(y)) r="9" {}
        (shape(series.class, x, y))
        (tip(x, 40, &whole))
    };
    mark(point.link.as_deref(), "dot", &whole, &inner)
}

fn shape(class: SeriesClass, x: i128, y: i128) -> Markup {
    html! {
        @match class {
            SeriesClass::ThisMonth => { circle.point cx=(length(x)) cy=(length(y)) r="3.5" {} },
            SeriesClass::LastMonth => { rect.point x=(length(x - 25)) y=(length(y - 25)) width="5" height="5" {} },
            SeriesClass::Forecast => { circle.point cx=(length(x)) cy=(length(y)) r="4" {} },
        }
    }
}

/// The lines with their names, as they are drawn.
pub(super) fn legend(series: &[Series]) -> Markup {
    html! {
        ul.legend {
            @for series in series.iter().filter(|series| !series.points.is_empty()) {
                li {
                    svg aria-hidden="true" viewBox="0 0 40 12" width="40" height="12" {
                        g class=(series.class.word()) {
                            polyline.line points="1,6 39,6" {}
                            (shape(series.class, 200, 60))
                        }
                    }
                    " " (series.name)
                }
            }
        }
    }
}
