//! Audit: who mapped what, before and after, and that nobody changed the log.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{
    house::{run, stdout},
    served::{BRIDGE, CUSTOMER, CUSTOMER_TOO, Served, argument, done, furnish_example, object, refused, registration},
};

const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const TENANT: &str = "30000000-0000-4000-8000-0000000000a1";

/// Maps a customer, maps its tenant to another subscription, and takes that away.
fn map(folder: &Path, data: &Path, secret: &str) {
    let stamp = folder.join("stamp");
    let token = done(&[
        "stamp",
        "token",
        "--stamp",
        argument(&stamp),
        "--cloud",
        STAMP,
        "--provider-subscription",
        "60000000-0000-4000-8000-000000000000",
        "--object-id",
        BRIDGE,
    ]);
    let operator = object(&[
        "account",
        "create-operator",
        "--name",
        "approving",
        "--directory",
        "platform.example",
        "--data",
        argument(data),
    ]);
    let text = |name: &str| operator[name].as_str().unwrap();
    let served = Served::start(data);
    let registering = served.registering(secret);
    served.register(&registering, STAMP, &token);
    let approving = served.sign_in_program(text("directory"), text("client_id"), text("secret")).ok();
    let approving = approving["access_token"].as_str().unwrap();
    served.ask(approving, "POST", &registration(STAMP, "/approveMultiTenancy"), None).ok();
    let below = |customer: &str| registration(STAMP, &format!("/customerSubscriptions/{customer}"));
    let body = json!({ "properties": { "tenantId": TENANT } });
    served.ask(&registering, "PUT", &below(CUSTOMER), Some(&body)).ok();
    served.ask(&registering, "PUT", &below(CUSTOMER_TOO), Some(&body)).ok();
    served.ask(&registering, "DELETE", &below(CUSTOMER_TOO), None).ok();
}

/// The subscriptions of the mappings that an entry says there were, and are.
fn subscriptions(entry: &Value, name: &str) -> Vec<Value> {
    let mappings = entry["detail"]["changes"][0][name]["mappings"].as_array();
    mappings.into_iter().flatten().map(|mapping| mapping["subscription"].clone()).collect()
}

#[test]
fn the_log_says_who_mapped_what_and_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let (data, secret) = furnish_example(folder.path());
    map(folder.path(), &data, &secret);
    let data = argument(&data);
    let listed = object(&["audit", "--action", "mapping", "--data", data]);
    let entries = listed["entries"].as_array().unwrap();
    let actions: Vec<&Value> = entries.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["mapping.put", "mapping.put", "mapping.delete"]);
    for entry in entries {
        assert!(entry["actor"].as_str().unwrap().contains("registering"), "{entry}");
        assert!(entry["object"].as_str().unwrap().ends_with(&format!("azurestack-{STAMP}")), "{entry}");
        assert_eq!(entry["detail"]["tenant"], TENANT);
    }
    let null = Value::Null;
    let walk: Vec<_> =
        entries.iter().map(|entry| (subscriptions(entry, "before"), subscriptions(entry, "after"))).collect();
    let (one, two) = (json!(CUSTOMER), json!(CUSTOMER_TOO));
    assert_eq!(walk[0], (vec![], vec![one.clone()]));
    assert_eq!(walk[1], (vec![one.clone()], vec![one.clone(), two.clone()]));
    assert_eq!(walk[2], (vec![one.clone(), two.clone()], vec![one, two, null]));

    let shown = done(&["audit", "--action", "mapping", "--data", data]);
    for part in ["registering (", "mapping.delete  /subscriptions/", "new tenant_mapping 1/", CUSTOMER, " -> "] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!done(&["audit", "--limit", "1000", "--data", data]).contains(&secret));
    let of = |more: &[&str]| {
        let listed = object(&[&["audit", "--data", data], more].concat());
        listed["entries"].as_array().unwrap().len()
    };
    let approvals = of(&["--actor", "approving", "--object", STAMP]);
    assert_eq!((approvals, of(&["--actor", "nobody"]), of(&["--limit", "2"])), (1, 0, 2));
    assert_eq!(done(&["audit", "--since", "2999-01-01", "--data", data]), "No entry is like that.\n");
    assert!(refused(&["audit", "--since", "yesterday", "--data", data]).contains("is no date"));
}

#[test]
fn an_entry_that_was_changed_is_found_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let (data, secret) = furnish_example(folder.path());
    map(folder.path(), &data, &secret);
    let whole = object(&["audit", "--check", "--data", argument(&data)]);
    let mapped = object(&["audit", "--action", "mapping.put", "--data", argument(&data)]);
    let number = mapped["entries"][0]["number"].as_u64().unwrap();
    assert_eq!(whole["broken"], Value::Null);
    assert!(whole["hold"].as_u64().unwrap() > number);
    assert_eq!(whole["hash"], object(&["audit", "--limit", "1", "--data", argument(&data)])["entries"][0]["hash"]);
    let edits = [
        "UPDATE audit SET actor = 'nobody' WHERE number = ?1",
        "UPDATE audit SET at = at - 1 WHERE number = ?1",
        "UPDATE audit SET action = 'mapping.delete' WHERE number = ?1",
        "UPDATE audit SET detail = replace(detail, '0a1', '0b1') WHERE number = ?1",
        "UPDATE audit SET previous = zeroblob(32) WHERE number = ?1",
        "UPDATE audit SET hash = zeroblob(32) WHERE number = ?1",
        "DELETE FROM audit WHERE number = ?1",
    ];
    for edit in edits {
        let copy = folder.path().join("copy");
        std::fs::create_dir(&copy).unwrap();
        let database = Connection::open(data.join("tallybridge.db")).unwrap();
        database.execute("VACUUM INTO ?1", [argument(&copy.join("tallybridge.db"))]).unwrap();
        let changed = Connection::open(copy.join("tallybridge.db")).unwrap();
        changed.execute_batch("PRAGMA foreign_keys = off").unwrap();
        let names: Vec<String> = {
            let mut statement = changed
                .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
                .unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        for name in names {
            changed.execute(&format!("DROP TRIGGER {name}"), []).unwrap();
        }
        assert_eq!(changed.execute(edit, [number]).unwrap(), 1, "{edit}");
        drop(changed);
        let output = run(&["audit", "--check", "--json", "--data", argument(&copy)]);
        assert!(!output.status.success(), "{edit}");
        let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let deleted = u64::from(edit.starts_with("DELETE"));
        assert_eq!(found["broken"]["number"], number + deleted, "{edit}: {found}");
        assert_eq!(found["hold"], number - 1, "{edit}");
        std::fs::remove_dir_all(&copy).unwrap();
    }
}
