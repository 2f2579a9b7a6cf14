//! Walk: the life of a registration with many customers, measured step by step.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use hub::Hub;
use model::{CloudId, Day, Hour, Month};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    client::Connection,
    office,
    server::Server,
    table::{Table, Unit, mebibytes, rate},
};

/// Customers whose mappings are measured together.
const STRIDE: usize = 1_000;
/// How often what changes nothing is asked.
const ROUNDS: usize = 20;
const VERSION: &str = "api-version=2022-06-01";

/// A served hub, and who asks it.
struct Visit<'a> {
    folder: &'a Path,
    customers: usize,
    token: String,
}

/// Measures everything on a new database, with so many connections that put at a time.
pub fn measure(table: &mut Table, folder: &Path, customers: usize, connections: usize) -> Result<()> {
    let wanted = office::catalogue(customers)?;
    let hub = office::open(folder)?;
    let start = Instant::now();
    let added = office::apply(&hub, &wanted)?;
    table.add_times(format!("catalogue of {customers} customers applied: {added} entries"), &[start.elapsed()]);
    let start = Instant::now();
    ensure!(office::apply(&hub, &wanted)? == 0, "the same catalogue changes something");
    table.add_times("the same catalogue again: nothing differs", &[start.elapsed()]);
    let token = office::register(&hub)?;
    drop(hub);
    let visit = Visit { folder, customers, token };
    let server = Server::start(folder)?;
    visit.put_all(table, &server, connections)?;
    visit.list_all(table, server.address, "list")?;
    visit.one_by_one(table, server.address)?;
    table.add("peak resident memory of the hub", Unit::Mebibytes, vec![mebibytes(server.peak_bytes()?)]);
    server.stop()?;
    table.add("the database on disk", Unit::Mebibytes, vec![mebibytes(visit.disk_bytes()?)]);
    visit.restart(table)?;
    visit.attribute(table)
}

fn one(subscription: &str) -> String {
    format!("{}/customerSubscriptions/{subscription}?{VERSION}", office::registration())
}

