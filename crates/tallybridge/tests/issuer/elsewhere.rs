//! Elsewhere: people who sign in to the portal at another issuer, which is served by the test over real HTTP.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use api::{
    ClientTerms, Elsewhere, Settings,
    issuer::{Publisher, Publishers},
    token::{Algorithm, Signer, Source, TokenKind, TrustedIssuer, generate, jwks},
};
use axum::{
    Router,
    extract::RawForm,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::DirectoryId;
use reqwest::{
    Client, Url,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

use crate::house::{ADA_OBJECT, ADATUM, CONTOSO, House, NOW, PROGRAM_OBJECT};

#[path = "../../src/doorkeeper.rs"]
mod doorkeeper;
use doorkeeper::{Doorkeeper, draw};

const ISSUER: &str = "https://login.contoso.example/v2.0";
const CLIENT: &str = "50000000-0000-4000-8000-000000000001";
const CLIENT_SECRET: &str = "a+secret&of=the~portal";
const PUBLIC: &str = "https://hub.example";
const RETURN: &str = "https://hub.example/portal/sign-in/return";
const CODE: &str = "0.A+code/of=the&issuer";

type Pairs = BTreeMap<String, String>;

/// What the issuer answers at its token endpoint.
#[derive(Clone)]
enum Says {
    /// A token of these claims beside the usual ones; null takes one away.
    Token(Value),
    /// A token that another key signed under the name of the right one.
    Forged,
    /// A good token, in an answer that is longer than what is read.
    TooMuch,
    /// Something else.
    Text(StatusCode, String),
}

/// An issuer, and a portal that sends people there.
struct Street {
    _house: House,
    runtime: Runtime,
    says: Arc<Mutex<(Says, String)>>,
    /// The forms that came in.
    forms: Arc<Mutex<Vec<Pairs>>>,
    portal: String,
    client: Client,
}

fn pairs(text: &str) -> Pairs {
    // The parser of addresses reads forms as well.
    let url = Url::parse(&format!("http://form.example/?{text}")).unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn signer() -> Signer {
    let key = generate().unwrap();
    Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap()
}

/// Another key under a name that is known.
fn forged(signer: &Signer, claims: &Value) -> String {
    let (real, other) = (signer.sign(TokenKind::Id, claims).unwrap(), self::signer());
    let other = other.sign(TokenKind::Id, claims).unwrap();
    let (message, _) = real.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    format!("{message}.{signature}")
}

fn usual(nonce: &str) -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "exp": NOW + 3_600, "iat": NOW, "nbf": NOW, "nonce": nonce,
        "tid": CONTOSO, "oid": ADA_OBJECT, "sub": "pairwise", "preferred_username": "ada@contoso.example",
    })
}

fn answer(signer: &Signer, says: &Says, nonce: &str) -> (StatusCode, String) {
    let mut claims = usual(nonce);
    let token = match says {
        Says::Text(status, text) => return (*status, text.clone()),
        Says::TooMuch => signer.sign(TokenKind::Id, &claims).unwrap(),
        Says::Forged => forged(signer, &claims),
        Says::Token(changes) => {
            let members = claims.as_object_mut().unwrap();
            for (name, value) in changes.as_object().unwrap() {
                members.insert(name.clone(), value.clone());
            }
            members.retain(|_, value| !value.is_null());
            signer.sign(TokenKind::Id, &claims).unwrap()
        }
    };
    let mut text = json!({ "token_type": "Bearer", "access_token": "not read", "id_token": token }).to_string();
    if matches!(says, Says::TooMuch) {
        text.push_str(&" ".repeat(256 * 1024));
    }
    (StatusCode::OK, text)
}

/// Serves routes on a port of this machine.
fn serve(runtime: &Runtime, routes: Router) -> String {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(api::serve(listener, routes, None, std::future::pending()));
    address
}

