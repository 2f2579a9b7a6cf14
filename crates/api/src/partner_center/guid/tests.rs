use super::*;

#[test]
fn whatever_is_drawn_has_the_version_and_variant_of_drawn_ids() {
    assert_eq!(write(0), "00000000-0000-4000-8000-000000000000");
    assert_eq!(write(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_ne!(draw().unwrap(), draw().unwrap());
}
