use super::*;

fn read_text(text: &str) -> anyhow::Result<PriceList> {
    let file = format!("meter,from,unit,priced_unit,divisor,included,tier_from,unit_price,source\n{text}");
    read(file.as_bytes(), PriceListId::new("list")?, "List", Currency::parse("USD")?, Rounding::HalfUp)
}

const VM: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";

#[test]
fn the_example_prices_every_meter_that_is_charged() {
    let id = PriceListId::new("example").unwrap();
    let list = read(EXAMPLE.as_bytes(), id, "Example", Currency::parse("USD").unwrap(), Rounding::HalfUp).unwrap();
    let day = Day::parse("2026-10-01").unwrap();
    for meter in MeterCatalogue::published().meters() {
        let charged = meter.charge != model::Charge::Informational;
        assert_eq!(list.price(&meter.id, day).is_some(), charged, "{} {}", meter.id, meter.name);
    }
}

#[test]
fn tiers_of_one_price_come_on_several_lines_in_any_order() {
    let list = read_text(&format!(
        "{VM},2026-01-01,vcpu_hours,vCPU hour,1,10,100,0.5,x\n{VM},2026-01-01,vcpu_hours,vCPU hour,1,10,0,1,x"
    ))
    .unwrap();
    let [price] = list.prices.as_slice() else { panic!("{list:?}") };
    let tiers: Vec<_> = price.tiers.iter().map(|tier| format!("{} {}", tier.from, tier.unit_price)).collect();
    assert_eq!(tiers, ["0 1", "100 0.5"]);
}

#[test]
fn a_wrong_line_is_named() {
    let table = [
        ("x y,2026-01-01,vcpu_hours,h,1,0,0,1,x", "column \"meter\""),
        ("aaaa,2026-01-01,vcpu_hours,h,1,0,0,1,x", "is not known"),
        (&format!("{VM},2026-13-01,vcpu_hours,h,1,0,0,1,x"), "column \"from\""),
        (&format!("{VM},2026-01-01,hours_of_fun,h,1,0,0,1,x"), "is no unit"),
        (&format!("{VM},2026-01-01,gb_hours,h,1,0,0,1,x"), "should be vcpu_hours"),
        (&format!("{VM},2026-01-01,vcpu_hours,h,0,0,0,1,x"), "must not be 0"),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,-1,0,1,x"), "column \"included\""),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,0,0,-1,x"), "column \"unit_price\""),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,0,0,0.0000000000001,x"), "column \"unit_price\""),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,0,5,1,x"), "first tier"),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,0,0,1,x\n{VM},2026-01-01,vcpu_hours,h,1,0,0,2,x"), "a tier twice"),
        (&format!("{VM},2026-01-01,vcpu_hours,h,1,0,0,1,x\n{VM},2026-01-01,vcpu_hours,h,2,0,5,2,x"), "must agree"),
        (&format!("{VM},2026-01-01"), "line 2"),
    ];
    for (line, text) in table {
        let error = format!("{:#}", read_text(line).unwrap_err());
        assert!(error.contains(text), "{line}: {error}");
    }
}
