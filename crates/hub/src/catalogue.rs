//! Catalogue, in the office: what is wanted of partners, customers and subscriptions, compared with what is there, checked as
//! a whole and recorded at once.
//!
//! Source: domain notes B.1 (S5 to S14, S30), C.4 and G.

mod access;
mod difference;
mod draft;
mod partners;
mod prices;
mod problem;
mod stamps;
mod subscriptions;

use model::{
    CloudId, Customer, CustomerId, Day, Directory, DirectoryId, LocalSubscriptionId, Office, Partner, PartnerId,
    PayingSubscriptionId, PriceList, PrincipalId, PrincipalKind, Role, ScopePath, Second, SubscriptionKind,
    SubscriptionState,
};
use serde_json::json;
use store::OfficeRecord;

pub use difference::{Difference, DifferenceAction, EntryKind, MemberChange};
pub use problem::{CatalogueError, Problem};

use crate::{Actor, Hub, OfficeChange};
use draft::Draft;

/// The most entries of a catalogue.
pub const CATALOGUE_ENTRIES_MAX: usize = 200_000;

/// What is wanted of the office. An entry says everything of its thing; what has no entry stays as it is.
///
/// Fill the lists that matter and take the others from [`Catalogue::default`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Partners.
    pub partners: Vec<Partner>,
    /// Directories.
    pub directories: Vec<Directory>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Paying subscriptions.
    pub subscriptions: Vec<WantedSubscription>,
    /// Stamps.
    pub stamps: Vec<WantedStamp>,
    /// Who can sign in.
    pub principals: Vec<WantedPrincipal>,
    /// Who may do what.
    pub roles: Vec<WantedRole>,
    /// Price lists.
    pub price_lists: Vec<PriceList>,
}

/// A paying subscription as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedSubscription {
    /// Its id: a GUID.
    pub id: PayingSubscriptionId,
    /// The name people know.
    pub name: String,
    /// Its type, for ever.
    pub kind: SubscriptionKind,
    /// The directory it lives in.
    pub directory: DirectoryId,
    /// The customer it was sold to, for ever.
    pub customer: Option<CustomerId>,
    /// The partner of record.
    pub partner: Option<PartnerId>,
    /// The state.
    pub state: SubscriptionState,
    /// The first day that partner and state hold; today when nothing is said. Looked at only when one of them changes.
    pub from: Option<Day>,
}

/// A stamp as it is wanted. Registering a stamp says things of it too, so what is none here stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedStamp {
    /// Its id.
    pub id: CloudId,
    /// The name people know.
    pub name: String,
    /// Its region, as rows call it; it may be empty.
    pub region: String,
    /// Who runs it.
    pub partner: Option<PartnerId>,
    /// The operator's own local subscription.
    pub default_provider_subscription: Option<LocalSubscriptionId>,
}

/// Somebody or something that can sign in, as it is wanted. Its secrets stay what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedPrincipal {
    /// Its object id: a GUID.
    pub id: PrincipalId,
    /// What it is, for ever.
    pub kind: PrincipalKind,
    /// What people call it; for a user the name to sign in with.
    pub name: String,
    /// The directory it lives in.
    pub directory: DirectoryId,
    /// For a service principal: the client id that its program signs in with.
    pub application: Option<PrincipalId>,
    /// Whether it administers its directory.
    pub administrator: bool,
    /// For a service principal: who owns it.
    pub owner: Option<PrincipalId>,
    /// Whether it may sign in.
    pub enabled: bool,
}

/// A role that somebody is to have, or to have no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedRole {
    /// Whose it is.
    pub principal: PrincipalId,
    /// What it allows.
    pub role: Role,
    /// Where it holds.
    pub scope: ScopePath,
    /// Whether it is to be taken away.
    pub remove: bool,
}

impl Catalogue {
    /// Everything of the office that a catalogue can say. Applied again it changes nothing.
    pub fn of(office: &Office) -> Self {
        Self {
            partners: office.partners.values().cloned().collect(),
            directories: office.directories.values().cloned().collect(),
            customers: office.customers.values().cloned().collect(),
            subscriptions: subscriptions::of(office),
            stamps: stamps::of(office),
            principals: access::principals_of(office),
            roles: access::roles_of(office),
            price_lists: office.price_lists.values().cloned().collect(),
        }
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        [
            self.partners.len(),
            self.directories.len(),
            self.customers.len(),
            self.subscriptions.len(),
            self.stamps.len(),
            self.principals.len(),
            self.roles.len(),
            self.price_lists.len(),
        ]
        .iter()
        .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// What applying this at a moment would change in an office.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn differences(&self, office: &Office, now: Second) -> Result<Vec<Difference>, Vec<Problem>> {
        // Nothing is recorded, so nobody needs to be named.
        compare(office, self, &Actor::at_home(""), now).map(|compared| compared.differences)
    }
}

impl Hub {
    /// Makes the office what a catalogue wants: in one transaction, with one entry in the audit log. Gives what differed;
    /// applied again that is nothing, and nothing is recorded. A dry run only looks.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the catalogue, and then nothing is recorded. Or when the store fails.
    pub fn apply_catalogue(
        &self,
        actor: &Actor,
        wanted: &Catalogue,
        dry_run: bool,
    ) -> Result<Vec<Difference>, CatalogueError> {
        let now = self.now();
        let mut done = Vec::new();
        self.change_office(&actor.text(), |office| {
            let Compared { differences, records } =
                compare(office, wanted, actor, now).map_err(CatalogueError::Problems)?;
            let lists = records.iter().filter_map(|record| match record {
                OfficeRecord::PriceList(list) => Some(list.clone()),
                _ => None,
            });
            let problems = self.closed_months_changed(office, &lists.collect::<Vec<_>>());
            if !problems.is_empty() {
                return Err(CatalogueError::Problems(problems));
            }
            done = differences;
            if dry_run || records.is_empty() {
                return Ok::<_, CatalogueError>(None);
            }
            let count = |action| done.iter().filter(|difference| difference.action == action).count();
            let detail = json!({
                "added": count(DifferenceAction::Add),
                "changed": count(DifferenceAction::Change),
                "removed": count(DifferenceAction::Remove),
            });
            Ok(Some(OfficeChange { records, action: "catalogue.apply", object: "the catalogue".to_owned(), detail }))
        })?;
        Ok(done)
    }
}

/// What a catalogue changes, for people and for the store.
struct Compared {
    differences: Vec<Difference>,
    records: Vec<OfficeRecord>,
}

/// Compares an office with what is wanted. What changes nothing is not checked: it was let in before.
fn compare(office: &Office, wanted: &Catalogue, actor: &Actor, now: Second) -> Result<Compared, Vec<Problem>> {
    let entries = wanted.entries();
    if entries > CATALOGUE_ENTRIES_MAX {
        let message =
            format!("it has {entries} entries, at most {CATALOGUE_ENTRIES_MAX} are taken at a time: split it");
        return Err(vec![Problem { kind: EntryKind::Catalogue, id: String::new(), member: "", message }]);
    }
    let mut draft = Draft::new(office, wanted, now);
    prices::compare(&mut draft);
    partners::compare(&mut draft);
    subscriptions::compare(&mut draft, &actor.change(now));
    stamps::compare(&mut draft);
    access::compare_principals(&mut draft);
    access::compare_roles(&mut draft);
    draft.finish().map(|(differences, records)| Compared { differences, records })
}

#[cfg(test)]
mod tests;
