//! Subscriptions: who uses the stamp, who provides for whom, and how that changes.

use std::collections::BTreeSet;

use model::{DirectoryId, LocalSubscriptionId, Office, Second, UserSubscription, UserSubscriptionState};
use store::OfficeRecord;

use super::keeper::Decision;
use crate::{Place, SourceError};

/// The longest text that people give to a local subscription. Unit: bytes.
const TEXT_BYTES_MAX: usize = 1_024;
/// How many local subscriptions one stamp may have had.
const SUBSCRIPTIONS_MAX: usize = 100_000;
/// How many local subscriptions are moved at once.
const MOVES_MAX: usize = 1_000;

/// What somebody says a local subscription is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPut {
    /// Its id.
    pub id: LocalSubscriptionId,
    /// Whose direct tenant it is. Without it: as it was, or the default provider subscription.
    pub delegated_provider: Option<LocalSubscriptionId>,
    /// A name for people.
    pub display_name: String,
    /// What another system calls it.
    pub external_reference: Option<String>,
    /// The account that owns it.
    pub owner: String,
    /// Its directory. Without it: as it was, that of the owner's domain, or the home directory.
    pub tenant: Option<DirectoryId>,
    /// The path of the offer.
    pub offer: String,
    /// Whether it can be used.
    pub state: UserSubscriptionState,
}

/// Why a change was refused. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// It names a local subscription that is not there.
    #[error("the local subscription {0} is not there")]
    NotFound(LocalSubscriptionId),
    /// It would carry a local subscription from one directory into another.
    #[error("{0}")]
    OtherDirectory(String),
    /// What is to be deleted is needed.
    #[error("{0}")]
    InUse(String),
    /// What was sent cannot be kept.
    #[error("{0}")]
    Invalid(String),
    /// The service could not do it.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Makes or changes one; the answer is the whole of it, and whether it was made.
pub(super) fn put(
    office: &Office,
    place: &Place,
    put: &SubscriptionPut,
    now: Second,
) -> Result<Decision<(UserSubscription, bool)>, ChangeError> {
    check_texts(put)?;
    let known = office.user_subscriptions.get(&put.id);
    if known.is_none() && office.user_subscriptions.len() >= SUBSCRIPTIONS_MAX {
        return Err(ChangeError::Invalid(format!("a stamp has at most {SUBSCRIPTIONS_MAX} local subscriptions")));
    }
    let live = known.filter(|known| known.deleted.is_none());
    let tenant = directory(office, place, put, known)?;
    let wanted = put.delegated_provider.as_ref();
    let delegated_provider = match (live, wanted) {
        (Some(live), None) => live.delegated_provider.clone(),
        (None, None) => place.provider_subscription.clone(),
        (live, Some(wanted)) => {
            check_provider(office, place, &put.id, wanted)?;
            if let Some(live) = live {
                check_same_directory(office, live, wanted)?;
            }
            wanted.clone()
        }
    };
    let subscription = UserSubscription {
        id: known.map_or(&put.id, |known| &known.id).clone(),
        delegated_provider,
        display_name: put.display_name.clone(),
        external_reference: put.external_reference.clone(),
        owner: put.owner.clone(),
        tenant,
        offer: put.offer.clone(),
        state: put.state,
        created: live.map_or(now, |live| live.created),
        deleted: None,
    };
    let object = subscription.id.folded().to_owned();
    let records = vec![OfficeRecord::UserSubscription(subscription.clone())];
    Ok(Decision { records, action: "user_subscription.put", object, answer: (subscription, live.is_none()) })
}

/// Deletes one; the answer says whether it was there.
pub(super) fn delete(
    office: &Office,
    place: &Place,
    id: &LocalSubscriptionId,
    now: Second,
) -> Result<Decision<bool>, ChangeError> {
    if *id == place.provider_subscription {
        return Err(ChangeError::InUse("the default provider subscription cannot be deleted".to_owned()));
    }
    let live = find_live(office, id).ok();
    let mut tenants =
        office.user_subscriptions.values().filter(|one| one.deleted.is_none() && one.delegated_provider == *id);
    if let Some(tenant) = tenants.next() {
        return Err(ChangeError::InUse(format!(
            "{id} still has direct tenants, such as {}: move them first",
            tenant.id
        )));
    }
    let records = live.map_or_else(Vec::new, |live| {
        // Those that were deleted before it are the tenants of its own provider from now on: nobody can ask in the name of what
        // is not there, and their usage is still to be read.
        let mut left: Vec<_> =
            office.user_subscriptions.values().filter(|one| one.delegated_provider == *id).cloned().collect();
        for one in &mut left {
            one.delegated_provider = live.delegated_provider.clone();
        }
        left.push(UserSubscription { deleted: Some(now), ..live.clone() });
        left.into_iter().map(OfficeRecord::UserSubscription).collect()
    });
    let object = id.folded().to_owned();
    Ok(Decision { records, action: "user_subscription.delete", object, answer: live.is_some() })
}