impl Visit<'_> {
    fn connect(&self, address: SocketAddr) -> Result<Connection> {
        Connection::open(address, &self.token)
    }

    /// Maps every customer, a thousand at a time: a decay shows in their rates.
    fn put_all(&self, table: &mut Table, server: &Server, connections: usize) -> Result<()> {
        let mut each: Vec<Connection> =
            (0..connections).map(|_| self.connect(server.address)).collect::<Result<_>>()?;
        let (mut all, mut rates) = (Vec::new(), Vec::new());
        let (start, processor) = (Instant::now(), server.processor()?);
        let customers: Vec<usize> = (0..self.customers).collect();
        for stride in customers.chunks(STRIDE) {
            let begun = Instant::now();
            all.extend(put(&mut each, stride)?);
            let rate = rate(stride.len(), begun.elapsed());
            let last = stride.last().map_or(0, |last| last + 1);
            table.add(format!("PUT by {connections}: the last thousand before {last}"), Unit::Requests, vec![rate]);
            rates.push(rate);
        }
        let took = start.elapsed();
        table.add_times(format!("PUT by {connections}: one"), &all);
        table.add(format!("PUT by {connections}: each thousand"), Unit::Requests, rates);
        table.add_times(format!("PUT by {connections}: all {}", self.customers), &[took]);
        let used = server.processor()?.saturating_sub(processor);
        table.add_times(format!("PUT by {connections}: processor time of the hub for all"), &[used]);
        Ok(())
    }

    /// Follows the pages, and compares what they say with what was put.
    fn list_all(&self, table: &mut Table, address: SocketAddr, what: &str) -> Result<()> {
        let mut connection = self.connect(address)?;
        let (mut found, mut times) = (BTreeSet::new(), Vec::new());
        let start = Instant::now();
        let mut next = Some(format!("{}/customerSubscriptions?{VERSION}", office::registration()));
        while let Some(target) = next {
            let begun = Instant::now();
            let answer = connection.ask("GET", &target, "", 200)?;
            times.push(begun.elapsed());
            let page: Value = serde_json::from_str(&answer)?;
            for item in page["value"].as_array().context("find the items of a page")? {
                let name = item["id"].as_str().and_then(|id| id.rsplit('/').next()).context("find an id")?;
                ensure!(found.insert(name.to_ascii_lowercase()), "{name} was listed twice");
            }
            let link = page["nextLink"].as_str();
            next = link.map(|link| link.strip_prefix(office::ORIGIN).unwrap_or(link).to_owned());
        }
        let took = start.elapsed();
        let expected: BTreeSet<String> = (0..self.customers).map(office::subscription).collect();
        ensure!(found == expected, "{} customers are listed of {}", found.len(), self.customers);
        table.add(format!("{what}: pages"), Unit::Pages, vec![u64::try_from(times.len())?]);
        table.add_times(format!("{what}: one page"), &times);
        table.add_times(format!("{what}: all pages"), &[took]);
        Ok(())
    }

    /// Reads one, replaces one by another subscription of its tenant and back, removes one and puts it back.
    fn one_by_one(&self, table: &mut Table, address: SocketAddr) -> Result<()> {
        let mut connection = self.connect(address)?;
        let (first, second) = (office::subscription(0), office::second_subscription(0));
        let last = office::subscription(self.customers - 1);
        let (mut read, mut replaced, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        let mut timed = |times: &mut Vec<Duration>, method: &str, id: &str, body: &str, wanted: u16| -> Result<()> {
            let begun = Instant::now();
            connection.ask(method, &one(id), body, wanted)?;
            times.push(begun.elapsed());
            Ok(())
        };
        let mut unseen = Vec::new();
        for _ in 0..ROUNDS {
            timed(&mut read, "GET", &last, "", 200)?;
            timed(&mut replaced, "PUT", &second, "{}", 200)?;
            timed(&mut unseen, "GET", &first, "", 404)?;
            timed(&mut replaced, "PUT", &first, "{}", 200)?;
            timed(&mut unseen, "GET", &second, "", 404)?;
            timed(&mut removed, "DELETE", &last, "", 204)?;
            timed(&mut unseen, "GET", &last, "", 404)?;
            timed(&mut unseen, "PUT", &last, "{}", 200)?;
        }
        table.add_times("GET one", &read);
        table.add_times("PUT another subscription of the same tenant: it replaces", &replaced);
        table.add_times("DELETE one", &removed);
        Ok(())
    }

    /// The size of the database, its log written back. Unit: bytes.
    fn disk_bytes(&self) -> Result<u64> {
        let database = rusqlite::Connection::open(self.folder.join("tallybridge.db"))?;
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.folder)? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }

    /// Begins again some times: what the program needs until it has the office, and until its first answer.
    fn restart(&self, table: &mut Table) -> Result<()> {
        let (mut opened, mut answered) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let begun = Instant::now();
            let server = Server::start(self.folder)?;
            self.connect(server.address)?.ask("GET", &one(&office::subscription(0)), "", 200)?;
            answered.push(begun.elapsed());
            opened.push(server.opened);
            server.stop()?;
        }
        table.add_times("restart: database opened and office read", &opened);
        table.add_times("restart: from the start of the process to the first answer", &answered);
        let server = Server::start(self.folder)?;
        self.list_all(table, server.address, "list after a restart")?;
        server.stop()
    }

    /// Every tenant uses something for an hour: who pays in that month?
    fn attribute(&self, table: &mut Table) -> Result<()> {
        let hub = office::open(self.folder)?;
        self.receive(&hub)?;
        let (partner, month) = (office::partner()?, Month::parse("2026-11")?);
        let mut times = Vec::new();
        for _ in 0..3 {
            let begun = Instant::now();
            let statement = hub.statement(&partner, month).map_err(|error| anyhow!("read the statement: {error}"))?;
            let payers = statement.with_totals(|totals| totals.by_paying_subscription.len())?;
            times.push(begun.elapsed());
            ensure!(payers == self.customers, "{payers} subscriptions pay, of {}", self.customers);
        }
        table.add_times(format!("statement of a month with {} tenants", self.customers), &times);
        Ok(())
    }

    fn receive(&self, hub: &Hub) -> Result<()> {
        let hour = Hour::parse("2026-11-20T10")?;
        ensure!(hour.day() == Day::parse("2026-11-20")?, "the hour is of another day");
        let tenants: Vec<String> = (0..self.customers)
            .map(|one| format!(r#"{{"subscriptionId":"{}","tenantId":"{}"}}"#, office::local(one), office::tenant(one)))
            .collect();
        let rows: Vec<String> = (0..self.customers).map(|customer| row(&office::local(customer))).collect();
        let body = format!(r#"{{"subscriptions":[{}],"value":[{}]}}"#, tenants.join(","), rows.join(","));
        let digest = Sha256::digest(&body).into();
        let stamp = CloudId::new(office::STAMP)?;
        let received = hub
            .receive(&stamp, hour, digest, "bench", |intake| api::fill(intake, &body))
            .map_err(|error| anyhow!("receive a window: {error}"))?;
        ensure!(received.delivery.counts.held == 0, "{} rows are held", received.delivery.counts.held);
        Ok(())
    }
}

/// Puts the mappings of some customers, each connection its share.
fn put(connections: &mut [Connection], customers: &[usize]) -> Result<Vec<Duration>> {
    let share = customers.len().div_ceil(connections.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = connections
            .iter_mut()
            .zip(customers.chunks(share))
            .map(|(connection, share)| {
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut times = Vec::with_capacity(share.len());
                    for customer in share {
                        let begun = Instant::now();
                        connection.ask("PUT", &one(&office::subscription(*customer)), "{}", 200)?;
                        times.push(begun.elapsed());
                    }
                    Ok(times)
                })
            })
            .collect();
        let mut all = Vec::with_capacity(customers.len());
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow!("a thread panicked"))??);
        }
        Ok(all)
    })
}

fn row(local: &str) -> String {
    let resource = format!("/subscriptions/{local}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m");
    let meter = office::METER;
    format!(
        r#"{{"properties":{{"subscriptionId":"{local}","usageStartTime":"2026-11-20T09:00:00+00:00","usageEndTime":"2026-11-20T10:00:00+00:00","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"{resource}\",\"location\":\"north\",\"tags\":\"\",\"additionalInfo\":\"\"}}}}","quantity":1,"meterId":"{meter}"}}}}"#
    )
}
