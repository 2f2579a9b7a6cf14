//! Commerce: the commerce meters of Azure Stack Hub that are known, with the local meters that are priced by them.

use std::sync::LazyLock;

use model::{MeterId, Scope};

/// A commerce meter and a local meter that is priced by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What is priced.
    pub commerce_meter: MeterId,
    /// What the stamp measures by.
    pub meter: MeterId,
    /// Whose usage it is.
    pub scope: Scope,
    /// Where that is from, and how sure it is.
    pub source: &'static str,
}

/// All known pairs. Source: the last column of the data file says it of each.
pub fn pairs() -> &'static [Pair] {
    static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| read(include_str!("../../data/commerce-meters.csv")));
    &PAIRS
}

fn read(text: &'static str) -> Vec<Pair> {
    let pair = |line: &'static str| {
        let mut cells = line.splitn(5, ',');
        let (commerce_meter, _name, meter) = (cells.next()?, cells.next()?, cells.next()?);
        let (scope, source) = (cells.next()?, cells.next()?);
        Some(Pair {
            commerce_meter: MeterId::new(commerce_meter).ok()?,
            meter: MeterId::new(meter).ok()?,
            scope: Scope::from_word(scope)?,
            source,
        })
    };
    text.lines().skip(1).filter_map(pair).collect()
}

/// Whether a commerce meter is a known one.
pub fn is_known(meter: &MeterId) -> bool {
    pairs().iter().any(|pair| pair.commerce_meter == *meter)
}
