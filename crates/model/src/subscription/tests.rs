use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn subscription(kind: SubscriptionKind, standings: Vec<Standing>) -> PayingSubscription {
    PayingSubscription {
        id: PayingSubscriptionId::new("s1").unwrap(),
        name: "One".to_owned(),
        kind,
        directory: DirectoryId::new("contoso").unwrap(),
        customer: None,
        standings,
    }
}

#[test]
fn what_held_on_a_day_is_the_last_entry_that_had_begun() {
    let standing = |from: &str, partner: Option<&str>, state| Standing {
        from: day(from),
        partner: partner.map(|id| PartnerId::new(id).unwrap()),
        state,
    };
    let subscription = subscription(
        SubscriptionKind::Csp,
        vec![
            standing("2026-10-02", Some("p1"), SubscriptionState::Active),
            standing("2026-10-10", Some("p2"), SubscriptionState::Active),
            standing("2026-10-10", Some("p3"), SubscriptionState::Suspended),
            standing("2026-10-20", None, SubscriptionState::Cancelled),
        ],
    );
    let table = [
        ("2026-10-01", None, None),
        ("2026-10-02", Some("p1"), Some(SubscriptionState::Active)),
        ("2026-10-09", Some("p1"), Some(SubscriptionState::Active)),
        ("2026-10-10", Some("p3"), Some(SubscriptionState::Suspended)),
        ("2026-10-20", None, Some(SubscriptionState::Cancelled)),
    ];
    for (date, partner, state) in table {
        let day = day(date);
        assert_eq!(subscription.partner(day).map(PartnerId::as_str), partner, "{date}");
        assert_eq!(subscription.standing(day).map(|standing| standing.state), state, "{date}");
    }
}

#[test]
fn two_kinds_are_of_a_partner() {
    let of_partner: Vec<&str> = SubscriptionKind::ALL
        .iter()
        .filter(|kind| subscription(**kind, Vec::new()).is_of_partner_kind())
        .map(|kind| kind.word())
        .collect();
    assert_eq!(of_partner, ["CSP", "CSPSS"]);
}
