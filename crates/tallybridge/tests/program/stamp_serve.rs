//! Stamp serve: the whole way with real processes: accounts, TLS, sign-in, posting, reading, the bridge and a hub.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use contract::usage_page::{InstanceData, UsageAggregate, UsagePage};
use hub::Hub;
use model::{
    CloudId, DailySum, DirectoryId, Hour, LocalSubscriptionId, Quantity, Second, Subscriber, UserSubscriptionState,
};
use reqwest::{Certificate, Client, RequestBuilder};
use serde_json::{Value, json};
use stamp::{Place, SubscriptionPut, UsageEvent, UsageService};
use store::sqlite::SqliteStore;
use tokio::runtime::Runtime;

use crate::{
    house::{self, METER, program, run, stdout, token},
    served::{argument, done, object},
};

const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";
const HOME: &str = "10000000-0000-4000-8000-000000000001";
const DOMAIN: &str = "contoso.example";
/// Two local subscriptions, and whose they are.
const TENANTS: [(&str, &str); 2] = [
    ("60000000-0000-4000-8000-0000000000a1", "30000000-0000-4000-8000-0000000000a1"),
    ("60000000-0000-4000-8000-0000000000b1", "30000000-0000-4000-8000-0000000000b1"),
];
/// Machines that run in each hour.
const MACHINES: u32 = 4;

