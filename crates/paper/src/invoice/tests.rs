//! Tests of invoices.

use model::{
    CloudId, Currency, Customer, CustomerId, Day, DirectoryId, Document, DocumentKind, Exchange, ExchangeRate,
    InvoiceLine, InvoiceNumber, LineKey, LineKind, MeterId, Money, Month, Office, Partner, PartnerId, PartnerKind,
    PayingSubscription, PayingSubscriptionId, Quantity, Scope, Second, Share, SubscriptionKind, UnitPrice,
};
use serde_json::Value;

use super::{Detail, invoice_json, invoice_pdf, sheet};
use crate::{
    names::Names,
    pdf::{Block, Language, Row, Sheet},
};

const METER: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";

/// Names that would do something if they were read as markup, or that fonts and tables find hard.
const HOSTILE: &[&str] = &[
    "#import \"x\": *",
    "*bold* _light_ `raw`",
    "$x^2$ <label> @reference",
    "\\ \\u{41} \\#",
    "#panic() #read(\"/etc/passwd\")",
    "]#eval(\"1+1\")[ // not a comment /* nor this",
    "= a heading\n- a list\r\n+ another",
    "שלום עולם",
    "مرحبا بالعالم",
    "日本株式会社の請求書",
    "👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301} \u{202e}turned\u{202c}",
    "\u{0}\u{1b}[31m",
    "\u{fffd}\u{10ffff}",
];

fn line(number: u32, customer: Option<&str>, kind: LineKind, month: &str, minor: i128) -> InvoiceLine {
    InvoiceLine {
        key: LineKey {
            month: Month::parse(month).unwrap(),
            paying_subscription: PayingSubscriptionId::new(&format!("s-{}", customer.unwrap_or("own"))).unwrap(),
            stamp: CloudId::new("cloud1").unwrap(),
            meter: MeterId::new(METER).unwrap(),
            commerce_meter: MeterId::new(METER).unwrap(),
            scope: Scope::Tenant,
            price_from: Day::parse("2026-01-01").unwrap(),
            tier: number,
            discount: Share::parse_percent("15").unwrap(),
            credit: Share::ZERO,
        },
        kind,
        customer: customer.map(|customer| CustomerId::new(customer).unwrap()),
        unit_price: UnitPrice::parse("0.046").unwrap(),
        divisor: 1,
        exchange: Some(Exchange {
            from: Currency::parse("USD").unwrap(),
            rate: ExchangeRate::parse("0.846202666").unwrap(),
        }),
        quantity: Quantity::parse("1644.12345678").unwrap(),
        amount: Money { currency: Currency::parse("EUR").unwrap(), minor },
        residual: "0".to_owned(),
    }
}

fn document(mut lines: Vec<InvoiceLine>) -> Document {
    lines.sort_by(|left, right| left.key.cmp(&right.key));
    let currency = Currency::parse("EUR").unwrap();
    let total =
        lines.iter().map(|line| line.amount).fold(Money::zero(currency), |sum, one| sum.checked_add(one).unwrap());
    let kind = if total.minor < 0 { DocumentKind::CreditNote } else { DocumentKind::Invoice };
    Document {
        number: InvoiceNumber::new("INV-4390934-000002").unwrap(),
        kind,
        partner: PartnerId::new("4390934").unwrap(),
        month: Month::parse("2026-10").unwrap(),
        currency,
        lines,
        total,
    }
}

fn usual() -> Document {
    document(vec![
        line(1, Some("c1"), LineKind::Adjustment, "2026-09", -289),
        line(1, None, LineKind::Usage, "2026-10", 378_774),
        line(1, Some("c1"), LineKind::Usage, "2026-10", 7562),
        line(2, Some("c1"), LineKind::Usage, "2026-10", 100),
    ])
}

fn office(name: &str) -> Office {
    let mut office = Office::default();
    let partner = PartnerId::new("4390934").unwrap();
    let kind = PartnerKind::Direct;
    let known =
        Partner { id: partner.clone(), name: name.to_owned(), kind, provider: None, price_list: None, retail: None };
    office.partners.insert(partner.clone(), known);
    let id = CustomerId::new("c1").unwrap();
    let customer = Customer { id: id.clone(), name: name.to_owned(), partner, retail: None };
    office.customers.insert(id.clone(), customer);
    let subscription = PayingSubscription {
        id: PayingSubscriptionId::new("s-c1").unwrap(),
        name: name.to_owned(),
        kind: SubscriptionKind::Csp,
        directory: DirectoryId::new("d").unwrap(),
        customer: Some(id),
        standings: Vec::new(),
    };
    office.subscriptions.insert(subscription.id.clone(), subscription);
    office
}

fn issued() -> Second {
    Second::parse("2026-11-03T02:00:00Z").unwrap()
}

fn pages(office: &Office, document: &Document, language: Language) -> Vec<u8> {
    invoice_pdf(&Names::new(office), document, issued(), &[7; 32], language).unwrap()
}

fn shown(document: &Document, language: Language) -> Sheet {
    sheet(&Names::new(&office("Adatum")), document, issued(), &[7; 32], language.words()).unwrap()
}

fn cells(block: &Block) -> usize {
    block.rows.iter().filter(|row| matches!(row, Row::Cells(_))).count()
}

