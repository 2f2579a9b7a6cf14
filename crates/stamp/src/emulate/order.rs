//! Order: the place of each row in its window, as numbers, so that a window need compare no texts.

use std::{collections::HashMap, sync::Arc};

use crate::emulate::{
    Row, meters,
    resource::{Kind, Resource},
};
use model::{Hour, LocalSubscriptionId};

/// The places of everything that a cloud can report.
#[derive(Debug)]
pub struct Order {
    /// The places of each resource, by its index.
    resources: Vec<Place>,
    subscriptions: HashMap<LocalSubscriptionId, u32>,
    uris: HashMap<Arc<str>, u32>,
    meters: HashMap<Arc<str>, u32>,
}

/// The places of one resource among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    subscription: u32,
    uri: u32,
}

/// By subscription, hour of use, meter and resource.
pub type Key = (u32, Hour, u32, u32);

impl Order {
    /// The order of these resources and of the rows that a story tells of.
    pub fn new<'a>(resources: &[Resource], told: impl Iterator<Item = &'a Row> + Clone) -> Self {
        let subscriptions = resources.iter().map(|resource| &resource.subscription);
        let subscriptions = subscriptions.chain(told.clone().map(|row| &row.subscription)).cloned();
        let uris = resources.iter().map(|resource| &resource.uri).chain(told.clone().map(|row| &row.resource_uri));
        let custom = resources.iter().filter_map(|resource| match &resource.kind {
            Kind::CustomPlan { meter } => Some(Arc::clone(meter)),
            _ => None,
        });
        let meters = meters::all().map(Arc::from).chain(custom).chain(told.map(|row| Arc::clone(&row.meter)));
        let subscriptions = rank(subscriptions, |one, other| one.as_str().cmp(other.as_str()));
        let uris = rank(uris.cloned(), Ord::cmp);
        let meters = rank(meters, Ord::cmp);
        let place = |resource: &Resource| Place {
            subscription: subscriptions.get(&resource.subscription).copied().unwrap_or_default(),
            uri: uris.get(&resource.uri).copied().unwrap_or_default(),
        };
        Self { resources: resources.iter().map(place).collect(), subscriptions, uris, meters }
    }

    /// The place of a resource's row, and the meter's text.
    pub fn place(&self, resource: usize, used: Hour, meter: &str) -> (Key, Arc<str>) {
        let place = self.resources.get(resource).copied().unwrap_or(Place { subscription: 0, uri: 0 });
        let known = self.meters.get_key_value(meter);
        let (text, rank) = known.map_or_else(|| (Arc::from(meter), u32::MAX), |(text, rank)| (Arc::clone(text), *rank));
        ((place.subscription, used, rank, place.uri), text)
    }

    /// The place of a row that the story tells of.
    pub fn place_told(&self, row: &Row) -> Key {
        let find = |rank: Option<&u32>| rank.copied().unwrap_or(u32::MAX);
        let subscription = find(self.subscriptions.get(&row.subscription));
        (subscription, row.used, find(self.meters.get(&row.meter)), find(self.uris.get(&row.resource_uri)))
    }
}

/// The place of each value among all.
fn rank<T: Eq + std::hash::Hash + Clone>(
    values: impl Iterator<Item = T>,
    compare: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> HashMap<T, u32> {
    let mut sorted: Vec<T> = values.collect::<std::collections::HashSet<_>>().into_iter().collect();
    sorted.sort_unstable_by(compare);
    sorted.into_iter().zip(0..).collect()
}
