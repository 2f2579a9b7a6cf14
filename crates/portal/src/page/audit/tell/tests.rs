use super::{ACTIONS, KINDS, printable};
use crate::language::{Language, MISSING};

#[test]
fn every_action_and_kind_has_words_in_every_language() {
    for language in Language::ALL {
        let actions = ACTIONS.iter().map(|action| format!("audit-action-{}", action.replace('.', "_")));
        for id in actions.chain(KINDS.iter().map(|kind| format!("audit-kind-{kind}"))) {
            assert!(!language.say(&id).contains(MISSING), "{} {id}", language.tag());
        }
    }
}

#[test]
fn what_is_no_letter_is_not_shown() {
    assert_eq!(printable("a\u{7}b\nc"), "a\u{fffd}b\u{fffd}c");
}
