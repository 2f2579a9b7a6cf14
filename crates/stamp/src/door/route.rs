//! Route: what a path asks for. Paths are compared without case, and what is written twice or in a roundabout way is
//! understood.
//!
//! Source: domain notes E.4, E.5, E.8, E.9, C.1; clients' rules 1 and 2.

use percent_encoding::percent_decode_str;

use super::Refusal;

/// How many segments a path may have.
const SEGMENTS_MAX: usize = 24;

/// What a path asks for, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// The subscription in the path as it was sent; empty where there is none.
    pub(super) subscription: String,
    /// The location in the path, if there is one.
    pub(super) location: Option<String>,
    pub(super) what: What,
}

/// What can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The usage of direct tenants.
    ProviderUsage,
    /// The usage of one subscription.
    TenantUsage,
    /// The user subscriptions of a provider.
    Subscriptions,
}

impl What {
    /// The methods that it knows.
    pub(super) fn methods(&self) -> &'static [&'static str] {
        match self {
            Self::ProviderUsage | Self::TenantUsage | Self::Subscriptions => &["GET"],
        }
    }
}

/// Finds what a path asks for.
pub(super) fn find(path: &str) -> Result<Option<Asked>, Refusal> {
    let segments = segments(path)?;
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let sent = |place: usize| segments.get(place).cloned().unwrap_or_default();
    let found = match lower.as_slice() {
        // Two slashes count as one, so an empty subscription leaves the word behind it in its place.
        ["subscriptions", "providers", rest @ ..] => {
            below_subscription(rest).map(|(what, _)| Asked { subscription: String::new(), location: None, what })
        }
        ["subscriptions", _, "providers", rest @ ..] => below_subscription(rest).map(|(what, location)| {
            let location = location.map(|place| sent(place.saturating_add(3)));
            Asked { subscription: sent(1), location, what }
        }),
        _ => None,
    };
    Ok(found)
}

/// What stands behind `providers`, and which of these segments is a location.
fn below_subscription(rest: &[&str]) -> Option<(What, Option<usize>)> {
    let (namespace, rest) = rest.split_first()?;
    let (location, rest) = match rest {
        ["locations", _, rest @ ..] => (Some(2), rest),
        rest => (None, rest),
    };
    let what = match (*namespace, rest) {
        ("microsoft.commerce.admin" | "microsoft.commerce", ["subscriberusageaggregates"]) => What::ProviderUsage,
        ("microsoft.commerce", ["usageaggregates"]) => What::TenantUsage,
        ("microsoft.subscriptions.admin", ["subscriptions"]) => What::Subscriptions,
        _ => return None,
    };
    Some((what, location))
}

/// The segments of a path: split first, then decoded each, so that `%2F` stays inside its name. Empty ones do not count, and
/// `..` takes back the one before it.
fn segments(path: &str) -> Result<Vec<String>, Refusal> {
    let broken =
        || Refusal::bad("InvalidPath", "The path cannot be decoded: it must be UTF-8 in percent-encoding.".to_owned());
    let mut segments = Vec::new();
    for part in path.split('/') {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| broken())?;
        if text.chars().any(char::is_control) {
            return Err(broken());
        }
        match text.trim() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            text => segments.push(text.to_owned()),
        }
        if segments.len() > SEGMENTS_MAX {
            return Err(Refusal::bad("InvalidPath", format!("The path has more than {SEGMENTS_MAX} segments.")));
        }
    }
    Ok(segments)
}

#[cfg(test)]
mod tests;
