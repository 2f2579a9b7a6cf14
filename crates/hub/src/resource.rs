//! Resource, in the office: the little of a resource manager that registrations live in. Groups, locks, namespaces, roles.
//!
//! Source: Azure Resource Manager resource groups 2021-04-01, locks 2016-09-01, role assignments 2022-04-01.

use model::{
    AssignmentId, Lock, LockLevel, NamespaceRegistration, Office, PayingSubscriptionId, PrincipalId, RegistrationId,
    ResourceGroup, Role, RoleAssignment, ScopePath, Tags,
};
use serde_json::json;
use store::OfficeRecord;

use crate::{
    Hub, OfficeChange, RegistrationPath, access,
    actor::Actor,
    refusal::{RegisterError, refused},
};

/// The longest name of a group or registration. Unit: characters.
const NAME_MAX: usize = 90;

/// The longest name of a lock, and its longest notes. Unit: characters.
const LOCK_TEXT_MAX: usize = 512;

/// What the name of a lock cannot hold: it stands in a path.
const LOCK_NAME_BARRED: &str = "<>%&:\\?/";

/// The most tags of one thing, and the longest name and value of one. Unit of the lengths: characters.
const TAGS_MAX: usize = 50;
const TAG_NAME_MAX: usize = 512;
const TAG_VALUE_MAX: usize = 256;

/// Roles that are given in a subscription. The others belong to partners and to the platform, and to the catalogue.
pub const ASSIGNABLE: &[Role] =
    &[Role::Owner, Role::Contributor, Role::Reader, Role::AzureStackRegistration, Role::AzureStackRegistrationOwner];

/// Roles that somebody who is no owner may give.
const ASSIGNABLE_BY_OTHERS: &[Role] = &[Role::Reader, Role::AzureStackRegistrationOwner];

impl Hub {
    /// Makes a resource group, or changes its tags. True when it was made.
    ///
    /// # Errors
    ///
    /// When the subscription is not there, the name is none or the tags are too many, or when the store fails.
    pub fn put_group(
        &self,
        actor: &Actor,
        subscription: &PayingSubscriptionId,
        name: &str,
        location: &str,
        tags: Option<&Tags>,
    ) -> Result<(ResourceGroup, bool), RegisterError> {
        let mut done = None;
        self.change_as(actor, |office| {
            let owner = office.subscriptions.get(subscription);
            let owner = owner.ok_or_else(|| subscription_not_found(subscription.as_str()))?;
            check_tags(tags)?;
            if !is_name(name) {
                return Err(refused("InvalidResourceGroup", format!("{name:?} is no name for a resource group")));
            }
            let scope = group_scope(&owner.id, name)?;
            let known = office.resource_groups.get(&scope).filter(|group| !group.removed);
            check_locks(office, &scope, LockLevel::ReadOnly)?;
            let after = match known {
                Some(known) => {
                    ResourceGroup { tags: tags.cloned().unwrap_or_else(|| known.tags.clone()), ..known.clone() }
                }
                None => ResourceGroup {
                    scope: scope.clone(),
                    name: name.to_owned(),
                    location: location.to_owned(),
                    tags: tags.cloned().unwrap_or_default(),
                    removed: false,
                },
            };
            done = Some((after.clone(), known.is_none()));
            let changed = known != Some(&after);
            let records = vec![OfficeRecord::ResourceGroup(after)];
            let change = OfficeChange { records, action: "group.put", object: scope.to_string(), detail: json!({}) };
            Ok(changed.then_some(change))
        })?;
        done.ok_or_else(|| subscription_not_found(subscription.as_str()))
    }

    /// Deletes a resource group with its locks and the roles at it. False when there was none.
    ///
    /// # Errors
    ///
    /// When it is locked or holds a registration: who pays for a stamp is not ended on the way. Or when the store fails.
    pub fn delete_group(&self, actor: &Actor, scope: &ScopePath) -> Result<bool, RegisterError> {
        let today = self.today();
        let mut existed = false;
        self.change_as(actor, |office| {
            let Ok(group) = live_group(office, scope) else { return Ok(None) };
            existed = true;
            check_locks_around(office, scope)?;
            let inside = |id: &str| ScopePath::new(id).is_ok_and(|id| scope.contains(&id));
            if let Some(registration) =
                office.registrations.iter().find(|one| one.holds_on(today) && inside(one.id.as_str()))
            {
                return Err(refused(
                    "ResourceGroupDeletionBlocked",
                    format!(
                        "the resource group '{}' holds {}: remove the registration first",
                        group.name, registration.id
                    ),
                ));
            }
            let mut records = vec![OfficeRecord::ResourceGroup(ResourceGroup { removed: true, ..group.clone() })];
            records.extend(removed_below(office, scope.as_str()));
            Ok(Some(OfficeChange { records, action: "group.delete", object: scope.to_string(), detail: json!({}) }))
        })?;
        Ok(existed)
    }

