use super::*;
use crate::house::{Library, SourceFile};

const SAMPLE: &str = r#"
[bans]
allow = ["Other"]

[licenses]
confidence-threshold = 0.9
allow = [
    "MIT", # the usual one
    "Apache-2.0",
    "Zlib",
]
"#;

fn house(path: &str, text: &str, licence: Option<&str>) -> House {
    let library = Library { name: "one 1.0.0".to_owned(), licence: licence.map(str::to_owned) };
    let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
    House { files: vec![file], libraries: vec![library], ..House::default() }
}

#[test]
fn the_allowed_licences_are_read() {
    let table: &[(&str, &[&str])] = &[
        (SAMPLE, &["MIT", "Apache-2.0", "Zlib"]),
        ("[licenses]\nallow = [\"MIT\", \"ISC\"]\n", &["MIT", "ISC"]),
        ("[bans]\nallow = [\"MIT\"]\n", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(allowed(text), *expected, "{text}");
    }
}

#[test]
fn what_one_library_may_have_no_other_may() {
    let rules =
        "[licenses]\nallow = [\"MIT\"]\nexceptions = [\n    { allow = [\"MPL-2.0\"], crate = \"one\" }, # why\n]\n";
    assert!(refused(&house("deny.toml", rules, Some("MPL-2.0"))).is_empty());
    assert!(refused(&house("deny.toml", rules, Some("MIT AND MPL-2.0"))).is_empty());
    let of_another = rules.replace("\"one\"", "\"other\"");
    assert_eq!(refused(&house("deny.toml", &of_another, Some("MPL-2.0"))).len(), 1);
}

#[test]
fn a_library_under_another_licence_is_found() {
    let table = [
        (Some("MIT"), 0),
        (Some("GPL-3.0"), 1),
        (Some("GPL-3.0 OR MIT"), 0),
        (Some("GPL-3.0/MIT"), 0),
        (Some("GPL-3.0 AND MIT"), 1),
        (Some("MIT AND Zlib"), 0),
        (Some("(GPL-3.0 OR MIT) AND Zlib"), 0),
        (Some("(GPL-3.0 OR MIT) AND ISC"), 1),
        (Some("GPL-3.0 OR MIT AND ISC"), 1),
        (Some("Apache-2.0 WITH LLVM-exception"), 1),
        (Some("Apache-2.0 WITH LLVM-exception OR MIT"), 0),
        (Some("MIT OR"), 1),
        (Some("(MIT"), 1),
        (Some("MIT)"), 1),
        (Some("MIT Zlib"), 1),
        (Some(""), 1),
        (None, 1),
    ];
    for (licence, expected) in table {
        assert_eq!(refused(&house(RULES, SAMPLE, licence)).len(), expected, "{licence:?}");
    }
    assert_eq!(refused(&house("other.toml", SAMPLE, Some("MIT"))).len(), 1, "without rules nothing is allowed");
}

#[test]
fn a_library_from_elsewhere_is_found() {
    let table = [
        (format!("source = \"{REGISTRY}\"\n"), 0),
        ("source = \"git+https://example.org/one\"\n".to_owned(), 1),
        ("source = \"sparse+https://example.org/index/\"\n".to_owned(), 1),
        ("name = \"one\"\n".to_owned(), 0),
    ];
    for (text, expected) in table {
        assert_eq!(foreign_sources(&house(LOCK, &text, None)).len(), expected, "{text}");
    }
}
