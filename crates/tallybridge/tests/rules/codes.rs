//! E1 to E8: the documented codes, each with what its message must name.

use serde_json::json;

use crate::{
    cast::{A1, D, E1, F1, SA},
    house::{Answer, named, registration, with_token},
    rules,
};

fn names(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(answer.message().contains(text), "{text}: {}", answer.message());
    }
}

rules! {
    e1 "RegistrationNotFound repeats the three values" => |house| {
        house.ready(D);
        for (method, path) in [
            ("GET", named(D, "none")),
            ("PATCH", named(D, "none")),
            ("POST", format!("{}/getactivationkey", named(D, "none"))),
            ("GET", format!("{}/customerSubscriptions", named(D, "none"))),
            ("PUT", format!("{}/customerSubscriptions/{A1}", named(D, "none"))),
            ("DELETE", format!("{}/customerSubscriptions/{A1}", named(D, "none"))),
        ] {
            let refused = house.ask("owner@IUR", method, &path, None).is("404 RegistrationNotFound");
            names(&refused, &[D, "azurestack", "none"]);
        }
    };
    e2 "BadCustomerSubscriptionId names the id and the registration" => |house| {
        house.approved();
        names(&house.map(F1).is("400 BadCustomerSubscriptionId"), &[F1, &format!("azurestack-{SA}")]);
    };
    e3 "InvalidCustomerSubscriptionId names the id" => |house| {
        house.approved();
        names(&house.map("abc").is("400 InvalidCustomerSubscriptionId"), &["abc"]);
    };
    e4 "CustomerSubscriptionNotFound names the id and the registration" => |house| {
        house.approved();
        let path = format!("{}/customerSubscriptions/{A1}", registration(D, SA));
        names(&house.get("owner@IUR", &path).is("404 CustomerSubscriptionNotFound"), &[A1, &format!("azurestack-{SA}")]);
    };
    e5 "UnauthorizedCspRegistration names the registration" => |house| {
        house.register(D, SA).ok();
        names(&house.map(A1).is("403 UnauthorizedCspRegistration"), &[&format!("azurestack-{SA}")]);
    };
    e6 "CustomerSubscriptionsNotAllowed says to register with PayAsYouUse" => |house| {
        house.ready(E1);
        let more = json!({"billingModel": "Capacity", "agreementNumber": "7"});
        house.put("owner@IUR", &registration(E1, SA), with_token(SA, more)).ok();
        names(&house.map_on(E1, SA, A1).is("400 CustomerSubscriptionsNotAllowed"), &["PayAsYouUse"]);
    };
    e7 "InvalidCSPSubscription names the id" => |house| {
        house.approved();
        names(&house.map(E1).is("400 InvalidCSPSubscription"), &[E1]);
    };
    e8 "MetadataResolverBadGatewayError: nothing is stored, and it may be tried again" => |house| {
        house.approved();
        let file = rusqlite::Connection::open(house.folder.path().join("tallybridge.db")).unwrap();
        // Somebody else holds the database for longer than the hub waits.
        file.execute_batch("BEGIN IMMEDIATE").unwrap();
        house.map(A1).is("502 MetadataResolverBadGatewayError");
        file.execute_batch("ROLLBACK").unwrap();
        drop(file);
        house.map(A1).ok();
    };
}
