use serde_json::json;

use super::*;

#[test]
fn members_have_the_arrows_that_are_not_for_tests() {
    let metadata = json!({ "packages": [{
        "name": "hub",
        "dependencies": [
            { "name": "store", "kind": null, "path": "x" },
            { "name": "billing", "kind": null, "path": "x" },
            { "name": "api", "kind": "dev", "path": "x" },
            { "name": "serde", "kind": null },
            { "name": "proptest", "kind": "dev" },
        ],
    }] });
    let expected = Member {
        name: "hub".to_owned(),
        arrows: vec!["billing".to_owned(), "store".to_owned()],
        libraries: vec!["serde".to_owned()],
    };
    assert_eq!(members(&metadata), [expected]);
}

#[test]
fn libraries_are_the_packages_from_elsewhere() {
    let metadata = json!({ "packages": [
        { "name": "hub", "version": "0.1.0", "source": null, "license": "Apache-2.0" },
        { "name": "one", "version": "1.2.3", "source": "registry", "license": "MIT" },
        { "name": "two", "version": "2.0.0", "source": "registry", "license": null },
    ] });
    let expected = [
        Library { name: "one 1.2.3".to_owned(), licence: Some("MIT".to_owned()) },
        Library { name: "two 2.0.0".to_owned(), licence: None },
    ];
    assert_eq!(libraries(&metadata), expected);
}

#[test]
fn what_git_ignores_is_not_read() {
    let ignored = ignored_names("# built\n/target\n\n*.swp\n");
    let table = [
        (".git", true),
        ("target", true),
        ("crates/model/.lib.rs.swp", true),
        ("crates/model/target", false),
        (".gitignore", false),
        ("targets", false),
    ];
    for (path, expected) in table {
        assert_eq!(is_ignored(path, &ignored), expected, "{path}");
    }
}

#[test]
fn tests_are_known_by_their_paths() {
    let table = [
        ("crates/hub/src/rate/tests.rs", true),
        ("crates/hub/src/tests.rs", true),
        ("crates/hub/src/rate/tests/late.rs", true),
        ("crates/hub/tests/month.rs", true),
        ("crates/hub/examples/measure.rs", true),
        ("crates/hub/src/rate.rs", false),
        ("crates/hub/src/contests.rs", false),
    ];
    for (path, expected) in table {
        assert_eq!(is_test(path), expected, "{path}");
    }
}

#[test]
fn a_path_exists_as_a_file_or_as_a_folder() {
    let file = SourceFile { path: "docs/rooms/rate.md".to_owned(), text: String::new() };
    let house = House { files: vec![file], ..House::default() };
    let table = [
        ("docs/rooms/rate.md", true),
        ("docs/rooms", true),
        ("docs/rooms/", true),
        ("", true),
        ("docs/room", false),
        ("rate.md", false),
    ];
    for (path, expected) in table {
        assert_eq!(house.exists(path), expected, "{path:?}");
    }
}
