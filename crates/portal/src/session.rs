//! Session: who is signed in at which browser. A cookie holds 256 random bits, the rest stays here.
//!
//! Source: reliability notes 7.7.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{PrincipalId, Second};
use sha2::{Digest, Sha256};

/// How long a session lasts when nobody comes. Unit: seconds.
pub(crate) const IDLE_SECONDS: i64 = 30 * 60;
/// How long a session lasts at most. Unit: seconds.
pub(crate) const LIFE_SECONDS: i64 = 12 * 60 * 60;
/// How many sessions there are at most. The one that was idle for longest makes room.
const SESSIONS_MAX: usize = 10_000;

/// The digest of a cookie: what is kept of it.
type Digest32 = [u8; 32];

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Who is signed in.
    pub(crate) principal: PrincipalId,
    /// What every form of this session carries.
    pub(crate) form_token: String,
    /// A digest of what the person proves itself with: another password ends the session.
    pub(crate) proof: String,
    begun: Second,
    seen: Second,
    /// What is said on the next page, once.
    notice: Option<Notice>,
}

/// What is said once, on the page after a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The text, in the language of the person.
    pub(crate) text: String,
    /// Whether something went wrong.
    pub(crate) wrong: bool,
}

/// A sign-in at another issuer that has not come back yet.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) door: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) next: String,
    begun: Second,
}

/// How long a sign-in at another issuer may take. Unit: seconds.
const PENDING_SECONDS: i64 = 10 * 60;

/// Where 256 random bits come from. Nothing when the system has none to give.
pub type Chance = fn() -> Option<[u8; 32]>;

/// All sessions.
pub(crate) struct Sessions {
    chance: Chance,
    open: Mutex<HashMap<Digest32, Session>>,
    pending: Mutex<HashMap<Digest32, Pending>>,
}

impl Sessions {
    pub(crate) fn new(chance: Chance) -> Self {
        Self { chance, open: Mutex::default(), pending: Mutex::default() }
    }

    /// 256 random bits. Nothing when the system has none to give.
    pub(crate) fn bits(&self) -> Option<[u8; 32]> {
        (self.chance)()
    }

    /// 256 random bits as a text. Nothing when the system has no chance to give.
    pub(crate) fn draw(&self) -> Option<String> {
        (self.chance)().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Begins a session and gives the text for its cookie.
    pub(crate) fn begin(&self, principal: &PrincipalId, proof: String, now: Second) -> Option<String> {
        let (cookie, form_token) = (self.draw()?, self.draw()?);
        let mut open = lock(&self.open);
        open.retain(|_, session| session.holds(now));
        if open.len() >= SESSIONS_MAX {
            let oldest = open.iter().min_by_key(|(_, session)| session.seen.0).map(|(key, _)| *key);
            oldest.and_then(|key| open.remove(&key));
        }
        let session = Session { principal: principal.clone(), form_token, proof, begun: now, seen: now, notice: None };
        open.insert(digest(&cookie), session);
        Some(cookie)
    }

    /// The session of a cookie, which was seen now.
    pub(crate) fn find(&self, cookie: &str, now: Second) -> Option<Session> {
        let mut open = lock(&self.open);
        let key = digest(cookie);
        let session = open.get_mut(&key)?;
        if !session.holds(now) {
            open.remove(&key);
            return None;
        }
        session.seen = now;
        Some(session.clone())
    }

    /// Ends the session of a cookie.
    pub(crate) fn end(&self, cookie: &str) {
        lock(&self.open).remove(&digest(cookie));
    }

    /// Says something on the next page of a session.
    pub(crate) fn say(&self, cookie: &str, notice: Notice) {
        if let Some(session) = lock(&self.open).get_mut(&digest(cookie)) {
            session.notice = Some(notice);
        }
    }

    /// What is to be said on this page.
    pub(crate) fn hear(&self, cookie: &str) -> Option<Notice> {
        lock(&self.open).get_mut(&digest(cookie))?.notice.take()
    }

    /// Keeps a sign-in until it comes back, and gives the text by which it is found.
    pub(crate) fn leave(&self, door: &str, nonce: String, verifier: String, next: &str, now: Second) -> Option<String> {
        let state = self.draw()?;
        let mut pending = lock(&self.pending);
        pending.retain(|_, one| now.0.saturating_sub(one.begun.0) < PENDING_SECONDS);
        if pending.len() >= SESSIONS_MAX {
            return None;
        }
        let one = Pending { door: door.to_owned(), nonce, verifier, next: next.to_owned(), begun: now };
        pending.insert(digest(&state), one);
        Some(state)
    }

    /// A sign-in that came back. It comes back once.
    pub(crate) fn come_back(&self, state: &str, now: Second) -> Option<Pending> {
        let pending = lock(&self.pending).remove(&digest(state))?;
        (now.0.saturating_sub(pending.begun.0) < PENDING_SECONDS).then_some(pending)
    }
}

impl Session {
    fn holds(&self, now: Second) -> bool {
        now.0.saturating_sub(self.seen.0) < IDLE_SECONDS && now.0.saturating_sub(self.begun.0) < LIFE_SECONDS
    }
}

fn digest(text: &str) -> Digest32 {
    Sha256::digest(text).into()
}

/// Takes a lock. What is under it is whole after each step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