/// Makes some the direct tenants of another one.
pub(super) fn relocate(
    office: &Office,
    place: &Place,
    ids: &[LocalSubscriptionId],
    target: &LocalSubscriptionId,
) -> Result<Decision<()>, ChangeError> {
    if ids.is_empty() || ids.len() > MOVES_MAX {
        return Err(ChangeError::Invalid(format!("between 1 and {MOVES_MAX} local subscriptions are moved at once")));
    }
    let mut records = Vec::new();
    for id in ids.iter().collect::<BTreeSet<_>>() {
        let live = find_live(office, id)?;
        check_provider(office, place, id, target)?;
        check_same_directory(office, live, target)?;
        let moved = UserSubscription { delegated_provider: target.clone(), ..live.clone() };
        records.push(OfficeRecord::UserSubscription(moved));
    }
    let object = target.folded().to_owned();
    Ok(Decision { records, action: "user_subscription.move", object, answer: () })
}

fn check_texts(put: &SubscriptionPut) -> Result<(), ChangeError> {
    let reference = put.external_reference.as_ref();
    let texts = [("name", &put.display_name), ("owner", &put.owner), ("offer", &put.offer)];
    for (what, text) in texts.into_iter().chain(reference.map(|text| ("external reference", text))) {
        if text.len() > TEXT_BYTES_MAX {
            let problem = format!("the {what} has {} bytes, at most {TEXT_BYTES_MAX} are kept", text.len());
            return Err(ChangeError::Invalid(problem));
        }
    }
    Ok(())
}

/// The directory: it never changes, so for an id that was ever there it is known.
fn directory(
    office: &Office,
    place: &Place,
    put: &SubscriptionPut,
    known: Option<&UserSubscription>,
) -> Result<DirectoryId, ChangeError> {
    let of_owner = directory_of_owner(office, &put.owner);
    let Some(known) = known else {
        return Ok(put.tenant.as_ref().or(of_owner).unwrap_or(&place.home_directory).clone());
    };
    let refuse = |what: &str, other: &DirectoryId| {
        let (id, tenant) = (&known.id, &known.tenant);
        let text = format!("the local subscription {id} is of the directory {tenant} for ever, {what} {other}");
        Err(ChangeError::OtherDirectory(text))
    };
    if let Some(other) = put.tenant.as_ref().filter(|tenant| **tenant != known.tenant) {
        return refuse("not of", other);
    }
    // Source: domain notes E.8: a new owner must be of the same directory.
    match of_owner.filter(|tenant| **tenant != known.tenant) {
        Some(other) if put.owner != known.owner => refuse("and its new owner is of", other),
        _ => Ok(known.tenant.clone()),
    }
}

/// The directory whose domain stands behind the `@` of an account.
fn directory_of_owner<'a>(office: &'a Office, owner: &str) -> Option<&'a DirectoryId> {
    let (_, domain) = owner.rsplit_once('@')?;
    let tenant = office.directory_tenants.get(&domain.to_ascii_lowercase())?;
    (!tenant.removed).then_some(&tenant.tenant)
}

fn find_live<'a>(office: &'a Office, id: &LocalSubscriptionId) -> Result<&'a UserSubscription, ChangeError> {
    let known = office.user_subscriptions.get(id).filter(|known| known.deleted.is_none());
    known.ok_or_else(|| ChangeError::NotFound(id.clone()))
}

/// Whether one may be the direct tenant of another: that must be there, and nobody provides for itself, also not in a ring.
/// The default provider subscription alone is its own.
fn check_provider(
    office: &Office,
    place: &Place,
    id: &LocalSubscriptionId,
    provider: &LocalSubscriptionId,
) -> Result<(), ChangeError> {
    let root = &place.provider_subscription;
    if id == root && provider != root {
        return Err(ChangeError::Invalid("the default provider subscription is its own provider".to_owned()));
    }
    let mut above = find_live(office, provider)?;
    // Each step goes up, and the chain ends at the default provider subscription.
    for _ in 0..=office.user_subscriptions.len() {
        if above.id == *root {
            return Ok(());
        }
        if above.id == *id {
            break;
        }
        above = find_live(office, &above.delegated_provider)?;
    }
    Err(ChangeError::Invalid(format!("{provider} would provide for {id} and the other way round")))
}

/// A move stays inside one directory: the new provider is of that of the present one, or of that of whom it provides for.
/// Source: domain notes E.8.
fn check_same_directory(
    office: &Office,
    moved: &UserSubscription,
    target: &LocalSubscriptionId,
) -> Result<(), ChangeError> {
    if moved.delegated_provider == *target {
        return Ok(());
    }
    let target = find_live(office, target)?;
    let present = office.user_subscriptions.get(&moved.delegated_provider);
    let directories = [Some(&moved.tenant), present.map(|present| &present.tenant)];
    if directories.contains(&Some(&target.tenant)) {
        return Ok(());
    }
    Err(ChangeError::OtherDirectory(format!(
        "{} cannot be moved to {}, which is of the directory {}: moves stay inside one directory",
        moved.id, target.id, target.tenant
    )))
}
