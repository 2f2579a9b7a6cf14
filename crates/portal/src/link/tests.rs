use model::PartnerId;

use super::{Link, is_inside};

#[test]
fn what_stands_in_an_address_is_encoded() {
    let partner = PartnerId::new("4390934").unwrap_or_else(|error| panic!("{error}"));
    let link = Link::of(&partner, "usage").part("a/b?").with("tag", "x=1&y").with_some("day", None::<&str>);
    assert_eq!(link.text(), "/portal/partners/4390934/usage/a%2Fb%3F?tag=x%3D1%26y");
}

#[test]
fn only_pages_of_the_portal_are_gone_back_to() {
    let table = [
        ("/portal", true),
        ("/portal/partners/1?month=2026-10", true),
        ("/portal?x=1", true),
        ("/portals", false),
        ("//elsewhere.example/portal/", false),
        ("https://elsewhere.example/portal/", false),
        ("/portal/\\elsewhere", false),
        ("/portal/ x", false),
        ("", false),
    ];
    for (target, inside) in table {
        assert_eq!(is_inside(target), inside, "{target}");
    }
}
