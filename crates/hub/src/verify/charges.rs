//! The charges: what each day cost, by what a document was computed from, against the lines of the document.

use std::collections::{BTreeMap, HashMap};

use billing::{
    bill::{self, Terms},
    rate::DailyCharge,
};
use model::{Amount, InvoiceLine, LineKey, LineKind, Overflow, Quantity, Rounding};
use store::{Document, Pins};

use super::Law;
use crate::{Hub, Side, View, close::CloseError};

/// The sums of the days of a key.
type Sums = HashMap<LineKey, (Quantity, Amount)>;

pub(super) fn check(hub: &Hub) -> Vec<Law> {
    let mut charges = Charges {
        lines: Law::new("every usage line is the exact sum of its days as pinned: quantity, and money + residual"),
        by: [
            ("partner", Law::new("the days of every partner add up to its documents")),
            ("customer", Law::new("the days of every customer add up to the documents")),
            ("stamp", Law::new("the days of every stamp add up to the documents")),
            ("meter", Law::new("the days of every meter add up to the documents")),
        ],
        verdicts: Default::default(),
        unknown: Law::new("documents that do not say what they were computed from: their days cannot be checked"),
    };
    if let Some(documents) = charges.lines.read(hub.store.documents(None)) {
        for document in &documents {
            match &document.pins {
                Some(pins) => charges.check_document(hub, document, pins),
                None => charges.unknown.check(true, String::new),
            }
        }
    }
    charges.into_laws()
}

/// What was looked at so far.
struct Charges {
    lines: Law,
    by: [(&'static str, Law); 4],
    /// For each of them by id: the lines that do not hold.
    verdicts: [BTreeMap<String, Vec<String>>; 4],
    unknown: Law,
}

impl Charges {
    fn into_laws(self) -> Vec<Law> {
        let mut laws = vec![self.lines];
        for ((what, mut law), verdicts) in self.by.into_iter().zip(self.verdicts) {
            for (id, places) in verdicts {
                law.check(places.is_empty(), || format!("{what} {id}: see {}", places.join(", ")));
            }
            laws.push(law);
        }
        laws.push(self.unknown);
        laws
    }

    fn check_document(&mut self, hub: &Hub, stored: &Document, pins: &Pins) {
        let document = &stored.document;
        let is_own = |line: &InvoiceLine| line.kind == LineKind::Usage && line.key.month == document.month;
        if !document.lines.iter().any(is_own) {
            return;
        }
        let Some(office) = self.lines.read(hub.store.office_as_of(pins.office)) else { return };
        let rounding = office.price_list_of(&document.partner).map_or(Rounding::HalfUp, |list| list.rounding);
        let terms = Terms { currency: document.currency, rounding };
        let mut sums = match days_of(hub, document, pins) {
            Ok(sums) => sums,
            Err(error) => return self.lines.check(false, || format!("{}: read its days: {error}", document.number)),
        };
        for (line, number) in document.lines.iter().zip(1_u32..).filter(|(line, _)| is_own(line)) {
            let problem = problem_of(line, sums.remove(&line.key), terms);
            let place = format!("{} line {number}", document.number);
            self.count(line, document.partner.as_str(), problem.is_some().then_some(&place));
            self.lines.check(problem.is_none(), || format!("{place}: {}", problem.unwrap_or_default()));
        }
        for (key, (quantity, amount)) in sums {
            self.lines.check(quantity.is_zero() && amount.is_zero(), || {
                format!("{}: no line has {quantity} of {} on stamp {}", document.number, key.meter, key.stamp)
            });
        }
    }

    fn count(&mut self, line: &InvoiceLine, partner: &str, failed: Option<&String>) {
        let customer = line.customer.as_ref().map(model::CustomerId::folded);
        let ids = [Some(partner), customer, Some(line.key.stamp.folded()), Some(line.key.meter.folded())];
        for (id, verdicts) in ids.into_iter().zip(&mut self.verdicts) {
            if let Some(id) = id {
                verdicts.entry(id.to_owned()).or_default().extend(failed.cloned());
            }
        }
    }
}

fn days_of(hub: &Hub, document: &model::Document, pins: &Pins) -> Result<Sums, CloseError> {
    let mut sums = Sums::new();
    let add = |charge: &DailyCharge| {
        let line = &charge.line;
        match sums.get_mut(&line.key) {
            Some((quantity, amount)) => {
                *quantity = quantity.checked_add(line.quantity)?;
                *amount = amount.checked_add(line.amount)?;
            }
            None => drop(sums.insert(line.key.clone(), (line.quantity, line.amount))),
        }
        Ok::<(), CloseError>(())
    };
    hub.daily_charges(&document.partner, document.month, View::Pinned(pins), Side::Cost, |_| Ok(()), add)?;
    Ok(sums)
}

/// How a line differs from the sum of its days.
fn problem_of(line: &InvoiceLine, days: Option<(Quantity, Amount)>, terms: Terms) -> Option<String> {
    let Some((quantity, amount)) = days else { return Some("it has no days".to_owned()) };
    if quantity != line.quantity {
        return Some(format!("its days are {quantity}, it has {}", line.quantity));
    }
    match bill::round(amount, line.exchange, terms) {
        Ok(due) if due.money == line.amount && due.residual.exact_text() == line.residual => None,
        Ok(due) => Some(format!(
            "its days are {} and a residual of {}, it has {} and {}",
            due.money,
            due.residual.exact_text(),
            line.amount,
            line.residual
        )),
        Err(Overflow) => Some("the sum of its days does not fit".to_owned()),
    }
}
