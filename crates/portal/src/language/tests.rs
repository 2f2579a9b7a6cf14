use std::collections::{BTreeMap, BTreeSet};

use super::{Language, MISSING, files};

/// The names of the texts of a language with the variables in each.
fn texts(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for line in files.iter().flat_map(|file| file.lines()) {
        let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.starts_with([' ', '#', '}', '*', '['])) else {
            continue;
        };
        assert!(found.insert(id.to_owned(), BTreeSet::new()).is_none(), "{id} is there twice");
    }
    let mut last = String::new();
    for line in files.iter().flat_map(|file| file.lines()) {
        if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| found.contains_key(*id)) {
            id.clone_into(&mut last);
        }
        for piece in line.split('$').skip(1) {
            let name: String =
                piece.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
            found.entry(last.clone()).or_default().insert(name);
        }
    }
    found
}

#[test]
fn every_language_has_every_text_with_the_same_variables() {
    let (english, french) = (texts(files::ENGLISH), texts(files::FRENCH));
    assert!(english.len() > 50, "{}", english.len());
    for (id, variables) in &english {
        assert_eq!(french.get(id), Some(variables), "{id}");
    }
    let more: Vec<_> = french.keys().filter(|id| !english.contains_key(*id)).collect();
    assert!(more.is_empty(), "{more:?} are in French alone");
}

#[test]
fn the_files_can_be_read_and_every_text_be_said() {
    for language in Language::ALL {
        for (id, variables) in texts(language.files()) {
            let values: Vec<(&str, super::Value)> =
                variables.iter().map(|name| (name.as_str(), 3_u64.into())).collect();
            let text = language.tell(&id, &values);
            assert!(!text.contains(MISSING) && !text.is_empty(), "{} {id}: {text}", language.tag());
        }
    }
}

#[test]
fn a_text_that_is_missing_is_seen() {
    assert!(Language::English.say("there-is-no-such-text").contains(MISSING));
    assert!(Language::French.say("page-of").contains(MISSING), "its variables are missing");
}

#[test]
fn the_language_of_a_browser_is_found() {
    let table = [
        ("", Language::English),
        ("fr", Language::French),
        ("fr-CA,fr;q=0.9,en;q=0.8", Language::French),
        ("de,en;q=0.5,fr;q=0.7", Language::French),
        ("en-GB,fr;q=0.9", Language::English),
        ("fr;q=0,en", Language::English),
        ("*;q=0.1, de", Language::English),
        ("fr;q=abc", Language::English),
    ];
    for (accept, language) in table {
        assert_eq!(Language::wanted(accept), language, "{accept}");
    }
}
