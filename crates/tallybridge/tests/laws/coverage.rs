//! Coverage: the generated histories meet the rules that the laws are about. A law that never met its case would prove nothing.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    facts::{History, MONTHS, Office, Step, Window},
    generate::history,
    laws::window_of,
    oracle::{Line, Oracle, Paper},
};

/// How many histories are looked at, and in how many of them each thing happens at least.
const HISTORIES: usize = 4_000;
const LEAST: usize = 15;

/// What a line is about, and whether a history has one of it.
type Case = (&'static str, fn(&Office, &Line) -> bool);

const LINES: &[Case] = &[
    ("a mapped meter", |_, line| is_mapped(line)),
    ("mapped infrastructure", |_, line| is_mapped(line) && line.key.infrastructure),
    ("infrastructure at zero", |_, line| line.key.infrastructure && line.key.tier == 0 && line.unit_price.is_zero()),
    ("a mapped meter in a higher tier", |_, line| is_mapped(line) && line.key.tier > 1),
    ("a mapped meter that is included", |_, line| is_mapped(line) && line.key.tier == 0),
    ("a discount", |_, line| !line.key.discount.is_zero()),
    ("an earned credit", |_, line| !line.key.credit.is_zero()),
    ("both", |_, line| !line.key.discount.is_zero() && !line.key.credit.is_zero()),
    ("half up, exchanged", |office, line| line.exchange.is_some() && office.rounding == "half_up"),
    ("new commerce, exchanged", |office, line| line.exchange.is_some() && office.rounding == "new_commerce"),
    ("legacy, exchanged", |office, line| line.exchange.is_some() && office.rounding == "legacy"),
    ("more than the price's last decimal was rounded away", |office, line| rounded_twice(office, line)),
    ("late usage", |_, line| line.kind == "adjustment" && line.quantity.is_positive()),
    ("removed usage", |_, line| line.kind == "adjustment" && line.quantity.is_negative()),
    ("the same usage for other money", |_, line| line.kind == "adjustment" && line.quantity.is_zero()),
    ("the same usage by another rate", |_, line| {
        line.kind == "adjustment" && line.quantity.is_zero() && line.exchange.is_some()
    }),
    ("given back", |_, line| line.amount.is_negative()),
];

fn is_mapped(line: &Line) -> bool {
    line.key.commerce != line.key.meter
}

/// Whether rounding took a minor unit or more, which happens only where it happens twice.
fn rounded_twice(office: &Office, line: &Line) -> bool {
    let (_, decimals) = office.invoiced_in.unwrap_or(office.currency);
    let minor = line.residual.abs() * num_bigint::BigInt::from(10).pow(decimals);
    let limit = if office.rounding == "new_commerce" { 1 } else { 2 };
    minor * num_bigint::BigInt::from(limit) > num_rational::Ratio::from(num_bigint::BigInt::from(2))
}

/// Lets a history happen in the oracle alone.
fn papers(history: &History) -> (Office, Vec<Paper>) {
    let mut oracle = Oracle::new("main", &history.office);
    let mut office = history.office.clone();
    let (mut papers, mut delivered): (Vec<Paper>, Vec<&Window>) = Default::default();
    for step in &history.steps {
        if let Some(window) = window_of(step, &delivered) {
            delivered.push(window);
            oracle.receive(window);
        }
        if let Step::Close(month) = step {
            papers.extend(oracle.close(month));
        }
        office.change(step);
        oracle.change_office(step);
    }
    for month in MONTHS {
        papers.extend(oracle.close(month));
    }
    (office, papers)
}

/// Whether invoices need a rate that nobody said for a month.
fn lacks_a_rate(office: &Office) -> bool {
    let other = office.invoiced_in.is_some_and(|(code, _)| code != office.currency.0);
    other && MONTHS.iter().any(|month| office.rates.iter().all(|(of, _)| of != month))
}

/// Whether two local meters of one subscription and month are priced by one commerce meter.
fn shares_a_meter(paper: &Paper) -> bool {
    let mut locals: BTreeMap<_, &str> = BTreeMap::new();
    paper.lines.iter().any(|line| {
        let shared = (&line.key.month, &line.key.subscription, &line.key.commerce);
        *locals.entry(shared).or_insert(&line.key.meter) != line.key.meter
    })
}

#[test]
fn the_histories_meet_every_rule() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..HISTORIES {
        let (office, papers) = papers(&history().new_tree(&mut runner).unwrap().current());
        let mut look = |what, is_met: bool| *met.entry(what).or_default() += usize::from(is_met);
        for (what, is) in LINES {
            look(what, papers.iter().flat_map(|paper| &paper.lines).any(|line| is(&office, line)));
        }
        look("two local meters of one commerce meter", papers.iter().any(shares_a_meter));
        look("a month without a rate", lacks_a_rate(&office));
        look("a credit note", papers.iter().any(|paper| paper.kind == "credit_note"));
        look("four documents", papers.len() > 3);
    }
    let rare: Vec<_> = met.iter().filter(|(_, count)| **count < LEAST).collect();
    assert!(rare.is_empty(), "of {HISTORIES} histories only {rare:?}; all: {met:?}");
}
