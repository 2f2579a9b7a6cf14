//! Directories: the directory tenants of a stamp, whose people may sign in to it.
//!
//! Source: `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses; domain notes E.9.

use axum::http::StatusCode;
use contract::{
    arm::List,
    usage_page::{
        directory_tenant::{self, DirectoryTenantProperties, DirectoryTenantPut, TYPE},
        user_subscription::API_VERSION,
    },
};
use model::{DirectoryId, DirectoryTenant};

use super::{Answer, Call, Refusal};

const READ: &str = "Microsoft.Subscriptions.Admin/directoryTenants/read";
const WRITE: &str = "Microsoft.Subscriptions.Admin/directoryTenants/write";
const DELETE: &str = "Microsoft.Subscriptions.Admin/directoryTenants/delete";

/// The longest name. Unit: bytes.
const NAME_BYTES_MAX: usize = 253;
/// The longest name of a resource group. Unit: bytes.
const GROUP_BYTES_MAX: usize = 90;

/// The directory tenants in a resource group.
pub(super) fn list(call: &Call, group: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    call.operator_may(READ)?;
    let listed = all(call)?.into_iter().filter(|one| one.group.eq_ignore_ascii_case(group));
    let value = listed.map(|one| shown(call, &one)).collect();
    Answer::value(StatusCode::OK, &List::complete(value))
}

/// Answers what is asked of one directory tenant.
pub(super) fn one(call: &Call, group: &str, name: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    match call.method.as_str() {
        "PUT" => put(call, group, name),
        "DELETE" => delete(call, group, name),
        _ => {
            call.operator_may(READ)?;
            let found = find(call, name)?.filter(|one| one.group.eq_ignore_ascii_case(group));
            let found = found.ok_or_else(|| {
                let message = format!("The directory tenant '{name}' could not be found in the group '{group}'.");
                Refusal::not_found("DirectoryTenantNotFound", message)
            })?;
            Answer::value(StatusCode::OK, &shown(call, &found))
        }
    }
}

fn put(call: &Call, group: &str, name: &str) -> Result<Answer, Refusal> {
    call.operator_may(WRITE)?;
    let service = call.service()?;
    let sent: DirectoryTenantPut = call.body()?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if name.len() > NAME_BYTES_MAX || !name.contains('.') || !name.bytes().all(is_name) {
        return Err(Refusal::property("name", "is no domain such as adatum.onmicrosoft.com"));
    }
    if group.len() > GROUP_BYTES_MAX {
        return Err(Refusal::property("resourceGroup", &format!("is longer than {GROUP_BYTES_MAX} bytes")));
    }
    let region = &call.source().place().region;
    if let Some(location) = sent.location.filter(|location| !location.eq_ignore_ascii_case(region)) {
        return Err(Refusal::property("location", &format!("is '{location}'; this stamp is '{region}'")));
    }
    let directory = sent.properties.map(|properties| properties.tenant_id).unwrap_or_default();
    let tenant =
        DirectoryId::new(&directory).map_err(|error| Refusal::property("tenantId", &format!("is wrong: {error}")))?;
    let known = find(call, name)?;
    if let Some(known) = known.as_ref().filter(|known| !known.group.eq_ignore_ascii_case(group)) {
        let message =
            format!("The directory tenant '{name}' is in the resource group '{}'. Delete it there.", known.group);
        return Err(Refusal::new(StatusCode::CONFLICT, "DirectoryTenantInOtherGroup", message));
    }
    let (name, group) = known.map_or_else(|| (name.to_owned(), group.to_owned()), |known| (known.name, known.group));
    let wanted = DirectoryTenant { name, group, location: region.clone(), tenant, removed: false };
    let created = service.put_directory_tenant(&call.caller.id, &wanted)?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Answer::value(status, &shown(call, &wanted))
}

fn delete(call: &Call, group: &str, name: &str) -> Result<Answer, Refusal> {
    call.operator_may(DELETE)?;
    let service = call.service()?;
    let is_there = find(call, name)?.is_some_and(|one| one.group.eq_ignore_ascii_case(group));
    let deleted = is_there && service.delete_directory_tenant(&call.caller.id, name)?;
    Ok(Answer::empty(if deleted { StatusCode::OK } else { StatusCode::NO_CONTENT }))
}

/// An emulated cloud has directories, but nobody named them.
fn all(call: &Call) -> Result<Vec<DirectoryTenant>, Refusal> {
    let Some(service) = call.source().service() else { return Ok(Vec::new()) };
    let all = service.directory_tenants()?;
    Ok(all.into_iter().filter(|one| !one.removed).collect())
}

fn find(call: &Call, name: &str) -> Result<Option<DirectoryTenant>, Refusal> {
    Ok(all(call)?.into_iter().find(|one| one.name.eq_ignore_ascii_case(name)))
}

fn shown(call: &Call, one: &DirectoryTenant) -> directory_tenant::DirectoryTenant {
    let provider = call.source().place().provider_subscription.as_str();
    directory_tenant::DirectoryTenant {
        id: directory_tenant::directory_tenant_path(provider, &one.group, &one.name),
        name: one.name.clone(),
        kind: TYPE.to_owned(),
        location: one.location.clone(),
        properties: DirectoryTenantProperties { tenant_id: one.tenant.to_string() },
    }
}
