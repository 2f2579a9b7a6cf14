use std::sync::atomic::{AtomicU32, Ordering};

use axum::{Router, http::StatusCode, routing::post};
use model::{Budget, BudgetId, BudgetSide, Currency, Money, PartnerId, Share};
use serde_json::json;
use store::OfficeRecord;

use super::{
    mail::{Encryption, Mails, Server, words},
    webhook::{Reach, Webhooks, is_public, sign},
    *,
};
use crate::{clock::StoryClock, commands::serve::runtime, house};

const NOON: Second = Second(1_790_000_000);

#[test]
fn a_signature_is_that_of_any_hmac_sha256_over_time_point_body() {
    // Computed with `openssl dgst -sha256 -hmac`.
    let signed = sign("sixteen letters or more", NOON, r#"{"event":"budget.threshold"}"#).unwrap();
    assert_eq!(signed, "t=1790000000,v1=e146cf7c51f41e22d19eafb891bc947c5ed1c1fe91bbbe857e58a170d4a642fd");
    assert!(sign("", NOON, "{}").unwrap_err().contains("has no secret to sign with"));
}

#[test]
fn only_addresses_of_the_internet_are_public() {
    for (address, public) in [
        ("8.8.8.8", true),
        ("0.0.0.0", false),
        ("10.1.2.3", false),
        ("100.63.255.255", true),
        ("100.64.0.1", false),
        ("100.127.255.255", false),
        ("100.128.0.1", true),
        ("127.0.0.1", false),
        ("127.255.0.1", false),
        ("169.254.169.254", false),
        ("172.15.0.1", true),
        ("172.16.0.1", false),
        ("172.31.255.255", false),
        ("172.32.0.1", true),
        ("192.0.0.8", false),
        ("192.0.2.1", false),
        ("192.168.1.1", false),
        ("192.169.1.1", true),
        ("198.17.0.1", true),
        ("198.18.0.1", false),
        ("198.19.255.255", false),
        ("198.20.0.1", true),
        ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("::", false),
        ("::1", false),
        ("::10.0.0.1", false),
        ("::ffff:10.0.0.1", false),
        ("::ffff:8.8.8.8", true),
        ("64:ff9b::a00:1", false),
        ("64:ff9b::808:808", true),
        ("2001:db8::1", false),
        ("2001::1", false),
        ("2002:a00:1::1", false),
        ("2002:808:808::1", true),
        ("2606:4700::1111", true),
        ("3fff::1", false),
        ("fc00::1", false),
        ("fd12:3456::1", false),
        ("fe80::1", false),
        ("ff02::1", false),
    ] {
        assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
    }
}

#[test]
fn a_webhook_leaves_this_network_by_tls_unless_it_is_allowed_otherwise() {
    for (target, problem) in [
        ("https://hooks.example/budgets?key=1", None),
        ("https://8.8.8.8/", None),
        ("http://hooks.example/", Some("not https")),
        ("https://127.0.0.1/", Some("this machine or a private network")),
        // Other ways to write this machine and the address of a cloud's metadata.
        ("https://127.1/", Some("this machine or a private network")),
        ("https://0x7f000001/", Some("this machine or a private network")),
        ("https://2852039166/", Some("this machine or a private network")),
        ("https://[::1]:8443/", Some("this machine or a private network")),
        ("https://[::ffff:192.168.0.1]/", Some("this machine or a private network")),
    ] {
        let checked = Reach::Public.check(target);
        assert_eq!(checked.is_ok(), problem.is_none(), "{target}");
        assert!(checked.err().unwrap_or_default().contains(problem.unwrap_or_default()), "{target}");
        assert!(Reach::Anything.check(target).is_ok(), "{target}");
    }
    assert!(Reach::Anything.check("https://").is_err());
}

#[test]
fn waits_double_from_a_minute_to_six_hours_and_end_after_the_twelfth_attempt() {
    let waits: Vec<Option<i64>> = (1..=13).map(|attempts| next_at(attempts, Second(0)).map(|next| next.0)).collect();
    let minutes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360].map(|minutes| Some(minutes * 60));
    assert_eq!(waits, [minutes.as_slice(), &[None, None]].concat());
}

#[test]
fn a_problem_is_kept_short_and_without_what_a_terminal_obeys() {
    assert_eq!(short("503\r\n\u{1b}[31mgone"), "503   [31mgone");
    assert_eq!(short(&"é".repeat(1_000)).chars().count(), PROBLEM_CHARACTERS_MAX);
}

