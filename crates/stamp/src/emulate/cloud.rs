//! Cloud: what runs by a plan, and which rows are reported in which hour.

use std::{collections::BTreeMap, sync::Arc};

use model::{Hour, LocalSubscriptionId, MeterId};

use crate::emulate::{
    Number, Plan, PlanError, Workload,
    dice::{Chance, Dice},
    measure::measure,
    meters,
    order::{Key, Order},
    resource::{self, Kind, Resource},
};

/// The stream of chance that decides which uses are reported very late.
const LATENESS: u64 = 0;

/// In a fleet one use in so many is very late.
const RESOURCES_PER_LATE_USE: u64 = 1_000;

/// The most very late uses of one hour: the draws of an hour are limited.
const LATE_USES_MAX: u64 = 50;

/// The longest ordinary delay between use and report. Unit: hours.
const DELAY_HOURS_MAX: u32 = 2;

/// One row as the cloud reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// The hour of use.
    pub used: Hour,
    /// The meter, spelled as sent.
    pub meter: Arc<str>,
    /// The resource's address on the stamp.
    pub resource_uri: Arc<str>,
    /// The inner document about the resource.
    pub instance_data: Arc<str>,
    /// How much.
    pub number: Number,
}

/// An emulated cloud. All it says is a function of its plan.
#[derive(Debug)]
pub struct Cloud {
    plan: Plan,
    chance: Chance,
    resources: Vec<Resource>,
    /// The window of each use that is reported very late, by hour of use and resource.
    very_late: BTreeMap<Hour, BTreeMap<usize, Hour>>,
    /// The same, by window.
    very_late_windows: BTreeMap<Hour, Vec<(Hour, usize)>>,
    /// The rows that the story tells of, with their windows.
    told: Vec<(Hour, Row)>,
    order: Order,
}

impl Cloud {
    /// A cloud that follows the plan.
    ///
    /// # Errors
    ///
    /// When the plan contradicts itself or its story holds what is no number or no id.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        plan.check()?;
        let chance = Chance::new(plan.seed);
        let resources = resource::build(&plan, &chance).map_err(|error| PlanError::Document(error.to_string()))?;
        let very_late = draw_very_late(&plan, &chance, resources.len());
        let mut very_late_windows: BTreeMap<Hour, Vec<(Hour, usize)>> = BTreeMap::new();
        for (used, delayed) in &very_late {
            for (index, reported) in delayed {
                very_late_windows.entry(*reported).or_default().push((*used, *index));
            }
        }
        let told = tell(&plan)?;
        let order = Order::new(&resources, told.iter().map(|(_, row)| row));
        Ok(Self { plan, chance, resources, very_late, very_late_windows, told, order })
    }

    /// The plan it follows.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The rows that were reported in an hour, by subscription, hour of use, meter and resource.
    pub fn window(&self, hour: Hour) -> Vec<Row> {
        let mut rows = self.window_without_copy(hour);
        if let Some(copy) = self.plan.story.copy.filter(|copy| copy.reported == hour)
            && let Some(row) = rows.get(copy.row).cloned()
        {
            rows.insert(copy.row, row);
        }
        rows
    }

    pub(crate) fn window_without_copy(&self, hour: Hour) -> Vec<Row> {
        let mut rows = Vec::new();
        for delay in (0..=DELAY_HOURS_MAX.min(hour.0)).rev() {
            let used = Hour(hour.0.saturating_sub(delay));
            for (index, resource) in self.resources.iter().enumerate() {
                if resource.runs.contains(&used) && resource.may_report(delay) {
                    self.report(index, used, hour, &mut rows);
                }
            }
        }
        for (used, index) in self.very_late_windows.get(&hour).into_iter().flatten() {
            self.report(*index, *used, hour, &mut rows);
        }
        let told = self.told.iter().filter(|(reported, _)| *reported == hour);
        rows.extend(told.map(|(_, row)| (self.order.place_told(row), row.clone())));
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Adds the rows of one use if it is reported in this hour.
    fn report(&self, index: usize, used: Hour, hour: Hour, rows: &mut Vec<(Key, Row)>) {
        let Some(happening) = self.happening(index, used).filter(|happening| happening.reported == hour) else {
            return;
        };
        let resource = happening.resource;
        rows.extend(happening.measured().into_iter().map(|(meter, number)| {
            let (key, meter) = self.order.place(index, used, meter);
            let row = Row {
                subscription: resource.subscription.clone(),
                used,
                meter,
                resource_uri: Arc::clone(&resource.uri),
                instance_data: Arc::clone(resource.document(used)),
                number,
            };
            (key, row)
        }));
    }

    /// A resource in an hour of use; nothing where it does not exist.
    pub(crate) fn happening(&self, index: usize, used: Hour) -> Option<Happening<'_>> {
        let resource = self.resources.get(index).filter(|resource| resource.runs.contains(&used))?;
        let mut dice = self.chance.of_hour(resource.subject, used);
        // Disks are reported within the hour, most of the rest in the next one, and one use in 25 an hour later.
        let slow = dice.one_in(25);
        let delay = match resource.kind {
            Kind::Disk { .. } => 0,
            _ if slow => DELAY_HOURS_MAX,
            _ => 1,
        };
        let reported = self.very_late.get(&used).and_then(|delayed| delayed.get(&index));
        let reported = reported.copied().unwrap_or(used.plus(delay));
        Some(Happening { resource, used, reported, dice })
    }

    pub(crate) fn resource_count(&self) -> usize {
        self.resources.len()
    }

    pub(crate) fn told_rows(&self) -> &[(Hour, Row)] {
        &self.told
    }
}