/// The sum that a block ends with.
fn last_sum(block: &Block) -> &str {
    match block.rows.last() {
        Some(Row::Sum { cells, .. }) => cells.last().unwrap(),
        other => panic!("{other:?} is no sum"),
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (document, office) = (usual(), office("Adatum"));
    for language in Language::ALL {
        let first = pages(&office, &document, *language);
        assert!(first.starts_with(b"%PDF-"));
        assert_eq!(first, pages(&office, &document, *language));
    }
    let other = invoice_pdf(&Names::new(&office), &document, issued(), &[8; 32], Language::English).unwrap();
    assert_ne!(other, pages(&office, &document, Language::English));
}

#[test]
fn names_are_shown_and_never_read() {
    let document = usual();
    let long = "x".repeat(200);
    for name in HOSTILE.iter().copied().chain([long.as_str()]) {
        let office = office(name);
        for language in Language::ALL {
            assert!(pages(&office, &document, *language).len() > 10_000, "{name:?}");
        }
    }
}

#[test]
fn usage_comes_by_customer_and_adjustments_by_month() {
    let sheet = shown(&usual(), Language::English);
    let titles: Vec<&str> = sheet.blocks.iter().map(|block| block.title.as_str()).collect();
    let expected = ["Totals by customer", "Totals by stamp", "Usage, October 2026", "Adjustments, September 2026"];
    assert_eq!(titles, expected);
    let sums: Vec<&str> = sheet.blocks.iter().map(last_sum).collect();
    assert_eq!(sums, ["3,861.47", "3,861.47", "3,864.36\u{a0}EUR", "\u{2212}2.89\u{a0}EUR"]);
    assert_eq!(sheet.total.1, "3,861.47\u{a0}EUR");
    assert_eq!(sheet.blocks.iter().map(cells).collect::<Vec<_>>(), [2, 1, 3, 1]);
    let Some(Row::Group { name, .. }) = sheet.blocks[2].rows.first() else { panic!("no group") };
    assert!(name.starts_with("Partner’s own"), "{name}");
}

#[test]
fn there_is_a_column_for_discounts_only_where_there_are_some() {
    let mut plain = usual();
    for line in &mut plain.lines {
        (line.key.discount, line.exchange) = (Share::ZERO, None);
    }
    for (document, columns) in [(usual(), 6), (plain, 5)] {
        let sheet = shown(&document, Language::French);
        assert_eq!(sheet.blocks[2].columns.len(), columns);
        let rows = sheet.blocks[2].rows.iter();
        let lengths = rows.filter_map(|row| if let Row::Cells(cells) = row { Some(cells.len()) } else { None });
        assert!(lengths.into_iter().all(|length| length == columns));
    }
}

#[test]
fn a_credit_note_says_so_in_both_languages() {
    let note = document(vec![line(1, Some("c1"), LineKind::Adjustment, "2026-09", -289)]);
    let heads = Language::ALL.iter().map(|language| {
        let sheet = shown(&note, *language);
        format!("{}, {} {}", sheet.heading, sheet.total.0, sheet.total.1)
    });
    let expected = ["Credit note, Total credited \u{2212}2.89\u{a0}EUR", "Avoir, Total crédité \u{2212}2,89\u{a0}EUR"];
    assert_eq!(heads.collect::<Vec<_>>(), expected);
}

#[test]
fn a_document_of_twenty_thousand_lines_is_summed_up() {
    let customers: Vec<String> = (0..40).map(|number| format!("c{number}")).collect();
    let lines = (0..20_000_u32).map(|number| {
        let customer = &customers[usize::try_from(number % 40).unwrap()];
        line(number / 40 + 1, Some(customer), LineKind::Usage, "2026-10", 1)
    });
    let document = document(lines.collect());
    assert_eq!(Detail::of(&document), Detail::Meters);
    let sheet = shown(&document, Language::English);
    assert_eq!(sheet.blocks.iter().map(cells).sum::<usize>(), 40 + 1 + 40);
    assert!(sheet.notes.iter().any(|note| note.contains("20,000 lines")), "{:?}", sheet.notes);
    assert_eq!(last_sum(&sheet.blocks[2]), "200.00\u{a0}EUR");
    assert!(pages(&office("Adatum"), &document, Language::English).len() < 1_000_000);
}

#[test]
fn however_many_customers_there_are_the_tables_stay_short() {
    let ids: Vec<String> = (0..3_000).map(|number| format!("c{number}")).collect();
    let lines = ids.iter().map(|id| line(1, Some(id), LineKind::Usage, "2026-10", 1)).collect();
    let document = document(lines);
    assert_eq!(Detail::of(&document), Detail::Total);
    let sheet = shown(&document, Language::French);
    assert_eq!(sheet.blocks.iter().map(|block| block.title.as_str()).collect::<Vec<_>>(), ["Totaux par cloud"]);
}

#[test]
fn json_has_the_numbers_of_the_record_and_names() {
    let document = usual();
    let office = office("Ad\"atum\\");
    let bytes = invoice_json(&Names::new(&office), &document, issued(), &[7; 32]).unwrap();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    let record: Value = serde_json::from_slice(&billing::bill::canonical(&document)).unwrap();
    for (written, recorded) in json["lines"].as_array().unwrap().iter().zip(record["lines"].as_array().unwrap()) {
        let pairs = [("quantity", "quantity"), ("amount", "amount"), ("unitPrice", "unit_price"), ("tier", "tier")];
        for (name, recorded_name) in pairs {
            assert_eq!(written[name], recorded[recorded_name]);
        }
        assert_eq!(written["stamp"]["id"], recorded["stamp"]);
    }
    assert_eq!((&json["total"], &json["partner"]["name"]), (&record["total"], &Value::from("Ad\"atum\\")));
    assert_eq!(json["hash"], Value::from("07".repeat(32)));
}
