//! Customer subscriptions: which subscription pays for which tenant of a registration, over HTTP.
//!
//! Source: Microsoft.AzureStack REST specification 2017-06-01 to 2022-06-01; domain notes D; clients' rule 3.

use contract::arm::{
    AzureStackVersion, List,
    customer_subscription::{CustomerSubscription, CustomerSubscriptionRequest},
};
use hub::{MappingRequest, RegisterError};

use super::{page::page, registrations::path};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    dispatch::no_content,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// How many customer subscriptions a page has.
const PAGE_SIZE: usize = 100;

const REGISTRATION: &str =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}";
const ALL: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/customerSubscriptions";
const ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/customerSubscriptions/{customer}";

const fn route(
    method: &'static str,
    path: &'static str,
    action: &'static str,
    summary: &'static str,
    success: &'static [u16],
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method,
        path,
        access: Access::At { action, scope: REGISTRATION, sight: "Microsoft.AzureStack/registrations/read" },
        versions: Versions::CustomerSubscriptions,
        summary,
        success,
        refusals: &[403],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

const READ: &str = "Microsoft.AzureStack/registrations/customerSubscriptions/read";

/// The routes of customer subscriptions.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        query: &["$skipToken"],
        ..route("GET", ALL, READ, "The customer subscriptions of a registration.", &[200], list)
    },
    route("GET", ONE, READ, "One customer subscription.", &[200], get),
    route("HEAD", ONE, READ, "Whether a customer subscription is there.", &[204], head),
    Route {
        body: BodyKind::Json,
        refusals: &[403, 502],
        ..route(
            "PUT",
            ONE,
            "Microsoft.AzureStack/registrations/customerSubscriptions/write",
            "Maps the subscription's tenant to it. Another subscription of the tenant is replaced.",
            &[200],
            put,
        )
    },
    route(
        "DELETE",
        ONE,
        "Microsoft.AzureStack/registrations/customerSubscriptions/delete",
        "Removes a customer subscription: from today on the default subscription pays.",
        &[204],
        delete,
    ),
];

/// How a customer subscription is shown.
fn show(call: &Call<'_>, found: &hub::CustomerSubscription) -> Result<CustomerSubscription, ApiError> {
    let path = path(call)?;
    let registration = call.hub().registration(&call.office, &path)?;
    let (subscription, tenant) = (found.subscription.folded(), found.tenant.folded());
    let shown = CustomerSubscription::of(registration.id.as_str(), &registration.name, subscription, tenant);
    Ok(shown.shown_in(call.version.unwrap_or(AzureStackVersion::V2022_06_01)))
}

fn list(call: &Call<'_>) -> Reply {
    let path = path(call)?;
    let registration = call.hub().registration(&call.office, &path)?;
    let all = call.hub().customer_subscriptions(&call.office, &path)?;
    let of = format!("customer subscriptions of registration {}", registration.number);
    let list = page(call, &of, PAGE_SIZE, all, |one| one.subscription.folded().to_owned())?;
    let value = list.value.iter().map(|found| show(call, found)).collect::<Result<_, _>>()?;
    Answer::ok(&List::page(value, list.next_link))
}

fn get(call: &Call<'_>) -> Reply {
    let found = call.hub().customer_subscription(&call.office, &path(call)?, call.param("customer"))?;
    Answer::ok(&show(call, &found)?)
}

fn head(call: &Call<'_>) -> Reply {
    call.hub().customer_subscription(&call.office, &path(call)?, call.param("customer"))?;
    Ok(no_content())
}

fn put(call: &Call<'_>) -> Reply {
    let body: CustomerSubscriptionRequest = call.json()?;
    let sent = call.param("customer");
    let request = MappingRequest {
        registration: path(call)?,
        subscription: if call.door.settings.fold_customer_ids { sent.to_ascii_lowercase() } else { sent.to_owned() },
        tenant: body.tenant().map(str::to_owned),
        effective_from: None,
    };
    let found = call.hub().map_tenant(&call.actor(), &request).map_err(|error| match error {
        // What is known of subscriptions could not be read: nothing was stored.
        RegisterError::Store(error) => ApiError::resolver_failed(&error),
        RegisterError::Refused(refusal) => refusal.into(),
    })?;
    Answer::ok(&show(call, &found)?)
}

fn delete(call: &Call<'_>) -> Reply {
    call.hub().unmap_tenant(&call.actor(), &path(call)?, call.param("customer"))?;
    Ok(no_content())
}
