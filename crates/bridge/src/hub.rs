//! Hub: asks what is wanted, and puts windows.

use contract::delivery::{self, PartKept, Receipt, Wanted};
use model::Hour;
use reqwest::{Url, header};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    BridgeError, Config, Peer,
    body::Packed,
    client::{Client, Errand, below, read_address},
};

/// The longest answer that is read. Unit: bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// The hub's interface for one stamp.
#[derive(Debug, Clone)]
pub struct Hub {
    client: Client,
    base: Url,
    cloud: String,
    credential: String,
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
    pub fn new(client: Client, config: &Config) -> Result<Self, BridgeError> {
        let base = read_address(Peer::Hub, &config.hub_url)?;
        Ok(Self { client, base, cloud: config.cloud.to_string(), credential: config.credential.clone() })
    }

    /// Asks which windows the hub wants.
    pub async fn wanted(&self) -> Result<Wanted, BridgeError> {
        let errand = errand("ask which window is wanted next".to_owned());
        let url = below(&self.base, &delivery::windows_path(&self.cloud));
        let request = |http: &reqwest::Client| http.get(url.clone()).bearer_auth(&self.credential);
        read(&errand, &self.client.ask(&errand, request).await?)
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
        let request = |http: &reqwest::Client| {
            http.put(url.clone())
                .bearer_auth(&self.credential)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, "zstd")
                .header("content-digest", &packed.digest)
                .body(packed.body.clone())
        };
        read(&errand, &self.client.ask(&errand, request).await?)
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
