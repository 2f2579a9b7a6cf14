//! Table: the tables of an invoice: totals first, then lines or their sums.

use std::collections::BTreeMap;

use model::{
    CloudId, CustomerId, Document, InvoiceLine, LineKind, MeterId, Money, Month, Overflow, Quantity, Scope, Unit,
};

use super::{
    group::{Detail, Group, Numbered, fits, sections},
    sum,
};
use crate::{
    names::{Named, Names},
    pdf::{Align, Block, Column, Row, Width, Words, clean, fill, wide_enough},
};

/// The least and the most that a column of amounts takes. Unit: points.
const AMOUNT_POINTS: (usize, usize) = (52, 130);
/// The same for a column of quantities.
const QUANTITY_POINTS: (usize, usize) = (78, 120);

/// What the tables of one document are made from.
pub(super) struct Tables<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) words: &'static Words,
    pub(super) document: &'a Document,
    /// Whether any line has a reduction or an exchange: without, there is no column for them.
    pub(super) has_terms: bool,
}

/// What something comes to: usage of the month, and adjustments.
#[derive(Clone, Copy)]
struct Sums {
    usage: Money,
    adjustments: Money,
}

impl Tables<'_> {
    /// What each customer and each stamp comes to.
    pub(super) fn totals(&self) -> Result<Vec<Block>, Overflow> {
        let words = self.words;
        let mut by_customer: BTreeMap<Option<&CustomerId>, Sums> = BTreeMap::new();
        let mut by_stamp: BTreeMap<&CloudId, Sums> = BTreeMap::new();
        let zero = Money::zero(self.document.currency);
        for line in &self.document.lines {
            let nothing = Sums { usage: zero, adjustments: zero };
            let customer = by_customer.entry(line.customer.as_ref()).or_insert(nothing);
            let stamp = by_stamp.entry(&line.key.stamp).or_insert(nothing);
            for sums in [customer, stamp] {
                let side = match line.kind {
                    LineKind::Usage => &mut sums.usage,
                    LineKind::Adjustment => &mut sums.adjustments,
                };
                *side = side.checked_add(line.amount)?;
            }
        }
        let partner = self.names.partner(&self.document.partner);
        let own = Named { id: partner.id, name: words.own };
        let mut customers: Vec<(bool, Named<'_>, Sums)> = by_customer
            .into_iter()
            .map(|(id, sums)| id.map_or((false, own, sums), |id| (true, self.names.customer(id), sums)))
            .collect();
        customers.sort_by_cached_key(|(is_customer, named, _)| (*is_customer, named.name.to_lowercase(), named.id));
        let stamps = by_stamp.into_iter().map(|(id, sums)| (self.names.stamp(id), sums));
        let customers = customers.into_iter().map(|(_, named, sums)| (named, sums));
        let blocks = [
            self.sums(words.by_customer, words.customer, customers.collect())?,
            self.sums(words.by_stamp, words.stamp, stamps.collect())?,
        ];
        Ok(blocks.into_iter().flatten().collect())
    }

    /// A table of sums by name; nothing when it is too long.
    fn sums(&self, title: &str, head: &str, of: Vec<(Named<'_>, Sums)>) -> Result<Option<Block>, Overflow> {
        if !fits(of.len()) {
            return Ok(None);
        }
        let words = self.words;
        let is_adjusted = self.document.lines.iter().any(|line| line.kind == LineKind::Adjustment);
        let amounts = |sums: Sums| -> Result<Vec<String>, Overflow> {
            let total = words.amount(sums.usage.checked_add(sums.adjustments)?);
            let parts = [words.amount(sums.usage), words.amount(sums.adjustments), total.clone()];
            Ok(if is_adjusted { parts.to_vec() } else { vec![total] })
        };
        let mut all =
            Sums { usage: Money::zero(self.document.currency), adjustments: Money::zero(self.document.currency) };
        let mut rows = Vec::with_capacity(of.len());
        for (named, sums) in of {
            all.usage = all.usage.checked_add(sums.usage)?;
            all.adjustments = all.adjustments.checked_add(sums.adjustments)?;
            let mut name = vec![clean(named.name)];
            name.extend((named.name != named.id).then(|| clean(named.id)));
            let mut cells = vec![name];
            cells.extend(amounts(sums)?.into_iter().map(|amount| vec![amount]));
            rows.push(Row::Cells(cells));
        }
        let of_all = amounts(all)?;
        let points = || wide_enough(of_all.iter().map(String::as_str), 90, AMOUNT_POINTS.1);
        let amount = fill(words.amount_in, &[self.document.currency.code()]);
        let heads = if is_adjusted { vec![words.usage, words.adjustments, &amount] } else { vec![amount.as_str()] };
        let mut columns = vec![Column { head: head.to_owned(), align: Align::Start, width: Width::Part(1) }];
        columns.extend(heads.into_iter().map(|head| column(head, points())));
        rows.push(Row::Sum { label: words.total.to_owned(), cells: of_all.clone() });
        Ok(Some(Block { title: title.to_owned(), columns, rows }))
    }

    /// The lines or their sums, in one table for the month and one for each month that is adjusted.
    pub(super) fn lines(&self, detail: Detail) -> Result<Vec<Block>, Overflow> {
        if detail == Detail::Total {
            return Ok(Vec::new());
        }
        let of_section = |(adjusted, groups): (Option<Month>, Vec<Group<'_>>)| {
            let words = self.words;
            let title = match adjusted {
                None => fill(words.usage_of, &[&words.month(self.document.month)]),
                Some(month) => fill(words.adjustments_of, &[&words.month(month)]),
            };
            let mut rows = Vec::new();
            for group in &groups {
                rows.push(self.head(group));
                match detail {
                    Detail::Lines => rows.extend(group.lines.iter().map(|line| self.line(*line))),
                    _ if detail.shows_quantities() => rows.extend(self.meters(group)?),
                    _ => {}
                }
                let total = sum(self.document, group.lines.iter().map(|numbered| numbered.line))?;
                rows.push(Row::Sum { label: words.subtotal.to_owned(), cells: vec![words.amount(total)] });
            }
            let lines = groups.iter().flat_map(|group| &group.lines).map(|numbered| numbered.line);
            let total = words.money(sum(self.document, lines)?);
            rows.push(Row::Sum { label: format!("{} · {title}", words.total), cells: vec![total] });
            Ok(Block { title, columns: self.columns(detail, &rows), rows })
        };
        sections(self.names, self.document).into_iter().map(of_section).collect()
    }

    fn columns(&self, detail: Detail, rows: &[Row]) -> Vec<Column> {
        let words = self.words;
        let first = |index: usize| {
            rows.iter().filter_map(move |row| match row {
                Row::Cells(cells) => cells.get(index).and_then(|lines| lines.first()),
                Row::Sum { cells, .. } if index == usize::MAX => cells.last(),
                _ => None,
            })
        };
        let amounts = wide_enough(first(usize::MAX).map(String::as_str), AMOUNT_POINTS.0, AMOUNT_POINTS.1);
        let amount = column(&fill(words.amount_in, &[self.document.currency.code()]), amounts);
        let start = |head: &str, width| Column { head: head.to_owned(), align: Align::Start, width };
        let quantities = |index| wide_enough(first(index).map(String::as_str), QUANTITY_POINTS.0, QUANTITY_POINTS.1);
        match detail {
            Detail::Lines => {
                let mut columns = vec![
                    start(words.line, Width::Points(28)),
                    start(words.meter, Width::Part(1)),
                    column(words.quantity, quantities(2)),
                    column(words.unit_price, Width::Points(84)),
                ];
                columns.extend(self.has_terms.then(|| column(words.terms, Width::Points(82))));
                columns.push(amount);
                columns
            }
            Detail::Meters => {
                vec![start(words.meter, Width::Part(1)), column(words.quantity, quantities(1)), amount]
            }
            Detail::Subscriptions | Detail::Total => vec![start(words.subscription, Width::Part(1)), amount],
        }
    }

    fn head(&self, group: &Group<'_>) -> Row {
        let subscription = self.names.subscription(group.subscription);
        let (customer, id) = match group.customer {
            Some(customer) => {
                let named = self.names.customer(customer);
                (clean(named.name), clean(named.id))
            }
            None => (self.words.own.to_owned(), clean(self.document.partner.as_str())),
        };
        let ids = format!("{id} · {} {}", self.words.subscription.to_lowercase(), clean(subscription.id));
        Row::Group { name: format!("{customer} · {}", clean(subscription.name)), ids }
    }

    fn meter(&self, id: &MeterId) -> (String, Option<Unit>) {
        let known = self.names.known_meter(id);
        let name = clean(self.names.meter(id).name);
        (self.words.service(known.map(|meter| meter.family), &name), known.map(|meter| meter.unit))
    }

    fn line(&self, numbered: Numbered<'_>) -> Row {
        let (words, line) = (self.words, numbered.line);
        let (meter, unit) = self.meter(&line.key.meter);
        let mut about = vec![meter];
        if line.key.commerce_meter != line.key.meter {
            about.push(clean(self.names.meter(&line.key.commerce_meter).name));
        }
        about.push(format!("{} · {}", clean(self.names.stamp(&line.key.stamp).name), words.scope(line.key.scope)));
        about.extend(self.step(line));
        let price_currency = line.exchange.map_or(self.document.currency, |exchange| exchange.from);
        let quantity = self.quantity(line.quantity, unit);
        let mut price = vec![words.price(&line.unit_price.to_string(), price_currency)];
        price.extend(words.priced(unit, line.divisor, self.priced_unit(line)).iter().map(|text| clean(text)));
        let mut cells = vec![vec![words.number(&numbered.number.to_string())], about, quantity, price];
        if self.has_terms {
            cells.push(self.terms(line));
        }
        cells.push(vec![words.amount(line.amount)]);
        Row::Cells(cells)
    }

    fn quantity(&self, quantity: Quantity, unit: Option<Unit>) -> Vec<String> {
        let mut lines = vec![self.words.quantity(quantity).text];
        lines.extend(Some(self.words.units(unit).to_owned()).filter(|unit| !unit.is_empty()));
        lines
    }

    /// The step of the price, and since when it holds; nothing for what a house rule gives away.
    fn step(&self, line: &InvoiceLine) -> Option<String> {
        let words = self.words;
        let step = match (line.key.tier, line.key.scope) {
            (0, Scope::Infrastructure) => return None,
            (0, Scope::Tenant) => words.included.to_owned(),
            (tier, _) => fill(words.tier, &[&tier.to_string()]),
        };
        Some(format!("{step} · {}", fill(words.price_from, &[&words.day(line.key.price_from)])))
    }

    /// What the price list calls the unit of a price, if it still has the price.
    fn priced_unit(&self, line: &InvoiceLine) -> Option<&str> {
        let list = self.names.office().price_list_of(&self.document.partner)?;
        let price = list.prices.iter().rev().find(|price| {
            price.meter == line.key.commerce_meter
                && price.from == line.key.price_from
                && price.conversion.divisor == line.divisor
        })?;
        Some(price.conversion.priced_unit.as_str()).filter(|unit| !unit.trim().is_empty())
    }

    /// What the partner does not pay of a price, and what the price's currency is worth.
    fn terms(&self, line: &InvoiceLine) -> Vec<String> {
        let words = self.words;
        // The first line is shown larger than the others, and here none is the first.
        let mut terms = vec![String::new()];
        for (text, share) in [(words.discount, line.key.discount), (words.credit, line.key.credit)] {
            if !share.is_zero() {
                terms.push(fill(text, &[&words.percentage(share)]));
            }
        }
        if let Some(exchange) = line.exchange {
            let rate = words.number(&exchange.rate.to_string());
            terms.push(fill(words.exchange, &[exchange.from.code(), &rate, self.document.currency.code()]));
        }
        terms
    }

    fn meters(&self, group: &Group<'_>) -> Result<Vec<Row>, Overflow> {
        let of_meter = |(meter, lines): (&MeterId, Vec<Numbered<'_>>)| {
            let (name, unit) = self.meter(meter);
            let quantities = lines.iter().map(|numbered| numbered.line.quantity);
            let quantity = quantities.into_iter().try_fold(Quantity::ZERO, Quantity::checked_add)?;
            let amount = sum(self.document, lines.iter().map(|numbered| numbered.line))?;
            Ok(Row::Cells(vec![vec![name], self.quantity(quantity, unit), vec![self.words.amount(amount)]]))
        };
        group.by_meter().into_iter().map(of_meter).collect()
    }
}

/// A column of numbers.
fn column(head: &str, width: Width) -> Column {
    Column { head: head.to_owned(), align: Align::End, width }
}
