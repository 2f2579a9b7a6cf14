//! Table: rows of figures, with headings for eyes and for screen readers. A wide one scrolls within its own frame.

use maud::{Markup, html};

/// A column.
pub(crate) struct Column {
    heading: String,
    /// Whether its cells are figures, which stand to the right.
    is_figure: bool,
}

/// A column of words.
pub(crate) fn words(heading: String) -> Column {
    Column { heading, is_figure: false }
}

/// A column of figures.
pub(crate) fn figures(heading: String) -> Column {
    Column { heading, is_figure: true }
}

/// A table. The first cell of each row names the row. `last` is the row of totals.
pub(crate) fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>], last: Option<&[Markup]>) -> Markup {
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr { @for column in columns {
                    th scope="col" class=[column.is_figure.then_some("figure")] { (column.heading) }
                } } }
                tbody { @for row in rows { (line(columns, row)) } }
                @if let Some(row) = last { tfoot { (line(columns, row)) } }
            }
        }
    }
}

fn line(columns: &[Column], row: &[Markup]) -> Markup {
    html! {
        tr {
            @for (number, (column, cell)) in columns.iter().zip(row).enumerate() {
                @let class = column.is_figure.then_some("figure");
                @if number == 0 {
                    th scope="row" class=[class] data-label=(column.heading) { (cell) }
                } @else {
                    td class=[class] data-label=(column.heading) { (cell) }
                }
            }
        }
    }
}

/// Links to the pages before and after, for lists that are long. `page` counts from 1.
pub(crate) fn pages(
    visit: &crate::visit::Visit<'_>,
    page: usize,
    pages: usize,
    link: impl Fn(usize) -> String,
) -> Markup {
    html! {
        @if pages > 1 {
            nav.pages aria-label=(visit.say("pages")) {
                @if page > 1 { a.button.quiet rel="prev" href=(link(page.saturating_sub(1))) { (visit.say("page-before")) } }
                span { (visit.tell("page-of", &[("page", page.into()), ("pages", pages.into())])) }
                @if page < pages { a.button.quiet rel="next" href=(link(page.saturating_add(1))) { (visit.say("page-after")) } }
            }
        }
    }
}
