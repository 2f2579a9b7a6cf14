//! Access: who can sign in and what each may do, as a catalogue wants it. Secrets are none of its business.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    AssignmentId, IdError, Office, PartnerId, PayingSubscriptionId, Principal, PrincipalId, PrincipalKind, Role,
    RoleAssignment, ScopePath,
};
use sha2::{Digest, Sha256};
use store::OfficeRecord;

use super::{
    DifferenceAction, EntryKind, WantedPrincipal, WantedRole, difference::Members, draft::Draft, partners::action,
};

/// Who can sign in, as a catalogue says it.
pub(super) fn principals_of(office: &Office) -> Vec<WantedPrincipal> {
    let each = office.principals.values().map(|one| WantedPrincipal {
        id: one.id.clone(),
        kind: one.kind,
        name: one.name.clone(),
        directory: one.directory.clone(),
        application: one.application.clone(),
        administrator: one.administrator,
        owner: one.owner.clone(),
        enabled: one.enabled,
    });
    each.collect()
}

/// Who may do what, as a catalogue says it.
pub(super) fn roles_of(office: &Office) -> Vec<WantedRole> {
    // One role may have been given twice under different names.
    let live = office.role_assignments.values().filter(|one| !one.removed);
    let each: BTreeMap<_, _> = live.map(|one| ((&one.principal, one.role, &one.scope), one)).collect();
    let each = each.into_values().map(|one| WantedRole {
        principal: one.principal.clone(),
        role: one.role,
        scope: one.scope.clone(),
        remove: false,
    });
    each.collect()
}

fn entry_kind(kind: PrincipalKind) -> EntryKind {
    match kind {
        PrincipalKind::User => EntryKind::User,
        PrincipalKind::ServicePrincipal => EntryKind::ServicePrincipal,
    }
}

pub(super) fn compare_principals(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.principals;
    check_principals_once(draft);
    for principal in wanted {
        let before = draft.office.principals.get(&principal.id);
        let mut members = Members::default();
        let flag = |flag: &bool| Some(if *flag { "yes" } else { "no" }.to_owned());
        members.text("name", before.map(|one| &one.name), &principal.name);
        members.text("directory", before.map(|one| &one.directory), &principal.directory);
        members.optional(
            "application",
            before.and_then(|one| one.application.as_ref()),
            principal.application.as_ref(),
        );
        members.optional("owner", before.and_then(|one| one.owner.as_ref()), principal.owner.as_ref());
        members.compare("administrator", before.map(|one| &one.administrator), &principal.administrator, flag);
        members.compare("enabled", before.map(|one| &one.enabled), &principal.enabled, flag);
        let kind = entry_kind(principal.kind);
        if let Some(before) = before.filter(|before| before.kind != principal.kind) {
            let message = format!("{} is a {} and stays that: give this one another id", before.id, before.kind.word());
            draft.problem(kind, &principal.id, "id", message);
            continue;
        }
        if members.0.is_empty() {
            continue;
        }
        check_principal(draft, principal);
        let id = before.map_or(&principal.id, |one| &one.id).clone();
        draft.change(kind, id.to_string(), &principal.name, action(before.is_some()), members);
        draft.record(OfficeRecord::Principal(Principal {
            id,
            kind: principal.kind,
            name: principal.name.clone(),
            directory: principal.directory.clone(),
            application: principal.application.clone(),
            administrator: principal.administrator,
            owner: principal.owner.clone(),
            enabled: principal.enabled,
            secrets: before.map(|one| one.secrets.clone()).unwrap_or_default(),
        }));
    }
}

/// Nobody signs in as two: ids, names of people and client ids are there once.
fn check_principals_once(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.principals;
    let stays: Vec<&Principal> =
        draft.office.principals.values().filter(|one| !draft.names_principal(&one.id)).collect();
    let mut ids = HashSet::new();
    let users = stays.iter().filter(|one| one.kind == PrincipalKind::User);
    let mut names: HashMap<String, &PrincipalId> = users.map(|one| (one.name.to_lowercase(), &one.id)).collect();
    let programs = stays.iter().filter_map(|one| Some((one.application.as_ref()?, &one.id)));
    let mut applications: HashMap<&PrincipalId, &PrincipalId> = programs.collect();
    for principal in wanted {
        let kind = entry_kind(principal.kind);
        if !ids.insert(&principal.id) {
            draft.problem(kind, &principal.id, "", "it has two entries: keep one of them");
            continue;
        }
        if principal.kind == PrincipalKind::User
            && let Some(other) = names.insert(principal.name.to_lowercase(), &principal.id)
        {
            let message = format!("{:?} is how {other} signs in, whatever the case: give another name", principal.name);
            draft.problem(kind, &principal.id, "name", message);
        }
        if let Some(application) = &principal.application
            && let Some(other) = applications.insert(application, &principal.id)
        {
            let message = format!("{application} is the client id of {other} too: correct one of them");
            draft.problem(kind, &principal.id, "application", message);
        }
    }
}