    /// Registers a namespace in a subscription, or ends that.
    ///
    /// # Errors
    ///
    /// When the subscription is not there or still has registrations, or when the store fails.
    pub fn put_namespace(
        &self,
        actor: &Actor,
        subscription: &PayingSubscriptionId,
        namespace: &str,
        registered: bool,
    ) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_as(actor, |office| {
            let owner = office.subscriptions.get(subscription);
            let owner = owner.ok_or_else(|| subscription_not_found(subscription.as_str()))?;
            let used =
                office.registrations.iter().any(|one| one.default_subscription == owner.id && one.holds_on(today));
            if !registered && used {
                return Err(refused(
                    "CannotUnregisterNamespace",
                    format!("the namespace '{namespace}' still has resources in the subscription '{}'", owner.id),
                ));
            }
            let after =
                NamespaceRegistration { subscription: owner.id.clone(), namespace: namespace.to_owned(), registered };
            let before = office.namespaces.get(&after.key()).is_some_and(|known| known.registered);
            let object = format!("/subscriptions/{}/providers/{namespace}", owner.id);
            let records = vec![OfficeRecord::Namespace(after)];
            let action = if registered { "namespace.register" } else { "namespace.unregister" };
            Ok((before != registered).then(|| OfficeChange { records, action, object, detail: json!({}) }))
        })
    }

    /// Locks something, or changes the lock of that name. True when it was made.
    ///
    /// # Errors
    ///
    /// When there is nothing at its scope, when the name or the notes are too long, or when the store fails.
    pub fn put_lock(&self, actor: &Actor, lock: &Lock) -> Result<(Lock, bool), RegisterError> {
        let mut done = None;
        let too_long = |text: &str| text.chars().count() > LOCK_TEXT_MAX;
        if lock.name.is_empty() || too_long(&lock.name) || too_long(&lock.notes) {
            let rule = format!("the name of a lock and its notes have up to {LOCK_TEXT_MAX} characters");
            return Err(refused("InvalidLock", rule));
        }
        if lock.name.contains(|one: char| one.is_control() || LOCK_NAME_BARRED.contains(one)) {
            let rule = format!("{:?} is no name for a lock: leave out {LOCK_NAME_BARRED}", lock.name);
            return Err(refused("InvalidLock", rule));
        }
        self.change_as(actor, |office| {
            let scope = self.live_scope(office, &lock.scope)?;
            let known = office.locks.get(&lock.key()).filter(|known| !known.removed);
            let name = known.map_or_else(|| lock.name.clone(), |known| known.name.clone());
            let after = Lock { name, scope, removed: false, ..lock.clone() };
            done = Some((after.clone(), known.is_none()));
            let changed = known != Some(&after);
            let object = format!("{}/locks/{}", after.scope, after.name);
            let records = vec![OfficeRecord::Lock(after)];
            Ok(changed.then(|| OfficeChange { records, action: "lock.put", object, detail: json!({}) }))
        })?;
        done.ok_or_else(|| lock_not_found(&lock.name))
    }

    /// Takes a lock away. False when there was none.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn delete_lock(&self, actor: &Actor, scope: &ScopePath, name: &str) -> Result<bool, RegisterError> {
        let mut existed = false;
        let wanted = Lock {
            scope: scope.clone(),
            name: name.to_owned(),
            level: LockLevel::CanNotDelete,
            notes: String::new(),
            removed: true,
        };
        self.change_as(actor, |office| {
            let Some(known) = office.locks.get(&wanted.key()).filter(|known| !known.removed) else { return Ok(None) };
            existed = true;
            let records = vec![OfficeRecord::Lock(Lock { removed: true, ..known.clone() })];
            let object = format!("{scope}/locks/{name}");
            Ok(Some(OfficeChange { records, action: "lock.delete", object, detail: json!({}) }))
        })?;
        Ok(existed)
    }

    /// Gives a principal a role.
    ///
    /// # Errors
    ///
    /// When there is nothing at its scope, when the principal is not known, when the role is none to be given here or more than
    /// the giver may give, when it has the role already under another name, or when the store fails.
    pub fn put_role_assignment(&self, actor: &Actor, wanted: &RoleAssignment) -> Result<bool, RegisterError> {
        let mut created = false;
        self.change_as(actor, |office| {
            // Other trees than that of subscriptions have no ends that come and go.
            if subscription_of(&wanted.scope).is_some() {
                self.live_scope(office, &wanted.scope)?;
            }
            check_assignment(office, actor, wanted)?;
            let known = office.role_assignments.get(&wanted.id).filter(|known| !known.removed);
            if known.is_some_and(|known| known != wanted) {
                return Err(refused(
                    "RoleAssignmentUpdateNotPermitted",
                    format!("the role assignment '{}' is there and says something else: remove it first", wanted.id),
                ));
            }
            created = known.is_none();
            let (records, object) = (vec![OfficeRecord::RoleAssignment(wanted.clone())], wanted.scope.to_string());
            let detail = json!({ "principal": wanted.principal.as_str(), "role": wanted.role.word() });
            Ok(created.then_some(OfficeChange { records, action: "role.put", object, detail }))
        })?;
        Ok(created)
    }

    /// Takes a role away. Gives what it was; nothing when there was none.
    ///
    /// # Errors
    ///
    /// When it belongs to the platform or to a partner, or when the store fails.
    pub fn delete_role_assignment(
        &self,
        actor: &Actor,
        scope: &ScopePath,
        id: &AssignmentId,
    ) -> Result<Option<RoleAssignment>, RegisterError> {
        let mut done = None;
        self.change_as(actor, |office| {
            let known = office.role_assignments.get(id).filter(|known| !known.removed && known.scope == *scope);
            let Some(known) = known else { return Ok(None) };
            check_giver(office, actor, known)?;
            done = Some(known.clone());
            let records = vec![OfficeRecord::RoleAssignment(RoleAssignment { removed: true, ..known.clone() })];
            let detail = json!({ "principal": known.principal.as_str(), "role": known.role.word() });
            Ok(Some(OfficeChange { records, action: "role.delete", object: scope.to_string(), detail }))
        })?;
        Ok(done)
    }

    /// What is at a path in a subscription, as it was first written: the subscription, a group or a registration.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn live_scope(&self, office: &Office, scope: &ScopePath) -> Result<ScopePath, RegisterError> {
        let not_found = || subscription_not_found(scope.as_str().split('/').nth(2).unwrap_or_default());
        let known = subscription_of(scope).and_then(|id| office.subscriptions.get(&id)).ok_or_else(not_found)?;
        match scope.as_str().split('/').skip(1).count() {
            2 => ScopePath::new(&format!("/subscriptions/{}", known.id)).map_err(|_| not_found()),
            4 => live_group(office, scope).map(|group| group.scope.clone()),
            _ => {
                let id = RegistrationId::new(scope.as_str()).map_err(|_| not_found())?;
                let path = RegistrationPath::of(&id).ok_or_else(not_found)?;
                let found = self.registration(office, &path)?;
                // Only the words between the parts can still differ.
                if found.id != id {
                    return Err(path.not_found());
                }
                ScopePath::new(found.id.as_str()).map_err(|_| path.not_found())
            }
        }
    }
}

