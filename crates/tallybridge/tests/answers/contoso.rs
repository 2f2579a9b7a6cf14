//! Contoso: a house that spent something in the month that goes on, and the program that looks at it.

use std::{
    path::{Path, PathBuf},
    process::Output,
    time::{SystemTime, UNIX_EPOCH},
};

use model::{Hour, Second};
use serde_json::Value;
use store::{NoticeState, Store as _, sqlite::SqliteStore};

use crate::house::{body, furnish, hub, receive, run};

/// The secret by which the budgets of these tests sign.
pub const SECRET: &str = "a secret that nobody prints";

/// A folder with usage of the hour that just ended.
pub struct Contoso {
    folder: tempfile::TempDir,
}

impl Contoso {
    pub fn new() -> Self {
        let contoso = Self { folder: tempfile::tempdir().unwrap() };
        let now = Second(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap());
        let hour = Hour(now.hour().unwrap().0 - 1);
        let day = hour.start().day().unwrap();
        std::fs::create_dir(contoso.data()).unwrap();
        let hub = hub(&contoso.data(), &now.hour().unwrap().to_string());
        furnish(&hub, &["stamp-a"], &day.to_string());
        let received = receive(&hub, "stamp-a", hour, &body(hour, 9));
        assert!(received.held_reasons.is_empty());
        std::fs::write(contoso.secret(), format!("{SECRET}\n")).unwrap();
        contoso
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn secret(&self) -> PathBuf {
        self.folder.path().join("secret")
    }

    /// Another file of the house.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs `tallybridge budget`. Whatever it says, it never says the secret.
    pub fn budget(&self, arguments: &[&str]) -> Ran {
        let data = self.data();
        let output = run(&[&["budget"], arguments, &["--data", text(&data)]].concat());
        let ran = Ran::new(output);
        assert!(!ran.printed.contains(SECRET) && !ran.said.contains(SECRET), "{ran:?}");
        ran
    }

    /// Keeps a budget that has long been spent, with whom it tells.
    pub fn set(&self, id: &str, tells: &[&str]) {
        let secret = self.secret();
        let terms = ["set", id, "--amount", "0.01", "--currency", "USD", "--thresholds", "100"];
        let signed: &[&str] = &["--secret-file", text(&secret)];
        self.budget(&[&terms, tells, signed].concat()).ok();
    }

    /// The notices, as `budget notices` has them.
    pub fn notices(&self) -> Vec<Value> {
        let ran = self.budget(&["notices", "--json"]);
        let answer: Value = serde_json::from_str(ran.ok()).unwrap();
        answer["notices"].as_array().unwrap().clone()
    }

    /// Lets the waits of all notices pass.
    pub fn wait_is_over(&self) {
        let store = SqliteStore::open(&self.data()).unwrap();
        for state in store.notices(99).unwrap() {
            let next_at = state.next_at.map(|_| state.notice.at);
            store.settle_notice(&NoticeState { next_at, ..state }).unwrap();
        }
    }
}

/// A run of the program.
#[derive(Debug)]
pub struct Ran {
    pub done: bool,
    pub printed: String,
    pub said: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { done: output.status.success(), printed: text(output.stdout), said: text(output.stderr) }
    }

    /// What it printed; it must have ended well.
    #[track_caller]
    pub fn ok(&self) -> &str {
        assert!(self.done, "{self:?}");
        &self.printed
    }

    /// What it printed; it must have ended with a failure.
    #[track_caller]
    pub fn failed(&self) -> &str {
        assert!(!self.done, "{self:?}");
        &self.printed
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
