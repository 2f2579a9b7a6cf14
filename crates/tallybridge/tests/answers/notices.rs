//! Notices: what budgets tell by webhook and by mail, from the program to real receivers.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::{
    contoso::{Contoso, SECRET, text},
    house::program,
    post_office::PostOffice,
    receiver::Receiver,
};

#[test]
fn a_webhook_that_refuses_twice_is_told_at_the_third_attempt_and_never_again() {
    let contoso = Contoso::new();
    let receiver = Receiver::new(&[503, 302]);
    contoso.set("all", &["--webhook", &receiver.address]);
    let checked = contoso.budget(&["check", "--allow-http"]);
    assert!(checked.ok().contains("100 %"), "{checked:?}");
    assert!(checked.said.contains("Notices: 0 delivered, 1 refused, to be tried again."), "{checked:?}");
    let first = receiver.next();
    let early = contoso.budget(&["deliver", "--allow-http"]);
    assert_eq!(early.ok(), "Nothing is due.\n");
    contoso.wait_is_over();
    let refused = contoso.budget(&["deliver", "--allow-http"]);
    assert!(refused.failed().contains("1 refused, to be tried again"), "{refused:?}");
    let second = receiver.next();
    let listed = contoso.budget(&["notices"]);
    assert!(listed.ok().contains("the receiver answered 302 Found"), "{listed:?}");
    assert!(!listed.printed.contains("/hook"), "the path of a webhook is often a secret: {listed:?}");
    contoso.wait_is_over();
    let taken = contoso.budget(&["deliver", "--allow-http", "--json"]);
    let counts: Value = serde_json::from_str(taken.ok()).unwrap();
    assert_eq!(counts, serde_json::json!({ "delivered": 1, "failed": 0, "givenUp": 0, "withoutServer": 0 }));
    let third = receiver.next();
    for again in ["check", "deliver", "check"] {
        contoso.wait_is_over();
        contoso.budget(&[again, "--allow-http"]).ok();
    }
    assert!(receiver.is_left_alone());
    let [told] = contoso.notices().try_into().unwrap();
    assert_eq!((&told["attempts"], &told["problem"], &told["next"]), (&3.into(), &Value::Null, &Value::Null));
    assert!(told["delivered"].is_string());
    for posted in [&first, &second, &third] {
        assert_eq!(posted.body, first.body);
        assert_eq!(posted.header("idempotency-key"), first.header("idempotency-key"));
        assert_eq!(posted.header("idempotency-key").len(), 32, "a key without the address in it");
        assert_eq!(posted.header("content-type"), "application/json");
        assert!(posted.signed_at(SECRET) >= first.signed_at(SECRET));
    }
    let message: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((&message["event"], &message["budget"]), (&"budget.threshold".into(), &"all".into()));
    assert_eq!((&message["threshold"], &message["amount"]), (&"100".into(), &"0.01".into()));
}

#[test]
fn a_webhook_without_tls_or_on_this_machine_is_not_asked_unless_it_is_allowed() {
    let contoso = Contoso::new();
    let receiver = Receiver::new(&[]);
    contoso.set("open", &["--webhook", &receiver.address]);
    contoso.set("here", &["--webhook", &receiver.address.replace("http:", "https:")]);
    contoso.budget(&["check"]).ok();
    let mut problems: Vec<String> =
        contoso.notices().iter().map(|notice| notice["problem"].as_str().unwrap().to_owned()).collect();
    problems.sort_unstable();
    let [not_https, not_public] = problems.try_into().unwrap();
    assert!(not_https.contains("not https") && not_https.contains("--allow-http"), "{not_https}");
    assert!(not_public.contains("on this machine") && not_public.contains("--allow-http"), "{not_public}");
    assert!(receiver.is_left_alone());
}

