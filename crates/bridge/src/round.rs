//! Round: what a bridge does again and again until it is stopped: ask, carry what is wanted, read again, rest.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use contract::delivery::{NotWanted, ReportingState, Wanted};
use model::{Hour, Second};

use crate::{
    Bridge, BridgeError, Peer, Retry,
    config::ActivationState,
    hub::read_hour,
    run::{Delivered, Events, Summary},
    wait::{Stop, pause, share},
};

/// How much longer the first pause after a failed round is than that after a failed request.
const ROUND_PAUSES: u32 = 8;
/// How often windows are read again that were delivered before. Unit: seconds.
const REREAD_SECONDS: i64 = 24 * 3_600;
/// How far back a backlog is read again, once it is delivered: as long as a stamp may be silent. Unit: hours.
const BACKLOG_HOURS_MAX: u32 = 31 * 24;

/// When a bridge does what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// How long it rests between two rounds.
    pub every: Duration,
    /// The first hour that is not carried; none is no end.
    pub until: Option<Hour>,
    /// How many of the last hours are read again once a day, because rows may have come late. Unit: hours.
    pub reread_hours: u32,
    /// Whether it ends when it has caught up, or at the first failure.
    pub once: bool,
}

/// Why a bridge sends nothing. The backlog stays on the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// The registration says that the stamp does not report.
    Off,
    /// The stamp has no registration any more.
    Unregistered,
    /// The registration was reset.
    Reset,
    /// The registration has expired.
    Expired,
    /// The stamp was deactivated.
    Deactivated,
    /// The activation says that the stamp does not report.
    ActivationOff,
    /// The activation has expired.
    ActivationExpired,
    /// The hub does not know the credential.
    Credential,
}

impl Silence {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Off,
        Self::Unregistered,
        Self::Reset,
        Self::Expired,
        Self::Deactivated,
        Self::ActivationOff,
        Self::ActivationExpired,
        Self::Credential,
    ];

    /// The word in logs and counts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unregistered => "unregistered",
            Self::Reset => "reset",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::ActivationOff => "activation_off",
            Self::ActivationExpired => "activation_expired",
            Self::Credential => "credential",
        }
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Off | Self::ActivationOff => {
                "usage reporting is off; to switch it on, register the stamp again with reporting on and activate it"
            }
            Self::Unregistered => "register the stamp again and activate it; usage of the last 30 days is sent then",
            Self::Reset => "the directory of the default subscription changed; register the stamp again",
            Self::Expired | Self::ActivationExpired => "renew: register the stamp again and activate it",
            Self::Deactivated => "activate the stamp with `tallybridge stamp activate`",
            Self::Credential => "the credential is not valid any more: activate the stamp again",
        }
    }

    /// What a state of the hub means.
    pub(crate) fn of_state(state: ReportingState) -> Option<Self> {
        match state {
            ReportingState::Reporting => None,
            ReportingState::Off => Some(Self::Off),
            ReportingState::Unregistered => Some(Self::Unregistered),
            ReportingState::Reset => Some(Self::Reset),
            ReportingState::Expired => Some(Self::Expired),
        }
    }

    /// What a refusal of the hub means.
    fn of_error(error: &BridgeError) -> Option<Self> {
        let (Peer::Hub, status, code) = error.refusal()? else { return None };
        match (status, code) {
            (401, _) => Some(Self::Credential),
            (_, "UsageReportingDisabled") => Some(Self::Off),
            (_, "RegistrationNotFound") => Some(Self::Unregistered),
            (_, "RegistrationReset") => Some(Self::Reset),
            (_, "RegistrationExpired") => Some(Self::Expired),
            _ => None,
        }
    }

    /// Why a stamp with this activation sends nothing; none when it reports.
    pub(crate) fn of_activation(activation: &ActivationState, now: Second) -> Option<Self> {
        if activation.expires.is_some_and(|expires| expires <= now) {
            return Some(Self::ActivationExpired);
        }
        (!activation.usage_reporting).then_some(Self::ActivationOff)
    }
}

