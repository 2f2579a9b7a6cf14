//! Serve: the operator's interface of the cloud over HTTP, as far as reading usage needs it.
//!
//! Source: Azure Stack Hub provider usage API 2015-06-01-preview and user subscriptions 2015-11-01.

use std::{future::Future, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    delivery::{ErrorBody, ErrorDetail},
    usage_page::user_subscription,
};
use model::LocalSubscriptionId;
use tokio::net::TcpListener;

use crate::emulate::{CloudHandle, PlannedSubscription, Tenant};

mod page;
mod query;

use query::Parameters;

/// Answers callers until the shutdown comes.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    cloud: Arc<CloudHandle>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    tracing::info!(cloud.id = %cloud.cloud().plan().cloud, "the emulated cloud answers its operator");
    let router = Router::new().fallback(answer).with_state(cloud);
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

/// An answer that is not what was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn bad(code: &'static str, message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message }
    }

    /// A parameter that is missing or cannot be read.
    fn property(name: &str, reason: &str) -> Self {
        Self::bad("InvalidProperty", format!("The property '{name}' {reason}."))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = ErrorBody { error: ErrorDetail { code: self.code.to_owned(), message: self.message } };
        (self.status, axum::Json(body)).into_response()
    }
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Usage,
    Subscriptions,
}

/// Paths are compared without case, so the router does not know them.
async fn answer(State(cloud): State<Arc<CloudHandle>>, request: Request) -> Response {
    decide(&cloud, &request).unwrap_or_else(IntoResponse::into_response)
}

fn decide(cloud: &CloudHandle, request: &Request) -> Result<Response, Refusal> {
    if request.method() != Method::GET {
        let message = format!("The method '{}' is not supported.", request.method());
        return Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, code: "MethodNotAllowed", message });
    }
    authenticate(cloud, request.headers())?;
    let path = request.uri().path().to_ascii_lowercase();
    let (subscription, asked) = read_path(&path, &cloud.cloud().plan().region.to_ascii_lowercase())?;
    let parameters = Parameters::read(request.uri())?;
    match asked {
        Asked::Usage => parameters.check_version(contract::usage_page::API_VERSION)?,
        Asked::Subscriptions => parameters.check_version(user_subscription::API_VERSION)?,
    }
    check_subscription(cloud, subscription)?;
    match asked {
        Asked::Usage => page::answer(cloud, request, &parameters),
        Asked::Subscriptions => Ok(axum::Json(list_subscriptions(cloud)).into_response()),
    }
}

fn authenticate(cloud: &CloudHandle, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(wanted) = &cloud.cloud().plan().token else { return Ok(()) };
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if shown.and_then(|value| value.strip_prefix("Bearer ")) == Some(wanted) {
        return Ok(());
    }
    let message = "The access token is missing or is not the one of this cloud.".to_owned();
    Err(Refusal { status: StatusCode::UNAUTHORIZED, code: "InvalidAuthenticationToken", message })
}

/// Takes a path in lower case apart.
fn read_path<'a>(path: &'a str, region: &str) -> Result<(&'a str, Asked), Refusal> {
    let not_found = || {
        let message = format!("The path '{path}' was not found.");
        Refusal { status: StatusCode::NOT_FOUND, code: "NotFound", message }
    };
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let ["", "subscriptions", subscription, "providers", rest @ ..] = segments.as_slice() else {
        return Err(not_found());
    };
    let asked = match rest {
        ["microsoft.commerce.admin" | "microsoft.commerce", "subscriberusageaggregates"] => Asked::Usage,
        ["microsoft.commerce.admin" | "microsoft.commerce", "locations", location, "subscriberusageaggregates"]
            if *location == region || *location == ".." =>
        {
            Asked::Usage
        }
        ["microsoft.subscriptions.admin", "subscriptions"] => Asked::Subscriptions,
        _ => return Err(not_found()),
    };
    Ok((subscription, asked))
}

fn check_subscription(cloud: &CloudHandle, subscription: &str) -> Result<(), Refusal> {
    if subscription.is_empty() {
        let message = "The request names no subscription.".to_owned();
        return Err(Refusal::bad("SubscriptionIdMissingInRequest", message));
    }
    let provider = &cloud.cloud().plan().provider_subscription;
    if LocalSubscriptionId::new(subscription).is_ok_and(|subscription| subscription == *provider) {
        return Ok(());
    }
    let message = format!("The subscription '{subscription}' could not be found.");
    Err(Refusal { status: StatusCode::NOT_FOUND, code: "SubscriptionNotFound", message })
}

/// The local subscriptions that exist in the running hour. The operator's own is not among them.
fn list_subscriptions(cloud: &CloudHandle) -> user_subscription::UserSubscriptions {
    let (plan, now) = (cloud.cloud().plan(), cloud.now());
    let exists = |planned: &&PlannedSubscription| {
        planned.from <= now && planned.deleted_at.is_none_or(|deleted_at| now < deleted_at)
    };
    let provider = plan.provider_subscription.as_str();
    let list = |tenant: &Tenant, planned: &PlannedSubscription| user_subscription::UserSubscription {
        id: format!("{}/{}", user_subscription::user_subscriptions_path(provider), planned.id),
        subscription_id: planned.id.to_string(),
        delegated_provider_subscription_id: provider.to_owned(),
        display_name: format!("Subscription of {}", tenant.domain),
        owner: format!("admin@{}", tenant.domain),
        tenant_id: Some(tenant.directory.to_string()),
        routing_resource_manager_type: "Default".to_owned(),
        offer_id: format!(
            "/subscriptions/{provider}/resourceGroups/offers/providers/Microsoft.Subscriptions.Admin/offers/standard"
        ),
        state: "Enabled".to_owned(),
    };
    let planned = plan
        .tenants
        .iter()
        .flat_map(|tenant| tenant.subscriptions.iter().filter(exists).map(move |planned| (tenant, planned)));
    let value = planned.map(|(tenant, planned)| list(tenant, planned)).collect();
    user_subscription::UserSubscriptions { value, next_link: None }
}

#[cfg(test)]
mod tests;
