//! Tests: when keys are read again, what counts while they cannot be, and what is not read at all.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, http::StatusCode, response::Redirect, routing::get};
use model::Second;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{DOCUMENT_BYTES_MAX, Fetch, FetchError, Fetched, Jwks, JwksError, Source, Web, parse};
use crate::token::{Algorithm, NewKey, Signer, TokenError, TokenKind, TrustedIssuer, generate, jwks};

const ISSUER: &str = "https://login.example";
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
/// 2026-11-01T00:00:00Z.
const NOW: i64 = 1_793_491_200;

/// RSA keys take a while to make, so the tests share one.
static KEY: LazyLock<NewKey> = LazyLock::new(|| generate().unwrap());

fn signer() -> Signer {
    Signer::from_pkcs8(&KEY.id, &KEY.pkcs8).unwrap()
}

/// A document in which the one key has these names.
fn document(names: &[&str]) -> Vec<u8> {
    let key = |id: &&str| {
        let mut jwk = signer().public_jwk();
        jwk["kid"] = json!(id);
        jwk
    };
    json!({ "keys": names.iter().map(key).collect::<Vec<Value>>() }).to_string().into_bytes()
}

/// A publisher that answers what it was told, and fails afterwards.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Vec<u8>>>,
    asked: AtomicUsize,
    /// Whether an answer waits until it is let go.
    slow: Option<Notify>,
}

impl Script {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn answer(&self, names: &[&str]) {
        self.answers.lock().unwrap().push_back(document(names));
    }
}

impl Fetch for Script {
    fn fetch<'a>(&'a self, _: &'a Source) -> Fetched<'a> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if let Some(slow) = &self.slow {
                slow.notified().await;
            }
            self.answers.lock().unwrap().pop_front().ok_or_else(|| FetchError::new("the publisher is away"))
        })
    }
}

fn keys_of(script: &Arc<Script>) -> Arc<Jwks> {
    let source = Source::web("https://login.example/keys").unwrap();
    let fetcher: Arc<dyn Fetch> = Arc::<Script>::clone(script);
    Arc::new(Jwks::new([(ISSUER.to_owned(), source)], fetcher))
}

/// What the keys say, and how often the publisher was asked so far.
async fn ask(keys: &Jwks, script: &Script, name: &str, after: i64) -> (Result<String, JwksError>, usize) {
    let answer = keys.key(ISSUER, name, Second(NOW + after)).await.map(|key| key.id().to_owned());
    (answer, script.asked())
}

#[tokio::test]
async fn keys_are_read_again_after_ten_minutes() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    script.answer(&["one"]);
    script.answer(&["two"]);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    assert_eq!(ask(&keys, &script, "one", 10 * MINUTE - 1).await, (Ok("one".into()), 1));
    // What is no longer published no longer counts.
    assert_eq!(ask(&keys, &script, "one", 10 * MINUTE).await, (Err(JwksError::UnknownKey), 2));
    assert_eq!(ask(&keys, &script, "two", 10 * MINUTE).await, (Ok("two".into()), 2));
}

#[tokio::test]
async fn unknown_names_make_us_read_once_a_minute() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    for _ in 0..3 {
        script.answer(&["one"]);
    }
    script.answer(&["one", "new"]);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    for second in 0..180 {
        let name = format!("made-up-{second}");
        let asked = 1 + usize::try_from(second / MINUTE).unwrap();
        assert_eq!(ask(&keys, &script, &name, second).await, (Err(JwksError::UnknownKey), asked), "{second}");
    }
    assert_eq!(ask(&keys, &script, "new", 3 * MINUTE - 1).await, (Err(JwksError::UnknownKey), 3));
    assert_eq!(ask(&keys, &script, "new", 3 * MINUTE).await, (Ok("new".into()), 4));
}

#[tokio::test]
async fn kept_keys_count_for_a_day_while_the_publisher_is_away() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    script.answer(&["one"]);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    assert_eq!(ask(&keys, &script, "one", 10 * MINUTE).await, (Ok("one".into()), 2));
    // Within the minute nobody asks, and nobody waits.
    assert_eq!(ask(&keys, &script, "one", 11 * MINUTE - 1).await, (Ok("one".into()), 2));
    assert_eq!(ask(&keys, &script, "two", 11 * MINUTE - 1).await, (Err(JwksError::UnknownKey), 2));
    assert_eq!(ask(&keys, &script, "one", 11 * MINUTE).await, (Ok("one".into()), 3));
    assert_eq!(ask(&keys, &script, "one", 24 * HOUR - 1).await, (Ok("one".into()), 4));
    assert_eq!(ask(&keys, &script, "one", 24 * HOUR).await, (Err(JwksError::Unavailable), 4));
    assert_eq!(ask(&keys, &script, "one", 25 * HOUR).await, (Err(JwksError::Unavailable), 5));
    script.answer(&["one"]);
    assert_eq!(ask(&keys, &script, "one", 26 * HOUR).await, (Ok("one".into()), 6));
}

