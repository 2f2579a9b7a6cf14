//! Invoices, their lines, and what there is none for yet, as the programs of partners read them.

use std::collections::BTreeSet;

use model::Quantity;
use serde_json::{Value, json};

use crate::{cast, house::House, members, world};

fn lines(number: &str, provider: &str, of: &str, more: &str) -> String {
    format!("/v1/invoices/{number}/lineitems?provider={provider}&invoicelineitemtype={of}{more}")
}

#[test]
fn an_invoice_and_its_lines_have_the_documented_members() {
    let house = world::house();
    let number = world::close(&house, "2026-10");
    let invoice = house.get("contoso billing", &format!("/v1/invoices/{number}")).with(200);
    members::check(&invoice, "Invoice");
    members::check(&invoice["invoiceDetails"][0], "InvoiceDetail");
    assert_eq!(
        (&invoice["id"], &invoice["currencyCode"], &invoice["documentType"], &invoice["billingPeriodStartDate"]),
        (&json!(number), &json!("USD"), &json!("invoice"), &json!("2026-10-01T00:00:00Z"))
    );
    assert_eq!(invoice["billingPeriodEndDate"], "2026-10-31T23:59:59Z");
    let link = invoice["pdfDownloadLink"].as_str().unwrap();
    let pages = house.get("contoso", &format!("/v1{link}"));
    assert_eq!(
        (pages.status, pages.headers["content-type"].as_str(), &pages.text[..5]),
        (200, "application/pdf", "%PDF-")
    );
    assert_eq!(house.get("fabrikam", &format!("/v1{link}")).code(), "InvoiceNotFound");
    let list = house.get("contoso", "/v1/invoices").with(200);
    members::check_page(&list, "Invoice");
    assert_eq!(list["items"], json!([invoice]));
    let summaries = house.get("contoso", "/v1/invoices/summaries").with(200);
    members::check_page(&summaries, "InvoiceSummary");
    let summary = house.get("contoso", "/v1/invoices/summary").with(200);
    assert_eq!(summaries["items"], json!([summary]));
    assert_eq!(summary["balanceAmount"], invoice["totalCharges"]);
    let table = [
        ("onetime", "billinglineitems", "OneTimeInvoiceLineItem", "billing_line_items", "one_time"),
        ("all", "BillingLineItems", "OneTimeInvoiceLineItem", "billing_line_items", "one_time"),
        ("Azure", "BillingLineItems", "UsageBasedLineItem", "billing_line_items", "azure"),
        ("OneTime", "UsageLineItems", "DailyRatedUsageLineItem", "usage_line_items", "marketplace"),
        ("azure", "usagelineitems", "DailyUsageLineItem", "usage_line_items", "azure"),
    ];
    for (provider, of, object_type, line_type, billing_provider) in table {
        let page = house.get("contoso", &lines(&number, provider, of, "")).with(200);
        members::check_page(&page, object_type);
        let first = &page["items"][0];
        let told = (&first["invoiceLineItemType"], &first["billingProvider"], &first["invoiceNumber"]);
        assert_eq!(told, (&json!(line_type), &json!(billing_provider), &json!(number)), "{provider} {of}");
        // The older address says the same.
        let old = house.get("contoso", &format!("/v1/invoices/{number}/lineitems/{provider}/{of}")).with(200);
        assert_eq!(old["items"], page["items"], "{provider} {of}");
    }
    let licenses = house.get("contoso", &lines(&number, "office", "billinglineitems", "")).with(200);
    assert_eq!(licenses["items"], json!([]));
}

#[test]
fn every_answer_has_the_headers_that_programs_look_at() {
    let house = House::open();
    let sent = [("MS-RequestId", "r-1"), ("MS-CorrelationId", "c-1"), ("MS-CV", "v.1"), ("X-Locale", "de-DE")];
    let answer = house.send("contoso", "GET", "/v1/invoices", &sent, "");
    let told = ["ms-requestid", "ms-correlationid", "ms-cv", "x-locale"].map(|name| answer.headers[name].as_str());
    assert_eq!(told, ["r-1", "c-1", "v.1", "de-DE"]);
    assert!(!answer.headers["ms-serverid"].is_empty());
    let answer = house.get("contoso", "/v1/invoices/INV-0");
    assert_eq!((answer.status, answer.headers["x-locale"].as_str()), (404, "en-US"));
}