#[test]
fn a_mail_server_is_spoken_to_without_tls_on_this_machine_only() {
    use Encryption::{None as Open, Starttls, Tls};
    for (address, encryption, from, problem) in [
        ("127.0.0.1:25", Open, "hub@example.com", None),
        ("localhost:25", Open, "Hub <hub@example.com>", None),
        ("[::1]:25", Open, "hub@example.com", None),
        ("mail.example:587", Starttls, "hub@example.com", None),
        ("mail.example:465", Tls, "hub@example.com", None),
        ("mail.example:25", Open, "hub@example.com", Some("would travel readable")),
        ("10.0.0.1:25", Open, "hub@example.com", Some("would travel readable")),
        ("mail.example", Starttls, "hub@example.com", Some("write it as mail.example:587")),
        ("mail.example:smtp", Starttls, "hub@example.com", Some("write it as mail.example:587")),
        (":587", Starttls, "hub@example.com", Some("write it as mail.example:587")),
        ("mail.example:587", Starttls, "nobody", Some("--smtp-from nobody: no mail address")),
    ] {
        let made = Mails::new(Server { address, encryption, login: None, from });
        let said = made.err().map(|error| error.to_string());
        assert_eq!(said.is_some(), problem.is_some(), "{address} {encryption:?} {from}: {said:?}");
        assert!(said.unwrap_or_default().contains(problem.unwrap_or_default()), "{address} {encryption:?} {from}");
    }
}

fn notice(channel: NoticeChannel, target: &str, customer: &serde_json::Value) -> Notice {
    let body = json!({
        "event": "budget.threshold", "budget": "adatum", "partner": { "id": "4390934", "name": "Contoso" },
        "customer": customer, "side": "cost", "month": "2026-11", "basis": "spent", "threshold": "80",
        "amount": "1500.00", "spent": "1204.30", "currency": "EUR", "at": "2026-11-23T10:00:00Z",
    });
    Notice {
        key: format!("adatum/2026-11/spent/80/{target}"),
        budget: BudgetId::new("adatum").unwrap(),
        channel,
        target: target.to_owned(),
        body: body.to_string(),
        at: NOON,
    }
}

#[test]
fn a_mail_says_which_budget_how_far_and_for_whom() {
    let customer = json!({ "id": "c1", "name": "Adatum" });
    let (subject, text) = words(&notice(NoticeChannel::Mail, "a@example.com", &customer)).unwrap();
    assert_eq!(subject, "Budget adatum: 80 % of 2026-11 is spent");
    let expected = "Budget:    adatum\nPartner:   Contoso (4390934)\nCustomer:  Adatum (c1)\nCounts:    cost\n\
                    Month:     2026-11\nThreshold: 80 %\nBudgeted:  1500.00 EUR\nSpent:     1204.30 EUR\n\
                    As of:     2026-11-23T10:00:00Z\n";
    assert_eq!(text, expected);
    let (_, text) = words(&notice(NoticeChannel::Mail, "a@example.com", &serde_json::Value::Null)).unwrap();
    assert!(text.contains("Customer:  all\n"), "{text}");
    let broken = Notice { body: "{".to_owned(), ..notice(NoticeChannel::Mail, "a@example.com", &json!(null)) };
    assert!(words(&broken).unwrap_err().starts_with("read the notice"));
}

/// A hub with one budget that tells one webhook and one address, and a clock that the test sets.
struct World {
    _folder: tempfile::TempDir,
    clock: Arc<StoryClock>,
    hub: Hub,
}

impl World {
    fn new(webhook: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(StoryClock::new(NOON));
        let hub = house::open_with(folder.path(), Arc::clone(&clock) as Arc<dyn hub::Clock>).unwrap();
        let world = Self { _folder: folder, clock, hub };
        world.put(&budget(webhook));
        let notices = [(NoticeChannel::Webhook, webhook), (NoticeChannel::Mail, "a@example.com")];
        let notices = notices.map(|(channel, target)| notice(channel, target, &json!(null)));
        world.hub.store().add_notices(&notices).unwrap();
        world
    }

    fn put(&self, budget: &Budget) {
        self.hub.record("test", "a budget of a test", &[OfficeRecord::Budget(budget.clone())]).unwrap();
    }

    async fn deliver(&self) -> Delivery {
        let courier = Courier { webhooks: Webhooks::new(Reach::Anything).unwrap(), mails: None };
        deliver(&self.hub, &courier).await.unwrap()
    }

    /// The webhook's notice and the mail's.
    fn states(&self) -> [NoticeState; 2] {
        let mut states = self.hub.store().notices(9).unwrap();
        states.reverse();
        states.try_into().unwrap()
    }
}

fn budget(webhook: &str) -> Budget {
    Budget {
        id: BudgetId::new("adatum").unwrap(),
        partner: PartnerId::new("4390934").unwrap(),
        customer: None,
        side: BudgetSide::Cost,
        amount: Money { currency: Currency::parse("EUR").unwrap(), minor: 150_000 },
        thresholds: vec![Share::WHOLE],
        webhook: Some(webhook.to_owned()),
        secret: Some("sixteen letters or more".to_owned()),
        mail: vec!["a@example.com".to_owned()],
        ended: false,
    }
}

