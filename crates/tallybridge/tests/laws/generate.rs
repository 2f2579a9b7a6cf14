//! Generate: histories for the laws. A history that fails gets smaller piece by piece: every choice shrinks to the first one.

use proptest::{collection::vec, option, prelude::*, sample::select, sample::subsequence};

use crate::facts::{
    COMMERCE, DAYS, History, LOCALS, METERS, MONTHS, Mapping, Meter, MeterMapping, Office, Price, Reduction,
    Registration, Row, STAMPS, Standing, Step, Subscription, WINDOWS, Window,
};

/// Sizes in every form that a stamp sends, whole tiers, and halves of cents.
const QUANTITIES: &[&str] = &[
    "1",
    "24",
    "10",
    "100",
    "744",
    "0.5",
    "2.5e1",
    "1.50",
    "99.999999999999999999999999",
    "12345678901.123456789",
    "0.01",
    "0",
    "8.381903171539307e-08",
    "0.000000000000000000000000000000000001",
];
const NOT_BOOKABLE: &[&str] = &["-1", "1e-40", "1e18", "much"];
const UNIT_PRICES: &[&str] = &["1", "0.005", "0.0125", "0.5", "12.34", "0.333333333333", "0.004999999999", "0"];
const TIER_BOUNDS: &[&str] = &["1", "10", "24.5", "100"];
const CURRENCIES: &[(&str, u32)] = &[("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)];
const RATES: &[&str] = &["0.846202666", "1", "112.5", "0.000000000001", "0.333333333"];
const DISCOUNTS: &[&str] = &["10", "12.5", "0", "33.3", "100"];
const CREDITS: &[&str] = &["15", "0", "50"];
const INCLUDED: &[&str] = &["0", "1", "10", "0.25"];
/// A row's times of day. The last but one does not last, the last one crosses a day.
const TIMES: &[(&str, &str)] = &[
    ("00:00:00Z", "01:00:00Z"),
    ("05:00:00Z", "06:00:00Z"),
    ("05:00:00Z", "05:30:00Z"),
    ("22:00:00Z", "23:00:00Z"),
    ("03:00:00Z", "03:00:00Z"),
    ("22:00:00Z", "2026-12-24T01:00:00Z"),
];
const TENANTS: &[&str] = &["ta", "tb", "home"];

fn meter() -> impl Strategy<Value = &'static Meter> {
    // Three are charged; the others are informational and unknown.
    prop_oneof![8 => 0..3_usize, 1 => 3..5_usize].prop_map(|index| &METERS[index])
}

/// What a price is for: a meter that is charged, or one that others are mapped to.
fn priced() -> impl Strategy<Value = &'static Meter> {
    prop_oneof![3 => (0..3_usize).prop_map(|index| &METERS[index]), 2 => (0..2_usize).prop_map(|index| &COMMERCE[index])]
}

fn meter_mapping() -> impl Strategy<Value = MeterMapping> {
    let local = prop_oneof![8 => 0..3_usize, 1 => 3..5_usize].prop_map(|index| &METERS[index]);
    (local, any::<bool>(), prop_oneof![Just(DAYS[0]), day()], priced())
        .prop_map(|(meter, infrastructure, from, commerce)| MeterMapping { meter, infrastructure, from, commerce })
}

fn reduction() -> impl Strategy<Value = Reduction> {
    let kind = prop_oneof![(Just("discount"), select(DISCOUNTS)), (Just("earned_credit"), select(CREDITS)),];
    let subscription = option::weighted(0.4, select(&["a", "b", "d0"][..]));
    let until = option::weighted(0.4, day());
    (kind, subscription, option::weighted(0.4, priced()), prop_oneof![Just(DAYS[0]), day()], until).prop_map(
        |((kind, percent), subscription, commerce, from, until)| Reduction {
            kind,
            subscription,
            commerce,
            from,
            until,
            percent,
        },
    )
}

/// What the currency of the prices is worth, mostly in every month.
fn rates() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    vec(option::weighted(0.85, select(RATES)), MONTHS.len())
        .prop_map(|rates| MONTHS.iter().zip(rates).filter_map(|(month, rate)| Some((*month, rate?))).collect())
}