fn check_assignment(office: &Office, actor: &Actor, wanted: &RoleAssignment) -> Result<(), RegisterError> {
    if !office.principals.contains_key(&wanted.principal) {
        return Err(refused(
            "PrincipalNotFound",
            format!("the principal {} does not exist in any directory of this hub", wanted.principal),
        ));
    }
    check_giver(office, actor, wanted)?;
    let same = |known: &&RoleAssignment| {
        !known.removed
            && known.id != wanted.id
            && known.principal == wanted.principal
            && known.role == wanted.role
            && known.scope == wanted.scope
    };
    match office.role_assignments.values().find(same) {
        Some(known) => Err(refused(
            "RoleAssignmentExists",
            format!("The role assignment already exists. The ID of the existing role assignment is {}", known.id),
        )),
        None => Ok(()),
    }
}

/// Nobody gives or takes what is above the own standing.
fn check_giver(office: &Office, actor: &Actor, wanted: &RoleAssignment) -> Result<(), RegisterError> {
    let Some(own) = &actor.principal else { return Ok(()) };
    let owner = access::roles(office, own, &wanted.scope).any(|definition| definition.role == Role::Owner);
    let may = if owner { ASSIGNABLE } else { ASSIGNABLE_BY_OTHERS };
    if may.contains(&wanted.role) {
        return Ok(());
    }
    Err(refused(
        "AuthorizationFailed",
        format!("'{}' may not give or take the role '{}' at {}", actor.name, wanted.role.word(), wanted.scope),
    ))
}

/// Whether a text can be the name of a group or a registration.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-()".contains(character);
    !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(allowed) && !name.ends_with('.')
}

/// Tags within limits.
///
/// # Errors
///
/// When there are too many, or one is too long.
pub fn check_tags(tags: Option<&Tags>) -> Result<(), RegisterError> {
    let Some(tags) = tags else { return Ok(()) };
    let long = |(name, value): (&String, &String)| {
        name.is_empty() || name.chars().count() > TAG_NAME_MAX || value.chars().count() > TAG_VALUE_MAX
    };
    if tags.len() > TAGS_MAX || tags.iter().any(long) {
        let rule = format!(
            "up to {TAGS_MAX} tags, with names of up to {TAG_NAME_MAX} and values of up to {TAG_VALUE_MAX} characters"
        );
        return Err(refused("InvalidTags", format!("a resource has {rule}")));
    }
    Ok(())
}

