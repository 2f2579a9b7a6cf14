use super::*;
use crate::house::SourceFile;

fn house(files: &[(&str, &str)]) -> House {
    let file = |(path, text): &(&str, &str)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
    House { files: files.iter().map(file).collect(), ..House::default() }
}

fn lines(breaches: &[Breach]) -> Vec<usize> {
    breaches.iter().map(|breach| breach.line).collect()
}

#[test]
fn links_lead_somewhere() {
    let table: &[(&str, &[usize])] = &[
        ("[rate](rate.md), [map](../../ARCHITECTURE.md#rooms)", &[]),
        ("[rooms](.) and [docs](../../docs/) and [web](https://example.org/x) and [here](#top)", &[]),
        ("one\n[bill](bill.md)", &[2]),
        ("[up](../../../x.md)", &[1]),
        ("[one](a.md) and [two](b.md)", &[1, 1]),
        ("`[bill](bill.md)`", &[]),
        ("```\n[bill](bill.md)\n```\n[bill](bill.md)", &[4]),
        ("![picture](rate.png \"title\")", &[1]),
    ];
    for (text, expected) in table {
        let house = house(&[("ARCHITECTURE.md", ""), ("docs/rooms/rate.md", text)]);
        assert_eq!(lines(&links(&house)), *expected, "{text}");
    }
}

#[test]
fn paths_that_pages_name_exist() {
    let table: &[(&str, &[usize])] = &[
        ("`crates/hub/src/lib.rs`, `crates/hub` and `crates/hub/`", &[]),
        ("`crates/*/src`, `crates/<name>`, `docs/rooms/{room}.md`, `target/debug`", &[]),
        ("one\n`crates/hub/src/gone.rs`", &[2]),
        ("`docs/gone.md` and `crates/gone`", &[1, 1]),
        ("```\n`docs/gone.md`\n```", &[]),
        ("crates/gone", &[]),
    ];
    for (text, expected) in table {
        let hub = ("crates/hub/src/lib.rs", "");
        assert_eq!(lines(&named_paths(&house(&[hub, ("STYLE.md", text)]))), *expected, "{text}");
        assert_eq!(named_paths(&house(&[hub, ("CHANGELOG.md", text)])), [], "{text}");
    }
}

#[test]
fn rooms_and_pages_go_together() {
    let table: &[(&[&str], usize)] = &[
        (&["crates/billing/src/rate.rs", "docs/rooms/rate.md"], 0),
        (&["crates/billing/src/rate.rs"], 1),
        (&["crates/billing/src/rate/mod.rs"], 1),
        (&["crates/billing/src/split.rs"], 0),
        (&["docs/rooms/show.md"], 0),
        (&["docs/rooms/kitchen.md"], 1),
    ];
    for (paths, expected) in table {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "")).collect();
        assert_eq!(rooms(&house(&files)).len(), *expected, "{paths:?}");
    }
}

#[test]
fn a_decision_says_what_it_must() {
    let good = "# One\n\nStatus: accepted\nDate: 2026-11-23.\n\n## Context\n\n## Choice\n\n## Price\n";
    let path = "docs/decisions/0001-one.md";
    let table = [
        (path, good.to_owned(), 0),
        (path, good.replace("accepted", "replaced by 0007"), 0),
        (path, good.replace("accepted", "open"), 1),
        (path, good.replace("2026-11-23", "November"), 1),
        (path, good.replace("2026-11-23", "2026-11-2x"), 1),
        (path, good.replace("Date:", "On"), 1),
        (path, good.replace("## Price", "## Costs"), 1),
        (path, String::new(), 5),
        ("docs/decisions/one.md", good.to_owned(), 1),
        ("docs/decisions/README.md", String::new(), 0),
        ("docs/rooms/rate.md", String::new(), 0),
    ];
    for (path, text, expected) in table {
        assert_eq!(decision(path, &text).len(), expected, "{path}: {text}");
    }
}

#[test]
fn decisions_have_one_number_each_and_stand_in_the_index() {
    let one = ("docs/decisions/0001-one.md", "");
    let two = ("docs/decisions/0001-two.md", "");
    let index = (INDEX, "[one](0001-one.md) and [two](0001-two.md)");
    let table = [
        (vec![one, index], vec![]),
        (vec![one, two, index], vec!["docs/decisions/0001-one.md has the same number"]),
        (vec![one], vec!["no link to 0001-one.md"]),
    ];
    for (files, expected) in table {
        let found: Vec<String> = decisions(&house(&files)).into_iter().map(|breach| breach.text).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn libraries_have_a_line_each() {
    let manifest = "[workspace.dependencies]\nhub = { path = \"crates/hub\" }\n\none = \"1\"\ntwo = { version = \"2\" }\n\n\
                    [profile.dev]\nthree = 3\n";
    let table: &[(&str, &[&str])] = &[
        ("| `one` | why |\n| `two` | why |\n", &[]),
        ("| `one` | why |\n", &["no line for two"]),
        ("| `one` | why |\n| `two` | why |\n| `hub` | why |\n", &["hub is no library of the workspace"]),
        ("", &["no line for one", "no line for two"]),
    ];
    for (page, expected) in table {
        let house = house(&[("Cargo.toml", manifest), (LIBRARIES, page)]);
        let found: Vec<String> = libraries(&house).into_iter().map(|breach| breach.text).collect();
        assert_eq!(found, *expected, "{page}");
    }
}
