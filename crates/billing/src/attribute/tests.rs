use std::collections::BTreeMap;

use model::{Hour, Mapping, PartnerId, PartnerKind, RegistrationId, Stamp, Standing};
use proptest::prelude::*;

use super::*;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn day(number: u32) -> Day {
    Day(20_000).plus(number)
}

fn subscription(
    name: &str,
    kind: SubscriptionKind,
    standings: &[(u32, &str, SubscriptionState)],
) -> PayingSubscription {
    let standing = |(from, partner, state): &(u32, &str, SubscriptionState)| Standing {
        from: day(*from),
        partner: Some(id(partner)).filter(|_| *partner != "-"),
        state: *state,
    };
    PayingSubscription {
        id: id(name),
        name: name.to_owned(),
        kind,
        directory: id("directory"),
        customer: None,
        standings: standings.iter().map(standing).collect(),
    }
}

/// The stamp `S` with the default `D`, and one tenant for each way in which a mapping can be good or bad.
fn office(model: BillingModel, default_kind: SubscriptionKind) -> Office {
    use SubscriptionState::{Active, Suspended};
    let partner = |(name, provider): (&str, Option<&str>)| Partner {
        id: id(name),
        name: name.to_owned(),
        kind: provider.map_or(PartnerKind::Direct, |_| PartnerKind::IndirectReseller),
        provider: provider.map(id::<PartnerId>),
        price_list: None,
        retail: None,
    };
    let csp = SubscriptionKind::Csp;
    let subscriptions = [
        subscription("D", default_kind, &[(0, "CON", Active)]),
        subscription("own", csp, &[(0, "CON", Active)]),
        subscription("reseller", csp, &[(0, "RES", Active)]),
        subscription("stray", csp, &[(0, "LOST", Active)]),
        subscription("foreign", csp, &[(0, "FAB", Active)]),
        subscription("nobody", csp, &[(0, "-", Active)]),
        subscription("asleep", csp, &[(0, "CON", Suspended)]),
        subscription("asleep-and-foreign", csp, &[(0, "FAB", Suspended)]),
        subscription("later", csp, &[(9, "CON", Active)]),
        subscription("ea", SubscriptionKind::Ea, &[(0, "FAB", Suspended)]),
        subscription("shared", SubscriptionKind::Cspss, &[(0, "CON", Active)]),
    ];
    let mapping = |tenant: &str| Mapping { tenant: id(tenant), subscription: Some(id(tenant)), from: day(0) };
    let mut mappings: Vec<Mapping> = subscriptions.iter().map(|own| mapping(own.id.as_str())).collect();
    mappings.push(mapping("gone"));
    let registration = Registration {
        number: 1,
        id: id::<RegistrationId>("/registrations/S"),
        name: "S".to_owned(),
        stamp: id("S"),
        default_subscription: id("D"),
        billing_model: model,
        approved: false,
        from: day(0),
        until: None,
        mappings,
        details: model::RegistrationDetails::default(),
    };
    let stamp = Stamp {
        id: id("S"),
        name: "S".to_owned(),
        region: "region1".to_owned(),
        partner: None,
        default_provider_subscription: Some(id("L0")),
        first_window: Hour(0),
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    };
    let partners = [("CON", None), ("FAB", None), ("RES", Some("CON")), ("LOST", Some("missing"))].map(partner);
    Office {
        partners: partners.map(|partner| (partner.id.clone(), partner)).into(),
        subscriptions: subscriptions.map(|subscription| (subscription.id.clone(), subscription)).into(),
        stamps: BTreeMap::from([(stamp.id.clone(), stamp)]),
        registrations: vec![registration],
        ..Office::default()
    }
}