pub(crate) fn group_scope(subscription: &PayingSubscriptionId, name: &str) -> Result<ScopePath, RegisterError> {
    ScopePath::new(&format!("/subscriptions/{subscription}/resourceGroups/{name}"))
        .map_err(|_| refused("InvalidResourceGroup", format!("{name:?} is no name for a resource group")))
}

/// The group at a path, unless it was deleted.
///
/// # Errors
///
/// When there is none.
pub fn live_group<'a>(office: &'a Office, scope: &ScopePath) -> Result<&'a ResourceGroup, RegisterError> {
    office.resource_groups.get(scope).filter(|group| !group.removed).ok_or_else(|| group_not_found(scope))
}

pub(crate) fn group_not_found(scope: &ScopePath) -> RegisterError {
    let name = scope.as_str().rsplit('/').next().unwrap_or_default();
    refused("ResourceGroupNotFound", format!("Resource group '{name}' could not be found."))
}

pub(crate) fn subscription_not_found(subscription: &str) -> RegisterError {
    refused("SubscriptionNotFound", format!("The subscription '{subscription}' could not be found."))
}

/// That there is no lock of a name, in the words of the protocol.
pub fn lock_not_found(name: &str) -> RegisterError {
    refused("LockNotFound", format!("The lock '{name}' could not be found."))
}

/// The subscription that a path lies in.
pub(crate) fn subscription_of(scope: &ScopePath) -> Option<PayingSubscriptionId> {
    let mut parts = scope.as_str().split('/').skip(1);
    let word = parts.next()?;
    let id = parts.next()?;
    word.eq_ignore_ascii_case("subscriptions").then(|| PayingSubscriptionId::new(id).ok())?
}

/// Whether resources of a namespace may be made in a subscription.
pub fn is_namespace_registered(office: &Office, subscription: &PayingSubscriptionId, namespace: &str) -> bool {
    let wanted =
        NamespaceRegistration { subscription: subscription.clone(), namespace: namespace.to_owned(), registered: true };
    office.namespaces.get(&wanted.key()).is_some_and(|known| known.registered)
}

/// Refuses what a lock at a scope or above prevents. Deleting and moving are prevented by every lock, changing by those that
/// are read-only.
pub(crate) fn check_locks(office: &Office, scope: &ScopePath, level: LockLevel) -> Result<(), RegisterError> {
    let prevents = |lock: &&Lock| {
        let strong = level == LockLevel::CanNotDelete || lock.level == LockLevel::ReadOnly;
        !lock.removed && strong && lock.scope.contains(scope)
    };
    locked_by(scope, office.locks.values().find(prevents), level)
}

/// Refuses to delete what has a lock at, above or below it.
fn check_locks_around(office: &Office, scope: &ScopePath) -> Result<(), RegisterError> {
    let around = |lock: &&Lock| !lock.removed && (lock.scope.contains(scope) || scope.contains(&lock.scope));
    locked_by(scope, office.locks.values().find(around), LockLevel::CanNotDelete)
}

fn locked_by(scope: &ScopePath, lock: Option<&Lock>, level: LockLevel) -> Result<(), RegisterError> {
    let Some(lock) = lock else { return Ok(()) };
    let operation = if level == LockLevel::CanNotDelete { "delete" } else { "write" };
    Err(refused(
        "ScopeLocked",
        format!(
            "The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{}'. Please remove the lock and try again.",
            lock.scope
        ),
    ))
}

/// The locks and roles at and below a scope, each taken away.
pub(crate) fn removed_below(office: &Office, scope: &str) -> Vec<OfficeRecord> {
    let Ok(scope) = ScopePath::new(scope) else { return Vec::new() };
    let locks = office.locks.values().filter(|lock| !lock.removed && scope.contains(&lock.scope));
    let locks = locks.map(|lock| OfficeRecord::Lock(Lock { removed: true, ..lock.clone() }));
    let roles = office.role_assignments.values().filter(|one| !one.removed && scope.contains(&one.scope));
    let roles = roles.map(|one| OfficeRecord::RoleAssignment(RoleAssignment { removed: true, ..one.clone() }));
    locks.chain(roles).collect()
}

/// The roles of a principal, for whoever asks what it may do.
pub fn assignments_of<'a>(office: &'a Office, principal: &'a PrincipalId) -> impl Iterator<Item = &'a RoleAssignment> {
    office.role_assignments.values().filter(move |one| !one.removed && one.principal == *principal)
}
