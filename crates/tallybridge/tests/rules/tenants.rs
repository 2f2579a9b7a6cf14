//! T1 to T12: adding tenants.

use serde_json::json;

use crate::{
    cast::{A1, A2, B1, CON, D, D2, LA, LB, SA, SB, TA, TB},
    house::registration,
    rules,
};

rules! {
    t1 "customer, subscription, approval, mapping, and a resource as proof" => |house| {
        house.register(D, SA).ok();
        house.map(A1).is("403 UnauthorizedCspRegistration");
        house.approve(D, SA).ok();
        house.map(A1).ok();
        house.set_day("2026-10-22");
        house.use_cores(D, SA, "2026-10-21", &[(LA, "2")]);
        assert_eq!(house.paid(CON, A1), 200);
    };
    t2 "whoever is not mapped is charged to the default" => |house| {
        house.approved();
        house.set_day("2026-10-22");
        house.use_cores(D, SA, "2026-10-21", &[(LA, "2")]);
        assert_eq!([A1, D].map(|id| house.paid(CON, id)), [0, 200]);
    };
    t3 "the subscription is the one that pays, not the local one" => |house| {
        house.approved();
        house.map(LA).is("400 InvalidCSPSubscription");
    };
    t4 "the key is the directory that the subscription lives in" => |house| {
        house.approved();
        let path = format!("{}/customerSubscriptions/{A1}", registration(D, SA));
        let refused = house.put("owner@IUR", &path, json!({"properties": {"tenantId": TB}})).is("400 InvalidCustomerSubscriptionId");
        assert_eq!(refused.body["error"]["target"], "properties.tenantId");
        let upper = json!({"properties": {"tenantId": TA.to_uppercase()}});
        assert_eq!(house.put("owner@IUR", &path, upper).ok().body["properties"]["tenantId"], TA);
    };
    t5 "the id is written in lower case" => |house| {
        house.approved();
        house.map(&A1.to_uppercase()).is("400 InvalidCustomerSubscriptionId");
        house.map(A1).ok();
        let path = format!("{}/customerSubscriptions/{}", registration(D, SA), A1.to_uppercase());
        house.get("owner@IUR", &path).ok();
        house.delete("owner@IUR", &path).ok();
        house.get("owner@IUR", &path).is("404 CustomerSubscriptionNotFound");
    };
    t6 "a tenant of two stamps is added to both" => |house| {
        house.approved();
        house.register(D2, SB).ok();
        house.approve(D2, SB).ok();
        house.map(A1).ok();
        house.set_day("2026-10-22");
        house.use_cores(D2, SB, "2026-10-21", &[(LA, "2")]);
        assert_eq!(house.paid(CON, D2), 200);
        house.map_on(D2, SB, A2).ok();
        house.set_day("2026-10-24");
        house.use_cores(D, SA, "2026-10-23", &[(LA, "3")]);
        house.use_cores(D2, SB, "2026-10-23", &[(LA, "4")]);
        assert_eq!([A1, A2, D2].map(|id| house.paid(CON, id)), [300, 400, 200]);
    };
    t10 "approval is the platform operator's act, named by subscription, group and name" => |house| {
        house.register(D, SA).ok();
        let path = format!("{}/approveMultiTenancy", registration(D, SA));
        house.post("owner@IUR", &path).is("403 AuthorizationFailed");
        house.post("owner@fabrikam", &path).is("404 SubscriptionNotFound");
        house.post("operator", &path).ok();
        let mut found = false;
        house.hub.store().audit(1, &mut |entry| {
            found |= entry.note.action == "registration.approve" && entry.note.actor.starts_with("operator@platform");
            Ok(())
        }).unwrap();
        assert!(found);
        // Withdrawn: what is mapped stays, nothing new is mapped.
        house.map(A1).ok();
        house.post("operator", &format!("{}/withdrawMultiTenancy", registration(D, SA))).ok();
        house.map(B1).is("403 UnauthorizedCspRegistration");
        house.set_day("2026-10-22");
        house.use_cores(D, SA, "2026-10-21", &[(LA, "2"), (LB, "3")]);
        assert_eq!([A1, D].map(|id| house.paid(CON, id)), [200, 300]);
    };
}
