//! Check: every leg of the way from the stamp to the hub, each by itself, and what to do where one fails.

use contract::delivery::Wanted;
use model::{Hour, Second};
use reqwest::Url;

use crate::{
    Bridge, BridgeError, Settings, SignIn, Silence,
    client::{Said, below, read_refusal},
    page::Page,
    stamp::Shown,
};

/// How far two clocks may be apart. Unit: seconds.
const SKEW_SECONDS_MAX: u64 = 300;
/// From where on a stamp is late. Unit: hours.
const LAG_HOURS_MAX: u32 = 3;

/// How a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Good,
    /// Usage flows, but somebody should look.
    Warning,
    /// Usage does not flow.
    Bad,
    /// It could not be tried, because an earlier one failed.
    Skipped,
}

/// One leg of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Which one.
    pub name: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do; empty when there is nothing.
    pub advice: String,
}

/// All legs, in the order of the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The legs.
    pub legs: Vec<Leg>,
}

impl Report {
    /// Whether usage flows.
    pub fn is_good(&self) -> bool {
        self.legs.iter().all(|leg| matches!(leg.verdict, Verdict::Good | Verdict::Warning))
    }

    fn add(&mut self, name: &'static str, verdict: Verdict, found: impl Into<String>, advice: &str) {
        self.legs.push(Leg { name, verdict, found: found.into(), advice: advice.to_owned() });
    }

    fn good(&mut self, name: &'static str, found: impl Into<String>) {
        self.add(name, Verdict::Good, found, "");
    }

    fn bad(&mut self, name: &'static str, found: impl Into<String>, advice: &str) {
        self.add(name, Verdict::Bad, found, advice);
    }

    fn warn(&mut self, name: &'static str, found: impl Into<String>, advice: &str) {
        self.add(name, Verdict::Warning, found, advice);
    }

    fn skip(&mut self, names: &[&'static str], because: &str) {
        for name in names {
            self.add(name, Verdict::Skipped, format!("not tried: {because}"), "");
        }
    }
}

/// Tries every leg, once each.
///
/// # Errors
///
/// When the configuration itself cannot be used.
pub async fn check(settings: Settings) -> Result<Report, BridgeError> {
    let bridge = Bridge::new(settings)?;
    let mut report = Report::default();
    check_stamp(&bridge, &mut report).await;
    check_hub(&bridge, &mut report).await;
    Ok(report)
}

async fn check_stamp(bridge: &Bridge, report: &mut Report) {
    const NAMES: [&str; 7] = [
        "stamp token",
        "stamp role",
        "sample row",
        "home directory",
        "delegated providers",
        "activation",
        "stamp clock",
    ];
    let stamp = bridge.reader.stamp();
    let url = below(stamp.base(), "/metadata/endpoints");
    let said = stamp.hear("reach the stamp", &url, Shown::Nothing).await;
    let names = ["reach stamp", "stamp TLS"];
    let Some(said) = reached(report, names, stamp.base(), said, "--stamp-url", "--stamp-ca") else {
        return report.skip(&NAMES, "the stamp was not reached");
    };
    match stamp.sign_in().await {
        Ok(()) => report.good("stamp token", sign_in_of(&bridge.settings)),
        Err(error) => {
            let advice = "check --stamp-token-file, or --client-id, --client-secret-file and --directory";
            report.bad("stamp token", error.to_string(), advice);
            return report.skip(&NAMES[1..], "there is no token");
        }
    }
    check_role(bridge, report).await;
    match &bridge.settings.stamp.home_directory {
        Some(home) => report.good("home directory", format!("{home}, as it was given")),
        None => match stamp.home_directory().await {
            Ok(home) => report.good("home directory", home),
            Err(error) => report.bad("home directory", error.to_string(), "give it with --home-directory"),
        },
    }
    check_providers(bridge, report).await;
    check_activation(bridge, report).await;
    clock(report, "stamp clock", said.date, bridge.settings.clock.now());
}

/// Whether a peer answers at all, and how it is protected. Gives what it said.
fn reached(
    report: &mut Report,
    [reach, tls]: [&'static str; 2],
    base: &Url,
    said: Result<Said, BridgeError>,
    address: &str,
    ca: &str,
) -> Option<Said> {
    let said = match said {
        Ok(said) => said,
        Err(error) => {
            let text = error.to_string();
            let is_tls = ["certificate", "handshake", "tls", "invalid peer"]
                .iter()
                .any(|word| text.to_ascii_lowercase().contains(word));
            if is_tls {
                report.good(reach, base.to_string());
                report.bad(tls, text, &format!("give the certificate it is signed with, in PEM, with {ca}"));
            } else {
                let advice = format!("check {address}, the network and the firewall between");
                report.bad(reach, text, &advice);
                report.skip(&[tls], "it was not reached");
            }
            return None;
        }
    };
    report.good(reach, base.to_string());
    let is_near = base.host_str().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host));
    match base.scheme() {
        "https" => report.good(tls, "the certificate is trusted"),
        _ if is_near => report.good(tls, "not used on this machine"),
        _ => report.warn(tls, "not used: tokens and usage travel readable", &format!("use https in {address}")),
    }
    Some(said)
}

