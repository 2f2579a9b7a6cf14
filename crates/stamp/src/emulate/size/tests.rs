use super::*;

#[test]
fn each_size_has_the_processors_of_the_published_table() {
    assert_eq!(vm_sizes().len(), 86);
    for (name, vcpus) in [
        ("Basic_A4", 8),
        ("Standard_A0", 1),
        ("Standard_A4", 8),
        ("Standard_D1_v2", 1),
        ("Standard_D11_v2", 2),
        ("Standard_DS14-8_v2", 8),
        ("Standard_F1s", 1),
        ("Standard_F2s", 2),
        ("Standard_F64s_v2", 64),
    ] {
        assert_eq!(find(name), Some(VmSize { name, vcpus }));
    }
    assert_eq!(find("Standard_Z9"), None);
}

#[test]
fn every_size_that_tenants_choose_is_in_the_table() {
    assert!(CHOSEN.iter().all(|name| find(name).is_some()));
}
