//! Mail: a notice as a short text, handed to one mail server.

use std::{fmt::Write as _, net::IpAddr};

use anyhow::{Context as _, bail};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde_json::Value;
use store::Notice;

use super::{SEND_TIMEOUT, causes, fingerprint};

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Encryption {
    /// TLS after a greeting in the open, and nothing without it.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// No TLS: only to a server on this machine.
    None,
}

/// What is known of a mail server.
pub(super) struct Server<'a> {
    /// Its host and port.
    pub(super) address: &'a str,
    /// How it is spoken to.
    pub(super) encryption: Encryption,
    /// A user with the password.
    pub(super) login: Option<(String, String)>,
    /// Who writes.
    pub(super) from: &'a str,
}

/// A mail server.
pub(super) struct Mails {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mails {
    /// A mail server that is asked when the first mail leaves.
    pub(super) fn new(server: Server<'_>) -> anyhow::Result<Self> {
        let (host, port) = split(server.address)?;
        let from = server.from.parse().with_context(|| format!("--smtp-from {}: no mail address", server.from))?;
        let parameters = || TlsParameters::new(host.to_owned()).context("prepare TLS for the mail server");
        let tls = match server.encryption {
            Encryption::Starttls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::None if is_this_machine(host) => Tls::None,
            Encryption::None => bail!(
                "--smtp-encryption none with {host}: mails and the password would travel readable; use starttls or tls"
            ),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .timeout(Some(SEND_TIMEOUT));
        if let Some((user, password)) = server.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a notice.
    ///
    /// # Errors
    ///
    /// When the server was not reached or did not take it: what happened.
    pub(super) async fn send(&self, notice: &Notice) -> Result<(), String> {
        let mail = self.compose(notice)?;
        let sent = tokio::time::timeout(SEND_TIMEOUT, self.transport.send(mail)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(causes(&error)),
            Err(_) => Err(format!("the mail server took longer than {} s", SEND_TIMEOUT.as_secs())),
        }
    }

    fn compose(&self, notice: &Notice) -> Result<Message, String> {
        let to: Mailbox = notice.target.parse().map_err(|error| format!("no mail address: {error}"))?;
        let (subject, text) = words(notice)?;
        let id = format!("<{}@{}>", fingerprint(notice), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            // The same for each attempt, so that a mail that arrives twice is known by it.
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| format!("write the mail: {error}"))
    }
}

/// Host and port.
fn split(address: &str) -> anyhow::Result<(&str, u16)> {
    let parts = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    let read = parts.and_then(|(host, port)| Some((host.trim_matches(['[', ']']), port.parse().ok()?)));
    read.with_context(|| format!("--smtp-server {address}: write it as mail.example:587"))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Subject and text of a notice.
pub(super) fn words(notice: &Notice) -> Result<(String, String), String> {
    let message: Value = serde_json::from_str(&notice.body).map_err(|error| format!("read the notice: {error}"))?;
    let word = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (budget, month, part) = (word("/budget"), word("/month"), word("/threshold"));
    let subject = match word("/basis") {
        "spent" => format!("Budget {budget}: {part} % of {month} is spent"),
        basis => format!("Budget {budget}: {part} % of {month} ({basis})"),
    };
    let partner = named(word("/partner/name"), word("/partner/id"));
    let customer = match word("/customer/id") {
        "" => "all".to_owned(),
        id => named(word("/customer/name"), id),
    };
    let mut text = format!(
        "Budget:    {budget}\nPartner:   {partner}\nCustomer:  {customer}\nCounts:    {}\nMonth:     {month}\n\
         Threshold: {part} %\nBudgeted:  {} {currency}\nSpent:     {} {currency}\n",
        word("/side"),
        word("/amount"),
        word("/spent"),
        currency = word("/currency"),
    );
    if !word("/forecast").is_empty() {
        writeln!(text, "Forecast:  {} {}", word("/forecast"), word("/currency")).map_err(|error| error.to_string())?;
    }
    writeln!(text, "As of:     {}", word("/at")).map_err(|error| error.to_string())?;
    Ok((subject, text))
}

fn named(name: &str, id: &str) -> String {
    if name.is_empty() || name == id { id.to_owned() } else { format!("{name} ({id})") }
}
