//! Explain: where the amount of a line comes from, down to the days, the windows and the rows.

mod sum;

use billing::show;
use hub::{ExplainError, ExplainedSum, Explanation};
use maud::{Markup, html};
use model::{Day, LineKind, Money, Scope};

use super::{document::line_link, document_of, paged};
use crate::{
    fault::Fault,
    figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};
use sum::{Reduced, Sum};

/// How many rows a table has.
const ROWS_MAX: usize = 100;
/// What is shown of a hash in a table. Unit: characters.
const HASH_CHARACTERS: usize = 12;

impl From<ExplainError> for Fault {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::UnknownDocument(_) | ExplainError::UnknownLine(..) => Self::NotFound,
            ExplainError::Close(error) => error.into(),
            ExplainError::Store(error) => error.into(),
            ExplainError::Overflow(error) => error.into(),
        }
    }
}

/// A line that is explained, with what its page is asked.
struct Asked<'a> {
    visit: &'a Visit<'a>,
    explanation: &'a Explanation,
    link: Link,
    day: Option<Day>,
}

/// A line's page.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let stored = document_of(visit)?;
    let number = &stored.document.number;
    let line: usize = visit.param("line").parse().map_err(|_| Fault::NotFound)?;
    if line == 0 || line > stored.document.lines.len() {
        return Err(Fault::NotFound);
    }
    let day = match visit.query.get("day") {
        None => None,
        Some(sent) => {
            let bad = |_| Fault::Bad(visit.tell("invoices-bad-day", &[("day", sent.into())]));
            Some(Day::parse(sent).map_err(bad)?)
        }
    };
    let explanation = visit.house.books.explain(number, line, day)?;
    if day.is_some_and(|day| !explanation.sums.iter().any(|sum| sum.day == day)) {
        return Err(Fault::NotFound);
    }
    let partner = &visit.partner()?.id;
    let asked = Asked { visit, explanation: &explanation, link: line_link(partner, number.as_str(), line), day };
    let document = Link::of(partner, "invoices").part(number.as_str()).text();
    let title = visit.tell("invoices-explain-title", &[("line", line.into()), ("number", number.as_str().into())]);
    let body = html! {
        p { a href=(document) { (visit.tell("invoices-back", &[("number", number.as_str().into())])) } }
        (asked.facts())
        (asked.chain())
        (asked.basis())
        (asked.days())
        @if let Some(day) = day { (asked.rows(day)) }
    };
    page(Section::Invoices, title, body)
}

