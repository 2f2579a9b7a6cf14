//! Usage: which rows a request asks for, checked in the order that decides which error a caller is told.
//!
//! Source: domain notes E.4, E.5, E.6, I-13, I-14 and I-15.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{StatusCode, header};
use contract::usage_page::{API_VERSION, NOT_PROCESSED_CODE};
use model::{Hour, LocalSubscriptionId, UserSubscription, is_guid};

use super::{
    Answer, Call, Refusal,
    query::read_moment,
    rows,
    token::{self, Continuation},
};
use crate::{Granularity, Position, Selection, Subscribers};

/// What a caller needs at the subscription whose direct tenants' usage it asks for.
const PROVIDER_ACTION: &str = "Microsoft.Commerce.Admin/subscriberUsageAggregates/read";

/// What a caller needs at the subscription whose usage it asks for.
const TENANT_ACTION: &str = "Microsoft.Commerce/usageAggregates/read";

/// The parameter that says where a page begins.
const TOKEN: &str = "continuationToken";

/// When a window that is not complete yet is worth asking for again. Unit: seconds.
const RETRY_AFTER_SECONDS: u64 = 60;

const HOURS_PER_DAY: u32 = 24;

/// Answers a provider: the usage of its direct tenants, also of those that were deleted.
pub(super) fn of_tenants(call: &Call) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    call.check_allowed(PROVIDER_ACTION, &provider.id)?;
    let (window, continuation) = read_window(call, &provider.id)?;
    let subscriber = call.query.get("subscriberId")?.map(|text| subscriber(call, &provider, text)).transpose()?;
    let subscribers = match &subscriber {
        Some(one) => Subscribers::Of(Arc::new(BTreeSet::from([one.clone()]))),
        None => call.tenants_of(&provider.id)?,
    };
    answer(call, &Question { caller: provider.id, subscriber, subscribers, window }, continuation)
}

/// Answers whoever uses a subscription, or may read it.
pub(super) fn of_subscription(call: &Call) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let subscription = call.live_subscription()?;
    if !call.owns(&subscription) {
        call.check_allowed(TENANT_ACTION, &subscription.id)?;
    }
    let (window, continuation) = read_window(call, &subscription.id)?;
    let subscribers = Subscribers::Of(Arc::new(BTreeSet::from([subscription.id.clone()])));
    answer(call, &Question { caller: subscription.id, subscriber: None, subscribers, window }, continuation)
}

/// The hours that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Window {
    reported: Range<Hour>,
    granularity: Granularity,
}

/// All that decides which rows are meant.
struct Question {
    /// The subscription in the path.
    caller: LocalSubscriptionId,
    /// The one direct tenant that was named.
    subscriber: Option<LocalSubscriptionId>,
    subscribers: Subscribers,
    window: Window,
}

/// Where the page begins: nothing without a token, an error for one that is damaged. It is told last, after all that is
/// wrong with the request itself.
type Begin = Option<Result<Continuation, Refusal>>;

fn read_window(call: &Call, caller: &LocalSubscriptionId) -> Result<(Window, Begin), Refusal> {
    let cloud = &call.source().place().cloud;
    let begin = call.query.get(TOKEN)?.map(|text| token::read(text, cloud, caller).ok_or_else(damaged));
    let known = begin.as_ref().and_then(|begin| begin.as_ref().ok());
    // A granularity that cannot be read must not be told as times that do not fit it.
    let asked = granularity(call)?;
    // A client that follows a link may put its own default in place of the granularity it began with.
    let granularity = known.map_or(asked, |known| known.granularity);
    let time = |name, known: Option<Hour>| match (call.query.get(name)?, known) {
        (None, Some(hour)) => Ok(hour),
        (sent, _) => read_time(name, sent, granularity),
    };
    let start = time("reportedStartTime", known.map(|known| known.reported.start))?;
    let end = time("reportedEndTime", known.map(|known| known.reported.end))?;
    if end <= start {
        return Err(Refusal::property("reportedEndTime", "is not after reportedStartTime"));
    }
    let now = call.source().now();
    if end.start() > now {
        let message = format!("The reportedEndTime {end} is in the future: it is {now}.");
        return Err(Refusal::bad("RequestEndTimeIsInFuture", message));
    }
    Ok((Window { reported: start..end, granularity }, begin))
}

fn granularity(call: &Call) -> Result<Granularity, Refusal> {
    match call.query.get("aggregationGranularity")? {
        None => Ok(Granularity::Daily),
        Some(text) if text.eq_ignore_ascii_case("daily") => Ok(Granularity::Daily),
        Some(text) if text.eq_ignore_ascii_case("hourly") => Ok(Granularity::Hourly),
        Some(text) => {
            let message = format!("The aggregationGranularity '{text}' is not supported; use 'Daily' or 'Hourly'.");
            Err(Refusal::bad("InvalidAggregationGranularity", message))
        }
    }
}

