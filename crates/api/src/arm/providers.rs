//! Providers: which namespaces there are, and whether a subscription may use them.
//!
//! Source: Azure Resource Manager providers 2021-04-01; clients' notes 3 and 5.

use axum::http::StatusCode;
use contract::arm::{
    List,
    provider::{Provider, RegistrationState, ResourceType, azure_stack_types},
};
use model::PayingSubscriptionId;

use super::{
    place::{SUBSCRIPTION, row},
    subscriptions::{open, visible},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    route::Route,
};

const ONE: &str = "/subscriptions/{subscription}/providers/{namespace}";

/// The routes of namespaces.
pub(crate) const ROUTES: &[Route] = &[
    open("/subscriptions/{subscription}/providers", "The namespaces of a subscription.", &[], list),
    open(ONE, "One namespace.", &[], get),
    Route {
        refusals: &[403, 409],
        ..row(
            SUBSCRIPTION,
            ("POST", "/subscriptions/{subscription}/providers/{namespace}/register"),
            "Microsoft.AzureStack/register/action",
            "Lets a subscription hold resources of a namespace.",
            &[200],
            register,
        )
    },
    Route {
        refusals: &[403, 409],
        ..row(
            SUBSCRIPTION,
            ("POST", "/subscriptions/{subscription}/providers/{namespace}/unregister"),
            "Microsoft.AzureStack/unregister/action",
            "Ends that, when there are no such resources.",
            &[200],
            unregister,
        )
    },
];

/// The types of a namespace, each with its versions.
type Types = &'static [(&'static str, &'static [&'static str])];

/// Namespaces that every subscription may use.
const FREE: &[(&str, Types)] = &[
    (
        "Microsoft.Resources",
        &[
            ("subscriptions", &["2022-12-01", "2016-06-01"]),
            ("subscriptions/locations", &["2022-12-01", "2016-06-01"]),
            ("tenants", &["2022-12-01", "2016-06-01"]),
            ("providers", &["2021-04-01"]),
            ("resourceGroups", &["2021-04-01"]),
            ("resources", &["2021-04-01"]),
        ],
    ),
    (
        "Microsoft.Authorization",
        &[
            ("locks", &["2020-05-01", "2016-09-01"]),
            ("permissions", &["2022-04-01"]),
            ("roleAssignments", &["2022-04-01"]),
            ("roleDefinitions", &["2022-04-01"]),
        ],
    ),
];

/// A namespace that there is.
enum Namespace {
    /// That of registrations, kept for each subscription.
    AzureStack,
    /// One that needs no registration.
    Free(&'static str, Types),
}

/// The namespace in the path of a call.
fn namespace(call: &Call<'_>) -> Result<Namespace, ApiError> {
    let sent = call.param("namespace");
    if sent.eq_ignore_ascii_case(hub::NAMESPACE) {
        return Ok(Namespace::AzureStack);
    }
    let found = FREE.iter().find(|(name, _)| sent.eq_ignore_ascii_case(name));
    found.map(|(name, types)| Namespace::Free(name, types)).ok_or_else(|| {
        let message = format!("The resource namespace '{sent}' is invalid.");
        ApiError::new(StatusCode::NOT_FOUND, "InvalidResourceNamespace", message)
    })
}

fn show(subscription: &PayingSubscriptionId, namespace: &Namespace, registered: bool) -> Provider {
    let state = |registered| {
        if registered { RegistrationState::Registered } else { RegistrationState::NotRegistered }
    };
    match namespace {
        Namespace::AzureStack => {
            Provider::of(subscription.as_str(), hub::NAMESPACE, state(registered), azure_stack_types())
        }
        Namespace::Free(name, types) => {
            let types = types.iter().map(|(name, versions)| ResourceType::global(name, versions)).collect();
            let provider = Provider::of(subscription.as_str(), name, RegistrationState::Registered, types);
            Provider { registration_policy: "RegistrationFree".to_owned(), ..provider }
        }
    }
}

fn is_registered(call: &Call<'_>, subscription: &PayingSubscriptionId) -> bool {
    hub::resource::is_namespace_registered(&call.office, subscription, hub::NAMESPACE)
}

fn list(call: &Call<'_>) -> Reply {
    let subscription = &visible(call)?.id;
    let free = FREE.iter().map(|(name, types)| Namespace::Free(name, types));
    let all = std::iter::once(Namespace::AzureStack).chain(free);
    let registered = is_registered(call, subscription);
    Answer::ok(&List::complete(all.map(|one| show(subscription, &one, registered)).collect()))
}

fn get(call: &Call<'_>) -> Reply {
    let subscription = &visible(call)?.id;
    Answer::ok(&show(subscription, &namespace(call)?, is_registered(call, subscription)))
}

fn register(call: &Call<'_>) -> Reply {
    let (subscription, namespace) = (call.subscription()?, namespace(call)?);
    if let Namespace::AzureStack = namespace {
        call.hub().put_namespace(&call.actor(), &subscription, hub::NAMESPACE, true)?;
    }
    Answer::ok(&show(&subscription, &namespace, true))
}

fn unregister(call: &Call<'_>) -> Reply {
    let (subscription, namespace) = (call.subscription()?, namespace(call)?);
    if let Namespace::Free(name, _) = namespace {
        let message = format!("The namespace '{name}' belongs to every subscription and cannot be unregistered.");
        return Err(ApiError::new(StatusCode::CONFLICT, "CannotUnregisterNamespace", message));
    }
    call.hub().put_namespace(&call.actor(), &subscription, hub::NAMESPACE, false)?;
    Answer::ok(&show(&subscription, &namespace, false))
}
