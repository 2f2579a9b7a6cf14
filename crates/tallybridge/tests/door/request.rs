//! Requests byte by byte, so that every part of one can be wrong, and the usage that they carry.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use base64::Engine as _;
use contract::delivery::{ErrorBody, ErrorDetail, PartKept, Receipt};
use sha2::{Digest, Sha256};

use crate::house::{NORTH, NORTH_TOKEN};

pub const LOCAL: &str = "60000000-0000-4000-8000-0000000a01a1";
pub const TENANT: &str = "30000000-0000-4000-8000-0000000000a1";
pub const METER: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";
const START: &str = "2026-10-01T00:00:00+00:00";
const END: &str = "2026-10-01T01:00:00+00:00";

/// A row of a resource, with its quantity as it is to stand in the JSON.
pub fn row(resource: &str, quantity: &str) -> String {
    row_between(resource, quantity, START, END)
}

pub fn row_between(resource: &str, quantity: &str, start: &str, end: &str) -> String {
    let instance = format!(
        r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{LOCAL}/{resource}\",\"location\":\"north\",\"tags\":null}}}}"#
    );
    format!(
        r#"{{"id":"/{resource}","name":"{resource}","properties":{{"subscriptionId":"{LOCAL}","usageStartTime":"{start}","usageEndTime":"{end}","instanceData":"{instance}","quantity":{quantity},"meterId":"{METER}"}}}}"#
    )
}

/// A page of rows.
pub fn page(rows: &[String]) -> String {
    format!(r#"{{"value":[{}]}}"#, rows.join(","))
}

/// A page of three good rows.
pub fn good_page() -> String {
    page(&[row("a", "1.5"), row("b", "8.381903171539307e-08"), row("c", "24")])
}

/// A request, and what is wrong with the way in which it comes.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    announced: usize,
}

impl Request {
    /// A delivery of the north with which nothing is wrong.
    pub fn deliver(hour: &str, body: impl Into<Vec<u8>>) -> Self {
        let path = contract::delivery::window_path(NORTH, hour);
        let request = Self { method: "PUT", path, headers: Vec::new(), body: Vec::new(), announced: 0 };
        request
            .with("Authorization", &format!("Bearer {NORTH_TOKEN}"))
            .with("Content-Type", "application/json")
            .carrying(body)
    }

    /// Asks for a window of the north.
    pub fn look(hour: &str) -> Self {
        let request = Self::deliver(hour, "");
        request.without("Content-Type").without("Content-Digest").method("GET")
    }

    /// Puts a body in, with its digest.
    pub fn carrying(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.announced = self.body.len();
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&self.body));
        self.with("Content-Digest", &format!("sha-256=:{digest}:"))
    }

    pub fn with(self, name: &'static str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name, value.to_owned()));
        request
    }

    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub fn path(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    pub fn query(self, query: &str) -> Self {
        let path = format!("{}?{query}", self.path);
        Self { path, ..self }
    }

    /// Loses bytes at the end of the body. Its length and digest stay those of the whole.
    pub fn losing(mut self, bytes: usize) -> Self {
        self.body.truncate(self.body.len() - bytes);
        self
    }

    /// Corrects the announced length, and nothing else.
    pub fn reframed(self) -> Self {
        Self { announced: self.body.len(), ..self }
    }

    pub fn send(&self, address: SocketAddr) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n", self.announced).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        // A hub that refuses a request before its end hangs up on the rest; its answer is there all the same.
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&self.body));
        if sent.is_ok() && self.body.len() < self.announced {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer to {head}: sent {sent:?}, read {read:?}"));
        let body = bytes.split_off(end + 4);
        let head = String::from_utf8(bytes).unwrap();
        let status = head.get(9..12).unwrap().parse().unwrap();
        // Answers differ in nothing but their moment.
        let head = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect::<Vec<_>>();
        Answer { status, head: head.join("\n").to_ascii_lowercase(), body: String::from_utf8(body).unwrap() }
    }
}

/// What the hub said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The head in lower case, without the date.
    pub head: String,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn receipt(&self) -> Receipt {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    #[track_caller]
    pub fn part_kept(&self) -> PartKept {
        assert_eq!(self.status, 202, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The error, which every answer that is no success must hold in the documented shape.
    #[track_caller]
    pub fn error(&self) -> ErrorDetail {
        assert!(self.head.contains("content-type: application/json"), "{self:?}");
        serde_json::from_str::<ErrorBody>(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}")).error
    }
}
