use super::*;
use crate::{BillingModel, Standing, SubscriptionKind, SubscriptionState};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn id(text: &str) -> PartnerId {
    PartnerId::new(text).unwrap()
}

fn partners(rows: &[(&str, PartnerKind, Option<&str>)]) -> Office {
    let mut office = Office::default();
    for (name, kind, provider) in rows {
        let partner = Partner {
            id: id(name),
            name: (*name).to_owned(),
            kind: *kind,
            provider: provider.map(id),
            price_list: None,
            retail: None,
        };
        office.partners.insert(id(name), partner);
    }
    office
}

#[test]
fn a_reseller_is_invoiced_through_its_provider() {
    let office = partners(&[
        ("direct", PartnerKind::Direct, None),
        ("provider", PartnerKind::IndirectProvider, None),
        ("reseller", PartnerKind::IndirectReseller, Some("provider")),
        ("stray", PartnerKind::IndirectReseller, Some("unknown")),
        ("direct-with-provider", PartnerKind::Direct, Some("provider")),
    ]);
    let table = [
        ("direct", Some("direct")),
        ("provider", Some("provider")),
        ("reseller", Some("provider")),
        ("stray", None),
        ("direct-with-provider", Some("direct-with-provider")),
        ("unknown", None),
    ];
    for (partner, expected) in table {
        let found = office.invoiced_partner(&id(partner)).map(|partner| partner.id.as_str());
        assert_eq!(found, expected, "{partner}");
    }
}

#[test]
fn who_is_invoiced_follows_the_partner_of_record_of_the_day() {
    let office = partners(&[
        ("direct", PartnerKind::Direct, None),
        ("provider", PartnerKind::IndirectProvider, None),
        ("reseller", PartnerKind::IndirectReseller, Some("provider")),
    ]);
    let standing = |from: &str, partner: &str| Standing {
        from: day(from),
        partner: Some(id(partner)),
        state: SubscriptionState::Active,
    };
    let subscription = PayingSubscription {
        id: PayingSubscriptionId::new("s1").unwrap(),
        name: "One".to_owned(),
        kind: SubscriptionKind::Csp,
        directory: DirectoryId::new("contoso").unwrap(),
        customer: None,
        standings: vec![standing("2026-10-02", "direct"), standing("2026-10-10", "reseller")],
    };
    let table = [
        ("2026-10-01", None),
        ("2026-10-02", Some("direct")),
        ("2026-10-09", Some("direct")),
        ("2026-10-10", Some("provider")),
    ];
    for (date, expected) in table {
        assert_eq!(office.payer(&subscription, day(date)).map(|partner| partner.id.as_str()), expected, "{date}");
    }
}

#[test]
fn a_stamp_has_the_registration_of_the_day() {
    let registration = |name: &str, stamp: &str, from: &str, until: Option<&str>| Registration {
        number: 1,
        id: crate::RegistrationId::new(name).unwrap(),
        name: name.to_owned(),
        stamp: CloudId::new(stamp).unwrap(),
        default_subscription: PayingSubscriptionId::new("default").unwrap(),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: day(from),
        until: until.map(day),
        mappings: Vec::new(),
        details: crate::RegistrationDetails::default(),
    };
    let office = Office {
        registrations: vec![
            registration("first", "cloud1", "2026-10-02", Some("2026-10-10")),
            registration("other", "cloud2", "2026-10-01", None),
            registration("second", "cloud1", "2026-10-12", None),
        ],
        ..Office::default()
    };
    let table = [
        ("cloud1", "2026-10-01", None),
        ("cloud1", "2026-10-02", Some("first")),
        ("CLOUD1", "2026-10-09", Some("first")),
        ("cloud1", "2026-10-10", None),
        ("cloud1", "2026-10-12", Some("second")),
        ("cloud2", "2026-10-12", Some("other")),
        ("cloud3", "2026-10-12", None),
    ];
    for (stamp, date, expected) in table {
        let found = office.registration(&CloudId::new(stamp).unwrap(), day(date));
        assert_eq!(found.map(|registration| registration.name.as_str()), expected, "{stamp} on {date}");
    }
}
