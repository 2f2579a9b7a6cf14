use model::HeldReason;

use super::{RAW_CHARACTERS_MAX, advice, short};
use crate::language::{Language, MISSING};

#[test]
fn every_reason_has_words_and_advice_in_every_language() {
    for language in Language::ALL {
        for reason in HeldReason::ALL {
            for id in [format!("held-reason-{}", reason.word()), format!("held-advice-{}", advice(*reason))] {
                assert!(!language.say(&id).contains(MISSING), "{} {id}", language.tag());
            }
        }
    }
}

#[test]
fn a_long_row_is_cut_between_letters_and_marked() {
    let long = "é".repeat(RAW_CHARACTERS_MAX + 1);
    assert_eq!(short(&long).chars().count(), RAW_CHARACTERS_MAX + 1);
    assert!(short(&long).ends_with('\u{2026}'));
    assert_eq!(short("short"), "short");
}
