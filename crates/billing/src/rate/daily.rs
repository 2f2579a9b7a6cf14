//! Rate: what each daily sum costs within its month, one by one, so that a month need not fit into memory.

use std::collections::HashMap;

use model::{
    Day, Exchange, MeterCatalogue, MeterId, Month, Overflow, PayingSubscriptionId, PriceList, Quantity, Reduction,
    Subscriber,
};

use super::{
    AttributedSum, Item, MeterMonth, MonthUsage, Priced, RatedLine, RatedMonth, Rating, priced, rate_with,
    steps::{PriceInForce, prices_of},
    usage::{DayTotal, Spot},
};

/// What a part of one daily sum costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyCharge {
    /// The day of use.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// The part that lies on one step of the price, with its exact amount. The charges of a key add up to its line.
    pub line: RatedLine,
}

/// Where the next sum of a local meter's total begins: by spot, and by rising day within one.
type Positions = HashMap<MeterId, Vec<(Spot, Vec<(Day, Quantity)>)>>;

/// The prices of a commerce meter, and what may not be paid of them.
type Terms<'a> = (Vec<PriceInForce<'a>>, Vec<&'a Reduction>);

/// Rates the daily sums of a month of one paying subscription in any order.
///
/// It was shown the whole month before, so it knows where in the tiers the total of a day, a stamp, a scope and a local
/// meter begins. The sums of one such total fill it in the order in which they come; whatever the order, the charges of a
/// key add up to its line, in quantity and in amount.
pub struct DailyRater<'a> {
    month: Month,
    subscription: PayingSubscriptionId,
    month_start: Day,
    no_rate: bool,
    list: Option<&'a PriceList>,
    catalogue: &'a MeterCatalogue,
    prices: HashMap<MeterId, Terms<'a>>,
    positions: Positions,
    exchange: Option<Exchange>,
}

impl<'a> DailyRater<'a> {
    /// Looks at a month: gives it rated, and what rates its daily sums.
    ///
    /// # Errors
    ///
    /// When the quantities of a meter add up to more than can be kept.
    pub fn new(
        usage: &MonthUsage,
        list: Option<&'a PriceList>,
        catalogue: &'a MeterCatalogue,
    ) -> Result<(RatedMonth, Self), Overflow> {
        let mut positions = Positions::new();
        let month = rate_with(usage, list, catalogue, &mut |item, position| {
            let spots = positions.entry(item.id.clone()).or_default();
            match spots.iter_mut().find(|(spot, _)| spot == item.spot) {
                Some((_, days)) => days.push((item.total.day, position)),
                None => spots.push((item.spot.clone(), vec![(item.total.day, position)])),
            }
        })?;
        for (_, days) in positions.values_mut().flatten() {
            days.sort_by_key(|(day, _)| *day);
        }
        let rater = Self {
            month: usage.month,
            subscription: usage.paying_subscription.clone(),
            month_start: usage.days.start,
            no_rate: list.is_some_and(|list| list.exchange(usage.month).is_err()),
            list,
            catalogue,
            prices: HashMap::new(),
            positions,
            exchange: month.exchange,
        };
        Ok((month, rater))
    }

    /// How prices become the invoice's currency.
    pub fn exchange(&self) -> Option<Exchange> {
        self.exchange
    }

    /// What one daily sum costs: a charge for each step it lies on, or the reason why there is none.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn rate(
        &mut self,
        sum: &AttributedSum<'_>,
        subscriber: &Subscriber,
    ) -> Result<Result<Vec<DailyCharge>, Rating>, Overflow> {
        let spot = Spot { stamp: sum.stamp.clone(), scope: sum.scope, charged: sum.charged };
        let meter = self.catalogue.find(sum.meter);
        let id = meter.map_or(sum.meter, |meter| &meter.id);
        let mapped = self.list.and_then(|list| list.mapped_meter(id, sum.scope, sum.day));
        let commerce_meter = mapped.unwrap_or(id);
        let total = DayTotal { day: sum.day, rows: sum.rows, quantity: sum.quantity };
        let item = Item { id, meter, mapped: mapped.is_some(), spot: &spot, total };
        if let (Some(list), false) = (self.list, self.prices.contains_key(commerce_meter)) {
            let reductions = list.reductions_of(&self.subscription, commerce_meter);
            self.prices.insert(commerce_meter.clone(), (prices_of(list, commerce_meter)?, reductions));
        }
        let position = position_of(&mut self.positions, id, &spot, sum.day);
        let start = position.as_ref().map_or(Quantity::ZERO, |position| **position);
        let (prices, reductions) =
            self.prices.get(commerce_meter).map_or((&[][..], &[][..]), |(prices, reductions)| (prices, reductions));
        let meter_month = MeterMonth {
            commerce_meter,
            list: self.list,
            reductions,
            prices,
            no_rate: self.no_rate,
            month_start: self.month_start,
            position: start,
            lines: std::collections::BTreeMap::new(),
            unrated: std::collections::BTreeMap::new(),
        };
        let charge = |line: super::MeterLine, priced: Priced| DailyCharge {
            day: sum.day,
            subscriber: subscriber.clone(),
            line: priced.line(line.key(self.month, &self.subscription, commerce_meter)),
        };
        let in_force = match meter_month.price(&item) {
            Ok(in_force) => in_force,
            Err(Rating::InfrastructureAtZero) => {
                let at_zero = Priced { quantity: sum.quantity, ..Priced::AT_ZERO };
                return Ok(Ok(vec![charge(meter_month.line_at_zero(&item), at_zero)]));
            }
            Err(rating) => return Ok(Err(rating)),
        };
        let mut charges = Vec::new();
        for (line, part) in meter_month.parts(&item, in_force, start, sum.quantity)? {
            let divisor = in_force.price.conversion.divisor;
            let Ok(cost) = priced(&line, part.quantity, part.unit_price, divisor) else {
                return Ok(Err(Rating::AmountTooLarge));
            };
            charges.push(charge(line, cost));
        }
        if let Some(position) = position {
            *position = start.checked_add(sum.quantity)?;
        }
        Ok(Ok(charges))
    }
}

fn position_of<'a>(positions: &'a mut Positions, meter: &MeterId, spot: &Spot, day: Day) -> Option<&'a mut Quantity> {
    let (_, days) = positions.get_mut(meter)?.iter_mut().find(|(known, _)| known == spot)?;
    let index = days.binary_search_by_key(&day, |(known, _)| *known).ok()?;
    days.get_mut(index).map(|(_, position)| position)
}