/// Something that a bridge did or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The hub said what it wants.
    Asked {
        /// The first hour that was not delivered.
        next: Hour,
        /// The first hour that may not be read yet.
        until: Hour,
    },
    /// A window was delivered.
    Delivered(Box<Delivered>),
    /// The hub never wants a window.
    PassedOver {
        /// The window.
        hour: Hour,
        /// What the hub said.
        message: String,
    },
    /// The stamp is not ready with a window.
    NotYet {
        /// The window.
        hour: Hour,
    },
    /// Windows were read again.
    Reread {
        /// How many.
        windows: u64,
        /// Of how many the hub has more than one revision now.
        revised: u64,
    },
    /// The hub never wants these hours. Told once.
    NeverWanted(Vec<NotWanted>),
    /// The stamp does not show the usage of a delegated provider's tenants. Told once.
    Hidden {
        /// The delegated provider.
        provider: String,
        /// What the stamp said.
        message: String,
    },
    /// Nothing is sent.
    Silent {
        /// Why.
        silence: Silence,
        /// What the hub said about it.
        message: String,
        /// When it is asked again.
        wait: Duration,
    },
    /// A round failed.
    Failed {
        /// Why.
        error: BridgeError,
        /// When it is tried again.
        wait: Duration,
    },
    /// All is done for now.
    Resting {
        /// How long.
        wait: Duration,
    },
}

/// What a bridge remembers between its rounds.
#[derive(Default)]
struct Memory {
    told: BTreeSet<String>,
    reread_at: Option<Second>,
    /// The first window that was delivered and not read again since.
    unconfirmed_from: Option<Hour>,
}

/// How a round ended.
enum Round {
    /// There is nothing more to do now.
    Done,
    /// Nothing may be sent.
    Silent(Silence, String),
}

impl Bridge {
    /// Carries usage until it is stopped, and never ends on its own unless the rhythm says so.
    ///
    /// The window in flight is brought to its end before a stop is obeyed.
    ///
    /// # Errors
    ///
    /// Only when the rhythm is to run once: every failure is told as an event otherwise, and tried again later.
    pub async fn run(
        &mut self,
        rhythm: &Rhythm,
        stop: &Stop,
        mut events: impl FnMut(&Event),
    ) -> Result<Summary, BridgeError> {
        self.stop = stop.clone();
        self.reader.obey(stop);
        self.hub.obey(stop);
        let (mut total, mut memory) = (Summary::default(), Memory::default());
        let (mut failures, mut silences): (u32, u32) = (0, 0);
        while !stop.has_come() {
            let round = self.round(rhythm, &mut memory, &mut total, &mut events).await;
            self.tell_hidden(&mut memory, &mut events);
            let wait = match round {
                Err(error) if rhythm.once => return Err(error),
                Err(error) => {
                    failures = failures.saturating_add(1);
                    let wait = self.pause_after(failures, rhythm);
                    events(&Event::Failed { error, wait });
                    wait
                }
                Ok(Round::Silent(silence, message)) => {
                    failures = 0;
                    silences = silences.saturating_add(1);
                    let wait = self.rest_after(silences, rhythm);
                    events(&Event::Silent { silence, message, wait });
                    if rhythm.once {
                        break;
                    }
                    wait
                }
                Ok(Round::Done) => {
                    (failures, silences) = (0, 0);
                    let has_ended = rhythm.until.is_some_and(|until| total.next.is_some_and(|next| next >= until));
                    if rhythm.once || has_ended {
                        break;
                    }
                    let wait = self.rest_after(1, rhythm);
                    events(&Event::Resting { wait });
                    wait
                }
            };
            stop.rest(wait).await;
        }
        Ok(total)
    }

    async fn round(
        &mut self,
        rhythm: &Rhythm,
        memory: &mut Memory,
        total: &mut Summary,
        events: Events<'_>,
    ) -> Result<Round, BridgeError> {
        match self.try_round(rhythm, memory, total, events).await {
            Err(error) => match Silence::of_error(&error) {
                Some(silence) => Ok(Round::Silent(silence, error.to_string())),
                None => Err(error),
            },
            round => round,
        }
    }

