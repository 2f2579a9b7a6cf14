//! Account tests: where roles are.

use super::*;

#[test]
fn a_role_is_at_the_same_place_however_the_id_is_spelled() {
    let spelled = [
        "60000000-0000-4000-8000-0000000000a1",
        "60000000-0000-4000-8000-0000000000A1",
        "600000000000400080000000000000a1",
        "600000000000400080000000000000A1",
    ];
    for text in spelled {
        let scope = scope_of(&LocalSubscriptionId::new(text).unwrap());
        assert_eq!(scope, "/subscriptions/60000000-0000-4000-8000-0000000000a1", "{text}");
    }
}
