use ::stamp::{Caller, Gate, Identified};
use model::{DirectoryId, LocalSubscriptionId, Second, UserSubscription, UserSubscriptionState};

use super::{PROVIDER_READ, PROVIDER_USAGE, READ, Sight, USAGE, sights};

/// Allows pairs of an action and a subscription, whoever asks.
struct Table(Vec<(&'static str, &'static str)>);

impl Gate for Table {
    fn identify<'a>(&'a self, _headers: &'a axum::http::HeaderMap, _origin: &'a str) -> Identified<'a> {
        unreachable!("nobody shows a token")
    }

    fn allows(&self, _caller: &Caller, action: &str, subscription: &LocalSubscriptionId) -> bool {
        self.0.iter().any(|(known, id)| *known == action && *id == subscription.as_str())
    }
}

fn id(text: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(text).unwrap()
}

fn subscription(name: &str, provider: &str, owner: &str, deleted: bool) -> UserSubscription {
    UserSubscription {
        id: id(name),
        delegated_provider: id(provider),
        display_name: name.to_owned(),
        external_reference: None,
        owner: owner.to_owned(),
        tenant: DirectoryId::new("directory").unwrap(),
        offer: String::new(),
        state: UserSubscriptionState::Enabled,
        created: Second(0),
        deleted: deleted.then_some(Second(1)),
    }
}

/// What is allowed, whether the operator sees all, then whose usage is seen, and of whom the facts.
type Row = (Vec<(&'static str, &'static str)>, bool, &'static [&'static str], &'static [&'static str]);

#[test]
fn people_see_what_both_usage_apis_would_tell_them() {
    let all = [
        subscription("operator", "operator", "", false),
        subscription("reseller", "operator", "reseller@x", false),
        subscription("gone-reseller", "operator", "", true),
        subscription("mine", "operator", "Me@X", false),
        subscription("resold", "reseller", "other@x", false),
        subscription("gone", "operator", "me@x", true),
        subscription("orphan", "gone-reseller", "", false),
    ];
    let direct: &[&str] = &["operator", "reseller", "gone-reseller", "mine", "gone"];
    let table: Vec<Row> = vec![
        (vec![], false, &["mine"], &["mine"]),
        (vec![(PROVIDER_USAGE, "operator")], false, direct, &["mine"]),
        (vec![(PROVIDER_READ, "operator")], false, &["mine"], direct),
        (
            vec![(PROVIDER_USAGE, "operator")],
            true,
            &["operator", "reseller", "gone-reseller", "mine", "resold", "gone", "orphan"],
            &["mine"],
        ),
        (vec![(PROVIDER_USAGE, "reseller")], true, &["mine", "resold"], &["mine"]),
        (vec![(PROVIDER_USAGE, "gone-reseller")], false, &["mine"], &["mine"]),
        (vec![(USAGE, "resold"), (READ, "orphan")], false, &["mine", "resold"], &["mine", "orphan"]),
    ];
    let caller = Caller { id: "1".to_owned(), name: "me@x".to_owned() };
    let operator = id("operator");
    for (allowed, sees_all, usage, facts) in table {
        let found = sights(&all, &Table(allowed.clone()), &caller, sees_all.then_some(&operator));
        let with = |has: fn(&Sight) -> bool| -> Vec<&str> {
            all.iter().zip(&found).filter(|(_, sight)| has(sight)).map(|(one, _)| one.id.as_str()).collect()
        };
        assert_eq!(with(|sight| sight.usage), usage, "usage by {allowed:?}");
        assert_eq!(with(|sight| sight.facts), facts, "facts by {allowed:?}");
    }
}

#[test]
fn who_has_no_name_owns_nothing_that_nobody_owns() {
    let all = [subscription("operator", "operator", "", false)];
    let caller = Caller { id: "1".to_owned(), name: String::new() };
    assert_eq!(sights(&all, &Table(vec![]), &caller, None), [Sight::default()]);
}
