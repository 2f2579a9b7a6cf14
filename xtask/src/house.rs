//! House: the files of the repository and what cargo says about its crates.

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// From the root, with `/` between the parts.
    pub(crate) path: String,
    /// Its text; bytes that are no UTF-8 are replaced.
    pub(crate) text: String,
}

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// The workspace crates it depends on, outside of tests, by name.
    pub(crate) arrows: Vec<String>,
    /// The libraries it depends on, outside of tests, by name.
    pub(crate) libraries: Vec<String>,
}

/// A library as it is built into the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Library {
    /// Its name and version.
    pub(crate) name: String,
    /// Its SPDX expression; none when the manifest has none.
    pub(crate) licence: Option<String>,
}

/// What the rules look at.
#[derive(Debug, Default)]
pub(crate) struct House {
    /// All files that git does not ignore, by path.
    pub(crate) files: Vec<SourceFile>,
    /// The crates of the workspace.
    pub(crate) members: Vec<Member>,
    /// The libraries for the machine this runs on.
    pub(crate) libraries: Vec<Library>,
}

impl House {
    /// Reads the repository that this program was built from.
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask has no parent folder")?;
        let ignored = ignored_names(&fs::read_to_string(root.join(".gitignore"))?);
        let mut files = Vec::new();
        read_folder(root, root, &ignored, &mut files)?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let members = members(&metadata(root, &["--no-deps"])?);
        // Libraries of other systems need not be on this machine, so only this system's are asked for.
        let libraries = libraries(&metadata(root, &["--locked", "--filter-platform", &host(root)?])?);
        Ok(Self { files, members, libraries })
    }

    /// The pages.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| extension(&file.path) == Some("md"))
    }

    /// The libraries that the workspace's manifest names, for its crates to choose from.
    pub(crate) fn named_libraries(&self) -> BTreeSet<&str> {
        let manifest = self.text("Cargo.toml").unwrap_or_default();
        let table = manifest.split_once("[workspace.dependencies]").map_or("", |(_, rest)| rest);
        table
            .lines()
            .take_while(|line| !line.starts_with('['))
            .filter(|line| !line.contains("{ path ="))
            .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.trim()))
            .collect()
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Whether there is a file or a folder of this path. The root is the empty path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        path.is_empty() || self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

/// What a file's name ends in, without the point; none for `LICENSE` and `.gitignore`.
pub(crate) fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
}

/// Whether a path is that of a test, or of a program that measures.
pub(crate) fn is_test(path: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/"];
    path.ends_with("/tests.rs") || folders.iter().any(|folder| path.contains(folder))
}

/// What git ignores: `/name` at the root, `*.extension` everywhere. No other form is understood, so none is used.
fn ignored_names(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

fn is_ignored(path: &str, ignored: &[String]) -> bool {
    path == ".git"
        || ignored.iter().any(|pattern| match pattern.strip_prefix('*') {
            Some(ending) => path.ends_with(ending),
            None => pattern.trim_start_matches('/').trim_end_matches('/') == path,
        })
}

fn read_folder(
    root: &Path,
    folder: &Path,
    ignored: &[String],
    files: &mut Vec<SourceFile>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let full: PathBuf = entry?.path();
        let parts: Vec<_> = full.strip_prefix(root)?.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        if is_ignored(&path, ignored) {
            continue;
        }
        if full.is_dir() {
            read_folder(root, &full, ignored, files)?;
        } else {
            let text = String::from_utf8_lossy(&fs::read(&full)?).into_owned();
            files.push(SourceFile { path, text });
        }
    }
    Ok(())
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let attempt = format!("run {program} {}", arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| format!("{attempt}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{attempt}: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn metadata(root: &Path, arguments: &[&str]) -> Result<Value, Box<dyn Error>> {
    let arguments: Vec<&str> = ["metadata", "--format-version", "1"].iter().chain(arguments).copied().collect();
    Ok(serde_json::from_str(&output(root, env!("CARGO"), &arguments)?)?)
}

/// The triple of this machine, such as `x86_64-unknown-linux-gnu`.
fn host(root: &Path) -> Result<String, Box<dyn Error>> {
    let version = output(root, "rustc", &["-vV"])?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.ok_or("rustc -vV names no host")?.to_owned())
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The crates of the workspace in the output of `cargo metadata`.
fn members(metadata: &Value) -> Vec<Member> {
    let is_local = |dependency: &Value| dependency.get("path").is_some_and(Value::is_string);
    list(metadata, "packages")
        .iter()
        .map(|package| {
            let normal = list(package, "dependencies").iter().filter(|one| one.get("kind").is_none_or(Value::is_null));
            let (local, foreign): (Vec<&Value>, Vec<&Value>) = normal.partition(|one| is_local(one));
            Member { name: word(package, "name"), arrows: names(&local), libraries: names(&foreign) }
        })
        .collect()
}

fn names(dependencies: &[&Value]) -> Vec<String> {
    let mut names: Vec<String> = dependencies.iter().map(|dependency| word(dependency, "name")).collect();
    names.sort();
    names
}

/// The libraries in the output of `cargo metadata`: every package that comes from elsewhere.
fn libraries(metadata: &Value) -> Vec<Library> {
    list(metadata, "packages")
        .iter()
        .filter(|package| package.get("source").is_some_and(Value::is_string))
        .map(|package| Library {
            name: format!("{} {}", word(package, "name"), word(package, "version")),
            licence: package.get("license").and_then(Value::as_str).map(str::to_owned),
        })
        .collect()
}

#[cfg(test)]
mod tests;
