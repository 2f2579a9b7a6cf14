use super::*;

#[test]
fn a_source_file_begins_with_its_subject() {
    let table = [
        ("crates/hub/src/rate.rs", "//! Rate: says what a month costs.\n", 0),
        ("crates/hub/src/rate.rs", "//! rate.\n", 1),
        ("crates/hub/src/rate.rs", "use model::Day;\n", 1),
        ("crates/hub/src/rate.rs", "", 1),
        ("crates/hub/src/rate/tests.rs", "use super::*;\n", 0),
        ("docs/rooms/rate.md", "# Rate\n", 0),
    ];
    for (path, text, expected) in table {
        assert_eq!(head(path, text).len(), expected, "{path}: {text:?}");
    }
}

#[test]
fn a_source_file_has_at_most_600_lines() {
    let table = [
        ("crates/hub/src/rate.rs", 600, 0),
        ("crates/hub/src/rate.rs", 601, 1),
        ("xtask/src/main.rs", 601, 1),
        ("crates/hub/src/rate/tests.rs", 601, 0),
        ("crates/model/data/meters.csv", 601, 0),
    ];
    for (path, lines, expected) in table {
        assert_eq!(length(path, &"a\n".repeat(lines)).len(), expected, "{path}: {lines}");
    }
}

#[test]
fn a_name_says_what_is_inside() {
    let table = [
        ("crates/hub/src/util.rs", 1),
        ("crates/hub/src/Helpers/rate.rs", 1),
        ("crates/hub/tests/common/mod.rs", 1),
        ("docs/misc.md", 1),
        ("crates/hub/src/utility_meter.rs", 0),
        ("crates/model/data/meters.csv", 0),
    ];
    for (path, expected) in table {
        assert_eq!(name(path, "").len(), expected, "{path}");
    }
}

#[test]
fn only_known_kinds_of_files_are_here() {
    let table = [
        ("Cargo.lock", 0),
        (".gitignore", 0),
        (".ci/run", 0),
        ("check", 0),
        ("crates/hub/src/rate.rs", 0),
        ("crates/hub/src/rate.rs.orig", 1),
        ("crates/tallybridge/tests/clients/sdk.py", 0),
        ("crates/tallybridge/tests/clients/sdk.pyc", 1),
        ("notes", 1),
        (".env", 1),
        ("crates/store/src/segment/tests/format-1.parquet", 0),
        ("docs/plan.docx", 1),
    ];
    for (path, expected) in table {
        assert_eq!(kind(path, "").len(), expected, "{path}");
    }
}

#[test]
fn blanks_that_nobody_sees_are_found() {
    let table: &[(&str, &str, &[usize])] = &[
        ("a.rs", "one\n\ntwo\n", &[]),
        ("a.rs", "one\n\ttwo\n", &[2]),
        ("a.md", "one \ntwo\n", &[1]),
        ("a.md", "one\r\n", &[1]),
        ("a.toml", "one", &[0]),
        ("check", "one \n", &[1]),
        ("a.csv", "one\t", &[]),
    ];
    for (path, text, lines) in table {
        let found: Vec<usize> = blanks(path, text).iter().map(|breach| breach.line).collect();
        assert_eq!(found, *lines, "{path}: {text:?}");
    }
}

#[test]
fn words_of_one_machine_are_found() {
    let [work, root, home, users] = MACHINE_PATHS else { panic!("the table needs a row for each word") };
    let mut table = vec![
        (format!("see {work}a"), 1),
        (format!("path={root}a"), 1),
        (format!("\"{home}a\""), 1),
        (format!("{users}a"), 1),
        (format!("https://example.org{home}a"), 0),
        (format!("docs{work}a"), 0),
        (format!("https://portal.example.org/#{home}a"), 0),
        ("docs/rooms/rate.md".to_owned(), 0),
    ];
    table.extend(REGISTRY_HOSTS.iter().map(|host| (format!("https://{host}/a"), 1)));
    for (text, expected) in table {
        assert_eq!(machine_words("docs/a.md", &text).len(), expected, "{text}");
    }
}

#[test]
fn a_crate_without_the_lints_is_found() {
    let table = [
        ("crates/hub/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n", 0),
        ("crates/hub/Cargo.toml", "[package]\nname = \"hub\"\n", 1),
        ("crates/hub/Cargo.toml", "[lints]\n\n[dependencies]\nworkspace = true\n", 1),
        ("Cargo.toml", "[workspace]\n", 0),
    ];
    for (path, text, expected) in table {
        assert_eq!(lints(path, text).len(), expected, "{path}: {text:?}");
    }
}
