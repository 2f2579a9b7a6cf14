//! Book: what months come to, kept between visits: a large partner has a million sums in a month, and a page must not wait for
//! them.
//!
//! What was computed is shown as long as the office it was computed by is the one of now. When only usage came in since, it is
//! shown with its time and computed anew behind the visitor's back, so no page is slow because a stamp has delivered.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use hub::{BudgetStanding, Cells, Closed, Explanation, Forecast, Hub, MonthClose, Unmapped};
use model::{CloudId, CustomerId, Day, InvoiceNumber, MeterId, Month, Office, Overflow, PartnerId, Quantity, Second};

use crate::fault::Fault;

/// How many months of partners are kept of each kind. The one that was looked at longest ago makes room.
const MONTHS_MAX: usize = 16;
/// How old something may be that is shown while it is computed anew. Unit: seconds.
const AGE_SECONDS_MAX: i64 = 15 * 60;
/// How many complete days a forecast goes by. Unit: days.
const FORECAST_DAYS: u32 = 14;

/// A month in cells, with the moment at which it was added up.
pub(crate) struct Book {
    pub(crate) cells: Cells,
    /// When it was added up.
    pub(crate) as_of: Second,
    /// What the whole month comes to, each way that is looked at most.
    whole: Whole,
}

/// Sums of all cells, by the places of the lists of [`Cells`].
#[derive(Default)]
struct Whole {
    days: Vec<(Day, Sum)>,
    stamps: Vec<Sum>,
    subscriptions: Vec<Sum>,
    meters: Vec<Sum>,
}

/// Something that was computed.
struct Kept<T> {
    value: Arc<T>,
    office: Arc<Office>,
    delivery: u64,
    made: Second,
}

/// A place for something: the last that was computed, and whether somebody is at it.
struct Place<T> {
    kept: Mutex<Option<Kept<T>>>,
    making: Mutex<()>,
    refreshing: AtomicBool,
    asked: Mutex<Second>,
}

type MonthKey = (PartnerId, Month);

/// A line of a document, with the day whose rows are asked for.
type LineKey = (InvoiceNumber, usize, Option<Day>);

/// A month that may be closed: whose, how many documents there are, and what day it is.
type CloseKey = (PartnerId, Month, usize, Day);

/// Everything of one kind.
struct Shelf<K, T> {
    places: Mutex<HashMap<K, Arc<Place<T>>>>,
    make: fn(&Hub, &K) -> Result<T, Fault>,
}

/// What months come to.
pub(crate) struct Books {
    hub: Arc<Hub>,
    cells: Shelf<MonthKey, Book>,
    unmapped: Shelf<MonthKey, Vec<Unmapped>>,
    forecasts: Shelf<MonthKey, Forecast>,
    budgets: Shelf<MonthKey, Vec<BudgetStanding>>,
    explanations: Shelf<LineKey, Explanation>,
    closings: Shelf<CloseKey, Closed>,
}

