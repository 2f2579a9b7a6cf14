//! U4, U7, U8 and U10: what of the usage pipeline takes a hub. The other rules of it are shown on the stamp, by their numbers.

use serde_json::json;

use crate::{
    cast::{CON, D, E1, L0, LA, SA},
    house::{registration, with_token},
    rules,
    street::Street,
};

rules! {
    u4 "a registered stamp sends its usage, and the bridge does it" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        assert_eq!(house.paid(CON, D), 0);
        assert!(street.carry(SA, 21) > 0);
        assert_eq!(house.paid(CON, D), 200);
    };
    u7 "by usage it must be sent, by capacity it is not, and a development system tries it out for nothing" => |house| {
        house.ready(D);
        house.ready(E1);
        let put = |subscription, more| house.put("owner@IUR", &registration(subscription, SA), with_token(SA, more));
        put(D, json!({"usageReportingEnabled": false})).is("400 InvalidRegistrationToken");
        let street = Street::open(house);
        put(D, json!({"billingModel": "Development"})).ok();
        street.activate(D, SA);
        street.uses(SA, LA, 21, "2");
        assert!(street.carry(SA, 21) > 0);
        assert_eq!(house.paid(CON, D), 0);
        house.at("2026-10-22T08:00:00Z");
        house.delete("owner@IUR", &registration(D, SA)).ok();
        put(E1, json!({"billingModel": "Capacity", "agreementNumber": "7"})).ok();
        street.activate(E1, SA);
        street.uses(SA, LA, 22, "2");
        assert_eq!(street.try_carry(SA, "2026-10-22T12:00:00Z").unwrap(), 0);
    };
    u8 "after the bill is made the partner sees it, and nobody who uses the stamp does" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.try_carry(SA, "2026-11-05T12:00:00Z").unwrap();
        crate::corners::close(house, "2026-10");
        let invoices = house.get("finance@ContosoCSP", &format!("/partners/{CON}/invoices")).ok();
        assert!(invoices.text.contains("2026-10"), "{}", invoices.text);
        for who in ["user@adatum", "owner@fabrikam", "reader@IUR"] {
            assert_eq!(house.get(who, &format!("/partners/{CON}/invoices")).status, 404, "{who}");
        }
    };
    u10 "machines of the infrastructure are reported and never charged" => |house| {
        let street = Street::approved(house);
        street.uses(SA, L0, 21, "2");
        street.uses(SA, LA, 21, "3");
        street.carry(SA, 21);
        assert_eq!(house.paid(CON, D), 300);
        assert_eq!(street.local_rows(SA), 2);
    };
}
