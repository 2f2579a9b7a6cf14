use super::*;
use crate::house::SourceFile;

/// Checks that a rule finds breaches on exactly the given lines.
fn check(rule: fn(&str, &str) -> Vec<Breach>, path: &str, text: &str, lines: &[usize]) {
    let found: Vec<usize> = rule(path, text).iter().map(|breach| breach.line).collect();
    assert_eq!(found, lines, "{path}: {text}");
}

#[test]
fn floats_are_found_where_usage_and_money_are() {
    let table: &[(&str, &[usize])] = &[
        ("fn f(x: f64) {}", &[1]),
        ("let a = 1;\nlet x = 1.5;", &[2]),
        ("let x = 2f32;", &[1]),
        ("let x = 1_f64;", &[1]),
        ("let x = 1e9;", &[1]),
        ("let x = 1E-9;", &[1]),
        ("let x = 3.0e1;", &[1]),
        ("// an f64 loses digits\nlet x = \"1.5\";", &[]),
        ("let x = pair.0.1;", &[]),
        ("for i in 0..10 { let x = 0x1f64_u16; }", &[]),
        ("let x = 1_usize + 7_u64;", &[]),
        ("let f640 = 1;", &[]),
    ];
    for (text, lines) in table {
        check(floats, "crates/model/src/number.rs", text, lines);
        check(floats, "crates/store/src/sqlite/tests.rs", text, lines);
        check(floats, "crates/api/src/lib.rs", text, &[]);
    }
}

#[test]
fn a_float_is_shown_as_it_stands() {
    let table = [("weighted(0.25)", "0.25"), ("x: f64,", "f64"), ("1.5e3+2", "1.5e3")];
    for (code, expected) in table {
        assert_eq!(float_in(code).as_deref(), Some(expected), "{code}");
    }
}

#[test]
fn sql_is_found_outside_the_store() {
    let table: &[(&str, &[usize])] = &[
        ("f(\"SELECT number FROM office\")", &[1]),
        ("f(\n    \"insert: INSERT  INTO office\")", &[2]),
        ("f(r#\"UPDATE\n office SET\"#)", &[1]),
        ("f(\"DELETE FROM office\")", &[1]),
        ("// SELECT number FROM office\nf(\"select a partner\")", &[]),
        ("f(\"UPDATED\")", &[]),
    ];
    for (text, lines) in table {
        check(sql, "crates/hub/src/rate.rs", text, lines);
        check(sql, "crates/hub/src/rate/tests.rs", text, &[]);
        check(sql, "crates/tallybridge/tests/serve.rs", text, &[]);
        check(sql, "crates/store/src/sqlite/rate.rs", text, &[]);
    }
}

#[test]
fn clocks_and_dice_are_found_outside_the_executable() {
    // source, lines that no other crate may have, lines that the executable may have in its clock only
    let table: &[(&str, &[usize], &[usize])] = &[
        ("let now = std::time::Instant::now();", &[1], &[1]),
        ("let a = 1;\nlet now = jiff::Timestamp::now();", &[2], &[2]),
        ("let now = SystemTime::now();", &[1], &[1]),
        ("let die = rand::rng();", &[1], &[]),
        ("getrandom::fill(&mut bytes)", &[1], &[]),
        ("let id = Uuid::new_v4();", &[1], &[]),
        ("std::env::var(\"HOME\")", &[1], &[]),
        ("// Instant::now is for the executable\nlet x = \"Instant::now\";", &[], &[]),
        ("let now = clock.now();", &[], &[]),
    ];
    for (text, lines, clock_lines) in table {
        check(clocks_and_dice, "crates/billing/src/rate.rs", text, lines);
        check(clocks_and_dice, "crates/billing/src/rate/tests.rs", text, &[]);
        check(clocks_and_dice, "crates/tallybridge/src/serve.rs", text, clock_lines);
        check(clocks_and_dice, "crates/tallybridge/src/clock.rs", text, &[]);
    }
}

#[test]
fn an_allowance_without_need_is_found() {
    let file = |text: &str| SourceFile { path: "crates/api/src/clock.rs".to_owned(), text: text.to_owned() };
    let allowances = [Allowance { path: "crates/api/src/clock.rs", word: "Instant::now" }];
    let table = [("Instant::now()", 0), ("// Instant::now()", 1), ("SystemTime::now()", 1)];
    for (text, expected) in table {
        let house = House { files: vec![file(text)], ..House::default() };
        assert_eq!(unused(&house, &allowances).len(), expected, "{text}");
    }
    assert_eq!(unused(&House::default(), &allowances).len(), 1, "the file is gone");
}

#[test]
fn marks_of_unfinished_work_are_found() {
    let table: &[(&str, &[usize])] = &[
        ("#[allow(dead_code)]\nfn f() {}", &[1]),
        ("#! [allow(dead_code)]", &[1]),
        ("#[test]\n#[ignore = \"slow\"]", &[2]),
        ("fn f() {}\n// TODO: more", &[2]),
        ("/* FIXME */", &[1]),
        ("#[expect(dead_code, reason = \"x\")]", &[]),
        ("let x = \"#[allow\"; // METHODOLOGY", &[]),
    ];
    for (text, lines) in table {
        check(marks, "crates/api/src/lib.rs", text, lines);
        check(marks, "docs/rooms/rate.md", text, &[]);
    }
}
