//! Options: what whoever runs the program says about the ways out of the house.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use super::{
    Courier,
    mail::{Encryption, Mails, Server},
    webhook::{Reach, Webhooks},
};

/// The longest password file that is read. Unit: bytes.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// How budgets tell.
#[derive(clap::Args)]
pub struct NoticeOptions {
    /// Post to webhooks without TLS, on this machine and on private networks, too. Without it only https to public
    /// addresses.
    #[arg(long, env = "TALLYBRIDGE_ALLOW_HTTP")]
    allow_http: bool,
    /// The mail server. Without one, mails of budgets wait.
    #[arg(long, value_name = "HOST:PORT", env = "TALLYBRIDGE_SMTP_SERVER", requires = "smtp_from")]
    smtp_server: Option<String>,
    /// How the mail server is spoken to; none only when it is on this machine.
    #[arg(long, value_enum, default_value = "starttls", env = "TALLYBRIDGE_SMTP_ENCRYPTION")]
    smtp_encryption: Encryption,
    /// The user at the mail server.
    #[arg(long, value_name = "USER", env = "TALLYBRIDGE_SMTP_USER", requires = "smtp_password_file")]
    smtp_user: Option<String>,
    /// A file with the password of that user.
    #[arg(long, value_name = "FILE", env = "TALLYBRIDGE_SMTP_PASSWORD_FILE", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
    /// Who writes the mails.
    #[arg(long, value_name = "ADDRESS", env = "TALLYBRIDGE_SMTP_FROM")]
    smtp_from: Option<String>,
}

impl NoticeOptions {
    /// The ways out that these options say.
    pub fn courier(&self) -> anyhow::Result<Courier> {
        let reach = if self.allow_http { Reach::Anything } else { Reach::Public };
        let webhooks = Webhooks::new(reach).context("prepare a client for webhooks")?;
        let mails = match (&self.smtp_server, &self.smtp_from) {
            (Some(address), Some(from)) => {
                Some(Mails::new(Server { address, encryption: self.smtp_encryption, login: self.login()?, from })?)
            }
            _ => None,
        };
        Ok(Courier { webhooks, mails })
    }

    fn login(&self) -> anyhow::Result<Option<(String, String)>> {
        let (Some(user), Some(path)) = (&self.smtp_user, &self.smtp_password_file) else { return Ok(None) };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("read the password of the mail server in {}", path.display()))?;
        let password = text.trim_end_matches(['\r', '\n']);
        let sound = !password.is_empty() && password.len() <= PASSWORD_BYTES_MAX;
        ensure!(sound, "{} holds no password, or one above {PASSWORD_BYTES_MAX} bytes", path.display());
        Ok(Some((user.clone(), password.to_owned())))
    }
}
