use model::{CustomerId, DirectoryId, MeterId, Month, PartnerId};

use super::{By, Named, Question, Tag, Whose, fitting};

fn question() -> Question {
    Question {
        month: Month::parse("2026-10").unwrap(),
        day: None,
        stamp: None,
        whose: None,
        subscription: None,
        tenant: None,
        meter: None,
        resource: None,
        tag: None,
        by: By::Day,
    }
}

#[test]
fn a_tag_is_a_key_and_a_value() {
    let table = [
        ("team=red", Some(("team", "red"))),
        (" team = red=1 ", Some(("team", "red=1"))),
        ("team=", Some(("team", ""))),
        ("=red", None),
        ("team", None),
    ];
    for (text, expected) in table {
        let found = Tag::parse(text);
        let found = found.as_ref().map(|tag| (tag.key.as_str(), tag.value.as_str()));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn an_address_says_everything_that_is_asked() {
    let asked = Question {
        whose: Some(Whose::Own),
        meter: Some(MeterId::new("m-1").unwrap()),
        tag: Tag::parse("team=a&b"),
        resource: Some("vm 1".to_owned()),
        ..question()
    };
    let link = asked.link(&PartnerId::new("1").unwrap(), "usage.csv").text();
    let expected =
        "/portal/partners/1/usage.csv?month=2026-10&customer=own&meter=m-1&resource=vm%201&tag=team%3Da%26b&by=day";
    assert_eq!(link, expected);
}

#[test]
fn each_step_down_adds_up_by_something_else() {
    let mut asked = question();
    assert_eq!(asked.clone().deeper().by, By::Customer);
    asked.tenant = Some(DirectoryId::new("t").unwrap());
    assert_eq!(asked.clone().deeper().by, By::Meter);
    asked.meter = Some(MeterId::new("m").unwrap());
    assert_eq!(asked.clone().deeper().by, By::Day);
    asked.day = Some(asked.month.first_day());
    assert_eq!(asked.clone().deeper().by, By::Subscription);
}

#[test]
fn a_whole_name_counts_more_than_a_part_of_one() {
    let ids: Vec<CustomerId> = ["a", "b", "c"].map(|id| CustomerId::new(id).unwrap()).to_vec();
    let names: Vec<(&CustomerId, &str)> = ids.iter().zip(["Adatum", "Adatum North", "Fabrikam"]).collect();
    let table = [("adatum", Some("a")), ("north", Some("b")), ("Fab", Some("c")), ("ad", None), ("zzz", None)];
    for (text, expected) in table {
        let found = match fitting(&names, text) {
            Named::One(whose) => whose.customer().cloned(),
            Named::Several(_) | Named::Nobody => None,
        };
        assert_eq!(found.as_ref().map(CustomerId::as_str), expected, "{text}");
    }
    assert!(matches!(fitting(&names, "ad"), Named::Several(several) if several.len() == 2));
}
