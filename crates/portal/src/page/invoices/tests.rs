use billing::{
    attribute::{Rule, Unattributed},
    rate::Rating,
};
use model::{Customer, CustomerId, HeldReason, PartnerId, Rounding};

use super::document::is_meant;
use crate::language::{Language, MISSING};

#[test]
fn every_reason_has_words_in_every_language() {
    let mut ids: Vec<String> = Vec::new();
    ids.extend(HeldReason::ALL.iter().map(|one| format!("invoices-held-{}", one.word())));
    ids.extend(Unattributed::ALL.iter().map(|one| format!("invoices-unattributed-{}", one.word())));
    ids.extend(Rating::ALL.iter().map(|one| format!("invoices-unpriced-{}", one.word())));
    ids.extend(Rule::ALL.iter().map(|one| format!("invoices-rule-{}", one.word())));
    ids.extend(Rounding::ALL.iter().map(|one| format!("invoices-rounding-{}", one.word())));
    for id in ids {
        for language in Language::ALL {
            assert!(!language.say(&id).contains(MISSING), "{} {id}", language.tag());
        }
    }
}

#[test]
fn lines_are_picked_by_customer() {
    let id = CustomerId::new("C-1").unwrap();
    let partner = PartnerId::new("1").unwrap();
    let known = Customer { id: id.clone(), name: "Élan Énergie".to_owned(), partner, retail: None };
    let table = [
        ("c-1", Some(&id), true),
        ("élan", Some(&id), true),
        ("ÉNERGIE", Some(&id), true),
        ("c-2", Some(&id), false),
        ("-", Some(&id), false),
        ("-", None, true),
        ("élan", None, false),
    ];
    for (filter, customer, expected) in table {
        assert_eq!(is_meant(filter, customer, Some(&known)), expected, "{filter}");
    }
    assert!(!is_meant("élan", Some(&id), None), "the customer is not known any more");
}
