//! Wire: a hub that speaks TLS, and those who call it.

use std::time::Duration;

use bridge::{Bridge, BridgeError, Config, Retry};
use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;
use crate::{clock::SystemClock, house};

struct Served {
    data: TempDir,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// A hub with a certificate of its own.
async fn served() -> Served {
    let data = tempfile::tempdir().unwrap();
    let hub = Arc::new(house::open(data.path()).unwrap());
    let config = configure(Source::Own(authority(data.path(), &[])), Arc::new(SystemClock)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(api::serve(listener, api::router(hub), Some(config), async {
        let _ = stopped.await;
    }));
    Served { data, address, stop, server }
}

/// A client that trusts the authority of a folder and nothing else.
fn client(data: &TempDir) -> reqwest::ClientBuilder {
    let ca = reqwest::Certificate::from_pem(&content(data, "ca.pem")).unwrap();
    reqwest::Client::builder().tls_certs_only([ca])
}

#[tokio::test]
async fn clients_that_trust_the_authority_are_served_under_the_names_of_the_certificate() {
    let served = served().await;
    let port = served.address.port();
    for (host, version) in [
        ("127.0.0.1", reqwest::tls::Version::TLS_1_2),
        ("127.0.0.1", reqwest::tls::Version::TLS_1_3),
        ("localhost", reqwest::tls::Version::TLS_1_3),
    ] {
        let client = client(&served.data).tls_version_max(version).build().unwrap();
        let answer = client.get(format!("https://{host}:{port}/health")).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_11), "{host}");
    }
    let wrong = client(&served.data).resolve("hub.contoso.com", served.address).build().unwrap();
    let error = wrong.get(format!("https://hub.contoso.com:{port}/health")).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("NotValidForName"), "{error:?}");
    let stranger = client(&prepared()).build().unwrap();
    let error = stranger.get(format!("https://localhost:{port}/health")).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
}

#[tokio::test]
async fn one_who_does_not_speak_tls_is_sent_away_and_others_are_served() {
    let served = served().await;
    let mut plain = TcpStream::connect(served.address).await.unwrap();
    plain.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // Whether it ends with a reset is the system's choice.
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    let url = format!("https://{}/health", served.address);
    assert!(client(&served.data).build().unwrap().get(url).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_handshakes() {
    let served = served().await;
    let mut silent = TcpStream::connect(served.address).await.unwrap();
    // One who is served came later than the silent one: that one's handshake has begun.
    let url = format!("https://{}/health", served.address);
    client(&served.data).build().unwrap().get(url).send().await.unwrap();
    served.stop.send(()).unwrap();
    let stopped = tokio::time::timeout(Duration::from_secs(5), served.server).await;
    stopped.expect("it waits for the end of no handshake").unwrap().unwrap();
    let mut answer = Vec::new();
    let _ = silent.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_bridge_trusts_the_authority_that_it_is_given() {
    let served = served().await;
    for (hub_ca, trusted) in
        [(Some(content(&served.data, "ca.pem")), true), (Some(content(&prepared(), "ca.pem")), false), (None, false)]
    {
        let mut bridge = Bridge::new(config(&served, hub_ca)).unwrap();
        let error = bridge.catch_up(Hour(1), |_| ()).await.unwrap_err();
        // The hub knows no stamp, so the best that can come is a refusal.
        assert_eq!(matches!(error, BridgeError::Refused { status: 401, .. }), trusted, "{error}");
        assert_eq!(matches!(error, BridgeError::Unreachable { .. }), !trusted, "{error}");
    }
    for damaged in [Vec::new(), b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n".to_vec()] {
        let refused = Bridge::new(config(&served, Some(damaged))).err();
        assert!(matches!(refused, Some(BridgeError::Config(_))), "{refused:?}");
    }
}

fn config(served: &Served, hub_ca: Option<Vec<u8>>) -> Config {
    Config {
        cloud: CloudId::new("cloud1").unwrap(),
        stamp_url: "http://127.0.0.1:9".to_owned(),
        provider_subscription: LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap(),
        home_directory: DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap(),
        stamp_token: None,
        hub_url: format!("https://{}", served.address),
        hub_ca,
        credential: "guessed".to_owned(),
        settle: Duration::ZERO,
        retry: Retry { attempts: 1, ..Retry::default() },
    }
}
