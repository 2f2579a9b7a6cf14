//! Groups: resource groups over HTTP.

use model::ScopePath;

use crate::{call::Call, error::ApiError};

/// The resource group in the path of a call.
pub(crate) fn scope(call: &Call<'_>) -> Result<ScopePath, ApiError> {
    let name = call.param("group");
    ScopePath::new(&format!("/subscriptions/{}/resourceGroups/{name}", call.subscription()?)).map_err(|_| {
        let message = format!("Resource group '{name}' could not be found.");
        ApiError::new(axum::http::StatusCode::NOT_FOUND, "ResourceGroupNotFound", message)
    })
}
