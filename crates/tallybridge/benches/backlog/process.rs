//! Process: the program, started as people start it, and what the system says about it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// A running program. It is killed when nobody holds it any more.
pub struct Process {
    child: Child,
    url: Option<String>,
}

impl Process {
    /// Starts the program.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let child = Command::new(env!("CARGO_BIN_EXE_tallybridge"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child, url: None })
    }

    /// Starts the program and reads from it where it listens.
    pub fn listening(arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tallybridge"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("read what the program says")?).lines();
        for line in lines.by_ref() {
            if let Some((_, url)) = line?.split_once("listening on ") {
                let url = url.trim().to_owned();
                // Whoever writes must not wait for a reader.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, url: Some(url) });
            }
        }
        bail!("the program with {arguments:?} ended before it listened")
    }

    /// Where it listens.
    pub fn url(&self) -> Result<String> {
        self.url.clone().context("the process listens nowhere")
    }

    /// The most memory that was resident so far. Unit: MiB.
    pub fn peak_mebibytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("find VmHWM")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes / 1_024)
    }

    /// The processor time it has used so far. Unit: hundredths of a second, as the kernel counts.
    pub fn processor_hundredths(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = status.rsplit_once(')').context("read the process's times")?;
        // The 14th and 15th field of the line are user and system time; two stand before the bracket.
        fields.split_whitespace().skip(11).take(2).map(|field| Ok(field.parse::<u64>()?)).sum()
    }

    /// Ends it.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // After `kill` there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
