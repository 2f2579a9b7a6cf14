//! Registrations: Microsoft.AzureStack/registrations over HTTP.
//!
//! Source: Microsoft.AzureStack REST specification 2017-06-01 to 2022-06-01; domain notes C.7; clients' rules 4 and 5.

use axum::http::StatusCode;
use contract::{
    activation_key::{self, ActivationClaims},
    arm::{
        AzureStackVersion, List, SystemData, provider,
        registration::{self as shape, ActivationKey, RegistrationProperties, RegistrationRequest},
    },
    hardware::Hardware,
    registration_token::{self, RegistrationToken},
    secret::Secret,
};
use hub::{Actor, RegistrationPath, RegistrationPut, RegistrationTerms, access};
use model::{Change, Day, PrincipalKind, Registration, RegistrationDetails, ScopePath};
use sha2::{Digest, Sha256};

use super::page::page;
use crate::{
    Door,
    answer::{Answer, Reply},
    call::Call,
    dispatch::no_content,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
    token::TokenKind,
};

/// How many registrations a page has.
const PAGE_SIZE: usize = 100;

const IN_GROUP: &str =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations";
const ONE: &str =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}";
const READ: &str = "Microsoft.AzureStack/registrations/read";

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
        access: Access::At { action, scope: ONE, sight: READ },
        versions: Versions::AzureStack,
        summary,
        success,
        refusals: &[],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

/// The routes of registrations.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        access: Access::SignedIn,
        ..route(
            "GET",
            "/providers/Microsoft.AzureStack/operations",
            "",
            "Which operations there are.",
            &[200],
            operations,
        )
    },
    Route {
        access: Access::At { action: READ, scope: "/subscriptions/{subscription}", sight: READ },
        query: &["$skipToken"],
        ..route(
            "GET",
            "/subscriptions/{subscription}/providers/Microsoft.AzureStack/registrations",
            READ,
            "The registrations of a subscription.",
            &[200],
            list,
        )
    },
    Route {
        access: Access::At { action: READ, scope: "/subscriptions/{subscription}/resourceGroups/{group}", sight: READ },
        query: &["$skipToken"],
        ..route("GET", IN_GROUP, READ, "The registrations of a resource group.", &[200], list_in_group)
    },
    route("GET", ONE, READ, "One registration.", &[200], get),
    route("HEAD", ONE, READ, "Whether a registration is there.", &[204], head),
    Route {
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..route(
            "PUT",
            ONE,
            "Microsoft.AzureStack/registrations/write",
            "Registers a stamp, registers it again, or changes tags.",
            &[200, 201],
            put,
        )
    },
    Route {
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..route(
            "PATCH",
            ONE,
            "Microsoft.AzureStack/registrations/write",
            "Changes a registration that is there.",
            &[200],
            patch,
        )
    },
    Route {
        refusals: &[403, 409],
        ..route(
            "DELETE",
            ONE,
            "Microsoft.AzureStack/registrations/delete",
            "Removes a registration with its customer subscriptions.",
            &[200, 204],
            delete,
        )
    },
    Route {
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/getactivationkey",
        refusals: &[403, 503],
        ..route(
            "POST",
            ONE,
            "Microsoft.AzureStack/registrations/getActivationKey/action",
            "The key that the stamp is activated with.",
            &[200],
            activation_key,
        )
    },
    Route {
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/enableRemoteManagement",
        // The Python client sends none.
        versions: Versions::None,
        refusals: &[403],
        ..route(
            "POST",
            ONE,
            "Microsoft.AzureStack/registrations/write",
            "Says that the stamp may be managed from afar. Nothing follows from it here.",
            &[200],
            enable_remote_management,
        )
    },
    Route {
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/approveMultiTenancy",
        refusals: &[403],
        ..route(
            "POST",
            ONE,
            "Microsoft.AzureStack/registrations/approveMultiTenancy/action",
            "Approves a registration for several tenants: an act of the platform operator.",
            &[200],
            approve,
        )
    },
    Route {
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}/withdrawMultiTenancy",
        refusals: &[403],
        ..route(
            "POST",
            ONE,
            "Microsoft.AzureStack/registrations/approveMultiTenancy/action",
            "Withdraws that approval. Mappings stay, and cannot be changed.",
            &[200],
            withdraw,
        )
    },
    Route {
        path: "/subscriptions/{subscription}/resourceGroups/{group}/moveResources",
        access: Access::At {
            action: "Microsoft.Resources/subscriptions/resourceGroups/moveResources/action",
            scope: "/subscriptions/{subscription}/resourceGroups/{group}",
            sight: "Microsoft.Resources/subscriptions/resourceGroups/read",
        },
        versions: Versions::Any,
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..route(
            "POST",
            ONE,
            "",
            "Moves registrations to another resource group.",
            &[204],
            super::moving::move_resources,
        )
    },
];

