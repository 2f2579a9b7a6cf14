//! Tests of filters: what clients send is read, and what is damaged is refused where it is damaged.

use super::*;

const WORDS: Words =
    Words { fields: &["name", "resourceGroup", "resourceType"], calls: &["atScope"], calls_with_text: &["assignedTo"] };

#[test]
fn what_clients_send_is_read() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("", &[]),
        ("   ", &[]),
        ("name eq 'r1'", &[("name", "r1")]),
        ("NAME EQ 'R1'", &[("name", "R1")]),
        ("  name  eq  'r1'  ", &[("name", "r1")]),
        ("name eq''", &[("name", "")]),
        ("name eq 'it''s'", &[("name", "it's")]),
        ("name eq ''''''", &[("name", "''")]),
        ("name eq 'a and b'", &[("name", "a and b")]),
        ("name eq 'ä€'", &[("name", "ä€")]),
        (
            "resourceGroup eq 'g' and resourceType eq 'Microsoft.AzureStack/registrations'",
            &[("resourceGroup", "g"), ("resourceType", "Microsoft.AzureStack/registrations")],
        ),
        ("name eq 'a'and name eq 'b'", &[("name", "a"), ("name", "b")]),
        ("atScope()", &[("atScope", "")]),
        ("atscope( ) and assignedTo( 'p' )", &[("atScope", ""), ("assignedTo", "p")]),
    ];
    for (text, expected) in table {
        let found = read(text, &WORDS).unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.word, one.text.as_str())).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn what_is_damaged_is_refused_where_it_is_damaged() {
    let table = [
        ("x", 0, "one of name, resourceGroup, resourceType, atScope, assignedTo is expected"),
        ("'name' eq 'a'", 0, "one of name, resourceGroup, resourceType, atScope, assignedTo is expected"),
        ("(name eq 'a')", 0, "one of name, resourceGroup, resourceType, atScope, assignedTo is expected"),
        ("name", 4, "'eq' is expected"),
        ("name ne 'a'", 5, "'eq' is expected"),
        ("name/x eq 'a'", 4, "'eq' is expected"),
        ("name eq", 7, "a text between single quotes is expected"),
        ("name eq 5", 8, "a text between single quotes is expected"),
        ("name eq \"a\"", 8, "a text between single quotes is expected"),
        ("name eq 'a", 8, "this text has no closing quote"),
        ("name eq 'a''", 8, "this text has no closing quote"),
        ("name eq 'a' or name eq 'b'", 12, "'and' or the end is expected"),
        ("name eq 'a' name eq 'b'", 12, "'and' or the end is expected"),
        ("name eq 'a');drop", 11, "'and' or the end is expected"),
        ("name eq 'ä' x", 12, "'and' or the end is expected"),
        ("name eq 'a' and", 15, "one of name, resourceGroup, resourceType, atScope, assignedTo is expected"),
        ("atScope", 7, "'(' is expected"),
        ("atScope('x')", 8, "')' is expected"),
        ("assignedTo()", 11, "a text between single quotes is expected"),
        ("assignedTo('x'", 14, "')' is expected"),
        ("\tname eq 'a'", 0, "one of name, resourceGroup, resourceType, atScope, assignedTo is expected"),
    ];
    for (text, position, expected) in table {
        let problem = FilterProblem { position, expected: expected.to_owned() };
        assert_eq!(read(text, &WORDS), Err(problem), "{text}");
    }
}

#[test]
fn fifty_conditions_are_read_and_one_more_is_refused() {
    let filter = |count: usize| vec!["name eq 'a'"; count].join(" and ");
    assert_eq!(read(&filter(50), &WORDS).unwrap().len(), 50);
    let problem = read(&filter(51), &WORDS).unwrap_err();
    assert_eq!((problem.position, problem.expected.as_str()), (800, "there are more than 50 conditions"));
}
