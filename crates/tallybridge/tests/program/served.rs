//! Served: the program serving a folder, and whoever asks it over HTTP.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::house::{program, run, stdout};

/// The default subscription of the example catalogue.
pub const DEFAULT: &str = "20000000-0000-4000-8000-0000000000d0";
/// A customer's subscription of the example catalogue.
pub const CUSTOMER: &str = "40000000-0000-4000-8000-0000000000a1";
/// Another subscription of that customer, which these tests need active.
pub const CUSTOMER_TOO: &str = "40000000-0000-4000-8000-0000000000a2";
/// Where the registering program is at home.
pub const HOME: &str = "10000000-0000-4000-8000-000000000002";
/// The object id of the bridge's service principal.
pub const BRIDGE: &str = "71000000-0000-4000-8000-000000000013";
/// The client id of the registering program.
pub const REGISTERING: &str = "72000000-0000-4000-8000-000000000011";

const PROGRAMS: &str = r#"
[[service_principal]]
id = "71000000-0000-4000-8000-000000000011"
name = "registering"
directory = "10000000-0000-4000-8000-000000000002"
application = "72000000-0000-4000-8000-000000000011"

[[role]]
principal = "71000000-0000-4000-8000-000000000011"
role = "Owner"
scope = "/subscriptions/20000000-0000-4000-8000-0000000000d0"

[[service_principal]]
id = "71000000-0000-4000-8000-000000000013"
name = "bridge"
directory = "10000000-0000-4000-8000-000000000002"
application = "72000000-0000-4000-8000-000000000013"
owner = "71000000-0000-4000-8000-000000000011"
"#;

/// Runs the program, which must end well, and gives what it printed.
#[track_caller]
pub fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

/// Runs the program, which must refuse, and gives what it said.
#[track_caller]
pub fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", stdout(&output));
    String::from_utf8(output.stderr).unwrap()
}

/// Runs the program, and reads the one object that it printed.
#[track_caller]
pub fn object(arguments: &[&str]) -> Value {
    serde_json::from_str(&done(&[arguments, &["--json"]].concat())).unwrap()
}

/// A path as an argument.
pub fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with the example catalogue and a program that registers. Gives its secret.
pub fn furnish_example(folder: &Path) -> (PathBuf, String) {
    let (data, file) = (folder.join("data"), folder.join("catalog.toml"));
    let example = done(&["catalog", "example"]).replace("state = \"suspended\"\n", "");
    std::fs::write(&file, example + PROGRAMS).unwrap();
    done(&["catalog", "apply", argument(&file), "--yes", "--data", argument(&data)]);
    let secret = done(&["account", "secret", "registering", "--data", argument(&data)]).trim().to_owned();
    (data, secret)
}

/// What the hub answered.
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).unwrap() }
    }
}

/// The program, serving.
pub struct Served {
    child: Child,
    pub address: String,
    client: Client,
    runtime: Runtime,
}

impl Served {
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(program())
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the program says where it listens").unwrap();
            if let Some((_, address)) = line.split_once("listening on ") {
                break address.to_owned();
            }
        };
        // Whoever is not heard must not be stopped by a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let client = Client::builder().no_proxy().build().unwrap();
        Self { child, address, client, runtime: Runtime::new().unwrap() }
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            Answer { status, text: answer.text().await.unwrap() }
        })
    }

    /// Asks the token endpoint of a directory.
    pub fn sign_in(&self, directory: &str, form: &[(&str, &str)]) -> Answer {
        let scope = format!("{}/.default", self.address);
        let form = [form, &[("scope", scope.as_str())]].concat();
        self.send(self.client.post(format!("{}/{directory}/oauth2/v2.0/token", self.address)).form(&form))
    }

    /// Signs a program in with its secret.
    pub fn sign_in_program(&self, directory: &str, client: &str, secret: &str) -> Answer {
        let form = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret)];
        self.sign_in(directory, &form)
    }

    /// Asks with a token; without one as a stranger.
    pub fn ask(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request)
    }

    /// The registering program's token.
    pub fn registering(&self, secret: &str) -> String {
        let answer = self.sign_in_program(HOME, REGISTERING, secret).ok();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Registers a stamp with its registration token, and gives the answer of getactivationkey.
    pub fn register(&self, token: &str, stamp: &str, registration_token: &str) -> String {
        let namespace = format!("/subscriptions/{DEFAULT}/providers/Microsoft.AzureStack/register");
        self.ask(token, "POST", &format!("{namespace}?api-version=2021-04-01"), None).ok();
        let group = format!("/subscriptions/{DEFAULT}/resourceGroups/azurestack?api-version=2021-04-01");
        self.ask(token, "PUT", &group, Some(&json!({ "location": "local" }))).ok();
        let body = json!({ "location": "global", "properties": { "registrationToken": registration_token.trim() } });
        self.ask(token, "PUT", &registration(stamp, ""), Some(&body)).ok();
        let answer = self.ask(token, "POST", &registration(stamp, "/getactivationkey"), None);
        answer.ok();
        answer.text
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of a stamp's registration, or of something below it.
pub fn registration(stamp: &str, below: &str) -> String {
    format!(
        "/subscriptions/{DEFAULT}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-{stamp}{below}?api-version=2017-06-01"
    )
}
