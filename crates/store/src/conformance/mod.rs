//! Conformance: what every database behind [`Store`] must do, room by room.
//!
//! Each room lists its cases once; the list becomes one named test per case and database. A case that is not in its list is
//! dead code, which the compiler reports.

mod audit;
pub(crate) mod commerce;
pub(crate) mod documents;
pub(crate) mod house;
mod inputs;
pub(crate) mod notices;
pub(crate) mod office;
mod parts;
pub(crate) mod samples;
mod sums;
pub(crate) mod usage;
mod watermark;
mod windows;

use crate::{Store, UsageStore};

/// Where a database lives while a test runs. It is empty at first, and each opening finds the same one.
pub(crate) trait Place {
    /// Opens the database, also beside others that are open.
    fn open(&self) -> Box<dyn Store>;

    /// Opens the same database as what a usage service keeps.
    fn open_usage(&self) -> Box<dyn UsageStore>;

    /// Another place that is empty.
    fn another(&self) -> Box<dyn Place>;
}

/// Makes a test of each case for each database.
macro_rules! cases {
    ($($case:ident,)+) => {
        mod sqlite {
            $(#[test]
            fn $case() {
                super::$case(&crate::sqlite::tests::Folder::new());
            })+
        }
    };
}
use cases;

/// Collects what a method hands out piece by piece.
pub(crate) fn collected<T>(read: impl FnOnce(&mut dyn FnMut(T) -> crate::Result<()>) -> crate::Result<()>) -> Vec<T> {
    let mut all = Vec::new();
    read(&mut |one| {
        all.push(one);
        Ok(())
    })
    .unwrap();
    all
}
