//! Tests of names.

use model::{Customer, CustomerId, MeterId, Office, PartnerId};

use super::{Named, Names};

fn office() -> Office {
    let mut office = Office::default();
    for (id, name) in [("c1", "Adatum"), ("c2", ""), ("c3", " \t ")] {
        let id = CustomerId::new(id).unwrap();
        let partner = PartnerId::new("4390934").unwrap();
        office.customers.insert(id.clone(), Customer { id, name: name.to_owned(), partner, retail: None });
    }
    office
}

#[test]
fn what_has_no_name_is_called_by_its_id() {
    let office = office();
    let names = Names::new(&office);
    for (id, name) in [("C1", "Adatum"), ("c2", "c2"), ("c3", "c3"), ("c4", "c4")] {
        let customer = CustomerId::new(id).unwrap();
        assert_eq!(names.customer(&customer), Named { id, name });
    }
    assert_eq!(names.partner(&PartnerId::new("1").unwrap()).name, "1");
    let meter = MeterId::new("FAB6EB84500B4A09A8CA7358F8BBAEA5").unwrap();
    assert_eq!(names.meter(&meter).name, "Base VM Size Hours");
}
