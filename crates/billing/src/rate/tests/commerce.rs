//! Commerce: mapped meters, reductions and other currencies, row by row.

use model::{Currency, ReductionKind, Rounding, Unit};

use super::*;
use crate::samples::{
    self, APP_SERVICE, BASE_VM, BLOCK_BLOB, Sum, day, invoiced_in, mapped, month, price, quantity, rated, reduction,
};

/// A commerce meter of virtual core hours with 5 included and tiers from 0 and 10.
const CORES: &str = "commerce-cores";
/// Another one, which costs nothing.
const FREE: &str = "commerce-free";

fn list() -> PriceList {
    let prices = vec![
        price(CORES, "2026-01-01", Unit::VcpuHours, 1, "5", &[("0", "2"), ("10", "1")]),
        price(FREE, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "0")]),
        price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "7")]),
        price(APP_SERVICE, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "9")]),
        price(BLOCK_BLOB, "2026-01-01", Unit::GbHours, 720, "0", &[("0", "0.006")]),
    ];
    samples::price_list("USD", Rounding::HalfUp, prices)
}

fn named(meter: &MeterId) -> &'static str {
    let names = [(BASE_VM, "vm"), (BLOCK_BLOB, "blob"), (APP_SERVICE, "app"), (CORES, "cores"), (FREE, "free")];
    names.iter().find(|(id, _)| MeterId::new(id).unwrap() == *meter).unwrap().1
}

/// The lines of a month, each as meter, commerce meter, scope, tier, quantity and amount; then what was not rated.
fn shown(month: &RatedMonth) -> Vec<String> {
    let line = |line: &RatedLine| {
        let key = &line.key;
        let (meter, priced, scope) = (named(&key.meter), named(&key.commerce_meter), key.scope.word());
        format!("{meter} {priced} {scope} {} {} {}", key.tier, line.quantity, line.amount.exact_text())
    };
    let unrated = |unrated: &Unrated| {
        format!("{} {} {} {}", named(&unrated.meter), unrated.scope.word(), unrated.rating.word(), unrated.quantity)
    };
    month.lines.iter().map(line).chain(month.unpriced.iter().map(unrated)).collect()
}

fn tenants(on: &str, meter: &str, size: &str) -> Sum {
    Sum::new("S", on, meter, size)
}

fn infrastructure(on: &str, meter: &str, size: &str) -> Sum {
    Sum { scope: Scope::Infrastructure, ..Sum::new("S", on, meter, size) }
}

#[test]
fn local_meters_of_one_commerce_meter_fill_the_same_tiers() {
    let mut list = list();
    list.meters = vec![
        mapped(BASE_VM, Scope::Tenant, "2026-10-01", CORES),
        mapped(APP_SERVICE, Scope::Tenant, "2026-10-01", CORES),
    ];
    // On one day the local meter whose id comes first is placed first: 190c… before fab6….
    let sums = [tenants("2026-10-02", BASE_VM, "4"), tenants("2026-10-02", APP_SERVICE, "9")];
    let expected = ["app cores tenant 0 5 0", "app cores tenant 1 4 8", "vm cores tenant 1 4 8"];
    assert_eq!(shown(&rated("A1", month("2026-10"), &sums, Some(&list))), expected);
    let sums = [
        tenants("2026-10-02", BASE_VM, "4"),
        tenants("2026-10-03", APP_SERVICE, "9"),
        tenants("2026-10-04", BASE_VM, "4"),
        Sum::new("T", "2026-10-04", APP_SERVICE, "1"),
    ];
    let rated = rated("A1", month("2026-10"), &sums, Some(&list));
    let expected = [
        "app cores tenant 0 1 0",
        "app cores tenant 1 8 16",
        "vm cores tenant 0 4 0",
        "vm cores tenant 1 2 4",
        "vm cores tenant 2 2 2",
        "app cores tenant 2 1 1",
    ];
    assert_eq!(shown(&rated), expected);
}