fn day() -> impl Strategy<Value = &'static str> {
    select(DAYS)
}

fn row() -> impl Strategy<Value = Row> {
    let resource = (select(&["/vm/1", "/vm/2"][..]), select(&["", "", "", "red"][..]));
    let quantity = prop_oneof![12 => select(QUANTITIES), 1 => select(NOT_BOOKABLE)];
    let time = prop_oneof![6 => select(&TIMES[..2]), 1 => select(TIMES)];
    (select(LOCALS), resource, meter(), day(), time, quantity, any::<bool>()).prop_map(
        |(local, (resource, tags), meter, day, (start, end), quantity, spelled)| Row {
            local,
            resource,
            tags,
            meter,
            day,
            start,
            end,
            quantity,
            spelled,
        },
    )
}

fn window() -> impl Strategy<Value = Window> {
    let stamp = prop_oneof![3 => Just(STAMPS[0]), 1 => Just(STAMPS[1])];
    let hour = prop_oneof![2 => Just(WINDOWS[0]), 1 => select(WINDOWS)];
    (stamp, hour, vec(row(), 0..9)).prop_map(|(stamp, hour, rows)| Window { stamp, hour, rows })
}

fn price() -> impl Strategy<Value = Price> {
    let tiers = (subsequence(TIER_BOUNDS, 0..=3), vec(select(UNIT_PRICES), 4));
    let unit_fits = prop::bool::weighted(0.95);
    (priced(), day(), unit_fits, select(&[1, 720, 744, 3][..]), select(INCLUDED), tiers).prop_map(
        |(meter, from, unit_fits, divisor, included, (bounds, prices))| {
            let tiers = std::iter::once("0").chain(bounds).zip(prices).collect();
            Price { meter, from, unit_fits, divisor, included, tiers }
        },
    )
}

/// Prices of the first day for two meters out of three and one that they are mapped to, so that most usage costs something,
/// and some more.
fn prices() -> impl Strategy<Value = Vec<Price>> {
    (vec(price(), 3), vec(price(), 0..3)).prop_map(|(mut prices, more)| {
        for (price, meter) in prices.iter_mut().zip([&METERS[0], &METERS[1], &COMMERCE[0]]) {
            (price.from, price.meter) = (DAYS[0], meter);
        }
        prices.extend(more);
        prices
    })
}

fn standing() -> impl Strategy<Value = Standing> {
    let partner = select(&[Some("main"), Some("main"), Some("reseller"), Some("other"), None][..]);
    (day(), partner, select(&["active", "active", "suspended", "cancelled"][..]))
        .prop_map(|(from, partner, state)| Standing { from, partner, state })
}

