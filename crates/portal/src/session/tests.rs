use std::sync::atomic::{AtomicU8, Ordering};

use model::{PrincipalId, Second};

use super::{IDLE_SECONDS, LIFE_SECONDS, Notice, Sessions};

/// Texts that differ, and no more: these sessions keep nobody out.
fn count() -> Option<[u8; 32]> {
    static LAST: AtomicU8 = AtomicU8::new(0);
    Some([LAST.fetch_add(1, Ordering::Relaxed); 32])
}

fn begin(sessions: &Sessions, now: i64) -> String {
    let person = PrincipalId::new("person").unwrap_or_else(|error| panic!("{error}"));
    sessions.begin(&person, "proof".to_owned(), Second(now)).unwrap_or_default()
}

#[test]
fn a_session_ends_when_idle_and_after_its_life() {
    let sessions = Sessions::new(count);
    let cookie = begin(&sessions, 0);
    assert_eq!(cookie.len(), 43, "256 bits");
    assert!(sessions.find(&cookie, Second(IDLE_SECONDS - 1)).is_some());
    assert!(sessions.find(&cookie, Second(2 * IDLE_SECONDS - 1)).is_none(), "idle for too long");
    let cookie = begin(&sessions, 0);
    let mut now = 0;
    while now + IDLE_SECONDS - 1 < LIFE_SECONDS {
        now += IDLE_SECONDS - 1;
        assert!(sessions.find(&cookie, Second(now)).is_some(), "after {now} s");
    }
    assert!(sessions.find(&cookie, Second(LIFE_SECONDS)).is_none(), "too old, although it was used");
}

#[test]
fn a_session_that_was_ended_is_not_found_and_others_stay() {
    let sessions = Sessions::new(count);
    let (one, other) = (begin(&sessions, 0), begin(&sessions, 0));
    assert_ne!(one, other);
    sessions.end(&one);
    assert!(sessions.find(&one, Second(1)).is_none());
    assert!(sessions.find(&other, Second(1)).is_some());
}

#[test]
fn a_notice_is_said_once() {
    let sessions = Sessions::new(count);
    let cookie = begin(&sessions, 0);
    let notice = Notice { text: "done".to_owned(), wrong: false };
    sessions.say(&cookie, notice.clone());
    assert_eq!(sessions.hear(&cookie), Some(notice));
    assert_eq!(sessions.hear(&cookie), None);
}

#[test]
fn a_sign_in_comes_back_once_and_in_time() {
    let sessions = Sessions::new(count);
    let leave =
        || sessions.leave("door", "nonce".to_owned(), "secret".to_owned(), "/portal", Second(0)).unwrap_or_default();
    let state = leave();
    assert!(sessions.come_back("something else", Second(1)).is_none());
    assert!(sessions.come_back(&state, Second(1)).is_some());
    assert!(sessions.come_back(&state, Second(1)).is_none());
    let late = leave();
    assert!(sessions.come_back(&late, Second(601)).is_none());
}
