use super::*;
use crate::house::SourceFile;

fn member(name: &str, arrows: &[&str], libraries: &[&str]) -> Member {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Member { name: name.to_owned(), arrows: owned(arrows), libraries: owned(libraries) }
}

/// A house of two crates: the hub sees the model.
fn house(page: &str) -> House {
    let files = vec![SourceFile { path: PAGE.to_owned(), text: page.to_owned() }];
    House { files, members: vec![member("hub", &["model"], &[]), member("model", &[], &[])], ..House::default() }
}

fn page(rows: &str) -> String {
    format!("# Map\n\n{BEGIN}\n\n| crate | purpose | sees |\n| --- | --- | --- |\n{rows}\n\n{END}\n")
}

#[test]
fn the_plan_and_the_manifests_are_compared_both_ways() {
    let table: &[(&str, &[&str])] = &[
        ("| `hub` | hallway | `model` |\n| `model` | words | nothing |", &[]),
        ("| `hub` | hallway | nothing |\n| `model` | words | nothing |", &["hub sees model against the plan"]),
        ("| `hub` | hallway | `model` |", &["model is not in the plan"]),
        ("| `hub` | hallway | `model`, `store` |\n| `model` | words | nothing |", &["hub does not see store any more"]),
        (
            "| `hub` | hallway | `model` |\n| `model` | words | nothing |\n| `portal` | pages | `hub` |",
            &["portal is in the plan and not in the workspace"],
        ),
        (
            "| `hub` | hallway | `model` |\n| `model` | words | nothing |\n| `model` | words | nothing |",
            &["model stands twice in the plan"],
        ),
    ];
    for (rows, expected) in table {
        let found: Vec<String> = differences(&house(&page(rows))).into_iter().map(|breach| breach.text).collect();
        assert_eq!(found, *expected, "{rows}");
    }
}

#[test]
fn a_map_without_a_plan_is_found() {
    let long = format!("{}{}", page("| `hub` | h | `model` |\n| `model` | w | nothing |"), "more\n".repeat(200));
    let table = [("# Map\n", 1), (BEGIN, 1), (long.as_str(), 1)];
    for (page, expected) in table {
        assert_eq!(differences(&house(page)).len(), expected, "{page}");
    }
    assert_eq!(differences(&House::default()).len(), 1, "no page");
}

#[test]
fn a_library_outside_its_home_is_found() {
    let table = [
        ("store", "rusqlite", 0),
        ("hub", "rusqlite", 1),
        ("billing", "tokio", 1),
        ("billing", "serde", 1),
        ("billing", "thiserror", 0),
        ("model", "serde", 1),
        ("contract", "serde", 0),
        ("hub", "axum", 1),
    ];
    for (name, library, expected) in table {
        let house = House { members: vec![member(name, &[], &[library])], ..House::default() };
        assert_eq!(libraries(&house).len(), expected, "{name} {library}");
    }
}

#[test]
fn a_library_that_nobody_uses_is_found() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let workspace = file("Cargo.toml", "[workspace.dependencies]\nhub = { path = \"crates/hub\" }\none = \"1\"\n");
    let table = [("one.workspace = true\n", 0), ("one_more.workspace = true\n", 1), ("", 1)];
    for (manifest, expected) in table {
        let files = vec![workspace.clone(), file("crates/hub/Cargo.toml", manifest)];
        let house = House { files, ..House::default() };
        assert_eq!(unused_libraries(&house).len(), expected, "{manifest:?}");
    }
}