impl Street {
    fn open(client_secret: Option<&str>) -> Self {
        let runtime = Runtime::new().unwrap();
        let says = Arc::new(Mutex::new((Says::Token(json!({})), String::new())));
        let forms = Arc::new(Mutex::new(Vec::<Pairs>::new()));
        let signer = Arc::new(signer());
        let document = jwks([signer.as_ref()]).to_string();
        let (saying, received) = (Arc::clone(&says), Arc::clone(&forms));
        let issuer = Router::new().route("/keys", get(|| async { document })).route(
            "/token",
            post(async move |RawForm(form): RawForm| {
                received.lock().unwrap().push(pairs(std::str::from_utf8(&form).unwrap()));
                let (says, nonce) = saying.lock().unwrap().clone();
                // Whoever followed it would not come to an end.
                let location = [("location", "/token")];
                let (status, text) = answer(&signer, &says, &nonce);
                (status, location, text)
            }),
        );
        let issuer = serve(&runtime, issuer);
        let house = House::open();
        let source = Source::web(&format!("{issuer}/keys")).unwrap();
        let terms = ClientTerms {
            id: "issuer-1".to_owned(),
            name: "Contoso Entra".to_owned(),
            issuer: ISSUER.to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: client_secret.map(str::to_owned),
            authorize: format!("{issuer}/authorize?p=policy"),
            token: format!("{issuer}/token"),
            roots: None,
        };
        let settings = Settings {
            public_url: Some(PUBLIC.to_owned()),
            issuers: vec![TrustedIssuer {
                issuer: ISSUER.to_owned(),
                audiences: vec!["api://hub".to_owned()],
                algorithms: vec![Algorithm::Rs256],
                directory: Some(DirectoryId::new(CONTOSO).unwrap()),
                types: Vec::new(),
            }],
            issuer_keys: Some(Arc::new(
                Publishers::open(vec![Publisher { issuer: ISSUER.to_owned(), source, roots: None }]).unwrap(),
            )),
            elsewhere: vec![Elsewhere::open(terms).unwrap()],
            ..Settings::default()
        };
        let (routes, gatekeeper) = api::front(Arc::clone(&house.hub), settings);
        let window =
            portal::Settings { doorkeeper: Arc::new(Doorkeeper::new(gatekeeper)), chance: draw, secure: false };
        let portal = serve(&runtime, routes.merge(portal::router(Arc::clone(&house.hub), window)));
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { _house: house, runtime, says, forms, portal, client }
    }