fn check_principal(draft: &mut Draft<'_>, principal: &WantedPrincipal) {
    let entry = (entry_kind(principal.kind), principal.id.as_str());
    draft.check_name(entry.0, entry.1, &principal.name);
    draft.check_guid(entry.0, entry.1, "id", principal.id.folded());
    let directory = &principal.directory;
    draft.check_there(draft.has_directory(directory), entry, "directory", ("directory", directory.as_str()));
    match (principal.kind, &principal.application) {
        (PrincipalKind::User, None) => {}
        (PrincipalKind::User, Some(_)) => {
            draft.problem(entry.0, entry.1, "application", "a person has no client id: take it out");
        }
        (PrincipalKind::ServicePrincipal, None) => {
            draft.problem(entry.0, entry.1, "application", "a program signs in with a client id: name it");
        }
        (PrincipalKind::ServicePrincipal, Some(application)) => {
            draft.check_guid(entry.0, entry.1, "application", application.folded());
        }
    }
    if principal.kind == PrincipalKind::User && !is_sign_in_name(&principal.name) {
        let message = format!("{:?} is no name to sign in with, such as user@adatum.onmicrosoft.com", principal.name);
        draft.problem(entry.0, entry.1, "name", message);
    }
    match (principal.kind, &principal.owner) {
        (PrincipalKind::User, Some(_)) => {
            draft.problem(entry.0, entry.1, "owner", "a person has no owner: take it out");
        }
        (_, Some(owner)) => {
            draft.check_there(draft.has_principal(owner), entry, "owner", ("principal", owner.as_str()));
        }
        (_, None) => {}
    }
}

fn is_sign_in_name(name: &str) -> bool {
    let parts = name.split_once('@');
    let whole = |part: &str| !part.is_empty() && !part.contains(|one: char| one == '@' || one.is_whitespace());
    parts.is_some_and(|(person, domain)| whole(person) && whole(domain))
}

/// What tells one giving of a role from another, but for its name.
type Given<'a> = (&'a PrincipalId, Role, &'a ScopePath);

pub(super) fn compare_roles(draft: &mut Draft<'_>) {
    let (wanted, office) = (&draft.wanted.roles, draft.office);
    let mut live: BTreeMap<Given<'_>, Vec<&RoleAssignment>> = BTreeMap::new();
    for one in office.role_assignments.values().filter(|one| !one.removed) {
        live.entry((&one.principal, one.role, &one.scope)).or_default().push(one);
    }
    let places = Places::of(draft);
    let mut seen = HashSet::new();
    for role in wanted {
        let id = match assignment_id(role) {
            Ok(id) => id,
            Err(error) => {
                draft.problem(EntryKind::Role, name(role), "", error.to_string());
                continue;
            }
        };
        if !seen.insert(id.clone()) {
            draft.problem(EntryKind::Role, name(role), "", "it has two entries: keep one of them");
            continue;
        }
        let known = live.get(&(&role.principal, role.role, &role.scope)).map_or(&[][..], Vec::as_slice);
        if known.is_empty() == role.remove {
            // What is wanted is so already, but a removal of somebody who never was is a mistake in writing.
            if known.is_empty() {
                check_holder(draft, role);
            }
            continue;
        }
        if role.remove {
            for one in known {
                change(draft, role, one.id.to_string(), DifferenceAction::Remove);
                draft.record(OfficeRecord::RoleAssignment(RoleAssignment { removed: true, ..(*one).clone() }));
            }
            continue;
        }
        check_holder(draft, role);
        if let Err(message) = places.check(draft, role) {
            draft.problem(EntryKind::Role, name(role), "scope", message);
        }
        // Names are chosen by whoever gives a role over HTTP, so another one may stand here.
        if office.role_assignments.get(&id).is_some_and(|one| !one.removed) {
            let message = format!("its name {id} is that of another assignment: take that one away first");
            draft.problem(EntryKind::Role, name(role), "", message);
        }
        change(draft, role, id.to_string(), DifferenceAction::Add);
        draft.record(OfficeRecord::RoleAssignment(RoleAssignment {
            id,
            scope: role.scope.clone(),
            principal: role.principal.clone(),
            role: role.role,
            removed: false,
        }));
    }
}

