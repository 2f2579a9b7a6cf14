//! Columns: values beside each other.

use maud::{Markup, html};

use super::{
    Point, Scale,
    sheet::{Plot, TOP, length, mark, name, picture, tip},
};
use crate::language::Language;

/// The height of the plot. Unit: tenths.
const HEIGHT: i128 = 2000;

pub(super) fn draw(language: Language, title: &str, scale: &Scale, points: &[Point]) -> Markup {
    let plot = Plot::new(language, scale, HEIGHT, points.iter().map(|point| point.value));
    let count = i128::try_from(points.len()).unwrap_or(1).max(1);
    let inner = html! {
        (plot.grid())
        (plot.labels(points.iter().map(|point| point.label.as_str())))
        @for (number, point) in (0_i128..).zip(points) { (column(language, &plot, point, number, count)) }
    };
    picture(title, TOP + HEIGHT + 320, &inner)
}

fn column(language: Language, plot: &Plot, point: &Point, number: i128, count: i128) -> Markup {
    let (begin, end) = (plot.begin(number, count), plot.begin(number + 1, count));
    let gap = (end - begin) / 10;
    let (at, zero) = (plot.at(point.value), plot.at(0));
    // What is not nothing is seen.
    let tall = (at - zero).abs().max(if point.value == 0 { 0 } else { 8 });
    let top = if point.value < 0 { zero } else { zero - tall };
    let whole = name(language, &point.name, &point.shown);
    let class = if point.value < 0 { "below" } else { "above" };
    let inner = html! {
        // The whole height can be pointed at, however small the value is.
        rect.hit x=(length(begin)) y=(length(TOP)) width=(length(end - begin)) height=(length(HEIGHT)) {}
        rect.col x=(length(begin + gap)) y=(length(top)) width=(length(end - begin - gap * 2)) height=(length(tall)) {}
        (tip(i128::midpoint(begin, end), 40, &whole))
    };
    mark(point.link.as_deref(), class, &whole, &inner)
}