    /// Asks for a page with a cookie: the place that it leads to, and the cookie that it sets.
    fn go(&self, path: &str, cookie: &str) -> (String, String) {
        let request = self.client.get(format!("{}{path}", self.portal)).header(COOKIE, cookie);
        let answer = self.runtime.block_on(request.send()).unwrap();
        let text =
            |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let cookie = text(SET_COOKIE);
        (text(LOCATION), cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// Begins a sign-in: what the issuer is asked, and the cookie of the browser.
    fn leave(&self) -> (Pairs, String) {
        let (to, cookie) = self.go("/portal/sign-in/at/issuer-1?next=%2Fportal%2Fabout", "");
        let url = Url::parse(&to).unwrap();
        assert_eq!(url.path(), "/authorize");
        (pairs(url.query().unwrap()), cookie)
    }

    /// Comes back from an issuer that says something.
    fn sign_in(&self, says: Says) -> (String, String) {
        let (asked, cookie) = self.leave();
        *self.says.lock().unwrap() = (says, asked["nonce"].clone());
        let mut back = Url::parse(RETURN).unwrap();
        back.query_pairs_mut().append_pair("code", CODE).append_pair("state", &asked["state"]);
        self.go(&format!("{}?{}", back.path(), back.query().unwrap()), &cookie)
    }
}

fn of(rows: &[(&str, &str)]) -> Pairs {
    rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn who_signs_in_at_the_issuer_comes_back_signed_in() {
    for secret in [Some(CLIENT_SECRET), None] {
        let street = Street::open(secret);
        let (asked, cookie) = street.leave();
        let drawn = ["state", "nonce", "code_challenge"].map(|name| (name, asked[name].as_str()));
        let mut expected = of(&[
            ("p", "policy"),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("scope", "openid profile email"),
            ("client_id", CLIENT),
            ("redirect_uri", RETURN),
            ("code_challenge_method", "S256"),
        ]);
        expected.extend(of(&drawn));
        assert_eq!(asked, expected);
        *street.says.lock().unwrap() = (Says::Token(json!({})), asked["nonce"].clone());
        let mut back = Url::parse(RETURN).unwrap();
        back.query_pairs_mut().append_pair("code", CODE).append_pair("state", &asked["state"]);
        let back = format!("{}?{}", back.path(), back.query().unwrap());
        assert_eq!(street.go(&back, "sign-in=another").0, "/portal/sign-in?problem=refused", "another browser");
        let (to, session) = street.go(&back, &cookie);
        assert_eq!(to, "/portal/about");
        assert!(session.starts_with("sid="), "{session}");
        assert_eq!(street.go("/portal/sign-in", &session).0, "/portal", "who is signed in needs no form");
        assert_eq!(street.go(&back, &cookie).0, "/portal/sign-in?problem=refused", "a code is good once");

        let forms = street.forms.lock().unwrap();
        let [form] = forms.as_slice() else { panic!("a code is sent once: {forms:?}") };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        assert_eq!(challenge, asked["code_challenge"]);
        let mut expected = of(&[
            ("grant_type", "authorization_code"),
            ("code", CODE),
            ("redirect_uri", RETURN),
            ("client_id", CLIENT),
            ("code_verifier", &form["code_verifier"]),
        ]);
        expected.extend(secret.map(|secret| ("client_secret".to_owned(), secret.to_owned())));
        assert_eq!(*form, expected);
    }
}

#[test]
fn what_is_not_believed_signs_nobody_in() {
    let street = Street::open(None);
    let token = |changes: Value| Says::Token(changes);
    let text = |status, text: &str| Says::Text(status, text.to_owned());
    let unsigned = format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k"}"#));
    let table = [
        ("another nonce", token(json!({ "nonce": "another" })), "refused"),
        ("no nonce", token(json!({ "nonce": null })), "refused"),
        ("another audience", token(json!({ "aud": "api://hub" })), "refused"),
        ("two audiences", token(json!({ "aud": [CLIENT, "api://hub"] })), "refused"),
        ("made for another", token(json!({ "azp": "another" })), "refused"),
        ("expired", token(json!({ "exp": NOW - 61, "iat": NOW - 3_600, "nbf": NOW - 3_600 })), "refused"),
        ("not yet valid", token(json!({ "iat": NOW + 61, "nbf": NOW + 61 })), "refused"),
        ("another issuer", token(json!({ "iss": "https://attacker.example" })), "refused"),
        ("another directory", token(json!({ "tid": ADATUM })), "refused"),
        ("another key", Says::Forged, "refused"),
        ("unsigned", text(StatusCode::OK, &json!({ "id_token": unsigned }).to_string()), "refused"),
        ("nobody here", token(json!({ "oid": "40000000-0000-4000-8000-0000000000ff" })), "unknown"),
        ("the subject is nobody here", token(json!({ "oid": null })), "unknown"),
        ("a program", token(json!({ "oid": PROGRAM_OBJECT })), "unknown"),
        ("the code is refused", text(StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#), "refused"),
        ("the client is refused", text(StatusCode::UNAUTHORIZED, "<html>"), "refused"),
        ("a redirect", text(StatusCode::TEMPORARY_REDIRECT, ""), "refused"),
        ("no document", text(StatusCode::OK, "<html>sign in</html>"), "refused"),
        ("no token", text(StatusCode::OK, r#"{"access_token":"a.b.c"}"#), "refused"),
        ("no text", text(StatusCode::OK, r#"{"id_token":["a.b.c"]}"#), "refused"),
        ("no parts", text(StatusCode::OK, r#"{"id_token":"token"}"#), "refused"),
        ("too much", Says::TooMuch, "refused"),
        ("it is broken", text(StatusCode::BAD_GATEWAY, ""), "busy"),
        ("it has no time", text(StatusCode::TOO_MANY_REQUESTS, ""), "busy"),
    ];
    for (name, says, problem) in table {
        let (to, cookie) = street.sign_in(says);
        assert_eq!(to, format!("/portal/sign-in?problem={problem}"), "{name}");
        assert!(!cookie.starts_with("sid="), "{name}");
    }
    assert_eq!(street.sign_in(token(json!({}))).0, "/portal/about", "and the good one does");
    assert_eq!(street.go("/portal/sign-in/at/issuer-2", "").0, "/portal/sign-in?problem=refused");
}
