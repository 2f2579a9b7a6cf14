//! Hub: asks what is wanted, and puts windows.

use contract::{
    delivery::{self, PartKept, Receipt, Wanted},
    secret::Secret,
};
use model::{CloudId, Hour};
use reqwest::{Url, header};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    BridgeError, HubSettings, Peer,
    body::Packed,
    client::{Client, Errand, Said, below, read_address, read_certificates},
    config::{Clock, Retry},
    wait::Stop,
};

/// The longest answer that is read. Unit: bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// The hub's interface for one stamp.
#[derive(Debug, Clone)]
pub struct Hub {
    client: Client,
    base: Url,
    cloud: String,
    credential: Secret,
}

/// Which part of a window is put.
#[derive(Debug, Clone, Copy)]
pub struct PartNumber {
    /// From 1.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
}

/// What the hub says to a part.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// The window is complete.
    Receipt(Box<Receipt>),
    /// Other parts are missing.
    Kept(PartKept),
}

impl Hub {
    /// The hub of a configuration.
    pub fn new(cloud: &CloudId, settings: &HubSettings, retry: Retry, clock: &Clock) -> Result<Self, BridgeError> {
        let roots = read_certificates(Peer::Hub, settings.ca.as_deref())?;
        let client = Client::new(retry, cloud.as_str(), clock.clone(), &roots)?;
        let base = read_address(Peer::Hub, &settings.url)?;
        Ok(Self { client, base, cloud: cloud.to_string(), credential: settings.credential.clone() })
    }

    /// Ends pauses when a stop comes.
    pub fn obey(&mut self, stop: &Stop) {
        self.client.obey(stop);
    }

    /// The connections.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The address of the hub.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Asks which windows the hub wants.
    pub async fn wanted(&self) -> Result<Wanted, BridgeError> {
        let errand = errand("ask which window is wanted next".to_owned());
        let url = below(&self.base, &delivery::windows_path(&self.cloud));
        let request = |http: &reqwest::Client| http.get(url.clone()).bearer_auth(self.credential.reveal());
        read(&errand, &self.client.ask(&errand, request).await.map_err(explain)?)
    }

    /// Asks once which windows the hub wants, and gives whatever was said.
    pub async fn hear(&self) -> Result<Said, BridgeError> {
        let errand = errand("ask which window is wanted next".to_owned());
        let url = below(&self.base, &delivery::windows_path(&self.cloud));
        self.client.hear(&errand, |http| http.get(url).bearer_auth(self.credential.reveal())).await
    }

    /// Whether the hub has a window.
    pub async fn has(&self, hour: Hour) -> Result<bool, BridgeError> {
        let errand = errand(format!("ask whether the window {hour} was delivered"));
        let url = below(&self.base, &delivery::window_path(&self.cloud, &hour.to_string()));
        let request = |http: &reqwest::Client| http.get(url.clone()).bearer_auth(self.credential.reveal());
        match self.client.ask(&errand, request).await.map_err(explain) {
            Ok(_) => Ok(true),
            Err(BridgeError::Refused { status: 404, code, .. }) if code == "WindowNotFound" => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts one part of a window. Putting it again changes nothing, so a lost answer is no matter.
    pub async fn put(&self, hour: Hour, number: PartNumber, packed: &Packed) -> Result<Answer, BridgeError> {
        let mut url = below(&self.base, &delivery::window_path(&self.cloud, &hour.to_string()));
        let mut attempted = format!("put the window {hour}");
        let PartNumber { part, parts } = number;
        if parts > 1 {
            url.set_query(Some(&format!("part={part}&parts={parts}")));
            attempted = format!("{attempted}, part {part} of {parts}");
        }
        let errand = errand(attempted);
        let digest = packed.content_digest();
        let request = |http: &reqwest::Client| {
            http.put(url.clone())
                .bearer_auth(self.credential.reveal())
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, "zstd")
                .header("content-digest", &digest)
                .body(packed.body.clone())
        };
        read(&errand, &self.client.ask(&errand, request).await.map_err(explain)?)
    }
}

/// Says what to do about a credential that is refused.
fn explain(error: BridgeError) -> BridgeError {
    match error {
        BridgeError::Refused { peer, attempted, status: 401, code, message } => {
            let message = format!("{message} The credential is not valid any more: activate the stamp again.");
            BridgeError::Refused { peer, attempted, status: 401, code, message }
        }
        other => other,
    }
}

/// Reads an hour that the hub wrote.
pub fn read_hour(attempted: &str, text: &str) -> Result<Hour, BridgeError> {
    Hour::parse(text).map_err(|error| errand(attempted.to_owned()).answer_error(error.to_string()))
}

fn errand(attempted: String) -> Errand {
    Errand { peer: Peer::Hub, attempted, answer_bytes_max: ANSWER_BYTES_MAX }
}

fn read<T: DeserializeOwned>(errand: &Errand, text: &str) -> Result<T, BridgeError> {
    serde_json::from_str(text).map_err(|error| errand.answer_error(error.to_string()))
}
