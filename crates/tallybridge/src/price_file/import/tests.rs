//! Import tests: what is taken from a price sheet and a rate card, what is left out, and what is refused.

use model::{Currency, PriceListId, Rounding};

use super::*;

const SHEET: &str = include_str!("../../../tests/prices/data/price-sheet.csv");
const RESOURCE_MANAGER: &str = include_str!("../../../tests/prices/data/rate-card-resource-manager.json");
const PARTNER_CENTER: &str = include_str!("../../../tests/prices/data/rate-card-partner-center.json");

fn known() -> Known {
    Known::with("", "").unwrap()
}

/// Prices in short: meter, day, divisor, and each step.
fn short(prices: &[Price]) -> Vec<String> {
    let step = |tier: &Tier| format!("{} from {}", tier.unit_price, tier.from);
    let one = |price: &Price| {
        let steps: Vec<String> = price.tiers.iter().map(step).collect();
        let meter = price.meter.folded().chars().take(8).collect::<String>();
        format!("{meter} {} {}/{} {}", price.from, price.unit.word(), price.conversion.divisor, steps.join(", "))
    };
    prices.iter().map(one).collect()
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.skipped.iter().map(|one| format!("{}: {}", one.place, one.reason)).collect()
}

#[test]
fn a_price_sheet_gives_the_meters_of_azure_stack_hub() {
    let imported = price_sheet("sheet.csv", SHEET, &known()).unwrap();
    let expected = [
        "8a913f38 2026-10-01 gb_hours/720 0.006 from 0, 0.005 from 36000",
        "8b251e8f 2026-10-01 disk_months/1 10.24 from 0",
        "fab6eb84 2026-10-01 vcpu_hours/1 0.008 from 0",
        "fab6eb84 2026-11-01 vcpu_hours/1 0.0085 from 0",
        "fb8c0713 2026-10-01 vcpu_hours/100 4.6 from 0",
    ];
    assert_eq!(short(&imported.prices), expected);
    assert_eq!(imported.currency, Some(Currency::parse("USD").unwrap()));
    // Block blob once, the disk class twice, both machines.
    assert_eq!(imported.meters.len(), 5);
    let expected = [
        "sheet.csv, line 2: nothing says that it is of Azure Stack Hub",
        "sheet.csv, line 10: no local meter is known for it: name one in a file of meters, with --meters",
        "sheet.csv, line 11: its unit \"1 GB\" does not fit vcpu_hours, which its local meter counts",
        "sheet.csv, line 12: it names no meter",
        "sheet.csv, line 13: it is for the term P1Y, and no price for usage",
    ];
    assert_eq!(reasons(&imported), expected);
    assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
}

#[test]
fn a_file_of_meters_says_what_is_not_published() {
    let own = "meter,scope,from,commerce_meter\nB4438D5D-453B-4EE1-B42A-DC72E377F1E4,tenant,2020-01-01,aaaaaaaa-0000-4000-8000-000000000001\n";
    let imported = price_sheet("sheet.csv", SHEET, &Known::with("own.csv", own).unwrap()).unwrap();
    assert!(short(&imported.prices).contains(&"aaaaaaaa 2026-10-01 gb_hours/720 0.018 from 0".to_owned()));
    assert_eq!(imported.meters.len(), 6);
}

