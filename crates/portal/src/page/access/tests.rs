use model::{Role, ScopePath};

use super::{subscription_of, words};
use crate::language::{Language, MISSING};

#[test]
fn every_role_has_words_in_every_language() {
    for language in Language::ALL {
        for role in Role::ALL {
            assert!(!language.say(&words(*role)).contains(MISSING), "{} {}", language.tag(), words(*role));
        }
    }
}

#[test]
fn the_subscription_of_a_scope_is_found() {
    let table = [
        ("/", None),
        ("/partners/4390934", None),
        ("/subscriptions", None),
        ("/subscriptions/s-1", Some("s-1")),
        ("/Subscriptions/s-1/resourceGroups/g", Some("s-1")),
    ];
    for (scope, expected) in table {
        let found = subscription_of(&ScopePath::new(scope).unwrap());
        assert_eq!(found.as_ref().map(model::PayingSubscriptionId::as_str), expected, "{scope}");
    }
}
