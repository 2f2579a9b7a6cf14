//! Daily, in the hallway: what each daily sum of a month costs, one by one, now or as it was when a document was issued.

use std::collections::BTreeMap;

use billing::{
    attribute::Attribution,
    rate::{AttributedSum, DailyCharge, DailyRater, MonthUsage, RatedMonth, rate_month},
};
use model::{
    CloudId, Customer, CustomerId, DailySum, MeterCatalogue, Month, Office, PartnerId, PayingSubscriptionId, PriceList,
    Retail,
};
use store::{Pins, StoreError};

use crate::{Hub, close::CloseError, gather::Payers};

/// By whose prices something is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the partner is charged.
    Cost,
    /// What the partner charges its customers. Paying subscriptions without a customer, or whose customer has no retail
    /// price, are left out.
    Retail,
}

/// As of when a month is looked at.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// By everything known now.
    Now,
    /// By what a document was computed from.
    Pinned(&'a Pins),
}

/// A month that is about to be given day by day.
pub struct DailyMonth {
    /// The office by which it was rated.
    pub office: std::sync::Arc<Office>,
    /// Its lines, unrounded.
    pub rated: Vec<RatedMonth>,
    /// The paying subscriptions that used something and are not rated, because nobody said by what.
    pub left_out: Vec<PayingSubscriptionId>,
}

impl Hub {
    /// Gives what every daily sum of a partner's month costs, with the same lines unrounded. First `begin` sees the whole
    /// month, then `each` hears of the charges by stamp, day and local subscription. Nothing of it is kept in memory but one
    /// total for each day, stamp, meter and paying subscription.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or has no price list, when a sum does not fit, or when the store or `each` fails.
    pub fn daily_charges<E: From<CloseError>>(
        &self,
        partner: &PartnerId,
        month: Month,
        view: View<'_>,
        side: Side,
        begin: impl FnOnce(&DailyMonth) -> Result<(), E>,
        mut each: impl FnMut(&DailyCharge) -> Result<(), E>,
    ) -> Result<DailyMonth, E> {
        let office = self.office_of(view).map_err(CloseError::from)?;
        let stamps = Self::stamps_of(&office, partner);
        let lists = Lists::new(&office, partner, side);
        let mut failure: Option<E> = None;
        let usages = self.usages(&office, partner, month, view)?;
        let mut raters: BTreeMap<PayingSubscriptionId, (DailyRater<'_>, Option<model::Share>)> = BTreeMap::new();
        let (mut months, mut left_out) = (Vec::new(), Vec::new());
        for (id, usage) in &usages {
            let Some((list, markup)) = lists.of(usage_customer(&office, id)) else {
                left_out.push(id.clone());
                continue;
            };
            let (mut of_month, daily_rater) =
                DailyRater::new(usage, list, MeterCatalogue::published()).map_err(CloseError::from)?;
            if let Some(markup) = markup {
                of_month = of_month.marked_up(markup).map_err(CloseError::from)?;
            }
            months.push(of_month);
            raters.insert(id.clone(), (daily_rater, markup));
        }
        drop(usages);
        let daily = DailyMonth { office: std::sync::Arc::clone(&office), rated: months, left_out };
        begin(&daily)?;
        let walked = self.each_paid(&office, partner, &stamps, month, view, &mut |subscription, sum, of| {
            let Some((rater, markup)) = raters.get_mut(&subscription.id) else { return Ok(()) };
            let Ok(charges) = rater.rate(sum, &of.subscriber)? else { return Ok(()) };
            for mut charge in charges {
                if let Some(markup) = markup {
                    charge.line.amount = charge.line.amount.times(markup.on_top())?;
                }
                if let Err(error) = each(&charge) {
                    failure = Some(error);
                    return Err(CloseError::Overflow(model::Overflow));
                }
            }
            Ok(())
        });
        match (failure, walked) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => Ok(daily),
        }
    }

    /// A month of a partner's customers, rated by what they are charged: one entry for each paying subscription whose
    /// customer has a retail price.
    ///
    /// # Errors
    ///
    /// When a sum does not fit or when the store fails.
    pub fn retail_month(&self, partner: &PartnerId, month: Month) -> Result<DailyMonth, CloseError> {
        self.rated_month(partner, month, View::Now, Side::Retail)
    }

