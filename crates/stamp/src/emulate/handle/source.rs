//! Source: the emulated cloud as what the door of a stamp asks.
//!
//! A page does not put its window together anew: the last few windows and the last day are held.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ops::Range,
    sync::{Arc, MutexGuard, PoisonError},
};

use model::{Day, Hour, LocalSubscriptionId, Overflow, Quantity, Second, UserSubscription, UserSubscriptionState};

use super::{CloudHandle, apply};
use crate::{
    Granularity, Page, Place, Position, Row, Selection, Source, SourceError,
    emulate::{self, Plan},
};

/// How many windows are held. A reader takes the pages of one in order; another may read again beside it.
const WINDOWS_MAX: usize = 3;

/// How many rows one page may look at before it ends early, so that a request for one small subscriber stays short.
const ROWS_LOOKED_AT_MAX: usize = 300_000;

/// What was put together lately.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Grows with each correction, so that nothing older than it is kept.
    generation: u64,
    windows: VecDeque<(Hour, Arc<Vec<Row>>)>,
    day: Option<(Day, Arc<Vec<Row>>)>,
    subscriptions: Option<(Hour, Arc<Vec<UserSubscription>>)>,
}

impl Held {
    /// Lets go of everything.
    pub(super) fn forget(&mut self) {
        *self = Self { generation: self.generation.wrapping_add(1), ..Self::default() };
    }
}

impl Source for CloudHandle {
    fn place(&self) -> &Place {
        &self.place
    }

    fn now(&self) -> Second {
        self.moment()
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        Ok(CloudHandle::now(self))
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        let now = CloudHandle::now(self);
        if let Some((_, known)) = self.held().subscriptions.as_ref().filter(|(hour, _)| *hour == now) {
            return Ok(Arc::clone(known));
        }
        let listed = Arc::new(list_subscriptions(self.cloud().plan(), now));
        self.held().subscriptions = Some((now, Arc::clone(&listed)));
        Ok(listed)
    }

    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError> {
        let mut rows = Vec::new();
        let mut looked_at = 0_usize;
        for reported in self.places(selection, from) {
            if looked_at > ROWS_LOOKED_AT_MAX {
                return Ok(Page { rows, next: Some(Position { reported, row: 0 }) });
            }
            let all = match selection.granularity {
                Granularity::Hourly => self.hourly(reported),
                Granularity::Daily => self.daily(reported.day())?,
            };
            looked_at = looked_at.saturating_add(all.len());
            let skipped = if reported == from.reported { usize::try_from(from.row).unwrap_or(usize::MAX) } else { 0 };
            let asked = all.iter().skip(skipped).filter(|row| selection.subscribers.include(&row.subscription));
            for row in asked {
                if rows.len() >= rows_max {
                    return Ok(Page { rows, next: Some(row.position) });
                }
                rows.push(row.clone());
            }
        }
        Ok(Page { rows, next: None })
    }
}

impl CloudHandle {
    /// The hours, or the first hours of the days, that a page may come from. Nothing is reported before the cloud starts.
    fn places(&self, selection: &Selection, from: Position) -> Vec<Hour> {
        let Range { start, end } = &selection.reported;
        let first = (*start).max(from.reported).max(self.cloud().plan().start);
        match selection.granularity {
            Granularity::Hourly => (first.0..end.0).map(Hour).collect(),
            Granularity::Daily => {
                (first.day().0..end.day().0).map(|day| Day(day).first_hour()).filter(|hour| hour >= start).collect()
            }
        }
    }

    /// The rows of a window as they are known now.
    fn hourly(&self, hour: Hour) -> Arc<Vec<Row>> {
        let generation = {
            let held = self.held();
            if let Some((_, known)) = held.windows.iter().find(|(known, _)| *known == hour) {
                return Arc::clone(known);
            }
            held.generation
        };
        // The lock is open meanwhile: whoever reads another window need not wait.
        let rows = Arc::new(self.put_together(hour));
        let mut held = self.held();
        if held.generation == generation {
            held.windows.retain(|(known, _)| *known != hour);
            held.windows.push_back((hour, Arc::clone(&rows)));
            if held.windows.len() > WINDOWS_MAX {
                held.windows.pop_front();
            }
        }
        rows
    }

    fn put_together(&self, hour: Hour) -> Vec<Row> {
        let rows = apply(self.cloud().window(hour), hour, &self.state().corrections);
        let position = |row| Position { reported: hour, row };
        let write = |(row, number): (emulate::Row, u64)| Row {
            position: position(number),
            subscription: row.subscription,
            start: row.used.start(),
            end: row.used.end(),
            meter: row.meter,
            instance_data: row.instance_data,
            quantity: row.number.text().into(),
        };
        rows.into_iter().zip(0..).map(write).collect()
    }