#[tokio::test]
async fn a_publisher_that_was_never_reached_lets_nobody_in() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Err(JwksError::Unavailable), 1));
    assert_eq!(ask(&keys, &script, "one", 59).await, (Err(JwksError::Unavailable), 1));
    script.answer(&["one"]);
    assert_eq!(ask(&keys, &script, "one", 60).await, (Ok("one".into()), 2));
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_no_key_for_longer() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    script.answer(&["one"]);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    assert_eq!(ask(&keys, &script, "one", -48 * HOUR).await, (Ok("one".into()), 1));
    assert_eq!(ask(&keys, &script, "one", -48 * HOUR + 10 * MINUTE).await, (Ok("one".into()), 2));
    assert_eq!(ask(&keys, &script, "one", -24 * HOUR).await, (Err(JwksError::Unavailable), 3));
}

#[tokio::test]
async fn many_who_ask_at_the_same_time_make_us_read_once() {
    let script = Arc::new(Script { slow: Some(Notify::new()), ..Script::default() });
    let keys = keys_of(&script);
    script.answer(&["one"]);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.key(ISSUER, "one", Second(NOW)).await.map(|key| key.id().to_owned()) })
        })
        .collect();
    script.slow.as_ref().unwrap().notify_one();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok("one".into()));
    }
    assert_eq!(script.asked(), 1);
}

#[tokio::test]
async fn who_knows_its_key_does_not_wait_for_who_does_not() {
    let script = Arc::new(Script { slow: Some(Notify::new()), ..Script::default() });
    let keys = keys_of(&script);
    script.answer(&["one"]);
    script.slow.as_ref().unwrap().notify_one();
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    let waiting = Arc::clone(&keys);
    let stranger = tokio::spawn(async move { waiting.key(ISSUER, "made-up", Second(NOW + MINUTE)).await.map(|_| ()) });
    while script.asked() < 2 {
        tokio::task::yield_now().await;
    }
    // The publisher has not answered yet.
    assert_eq!(ask(&keys, &script, "one", MINUTE).await, (Ok("one".into()), 2));
    assert_eq!(ask(&keys, &script, "one", 10 * MINUTE - 1).await, (Ok("one".into()), 2));
    script.slow.as_ref().unwrap().notify_one();
    assert_eq!(stranger.await.unwrap(), Err(JwksError::UnknownKey));
}

#[tokio::test]
async fn who_goes_away_does_not_stop_the_reading() {
    let script = Arc::new(Script { slow: Some(Notify::new()), ..Script::default() });
    let keys = keys_of(&script);
    script.answer(&["one"]);
    let waiting = Arc::clone(&keys);
    let hasty = tokio::spawn(async move { waiting.key(ISSUER, "one", Second(NOW)).await.map(|_| ()) });
    while script.asked() < 1 {
        tokio::task::yield_now().await;
    }
    hasty.abort();
    assert!(hasty.await.is_err());
    script.slow.as_ref().unwrap().notify_one();
    assert_eq!(ask(&keys, &script, "one", 1).await, (Ok("one".into()), 1));
}

#[tokio::test]
async fn a_document_that_is_broken_changes_nothing() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    script.answer(&["one"]);
    assert_eq!(ask(&keys, &script, "one", 0).await, (Ok("one".into()), 1));
    script.answers.lock().unwrap().push_back(b"<html>sign in</html>".to_vec());
    assert_eq!(ask(&keys, &script, "one", 10 * MINUTE).await, (Ok("one".into()), 2));
}

#[tokio::test]
async fn a_token_is_checked_with_the_key_that_was_found() {
    let script = Arc::new(Script::default());
    let keys = keys_of(&script);
    script.answer(&[&KEY.id]);
    let trusted = TrustedIssuer {
        issuer: ISSUER.to_owned(),
        audiences: vec!["hub".to_owned()],
        algorithms: vec![Algorithm::Rs256],
        directory: None,
        types: Vec::new(),
    };
    let token = |issuer: &str| {
        let claims =
            json!({ "iss": issuer, "aud": "hub", "nbf": NOW, "exp": NOW + 60, "tid": "contoso", "oid": "ada" });
        signer().sign(TokenKind::Access, &claims).unwrap()
    };
    let claims = keys.verify(&token(ISSUER), std::slice::from_ref(&trusted), Second(NOW)).await;
    assert_eq!(claims.map(|claims| claims.object), Ok("ada".to_owned()));
    let stranger = keys.verify(&token("https://attacker.example"), &[trusted], Second(NOW)).await;
    assert_eq!(stranger, Err(TokenError::Issuer));
    assert_eq!(script.asked(), 1, "nothing is read for an issuer that is not trusted");
}

