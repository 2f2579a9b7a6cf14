//! Query: the parameters of a request, in the forms that real clients send.

use axum::{
    extract::Query,
    http::{StatusCode, Uri},
};
use model::{Hour, LocalSubscriptionId};

use super::Refusal;
use crate::emulate::CloudHandle;

/// Parameters as sent, their names in lower case.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

/// A window of reported time, and whose usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageQuery {
    /// The first reported hour.
    pub start: Hour,
    /// The end, exclusive.
    pub end: Hour,
    /// One direct tenant, or everybody.
    pub subscriber: Option<LocalSubscriptionId>,
}

impl Parameters {
    /// Takes the query of an address apart.
    pub fn read(uri: &Uri) -> Result<Self, Refusal> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| Refusal::property("query", &format!("cannot be read: {error}")))?;
        Ok(Self(pairs.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()))
    }

    /// A parameter that is there once and not empty; its name in any case.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut found = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let first = found.next().map(|(_, value)| value.trim());
        if found.next().is_some() {
            return Err(Refusal::property(name, "is given more than once"));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Compares the api-version.
    pub fn check_version(&self, wanted: &str) -> Result<(), Refusal> {
        match self.get("api-version")? {
            None => {
                Err(Refusal::bad("NoApiVersion", format!("The api-version is missing; the supported one is {wanted}.")))
            }
            Some(version) if version == wanted => Ok(()),
            Some(_) => Err(Refusal::property("api-version", &format!("is not {wanted}"))),
        }
    }

    /// Reads what usage is asked for. The order of the checks decides which error is told.
    pub fn usage(&self, cloud: &CloudHandle) -> Result<UsageQuery, Refusal> {
        let granularity = self.get("aggregationGranularity")?.unwrap_or("Daily");
        if !granularity.eq_ignore_ascii_case("hourly") {
            let message = format!("The granularity '{granularity}' is not supported here; ask for 'Hourly'.");
            return Err(Refusal::bad("InvalidAggregationGranularity", message));
        }
        let start = self.hour("reportedStartTime")?;
        let end = self.hour("reportedEndTime")?;
        if end <= start {
            return Err(Refusal::property("reportedEndTime", "is not after reportedStartTime"));
        }
        if end > cloud.now() {
            let message = format!("The reportedEndTime {end} is in the future.");
            return Err(Refusal::bad("RequestEndTimeIsInFuture", message));
        }
        let subscriber = self.get("subscriberId")?.map(|text| subscriber(cloud, text)).transpose()?;
        Ok(UsageQuery { start, end, subscriber })
    }

    fn hour(&self, name: &str) -> Result<Hour, Refusal> {
        let text = self.get(name)?.ok_or_else(|| Refusal::property(name, "is missing"))?;
        read_hour(text).ok_or_else(|| Refusal::property(name, "is not a full hour in UTC"))
    }
}

fn subscriber(cloud: &CloudHandle, text: &str) -> Result<LocalSubscriptionId, Refusal> {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let guid = groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let id = LocalSubscriptionId::new(text).ok().filter(|_| guid);
    let id = id.ok_or_else(|| Refusal::property("subscriberId", "is not a GUID"))?;
    let tenants = &cloud.cloud().plan().tenants;
    if tenants.iter().flat_map(|tenant| &tenant.subscriptions).any(|planned| planned.id == id) {
        return Ok(id);
    }
    let message = format!("The subscriber '{id}' is not a direct tenant of the caller.");
    Err(Refusal { status: StatusCode::BAD_REQUEST, code: "SubscriberIdIsNotDirectTenant", message })
}

/// Reads an hour in any of the forms that clients of stamps send, all of them UTC.
fn read_hour(text: &str) -> Option<Hour> {
    // The documented form `…+00:00Z` names the zone twice, and a `+` that was not escaped arrives as a blank.
    let text = text.strip_suffix("+00:00Z").or_else(|| text.strip_suffix(" 00:00Z")).unwrap_or(text);
    let text = text.strip_suffix("+00:00").or_else(|| text.strip_suffix(" 00:00")).unwrap_or(text);
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00"));
    // What is left of an offset other than zero stands behind the time.
    if time.contains(['+', '-', ' ']) {
        return None;
    }
    Hour::parse(&format!("{date}T{time}Z")).ok()
}

#[cfg(test)]
mod tests;
