//! Cells: a partner's month in the smallest pieces that people look at, so that one walk through the sums answers every question
//! about who, where, what and when.

use std::{cell::RefCell, collections::HashMap, hash::Hash, sync::Arc};

use billing::{bill::Terms, rate::DailyCharge, show::Spread};
use model::{CloudId, CustomerId, Day, DirectoryId, MeterId, Month, Office, PartnerId, PayingSubscriptionId, Quantity};

use crate::{
    Hub, View,
    close::{CloseError, terms},
    daily::Side,
};

/// What one tenant used of one meter on one stamp and day, and what it adds to the rounded lines of who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The day of use.
    pub day: Day,
    /// The stamp, as a place in [`Cells::stamps`].
    pub stamp: u32,
    /// Who pays, as a place in [`Cells::subscriptions`].
    pub subscription: u32,
    /// Whose directory it was, as a place in [`Cells::tenants`].
    pub tenant: u32,
    /// The local meter, as a place in [`Cells::meters`].
    pub meter: u32,
    /// How much, in the unit of the meter.
    pub quantity: Quantity,
    /// What it adds. Unit: minor units of the currency of the terms.
    pub minor: i128,
}

/// A partner's month in cells.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Which month.
    pub month: Month,
    /// The office by which it was computed.
    pub office: Arc<Office>,
    /// The currency and rounding of its amounts.
    pub terms: Terms,
    /// The stamps that have cells.
    pub stamps: Vec<CloudId>,
    /// The paying subscriptions that have cells, with their customers; none is the partner's own.
    pub subscriptions: Vec<(PayingSubscriptionId, Option<CustomerId>)>,
    /// The directories that have cells; none where the stamp did not say whose the usage was.
    pub tenants: Vec<Option<DirectoryId>>,
    /// The local meters that have cells.
    pub meters: Vec<MeterId>,
    /// The cells. They add up to the month.
    pub cells: Vec<Cell>,
    /// How many rows should have an amount and have none. Unit: rows.
    pub unpriced_rows: u64,
    /// Whether usage came in while it was added up, so that a cell may be newer than another.
    pub is_moving: bool,
}

/// How often it is added up again because usage came in meanwhile.
const ATTEMPTS_MAX: u32 = 3;

impl Hub {
    /// What a partner's month comes to by its cost and by everything known now, in cells.
    ///
    /// # Errors
    ///
    /// When the partner is unknown, not invoiced itself, or has no price list, when a sum does not fit, or when the store
    /// fails.
    pub fn cells(&self, partner: &PartnerId, month: Month) -> Result<Cells, CloseError> {
        let mut attempts = 1;
        loop {
            let before = self.store.last_delivery()?;
            let mut cells = self.cells_once(partner, month)?;
            let is_quiet = self.store.last_delivery()? == before;
            if is_quiet || attempts == ATTEMPTS_MAX {
                cells.is_moving = !is_quiet;
                return Ok(cells);
            }
            attempts += 1;
        }
    }

    fn cells_once(&self, partner: &PartnerId, month: Month) -> Result<Cells, CloseError> {
        let office = self.current_office()?;
        let terms = terms(&office, partner)?;
        let mut found: HashMap<(Day, [u32; 4]), (Quantity, i128)> = HashMap::new();
        let (mut stamps, mut payers) = (Places::default(), Places::default());
        let (mut tenants, mut meters) = (Places::default(), Places::default());
        let exchange = RefCell::new(HashMap::new());
        let mut spread = Spread::default();
        let daily = self.daily_charges::<CloseError>(
            partner,
            month,
            View::Now,
            Side::Cost,
            |daily| {
                let each = daily.rated.iter().map(|rated| (rated.paying_subscription.clone(), rated.exchange));
                exchange.borrow_mut().extend(each);
                Ok(())
            },
            |charge: &DailyCharge| {
                let key = &charge.line.key;
                let exchange = exchange.borrow().get(&key.paying_subscription).copied().flatten();
                let money = spread.part(&charge.line, exchange, terms)?;
                let place = [
                    stamps.of(&key.stamp),
                    payers.of(&key.paying_subscription),
                    tenants.of(&charge.subscriber.tenant),
                    meters.of(&key.meter),
                ];
                let (quantity, minor) = found.entry((charge.day, place)).or_insert((Quantity::ZERO, 0));
                *quantity = quantity.checked_add(charge.line.quantity)?;
                *minor = minor.checked_add(money.minor).ok_or(model::Overflow)?;
                Ok(())
            },
        )?;
        let mut cells: Vec<Cell> = found
            .into_iter()
            .map(|((day, [stamp, subscription, tenant, meter]), (quantity, minor))| Cell {
                day,
                stamp,
                subscription,
                tenant,
                meter,
                quantity,
                minor,
            })
            .collect();
        cells.sort_unstable_by_key(|cell| (cell.day, cell.stamp, cell.subscription, cell.tenant, cell.meter));
        let unpriced = daily.rated.iter().flat_map(|rated| &rated.unpriced);
        let unpriced_rows = unpriced.map(|usage| usage.rows).fold(0, u64::saturating_add);
        let office = daily.office;
        let customer =
            |id: &PayingSubscriptionId| office.subscriptions.get(id).and_then(|found| found.customer.clone());
        let subscriptions = payers.into_list().into_iter().map(|id| (id.clone(), customer(&id))).collect();
        Ok(Cells {
            month,
            terms,
            stamps: stamps.into_list(),
            subscriptions,
            tenants: tenants.into_list(),
            meters: meters.into_list(),
            cells,
            unpriced_rows,
            is_moving: false,
            office,
        })
    }
}

/// Ids in the order in which they were first seen.
struct Places<T> {
    known: HashMap<T, u32>,
    list: Vec<T>,
    /// What was asked for last, which is nearly always what is asked for next.
    last: Option<u32>,
}

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), list: Vec::new(), last: None }
    }
}

impl<T: Clone + Eq + Hash> Places<T> {
    fn of(&mut self, id: &T) -> u32 {
        let last = self.last.filter(|last| usize::try_from(*last).is_ok_and(|last| self.list.get(last) == Some(id)));
        let place = last.or_else(|| self.known.get(id).copied()).unwrap_or_else(|| {
            let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            self.known.insert(id.clone(), next);
            self.list.push(id.clone());
            next
        });
        self.last = Some(place);
        place
    }

    fn into_list(self) -> Vec<T> {
        self.list
    }
}
