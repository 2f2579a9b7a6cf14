use std::collections::BTreeMap;

use model::{ExchangeRate, UnitPrice};
use proptest::prelude::*;

use super::*;
use crate::samples::{self, BASE_VM, Sum, any_sum, month, price_list, quantity, rated};

fn partner(name: &str) -> PartnerId {
    PartnerId::new(name).unwrap()
}

fn terms(currency: &str, rounding: Rounding) -> Terms {
    Terms { currency: Currency::parse(currency).unwrap(), rounding }
}

/// Numbers a draft after the documents so far.
fn issue(draft: Draft, documents: &mut Vec<Document>) {
    let before = documents.iter().filter(|document| document.kind == draft.kind).count();
    let number = number(&draft.partner, draft.kind, u64::try_from(before).unwrap() + 1).unwrap();
    documents.push(draft.numbered(number));
}

/// One rated month of October with one line of a quantity.
fn october(subscription: &str, size: &str) -> RatedMonth {
    let list = price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    rated(subscription, month("2026-10"), [&Sum::new("S", "2026-10-01", BASE_VM, size)], Some(&list))
}

#[test]
fn a_document_number_names_the_series_of_its_kind_and_partner() {
    let cases = [
        (DocumentKind::Invoice, 1, "INV-4390934-000001"),
        (DocumentKind::CreditNote, 999_999, "CN-4390934-999999"),
        (DocumentKind::Invoice, 1_000_000, "INV-4390934-1000000"),
    ];
    for (kind, ordinal, expected) in cases {
        assert_eq!(number(&partner("4390934"), kind, ordinal).unwrap().as_str(), expected);
    }
    assert_eq!(number(&partner(&"9".repeat(512)), DocumentKind::Invoice, 1), Err(IdError::TooLong));
}

#[test]
fn nothing_due_and_nothing_invoiced_is_no_document() {
    let usd = terms("USD", Rounding::HalfUp);
    assert_eq!(draft(&partner("P"), month("2026-10"), usd, &[], &[]), Ok(None));
    let unpriced = rated("A1", month("2026-10"), [&Sum::new("S", "2026-10-01", BASE_VM, "1")], None);
    assert_eq!(draft(&partner("P"), month("2026-10"), usd, &[unpriced], &[]), Ok(None));
}

#[test]
fn usage_that_comes_twice_is_refused() {
    let due = [october("A1", "1"), october("B1", "1"), october("a1", "1")];
    let outcome = draft(&partner("P"), month("2026-10"), terms("USD", Rounding::HalfUp), &due, &[]);
    let refused = DraftError::OfferedTwice { month: month("2026-10"), paying_subscription: "a1".to_owned() };
    assert_eq!(outcome, Err(refused));
}

#[test]
fn a_partner_keeps_its_currency() {
    let (october, november) = (month("2026-10"), month("2026-11"));
    let due = [self::october("A1", "20")];
    let mut documents = Vec::new();
    let first = draft(&partner("P"), october, terms("USD", Rounding::HalfUp), &due, &documents).unwrap().unwrap();
    issue(first, &mut documents);
    let in_euro = draft(&partner("P"), november, terms("EUR", Rounding::HalfUp), &due, &documents);
    assert_eq!(in_euro.unwrap_err().to_string(), "draft a document in EUR: INV-P-000001 was issued in USD",);
    // Another partner's documents play no part: the same usage is new for it.
    let other = draft(&partner("Q"), october, terms("EUR", Rounding::HalfUp), &due, &documents).unwrap().unwrap();
    assert_eq!(other.total.to_string(), "0.08 EUR");
}

