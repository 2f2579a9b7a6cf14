//! Calendar: the hours in which something works: always, in office hours, or at the turn of a month.

use model::Hour;

/// When something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// In every hour.
    Always,
    /// From 7 to 19 on Monday to Friday, in a time zone.
    Office(Zone),
    /// On the last two days and the first day of each month, in a time zone.
    MonthEnd(Zone),
}

/// A time zone without summer time. Unit: hours east of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub i32);

/// Day 0, 1 January 1970, was a Thursday: three days after a Monday.
const DAYS_AFTER_MONDAY: u32 = 3;

impl Calendar {
    /// Whether it works in an hour.
    pub fn works(self, hour: Hour) -> bool {
        match self {
            Self::Always => true,
            Self::Office(zone) => {
                let local = zone.local(hour);
                let weekday = local.day().0.saturating_add(DAYS_AFTER_MONDAY) % 7;
                weekday < 5 && (7..19).contains(&(local.0 % 24))
            }
            Self::MonthEnd(zone) => {
                let day = zone.local(hour).day();
                day.plus(2).month() != day.month() || day.month().first_day() == day
            }
        }
    }
}

impl Zone {
    fn local(self, hour: Hour) -> Hour {
        Hour(hour.0.saturating_add_signed(self.0))
    }
}

#[cfg(test)]
mod tests;
