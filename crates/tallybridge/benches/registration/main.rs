//! Registration: how long it takes to map many customers on one registration, to read them back, and to begin again.
//!
//! `cargo bench -p tallybridge --bench registration -- --customers 1000` takes another number of customers than 10,000.

mod client;
mod office;
mod server;
mod table;
mod walk;

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use table::Table;

const CUSTOMERS: usize = 10_000;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut customers = CUSTOMERS;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            server::ARGUMENT => return server::serve(Path::new(&arguments.next().context("a folder is missing")?)),
            "--customers" => {
                customers = arguments.next().context("the number of customers is missing")?.parse()?;
            }
            // Cargo says this to every bench.
            "--bench" => {}
            other => bail!("there is no argument {other:?}"),
        }
    }
    ensure!(
        (1..=office::CUSTOMERS_MAX).contains(&customers),
        "{customers} customers: take 1 to {}",
        office::CUSTOMERS_MAX
    );
    let folder = tempfile::Builder::new().prefix("registration-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut table = Table::default();
    for connections in [1, 4] {
        walk::measure(&mut table, &folder.path().join(connections.to_string()), customers, connections)?;
    }
    table.print();
    println!("Every customer was put once and listed once, and the last statement has a payer for each.");
    folder.close()?;
    Ok(())
}