impl Books {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            cells: Shelf::new(|hub, (partner, month)| {
                let as_of = hub.now();
                Ok(Book::new(hub.cells(partner, *month)?, as_of)?)
            }),
            unmapped: Shelf::new(|hub, (partner, month)| Ok(hub.unmapped(partner, *month)?)),
            forecasts: Shelf::new(|hub, (partner, month)| Ok(hub.forecast(partner, *month, FORECAST_DAYS)?)),
            budgets: Shelf::new(|hub, (partner, month)| Ok(hub.budget_standings(partner, *month)?)),
            explanations: Shelf::new(|hub, (number, line, day)| Ok(hub.explain(number, *line, *day)?)),
            closings: Shelf::new(|hub, (partner, month, _, _)| {
                // With a reason every obstacle is said together with what the document would be, by one walk.
                let wish = MonthClose {
                    partner: partner.clone(),
                    month: *month,
                    actor: String::new(),
                    override_reason: Some("nothing is issued".to_owned()),
                    dry_run: true,
                };
                Ok(hub.close(&wish)?)
            }),
        }
    }

    /// A month in cells.
    pub(crate) fn of(&self, partner: &PartnerId, month: Month) -> Result<Arc<Book>, Fault> {
        self.cells.find(&self.hub, (partner.clone(), month))
    }

    /// The tenants of a month whose usage the default subscription pays.
    pub(crate) fn unmapped(&self, partner: &PartnerId, month: Month) -> Result<Arc<Vec<Unmapped>>, Fault> {
        self.unmapped.find(&self.hub, (partner.clone(), month))
    }

    /// How far the budgets of a partner have come in a month.
    pub(crate) fn budgets(&self, partner: &PartnerId, month: Month) -> Result<Arc<Vec<BudgetStanding>>, Fault> {
        self.budgets.find(&self.hub, (partner.clone(), month))
    }

    /// Where a line of a document comes from, with the rows of a day when one is named.
    pub(crate) fn explain(
        &self,
        number: &InvoiceNumber,
        line: usize,
        day: Option<Day>,
    ) -> Result<Arc<Explanation>, Fault> {
        self.explanations.find(&self.hub, (number.clone(), line, day))
    }

    /// What closing a month would come to today, where so many documents were issued.
    pub(crate) fn closing(&self, partner: &PartnerId, month: Month, documents: usize) -> Result<Arc<Closed>, Fault> {
        let today = self.hub.now().day().unwrap_or(Day(0));
        self.closings.find(&self.hub, (partner.clone(), month, documents, today))
    }

    /// What a month may come to.
    pub(crate) fn forecast(&self, partner: &PartnerId, month: Month) -> Result<Arc<Forecast>, Fault> {
        self.forecasts.find(&self.hub, (partner.clone(), month))
    }
}

impl<K: Clone + Eq + Hash + Send + 'static, T: Send + Sync + 'static> Shelf<K, T> {
    fn new(make: fn(&Hub, &K) -> Result<T, Fault>) -> Self {
        Self { places: Mutex::default(), make }
    }

    fn find(&self, hub: &Arc<Hub>, key: K) -> Result<Arc<T>, Fault> {
        let now = hub.now();
        let place = self.place(&key, now);
        let (office, delivery) = (hub.current_office()?, hub.store().last_delivery()?);
        if let Some(value) = place.fresh(&office, delivery) {
            return Ok(value);
        }
        if let Some(value) = place.old(&office, now) {
            if !place.refreshing.swap(true, Ordering::AcqRel) {
                let (hub, make, place) = (Arc::clone(hub), self.make, Arc::clone(&place));
                on_a_thread(move || {
                    if let Err(error) = place.renew(&hub, make, &key) {
                        tracing::warn!(error.message = ?error, "a month could not be added up again");
                    }
                    place.refreshing.store(false, Ordering::Release);
                });
            }
            return Ok(value);
        }
        // One visitor adds up, the others wait for what comes of it.
        let _turn = lock(&place.making);
        if let Some(value) = place.fresh(&office, delivery) {
            return Ok(value);
        }
        place.renew(hub, self.make, &key)
    }

    fn place(&self, key: &K, now: Second) -> Arc<Place<T>> {
        let mut places = lock(&self.places);
        if places.len() >= MONTHS_MAX && !places.contains_key(key) {
            let oldest = places.iter().min_by_key(|(_, place)| lock(&place.asked).0).map(|(key, _)| key.clone());
            oldest.and_then(|key| places.remove(&key));
        }
        let place = places.entry(key.clone()).or_insert_with(|| Arc::new(Place::new(now)));
        *lock(&place.asked) = now;
        Arc::clone(place)
    }
}

impl<T> Place<T> {
    fn new(now: Second) -> Self {
        Self {
            kept: Mutex::default(),
            making: Mutex::default(),
            refreshing: AtomicBool::new(false),
            asked: Mutex::new(now),
        }
    }