fn sign_in_of(settings: &Settings) -> String {
    match &settings.stamp.sign_in {
        SignIn::Nobody => "none is shown".to_owned(),
        SignIn::Token(_) => "as it was given".to_owned(),
        SignIn::File(file) => format!("from {}", file.display()),
        SignIn::Program(program) => format!("signed in as {}", program.client),
    }
}

/// The provider API of the last full hour: whether it answers, and what a row looks like.
async fn check_role(bridge: &Bridge, report: &mut Report) {
    let (stamp, hour) = (bridge.reader.stamp(), last_hour(bridge));
    let url = stamp.usage_url(stamp.provider(), hour);
    let said = match stamp.hear("read usage", &url, Shown::Token).await {
        Ok(said) => said,
        Err(error) => {
            report.bad("stamp role", error.to_string(), "try again; look at the stamp's usage service if it stays");
            return report.skip(&["sample row"], "usage was not answered");
        }
    };
    let (code, message) = read_refusal(said.body.as_bytes());
    match said.status {
        200 | 202 => report.good("stamp role", format!("usage of {} is answered", stamp.provider())),
        _ if code == "RequestEndTimeIsInFuture" => {
            report.good("stamp role", format!("usage of {} is answered", stamp.provider()));
        }
        status => {
            let advice = match status {
                401 => "the token is not known: check how the bridge signs in",
                403 => "give the bridge the role Reader on the default provider subscription",
                404 => "check --provider-subscription: it is the default provider subscription of this stamp",
                _ => "try again; look at the stamp's usage service if it stays",
            };
            report.bad("stamp role", format!("{status} {code}: {message}"), advice);
            return report.skip(&["sample row"], "usage was not answered");
        }
    }
    if said.status != 200 {
        return report.warn("sample row", format!("the stamp is not ready with {hour}"), "try again in a while");
    }
    let page = match Page::read(said.body) {
        Ok(page) => page,
        Err(error) => {
            let advice = "check that --stamp-url is the operator interface";
            return report.bad("sample row", error.to_string(), advice);
        }
    };
    let Some((row, subscriber)) = page.rows().next() else {
        let advice = "nothing was used, or the stamp's providers report nothing";
        return report.warn("sample row", format!("no row in {hour}"), advice);
    };
    let whose = subscriber.unwrap_or("a subscription that it does not name");
    let (rows, length) = (page.rows().count(), row.len());
    report.good("sample row", format!("{rows} rows on the first page of {hour}; one of {length} bytes is of {whose}"));
}

async fn check_providers(bridge: &Bridge, report: &mut Report) {
    let name = "delegated providers";
    let stamp = bridge.reader.stamp();
    let providers = match stamp.delegated_providers().await {
        Ok(providers) => providers,
        Err(error @ BridgeError::Refused { status: 403, .. }) => {
            let advice =
                "the usage of delegated providers' tenants is missing: give the bridge a role that may list them";
            return report.warn(name, error.to_string(), advice);
        }
        Err(error) => return report.bad(name, error.to_string(), "try again; look at the stamp if it stays"),
    };
    let mut hidden = Vec::new();
    for provider in &providers {
        let url = stamp.usage_url(provider, last_hour(bridge));
        match stamp.hear("read usage of a delegated provider", &url, Shown::Token).await {
            Ok(said) if [401, 403, 404].contains(&said.status) => hidden.push(format!("{provider} ({})", said.status)),
            Ok(_) => {}
            Err(error) => hidden.push(format!("{provider} ({error})")),
        }
    }
    if hidden.is_empty() {
        return report.good(name, format!("{}, all readable", providers.len()));
    }
    let advice = "the usage of their tenants is missing: give the bridge the role Reader on their subscriptions";
    report.warn(name, format!("not readable: {}", hidden.join(", ")), advice);
}