#[test]
fn the_daily_lines_of_an_invoice_add_up_to_its_lines_without_a_rest() {
    let house = world::house();
    let number = world::close(&house, "2026-10");
    let path = lines(&number, "onetime", "usagelineitems", "");
    let answer = house.get("contoso", &path);
    assert_eq!(answer.json()["totalCount"], 2 * 25 + 2);
    let all = world::sum(&world::texts(&answer.text, "items", &["quantity"]));
    let wingtip = Quantity::parse("23.5").unwrap();
    assert_eq!(all, world::total().checked_add(wingtip).unwrap());
    let exact = world::sum(&world::texts(&answer.text, "items", &["pricingPreTaxTotal"]));
    let price = Quantity::parse("0.046").unwrap();
    let thousandths: i128 = all.to_string().replace('.', "").parse().unwrap();
    let expected = Quantity::parse(&format!("{}e-6", thousandths * 46 * scale(&all))).unwrap();
    assert_eq!((exact, price.is_zero()), (expected, false));
    let billing = house.get("contoso", &lines(&number, "onetime", "billinglineitems", ""));
    let rounded = world::sum(&world::texts(&billing.text, "items", &["totalForCustomer"]));
    let invoice = house.get("contoso", &format!("/v1/invoices/{number}"));
    let total =
        serde_json::from_str::<std::collections::BTreeMap<String, Box<serde_json::value::RawValue>>>(&invoice.text);
    assert_eq!(rounded, Quantity::parse(total.unwrap()["totalCharges"].get()).unwrap());
}

/// What makes the digits of a quantity thousandths.
fn scale(quantity: &Quantity) -> i128 {
    let decimals = quantity.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len());
    10_i128.pow(u32::try_from(3 - decimals).unwrap())
}

#[test]
fn all_pages_of_lines_together_are_all_lines_once() {
    let house = world::house();
    let number = world::close(&house, "2026-10");
    for of in ["usagelineitems", "billinglineitems"] {
        let whole = house.get("contoso", &lines(&number, "onetime", of, "")).json()["items"].clone();
        for size in [1, 2, 7, 51, 52, 2000] {
            let bodies = world::pages(&house, "contoso", &lines(&number, "onetime", of, &format!("&size={size}")));
            let items: Vec<Value> = bodies
                .iter()
                .flat_map(|body| world::texts(body, "items", &[]))
                .map(|text| serde_json::from_str(&text).unwrap())
                .collect();
            assert_eq!(json!(items), whole, "{of} {size}");
        }
    }
    // Those of the legacy offer lead on by an offset.
    let mut path = lines(&number, "azure", "usagelineitems", "&size=20&offset=0");
    let mut seen = BTreeSet::new();
    loop {
        let page = house.get("contoso", &path).with(200);
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(format!("{} {}", item["usageDate"], item["project"])), "{item}");
        }
        let Some(next) = page["links"]["next"]["uri"].as_str() else { break };
        path = format!("/v1{next}");
    }
    assert_eq!(seen.len(), 52);
}

#[test]
fn what_there_is_no_invoice_for_is_unbilled_until_there_is_one() {
    let house = world::house();
    let unbilled = |of: &str, more: &str| {
        format!("/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype={of}&currencycode=usd{more}")
    };
    let previous = house.get("contoso", &unbilled("usagelineitems", "&period=previous&size=2")).with(200);
    members::check_page(&previous, "DailyRatedUsageLineItem");
    assert_eq!(previous["items"][0]["invoiceNumber"], "");
    let token = previous["continuationToken"].as_str().unwrap();
    assert_eq!(previous["links"]["next"]["headers"], json!([{ "key": "MS-ContinuationToken", "value": token }]));
    let uri = previous["links"]["next"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("/invoices/unbilled/lineitems?") && uri.ends_with("&seekOperation=Next"), "{uri}");
    let lines = house.get("contoso", &unbilled("billinglineitems", "&period=previous")).with(200);
    members::check_page(&lines, "OneTimeInvoiceLineItem");
    let current = house.get("contoso", &unbilled("usagelineitems", "&period=current")).with(200);
    assert_eq!(current["items"], json!([]));
    world::close(&house, "2026-10");
    for of in ["usagelineitems", "billinglineitems"] {
        let previous = house.get("contoso", &unbilled(of, "&period=previous")).with(200);
        assert_eq!(previous["items"], json!([]), "{of}");
    }
}

