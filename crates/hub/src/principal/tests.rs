//! Principal tests: how a directory is named.

use model::{Directory, DirectoryTenant};

use super::*;

#[test]
fn a_directory_is_named_by_its_id_or_its_domain_also_one_that_a_stamp_admits() {
    let id = |text| DirectoryId::new(text).unwrap();
    let tenant = |name: &str, tenant, removed| DirectoryTenant {
        name: name.to_owned(),
        group: "system.north".to_owned(),
        location: "north".to_owned(),
        tenant: id(tenant),
        removed,
    };
    let admitted = [tenant("Adatum.example", "adatum-id", false), tenant("left.example", "left-id", true)];
    let office = Office {
        directories: [Directory { id: id("home-id"), domain: "contoso.example".to_owned() }]
            .map(|one| (one.id.clone(), one))
            .into(),
        directory_tenants: admitted.map(|one| (one.key(), one)).into(),
        ..Office::default()
    };
    let table = [
        ("HOME-ID", Some("home-id")),
        ("Contoso.Example", Some("home-id")),
        ("adatum.example", Some("adatum-id")),
        ("Adatum-Id", Some("adatum-id")),
        ("left.example", None),
        ("left-id", None),
        ("nobody.example", None),
        ("two words", None),
    ];
    for (text, expected) in table {
        assert_eq!(Hub::directory_of(&office, text), expected.map(id), "{text}");
    }
}