#[test]
fn a_document_is_read_within_limits() {
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("key-{number}")).collect();
        document(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut with_others: Value = serde_json::from_slice(&document(&["one"])).unwrap();
    let others = with_others["keys"].as_array_mut().unwrap();
    others.push(json!({ "kty": "RSA", "use": "enc", "kid": "two" }));
    others.push(json!({ "kty": "oct", "k": "c2VjcmV0" }));
    others.push(json!("no key"));
    let padded = |bytes: usize| {
        let mut text = document(&["one"]);
        text.resize(bytes, b' ');
        text
    };
    assert_eq!(parse(with_others.to_string().as_bytes()).unwrap().len(), 1, "keys for other purposes are left out");
    assert_eq!(parse(&many(64)).unwrap().len(), 64);
    assert_eq!(parse(&padded(DOCUMENT_BYTES_MAX)).unwrap().len(), 1);
    let rows = [
        ("65 keys", many(65), "there are 65 keys"),
        ("a byte too much", padded(DOCUMENT_BYTES_MAX + 1), "262145 bytes"),
        ("two keys of one name", document(&["one", "one"]), "two keys have the name"),
        ("no keys", document(&[]), "no key among them"),
        ("no document", b"[]".to_vec(), "not a document"),
        ("nothing", Vec::new(), "not a document"),
        ("not UTF-8", b"{\"keys\":[\"\xff\"]}".to_vec(), "not a document"),
        ("many brackets", vec![b'['; 100_000], "not a document"),
    ];
    for (name, document, because) in rows {
        let error = parse(&document).expect_err(name).to_string();
        assert!(error.contains(because), "{name}: {error}");
    }
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let good = [
        "https://login.example/keys",
        "HTTPS://login.example:8443/keys?v=2",
        "http://localhost:8080/keys",
        "http://127.0.0.1/keys",
        "http://127.8.9.1/keys",
        "http://[::1]:80/keys",
    ];
    let bad = [
        "http://login.example/keys",
        "http://localhost.attacker.example/keys",
        "http://127.0.0.1.attacker.example/keys",
        "http://10.0.0.1/keys",
        "http://169.254.169.254/latest/meta-data",
        "http://[::2]/keys",
        "http://0.0.0.0/keys",
        "ftp://login.example/keys",
        "file:///etc/passwd",
        "data:application/json,{}",
        "login.example/keys",
        "/keys",
        "https://",
        "",
    ];
    for address in good {
        assert!(Source::web(address).is_ok(), "{address}");
    }
    for address in bad {
        assert!(Source::web(address).is_err(), "{address}");
    }
    let error = Source::web("https://user:secret@login.example/keys").unwrap_err().to_string();
    assert!(error.contains("password") && !error.contains("secret"), "{error}");
}

#[tokio::test]
async fn the_web_is_read_without_redirects_and_within_limits() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new()
        .route("/keys", get(|| async { jwks(&[signer()]).to_string() }))
        .route("/moved", get(|| async { Redirect::temporary("/keys") }))
        .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/full", get(|| async { "x".repeat(DOCUMENT_BYTES_MAX) }))
        .route("/large", get(|| async { "x".repeat(DOCUMENT_BYTES_MAX + 1) }));
    tokio::spawn(async { axum::serve(listener, routes).await });
    let web = Web::new(&[]).unwrap();
    let read = async |path: &str| web.fetch(&Source::web(&format!("http://{address}{path}")).unwrap()).await;
    assert_eq!(parse(&read("/keys").await.unwrap()).unwrap().len(), 1);
    assert_eq!(read("/full").await.unwrap().len(), DOCUMENT_BYTES_MAX);
    for (path, because) in [("/moved", "307"), ("/broken", "500"), ("/large", "more than"), ("/none", "404")] {
        let error = read(path).await.expect_err(path).to_string();
        assert!(error.contains(because), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_file_is_read_and_nothing_else_of_a_disk() {
    let web = Web::new(&[]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = async |path: &str| web.fetch(&Source::file(folder.join(path))).await;
    assert!(read("Cargo.toml").await.unwrap().starts_with(b"[package]"));
    assert!(read("no-such-file").await.unwrap_err().to_string().contains("could not be read"));
    assert!(read("src").await.unwrap_err().to_string().contains("it is no file"));
}
