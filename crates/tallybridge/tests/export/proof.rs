//! Proof: `verify` compares documents with their days, and names what differs.

use rusqlite::Connection;
use serde_json::Value;

use crate::{
    cast::{EURO, YEN},
    house::House,
};

fn law<'a>(proof: &'a Value, words: &str) -> &'a Value {
    let laws = proof["laws"].as_array().unwrap();
    laws.iter().find(|law| law["law"].as_str().unwrap().contains(words)).unwrap()
}

#[test]
fn every_usage_line_is_compared_with_its_days_also_after_usage_came_late() {
    let house = House::october(&[&EURO, &YEN]);
    house.late_usage(&EURO);
    house.close_november(&EURO);
    let proof = house.verify();
    assert_eq!(proof["holds"], true, "{proof:#}");
    let own = |seller| {
        let documents = house.documents(seller);
        documents.iter().flat_map(|one| &one.lines).filter(|line| line.kind == model::LineKind::Usage).count()
    };
    assert_eq!(law(&proof, "every usage line is the exact sum of its days")["checked"], own(&EURO) + own(&YEN));
    for (words, count) in
        [("days of every partner", 2), ("days of every customer", 2), ("days of every stamp", 2), ("of every meter", 2)]
    {
        assert_eq!(law(&proof, words)["checked"], count, "{words}");
    }
    assert_eq!(law(&proof, "do not say what they were computed from")["checked"], 0);
}

#[test]
fn a_document_without_pins_is_counted_and_nothing_else_is_said_of_it() {
    let house = House::october(&[&EURO, &YEN]);
    let database = Connection::open(house.path("tallybridge.db")).unwrap();
    let trigger = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'documents'";
    let names: Vec<String> = {
        let mut found = database.prepare(trigger).unwrap();
        found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for name in names {
        database.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    let changed = database
        .execute("UPDATE documents SET pinned_delivery = NULL, pinned_office = NULL WHERE rowid = 1", [])
        .unwrap();
    assert_eq!(changed, 1);
    drop(database);
    let proof = house.verify();
    assert_eq!(law(&proof, "do not say what they were computed from")["checked"], 1);
    assert_eq!(law(&proof, "days of every partner")["checked"], 1);
}
