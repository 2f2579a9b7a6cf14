//! Route: the one table of everything that is answered, each row with who may ask. What has no row is not answered, and a row
//! cannot be written without its access.

use axum::routing::MethodRouter;
use model::ScopePath;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    Door,
    answer::Reply,
    call::{Call, Params},
};

/// One thing that is answered.
pub(crate) struct Route {
    /// The method, in upper case.
    pub(crate) method: &'static str,
    /// The path. A segment in braces takes any text, all others are compared without case.
    pub(crate) path: &'static str,
    /// Who may ask.
    pub(crate) access: Access,
    /// Which api-versions are understood.
    pub(crate) versions: Versions,
    /// What it does, in a sentence.
    pub(crate) summary: &'static str,
    /// The statuses of success.
    pub(crate) success: &'static [u16],
    /// The statuses of refusal, beside those that every route of its kind has.
    pub(crate) refusals: &'static [u16],
    /// The names of the parameters of its query, beside the api-version.
    pub(crate) query: &'static [&'static str],
    /// What its body is.
    pub(crate) body: BodyKind,
    /// What answers.
    pub(crate) handle: Handle,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, without a token.
    Public,
    /// The bridge of the stamp in the path, with the stamp's own credential.
    Stamp,
    /// Everybody who signed in. The answer holds only what the caller may see.
    SignedIn,
    /// Who may do an action at a scope.
    At {
        /// The action.
        action: &'static str,
        /// The scope: a path whose segments in braces are those of the route.
        scope: &'static str,
        /// The action that shows that there is something at the scope. Who may not do that is told that there is nothing.
        sight: &'static str,
    },
    /// Who may do an action for a partner. The partner is the one that the caller has a role of.
    Partner {
        /// The action.
        action: &'static str,
    },
}

/// Which api-versions are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versions {
    /// There is none.
    None,
    /// Any that looks like one.
    Any,
    /// Those of registrations.
    AzureStack,
    /// Those of registrations that know customer subscriptions.
    CustomerSubscriptions,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// None is looked at.
    None,
    /// One JSON object, or nothing.
    Json,
    /// A form.
    Form,
    /// A window, with packing and digest of its own.
    Window,
}

/// What answers.
#[derive(Clone, Copy)]
pub(crate) enum Handle {
    /// A function of the call. It may block.
    Call(fn(&Call<'_>) -> Reply),
    /// A handler that reads the body itself while it comes.
    Stream(fn() -> MethodRouter<Door>),
}

/// Every table of routes.
pub(crate) const TABLES: &[&[Route]] = &[
    crate::DOOR_ROUTES,
    crate::issuer::ROUTES,
    crate::arm::registrations::ROUTES,
    crate::arm::customer_subscriptions::ROUTES,
    crate::arm::subscriptions::ROUTES,
    crate::arm::groups::ROUTES,
    crate::arm::resources::ROUTES,
    crate::arm::providers::ROUTES,
    crate::arm::locks::ROUTES,
    crate::arm::roles::ROUTES,
    crate::arm::roles::EVERYWHERE,
    crate::metadata::ROUTES,
    crate::openapi::ROUTES,
    crate::partner::ROUTES,
    crate::partner::commerce::ROUTES,
    crate::graph::ROUTES,
    crate::price_sheet::ROUTES,
    crate::partner_center::ROUTES,
    crate::commerce::ROUTES,
    crate::partner_center::invoices::ROUTES,
    crate::partner_center::rate_card::ROUTES,
    crate::partner_center::spending::ROUTES,
    crate::partner_center::utilization::ROUTES,
];

/// What a stamp needs of them, where somebody else answers the rest: where to sign in, and how.
pub(crate) const IDENTITY_TABLES: &[&[Route]] = &[crate::issuer::ROUTES, crate::metadata::ROUTES];

/// Every route.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// What is public of a route: enough for a test that wants to ask for everything as everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFacts {
    /// The method, in upper case.
    pub method: &'static str,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Who may ask: `public`, `stamp`, `signed in`, `at` a scope, or `partner`.
    pub access: &'static str,
    /// The action; none where everybody may ask.
    pub action: Option<&'static str>,
    /// The scope of the action.
    pub scope: Option<&'static str>,
    /// The action that shows that there is something at the scope.
    pub sight: Option<&'static str>,
}

/// Every route that the hub answers, in the order of the tables.
pub fn routes() -> Vec<RouteFacts> {
    all().map(facts).collect()
}

fn facts(route: &Route) -> RouteFacts {
    let open =
        |access| RouteFacts { method: route.method, path: route.path, access, action: None, scope: None, sight: None };
    match route.access {
        Access::Public => open("public"),
        Access::Stamp => open("stamp"),
        Access::SignedIn => open("signed in"),
        Access::At { action, scope, sight } => {
            RouteFacts { action: Some(action), scope: Some(scope), sight: Some(sight), ..open("at") }
        }
        Access::Partner { action } => RouteFacts { action: Some(action), ..open("partner") },
    }
}

/// What a path leads to.
pub(crate) enum Found {
    /// A route, with the texts of the segments in braces.
    Route(&'static Route, Params),
    /// Something that answers other methods.
    OtherMethods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// Finds the route of a method and a path. The segments are already decoded, and none is empty. Where several routes fit, the
/// one with more fixed segments counts.
pub(crate) fn find(tables: &'static [&'static [Route]], method: &str, segments: &[String]) -> Found {
    let mut methods = Vec::new();
    let mut best: Option<(usize, &'static Route, Params)> = None;
    for route in tables.iter().flat_map(|table| table.iter()) {
        let Some(params) = params(route.path, segments) else { continue };
        if route.method != method && !(method == "HEAD" && route.method == "GET" && answers_head(route.path)) {
            methods.push(route.method);
            continue;
        }
        let fixed = segments.len().saturating_sub(params.len());
        let better = best.as_ref().is_none_or(|(known, other, _)| {
            fixed > *known || fixed == *known && route.method == method && other.method != method
        });
        if better {
            best = Some((fixed, route, params));
        }
    }
    match best {
        Some((_, route, params)) => Found::Route(route, params),
        None if methods.is_empty() => Found::Nothing,
        None => Found::OtherMethods(methods),
    }
}

/// Whether HEAD asks for the same as GET: elsewhere it asks whether a resource is there, and has a row of its own.
fn answers_head(path: &str) -> bool {
    !path.starts_with("/subscriptions/")
}

fn params(pattern: &'static str, segments: &[String]) -> Option<Params> {
    let mut params = Params::default();
    let mut parts = pattern.split('/').filter(|part| !part.is_empty());
    let mut rest = segments.iter();
    loop {
        match (parts.next(), rest.next()) {
            (None, None) => return Some(params),
            (Some(part), Some(segment)) => match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => params.add(name, segment),
                None if part.eq_ignore_ascii_case(segment) => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// What stands in a scope as it is. Everything else is encoded, so that a slash inside a name climbs nowhere, and a name that
/// nothing can have is asked for where it would be.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-').remove(b'(').remove(b')').remove(b'@');

/// The scope of a route, with the texts of the path in it. Nothing when it is too long for one.
pub(crate) fn scope(pattern: &str, params: &Params) -> Option<ScopePath> {
    let mut path = String::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        path.push('/');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => path.extend(utf8_percent_encode(params.get(name)?, PLAIN)),
            None => path.push_str(part),
        }
    }
    ScopePath::new(if path.is_empty() { "/" } else { &path }).ok()
}

#[cfg(test)]
mod tests;
