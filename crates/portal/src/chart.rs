//! Chart: figures as pictures, drawn by the server without script, each with the same figures as a table.
//!
//! In: values as whole numbers of a smallest unit, with the texts that people read.
//! Out: a figure whose colours, sizes of text and tips come from the style sheet.
//! Holds: nothing is said by colour alone; every mark can be reached by keyboard and has a name.

use maud::{Markup, html};

use crate::{
    language::Language,
    table::{self, Column},
    visit::Visit,
};

mod axis;
mod bars;
mod columns;
mod lines;
mod sheet;
mod strip;

/// A value with its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    /// What stands on the axis: short.
    pub(crate) label: String,
    /// What it is of, whole.
    pub(crate) name: String,
    /// The value, in the smallest unit of the scale.
    pub(crate) value: i128,
    /// The value with its unit.
    pub(crate) shown: String,
    /// Where more of it is told.
    pub(crate) link: Option<String>,
}

/// What values are numbers of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scale {
    /// How many decimals the whole numbers have, such as 2 where they are cents.
    pub(crate) decimals: u32,
    /// The unit, such as `USD`.
    pub(crate) unit: String,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeriesClass {
    /// Solid, with round marks.
    ThisMonth,
    /// Thin and muted, with square marks.
    LastMonth,
    /// Dashed, with hollow marks.
    Forecast,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) class: SeriesClass,
    /// Points of several lines with the same label stand above each other; labels that are numbers have their distance.
    pub(crate) points: Vec<Point>,
}

/// What became of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StripState {
    Received,
    Missing,
    Skipped,
    Coming,
}

/// An hour of a strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StripCell {
    /// Which hour.
    pub(crate) name: String,
    pub(crate) state: StripState,
    /// What is to be said of it.
    pub(crate) text: String,
}

/// Values beside each other, such as what each day costs. Values below zero hang from the line of zero.
pub(crate) fn columns(visit: &Visit<'_>, title: &str, scale: &Scale, points: &[Point]) -> Markup {
    one(visit.language, title, scale, points, columns::draw)
}

/// A ranking: names with bars, in the order in which they are given.
pub(crate) fn bars(visit: &Visit<'_>, title: &str, scale: &Scale, points: &[Point]) -> Markup {
    one(visit.language, title, scale, points, bars::draw)
}

/// Values over time, several lines in one picture. The first line begins the axis.
pub(crate) fn lines(visit: &Visit<'_>, title: &str, scale: &Scale, series: &[Series]) -> Markup {
    lines_in(visit.language, title, scale, series)
}

/// A strip of hours, each with what became of it.
pub(crate) fn strip(visit: &Visit<'_>, title: &str, cells: &[StripCell]) -> Markup {
    strip_in(visit.language, title, cells)
}

type Draw = fn(Language, &str, &Scale, &[Point]) -> Markup;

fn one(language: Language, title: &str, scale: &Scale, points: &[Point], draw: Draw) -> Markup {
    if points.is_empty() {
        return nothing(language, title);
    }
    let rows: Vec<Vec<Markup>> = points
        .iter()
        .map(|point| {
            let name =
                html! { @if let Some(link) = &point.link { a href=(link) { (point.name) } } @else { (point.name) } };
            vec![name, html! { (point.shown) }]
        })
        .collect();
    let heads = [table::words(language.say("chart-what")), table::figures(scale.unit.clone())];
    figure(
        language,
        title,
        &scale.unit,
        &draw(language, title, scale, points),
        &figures(language, title, &heads, &rows),
    )
}

fn lines_in(language: Language, title: &str, scale: &Scale, series: &[Series]) -> Markup {
    if series.iter().all(|series| series.points.is_empty()) {
        return nothing(language, title);
    }
    let labels = lines::labels(series);
    let mut heads = vec![table::words(language.say("chart-day"))];
    heads.extend(series.iter().map(|series| table::figures(series.name.clone())));
    let has_values = |label: &&String| series.iter().flat_map(|one| &one.points).any(|point| point.label == **label);
    let rows: Vec<Vec<Markup>> = labels
        .iter()
        .filter(has_values)
        .map(|label| {
            let shown = |series: &Series| {
                let found = series.points.iter().find(|point| point.label == *label);
                html! { (found.map(|point| point.shown.as_str()).unwrap_or_default()) }
            };
            std::iter::once(html! { (label) }).chain(series.iter().map(shown)).collect()
        })
        .collect();
    let picture = html! { (lines::draw(language, title, scale, series, &labels)) (lines::legend(series)) };
    figure(language, title, &scale.unit, &picture, &figures(language, title, &heads, &rows))
}

fn strip_in(language: Language, title: &str, cells: &[StripCell]) -> Markup {
    if cells.is_empty() {
        return nothing(language, title);
    }
    let heads = ["chart-what", "chart-state"].map(|id| table::words(language.say(id)));
    let row = |cell: &StripCell| vec![html! { (cell.name) }, html! { (cell.text) }];
    let rows: Vec<Vec<Markup>> = cells.iter().map(row).collect();
    let picture = html! { (strip::draw(language, title, cells)) (strip::legend(language, cells)) };
    figure(language, title, "", &picture, &figures(language, title, &heads, &rows))
}

fn nothing(language: Language, title: &str) -> Markup {
    html! { figure.chart { figcaption { (title) } p { (language.say("chart-nothing")) } } }
}

fn figure(language: Language, title: &str, unit: &str, picture: &Markup, table: &Markup) -> Markup {
    html! {
        figure.chart {
            figcaption {
                @if unit.is_empty() { (title) } @else { (language.tell("chart-with-unit", &[("title", title.into()), ("unit", unit.into())])) }
            }
            (picture)
            (table)
        }
    }
}

/// The same figures as text.
fn figures(language: Language, title: &str, heads: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! { details { summary { (language.say("chart-figures")) } (table::table(title, heads, rows, None)) } }
}

#[cfg(test)]
mod tests;
