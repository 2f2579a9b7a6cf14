//! The laws.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use billing::bill::{self, Terms};
use model::Month;
use proptest::{
    prop_assert, prop_assert_eq,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use crate::{
    facts::{History, MONTHS, Step, Window},
    generate::history,
    house::{House, Manner, paper},
    oracle::Oracle,
    records,
};

/// A commit waits for the disk, so several histories run side by side.
const THREADS: usize = 4;
/// How many histories share a database.
const HISTORIES_PER_HOUSE: usize = 4;

/// Looks whether a law holds for generated histories. It is given as many houses as it asks for, and a number that is new in
/// all of them.
fn hold(houses: usize, cases: usize, law: impl Fn(&mut [House], usize, &History) -> Result<(), TestCaseError> + Sync) {
    let times = std::env::var("LAWS_TIMES").map_or(1, |times| times.parse::<usize>().unwrap());
    let cases = u32::try_from((cases * times).div_ceil(THREADS)).unwrap();
    let run = |thread: u8| {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[thread; 32]);
        let street: RefCell<Vec<House>> = RefCell::default();
        let number = Cell::new(0_usize);
        let outcome = TestRunner::new_with_rng(config, rng).run(&history(), |history| {
            let mut street = street.borrow_mut();
            if number.get().is_multiple_of(HISTORIES_PER_HOUSE) {
                *street = (0..houses).map(|_| House::open()).collect();
            }
            number.set(number.get() + 1);
            law(&mut street, number.get(), &history)
        });
        outcome.err().map(|error| error.to_string())
    };
    let failures = std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..).take(THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    // The one that got smallest tells most.
    if let Some(failure) = failures.into_iter().min_by_key(String::len) {
        panic!("{failure}");
    }
}

/// Usage, corrections, repetitions, changes of the office and closes of months, one after the other: every receipt and every
/// document is the one that the oracle says. At the end nothing is due that was not invoiced, and nothing twice.
#[test]
fn receipts_and_documents_are_what_the_oracle_says() {
    hold(1, 5_000, |houses, number, history| {
        let house = &houses[0];
        let mut office = history.office.clone();
        let mut oracle = Oracle::new(&records::named(number, "main"), &office);
        house.furnish(number, &office)?;
        let mut delivered: Vec<&Window> = Vec::new();
        for step in &history.steps {
            match step {
                Step::Close(month) => close(house, number, &mut oracle, month)?,
                Step::Deliver(_) | Step::Repeat(_) => {
                    if let Some(window) = window_of(step, &delivered) {
                        delivered.push(window);
                        deliver(house, number, &mut oracle, window)?;
                    }
                }
                _ => {
                    office.change(step);
                    oracle.change_office(step);
                    house.change_office(number, &office, step)?;
                }
            }
        }
        for month in MONTHS {
            close(house, number, &mut oracle, month)?;
        }
        nothing_is_left(house, number)?;
        documents_can_be_computed_again(house, number)?;
        if history.proved { prove(house) } else { Ok(()) }
    });
}

