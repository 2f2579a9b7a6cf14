//! Files: what every file must look like.

use crate::{
    breach::Breach,
    house::{extension, is_test},
};

/// The most lines that a source file may have. Near 500 it is time to look for the second subject.
const LINES_MAX: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers", "stuff", "info"];

/// What files may end in.
const EXTENSIONS: &[&str] = &[
    "css", "csv", "ftl", "js", "json", "lock", "md", "ndjson", "parquet", "png", "py", "rs", "snap", "sql", "svg",
    "toml", "txt",
];

/// Files that have no extension.
const BARE_NAMES: &[&str] = &[".gitignore", "LICENSE", "check", "run"];

/// Files that people write, and that editors may spoil. Recorded data stays as it was recorded.
const WRITTEN: &[&str] = &["css", "ftl", "js", "md", "py", "rs", "sql", "toml"];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Names of hosts that packages come from: which one a machine asks is that machine's business.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("proxy.golang", ".org"),
    concat!("pypi", ".org"),
    concat!("registry.npmjs", ".org"),
    concat!("artifac", "tory"),
];

fn is_source(path: &str) -> bool {
    let folder = path.starts_with("crates/") && path.contains("/src/") || path.starts_with("xtask/src/");
    folder && extension(path) == Some("rs") && !is_test(path)
}

/// The first line of a source file names its subject and what it does: `//! Subject: what.`
pub(crate) fn head(path: &str, text: &str) -> Vec<Breach> {
    let first = text.lines().next().unwrap_or_default();
    let is_head = first.strip_prefix("//! ").is_some_and(|words| words.contains(": "));
    if !is_source(path) || is_head {
        return Vec::new();
    }
    vec![Breach::at(path, 1, "begin with `//! Subject: what it does.`")]
}

/// No source file is so long that nobody reads it.
pub(crate) fn length(path: &str, text: &str) -> Vec<Breach> {
    let lines = text.lines().count();
    if !is_source(path) || lines <= LINES_MAX {
        return Vec::new();
    }
    vec![Breach::of(path, format!("{lines} lines, more than {LINES_MAX}: find its second subject"))]
}

/// No file or folder is called by a name that says nothing.
pub(crate) fn name(path: &str, _text: &str) -> Vec<Breach> {
    path.split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .filter(|stem| EMPTY_NAMES.contains(&stem.to_ascii_lowercase().as_str()))
        .map(|stem| Breach::of(path, format!("{stem:?} says nothing about what is inside")))
        .collect()
}

/// Only kinds of files that belong here.
pub(crate) fn kind(path: &str, _text: &str) -> Vec<Breach> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_known = match extension(name) {
        Some(extension) => EXTENSIONS.contains(&extension),
        None => BARE_NAMES.contains(&name),
    };
    if is_known { Vec::new() } else { vec![Breach::of(path, "files of this kind do not belong here")] }
}

/// No tabs, no blanks at the end of a line, and a line break at the end of the file.
pub(crate) fn blanks(path: &str, text: &str) -> Vec<Breach> {
    if !extension(path).is_none_or(|extension| WRITTEN.contains(&extension)) {
        return Vec::new();
    }
    let mut found: Vec<Breach> = (1..)
        .zip(text.split('\n'))
        .filter_map(|(number, line)| {
            if line.contains('\t') {
                return Some(Breach::at(path, number, "a tab"));
            }
            line.ends_with([' ', '\r']).then(|| Breach::at(path, number, "blanks at the end of the line"))
        })
        .collect();
    if !text.is_empty() && !text.ends_with('\n') {
        found.push(Breach::of(path, "no line break at the end"));
    }
    found
}

/// Nothing that holds on one machine only.
pub(crate) fn machine_words(path: &str, text: &str) -> Vec<Breach> {
    (1..)
        .zip(text.lines())
        .flat_map(|(number, line)| {
            let paths = MACHINE_PATHS.iter().filter(|word| begins_a_path(line, word));
            let hosts = REGISTRY_HOSTS.iter().filter(|word| line.contains(**word));
            paths.chain(hosts).map(move |word| Breach::at(path, number, format!("{word} holds on one machine only")))
        })
        .collect()
}

/// Whether a word stands in a line where a path begins, and not within an address or a longer path.
fn begins_a_path(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || "./_-#}".contains(before))
    })
}

/// Every crate obeys the lints of the workspace.
pub(crate) fn lints(path: &str, text: &str) -> Vec<Breach> {
    let is_member = path.ends_with("/Cargo.toml");
    let obeys = text.lines().skip_while(|line| *line != "[lints]").nth(1) == Some("workspace = true");
    if !is_member || obeys { Vec::new() } else { vec![Breach::of(path, "no `[lints]` with `workspace = true`")] }
}

#[cfg(test)]
mod tests;
