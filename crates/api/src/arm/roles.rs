//! Roles: which there are, who has them, and what the caller may do, over HTTP.
//!
//! Source: Azure role definitions and role assignments 2022-04-01; domain notes C.6; clients' notes 3.

use axum::http::StatusCode;
use contract::arm::{
    List,
    access::{
        Permission, RoleAssignment as Shown, RoleAssignmentProperties, RoleAssignmentRequest,
        RoleDefinition as ShownRole,
    },
};
use hub::{
    access::{self, ROLES, RoleDefinition},
    resource::ASSIGNABLE,
};
use model::{AssignmentId, PrincipalId, PrincipalKind, RoleAssignment, ScopePath, is_guid};

use super::{
    filter::{self, Condition, Words},
    page::page,
    place::{at_every_place, place},
    subscriptions::open,
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    dispatch::no_content,
    error::ApiError,
    route::{BodyKind, Route},
};

/// How many assignments a page has.
const PAGE_SIZE: usize = 1000;

const READ_ROLES: &str = "Microsoft.Authorization/roleDefinitions/read";
const READ: &str = "Microsoft.Authorization/roleAssignments/read";
const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
const DELETE: &str = "Microsoft.Authorization/roleAssignments/delete";
const PERMISSIONS: &str = "Microsoft.Authorization/permissions/read";

const DEFINITION_WORDS: Words = Words {
    fields: &["roleName", "type"],
    // Every role can be given everywhere, so these say nothing.
    calls: &["atScope", "atScopeAndBelow"],
    calls_with_text: &[],
};
const ASSIGNMENT_WORDS: Words =
    Words { fields: &["principalId"], calls: &["atScope"], calls_with_text: &["assignedTo"] };

/// The routes of roles at places.
pub(crate) const ROUTES: &[Route] = at_every_place! {
    "GET" "/providers/Microsoft.Authorization/roleDefinitions", READ_ROLES,
        "The roles that can be given.", &[200], definitions, query: &["$filter"];
    "GET" "/providers/Microsoft.Authorization/roleDefinitions/{role}", READ_ROLES,
        "One role.", &[200], definition_at;
    "GET" "/providers/Microsoft.Authorization/roleAssignments", READ,
        "Who has which role at a place, above it or in it.", &[200], list, query: &["$filter", "$skipToken"];
    "GET" "/providers/Microsoft.Authorization/roleAssignments/{assignment}", READ,
        "One role assignment.", &[200], get;
    "PUT" "/providers/Microsoft.Authorization/roleAssignments/{assignment}", WRITE,
        "Gives a role.", &[200, 201], put, body: BodyKind::Json, refusals: &[403, 409];
    "DELETE" "/providers/Microsoft.Authorization/roleAssignments/{assignment}", DELETE,
        "Takes a role away.", &[200, 204], delete;
    "GET" "/providers/Microsoft.Authorization/permissions", PERMISSIONS,
        "What the caller may do.", &[200], permissions;
};

/// The routes of roles that belong to no place: every role is the same everywhere.
pub(crate) const EVERYWHERE: &[Route] = &[
    open("/providers/Microsoft.Authorization/roleDefinitions", "The roles that can be given.", &["$filter"], all),
    open("/providers/Microsoft.Authorization/roleDefinitions/{role}", "One role.", &[], definition),
];

/// The roles that can be given in a subscription.
fn assignable() -> impl Iterator<Item = &'static RoleDefinition> {
    ROLES.iter().filter(|one| ASSIGNABLE.contains(&one.role))
}

fn show_role(role: &RoleDefinition) -> ShownRole {
    ShownRole::built_in(role.id, role.role.word(), role.description, role.actions, role.not_actions)
}

fn definitions(call: &Call<'_>) -> Reply {
    place(call)?;
    all(call)
}

fn all(call: &Call<'_>) -> Reply {
    let conditions = filter::conditions(call, &DEFINITION_WORDS)?;
    let fits = |role: &ShownRole| {
        conditions.iter().all(|one| match one.word {
            "roleName" => role.properties.role_name.eq_ignore_ascii_case(&one.text),
            "type" => role.properties.kind.eq_ignore_ascii_case(&one.text),
            _ => true,
        })
    };
    Answer::ok(&List::complete(assignable().map(show_role).filter(fits).collect()))
}

fn definition_at(call: &Call<'_>) -> Reply {
    place(call)?;
    definition(call)
}

fn definition(call: &Call<'_>) -> Reply {
    let sent = call.param("role");
    let found = assignable().find(|role| role.id.eq_ignore_ascii_case(sent)).ok_or_else(|| {
        let message = format!("The specified role definition with ID '{sent}' does not exist.");
        ApiError::new(StatusCode::NOT_FOUND, "RoleDefinitionDoesNotExist", message)
    })?;
    Answer::ok(&show_role(found))
}

fn show(call: &Call<'_>, assignment: &RoleAssignment) -> Shown {
    let kind = call.office.principals.get(&assignment.principal).map_or(PrincipalKind::User, |known| known.kind);
    let kind = if kind == PrincipalKind::User { "User" } else { "ServicePrincipal" };
    let properties = RoleAssignmentProperties {
        scope: assignment.scope.to_string(),
        role_definition_id: show_role(access::definition(assignment.role)).id,
        principal_id: assignment.principal.to_string(),
        principal_type: kind.to_owned(),
    };
    Shown::of(assignment.id.as_str(), properties)
}

