//! The house under test: a real hub on a real database, told what the facts say.

use std::{collections::BTreeMap, sync::Arc};

use billing::rate::{DailyCharge, RatedMonth};
use hub::{Clock, CloseError, Closed, Hub, MonthClose, Received, SentFields, Side, View};
use model::{Amount, Hour, LineKey, Month, PartnerId, Quantity, Second};
use proptest::{prop_assert_eq, test_runner::TestCaseError};
use sha2::{Digest, Sha256};
use store::{Document, Pins, Store, sqlite::SqliteStore};

use crate::{
    facts::{LOCALS, Office, Row, Step, Window, tenant_of},
    oracle::{Key, Line, Paper, exact},
    records,
};

/// It is always the first of May.
struct MayFirst;

impl Clock for MayFirst {
    fn now(&self) -> Second {
        Second::parse("2026-05-01T00:00:00Z").unwrap()
    }
}

pub struct House {
    folder: tempfile::TempDir,
    pub hub: Hub,
}

/// The order in which the parts of a body come. Each is as good as the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Rows begin with this one, counted around, and come a second time as copies.
    pub rows_from: usize,
    pub twice: bool,
    /// The table of local subscriptions comes between the rows, from its end.
    pub table_between: bool,
}

fn failed(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

impl House {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = open_hub(&folder);
        Self { folder, hub }
    }

    /// Ends the hub and begins another on the same database.
    pub fn restart(&mut self) {
        self.hub = open_hub(&self.folder);
    }

    /// Tells the hub everything that is in the office.
    pub fn furnish(&self, number: usize, office: &Office) -> Result<(), TestCaseError> {
        self.hub.record("law", "everything", &records::everything(number, office)).map_err(failed)
    }

    /// Tells the hub what a step may have changed.
    pub fn change_office(&self, number: usize, office: &Office, step: &Step) -> Result<(), TestCaseError> {
        match records::changed(number, office, step).as_slice() {
            [] => Ok(()),
            changed => self.hub.record("law", "a change", changed).map_err(failed),
        }
    }

    pub fn deliver(&self, number: usize, window: &Window, manner: Manner) -> Result<Received, TestCaseError> {
        let hour = Hour::parse(window.hour.0).unwrap();
        let mut rows: Vec<(&Row, String)> = window.rows.iter().map(|row| (row, format!("{row:?}"))).collect();
        let first = manner.rows_from % rows.len().max(1);
        rows.rotate_left(first);
        if manner.twice {
            rows.extend_from_within(..);
        }
        let mut table: Vec<&str> = LOCALS.to_vec();
        let split = if manner.table_between { rows.len() / 2 } else { 0 };
        if manner.table_between {
            table.reverse();
        }
        let digest = Sha256::digest(format!("{manner:?}{rows:?}")).into();
        let stamp = records::stamp_id(number, window.stamp);
        self.hub
            .receive(&stamp, hour, digest, "law", |intake| {
                let mut take = |(row, raw)| send(row, |fields| intake.row(raw, Ok(fields)));
                rows[..split].iter().map(|(row, raw)| (*row, raw.as_str())).for_each(&mut take);
                for local in &table {
                    if let Some(tenant) = tenant_of(local, window.hour.0) {
                        intake.subscription(local, Some(tenant))?;
                    }
                }
                let mut take = |(row, raw)| send(row, |fields| intake.row(raw, Ok(fields)));
                rows[split..].iter().map(|(row, raw)| (*row, raw.as_str())).for_each(&mut take);
                Ok::<(), String>(())
            })
            .map_err(failed)
    }

    /// Closes a month, whatever stands against it.
    pub fn close(&self, number: usize, month: &str) -> Result<Option<model::Document>, TestCaseError> {
        let wish = MonthClose {
            partner: records::partner(number),
            month: Month::parse(month).unwrap(),
            actor: "law".to_owned(),
            override_reason: Some("generated".to_owned()),
            dry_run: false,
        };
        self.hub.close(&wish).map(|Closed { document, .. }| document).map_err(failed)
    }

    /// A month by what a document was computed from. Its daily sums cost what its lines say.
    pub fn pinned(&self, partner: &PartnerId, month: Month, pins: &Pins) -> Result<Vec<RatedMonth>, TestCaseError> {
        let mut charges: BTreeMap<LineKey, (Quantity, Amount)> = BTreeMap::new();
        let mut add = |charge: &DailyCharge| {
            let line = &charge.line;
            let sum = charges.get(&line.key).copied();
            let (quantity, amount) = match sum {
                None => (line.quantity, line.amount),
                Some((quantity, amount)) => (quantity.checked_add(line.quantity)?, amount.checked_add(line.amount)?),
            };
            charges.insert(line.key.clone(), (quantity, amount));
            Ok::<(), CloseError>(())
        };
        let month = self.hub.daily_charges(partner, month, View::Pinned(pins), Side::Cost, |_| Ok(()), &mut add);
        let month = month.map_err(failed)?;
        let lines = month.rated.iter().flat_map(|rated| &rated.lines);
        let lines: BTreeMap<_, _> = lines.map(|line| (line.key.clone(), (line.quantity, line.amount))).collect();
        charges.retain(|_, (quantity, _)| !quantity.is_zero());
        prop_assert_eq!(charges, lines, "what daily sums cost, and the lines");
        Ok(month.rated)
    }

    /// Everything that was ever issued to the partner.
    pub fn documents(&self, number: usize) -> Vec<Document> {
        self.hub.store().documents(Some(&records::partner(number))).unwrap()
    }
}

