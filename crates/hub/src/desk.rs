//! Desk: what the hub remembers of one stamp between two windows.
//!
//! Everything here can be read again from the store; forgetting it costs time and nothing else.

use hashbrown::HashMap;
use model::{CloudId, Day, DirectoryId, LocalSubscriptionId, ResourceNumber, Subscriber};
use store::{Store, StoreError};

use crate::ReadAddress;

/// A known text of `instanceData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// The number of this text.
    pub(crate) number: ResourceNumber,
    /// The smallest number of a text with the same address.
    pub(crate) address: ResourceNumber,
}

/// How far back a directory is looked for when nobody says it. Unit: days.
const TENANT_DAYS: u32 = 62;

/// What a map entry takes beside its text, nearly. Unit: bytes.
const ENTRY_BYTES: usize = 40;

/// The memory of one stamp.
#[derive(Default)]
pub(crate) struct Desk {
    loaded: bool,
    /// How many of the texts are recorded.
    kept: u32,
    texts: HashMap<Box<str>, Known, foldhash::fast::RandomState>,
    addresses: HashMap<Box<str>, ResourceNumber, foldhash::fast::RandomState>,
    tenants: Option<Tenants>,
    bytes: usize,
}

impl Desk {
    /// Reads the known texts of the stamp, if that was not done.
    pub(crate) fn load(
        &mut self,
        store: &dyn Store,
        stamp: &CloudId,
        read_address: ReadAddress,
    ) -> Result<(), StoreError> {
        if self.loaded {
            return Ok(());
        }
        self.forget();
        store.resources(stamp, 0, &mut |resource| {
            let address = read_address(&resource.text).map_err(|problem| StoreError::Damaged {
                place: format!("resource {} of stamp {stamp}", resource.number),
                problem,
            })?;
            self.add(&resource.text, &address);
            Ok(())
        })?;
        self.loaded = true;
        self.keep();
        Ok(())
    }

    /// Forgets everything: it is read again when it is needed.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// How much memory the texts take, nearly. Unit: bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many texts are known: the number of the next one.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.texts.len()).unwrap_or(u32::MAX)
    }

    #[inline]
    pub(crate) fn find(&self, text: &str) -> Option<Known> {
        self.texts.get(text).copied()
    }

    /// Gives a new text the next number.
    pub(crate) fn add(&mut self, text: &str, address: &str) -> Known {
        let number = ResourceNumber(self.count());
        let folded = address.to_ascii_lowercase();
        self.bytes += text.len() + folded.len() + 2 * ENTRY_BYTES;
        let address = *self.addresses.entry_ref(folded.as_str()).or_insert(number);
        let known = Known { number, address };
        self.texts.insert(text.into(), known);
        known
    }

    /// The new texts were recorded.
    pub(crate) fn keep(&mut self) {
        self.kept = self.count();
    }

    /// The new texts were not recorded: their numbers will be given to others.
    pub(crate) fn forget_new(&mut self) {
        if self.count() != self.kept {
            self.forget();
        }
    }

    /// The directory that a local subscription was last known to have, by the sums of the two months before a day and of
    /// all days since.
    pub(crate) fn last_tenant(
        &mut self,
        store: &dyn Store,
        stamp: &CloudId,
        day: Day,
        subscription: &LocalSubscriptionId,
    ) -> Result<Option<DirectoryId>, StoreError> {
        let from = Day(day.0.saturating_sub(TENANT_DAYS));
        if self.tenants.as_ref().is_none_or(|tenants| tenants.from > from) {
            let mut tenants = Tenants { from, known: std::collections::HashMap::new() };
            store.daily_sums(stamp, from..Day(u32::MAX), &mut |sum| {
                tenants.note(sum.day, &sum.subscriber);
                Ok(())
            })?;
            self.tenants = Some(tenants);
        }
        let known = self.tenants.as_ref().and_then(|tenants| tenants.known.get(subscription));
        Ok(known.filter(|(day, _)| *day >= from).map(|(_, tenant)| tenant.clone()))
    }

    /// Notes whose directory a sum says that a local subscription has.
    pub(crate) fn note_tenant(&mut self, day: Day, subscriber: &Subscriber) {
        if let Some(tenants) = &mut self.tenants {
            tenants.note(day, subscriber);
        }
    }
}

/// The directories of local subscriptions by the sums: the latest day counts, and nothing of the order of arrival.
struct Tenants {
    /// The first day whose sums were looked at.
    from: Day,
    known: std::collections::HashMap<LocalSubscriptionId, (Day, DirectoryId)>,
}

impl Tenants {
    fn note(&mut self, day: Day, subscriber: &Subscriber) {
        let Some(tenant) = subscriber.tenant.clone() else { return };
        let found = (day, tenant);
        match self.known.get_mut(&subscriber.subscription) {
            Some(known) if *known < found => *known = found,
            Some(_) => {}
            None => {
                self.known.insert(subscriber.subscription.clone(), found);
            }
        }
    }
}
