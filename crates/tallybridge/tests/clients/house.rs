//! House: a folder with the program served over TLS, and a shell in which people would work.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    environment::{self, Requirements},
    page::Page,
};

/// How long a block of commands may take. Unit: seconds.
const BLOCK_SECONDS_MAX: &str = "300";
const STATE: &str = "state.sh";

/// A folder to work in.
pub struct House {
    folder: tempfile::TempDir,
    server: Option<Child>,
}

impl House {
    /// Opens an empty folder, with the program and the clients in the path.
    pub fn open(requirements: Requirements) -> Self {
        let python = environment::python(requirements);
        let folder = tempfile::tempdir().unwrap();
        let tools = folder.path().join("bin");
        fs::create_dir(&tools).unwrap();
        symlink(program(), tools.join("tallybridge")).unwrap();
        for (name, module) in [("python", ""), ("az", "-Im azure.cli")] {
            let file = tools.join(name);
            fs::write(&file, format!("#!/bin/sh\nexec '{}' {module} \"$@\"\n", python.display())).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let house = Self { folder, server: None };
        house.run(Page::read().values());
        house
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Copies a script that lies beside this file.
    pub fn install(&self, script: &str) {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
        fs::copy(source, self.folder().join(script)).unwrap();
    }

    /// Does what a section of the guide says, and gives what was printed.
    pub fn follow(&mut self, page: &Page, heading: &str) -> String {
        let mut printed = String::new();
        for block in page.blocks.iter().filter(|block| block.heading == heading) {
            match block.language {
                "console" if block.text.starts_with("tallybridge serve ") => self.serve(&block.text),
                "console" => printed.push_str(&self.run(&block.text)),
                "toml" => {
                    let file = self.folder().join("catalog.toml");
                    let catalogue = format!("{}\n{}", fs::read_to_string(&file).unwrap(), block.text);
                    fs::write(file, catalogue).unwrap();
                }
                _ => {}
            }
        }
        printed
    }

    /// Runs commands that succeed, and gives what they printed on standard output. What they set stays set.
    pub fn run(&self, commands: &str) -> String {
        let (worked, printed, said) = self.shell(&format!("{commands}\nexport -p > {STATE}"));
        assert!(worked, "{commands}\nfailed:\n{printed}{said}");
        printed
    }

    /// Runs commands, that fail if they begin with an exclamation mark, and gives all that they printed. What they set is
    /// forgotten.
    pub fn try_out(&self, commands: &str) -> String {
        let (command, fails) = commands.strip_prefix("! ").map_or((commands, false), |command| (command, true));
        let (worked, printed, said) = self.shell(command);
        assert_eq!(worked, !fails, "{commands}\n{printed}{said}");
        printed + &said
    }

    fn shell(&self, commands: &str) -> (bool, String, String) {
        let script = format!("set -e -o pipefail\n[ ! -e {STATE} ] || . ./{STATE}\nset -a -x\n{commands}\n");
        let path = format!("{}:/usr/bin:/bin", self.folder().join("bin").display());
        let output = Command::new("timeout")
            .args([BLOCK_SECONDS_MAX, "bash", "-c", &script])
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder())
            .env("LANG", "C.UTF-8")
            .env("AZURE_CORE_COLLECT_TELEMETRY", "no")
            .env("AZURE_CORE_NO_COLOR", "yes")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    /// Serves as a command says, but on a free port, and says where in `HUB`.
    fn serve(&mut self, command: &str) {
        let mut words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let listen = words.iter().position(|word| *word == "--listen").unwrap() + 1;
        words[listen] = "127.0.0.1:0";
        let mut server = Command::new(program());
        server.args(words).current_dir(self.folder()).stderr(Stdio::piped());
        let mut server = server.spawn().unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
        self.server = Some(server);
        let mut said = Vec::new();
        let hub = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the program does not serve: {said:?}")).unwrap();
            match line.strip_prefix("listening on ") {
                Some(address) => break address.to_owned(),
                None => said.push(line),
            }
        };
        // What it says later is shown with a failure, and must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("serve: {line}")));
        self.run(&format!("HUB={hub}"));
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// The program that people run.
fn program() -> PathBuf {
    std::env::var_os("TALLYBRIDGE_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into(), PathBuf::from)
}
