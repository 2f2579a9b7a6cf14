//! Price file tests: tables that are read, tables that are refused, and the law that what is written is read again.

use model::{
    Charge, Conversion, Day, ExchangeRate, MeterCatalogue, MeterId, MeterMapping, Month, MonthlyRate,
    PayingSubscriptionId, Price, Quantity, Reduction, ReductionKind, Scope, Share, Tier, UnitPrice,
};
use proptest::prelude::*;

use super::*;

const PRICE_HEAD: &str = "meter,from,unit,priced_unit,divisor,included,tier_from,unit_price,source\n";
const METER_HEAD: &str = "meter,scope,from,commerce_meter\n";
const REDUCTION_HEAD: &str = "kind,paying_subscription,meter,from,until,percent\n";
const VM: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
const BLOB: &str = "09F8879E-87E9-4305-A572-4B7BE209F857";
const COMMERCE_BLOB: &str = "8a913f38-33b4-4772-9488-e89522fc09e5";

fn usd() -> Head {
    Head {
        id: PriceListId::new("list").unwrap(),
        name: "List".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        billing_currency: None,
        rounding: Rounding::HalfUp,
    }
}

fn euro() -> Head {
    Head { billing_currency: Some(Currency::parse("EUR").unwrap()), ..usd() }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn prices_of(lines: &str) -> Result<PriceList, Faults> {
    read(usd(), Tables { prices: &format!("{PRICE_HEAD}{lines}"), ..Tables::default() }, "")
}

#[test]
fn the_example_prices_every_meter_that_is_charged() {
    let list = example().unwrap();
    let first = day("2026-10-01");
    for meter in MeterCatalogue::published().meters() {
        let charged = meter.charge != Charge::Informational;
        let commerce = list.commerce_meter(&meter.id, Scope::Tenant, first);
        let price = list.price(commerce, first);
        assert_eq!(price.is_some(), charged, "{} {}", meter.id, meter.name);
        assert!(price.is_none_or(|price| price.unit == meter.unit), "{} {}", meter.id, meter.name);
    }
    assert_eq!(notes(&list), Vec::<String>::new());
}

#[test]
fn the_example_maps_the_pairs_that_are_known() {
    let list = example().unwrap();
    let table = [
        (VM, Scope::Tenant, "fab6eb84-500b-4a09-a8ca-7358f8bbaea5", "0.008"),
        ("9CD92D4C-BAFD-4492-B278-BEDC2DE8232A", Scope::Tenant, "fb8c0713-ea20-40bf-901f-5560fd3f6330", "0.046"),
        (BLOB, Scope::Tenant, COMMERCE_BLOB, "0.006"),
        (BLOB, Scope::Infrastructure, "8767aeb3-6909-4db2-9927-3f51e9a9085e", "0"),
        (
            "190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA",
            Scope::Infrastructure,
            "190c935e-9ada-48ff-9ab8-56ea1cf9adaa",
            "0.0564",
        ),
        ("5b1db88a-8596-4002-8052-347947c26940", Scope::Tenant, "8b251e8f-ce5e-4a58-a6e5-2b8f0d176e3a", "10.24"),
        ("06bde724-9f94-43c0-84c3-d0fc54538369", Scope::Tenant, "8b251e8f-ce5e-4a58-a6e5-2b8f0d176e3a", "10.24"),
    ];
    for (meter, scope, commerce, price) in table {
        let found = list.commerce_meter(&MeterId::new(meter).unwrap(), scope, day("2026-10-01")).clone();
        assert_eq!(found.folded(), commerce, "{meter}");
        assert_eq!(list.price(&found, day("2026-10-01")).unwrap().tiers[0].unit_price.to_string(), price, "{meter}");
    }
    for (file, text) in EXAMPLE {
        assert!(file == LIST || text.lines().skip(1).all(|line| !line.ends_with(',')), "{file} names every source");
    }
}

#[test]
fn tiers_of_one_price_come_on_several_lines_in_any_order() {
    let list = prices_of(&format!(
        "{VM},2026-01-01,vcpu_hours,vCPU hour,1,10,100,0.5,x\n{VM},2026-01-01,vcpu_hours,vCPU hour,1,10,0,1,x"
    ))
    .unwrap();
    let [price] = list.prices.as_slice() else { panic!("{list:?}") };
    let tiers: Vec<_> = price.tiers.iter().map(|tier| format!("{} {}", tier.from, tier.unit_price)).collect();
    assert_eq!(tiers, ["0 1", "100 0.5"]);
}

#[test]
fn a_wrong_price_is_told_with_its_line_and_column() {
    let table = [
        ("x y,2026-01-01,vcpu_hours,h,1,0,0,1,x", "line 2, column \"meter\": \"x y\": an id holds a blank"),
        ("aaaa,2026-01-01,vcpu_hours,h,1,0,0,1,x", "line 2, column \"meter\": meter aaaa is not known"),
        ("VM,2026-13-01,vcpu_hours,h,1,0,0,1,x", "column \"from\": \"2026-13-01\": it is no day such as 2026-11-23"),
        ("VM,2026-01-01,hours_of_fun,h,1,0,0,1,x", "column \"unit\": \"hours_of_fun\": it is no unit"),
        ("VM,2026-01-01,gb_hours,h,1,0,0,1,x", "column \"unit\": gb_hours of meter VM should be vcpu_hours"),
        ("VM,2026-01-01,vcpu_hours,h,0,0,0,1,x", "column \"divisor\": \"0\": it must not be 0"),
        ("VM,2026-01-01,vcpu_hours,h,1.5,0,0,1,x", "column \"divisor\": \"1.5\": it is no whole number"),
        ("VM,2026-01-01,vcpu_hours,h,1,-1,0,1,x", "column \"included\": \"-1\": it is no quantity of 0 or more"),
        ("VM,2026-01-01,vcpu_hours,h,1,0,0,-1,x", "column \"unit_price\": \"-1\": it is no price of 0 or more"),
        ("VM,2026-01-01,vcpu_hours,h,1,0,0,0.0000000000001,x", "\"0.0000000000001\": it has more than 12 decimals"),
        ("VM,2026-01-01,vcpu_hours,h,1,0,5,1,x", "line 2, column \"tier_from\": the first tier of meter VM"),
        ("VM,2026-01-01,vcpu_hours,h,1,0,0,1,x\nVM,2026-01-01,vcpu_hours,h,1,0,0,2,x", "line 3, column \"tier_from\""),
        (
            "VM,2026-01-01,vcpu_hours,h,1,0,0,1,x\nVM,2026-01-01,vcpu_hours,h,2,0,5,2,x",
            "line 3: the tiers of one price",
        ),
        ("VM,2026-01-01", "line 2: it has 2 values for 9 columns"),
        ("VM,2026-01-01,vcpu_hours,h,1,0,0,1,x,y", "line 2: it has 10 values for 9 columns"),
    ];
    for (lines, text) in table {
        let error = prices_of(&lines.replace("VM", VM)).unwrap_err().to_string().replace(VM, "VM");
        assert!(error.contains(text), "{lines}: {error}");
        assert!(error.starts_with("prices.csv, line "), "{error}");
    }
}

#[test]
fn a_wrong_mapping_reduction_or_rate_is_told_with_its_file_line_and_column() {
    let price = format!("{PRICE_HEAD}{COMMERCE_BLOB},2026-01-01,gb_hours,GB month,720,0,0,0.006,x\n");
    // Which table, its lines, and what is said.
    let table = [
        ("m", "aaaa,tenant,2026-01-01,bbbb", "meters.csv, line 2, column \"meter\": no stamp has a meter aaaa"),
        ("m", "BLOB,everybody,2026-01-01,bbbb", "column \"scope\": \"everybody\": it is none of \"tenant\""),
        ("m", "BLOB,tenant,soon,bbbb", "column \"from\": \"soon\": it is no day"),
        ("m", "BLOB,tenant,2026-01-01,", "column \"commerce_meter\": \"\": an id is empty"),
        ("m", "BLOB,tenant,2026-01-01,b\nBLOB,tenant,2026-01-01,c", "line 3, column \"meter\": meter BLOB of tenant"),
        (
            "m",
            "VM,tenant,2026-01-01,8a913f38-33b4-4772-9488-e89522fc09e5",
            "prices.csv, line 2, column \"unit\": gb_hours is priced, and its local meter VM counts vcpu_hours (meters.csv, line 2)",
        ),
        ("m", "VM,tenant,2026-01-01,b\nBLOB,tenant,2026-01-01,b", "meters.csv, line 3, column \"commerce_meter\""),
        (
            "r",
            "rebate,,,2026-01-01,,15",
            "reductions.csv, line 2, column \"kind\": \"rebate\": it is none of \"discount\"",
        ),
        ("r", "discount,,,2026-01-01,,101", "column \"percent\": \"101\": it is not between 0 and 100 percent"),
        ("r", "discount,,,2026-01-01,,-1", "column \"percent\": \"-1\": it is not between 0 and 100 percent"),
        ("r", "discount,,,2026-01-01,,15%", "column \"percent\": \"15%\": it is no percentage"),
        ("r", "discount,,,2026-01-01,,1.00001", "column \"percent\": \"1.00001\": it is no percentage"),
        (
            "r",
            "discount,,,2026-02-01,2026-02-01,15",
            "column \"until\": it ends on 2026-02-01, and begins on 2026-02-01",
        ),
        ("r", "discount,,aaaa,2026-01-01,,15", "column \"meter\": meter aaaa is not known"),
        (
            "r",
            "discount,,,2026-01-01,,15\ndiscount,,,2026-01-01,,16",
            "line 3, column \"from\": line 2 is about the same",
        ),
        ("x", "month,rate\n2026-13,1", "exchange.csv, line 2, column \"month\": \"2026-13\": it is no month"),
        ("x", "month,rate\n2026-10,0", "column \"rate\": \"0\": it is no rate above 0"),
        ("x", "month,rate\n2026-10,0.0000000000001", "column \"rate\": \"0.0000000000001\": it is no rate above 0"),
        ("x", "month,rate\n2026-10,1\n2026-10,2", "line 3, column \"month\": the rate of 2026-10 stands in line 2"),
        ("x", "CurrencyCode,USDPerUnit,Month\nEUR,0,202610", "line 2, column \"USDPerUnit\": \"0\""),
        ("x", "CurrencyCode,USDPerUnit,Month\nEUR,1.1,202610\nEUR,1.2,202610", "line 3, column \"Month\""),
        ("x", "month,price\n2026-10,1", "exchange.csv, line 1: there is no column \"rate\""),
    ];
    for (which, lines, text) in table {
        let lines = lines.replace("BLOB", BLOB).replace("VM", VM);
        let (meters, reductions) = (format!("{METER_HEAD}{lines}"), format!("{REDUCTION_HEAD}{lines}"));
        let mut tables = Tables { prices: &price, ..Tables::default() };
        match which {
            "m" => tables.meters = &meters,
            "r" => tables.reductions = &reductions,
            _ => tables.exchange = &lines,
        }
        let error = read(euro(), tables, "").unwrap_err().to_string().replace(VM, "VM").replace(BLOB, "BLOB");
        assert!(error.contains(text), "{lines}: {error}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let lines = format!("{VM},soon,vcpu_hours,h,1,0,0,1,x\n").repeat(60);
    let faults = prices_of(&lines).unwrap_err();
    assert_eq!((faults.count, faults.shown.len()), (60, 50));
    assert!(faults.to_string().ends_with("and 10 more"));
}

#[test]
fn a_rate_per_unit_becomes_one_per_dollar() {
    // Dollars for one euro, and what one dollar is then, to 12 decimals.
    let table =
        [("1.181750002", "0.846202664"), ("1", "1"), ("0.5", "2"), ("3", "0.333333333333"), ("1.5", "0.666666666667")];
    for (dollars, expected) in table {
        let text = format!("CurrencyCode,USDPerUnit,Month\nGBP,9,202610\nEUR,{dollars},202610\nUSD,1,202610\n");
        let prices = PRICE_HEAD.to_owned();
        let list = read(euro(), Tables { prices: &prices, exchange: &text, ..Tables::default() }, "").unwrap();
        let [rate] = list.exchange.as_slice() else { panic!("{list:?}") };
        assert_eq!(rate.month, Month::parse("2026-10").unwrap());
        assert!(rate.rate.to_string().starts_with(expected), "{} is not {expected}", rate.rate);
    }
}

#[test]
fn a_table_that_is_too_large_or_too_long_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(LIST), EXAMPLE_LIST).unwrap();
    let file = std::fs::File::create(folder.path().join(PRICES)).unwrap();
    file.set_len(FILE_BYTES_MAX + 1).unwrap();
    let error = read_folder(folder.path()).unwrap_err().to_string();
    assert!(error.contains("prices.csv: it has more than 33554432 bytes"), "{error}");
    let line = format!("{VM},soon,h,h,1,0,0,1,x\n");
    let error = prices_of(&line.repeat(ROWS_MAX + 1)).unwrap_err();
    assert_eq!(error.count, ROWS_MAX + 1);
}

#[test]
fn the_head_of_a_list_is_checked() {
    let table = [
        ("name = \"A\"\ncurrency = \"USD\"\n", "missing field `id`"),
        ("id = \"a b\"\nname = \"A\"\ncurrency = \"USD\"\n", "id \"a b\": an id holds a blank"),
        ("id = \"a\"\nname = \"A\"\ncurrency = \"XYZ\"\n", "currency: \"XYZ\" is not an active ISO 4217"),
        ("id = \"a\"\nname = \"A\"\ncurrency = \"USD\"\nbilling_currency = \"E\"\n", "billing_currency: \"E\""),
        (
            "id = \"a\"\nname = \"A\"\ncurrency = \"USD\"\nrounding = \"up\"\n",
            "rounding \"up\": it is none of \"half_up\"",
        ),
        ("id = \"a\"\nname = \"A\"\ncurrency = \"USD\"\nround = \"up\"\n", "unknown field `round`"),
    ];
    for (text, expected) in table {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(LIST), text).unwrap();
        std::fs::write(folder.path().join(PRICES), PRICE_HEAD).unwrap();
        let error = read_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("list.toml: ") && error.contains(expected), "{text}: {error}");
    }
}

