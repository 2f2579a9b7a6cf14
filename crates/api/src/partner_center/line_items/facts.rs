//! Facts of lines: names, prices and amounts as decimals.

use std::collections::HashMap;

use contract::{
    commerce::{AdditionalFacts, CommerceMeter, Exact, MeterTexts},
    partner_center_billing::{DailyFacts, LineFacts, Money as Cost, Parties, Product},
};
use model::{
    Amount, CustomerId, Day, Exchange, ExchangeRate, InvoiceLine, LineKey, MeterId, Money, Month, Office, Overflow,
    PartnerId, PriceList, Quantity, Share, Subscriber, UnitPrice,
};

use super::super::{customers::Homes, invoices::moments};
use crate::{
    call::Call,
    commerce::{
        price::{decimal, single},
        rate_card::too_large,
        usage::meter_text,
    },
    error::ApiError,
};

/// What something comes to in the currency of the invoice.
#[derive(Clone, Copy)]
pub(super) enum Billed {
    /// It was rounded, as a line of a document is.
    Money(Money),
    /// It is exact.
    Exact,
}

/// What is charged by one price.
#[derive(Clone, Copy)]
pub(super) struct Charged<'a> {
    pub(super) key: &'a LineKey,
    pub(super) unit_price: UnitPrice,
    pub(super) divisor: u32,
    pub(super) quantity: Quantity,
    /// What it costs in the currency of the price.
    pub(super) pricing: Amount,
    pub(super) exchange: Option<Exchange>,
    pub(super) billed: Billed,
}

impl<'a> Charged<'a> {
    /// A line of a document.
    pub(super) fn of_line(line: &'a InvoiceLine) -> Result<Self, Overflow> {
        Ok(Self {
            key: &line.key,
            unit_price: line.unit_price,
            divisor: line.divisor,
            quantity: line.quantity,
            pricing: reduced(line.quantity.times(line.unit_price, line.divisor)?, &line.key)?,
            exchange: line.exchange,
            billed: Billed::Money(line.amount),
        })
    }
}

/// An amount after the reductions of a line.
fn reduced(amount: Amount, key: &LineKey) -> Result<Amount, Overflow> {
    let amount = if key.discount.is_zero() { amount } else { amount.times(key.discount.rest())? };
    if key.credit.is_zero() { Ok(amount) } else { amount.times(key.credit.rest()) }
}

/// Puts facts into words, looking names up once.
pub(super) struct Writer<'a> {
    office: &'a Office,
    homes: Homes<'a>,
    partner: &'a PartnerId,
    list: Option<&'a PriceList>,
    number: String,
    texts: HashMap<MeterId, MeterTexts>,
    domains: HashMap<CustomerId, String>,
}

impl<'a> Writer<'a> {
    pub(super) fn of(call: &'a Call<'_>, partner: &'a PartnerId, number: &str) -> Self {
        Self {
            office: &call.office,
            homes: Homes::of(&call.office),
            partner,
            list: call.office.price_list_of(partner),
            number: number.to_owned(),
            texts: HashMap::new(),
            domains: HashMap::new(),
        }
    }

    /// A line of a month.
    pub(super) fn line(&mut self, charged: &Charged<'_>, is_adjustment: bool) -> Result<LineFacts, ApiError> {
        let (from, until) = moments(charged.key.month);
        Ok(LineFacts {
            parties: self.parties(charged.key, charged.key.month.first_day()),
            product: self.product(charged.key),
            money: self.cost(charged).map_err(|error| too_large(&error))?,
            tier: charged.key.tier.saturating_add(1),
            from,
            until,
            is_adjustment,
        })
    }

    /// What a day cost; without a local subscription, what an adjustment says of a month.
    pub(super) fn day(
        &mut self,
        charged: &Charged<'_>,
        day: Day,
        used_by: Option<&Subscriber>,
    ) -> Result<DailyFacts, ApiError> {
        let days = charged.key.month.days();
        let region = self.office.stamps.get(&charged.key.stamp).map_or("", |stamp| stamp.region.as_str());
        let additional = used_by.map(|used_by| {
            AdditionalFacts::new(charged.key.meter.as_str(), used_by.subscription.as_str(), region, day.start())
        });
        Ok(DailyFacts {
            parties: self.parties(charged.key, day),
            product: self.product(charged.key),
            money: self.cost(charged).map_err(|error| too_large(&error))?,
            from: days.start.start().to_string(),
            until: days.end.start().to_string(),
            day: day.start().to_string(),
            location: region.to_owned(),
            local_subscription: used_by.map_or(String::new(), |used_by| used_by.subscription.to_string()),
            additional,
            is_adjustment: used_by.is_none(),
        })
    }

