//! The tables that the pages of rate, bill and show share: meters, price list, usage.

use std::collections::{BTreeMap, HashMap};

use billing::{
    attribute::Rule,
    rate::{AttributedSum, MonthUsage, RatedMonth, rate_month},
};
use model::{
    CloudId, Conversion, Currency, CustomerId, Day, DirectoryId, ExchangeRate, MeterCatalogue, MeterId, MeterMapping,
    Month, MonthlyRate, PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction,
    ReductionKind, Rounding, Scope, Share, SubscriptionKind, Tier, Unit, UnitPrice,
};

use crate::page::{Block, Row, cell, need};

/// One row of a usage table.
struct Used {
    subscription: String,
    stamp: CloudId,
    day: Day,
    meter: MeterId,
    scope: Scope,
    charged: bool,
    quantity: Quantity,
    rows: u64,
}

/// What the tables so far say.
#[derive(Default)]
pub struct World {
    meters: HashMap<String, MeterId>,
    customers: BTreeMap<String, CustomerId>,
    pub price_list: Option<PriceList>,
    used: Vec<Used>,
}

impl World {
    /// Takes a table in; says whether it was one of these.
    pub fn read(&mut self, block: &Block) -> bool {
        match block.kind.as_str() {
            "meters" => self.meters.extend(
                block.rows().iter().map(|row| (need(row, "name").to_owned(), MeterId::new(need(row, "id")).unwrap())),
            ),
            "customers" => self.customers.extend(
                block
                    .rows()
                    .iter()
                    .map(|row| (need(row, "subscription").to_owned(), CustomerId::new(need(row, "customer")).unwrap())),
            ),
            "price_list" => block.rows().iter().for_each(|row| self.start_price_list(row)),
            "prices" => self.read_prices(block),
            "meter_mappings" | "reductions" | "rates" => {
                block.rows().iter().for_each(|row| self.say(&block.kind, row));
            }
            "usage" => block.rows().iter().for_each(|row| self.use_meter(row)),
            _ => return false,
        }
        true
    }

    /// The meter that a page calls by this name; an id stands for itself.
    pub fn meter(&self, name: &str) -> MeterId {
        self.meters.get(name).cloned().unwrap_or_else(|| MeterId::new(name).unwrap())
    }

    /// The name that a page has for a meter.
    pub fn name(&self, meter: &MeterId) -> String {
        let named = self.meters.iter().find(|(_, id)| *id == meter);
        named.map_or_else(|| meter.to_string(), |(name, _)| name.clone())
    }

    fn start_price_list(&mut self, row: &Row) {
        self.price_list = Some(PriceList {
            id: PriceListId::new("list").unwrap(),
            name: "list".to_owned(),
            currency: Currency::parse(need(row, "currency")).unwrap(),
            rounding: Rounding::from_word(need(row, "rounding")).unwrap(),
            prices: Vec::new(),
            billing_currency: row.get("invoiced_in").map(|code| Currency::parse(code).unwrap()),
            meters: Vec::new(),
            reductions: Vec::new(),
            exchange: Vec::new(),
        });
    }

    /// Adds one row of what else a price list says.
    fn say(&mut self, kind: &str, row: &Row) {
        let meter = |column: &str| cell(row, column).map(|name| self.meter(name));
        let day = |column: &str| cell(row, column).map(|day| Day::parse(day).unwrap());
        let (of, from) = (meter_of(row, &meter), row.get("from").map(|_| day("from").unwrap()));
        let commerce_meter = row.get("commerce_meter").and_then(|_| meter("commerce_meter"));
        let until = row.get("until").and_then(|_| day("until"));
        let list = self.price_list.as_mut().expect("a price list before what it says");
        match kind {
            "meter_mappings" => list.meters.push(MeterMapping {
                meter: of.unwrap(),
                scope: Scope::from_word(need(row, "scope")).unwrap(),
                from: from.unwrap(),
                commerce_meter: commerce_meter.unwrap(),
            }),
            "reductions" => list.reductions.push(Reduction {
                kind: ReductionKind::from_word(need(row, "kind")).unwrap(),
                paying_subscription: cell(row, "subscription").map(|id| PayingSubscriptionId::new(id).unwrap()),
                meter: of,
                from: from.unwrap(),
                until,
                share: Share::parse_percent(need(row, "percent")).unwrap(),
            }),
            _ => list.exchange.push(MonthlyRate {
                month: Month::parse(need(row, "month")).unwrap(),
                rate: ExchangeRate::parse(need(row, "rate")).unwrap(),
            }),
        }
    }

