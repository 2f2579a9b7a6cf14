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

/// What can be asked for. Names are as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Whether the stamp can answer.
    Health,
    /// Counts for monitoring.
    Metrics,
    /// The intake of events.
    Events,
    /// The subscriptions of whoever asks.
    OwnSubscriptions,
    /// One of them.
    OwnSubscription,
    /// The usage of direct tenants.
    ProviderUsage,
    /// The usage of one subscription.
    TenantUsage,
    /// The user subscriptions of a provider.
    Subscriptions,
    /// One of them.
    Subscription(String),
    /// The user subscriptions that are providers themselves.
    DelegatedProviders,
    /// One of them.
    DelegatedProvider(String),
    /// Makes user subscriptions direct tenants of another provider.
    Move,
    /// Whether that could be done.
    ValidateMove,
    /// What became of it.
    Operation(String),
    /// The directories that may sign in.
    DirectoryTenants { group: String },
    /// One of them.
    DirectoryTenant { group: String, name: String },
    /// The activations of the stamp: none or one.
    Activations { group: String },
    /// The one.
    Activation { group: String, name: String },
}

impl What {
    /// The methods that it knows.
    pub(super) fn methods(&self) -> &'static [&'static str] {
        match self {
            Self::Events | Self::Move | Self::ValidateMove => &["POST"],
            Self::Subscription(_) | Self::DirectoryTenant { .. } | Self::Activation { .. } => &["GET", "PUT", "DELETE"],
            _ => &["GET"],
        }
    }

    /// Its name in the counts for monitoring.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Metrics => "metrics",
            Self::Events => "events",
            Self::OwnSubscriptions | Self::OwnSubscription => "own_subscriptions",
            Self::ProviderUsage => "subscriber_usage_aggregates",
            Self::TenantUsage => "usage_aggregates",
            Self::Subscriptions | Self::Subscription(_) => "subscriptions",
            Self::DelegatedProviders | Self::DelegatedProvider(_) => "delegated_providers",
            Self::Move => "move_subscriptions",
            Self::ValidateMove => "validate_move_subscriptions",
            Self::Operation(_) => "operations_status",
            Self::DirectoryTenants { .. } | Self::DirectoryTenant { .. } => "directory_tenants",
            Self::Activations { .. } | Self::Activation { .. } => "activations",
        }
    }

    /// Whether anybody may ask.
    pub(super) fn is_public(&self) -> bool {
        matches!(self, Self::Health | Self::Metrics)
    }
}

/// Finds what a path asks for.
pub(super) fn find(path: &str) -> Result<Option<Asked>, Refusal> {
    let segments = segments(path)?;
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let top = |what| Some(Asked { subscription: String::new(), location: None, what });
    Ok(match lower.as_slice() {
        ["health"] => top(What::Health),
        ["metrics"] => top(What::Metrics),
        ["usage", "v1", "events"] => top(What::Events),
        ["subscriptions"] => top(What::OwnSubscriptions),
        // Two slashes count as one, so an empty subscription leaves the word behind it in its place.
        ["subscriptions", "providers" | "resourcegroups", ..] => below("", segments.get(1..), lower.get(1..)),
        ["subscriptions", _] => top(What::OwnSubscription).map(|asked| of_subscription(&segments, asked)),
        ["subscriptions", _, ..] => {
            below("", segments.get(2..), lower.get(2..)).map(|asked| of_subscription(&segments, asked))
        }
        _ => None,
    })
}

fn of_subscription(segments: &[String], asked: Asked) -> Asked {
    Asked { subscription: segments.get(1).cloned().unwrap_or_default(), ..asked }
}

/// What stands behind the subscription: below it or in a resource group, in a location or in none.
fn below(group: &str, sent: Option<&[String]>, lower: Option<&[&str]>) -> Option<Asked> {
    let (sent, lower) = (sent?, lower?);
    match (lower, sent) {
        (["resourcegroups", _, ..], [_, group, ..]) => below(group, sent.get(2..), lower.get(2..)),
        (["providers", _, "locations", _, ..], [_, _, _, location, ..]) => {
            let what = provided(group, lower.get(1)?, sent.get(4..)?, lower.get(4..)?)?;
            Some(Asked { subscription: String::new(), location: Some(location.clone()), what })
        }
        (["providers", namespace, ..], _) => {
            let what = provided(group, namespace, sent.get(2..)?, lower.get(2..)?)?;
            Some(Asked { subscription: String::new(), location: None, what })
        }
        _ => None,
    }
}

/// What a namespace provides.
fn provided(group: &str, namespace: &str, sent: &[String], lower: &[&str]) -> Option<What> {
    let name = || sent.get(1).cloned().unwrap_or_default();
    let group = group.to_owned();
    let is_in_group = !group.is_empty();
    Some(match (namespace, is_in_group, lower) {
        ("microsoft.commerce.admin" | "microsoft.commerce", false, ["subscriberusageaggregates"]) => {
            What::ProviderUsage
        }
        ("microsoft.commerce", false, ["usageaggregates"]) => What::TenantUsage,
        ("microsoft.subscriptions.admin", false, ["subscriptions"]) => What::Subscriptions,
        ("microsoft.subscriptions.admin", false, ["subscriptions", _]) => What::Subscription(name()),
        ("microsoft.subscriptions.admin", false, ["delegatedproviders"]) => What::DelegatedProviders,
        ("microsoft.subscriptions.admin", false, ["delegatedproviders", _]) => What::DelegatedProvider(name()),
        ("microsoft.subscriptions.admin", false, ["movesubscriptions"]) => What::Move,
        ("microsoft.subscriptions.admin", false, ["validatemovesubscriptions"]) => What::ValidateMove,
        ("microsoft.subscriptions.admin", false, ["operationsstatus", _]) => What::Operation(name()),
        ("microsoft.subscriptions.admin", true, ["directorytenants"]) => What::DirectoryTenants { group },
        ("microsoft.subscriptions.admin", true, ["directorytenants", _]) => {
            What::DirectoryTenant { group, name: name() }
        }
        ("microsoft.azurebridge.admin", true, ["activations"]) => What::Activations { group },
        ("microsoft.azurebridge.admin", true, ["activations", _]) => What::Activation { group, name: name() },
        _ => return None,
    })
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