    async fn try_round(
        &mut self,
        rhythm: &Rhythm,
        memory: &mut Memory,
        total: &mut Summary,
        events: Events<'_>,
    ) -> Result<Round, BridgeError> {
        let wanted = self.hub.wanted().await?;
        memory.tell_never_wanted(&wanted, events);
        if let Some(silence) = Silence::of_state(wanted.state) {
            return Ok(Round::Silent(silence, wanted.message));
        }
        if let Some(silence) = self.own_silence().await? {
            return Ok(Round::Silent(silence, String::new()));
        }
        let now = self.settings.clock.now();
        let readable = self.readable_until(now);
        let until = rhythm.until.map_or(readable, |until| until.min(readable));
        events(&Event::Asked { next: read_hour("ask which window is wanted next", &wanted.next)?, until });
        let mut done = Summary::default();
        let unconfirmed_from = &mut memory.unconfirmed_from;
        let mut tee = |event: &Event| {
            if let Event::Delivered(delivered) = event {
                done.count(delivered);
                let first = unconfirmed_from.map_or(delivered.hour, |first| first.min(delivered.hour));
                *unconfirmed_from = Some(first);
            }
            events(event);
        };
        match self.follow(&wanted, until, &mut tee).await {
            Ok(summary) => total.add(&summary),
            Err(error) => {
                // What arrived before the failure counts.
                total.add(&done);
                return Err(error);
            }
        }
        let is_due = memory.reread_at.is_none_or(|at| now >= at);
        if rhythm.reread_hours > 0 && is_due && !self.stop.has_come() {
            let never = never_wanted(&wanted);
            // A page that a stamp loses is noticed only by reading again, so a long backlog is read again as well.
            let backlog =
                memory.unconfirmed_from.map_or(0, |first| until.0.saturating_sub(first.0).min(BACKLOG_HOURS_MAX));
            let hours = rhythm.reread_hours.max(backlog);
            self.reread(until, total.next.unwrap_or(until), hours, &never, total, events).await?;
            memory.unconfirmed_from = None;
            memory.reread_at = Some(Second(now.0.saturating_add(REREAD_SECONDS)));
        }
        Ok(Round::Done)
    }

    /// Reads the last hours again, as far as the hub has them: what is older than the stamp's registration is not sent.
    async fn reread(
        &mut self,
        until: Hour,
        next: Hour,
        hours: u32,
        never: &[Range<Hour>],
        total: &mut Summary,
        events: Events<'_>,
    ) -> Result<(), BridgeError> {
        let mut again = Vec::new();
        for hour in (until.0.saturating_sub(hours)..until.min(next).0).map(Hour) {
            if !never.iter().any(|range| range.contains(&hour)) && self.hub.has(hour).await? {
                again.push(hour);
            }
        }
        let mut summary = Summary::default();
        self.reader.begin();
        self.send_again(&again, &mut summary, events).await?;
        events(&Event::Reread { windows: summary.windows, revised: summary.revised });
        let next = total.next;
        total.add(&summary);
        total.next = next;
        Ok(())
    }

    /// Why the stamp itself says that nothing is to be sent.
    async fn own_silence(&self) -> Result<Option<Silence>, BridgeError> {
        let now = self.settings.clock.now();
        if let Some(read) = &self.settings.activation {
            match read().map_err(BridgeError::Config)? {
                None => return Ok(Some(Silence::Deactivated)),
                Some(activation) => {
                    if let Some(silence) = Silence::of_activation(&activation, now) {
                        return Ok(Some(silence));
                    }
                }
            }
        }
        match self.reader.stamp().activation().await {
            Ok(activation) => Ok(activation.and_then(|activation| Silence::of_activation(&activation, now))),
            // Whoever may read usage but not the activation leaves it to the hub, which knows the registration.
            Err(BridgeError::Refused { status: 403, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn tell_hidden(&self, memory: &mut Memory, events: Events<'_>) {
        for (provider, message) in self.reader.refused() {
            if memory.told.insert(format!("hidden {provider}")) {
                events(&Event::Hidden { provider: provider.clone(), message: message.clone() });
            }
        }
    }

    fn pause_after(&self, failures: u32, rhythm: &Rhythm) -> Duration {
        let retry = self.settings.retry;
        let first_pause = retry.first_pause.saturating_mul(ROUND_PAUSES);
        let longest_pause = retry.longest_pause.max(rhythm.every);
        let retry = Retry { first_pause, longest_pause, ..retry };
        pause(&retry, self.settings.cloud.as_str(), failures, self.settings.clock.now(), None)
    }

    /// The usual rest and up to a tenth more, so that the bridges of many stamps spread.
    fn rest_after(&self, attempt: u32, rhythm: &Rhythm) -> Duration {
        let name = self.settings.cloud.as_str();
        rhythm.every.saturating_add(share(rhythm.every / 10, name, attempt, self.settings.clock.now()))
    }
}

impl Memory {
    fn tell_never_wanted(&mut self, wanted: &Wanted, events: Events<'_>) {
        let mut fresh = wanted.not_wanted.clone();
        fresh.retain(|range| self.told.insert(format!("never {} {}", range.from, range.until)));
        if !fresh.is_empty() {
            events(&Event::NeverWanted(fresh));
        }
    }
}

fn never_wanted(wanted: &Wanted) -> Vec<Range<Hour>> {
    let read = |range: &NotWanted| Some(Hour::parse(&range.from).ok()?..Hour::parse(&range.until).ok()?);
    wanted.not_wanted.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests;
