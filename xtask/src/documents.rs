//! Documents: pages that lead somewhere and say what they must.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    breach::Breach,
    house::{House, extension},
};

/// The rooms that usage walks through, in order.
const ROOMS: &[&str] = &["receive", "attribute", "rate", "bill", "show"];

const DECISIONS: &str = "docs/decisions/";
const INDEX: &str = "docs/decisions/README.md";

/// The decision that has a line for every library.
const LIBRARIES: &str = "docs/decisions/0005-libraries.md";

/// The headings of a decision.
const DECISION_HEADINGS: &[&str] = &["## Context", "## Choice", "## Price"];

/// What a decision can be.
const DECISION_STATES: &[&str] = &["accepted", "replaced by"];

/// Folders whose paths a page may name only while they exist.
const NAMED_FOLDERS: &[&str] = &["crates/", "docs/", "xtask/", ".ci/"];

/// Lines of a page outside of fenced blocks: (line from 1, text).
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| {
            let is_fence = line.trim_start().starts_with("```");
            fenced ^= is_fence;
            !fenced && !is_fence
        })
        .collect()
}

/// The targets of the links in a line; what stands in backticks is no link.
fn targets(line: &str) -> Vec<&str> {
    let shown = line.split('`').step_by(2);
    shown.flat_map(|text| text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())).collect()
}

/// The words in backticks of a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// A path relative to a page, from the root; none when it leaves the repository.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Links between files lead to a file or a folder.
pub(crate) fn links(house: &House) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in house.pages() {
        for (line, text) in prose(&file.text) {
            for target in targets(text) {
                let path = target.split('#').next().unwrap_or_default();
                if path.is_empty() || target.contains(':') {
                    continue;
                }
                if !resolve(&file.path, path).is_some_and(|path| house.exists(&path)) {
                    found.push(Breach::at(&file.path, line, format!("the link to {target} leads nowhere")));
                }
            }
        }
    }
    found
}

/// Paths that pages name exist. What is history may name what is gone.
pub(crate) fn named_paths(house: &House) -> Vec<Breach> {
    let is_history = |path: &str| path == "CHANGELOG.md" || path.starts_with(DECISIONS);
    let is_path = |word: &&str| {
        let plain = word.chars().all(|character| character.is_ascii_alphanumeric() || "._-/".contains(character));
        plain && NAMED_FOLDERS.iter().any(|folder| word.starts_with(folder))
    };
    let mut found = Vec::new();
    for file in house.pages().filter(|file| !is_history(&file.path)) {
        for (line, text) in prose(&file.text) {
            let gone = quoted(text).into_iter().filter(is_path).filter(|path| !house.exists(path));
            found.extend(gone.map(|path| Breach::at(&file.path, line, format!("{path} does not exist"))));
        }
    }
    found
}

/// Every room that has code has a page, and every page of a room is one of a room.
pub(crate) fn rooms(house: &House) -> Vec<Breach> {
    let mut found = Vec::new();
    for room in ROOMS {
        let code = [format!("crates/billing/src/{room}.rs"), format!("crates/billing/src/{room}/mod.rs")];
        let page = format!("docs/rooms/{room}.md");
        if code.iter().any(|path| house.text(path).is_some()) && house.text(&page).is_none() {
            found.push(Breach::of(&page, "the room has no page"));
        }
    }
    for file in house.pages() {
        let stem = file.path.strip_prefix("docs/rooms/").and_then(|name| name.strip_suffix(".md"));
        if stem.is_some_and(|stem| !ROOMS.contains(&stem) && stem != "README") {
            found.push(Breach::of(&file.path, format!("a room is one of {}", ROOMS.join(", "))));
        }
    }
    found
}

/// The number in the name of a decision's page, such as `0001`; none for a page that is no decision.
fn decision_number(path: &str) -> Option<&str> {
    let name = path.strip_prefix(DECISIONS).filter(|_| path != INDEX)?;
    (extension(name) == Some("md")).then(|| name.split('-').next().unwrap_or(name))
}

/// A decision has a number, a date, a status and its three headings.
pub(crate) fn decision(path: &str, text: &str) -> Vec<Breach> {
    let Some(number) = decision_number(path) else { return Vec::new() };
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().trim_end_matches('.'))
    };
    let mut missing: Vec<String> = DECISION_HEADINGS
        .iter()
        .filter(|heading| !text.lines().any(|line| line == **heading))
        .map(|heading| format!("no heading `{heading}`"))
        .collect();
    if number.len() != 4 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        missing.push("the name must begin with four digits and a hyphen".to_owned());
    }
    if !field("Date:").is_some_and(is_date) {
        missing.push("no line such as `Date: 2026-11-23`".to_owned());
    }
    if !field("Status:").is_some_and(|status| DECISION_STATES.iter().any(|state| status.starts_with(state))) {
        missing.push(format!("no line `Status:` with one of: {}", DECISION_STATES.join(", ")));
    }
    missing.into_iter().map(|text| Breach::of(path, text)).collect()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// No two decisions have the same number, and the index names each.
pub(crate) fn decisions(house: &House) -> Vec<Breach> {
    let index = house.text(INDEX).unwrap_or_default();
    let mut found = Vec::new();
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for file in &house.files {
        let Some(number) = decision_number(&file.path) else { continue };
        if let Some(other) = taken.insert(number, &file.path) {
            found.push(Breach::of(&file.path, format!("{other} has the same number")));
        }
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if !index.contains(&format!("]({name})")) {
            found.push(Breach::of(INDEX, format!("no link to {name}")));
        }
    }
    found
}

/// Every library that the workspace names has a line in its decision, and no other has.
pub(crate) fn libraries(house: &House) -> Vec<Breach> {
    let named = house.named_libraries();
    let page = house.text(LIBRARIES).unwrap_or_default();
    let explained: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let missing = named.difference(&explained).map(|name| format!("no line for {name}"));
    let gone = explained.difference(&named).map(|name| format!("{name} is no library of the workspace"));
    missing.chain(gone).map(|text| Breach::of(LIBRARIES, text)).collect()
}

#[cfg(test)]
mod tests;
