use super::*;

fn scope(text: &str) -> ScopePath {
    ScopePath::new(text).unwrap()
}

#[test]
fn a_scope_contains_itself_and_what_lies_below() {
    let table = [
        ("/", "/", true),
        ("/", "/subscriptions/s", true),
        ("/subscriptions/s", "/subscriptions/S/resourceGroups/g", true),
        ("/Subscriptions/s", "/subscriptions/s", true),
        ("/subscriptions/s", "/subscriptions/s2", false),
        ("/subscriptions/s/resourcegroups/g", "/subscriptions/s", false),
        ("/partners/1", "/partners/10", false),
        ("/partners/1", "/", false),
    ];
    for (above, below, expected) in table {
        assert_eq!(scope(above).contains(&scope(below)), expected, "{above} {below}");
    }
}

#[test]
fn what_is_no_path_is_no_scope() {
    for text in ["", "subscriptions", "//", "/a//b", "/a b", "/\u{e9}", &format!("/{}", "a".repeat(1024))] {
        assert!(ScopePath::new(text).is_err(), "{text}");
    }
    assert_eq!(scope("/a/").as_str(), "/a");
}