async fn check_activation(bridge: &Bridge, report: &mut Report) {
    let name = "activation";
    let now = bridge.settings.clock.now();
    let beside = match bridge.settings.activation.as_ref().map(|read| read()) {
        None => None,
        Some(Ok(Some(activation))) => Some(activation),
        Some(Ok(None)) => return report.bad(name, "the stamp was deactivated", Silence::Deactivated.advice()),
        Some(Err(reason)) => return report.bad(name, reason, Silence::Deactivated.advice()),
    };
    let own = match bridge.reader.stamp().activation().await {
        Ok(own) => own,
        Err(BridgeError::Refused { status: 403, .. }) => None,
        Err(error) => return report.bad(name, error.to_string(), "try again; look at the stamp if it stays"),
    };
    for activation in [&beside, &own].into_iter().flatten() {
        if let Some(silence) = Silence::of_activation(activation, now) {
            return report.bad(name, silence.word().replace('_', " "), silence.advice());
        }
    }
    match own.or(beside) {
        Some(activation) => {
            let until = activation.expires.map_or_else(|| "for ever".to_owned(), |end| format!("until {end}"));
            report.good(name, format!("reporting is on, {until}; {}", activation.registration));
        }
        None => report.warn(name, "the stamp shows none", "the hub's registration alone says whether usage is sent"),
    }
}

async fn check_hub(bridge: &Bridge, report: &mut Report) {
    const NAMES: [&str; 4] = ["hub credential", "registration", "watermark", "hub clock"];
    let hub = &bridge.hub;
    let said = hub.hear().await;
    let Some(said) = reached(report, ["reach hub", "hub TLS"], hub.base(), said, "--hub", "--hub-ca") else {
        return report.skip(&NAMES, "the hub was not reached");
    };
    let (code, message) = read_refusal(said.body.as_bytes());
    let advice = match (said.status, code.as_str()) {
        (200, _) => "",
        (401, _) => "activate the stamp again, with a key of its present registration",
        (404, "RegistrationNotFound") => Silence::Unregistered.advice(),
        (404, "StampNotFound") => "check --cloud and the credential: the credential is that of another stamp",
        (404, _) => "check --hub: a path that is not the hub's was answered",
        _ => "look at the hub",
    };
    if said.status != 200 {
        report.bad("hub credential", format!("{} {code}: {message}", said.status), advice);
        return report.skip(&NAMES[1..], "the hub did not let the bridge in");
    }
    let wanted: Wanted = match serde_json::from_str(&said.body) {
        Ok(wanted) => wanted,
        Err(error) => {
            report.bad("hub credential", error.to_string(), "check --hub: something else than a hub answers there");
            return report.skip(&NAMES[1..], "it was no hub that answered");
        }
    };
    report.good("hub credential", "the hub knows it");
    match Silence::of_state(wanted.state) {
        None => report.good("registration", "reporting"),
        Some(silence) => {
            report.bad("registration", format!("{}: {}", silence.word(), wanted.message), silence.advice());
        }
    }
    watermark(bridge, report, &wanted);
    clock(report, "hub clock", said.date, bridge.settings.clock.now());
}

fn watermark(bridge: &Bridge, report: &mut Report, wanted: &Wanted) {
    let next = match Hour::parse(&wanted.next) {
        Ok(next) => next,
        Err(error) => return report.bad("watermark", error.to_string(), "look at the hub"),
    };
    let readable = bridge.readable_until(bridge.settings.clock.now());
    let lag = readable.0.saturating_sub(next.0);
    let found = format!("{next} is next, {lag} windows behind");
    if lag > LAG_HOURS_MAX {
        report.warn("watermark", found, "run the bridge: `tallybridge bridge run`");
    } else {
        report.good("watermark", found);
    }
}

fn clock(report: &mut Report, name: &'static str, theirs: Option<Second>, ours: Second) {
    let Some(theirs) = theirs else { return report.warn(name, "the answer has no date", "") };
    let apart = theirs.0.abs_diff(ours.0);
    if apart > SKEW_SECONDS_MAX {
        let found = format!("{theirs} there, {ours} here: {apart} seconds apart");
        return report.bad(name, found, "set the clocks, with NTP on all machines");
    }
    report.good(name, format!("{apart} seconds apart"));
}

/// The last full hour that has settled.
fn last_hour(bridge: &Bridge) -> Hour {
    Hour(bridge.readable_until(bridge.settings.clock.now()).0.saturating_sub(1))
}

#[cfg(test)]
mod tests;
