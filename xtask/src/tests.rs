use super::*;

#[test]
fn the_house_keeps_its_rules() {
    let house = House::read().unwrap();
    assert!(house.files.len() > 30, "only {} files were read", house.files.len());
    let found: Vec<String> = breaches(&house).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} breaches:\n{}", found.len(), found.join("\n"));
}
