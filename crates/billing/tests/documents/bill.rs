//! Runs `docs/rooms/bill.md`.

use billing::bill::{self, CloseFacts, HeldRows, StampWatermark, Terms, UnattributedRows, draft, number, obstacles};
use model::{
    CloudId, Currency, Document, Exchange, ExchangeRate, HeldReason, Hour, Month, PartnerId, Quantity, Rounding,
    Second, UnitPrice,
};

use crate::{
    page::{self, Block, Example, Row, cell, check, dash, need},
    world::{World, only_row},
};

const OBSTACLES: &[&str] = &["month_not_over", "watermark_behind", "rows_held", "usage_unattributed", "usage_unpriced"];
const PRICED: &str = "month meter commerce_meter discount credit price_currency exchange_rate amount residual";
const LINES: &str = "kind month subscription stamp meter scope price_from tier quantity unit_price amount residual";

#[test]
fn the_verdicts_are_the_obstacles_in_their_order() {
    assert_eq!(page::verdicts(&page::read("bill")), OBSTACLES);
}

#[test]
fn the_worked_examples_hold() {
    for example in page::examples(&page::read("bill")) {
        run(&example);
    }
}

/// The books of one partner: what was used, and the documents so far.
#[derive(Default)]
struct Books {
    world: World,
    documents: Vec<Document>,
    newest: Option<Document>,
}

fn run(example: &Example) {
    let (mut books, title) = (Books::default(), &example.title);
    let mut checked = 0;
    for block in &example.blocks {
        if books.world.read(block) {
            continue;
        }
        checked += 1;
        match block.kind.as_str() {
            "round" => round(title, block),
            "close" => books.close(title, block),
            "document" => books.check_newest(title, block),
            "priced" => books.check_priced(title, block),
            "canonical" => {
                let newest = books.newest.as_ref().expect("a document before its bytes");
                let bytes = String::from_utf8(bill::canonical(newest)).unwrap();
                // The page breaks the line at members, and the bytes have no white space outside of names.
                let shown: String = block.text.lines().map(str::trim).collect();
                assert_eq!(bytes, shown, "{title}");
            }
            "obstacles" => books.check_obstacles(title, block, example),
            "facts" | "held" => {}
            other => panic!("{title}: nobody reads a block {other:?}"),
        }
    }
    assert!(checked > 0, "{title}: nothing is expected");
}

fn round(title: &str, block: &Block) {
    for row in block.rows() {
        let terms = Terms {
            currency: Currency::parse(need(&row, "currency")).unwrap(),
            rounding: Rounding::from_word(need(&row, "rounding")).unwrap(),
        };
        let quantity = Quantity::parse(need(&row, "quantity")).unwrap();
        let price = UnitPrice::parse(need(&row, "unit_price")).unwrap();
        let amount = quantity.times(price, need(&row, "divisor").parse().unwrap()).unwrap();
        let exchange = row.get("rate").map(|rate| Exchange {
            from: Currency::parse(need(&row, "price_currency")).unwrap(),
            rate: ExchangeRate::parse(rate).unwrap(),
        });
        let rounded = bill::round(amount, exchange, terms).unwrap();
        let actual = (rounded.money.decimal(), rounded.residual.exact_text());
        assert_eq!(actual, (need(&row, "amount").to_owned(), need(&row, "residual").to_owned()), "{title}: {row:?}");
    }
}

