//! Screenshots: a picture of every page of the portal, with the data of the demonstration, wide and narrow, light and dark.
//!
//! `cargo run --example screenshots` writes them to the folder `screenshots`, or to the one that is named.
#![expect(clippy::unwrap_used, reason = "it is started by hand and says where it stopped")]

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../../tests/portal/browser.rs"]
mod browser;
#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../../tests/portal/house.rs"]
mod house;
#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../../tests/portal/site.rs"]
mod site;
#[path = "../../tests/portal/window.rs"]
mod window;

use std::{collections::BTreeMap, fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use browser::{Browser, Driver, Look};
use house::{House, OWNER};
use serde_json::json;
use site::Guest;

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "screenshots".to_owned()));
    fs::create_dir_all(&folder).unwrap();
    let house = House::open().await;
    let driver = Driver::start();
    let pages = pages(&house).await;
    let mut count = 0;
    for look in [Look::WIDE, Look::NARROW] {
        let browser = driver.open(look).await;
        browser.go(&house.address("/portal/sign-in")).await;
        for theme in ["light", "dark"] {
            browser.keep("theme", theme).await;
            take(&browser, &house, "/portal/sign-in?next=%2Fportal", &folder.join(file("sign-in", look, theme))).await;
        }
        browser.sign_in(&house, OWNER).await;
        for theme in ["light", "dark"] {
            browser.keep("theme", theme).await;
            for (name, target) in &pages {
                take(&browser, &house, target, &folder.join(file(name, look, theme))).await;
                count += 1;
            }
        }
        browser.close().await;
    }
    println!("{count} pictures of {} pages are in {}", pages.len(), folder.display());
}

fn file(name: &str, look: Look, theme: &str) -> String {
    format!("{name}-{}-{theme}.png", look.width)
}

async fn take(browser: &Browser, house: &House, target: &str, file: &std::path::Path) {
    browser.go(&house.address(target)).await;
    let wish = json!({"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true}});
    let taken = browser.extra("goog/cdp/execute", wish).await.unwrap();
    fs::write(file, STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
}

/// One address of each shape that is a page, by the name of its picture.
async fn pages(house: &House) -> BTreeMap<String, String> {
    let found = Guest::sign_in(house, OWNER).await.crawl().await;
    let mut pages = BTreeMap::new();
    for ((route, query), answers) in found {
        let Some((target, _)) = answers.into_iter().find(|(_, answer)| answer.is_page()) else { continue };
        let path = route.replace("/portal/partners/{partner}", "").replace(['{', '}'], "").replace('/', "-");
        let name = [path.trim_matches('-').to_owned()].into_iter().chain(query).filter(|part| !part.is_empty());
        let name = name.collect::<Vec<_>>().join("-by-");
        pages.insert(if name.is_empty() { "overview".to_owned() } else { name }, target);
    }
    pages
}