fn a_quantity() -> impl Strategy<Value = Quantity> {
    (0..1_000_000_u64, 0..1_000_u32).prop_map(|(whole, part)| Quantity::parse(&format!("{whole}.{part:03}")).unwrap())
}

fn a_price() -> impl Strategy<Value = UnitPrice> {
    (0..1_000_u32, 0..1_000_000_000_000_u64)
        .prop_map(|(whole, part)| UnitPrice::parse(&format!("{whole}.{part:012}")).unwrap())
}

fn a_share() -> impl Strategy<Value = Share> {
    (0..=1_000_000_u32)
        .prop_map(|part| Share::parse_percent(&format!("{}.{:04}", part / 10_000, part % 10_000)).unwrap())
}

fn some_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just('a'), Just('"'), Just(','), Just('ü'), Just(';'), Just('x')], 0..12)
        .prop_map(|characters| characters.into_iter().collect())
}

/// Lists of any prices, mappings, reductions and rates that may stand together.
fn a_list() -> impl Strategy<Value = PriceList> {
    let meters = [VM, "9CD92D4C-BAFD-4492-B278-BEDC2DE8232A", "CB6A35C5-FADE-406C-B14D-6DDB7C4CA3D5"];
    let of_meter = |meter: usize| {
        let days = proptest::collection::btree_set(18_000..24_000_u32, 0..3);
        let tiers = proptest::collection::btree_map(a_quantity(), a_price(), 0..3);
        (days, tiers, a_price(), a_quantity(), 1..1_000_u32, some_text(), some_text()).prop_map(
            move |(days, mut tiers, first, included, divisor, priced_unit, source)| {
                tiers.insert(Quantity::ZERO, first);
                let tiers: Vec<Tier> = tiers.into_iter().map(|(from, unit_price)| Tier { from, unit_price }).collect();
                let known = MeterCatalogue::published().find(&MeterId::new(meters[meter]).unwrap()).unwrap();
                let price = |from| Price {
                    meter: known.id.clone(),
                    from: Day(from),
                    unit: known.unit,
                    conversion: Conversion { priced_unit: priced_unit.clone(), divisor },
                    included,
                    tiers: tiers.clone(),
                    source: source.clone(),
                };
                days.into_iter().map(price).collect::<Vec<_>>()
            },
        )
    };
    let mappings = proptest::collection::btree_map((0..2_usize, 0..2_usize), 18_000..24_000_u32, 0..4);
    let reductions = proptest::collection::btree_map(
        (0..2_usize, proptest::option::of(0..3_u32), proptest::option::of(0..3_usize), 18_000..24_000_u32),
        (proptest::option::of(1..400_u32), a_share()),
        0..4,
    );
    let exchange = proptest::collection::btree_map(0..24_u32, 1..9_000_000_000_u64, 0..6);
    (of_meter(0), of_meter(1), of_meter(2), mappings, reductions, exchange, any::<bool>()).prop_map(
        move |(first, second, third, mappings, reductions, exchange, euro_too)| PriceList {
            prices: [first, second, third].concat(),
            meters: mappings
                .into_iter()
                .map(|((meter, scope), from)| MeterMapping {
                    meter: MeterId::new(meters[meter]).unwrap(),
                    scope: Scope::ALL[scope],
                    from: Day(from),
                    commerce_meter: MeterId::new("fb8c0713-ea20-40bf-901f-5560fd3f6330").unwrap(),
                })
                .collect(),
            reductions: reductions
                .into_iter()
                .map(|((kind, subscription, meter, from), (days, share))| Reduction {
                    kind: ReductionKind::ALL[kind],
                    paying_subscription: subscription.map(|one| PayingSubscriptionId::new(&format!("s{one}")).unwrap()),
                    meter: meter.map(|one| MeterId::new(meters[one]).unwrap()),
                    from: Day(from),
                    until: days.map(|days| Day(from + days)),
                    share,
                })
                .collect(),
            exchange: exchange
                .into_iter()
                .map(|(month, rate)| MonthlyRate {
                    month: Month::parse(&format!("{}-{:02}", 2025 + month / 12, month % 12 + 1)).unwrap(),
                    rate: ExchangeRate::parse(&format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000)).unwrap(),
                })
                .collect(),
            ..if euro_too { empty(euro()) } else { empty(usd()) }
        },
    )
}

fn empty(head: Head) -> PriceList {
    read(head, Tables { prices: PRICE_HEAD, ..Tables::default() }, "").unwrap()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_as_it_was(list in a_list()) {
        let folder = tempfile::tempdir().unwrap();
        write(&list, folder.path()).unwrap();
        prop_assert_eq!(read_folder(folder.path()).map_err(|faults| faults.to_string()), Ok(list.clone()));
        // Over another list nothing of that one stays.
        write(&example().unwrap(), folder.path()).unwrap();
        write(&list, folder.path()).unwrap();
        prop_assert_eq!(read_folder(folder.path()).map_err(|faults| faults.to_string()), Ok(list));
    }
}

#[test]
fn a_folder_of_something_else_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let list = example().unwrap();
    let refused = [write(&list, folder.path()), write_example(folder.path())];
    for result in refused {
        assert!(result.unwrap_err().to_string().contains("is not empty"));
    }
}