#[test]
fn a_meter_that_is_mapped_in_the_month_is_priced_by_another_meter_from_that_day_on() {
    let mut list = list();
    list.meters = vec![
        mapped(BASE_VM, Scope::Tenant, "2026-10-10", CORES),
        mapped(BASE_VM, Scope::Tenant, "2026-10-20", FREE),
        mapped(BASE_VM, Scope::Tenant, "2026-10-30", BASE_VM),
    ];
    let days = ["2026-10-09", "2026-10-10", "2026-10-19", "2026-10-20", "2026-10-29", "2026-10-30"];
    let sums = days.map(|on| tenants(on, BASE_VM, "6"));
    let expected = ["vm cores tenant 0 5 0", "vm cores tenant 1 7 14", "vm free tenant 1 12 0", "vm vm tenant 1 12 84"];
    assert_eq!(shown(&rated("A1", month("2026-10"), &sums, Some(&list))), expected);
}

/// How it is mapped, what infrastructure and tenants are mapped to, and the lines.
type Mapped = (&'static str, Option<&'static str>, Option<&'static str>, &'static [&'static str]);

/// How both scopes are mapped, and the lines of 8 hours of each on one day: tenants fill the tiers first.
const SCOPES: [Mapped; 6] = [
    ("by the rule of the house", None, None, &["vm vm tenant 1 8 56", "vm vm infrastructure 0 8 0"]),
    (
        "tenants only",
        None,
        Some(CORES),
        &["vm cores tenant 0 5 0", "vm cores tenant 1 3 6", "vm vm infrastructure 0 8 0"],
    ),
    ("to a free meter", Some(FREE), None, &["vm free infrastructure 1 8 0", "vm vm tenant 1 8 56"]),
    ("to itself", Some(BASE_VM), None, &["vm vm tenant 1 8 56", "vm vm infrastructure 1 8 56"]),
    (
        "with its tenants",
        Some(CORES),
        Some(CORES),
        &[
            "vm cores tenant 0 5 0",
            "vm cores tenant 1 3 6",
            "vm cores infrastructure 1 7 14",
            "vm cores infrastructure 2 1 1",
        ],
    ),
    (
        "to a meter without a price",
        Some("nobody"),
        None,
        &["vm vm tenant 1 8 56", "vm infrastructure no_price_for_meter 8"],
    ),
];

#[test]
fn infrastructure_costs_nothing_unless_the_list_says_what_it_is() {
    let from = "2026-10-01";
    for (how, own, by_tenants, expected) in SCOPES {
        let mapping = |scope, to: Option<&str>| to.map(|to| mapped(BASE_VM, scope, from, to));
        let meters =
            mapping(Scope::Infrastructure, own).into_iter().chain(mapping(Scope::Tenant, by_tenants)).collect();
        let list = PriceList { meters, ..list() };
        let sums = [infrastructure(from, BASE_VM, "8"), tenants(from, BASE_VM, "8")];
        assert_eq!(shown(&rated("A1", month("2026-10"), &sums, Some(&list))), expected, "{how}");
    }
}

#[test]
fn a_mapped_meter_is_still_what_the_stamp_measures() {
    let mut list = list();
    list.meters = vec![
        mapped(BLOCK_BLOB, Scope::Tenant, "2026-10-01", CORES),
        mapped(samples::VM_HOURS, Scope::Tenant, "2026-10-01", CORES),
        mapped("unknown-meter", Scope::Tenant, "2026-10-01", CORES),
    ];
    // Gigabyte hours are no core hours; a meter that is only shown stays so; an unknown one stays unknown.
    let table =
        [(BLOCK_BLOB, "unit_differs"), (samples::VM_HOURS, "informational"), ("unknown-meter", "unknown_meter")];
    for (meter, expected) in table {
        let month = rated("A1", month("2026-10"), [&tenants("2026-10-02", meter, "1")], Some(&list));
        let unrated: Vec<&str> =
            month.unpriced.iter().chain(&month.informational).map(|one| one.rating.word()).collect();
        assert_eq!((unrated, month.lines.len()), (vec![expected], 0), "{meter}");
    }
}

/// What a unit of 10 costs by the reductions of its day.
#[test]
fn a_discount_is_taken_from_the_price_and_credit_from_what_it_leaves() {
    let table = [
        ("0", "0", "10"),
        ("10", "0", "90/10"),
        ("0", "15", "170/20"),
        ("10", "15", "1530/200"),
        ("100", "15", "0/20"),
        ("0", "100", "0"),
        ("0.0001", "0", "9999990/1000000"),
        ("50", "50", "10/4"),
    ];
    let prices = vec![price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "10")])];
    for (discount, credit, expected) in table {
        let mut list = samples::price_list("USD", Rounding::NewCommerce, prices.clone());
        list.reductions = vec![
            reduction(ReductionKind::Discount, "2026-10-01", discount),
            reduction(ReductionKind::EarnedCredit, "2026-10-01", credit),
        ];
        let month = rated("A1", month("2026-10"), [&tenants("2026-10-02", BASE_VM, "1")], Some(&list));
        let [line] = month.lines.as_slice() else { panic!("{month:?}") };
        assert_eq!(line.amount.exact_text(), expected, "discount {discount}, credit {credit}");
        assert_eq!(line.unit_price.to_string(), "10", "the price of the list stays on the line");
        let shares = (line.key.discount.to_string(), line.key.credit.to_string());
        assert_eq!(shares, (discount.to_owned(), credit.to_owned()));
    }
}

