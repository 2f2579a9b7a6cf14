//! Receiver: somebody's web server that takes what budgets tell, sooner or later.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver as Inbox, Sender},
    },
    time::Duration,
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use tokio::runtime::Runtime;

/// How long a message may take that must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    pub headers: HeaderMap,
    pub body: String,
}

impl Posted {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name} in {self:?}")).to_str().unwrap()
    }

    /// The moment of the signature, which must be right. Not with the library that signed.
    #[track_caller]
    pub fn signed_at(&self, secret: &str) -> i64 {
        let (moment, signature) = self.header("tallybridge-signature").split_once(',').unwrap();
        let (moment, signature) = (moment.strip_prefix("t=").unwrap(), signature.strip_prefix("v1=").unwrap());
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{moment}.{}", self.body).as_bytes());
        let expected: Vec<String> = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(signature, expected.concat());
        moment.parse().unwrap()
    }
}

struct Desk {
    /// What is answered next, last first; afterwards all is well.
    answers: Mutex<Vec<StatusCode>>,
    posted: Sender<Posted>,
}

/// A web server on this machine.
pub struct Receiver {
    pub address: String,
    inbox: Inbox<Posted>,
    _runtime: Runtime,
}

impl Receiver {
    /// One that first answers as told, and then 200.
    pub fn new(answers: &[u16]) -> Self {
        let answers = answers.iter().rev().map(|code| StatusCode::from_u16(*code).unwrap()).collect();
        let (posted, inbox) = mpsc::channel();
        let desk = Arc::new(Desk { answers: Mutex::new(answers), posted });
        let routes = Router::new().route("/hook", axum::routing::post(take)).with_state(desk);
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self { address, inbox, _runtime: runtime }
    }

    /// What was posted next; it must come.
    pub fn next(&self) -> Posted {
        self.inbox.recv_timeout(PATIENCE).expect("nothing was posted")
    }

    /// Whether nothing more was posted.
    pub fn is_left_alone(&self) -> bool {
        self.inbox.try_recv().is_err()
    }
}

async fn take(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).unwrap();
    desk.posted.send(Posted { headers, body }).unwrap();
    desk.answers.lock().unwrap().pop().unwrap_or(StatusCode::OK)
}
