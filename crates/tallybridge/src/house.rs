//! House: a data folder opened as a hub.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use hub::{Clock, Hub};
use model::{CustomerId, Day, InvoiceNumber, Month, PartnerId};
use store::sqlite::SqliteStore;

use crate::clock::SystemClock;

/// Who acts when a person uses the command line. The audit log says so.
pub const OPERATOR: &str = "operator at the command line";

/// Opens a folder to work in it; makes it when it is not there.
pub fn open(folder: &Path) -> anyhow::Result<Hub> {
    open_with(folder, Arc::new(SystemClock))
}

/// Opens a folder with a clock of one's own.
pub fn open_with(folder: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<Hub> {
    let store = SqliteStore::open(folder).with_context(|| format!("open the data folder {}", folder.display()))?;
    Ok(Hub::new(Arc::new(store), clock, api::read_address)?)
}

/// Opens a folder that must be there.
pub fn open_existing(folder: &Path) -> anyhow::Result<Hub> {
    must_be_there(folder)?;
    open(folder)
}

fn must_be_there(folder: &Path) -> anyhow::Result<()> {
    ensure!(
        folder.join("tallybridge.db").is_file(),
        "{} holds no Tallybridge database: give the folder with --data, or make one with `tallybridge demo`",
        folder.display()
    );
    Ok(())
}

/// Opens a folder only to look at it.
pub fn open_to_read(folder: &Path) -> anyhow::Result<Hub> {
    must_be_there(folder)?;
    let store =
        SqliteStore::open_read_only(folder).with_context(|| format!("read the data folder {}", folder.display()))?;
    Ok(Hub::new(Arc::new(store), Arc::new(SystemClock), api::read_address)?)
}

/// The partner that is meant: the one that was named, or the only one that has a stamp.
pub fn partner(hub: &Hub, named: Option<&PartnerId>) -> anyhow::Result<PartnerId> {
    if let Some(partner) = named {
        return Ok(partner.clone());
    }
    let office = hub.office();
    let mut partners: Vec<&PartnerId> = office.stamps.values().filter_map(|stamp| stamp.partner.as_ref()).collect();
    partners.sort_unstable();
    partners.dedup();
    match partners.as_slice() {
        [partner] => Ok((*partner).clone()),
        [] => anyhow::bail!("no stamp belongs to a partner: name the partner with --partner"),
        several => {
            let listed: Vec<String> = several.iter().map(ToString::to_string).collect();
            anyhow::bail!("there are several partners: name one of {} with --partner", listed.join(", "))
        }
    }
}

/// The month that goes on.
pub fn this_month(hub: &Hub) -> Month {
    hub.now().day().unwrap_or(Day(0)).month()
}

/// What is said when nothing was issued under a number.
pub fn no_document(number: &InvoiceNumber) -> String {
    format!("no document has the number {number}: `tallybridge invoice` lists them")
}

/// What is said when nobody has the id of a customer.
pub fn no_customer(id: &CustomerId) -> String {
    format!("customer {id} is not known: customers are named by id, and `tallybridge catalog show` lists them")
}