/// A receiver that answers one status, and counts how often it was asked.
async fn receiver(status: StatusCode) -> (String, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    let answer = move || async move {
        counted.fetch_add(1, Ordering::SeqCst);
        (status, [("location", "/elsewhere")])
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook/secret-path", listener.local_addr().unwrap());
    let routes = Router::new().fallback(post(answer));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (address, asked)
}

#[test]
fn a_webhook_that_never_takes_it_is_asked_twelve_times_and_given_up() {
    runtime().unwrap().block_on(async {
        let (address, asked) = receiver(StatusCode::SERVICE_UNAVAILABLE).await;
        let world = World::new(&address);
        let mut now = NOON;
        for attempt in 1..=ATTEMPTS_MAX {
            world.clock.set(now);
            let last = attempt == ATTEMPTS_MAX;
            let expected = Delivery {
                failed: usize::from(!last),
                given_up: last.into(),
                without_server: 1,
                ..Delivery::default()
            };
            assert_eq!(world.deliver().await, expected, "attempt {attempt}");
            assert_eq!(asked.load(Ordering::SeqCst), attempt);
            let [hook, mail] = world.states();
            assert_eq!((hook.attempts, hook.next_at), (attempt, next_at(attempt, now)));
            assert_eq!(hook.problem.as_deref(), Some("the receiver answered 503 Service Unavailable"));
            assert_eq!((mail.attempts, mail.delivered_at), (0, None), "a mail without a server is not tried");
            assert!(mail.problem.unwrap().contains("--smtp-server"));
            // A second too early it is not asked again.
            let next = hook.next_at.unwrap_or(Second(now.0 + WAIT_SECONDS_MAX));
            world.clock.set(Second(next.0 - 1));
            assert_eq!(world.deliver().await.failed, 0);
            assert_eq!(asked.load(Ordering::SeqCst), attempt);
            now = next;
        }
        world.clock.set(Second(now.0 + 1_000_000));
        assert_eq!(world.deliver().await, Delivery { without_server: 1, ..Delivery::default() });
        assert_eq!(asked.load(Ordering::SeqCst), ATTEMPTS_MAX);
    });
}

#[test]
fn what_arrived_is_told_once_also_when_the_clock_is_set_back() {
    runtime().unwrap().block_on(async {
        let (address, asked) = receiver(StatusCode::ACCEPTED).await;
        let world = World::new(&address);
        for (moment, delivered) in [(0, 1), (-3_600, 0), (0, 0), (1_000_000, 0)] {
            world.clock.set(Second(NOON.0 + moment));
            assert_eq!(world.deliver().await.delivered, delivered, "at {moment}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let [hook, _] = world.states();
        assert_eq!((hook.delivered_at, hook.next_at, hook.problem), (Some(NOON), None, None));
    });
}

#[test]
fn nobody_is_told_whom_the_budget_no_longer_tells() {
    type Change = fn(&mut Budget);
    let changes: [(Change, &str); 2] = [
        (|one| one.ended = true, "the budget was ended before this was told"),
        (|one| (one.webhook, one.mail) = (None, Vec::new()), "the budget no longer tells this address"),
    ];
    runtime().unwrap().block_on(async {
        let (address, asked) = receiver(StatusCode::OK).await;
        for (change, problem) in changes {
            let world = World::new(&address);
            let mut other = budget(&address);
            change(&mut other);
            world.put(&other);
            assert_eq!(world.deliver().await, Delivery { given_up: 2, ..Delivery::default() });
            for state in world.states() {
                assert_eq!((state.attempts, state.next_at, state.problem.as_deref()), (0, None, Some(problem)));
            }
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn a_receiver_that_sends_elsewhere_is_not_followed() {
    runtime().unwrap().block_on(async {
        let (address, asked) = receiver(StatusCode::TEMPORARY_REDIRECT).await;
        let world = World::new(&address);
        assert_eq!(world.deliver().await.failed, 1);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_receiver_that_is_not_reached_is_told_without_its_path() {
    runtime().unwrap().block_on(async {
        // Port 1 of this machine: nobody listens there.
        let world = World::new("http://127.0.0.1:1/hook/secret-path");
        assert_eq!(world.deliver().await.failed, 1);
        let problem = world.states()[0].problem.clone().unwrap();
        assert!(problem.contains("refused") && !problem.contains("secret-path"), "{problem}");
        // What is public is looked up, and this name is of this machine.
        let courier = Courier { webhooks: Webhooks::new(Reach::Public).unwrap(), mails: None };
        let asked = notice(NoticeChannel::Webhook, "https://localhost/hook/secret-path", &json!(null));
        let problem = courier.webhooks.post(&asked, "sixteen letters or more", NOON).await.unwrap_err();
        assert!(problem.contains("private network") && !problem.contains("secret-path"), "{problem}");
    });
}
