//! Document: what an invoice or a credit note says, by customer, by stamp and line by line, with its files.

use std::collections::BTreeMap;

use hub::StoredDocument;
use maud::{Markup, html};
use model::{CloudId, Customer, CustomerId, Document, InvoiceLine, LineKind, Money, Month, PartnerId, Scope};

use super::{PAGE_ROWS, document_of, file, kind, paged};
use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

/// How many customers are named on a document's page. The others are found by the filter.
const CUSTOMERS_MAX: usize = 20;
/// How many stamps are.
const STAMPS_MAX: usize = 50;

/// What a document's lines come to.
#[derive(Default)]
struct Totals<'a> {
    customers: BTreeMap<Option<&'a CustomerId>, i128>,
    stamps: BTreeMap<&'a CloudId, i128>,
    /// Adjustments by the month that they correct: how many, and what they come to.
    adjustments: BTreeMap<Month, (usize, i128)>,
}

impl<'a> Totals<'a> {
    fn of(document: &'a Document) -> Result<Self, Fault> {
        let mut totals = Self::default();
        let add = |sum: &mut i128, more: i128| -> Result<(), model::Overflow> {
            *sum = sum.checked_add(more).ok_or(model::Overflow)?;
            Ok(())
        };
        for line in &document.lines {
            let minor = line.amount.minor;
            add(totals.customers.entry(line.customer.as_ref()).or_default(), minor)?;
            add(totals.stamps.entry(&line.key.stamp).or_default(), minor)?;
            if line.kind == LineKind::Adjustment {
                let (count, sum) = totals.adjustments.entry(line.key.month).or_default();
                *count = count.saturating_add(1);
                add(sum, minor)?;
            }
        }
        Ok(totals)
    }
}

/// A document's page.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let stored = document_of(visit)?;
    let document = &stored.document;
    let totals = Totals::of(document)?;
    let title = format!("{} {}", kind(visit, document.kind), document.number);
    let body = html! {
        (facts(visit, &stored)?)
        h2 { (visit.say("invoices-files")) }
        (file::list(visit, document)?)
        @if !totals.adjustments.is_empty() {
            h2 { (visit.say("invoices-adjustments")) }
            p { (visit.say("invoices-adjustments-what")) }
            (adjustments(visit, document, &totals))
        }
        h2 { (visit.say("invoices-totals")) }
        div.columns {
            div { (by_customer(visit, document, &totals)?) }
            div { (by_stamp(visit, document, &totals)) }
        }
        h2 #lines { (visit.say("invoices-lines")) }
        (lines(visit, document)?)
    };
    page(Section::Invoices, title, body)
}

fn facts(visit: &Visit<'_>, stored: &StoredDocument) -> Result<Markup, Fault> {
    let document = &stored.document;
    Ok(html! {
        dl.facts {
            dt { (visit.say("invoices-total")) } dd { span.big { (figure::money(document.total, visit.language)) } }
            dt { (visit.say("invoices-partner")) } dd { (visit.partner()?.name) " " span.small { (document.partner) } }
            dt { (visit.say("month")) } dd { (figure::month(document.month, visit.language)) }
            dt { (visit.say("invoices-kind")) } dd { (kind(visit, document.kind)) }
            dt { (visit.say("invoices-issued")) } dd { (figure::moment(stored.at, visit.language)) }
            dt { (visit.say("invoices-hash")) } dd { code { (hub::hex(&stored.hash)) } }
        }
    })
}

fn money(document: &Document, minor: i128, visit: &Visit<'_>) -> String {
    figure::money(Money { currency: document.currency, minor }, visit.language)
}

fn adjustments(visit: &Visit<'_>, document: &Document, totals: &Totals<'_>) -> Markup {
    let columns = [
        table::words(visit.say("month")),
        table::figures(visit.say("invoices-lines")),
        table::figures(visit.say("invoices-amount")),
    ];
    let rows = totals.adjustments.iter().map(|(month, (count, minor))| {
        vec![
            html! { (figure::month(*month, visit.language)) },
            html! { (figure::count(count, visit.language)) },
            html! { (money(document, *minor, visit)) },
        ]
    });
    table::table(&visit.say("invoices-adjustments"), &columns, &rows.collect::<Vec<_>>(), None)
}

