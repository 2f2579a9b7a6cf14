//! Prices: price sheets and exchange rates over HTTP.

use std::io::Read as _;

use hub::OfficeRecord;

use crate::house::{BLOBS, House, price_list};

const SHEET: &str = "/v1.0/sales/pricesheets(Market='us',PricesheetView='azure_consumption')/$value";

#[test]
fn a_price_sheet_has_every_step_of_every_price_that_holds_in_the_month() {
    let house = House::with_usage();
    let answer = house.get("contoso billing", SHEET);
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"pricesheet_US_202611.csv\"");
    let head = "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,TermDuration,Market,Currency,UnitPrice,PricingTierRangeMin,PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,MeterIds,MeterType,Tags";
    let text = answer.text();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0].join(","), head);
    let shown: Vec<[&str; 7]> =
        rows[1..].iter().map(|row| [row[6], row[8], row[9], row[10], row[11], row[12], row[13]]).collect();
    let from = "10/1/2026 12:00:00 AM";
    assert_eq!(
        shown,
        [
            ["GB month", "US", "USD", "6.006", "", "", from],
            ["vCPU hour", "US", "USD", "0.046", "0", "20", from],
            ["vCPU hour", "US", "USD", "0.041", "20", "", from],
        ]
    );
    assert!(rows.iter().all(|row| row.len() == 18), "{text}");
}

#[test]
fn a_timeline_says_which_prices_are_meant() {
    let house = House::with_usage();
    let mut list = price_list();
    let mut later = list.prices[1].clone();
    later.from = model::Day::parse("2026-12-01").unwrap();
    later.tiers[0].unit_price = model::UnitPrice::parse("7").unwrap();
    list.prices.push(later);
    house.hub.record("test", "prices", &[OfficeRecord::PriceList(list)]).unwrap();
    let table = [
        ("", 200, Some("6.006")),
        ("?timeline=current", 200, Some("6.006")),
        ("?timeline=current&month=202611", 200, Some("6.006")),
        ("?timeline=history&month=202610", 200, Some("6.006")),
        ("?timeline=history&month=202609", 200, None),
        ("?timeline=future", 200, Some("7")),
        ("?timeline=future&month=202701", 200, Some("7")),
        ("?timeline=history", 400, None),
        ("?timeline=history&month=202611", 400, None),
        ("?timeline=future&month=202611", 400, None),
        ("?timeline=current&month=202610", 400, None),
        ("?month=October", 400, None),
        ("?timeline=past", 400, None),
    ];
    for (query, status, expected) in table {
        let answer = house.get("contoso", &format!("{SHEET}{query}"));
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        let text = answer.text();
        let price = text.lines().find(|line| line.contains(BLOBS)).and_then(|line| line.split(',').nth(10));
        assert_eq!(price, expected, "{query}");
    }
}

#[test]
fn a_sheet_comes_packed_for_who_takes_deflate() {
    let house = House::with_usage();
    let plain = house.get("contoso", SHEET);
    let packed = house.send("contoso", "GET", SHEET, &[("accept-encoding", "deflate")], "");
    assert_eq!((packed.status, packed.header("content-type")), (200, "application/zip"));
    assert!(packed.bytes.starts_with(b"PK\x03\x04"));
    let script = "import io,sys,zipfile\nz=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\nassert z.testzip() is None\n(name,)=z.namelist()\nsys.stdout.write(name+'\\n'+z.read(name).decode())";
    let mut python = std::process::Command::new("python3")
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut python.stdin.take().unwrap(), &packed.bytes).unwrap();
    let mut said = String::new();
    python.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(python.wait().unwrap().success());
    let (name, text) = said.split_once('\n').unwrap();
    assert_eq!((name, text.replace('\r', "")), ("pricesheet_US_202611.csv", plain.text().replace('\r', "")));
}

#[test]
fn exchange_rates_are_dollars_by_unit() {
    let house = House::with_usage();
    let table = [
        ("202610", "CurrencyCode,USDPerUnit,Month\r\nUSD,1,202610\r\nEUR,1.181749999355,202610\r\n"),
        ("202612", "CurrencyCode,USDPerUnit,Month\r\nUSD,1,202612\r\n"),
    ];
    for (month, expected) in table {
        let answer = house.get("contoso", &format!("/v1.0/sales/fxrates(Month='{month}')/$value"));
        assert_eq!((answer.status, answer.text().as_str()), (200, expected));
    }
}

#[test]
fn prices_are_the_partners_and_not_its_resellers() {
    let house = House::with_usage();
    let table = [
        ("contoso", 200),
        ("contoso billing", 200),
        ("provider", 200),
        ("fabrikam", 404),
        ("reseller", 404),
        ("reseller billing", 404),
        ("adatum", 404),
        ("registrant", 404),
        ("stranger", 404),
        ("nobody", 401),
    ];
    for (account, status) in table {
        for path in [SHEET, "/v1.0/sales/fxrates(Month='202610')/$value"] {
            assert_eq!(house.get(account, path).status, status, "{account} {path}");
        }
    }
    for path in ["/v1.0/sales/other/$value", "/v1.0/sales/pricesheets()/$value"] {
        let answer = house.get("contoso", path);
        assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidSheet"), "{path}");
    }
}