#[test]
fn months_after_the_closed_one_play_no_part() {
    let usd = terms("USD", Rounding::HalfUp);
    let list = price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    let of_november = rated("A1", month("2026-11"), [&Sum::new("S", "2026-11-01", BASE_VM, "5")], Some(&list));
    let due = [october("A1", "20"), of_november];
    let mut documents = Vec::new();
    let early = draft(&partner("P"), month("2026-10"), usd, &due, &documents).unwrap().unwrap();
    assert!(early.lines.iter().all(|line| line.key.month == month("2026-10")));
    issue(early, &mut documents);
    issue(draft(&partner("P"), month("2026-11"), usd, &due, &documents).unwrap().unwrap(), &mut documents);
    // November was invoiced already and is not due for October; it must not be given back.
    assert_eq!(draft(&partner("P"), month("2026-10"), usd, &due, &documents), Ok(None));
}

/// How a test's month is changed between two closes.
#[derive(Debug, Clone)]
struct Step {
    sums: Vec<Sum>,
    late: bool,
    price: u32,
}

fn any_step() -> impl Strategy<Value = Step> {
    (prop::collection::vec(any_sum(-20), 0..8), any::<bool>(), 0..4_u32).prop_map(|(sums, late, price)| Step {
        sums,
        late,
        price,
    })
}

/// What is due after some steps: October and November of two subscriptions, by the price list of the last step.
fn due_after(steps: &[Step], rounding: Rounding) -> Vec<RatedMonth> {
    let mut prices = samples::tiered_prices();
    let newest = steps.last().map_or(0, |step| step.price);
    prices[0].tiers[0].unit_price = UnitPrice::parse(&format!("0.00{newest}7")).unwrap();
    let list = price_list("USD", rounding, prices);
    let mut months = Vec::new();
    for (subscription, stamp) in [("A1", "S0"), ("B1", "S1")] {
        for (of_month, late) in [("2026-10", true), ("2026-11", false)] {
            let shift = if late { 0 } else { 31 };
            let of_step = |step: &Step| if step.late == late { step.sums.clone() } else { Vec::new() };
            let sums: Vec<Sum> = steps
                .iter()
                .flat_map(of_step)
                .filter(|sum| sum.stamp.as_str() == stamp && sum.day.next().month() == sum.day.month())
                .map(|sum| Sum { day: sum.day.plus(shift), ..sum })
                .collect();
            months.push(rated(subscription, month(of_month), &sums, Some(&list)));
        }
    }
    months
}

type ByKey = BTreeMap<LineKey, (Quantity, i128)>;

fn add_lines(by_key: &mut ByKey, lines: &[InvoiceLine]) {
    for line in lines {
        let sum = by_key.entry(line.key.clone()).or_default();
        *sum = (sum.0.checked_add(line.quantity).unwrap(), sum.1 + line.amount.minor);
    }
}