/// Runs a table: which rule holds for a local subscription and a tenant, and who pays.
fn check(model: BillingModel, default_kind: SubscriptionKind, table: &str) {
    let office = office(model, default_kind);
    let attributor = Attributor::new(&office, &id("S"), day(5));
    for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [local, tenant, rule, payer] = cells.as_slice() else { panic!("four cells are expected in {line:?}") };
        let tenant = Some(*tenant).filter(|tenant| *tenant != "-").map(id);
        let subscriber = Subscriber { subscription: id(local), tenant };
        let Attribution::Paid(paid) = attributor.attribute(&subscriber) else { panic!("{line}: nobody pays") };
        assert_eq!((paid.rule.word(), paid.paying_subscription.id.as_str()), (*rule, *payer), "{line}");
        let scope = if paid.rule == Rule::DefaultProviderSubscription { Scope::Infrastructure } else { Scope::Tenant };
        assert_eq!(paid.scope, scope, "{line}");
        assert_eq!(paid.charged, model == BillingModel::PayAsYouUse, "{line}");
        assert_eq!(paid.payer.id, id("CON"), "{line}");
    }
}

#[test]
fn the_first_rule_that_holds_decides() {
    check(
        BillingModel::PayAsYouUse,
        SubscriptionKind::Cspss,
        "local  tenant              rule                                 payer
         L0     -                   default_provider_subscription        D
         l0     own                 default_provider_subscription        D
         L1     -                   tenant_unknown                       D
         L1     stranger            tenant_not_mapped                    D
         L1     gone                mapped_subscription_unknown          D
         L1     ea                  mapped_subscription_not_csp          D
         L1     shared              mapped_subscription_not_csp          D
         L1     asleep-and-foreign  mapped_subscription_not_active       D
         L1     asleep              mapped_subscription_not_active       D
         L1     later               mapped_subscription_not_active       D
         L1     foreign             mapped_subscription_of_other_partner D
         L1     stray               mapped_subscription_of_other_partner D
         L1     nobody              mapped_subscription_of_other_partner D
         L1     own                 tenant_mapped                        own
         L1     OWN                 tenant_mapped                        own
         L2     reseller            tenant_mapped                        reseller",
    );
}

#[test]
fn only_pay_as_you_use_under_a_partners_subscription_has_tenants() {
    let table = "local  tenant  rule                           payer
                 L0     own     default_provider_subscription  D
                 L1     -       tenant_unknown                 D
                 L1     own     registration_not_multi_tenant  D";
    for model in BillingModel::ALL.iter().filter(|model| **model != BillingModel::PayAsYouUse) {
        check(*model, SubscriptionKind::Cspss, table);
    }
    for kind in [SubscriptionKind::Ea, SubscriptionKind::PayAsYouGo, SubscriptionKind::Msdn] {
        check(BillingModel::PayAsYouUse, kind, table);
    }
    check(
        BillingModel::PayAsYouUse,
        SubscriptionKind::Csp,
        "local  tenant  rule           payer
         L1     own     tenant_mapped  own",
    );
}

#[test]
fn a_mapping_that_cannot_be_used_is_flagged() {
    let flagged: Vec<&str> = Rule::ALL.iter().filter(|rule| rule.is_flagged()).map(|rule| rule.word()).collect();
    let expected = [
        "mapped_subscription_unknown",
        "mapped_subscription_not_csp",
        "mapped_subscription_not_active",
        "mapped_subscription_of_other_partner",
    ];
    assert_eq!(flagged, expected);
}

#[test]
fn every_word_is_read_back() {
    for rule in Rule::ALL {
        assert_eq!(Rule::from_word(rule.word()), Some(*rule));
    }
    assert_eq!(Rule::from_word("Mapped"), None);
}

proptest! {
    #[test]
    fn the_mappings_of_a_day_are_those_of_the_registration(
        changes in prop::collection::vec((0..4_u8, prop::option::of(0..3_u8), 0..6_u32), 0..20),
        asked in 0..7_u32,
    ) {
        let mut office = office(BillingModel::PayAsYouUse, SubscriptionKind::Csp);
        let registration = &mut office.registrations[0];
        let mapping = |(tenant, to, from): &(u8, Option<u8>, u32)| Mapping {
            tenant: id(&format!("T{tenant}")),
            subscription: to.map(|to| id(&format!("P{to}"))),
            from: day(*from),
        };
        registration.mappings = changes.iter().map(mapping).collect();
        let mapped = mapped_on(registration, day(asked));
        for tenant in 0..4 {
            let tenant: DirectoryId = id(&format!("t{tenant}"));
            prop_assert_eq!(mapped.get(&tenant).copied(), registration.mapped(&tenant, day(asked)));
        }
    }
}
