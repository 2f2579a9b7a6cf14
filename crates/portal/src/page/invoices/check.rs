//! Check: the list of what stands against closing a month, each with what to do about it.

use billing::bill::Obstacle;
use maud::{Markup, html};
use model::PartnerId;

use crate::{figure, link::Link, name, visit::Visit};

/// How many obstacles of one kind are shown.
const SHOWN_MAX: usize = 25;

/// One thing that is looked at before a month is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Over,
    Delivered,
    Held,
    Attributed,
    Priced,
}

impl Point {
    const ALL: [Self; 5] = [Self::Over, Self::Delivered, Self::Held, Self::Attributed, Self::Priced];

    /// What an obstacle stands against.
    fn of(obstacle: &Obstacle) -> Self {
        match obstacle {
            Obstacle::MonthNotOver { .. } => Self::Over,
            Obstacle::WatermarkBehind { .. } => Self::Delivered,
            Obstacle::RowsHeld { .. } => Self::Held,
            Obstacle::Unattributed { .. } => Self::Attributed,
            Obstacle::Unpriced { .. } => Self::Priced,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Delivered => "delivered",
            Self::Held => "held",
            Self::Attributed => "attributed",
            Self::Priced => "priced",
        }
    }
}

/// The whole list, with what is in order too.
pub(super) fn list(visit: &Visit<'_>, partner: &PartnerId, obstacles: &[Obstacle]) -> Markup {
    html! {
        @for point in Point::ALL {
            @let against: Vec<&Obstacle> = obstacles.iter().filter(|one| Point::of(one) == point).collect();
            div.card {
                h3 {
                    (visit.say(&format!("invoices-point-{}", point.word()))) " "
                    @if against.is_empty() {
                        span.tag.good { (visit.say("invoices-in-order")) }
                    } @else {
                        span.tag.bad { (visit.say("invoices-not-in-order")) }
                    }
                }
                @if !against.is_empty() {
                    ul { @for obstacle in against.iter().take(SHOWN_MAX) { li { (one(visit, partner, obstacle)) } } }
                }
                @if against.len() > SHOWN_MAX {
                    p { (visit.tell("invoices-and-more", &[("count", against.len().saturating_sub(SHOWN_MAX).into())])) }
                }
            }
        }
    }
}

/// An obstacle in plain words, with what to do.
fn one(visit: &Visit<'_>, partner: &PartnerId, obstacle: &Obstacle) -> Markup {
    let language = visit.language;
    let link = |text: String, words: &str| html! { " " a href=(text) { (visit.say(words)) } };
    match obstacle {
        Obstacle::MonthNotOver { month } => {
            let end = figure::day(month.next().first_day(), language);
            html! { (visit.tell("invoices-month-not-over", &[("month", figure::month(*month, language).into()), ("day", end.into())])) }
        }
        Obstacle::WatermarkBehind { stamp, watermark, needed, reset } => {
            let advice = if *reset { "invoices-behind-reset" } else { "invoices-behind-wait" };
            let with = [
                ("stamp", name::stamp(&visit.office, stamp).into()),
                ("watermark", figure::hour(*watermark, language).into()),
                ("needed", figure::hour(*needed, language).into()),
            ];
            html! {
                (visit.tell("invoices-behind", &with)) " " (visit.say(advice))
                (link(Link::of(partner, "stamps").part(stamp.as_str()).text(), "invoices-to-stamp"))
            }
        }
        Obstacle::RowsHeld { stamp, reason, rows } => {
            let with = [("count", (*rows).into()), ("stamp", name::stamp(&visit.office, stamp).into())];
            html! {
                (visit.tell("invoices-held", &with)) " "
                (visit.say(&format!("invoices-held-{}", reason.word())))
                (link(Link::of(partner, "held").with("stamp", stamp).text(), "invoices-to-held"))
            }
        }
        Obstacle::Unattributed { stamp, reason, rows } => {
            let with = [("count", (*rows).into()), ("stamp", name::stamp(&visit.office, stamp).into())];
            html! {
                (visit.tell("invoices-unattributed", &with)) " "
                (visit.say(&format!("invoices-unattributed-{}", reason.word())))
                (link(Link::of(partner, "stamps").part(stamp.as_str()).text(), "invoices-to-stamp"))
            }
        }
        Obstacle::Unpriced { meter, reason, rows } => {
            let with = [("count", (*rows).into()), ("meter", name::meter(meter).into())];
            html! {
                (visit.tell("invoices-unpriced", &with)) " "
                (visit.say(&format!("invoices-unpriced-{}", reason.word())))
                (link(Link::of(partner, "prices").text(), "invoices-to-prices"))
            }
        }
    }
}