/// The largest first.
fn largest<K: Copy + Ord>(sums: &BTreeMap<K, i128>) -> Vec<(K, i128)> {
    let mut sums: Vec<(K, i128)> = sums.iter().map(|(key, minor)| (*key, *minor)).collect();
    sums.sort_by_key(|(key, minor)| (std::cmp::Reverse(minor.unsigned_abs()), *key));
    sums
}

fn by_customer(visit: &Visit<'_>, document: &Document, totals: &Totals<'_>) -> Result<Markup, Fault> {
    let sums = largest(&totals.customers);
    let columns = [table::words(visit.say("invoices-customer")), table::figures(visit.say("invoices-amount"))];
    let link = document_link(visit, document)?;
    let mut rows = Vec::new();
    for (customer, minor) in sums.iter().take(CUSTOMERS_MAX) {
        let named = name::customer(&visit.office, visit.language, *customer);
        let link = link.clone().with("customer", customer.map_or(OWN, CustomerId::as_str)).text();
        rows.push(vec![html! { a href={ (link) "#lines" } { (named) } }, html! { (money(document, *minor, visit)) }]);
    }
    let rest = sums.len().saturating_sub(CUSTOMERS_MAX);
    if rest > 0 {
        let minor = sums.iter().skip(CUSTOMERS_MAX).try_fold(0_i128, |sum, (_, minor)| sum.checked_add(*minor));
        let others = visit.tell("invoices-other-customers", &[("count", rest.into())]);
        rows.push(vec![html! { (others) }, html! { (money(document, minor.ok_or(model::Overflow)?, visit)) }]);
    }
    let last = vec![html! { (visit.say("invoices-total")) }, html! { (figure::money(document.total, visit.language)) }];
    Ok(table::table(&visit.say("invoices-by-customer"), &columns, &rows, Some(&last)))
}