/// The registration in the path of a call.
pub(crate) fn path(call: &Call<'_>) -> Result<RegistrationPath, ApiError> {
    Ok(RegistrationPath {
        subscription: call.subscription()?,
        group: call.param("group").to_owned(),
        name: call.param("registration").to_owned(),
    })
}

/// A registration as a version shows it.
fn show(registration: &Registration, version: AzureStackVersion) -> shape::Registration {
    let details = &registration.details;
    let text = format!("{}\n{}", registration.number, details.revision);
    let etag = hub::hex(&Sha256::digest(text)).get(..16).unwrap_or_default().to_owned();
    let kind = |kind| if kind == PrincipalKind::User { "User" } else { "Application" }.to_owned();
    let data = |created: &Change, changed: &Change| SystemData {
        created_by: created.by.clone(),
        created_by_type: kind(created.kind),
        created_at: created.at.to_string(),
        last_modified_by: changed.by.clone(),
        last_modified_by_type: kind(changed.kind),
        last_modified_at: changed.at.to_string(),
    };
    let system_data =
        details.created.as_ref().zip(details.changed.as_ref()).map(|(created, changed)| data(created, changed));
    shape::Registration {
        id: registration.id.to_string(),
        name: registration.name.clone(),
        kind: shape::TYPE.to_owned(),
        location: shape::LOCATION.to_owned(),
        tags: details.tags.clone(),
        etag: format!("\"{etag}\""),
        system_data,
        properties: RegistrationProperties {
            object_id: details.object_id.clone(),
            cloud_id: registration.stamp.to_string(),
            billing_model: registration.billing_model.word().to_owned(),
        },
    }
    .shown_in(version)
}

/// The version of a call; routes that police it always have one.
fn version(call: &Call<'_>) -> AzureStackVersion {
    call.version.unwrap_or(AzureStackVersion::V2022_06_01)
}

fn operations(_: &Call<'_>) -> Reply {
    Answer::ok(&List::complete(provider::azure_stack_operations()))
}

fn list(call: &Call<'_>) -> Reply {
    let subscription = call.subscription()?;
    list_below(call, &format!("/subscriptions/{subscription}"))
}

fn list_in_group(call: &Call<'_>) -> Reply {
    let scope = super::groups::scope(call)?;
    hub::resource::live_group(&call.office, &scope)?;
    list_below(call, scope.as_str())
}

fn list_below(call: &Call<'_>, scope: &str) -> Reply {
    let scope = ScopePath::new(scope).map_err(|_| ApiError::not_found())?;
    let today = call.hub().now().day().unwrap_or(Day(0));
    let inside = |one: &&Registration| {
        one.holds_on(today) && ScopePath::new(one.id.as_str()).is_ok_and(|id| scope.contains(&id))
    };
    let found: Vec<_> = call.office.registrations.iter().filter(inside).map(|one| show(one, version(call))).collect();
    let list = page(call, scope.folded(), PAGE_SIZE, found, |one| one.id.to_ascii_lowercase())?;
    Answer::ok(&list)
}

fn get(call: &Call<'_>) -> Reply {
    let path = path(call)?;
    Answer::ok(&show(call.hub().registration(&call.office, &path)?, version(call)))
}

fn head(call: &Call<'_>) -> Reply {
    call.hub().registration(&call.office, &path(call)?)?;
    Ok(no_content())
}

fn put(call: &Call<'_>) -> Reply {
    let (registration, created) = write(call, true)?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Answer::json(status, &show(&registration, version(call)))
}

fn patch(call: &Call<'_>) -> Reply {
    let (registration, _) = write(call, false)?;
    Answer::ok(&show(&registration, version(call)))
}

fn write(call: &Call<'_>, create: bool) -> Result<(Registration, bool), ApiError> {
    let path = path(call)?;
    // What the place lacks is said before what the token lacks.
    call.hub().check_registration_place(&call.office, &path)?;
    let body: RegistrationRequest = call.json()?;
    hub::resource::check_tags(body.tags.as_ref())?;
    let terms = body.token().map(read_token).transpose()?;
    Ok(call.hub().put_registration(&call.actor(), &RegistrationPut { path, tags: body.tags.clone(), terms, create })?)
}

fn read_token(text: &str) -> Result<RegistrationTerms, ApiError> {
    let token = registration_token::read(text).map_err(|problem| {
        let error = ApiError::bad_request("InvalidRegistrationToken", problem.message);
        error.about(problem.target.unwrap_or("properties.registrationToken"))
    })?;
    Ok(terms(token))
}

