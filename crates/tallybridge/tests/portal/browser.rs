//! Browser: Chromium without a screen, driven through WebDriver.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    str::FromStr,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};

use crate::house::{House, PASSWORD};

const MISSING: &str = "chromedriver cannot be started: install the Debian packages chromium and chromium-driver";
/// How long something may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running chromedriver, which ends with this and takes its browsers with it.
pub struct Driver {
    child: Child,
    port: u16,
}

/// How a browser looks at pages.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Unit: pixels.
    pub width: u32,
    /// Whether it runs scripts.
    pub scripts: bool,
    /// Whether it is held in the hand.
    pub mobile: bool,
}

impl Look {
    pub const WIDE: Self = Self { width: 1440, scripts: true, mobile: false };
    pub const NARROW: Self = Self { width: 390, scripts: true, mobile: true };
    pub const PLAIN: Self = Self { width: 1440, scripts: false, mobile: false };

    fn capabilities(self) -> Map<String, Value> {
        let size = format!("--window-size={},1000", self.width);
        let mut options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en", size],
            "prefs": {"profile.managed_default_content_settings.javascript": if self.scripts { 1 } else { 2 }},
        });
        if self.mobile {
            let metrics = json!({"width": self.width, "height": 844, "pixelRatio": 1.0, "touch": true});
            options["mobileEmulation"] = json!({"deviceMetrics": metrics});
        }
        let all = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        all.as_object().unwrap().clone()
    }
}

impl Driver {
    pub fn start() -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{MISSING}: {error}"));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let started = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let port = started.unwrap_or_else(|| panic!("{MISSING}: it ended at once"));
        Self { child, port }
    }

    pub async fn open(&self, look: Look) -> Browser {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(look.capabilities());
        let client = builder.connect(&format!("http://127.0.0.1:{}", self.port)).await;
        let client = client.unwrap_or_else(|error| panic!("open Chromium, of the Debian package chromium: {error}"));
        Browser { client }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked this way it closes its browsers; a signal would leave them.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let asked = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            if asked.is_ok() && self.child.wait().is_ok() {
                return;
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command of chromedriver that is in no standard.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A browser with one window.
pub struct Browser {
    pub client: Client,
}

/// What is on every page of somebody who is signed in.
pub const SIGNED_IN: &str = "//form[@action='/portal/sign-out']";

impl Browser {
    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }

    /// Signs in by the form, from a page that asks for it.
    pub async fn sign_in(&self, house: &House, name: &str) {
        self.go(&house.address("/portal")).await;
        self.fill("name", name).await;
        self.fill("password", PASSWORD).await;
        self.press("Sign in").await;
        // Whoever went on before the answer is there would go on as nobody.
        self.find(SIGNED_IN).await;
    }

    /// A cookie of the portal, as if a person had chosen something.
    pub async fn keep(&self, name: &'static str, value: &'static str) {
        let cookie = json!({"cookie": {"name": name, "value": value, "path": "/"}});
        self.extra("cookie", cookie).await.unwrap();
    }

    /// What is at a place, once it is there.
    pub async fn find(&self, path: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("find {path} on {}: {error}\n{}", self.address().await, self.text().await),
        }
    }

    /// Whether there is something at a place now.
    pub async fn has(&self, path: &str) -> bool {
        !self.client.find_all(Locator::XPath(path)).await.unwrap().is_empty()
    }

    /// Follows the first link with a text.
    pub async fn follow(&self, text: &str) {
        self.click(&format!("//a[contains(normalize-space(.), \"{text}\")]")).await;
    }

    /// Presses the button with a text.
    pub async fn press(&self, text: &str) {
        self.click(&format!("//button[contains(normalize-space(.), \"{text}\")]")).await;
    }

    pub async fn click(&self, path: &str) {
        self.find(path).await.click().await.unwrap();
    }

    /// Writes into a field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("//*[@name=\"{name}\" and not(@type=\"hidden\")]")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Writes a day into a field of days, whatever the browser's own way of writing them is.
    pub async fn fill_day(&self, name: &str, day: &str) {
        let field = self.find(&format!("//input[@name=\"{name}\"]")).await;
        let script = "arguments[0].value = arguments[1]";
        self.client.execute(script, vec![serde_json::to_value(field).unwrap(), day.into()]).await.unwrap();
    }

    /// Waits until the page says something.
    pub async fn wait_for(&self, text: &str) {
        self.find(&format!("//body[contains(normalize-space(.), \"{text}\")]")).await;
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.unwrap();
        body.text().await.unwrap()
    }

    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// An attribute of the document.
    pub async fn of_document(&self, attribute: &str) -> Option<String> {
        self.client.find(Locator::Css("html")).await.unwrap().attr(attribute).await.unwrap()
    }

    /// The text of the cookie of the session.
    pub async fn session(&self) -> String {
        self.client.get_named_cookie("sid").await.unwrap().value().to_owned()
    }

    /// What was said on the console since the last time.
    pub async fn console(&self) -> Vec<String> {
        let said = self.extra("se/log", json!({"type": "browser"})).await.unwrap();
        let one =
            |entry: &Value| format!("{} {}", entry["level"].as_str().unwrap(), entry["message"].as_str().unwrap());
        said.as_array().unwrap().iter().map(one).collect()
    }

    /// What axe has against the page.
    pub async fn barriers(&self, axe: &str) -> Vec<String> {
        let script = format!(
            "{axe};\nconst done = arguments[arguments.length - 1];\n\
             axe.run(document, {{resultTypes: ['violations']}}).then(result => done(result.violations.flatMap(one => \
             one.nodes.map(node => `${{one.id}}: ${{node.html.slice(0, 300)}} ${{node.failureSummary}}`))), \
             error => done([`axe failed: ${{error}}`]));"
        );
        let found = self.client.execute_async(&script, Vec::new()).await.unwrap();
        found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    /// Does what chromedriver can do beyond the standard.
    pub async fn extra(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(Extra { path, body }).await
    }
}
