//! Gatekeeper tests: whose name counts.

use model::{Directory, DirectoryId, DirectoryTenant, PrincipalKind};

use super::*;

fn principal(id: &str, name: &str, directory: &str) -> Principal {
    Principal {
        id: PrincipalId::new(id).unwrap(),
        kind: PrincipalKind::User,
        name: name.to_owned(),
        directory: DirectoryId::new(directory).unwrap(),
        application: None,
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    }
}

#[test]
fn the_name_of_a_stranger_counts_only_with_the_domain_of_its_own_directory() {
    let home = Directory { id: DirectoryId::new("home-id").unwrap(), domain: "contoso.example".to_owned() };
    let admitted = |name: &str, removed| DirectoryTenant {
        name: name.to_owned(),
        group: "system.north".to_owned(),
        location: "north".to_owned(),
        tenant: DirectoryId::new("adatum-id").unwrap(),
        removed,
    };
    let account = principal("ada-id", "ada@adatum.example", "home-id");
    let office = Office {
        directories: [(home.id.clone(), home)].into(),
        directory_tenants: [admitted("Adatum.example", false), admitted("left.example", true)]
            .map(|one| (one.key(), one))
            .into(),
        principals: [(account.id.clone(), account)].into(),
        ..Office::default()
    };
    let table = [
        ("ada-id", "ada@adatum.example", "home-id", true),
        ("other-id", "bob@adatum.example", "adatum-id", true),
        ("other-id", "bob@Contoso.Example", "home-id", true),
        // The same name, said in another directory.
        ("other-id", "ada@adatum.example", "home-id", false),
        ("other-id", "ada@adatum.example", "wingtip-id", false),
        ("other-id", "ada@contoso.example@adatum.example", "home-id", false),
        ("other-id", "ada@left.example", "adatum-id", false),
        ("other-id", "ada@unknown.example", "adatum-id", false),
        ("other-id", "adatum.example", "adatum-id", false),
    ];
    for (id, name, directory, counts) in table {
        let expected = if counts { name } else { id };
        assert_eq!(known(&office, principal(id, name, directory)).name, expected, "{name} of {directory}");
    }
}
