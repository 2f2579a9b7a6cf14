//! Site: what there is behind the addresses of the portal, asked for without a browser: every page that a link leads to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use portal::RouteFacts;
use reqwest::{Client, redirect::Policy};

use crate::house::{House, PARTNER, PASSWORD};

/// How many addresses of one shape are asked for.
const OF_ONE_SHAPE_MAX: usize = 12;

/// Somebody who is signed in, without a browser.
pub struct Guest {
    client: Client,
    origin: String,
    cookie: String,
}

/// What came.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn is_page(&self) -> bool {
        self.kind.starts_with("text/html")
    }
}

/// The shape of an address: its route, and the names in its query.
pub type Shape = (&'static str, BTreeSet<String>);

impl Guest {
    /// Somebody with a cookie of a session.
    pub fn with_session(house: &House, session: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { client, origin: house.window.origin.clone(), cookie: format!("sid={session}") }
    }

    pub async fn sign_in(house: &House, name: &str) -> Self {
        let mut guest = Self::with_session(house, "");
        let form = [("name", name), ("password", PASSWORD)];
        let request = guest.client.post(format!("{}/portal/sign-in", guest.origin)).form(&form);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 303);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut guest.cookie);
        guest
    }

    /// The same in another language.
    pub fn speaking(&self, language: &str) -> Self {
        let cookie = format!("{}; language={language}", self.cookie);
        Self { client: self.client.clone(), origin: self.origin.clone(), cookie }
    }

    pub async fn get(&self, target: &str) -> Answer {
        let request = self.client.get(format!("{}{target}", self.origin)).header("cookie", &self.cookie);
        let response = request.send().await.unwrap();
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, kind) = (response.status().as_u16(), header("content-type").unwrap_or_default());
        Answer { status, kind, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// Every address that a link leads to from the overview, and from the pages that these lead to; of each shape the first
    /// twelve. Links that lead nowhere are said.
    pub async fn crawl(&self) -> BTreeMap<Shape, Vec<(String, Answer)>> {
        let mut found: BTreeMap<Shape, Vec<(String, Answer)>> = BTreeMap::new();
        let mut faults = Vec::new();
        let first = format!("/portal/partners/{PARTNER}");
        let mut seen = BTreeSet::from([first.clone()]);
        let mut waiting = VecDeque::from([(first, "nothing".to_owned())]);
        while let Some((target, from)) = waiting.pop_front() {
            let Some(shape) = shape(&target) else {
                faults.push(format!("{target} on {from}: there is no such route"));
                continue;
            };
            let same = found.entry(shape).or_default();
            if same.len() == OF_ONE_SHAPE_MAX {
                continue;
            }
            let answer = self.get(&target).await;
            if answer.status != 200 && target != "/portal" {
                faults.push(format!("{target} on {from}: {} {:.300}", answer.status, main_of(&answer.text())));
                continue;
            }
            if answer.is_page() {
                for link in links(&answer.text(), &target) {
                    if seen.insert(link.clone()) {
                        waiting.push_back((link, target.clone()));
                    }
                }
            }
            same.push((target, answer));
        }
        assert!(faults.is_empty(), "{} links lead nowhere:\n{}", faults.len(), faults.join("\n"));
        found
    }
}

/// What is on a page beside its frame.
pub fn main_of(text: &str) -> &str {
    text.find("<main").and_then(|start| text.get(start..)).unwrap_or(text)
}

/// The addresses of the portal in the links of a page. What leads elsewhere must not be there.
fn links(text: &str, target: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(" href=\"").skip(1) {
        let link = part.split('"').next().unwrap().replace("&amp;", "&");
        let link = link.split('#').next().unwrap().to_owned();
        if link.is_empty() || link.starts_with("/portal/assets/") {
            continue;
        }
        let path = target.split('?').next().unwrap();
        let link = if link.starts_with('?') { format!("{path}{link}") } else { link };
        assert!(link == "/portal" || link.starts_with("/portal/"), "{target} links to {link}");
        found.push(link);
    }
    found
}

/// The shape of an address.
pub fn shape(target: &str) -> Option<Shape> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let names = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    Some((route(path)?.path, names.map(str::to_owned).collect()))
}

/// The route that answers a path: of several that fit the one with the most fixed segments.
fn route(path: &str) -> Option<RouteFacts> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |route: &RouteFacts| {
        let pattern: Vec<&str> = route.path.split('/').collect();
        pattern.len() == segments.len()
            && pattern.iter().zip(&segments).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let looks = portal::routes().into_iter().filter(|route| route.method == "GET" && fits(route));
    looks.min_by_key(|route| route.path.matches('{').count())
}