/// The window that a step delivers, if any.
pub fn window_of<'a>(step: &'a Step, delivered: &[&'a Window]) -> Option<&'a Window> {
    match step {
        Step::Deliver(window) => Some(window),
        Step::Repeat(index) if !delivered.is_empty() => Some(delivered[index % delivered.len()]),
        _ => None,
    }
}

fn deliver(house: &House, number: usize, oracle: &mut Oracle, window: &Window) -> Result<(), TestCaseError> {
    let received = house.deliver(number, window, Manner::default())?;
    let (counts, expected) = (received.delivery.counts, oracle.receive(window));
    prop_assert_eq!(counts.received, counts.stored + counts.copies + counts.held);
    let held: u64 = received.held_reasons.values().sum();
    let said = [counts.received, counts.stored, counts.removed, held];
    let expected = [expected.received, expected.stored, expected.removed, expected.held];
    prop_assert_eq!(said.map(|count| usize::try_from(count).unwrap()), expected, "received, stored, removed, held");
    Ok(())
}

fn close(house: &House, number: usize, oracle: &mut Oracle, month: &str) -> Result<(), TestCaseError> {
    let issued = house.close(number, month)?.map(|document| paper(number, &document));
    prop_assert_eq!(issued, oracle.close(month), "the document of {}", month);
    Ok(())
}

/// Every month was closed: closing any of them again gives nothing, and what was invoiced for each is what is due for it.
fn nothing_is_left(house: &House, number: usize) -> Result<(), TestCaseError> {
    for month in MONTHS.iter().rev() {
        let again = house.close(number, month)?;
        prop_assert!(again.is_none(), "closing {month} again gave {again:?}");
    }
    let mut invoiced: BTreeMap<Month, i128> = BTreeMap::new();
    for document in house.documents(number) {
        for line in &document.document.lines {
            *invoiced.entry(line.key.month).or_default() += line.amount.minor;
        }
    }
    for month in MONTHS {
        let month = Month::parse(month).unwrap();
        let statement = house.hub.statement(&records::partner(number), month).unwrap();
        let due = statement.with_totals(|totals| totals.total.minor).unwrap();
        prop_assert_eq!(invoiced.remove(&month).unwrap_or(0), due, "invoiced and due for {}", month);
    }
    prop_assert!(invoiced.is_empty(), "invoiced for months without usage: {invoiced:?}");
    Ok(())
}

/// Whatever changed since: by what it pinned every document has the lines it was issued with, and what the daily sums cost
/// adds up to the month that it was computed from.
fn documents_can_be_computed_again(house: &House, number: usize) -> Result<(), TestCaseError> {
    let partner = records::partner(number);
    let mut before: Vec<model::Document> = Vec::new();
    for issued in house.documents(number) {
        let pins = issued.pins.as_ref().unwrap();
        let months = MONTHS.iter().map(|month| Month::parse(month).unwrap());
        let mut due = Vec::new();
        for month in months.filter(|month| *month <= issued.document.month) {
            due.extend(house.pinned(&partner, month, pins)?);
        }
        let office = house.hub.store().office_as_of(pins.office).unwrap();
        let terms = Terms::from(office.price_list_of(&partner).unwrap());
        let again = bill::draft(&partner, issued.document.month, terms, &due, &before).unwrap();
        let again = again.map(|draft| draft.numbered(issued.document.number.clone()));
        prop_assert_eq!(again.as_ref(), Some(&issued.document), "computed again from {:?}", pins);
        before.push(issued.document);
    }
    Ok(())
}

fn prove(house: &House) -> Result<(), TestCaseError> {
    let proof = house.hub.verify(|_, _| ()).unwrap();
    let failures: Vec<_> = proof.laws.iter().filter(|law| !law.failures.is_empty()).collect();
    prop_assert!(proof.holds() && failures.is_empty(), "{failures:?}");
    prop_assert!(proof.laws.iter().map(|law| law.checked).sum::<u64>() > 0, "nothing was looked at");
    Ok(())
}

/// Between two closes the windows may come in any order, again, with earlier content in between, with their rows in any order
/// and twice, before and after a restart: the documents are the same, byte for byte.
#[test]
fn the_order_of_deliveries_leaves_no_trace_in_documents() {
    hold(2, 500, |houses, number, history| {
        let [plain, shuffled] = houses else { unreachable!("two houses were asked for") };
        let mut office = history.office.clone();
        plain.furnish(number, &office)?;
        shuffled.furnish(number, &office)?;
        let closes = MONTHS.iter().map(|month| Step::Close(month)).collect::<Vec<_>>();
        let mut delivered: Vec<&Window> = Vec::new();
        let mut waiting = 0;
        for step in history.steps.iter().chain(&closes) {
            if let Some(window) = window_of(step, &delivered) {
                delivered.push(window);
                plain.deliver(number, window, Manner::default())?;
                continue;
            }
            deliver_shuffled(shuffled, number, &delivered[waiting..], &history.shuffle)?;
            waiting = delivered.len();
            office.change(step);
            for house in [&*plain, &*shuffled] {
                match step {
                    Step::Close(month) => drop(house.close(number, month)?),
                    _ => house.change_office(number, &office, step)?,
                }
            }
        }
        let (one, other) = (plain.documents(number), shuffled.documents(number));
        prop_assert_eq!(
            one.iter().map(|document| &document.document).collect::<Vec<_>>(),
            other.iter().map(|document| &document.document).collect::<Vec<_>>()
        );
        for (one, other) in one.iter().zip(&other) {
            prop_assert_eq!(&one.bytes, &bill::canonical(&one.document));
            prop_assert_eq!((&one.bytes, one.hash), (&other.bytes, other.hash));
        }
        Ok(())
    });
}

/// Delivers windows in an order that the shuffle says. The last content of each window comes last of its contents.
fn deliver_shuffled(
    house: &mut House,
    number: usize,
    windows: &[&Window],
    shuffle: &[u8],
) -> Result<(), TestCaseError> {
    let place = |index: usize| usize::from(shuffle[index % shuffle.len()]);
    let mut order: Vec<(usize, usize)> = Vec::new();
    for index in 0..windows.len() {
        order.push((place(index), index));
        if place(index + 1) % 3 == 1 {
            order.push((place(index + 2), index));
        }
    }
    order.sort_unstable();
    let mut order: Vec<usize> = order.into_iter().map(|(_, index)| index).collect();
    let of = |index: usize| (windows[index].stamp, windows[index].hour);
    for index in 0..windows.len() {
        let is_last_content = windows[index + 1..].iter().all(|later| (later.stamp, later.hour) != of(index));
        if is_last_content && order.iter().rev().find(|other| of(**other) == of(index)) != Some(&index) {
            order.push(index);
        }
    }
    for (turn, index) in order.iter().enumerate() {
        if place(turn) % 16 == 5 {
            house.restart();
        }
        let rows_from = place(turn + 3);
        let manner = Manner { rows_from, twice: rows_from % 4 == 2, table_between: rows_from % 3 == 1 };
        house.deliver(number, windows[*index], manner)?;
    }
    Ok(())
}
