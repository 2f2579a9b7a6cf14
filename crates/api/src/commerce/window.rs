//! Window: which hours of usage are asked for, checked in the order in which stamps check it, and where a page begins.
//!
//! Source: domain notes E.4 to E.6; clients' rules 6, 9, 10 and 11.

use std::ops::Range;

use contract::commerce::read_moment;
use hub::{CloseError, PaidPage, UsageGranularity, UsagePosition, UsageQuestion};
use model::{CloudId, Hour, PayingSubscription};

use super::access::Shown;
use crate::{
    call::Call,
    error::ApiError,
    page::{PageProblem, read, write},
};

const HOURS_PER_DAY: u32 = 24;

/// When a window that is not complete yet is worth asking for again. Unit: seconds.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 60;

/// What the parameters of an interface are called.
pub(crate) struct Names {
    /// The first moment.
    pub(crate) start: &'static str,
    /// The first moment after it.
    pub(crate) end: &'static str,
    /// Hourly or daily.
    pub(crate) granularity: &'static str,
    /// Whether each resource has rows of its own.
    pub(crate) details: &'static str,
    /// Where the page begins.
    pub(crate) token: &'static str,
}

/// Why a window is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WindowProblem {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl WindowProblem {
    fn property(name: &str, reason: &str) -> Self {
        Self { code: "InvalidProperty", message: format!("The property '{name}' {reason}.") }
    }
}

impl From<WindowProblem> for ApiError {
    fn from(problem: WindowProblem) -> Self {
        Self::bad_request(problem.code, problem.message)
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) reported: Range<Hour>,
    pub(crate) granularity: UsageGranularity,
    pub(crate) by_resource: bool,
}

/// A page, or that not all of it is known yet.
pub(crate) enum Outcome {
    /// The rows, and the token of the next page.
    Page(PaidPage, Option<String>),
    /// The hour until which everything is known.
    Incomplete(Hour),
}

/// Reads a window. A token carries all that was asked with it: clients put defaults of their own in place of parameters when
/// they follow a link.
pub(crate) fn asked(
    call: &Call<'_>,
    names: &Names,
    subscription: &PayingSubscription,
    token: Option<&str>,
) -> Result<(Window, Option<UsagePosition>), WindowProblem> {
    let begin = token.map(|token| open(call, subscription, token));
    let known = begin.as_ref().and_then(|begin| begin.as_ref()).map(|(window, _)| window.clone());
    let sent = |name| call.query.get(name).map(str::trim).filter(|sent| !sent.is_empty());
    // A granularity that cannot be read must not be told as times that do not fit it.
    let granularity = read_granularity(names.granularity, sent(names.granularity))?;
    let granularity = known.as_ref().map_or(granularity, |known| known.granularity);
    let by_resource = read_details(names.details, sent(names.details))?;
    let by_resource = known.as_ref().map_or(by_resource, |known| known.by_resource);
    let time = |name, known: Option<Hour>| match (sent(name), known) {
        (None, Some(hour)) => Ok(hour),
        (sent, _) => read_time(name, sent, granularity),
    };
    let start = time(names.start, known.as_ref().map(|known| known.reported.start))?;
    let end = time(names.end, known.as_ref().map(|known| known.reported.end))?;
    if end <= start {
        return Err(WindowProblem::property(names.end, &format!("is not after {}", names.start)));
    }
    let now = call.hub().now();
    if end.start() > now {
        let message = format!("The {} {end} is in the future: it is {now}.", names.end);
        return Err(WindowProblem { code: "RequestEndTimeIsInFuture", message });
    }
    let window = Window { reported: start..end, granularity, by_resource };
    match begin {
        None => Ok((window, None)),
        Some(Some((known, position))) if known == window => Ok((window, Some(position))),
        Some(Some(_)) => Err(WindowProblem::property(names.token, "belongs to another request")),
        Some(None) => Err(WindowProblem::property(names.token, "is damaged or belongs to another request")),
    }
}

/// Reads a page.
pub(super) fn page(
    call: &Call<'_>,
    subscription: &PayingSubscription,
    shown: Shown,
    window: &Window,
    from: Option<&UsagePosition>,
    size: usize,
) -> Result<Outcome, ApiError> {
    let partners = match shown {
        Shown::All => None,
        Shown::Of(partners) => Some(partners),
    };
    of_partners(call, subscription, partners, window, from, size)
}