#[test]
fn a_mail_waits_for_a_server_and_is_sent_once() {
    let contoso = Contoso::new();
    contoso.set("all", &["--mail", "finance@contoso.example"]);
    let checked = contoso.budget(&["check"]);
    checked.ok();
    assert!(checked.said.contains("1 waiting for a mail server, see --smtp-server"), "{checked:?}");
    let listed = contoso.budget(&["notices"]);
    assert!(listed.ok().contains("it waits for a mail server: name one with --smtp-server"), "{listed:?}");
    let office = PostOffice::new(1);
    let way =
        ["--smtp-server", &office.address, "--smtp-encryption", "none", "--smtp-from", "Hub <hub@contoso.example>"];
    let deliver = [&["deliver"], way.as_slice()].concat();
    contoso.wait_is_over();
    contoso.budget(&deliver).failed();
    let refused = office.next();
    let [waiting] = contoso.notices().try_into().unwrap();
    assert!(waiting["problem"].as_str().unwrap().contains("the box is full"), "{waiting}");
    assert_eq!(waiting["attempts"], 1, "waiting for a server was no attempt");
    contoso.wait_is_over();
    assert_eq!(contoso.budget(&deliver).ok(), "Notices: 1 delivered.\n");
    let mail = office.next();
    contoso.wait_is_over();
    assert_eq!(contoso.budget(&deliver).ok(), "Nothing is due.\n");
    assert!(office.is_left_alone());
    assert_eq!(mail.header("Message-ID"), refused.header("Message-ID"));
    assert!(mail.from.contains("<hub@contoso.example>") && mail.to.contains("<finance@contoso.example>"), "{mail:?}");
    assert!(mail.header("Subject").starts_with("Budget all: 100 % of "), "{mail:?}");
    assert!(mail.text.contains("Budgeted:  0.01 USD\r\n") && mail.login.is_none(), "{mail:?}");
}

#[test]
fn a_mail_server_that_asks_for_a_password_gets_the_one_of_the_file() {
    let contoso = Contoso::new();
    contoso.set("all", &["--mail", "finance@contoso.example"]);
    let office = PostOffice::new(0);
    let password = contoso.file("password", "correct horse\n");
    let server = ["--smtp-server", &office.address, "--smtp-encryption", "none", "--smtp-from", "hub@contoso.example"];
    let login = ["--smtp-user", "hub", "--smtp-password-file", text(&password)];
    let checked = contoso.budget(&[&["check"], server.as_slice(), &login].concat());
    assert!(checked.said.contains("Notices: 1 delivered.") && checked.done, "{checked:?}");
    let mail = office.next();
    assert_eq!(BASE64_STANDARD.decode(mail.login.unwrap()).unwrap(), b"\0hub\0correct horse");
    for (spoilt, problem) in [("", "holds no password"), (&*"x".repeat(2_000), "or one above 1024 bytes")] {
        contoso.file("password", spoilt);
        let refused = contoso.budget(&[&["deliver"], server.as_slice(), &login].concat());
        assert!(!refused.done && refused.said.contains(problem), "{refused:?}");
    }
}

/// The program, serving until it is dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_hub_that_serves_looks_at_budgets_and_tells_by_itself() {
    let contoso = Contoso::new();
    let receiver = Receiver::new(&[]);
    contoso.set("all", &["--webhook", &receiver.address]);
    let data = contoso.data();
    let child = Command::new(program())
        .args(["serve", "--listen", "127.0.0.1:0", "--budgets-every", "1", "--allow-http", "--data", text(&data)])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Serving(child);
    let mut lines = BufReader::new(child.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut said: Vec<String> = lines.by_ref().take_while(|line| !line.contains("listening on ")).collect();
    receiver.next().signed_at(SECRET);
    drop(child);
    said.extend(lines);
    assert!(!said.join("\n").contains(SECRET), "{said:?}");
    assert!(receiver.is_left_alone());
}

/// The program in Python of the reference.
fn snippet() -> String {
    let page = include_str!("../../../../docs/reference/notices.md");
    let (_, rest) = page.split_once("```python\n").unwrap();
    rest.split("```").next().unwrap().to_owned()
}

#[test]
fn the_reference_tells_a_genuine_message_from_one_that_was_changed_is_old_or_not_signed() {
    let contoso = Contoso::new();
    let receiver = Receiver::new(&[]);
    contoso.set("all", &["--webhook", &receiver.address]);
    contoso.budget(&["check", "--allow-http"]).ok();
    let posted = receiver.next();
    let signature = posted.header("tallybridge-signature");
    let ask =
        "import sys\nprint(is_genuine(sys.argv[1].encode(), sys.argv[2], sys.argv[3].encode(), int(sys.argv[4])))";
    let changed = posted.body.replace("0.01", "0.02");
    let old = signature.replacen("t=", "t=1", 1);
    for (secret, signature, body, minutes, genuine) in [
        (SECRET, signature, &posted.body, "5", "True\n"),
        ("another secret", signature, &posted.body, "5", "False\n"),
        (SECRET, signature, &changed, "5", "False\n"),
        (SECRET, &*old, &posted.body, "5", "False\n"),
        (SECRET, signature, &posted.body, "-1", "False\n"),
        (SECRET, "v1", &posted.body, "5", "False\n"),
        (SECRET, "", &posted.body, "5", "False\n"),
        (SECRET, "t=١,v1=é", &posted.body, "5", "False\n"),
    ] {
        let output = Command::new("python3")
            .args(["-c", &format!("{}\n{ask}", snippet()), secret, signature, body, minutes])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), genuine, "{signature} {said}");
    }
}
