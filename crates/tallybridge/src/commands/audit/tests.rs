use hub::AuditEntry;
use store::AuditNote;

use super::*;

/// What somebody does to a log.
type Change = fn(&mut Vec<AuditEntry>);

fn chain() -> Vec<AuditEntry> {
    let mut previous = [0; 32];
    let each = (1..=4).map(|number| {
        let text = |word: &str| format!("{word} {number}");
        let (actor, action, object) = (text("actor"), text("action"), text("object"));
        let note = AuditNote { at: Second(0), actor, action, object, detail: "{}".to_owned() };
        let hash = AuditEntry::expected_hash(&previous, number, &note);
        AuditEntry { number, note, previous: std::mem::replace(&mut previous, hash), hash }
    });
    each.collect()
}

fn walk(entries: &[AuditEntry]) -> Walk {
    let mut walk = Walk::new();
    for entry in entries {
        walk.step(entry);
    }
    walk
}

#[test]
fn a_log_that_somebody_changed_holds_up_to_there() {
    let good = walk(&chain());
    assert_eq!((good.hold, good.broken), (4, None));
    let table: [(&str, Change, u64, u64); 6] = [
        ("an actor", |log| log[1].note.actor.push('x'), 1, 2),
        ("a detail", |log| log[3].note.detail = "{ }".to_owned(), 3, 4),
        ("a time", |log| log[0].note.at = Second(1), 0, 1),
        ("a hash", |log| log[2].hash = [1; 32], 2, 3),
        ("one is missing", |log| drop(log.remove(1)), 1, 3),
        (
            "one with a hash of its own",
            |log| {
                log[1].note.actor.push('x');
                log[1].hash = AuditEntry::expected_hash(&log[1].previous, 2, &log[1].note);
            },
            2,
            3,
        ),
    ];
    for (name, change, hold, number) in table {
        let mut log = chain();
        change(&mut log);
        let walk = walk(&log);
        assert_eq!((walk.hold, walk.broken.map(|(number, _)| number)), (hold, Some(number)), "{name}");
    }
}

#[test]
fn changes_are_lines_that_people_read() {
    let detail = json!({
        "until": null,
        "changes": [
            { "kind": "principal", "id": "p1", "before": { "enabled": true }, "after": { "enabled": false, "name": "a\u{1b}[2J" } },
            { "kind": "directory", "id": "d1", "before": null, "after": { "domain": "contoso.example" } },
        ],
    });
    let expected = [
        "until: (nothing)",
        "changed principal p1",
        "    enabled: true -> false",
        "    name: (nothing) -> a\u{fffd}[2J",
        "new directory d1",
        "    domain: contoso.example",
    ];
    assert_eq!(lines(&detail.to_string()), expected);
    assert_eq!(lines("no json"), ["no json"]);
}