proptest! {
    #[test]
    fn all_documents_together_say_what_is_due(
        steps in prop::collection::vec(any_step(), 1..5),
        rounding in prop::sample::select(Rounding::ALL),
    ) {
        let (usd, closed) = (terms("USD", rounding), month("2026-11"));
        let mut documents: Vec<Document> = Vec::new();
        for done in 1..=steps.len() {
            let rated = due_after(&steps[..done], rounding);
            if let Some(draft) = draft(&partner("P"), closed, usd, &rated, &documents).unwrap() {
                let sum: i128 = draft.lines.iter().map(|line| line.amount.minor).sum();
                prop_assert_eq!(draft.total.minor, sum);
                prop_assert_eq!(draft.kind == DocumentKind::CreditNote, sum < 0);
                prop_assert!(draft.lines.iter().map(|line| &line.key).is_sorted());
                issue(draft, &mut documents);
            }
            prop_assert_eq!(draft(&partner("P"), closed, usd, &rated, &documents), Ok(None), "closed again");
            let mut invoiced = ByKey::new();
            for document in &documents {
                add_lines(&mut invoiced, &document.lines);
            }
            invoiced.retain(|_, (quantity, minor)| !quantity.is_zero() || *minor != 0);
            let mut expected = ByKey::new();
            for month in &rated {
                for line in due(month, usd).unwrap().lines {
                    expected.insert(line.line.key.clone(), (line.line.quantity, line.rounded.money.minor));
                }
            }
            prop_assert_eq!(invoiced, expected);
        }
    }

    #[test]
    fn rounding_loses_nothing(
        thousandths in -2_000_000..2_000_000_i64,
        divisor in 1..2_000_u32,
        rounding in prop::sample::select(Rounding::ALL),
    ) {
        let size = quantity(&format!("{thousandths}e-3"));
        let amount = size.times(UnitPrice::parse("1").unwrap(), divisor).unwrap();
        for (currency, scale) in [("JPY", 1), ("USD", 100), ("KWD", 1000), ("CLF", 10_000)] {
            let rounded = round(amount, None, terms(currency, rounding)).unwrap();
            // The exact number of minor units is `thousandths * scale / (1000 * divisor)`.
            let (dividend, divisor) = (i128::from(thousandths) * scale, 1000 * i128::from(divisor));
            let minor = rounded.money.minor;
            let rest = dividend - minor * divisor;
            if rounding == Rounding::NewCommerce {
                prop_assert!(rest.abs() < divisor && rest.signum() * dividend.signum() >= 0);
            } else {
                prop_assert!(2 * rest.abs() <= divisor);
                // A half went away from zero, so what is left has the other sign.
                prop_assert!(2 * rest.abs() < divisor || rest.signum() != dividend.signum());
            }
            prop_assert_eq!(amount.minus_minor(minor, rounded.money.currency.decimals()).unwrap(), rounded.residual);
            prop_assert_eq!(rounded.residual.minus_minor(-minor, rounded.money.currency.decimals()).unwrap(), amount);
        }
    }

    #[test]
    fn an_exchanged_amount_is_rounded_where_its_rule_says(
        thousandths in -2_000_000..2_000_000_i64,
        divisor in 1..2_000_u32,
        millionths in 1..200_000_000_i64,
        rounding in prop::sample::select(Rounding::ALL),
        from in prop::sample::select(SCALES),
        to in prop::sample::select(SCALES),
    ) {
        let rate = ExchangeRate::parse(&format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)).unwrap();
        let exchange = Exchange { from: Currency::parse(from.0).unwrap(), rate };
        let amount = quantity(&format!("{thousandths}e-3")).times(UnitPrice::parse("1").unwrap(), divisor).unwrap();
        let rounded = round(amount, Some(exchange), terms(to.0, rounding)).unwrap();
        // The amount is `thousandths / (1000 * divisor)`, and the rate `millionths / 1000000`.
        let (size, rate_size) = (i128::from(thousandths), i128::from(millionths));
        let thousand = 1_000 * i128::from(divisor);
        let expected = if rounding == Rounding::HalfUp {
            nearest(size * rate_size * to.1, thousand * 1_000_000, true)
        } else {
            let half_up = rounding == Rounding::Legacy;
            let before = nearest(size * from.1, thousand, half_up);
            nearest(before * rate_size * to.1, from.1 * 1_000_000, half_up)
        };
        let money = rounded.money;
        prop_assert_eq!((money.currency.code(), money.minor), (to.0, expected));
        let exact = amount.times(rate.ratio()).unwrap();
        prop_assert_eq!(rounded.residual.minus_minor(-expected, money.currency.decimals()).unwrap(), exact);
    }
}

/// Currencies with how many minor units one has.
const SCALES: &[(&str, i128)] = &[("JPY", 1), ("USD", 100), ("KWD", 1_000), ("CLF", 10_000)];

/// A quotient as a whole number: to the nearest, a half away from zero; or towards zero.
fn nearest(dividend: i128, divisor: i128, half_up: bool) -> i128 {
    let added = if half_up { divisor * dividend.signum() } else { 0 };
    (2 * dividend + added) / (2 * divisor)
}