    /// What was computed since anything changed.
    fn fresh(&self, office: &Arc<Office>, delivery: u64) -> Option<Arc<T>> {
        let kept = lock(&self.kept);
        let kept = kept.as_ref().filter(|kept| Arc::ptr_eq(&kept.office, office) && kept.delivery >= delivery)?;
        Some(Arc::clone(&kept.value))
    }

    /// What was computed by the office of now, although usage came in since.
    fn old(&self, office: &Arc<Office>, now: Second) -> Option<Arc<T>> {
        let kept = lock(&self.kept);
        let is_young = |kept: &&Kept<T>| now.0.saturating_sub(kept.made.0) < AGE_SECONDS_MAX;
        let kept = kept.as_ref().filter(|kept| Arc::ptr_eq(&kept.office, office)).filter(is_young)?;
        Some(Arc::clone(&kept.value))
    }

    fn renew<K>(&self, hub: &Hub, make: fn(&Hub, &K) -> Result<T, Fault>, key: &K) -> Result<Arc<T>, Fault> {
        // What comes in from here on makes it old again.
        let (office, delivery, now) = (hub.current_office()?, hub.store().last_delivery()?, hub.now());
        let value = Arc::new(make(hub, key)?);
        *lock(&self.kept) = Some(Kept { value: Arc::clone(&value), office, delivery, made: now });
        Ok(value)
    }
}

/// Does something on a thread of its own.
fn on_a_thread(work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name("portal-book".to_owned()).spawn(work) {
        tracing::warn!(error.message = %error, "no thread for adding up a month");
    }
}

/// Takes a lock. What is under it is whole after each step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which cells are meant. What is none is not asked about.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::option_option, reason = "not asked for, the partner's own, or a customer's")]
pub(crate) struct Pick<'a> {
    pub(crate) day: Option<model::Day>,
    pub(crate) stamp: Option<&'a model::CloudId>,
    pub(crate) subscription: Option<&'a model::PayingSubscriptionId>,
    /// A customer; `Some(None)` is the partner's own.
    pub(crate) customer: Option<Option<&'a model::CustomerId>>,
    pub(crate) tenant: Option<&'a model::DirectoryId>,
    pub(crate) meter: Option<&'a model::MeterId>,
}

/// What some cells come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    /// How much. It means something for one meter only, in its unit.
    pub(crate) quantity: model::Quantity,
    /// What it costs. Unit: minor units.
    pub(crate) minor: i128,
}

impl Sum {
    const ZERO: Self = Self { quantity: Quantity::ZERO, minor: 0 };

    fn add(&mut self, cell: &hub::Cell) -> Result<(), Overflow> {
        self.quantity = self.quantity.checked_add(cell.quantity)?;
        self.minor = self.minor.checked_add(cell.minor).ok_or(Overflow)?;
        Ok(())
    }
}

impl Whole {
    fn of(cells: &Cells) -> Result<Self, Overflow> {
        let mut whole = Self {
            days: Vec::new(),
            stamps: vec![Sum::ZERO; cells.stamps.len()],
            subscriptions: vec![Sum::ZERO; cells.subscriptions.len()],
            meters: vec![Sum::ZERO; cells.meters.len()],
        };
        for cell in &cells.cells {
            // Cells stand in order of days.
            match whole.days.last_mut() {
                Some((day, sum)) if *day == cell.day => sum.add(cell)?,
                _ => {
                    let mut sum = Sum::ZERO;
                    sum.add(cell)?;
                    whole.days.push((cell.day, sum));
                }
            }
            let places = [
                (&mut whole.stamps, cell.stamp),
                (&mut whole.subscriptions, cell.subscription),
                (&mut whole.meters, cell.meter),
            ];
            for (sums, place) in places {
                if let Some(sum) = usize::try_from(place).ok().and_then(|place| sums.get_mut(place)) {
                    sum.add(cell)?;
                }
            }
        }
        Ok(whole)
    }
}

