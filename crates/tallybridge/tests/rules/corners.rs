//! F.2, cases 1 to 28: usage that is posted on a stamp, carried by its bridge and received by the hub, and who is charged how
//! much. One hour of a virtual processor costs a dollar, and amounts are in cents.
//!
//! The house attributes by the UTC day of use: a mapping counts from its day on (decision 0007), where the cases of the notes
//! speak of the moment of forwarding.

use hub::{MonthClose, OfficeRecord};
use model::{
    Conversion, Customer, CustomerId, Day, Directory, DirectoryId, LineKind, MeterId, Month, PartnerId,
    PayingSubscription, PayingSubscriptionId, Price, PriceListId, Quantity, Standing, SubscriptionKind,
    SubscriptionState, Tier, UnitPrice,
};
use serde_json::json;

use crate::{
    cast::{A1, A2, B1, CON, CORES, D, D2, DH, E1, FAB, L0, LA, LB, SA, SB, TA},
    house::{House, registration, with_token},
    rules,
    street::{LA2, LH, LT, PROVIDER, Street, TA2},
};

/// A CSP subscription of another directory, sold by Contoso.
const H1: &str = "40000000-0000-4000-8000-0000000000c1";
const AT2: &str = "40000000-0000-4000-8000-0000000000d1";
/// The meter of App Service workers, and one that is measured and never charged.
const WORKERS: &str = "190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA";
const STATIC_ADDRESS: &str = "F271A8A388C44D93956A063E1D2FA80B";

/// What some subscriptions of Contoso are charged for October. Unit: cents.
fn charged<const N: usize>(house: &House, subscriptions: [&str; N]) -> [i128; N] {
    subscriptions.map(|id| house.paid(CON, id))
}

/// A CSP subscription of a customer's further directory.
fn sell(house: &House, id: &str, directory: &str, customer: &str) {
    let mut records = Vec::new();
    let named = DirectoryId::new(directory).unwrap();
    if !house.hub.office().directories.contains_key(&named) {
        records.push(OfficeRecord::Directory(Directory { id: named.clone(), domain: format!("{directory}.example") }));
    }
    let customer = CustomerId::new(customer).unwrap();
    if !house.hub.office().customers.contains_key(&customer) {
        let partner = PartnerId::new(CON).unwrap();
        records.push(OfficeRecord::Customer(Customer {
            id: customer.clone(),
            name: "The hoster".to_owned(),
            partner,
            retail: None,
        }));
    }
    records.push(OfficeRecord::Subscription(PayingSubscription {
        id: PayingSubscriptionId::new(id).unwrap(),
        name: id.to_owned(),
        kind: SubscriptionKind::Csp,
        directory: named,
        customer: Some(customer),
        standings: vec![standing("2026-09-01", CON, SubscriptionState::Active)],
    }));
    house.record(&records);
}

fn standing(from: &str, partner: &str, state: SubscriptionState) -> Standing {
    Standing { from: Day::parse(from).unwrap(), partner: Some(PartnerId::new(partner).unwrap()), state }
}

/// From a day on a subscription stands in another way.
fn stands(house: &House, id: &str, new: Standing) {
    let mut subscription = house.hub.office().subscriptions[&PayingSubscriptionId::new(id).unwrap()].clone();
    subscription.standings.push(new);
    house.record(&[OfficeRecord::Subscription(subscription)]);
}

