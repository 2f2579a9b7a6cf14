//! Account: who can sign in is decided at the command line, and a hub that serves at that moment knows it at once.

use serde_json::Value;

use crate::served::{Answer, Served, argument, done, object, refused};

/// What programs without a secret of their own call themselves.
const TOOL: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Whether an answer of the token endpoint opens the front door: the status there.
fn knock(served: &Served, answer: &Answer) -> u16 {
    let token = answer.ok()["access_token"].as_str().unwrap().to_owned();
    served.ask(&token, "GET", "/subscriptions?api-version=2022-12-01", None).status
}

#[test]
fn a_program_signs_in_with_each_of_its_secrets_until_it_is_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let data = argument(folder.path());
    let made = object(&[
        "account",
        "create-operator",
        "--name",
        "automation",
        "--directory",
        "Contoso.example",
        "--data",
        data,
    ]);
    let (client, directory) = (text(&made, "client_id"), text(&made, "directory"));
    let served = Served::start(folder.path());
    let sign_in = |secret: &str| served.sign_in_program(directory, client, secret);
    assert_eq!(knock(&served, &sign_in(text(&made, "secret"))), 200);
    let second = object(&["account", "secret", "automation", "--name", "second", "--days", "30", "--data", data]);
    assert_eq!((text(&second, "client_id"), text(&second, "name")), (client, "second"));
    let until = text(&second, "until").to_owned();
    for secret in [text(&made, "secret"), text(&second, "secret")] {
        assert_eq!(knock(&served, &sign_in(secret)), 200);
    }
    assert_eq!(served.sign_in_program("contoso.example", client, text(&second, "secret")).status, 200, "by its domain");
    assert_eq!(sign_in("tbs_guessed").status, 401);
    let again = object(&["account", "secret", client, "--name", "second", "--data", data]);
    assert_eq!(sign_in(text(&second, "secret")).status, 401, "a secret of the same name ends");

    let token = sign_in(text(&again, "secret"));
    assert!(done(&["account", "disable", "automation", "--data", data]).contains("can sign in no longer"));
    assert_eq!(knock(&served, &token), 401, "its tokens end at once");
    assert_eq!(sign_in(text(&again, "secret")).status, 401);
    assert!(done(&["account", "enable", text(&made, "id"), "--data", data]).contains("can sign in."));
    assert_eq!(knock(&served, &sign_in(text(&again, "secret"))), 200);

    let listed = object(&["account", "list", "--data", data]);
    let account = &listed["accounts"][0];
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 1);
    assert_eq!((text(account, "kind"), text(account, "domain")), ("service_principal", "contoso.example"));
    assert_eq!(account["roles"], serde_json::json!([{ "role": "Platform Operator", "scope": "/" }]));
    let names: Vec<&str> = account["secrets"].as_array().unwrap().iter().map(|secret| text(secret, "name")).collect();
    assert_eq!(names, ["first", "second"]);
    assert_eq!(account["secrets"][1]["until"], Value::Null, "the one before ended {until}");
    for secret in [text(&made, "secret"), text(&again, "secret")] {
        assert!(!listed.to_string().contains(secret) && !done(&["audit", "--data", data]).contains(secret));
    }
}

#[test]
fn a_person_signs_in_with_the_last_password_that_was_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = argument(folder.path());
    let made = object(&[
        "account",
        "create-operator",
        "--name",
        "ada@contoso.example",
        "--directory",
        "contoso.example",
        "--data",
        data,
    ]);
    assert_eq!((&made["secret"], &made["client_id"]), (&Value::Null, &Value::Null));
    let file = folder.path().join("password");
    let set = |password: &str| {
        std::fs::write(&file, password).unwrap();
        done(&["account", "password", "ada@contoso.example", "--from", argument(&file), "--data", data])
    };
    let served = Served::start(folder.path());
    let sign_in = |password: &str| {
        let form = [
            ("grant_type", "password"),
            ("client_id", TOOL),
            ("username", "ADA@contoso.example"),
            ("password", password),
        ];
        served.sign_in("contoso.example", &form)
    };
    assert_eq!(sign_in("correct horse battery").status, 400, "before there is a password");
    assert_eq!(set("correct horse battery\r\nwhat follows is not read"), "ada@contoso.example has a new password.\n");
    let first = sign_in("correct horse battery");
    assert_eq!(knock(&served, &first), 200);
    set("another long password");
    assert_eq!(sign_in("correct horse battery").status, 400);
    assert_eq!(knock(&served, &sign_in("another long password")), 200);
    done(&["account", "disable", "Ada@Contoso.example", "--data", data]);
    assert_eq!(sign_in("another long password").status, 400);
    assert_eq!(knock(&served, &first), 401, "its tokens end at once");
    let listed = object(&["account", "list", "--data", data]);
    assert_eq!(listed["accounts"][0]["enabled"], Value::Bool(false));
    assert!(!listed.to_string().contains("battery"));
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = argument(folder.path());
    let (empty, short) = (folder.path().join("empty"), folder.path().join("short"));
    std::fs::write(&empty, "\nsecond line").unwrap();
    std::fs::write(&short, "short\n").unwrap();
    for name in ["automation", "ada@contoso.example"] {
        done(&["account", "create-operator", "--name", name, "--directory", "contoso.example", "--data", data]);
    }
    let before = (done(&["account", "list", "--data", data]), done(&["audit", "--data", data]));
    let rows: &[(&[&str], &str)] = &[
        (&["secret", "ada@contoso.example"], "ada@contoso.example is a person: give a password"),
        (&["password", "automation", "--from", argument(&short)], "automation is a program: draw a secret"),
        (&["password", "ada@contoso.example", "--from", argument(&empty)], "the first line is empty"),
        (&["password", "ada@contoso.example", "--from", argument(&short)], "password"),
        (&["password", "ada@contoso.example", "--from", "nowhere"], "open nowhere"),
        (&["disable", "grace@contoso.example"], "no account, or more than one, is called \"grace@contoso.example\""),
        (&["enable", "grace@contoso.example"], "see `tallybridge account list`"),
        (&["secret", "automation", "--name", ""], "has not from 1 to 64 printable bytes"),
        (&["secret", "automation", "--days", "0"], "0 is not in 1..=3650"),
        (&["create-operator", "--name", "automation", "--directory", "contoso.example"], "there is an account"),
        (&["create-operator", "--name", "other", "--directory", "no domain"], "--directory \"no domain\""),
        (&["create-operator", "--name", "", "--directory", "contoso.example"], "has not from 1 to 128 printable bytes"),
    ];
    for (arguments, expected) in rows {
        let said = refused(&[&["account"], *arguments, &["--data", data]].concat());
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert_eq!((done(&["account", "list", "--data", data]), done(&["audit", "--data", data])), before);
}