/// The program serving something with TLS.
struct Serving {
    child: Child,
    address: String,
    /// The certificate of its private CA.
    ca: PathBuf,
    client: Client,
    runtime: Runtime,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(program())
            .args(arguments)
            .args(["--tls", "self-signed", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut heard = |mark: &str| loop {
            let line = lines.next().expect("the program says where it listens").unwrap();
            if let Some((_, rest)) = line.split_once(mark) {
                break rest.to_owned();
            }
        };
        let (ca, address) = (PathBuf::from(heard("REQUESTS_CA_BUNDLE=")), heard("listening on "));
        // Whoever is not heard must not be stopped by a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let trusted = Certificate::from_pem(&fs::read(&ca).unwrap()).unwrap();
        let client = Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap();
        Self { child, address, ca, client, runtime: Runtime::new().unwrap() }
    }

    fn send(&self, request: RequestBuilder) -> (u16, String) {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    /// Asks the token service for the token of an account that `stamp account` made.
    fn sign_in(&self, account: &Value, secret: &Value) -> Result<String, String> {
        let (client, secret) = (account["client_id"].as_str().unwrap(), secret.as_str().unwrap());
        let (grant, scope) = (("grant_type", "client_credentials"), format!("{}/.default", self.address));
        let form = [grant, ("client_id", client), ("client_secret", secret), ("scope", &scope)];
        let token = format!("{}/{DOMAIN}/oauth2/v2.0/token", self.address);
        let (status, text) = self.send(self.client.post(token).form(&form));
        let answer: Value = serde_json::from_str(&text).unwrap();
        let token = answer["access_token"].as_str().map(str::to_owned);
        token.filter(|_| status == 200).ok_or_else(|| format!("{status} {}", answer["error"]))
    }

    /// What the provider usage API says of some hours.
    fn usage(&self, token: &str, hours: &Range<Hour>) -> (u16, String) {
        let path = format!("/subscriptions/{PROVIDER}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates");
        let version = "api-version=2015-06-01-preview&aggregationGranularity=Hourly";
        let hours = format!("reportedStartTime={}&reportedEndTime={}", hours.start, hours.end);
        self.send(self.client.get(format!("{}{path}?{version}&{hours}", self.address)).bearer_auth(token))
    }

    /// Stops it as a service manager would.
    fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a stamp in a folder, as docs/operate/stamp.md says. Gives what the bridge and a resource provider sign in with.
fn make_stamp(folder: &str) -> (Value, Value) {
    let what = ["--stamp", folder, "--cloud", STAMP, "--provider-subscription", PROVIDER, "--region", "north"];
    done(&[&["stamp", "init", "--home-directory", HOME, "--domain", DOMAIN], &what[..]].concat());
    let account = |name, role| object(&["stamp", "account", name, "--program", "--role", role, "--stamp", folder]);
    (account("bridge", "Reader"), account("compute", "Usage Event Sender"))
}

/// An event of a machine that ran in the hour before it was reported.
fn event(reported: Hour, machine: u32, subscription: &str) -> UsageEvent {
    let id = format!("vm-{machine}-{}", reported.0);
    UsageEvent {
        resource_uri: format!("/subscriptions/{subscription}/resourceGroups/g/providers/P.Compute/machines/{id}"),
        id,
        source: "compute".to_owned(),
        subscription: LocalSubscriptionId::new(subscription).unwrap(),
        meter: METER.parse().unwrap(),
        // Digits that no binary fraction keeps.
        quantity: format!("{machine}.{:03}0000000001", reported.0 % 1_000),
        start: Hour(reported.0 - 1).start(),
        end: reported.start(),
        location: "north".to_owned(),
        tags: String::new(),
        additional_info: String::new(),
    }
}

/// Two tenants use the stamp in some hours, and in the one after, so that the last full hour has rows however late it gets.
/// Gives what was posted in those hours.
fn live_through(folder: &Path, hours: &Range<Hour>) -> Vec<UsageEvent> {
    let (cloud, home_directory) = (CloudId::new(STAMP).unwrap(), DirectoryId::new(HOME).unwrap());
    let provider = LocalSubscriptionId::new(PROVIDER).unwrap();
    let place = Place { cloud, region: "north".to_owned(), provider_subscription: provider.clone(), home_directory };
    let clock = Arc::new(Mutex::new(hours.start.start()));
    let read = Arc::clone(&clock);
    let store = Arc::new(SqliteStore::open(folder).unwrap());
    let service = UsageService::open(place, store.clone(), store, Arc::new(move || *read.lock().unwrap())).unwrap();
    for (id, tenant) in TENANTS {
        let put = SubscriptionPut {
            id: LocalSubscriptionId::new(id).unwrap(),
            delegated_provider: Some(provider.clone()),
            display_name: id.to_owned(),
            external_reference: None,
            owner: "user@adatum.example".to_owned(),
            tenant: Some(DirectoryId::new(tenant).unwrap()),
            offer: "offer".to_owned(),
            state: UserSubscriptionState::Enabled,
        };
        service.put_subscription("test", &put).unwrap();
    }
    let mut all = Vec::new();
    for reported in (hours.start.0..=hours.end.0).map(Hour) {
        *clock.lock().unwrap() = reported.start();
        let machines = (1..=MACHINES).zip(TENANTS.iter().cycle());
        let events: Vec<UsageEvent> = machines.map(|(machine, (id, _))| event(reported, machine, id)).collect();
        assert_eq!(service.post(&events).unwrap().reported, reported);
        all.extend(events.into_iter().filter(|_| hours.contains(&reported)));
    }
    all
}

/// A resource provider posts one event twice, and nobody gets in who should not.
fn post_live(stamp: &Serving, sender: &Value, hours: &Range<Hour>) {
    assert_eq!(stamp.sign_in(sender, &json!("guessed")), Err(r#"401 "invalid_client""#.to_owned()));
    let (token, live) = (stamp.sign_in(sender, &sender["secret"]).unwrap(), event(hours.end, 9, TENANTS[0].0));
    let sent = json!({
        "id": live.id, "source": live.source, "subscriptionId": live.subscription.as_str(),
        "resourceUri": live.resource_uri, "meterId": METER, "quantity": live.quantity,
        "usageStartTime": live.start.to_string(), "usageEndTime": live.end.to_string(),
    });
    for said in [r#"{"accepted":1,"duplicates":0,"#, r#"{"accepted":0,"duplicates":1,"#] {
        let post = stamp.client.post(format!("{}/usage/v1/events", stamp.address));
        let (status, text) = stamp.send(post.bearer_auth(&token).json(&sent));
        assert!(status == 200 && text.starts_with(said), "{status} {text}");
    }
    let (status, text) = stamp.usage(&token, hours);
    assert!(status == 403 && text.contains("AuthorizationFailed"), "{status} {text}");
}

/// The provider API shows each event as its row.
fn compare_rows((status, text): (u16, String), posted: &[UsageEvent]) {
    assert_eq!(status, 200, "{text}");
    let page: UsagePage<UsageAggregate<'_>> = serde_json::from_str(&text).unwrap();
    assert_eq!(page.next_link, None);
    let rows = page.value.iter().map(|row| {
        let facts = &row.properties;
        let what: InstanceData<'_> = serde_json::from_str(&facts.instance_data).unwrap();
        let start = Second::parse(&facts.usage_start_time).unwrap();
        format!("{} {} {start} {}", what.resources.resource_uri, facts.subscription_id, facts.quantity)
    });
    let line = |one: &UsageEvent| format!("{} {} {} {}", one.resource_uri, one.subscription, one.start, one.quantity);
    assert_eq!(page.value.len(), posted.len());
    assert_eq!(rows.collect::<BTreeSet<_>>(), posted.iter().map(line).collect());
}

/// The hub's daily sums are those of what was posted.
fn compare_sums(hub: &Hub, posted: &[UsageEvent], hours: &Range<Hour>) {
    let mut expected: BTreeMap<_, Quantity> = BTreeMap::new();
    for event in posted {
        let (_, tenant) = TENANTS.iter().find(|(id, _)| *id == event.subscription.as_str()).unwrap();
        let tenant = Some(DirectoryId::new(tenant).unwrap());
        let whose = Subscriber { subscription: event.subscription.clone(), tenant };
        let sum = expected.entry((event.start.day().unwrap(), whose, event.meter.clone())).or_default();
        *sum = sum.checked_add(Quantity::parse(&event.quantity).unwrap()).unwrap();
    }
    let mut sums = BTreeMap::new();
    let days = Hour(hours.start.0 - 1).day()..hours.end.day().plus(1);
    let mut add = |sum: &DailySum| {
        sums.insert((sum.day, sum.subscriber.clone(), sum.meter.clone()), sum.quantity);
        Ok(())
    };
    hub.store().daily_sums(&CloudId::new(STAMP).unwrap(), days, &mut add).unwrap();
    assert_eq!((sums, hub.store().held(None).unwrap().len()), (expected, 0));
}

/// The legs of a check that are not well, with how they are.
fn unwell(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let legs = report["legs"].as_array().unwrap();
    assert_eq!((legs.len(), report["good"].as_bool()), (15, Some(output.status.success())), "{report:#}");
    let unwell = legs.iter().filter(|leg| leg["verdict"] != "ok");
    unwell.map(|leg| [&leg["leg"], &leg["verdict"]].map(|word| word.as_str().unwrap()).join(": ")).collect()
}

#[test]
fn what_is_posted_to_a_served_stamp_is_carried_to_a_hub_exactly_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (own, data, secret, credential) = (at("stamp"), at("hub"), at("secret"), at("credential"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 3_600;
    let now = Hour(u32::try_from(now).unwrap());
    let yesterday = Hour(now.0 - 24).day();
    let hours = yesterday.first_hour()..now;
    let (reader, sender) = make_stamp(argument(&own));
    let posted = live_through(&own, &hours);
    house::furnish(&house::hub(&data, &now.to_string()), &[STAMP], &yesterday.to_string());

    let stamp = Serving::start(&["stamp", "serve", "--stamp", argument(&own)]);
    let status = object(&["stamp", "status", "--stamp", argument(&own)]);
    let complete = Hour::parse(status["processedUntil"].as_str().unwrap()).unwrap();
    assert!(complete >= now && status["state"] == "Not registered" && status["subscriptions"] == 3, "{status}");
    assert_eq!(status["rowsOfLastDay"], MACHINES * 24);
    post_live(&stamp, &sender, &hours);
    compare_rows(stamp.usage(&stamp.sign_in(&reader, &reader["secret"]).unwrap(), &hours), &posted);

    let hub = Serving::start(&["serve", "--data", argument(&data)]);
    fs::write(&secret, reader["secret"].as_str().unwrap()).unwrap();
    fs::write(&credential, token(STAMP)).unwrap();
    // On a machine that has nothing of the stamp but its certificate.
    let elsewhere = at("elsewhere");
    let bridge = |command: &[&str], hub_ca: &Path, more: &[&str]| {
        let what = ["--cloud", STAMP, "--provider-subscription", PROVIDER, "--stamp", argument(&elsewhere)];
        let client = ["--client-id", reader["client_id"].as_str().unwrap(), "--directory", DOMAIN];
        let client = [&client[..], &["--client-secret-file", argument(&secret), "--settle", "0s"]].concat();
        let there = ["--stamp-url", &stamp.address, "--stamp-ca", argument(&stamp.ca)];
        let here = ["--hub", &hub.address, "--hub-ca", argument(hub_ca), "--credential-file", argument(&credential)];
        run(&[&["bridge"], command, &["--json"], &what, &client, &there, &here, more].concat())
    };
    let carry = |more: &[&str]| {
        let output = bridge(&["run", "--once", "--until", &now.to_string()], &hub.ca, more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ended: Value = serde_json::from_str(stdout(&output).lines().last().unwrap()).unwrap();
        assert_eq!(ended["next"], now.to_string());
        ["windows", "stored", "copies", "held", "revised"].map(|name| ended[name].as_u64().unwrap())
    };
    assert!(unwell(&bridge(&["check"], &stamp.ca, &[])).contains(&"hub TLS: FAILED".to_owned()));
    assert_eq!(unwell(&bridge(&["check"], &hub.ca, &[])), ["activation: warning", "watermark: warning"]);

    let (windows, rows) = (u64::from(now.0 - hours.start.0), u64::try_from(posted.len()).unwrap());
    assert_eq!(carry(&[]), [windows, rows, 0, 0, 0]);
    assert_eq!(carry(&[]), [0; 5]);
    assert_eq!(carry(&["--reread", &windows.to_string()]), [windows, 0, rows, 0, 0]);
    assert_eq!(unwell(&bridge(&["check"], &hub.ca, &[])), ["activation: warning"]);
    stamp.stop();
    hub.stop();

    let listed = object(&["stamps", "--data", argument(&data)]);
    let one = &listed["stamps"][0];
    assert_eq!((&one["cloudId"], &one["watermark"]), (&json!(STAMP), &json!(now.to_string())), "{listed}");
    assert!(one["state"] == "reporting" && one["overdue"] == false && one["registration"].is_string(), "{listed}");
    compare_sums(&house::hub(&data, &now.to_string()), &posted, &hours);
}
