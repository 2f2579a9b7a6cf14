use super::*;

#[test]
fn code_comments_and_literals_are_told_apart() {
    let table: &[(&str, &[&str])] = &[
        ("let a = 1; // f64", &["code let a = 1; ", "comment // f64"]),
        ("a /* b /* c */ d */ e", &["code a ", "comment /* b /* c */ d */", "code  e"]),
        (r#"f("a \" // b") + 1"#, &["code f(", r#"literal "a \" // b""#, "code ) + 1"]),
        (r##"r#"a " b"# + br"c" + r"##, &[r##"literal r#"a " b"#"##, "code  + ", r#"literal br"c""#, "code  + r"]),
        ("fn f<'a>(x: &'a str)", &["code fn f<'a>(x: &'a str)"]),
        (r"'\'' + '\\' + 'x'", &[r"literal '\''", "code  + ", r"literal '\\'", "code  + ", "literal 'x'"]),
        (r"'\u{1f600}';", &[r"literal '\u{1f600}'", "code ;"]),
        ("for r in x {}", &["code for r in x {}"]),
        ("\"never closed", &["literal \"never closed"]),
    ];
    for (source, expected) in table {
        let found: Vec<String> = pieces(source)
            .iter()
            .map(|piece| format!("{} {}", format!("{:?}", piece.kind).to_lowercase(), piece.text))
            .collect();
        assert_eq!(found, *expected, "{source}");
    }
}

#[test]
fn the_pieces_in_order_are_the_source_again() {
    for source in [include_str!("../lexer.rs"), include_str!("tests.rs"), "", "/*", "'", "r#\"", "\"\\"] {
        let joined: String = pieces(source).into_iter().map(|piece| piece.text).collect();
        assert_eq!(joined, source);
    }
}

#[test]
fn code_keeps_its_line_numbers() {
    let source = "//! f64\nlet a = \"x\ny\";\n/* f64\n*/ b\n";
    let expected = [(2, "let a =  "), (3, ";"), (5, " b")];
    let found = code_lines(source);
    assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn a_word_is_not_a_part_of_a_longer_one() {
    let table = [
        ("x: f64,", true),
        ("f64", true),
        ("1_f64", false),
        ("my_f64", false),
        ("f640", false),
        ("f640 f64", true),
        ("", false),
    ];
    for (code, expected) in table {
        assert_eq!(has_word(code, "f64"), expected, "{code}");
    }
}