fn open_hub(folder: &tempfile::TempDir) -> Hub {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    Hub::new(store, Arc::new(MayFirst), api::read_address).unwrap()
}

/// Hands a row over in the spelling that it asks for.
fn send(row: &Row, take: impl FnOnce(SentFields<'_>)) {
    let instance = format!(
        r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"{}\",\"tags\":{{\"colour\":\"{}\"}}}}}}"#,
        row.resource, row.tags
    );
    let (subscription, meter) = if row.spelled {
        (row.local.to_ascii_uppercase(), row.meter.spelled)
    } else {
        (row.local.to_owned(), row.meter.id)
    };
    take(SentFields {
        subscription: &subscription,
        start: &row.start(),
        end: &row.end(),
        instance: &instance,
        quantity: row.quantity,
        meter,
    });
}

/// A document in the words of the oracle.
pub fn paper(number: usize, document: &model::Document) -> Paper {
    let prefix = records::named(number, "").to_ascii_lowercase();
    let plain = |id: &str| id.strip_prefix(&prefix).unwrap().to_owned();
    let residual = |text: &str| {
        let (dividend, divisor) = text.split_once('/').unwrap_or((text, "1"));
        exact(dividend).unwrap() / exact(divisor).unwrap()
    };
    let line = |line: &model::InvoiceLine| Line {
        key: Key {
            month: line.key.month.to_string(),
            subscription: plain(line.key.paying_subscription.folded()),
            stamp: plain(line.key.stamp.folded()),
            meter: line.key.meter.folded().to_owned(),
            commerce: line.key.commerce_meter.folded().to_owned(),
            infrastructure: line.key.scope == model::Scope::Infrastructure,
            price_from: line.key.price_from.to_string(),
            tier: line.key.tier,
            discount: exact(&line.key.discount.to_string()).unwrap(),
            credit: exact(&line.key.credit.to_string()).unwrap(),
        },
        kind: line.kind.word(),
        unit_price: exact(&line.unit_price.to_string()).unwrap(),
        divisor: line.divisor,
        exchange: line
            .exchange
            .map(|exchange| (exchange.from.code().to_owned(), exact(&exchange.rate.to_string()).unwrap())),
        quantity: exact(&line.quantity.to_string()).unwrap(),
        amount: line.amount.minor.into(),
        residual: residual(&line.residual),
    };
    Paper {
        number: document.number.to_string(),
        kind: document.kind.word(),
        total: document.total.minor.into(),
        lines: document.lines.iter().map(line).collect(),
    }
}
