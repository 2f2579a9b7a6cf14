//! Plan: the floor plan in `ARCHITECTURE.md` is what the manifests say.

use std::collections::BTreeSet;

use crate::{
    breach::Breach,
    house::{House, Member},
};

const PAGE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- plan:begin -->";
const END: &str = "<!-- plan:end -->";

/// The most lines of the map: a longer one is not read.
const LINES_MAX: usize = 200;

/// Libraries with the only crates that may name them outside of tests. Everything that meets the outside has a home.
const HOMES: &[(&str, &[&str])] = &[
    ("anyhow", &["tallybridge"]),
    ("argon2", &["hub"]),
    ("aws-lc-rs", &["api"]),
    ("axum", &["api", "portal", "stamp"]),
    ("clap", &["tallybridge"]),
    ("fluent-bundle", &["portal"]),
    ("getrandom", &["tallybridge"]),
    ("hmac", &["hub", "tallybridge"]),
    ("jsonwebtoken", &["api", "stamp"]),
    ("lettre", &["tallybridge"]),
    ("maud", &["portal"]),
    ("parquet", &["paper", "store"]),
    ("prometheus-client", &["api"]),
    ("rand", &["bridge", "stamp"]),
    ("rand_chacha", &["stamp"]),
    ("rayon", &["hub"]),
    ("rcgen", &["tallybridge"]),
    ("reqwest", &["api", "bridge", "tallybridge"]),
    ("rusqlite", &["store"]),
    ("rustls", &["api", "tallybridge"]),
    ("tokio", &["api", "bridge", "portal", "stamp", "tallybridge"]),
    ("tokio-rustls", &["api"]),
    ("toml", &["tallybridge"]),
    ("typst", &["paper"]),
    ("typst-assets", &["paper"]),
    ("typst-layout", &["paper"]),
    ("typst-pdf", &["paper"]),
    ("unic-langid", &["portal"]),
];

/// Crates that take values and give values, with the only libraries they may name.
const PURE: &[(&str, &[&str])] = &[
    ("model", &["ethnum", "jiff", "thiserror"]),
    ("billing", &["num-bigint", "num-rational", "num-traits", "thiserror"]),
];

/// A row of the plan: a crate and the workspace crates it may see.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    name: String,
    arrows: BTreeSet<String>,
}

/// Where the plan and the manifests differ.
pub(crate) fn differences(house: &House) -> Vec<Breach> {
    let Some(page) = house.text(PAGE) else { return vec![Breach::of(PAGE, "the page is missing")] };
    let mut found = Vec::new();
    if page.lines().count() > LINES_MAX {
        found.push(Breach::of(PAGE, format!("more than {LINES_MAX} lines")));
    }
    let Some(rows) = read(page) else {
        found.push(Breach::of(PAGE, format!("no plan between {BEGIN} and {END}")));
        return found;
    };
    found.extend(compare(&rows, &house.members).into_iter().map(|text| Breach::of(PAGE, text)));
    found
}

/// Reads the plan: a table with the columns crate, purpose, and what it sees.
fn read(page: &str) -> Option<Vec<Row>> {
    let (_, rest) = page.split_once(BEGIN)?;
    let (plan, _) = rest.split_once(END)?;
    let rows = plan.trim().lines().skip(2).filter_map(|line| {
        let mut columns = line.trim_matches('|').split('|').map(str::trim);
        let (name, _purpose, arrows) = (columns.next()?, columns.next()?, columns.next()?);
        let arrows = arrows.split(',').map(plain).filter(|arrow| !arrow.is_empty() && arrow != "nothing").collect();
        Some(Row { name: plain(name), arrows })
    });
    Some(rows.collect())
}

fn plain(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}

fn compare(rows: &[Row], members: &[Member]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if rows.iter().take(index).any(|earlier| earlier.name == row.name) {
            found.push(format!("{} stands twice in the plan", row.name));
        }
        let Some(member) = members.iter().find(|member| member.name == row.name) else {
            found.push(format!("{} is in the plan and not in the workspace", row.name));
            continue;
        };
        let real: BTreeSet<String> = member.arrows.iter().cloned().collect();
        found.extend(real.difference(&row.arrows).map(|arrow| format!("{} sees {arrow} against the plan", row.name)));
        found.extend(row.arrows.difference(&real).map(|arrow| format!("{} does not see {arrow} any more", row.name)));
    }
    let missing = members.iter().filter(|member| !rows.iter().any(|row| row.name == member.name));
    found.extend(missing.map(|member| format!("{} is not in the plan", member.name)));
    found
}

/// Libraries that a crate names although they have another home.
pub(crate) fn libraries(house: &House) -> Vec<Breach> {
    house
        .members
        .iter()
        .flat_map(|member| {
            let strays = member.libraries.iter().filter(|library| !may_name(&member.name, library));
            strays.map(|library| Breach::of(&format!("crates/{}/Cargo.toml", member.name), stray(library)))
        })
        .collect()
}

fn stray(library: &str) -> String {
    match HOMES.iter().find(|(name, _)| *name == library) {
        Some((_, homes)) => format!("{library} may be named by {} only", homes.join(", ")),
        None => format!("{library} does not belong into a crate of pure functions"),
    }
}

fn may_name(member: &str, library: &str) -> bool {
    let at_home = HOMES.iter().find(|(name, _)| *name == library).is_none_or(|(_, homes)| homes.contains(&member));
    let pure = PURE.iter().find(|(name, _)| *name == member).is_none_or(|(_, may)| may.contains(&library));
    at_home && pure
}

/// Libraries that the workspace names and no crate uses.
pub(crate) fn unused_libraries(house: &House) -> Vec<Breach> {
    let manifests: Vec<&str> =
        house.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).map(|file| file.text.as_str()).collect();
    let is_used = |name: &str| {
        let line = format!("{name}.workspace = true");
        manifests.iter().any(|manifest| manifest.lines().any(|one| one == line))
    };
    let unused = house.named_libraries().into_iter().filter(|name| !is_used(name));
    unused.map(|name| Breach::of("Cargo.toml", format!("no crate uses {name}"))).collect()
}

#[cfg(test)]
mod tests;
