//! Strip: hours beside each other. What became of each is told by its height and drawing, and then by its colour.

use maud::{Markup, html};

use super::{
    StripCell, StripState,
    sheet::{WIDTH, length, mark, name, picture, tip},
};
use crate::{figure, language::Language};

/// Where the strip begins, below the tips. Unit: tenths.
const TOP: i128 = 320;
/// The height of the strip. Unit: tenths.
const HEIGHT: i128 = 360;

impl StripState {
    const ALL: [Self; 4] = [Self::Received, Self::Missing, Self::Skipped, Self::Coming];

    fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Missing => "missing",
            Self::Skipped => "skipped",
            Self::Coming => "coming",
        }
    }
}

pub(super) fn draw(language: Language, title: &str, cells: &[StripCell]) -> Markup {
    let count = i128::try_from(cells.len()).unwrap_or(1).max(1);
    let inner = html! {
        @for (number, cell) in (0_i128..).zip(cells) {
            @let (begin, end) = (WIDTH * number / count, WIDTH * (number + 1) / count);
            @let whole = name(language, &cell.name, &cell.text);
            (mark(None, cell.state.word(), &whole, &html! {
                rect.hit x=(length(begin)) y=(length(TOP)) width=(length(end - begin)) height=(length(HEIGHT)) {}
                (shape(cell.state, begin + 5, TOP, end - begin - 10, HEIGHT))
                (tip(i128::midpoint(begin, end), 0, &whole))
            }))
        }
    };
    let (first, last) = (cells.first(), cells.last());
    picture(
        title,
        TOP + HEIGHT + 300,
        &html! {
            (inner)
            @if let Some(first) = first { text.tick x="0" y=(length(TOP + HEIGHT + 230)) { (first.name) } }
            @if let Some(last) = last.filter(|_| cells.len() > 1) {
                text.tick x=(length(WIDTH)) y=(length(TOP + HEIGHT + 230)) text-anchor="end" { (last.name) }
            }
        },
    )
}

/// Full for what came, crossed for what is missing, half for what was skipped, a frame for what is to come.
fn shape(state: StripState, x: i128, y: i128, width: i128, height: i128) -> Markup {
    let (left, top, right, bottom) = (length(x), length(y), length(x + width), length(y + height));
    html! {
        @match state {
            StripState::Received | StripState::Coming => {
                rect.cell x=(left) y=(top) width=(length(width)) height=(length(height)) {}
            },
            StripState::Missing => {
                rect.cell x=(left) y=(top) width=(length(width)) height=(length(height)) {}
                path.cross d=(format!("M{left} {top}L{right} {bottom}M{right} {top}L{left} {bottom}")) {}
            },
            StripState::Skipped => {
                rect.cell x=(left) y=(length(y + height / 2)) width=(length(width)) height=(length(height / 2)) {}
            },
        }
    }
}

/// How many hours there are of each kind, as they are drawn.
pub(super) fn legend(language: Language, cells: &[StripCell]) -> Markup {
    let count = |state: StripState| cells.iter().filter(|cell| cell.state == state).count();
    html! {
        ul.legend {
            @for state in StripState::ALL.into_iter().filter(|state| count(*state) > 0) {
                li {
                    svg aria-hidden="true" viewBox="0 0 12 24" width="12" height="24" {
                        g class=(state.word()) { (shape(state, 10, 10, 100, 220)) }
                    }
                    " " (name(language, &language.say(&format!("chart-{}", state.word())), &figure::count(count(state), language)))
                }
            }
        }
    }
}
