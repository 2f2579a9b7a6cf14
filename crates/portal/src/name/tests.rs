use model::{CloudId, CustomerId, DirectoryId, MeterId, Office, Quantity, Unit};

use crate::language::{Language, MISSING};

#[test]
fn every_unit_has_a_word_in_every_language() {
    for language in Language::ALL {
        for unit in Unit::ALL {
            let word = super::unit_word(language, *unit);
            assert!(!word.contains(MISSING), "{} {word}", language.tag());
        }
    }
}

#[test]
fn what_nobody_named_is_called_by_its_id() {
    let office = Office::default();
    let english = Language::English;
    let customer = CustomerId::new("c-1").unwrap();
    let tenant = DirectoryId::new("d-1").unwrap();
    assert_eq!(super::customer(&office, english, Some(&customer)), "c-1");
    assert_eq!(super::tenant(&office, english, Some(&tenant)), "d-1");
    assert_eq!(super::stamp(&office, &CloudId::new("cloud1").unwrap()), "cloud1");
    assert_eq!(super::meter(&MeterId::new("m-1").unwrap()), "m-1");
    assert_eq!(super::quantity(english, &MeterId::new("m-1").unwrap(), Quantity::from_whole(1200)), "1,200");
}
