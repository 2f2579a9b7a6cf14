use super::*;

const LIMITS: Limits = Limits { depth: 3, string_bytes: 5 };

#[test]
fn a_text_is_refused_exactly_when_it_breaks_a_limit_or_says_something_twice() {
    let table = [
        ("1", None),
        ("[[[1,true,null,\"a\",-2,0.5]]]", None),
        ("{\"a\":{\"b\":{}}}", None),
        ("{\"a\":{\"a\":1},\"b\":{\"a\":1}}", None),
        ("\"12345\"", None),
        ("\"\\u0031\\u0032\\u0033\\u0034\\u0035\"", None),
        ("[[[[1]]]]", Some("nested more than 3 deep")),
        ("{\"a\":[{\"b\":[]}]}", Some("nested more than 3 deep")),
        ("\"123456\"", Some("a string is longer than 5 bytes")),
        ("{\"123456\":1}", Some("a string is longer than 5 bytes")),
        ("{\"a\":1,\"a\":1}", Some("\"a\" stands twice")),
        ("{\"a\":1,\"A\":1}", Some("\"A\" stands twice")),
        ("[{\"a\":1,\"\\u0041\":1}]", Some("\"A\" stands twice")),
        ("1 2", Some("trailing characters")),
        ("{", Some("EOF")),
        ("", Some("EOF")),
    ];
    for (text, problem) in table {
        match (check(text, LIMITS), problem) {
            (Ok(()), None) => {}
            (Err(found), Some(expected)) => assert!(found.contains(expected), "{found} for {text}"),
            (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
        }
    }
}

#[test]
fn a_text_that_is_nested_without_end_is_refused_before_the_stack_is_full() {
    assert!(check(&"[".repeat(1_000_000), LIMITS).is_err());
}