/// Reads a page of the days on which one of some partners was the partner of record.
pub(crate) fn of_partners(
    call: &Call<'_>,
    subscription: &PayingSubscription,
    partners: Option<std::collections::BTreeSet<model::PartnerId>>,
    window: &Window,
    from: Option<&UsagePosition>,
    size: usize,
) -> Result<Outcome, ApiError> {
    let complete = call.hub().paid_usage_complete_until(&call.office, subscription)?;
    if let Some(complete) = complete.filter(|complete| *complete < window.reported.end) {
        return Ok(Outcome::Incomplete(complete));
    }
    let question = UsageQuestion {
        subscription,
        reported: window.reported.clone(),
        granularity: window.granularity,
        by_resource: window.by_resource,
        partners,
    };
    let page = call.hub().paid_usage(&call.office, &question, from, size).map_err(failed)?;
    let next = page.next.as_ref().map(|next| seal(call, subscription, window, next)).transpose();
    let next = next.map_err(|_| ApiError::key_missing())?;
    Ok(Outcome::Page(page, next))
}

/// What the hub could not do.
pub(crate) fn failed(error: CloseError) -> ApiError {
    match error {
        CloseError::Store(error) => error.into(),
        CloseError::NoPriceList(_) => super::rate_card::list_missing(),
        error => super::rate_card::too_large(&error),
    }
}

fn read_granularity(name: &str, sent: Option<&str>) -> Result<UsageGranularity, WindowProblem> {
    match sent {
        None => Ok(UsageGranularity::Daily),
        Some(text) if text.eq_ignore_ascii_case("daily") => Ok(UsageGranularity::Daily),
        Some(text) if text.eq_ignore_ascii_case("hourly") => Ok(UsageGranularity::Hourly),
        Some(text) => {
            let text: String = text.chars().take(40).collect();
            let message = format!("The {name} '{text}' is not supported; use 'Daily' or 'Hourly'.");
            Err(WindowProblem { code: "InvalidAggregationGranularity", message })
        }
    }
}

fn read_details(name: &str, sent: Option<&str>) -> Result<bool, WindowProblem> {
    match sent {
        None => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(WindowProblem::property(name, "is neither 'true' nor 'false'")),
    }
}

fn read_time(name: &str, sent: Option<&str>, granularity: UsageGranularity) -> Result<Hour, WindowProblem> {
    let text = sent.ok_or_else(|| WindowProblem::property(name, "is missing"))?;
    let moment = read_moment(text)
        .ok_or_else(|| WindowProblem::property(name, "is not a time in UTC such as 2026-10-01T18:00:00+00:00"))?;
    let hour = moment.hour().filter(|hour| hour.start() == moment);
    match granularity {
        UsageGranularity::Hourly => hour.ok_or_else(|| WindowProblem::property(name, "is not a full hour")),
        UsageGranularity::Daily => hour
            .filter(|hour| hour.0.is_multiple_of(HOURS_PER_DAY))
            .ok_or_else(|| WindowProblem::property(name, "is not midnight, as the granularity 'Daily' needs")),
    }
}

/// Which list a token is of.
fn list_of(subscription: &PayingSubscription) -> String {
    format!("usage of {}", subscription.id.folded())
}

fn seal(
    call: &Call<'_>,
    subscription: &PayingSubscription,
    window: &Window,
    next: &UsagePosition,
) -> Result<String, PageProblem> {
    write(call, &list_of(subscription), &text(window, next))
}

fn open(call: &Call<'_>, subscription: &PayingSubscription, token: &str) -> Option<(Window, UsagePosition)> {
    parse(&read(call, &list_of(subscription), token).ok()?)
}

/// The words of a token. The stamp stands last, because its id may hold anything.
fn text(window: &Window, next: &UsagePosition) -> String {
    let granularity = match window.granularity {
        UsageGranularity::Hourly => "h",
        UsageGranularity::Daily => "d",
    };
    let details = if window.by_resource { "1" } else { "0" };
    let stamp = next.stamp.as_ref().map_or("", |stamp| stamp.as_str());
    let (start, end) = (window.reported.start.0, window.reported.end.0);
    format!("{granularity} {details} {start} {end} {} {} {} {stamp}", next.hour.0, next.revision, next.row)
}

fn parse(text: &str) -> Option<(Window, UsagePosition)> {
    let mut words = text.splitn(8, ' ');
    let granularity = match words.next()? {
        "h" => UsageGranularity::Hourly,
        "d" => UsageGranularity::Daily,
        _ => return None,
    };
    let by_resource = words.next()? == "1";
    let mut hour = || words.next()?.parse().ok().map(Hour);
    let (start, end, at) = (hour()?, hour()?, hour()?);
    let (revision, row) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let stamp = words.next().filter(|stamp| !stamp.is_empty()).map(CloudId::new).transpose().ok()?;
    Some((Window { reported: start..end, granularity, by_resource }, UsagePosition { hour: at, stamp, revision, row }))
}

#[cfg(test)]
mod tests;
