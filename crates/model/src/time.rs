//! Time: an hour has a number, a day has a date, a month has a year. UTC, half-open.

use std::fmt;

use jiff::civil::Date;

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not {1}")]
pub struct TimeError(String, &'static str);

const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;
const HOURS_PER_DAY: u32 = 24;

/// A moment. Unit: seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Second(pub i64);

impl Second {
    /// Reads RFC 3339 with any offset, and the two forms without an offset, which are UTC.
    ///
    /// # Errors
    ///
    /// When the text is no time.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(moment.as_second()));
        }
        text.parse::<jiff::civil::DateTime>()
            .ok()
            .and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|zoned| Self(zoned.timestamp().as_second()))
            .ok_or_else(|| TimeError(text.to_owned(), "a time such as 2026-10-01T18:00:00Z"))
    }

    /// The hour that holds this moment, if it lies in 1970..=9999.
    pub fn hour(self) -> Option<Hour> {
        u32::try_from(self.0.div_euclid(SECONDS_PER_HOUR)).ok().map(Hour)
    }

    /// The day that holds this moment, if it lies in 1970..=9999.
    pub fn day(self) -> Option<Day> {
        u32::try_from(self.0.div_euclid(SECONDS_PER_DAY)).ok().map(Day)
    }

    /// This moment as a calendar time.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Second {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.timestamp().to_string())
    }
}

/// One UTC hour. Unit: hours since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub u32);

impl Hour {
    /// Reads a full hour such as `2026-10-01T18:00:00Z` or `2026-10-01T18`.
    ///
    /// # Errors
    ///
    /// When the text is no time, or no full hour.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError(text.to_owned(), "a full UTC hour such as 2026-10-01T18:00:00Z");
        let full = match text.trim().len() {
            13 => format!("{}:00:00Z", text.trim()),
            _ => text.trim().to_owned(),
        };
        let second = Second::parse(&full).map_err(|_| error())?;
        if second.0.rem_euclid(SECONDS_PER_HOUR) != 0 {
            return Err(error());
        }
        second.hour().ok_or_else(error)
    }

    /// The first second.
    pub fn start(self) -> Second {
        Second(i64::from(self.0).saturating_mul(SECONDS_PER_HOUR))
    }

    /// The first second that is no longer in this hour.
    pub fn end(self) -> Second {
        self.next().start()
    }

    /// The hour after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// A later hour. Unit of `hours`: hours.
    #[must_use]
    pub fn plus(self, hours: u32) -> Self {
        Self(self.0.saturating_add(hours))
    }

    /// The day that holds this hour.
    pub fn day(self) -> Day {
        Day(self.0 / HOURS_PER_DAY)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.start().fmt(formatter)
    }
}

/// One UTC day. Unit: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

impl Day {
    /// Reads a date such as `2026-10-01`.
    ///
    /// # Errors
    ///
    /// When the text is no date from 1970 on.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.trim()
            .parse::<Date>()
            .ok()
            .and_then(Self::from_date)
            .ok_or_else(|| TimeError(text.to_owned(), "a date such as 2026-10-01"))
    }

    fn from_date(date: Date) -> Option<Self> {
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Second(zoned.timestamp().as_second()).day()
    }

    fn date(self) -> Date {
        jiff::tz::TimeZone::UTC.to_datetime(self.start().timestamp()).date()
    }

    /// The first second.
    pub fn start(self) -> Second {
        Second(i64::from(self.0).saturating_mul(SECONDS_PER_DAY))
    }

    /// The first hour.
    pub fn first_hour(self) -> Hour {
        Hour(self.0.saturating_mul(HOURS_PER_DAY))
    }

    /// The day after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// A later day. Unit of `days`: days.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The month that holds this day.
    pub fn month(self) -> Month {
        let date = self.date();
        Month::new(date.year(), date.month()).unwrap_or(Month(1970 * 12))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.date().to_string())
    }
}

/// One calendar month in UTC. Unit: months since the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(u32);

impl Month {
    fn new(year: i16, month: i8) -> Option<Self> {
        let year = u32::try_from(year).ok().filter(|year| (1970..=9998).contains(year))?;
        let month = u32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
        year.checked_mul(12)?.checked_add(month.checked_sub(1)?).map(Self)
    }

    /// Reads a month such as `2026-10`.
    ///
    /// # Errors
    ///
    /// When the text is no month from 1970 on.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        Day::parse(&format!("{}-01", text.trim()))
            .map(Day::month)
            .map_err(|_| TimeError(text.to_owned(), "a month such as 2026-10"))
    }

    /// The first day.
    pub fn first_day(self) -> Day {
        let year = i16::try_from(self.0 / 12).unwrap_or(1970);
        let month = i8::try_from(self.0 % 12).unwrap_or(0).saturating_add(1);
        Date::new(year, month, 1).ok().and_then(Day::from_date).unwrap_or(Day(0))
    }

    /// The days of the month, half-open.
    pub fn days(self) -> std::ops::Range<Day> {
        self.first_day()..self.next().first_day()
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number of hours in the month: 672 to 744.
    pub fn hours(self) -> u32 {
        let days = self.days();
        days.end.0.saturating_sub(days.start.0).saturating_mul(HOURS_PER_DAY)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first_day().to_string();
        formatter.pad(first.get(..7).unwrap_or(&first))
    }
}

#[cfg(test)]
mod tests;