fn check_holder(draft: &mut Draft<'_>, role: &WantedRole) {
    if !draft.has_principal(&role.principal) {
        let message =
            format!("there is no user or service principal {}: add an entry for it, or correct the id", role.principal);
        draft.problem(EntryKind::Role, name(role), "principal", message);
    }
}

fn change(draft: &mut Draft<'_>, role: &WantedRole, id: String, action: DifferenceAction) {
    let holder = draft.principal_name(&role.principal).unwrap_or_default();
    let mut members = Members::default();
    let parts = [("principal", role.principal.to_string()), ("scope", role.scope.to_string())];
    for (member, text) in parts {
        match action {
            DifferenceAction::Remove => members.changed(member, Some(text), None),
            _ => members.changed(member, None, Some(text)),
        }
    }
    draft.change(EntryKind::Role, id, &format!("{} of {holder}", role.role.word()), action, members);
}

/// How a problem calls a role.
fn name(role: &WantedRole) -> String {
    format!("{:?} of {} at {}", role.role.word(), role.principal, role.scope)
}

/// The name of an assignment: the same for the same role, so that applying a catalogue again changes nothing.
pub(super) fn assignment_id(role: &WantedRole) -> Result<AssignmentId, IdError> {
    let text = format!("role\n{}\n{}\n{}", role.principal.folded(), role.role.word(), role.scope.folded());
    let digits = crate::hex(&Sha256::digest(text.as_bytes()));
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    // The form of a GUID of version 8, which is left to whoever makes it. Source: RFC 9562.
    let text = format!("{}-{}-8{}-8{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32));
    AssignmentId::new(&text)
}

/// The registrations at which a role can hold.
struct Places<'a>(HashSet<&'a str>);

impl<'a> Places<'a> {
    fn of(draft: &Draft<'a>) -> Self {
        let today = draft.today;
        let live = draft.office.registrations.iter().filter(|one| one.holds_on(today));
        Self(live.map(|one| one.id.folded()).collect())
    }

    /// That a role can be had at its scope, and that this is there.
    fn check(&self, draft: &Draft<'_>, role: &WantedRole) -> Result<(), String> {
        let (word, scope) = (role.role.word(), &role.scope);
        let parts: Vec<&str> = scope.folded().split('/').skip(1).collect();
        match role.role {
            Role::PlatformOperator if scope.folded() == "/" => Ok(()),
            Role::PlatformOperator => Err(format!("{word} is had at \"/\", and not at {scope}")),
            Role::PartnerAdministrator | Role::BillingReader => match parts.as_slice() {
                ["partners", id] => {
                    let there = PartnerId::new(id).is_ok_and(|id| draft.partner(&id).is_some());
                    there.then_some(()).ok_or_else(|| format!("there is no partner {id}: correct the scope"))
                }
                _ => Err(format!("{word} is had at a partner: write /partners/ and its id, and not {scope}")),
            },
            _ => self.check_resource(draft, role, &parts),
        }
    }

    fn check_resource(&self, draft: &Draft<'_>, role: &WantedRole, parts: &[&str]) -> Result<(), String> {
        let (word, scope) = (role.role.word(), &role.scope);
        let ["subscriptions", id, below @ ..] = parts else {
            return Err(format!("{word} is had in a subscription: write /subscriptions/ and its id, and not {scope}"));
        };
        if !PayingSubscriptionId::new(id).is_ok_and(|id| draft.has_subscription(&id)) {
            return Err(format!("there is no subscription {id}: add an entry for it, or correct the scope"));
        }
        let there = match below {
            [] => true,
            ["resourcegroups", _] => draft.office.resource_groups.get(scope).is_some_and(|group| !group.removed),
            _ => self.0.contains(scope.folded()),
        };
        there.then_some(()).ok_or_else(|| {
            format!("there is no resource group and no registration {scope}: correct it, or give the role in the subscription")
        })
    }
}
