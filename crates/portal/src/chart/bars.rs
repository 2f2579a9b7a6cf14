//! Bars: a ranking. Each has its name and value above it, so that names may be long.

use maud::{Markup, html};

use super::{
    Point, Scale,
    axis::Axis,
    sheet::{WIDTH, length, letters, mark, name, picture, tip},
};
use crate::language::Language;

/// The height of a bar with its name. Unit: tenths.
const ROW: i128 = 460;
/// What is kept free at the right and left, where half of a number stands out. Unit: tenths.
const SIDE: i128 = 120;
/// How many letters stand in a row where they are largest.
const LETTERS_MAX: i128 = 48;

pub(super) fn draw(language: Language, title: &str, scale: &Scale, points: &[Point]) -> Markup {
    let axis = Axis::over(points.iter().map(|point| point.value), 10_i128.checked_pow(scale.decimals).unwrap_or(1));
    let count = i128::try_from(points.len()).unwrap_or(1);
    let bottom = count * ROW + 20;
    let inner = html! {
        (grid(language, scale, axis, bottom))
        @for (number, point) in (0_i128..).zip(points) { (bar(language, axis, point, number * ROW)) }
    };
    picture(title, bottom + 520, &inner)
}

fn across(axis: Axis, value: i128) -> i128 {
    SIDE + axis.place(value, WIDTH - SIDE * 2)
}

fn grid(language: Language, scale: &Scale, axis: Axis, bottom: i128) -> Markup {
    let (texts, unit) = axis.texts(language, scale);
    let last = texts.len().saturating_sub(1);
    // The first and the last number begin and end at the edge of the picture.
    let anchor = |number: usize| match number {
        0 => ("start", 0),
        _ if number == last => ("end", WIDTH),
        _ => ("middle", -1),
    };
    let widest = texts.iter().map(|text| letters(text)).max().unwrap_or_default();
    let is_dense = widest * 6 * 130 > WIDTH;
    html! {
        @for (number, (tick, text)) in axis.ticks().into_iter().zip(&texts).enumerate() {
            @let at = across(axis, tick);
            @let (anchor, edge) = anchor(number);
            line class=(if tick == 0 { "zero" } else { "grid" }) x1=(length(at)) x2=(length(at)) y1="0" y2=(length(bottom)) {}
            @if !is_dense || number == 0 || number == last || tick == 0 {
                text.tick x=(length(if edge < 0 { at } else { edge })) y=(length(bottom + 210)) text-anchor=(anchor) { (text) }
            }
        }
        text.unit x=(length(WIDTH)) y=(length(bottom + 440)) text-anchor="end" { (unit) }
    }
}

fn bar(language: Language, axis: Axis, point: &Point, top: i128) -> Markup {
    let (zero, end) = (across(axis, 0), across(axis, point.value));
    let wide = (end - zero).abs().max(if point.value == 0 { 0 } else { 10 });
    let left = if point.value < 0 { zero - wide } else { zero };
    let whole = name(language, &point.name, &point.shown);
    let class = if point.value < 0 { "below" } else { "above" };
    let inner = html! {
        rect.hit x="0" y=(length(top)) width=(length(WIDTH)) height=(length(ROW)) {}
        rect.col x=(length(left)) y=(length(top + 260)) width=(length(wide)) height="16" {}
        text.name x=(length(SIDE + 40)) y=(length(top + 210)) { (cut(&point.name, LETTERS_MAX - letters(&point.shown))) }
        text.value x=(length(WIDTH - SIDE)) y=(length(top + 210)) text-anchor="end" { (point.shown) }
        (tip(WIDTH / 2, top + 10, &whole))
    };
    mark(point.link.as_deref(), class, &whole, &inner)
}

/// A text that is not longer than so many letters, marked where it was cut.
fn cut(text: &str, most: i128) -> String {
    let most = usize::try_from(most).unwrap_or_default().max(8);
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['\u{2026}']).collect()
}