    /// The rows of a reported day: sums for subscription, meter, resource and UTC day of use.
    fn daily(&self, day: Day) -> Result<Arc<Vec<Row>>, SourceError> {
        let generation = {
            let held = self.held();
            if let Some((_, known)) = held.day.as_ref().filter(|(known, _)| *known == day) {
                return Ok(Arc::clone(known));
            }
            held.generation
        };
        let rows = Arc::new(self.sum_day(day).map_err(|error| SourceError::Failed(format!("sum {day}: {error}")))?);
        let mut held = self.held();
        if held.generation == generation {
            held.day = Some((day, Arc::clone(&rows)));
        }
        Ok(rows)
    }

    fn sum_day(&self, day: Day) -> Result<Vec<Row>, Overflow> {
        let first = day.first_hour();
        let position = |row| Position { reported: first, row };
        let mut places: HashMap<Measured, usize> = HashMap::new();
        let mut sums: Vec<Sum> = Vec::new();
        for hour in (first.0..day.next().first_hour().0).map(Hour) {
            let mut seen = HashSet::new();
            for row in apply(self.cloud().window(hour), hour, &self.state().corrections) {
                let measured = Measured {
                    subscription: row.subscription.clone(),
                    meter: Arc::clone(&row.meter),
                    resource: Arc::clone(&row.resource_uri),
                    used: row.used.day(),
                };
                // A row that stands twice in a window was used once.
                let copied = self.repeats(hour) && !seen.insert((measured.clone(), row.used));
                match places.get(&measured).and_then(|place| sums.get_mut(*place)) {
                    Some(_) if copied => {}
                    Some(sum) => sum.add(row.number.quantity())?,
                    None => {
                        places.insert(measured, sums.len());
                        sums.push(Sum { several: false, quantity: row.number.quantity(), first: row });
                    }
                }
            }
        }
        Ok(sums.into_iter().zip(0..).map(|(sum, row)| sum.write(position(row))).collect())
    }

    /// Whether the story repeats a row of this window.
    fn repeats(&self, hour: Hour) -> bool {
        self.cloud().plan().story.copy.is_some_and(|copy| copy.reported == hour)
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one daily row sums up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Measured {
    subscription: LocalSubscriptionId,
    meter: Arc<str>,
    resource: Arc<str>,
    used: Day,
}

/// A daily row that is growing.
struct Sum {
    first: emulate::Row,
    quantity: Quantity,
    several: bool,
}

impl Sum {
    fn add(&mut self, quantity: Quantity) -> Result<(), Overflow> {
        self.quantity = self.quantity.checked_add(quantity)?;
        self.several = true;
        Ok(())
    }

    /// The row; a single hour keeps its text.
    fn write(self, position: Position) -> Row {
        let Self { first, quantity, several } = self;
        let day = first.used.day();
        let sum;
        let text = if several {
            sum = quantity.to_string();
            &sum
        } else {
            first.number.text()
        };
        Row {
            position,
            subscription: first.subscription,
            start: day.start(),
            end: day.next().start(),
            meter: first.meter,
            instance_data: first.instance_data,
            quantity: text.into(),
        }
    }
}

/// Who uses the cloud or used it, by id. What is planned for later is not there yet.
fn list_subscriptions(plan: &Plan, now: Hour) -> Vec<UserSubscription> {
    let provider = &plan.provider_subscription;
    let offer = |name: &str| {
        format!("/subscriptions/{provider}/resourceGroups/offers/providers/Microsoft.Subscriptions.Admin/offers/{name}")
    };
    let mut listed = vec![UserSubscription {
        id: provider.clone(),
        delegated_provider: provider.clone(),
        display_name: "Default Provider Subscription".to_owned(),
        external_reference: None,
        owner: format!("operator@{}", plan.region),
        tenant: plan.home_directory.clone(),
        offer: offer("default"),
        state: UserSubscriptionState::Enabled,
        created: plan.start.start(),
        deleted: None,
    }];
    let delegated = plan.delegated_providers();
    for tenant in &plan.tenants {
        for planned in tenant.subscriptions.iter().filter(|planned| planned.from <= now) {
            listed.push(UserSubscription {
                id: planned.id.clone(),
                delegated_provider: (*delegated.get(&planned.id).unwrap_or(&provider)).clone(),
                display_name: format!("Subscription of {}", tenant.domain),
                external_reference: None,
                owner: format!("admin@{}", tenant.domain),
                tenant: tenant.directory.clone(),
                offer: offer("standard"),
                state: UserSubscriptionState::Enabled,
                created: planned.from.start(),
                deleted: planned.deleted_at.filter(|deleted| *deleted <= now).map(Hour::start),
            });
        }
    }
    listed.sort_by(|one, other| one.id.cmp(&other.id));
    listed
}

#[cfg(test)]
mod tests;
