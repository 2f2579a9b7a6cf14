//! Sheet: a statement as it stands on its pages: the sum of each stamp first, then the lines by stamp.

use std::collections::BTreeMap;

use model::{CloudId, MeterId, Money, Overflow, Quantity, Scope};

use super::{CustomerStatement, StatementLine, UnpricedLine};
use crate::{
    names::Names,
    pdf::{Align, Block, Column, Fact, Row, Sheet, Width, Words, clean, fill, wide_enough},
};

/// How many rows the pages of one statement may have. With more of them nobody reads on, and setting them takes long.
const ROWS_MAX: usize = 2_000;

pub(super) fn sheet(
    names: &Names<'_>,
    statement: &CustomerStatement,
    words: &'static Words,
) -> Result<Sheet, Overflow> {
    let month = words.month(statement.month);
    let party = |name: &str, id: &str| {
        let name = if name.trim().is_empty() { id } else { name };
        if name == id { vec![clean(id)] } else { vec![clean(name), clean(id)] }
    };
    let mut notes = vec![words.without_tax.to_owned()];
    if !statement.issued {
        notes.push(words.preliminary_means.to_owned());
    }
    if statement.lines.is_empty() && statement.unpriced.is_empty() {
        notes.push(words.nothing_used.to_owned());
    }
    let mut blocks: Vec<Block> = Vec::new();
    if statement.lines.len().saturating_add(statement.unpriced.len()) > ROWS_MAX {
        let count = words.number(&statement.lines.len().to_string());
        notes.push(fill(words.statement_summed_up, &[&count]));
        blocks.extend(by_stamp(names, statement, words)?);
    } else {
        blocks.extend(lines(names, statement, words)?);
        if statement.lines.iter().any(|line| words.quantity(line.quantity).is_cut) {
            notes.push(words.statement_quantities_cut.to_owned());
        }
        if statement.lines.iter().any(|line| line.unit_price.is_cut) {
            notes.push(words.prices_cut.to_owned());
        }
    }
    let customer = party(&statement.customer_name, statement.customer.as_str());
    let shown = customer.first().cloned().unwrap_or_default();
    Ok(Sheet {
        language: words.code,
        title: format!("{} {} {}", words.statement, statement.customer, statement.month),
        heading: words.statement.to_owned(),
        remark: (!statement.issued).then(|| words.preliminary.to_owned()),
        number: month.clone(),
        facts: vec![
            Fact { label: words.customer, lines: customer },
            Fact { label: words.partner, lines: party(&statement.partner_name, statement.partner.as_str()) },
            Fact { label: words.currency, lines: vec![statement.currency.to_string()] },
        ],
        total: (words.total.to_owned(), words.money(statement.total)),
        blocks,
        notes,
        seal: None,
        foot: format!("{} · {shown} · {month}", words.statement),
        page_of: words.page_of,
    })
}

/// What each stamp comes to.
fn by_stamp(
    names: &Names<'_>,
    statement: &CustomerStatement,
    words: &'static Words,
) -> Result<Option<Block>, Overflow> {
    let mut sums: BTreeMap<&CloudId, Money> = BTreeMap::new();
    for line in &statement.lines {
        let sum = sums.entry(&line.stamp).or_insert(Money::zero(statement.currency));
        *sum = sum.checked_add(line.amount)?;
    }
    if sums.len() > ROWS_MAX {
        return Ok(None);
    }
    let row = |(stamp, sum): (&CloudId, &Money)| {
        Row::Cells(vec![vec![clean(names.stamp(stamp).name)], vec![words.amount(*sum)]])
    };
    let mut rows: Vec<Row> = sums.iter().map(|(stamp, sum)| row((stamp, sum))).collect();
    rows.push(Row::Sum { label: words.total.to_owned(), cells: vec![words.amount(statement.total)] });
    let columns = vec![start(words.stamp), end(&amount_head(statement, words), Width::Points(130))];
    Ok(Some(Block { title: words.by_stamp.to_owned(), columns, rows }))
}