fn subscription(name: &'static str, kinds: &'static [&'static str]) -> impl Strategy<Value = Subscription> {
    let later = prop_oneof![3 => Just(Vec::new()), 1 => vec(standing(), 1..3)];
    (select(kinds), later).prop_map(move |(kind, later)| {
        let mut standings = vec![Standing { from: "2025-12-01", partner: Some("main"), state: "active" }];
        standings.extend(later);
        standings.sort_by_key(|standing| standing.from);
        Subscription { name, kind, standings }
    })
}

fn subscriptions() -> impl Strategy<Value = Vec<Subscription>> {
    let defaults = &["CSPSS", "CSPSS", "CSPSS", "CSP", "EA"][..];
    let tenants = &["CSP", "CSP", "CSP", "CSP", "CSPSS"][..];
    (
        subscription("d0", defaults),
        subscription("d1", defaults),
        subscription("a", tenants),
        subscription("b", tenants),
        subscription("c", tenants),
    )
        .prop_map(|(d0, d1, a, b, c)| vec![d0, d1, a, b, c])
}

fn mapping() -> impl Strategy<Value = Mapping> {
    let subscription = prop_oneof![
        6 => select(&["a", "b", "c"][..]).prop_map(Some),
        1 => Just(None),
        1 => Just(Some("gone")),
    ];
    (select(TENANTS), subscription, prop_oneof![Just(DAYS[0]), day()])
        .prop_map(|(tenant, subscription, from)| Mapping { tenant, subscription, from })
}

fn registration(stamp: &'static str) -> impl Strategy<Value = Registration> {
    let default = prop_oneof![6 => Just("d0"), 3 => Just("d1"), 1 => Just("gone")];
    let billing_model = prop_oneof![12 => Just("PayAsYouUse"), 1 => Just("Development")];
    (day(), option::weighted(0.2, day()), default, billing_model, any::<bool>(), vec(mapping(), 0..6)).prop_map(
        move |(from, until, default, billing_model, approved, mappings)| Registration {
            stamp,
            from,
            until,
            default,
            billing_model,
            approved,
            mappings,
        },
    )
}

/// The registrations of a stamp, one after the other, perhaps with days between them. The first mostly begins early.
fn registrations(stamp: &'static str) -> impl Strategy<Value = Vec<Registration>> {
    (prop::bool::weighted(0.9), vec(registration(stamp), 1..4)).prop_map(|(early, mut all)| {
        if early && let Some(first) = all.first_mut() {
            first.from = DAYS[0];
        }
        all.sort_by_key(|registration| registration.from);
        all.dedup_by_key(|registration| registration.from);
        let starts: Vec<&str> = all.iter().map(|registration| registration.from).collect();
        for (registration, next) in all.iter_mut().zip(1..) {
            let next = starts.get(next).copied();
            let end = registration.until.filter(|until| *until > registration.from && next.is_none_or(|n| *until < n));
            registration.until = end.or(next);
        }
        all
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => window().prop_map(Step::Deliver),
        1 => any::<usize>().prop_map(Step::Repeat),
        3 => select(MONTHS).prop_map(Step::Close),
        4 => change(),
    ]
}

/// A change of the office, of which some begin long before everything that was invoiced.
fn change() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => price().prop_map(Step::Price),
        1 => (any::<usize>(), select(UNIT_PRICES)).prop_map(|(index, price)| Step::Reprice(index, price)),
        2 => meter_mapping().prop_map(Step::Meter),
        1 => reduction().prop_map(Step::Reduce),
        2 => (select(MONTHS), select(RATES)).prop_map(|(month, rate)| Step::Rate(month, rate)),
        1 => (any::<usize>(), mapping()).prop_map(|(index, mapping)| Step::Map(index, mapping)),
        1 => (any::<usize>(), standing()).prop_map(|(index, standing)| Step::Stand(index, standing)),
    ]
}

/// Anything, and mostly a close of all months with changes and late usage after it.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let last = Step::Close(MONTHS[MONTHS.len() - 1]);
    let after = (vec(change(), 0..3), option::of(window().prop_map(Step::Deliver)));
    (vec(step(), 2..7), option::weighted(0.7, after)).prop_map(move |(mut steps, after)| {
        if let Some((changes, late)) = after {
            steps.push(last.clone());
            steps.extend(changes);
            steps.extend(late);
        }
        steps
    })
}

/// What everything costs.
fn commerce() -> impl Strategy<Value = Office> {
    let rounding = select(&["half_up", "new_commerce", "legacy"][..]);
    let currencies = (select(CURRENCIES), option::of(select(CURRENCIES)));
    (currencies, rounding, prices(), vec(meter_mapping(), 0..5), vec(reduction(), 0..4), rates()).prop_map(
        |((currency, invoiced_in), rounding, prices, meters, reductions, rates)| Office {
            currency,
            invoiced_in,
            rounding,
            prices,
            meters,
            reductions,
            rates,
            subscriptions: Vec::new(),
            registrations: Vec::new(),
        },
    )
}

pub fn history() -> impl Strategy<Value = History> {
    let registrations = (registrations("a"), registrations("b")).prop_map(|(mut all, b)| {
        all.extend(b);
        all
    });
    let office = (commerce(), subscriptions(), registrations)
        .prop_map(|(office, subscriptions, registrations)| Office { subscriptions, registrations, ..office });
    (office, steps(), vec(any::<u8>(), 5), prop::bool::weighted(0.03))
        .prop_map(|(office, steps, shuffle, proved)| History { office, steps, shuffle, proved })
}
