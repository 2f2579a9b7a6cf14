//! Reporting, in the office: whether a stamp is to report, which hours are never wanted, and how far each stamp has come.
//!
//! Source: domain notes C.4, C.5 and F.2, cases 9, 12, 13, 23 and 26.

use model::{CloudId, Day, Hour, Office, Registration, RegistrationState, Skipped, SkippedReason, Stamp, pass_over};
use store::StoreError;

use crate::{
    Hub,
    refusal::{Refusal, refusal},
};

/// How long a stamp may go without reporting. Unit: days.
pub const REPORTING_DAYS_MAX: u32 = 30;

/// The same. Unit: hours.
const REPORTING_HOURS_MAX: u32 = REPORTING_DAYS_MAX * 24;

/// Whether a stamp is to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporting {
    /// Its windows are taken. So are those of a stamp that never had a registration.
    On,
    /// Its registration says that it does not report.
    Off,
    /// It had a registration, and has none now.
    Unregistered,
    /// The directory of its default subscription changed.
    Reset,
    /// The year of its registration is over.
    Expired,
}

/// How far a stamp has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampStanding {
    /// The stamp.
    pub stamp: Stamp,
    /// Its registration that holds today.
    pub registration: Option<Registration>,
    /// Whether it is to report.
    pub reporting: Reporting,
    /// The first hour that it has not delivered and that is wanted.
    pub watermark: Hour,
    /// How many hours are over since then.
    ///
    /// Unit: hours.
    pub lag_hours: u32,
    /// Whether it is registered, is to report, and has not for longer than it may. It is told, and blocked from nothing.
    pub overdue: bool,
}

impl Reporting {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "reporting",
            Self::Off => "off",
            Self::Unregistered => "unregistered",
            Self::Reset => "reset",
            Self::Expired => "expired",
        }
    }

    /// Why windows of a stamp are refused; nothing when they are taken.
    pub fn refusal(self, stamp: &CloudId) -> Option<Refusal> {
        let (code, message) = match self {
            Self::On => return None,
            Self::Off => (
                "UsageReportingDisabled",
                format!(
                    "the registration of stamp {stamp} says that it does not report usage: keep the usage; to report from now on, register the stamp again with usage reporting"
                ),
            ),
            Self::Unregistered => (
                "RegistrationNotFound",
                format!(
                    "stamp {stamp} has no registration any more: keep the usage, register the stamp again, and send what is wanted then"
                ),
            ),
            Self::Reset => (
                "RegistrationReset",
                format!(
                    "the directory of the default subscription of stamp {stamp} changed: register the stamp again, and send the window again"
                ),
            ),
            Self::Expired => (
                "RegistrationExpired",
                format!("the year of the registration of stamp {stamp} is over: register the stamp again"),
            ),
        };
        Some(refusal(code, message))
    }
}

impl Hub {
    /// Whether a stamp is to report now.
    pub fn reporting(&self, stamp: &CloudId) -> Reporting {
        self.reporting_in(&self.office(), stamp)
    }

    pub(crate) fn reporting_in(&self, office: &Office, stamp: &CloudId) -> Reporting {
        let today = self.today();
        let Some(registration) = office.registration(stamp, today) else {
            return if was_registered(office, stamp) { Reporting::Unregistered } else { Reporting::On };
        };
        match registration.state(today) {
            RegistrationState::Reset => Reporting::Reset,
            RegistrationState::Expired => Reporting::Expired,
            RegistrationState::Registered if registration.is_reporting() => Reporting::On,
            RegistrationState::Registered => Reporting::Off,
        }
    }

    /// Refuses usage of a stamp that is not to report.
    ///
    /// # Errors
    ///
    /// When it is not to report.
    pub fn check_reporting(&self, stamp: &CloudId) -> Result<(), Refusal> {
        self.reporting(stamp).refusal(stamp).map_or(Ok(()), Err)
    }