    /// Rows of one meter and day are its tiers. A later table replaces the prices it names again.
    fn read_prices(&mut self, block: &Block) {
        let mut prices: Vec<Price> = Vec::new();
        for row in block.rows() {
            let (meter, from) = (self.meter(need(&row, "meter")), Day::parse(need(&row, "from")).unwrap());
            let tier = Tier {
                from: Quantity::parse(need(&row, "tier_from")).unwrap(),
                unit_price: UnitPrice::parse(need(&row, "unit_price")).unwrap(),
            };
            match prices.iter_mut().find(|price| price.meter == meter && price.from == from) {
                Some(price) => price.tiers.push(tier),
                None => prices.push(Price {
                    meter,
                    from,
                    unit: Unit::from_word(need(&row, "unit")).unwrap(),
                    conversion: Conversion {
                        priced_unit: "priced unit".to_owned(),
                        divisor: need(&row, "divisor").parse().unwrap(),
                    },
                    included: Quantity::parse(need(&row, "included")).unwrap(),
                    tiers: vec![tier],
                    source: "this page".to_owned(),
                }),
            }
        }
        let list = self.price_list.as_mut().expect("a price list before its prices");
        list.prices.retain(|old| !prices.iter().any(|new| new.meter == old.meter && new.from == old.from));
        list.prices.extend(prices);
    }

    fn use_meter(&mut self, row: &Row) {
        let optional = |column: &str| row.contains_key(column).then(|| need(row, column).to_owned());
        self.used.push(Used {
            subscription: optional("subscription").unwrap_or_else(|| "A1".to_owned()),
            stamp: CloudId::new(need(row, "stamp")).unwrap(),
            day: Day::parse(need(row, "day")).unwrap(),
            meter: self.meter(need(row, "meter")),
            scope: Scope::from_word(need(row, "scope")).unwrap(),
            charged: optional("charged").is_none_or(|charged| charged == "yes"),
            quantity: Quantity::parse(need(row, "quantity")).unwrap(),
            rows: need(row, "rows").parse().unwrap(),
        });
    }

    /// Everything that was used, rated by paying subscription and month. The order of the rows must not matter.
    pub fn rated(&self) -> Vec<RatedMonth> {
        let forward = self.rate(self.used.iter());
        assert_eq!(forward, self.rate(self.used.iter().rev()), "rated in another order");
        forward
    }

    fn rate<'a>(&'a self, used: impl Iterator<Item = &'a Used>) -> Vec<RatedMonth> {
        let mut months: BTreeMap<(String, Month), MonthUsage> = BTreeMap::new();
        for used in used {
            let month = used.day.month();
            let usage = months
                .entry((used.subscription.clone(), month))
                .or_insert_with(|| MonthUsage::new(month, &self.paying_subscription(&used.subscription)));
            let Used { stamp, day, meter, scope, charged, quantity, rows, .. } = used;
            let (day, scope, charged, rule) = (*day, *scope, *charged, Rule::Mapped);
            let (quantity, rows) = (*quantity, *rows);
            usage.add(AttributedSum { stamp, day, meter, scope, charged, rule, quantity, rows }).unwrap();
        }
        let rate = |usage| rate_month(usage, self.price_list.as_ref(), MeterCatalogue::published()).unwrap();
        months.values().map(rate).collect()
    }

    fn paying_subscription(&self, name: &str) -> PayingSubscription {
        PayingSubscription {
            id: PayingSubscriptionId::new(name).unwrap(),
            name: name.to_owned(),
            kind: SubscriptionKind::Csp,
            directory: DirectoryId::new("any").unwrap(),
            customer: self.customers.get(name).cloned(),
            standings: Vec::new(),
        }
    }
}

fn meter_of(row: &Row, meter: &impl Fn(&str) -> Option<MeterId>) -> Option<MeterId> {
    row.get("meter").and_then(|_| meter("meter"))
}

/// The text of an optional cell of a block with one row.
pub fn only_row(block: &Block) -> Row {
    let rows = block.rows();
    let [row] = rows.as_slice() else { panic!("one row is expected in {block:?}") };
    assert!(row.keys().all(|column| cell(row, column).is_some()), "an empty cell in {block:?}");
    row.clone()
}
