//! Metadata: where tools find this cloud's addresses, without signing in.
//!
//! Source: clients' rules 1 and 20; clients' notes 3, 4 and 5.

use std::collections::BTreeSet;

use contract::discovery::{CloudEndpoints, FirstEndpoints, MetadataShape};

use crate::{
    answer::{Answer, Reply},
    call::Call,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// What stands for every directory.
const ANY_DIRECTORY: &str = "organizations";

/// The route of the metadata.
pub(crate) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/metadata/endpoints",
    access: Access::Public,
    // Scripts ask for any, and for none.
    versions: Versions::None,
    summary: "The addresses of this cloud, in the shape of the api-version.",
    success: &[200],
    refusals: &[],
    query: &["api-version"],
    body: BodyKind::None,
    handle: Handle::Call(endpoints),
}];

fn endpoints(call: &Call<'_>) -> Reply {
    let version = call.query.get("api-version").filter(|version| !version.is_empty());
    let shape = version.map_or(MetadataShape::Object, MetadataShape::of_version);
    let cloud = || CloudEndpoints::at(call.origin, &call.door.settings.cloud_name, tenant(call));
    match shape {
        MetadataShape::First => Answer::ok(&FirstEndpoints::at(call.origin)),
        MetadataShape::List => Answer::ok(&[cloud()]),
        MetadataShape::Object => Answer::ok(&cloud()),
    }
}

/// The directory to sign in to: the only one with accounts, or any.
fn tenant<'a>(call: &'a Call<'_>) -> &'a str {
    let directories: BTreeSet<&str> =
        call.office.principals.values().filter(|one| one.enabled).map(|one| one.directory.as_str()).collect();
    match (directories.len(), directories.first()) {
        (1, Some(only)) => only,
        _ => ANY_DIRECTORY,
    }
}
