//! O1 to O7: adding, listing, checking and removing customers.

use hub::OfficeRecord;
use model::{
    CustomerId, Directory, DirectoryId, PartnerId, PayingSubscription, PayingSubscriptionId, Standing,
    SubscriptionKind, SubscriptionState,
};
use serde_json::json;

use crate::{
    cast::{A1, A2, B1, CON, D, LA, SA, TA},
    house::{House, registration},
    rules,
};

fn all() -> String {
    format!("{}/customerSubscriptions", registration(D, SA))
}

fn one(customer: &str) -> String {
    format!("{}/{customer}", all())
}

/// Makes customers with a subscription each and maps them.
pub fn many_customers(house: &House, count: u32) {
    let number = |first: char, index: u32| format!("{first}0000000-0000-4000-8000-1{index:011}");
    for index in 0..count {
        let directory = DirectoryId::new(&number('3', index)).unwrap();
        let subscription = OfficeRecord::Subscription(PayingSubscription {
            id: PayingSubscriptionId::new(&number('4', index)).unwrap(),
            name: format!("customer {index}"),
            kind: SubscriptionKind::Csp,
            directory: directory.clone(),
            customer: Some(CustomerId::new(directory.as_str()).unwrap()),
            standings: vec![Standing {
                from: house.today(),
                partner: Some(PartnerId::new(CON).unwrap()),
                state: SubscriptionState::Active,
            }],
        });
        let domain = format!("customer{index}.example");
        house.record(&[OfficeRecord::Directory(Directory { id: directory, domain }), subscription]);
        house.map(&number('4', index)).ok();
    }
}

rules! {
    o1 "add, list, check, remove" => |house| {
        house.approved();
        let added = house.map(A1);
        // Clients raise an error at 201.
        assert_eq!(added.status, 200);
        assert_eq!(house.get("owner@IUR", &one(A1)).ok().body, added.body);
        assert_eq!(house.get("owner@IUR", &all()).ok().body["value"], json!([added.body]));
        let removed = house.delete("owner@IUR", &one(A1));
        assert_eq!((removed.status, removed.text.as_str()), (204, ""));
        assert_eq!(house.delete("owner@IUR", &one(A1)).status, 204);
        house.get("owner@IUR", &one(A1)).is("404 CustomerSubscriptionNotFound");
    };
    o2 "putting again changes the subscription of a tenant, and the same again nothing" => |house| {
        house.approved();
        house.map(A1).ok();
        let count = |house: &House| {
            let mut count = 0;
            house.hub.store().audit(1, &mut |_| { count += 1; Ok(()) }).unwrap();
            count
        };
        let before = count(house);
        house.map(A1).ok();
        assert_eq!(count(house), before);
        house.map(A2).ok();
        house.get("owner@IUR", &one(A2)).ok();
    };
    o3 "a second subscription of a tenant overwrites the first" => |house| {
        house.approved();
        house.map(A1).ok();
        house.map(A2).ok();
        house.get("owner@IUR", &one(A1)).is("404 CustomerSubscriptionNotFound");
    };
    o4 "a list says id, name, type and tenant, and where it goes on" => |house| {
        house.approved();
        house.map(A1).ok();
        let shown = house.get("owner@IUR", &format!("{}?api-version=2020-06-01-preview", all())).ok().body;
        assert_eq!(shown, json!({"value": [{
            "id": one(A1),
            "name": format!("azurestack-{SA}/{A1}"),
            "type": "Microsoft.AzureStack/registrations/customerSubscriptions",
            "properties": {"tenantId": TA},
        }]}));
        many_customers(house, 100);
        let first = house.get("owner@IUR", &format!("{}?api-version=2017-06-01", all())).ok().body;
        let next = first["nextLink"].as_str().unwrap();
        assert!(next.starts_with(&house.origin()) && next.contains("api-version=2017-06-01&$skipToken="), "{next}");
        assert_eq!(house.get("owner@IUR", next).ok().body["value"].as_array().unwrap().len(), 1);
        for broken in [next.replace("skipToken=", "skipToken=A"), next.replace(SA, &SA.replace('a', "c"))] {
            assert!(house.get("owner@IUR", &broken).status >= 400, "{broken}");
        }
        let (head, token) = next.split_at(next.len() - 1);
        let other = if token == "A" { "B" } else { "A" };
        house.get("owner@IUR", &format!("{head}{other}")).is("400 InvalidSkipToken");
    };
    o5 "nothing registered is an empty list" => |house| {
        house.approved();
        assert_eq!(house.get("owner@IUR", &all()).ok().body, json!({"value": []}));
    };
    o6 "after removal the default pays" => |house| {
        house.approved();
        house.map(A1).ok();
        house.set_day("2026-10-22");
        house.use_cores(D, SA, "2026-10-21", &[(LA, "2")]);
        house.delete("owner@IUR", &one(A1)).ok();
        house.set_day("2026-10-24");
        house.use_cores(D, SA, "2026-10-23", &[(LA, "3")]);
        assert_eq!([A1, D].map(|id| house.paid(CON, id)), [200, 300]);
    };
    o7 "callers sign in to the hub with the account of the registration" => |house| {
        house.approved();
        house.put("owner@IUR", &one(B1), json!({})).ok();
        house.put("admin", &one(B1), json!({})).is("404 SubscriptionNotFound");
    };
}