fn by_stamp(visit: &Visit<'_>, document: &Document, totals: &Totals<'_>) -> Markup {
    let sums = largest(&totals.stamps);
    let columns = [table::words(visit.say("invoices-stamp")), table::figures(visit.say("invoices-amount"))];
    let rows = sums.iter().take(STAMPS_MAX).map(|(stamp, minor)| {
        vec![html! { (name::stamp(&visit.office, stamp)) }, html! { (money(document, *minor, visit)) }]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let last = vec![html! { (visit.say("invoices-total")) }, html! { (figure::money(document.total, visit.language)) }];
    table::table(&visit.say("invoices-by-stamp"), &columns, &rows, Some(&last))
}

/// What stands in the filter for the partner's own.
const OWN: &str = "-";

fn document_link(visit: &Visit<'_>, document: &Document) -> Result<Link, Fault> {
    Ok(Link::of(&visit.partner()?.id, "invoices").part(document.number.as_str()))
}

/// A line's page.
pub(super) fn line_link(partner: &PartnerId, number: &str, line: usize) -> Link {
    Link::of(partner, "invoices").part(number).part("lines").part(&line.to_string())
}

/// Whether a customer is meant by a filter: by its id, or by a part of its name.
pub(super) fn is_meant(filter: &str, customer: Option<&CustomerId>, known: Option<&Customer>) -> bool {
    let Some(id) = customer else { return filter == OWN };
    let is_id = CustomerId::new(filter).is_ok_and(|wanted| wanted == *id);
    is_id || known.is_some_and(|known| known.name.to_lowercase().contains(&filter.to_lowercase()))
}

fn lines(visit: &Visit<'_>, document: &Document) -> Result<Markup, Fault> {
    let filter = visit.query.get("customer");
    // Whether a customer is meant is asked once for each of them, not for each line.
    let mut meant: BTreeMap<Option<&CustomerId>, bool> = BTreeMap::new();
    let picked: Vec<(usize, &InvoiceLine)> = (1..)
        .zip(&document.lines)
        .filter(|(_, line)| {
            let Some(filter) = filter else { return true };
            let customer = line.customer.as_ref();
            let known = || customer.and_then(|id| visit.office.customers.get(id));
            *meant.entry(customer).or_insert_with(|| is_meant(filter, customer, known()))
        })
        .collect();
    let (number, pages, first) = paged(visit, "page", picked.len(), PAGE_ROWS);
    let shown: Vec<(usize, &InvoiceLine)> = picked.iter().skip(first).take(PAGE_ROWS).copied().collect();
    let link = document_link(visit, document)?;
    let own = link.clone().text();
    let filtered = link.with_some("customer", filter);
    Ok(html! {
        form.pick method="get" action={ (own) "#lines" } {
            (field::text("customer", &visit.say("invoices-filter-customer"), "search", filter.unwrap_or_default()))
            button.quiet { (visit.say("show")) }
            @if filter.is_some() { a href={ (own) "#lines" } { (visit.say("invoices-filter-off")) } }
        }
        p { (visit.tell("invoices-lines-found", &[("count", picked.len().into())])) }
        @if !shown.is_empty() { (table(visit, document, &shown)?) }
        (table::pages(visit, number, pages, |page| format!("{}#lines", filtered.clone().with("page", page).text())))
    })
}

fn table(visit: &Visit<'_>, document: &Document, shown: &[(usize, &InvoiceLine)]) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let columns = [
        table::words(visit.say("invoices-line")),
        table::words(visit.say("invoices-customer")),
        table::words(visit.say("invoices-stamp")),
        table::words(visit.say("invoices-meter")),
        table::figures(visit.say("invoices-quantity")),
        table::figures(visit.say("invoices-unit-price")),
        table::figures(visit.say("invoices-amount")),
    ];
    let rows = shown.iter().map(|(number, line)| {
        let key = &line.key;
        let amount = figure::money(line.amount, visit.language);
        let words = visit.tell("invoices-explain-amount", &[("amount", amount.clone().into()), ("line", (*number).into())]);
        vec![
            html! { (number) },
            html! {
                (name::customer(&visit.office, visit.language, line.customer.as_ref()))
                br; span.small { (name::subscription(&visit.office, &key.paying_subscription)) }
            },
            html! { (name::stamp(&visit.office, &key.stamp)) },
            html! {
                (name::meter(&key.meter))
                @if key.scope == Scope::Infrastructure { " " span.tag { (visit.say("invoices-infrastructure")) } }
                @if line.kind == LineKind::Adjustment {
                    " " span.tag.warn { (visit.tell("invoices-adjusts", &[("month", figure::month(key.month, visit.language).into())])) }
                }
            },
            html! {
                (figure::short_quantity(line.quantity, visit.language)) " "
                span.small { (name::unit(visit.language, &key.meter)) }
            },
            html! {
                (unit_price(visit, line))
                @for (words, share) in [("invoices-less-discount", key.discount), ("invoices-less-credit", key.credit)] {
                    @if !share.is_zero() {
                        @let percent = figure::decimal(&share.to_string(), visit.language);
                        br; span.small { (visit.tell(words, &[("percent", percent.into())])) }
                    }
                }
            },
            html! { a href=(line_link(partner, document.number.as_str(), *number).text()) aria-label=(words) { (amount) } },
        ]
    });
    Ok(table::table(&visit.say("invoices-lines"), &columns, &rows.collect::<Vec<_>>(), None))
}

/// The price of a line, with how many measured units it is for.
pub(super) fn unit_price(visit: &Visit<'_>, line: &InvoiceLine) -> String {
    let price = figure::decimal(&line.unit_price.to_string(), visit.language);
    if line.divisor == 1 {
        return price;
    }
    let divisor = figure::count(line.divisor, visit.language);
    visit.tell("invoices-price-per", &[("price", price.into()), ("divisor", divisor.into())])
}
