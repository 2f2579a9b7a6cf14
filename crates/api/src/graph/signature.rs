//! Signature: the query by which the files of an export are read without a token, for some hours.
//!
//! It has the members of a shared access signature, so that the storage clients that are handed it send it on. What is
//! signed is the hub's own: the export, its files and the end.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hub::Hub;
use model::Second;

use super::keep::{AGE_SECONDS_MAX, Export, State};
use crate::call::Query;

/// How long a query is good for. Unit: seconds.
const VALID_SECONDS: i64 = 6 * 3600;
/// The version of the storage service whose form it has.
pub(super) const STORAGE_VERSION: &str = "2021-08-06";

fn seal(hub: &Hub, export: &Export, end: &str) -> Option<[u8; 32]> {
    let State::Succeeded { parts, .. } = &export.state else { return None };
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    hub.seal(&format!("export\n{}\n{end}\n{}", export.id, names.join("\n")))
}

/// A query for the files of an export. Nothing while the hub has no key, or the export has no files.
pub(super) fn sign(hub: &Hub, export: &Export) -> Option<String> {
    let end = hub.now().0.saturating_add(VALID_SECONDS).min(export.created.saturating_add(AGE_SECONDS_MAX));
    let end = Second(end).to_string();
    let seal = URL_SAFE_NO_PAD.encode(seal(hub, export, &end)?);
    let end = end.replace(':', "%3A");
    Some(format!("sv={STORAGE_VERSION}&sr=d&sp=r&se={end}&sig={seal}"))
}

/// Why a query opens nothing. Both are told apart only by whoever has a good signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsigned {
    /// It is not one of this export, or none at all.
    Wrong,
    /// Its time is over.
    Expired,
}

/// Checks a query. All of the signature is compared, whatever the first byte that differs.
pub(super) fn check(hub: &Hub, export: &Export, query: &Query) -> Result<(), Unsigned> {
    let (end, sent) = (query.get("se").unwrap_or_default(), query.get("sig").unwrap_or_default());
    let sent = URL_SAFE_NO_PAD.decode(sent).map_err(|_| Unsigned::Wrong)?;
    let own = seal(hub, export, end).ok_or(Unsigned::Wrong)?;
    verify_slices_are_equal(&sent, &own).map_err(|_| Unsigned::Wrong)?;
    match Second::parse(end) {
        Ok(end) if hub.now() < end => Ok(()),
        _ => Err(Unsigned::Expired),
    }
}
