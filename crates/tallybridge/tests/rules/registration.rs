//! R1 to R30: registering a stamp, changing and ending that.

use hub::OfficeRecord;
use model::{CloudId, LocalSubscriptionId, PayingSubscriptionId, Second};
use serde_json::json;

use crate::{
    cast::{A1, BRIDGE, CON, D, D2, DFAB, E1, L0, LA, MSDN, PAYG, SA, SB},
    house::{House, named, registration, token, with_token},
    rules,
};

/// Registers SA again under D with another token.
fn again(house: &House, who: &str, more: serde_json::Value) -> crate::house::Answer {
    house.put(who, &registration(D, SA), with_token(SA, more))
}

fn group(subscription: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{name}")
}

fn lock(level: &str) -> serde_json::Value {
    json!({ "properties": { "level": level, "notes": "who pays" } })
}

fn lock_path() -> String {
    format!(
        "{}/providers/Microsoft.Authorization/locks/RegistrationResourceLock?api-version=2016-09-01",
        registration(D, SA)
    )
}

fn move_to(house: &House, who: &str, target: &str) -> crate::house::Answer {
    let body = json!({ "resources": [registration(D, SA)], "targetResourceGroup": target });
    let path = format!("{}/moveResources?api-version=2021-04-01", group(D, "azurestack"));
    house.ask(who, "POST", &path, Some(body))
}