#[test]
fn both_forms_of_a_rate_card_give_the_same_prices() {
    let (left, right) = (
        rate_card("arm.json", RESOURCE_MANAGER, &known()).unwrap(),
        rate_card("pc.json", PARTNER_CENTER, &known()).unwrap(),
    );
    let expected = [
        "190c935e 2019-12-03 vcpu_hours/1 0.0564 from 0",
        "8a913f38 2019-12-03 gb_hours/1 0.0000083333 from 0, 0.000008 from 1024",
        "8b251e8f 2019-12-03 disk_months/1 10.24 from 0",
        "fb8c0713 2019-12-03 vcpu_hours/1 0.046 from 0",
    ];
    assert_eq!(short(&left.prices), expected);
    assert_eq!((&left.prices, &left.meters), (&right.prices, &right.meters));
    assert_eq!(left.prices[0].included, Quantity::from_whole(10));
    for imported in [&left, &right] {
        let skipped = reasons(imported);
        assert!(skipped[0].ends_with("its region is \"AU East\", and not Azure Stack"), "{skipped:?}");
    }
    // The offer's discount holds for all meters but the one that it leaves out.
    let reductions: Vec<String> = right
        .reductions
        .iter()
        .map(|one| format!("{} {:?} {}", one.from, one.meter.as_ref().map(MeterId::folded), one.share))
        .collect();
    let expected = ["2014-01-01 None 15", "2014-01-01 Some(\"8b251e8f-ce5e-4a58-a6e5-2b8f0d176e3a\") 0"];
    assert_eq!(reductions, expected);
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_its_place() {
    let sheet =
        |from: &str, to: &str| price_sheet("s.csv", &SHEET.replace(from, to), &known()).unwrap_err().to_string();
    let card = |from: &str, to: &str| {
        rate_card("c.json", &PARTNER_CENTER.replacen(from, to, 1), &known()).unwrap_err().to_string()
    };
    let table = [
        (sheet("UnitPrice", "Price"), "s.csv, line 1: there is no column \"UnitPrice\""),
        (sheet("USD,0.008,", "EUR,0.008,"), "column \"Currency\": the prices before it are in EUR"),
        (sheet("USD,0.008,", "USD,cheap,"), "s.csv, line 3, column \"UnitPrice\": \"cheap\": it is no price"),
        (sheet("USD,0.008,", "USD,0.0000000000001,"), "it has more than 12 decimals"),
        (sheet("10/1/2026 12:00:00 AM", "soon"), "column \"EffectiveStartDate\": \"soon\": it is no day"),
        (sheet("11/30/9999 11:59:59 PM", "1/1/2020"), "it ends on 2020-01-01, before it begins on 2026-10-01"),
        (sheet("USD,0.008,", "USD,0.008,5"), "has no price from 0 on"),
        (card("{", "["), "c.json: it is no rate card"),
        (card("\"USD\"", "\"XYZ\""), "c.json: member \"currency\": \"XYZ\" is not an active"),
        (card("10.24", "-1"), "member \"rates\": it is no price of 0 or more"),
        (
            card("\"discount\": 0.15", "\"discount\": 15"),
            "offer term 0, member \"discount\": 15 is no part between 0 and 1",
        ),
        (card("2019-12-03T00:00:00Z", "soon"), "member \"effectiveDate\": it is no day"),
    ];
    for (error, text) in table {
        assert!(error.contains(text), "{error} and not {text}");
    }
}

#[test]
fn imported_prices_replace_those_of_the_same_day_and_leave_the_rest() {
    let mut list = PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "List".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        billing_currency: None,
        rounding: Rounding::HalfUp,
        prices: Vec::new(),
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    };
    let import = |text: &str| price_sheet("sheet.csv", text, &known()).unwrap();
    assert_eq!(merge(&mut list, import(SHEET)), Merged { added: 5, replaced: 0, same: 0 });
    let before = list.clone();
    assert_eq!(merge(&mut list, import(SHEET)), Merged { added: 0, replaced: 0, same: 5 });
    assert_eq!(list, before);
    assert_eq!(
        merge(&mut list, import(&SHEET.replace("USD,0.008,", "USD,0.009,"))),
        Merged { added: 0, replaced: 1, same: 4 }
    );
    assert_eq!((list.prices.len(), list.meters.len()), (before.prices.len(), before.meters.len()));
}

#[test]
fn a_unit_of_measure_fits_what_is_measured_or_is_refused() {
    let table = [
        ("1 Hour", Unit::VcpuHours, Some(1)),
        ("1 Core Hour", Unit::VcpuHours, Some(1)),
        ("100 Hours", Unit::VcpuHours, Some(100)),
        ("1/Month", Unit::DiskMonths, Some(1)),
        ("1 GB/Hr", Unit::GbHours, Some(1)),
        ("1 GB/Month", Unit::GbHours, Some(720)),
        ("100 GB/Month", Unit::GbHours, Some(72_000)),
        ("1 Hour", Unit::GbHours, None),
        ("1 GB", Unit::GbHours, None),
        ("1/Month", Unit::VcpuHours, None),
        ("0 Hours", Unit::VcpuHours, None),
        ("99999999 GB/Month", Unit::GbHours, None),
        ("", Unit::VcpuHours, None),
    ];
    for (text, unit, divisor) in table {
        assert_eq!(unit::conversion(text, unit).map(|one| one.divisor), divisor, "{text} of {}", unit.word());
    }
    let table = [("0", 720, "0"), ("50", 720, "36000"), ("0.5", 3, "1.5"), ("1024", 1, "1024")];
    for (priced, divisor, measured) in table {
        let bound = unit::bound(Quantity::parse(priced).unwrap(), divisor).unwrap();
        assert_eq!(bound.to_string(), measured);
    }
}