/// Whether a condition lets an assignment into the list of a place.
fn holds(condition: &Condition, assignment: &RoleAssignment, place: &ScopePath) -> bool {
    match condition.word {
        // At a scope or inherited by it.
        "atScope" => assignment.scope.contains(place),
        _ => PrincipalId::new(&condition.text).is_ok_and(|id| id == assignment.principal),
    }
}

fn list(call: &Call<'_>) -> Reply {
    let place = place(call)?;
    let conditions = filter::conditions(call, &ASSIGNMENT_WORDS)?;
    let wanted = |one: &&RoleAssignment| {
        let related = one.scope.contains(&place) || place.contains(&one.scope);
        // Who runs the platform is not the business of a subscription.
        let shown = !one.removed && related && ASSIGNABLE.contains(&one.role);
        shown && conditions.iter().all(|condition| holds(condition, one, &place))
    };
    let found: Vec<_> = call.office.role_assignments.values().filter(wanted).collect();
    let of = format!("role assignments of {}", place.folded());
    let list = page(call, &of, PAGE_SIZE, found, |one| one.id.folded().to_owned())?;
    let value = list.value.into_iter().map(|one| show(call, one)).collect();
    Answer::ok(&List::page(value, list.next_link))
}

fn get(call: &Call<'_>) -> Reply {
    let (place, sent) = (place(call)?, call.param("assignment"));
    let found = AssignmentId::new(sent).ok().and_then(|id| call.office.role_assignments.get(&id));
    let found = found.filter(|one| !one.removed && one.scope == place && ASSIGNABLE.contains(&one.role));
    let found = found.ok_or_else(|| {
        let message = format!("The role assignment '{sent}' is not found.");
        ApiError::new(StatusCode::NOT_FOUND, "RoleAssignmentNotFound", message)
    })?;
    Answer::ok(&show(call, found))
}

fn put(call: &Call<'_>) -> Reply {
    let (scope, sent) = (place(call)?, call.param("assignment"));
    let id = AssignmentId::new(sent).ok().filter(|_| is_guid(sent)).ok_or_else(|| {
        let message = format!("The role assignment ID {sent:?} is no GUID. Draw a new one for each role assignment.");
        ApiError::bad_request("InvalidRoleAssignmentId", message)
    })?;
    let facts = call.json::<RoleAssignmentRequest>()?.properties.unwrap_or_default();
    let wanted = facts.role_definition_id.unwrap_or_default();
    let role = find_role(&wanted).ok_or_else(|| {
        let message =
            format!("The specified role definition with ID '{wanted}' does not exist. List the roles that do.");
        ApiError::bad_request("RoleDefinitionDoesNotExist", message).about("properties.roleDefinitionId")
    })?;
    let wanted = facts.principal_id.unwrap_or_default();
    let principal = PrincipalId::new(&wanted).map_err(|_| {
        let message = format!("The principal ID {wanted:?} is none. Give the object id of a principal.");
        ApiError::bad_request("InvalidPrincipalId", message).about("properties.principalId")
    })?;
    let assignment = RoleAssignment { id, scope, principal, role: role.role, removed: false };
    let made = call.hub().put_role_assignment(&call.actor(), &assignment)?;
    Answer::json(if made { StatusCode::CREATED } else { StatusCode::OK }, &show(call, &assignment))
}

/// The role that a text names: by its GUID, or by a path that ends in it.
fn find_role(text: &str) -> Option<&'static RoleDefinition> {
    let guid = match text.rsplit_once('/') {
        Some((before, guid)) => {
            let path = "/providers/microsoft.authorization/roledefinitions";
            before.to_ascii_lowercase().ends_with(path).then_some(guid)?
        }
        None => text,
    };
    assignable().find(|role| role.id.eq_ignore_ascii_case(guid))
}

fn delete(call: &Call<'_>) -> Reply {
    let place = place(call)?;
    let Ok(id) = AssignmentId::new(call.param("assignment")) else { return Ok(no_content()) };
    match call.hub().delete_role_assignment(&call.actor(), &place, &id)? {
        Some(removed) => Answer::ok(&show(call, &removed)),
        None => Ok(no_content()),
    }
}

fn permissions(call: &Call<'_>) -> Reply {
    let place = place(call)?;
    let Some(caller) = &call.caller else { return Err(ApiError::not_found()) };
    let found = access::roles(&call.office, &caller.id, &place).map(permission).collect();
    Answer::ok(&List::complete(found))
}

fn permission(role: &RoleDefinition) -> Permission {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut not_actions = owned(role.not_actions);
    // No role of a subscription allows these, whatever its patterns say.
    let denied = access::PLATFORM_ACTIONS.iter().filter(|action| !role.permits(action));
    not_actions.extend(denied.filter(|action| !role.not_actions.contains(action)).map(|action| (*action).to_owned()));
    Permission { actions: owned(role.actions), not_actions, ..Permission::default() }
}