#[test]
fn days_with_other_reductions_are_lines_of_their_own_on_the_same_tiers() {
    let mut list = list();
    list.meters = vec![mapped(BASE_VM, Scope::Tenant, "2026-10-01", CORES)];
    let of_cores = |from: &str, until: &str, percent: &str| model::Reduction {
        meter: Some(MeterId::new(CORES).unwrap()),
        until: Some(day(until)),
        ..reduction(ReductionKind::EarnedCredit, from, percent)
    };
    list.reductions = vec![
        of_cores("2026-10-10", "2026-10-12", "15"),
        // It is said of the local meter, which is not what is priced.
        model::Reduction {
            meter: Some(MeterId::new(BASE_VM).unwrap()),
            ..reduction(ReductionKind::Discount, "2026-10-01", "50")
        },
    ];
    let days = ["2026-10-09", "2026-10-10", "2026-10-11", "2026-10-12"];
    let sums = days.map(|on| tenants(on, BASE_VM, "6"));
    let month = rated("A1", month("2026-10"), &sums, Some(&list));
    let lines: Vec<String> = month
        .lines
        .iter()
        .map(|line| format!("{} {} {} {}", line.key.tier, line.key.credit, line.quantity, line.amount.exact_text()))
        .collect();
    // The first five are included, ten cost 2 and the rest 1.
    assert_eq!(lines, ["0 0 5 0", "1 0 1 2", "1 15 9 306/20", "2 0 6 6", "2 15 3 51/20"]);
    assert!(month.lines.iter().all(|line| line.key.discount.is_zero()));
}

#[test]
fn of_one_subscription_only_is_not_of_another() {
    let prices = vec![price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "1")])];
    let mut list = samples::price_list("USD", Rounding::HalfUp, prices);
    list.reductions = vec![model::Reduction {
        paying_subscription: Some(PayingSubscriptionId::new("a1").unwrap()),
        ..reduction(ReductionKind::Discount, "2026-10-01", "25")
    }];
    for (subscription, expected) in [("A1", "3/4"), ("B1", "1")] {
        let month = rated(subscription, month("2026-10"), [&tenants("2026-10-02", BASE_VM, "1")], Some(&list));
        assert_eq!(month.lines[0].amount.exact_text(), expected, "{subscription}");
    }
}

