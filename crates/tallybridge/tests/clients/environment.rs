//! Environment: Python with pinned libraries, made once and kept in the target folder.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

/// What is installed together.
#[derive(Clone, Copy)]
pub struct Requirements {
    /// The file, from the folder of tests.
    pub file: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// The Python of an environment with what is required, which is made when there is none.
pub fn python(requirements: Requirements) -> PathBuf {
    let version = succeed(Command::new("python3").arg("--version"), "run python3: install the package python3");
    let digest = Sha256::digest(format!("{version}\n{}", requirements.text));
    let hash = hub::hex(&digest[..6]);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join(format!("clients-venv-{hash}"));
    // Several tests may want it at the same time.
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    if !folder.is_dir() {
        let building = folder.with_extension("building");
        let _ = fs::remove_dir_all(&building);
        let attempt = "make a Python environment: on Debian it takes the package python3-venv";
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&building), attempt);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(requirements.file);
        let mut pip = Command::new(building.join("bin/python"));
        pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet", "--requirement"]);
        succeed(pip.arg(file), "install what is required with pip, which needs a package index that it reaches");
        // Whatever calls itself by its path in there is called through its Python, so it may be renamed.
        fs::rename(&building, &folder).unwrap();
    }
    folder.join("bin/python")
}

fn succeed(command: &mut Command, attempt: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{attempt}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{attempt}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
