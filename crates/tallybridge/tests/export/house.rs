//! House: a data folder with October of three partners: closed, with late usage, and closed again in November.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use hub::{Clock, Hub, MonthClose};
use model::{Day, Document, Hour, Money, Month, Second};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;

use crate::cast::{self, BLOBS, CORES, Seller};

/// A clock that stands still.
struct Stopped(Second);

impl Clock for Stopped {
    fn now(&self) -> Second {
        self.0
    }
}

/// A data folder.
pub struct House {
    folder: tempfile::TempDir,
}

impl House {
    /// October of some partners was reported, and is closed for them.
    pub fn october(sellers: &[&Seller]) -> Self {
        let house = Self::open_month(sellers);
        let hub = house.hub("2026-11-05T00");
        for seller in sellers {
            close(&hub, seller, "2026-10");
        }
        house
    }

    /// October of some partners was reported, and is not closed.
    pub fn open_month(sellers: &[&Seller]) -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        let hub = house.hub("2026-11-03T00");
        for seller in sellers {
            cast::furnish(&hub, seller);
            deliver(&hub, seller, "2026-11-01T01", &october(seller));
        }
        house
    }

    /// Usage of October comes late, and November has some of its own.
    pub fn late_usage(&self, seller: &Seller) {
        let hub = self.hub("2026-12-02T00");
        let [first, second, _] = seller.locals();
        let late = [
            row(&first, "2026-10-12", CORES, "21.75"),
            row(&second, "2026-10-31", BLOBS, "999.000000000000000000001"),
            row(&first, "2026-11-02", CORES, "12.5"),
        ];
        deliver(&hub, seller, "2026-12-01T01", &late);
    }

    /// Closes November, which brings what came late.
    pub fn close_november(&self, seller: &Seller) {
        close(&self.hub("2026-12-05T00"), seller, "2026-11");
    }

    pub fn hub(&self, now: &str) -> Hub {
        let clock = Arc::new(Stopped(Hour::parse(now).unwrap().start()));
        Hub::new(Arc::new(SqliteStore::open(self.folder.path()).unwrap()), clock, api::read_address).unwrap()
    }

    /// The documents of a partner.
    pub fn documents(&self, seller: &Seller) -> Vec<Document> {
        let stored = self.hub("2026-12-05T00").store().documents(Some(&seller.partner())).unwrap();
        stored.into_iter().map(|stored| stored.document).collect()
    }

    /// Runs `tallybridge export` on it.
    pub fn export(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tallybridge"));
        command.arg("export").args(arguments).arg("--data").arg(self.folder.path());
        command.output().unwrap()
    }

    /// The same where it must succeed; gives what it said with `--json`.
    #[track_caller]
    pub fn exported(&self, arguments: &[&str]) -> Value {
        let output = self.export(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs the proof.
    pub fn verify(&self) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tallybridge"));
        let output = command.args(["verify", "--json", "--data"]).arg(self.folder.path()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A path within the folder of the data.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn close(hub: &Hub, seller: &Seller, month: &str) {
    let wish = MonthClose {
        partner: seller.partner(),
        month: Month::parse(month).unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test has few windows".to_owned()),
        dry_run: false,
    };
    hub.close(&wish).unwrap().document.unwrap();
}

fn row(local: &str, day: &str, meter: &str, quantity: &str) -> String {
    let uri = format!("/subscriptions/{local}/resourceGroups/group/providers/Test/thing/{meter}");
    let instance = json!({ "Microsoft.Resources": { "resourceUri": uri, "location": "north" } }).to_string();
    let properties = json!({
        "subscriptionId": local, "usageStartTime": format!("{day}T05:00:00Z"), "usageEndTime": format!("{day}T06:00:00Z"),
        "instanceData": instance, "meterId": meter, "quantity": 0,
    });
    // The number goes in as a text of digits, as stamps send it.
    let properties = properties.to_string().replace("\"quantity\":0", &format!("\"quantity\":{quantity}"));
    format!("{{\"properties\":{properties}}}")
}

/// A month of usage: cores that cross the tiers in the middle of days, blobs with many decimals, and the operator's own.
fn october(seller: &Seller) -> Vec<String> {
    let [first, second, own] = seller.locals();
    let mut rows = Vec::new();
    let days = Month::parse("2026-10").unwrap().days();
    for (number, day) in (1..).zip((days.start.0..days.end.0).map(|day| Day(day).to_string())) {
        rows.push(row(&first, &day, CORES, &format!("{}.{:017}", 20 + number, number * 7 + 1)));
        rows.push(row(&second, &day, CORES, &format!("{}", 3 * number)));
        rows.push(row(&first, &day, BLOBS, &format!("{}.000000838190317153930{number:02}", number * 11)));
        rows.push(row(&own, &day, CORES, "8"));
    }
    rows
}

fn deliver(hub: &Hub, seller: &Seller, hour: &str, rows: &[String]) {
    let table: Vec<Value> =
        seller.locals().iter().map(|local| json!({ "subscriptionId": local, "tenantId": seller.tenant() })).collect();
    let body = format!("{{\"subscriptions\":{},\"value\":[{}]}}", Value::from(table), rows.join(","));
    let digest = Sha256::digest(&body).into();
    let hour = Hour::parse(hour).unwrap();
    let received = hub.receive(&seller.stamp(), hour, digest, "test", |intake| api::fill(intake, &body)).unwrap();
    assert_eq!(received.held_reasons.len(), 0);
}

/// Money as a number of the smallest units that files have. Unit: 10^-12.
pub fn exact(money: Money) -> i128 {
    crate::table::number(&money.decimal())
}