impl Book {
    fn new(cells: Cells, as_of: Second) -> Result<Self, Overflow> {
        Ok(Self { whole: Whole::of(&cells)?, cells, as_of })
    }

    /// What each day comes to that has cells, in order.
    pub(crate) fn days(&self) -> &[(Day, Sum)] {
        &self.whole.days
    }

    /// What each stamp comes to.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = (&CloudId, Sum)> {
        self.cells.stamps.iter().zip(self.whole.stamps.iter().copied())
    }

    /// What each meter comes to.
    pub(crate) fn meters(&self) -> impl Iterator<Item = (&MeterId, Sum)> {
        self.cells.meters.iter().zip(self.whole.meters.iter().copied())
    }

    /// What each customer comes to; none is the partner's own. Unit: minor units.
    pub(crate) fn customers(&self) -> Result<BTreeMap<Option<&CustomerId>, i128>, Fault> {
        let mut sums = BTreeMap::new();
        for ((_, customer), sum) in self.cells.subscriptions.iter().zip(&self.whole.subscriptions) {
            let known: &mut i128 = sums.entry(customer.as_ref()).or_default();
            *known = known.checked_add(sum.minor).ok_or(Overflow)?;
        }
        Ok(sums)
    }

    /// What the picked cells come to, by whatever `by` makes of each.
    pub(crate) fn sums<K: Hash + Ord + Clone>(
        &self,
        pick: Pick<'_>,
        by: impl Fn(&hub::Cell) -> K,
    ) -> Result<Vec<(K, Sum)>, Fault> {
        let cells = &self.cells;
        let place = |found: Option<usize>| found.and_then(|at| u32::try_from(at).ok());
        let stamp = pick.stamp.map(|id| place(cells.stamps.iter().position(|one| one == id)));
        let payer = pick.subscription.map(|id| place(cells.subscriptions.iter().position(|(one, _)| one == id)));
        let tenant = pick.tenant.map(|id| place(cells.tenants.iter().position(|one| one.as_ref() == Some(id))));
        let meter = pick.meter.map(|id| place(cells.meters.iter().position(|one| one == id)));
        let customers: Option<Vec<bool>> =
            pick.customer.map(|id| cells.subscriptions.iter().map(|(_, one)| one.as_ref() == id).collect());
        let fits = |wanted: Option<Option<u32>>, at: u32| wanted.is_none_or(|wanted| wanted == Some(at));
        let mut sums: Vec<(K, Sum)> = Vec::new();
        let mut places: HashMap<K, usize> = HashMap::new();
        let mut last = 0;
        for cell in &cells.cells {
            let of_customer = customers.as_ref().is_none_or(|customers| {
                usize::try_from(cell.subscription).is_ok_and(|at| customers.get(at).copied().unwrap_or_default())
            });
            let is_picked = of_customer
                && pick.day.is_none_or(|day| day == cell.day)
                && fits(stamp, cell.stamp)
                && fits(payer, cell.subscription)
                && fits(tenant, cell.tenant)
                && fits(meter, cell.meter);
            if !is_picked {
                continue;
            }
            let key = by(cell);
            // Cells that are alike stand together, so the last sum is nearly always the one that is wanted.
            if sums.get(last).is_none_or(|(known, _)| *known != key) {
                last = *places.entry(key.clone()).or_insert(sums.len());
                if last == sums.len() {
                    sums.push((key, Sum::ZERO));
                }
            }
            if let Some((_, sum)) = sums.get_mut(last) {
                sum.add(cell)?;
            }
        }
        sums.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(sums)
    }

    /// Money of the book's currency.
    pub(crate) fn money(&self, minor: i128) -> model::Money {
        model::Money { currency: self.cells.terms.currency, minor }
    }

    /// What the whole month comes to.
    pub(crate) fn total(&self) -> Result<model::Money, Fault> {
        let minor = self.whole.days.iter().try_fold(0_i128, |sum, (_, day)| sum.checked_add(day.minor));
        Ok(self.money(minor.ok_or(Overflow)?))
    }
}
