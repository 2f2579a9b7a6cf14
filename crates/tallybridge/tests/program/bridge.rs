//! Bridge: the program between a stamp and a hub, and without a way between them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId};
use serde_json::{Value, json};
use stamp::emulate::{Cloud, CloudHandle, Plan, PlannedSubscription, Story, Tenant};
use tokio::runtime::Runtime;

use crate::{
    house::{program, run, stdout},
    served::{BRIDGE, Served, argument, done, furnish_example, object, refused},
};

const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";
const HOME: &str = "10000000-0000-4000-8000-000000000001";

/// A cloud that answers its operator until it is dropped.
struct Emulated {
    address: String,
    cloud: Arc<CloudHandle>,
    _runtime: Runtime,
}

impl Emulated {
    /// Hours before the present one.
    const PAST: u32 = 30;

    fn start() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let now = Hour(u32::try_from(now / 3_600).unwrap());
        let start = Hour(now.0 - Self::PAST);
        let plan = Plan {
            seed: 3,
            cloud: CloudId::new(STAMP).unwrap(),
            name: "North".to_owned(),
            region: "north".to_owned(),
            home_directory: DirectoryId::new(HOME).unwrap(),
            provider_subscription: LocalSubscriptionId::new(PROVIDER).unwrap(),
            tenants: vec![Tenant {
                directory: DirectoryId::new("30000000-0000-4000-8000-0000000000a1").unwrap(),
                domain: "adatum.onmicrosoft.com".to_owned(),
                subscriptions: vec![PlannedSubscription {
                    id: LocalSubscriptionId::new("60000000-0000-4000-8000-0000000000a1").unwrap(),
                    from: start,
                    deleted_at: None,
                }],
            }],
            start,
            end: now.plus(2),
            resources_per_subscription: 12,
            token: Some("operator-token".to_owned()),
            story: Story::default(),
        };
        let cloud = Arc::new(CloudHandle::new(Cloud::new(plan).unwrap(), now));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let gate = Arc::new(stamp::TokenGate { token: cloud.cloud().plan().token.clone() });
        let settings = stamp::Settings::default();
        runtime.spawn(stamp::serve(listener, cloud.clone(), gate, settings, std::future::pending()));
        Self { address, cloud, _runtime: runtime }
    }

    /// An hour before the present one.
    fn ago(&self, hours: u32) -> String {
        Hour(self.cloud.now().0 - hours).to_string()
    }
}

/// A hub at which a stamp is registered, and the stamp's folder with its activation.
struct World {
    folder: tempfile::TempDir,
    data: PathBuf,
    served: Served,
    cloud: Emulated,
}

impl World {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (data, secret) = furnish_example(folder.path());
        let served = Served::start(&data);
        let world = Self { data, served, cloud: Emulated::start(), folder };
        let stamp = world.at("stamp");
        let token = ["--cloud", STAMP, "--provider-subscription", PROVIDER, "--region", "north"];
        let token = [&["stamp", "token", "--stamp", argument(&stamp), "--object-id", BRIDGE][..], &token].concat();
        let sent = done(&token);
        let registering = world.served.registering(&secret);
        fs::write(world.at("key.json"), world.served.register(&registering, STAMP, &sent)).unwrap();
        fs::write(world.at("keys.json"), world.served.ask("", "GET", "/discovery/v2.0/keys", None).text).unwrap();
        let (key, keys) = (world.at("key.json"), world.at("keys.json"));
        let activate = ["--stamp", argument(&stamp), "--key", argument(&key), "--trust", argument(&keys)];
        done(&[&["stamp", "activate"][..], &activate].concat());
        fs::write(world.at("token"), "operator-token\n").unwrap();
        world
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The arguments of a bridge of this world.
    fn bridge(&self, command: &str, more: &[&str]) -> Vec<String> {
        let (stamp, token) = (self.at("stamp"), self.at("token"));
        let own = ["bridge", command, "--stamp", argument(&stamp), "--stamp-url", &self.cloud.address];
        let own = [&own[..], &["--stamp-token-file", argument(&token), "--settle", "0s", "--home-directory", HOME]];
        let hub = ["--hub", self.served.address.as_str()];
        let hub = if command == "export" { &[][..] } else { &hub[..] };
        [&own.concat()[..], hub, more].concat().into_iter().map(str::to_owned).collect()
    }
}

fn texts(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// The lines of JSON that a run printed.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_stamp_is_checked_and_its_usage_is_carried_and_read_again() {
    let world = World::start();
    let checked = object(&texts(&world.bridge("check", &[])));
    assert_eq!(checked["good"], true, "{checked:#}");
    let verdict = |leg: &str| {
        let legs = checked["legs"].as_array().unwrap();
        legs.iter().find(|found| found["leg"] == leg).unwrap_or_else(|| panic!("{leg}: {legs:?}"))["verdict"].clone()
    };
    for leg in ["reach stamp", "stamp role", "sample row", "stamp clock", "hub credential", "registration", "hub clock"]
    {
        assert_eq!(verdict(leg), "ok", "{leg}");
    }

    // The hub wants what follows the registration, so at first there may be nothing.
    let told = lines(&done(&texts(&world.bridge("run", &["--once", "--json"]))));
    assert_eq!(told[0]["event"], "asked", "{told:?}");
    assert_eq!(told.last().unwrap()["event"], "ended");
    let said = done(&texts(&world.bridge("run", &["--once", "--reread", "3"])));
    assert!(said.contains("Next: "), "{said}");

    // A credential in a file, and everything else said in words.
    let kept: Value = serde_json::from_str(&fs::read_to_string(world.at("stamp/activation.json")).unwrap()).unwrap();
    let credential = world.at("credential");
    fs::write(&credential, kept["credential"].as_str().unwrap()).unwrap();
    let (nowhere, token) = (world.at("nowhere"), world.at("token"));
    let words = ["--cloud", STAMP, "--provider-subscription", PROVIDER, "--home-directory", HOME, "--settle", "0s"];
    let hub = ["--hub", &world.served.address, "--credential-file", argument(&credential)];
    let stamp = ["--stamp", argument(&nowhere), "--stamp-url", &world.cloud.address];
    let token = ["--stamp-token-file", argument(&token)];
    let once = ["bridge", "run", "--once"];
    done(&[&once[..], &words, &hub, &stamp, &token].concat());
}

