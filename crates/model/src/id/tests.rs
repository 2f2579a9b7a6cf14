use super::*;

#[test]
fn ids_are_compared_without_case_and_shown_as_sent() {
    let table = [
        ("B5C15376-6C94-4FDD-B655-1A69D138ACA3", "b5c15376-6c94-4fdd-b655-1a69d138aca3", true),
        ("F271A8A388C44D93956A063E1D2FA80B", "f271a8a3-88c4-4d93-956a-063e1d2fa80b", true),
        ("cloud1", "CLOUD1", true),
        ("cloud1", "cloud2", false),
        (" cloud1 ", "cloud1", true),
    ];
    for (left, right, same) in table {
        let (left_id, right_id) = (MeterId::new(left).unwrap(), MeterId::new(right).unwrap());
        assert_eq!(left_id == right_id, same, "{left} and {right}");
        assert_eq!(left_id.as_str(), left.trim());
    }
}

#[test]
fn a_text_that_is_no_id_is_refused() {
    let long = "a".repeat(513);
    let table = [
        ("", IdError::Empty),
        ("a b", IdError::Character),
        ("a\u{e9}", IdError::Character),
        ("a\n", IdError::Character),
        (long.as_str(), IdError::TooLong),
    ];
    for (text, error) in table {
        assert_eq!(CloudId::new(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_guid_has_five_groups_of_digits() {
    let table = [
        ("40000000-0000-4000-8000-0000000000a1", true),
        ("40000000-0000-4000-8000-0000000000A1", true),
        ("40000000-0000-4000-8000-0000000000a", false),
        ("40000000-0000-4000-8000-0000000000a11", false),
        ("40000000-0000-4000-8000-0000000000g1", false),
        ("40000000-0000-4000-8000", false),
        ("40000000-0000-4000-8000-0000000000a1-", false),
        ("400000000000400080000000000000a1", false),
        ("", false),
    ];
    for (text, expected) in table {
        assert_eq!(is_guid(text), expected, "{text}");
    }
}
