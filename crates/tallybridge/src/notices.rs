//! Notices: tells what budgets noted, by webhook and by mail, each once.

mod mail;
mod options;
mod webhook;

use std::{sync::Arc, time::Duration};

use hub::Hub;
use model::{Office, Second};
use sha2::{Digest as _, Sha256};
use store::{Notice, NoticeChannel, NoticeState, StoreError};
use tokio::{task::block_in_place, time::MissedTickBehavior};

pub use options::NoticeOptions;

/// How often a notice is tried before it is given up.
pub const ATTEMPTS_MAX: u32 = 12;
/// How long after the first failure a notice is tried again; each further wait is twice as long. Unit: seconds.
const WAIT_SECONDS_FIRST: i64 = 60;
/// The longest wait between two attempts. Unit: seconds.
const WAIT_SECONDS_MAX: i64 = 6 * 3_600;
/// How many notices one run tries. What is left is due in the next.
const NOTICES_MAX: usize = 500;
/// How long one message may take.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// The most of a problem that is kept. Unit: characters.
const PROBLEM_CHARACTERS_MAX: usize = 300;
/// How often a hub that serves looks for notices that are due.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// The ways out of the house.
pub struct Courier {
    webhooks: webhook::Webhooks,
    mails: Option<mail::Mails>,
}

/// What a run came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Those that arrived.
    pub delivered: usize,
    /// Those that failed and are tried again.
    pub failed: usize,
    /// Those that nobody tries any more.
    pub given_up: usize,
    /// Mails that wait because no mail server was named.
    pub without_server: usize,
}

/// How a message fared.
enum Outcome {
    Delivered,
    Failed(String),
    /// It is not tried again, whatever the number of attempts.
    Pointless(String),
    NoServer,
}

/// Tells what is due now. A notice counts as tried before its message leaves, so a run that is killed does not repeat it at
/// once, and two runs at the same time hardly meet; whoever is told twice knows it by the key.
///
/// # Errors
///
/// When the store fails. What a receiver refused stands in the answer and with the notice.
pub async fn deliver(hub: &Hub, courier: &Courier) -> Result<Delivery, StoreError> {
    let began = hub.now();
    let office = block_in_place(|| hub.current_office())?;
    let mut done = Delivery::default();
    for _ in 0..NOTICES_MAX {
        let due = block_in_place(|| hub.store().notices_due(began, 1))?;
        let Some(state) = due.into_iter().next() else { break };
        // Never earlier than the run began, or a clock that is set back would find the same notice for ever.
        let now = hub.now().max(began);
        let tried = tried(&state, now);
        block_in_place(|| hub.store().settle_notice(&tried))?;
        let outcome = courier.send(&office, &state, now).await;
        let settled = settled(&state, tried, outcome, now, &mut done);
        block_in_place(|| hub.store().settle_notice(&settled))?;
    }
    Ok(done)
}

/// Looks at the budgets at an interval, and every minute at what is due, until the task is ended.
pub async fn watch(hub: Arc<Hub>, courier: Courier, every: Duration) {
    let mut checks = tokio::time::interval(every);
    let mut looks = tokio::time::interval(LOOK_EVERY);
    // Receivers that take long must not leave a queue of looks behind.
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = checks.tick() => check(&hub),
            _ = looks.tick() => {}
        }
        match deliver(&hub, &courier).await {
            Ok(done) if done.failed + done.given_up > 0 => tracing::warn!(
                delivered = done.delivered,
                failed = done.failed,
                given_up = done.given_up,
                "notices of budgets were refused; `tallybridge budget notices` says why"
            ),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the notices of budgets were not delivered"),
        }
    }
}

fn check(hub: &Hub) {
    match block_in_place(|| hub.check_budgets()) {
        Ok(found) => {
            for (partner, error) in found.problems {
                tracing::warn!(%partner, %error, "the budgets of a partner were not computed");
            }
        }
        Err(error) => tracing::error!(%error, "the budgets were not computed"),
    }
}

impl Courier {
    async fn send(&self, office: &Office, state: &NoticeState, now: Second) -> Outcome {
        let notice = &state.notice;
        let Some(budget) = office.budgets.get(&notice.budget).filter(|budget| !budget.ended) else {
            return Outcome::Pointless("the budget was ended before this was told".to_owned());
        };
        let tells = match notice.channel {
            NoticeChannel::Webhook => budget.webhook.as_ref() == Some(&notice.target),
            NoticeChannel::Mail => budget.mail.contains(&notice.target),
        };
        if !tells {
            return Outcome::Pointless("the budget no longer tells this address".to_owned());
        }
        let sent = match (notice.channel, &self.mails) {
            (NoticeChannel::Webhook, _) => {
                self.webhooks.post(notice, budget.secret.as_deref().unwrap_or_default(), now).await
            }
            (NoticeChannel::Mail, Some(mails)) => mails.send(notice).await,
            (NoticeChannel::Mail, None) => return Outcome::NoServer,
        };
        match sent {
            Ok(()) => Outcome::Delivered,
            Err(problem) => Outcome::Failed(short(&problem)),
        }
    }
}

/// A notice as it stands while its message is on the way.
fn tried(state: &NoticeState, now: Second) -> NoticeState {
    let attempts = state.attempts.saturating_add(1);
    NoticeState {
        attempts,
        next_at: next_at(attempts, now),
        problem: Some("an attempt was begun and nothing was heard of its end".to_owned()),
        ..state.clone()
    }
}

/// A notice as it stands after its message.
fn settled(
    before: &NoticeState,
    tried: NoticeState,
    outcome: Outcome,
    now: Second,
    done: &mut Delivery,
) -> NoticeState {
    match outcome {
        Outcome::Delivered => {
            done.delivered += 1;
            NoticeState { next_at: None, delivered_at: Some(now), problem: None, ..tried }
        }
        Outcome::Failed(problem) => {
            if tried.next_at.is_none() {
                done.given_up += 1;
            } else {
                done.failed += 1;
            }
            NoticeState { problem: Some(problem), ..tried }
        }
        Outcome::Pointless(problem) => {
            done.given_up += 1;
            NoticeState { next_at: None, attempts: before.attempts, problem: Some(problem), ..tried }
        }
        Outcome::NoServer => {
            done.without_server += 1;
            // A second later, so that it is due in the next run and not again in this one.
            NoticeState {
                next_at: Some(Second(now.0.saturating_add(1))),
                problem: Some("it waits for a mail server: name one with --smtp-server".to_owned()),
                ..before.clone()
            }
        }
    }
}

/// When a notice is tried again that has failed so often; none when it is given up.
fn next_at(attempts: u32, now: Second) -> Option<Second> {
    if attempts >= ATTEMPTS_MAX {
        return None;
    }
    let doubled =
        2_i64.checked_pow(attempts.saturating_sub(1)).and_then(|factor| factor.checked_mul(WAIT_SECONDS_FIRST));
    Some(Second(now.0.saturating_add(doubled.unwrap_or(WAIT_SECONDS_MAX).min(WAIT_SECONDS_MAX))))
}

/// By what a receiver knows a message: the same for each attempt. The key itself holds the address, whose path is often a
/// secret, and receivers keep what they saw in logs.
fn fingerprint(notice: &Notice) -> String {
    hub::hex(Sha256::digest(&notice.key).get(..16).unwrap_or_default())
}

/// A problem as it is kept: what a receiver wrote may be long, and may hold what a terminal would obey.
fn short(problem: &str) -> String {
    let plain = problem.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(PROBLEM_CHARACTERS_MAX).collect()
}

/// An error with its causes, without the address that was asked: its path is often a secret.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
