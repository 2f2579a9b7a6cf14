//! Gatekeeper: accounts of a hub at a door that is not its own. Tokens come from the routes that stand beside that door.

use std::sync::Arc;

use api::{Denied, Gatekeeper, Known, Settings};
use axum::http::{HeaderMap, HeaderValue, header};
use hub::{Clock, Hub, OfficeRecord};
use model::{
    AssignmentId, Directory, DirectoryId, HubKey, KeyPurpose, Principal, PrincipalId, PrincipalKind, Role,
    RoleAssignment, ScopePath, Second,
};
use store::sqlite::SqliteStore;
use tokio::runtime::Runtime;

const NOW: &str = "2026-10-20T12:00:00Z";
const DIRECTORY: &str = "10000000-0000-4000-8000-000000000001";
const OBJECT: &str = "90000000-0000-4000-8000-000000000001";
const CLIENT: &str = "80000000-0000-4000-8000-000000000001";
const SECRET: &str = "tbs_a secret that nobody drew";
const HERE: &str = "/subscriptions/60000000-0000-4000-8000-000000000000";
const THERE: &str = "/subscriptions/60000000-0000-4000-8000-0000000000a1";

struct StillClock;

impl Clock for StillClock {
    fn now(&self) -> Second {
        Second::parse(NOW).unwrap()
    }
}

/// A gate of a stamp, with the routes to sign in on a port.
struct Gate {
    hub: Arc<Hub>,
    gatekeeper: Gatekeeper,
    origin: String,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Gate {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let hub = Arc::new(Hub::new(store, Arc::new(StillClock), api::read_address).unwrap());
        hub.record("test", "a program", &office()).unwrap();
        hub.add_secret("test", &PrincipalId::new(OBJECT).unwrap(), "first", SECRET, None).unwrap();
        let key = api::token::generate().unwrap();
        let purpose = KeyPurpose::Signing;
        hub.add_key("test", &HubKey { id: key.id, purpose, secret: key.pkcs8, from: Second(0), retired: None })
            .unwrap();
        let (routes, gatekeeper) = api::identity(Arc::clone(&hub), Settings::default());
        // The stamp's own routes are whatever the others are not.
        let routes = axum::Router::new().fallback(|| async { "the stamp" }).merge(routes);
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(api::serve(listener, routes, None, std::future::pending()));
        Self { hub, gatekeeper, origin, runtime, _folder: folder }
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.runtime.block_on(async {
            let answer = reqwest::get(format!("{}{path}", self.origin)).await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    fn token(&self) -> String {
        let scope = format!("{}/.default", self.origin);
        let body = format!("grant_type=client_credentials&client_id={CLIENT}&client_secret={SECRET}&scope={scope}");
        let request = reqwest::Client::new()
            .post(format!("{}/{DIRECTORY}/oauth2/v2.0/token", self.origin))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.replace(' ', "+"));
        let answer = self.runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() });
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn identify(&self, token: Option<&str>, origin: &str) -> Result<Known, Denied> {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
        }
        self.runtime.block_on(self.gatekeeper.identify(&headers, origin))
    }
}

fn office() -> Vec<OfficeRecord> {
    let (object, directory) = (PrincipalId::new(OBJECT).unwrap(), DirectoryId::new(DIRECTORY).unwrap());
    vec![
        OfficeRecord::Directory(Directory { id: directory.clone(), domain: "stamp.example".to_owned() }),
        OfficeRecord::Principal(Principal {
            id: object.clone(),
            kind: PrincipalKind::ServicePrincipal,
            name: "a resource provider".to_owned(),
            directory,
            application: Some(PrincipalId::new(CLIENT).unwrap()),
            administrator: false,
            owner: None,
            enabled: true,
            secrets: Vec::new(),
        }),
        OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new("one").unwrap(),
            scope: ScopePath::new(HERE).unwrap(),
            principal: object,
            role: Role::UsageEventSender,
            removed: false,
        }),
    ]
}

#[test]
fn a_token_that_is_given_beside_the_door_is_believed_at_it() {
    let gate = Gate::open();
    let token = gate.token();
    let known =
        Known { id: OBJECT.to_owned(), name: "a resource provider".to_owned(), directory: DIRECTORY.to_owned() };
    assert_eq!(gate.identify(Some(&token), &gate.origin), Ok(known.clone()));
    assert_eq!(gate.identify(Some(&token), &gate.origin.to_uppercase()), Ok(known));
    let write = "Microsoft.Commerce.Admin/usageEvents/write";
    let read = "Microsoft.Commerce.Admin/subscriberUsageAggregates/read";
    for (id, action, scope, expected) in [
        (OBJECT, write, HERE, true),
        (OBJECT, write, THERE, false),
        (OBJECT, read, HERE, false),
        (CLIENT, write, HERE, false),
        ("", write, HERE, false),
        (OBJECT, write, "no place", false),
    ] {
        assert_eq!(gate.gatekeeper.allows(id, action, scope), expected, "{id} {action} {scope}");
    }
    // Switched off, it is denied at once.
    gate.hub.disable_principal("test", &PrincipalId::new(OBJECT).unwrap()).unwrap();
    let denied = gate.identify(Some(&token), &gate.origin).unwrap_err();
    assert!(!denied.unavailable && denied.message.contains("switched off"), "{denied:?}");
}

#[test]
fn what_is_no_token_of_this_door_is_denied_with_a_challenge() {
    let (gate, other) = (Gate::open(), Gate::open());
    let (own, foreign) = (gate.token(), other.token());
    let mut broken = own.clone();
    broken.replace_range(broken.len() - 4.., "AAAA");
    for (token, origin) in [
        (None, &gate.origin),
        (Some(""), &gate.origin),
        (Some("no token"), &gate.origin),
        (Some(broken.as_str()), &gate.origin),
        (Some(foreign.as_str()), &gate.origin),
        (Some(foreign.as_str()), &other.origin),
        (Some(own.as_str()), &other.origin),
        (Some(own.as_str()), &String::new()),
    ] {
        let denied = gate.identify(token, origin).unwrap_err();
        assert!(
            !denied.unavailable && denied.challenge.starts_with("Bearer") && !denied.message.is_empty(),
            "{denied:?}"
        );
    }
    assert!(gate.identify(None, &gate.origin).unwrap_err().challenge.contains(&gate.origin));
}

#[test]
fn the_routes_to_sign_in_stand_beside_those_of_the_stamp() {
    let gate = Gate::open();
    for path in [
        "/metadata/endpoints?api-version=1.0".to_owned(),
        "/discovery/v2.0/keys".to_owned(),
        "/common/discovery/v2.0/keys".to_owned(),
        format!("/{DIRECTORY}/v2.0/.well-known/openid-configuration"),
        "/adfs/.well-known/openid-configuration".to_owned(),
        "/adfs/stamp.example/v2.0/.well-known/openid-configuration".to_owned(),
        "/devicelogin".to_owned(),
    ] {
        let (status, text) = gate.get(&path);
        assert!(status == 200 && text != "the stamp", "{path}: {status} {text}");
    }
    for path in ["/health", "/metrics", "/subscriptions", "/partners/1", "/stamps/cloud1/windows", "/"] {
        assert_eq!(gate.get(path), (200, "the stamp".to_owned()), "{path}");
    }
}
