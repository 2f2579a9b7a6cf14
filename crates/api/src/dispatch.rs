//! Dispatch: from a request to its route: who asks, whether they may, which version they speak. In this order, so that the
//! first thing that is wrong is what they are told.
//!
//! Source: domain notes D.3; clients' rules 1, 2, 12, 13, 19, 20.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::arm::AzureStackVersion;
use hub::access;
use model::{Office, PartnerId, PayingSubscriptionId, Principal, PrincipalId, PrincipalKind, ScopePath};
use percent_encoding::percent_decode_str;

use crate::{
    Door,
    answer::{Answer, Reply},
    body::collect_within,
    call::{Call, Params, Query},
    error::ApiError,
    limits::{PATH_SEGMENTS_MAX, REQUEST_BODY_BYTES_MAX, TARGET_BYTES_MAX},
    route::{self, Access, BodyKind, Found, Handle, Route, Versions},
    server::Scheme,
    token::Claims,
};

/// A request that was read, before anybody is known.
struct Asked {
    target: String,
    query: Query,
    headers: HeaderMap,
    origin: String,
    request_id: String,
    body: Vec<u8>,
}

/// Answers every request that has no handler of its own.
pub(crate) async fn dispatch(
    State(door): State<Door>,
    scheme: Option<Extension<Scheme>>,
    request: Request,
) -> Response {
    let request_id = door.next_request_id();
    let correlation = request.headers().get("x-ms-correlation-request-id").cloned();
    let client = request.headers().get("x-ms-client-request-id").cloned();
    let is_head = request.method() == Method::HEAD;
    let scheme = scheme.map_or(Scheme::Http, |Extension(scheme)| scheme);
    let outcome = answer(&door, scheme, request, &request_id).await;
    let mut response = match outcome {
        Ok(answer) => answer.into_response(),
        Err(error) => error.at(&door, &request_id).into_response(),
    };
    if is_head {
        *response.body_mut() = Body::empty();
    }
    let own = HeaderValue::from_str(&request_id).unwrap_or_else(|_| HeaderValue::from_static(""));
    let headers = response.headers_mut();
    headers.insert("x-ms-correlation-request-id", correlation.unwrap_or_else(|| own.clone()));
    headers.insert("x-ms-request-id", own);
    if let Some(client) = client {
        headers.insert("x-ms-client-request-id", client);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    if scheme == Scheme::Https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

async fn answer(door: &Door, scheme: Scheme, request: Request, request_id: &str) -> Reply {
    let (parts, mut body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if target.len() > TARGET_BYTES_MAX {
        return Err(ApiError::new(StatusCode::URI_TOO_LONG, "TargetTooLong", "The address is longer than 8 KiB."));
    }
    let segments = segments(parts.uri.path())?;
    let origin = door.origin(scheme, &parts.headers)?;
    let (route, params) = match route::find(door.tables, parts.method.as_str(), &segments) {
        Found::Route(route, params) => (route, params),
        // Whoever is not known is not told what there is.
        Found::OtherMethods(_) | Found::Nothing if !is_public(&segments) && bearer(&parts.headers).is_none() => {
            return Err(ApiError::token_missing(&origin));
        }
        Found::OtherMethods(methods) => return Err(ApiError::method_not_allowed_but(&methods)),
        Found::Nothing => return Err(ApiError::not_found()),
    };
    let Handle::Call(handle) = route.handle else { return Err(ApiError::not_found()) };
    let claims = match route.access {
        Access::Public | Access::Stamp => None,
        _ => Some(door.identity.authenticate(door, &parts.headers, &origin).await?),
    };
    let bytes = match route.body {
        BodyKind::Json | BodyKind::Form => collect_within(&mut body, REQUEST_BODY_BYTES_MAX).await?,
        BodyKind::None | BodyKind::Window => Vec::new(),
    };
    let asked = Asked {
        query: Query::read(parts.uri.query().unwrap_or_default().as_bytes()),
        target,
        headers: parts.headers,
        origin,
        request_id: request_id.to_owned(),
        body: bytes,
    };
    let door = door.clone();
    crate::blocking(move || decide(&door, route, params, claims.as_ref(), &asked, handle)).await
}

/// Paths that anybody may know of.
fn is_public(segments: &[String]) -> bool {
    let first = segments.first().map_or("", String::as_str);
    !["subscriptions", "providers", "partners", "v1", "v1.0", "tenants"]
        .iter()
        .any(|one| one.eq_ignore_ascii_case(first))
}

fn decide(
    door: &Door,
    route: &'static Route,
    params: Params,
    claims: Option<&Claims>,
    asked: &Asked,
    handle: fn(&Call<'_>) -> Reply,
) -> Reply {
    let office = door.hub.current_office()?;
    let caller = claims.map(|claims| caller(door, &office, claims, &asked.origin)).transpose()?;
    let partner = match &caller {
        Some(caller) => admit(&office, caller, route, &params)?,
        None => None,
    };
    let version = check_version(route.versions, &asked.query)?;
    let call = Call {
        door,
        office,
        caller,
        partner,
        params,
        query: asked.query.clone(),
        target: &asked.target,
        headers: &asked.headers,
        body: &asked.body,
        origin: &asked.origin,
        version,
        request_id: &asked.request_id,
    };
    handle(&call)
}

/// The segments of a path: split first, then decoded each, so that `%2F` stays inside its name. Empty ones do not count.
fn segments(path: &str) -> Result<Vec<String>, ApiError> {
    let broken =
        || ApiError::bad_request("InvalidPath", "The path cannot be decoded: it must be UTF-8 in percent-encoding.");
    let mut segments = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| broken())?;
        if text.chars().any(char::is_control) {
            return Err(broken());
        }
        segments.push(text.into_owned());
    }
    if segments.len() > PATH_SEGMENTS_MAX {
        return Err(ApiError::bad_request(
            "InvalidPath",
            format!("The path has more than {PATH_SEGMENTS_MAX} segments."),
        ));
    }
    Ok(segments)
}

/// The token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = sent.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The principal that a token speaks of. One that the catalogue does not have has no role anywhere.
pub(crate) fn caller(door: &Door, office: &Office, claims: &Claims, origin: &str) -> Result<Principal, ApiError> {
    if let Some(found) = hub::Hub::principal_of_token(office, &claims.directory, &claims.object) {
        return Ok(found);
    }
    let id = PrincipalId::new(&claims.object)
        .map_err(|_| ApiError::token_invalid(origin, "the token names no principal"))?;
    // An account of this hub that was switched off is no stranger.
    if office.principals.contains_key(&id) || door.identity.is_own(&claims.issuer) {
        return Err(ApiError::token_invalid(origin, "the account is switched off or is not of this directory"));
    }
    Ok(Principal {
        id,
        kind: PrincipalKind::User,
        name: claims.name.clone().unwrap_or_else(|| claims.object.clone()),
        directory: claims.directory.clone(),
        application: None,
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })
}

/// Lets a caller through who may do what the route does, and gives the partner that it acts for.
fn admit(
    office: &Arc<Office>,
    caller: &Principal,
    route: &Route,
    params: &Params,
) -> Result<Option<PartnerId>, ApiError> {
    match route.access {
        Access::Public | Access::Stamp | Access::SignedIn => Ok(None),
        Access::Partner { action } => partner_of(office, caller, action).map(Some),
        Access::At { action, scope, sight } => {
            let hidden = || hidden(route, params);
            let scope = route::scope(scope, params).ok_or_else(hidden)?;
            if access::allows(office, &caller.id, action, &scope) {
                return if is_there(office, params) { Ok(None) } else { Err(hidden()) };
            }
            if !access::allows(office, &caller.id, sight, &scope) || !is_there(office, params) {
                return Err(hidden());
            }
            Err(ApiError::forbidden(caller, action, &scope))
        }
    }
}

/// Whether the subscription or the partner in a path is there.
fn is_there(office: &Office, params: &Params) -> bool {
    let subscription = params
        .get("subscription")
        .is_none_or(|sent| PayingSubscriptionId::new(sent).is_ok_and(|id| office.subscriptions.contains_key(&id)));
    let partner =
        params.get("partner").is_none_or(|sent| PartnerId::new(sent).is_ok_and(|id| office.partners.contains_key(&id)));
    subscription && partner
}

/// What is said of a thing that is not there, and of one that the caller may not know of: it depends on what was asked and on
/// nothing else.
fn hidden(route: &Route, params: &Params) -> ApiError {
    if let Some(subscription) = params.get("subscription") {
        return ApiError::subscription_not_found(subscription);
    }
    match params.get("partner") {
        Some(partner) if route.path.starts_with("/partners/") => ApiError::partner_not_found(partner),
        _ => ApiError::not_found(),
    }
}

/// The partner that a caller may do something for.
fn partner_of(office: &Office, caller: &Principal, action: &str) -> Result<PartnerId, ApiError> {
    let may = |partner: &&PartnerId| {
        ScopePath::new(&format!("/partners/{partner}"))
            .is_ok_and(|scope| office_roles_at(office, caller, &scope).any(|definition| definition.permits(action)))
    };
    let mut partners = office.partners.keys().filter(may);
    match (partners.next(), partners.next()) {
        (Some(partner), None) => Ok(partner.clone()),
        (Some(_), Some(_)) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "SeveralPartners",
            "The account has roles of several partners. Sign in with an account of one partner.",
        )),
        _ => Err(ApiError::not_found()),
    }
}