/// The lines by stamp.
fn lines(names: &Names<'_>, statement: &CustomerStatement, words: &'static Words) -> Result<Option<Block>, Overflow> {
    let mut by_stamp: BTreeMap<&CloudId, (Vec<&StatementLine>, Vec<&UnpricedLine>)> = BTreeMap::new();
    for line in &statement.lines {
        by_stamp.entry(&line.stamp).or_default().0.push(line);
    }
    for line in &statement.unpriced {
        by_stamp.entry(&line.stamp).or_default().1.push(line);
    }
    if by_stamp.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for (stamp, (priced, unpriced)) in by_stamp {
        rows.push(Row::Group { name: clean(names.stamp(stamp).name), ids: clean(stamp.as_str()) });
        let mut sum = Money::zero(statement.currency);
        for line in priced {
            sum = sum.checked_add(line.amount)?;
            rows.push(priced_row(names, line, words));
        }
        for line in unpriced {
            let mut cells = about(names, &line.meter, line.scope, line.quantity, words);
            cells.extend([vec![words.not_priced.to_owned()], vec!["–".to_owned()]]);
            rows.push(Row::Cells(cells));
        }
        rows.push(Row::Sum { label: words.subtotal.to_owned(), cells: vec![words.amount(sum)] });
    }
    rows.push(Row::Sum { label: words.total.to_owned(), cells: vec![words.money(statement.total)] });
    let first = |index: usize| {
        rows.iter().filter_map(move |row| match row {
            Row::Cells(cells) => cells.get(index).and_then(|lines| lines.first()).map(String::as_str),
            Row::Sum { cells, .. } if index == 3 => cells.last().map(String::as_str),
            _ => None,
        })
    };
    let columns = vec![
        start(words.meter),
        end(words.quantity, wide_enough(first(1), 90, 130)),
        end(&fill(words.unit_price_in, &[statement.currency.code()]), wide_enough(first(2), 96, 120)),
        end(&amount_head(statement, words), wide_enough(first(3), 70, 130)),
    ];
    let title = fill(words.usage_of, &[&words.month(statement.month)]);
    Ok(Some(Block { title, columns, rows }))
}

fn priced_row(names: &Names<'_>, line: &StatementLine, words: &'static Words) -> Row {
    let unit = names.known_meter(&line.meter).map(|meter| meter.unit);
    let mut cells = about(names, &line.meter, line.scope, line.quantity, words);
    if let (Some(count), Some(meter)) = (line.local_subscriptions, cells.first_mut()) {
        let text = if count == 1 { words.subscriptions.0 } else { words.subscriptions.1 };
        meter.push(fill(text, &[&words.number(&count.to_string())]));
    }
    let mut price = words.number(&line.unit_price.decimal);
    if line.unit_price.is_cut {
        price.push('…');
    }
    let mut priced = vec![price];
    priced.extend(words.priced(unit, line.per, None));
    cells.push(priced);
    cells.push(vec![words.amount(line.amount)]);
    Row::Cells(cells)
}

fn about(
    names: &Names<'_>,
    meter: &MeterId,
    scope: Scope,
    quantity: Quantity,
    words: &'static Words,
) -> Vec<Vec<String>> {
    let known = names.known_meter(meter);
    let name = clean(names.meter(meter).name);
    let service = words.service(known.map(|known| known.family), &name);
    let mut what = vec![service];
    if scope == Scope::Infrastructure {
        what.push(words.infrastructure.to_owned());
    }
    vec![what, vec![words.quantity(quantity).text, words.units(known.map(|meter| meter.unit)).to_owned()]]
}

fn amount_head(statement: &CustomerStatement, words: &Words) -> String {
    fill(words.amount_in, &[statement.currency.code()])
}

fn start(head: &str) -> Column {
    Column { head: head.to_owned(), align: Align::Start, width: Width::Part(1) }
}

fn end(head: &str, width: Width) -> Column {
    Column { head: head.to_owned(), align: Align::End, width }
}