    fn parties(&mut self, key: &LineKey, day: Day) -> Parties {
        let subscription = self.office.subscriptions.get(&key.paying_subscription);
        let customer = subscription.and_then(|known| known.customer.as_ref());
        let customer = customer.and_then(|id| self.office.customers.get(id));
        let domain = customer.map(|customer| {
            let homes = &self.homes;
            let found = || homes.directory(customer).map_or(String::new(), |directory| directory.domain.clone());
            self.domains.entry(customer.id.clone()).or_insert_with(found).clone()
        });
        let of_record = subscription.and_then(|known| known.partner(day));
        Parties {
            partner: self.partner.to_string(),
            partner_name: self.office.partners.get(self.partner).map_or(String::new(), |known| known.name.clone()),
            reseller: of_record.filter(|one| *one != self.partner).map_or(String::new(), ToString::to_string),
            customer: customer.map_or(String::new(), |customer| customer.id.to_string()),
            customer_name: customer.map_or(String::new(), |customer| customer.name.clone()),
            domain: domain.unwrap_or_default(),
            subscription: key.paying_subscription.to_string(),
            subscription_name: subscription.map_or(String::new(), |known| known.name.clone()),
            invoice: self.number.clone(),
        }
    }

    fn product(&mut self, key: &LineKey) -> Product {
        let list = self.list;
        let meter = &key.commerce_meter;
        let texts = self.texts.entry(meter.clone()).or_insert_with(|| CommerceMeter::new(meter, list).texts());
        Product { meter: meter_text(meter), texts: texts.clone(), price_from: key.price_from.to_string() }
    }

    fn cost(&self, charged: &Charged<'_>) -> Result<Cost, Overflow> {
        let key = charged.key;
        let one = Quantity::from_whole(1).times(charged.unit_price, charged.divisor)?;
        let rate = charged.exchange.map_or(ExchangeRate::ONE, |exchange| exchange.rate);
        let invoiced_in = self.list.map(PriceList::invoiced_in);
        let (billing_total, billing_currency) = match charged.billed {
            Billed::Money(money) => (Exact::of(&money.decimal()), Some(money.currency)),
            Billed::Exact => (decimal(converted(charged.pricing, charged.exchange)?)?, invoiced_in),
        };
        let effective = match charged.billed {
            Billed::Money(money) => {
                let rule = self.list.map_or(model::Rounding::HalfUp, |list| list.rounding);
                hub::published_unit_price(money, charged.quantity, rule).map(|text| Exact::of(&text))
            }
            Billed::Exact => None,
        };
        let effective = match effective {
            Some(effective) => effective,
            None => decimal(reduced(one, key)?)?,
        };
        let billing_currency = billing_currency.map_or(String::new(), |one| one.code().to_owned());
        let pricing_currency = charged.exchange.map(|exchange| exchange.from.code().to_owned());
        Ok(Cost {
            unit_price: single(charged.unit_price, charged.divisor)?,
            effective_unit_price: effective,
            quantity: Exact::of(&charged.quantity),
            pricing_total: decimal(charged.pricing)?,
            pricing_currency: pricing_currency.unwrap_or_else(|| billing_currency.clone()),
            billing_total,
            billing_currency,
            exchange_rate: Exact::of(&rate),
            exchange_rate_date: month_start(key.month),
            earned_credit: part(key.credit)?,
            has_earned_credit: !key.credit.is_zero(),
            adjustments: adjustments(key),
        })
    }
}

fn month_start(month: Month) -> String {
    month.first_day().start().to_string()
}

fn converted(amount: Amount, exchange: Option<Exchange>) -> Result<Amount, Overflow> {
    match exchange {
        Some(exchange) => amount.times(exchange.rate.ratio()),
        None => Ok(amount),
    }
}

/// A share as a part of one.
fn part(share: Share) -> Result<Exact, Overflow> {
    decimal(Amount::of_minor(1, 0)?.times(share.part())?)
}

/// The reductions of a line, as a list of texts in JSON. Source: Partner Center, unbilled reconciliation, 2019-09.
fn adjustments(key: &LineKey) -> String {
    let mut texts = Vec::new();
    if !key.discount.is_zero() {
        texts.push(format!("\"{}% Discount\"", key.discount));
    }
    if !key.credit.is_zero() {
        texts.push(format!("\"{}% Partner earned credit for services managed\"", key.credit));
    }
    if texts.is_empty() { String::new() } else { format!("[{}]", texts.join(",")) }
}
