//! Runs `docs/rooms/rate.md`.

use billing::rate::{RatedMonth, Rating};

use crate::{
    page::{self, Example, check},
    world::World,
};

const PRICED: &str = "meter commerce_meter scope price_from tier discount credit quantity amount";

#[test]
fn the_verdicts_stand_in_the_order_of_the_code() {
    let words: Vec<&str> = Rating::ALL.iter().map(|rating| rating.word()).collect();
    assert_eq!(page::verdicts(&page::read("rate")), words);
}

#[test]
fn the_worked_examples_hold() {
    for example in page::examples(&page::read("rate")) {
        run(&example);
    }
}

fn run(example: &Example) {
    let mut world = World::default();
    let mut checked = 0;
    for block in &example.blocks {
        if world.read(block) {
            continue;
        }
        let rated = world.rated();
        let [rated] = rated.as_slice() else { panic!("{}: one month is expected", example.title) };
        let (header, actual) = match block.kind.as_str() {
            "lines" => ("stamp meter scope price_from tier quantity unit_price divisor amount", lines(&world, rated)),
            "priced" => (PRICED, priced(&world, rated)),
            "unrated" => ("rating stamp meter scope first_day last_day quantity rows", unrated(&world, rated)),
            "rows" => ("rated unpriced informational", rows(rated)),
            other => panic!("{}: nobody reads a block {other:?}", example.title),
        };
        check(&example.title, block, header, &actual);
        checked += 1;
    }
    assert!(checked > 0, "{}: nothing is expected", example.title);
}

fn lines(world: &World, rated: &RatedMonth) -> Vec<String> {
    let line = |line: &billing::rate::RatedLine| {
        let key = &line.key;
        let (meter, scope) = (world.name(&key.meter), key.scope.word());
        let (quantity, price, divisor, amount) =
            (line.quantity, line.unit_price, line.divisor, line.amount.exact_text());
        format!("{} {meter} {scope} {} {} {quantity} {price} {divisor} {amount}", key.stamp, key.price_from, key.tier)
    };
    rated.lines.iter().map(line).collect()
}

/// The same lines with what decides on their price.
fn priced(world: &World, rated: &RatedMonth) -> Vec<String> {
    let line = |line: &billing::rate::RatedLine| {
        let key = &line.key;
        let (meter, commerce_meter) = (world.name(&key.meter), world.name(&key.commerce_meter));
        let about = format!("{meter} {commerce_meter} {} {} {}", key.scope.word(), key.price_from, key.tier);
        format!("{about} {} {} {} {}", key.discount, key.credit, line.quantity, line.amount.exact_text())
    };
    rated.lines.iter().map(line).collect()
}

fn unrated(world: &World, rated: &RatedMonth) -> Vec<String> {
    let line = |unrated: &billing::rate::Unrated| {
        let (rating, scope, meter) = (unrated.rating.word(), unrated.scope.word(), world.name(&unrated.meter));
        let (days, rows) = (format!("{} {}", unrated.first_day, unrated.last_day), unrated.rows);
        format!("{rating} {} {meter} {scope} {days} {} {rows}", unrated.stamp, unrated.quantity)
    };
    rated.unpriced.iter().chain(&rated.informational).map(line).collect()
}

fn rows(rated: &RatedMonth) -> Vec<String> {
    vec![format!("{} {} {}", rated.rows.rated, rated.rows.unpriced, rated.rows.informational)]
}
