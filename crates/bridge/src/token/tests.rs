use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, body::Bytes, extract::State, http::Uri};
use contract::secret::Secret;
use tokio::net::TcpListener;

use super::*;
use crate::Retry;

const NOW: i64 = 1_764_547_200;

/// What was asked: the path, and the members of the form.
type Asked = (String, Vec<(String, String)>);

/// A stamp that says where tokens are, an issuer, and what was asked of it.
#[derive(Clone)]
struct Issuing {
    login: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    expires_in: &'static str,
}

async fn answer(State(issuing): State<Issuing>, uri: Uri, body: Bytes) -> String {
    if uri.path() == "/metadata/endpoints" {
        let login = &issuing.login;
        return format!(r#"{{"authentication":{{"loginEndpoint":"{login}","audiences":["https://aud/id"]}}}}"#);
    }
    let mut asked = issuing.asked.lock().unwrap();
    let sent = Url::parse(&format!("http://form/?{}", String::from_utf8_lossy(&body))).unwrap();
    asked.push((uri.path().to_owned(), sent.query_pairs().into_owned().collect()));
    format!(r#"{{"token_type":"Bearer","expires_in":{},"access_token":"token {}"}}"#, issuing.expires_in, asked.len())
}

async fn start(login: &str, expires_in: &'static str) -> (Url, Issuing) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let issuing = Issuing { login: login.replace("HERE", &address), asked: Arc::default(), expires_in };
    let router = Router::new().fallback(answer).with_state(issuing.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Url::parse(&address).unwrap(), issuing)
}

fn program(directory: &str) -> Program {
    Program {
        client: "bridge".to_owned(),
        secret: Secret::new("hidden"),
        directory: directory.to_owned(),
        token_url: None,
        audience: None,
    }
}

fn tokens(sign_in: SignIn) -> (Tokens, Client, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOW));
    let shown = Arc::clone(&now);
    let clock = Clock::new(move || Second(shown.load(Ordering::SeqCst)));
    (Tokens::new(sign_in, clock.clone()), Client::new(Retry::default(), "cloud1", clock, &[]).unwrap(), now)
}

#[tokio::test]
async fn each_kind_of_issuer_is_asked_in_its_own_form() {
    let rows = [
        ("HERE/", "contoso.example", "/contoso.example/oauth2/v2.0/token", ("scope", "https://aud/id/.default")),
        ("HERE/adfs", "adfs", "/adfs/oauth2/token", ("resource", "https://aud/id")),
        ("HERE/adfs/", "contoso.example", "/adfs/oauth2/token", ("resource", "https://aud/id")),
        ("HERE", "ADFS", "/adfs/oauth2/token", ("resource", "https://aud/id")),
    ];
    for (login, directory, path, (word, value)) in rows {
        let (stamp, issuing) = start(login, "3600").await;
        let (tokens, client, _) = tokens(SignIn::Program(program(directory)));
        assert_eq!(tokens.token(&client, &stamp).await.unwrap().as_deref(), Some("token 1"));
        let asked = issuing.asked.lock().unwrap().clone();
        assert_eq!(asked[0].0, path, "{login} {directory}");
        let form: std::collections::BTreeMap<String, String> = asked[0].1.iter().cloned().collect();
        let wanted =
            [("grant_type", "client_credentials"), ("client_id", "bridge"), ("client_secret", "hidden"), (word, value)];
        assert_eq!(form, wanted.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    }
}

#[tokio::test]
async fn an_address_and_an_audience_that_were_given_are_used_as_they_are() {
    let (stamp, issuing) = start("HERE/nowhere", "3600").await;
    let given = Program {
        token_url: Some(stamp.join("/mine/oauth2/token").unwrap().to_string()),
        audience: Some("me".to_owned()),
        ..program("any")
    };
    let (tokens, client, _) = tokens(SignIn::Program(given));
    tokens.token(&client, &stamp).await.unwrap();
    let asked = issuing.asked.lock().unwrap().clone();
    assert_eq!(asked[0].0, "/mine/oauth2/token");
    assert!(asked[0].1.contains(&("resource".to_owned(), "me".to_owned())));
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end_and_not_after_it_was_refused() {
    for (expires_in, held, ended) in [("3600", 3_299, 3_300), (r#""3600""#, 3_299, 3_300), ("100", 49, 50)] {
        let (stamp, issuing) = start("HERE/", expires_in).await;
        let (tokens, client, now) = tokens(SignIn::Program(program("any")));
        let mut shown = Vec::new();
        for second in [0, held, ended] {
            now.store(NOW + second, Ordering::SeqCst);
            shown.push(tokens.token(&client, &stamp).await.unwrap().unwrap());
        }
        tokens.forget().await;
        shown.push(tokens.token(&client, &stamp).await.unwrap().unwrap());
        assert_eq!(shown, ["token 1", "token 1", "token 2", "token 3"]);
        assert_eq!(issuing.asked.lock().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_stamp_behind_https_cannot_send_the_secret_anywhere_readable() {
    let (stamp, issuing) = start("HERE/", "3600").await;
    let (_, client, _) = tokens(SignIn::Nobody);
    let mut secure = stamp.clone();
    // The scheme of a special address can be changed to another special one.
    secure.set_scheme("https").unwrap();
    let given = Program { token_url: Some(stamp.to_string()), ..program("any") };
    // The metadata cannot be read over HTTPS here, so nothing is sent at all.
    let quick = Client::new(
        Retry { attempts: 1, first_pause: std::time::Duration::ZERO, longest_pause: std::time::Duration::ZERO },
        "cloud1",
        Clock::new(|| Second(NOW)),
        &[],
    );
    assert!(find_issuer(&quick.unwrap(), &secure, &given).await.is_err());
    assert!(find_issuer(&client, &stamp, &given).await.is_ok());
    assert!(issuing.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_token_in_a_file_is_one_word_and_is_read_again_after_it_was_refused() {
    let file = std::env::temp_dir().join(format!("tallybridge-token-{}", std::process::id()));
    let stamp = Url::parse("http://localhost").unwrap();
    let (tokens, client, _) = tokens(SignIn::File(file.clone()));
    for text in ["", "two words", "\n"] {
        std::fs::write(&file, text).unwrap();
        let error = tokens.token(&client, &stamp).await.unwrap_err().to_string();
        assert!(error.contains("one word on one line"), "{error}");
    }
    std::fs::write(&file, "first\n").unwrap();
    assert_eq!(tokens.token(&client, &stamp).await.unwrap().as_deref(), Some("first"));
    std::fs::write(&file, "second").unwrap();
    assert_eq!(tokens.token(&client, &stamp).await.unwrap().as_deref(), Some("first"));
    tokens.forget().await;
    assert_eq!(tokens.token(&client, &stamp).await.unwrap().as_deref(), Some("second"));
    std::fs::remove_file(&file).unwrap();
    tokens.forget().await;
    assert!(tokens.token(&client, &stamp).await.is_err());
}