    /// How far a stamp has come: the first hour that was not delivered and is wanted. For a stamp that delivered nothing,
    /// where it begins.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn next_window(&self, stamp: &CloudId) -> Result<Option<Hour>, StoreError> {
        let office = self.office();
        let progress = self.store.progress(stamp)?;
        let Some(known) = office.stamps.get(stamp) else { return Ok(progress.map(|progress| progress.next)) };
        self.wanted_from(known, progress.map_or(known.first_window, |progress| progress.next)).map(Some)
    }

    /// The watermark, by where it was noted: what was skipped since may end before windows that are there.
    fn wanted_from(&self, stamp: &Stamp, noted: Hour) -> Result<Hour, StoreError> {
        let skipped = stamp.skipped_hours();
        let mut next = pass_over(&skipped, noted);
        while next != noted && self.store.window(&stamp.id, next)?.is_some() {
            next = pass_over(&skipped, next.next());
        }
        Ok(next)
    }

    /// How far each stamp has come, by cloud id.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn standings(&self) -> Result<Vec<StampStanding>, StoreError> {
        let (office, today) = (self.office(), self.today());
        let now = self.now().hour().unwrap_or(Hour(0));
        let each = office.stamps.values().map(|stamp| {
            let watermark = self.next_window(&stamp.id)?.unwrap_or(stamp.first_window);
            let registration = office.registration(&stamp.id, today).cloned();
            let reporting = self.reporting_in(&office, &stamp.id);
            let lag_hours = now.0.saturating_sub(watermark.0);
            let is_late = lag_hours > REPORTING_HOURS_MAX;
            let overdue = is_late && registration.is_some() && reporting == Reporting::On;
            Ok(StampStanding { stamp: stamp.clone(), registration, reporting, watermark, lag_hours, overdue })
        });
        each.collect()
    }
}

/// Whether a stamp ever had a registration.
fn was_registered(office: &Office, stamp: &CloudId) -> bool {
    office.registrations.iter().any(|one| one.stamp == *stamp)
}

/// What the windows of a stamp come to when a registration is put.
pub(crate) struct Change<'a> {
    /// The office before it.
    pub(crate) office: &'a Office,
    /// The registration that held until now.
    pub(crate) before: Option<&'a Registration>,
    /// The watermark.
    pub(crate) next: Hour,
    /// The present hour.
    pub(crate) now: Hour,
    /// The present day.
    pub(crate) today: Day,
}

impl Change<'_> {
    /// Says in the stamp's record which hours are never wanted, now that a registration holds.
    pub(crate) fn settle(&self, stamp: &mut Stamp, after: &Registration) {
        if !after.is_reporting() {
            let _ = stamp.reporting_off_since.get_or_insert(self.now);
            return;
        }
        // Records from before the hour was kept do not say it. What was not delivered then is not missed.
        let was_off = self.before.is_some_and(|before| !before.is_reporting());
        if was_off && stamp.reporting_off_since.is_none() {
            stamp.reporting_off_since = Some(self.next);
        }
        self.end_silence(stamp);
        let interrupted = self.before.is_none_or(|before| before.state(self.today) != RegistrationState::Registered);
        if interrupted && was_registered(self.office, &stamp.id) {
            // What was owed before the interruption stays owed, however old it is.
            let next = pass_over(&stamp.skipped_hours(), self.next).max(self.interrupted_since(&stamp.id));
            let oldest = Hour(self.now.0.saturating_sub(REPORTING_HOURS_MAX));
            skip(stamp, next, oldest, SkippedReason::TooOld);
        }
    }

    /// The first hour in which no registration held. A reset says no day, so for one it is the beginning.
    fn interrupted_since(&self, stamp: &CloudId) -> Hour {
        let day = match self.before {
            Some(before) if before.state(self.today) == RegistrationState::Expired => before.details.expires,
            Some(_) => None,
            None => {
                self.office.registrations.iter().filter(|one| one.stamp == *stamp).filter_map(|one| one.until).max()
            }
        };
        day.map_or(Hour(0), Day::first_hour)
    }

    /// Ends the time in which a stamp did not report: nothing of it is ever wanted. What it owes from before stays wanted.
    pub(crate) fn end_silence(&self, stamp: &mut Stamp) {
        if let Some(since) = stamp.reporting_off_since.take() {
            skip(stamp, since.max(self.next), self.now, SkippedReason::ReportingOff);
        }
    }
}

fn skip(stamp: &mut Stamp, from: Hour, until: Hour, reason: SkippedReason) {
    if from < until {
        stamp.skipped.push(Skipped { hours: from..until, reason });
    }
}