/// A resource in an hour of use, with the window that reports it.
pub(crate) struct Happening<'a> {
    pub resource: &'a Resource,
    pub used: Hour,
    pub reported: Hour,
    /// What is left to draw in this hour.
    dice: Dice,
}

impl<'a> Happening<'a> {
    /// What was used, by meter.
    pub fn measured(mut self) -> Vec<(&'a str, Number)> {
        measure(self.resource, self.used, &mut self.dice)
    }
}

/// In one hour of twelve one resource reports 3 to 40 hours late; in a large fleet more do, in every hour.
fn draw_very_late(plan: &Plan, chance: &Chance, resources: usize) -> BTreeMap<Hour, BTreeMap<usize, Hour>> {
    let count = u64::try_from(resources).unwrap_or(u64::MAX);
    let certain = match plan.story.workload {
        Workload::Sample => 0,
        Workload::Fleet { .. } => count / RESOURCES_PER_LATE_USE,
    };
    let mut late: BTreeMap<Hour, BTreeMap<usize, Hour>> = BTreeMap::new();
    for used in (plan.start.0..plan.end.0).map(Hour) {
        let mut dice = chance.of_hour(LATENESS, used);
        let by_chance = u64::from(dice.one_in(12));
        for _ in 0..certain.saturating_add(by_chance).min(LATE_USES_MAX) {
            let index = usize::try_from(dice.below(count)).unwrap_or(0);
            let delay = u32::try_from(dice.within(3, 40)).unwrap_or(3);
            late.entry(used).or_default().insert(index, used.plus(delay));
        }
    }
    late
}

/// The rows of the story, with their windows.
fn tell(plan: &Plan) -> Result<Vec<(Hour, Row)>, PlanError> {
    let mut told = Vec::new();
    for late in &plan.story.late {
        let quantity = || late.quantity.clone();
        let number = Number::read(&late.quantity).map_err(|reason| PlanError::Quantity { text: quantity(), reason })?;
        if number.quantity().is_negative() {
            return Err(PlanError::Negative(quantity()));
        }
        let row = told_row(plan, &late.subscription, late.used, late.meter.clone(), &late.resource_uri, number)?;
        told.push((late.reported, row));
    }
    if let Some(custom) = &plan.story.custom_meter {
        let used = Hour(custom.reported.0.saturating_sub(1));
        let subscription = custom.subscription.as_str();
        let uri =
            format!("/subscriptions/{subscription}/resourceGroups/web/providers/Microsoft.Web/serverfarms/custom");
        let meter = meters::custom_worker_tier(&custom.tier);
        let row = told_row(plan, &custom.subscription, used, meter, &uri, Number::whole(1))?;
        told.push((custom.reported, row));
    }
    Ok(told)
}

fn told_row(
    plan: &Plan,
    subscription: &LocalSubscriptionId,
    used: Hour,
    meter: String,
    uri: &str,
    number: Number,
) -> Result<Row, PlanError> {
    MeterId::new(&meter).map_err(|reason| PlanError::Id { text: meter.clone(), reason })?;
    let instance_data =
        resource::instance_data(uri, &plan.region, "", "").map_err(|error| PlanError::Document(error.to_string()))?;
    let (subscription, meter) = (subscription.clone(), Arc::from(meter));
    Ok(Row { subscription, used, meter, resource_uri: Arc::from(uri), instance_data, number })
}
