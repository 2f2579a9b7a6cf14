//! Xtask: the house rules that the compiler cannot check.
//!
//! `cargo test -p xtask` fails when a rule is broken, and proves that each rule can be. `cargo run -p xtask` prints
//! every breach of the tree as it is.

mod breach;
mod code;
mod documents;
mod files;
mod house;
mod lexer;
mod licences;
mod plan;

use std::process::ExitCode;

use crate::{breach::Breach, house::House};

/// A rule about one file: its path from the root, with `/` between the parts, and its text.
type FileRule = fn(&str, &str) -> Vec<Breach>;

/// A rule about several files, or about what the manifests say.
type HouseRule = fn(&House) -> Vec<Breach>;

const FILE_RULES: &[FileRule] = &[
    code::floats,
    code::sql,
    code::clocks_and_dice,
    code::marks,
    files::head,
    files::length,
    files::name,
    files::kind,
    files::blanks,
    files::machine_words,
    files::lints,
    documents::decision,
];

const HOUSE_RULES: &[HouseRule] = &[
    code::unused_allowances,
    plan::differences,
    plan::libraries,
    plan::unused_libraries,
    documents::links,
    documents::named_paths,
    documents::rooms,
    documents::decisions,
    documents::libraries,
    licences::refused,
    licences::foreign_sources,
];

/// Everything in the house that breaks a rule.
fn breaches(house: &House) -> Vec<Breach> {
    let by_file =
        house.files.iter().flat_map(|file| FILE_RULES.iter().flat_map(move |rule| rule(&file.path, &file.text)));
    let by_house = HOUSE_RULES.iter().flat_map(|rule| rule(house));
    let mut all: Vec<Breach> = by_file.chain(by_house).collect();
    all.sort();
    all
}

fn main() -> ExitCode {
    let house = match House::read() {
        Ok(house) => house,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let found = breaches(&house);
    for breach in &found {
        println!("{breach}");
    }
    println!("{} files, {} breaches", house.files.len(), found.len());
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests;