/// Reads a registration token, for a door that is not this one.
pub(crate) fn read_terms(text: &str) -> Result<RegistrationTerms, String> {
    registration_token::read(text).map(terms).map_err(|problem| problem.message)
}

fn terms(token: RegistrationToken) -> RegistrationTerms {
    RegistrationTerms {
        stamp: token.cloud_id,
        billing_model: token.billing_model,
        details: RegistrationDetails {
            object_id: token.object_id,
            usage_reporting: token.usage_reporting,
            marketplace_syndication: token.marketplace_syndication,
            agreement_number: token.agreement_number,
            asset_tag: token.ms_asset_tag,
            hardware: token.hardware.text().to_owned(),
            region_names: token.region_names,
            token_issuer: token.issuer,
            token_version: token.version,
            ..RegistrationDetails::default()
        },
        default_provider_subscription: token.default_provider_subscription,
    }
}

fn delete(call: &Call<'_>) -> Reply {
    let existed = call.hub().delete_registration(&call.actor(), &path(call)?)?;
    Ok(if existed { Answer::empty(StatusCode::OK) } else { no_content() })
}

fn activation_key(call: &Call<'_>) -> Reply {
    let key = activation_key_of(call.door, &call.actor(), &path(call)?, call.origin)?;
    Answer::ok(&ActivationKey { activation_key: Secret::new(&key) })
}

/// The activation key of a registration, for a stamp that finds the hub at an address.
pub(crate) fn activation_key_of(
    door: &Door,
    actor: &Actor,
    path: &RegistrationPath,
    origin: &str,
) -> Result<String, ApiError> {
    let (registration, credential) = door.hub.activation(actor, path)?;
    let claims = claims(origin, &registration, &credential)?;
    let signer = door.identity.signer(&door.hub)?;
    let key = signer.sign(TokenKind::Activation, &claims).map_err(|error| {
        tracing::error!(error.message = %error, "an activation key could not be signed");
        ApiError::key_missing()
    })?;
    if key.len() > activation_key::KEY_BYTES_MAX {
        return Err(ApiError::bad_request(
            "InvalidRegistrationToken",
            "The registration token names so much hardware that no activation key can carry it. Register the stamp with fewer facts.",
        ));
    }
    Ok(key)
}

fn claims(origin: &str, registration: &Registration, credential: &str) -> Result<ActivationClaims, ApiError> {
    let details = &registration.details;
    let place = RegistrationPath::of(&registration.id).ok_or_else(ApiError::not_found)?;
    let hardware = if details.hardware.is_empty() { "[]" } else { &details.hardware };
    let hardware = Hardware::read(hardware).map_err(|problem| {
        ApiError::bad_request("InvalidRegistrationToken", format!("The facts of the hosts cannot be read: {problem}."))
    })?;
    let expires = details.expires.map(Day::start);
    Ok(ActivationClaims {
        subscription_id: place.subscription.to_string(),
        resource_group_name: place.group,
        registration_name: registration.name.clone(),
        cert_pinning_root_subjects: Vec::new(),
        cert_pinning_intermediate_thumbprints: Vec::new(),
        usage_endpoint: format!("{origin}/"),
        marketplace_endpoint: origin.to_owned(),
        usage_resource_uri: origin.to_owned(),
        marketplace_resource_uri: origin.to_owned(),
        expires: activation_key::write_expiry(expires),
        cloud_id: registration.stamp.to_string(),
        object_id: details.object_id.clone(),
        billing_model: registration.billing_model.word().to_owned(),
        hardware_info: hardware,
        region_names: details.region_names.clone(),
        agreement_number: details.agreement_number.clone(),
        usage_reporting_enabled: details.usage_reporting,
        marketplace_syndication_enabled: details.marketplace_syndication,
        issuer: details.token_issuer.clone(),
        version: details.token_version.clone(),
        usage_credential: Secret::new(credential),
        keys_endpoint: format!("{origin}/discovery/v2.0/keys"),
    })
}

fn enable_remote_management(call: &Call<'_>) -> Reply {
    call.hub().registration(&call.office, &path(call)?)?;
    Ok(Answer::empty(StatusCode::OK))
}

fn approve(call: &Call<'_>) -> Reply {
    call.hub().approve(&call.actor(), &path(call)?, true)?;
    Ok(Answer::empty(StatusCode::OK))
}

fn withdraw(call: &Call<'_>) -> Reply {
    call.hub().approve(&call.actor(), &path(call)?, false)?;
    Ok(Answer::empty(StatusCode::OK))
}

/// Whether a caller may do an action at the place of a registration.
pub(crate) fn may(call: &Call<'_>, action: &str, scope: &ScopePath) -> bool {
    call.caller.as_ref().is_some_and(|caller| access::allows(&call.office, &caller.id, action, scope))
}
