//! Verify, in the hallway: prove that nothing was dropped, doubled or changed.
//!
//! It reads everything: each segment, sum, delivery, audit entry and document. What it finds wrong it names by its place.

mod books;
mod charges;
mod papers;

use model::CloudId;
use store::StoreError;

use crate::{Hub, statement::Counts};

/// One law with what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// What must hold.
    pub name: &'static str,
    /// How many times it was looked at.
    pub checked: u64,
    /// Where it does not hold, and why.
    pub failures: Vec<String>,
}

impl Law {
    fn new(name: &'static str) -> Self {
        Self { name, checked: 0, failures: Vec::new() }
    }

    /// Looks once more.
    fn check(&mut self, holds: bool, failure: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.failures.push(failure());
        }
    }

    /// Looks at something that may not even be readable.
    fn read<T>(&mut self, value: Result<T, StoreError>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.check(false, || error.to_string());
                None
            }
        }
    }
}

/// Everything that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The laws.
    pub laws: Vec<Law>,
    /// Rows by all deliveries: received, stored, copies, held.
    pub deliveries: store::DeliveryCounts,
    /// Where the stored rows went.
    pub counts: Counts,
}

impl Proof {
    /// Whether every law holds.
    pub fn holds(&self) -> bool {
        self.laws.iter().all(|law| law.failures.is_empty())
    }
}

impl Hub {
    /// Proves the laws of the house. `progress` hears how many windows of how many were read.
    ///
    /// # Errors
    ///
    /// When the store cannot be read at all. What is damaged is a failure of a law, not an error.
    pub fn verify(&self, mut progress: impl FnMut(u64, u64)) -> Result<Proof, StoreError> {
        let mut database = Law::new("the database is whole, and what must not change is guarded");
        let problems = self.store.check()?;
        database.checked += 1;
        database.failures.extend(problems);

        let mut books = books::Books::new();
        match self.store.office() {
            Ok((office, _)) => {
                let stamps: Vec<CloudId> = office.stamps.keys().cloned().collect();
                let mut total = 0;
                for stamp in &stamps {
                    total += books.count_windows(self, stamp);
                }
                let mut done = 0;
                for stamp in &stamps {
                    books.check_stamp(self, &office, stamp, &mut || {
                        done += 1;
                        progress(done, total);
                    });
                }
            }
            Err(error) => database.failures.push(error.to_string()),
        }
        let mut conservation = Law::new("received = stored + copies + held; stored = attributed + without payer");
        let counts = match self.counts() {
            Ok(counts) => counts,
            Err(error) => {
                conservation.failures.push(error.to_string());
                Counts::default()
            }
        };
        let sums = books.deliveries;
        conservation.check(sums.received == sums.stored + sums.copies + sums.held, || {
            format!(
                "received {} rows, but stored {}, copies {}, held {}",
                sums.received, sums.stored, sums.copies, sums.held
            )
        });
        conservation.check(sums.stored == counts.attributed + counts.unattributed, || {
            format!(
                "stored {} rows, but {} have a payer and {} have none",
                sums.stored, counts.attributed, counts.unattributed
            )
        });
        conservation.check(counts.attributed == counts.rated + counts.unpriced + counts.informational, || {
            format!(
                "attributed {} rows, but rated {}, unpriced {}, informational {}",
                counts.attributed, counts.rated, counts.unpriced, counts.informational
            )
        });
        let mut laws = vec![database];
        let deliveries = books.deliveries;
        laws.extend(books.into_laws());
        laws.push(conservation);
        laws.extend(papers::check(self));
        laws.extend(charges::check(self));
        Ok(Proof { laws, deliveries, counts })
    }
}