impl Books {
    /// Closes a month; the block's table holds the lines of the document, or the word `nothing`.
    fn close(&mut self, title: &str, block: &Block) {
        let month = Month::parse(&block.arguments[0]).unwrap();
        let partner = PartnerId::new("CON").unwrap();
        let terms = Terms::from(self.world.price_list.as_ref().expect("a price list before a close"));
        let drafted = draft(&partner, month, terms, &self.world.rated(), &self.documents).unwrap();
        self.newest = drafted.map(|draft| {
            let before = self.documents.iter().filter(|document| document.kind == draft.kind).count();
            let number = number(&partner, draft.kind, u64::try_from(before).unwrap() + 1).unwrap();
            draft.numbered(number)
        });
        let Some(document) = &self.newest else {
            assert_eq!(block.text.trim(), "nothing", "{title}: close {month}");
            return;
        };
        let line = |line: &model::InvoiceLine| {
            let key = &line.key;
            let about = format!("{} {} {}", key.month, key.paying_subscription, key.stamp);
            let what = format!("{} {} {} {}", self.world.name(&key.meter), key.scope.word(), key.price_from, key.tier);
            let cost = format!("{} {} {} {}", line.quantity, line.unit_price, line.amount.decimal(), line.residual);
            format!("{} {about} {what} {cost}", line.kind.word())
        };
        let lines: Vec<String> = document.lines.iter().map(line).collect();
        check(title, block, LINES, &lines);
        self.documents.push(document.clone());
    }

    fn check_newest(&self, title: &str, block: &Block) {
        let document = self.newest.as_ref().expect("a document");
        let actual =
            format!("{} {} {}", document.number, document.kind.word(), document.total.to_string().replace(' ', "_"));
        check(title, block, "number kind total", &[actual]);
    }

    /// The lines of the newest document with what decided on their price.
    fn check_priced(&self, title: &str, block: &Block) {
        let line = |line: &model::InvoiceLine| {
            let key = &line.key;
            let (meter, commerce_meter) = (self.world.name(&key.meter), self.world.name(&key.commerce_meter));
            let from = dash(line.exchange.map(|exchange| exchange.from));
            let rate = dash(line.exchange.map(|exchange| exchange.rate));
            let about = format!("{} {meter} {commerce_meter} {} {}", key.month, key.discount, key.credit);
            format!("{about} {from} {rate} {} {}", line.amount.decimal(), line.residual)
        };
        let lines: Vec<String> = self.newest.iter().flat_map(|document| &document.lines).map(line).collect();
        check(title, block, PRICED, &lines);
    }

    fn check_obstacles(&self, title: &str, block: &Block, example: &Example) {
        let table = |kind: &'static str| example.blocks.iter().filter(move |block| block.kind == kind);
        let facts = only_row(table("facts").next().expect("facts before obstacles"));
        let held: Vec<Row> = table("held").flat_map(Block::rows).collect();
        let stamp = |row: &Row| CloudId::new(need(row, "stamp")).unwrap();
        let rows = |row: &Row| need(row, "rows").parse().unwrap();
        let watermark = StampWatermark {
            stamp: stamp(&facts),
            watermark: Hour::parse(need(&facts, "watermark")).unwrap(),
            reset: false,
        };
        let held_rows = |row: &Row| {
            let reason = HeldReason::from_word(need(row, "reason"))?;
            Some(HeldRows { stamp: stamp(row), reason, rows: rows(row) })
        };
        let unattributed = |row: &Row| {
            let reason = billing::attribute::Unattributed::from_word(need(row, "reason"))?;
            Some(UnattributedRows { stamp: stamp(row), reason, rows: rows(row) })
        };
        let found = obstacles(&CloseFacts {
            month: Month::parse(need(&facts, "month")).unwrap(),
            as_of: Second::parse(need(&facts, "as_of")).unwrap(),
            grace_hours: need(&facts, "grace_hours").parse().unwrap(),
            watermarks: &[watermark],
            held: &held.iter().filter_map(held_rows).collect::<Vec<_>>(),
            unattributed: &held.iter().filter_map(unattributed).collect::<Vec<_>>(),
            rated: &self.world.rated(),
        });
        let words: Vec<&str> = found.iter().map(bill::Obstacle::word).collect();
        let expected = block.rows();
        let expected: Vec<String> = expected.iter().map(|row| dash(cell(row, "obstacle"))).collect();
        assert_eq!(words, expected, "{title}");
    }
}