rules! {
    r2 "the subscription is there, an owner asks, and the namespace is registered" => |house| {
        let refused = house.put("owner@IUR", &registration(D, SA), with_token(SA, json!({}))).is("409 MissingSubscriptionRegistration");
        // Clients take the namespace from the last word in quotes, and register it.
        assert!(refused.message().ends_with("'Microsoft.AzureStack'"), "{}", refused.message());
        house.post("owner@IUR", &format!("/subscriptions/{D}/providers/Microsoft.AzureStack/register")).ok();
        again(house, "owner@IUR", json!({})).is("404 ResourceGroupNotFound");
        house.ready(D);
        assert_eq!(again(house, "owner@IUR", json!({})).status, 201);
    };
    r3 "which types of subscription may pay" => |house| {
        let capacity = json!({"billingModel": "Capacity", "agreementNumber": "7"});
        let development = json!({"billingModel": "Development"});
        for (subscription, more, outcome) in [
            (D, json!({}), "201"),
            (A1, json!({}), "201"),
            (E1, json!({}), "201"),
            (PAYG, json!({}), "400 SubscriptionTypeNotSupported"),
            (MSDN, json!({}), "400 SubscriptionTypeNotSupported"),
            (PAYG, development.clone(), "201"),
            (MSDN, development, "201"),
            (D, capacity.clone(), "400 SubscriptionTypeNotSupported"),
            (E1, capacity, "201"),
        ] {
            house.ready(subscription);
            let path = registration(subscription, SA);
            house.put("owner@IUR", &path, with_token(SA, more)).is(outcome);
            house.delete("owner@IUR", &path);
        }
    };
    r5 "only who registered changes a registration" => |house| {
        house.approved();
        // Others may look, and may keep customers.
        house.put("contributor", &format!("{}/customerSubscriptions/{A1}", registration(D, SA)), json!({})).ok();
        for (method, body) in [("PUT", with_token(SA, json!({}))), ("PATCH", json!({"tags": {"a": "b"}})), ("DELETE", json!(null))] {
            house.ask("contributor", method, &registration(D, SA), Some(body)).is("403 AuthorizationFailed");
        }
        // An administrator of the same directory may.
        again(house, "administrator", json!({})).ok();
        // So may the owner of the bridge's principal.
        let contributor = crate::cast::ACCOUNTS.iter().find(|one| one.name.starts_with("contributor")).unwrap();
        let office = house.hub.office();
        let mut bridge = office.principals[&model::PrincipalId::new(BRIDGE).unwrap()].clone();
        bridge.owner = Some(model::PrincipalId::new(contributor.id).unwrap());
        house.record(&[OfficeRecord::Principal(bridge)]);
        again(house, "contributor", json!({})).ok();
    };
    r6 "a role is enough in place of an owner" => |house| {
        house.ready(D);
        again(house, "registrar", json!({})).ok();
        again(house, "registrar", json!({})).ok();
        house.post("registrar", &format!("{}/getactivationkey", registration(D, SA))).ok();
        house.approve(D, SA).ok();
        house.put("registrar", &format!("{}/customerSubscriptions/{A1}", registration(D, SA)), json!({})).ok();
        // It gives no rights to lock.
        house.put("registrar", &lock_path(), lock("CanNotDelete")).is("403 AuthorizationFailed");
    };
    r7 "a stamp has one registration, and a name is one stamp's" => |house| {
        house.register(D, SA).ok();
        house.put("owner@IUR", &named(D, "other"), with_token(SA, json!({}))).is("409 CloudIdAlreadyRegistered");
        house.put("owner@IUR", &registration(D, SA), with_token(SB, json!({}))).is("409 CloudIdUpdateNotAllowed");
    };
    r8 "any name will do, and its case is kept and not compared" => |house| {
        house.ready(D);
        for name in ["AzureStackRegistration", "azurestack-(1)_x.y"] {
            house.put("owner@IUR", &named(D, name), with_token(name, json!({}))).ok();
            let shown = house.get("owner@IUR", &named(D, &name.to_uppercase())).ok().body;
            assert_eq!(shown["name"], name);
        }
        for name in ["ends.", "a%20b", "a%2Fb", "%C3%BC", &"n".repeat(91)] {
            house.put("owner@IUR", &named(D, name), with_token("c", json!({}))).is("400 InvalidResourceName");
        }
    };
    r9 "a group is anywhere, a registration is global" => |house| {
        house.ready(D);
        let body = json!({"location": "westcentralus"});
        assert_eq!(house.put("owner@IUR", &group(D, "other"), body).ok().body["location"], "westcentralus");
        let mut body = with_token(SA, json!({}));
        body["location"] = json!("Global");
        assert_eq!(house.put("owner@IUR", &registration(D, SA), body).ok().body["location"], "global");
    };
    r10 "Capacity takes the number of an agreement" => |house| {
        house.ready(E1);
        let path = registration(E1, SA);
        let refused = house.put("owner@IUR", &path, with_token(SA, json!({"billingModel": "Capacity"})));
        let refused = refused.is("400 InvalidRegistrationToken");
        assert_eq!(refused.body["error"]["target"], "agreementNumber");
        house.put("owner@IUR", &path, with_token(SA, json!({"billingModel": "Capacity", "agreementNumber": "7"}))).ok();
        assert_eq!(house.key(E1, SA).0["agreementNumber"], "7");
    };
    r11 "Capacity reports no usage" => |house| {
        house.ready(E1);
        let more = json!({"billingModel": "capacity", "agreementNumber": "7", "usageReportingEnabled": true});
        house.put("owner@IUR", &registration(E1, SA), with_token(SA, more)).ok();
        assert_eq!(house.key(E1, SA).0["usageReportingEnabled"], false);
    };
    r12 "PayAsYouUse cannot be without reporting" => |house| {
        house.ready(D);
        let refused = again(house, "owner@IUR", json!({"usageReportingEnabled": false})).is("400 InvalidRegistrationToken");
        assert_eq!(refused.body["error"]["target"], "usageReportingEnabled");
    };
    r13 "Custom takes a tag" => |house| {
        house.ready(D);
        let refused = again(house, "owner@IUR", json!({"billingModel": "Custom"})).is("400 InvalidRegistrationToken");
        assert_eq!(refused.body["error"]["target"], "msAssetTag");
        again(house, "owner@IUR", json!({"billingModel": "Custom", "msAssetTag": "tag"})).ok();
    };
    r14 "a lock keeps a registration from being removed, not from being changed" => |house| {
        house.approved();
        house.map(A1).ok();
        assert_eq!(house.put("owner@IUR", &lock_path(), lock("CanNotDelete")).status, 201);
        house.delete("owner@IUR", &registration(D, SA)).is("409 ScopeLocked");
        again(house, "owner@IUR", json!({})).ok();
        // The lock protects the registration, not its customers.
        house.delete("owner@IUR", &format!("{}/customerSubscriptions/{A1}", registration(D, SA))).ok();
        house.delete("owner@IUR", &lock_path()).ok();
        house.put("owner@IUR", &lock_path(), lock("ReadOnly")).ok();
        again(house, "owner@IUR", json!({})).is("409 ScopeLocked");
        house.delete("owner@IUR", &lock_path()).ok();
        assert_eq!(house.delete("owner@IUR", &registration(D, SA)).status, 200);
        assert_eq!(house.delete("owner@IUR", &registration(D, SA)).status, 204);
    };
    r15 "the bridge's principal gets a role at the registration" => |house| {
        house.register(D, SA).ok();
        house.get("bridge", &registration(D, SA)).is("404 SubscriptionNotFound");
        let role = hub::access::definition(model::Role::AzureStackRegistrationOwner).id;
        let path = format!("{}/providers/Microsoft.Authorization/roleAssignments/80000000-0000-4000-8000-000000000001?api-version=2022-04-01", registration(D, SA));
        let definition = format!("/subscriptions/{D}/providers/Microsoft.Authorization/roleDefinitions/{role}");
        let body = json!({"properties": {"roleDefinitionId": definition, "principalId": BRIDGE}});
        assert_eq!(house.put("owner@IUR", &path, body).status, 201);
        house.get("bridge", &registration(D, SA)).ok();
        house.get("bridge", &format!("{}/customerSubscriptions", registration(D, SA))).is("403 AuthorizationFailed");
        again(house, "bridge", json!({})).is("403 AuthorizationFailed");
    };
    r16 "then the activation key, and the stamp is activated with it" => |house| {
        house.register(D, SA).ok();
        let (claims, key) = house.key(D, SA);
        assert_eq!((&claims["cloudId"], &claims["subscriptionId"]), (&json!(SA), &json!(D)));
        assert_eq!(house.key(D, SA).1, key, "asking again changes nothing");
        let activate = |key: &str, cloud: &str| {
            let (cloud, provider) = (CloudId::new(cloud).unwrap(), LocalSubscriptionId::new(L0).unwrap());
            stamp::activation::activate(key, &cloud, &house.published_keys(), &provider, Second::parse("2026-10-20T12:01:00Z").unwrap())
        };
        let activation = activate(&key, SA).unwrap();
        assert_eq!(activation.registration, registration(D, SA));
        activate(&key, SB).unwrap_err();
        activate(&key.replace('.', "x."), SA).unwrap_err();
    };
    r17 "a name cannot be given to another stamp" => |house| {
        house.register(D, SA).ok();
        let refused = house.put("owner@IUR", &registration(D, SA), with_token(SB, json!({}))).is("409 CloudIdUpdateNotAllowed");
        assert!(refused.message().contains("already associated with another Cloud identifier"), "{}", refused.message());
    };
    r18 "a stamp cannot be registered twice, and stays with its partner until the platform hands it over" => |house| {
        house.register(D, SA).ok();
        house.ready(DFAB);
        let foreign = || house.put("owner@fabrikam", &registration(DFAB, SA), with_token(SA, json!({"defaultProviderSubscriptionId": LA})));
        let refused = foreign().is("409 CloudIdAlreadyRegistered");
        assert!(refused.message().contains(SA) && !refused.message().contains(D), "{}", refused.message());
        house.delete("owner@IUR", &registration(D, SA)).ok();
        // Whoever delivers windows of the past changes what Contoso paid, so nobody else may have the stamp.
        foreign().is("409 CloudIdAlreadyRegistered");
        house.register(D2, SA).ok();
        house.delete("owner@IUR", &registration(D2, SA)).ok();
        let stamp = house.hub.office().stamps[&CloudId::new(SA).unwrap()].clone();
        let wanted = hub::WantedStamp {
            id: stamp.id,
            name: stamp.name,
            region: stamp.region,
            partner: Some(model::PartnerId::new(crate::cast::FAB).unwrap()),
            default_provider_subscription: None,
        };
        let wanted = hub::Catalogue { stamps: vec![wanted], ..hub::Catalogue::default() };
        house.hub.apply_catalogue(&hub::Actor::at_home("the platform"), &wanted, false).unwrap();
        foreign().ok();
        // The operator's own local subscription is the stamp's for ever, whatever a later token says.
        let stamp = house.hub.office().stamps[&CloudId::new(SA).unwrap()].clone();
        assert_eq!(stamp.default_provider_subscription, Some(LocalSubscriptionId::new(L0).unwrap()));
    };
    r19 "a malformed token is refused" => |house| {
        house.ready(D);
        for token in ["", "no base64!", "bm8ganNvbg==", "W10=", &token(SA, &json!({"cloudId": null}))] {
            let body = json!({"properties": {"registrationToken": token}});
            let refused = house.put("owner@IUR", &registration(D, SA), body).is("400 InvalidRegistrationToken");
            assert!(refused.message().starts_with("The registration token is malformed."), "{}", refused.message());
        }
        house.get("owner@IUR", &registration(D, SA)).is("404 RegistrationNotFound");
    };
    r21 "registering again takes new facts" => |house| {
        house.register(D, SA).ok();
        again(house, "owner@IUR", json!({"hardwareInfo": [{"name": "node-9"}]})).ok();
        assert_eq!(house.key(D, SA).0["hardwareInfo"], json!([{"name": "node-9"}]));
    };
    r22 "another subscription: remove, and register anew; another model: register again" => |house| {
        house.approved();
        house.map(A1).ok();
        again(house, "owner@IUR", json!({"billingModel": "Development"})).ok();
        house.map(A1).is("400 CustomerSubscriptionsNotAllowed");
        again(house, "owner@IUR", json!({})).ok();
        // Switching back lost nothing.
        house.get("owner@IUR", &format!("{}/customerSubscriptions/{A1}", registration(D, SA))).ok();
        house.delete("owner@IUR", &registration(D, SA)).ok();
        house.register(D2, SA).ok();
        house.map_on(D2, SA, A1).is("403 UnauthorizedCspRegistration");
        house.approve(D2, SA).ok();
        let list = house.get("owner@IUR", &format!("{}/customerSubscriptions", registration(D2, SA))).ok();
        assert_eq!(list.body, json!({"value": []}));
    };
    r23 "a registration moves within a subscription, and between subscriptions of one partner" => |house| {
        house.approved();
        house.map(A1).ok();
        house.put("owner@IUR", &lock_path(), lock("CanNotDelete")).ok();
        house.put("owner@IUR", &group(D, "second"), json!({"location": "global"})).ok();
        move_to(house, "owner@IUR", &group(D, "second")).is("409 ScopeLocked");
        house.delete("owner@IUR", &lock_path()).ok();
        move_to(house, "owner@IUR", &group(D, "nowhere")).is("404 ResourceGroupNotFound");
        house.ready(E1);
        move_to(house, "owner@IUR", &group(E1, "azurestack")).is("409 ResourceMoveNotAllowed");
        house.ready(DFAB);
        move_to(house, "owner@IUR", &group(DFAB, "azurestack")).is("404 ResourceGroupNotFound");
        house.ready(D2);
        house.set_day("2026-10-22");
        house.use_cores(D, SA, "2026-10-21", &[(LA, "1"), (crate::cast::LB, "2")]);
        assert_eq!(move_to(house, "owner@IUR", &group(D2, "azurestack")).status, 204);
        house.get("owner@IUR", &registration(D, SA)).is("404 RegistrationNotFound");
        house.get("owner@IUR", &format!("{}/customerSubscriptions/{A1}", registration(D2, SA))).ok();
        house.set_day("2026-10-24");
        house.use_cores(D2, SA, "2026-10-23", &[(LA, "4"), (crate::cast::LB, "8")]);
        // The past stays what it was.
        assert_eq!([A1, D, D2].map(|id| house.paid(CON, id)), [500, 200, 800]);
    };
    r26 "Capacity is not charged by usage and has no customers" => |house| {
        house.ready(E1);
        let more = json!({"billingModel": "Capacity", "agreementNumber": "7"});
        house.put("owner@IUR", &registration(E1, SA), with_token(SA, more)).ok();
        let path = format!("{}/customerSubscriptions", registration(E1, SA));
        for (method, path) in [("GET", path.clone()), ("GET", format!("{path}/{A1}")), ("PUT", format!("{path}/{A1}")), ("DELETE", format!("{path}/{A1}"))] {
            house.ask("owner@IUR", method, &path, None).is("400 CustomerSubscriptionsNotAllowed");
        }
    };
    r27 "another directory of the default subscription resets the registration: no key and no usage until it is registered again" => |house| {
        house.approved();
        let (claims, _) = house.key(D, SA);
        let credential = claims["usageCredential"].as_str().unwrap();
        let default = house.hub.office().subscriptions[&PayingSubscriptionId::new(D).unwrap()].clone();
        let moved = hub::WantedSubscription {
            id: default.id,
            name: default.name,
            kind: default.kind,
            directory: model::DirectoryId::new(crate::cast::DH).unwrap(),
            customer: None,
            partner: Some(model::PartnerId::new(CON).unwrap()),
            state: model::SubscriptionState::Active,
            from: None,
        };
        let wanted = hub::Catalogue { subscriptions: vec![moved], ..hub::Catalogue::default() };
        house.hub.apply_catalogue(&hub::Actor::at_home("test"), &wanted, false).unwrap();
        let refused = house.post("owner@IUR", &format!("{}/getactivationkey", registration(D, SA))).is("400 RegistrationNotActive");
        assert!(refused.message().contains("Reset"), "{}", refused.message());
        house.set_day("2026-10-22");
        house.deliver(SA, credential, "2026-10-21", &[(LA, "2")]).is("409 RegistrationReset");
        again(house, "owner@IUR", json!({})).ok();
        house.use_cores(D, SA, "2026-10-21", &[(LA, "2")]);
        assert_eq!(house.paid(CON, D), 200);
    };
    r28 "an expired registration is renewed, or another name takes its place" => |house| {
        house.ready(E1);
        let capacity = || with_token(SA, json!({"billingModel": "Capacity", "agreementNumber": "7"}));
        let path = registration(E1, SA);
        house.put("owner@IUR", &path, capacity()).ok();
        house.set_day("2027-10-20");
        house.post("owner@IUR", &format!("{path}/getactivationkey")).is("400 RegistrationNotActive");
        house.put("owner@IUR", &path, capacity()).ok();
        house.key(E1, SA);
        house.put("owner@IUR", &named(E1, "renewed"), capacity()).is("409 CloudIdAlreadyRegistered");
        house.set_day("2028-10-20");
        house.put("owner@IUR", &named(E1, "renewed"), capacity()).ok();
        house.get("owner@IUR", &path).is("404 RegistrationNotFound");
        let office = house.hub.office();
        assert_eq!(office.registration(&CloudId::new(SA).unwrap(), house.today()).unwrap().name, "renewed");
        assert_eq!(office.registrations[0].default_subscription, PayingSubscriptionId::new(E1).unwrap());
    };
}
