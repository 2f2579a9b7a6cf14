//! Route: the one table of all pages and forms, each with who may ask. What has no row is not answered.

use model::ScopePath;

use crate::{
    reply::Reply,
    visit::{Pairs, Visit},
};

/// One page, file or form.
pub(crate) struct Route {
    /// The method, in upper case.
    pub(crate) method: &'static str,
    /// The path. A segment in braces takes any text.
    pub(crate) path: &'static str,
    /// Who may ask.
    pub(crate) access: Access,
    /// What answers. It may block.
    pub(crate) handle: fn(&Visit<'_>) -> Reply,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Public,
    /// Everybody who signed in.
    SignedIn,
    /// Who may do an action for the partner in the path. To others there is nothing.
    Partner(&'static str),
}

/// The scope of all pages of a partner.
pub(crate) const PARTNER_SCOPE: &str = "/partners/{partner}";

/// A page that looks.
pub(crate) const fn get(path: &'static str, access: Access, handle: fn(&Visit<'_>) -> Reply) -> Route {
    Route { method: "GET", path, access, handle }
}

/// A form that changes something.
pub(crate) const fn post(path: &'static str, access: Access, handle: fn(&Visit<'_>) -> Reply) -> Route {
    Route { method: "POST", path, access, handle }
}

/// What is public of a route: enough for a test that wants to ask for everything as everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFacts {
    /// The method, in upper case.
    pub method: &'static str,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Who may ask: `public`, `signed in`, or `at` a scope.
    pub access: &'static str,
    /// The action; none where everybody may ask.
    pub action: Option<&'static str>,
    /// The scope of the action.
    pub scope: Option<&'static str>,
}

/// Every route of the portal, in the order of the tables.
pub fn routes() -> Vec<RouteFacts> {
    facts_of(crate::page::TABLES)
}

/// Every route of some tables, in their order.
pub(crate) fn facts_of(tables: &'static [&'static [Route]]) -> Vec<RouteFacts> {
    all(tables).map(facts).collect()
}

fn facts(route: &Route) -> RouteFacts {
    let (access, action) = match route.access {
        Access::Public => ("public", None),
        Access::SignedIn => ("signed in", None),
        Access::Partner(action) => ("at", Some(action)),
    };
    RouteFacts { method: route.method, path: route.path, access, action, scope: action.map(|_| PARTNER_SCOPE) }
}

/// Every route of some tables.
fn all(tables: &'static [&'static [Route]]) -> impl Iterator<Item = &'static Route> {
    tables.iter().flat_map(|table| table.iter())
}

/// What a path leads to.
pub(crate) enum Found {
    /// A route, with the texts of the segments in braces.
    Route(&'static Route, Pairs),
    /// Something that answers another method.
    OtherMethod,
    /// Nothing.
    Nothing,
}

/// Finds the route of a method and a path. Where several fit, the one with more fixed segments counts.
pub(crate) fn find(tables: &'static [&'static [Route]], method: &str, segments: &[String]) -> Found {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut other = false;
    let mut best: Option<(usize, &'static Route, Pairs)> = None;
    for route in all(tables) {
        let Some(params) = params(route.path, segments) else { continue };
        if route.method != method {
            other = true;
            continue;
        }
        if best.as_ref().is_none_or(|(count, _, _)| params.len() < *count) {
            best = Some((params.len(), route, params));
        }
    }
    match best {
        Some((_, route, params)) => Found::Route(route, params),
        None if other => Found::OtherMethod,
        None => Found::Nothing,
    }
}

fn params(pattern: &'static str, segments: &[String]) -> Option<Pairs> {
    let mut found = Pairs::default();
    let mut parts = pattern.split('/').filter(|part| !part.is_empty());
    let mut rest = segments.iter();
    loop {
        match (parts.next(), rest.next()) {
            (None, None) => return Some(found),
            (Some(part), Some(segment)) => match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => found.add(name, segment),
                None if part == segment => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// The scope of a partner, when its id can stand in one.
pub(crate) fn partner_scope(partner: &str) -> Option<ScopePath> {
    ScopePath::new(&format!("/partners/{partner}")).ok().filter(|scope| scope.as_str().matches('/').count() == 2)
}