#[test]
fn usage_that_comes_late_stands_on_the_next_invoice_as_a_line_of_its_month() {
    let house = world::house();
    world::close(&house, "2026-10");
    let late = model::Hour::parse("2026-10-03T00:00:00Z").unwrap();
    world::deliver(&house, late, &[(world::local(0), cast::ADATUM, "10".to_owned())]);
    let number = world::close(&house, "2026-11");
    let page = house.get("contoso", &lines(&number, "onetime", "usagelineitems", "")).with(200);
    members::check_page(&page, "DailyRatedUsageLineItem");
    let told: Vec<_> = page["items"].as_array().unwrap().iter().map(|line| &line["chargeType"]).collect();
    assert_eq!(told, ["Offset a line item"]);
    assert_eq!(page["items"][0]["usageDate"], "2026-10-01T00:00:00Z");
    let billing = house.get("contoso", &lines(&number, "onetime", "billinglineitems", "")).with(200);
    assert_eq!(
        (&billing["items"][0]["chargeType"], &billing["items"][0]["subtotal"]),
        (&json!("Offset a line item"), &json!(0.46))
    );
}

#[test]
fn a_reseller_has_no_invoices_and_a_stranger_no_route() {
    let house = House::with_usage();
    for path in ["/v1/invoices", "/v1/invoices/summaries"] {
        assert_eq!(house.get("reseller", path).with(200)["items"], json!([]), "{path}");
    }
    let unbilled =
        "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems&period=previous";
    assert_eq!(house.get("reseller", unbilled).with(200)["items"], json!([]));
    let own = house.get("provider", "/v1/invoices").with(200)["items"][0]["id"].as_str().unwrap().to_owned();
    for (account, expected) in
        [("provider", 200), ("contoso", 404), ("reseller", 404), ("adatum", 404), ("platform", 404)]
    {
        assert_eq!(house.get(account, &format!("/v1/invoices/{own}")).status, expected, "{account}");
        assert_eq!(house.get(account, &lines(&own, "azure", "usagelineitems", "")).status, expected, "{account}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let house = world::house();
    let number = world::close(&house, "2026-10");
    let of = |provider: &str, line_type: &str, more: &str| lines(&number, provider, line_type, more);
    let table = [
        (of("google", "usagelineitems", ""), 400, "InvalidProvider"),
        (of("", "usagelineitems", ""), 400, "InvalidProvider"),
        (of("azure", "everything", ""), 400, "InvalidLineItemType"),
        (of("azure", "usagelineitems", "&size=0"), 400, "InvalidSize"),
        (of("azure", "usagelineitems", "&size=2001"), 400, "InvalidSize"),
        (of("azure", "usagelineitems", "&offset=-1"), 400, "InvalidOffset"),
        (of("azure", "usagelineitems", "&offset=99999999999999999999"), 400, "InvalidOffset"),
        (of("onetime", "usagelineitems", "&currencycode=eur"), 400, "InvalidCurrency"),
        (of("onetime", "usagelineitems", "&continuationToken=AQAAAA=="), 400, "InvalidContinuationToken"),
        (
            "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems&period=next"
                .to_owned(),
            400,
            "InvalidPeriod",
        ),
        ("/v1/invoices/INV-4390934-999999".to_owned(), 404, "InvoiceNotFound"),
        ("/v1/invoices/..%2f..".to_owned(), 404, "InvoiceNotFound"),
        ("/v1/invoices?size=none".to_owned(), 400, "InvalidSize"),
    ];
    for (path, status, code) in table {
        let answer = house.get("contoso", &path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    let beyond = house.get("contoso", &of("azure", "usagelineitems", "&offset=4294967295")).with(200);
    assert_eq!(beyond["items"], json!([]));
    // A token of one list leads nowhere in another.
    let page = house.get("contoso", &of("onetime", "usagelineitems", "&size=1")).with(200);
    let token = [("MS-ContinuationToken", page["continuationToken"].as_str().unwrap())];
    let other = house.send("contoso", "GET", &of("onetime", "billinglineitems", ""), &token, "");
    assert_eq!((other.status, other.code().as_str()), (400, "InvalidContinuationToken"));
}
