//! Eyes: every page as somebody meets it who cannot see it, or sees it in the dark: no barrier that axe knows, no error on the
//! console.

use std::fs;

use crate::{
    browser::{Browser, Driver, Look, SIGNED_IN},
    house::{House, OWNER},
    parts,
    site::Guest,
};

/// One address of each shape, the pages before all.
pub async fn addresses(house: &House) -> Vec<String> {
    let guest = Guest::sign_in(house, OWNER).await;
    let found = guest.crawl().await;
    let first = |answers: &Vec<(String, crate::site::Answer)>| {
        answers.first().filter(|(_, answer)| answer.is_page()).map(|(target, _)| target.clone())
    };
    found.values().filter_map(first).collect()
}

async fn check(browser: &Browser, house: &House, target: &str, axe: &str) -> Vec<String> {
    browser.go(&house.address(target)).await;
    let mut found = browser.console().await;
    found.extend(browser.barriers(axe).await);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_a_barrier_or_an_error_in_light_or_dark() {
    let house = House::open().await;
    let axe = fs::read_to_string(parts::modules().join("axe-core/axe.min.js")).unwrap();
    let driver = Driver::start();
    let targets = addresses(&house).await;
    let mut wrong = Vec::new();
    for look in [Look::WIDE, Look::NARROW] {
        let browser = driver.open(look).await;
        for theme in ["light", "dark"] {
            browser.go(&house.address("/portal/sign-in")).await;
            browser.keep("theme", theme).await;
            let found = check(&browser, &house, "/portal/sign-in?next=%2Fportal", &axe).await;
            wrong.extend(found.into_iter().map(|fault| format!("{theme} sign-in: {fault}")));
        }
        browser.sign_in(&house, OWNER).await;
        for theme in ["light", "dark"] {
            browser.keep("theme", theme).await;
            for target in &targets {
                let found = check(&browser, &house, target, &axe).await;
                wrong.extend(found.into_iter().map(|fault| format!("{} {theme} {target}: {fault}", look.width)));
                assert_eq!(browser.of_document("data-theme").await.as_deref(), Some(theme), "{target}");
                assert!(browser.has(SIGNED_IN).await, "{target} was looked at by nobody");
            }
        }
        browser.close().await;
    }
    println!("{} addresses, in two widths and two themes", targets.len());
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