    /// A month of a partner, rated by a side's prices.
    pub(crate) fn rated_month(
        &self,
        partner: &PartnerId,
        month: Month,
        view: View<'_>,
        side: Side,
    ) -> Result<DailyMonth, CloseError> {
        let office = self.office_of(view)?;
        let lists = Lists::new(&office, partner, side);
        let (mut rated, mut left_out) = (Vec::new(), Vec::new());
        for (id, usage) in &self.usages(&office, partner, month, view)? {
            let Some((list, markup)) = lists.of(usage_customer(&office, id)) else {
                left_out.push(id.clone());
                continue;
            };
            let month = rate_month(usage, list, MeterCatalogue::published())?;
            rated.push(match markup {
                Some(markup) => month.marked_up(markup)?,
                None => month,
            });
        }
        drop(lists);
        Ok(DailyMonth { office, rated, left_out })
    }

    /// What a partner's subscriptions used in a month.
    fn usages(
        &self,
        office: &Office,
        partner: &PartnerId,
        month: Month,
        view: View<'_>,
    ) -> Result<BTreeMap<PayingSubscriptionId, MonthUsage>, CloseError> {
        let stamps = Self::stamps_of(office, partner);
        let mut usages: BTreeMap<PayingSubscriptionId, MonthUsage> = BTreeMap::new();
        self.each_paid(office, partner, &stamps, month, view, &mut |subscription, sum, _| {
            let usage = usages.entry(subscription.id.clone()).or_insert_with(|| MonthUsage::new(month, subscription));
            usage.add(*sum).map_err(|_| CloseError::Overflow(model::Overflow))
        })?;
        Ok(usages)
    }

    fn office_of(&self, view: View<'_>) -> Result<std::sync::Arc<Office>, StoreError> {
        match view {
            View::Now => self.current_office(),
            View::Pinned(pins) => self.store.office_as_of(pins.office).map(std::sync::Arc::new),
        }
    }

    /// Gives each daily sum that a partner pays for, with the subscription that does.
    fn each_paid(
        &self,
        office: &Office,
        partner: &PartnerId,
        stamps: &[CloudId],
        month: Month,
        view: View<'_>,
        each: &mut dyn FnMut(&model::PayingSubscription, &AttributedSum<'_>, &DailySum) -> Result<(), CloseError>,
    ) -> Result<(), CloseError> {
        let mut failure = None;
        for stamp in stamps {
            let mut payers = Payers::new(office, stamp);
            let mut look = |sum: &DailySum| {
                let Attribution::Paid(paid) = payers.of(sum) else { return Ok(()) };
                if paid.payer.id != *partner {
                    return Ok(());
                }
                let attributed = AttributedSum::new(sum, &paid);
                each(paid.paying_subscription, &attributed, sum).map_err(|error| {
                    failure = Some(error);
                    StoreError::Conflict("the walk over daily sums".to_owned())
                })
            };
            let walked = match view {
                View::Now => self.store.daily_sums(stamp, month.days(), &mut look),
                View::Pinned(pins) => self.store.daily_sums_as_of(pins.delivery, stamp, month.days(), &mut look),
            };
            match (failure.take(), walked) {
                (Some(error), _) => return Err(error),
                (None, walked) => walked?,
            }
        }
        Ok(())
    }
}

fn usage_customer<'a>(office: &'a Office, subscription: &PayingSubscriptionId) -> Option<&'a CustomerId> {
    office.subscriptions.get(subscription)?.customer.as_ref()
}

/// The price lists by which the subscriptions of a partner are rated.
struct Lists<'a> {
    office: &'a Office,
    own: Option<&'a PriceList>,
    /// The partner's own list as its customers see it: without what the partner does not pay.
    plain: Option<PriceList>,
    side: Side,
}

impl<'a> Lists<'a> {
    fn new(office: &'a Office, partner: &PartnerId, side: Side) -> Self {
        let own = office.price_list_of(partner);
        let plain = own.map(|list| PriceList { reductions: Vec::new(), ..list.clone() });
        Self { office, own, plain, side }
    }

    /// The list of a customer's subscription with what is put on top. Nothing when it is not rated.
    fn of(&self, customer: Option<&CustomerId>) -> Option<(Option<&PriceList>, Option<model::Share>)> {
        match self.side {
            Side::Cost => Some((self.own, None)),
            Side::Retail => match self.office.retail(customer?)? {
                Retail::List(list) => Some((self.office.price_lists.get(list), None)),
                Retail::Markup(share) => Some((self.plain.as_ref(), Some(*share))),
            },
        }
    }
}

/// The terms of a customer's retail: the currency and rounding of its list.
///
/// None when the customer has no retail price.
pub fn retail_terms(office: &Office, partner: &PartnerId, customer: &Customer) -> Option<billing::bill::Terms> {
    let list = match office.retail(&customer.id)? {
        Retail::List(list) => office.price_lists.get(list)?,
        Retail::Markup(_) => office.price_list_of(partner)?,
    };
    Some(list.into())
}
