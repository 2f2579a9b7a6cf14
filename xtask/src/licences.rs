//! Licences: every library comes from one place and under a licence that `deny.toml` allows.

use crate::{breach::Breach, house::House};

const RULES: &str = "deny.toml";
const LOCK: &str = "Cargo.lock";

/// The only place that libraries come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Libraries whose licence is not allowed.
pub(crate) fn refused(house: &House) -> Vec<Breach> {
    let rules = house.text(RULES).unwrap_or_default();
    let allowed = allowed(rules);
    let is_refused = |name: &str, licence: Option<&str>| {
        let more = exceptions(rules, name);
        licence.is_none_or(|licence| !satisfied(licence, &[allowed.as_slice(), more.as_slice()].concat()))
    };
    house
        .libraries
        .iter()
        .filter(|library| is_refused(&library.name, library.licence.as_deref()))
        .map(|library| {
            let licence = library.licence.as_deref().unwrap_or("no licence");
            Breach::of(RULES, format!("{} is under {licence}, which is not allowed", library.name))
        })
        .collect()
}

/// Libraries of the lock file that come from elsewhere, for every system.
pub(crate) fn foreign_sources(house: &House) -> Vec<Breach> {
    (1..)
        .zip(house.text(LOCK).unwrap_or_default().lines())
        .filter_map(|(number, line)| {
            let source = line.strip_prefix("source = ")?.trim_matches('"');
            (source != REGISTRY).then(|| Breach::at(LOCK, number, format!("{source} is not {REGISTRY}")))
        })
        .collect()
}

/// The list `allow` of the table `[licenses]`.
fn allowed(rules: &str) -> Vec<String> {
    let table = rules.split_once("[licenses]").map_or("", |(_, rest)| rest);
    let list = table.split_once("allow = [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    list.lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The licences that are allowed to one library alone, whose name stands with its version: a line `{ allow = ["..."], crate = "..." }` of the list `exceptions`.
fn exceptions(rules: &str, name: &str) -> Vec<String> {
    let name = name.split(' ').next().unwrap_or_default();
    let list =
        rules.split_once("exceptions = [\n").and_then(|(_, rest)| rest.split_once("\n]")).map_or("", |(list, _)| list);
    let is_of = |line: &&str| line.contains(&format!("crate = \"{name}\""));
    let names = list.lines().filter(is_of).filter_map(|line| line.split_once("allow = [")?.1.split_once(']'));
    names.flat_map(|(names, _)| names.split(',')).map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

/// Whether the allowed licences are enough for an SPDX expression. An expression that cannot be read is not.
fn satisfied(expression: &str, allowed: &[String]) -> bool {
    // Old manifests write a slash for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    matches!(any_of(&words, allowed), Some((true, [])))
}

/// The value of an expression with what stands behind it; none when it cannot be read.
type Value<'a> = Option<(bool, &'a [&'a str])>;

fn any_of<'a>(words: &'a [&'a str], allowed: &[String]) -> Value<'a> {
    let (mut value, mut rest) = all_of(words, allowed)?;
    while let ["OR", after @ ..] = rest {
        let (other, behind) = all_of(after, allowed)?;
        value |= other;
        rest = behind;
    }
    Some((value, rest))
}

fn all_of<'a>(words: &'a [&'a str], allowed: &[String]) -> Value<'a> {
    let (mut value, mut rest) = single(words, allowed)?;
    while let ["AND", after @ ..] = rest {
        let (other, behind) = single(after, allowed)?;
        value &= other;
        rest = behind;
    }
    Some((value, rest))
}

fn single<'a>(words: &'a [&'a str], allowed: &[String]) -> Value<'a> {
    match words {
        ["(", inner @ ..] => match any_of(inner, allowed)? {
            (value, [")", rest @ ..]) => Some((value, rest)),
            _ => None,
        },
        [name, "WITH", exception, rest @ ..] => Some((allowed.contains(&format!("{name} WITH {exception}")), rest)),
        ["OR" | "AND" | ")", ..] | [] => None,
        [name, rest @ ..] => Some((allowed.iter().any(|one| one == name), rest)),
    }
}

#[cfg(test)]
mod tests;