fn read_time(name: &str, sent: Option<&str>, granularity: Granularity) -> Result<Hour, Refusal> {
    let text = sent.ok_or_else(|| Refusal::property(name, "is missing"))?;
    let moment = read_moment(text)
        .ok_or_else(|| Refusal::property(name, "is not a time in UTC such as 2026-10-01T18:00:00+00:00"))?;
    let hour = moment.hour().filter(|hour| hour.start() == moment);
    match granularity {
        Granularity::Hourly => hour.ok_or_else(|| Refusal::property(name, "is not a full hour")),
        Granularity::Daily => hour
            .filter(|hour| hour.0.is_multiple_of(HOURS_PER_DAY))
            .ok_or_else(|| Refusal::property(name, "is not midnight, as the granularity 'Daily' needs")),
    }
}

/// A direct tenant of the provider, also a deleted one.
fn subscriber(call: &Call, provider: &UserSubscription, text: &str) -> Result<LocalSubscriptionId, Refusal> {
    let id = LocalSubscriptionId::new(text).ok().filter(|_| is_guid(text));
    let id = id.ok_or_else(|| Refusal::property("subscriberId", "is not a GUID"))?;
    let known = call.find_subscription(&id)?;
    if known.is_some_and(|known| call.sees_everybody(&provider.id) || known.delegated_provider == provider.id) {
        return Ok(id);
    }
    let message = format!("The subscriber '{id}' is not a direct tenant of the subscription '{}'.", provider.id);
    Err(Refusal::bad("SubscriberIdIsNotDirectTenant", message))
}

/// Checks that the window is complete and that the token fits, and reads a page.
fn answer(call: &Call, question: &Question, begin: Begin) -> Result<Answer, Refusal> {
    let Question { caller, subscriber, subscribers, window } = question;
    let processed = call.source().processed_until()?;
    if window.reported.end > processed {
        return Ok(not_processed(window.reported.end, processed));
    }
    let from = match begin {
        None => Position { reported: window.reported.start, row: 0 },
        Some(begin) => {
            let begin = begin?;
            if begin.reported != window.reported || begin.subscriber != *subscriber {
                return Err(Refusal::property(TOKEN, "belongs to another request"));
            }
            begin.from
        }
    };
    let selection = Selection {
        reported: window.reported.clone(),
        granularity: window.granularity,
        subscribers: subscribers.clone(),
    };
    let page = call.source().usage(&selection, from, call.door.settings.page_rows_max)?;
    call.door.counts.served(page.rows.len());
    let next_link = page.next.map(|from| {
        let next = Continuation {
            granularity: window.granularity,
            reported: window.reported.clone(),
            subscriber: subscriber.clone(),
            from,
        };
        call.link(TOKEN, &token::write(&next, &call.source().place().cloud, caller))
    });
    Ok(Answer::json(StatusCode::OK, rows::write(caller.as_str(), &page.rows, next_link.as_deref())))
}

fn damaged() -> Refusal {
    Refusal::property(TOKEN, "is damaged or belongs to another request")
}

/// The window is over, but not all of it is known. Clients that take a 202 for a page find an empty one.
fn not_processed(end: Hour, processed: Hour) -> Answer {
    let message = format!(
        "The processing of usage up to {end} is not complete: it is complete up to {processed}. Ask again later."
    );
    let error = serde_json::json!({ "code": NOT_PROCESSED_CODE, "message": message });
    let text = serde_json::json!({ "value": [], "error": error }).to_string();
    Answer::json(StatusCode::ACCEPTED, text).with(header::RETRY_AFTER, &RETRY_AFTER_SECONDS.to_string())
}

/// How many providers' sets of direct tenants are kept.
const SETS_MAX: usize = 64;

/// The direct tenants of a provider, and the list of subscriptions that they were picked from.
type TenantSet = (Arc<Vec<UserSubscription>>, Subscribers);

/// The direct tenants of providers, kept because each page needs them and they seldom change.
#[derive(Debug, Default)]
pub(super) struct TenantSets(Mutex<BTreeMap<LocalSubscriptionId, TenantSet>>);

impl Call {
    /// Whether a provider is shown everybody's usage.
    fn sees_everybody(&self, provider: &LocalSubscriptionId) -> bool {
        self.door.settings.operator_sees_all && self.is_operator(provider)
    }

    /// The direct tenants of a provider.
    fn tenants_of(&self, provider: &LocalSubscriptionId) -> Result<Subscribers, Refusal> {
        if self.sees_everybody(provider) {
            return Ok(Subscribers::All);
        }
        let all = self.source().subscriptions()?;
        let mut sets = self.door.tenants.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, set)) = sets.get(provider)
            && Arc::ptr_eq(known, &all)
        {
            return Ok(set.clone());
        }
        let is_tenant = |one: &&UserSubscription| one.delegated_provider == *provider;
        let set = if all.iter().all(|one| is_tenant(&one)) {
            Subscribers::All
        } else {
            Subscribers::Of(Arc::new(all.iter().filter(is_tenant).map(|one| one.id.clone()).collect()))
        };
        if sets.len() >= SETS_MAX {
            sets.clear();
        }
        sets.insert(provider.clone(), (all, set.clone()));
        Ok(set)
    }
}
