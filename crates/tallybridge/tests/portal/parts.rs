//! Parts: what is taken from npm: axe-core and html-validate, of pinned versions, installed once and kept in the target folder.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use crate::house::target;

/// The folder with the file of pinned versions.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/portal/parts")
}

/// The folder of what is installed.
pub fn modules() -> PathBuf {
    let attempt = "run node and npm: install the packages nodejs and npm";
    let node = succeed(Command::new("node").arg("--version"), attempt);
    let pinned = fs::read_to_string(folder().join("package-lock.json")).unwrap();
    let hash = hub::hex(&Sha256::digest(format!("{node}\n{pinned}"))[..6]);
    let installed = target().join(format!("portal-npm-{hash}"));
    // Several tests may want it at the same time.
    let lock = File::create(installed.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    if !installed.is_dir() {
        let building = installed.with_extension("building");
        let _ = fs::remove_dir_all(&building);
        fs::create_dir_all(&building).unwrap();
        for file in ["package.json", "package-lock.json"] {
            fs::copy(folder().join(file), building.join(file)).unwrap();
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&building);
        succeed(&mut npm, "install what is pinned with npm, which needs a registry that it reaches");
        fs::rename(&building, &installed).unwrap();
    }
    installed.join("node_modules")
}

/// What html-validate has against the files of a folder.
pub fn invalid(pages: &Path) -> String {
    let mut command = Command::new("node");
    command.arg(modules().join("html-validate/bin/html-validate.mjs"));
    command.arg("--config").arg(folder().join("validity.json")).args(["--formatter", "text", "--ext", "html"]);
    let output = command.arg(pages).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() || !said.is_empty(), "{command:?} failed");
    if output.status.success() { String::new() } else { said }
}

fn succeed(command: &mut Command, attempt: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{attempt}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{attempt}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