#[test]
fn prices_of_nothing_and_of_twelve_decimals_are_exact_in_every_currency() {
    let table = [("0", "0"), ("0.000000000001", "0.000000000001/720"), ("0.123456789012", "0.123456789012/720")];
    for currency in ["JPY", "EUR", "KWD", "CLF"] {
        for (unit_price, expected) in table {
            let prices = vec![price(BLOCK_BLOB, "2026-01-01", Unit::GbHours, 720, "0", &[("0", unit_price)])];
            let list = samples::price_list(currency, Rounding::HalfUp, prices);
            for (size, sign) in [("1", ""), ("-1", if unit_price == "0" { "" } else { "-" })] {
                let month = rated("A1", month("2026-10"), [&tenants("2026-10-02", BLOCK_BLOB, size)], Some(&list));
                let amount = month.lines[0].amount.exact_text();
                let expected = if unit_price == "0" { "0/720".to_owned() } else { format!("{sign}{expected}") };
                assert_eq!(amount, expected, "{size} at {unit_price} {currency}");
            }
        }
    }
}

#[test]
fn without_a_rate_for_its_month_usage_has_no_amount() {
    let of = |rates: &[(&str, &str)]| invoiced_in(list(), "EUR", rates);
    let sums = [
        tenants("2026-10-02", BASE_VM, "1"),
        infrastructure("2026-10-02", BASE_VM, "2"),
        tenants("2026-10-02", samples::VM_HOURS, "3"),
    ];
    let month = |list: &PriceList| rated("A1", month("2026-10"), &sums, Some(list));
    let missing = month(&of(&[("2026-09", "0.9"), ("2026-11", "0.9")]));
    assert_eq!(shown(&missing), ["vm vm infrastructure 0 2 0", "vm tenant no_exchange_rate 1"]);
    assert_eq!((missing.exchange, missing.informational.len()), (None, 1));
    let known = month(&of(&[("2026-10", "0.8"), ("2026-10", "0.9")]));
    assert_eq!(
        shown(&known),
        ["vm vm tenant 1 1 7", "vm vm infrastructure 0 2 0"],
        "amounts stay in the prices' currency"
    );
    let exchange = known.exchange.unwrap();
    assert_eq!((exchange.from, exchange.rate.to_string().as_str()), (Currency::parse("USD").unwrap(), "0.9"));
    // Invoices in the currency of the prices need no rate.
    let same = month(&invoiced_in(list(), "USD", &[]));
    assert_eq!((same.exchange, same.unpriced.len()), (None, 0));
}

#[test]
fn a_markup_is_on_top_of_every_amount() {
    let list = list();
    let sums = [tenants("2026-10-02", BASE_VM, "3"), infrastructure("2026-10-02", BASE_VM, "2")];
    let month = rated("A1", month("2026-10"), &sums, Some(&list));
    let table = [
        ("0", "21"),
        ("10", "231/10"),
        ("-25", "63/4"),
        ("-100", "0"),
        ("10000", "2121"),
        ("0.0001", "21000021/1000000"),
    ];
    for (markup, expected) in table {
        let marked = month.clone().marked_up(Share::parse_percent(markup).unwrap()).unwrap();
        let amounts: Vec<String> = marked.lines.iter().map(|line| line.amount.exact_text()).collect();
        assert_eq!(amounts, [expected, "0"], "{markup} %");
        let without = |month: &RatedMonth| {
            month.lines.iter().map(|line| (line.key.clone(), line.quantity, line.unit_price)).collect::<Vec<_>>()
        };
        assert_eq!(without(&marked), without(&month));
    }
    let huge =
        rated("A1", samples::month("2026-10"), [&Sum { quantity: quantity("1e17"), ..sums[0].clone() }], Some(&list));
    let mut large = huge;
    large.lines[0].amount = quantity("999999999999999999").times(UnitPrice::parse("9999999999").unwrap(), 1).unwrap();
    assert_eq!(large.marked_up(Share::parse_percent("9999.9999").unwrap()), Err(Overflow));
}
