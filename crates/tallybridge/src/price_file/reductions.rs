//! Reductions: discounts and earned credits, line by line.

use std::collections::HashMap;

use model::{Day, MeterId, PayingSubscriptionId, Reduction, ReductionKind, Share};

use super::{
    meters::words,
    table::{self, Columns, Faults, Others, Place},
};

/// The columns of a file of reductions.
pub const COLUMNS: [&str; 6] = ["kind", "paying_subscription", "meter", "from", "until", "percent"];

/// A reduction with its place.
pub struct PlacedReduction {
    /// The reduction.
    pub reduction: Reduction,
    /// Where it stands.
    pub place: Place,
}

/// What no two reductions may share: their order would decide.
type Key = (ReductionKind, Option<PayingSubscriptionId>, Option<MeterId>, Day);

/// Reads reductions, in the order of the file.
pub fn read(file: &str, text: &str, faults: &mut Faults) -> Vec<PlacedReduction> {
    let mut reductions = Vec::new();
    let mut seen: HashMap<Key, u64> = HashMap::new();
    let columns = Columns { needed: &COLUMNS, optional: &[], others: Others::Refused };
    table::read(file, text, columns, faults, &mut |line| {
        let kind = line.value("kind", |text| {
            let all = || words(ReductionKind::ALL.iter().map(|one| one.word()));
            ReductionKind::from_word(text).ok_or_else(|| format!("it is none of {}", all()))
        })?;
        let paying_subscription = line.optional("paying_subscription", PayingSubscriptionId::new)?;
        let meter = line.optional("meter", MeterId::new)?;
        let from = line.value("from", table::day)?;
        let until = line.optional("until", table::day)?;
        if let Some(until) = until.filter(|until| *until <= from) {
            let message = format!("it ends on {until}, and begins on {from}: the end is the first day without it");
            return Err(line.place.fault("until", message));
        }
        let share = line.value("percent", percent)?;
        let key = (kind, paying_subscription.clone(), meter.clone(), from);
        if let Some(other) = seen.insert(key, line.place.line) {
            let message = format!("line {other} is about the same and begins on the same day: keep one of them");
            return Err(line.place.fault("from", message));
        }
        let reduction = Reduction { kind, paying_subscription, meter, from, until, share };
        reductions.push(PlacedReduction { reduction, place: line.place.clone() });
        Ok(())
    });
    reductions
}

/// A part of a price: nothing to all of it.
fn percent(text: &str) -> Result<Share, String> {
    let share = Share::parse_percent(text)
        .map_err(|error| format!("it is no percentage with up to four decimals, such as 15: {error}"))?;
    if share.is_negative() || share > Share::WHOLE {
        return Err("it is not between 0 and 100 percent".to_owned());
    }
    Ok(share)
}
