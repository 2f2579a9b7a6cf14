//! Query: the parameters of a request, in the forms that real clients send.
//!
//! Source: domain notes E.4, E.6 and I-13; clients' rule 11.

use model::Second;

use super::Refusal;

/// The most parameters of a request. More are refused and not overlooked: the last one may say where the page begins.
const PAIRS_MAX: usize = 64;

/// Parameters as sent, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Takes the query of an address apart. What is no UTF-8 after decoding is replaced, and fits nothing.
    pub(super) fn read(query: &str) -> Result<Self, Refusal> {
        let pairs = || form_urlencoded::parse(query.as_bytes());
        if pairs().nth(PAIRS_MAX).is_some() {
            let message = format!("The address has more than {PAIRS_MAX} parameters.");
            return Err(Refusal::bad("TooManyParameters", message));
        }
        Ok(Self(pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }

    /// A parameter that is not empty; its name in any case. It may stand there again as long as it says the same, because
    /// scripts add their parameters to links that have them already.
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let named = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut found = named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        let first = found.next();
        if found.any(|other| Some(other) != first) {
            return Err(Refusal::property(name, "is given more than once"));
        }
        Ok(first)
    }

    /// Compares the api-version.
    pub(super) fn check_version(&self, wanted: &str) -> Result<(), Refusal> {
        match self.get("api-version")? {
            None => {
                let message = format!("The api-version is missing; the supported one is '{wanted}'.");
                Err(Refusal::bad("NoApiVersion", message))
            }
            Some(version) if version.eq_ignore_ascii_case(wanted) => Ok(()),
            Some(_) => Err(Refusal::property("api-version", &format!("is not the supported one, '{wanted}'"))),
        }
    }
}

/// The parameters of a query as they were sent, without one of them. What is empty or stands there again is left out, so that
/// a link does not grow from page to page with whatever a client adds to it.
pub(super) fn without<'a>(query: &'a str, parameter: &str) -> Vec<&'a str> {
    let mut names = vec![parameter.to_ascii_lowercase()];
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        let Some((name, value)) = form_urlencoded::parse(pair.as_bytes()).next() else { continue };
        let name = name.to_ascii_lowercase();
        if !value.trim().is_empty() && !names.contains(&name) {
            names.push(name);
            pairs.push(pair);
        }
    }
    pairs
}

/// Reads a moment in any of the forms that clients of stamps send, all of them UTC. Nothing for another offset.
pub(super) fn read_moment(text: &str) -> Option<Second> {
    // The documented form `…+00:00Z` names the zone twice, and a `+` that was not escaped arrives as a blank.
    let bare = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let bare = ZONES.iter().find_map(|zone| bare.strip_suffix(zone)).unwrap_or(bare);
    let (date, time) = bare.split_once(['T', 't']).unwrap_or((bare, "00:00:00"));
    // A moment between two seconds is never a full hour, so a fraction may only be zero.
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_zero = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte == b'0');
    // What is left of another offset would stand behind the time.
    let lengths = date.len() == 10 && time.len() == 8;
    (lengths && is_zero).then(|| Second::parse(&format!("{date}T{time}Z")).ok()).flatten()
}

/// The ways to write no offset.
const ZONES: &[&str] = &["+00:00", " 00:00", "-00:00"];

#[cfg(test)]
mod tests;
