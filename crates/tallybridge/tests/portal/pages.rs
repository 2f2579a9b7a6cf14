//! Pages: every page that a link leads to, in both languages: that it is there, whole, small and valid.

use std::{collections::BTreeSet, fs};

use crate::{
    house::{House, OWNER, PARTNER, READER},
    parts,
    site::{Guest, main_of, shape},
};

/// What a page weighs at most with its style and script. Unit: bytes.
const WEIGHT_MAX: usize = 150 * 1024;

/// Pages that no link leads to, and the page of whoever runs the platform.
const UNLINKED: &[&str] = &[
    "/portal/assets/{mark}/{file}",
    "/portal/sign-in",
    "/portal/sign-in/at/{door}",
    "/portal/sign-in/return",
    "/portal/first",
];

/// What is wrong with a page by itself.
fn faults(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    if text.contains(['⟦', '⟧']) {
        found.push(format!("a text is missing: {:.300}", text.split('⟦').nth(1).unwrap_or_default()));
    }
    if !text.contains(&format!("<html lang=\"{language}\"")) {
        found.push(format!("it does not say that it is in {language:?}"));
    }
    if text.matches("<h1").count() != 1 {
        found.push("it has not one heading".to_owned());
    }
    if [" style=", " onclick=", "javascript:", "<style", "http://", "https://"]
        .iter()
        .any(|bad| main_of(text).contains(bad))
    {
        found.push("it holds a style, a script or an address from elsewhere".to_owned());
    }
    found
}

/// The addresses of what a page loads.
fn assets(text: &str) -> BTreeSet<String> {
    let parts = text.split('"').filter(|part| part.starts_with("/portal/assets/"));
    parts.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_a_link_leads_to_is_whole_small_and_valid_in_both_languages() {
    let house = House::open().await;
    let folder = tempfile::tempdir().unwrap();
    let (mut wrong, mut reached, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for name in [OWNER, READER] {
        let guest = Guest::sign_in(&house, name).await;
        for language in ["en", "fr"] {
            let guest = guest.speaking(language);
            for ((route, _), answers) in guest.crawl().await {
                reached.insert(route);
                for (target, answer) in answers.iter().filter(|(_, answer)| answer.is_page()) {
                    let text = answer.text();
                    let mut weight = text.len();
                    for asset in assets(&text) {
                        weight += guest.get(&asset).await.bytes.len();
                    }
                    let mut found = faults(&text, language);
                    if weight > WEIGHT_MAX {
                        found.push(format!("it weighs {weight} bytes with what it loads"));
                    }
                    wrong.extend(found.into_iter().map(|fault| format!("{name} {language} {target}: {fault}")));
                    count += 1;
                    // The checker says in which file something is wrong, so its name is the address.
                    let file = format!(
                        "{language} {}{}.html",
                        if name == READER { "reader " } else { "" },
                        target.replace('/', "_")
                    );
                    let short: String = file.chars().take(200).collect();
                    fs::write(folder.path().join(format!("{count} {short}.html")), text).unwrap();
                }
            }
        }
    }
    println!("{count} pages of {} routes", reached.len());
    for route in portal::routes().iter().filter(|route| route.method == "GET" && !UNLINKED.contains(&route.path)) {
        if !reached.contains(route.path) {
            wrong.push(format!("no link leads to {}", route.path));
        }
    }
    let invalid = tokio::task::block_in_place(|| parts::invalid(folder.path()));
    wrong.extend(invalid.lines().take(80).map(str::to_owned));
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_sign_in_are_pages_too() {
    let house = House::open().await;
    let guest = Guest::sign_in(&house, OWNER).await;
    let nobody = Guest::with_session(&house, "none");
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "fr"] {
        let (guest, nobody) = (guest.speaking(language), nobody.speaking(language));
        let sign_in = nobody.get("/portal/sign-in?next=%2Fportal%2Fpartners&problem=refused").await;
        let missing = guest.get(&format!("/portal/partners/{PARTNER}/nothing")).await;
        assert_eq!((sign_in.status, missing.status), (200, 404));
        for (number, answer) in [sign_in, missing].iter().enumerate() {
            assert_eq!(faults(&answer.text(), language), Vec::<String>::new());
            fs::write(folder.path().join(format!("{language}-{number}.html")), &answer.bytes).unwrap();
        }
    }
    assert_eq!(parts::invalid(folder.path()), "");
    assert_eq!(shape("/portal/partners/1/nothing/at/all/there"), None);
}
