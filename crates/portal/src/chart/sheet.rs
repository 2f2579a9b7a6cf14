//! Sheet: what all charts draw alike: the grid, the labels below it, marks with names, and their tips.
//!
//! Lengths are tenths of the unit in which the picture is described. It is 640 units wide whatever the width of the page, and the
//! style sheet makes letters larger where the picture is small.

use maud::{Markup, html};

use crate::language::Language;

use super::{Scale, axis::Axis};

/// The width of every picture.
pub(super) const WIDTH: i128 = 6400;
/// What is kept free above the plot, for the unit and for tips.
pub(super) const TOP: i128 = 380;
/// What is kept free to the right.
pub(super) const RIGHT: i128 = 60;
/// The width of a letter on the axis where letters are largest.
const LETTER: i128 = 132;
/// The width of a letter in a tip where letters are largest.
const TIP_LETTER: i128 = 112;

/// A length as an attribute.
pub(super) fn length(tenths: i128) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// How many letters a text has.
pub(super) fn letters(text: &str) -> i128 {
    i128::try_from(text.chars().count()).unwrap_or(i128::MAX / 1000)
}

/// A picture with its name.
pub(super) fn picture(title: &str, height: i128, inner: &Markup) -> Markup {
    html! {
        svg role="group" aria-label=(title) viewBox=(format!("0 0 {} {}", length(WIDTH), length(height))) { (inner) }
    }
}

/// A mark with its name: a link where more is told about it.
pub(super) fn mark(link: Option<&str>, class: &str, name: &str, inner: &Markup) -> Markup {
    let class = format!("mark {class}");
    html! {
        @if let Some(link) = link {
            a class=(class) href=(link) { title { (name) } (inner) }
        } @else {
            g class=(class) tabindex="0" role="img" aria-label=(name) { title { (name) } (inner) }
        }
    }
}

/// What a mark is called.
pub(super) fn name(language: Language, name: &str, value: &str) -> String {
    language.tell("chart-named", &[("name", name.into()), ("value", value.into())])
}

/// What is shown beside a mark that is pointed at: above the plot, near a place, wholly within the picture.
pub(super) fn tip(at: i128, top: i128, text: &str) -> Markup {
    let half = (letters(text) * TIP_LETTER / 2 + 80).min(WIDTH / 2);
    let middle = at.clamp(half, WIDTH - half);
    html! {
        g.tip transform=(format!("translate({} {})", length(middle), length(top))) {
            rect x=(length(-half)) y="0" width=(length(half * 2)) height="28" rx="4" {}
            text x="0" y="20" text-anchor="middle" { (text) }
        }
    }
}

/// A plot with an axis to the left.
pub(super) struct Plot {
    pub(super) left: i128,
    pub(super) height: i128,
    axis: Axis,
    texts: Vec<String>,
    unit: String,
}

impl Plot {
    /// A plot for some values.
    pub(super) fn new(language: Language, scale: &Scale, height: i128, values: impl Iterator<Item = i128>) -> Self {
        let axis = Axis::over(values, 10_i128.checked_pow(scale.decimals).unwrap_or(1));
        let (texts, unit) = axis.texts(language, scale);
        let widest = texts.iter().map(|text| letters(text)).max().unwrap_or_default();
        Self { left: widest * LETTER + 100, height, axis, texts, unit }
    }

    /// The width of the plot.
    pub(super) fn width(&self) -> i128 {
        WIDTH - self.left - RIGHT
    }

    /// The height of a value in the picture, from its top.
    pub(super) fn at(&self, value: i128) -> i128 {
        TOP + self.height - self.axis.place(value, self.height)
    }

    /// The lines with their numbers, and the unit.
    pub(super) fn grid(&self) -> Markup {
        let (left, right) = (length(self.left), length(WIDTH - RIGHT));
        html! {
            text.unit x="2" y="16" { (self.unit) }
            @for (tick, text) in self.axis.ticks().iter().zip(&self.texts) {
                @let at = length(self.at(*tick));
                line class=(if *tick == 0 { "zero" } else { "grid" }) x1=(left) x2=(right) y1=(at) y2=(at) {}
                text.tick x=(length(self.left - 70)) y=(at) text-anchor="end" dominant-baseline="central" { (text) }
            }
        }
    }

    /// Labels below the plot, each in the middle of its place; as many as can be read.
    pub(super) fn labels<'a>(&self, labels: impl ExactSizeIterator<Item = &'a str> + Clone) -> Markup {
        let count = i128::try_from(labels.len()).unwrap_or(1).max(1);
        let widest = labels.clone().map(letters).max().unwrap_or_default();
        let every = every(count, (widest + 1) * LETTER, self.width());
        let below = length(TOP + self.height + 220);
        html! {
            @for (number, label) in (0_i128..).zip(labels) {
                @if number == 0 || (number + 1) % every == 0 {
                    text.tick x=(length(self.middle(number, count))) y=(below) text-anchor="middle" { (label) }
                }
            }
        }
    }

    /// Where the place of one of several begins.
    pub(super) fn begin(&self, number: i128, count: i128) -> i128 {
        self.left + self.width() * number / count
    }

    /// The middle of the place of one of several.
    pub(super) fn middle(&self, number: i128, count: i128) -> i128 {
        i128::midpoint(self.begin(number, count), self.begin(number + 1, count))
    }
}

/// Of how many labels one can be written: of each, or of every fifth and so on.
pub(super) fn every(count: i128, width: i128, space: i128) -> i128 {
    let fits = |every: &i128| count / every * width <= space;
    [1, 5, 10, 20, 50, 100].into_iter().find(fits).unwrap_or(500)
}

#[cfg(test)]
mod tests;
