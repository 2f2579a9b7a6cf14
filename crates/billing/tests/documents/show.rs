//! Runs `docs/rooms/show.md`.

use billing::{
    bill::{DueMonth, Terms, due},
    show::{Statement, explain, statement},
};
use model::Money;

use crate::{
    page::{self, Block, Example, check, dash},
    world::World,
};

#[test]
fn the_worked_examples_hold() {
    for example in page::examples(&page::read("show")) {
        run(&example);
    }
}

fn run(example: &Example) {
    let (mut world, title) = (World::default(), &example.title);
    let mut checked = 0;
    for block in &example.blocks {
        if world.read(block) {
            continue;
        }
        checked += 1;
        let list = world.price_list.as_ref().expect("a price list");
        let rated = world.rated();
        let months: Vec<DueMonth<'_>> = rated.iter().map(|month| due(month, Terms::from(list)).unwrap()).collect();
        let statement = statement(list.invoiced_in(), &months).unwrap();
        match block.kind.as_str() {
            "statement" => check(title, block, "by name amount", &totals(&world, &statement)),
            "explain" => check_explanation(title, &world, &statement, block),
            other => panic!("{title}: nobody reads a block {other:?}"),
        }
    }
    assert!(checked > 0, "{title}: nothing is expected");
}

fn totals(world: &World, statement: &Statement<'_>) -> Vec<String> {
    let row = |by: &str, name: String, money: Money| format!("{by} {name} {}", money.decimal());
    let mut rows = Vec::new();
    rows.extend(statement.by_paying_subscription.iter().map(|(id, money)| row("subscription", id.to_string(), *money)));
    rows.extend(statement.by_stamp.iter().map(|(id, money)| row("stamp", id.to_string(), *money)));
    rows.extend(statement.by_customer.iter().map(|(id, money)| row("customer", dash(id.as_ref()), *money)));
    rows.extend(statement.by_meter.iter().map(|(id, total)| row("meter", world.name(id), total.amount)));
    rows.push(row("total", "-".to_owned(), statement.total));
    rows
}

/// The block's arguments name a line: subscription, stamp, meter, tier.
fn check_explanation(title: &str, world: &World, statement: &Statement<'_>, block: &Block) {
    let [subscription, stamp, meter, tier] = block.arguments.as_slice() else { panic!("{title}: which line?") };
    let line = statement.lines.iter().find(|due| {
        let key = &due.line.key;
        let (about, what) = (key.paying_subscription.as_str() == subscription, key.meter == world.meter(meter));
        about && what && key.stamp.as_str() == stamp && key.tier.to_string() == *tier
    });
    let explanation = explain(line.expect("the line"), world.price_list.as_ref().unwrap());
    assert_eq!(explanation.to_string().trim(), block.text.trim(), "{title}");
}