impl Asked<'_> {
    fn say(&self, id: &str) -> String {
        self.visit.say(id)
    }

    fn facts(&self) -> Markup {
        let (visit, line) = (self.visit, &self.explanation.line);
        let (language, key) = (visit.language, &line.key);
        html! {
            dl.facts {
                dt { (self.say("invoices-amount")) } dd { span.big { (figure::money(line.amount, language)) } }
                dt { (self.say("invoices-quantity")) } dd { (name::quantity(language, &key.meter, line.quantity)) }
                dt { (self.say("month")) } dd {
                    (figure::month(key.month, language))
                    @if line.kind == LineKind::Adjustment { " " span.tag.warn { (self.say("invoices-adjustment")) } }
                }
                dt { (self.say("invoices-meter")) } dd {
                    (name::meter(&key.meter)) " " span.small { code { (key.meter) } }
                    @if key.scope == Scope::Infrastructure { " " span.tag { (self.say("invoices-infrastructure")) } }
                }
                dt { (self.say("invoices-customer")) } dd { (name::customer(&visit.office, language, line.customer.as_ref())) }
                dt { (self.say("invoices-subscription")) } dd {
                    (name::subscription(&visit.office, &key.paying_subscription)) " "
                    span.small { code { (key.paying_subscription) } }
                }
                dt { (self.say("invoices-stamp")) } dd { (name::stamp(&visit.office, &key.stamp)) }
            }
        }
    }

    /// How the quantity became the amount, as it was when the document was issued and as it is now.
    fn chain(&self) -> Markup {
        let explanation = self.explanation;
        let differs = explanation.due_now != explanation.due_then;
        html! {
            h2 { (self.say("invoices-arithmetic")) }
            @match &explanation.due_then {
                Some(due) => (self.due(due)),
                None => p { (self.say("invoices-nothing-due-then")) },
            }
            (self.invoiced_before())
            h2 { (self.say("invoices-now")) }
            @if differs {
                p.notice.warn { (self.say("invoices-now-differs")) }
                @match &explanation.due_now {
                    Some(due) => (self.due(due)),
                    None => p { (self.say("invoices-nothing-due-now")) },
                }
            } @else {
                p { (self.say("invoices-now-same")) }
            }
        }
    }

    fn due(&self, due: &show::Explanation) -> Markup {
        let Some(sum) = sum::read(due) else {
            return html! { p lang="en" { code { (due.arithmetic) } } p lang="en" { code { (due.rounding) } } };
        };
        self.sum(&sum)
    }

    fn sum(&self, sum: &Sum) -> Markup {
        let (visit, key) = (self.visit, &self.explanation.line.key);
        let language = visit.language;
        let unit = sum.unit.map_or_else(String::new, |unit| name::unit_word(language, unit));
        let decimal = |text: &str| exact(visit, text);
        let tier = match key.tier {
            0 => self.say("invoices-included"),
            tier => visit.tell("invoices-tier", &[("tier", tier.to_string().into())]),
        };
        let from = figure::day(key.price_from, language);
        html! {
            ol {
                li {
                    (figure::quantity(sum.quantity, language)) " " (unit) " × " (decimal(&sum.unit_price)) " " (sum.currency)
                    @if let Some(divisor) = &sum.divisor { " ÷ " (decimal(divisor)) }
                    @for (percent, what) in &sum.reductions { " " (self.less(percent, *what)) }
                    " = " strong { (decimal(&sum.exact)) " " (sum.currency) }
                    @if let (Some(_), Some((priced_unit, _))) = (&sum.divisor, &sum.source) {
                        br; span.small { (visit.tell("invoices-divisor-why", &[("unit", priced_unit.as_str().into())])) }
                    }
                }
                @if let Some(rate) = &sum.rate {
                    li { (visit.tell("invoices-exchange", &[("from", sum.currency.as_str().into()), ("rate", decimal(rate).into()), ("to", sum.invoiced_in.as_str().into())])) }
                }
                li {
                    (self.say(&format!("invoices-rounding-{}", sum.rounding.word()))) " "
                    strong { (decimal(&sum.money)) " " (sum.invoiced_in) }
                    br; span.small { (visit.tell("invoices-residual", &[("residual", decimal(&sum.residual).into())])) }
                }
                li {
                    @match &sum.source {
                        Some((priced_unit, source)) => {
                            (visit.tell("invoices-price-is", &[("tier", tier.into()), ("from", from.into()), ("unit", priced_unit.as_str().into())]))
                            br; span.small { (visit.tell("invoices-price-source", &[("source", source.as_str().into())])) }
                        }
                        None => (self.say("invoices-price-none")),
                    }
                }
            }
        }
    }

    fn less(&self, percent: &str, what: Reduced) -> String {
        let percent = exact(self.visit, percent);
        match what {
            Reduced::Discount => self.visit.tell("invoices-less-discount", &[("percent", percent.into())]),
            Reduced::Credit => self.visit.tell("invoices-less-credit", &[("percent", percent.into())]),
        }
    }

    fn invoiced_before(&self) -> Markup {
        let (visit, before) = (self.visit, &self.explanation.invoiced_before);
        let link = |number: &str| visit.partner.as_ref().map(|id| Link::of(id, "invoices").part(number).text());
        let columns = [table::words(self.say("invoices-number")), table::figures(self.say("invoices-quantity"))];
        let rows = before.iter().map(|(number, quantity)| {
            vec![
                html! { a href=[link(number.as_str())] { (number) } },
                html! { (name::quantity(visit.language, &self.explanation.line.key.meter, *quantity)) },
            ]
        });
        html! {
            @if !before.is_empty() {
                h3 { (self.say("invoices-before")) }
                p { (self.say("invoices-before-what")) }
                @if let Some((due, before)) = self.due_and_before() {
                    p {
                        (figure::money(due, visit.language)) " − (" (figure::money(before, visit.language)) ") = "
                        strong { (figure::money(self.explanation.line.amount, visit.language)) }
                    }
                }
                (table::table(&self.say("invoices-before"), &columns, &rows.collect::<Vec<_>>(), None))
            }
        }
    }

    /// What was due when the document was issued, and what of it earlier documents had invoiced.
    fn due_and_before(&self) -> Option<(Money, Money)> {
        let amount = self.explanation.line.amount;
        let due = match &self.explanation.due_then {
            Some(due) => Money::from_decimal(&sum::read(due)?.money, amount.currency)?,
            None => Money::zero(amount.currency),
        };
        Some((due, due.checked_add(amount.negated()).ok()?))
    }

    /// What the document was computed from.
    fn basis(&self) -> Markup {
        let (visit, explanation) = (self.visit, self.explanation);
        let key = &explanation.line.key;
        html! {
            h2 { (self.say("invoices-basis")) }
            @if explanation.pins.is_none() { p.notice { (self.say("invoices-no-pins")) } }
            dl.facts {
                dt { (self.say("invoices-price-list")) }
                dd { @match &explanation.price_list { Some(list) => (list), None => (self.say("invoices-none-of-it")) } }
                dt { (self.say("invoices-commerce-meter")) }
                dd {
                    (name::meter(&key.commerce_meter)) " " span.small { code { (key.commerce_meter) } }
                    @match explanation.meter_mapped_from {
                        Some(day) => { br; span.small { (visit.tell("invoices-meter-mapped", &[("day", figure::day(day, visit.language).into())])) } }
                        None => { br; span.small { (self.say("invoices-meter-own")) } }
                    }
                }
                @if let Some(pins) = &explanation.pins {
                    dt { (self.say("invoices-delivery")) } dd { (figure::count(pins.delivery, visit.language)) }
                    dt { (self.say("invoices-office")) } dd { (figure::count(pins.office, visit.language)) }
                }
            }
        }
    }

    fn days(&self) -> Markup {
        let (visit, sums) = (self.visit, &self.explanation.sums);
        let (number, pages, first) = paged(visit, "days", sums.len(), ROWS_MAX);
        let has_before = sums.iter().any(|sum| !sum.before.is_zero());
        let mut columns = vec![
            table::words(self.say("invoices-day")),
            table::words(self.say("invoices-tenant")),
            table::words(self.say("invoices-why")),
            table::figures(self.say("invoices-rows")),
            table::figures(self.say("invoices-quantity")),
        ];
        if has_before {
            columns.push(table::figures(self.say("invoices-quantity-before")));
        }
        let shown: Vec<&ExplainedSum> = sums.iter().skip(first).take(ROWS_MAX).collect();
        let rows: Vec<Vec<Markup>> = shown.iter().map(|sum| self.day_row(sum)).collect();
        html! {
            h2 #days { (self.say("invoices-days")) }
            p { (self.say("invoices-days-what")) }
            @if sums.is_empty() { p { (self.say("invoices-days-none")) } }
            @else { (table::table(&self.say("invoices-days"), &columns, &rows, None)) }
            (table::pages(visit, number, pages, |page| format!("{}#days", self.link.clone().with("days", page).text())))
        }
    }

    fn day_row(&self, sum: &ExplainedSum) -> Vec<Markup> {
        let (visit, language) = (self.visit, self.visit.language);
        let link = self.link.clone().with("day", sum.day).text();
        let day = figure::day(sum.day, language);
        let why = match sum.rule {
            Some(rule) => self.say(&format!("invoices-rule-{}", rule.word())),
            None => self.say("invoices-rule-none"),
        };
        vec![
            html! { a href={ (link) "#rows" } aria-current=[(self.day == Some(sum.day)).then_some("true")] { (day) } },
            html! {
                (name::tenant(&visit.office, language, sum.subscriber.tenant.as_ref()))
                br; span.small { code { (sum.subscriber.subscription) } }
            },
            html! {
                (why)
                @if let Some(from) = sum.mapped_from {
                    br; span.small { (visit.tell("invoices-mapped-since", &[("day", figure::day(from, language).into())])) }
                }
            },
            html! { (figure::count(sum.rows, language)) },
            html! { (figure::quantity(sum.quantity, language)) },
            html! { (figure::quantity(sum.before, language)) },
        ]
    }

    fn rows(&self, day: Day) -> Markup {
        let (visit, rows) = (self.visit, &self.explanation.rows);
        let language = visit.language;
        let (number, pages, first) = paged(visit, "rows", rows.len(), ROWS_MAX);
        let columns = [
            table::words(self.say("invoices-window")),
            table::words(self.say("invoices-resource")),
            table::words(self.say("invoices-start")),
            table::words(self.say("invoices-end")),
            table::figures(self.say("invoices-sent")),
        ];
        let shown = rows.iter().skip(first).take(ROWS_MAX).map(|row| {
            let hash = hub::hex(&row.segment);
            let short = hash.get(..HASH_CHARACTERS).unwrap_or(&hash);
            vec![
                html! {
                    (clock(row.window.start().0)) " "
                    span.small { (visit.tell("invoices-revision", &[("revision", row.revision.to_string().into())])) " " code { (short) } }
                },
                html! { code { (row.address) } },
                html! { (clock(row.start.0)) },
                html! { (clock(row.end.0)) },
                html! { code { (row.quantity) } },
            ]
        });
        let shown: Vec<Vec<Markup>> = shown.collect();
        let caption = visit.tell("invoices-rows-of", &[("day", figure::day(day, language).into())]);
        html! {
            h2 #rows { (caption) }
            p { (self.say("invoices-rows-what")) }
            @if rows.is_empty() { p { (self.say("invoices-rows-none")) } }
            @else { (table::table(&caption, &columns, &shown, None)) }
            (table::pages(visit, number, pages, |page| {
                format!("{}#rows", self.link.clone().with("day", day).with("rows", page).text())
            }))
        }
    }
}

/// The time of a moment, such as `2026-10-05 14:00`, short because a table has hundreds.
fn clock(second: i64) -> String {
    let text = model::Second(second).to_string();
    text.strip_suffix(":00Z").unwrap_or(&text).replace('T', " ")
}

/// An exact number, perhaps with a divisor behind it.
fn exact(visit: &Visit<'_>, text: &str) -> String {
    match text.split_once('/') {
        Some(("0", _)) => "0".to_owned(),
        Some((dividend, divisor)) => {
            format!("{} ÷ {}", figure::decimal(dividend, visit.language), figure::decimal(divisor, visit.language))
        }
        None => figure::decimal(text, visit.language),
    }
}