/// A price for one more meter: a dollar.
fn price(house: &House, meter: &str) {
    let meter: MeterId = meter.parse().unwrap();
    let unit = model::MeterCatalogue::published().find(&meter).unwrap().unit;
    let mut list = house.hub.office().price_lists[&PriceListId::new("dollar").unwrap()].clone();
    list.prices.push(Price {
        meter,
        from: Day::parse("2026-01-01").unwrap(),
        unit,
        conversion: Conversion { priced_unit: "hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("1").unwrap() }],
        source: "a test".to_owned(),
    });
    house.record(&[OfficeRecord::PriceList(list)]);
}

fn unmap(house: &House, customer: &str) {
    house.delete("owner@IUR", &format!("{}/customerSubscriptions/{customer}", registration(D, SA))).ok();
}

/// Closes a month of Contoso.
pub fn close(house: &House, month: &str) -> model::Document {
    let wish = MonthClose {
        partner: PartnerId::new(CON).unwrap(),
        month: Month::parse(month).unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("the test closes what it has".to_owned()),
        dry_run: false,
    };
    house.hub.close(&wish).unwrap().document.unwrap()
}

/// SA is registered under E1 by another model than usage.
fn by_model(house: &House, subscription: &str, more: serde_json::Value) {
    house.ready(subscription);
    house.put("owner@IUR", &registration(subscription, SA), with_token(SA, more)).ok();
}

/// How many rows the hub has of a stamp.
fn stored(house: &House) -> u64 {
    let mut rows = 0;
    let cloud = model::CloudId::new(SA).unwrap();
    house
        .hub
        .store()
        .daily_sums(&cloud, Day(0)..Day(u32::MAX), &mut |sum| {
            rows += sum.rows;
            Ok(())
        })
        .unwrap();
    rows
}

rules! {
    f1 "a tenant is registered after it began to use" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.uses(SA, LA, 22, "3");
        house.at("2026-10-23T09:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 23, "4");
        street.carry(SA, 24);
        assert_eq!(charged(house, [D, A1]), [500, 400]);
    };
    f2 "a mapping changes in the month" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        house.at("2026-10-22T08:00:00Z");
        house.map(A2).ok();
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, A2, D]), [200, 300, 0]);
    };
    f3 "a mapping is removed while the tenant goes on" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        house.at("2026-10-22T18:00:00Z");
        unmap(house, A1);
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, D]), [200, 300]);
    };
    f4 "a mapping is removed and put again" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        house.at("2026-10-22T08:00:00Z");
        unmap(house, A1);
        street.uses(SA, LA, 22, "3");
        house.at("2026-10-23T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 23, "4");
        street.carry(SA, 24);
        assert_eq!(charged(house, [A1, D]), [600, 300]);
    };
    f5 "a tenant with two paying subscriptions: the last one pays for all its local subscriptions" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        house.map(A2).ok();
        street.uses(SA, LA, 21, "2");
        street.uses(SA, LA2, 21, "3");
        street.carry(SA, 22);
        assert_eq!(charged(house, [A1, A2, D]), [0, 500, 0]);
    };
    f6 "a tenant on two stamps is added to both" => |house| {
        let street = Street::approved(house);
        house.register(D2, SB).ok();
        house.approve(D2, SB).ok();
        street.activate(D2, SB);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        for stamp in [SA, SB] {
            street.uses(stamp, LA, 21, "2");
        }
        house.at("2026-10-22T08:00:00Z");
        house.map_on(D2, SB, A1).ok();
        for stamp in [SA, SB] {
            street.uses(stamp, LA, 22, "3");
            street.carry(stamp, 23);
        }
        assert_eq!(charged(house, [A1, D, D2]), [800, 0, 200]);
    };
    f7 "a customer with two directories has two mappings" => |house| {
        let street = Street::approved(house);
        sell(house, AT2, TA2, TA);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        street.uses(SA, LT, 21, "3");
        house.at("2026-10-22T08:00:00Z");
        house.map(AT2).ok();
        street.uses(SA, LT, 22, "4");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, AT2, D]), [200, 400, 300]);
    };
    f8 "a registration moves: usage goes on by the same credential" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        street.uses(SA, LB, 21, "3");
        street.carry(SA, 21);
        house.ready(D2);
        house.at("2026-10-22T08:00:00Z");
        let target = format!("/subscriptions/{D2}/resourceGroups/azurestack");
        let body = json!({ "resources": [registration(D, SA)], "targetResourceGroup": target });
        let path = format!("/subscriptions/{D}/resourceGroups/azurestack/moveResources?api-version=2021-04-01");
        house.ask("owner@IUR", "POST", &path, Some(body)).ok();
        street.uses(SA, LA, 22, "4");
        street.uses(SA, LB, 22, "5");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, D, D2]), [600, 300, 500]);
    };
    f9 "a registration is removed: nothing is sent, and after another one the last thirty days are" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 21);
        house.at("2026-10-22T08:00:00Z");
        house.delete("owner@IUR", &registration(D, SA)).ok();
        street.uses(SA, LA, 22, "3");
        let refused = street.try_carry(SA, "2026-10-22T12:00:00Z");
        assert!(refused.as_ref().is_ok_and(|windows| *windows == 0) || refused.is_err(), "{refused:?}");
        assert_eq!(stored(house), 1);
        // Forty days later it is registered again; what is older than thirty days stays on the stamp.
        street.uses_of(SA, LA, CORES, "2026-11-20T09:00:00Z", "5", "2026-11-20T10:20:00Z");
        house.at("2026-12-01T08:00:00Z");
        house.register(D, SA).ok();
        house.approve(D, SA).ok();
        street.activate(D, SA);
        street.try_carry(SA, "2026-12-01T12:00:00Z").unwrap();
        assert_eq!(stored(house), 2);
        let office = house.hub.office();
        let skipped = &office.stamps[&model::CloudId::new(SA).unwrap()].skipped;
        assert_eq!(skipped.len(), 1, "{skipped:?}");
        assert_eq!(charged(house, [D]), [200]);
    };
    f10 "the operator's own usage: machines are not charged, workers are, and the default pays" => |house| {
        let street = Street::approved(house);
        price(house, WORKERS);
        sell(house, H1, DH, DH);
        house.at("2026-10-21T08:00:00Z");
        house.map(H1).ok();
        street.uses(SA, L0, 21, "2");
        street.uses_of(SA, L0, WORKERS, "2026-10-21T09:00:00Z", "3", "2026-10-21T10:20:00Z");
        street.carry(SA, 22);
        assert_eq!(charged(house, [D, H1]), [300, 0]);
    };
    f11 "the home directory is mapped as a tenant: its user subscriptions go there" => |house| {
        let street = Street::approved(house);
        price(house, WORKERS);
        sell(house, H1, DH, DH);
        house.at("2026-10-21T08:00:00Z");
        house.map(H1).ok();
        street.uses(SA, LH, 21, "2");
        street.uses_of(SA, L0, WORKERS, "2026-10-21T09:00:00Z", "3", "2026-10-21T10:20:00Z");
        street.carry(SA, 22);
        assert_eq!(charged(house, [H1, D]), [200, 300]);
    };
    f12 "by capacity: nothing is sent, no tenant is mapped, the stamp's own interfaces work" => |house| {
        let street = Street::open(house);
        by_model(house, E1, json!({"billingModel": "Capacity", "agreementNumber": "7"}));
        street.activate(E1, SA);
        house.put("owner@IUR", &format!("{}/customerSubscriptions/{A1}", registration(E1, SA)), json!({})).is("400 CustomerSubscriptionsNotAllowed");
        street.uses(SA, LA, 21, "2");
        assert_eq!(street.try_carry(SA, "2026-10-22T12:00:00Z").unwrap_or(0), 0);
        assert_eq!(stored(house), 0);
        assert_eq!(street.local_rows(SA), 1);
    };
    f13 "reporting is switched off: nothing is sent, and what ran meanwhile never is" => |house| {
        let street = Street::open(house);
        by_model(house, D, json!({"billingModel": "Development"}));
        street.activate(D, SA);
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 21);
        house.at("2026-10-22T08:00:00Z");
        by_model(house, D, json!({"billingModel": "Development", "usageReportingEnabled": false}));
        street.uses(SA, LA, 22, "3");
        assert_eq!(street.try_carry(SA, "2026-10-22T12:00:00Z").unwrap_or(0), 0);
        house.at("2026-10-23T08:00:00Z");
        by_model(house, D, json!({}));
        street.uses(SA, LA, 23, "4");
        street.activate(D, SA);
        street.carry(SA, 24);
        assert_eq!((stored(house), street.local_rows(SA)), (2, 3));
        // What was used under the development model costs nothing.
        assert_eq!(charged(house, [D]), [400]);
    };
    f14 "a local subscription was deleted: its usage is attributed as before" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        street.service(SA).delete_subscription("test", &LA.parse().unwrap()).unwrap();
        // What is reported after the end, too.
        street.uses_of(SA, LA, CORES, "2026-10-21T10:00:00Z", "3", "2026-10-21T13:20:00Z");
        street.carry(SA, 22);
        assert_eq!(charged(house, [A1, D]), [500, 0]);
    };
    f15 "a local subscription moved to another provider: nothing changes" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        street.service(SA).move_subscriptions("test", &[LA.parse().unwrap()], &PROVIDER.parse().unwrap()).unwrap();
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, D]), [500, 0]);
    };
    f16 "a meter that is never charged, and one that nobody knows" => |house| {
        let street = Street::approved(house);
        street.uses_of(SA, LA, STATIC_ADDRESS, "2026-10-21T09:00:00Z", "7", "2026-10-21T10:20:00Z");
        street.uses_of(SA, LA, "99999999-0000-4000-8000-000000000001", "2026-10-21T09:00:00Z", "9", "2026-10-21T10:21:00Z");
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 22);
        assert_eq!(charged(house, [D]), [200]);
        let held = house.hub.store().held(None).unwrap();
        assert_eq!(held.iter().map(|entry| entry.row.reason.word()).collect::<Vec<_>>(), ["unknown_meter"]);
        assert!(house.hub.verify(|_, _| ()).unwrap().holds());
    };
    f17 "usage comes late: it counts for its own day, and after the close on the next invoice" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        house.at("2026-10-25T08:00:00Z");
        house.map(A2).ok();
        street.uses_of(SA, LA, CORES, "2026-10-22T09:00:00Z", "3", "2026-10-26T10:20:00Z");
        street.try_carry(SA, "2026-11-05T12:00:00Z").unwrap();
        assert_eq!(charged(house, [A1, A2]), [500, 0]);
        assert_eq!(close(house, "2026-10").total.minor, 500);
        street.uses_of(SA, LA, CORES, "2026-10-24T09:00:00Z", "4", "2026-11-06T10:20:00Z");
        street.try_carry(SA, "2026-12-05T12:00:00Z").unwrap();
        let document = close(house, "2026-11");
        let lines: Vec<_> = document.lines.iter().map(|line| (line.kind, line.key.month.to_string(), line.amount.minor)).collect();
        assert_eq!(lines, [(LineKind::Adjustment, "2026-10".to_owned(), 400)]);
        assert_eq!(document.lines[0].key.paying_subscription.as_str(), A1);
    };
    f18 "what is sent twice counts once" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 21);
        street.send_again(SA, "2026-10-21T12:00:00Z");
        street.send_again(SA, "2026-10-21T13:00:00Z");
        assert_eq!(charged(house, [D]), [200]);
        assert!(house.hub.verify(|_, _| ()).unwrap().holds());
    };
    f19 "a negative quantity is refused where it is posted, and held where it comes from a stamp" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        let refused = street.post_negative(SA).unwrap_err();
        assert!(matches!(&refused, stamp::PostError::Invalid(problems) if problems[0].field == "quantity"), "{refused:?}");
        street.carry(SA, 21);
        let (claims, _) = house.key(D, SA);
        let credential = claims["usageCredential"].as_str().unwrap();
        house.at("2026-10-23T12:00:00Z");
        let receipt = house.deliver(SA, credential, "2026-10-22", &[(LA, "-1")]).ok();
        assert_eq!(receipt.body["held"], 1, "{receipt:?}");
        assert_eq!(charged(house, [D]), [200]);
    };
    f20 "a customer's subscription is suspended: the default pays, and somebody is told" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        stands(house, A1, standing("2026-10-22", CON, SubscriptionState::Suspended));
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, D]), [200, 300]);
        assert!(house.flagged(CON).contains(&"mapped_subscription_not_active".to_owned()));
    };
    f21 "a customer changes its partner: nobody pays for another's customer" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        stands(house, A1, standing("2026-10-22", FAB, SubscriptionState::Active));
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        assert_eq!(charged(house, [A1, D]), [200, 300]);
        assert!(house.flagged(CON).contains(&"mapped_subscription_of_other_partner".to_owned()));
        house.map(A1).is("400 BadCustomerSubscriptionId");
    };
    f22 "registered anew under another subscription: no mappings, not approved, everything to the new default" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 21);
        house.at("2026-10-22T08:00:00Z");
        house.delete("owner@IUR", &registration(D, SA)).ok();
        house.register(D2, SA).ok();
        street.activate(D2, SA);
        street.uses(SA, LA, 22, "3");
        street.carry(SA, 23);
        house.map_on(D2, SA, A1).is("403 UnauthorizedCspRegistration");
        assert_eq!(charged(house, [A1, D, D2]), [200, 0, 300]);
    };
    f23 "the directory of the default subscription changes: refused until it is registered again" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 21);
        house.at("2026-10-22T08:00:00Z");
        crate::reporting::reset(house);
        street.uses(SA, LA, 22, "3");
        assert_eq!(street.try_carry(SA, "2026-10-22T12:00:00Z").unwrap_or(0), 0);
        assert_eq!(stored(house), 1);
        house.at("2026-10-23T08:00:00Z");
        house.put("owner@IUR", &registration(D, SA), with_token(SA, json!({}))).ok();
        street.activate(D, SA);
        street.carry(SA, 23);
        assert_eq!(charged(house, [D]), [500]);
    };
    f24 "approval is withdrawn: what is mapped stays, and nothing is changed" => |house| {
        let street = Street::approved(house);
        house.at("2026-10-21T08:00:00Z");
        house.map(A1).ok();
        house.post("operator", &format!("{}/withdrawMultiTenancy", registration(D, SA))).ok();
        house.map(B1).is("403 UnauthorizedCspRegistration");
        street.uses(SA, LA, 21, "2");
        street.uses(SA, LB, 21, "3");
        street.carry(SA, 22);
        assert_eq!(charged(house, [A1, D]), [200, 300]);
    };
    f25 "a development system: taken, at no price" => |house| {
        let street = Street::open(house);
        by_model(house, D, json!({"billingModel": "Development"}));
        street.activate(D, SA);
        street.uses(SA, LA, 21, "2");
        street.carry(SA, 22);
        assert_eq!((stored(house), charged(house, [D])), (1, [0]));
    };
    f26 "a stamp that was offline for more than thirty days is overdue, and brings everything" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        street.uses_of(SA, LA, CORES, "2026-11-29T09:00:00Z", "3", "2026-11-29T10:20:00Z");
        house.at("2026-11-30T12:00:00Z");
        assert!(house.overdue(SA));
        street.try_carry(SA, "2026-11-30T12:00:00Z").unwrap();
        assert!(!house.overdue(SA));
        assert_eq!((stored(house), charged(house, [D])), (2, [200]));
    };
    f27 "a mapping is put in the middle of a day: the day is not divided" => |house| {
        let street = Street::approved(house);
        street.uses(SA, LA, 21, "2");
        house.at("2026-10-21T14:00:00Z");
        house.map(A1).ok();
        street.uses_of(SA, LA, CORES, "2026-10-21T15:00:00Z", "3", "2026-10-21T16:20:00Z");
        street.carry(SA, 22);
        assert_eq!(charged(house, [A1, D]), [500, 0]);
    };
    f28 "two stamps under one default subscription have their own registrations and costs" => |house| {
        let street = Street::approved(house);
        house.register(D, SB).ok();
        house.approve(D, SB).ok();
        street.activate(D, SB);
        house.at("2026-10-21T08:00:00Z");
        house.map_on(D, SB, A1).ok();
        street.uses(SA, LA, 21, "2");
        street.uses(SB, LA, 21, "3");
        street.uses(SB, LB, 21, "4");
        for stamp in [SA, SB] {
            street.carry(stamp, 22);
        }
        assert_eq!(charged(house, [A1, D]), [300, 600]);
        assert_eq!([SA, SB].map(|stamp| house.paid_on(CON, D, stamp)), [200, 400]);
    };
}
