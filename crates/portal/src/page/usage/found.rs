//! Found: the rows that answer a question from the book, with what each adds to the whole.

use std::collections::HashMap;

use model::{CustomerId, MeterId, Quantity};

use super::question::{By, Question, Whose};
use crate::{
    book::{Book, Sum},
    fault::Fault,
    figure, name,
    visit::Visit,
};

/// A row of the answer.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    /// The id, where the name is not all.
    pub(super) id: String,
    /// What the quantity is of, where it means something.
    pub(super) meter: Option<MeterId>,
    pub(super) quantity: Quantity,
    /// What it costs, where that is known. Unit: minor units.
    pub(super) minor: Option<i128>,
    /// What asks for the parts of it.
    pub(super) deeper: Option<Question>,
}

/// The answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    /// What all rows cost. Unit: minor units.
    pub(super) minor: i128,
    /// What all rows are of one meter.
    pub(super) quantity: Option<Quantity>,
}

/// Answers from the sums of days.
pub(super) fn find(visit: &Visit<'_>, question: &Question, book: &Book) -> Result<Found, Fault> {
    let mut rows = rows(visit, question, book)?;
    if question.by != By::Day {
        rows.sort_by(|one, other| (other.minor, &one.name).cmp(&(one.minor, &other.name)));
    }
    let (mut minor, mut quantity) = (0_i128, Quantity::ZERO);
    for row in &rows {
        minor = minor.checked_add(row.minor.unwrap_or_default()).ok_or(model::Overflow)?;
        if question.meter.is_some() {
            quantity = quantity.checked_add(row.quantity)?;
        }
    }
    Ok(Found { rows, minor, quantity: question.meter.is_some().then_some(quantity) })
}

fn rows(visit: &Visit<'_>, question: &Question, book: &Book) -> Result<Vec<Row>, Fault> {
    let (pick, cells, office) = (question.pick(), &book.cells, &visit.office);
    let row = |name: String, id: &str, sum: Sum, deeper: Option<Question>| Row {
        id: if id == name { String::new() } else { id.to_owned() },
        name,
        meter: question.meter.clone(),
        quantity: sum.quantity,
        minor: Some(sum.minor),
        deeper: deeper.map(Question::deeper),
    };
    let asked = || question.clone();
    let found = match question.by {
        By::Day => book
            .sums(pick, |cell| cell.day)?
            .into_iter()
            .map(|(day, sum)| {
                let deeper = Question { day: Some(day), ..asked() };
                row(figure::day(day, visit.language), &day.to_string(), sum, Some(deeper))
            })
            .collect(),
        By::Customer => by_customer(book, question)?
            .into_iter()
            .map(|(id, sum)| {
                let deeper = Question { whose: Some(Whose::of(id)), ..asked() };
                let shown = name::customer(office, visit.language, id);
                row(shown, id.map_or("", CustomerId::as_str), sum, Some(deeper))
            })
            .collect(),
        By::Stamp => each(book.sums(pick, |cell| cell.stamp)?, &cells.stamps, |id, sum| {
            row(name::stamp(office, id), id.as_str(), sum, Some(Question { stamp: Some(id.clone()), ..asked() }))
        }),
        By::Meter => each(book.sums(pick, |cell| cell.meter)?, &cells.meters, |id, sum| {
            let deeper = Question { meter: Some(id.clone()), ..asked() };
            Row { meter: Some(id.clone()), ..row(name::meter(id), id.as_str(), sum, Some(deeper)) }
        }),
        By::Subscription => {
            each(book.sums(pick, |cell| cell.subscription)?, &cells.subscriptions, |(id, customer), sum| {
                let whose = name::customer(office, visit.language, customer.as_ref());
                let named = name::subscription(office, id);
                let shown = if named == whose { named } else { format!("{named} ({whose})") };
                let deeper = Question { subscription: Some(id.clone()), ..asked() };
                row(shown, id.as_str(), sum, Some(deeper))
            })
        }
        By::Tenant => each(book.sums(pick, |cell| cell.tenant)?, &cells.tenants, |id, sum| {
            let shown = name::tenant(office, visit.language, id.as_ref());
            // What has no tenant cannot be picked by one.
            let deeper = id.as_ref().map(|id| Question { tenant: Some(id.clone()), ..asked() });
            row(shown, id.as_ref().map_or("", model::DirectoryId::as_str), sum, deeper)
        }),
        By::Resource | By::Hour => Vec::new(),
    };
    Ok(found)
}

/// Rows of what the sums by a place in a list are of.
fn each<T>(sums: Vec<(u32, Sum)>, list: &[T], row: impl Fn(&T, Sum) -> Row) -> Vec<Row> {
    let found = sums.into_iter().filter_map(|(place, sum)| Some((list.get(usize::try_from(place).ok()?)?, sum)));
    found.map(|(of, sum)| row(of, sum)).collect()
}

/// By customer: the sums of subscriptions put together, which is faster than to compare the ids of a million cells.
fn by_customer<'a>(book: &'a Book, question: &Question) -> Result<Vec<(Option<&'a CustomerId>, Sum)>, Fault> {
    let mut found: HashMap<Option<&CustomerId>, Sum> = HashMap::new();
    for (place, sum) in book.sums(question.pick(), |cell| cell.subscription)? {
        let owner = usize::try_from(place).ok().and_then(|place| book.cells.subscriptions.get(place));
        let Some((_, customer)) = owner else { continue };
        let whole = found.entry(customer.as_ref()).or_insert(Sum { quantity: Quantity::ZERO, minor: 0 });
        whole.quantity = whole.quantity.checked_add(sum.quantity)?;
        whole.minor = whole.minor.checked_add(sum.minor).ok_or(model::Overflow)?;
    }
    Ok(found.into_iter().collect())
}

/// A part of a whole in percent with one decimal, cut; nothing where there is no whole.
pub(super) fn share(part: i128, whole: i128) -> Option<String> {
    let tenths = part.checked_mul(1000)?.checked_div(whole)?;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    Some(format!("{sign}{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests;