#[test]
fn a_check_names_the_leg_that_fails_and_what_to_do() {
    let world = World::start();
    fs::write(world.at("token"), "another").unwrap();
    let (said, code) = check(&world, &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("FAILED") && said.contains("stamp role"), "{said}");
    fs::write(world.at("token"), "operator-token").unwrap();

    let credential = world.at("credential");
    fs::write(&credential, "guessed").unwrap();
    let (said, code) = check(&world, &["--credential-file", argument(&credential)]);
    assert_eq!(code, Some(1));
    assert!(said.contains("hub credential") && said.contains("activate the stamp again"), "{said}");

    done(&["stamp", "deactivate", "--stamp", argument(&world.at("stamp"))]);
    let said = refused(&texts(&world.bridge("run", &["--once"])));
    assert!(said.contains("stamp activate"), "{said}");
}

fn check(world: &World, more: &[&str]) -> (String, Option<i32>) {
    let output = run(&texts(&world.bridge("check", more)));
    (stdout(&output), output.status.code())
}

#[test]
fn windows_travel_by_files_and_change_nothing_the_second_time() {
    let world = World::start();
    let out = world.at("out");
    let (from, half, until) = (world.cloud.ago(20), world.cloud.ago(15), world.cloud.ago(2));
    let export = |until: &str| {
        let more = ["--from", &from, "--until", until, "--out", argument(&out)];
        object(&texts(&world.bridge("export", &more)))
    };
    assert_eq!(export(&half)["written"], 5);
    assert_eq!((&export(&until)["written"], &export(&until)["written"]), (&json!(13), &json!(0)));
    let manifest: Value = serde_json::from_str(&fs::read_to_string(out.join("manifest.json")).unwrap()).unwrap();
    let first = manifest["windows"][0]["files"][0]["name"].as_str().unwrap();
    assert_eq!(first, format!("{STAMP}-{}.json.zst", &from[..13]));

    let data = argument(&world.data);
    let import = |more: &[&str]| object(&[&["import", "windows", "--data", data][..], more].concat());
    let folder = argument(&out);
    let dry = import(&["--dry-run", folder]);
    assert_eq!((&dry["windows"], &dry["dryRun"]), (&json!(18), &json!(true)));
    let one = import(&[argument(&out.join(first))]);
    assert_eq!((&one["windows"], &one["copies"]), (&json!(1), &json!(0)), "{one}");
    let all = import(&[folder]);
    assert_eq!((&all["windows"], &all["received"]), (&json!(18), &dry["rows"]), "{all}");
    let again = import(&["--stamp", STAMP, folder]);
    assert_eq!((&again["stored"], &again["copies"], &again["revised"]), (&json!(0), &dry["rows"], &json!(0)));

    // A damaged file is refused before anything is imported, and names itself.
    let mut bytes = fs::read(out.join(first)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(out.join(first), &bytes).unwrap();
    let said = refused(&["import", "windows", "--data", data, folder]);
    assert!(said.contains("is damaged") && said.contains(first), "{said}");
    assert_eq!(export(&half)["written"], 1, "a damaged file is written anew");
    import(&[folder]);

    for (arguments, reason) in [
        (vec!["--stamp", "50000000-0000-4000-8000-00000000000b", folder], "not of"),
        (vec![data], "holds no manifest.json"),
    ] {
        let said = refused(&[&["import", "windows", "--data", data][..], &arguments].concat());
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn a_bridge_serves_its_counts_and_ends_when_it_is_asked() {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };
    let world = World::start();
    let mut child = Command::new(program())
        .args(world.bridge("run", &["--metrics", "127.0.0.1:0", "--every", "1s", "--reread", "0"]))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = told.next().unwrap().unwrap();
    let address = line.strip_prefix("metrics on ").unwrap().to_owned();
    let runtime = Runtime::new().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let text = loop {
        let text = runtime.block_on(async { client.get(&address).send().await.unwrap().text().await.unwrap() });
        if text.contains("tallybridge_bridge_watermark_seconds") {
            break text;
        }
    };
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(text.contains("tallybridge_bridge_state=\"reporting\"} 1"), "{text}");
    assert!(text.contains("peer=\"hub\"} 0"), "{text}");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert!(told.any(|line| line.unwrap().contains("stopping")));
}

#[test]
fn options_that_do_not_fit_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let stamp = folder.path().join("stamp");
    let base = ["bridge", "run", "--stamp", argument(&stamp), "--stamp-url", "http://127.0.0.1:9"];
    for (more, reason) in [
        (vec![], "--cloud"),
        (vec!["--cloud", "cloud1"], "--provider-subscription"),
        (vec!["--cloud", "cloud1", "--provider-subscription", PROVIDER], "--hub"),
        (vec!["--settle", "soon"], "such as 15m"),
        (vec!["--client-id", "bridge"], "--client-secret-file"),
        (vec!["--stamp-token-file", "x", "--client-id", "y"], "cannot be used with"),
    ] {
        let said = refused(&[&base[..], &more].concat());
        assert!(said.contains(reason), "{more:?}: {said}");
    }
    assert!(!Path::new(&stamp).exists());
}
