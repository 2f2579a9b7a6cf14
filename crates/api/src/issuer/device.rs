//! Device: sign-ins that a program begins and a person completes in a browser. Source: RFC 8628, August 2019.

use std::{collections::HashMap, sync::Mutex};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{discovery::DeviceCodeAnswer, secret::Secret};
use model::{PrincipalId, Second};
use sha2::{Digest, Sha256};

use super::{Tenant, attempts::lock, audience, form::Form, memory, refusal::Refusal};
use crate::call::Call;

/// How long a person has. Unit: seconds.
const LIFETIME_SECONDS: i64 = 900;
/// How long a program waits between two questions, and how much longer after one that came too early. Unit: seconds.
const INTERVAL_SECONDS: i64 = 5;
/// How many sign-ins wait at the same time.
const WAITING_MAX: usize = 10_000;
/// Letters and digits that no hand confuses with others.
const ALPHABET: &[u8; 23] = b"ACDEFGHJKMNPQRTWXY34679";
/// Bytes from here on would make some letters more likely than others.
const FAIR_BYTES: u8 = 230;
/// How many characters a person types: 41 bits, of which 10,000 wait for a quarter of an hour at most.
const USER_CODE_CHARACTERS: usize = 9;

/// The sign-ins that wait.
#[derive(Default)]
pub(super) struct Devices(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    /// By the digest of the device code, so that looking one up takes no longer when it is nearly right.
    by_device: HashMap<[u8; 32], Begun>,
    by_user: HashMap<String, [u8; 32]>,
}

/// A sign-in that was begun.
#[derive(Clone)]
pub(super) struct Begun {
    user_code: String,
    /// The program that began it.
    pub(super) client: String,
    /// For whom the token is to be.
    pub(super) audience: String,
    /// Where the account must live.
    pub(super) tenant: Tenant,
    ends: Second,
    interval: i64,
    asked: Option<Second>,
    verdict: Verdict,
}

/// What the person said.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing yet.
    None,
    /// Yes, as this account.
    Approved(PrincipalId),
    /// No.
    Declined,
}

/// Begins a sign-in.
pub(super) fn begin(call: &Call<'_>, tenant: Tenant, form: &Form) -> Result<DeviceCodeAnswer, Refusal> {
    let client = form.client(call)?;
    let audience = audience::wanted(call, form)?;
    let device_code = draw()?;
    let now = call.hub().now();
    let user_code = draw_user_code()?;
    let begun = Begun::new(user_code.clone(), client.id, audience, tenant, now);
    memory(call).devices.add(&device_code, begun, now)?;
    let verification_uri = format!("{}/devicelogin", call.origin);
    Ok(DeviceCodeAnswer {
        message: format!(
            "To sign in, use a web browser to open the page {verification_uri} and enter the code {user_code} to authenticate."
        ),
        user_code,
        device_code: Secret::new(device_code),
        verification_uri,
        expires_in: LIFETIME_SECONDS.unsigned_abs(),
        interval: INTERVAL_SECONDS.unsigned_abs(),
    })
}

impl Begun {
    pub(super) fn new(user_code: String, client: String, audience: String, tenant: Tenant, now: Second) -> Self {
        let ends = Second(now.0.saturating_add(LIFETIME_SECONDS));
        let (interval, asked, verdict) = (INTERVAL_SECONDS, None, Verdict::None);
        Self { user_code, client, audience, tenant, ends, interval, asked, verdict }
    }
}

impl Devices {
    /// Lets a sign-in wait.
    pub(super) fn add(&self, device_code: &str, begun: Begun, now: Second) -> Result<(), Refusal> {
        let mut waiting = lock(&self.0);
        // Those that ended are kept for as long again, so that their programs hear why.
        waiting.retain(|known| now.0 < known.ends.0.saturating_add(LIFETIME_SECONDS));
        if waiting.by_device.len() >= WAITING_MAX {
            waiting.retain(|known| now < known.ends);
        }
        if waiting.by_device.len() >= WAITING_MAX || waiting.by_user.contains_key(&begun.user_code) {
            return Err(Refusal::busy());
        }
        let key = digest(device_code);
        waiting.by_user.insert(begun.user_code.clone(), key);
        waiting.by_device.insert(key, begun);
        Ok(())
    }

