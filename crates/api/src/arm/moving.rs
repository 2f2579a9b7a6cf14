//! Moving: registrations go to another resource group.
//!
//! Source: Azure Resource Manager moveResources 2021-04-01; domain notes R23 and C.4.

use model::{RegistrationId, ScopePath};
use serde::Deserialize;

use super::registrations::may;
use crate::{answer::Reply, call::Call, dispatch::no_content, error::ApiError};

/// How many resources are moved at a time.
const RESOURCES_MAX: usize = 100;

/// What is to be moved, and where.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct MoveRequest {
    resources: Vec<String>,
    target_resource_group: String,
}

pub(super) fn move_resources(call: &Call<'_>) -> Reply {
    let source = super::groups::scope(call)?;
    hub::resource::live_group(&call.office, &source)?;
    let request: MoveRequest = call.json()?;
    let invalid = |text: &str| ApiError::bad_request("InvalidMoveRequest", text);
    if request.resources.is_empty() || request.resources.len() > RESOURCES_MAX {
        return Err(invalid("Name from 1 to 100 resources in 'resources'."));
    }
    let target = ScopePath::new(&request.target_resource_group)
        .map_err(|_| invalid("Name the resource group to move to in 'targetResourceGroup'."))?;
    // Whoever may not write there is not told whether it is there.
    if !may(call, "Microsoft.AzureStack/registrations/write", &target) {
        let name = target.as_str().rsplit('/').next().unwrap_or_default();
        let message = format!("Resource group '{name}' could not be found.");
        return Err(ApiError::new(axum::http::StatusCode::NOT_FOUND, "ResourceGroupNotFound", message));
    }
    for resource in &request.resources {
        let path = RegistrationId::new(resource).ok().and_then(|id| hub::RegistrationPath::of(&id));
        let inside = ScopePath::new(resource).is_ok_and(|id| source.contains(&id));
        let path = path.filter(|path| inside && path.id().is_some_and(|id| id.as_str().eq_ignore_ascii_case(resource)));
        let path = path.ok_or_else(|| {
            invalid("Only registrations of this resource group can be moved. Give their full ids in 'resources'.")
        })?;
        call.hub().move_registration(&call.actor(), &path, &target)?;
    }
    Ok(no_content())
}
