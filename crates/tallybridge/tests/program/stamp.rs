//! Stamp: a registration by files, as a stamp does it that reaches nothing.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::{Value, json};

use crate::served::{BRIDGE, Served, argument, done, furnish_example, object, refused, registration};

const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const OTHER: &str = "50000000-0000-4000-8000-00000000000b";
const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";

/// Makes the registration token of a stamp in its folder, and gives it.
fn token(folder: &Path, stamp: &str) -> String {
    let out = folder.with_extension("token");
    done(&[
        "stamp",
        "token",
        "--stamp",
        argument(folder),
        "--cloud",
        stamp,
        "--provider-subscription",
        PROVIDER,
        "--region",
        "north",
        "--object-id",
        BRIDGE,
        "--out",
        argument(&out),
    ]);
    fs::read_to_string(out).unwrap()
}

#[test]
fn a_stamp_that_reaches_nothing_is_registered_by_files() {
    let folder = tempfile::tempdir().unwrap();
    let (stamp, other) = (folder.path().join("north"), folder.path().join("south"));
    let (key, keys) = (folder.path().join("key.json"), folder.path().join("keys.json"));
    let (data, secret) = furnish_example(folder.path());

    // On the stamp, and carried out.
    let sent = token(&stamp, STAMP);
    token(&other, OTHER);
    assert_eq!(object(&["stamp", "status", "--stamp", argument(&stamp)])["state"], "Not registered");
    assert_eq!(done(&["stamp", "token", "--stamp", argument(&stamp), "--object-id", BRIDGE]).trim(), sent.trim());

    // Where the hub is.
    let served = Served::start(&data);
    let registering = served.registering(&secret);
    fs::write(&key, served.register(&registering, STAMP, &sent)).unwrap();
    fs::write(&keys, served.ask("", "GET", "/discovery/v2.0/keys", None).text).unwrap();
    let shown = served.ask(&registering, "GET", &registration(STAMP, ""), None).ok();
    assert_eq!(shown["properties"]["cloudId"], STAMP);
    drop(served);

    // Carried in: there is no hub any more.
    let activate = |folder: &Path, key: &Path, trust: &Path| {
        ["stamp", "activate", "--stamp", argument(folder), "--key", argument(key), "--trust", argument(trust)]
            .map(str::to_owned)
    };
    let run = |arguments: &[String]| object(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let activated = run(&activate(&stamp, &key, &keys));
    assert_eq!((&activated["cloudId"], &activated["state"]), (&json!(STAMP), &json!("Registered")));
    let status = object(&["stamp", "status", "--stamp", argument(&stamp)]);
    assert_eq!(status, activated);
    let properties = &status["activation"]["properties"];
    assert_eq!(properties["provisioningState"], "Succeeded");
    assert_eq!(properties["usageReportingEnabled"], true);
    let identifier = properties["azureRegistrationResourceIdentifier"].as_str().unwrap();
    assert!(identifier.ends_with(&format!("registrations/azurestack-{STAMP}")), "{identifier}");
    let text = done(&["stamp", "status", "--stamp", argument(&stamp)]);
    assert!(text.contains("State         Registered\n") && text.contains("Billing       PayAsYouUse\n"), "{text}");

    // What the bridge delivers with is in one file that nobody else reads, and is never shown.
    let file = stamp.join("activation.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let credential = kept["credential"].as_str().unwrap();
    assert!(!credential.is_empty() && !text.contains(credential) && !status.to_string().contains(credential));

    // Deactivated, and activated again with the same files.
    let deactivate = ["stamp", "deactivate", "--stamp", argument(&stamp)];
    assert!(done(&deactivate).starts_with("The activation is ended."));
    assert_eq!(object(&["stamp", "status", "--stamp", argument(&stamp)])["state"], "Not registered");
    assert_eq!(done(&deactivate), "The stamp is not activated.\n");
    assert_eq!(run(&activate(&stamp, &key, &keys))["state"], "Registered");
}

#[test]
fn a_key_that_is_not_this_stamps_own_and_whole_activates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (data, secret) = furnish_example(folder.path());
    let sent = token(&at("north"), STAMP);
    token(&at("south"), OTHER);
    let served = Served::start(&data);
    let answer = served.register(&served.registering(&secret), STAMP, &sent);
    let published = served.ask("", "GET", "/discovery/v2.0/keys", None).text;
    drop(served);
    let key = serde_json::from_str::<Value>(&answer).unwrap()["activationKey"].as_str().unwrap().to_owned();
    let (message, signature) = key.rsplit_once('.').unwrap();
    let middle = signature.len() / 2;
    let swapped = if signature.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let damaged = format!("{message}.{}{swapped}{}", &signature[..middle], &signature[middle + 1..]);
    for (name, content) in [
        ("key", key.as_str()),
        ("damaged", damaged.as_str()),
        ("cut", message),
        ("empty", ""),
        ("other.json", r#"{"key": 1}"#),
        ("keys", published.as_str()),
        ("no-keys", r#"{"keys": []}"#),
    ] {
        fs::write(at(name), content).unwrap();
    }
    let rows = [
        ("south", "key", "keys", STAMP),
        ("north", "damaged", "keys", "signature"),
        ("north", "cut", "keys", ""),
        ("north", "empty", "keys", ""),
        ("north", "other.json", "keys", "JSON without an activationKey"),
        ("north", "key", "no-keys", ""),
        ("north", "key", "key", ""),
        ("north", "nowhere", "keys", "nowhere"),
        ("nowhere", "key", "keys", "make its token first"),
    ];
    for (stamp, key, trust, expected) in rows {
        let [folder, key, trust] = [at(stamp), at(key), at(trust)];
        let arguments = ["--stamp", argument(&folder), "--key", argument(&key), "--trust", argument(&trust)];
        let said = refused(&[&["stamp", "activate"][..], &arguments].concat());
        assert!(said.contains(expected), "{stamp} {key:?} {trust:?}: {said}");
        assert!(!folder.join("activation.json").exists(), "{said}");
    }
    // A stamp that is registered keeps its activation when another stamp's key is refused.
    let activate = |stamp: &str| {
        let (folder, key, trust) = (at(stamp), at("key"), at("keys"));
        let arguments = ["--stamp", argument(&folder), "--key", argument(&key), "--trust", argument(&trust)];
        object(&[&["stamp", "activate"][..], &arguments].concat())
    };
    assert_eq!(activate("north")["state"], "Registered");
    let said = refused(&["stamp", "token", "--stamp", argument(&at("north")), "--cloud", OTHER, "--object-id", BRIDGE]);
    assert!(said.contains("is the folder of the stamp"), "{said}");
    assert_eq!(object(&["stamp", "status", "--stamp", argument(&at("north"))])["state"], "Registered");
}
