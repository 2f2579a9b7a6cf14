//! Journey: what a partner does at the end of a month, from signing in to signing out, with scripts and without.

use crate::{
    browser::{Browser, Driver, Look},
    house::{House, OWNER, PARTNER},
    site::Guest,
};

/// The tenant of the demonstration that nobody mapped.
const TENANT: &str = "Tailspin";

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_closed_from_signing_in_to_signing_out() {
    travel(Look::WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_done_without_scripts() {
    travel(Look::PLAIN).await;
}

async fn travel(look: Look) {
    let house = House::open().await;
    let driver = Driver::start();
    let browser = driver.open(look).await;
    browser.sign_in(&house, OWNER).await;
    browser.wait_for("What needs attention").await;
    map(&browser, &house).await;
    let number = close(&browser).await;
    explain(&browser).await;
    download(&browser, &house, &number).await;
    choose(&browser).await;
    browser.click("//form[@action=\"/portal/sign-out\"]//button").await;
    browser.find("//input[@name=\"password\"]").await;
    browser.go(&house.address(&format!("/portal/partners/{PARTNER}"))).await;
    browser.find("//input[@name=\"password\"]").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

/// Finds the tenant whose usage the partner pays, and maps it from the first of the month on.
async fn map(browser: &Browser, house: &House) {
    let overview = house.address(&format!("/portal/partners/{PARTNER}?month=2026-10"));
    let item = format!("//li[contains(., \"{}\") and contains(., \"Contoso North\")]", TENANT.to_lowercase());
    let button = format!("{item}//a[contains(@href, \"/customers/map\")]");
    browser.go(&overview).await;
    browser.click(&button).await;
    browser.fill_day("from", "2026-10-01").await;
    browser.press("Show what moves").await;
    browser.wait_for("What moves").await;
    browser.press("Map it").await;
    // It says so once, on the page of the customer.
    browser.wait_for("from 1 October 2026 on").await;
    assert!(browser.find("//h1").await.text().await.unwrap().contains(TENANT));
    let office = house.hub.current_office().unwrap();
    assert!(office.registrations.iter().flat_map(|one| &one.mappings).any(|one| one.from.to_string() == "2026-10-01"));
    browser.go(&overview).await;
    browser.wait_for(TENANT).await;
    assert!(!browser.has(&button).await, "the tenant is mapped and still needs attention");
}

/// Closes the month, for which more is due since the mapping, by its list of checks, with a reason for what is not as it should
/// be. Gives the number of the document.
async fn close(browser: &Browser) -> String {
    browser.follow("Invoices").await;
    browser.click("//a[contains(@href, \"invoices/close\") and contains(., \"close October 2026\")]").await;
    browser.fill("reason", "the unknown meter was asked for").await;
    browser.click("//input[@name=\"confirm\"]").await;
    browser.click("//form[.//input[@name=\"confirm\"]]//button").await;
    browser.find("//h1[contains(., \"-000003\")]").await;
    let address = browser.address().await;
    address.rsplit('/').next().unwrap().to_owned()
}

/// Follows a line of the document down to the rows that it came from.
async fn explain(browser: &Browser) {
    browser.click("//a[contains(@href, \"/lines/\")]").await;
    browser.click("//a[contains(@href, \"day=\")]").await;
    browser.find("//*[contains(text(), \"resourceUri\") or contains(text(), \"/subscriptions/\")]").await;
}

/// Takes the document as a file to print and as a table.
async fn download(browser: &Browser, house: &House, number: &str) {
    let guest = Guest::with_session(house, &browser.session().await);
    let file = |name: &str| format!("/portal/partners/{PARTNER}/invoices/{number}/files/{name}");
    let print = guest.get(&file("document.pdf")).await;
    assert_eq!((print.status, print.kind.as_str()), (200, "application/pdf"));
    assert!(print.bytes.starts_with(b"%PDF-"));
    let table = guest.get(&file("new-commerce.csv")).await;
    assert_eq!(table.status, 200);
    assert!(table.text().trim_start_matches('\u{feff}').starts_with("PartnerId,"), "{:.200}", table.text());
}

/// Chooses another language and other colours.
async fn choose(browser: &Browser) {
    browser.click("//button[@name=\"language\" and @value=\"fr\"]").await;
    browser.find("//html[@lang=\"fr\"]").await;
    browser.click("//button[@name=\"theme\" and @value=\"dark\"]").await;
    browser.find("//html[@lang=\"fr\" and @data-theme=\"dark\"]").await;
}
