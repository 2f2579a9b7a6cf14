//! Forecast, in the hallway: what a partner's month may come to when its remaining days are like the last ones.

use std::collections::BTreeMap;

use billing::{
    attribute::Attribution,
    bill::Terms,
    forecast::{Frame, History, Pick},
    rate::{AttributedSum, MonthUsage, RatedMonth, UsageError, rate_month},
};
use model::{
    CloudId, CustomerId, Day, MeterCatalogue, Money, Month, Office, Overflow, PartnerId, PayingSubscriptionId,
};

use crate::{
    Hub, Reporting, Statement,
    close::{CloseError, terms},
};

/// What something may come to. Each is rated by itself, so the low one is not always a part of the high one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// What the complete days of the month come to.
    pub so_far: Money,
    /// The month, when each day to come is as low as the lowest.
    pub low: Money,
    /// The month, when each day to come is the median.
    pub middle: Money,
    /// The month, when each day to come is as high as the highest.
    pub high: Money,
}

/// What a partner's month may come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Which days were looked at, and which were made.
    pub frame: Frame,
    /// The currency and rounding of its amounts.
    pub terms: Terms,
    /// What the complete days of the month come to.
    pub so_far: Money,
    /// The whole month; none when there are too few days to go by.
    pub total: Option<Outlook>,
    /// The same by customer; what belongs to none is the partner's own. Empty when there are too few days to go by.
    pub customers: BTreeMap<Option<CustomerId>, Outlook>,
}

impl Hub {
    /// What a partner's month may come to by its cost, going by no more than `days` complete days. A day is complete when
    /// all stamps of the partner that are to report have reported it.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or has no price list, when a sum does not fit, or when the store fails.
    pub fn forecast(&self, partner: &PartnerId, month: Month, days: u32) -> Result<Forecast, CloseError> {
        let office = self.current_office()?;
        let terms = terms(&office, partner)?;
        let stamps = Self::stamps_of(&office, partner);
        let frame = self.frame(&office, &stamps, month, days)?;
        let histories = self.histories(&office, partner, &stamps, &frame)?;
        let reports = |stamp: &CloudId| self.is_to_report(&office, stamp);
        let rated = |of: &dyn Fn(&History) -> Result<Option<MonthUsage>, UsageError>| {
            let mut months: Vec<RatedMonth> = Vec::new();
            for history in histories.values() {
                let Some(usage) = of(history).map_err(|_| Overflow)? else { return Ok(None) };
                months.push(rate_month(&usage, office.price_list_of(partner), MeterCatalogue::published())?);
            }
            let statement = Statement { terms, months, unattributed: 0 };
            statement.with_totals(|totals| Some((totals.total, totals.by_customer.clone())))
        };
        let (so_far, customers_so_far) = rated(&|history| Ok(Some(history.so_far().clone())))?
            .unwrap_or((Money::zero(terms.currency), BTreeMap::new()));
        let mut forecast = Forecast { frame, terms, so_far, total: None, customers: BTreeMap::new() };
        if !forecast.frame.suffices() {
            return Ok(forecast);
        }
        let picked = |pick| rated(&|history| history.month(pick, reports));
        let (Some(low), Some(middle), Some(high)) =
            (picked(Pick::Lowest)?, picked(Pick::Median)?, picked(Pick::Highest)?)
        else {
            return Ok(forecast);
        };
        forecast.total = Some(Outlook { so_far, low: low.0, middle: middle.0, high: high.0 });
        for customer in high.1.keys().chain(customers_so_far.keys()) {
            let of = |all: &BTreeMap<Option<CustomerId>, Money>| {
                all.get(customer).copied().unwrap_or_else(|| Money::zero(terms.currency))
            };
            let outlook =
                Outlook { so_far: of(&customers_so_far), low: of(&low.1), middle: of(&middle.1), high: of(&high.1) };
            forecast.customers.insert(customer.clone(), outlook);
        }
        Ok(forecast)
    }

    fn is_to_report(&self, office: &Office, stamp: &CloudId) -> bool {
        matches!(self.reporting_in(office, stamp), Reporting::On | Reporting::Reset)
    }

    /// The days of a forecast: known until the lowest watermark, and from the first whole day of the oldest stamp. Where no
    /// stamp is to report any more, everything is known until today.
    fn frame(&self, office: &Office, stamps: &[CloudId], month: Month, days: u32) -> Result<Frame, CloseError> {
        let mut first: Option<Day> = None;
        let mut until: Option<Day> = None;
        for stamp in stamps {
            let Some(known) = office.stamps.get(stamp) else { continue };
            let begun = known.first_window.day();
            let whole = if begun.first_hour() == known.first_window { begun } else { begun.next() };
            first = Some(first.map_or(whole, |first| first.min(whole)));
            if self.is_to_report(office, stamp) {
                let complete = self.next_window(stamp)?.unwrap_or(known.first_window).day();
                until = Some(until.map_or(complete, |until| until.min(complete)));
            }
        }
        let today = self.today();
        Ok(Frame::new(month, first.unwrap_or(today), until.unwrap_or(today), days))
    }

    /// What each of a partner's paying subscriptions used on the days of a frame.
    fn histories(
        &self,
        office: &Office,
        partner: &PartnerId,
        stamps: &[CloudId],
        frame: &Frame,
    ) -> Result<BTreeMap<PayingSubscriptionId, History>, CloseError> {
        let mut histories: BTreeMap<PayingSubscriptionId, History> = BTreeMap::new();
        let mut failed = false;
        let mut month = frame.observed.start.min(frame.month.first_day()).month();
        while month.first_day() < frame.observed.end {
            self.each_attributed(office, stamps, month, &mut |sum, attribution| {
                let Attribution::Paid(paid) = attribution else { return Ok(()) };
                if paid.payer.id == *partner {
                    let subscription = paid.paying_subscription;
                    if !histories.contains_key(&subscription.id) {
                        histories.insert(subscription.id.clone(), History::new(frame.clone(), subscription));
                    }
                    let history = histories.get_mut(&subscription.id);
                    let sum = AttributedSum::new(sum, &paid);
                    failed |= history.is_none_or(|history| history.add(sum, MeterCatalogue::published()).is_err());
                }
                Ok(())
            })?;
            month = month.next();
        }
        if failed { Err(Overflow.into()) } else { Ok(histories) }
    }
}