/// The roles that a caller was given at the very scope of a partner: one above would stand for all partners.
fn office_roles_at<'a>(
    office: &'a Office,
    caller: &'a Principal,
    scope: &'a ScopePath,
) -> impl Iterator<Item = &'static access::RoleDefinition> + 'a {
    let own = hub::resource::assignments_of(office, &caller.id).filter(move |one| one.scope == *scope);
    own.map(|one| access::definition(one.role))
}

/// The api-version, checked as the routes want it.
fn check_version(versions: Versions, query: &Query) -> Result<Option<AzureStackVersion>, ApiError> {
    if versions == Versions::None {
        return Ok(None);
    }
    let sent = query.get("api-version").filter(|sent| !sent.is_empty()).ok_or_else(|| {
        ApiError::bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    })?;
    let invalid = || {
        let supported: Vec<&str> = AzureStackVersion::ALL.iter().map(|version| version.text()).collect();
        let hint = if versions == Versions::Any {
            "Give a date, such as 2021-04-01.".to_owned()
        } else {
            format!("The supported versions are '{}'.", supported.join(", "))
        };
        ApiError::bad_request("InvalidApiVersionParameter", format!("The api-version '{sent}' is invalid. {hint}"))
    };
    if versions == Versions::Any {
        return if is_version(sent) { Ok(None) } else { Err(invalid()) };
    }
    let version = AzureStackVersion::from_text(sent).ok_or_else(invalid)?;
    if versions == Versions::CustomerSubscriptions && !version.has_customer_subscriptions() {
        return Err(invalid());
    }
    Ok(Some(version))
}

/// Whether a text is a date, perhaps with a word behind it such as `-preview`.
fn is_version(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    let digits = |range: std::ops::Range<usize>| {
        date.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let dashes = date.get(4..5) == Some("-") && date.get(7..8) == Some("-");
    let rest = text.get(10..).unwrap_or_default();
    let word = rest.is_empty()
        || rest.len() <= 32 && rest.starts_with('-') && rest.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric());
    digits(0..4) && digits(5..7) && digits(8..10) && dashes && word
}

/// That something was done, or is there, with nothing to say about it.
pub(crate) fn no_content() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}
