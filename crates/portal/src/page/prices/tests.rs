use model::{
    Conversion, Currency, Day, DirectoryId, MeterId, Office, Partner, PartnerId, PartnerKind, PayingSubscription,
    PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Rounding, Scope, Standing, SubscriptionKind,
    SubscriptionState, Tier, Unit, UnitPrice,
};

use super::{difference, in_force, is_visible};
use crate::language::{Language, MISSING};

pub(super) fn price(meter: &str, from: &str, unit_price: &str) -> Price {
    Price {
        meter: MeterId::new(meter).unwrap(),
        from: Day::parse(from).unwrap(),
        unit: Unit::VcpuHours,
        conversion: Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse(unit_price).unwrap() }],
        source: "a contract".to_owned(),
    }
}

pub(super) fn list(prices: Vec<Price>) -> PriceList {
    PriceList {
        id: PriceListId::new("l").unwrap(),
        name: "A list".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        billing_currency: None,
        rounding: Rounding::HalfUp,
        prices,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

#[test]
fn every_rounding_and_scope_has_words_in_every_language() {
    let mut ids: Vec<String> = Rounding::ALL.iter().map(|one| format!("prices-rounding-{}", one.word())).collect();
    ids.extend(Scope::ALL.iter().map(|one| format!("prices-scope-{}", one.word())));
    for id in ids {
        for language in Language::ALL {
            assert!(!language.say(&id).contains(MISSING), "{} {id}", language.tag());
        }
    }
}

#[test]
fn the_price_in_force_is_the_one_that_is_charged() {
    let list = list(vec![
        price("b", "2026-02-01", "3"),
        price("a", "2026-01-01", "1"),
        price("a", "2026-02-01", "2"),
        price("a", "2026-02-01", "4"),
        price("c", "2026-03-01", "5"),
    ]);
    let table: [(&str, &[&str]); 4] =
        [("2025-12-31", &[]), ("2026-01-01", &["1"]), ("2026-02-01", &["4", "3"]), ("2026-03-01", &["4", "3", "5"])];
    for (day, expected) in table {
        let day = Day::parse(day).unwrap();
        let found = in_force(&list, day);
        let charged = |price: &&Price| list.price(&price.meter, day) == Some(*price);
        assert!(found.iter().all(charged), "{day}");
        let prices: Vec<String> = found.iter().map(|price| price.tiers[0].unit_price.to_string()).collect();
        assert_eq!(prices, expected, "{day}");
    }
}

#[test]
fn prices_that_differ_are_found_by_meter_and_day() {
    let before =
        list(vec![price("a", "2026-01-01", "1"), price("b", "2026-01-01", "2"), price("c", "2026-01-01", "3")]);
    let after =
        list(vec![price("C", "2026-01-01", "3"), price("b", "2026-01-01", "2.5"), price("a", "2026-02-01", "1")]);
    let changed = difference::prices(&before, &after);
    let text = |price: Option<&Price>| price.map_or("-".to_owned(), |price| price.tiers[0].unit_price.to_string());
    let shown: Vec<String> = changed
        .iter()
        .map(|((meter, day), before, after)| format!("{meter} {day} {} {}", text(*before), text(*after)))
        .collect();
    assert_eq!(shown, ["a 2026-01-01 1 -", "a 2026-02-01 - 1", "b 2026-01-01 2 2.5"]);
    assert!(difference::prices(&before, &before).is_empty());
}

#[test]
fn reductions_of_other_partners_are_not_shown() {
    let id = |text: &str| PartnerId::new(text).unwrap();
    let mut office = Office::default();
    for (partner, kind, provider) in [
        ("direct", PartnerKind::Direct, None),
        ("provider", PartnerKind::IndirectProvider, None),
        ("reseller", PartnerKind::IndirectReseller, Some("provider")),
    ] {
        let partner = Partner {
            id: id(partner),
            name: partner.to_owned(),
            kind,
            provider: provider.map(id),
            price_list: None,
            retail: None,
        };
        office.partners.insert(partner.id.clone(), partner);
    }
    for (subscription, partner) in [("of-direct", Some("direct")), ("of-reseller", Some("reseller")), ("of-none", None)]
    {
        let standing = Standing {
            from: Day::parse("2026-01-01").unwrap(),
            partner: partner.map(id),
            state: SubscriptionState::Active,
        };
        let subscription = PayingSubscription {
            id: PayingSubscriptionId::new(subscription).unwrap(),
            name: String::new(),
            kind: SubscriptionKind::Csp,
            directory: DirectoryId::new("d").unwrap(),
            customer: None,
            standings: vec![standing],
        };
        office.subscriptions.insert(subscription.id.clone(), subscription);
    }
    let table: [(Option<&str>, &[&str]); 5] = [
        (None, &["direct", "provider", "reseller"]),
        (Some("of-direct"), &["direct"]),
        (Some("of-reseller"), &["provider", "reseller"]),
        (Some("of-none"), &[]),
        (Some("unknown"), &[]),
    ];
    for (subscription, expected) in table {
        let subscription = subscription.map(|text| PayingSubscriptionId::new(text).unwrap());
        let partners = ["direct", "provider", "reseller"];
        let sees = |partner: &&str| is_visible(&office, Some(&id(partner)), subscription.as_ref());
        assert_eq!(partners.into_iter().filter(sees).collect::<Vec<_>>(), expected, "{subscription:?}");
    }
    assert!(!is_visible(&office, None, Some(&PayingSubscriptionId::new("of-none").unwrap())));
}