    /// The sign-in that a person means.
    pub(super) fn find(&self, typed: &str, now: Second) -> Option<Begun> {
        let waiting = lock(&self.0);
        let begun = waiting.by_device.get(waiting.by_user.get(&clean(typed))?)?;
        (now < begun.ends && begun.verdict == Verdict::None).then(|| begun.clone())
    }

    /// Notes what the person said. The first word counts; false when there was one, or when it is too late.
    pub(super) fn decide(&self, typed: &str, verdict: Verdict, now: Second) -> bool {
        let mut waiting = lock(&self.0);
        let Some(key) = waiting.by_user.get(&clean(typed)).copied() else { return false };
        match waiting.by_device.get_mut(&key) {
            Some(begun) if now < begun.ends && begun.verdict == Verdict::None => {
                begun.verdict = verdict;
                true
            }
            _ => false,
        }
    }

    /// Asks whether a sign-in is complete. It is given once.
    pub(super) fn ask(&self, device_code: &str, client: &str, now: Second) -> Result<(Begun, PrincipalId), Refusal> {
        let key = digest(device_code);
        let mut waiting = lock(&self.0);
        let begun = waiting.by_device.get_mut(&key).filter(|begun| begun.client.eq_ignore_ascii_case(client));
        let begun = begun.ok_or_else(Refusal::unknown_code)?;
        if now >= begun.ends {
            waiting.remove(&key);
            return Err(Refusal::code_expired());
        }
        let early = begun.asked.is_some_and(|asked| now.0.saturating_sub(asked.0) < begun.interval);
        begun.asked = Some(now);
        match begun.verdict.clone() {
            Verdict::Declined => {
                waiting.remove(&key);
                Err(Refusal::declined())
            }
            _ if early => {
                begun.interval = begun.interval.saturating_add(INTERVAL_SECONDS);
                Err(Refusal::slow_down())
            }
            Verdict::None => Err(Refusal::pending()),
            Verdict::Approved(principal) => {
                let done = begun.clone();
                waiting.remove(&key);
                Ok((done, principal))
            }
        }
    }
}

impl Waiting {
    fn retain(&mut self, keep: impl Fn(&Begun) -> bool) {
        self.by_device.retain(|_, begun| keep(begun));
        let known = &self.by_device;
        self.by_user.retain(|_, key| known.contains_key(key));
    }

    fn remove(&mut self, key: &[u8; 32]) {
        if let Some(begun) = self.by_device.remove(key) {
            self.by_user.remove(&begun.user_code);
        }
    }
}

/// A code as it was shown: people type blanks, dashes and small letters.
fn clean(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(USER_CODE_CHARACTERS.saturating_add(1));
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

fn digest(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

/// Draws 256 bits.
pub(super) fn draw() -> Result<String, Refusal> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn draw_user_code() -> Result<String, Refusal> {
    let mut code = String::new();
    while code.len() < USER_CODE_CHARACTERS {
        let mut bytes = [0; 16];
        fill(&mut bytes)?;
        let letters = bytes.into_iter().filter(|byte| *byte < FAIR_BYTES);
        let letters = letters.filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()));
        let missing = USER_CODE_CHARACTERS.saturating_sub(code.len());
        code.extend(letters.take(missing).map(|letter| char::from(*letter)));
    }
    Ok(code)
}

fn fill(bytes: &mut [u8]) -> Result<(), Refusal> {
    SystemRandom::new().fill(bytes).map_err(|_| Refusal::unable("the machine gives no random bytes"))
}
