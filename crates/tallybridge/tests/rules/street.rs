//! The street: the house of a rule with the stamps that report to it, each with its usage service on a port, and their bridges.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bridge::{Bridge, BridgeError, HubSettings, Retry, Rhythm, SignIn, StampSettings, Stop};
use contract::secret::Secret;
use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId, Second, UserSubscriptionState};
use stamp::{
    Granularity, Place, Position, PostError, Selection, Settings, Source as _, Subscribers, SubscriptionPut, TokenGate,
    UsageEvent, UsageService,
};
use store::sqlite::SqliteStore;

use crate::{
    cast::{CORES, DH, L0, LA, LB, SA, SB, TA, TB},
    house::House,
};

/// A second subscription of Adatum, and one of the home directory that is no infrastructure.
pub const LA2: &str = "60000000-0000-4000-8000-0000000000a2";
pub const LH: &str = "60000000-0000-4000-8000-0000000000c1";
/// A delegated provider of Adatum's directory.
pub const PROVIDER: &str = "60000000-0000-4000-8000-0000000000a9";
/// A local subscription of Adatum's second directory.
pub const LT: &str = "60000000-0000-4000-8000-0000000000d1";
pub const TA2: &str = "30000000-0000-4000-8000-0000000000a2";

/// A stamp of the street.
struct Stamp {
    service: Arc<UsageService>,
    url: String,
    _folder: tempfile::TempDir,
}

pub struct Street<'h> {
    pub house: &'h House,
    stamps: BTreeMap<&'static str, Stamp>,
    /// What the bridge of each stamp shows to the hub.
    credentials: Mutex<BTreeMap<String, String>>,
    events: Mutex<u32>,
}

impl<'h> Street<'h> {
    pub fn open(house: &'h House) -> Self {
        let stamps = [SA, SB].map(|cloud| (cloud, open_stamp(house, cloud)));
        Self { house, stamps: BTreeMap::from(stamps), credentials: Mutex::default(), events: Mutex::default() }
    }

    pub fn service(&self, stamp: &str) -> &UsageService {
        &self.stamps[stamp].service
    }

    /// The stamp is activated with the key of its registration: its bridge has a credential from now on.
    pub fn activate(&self, subscription: &str, stamp: &str) {
        let (claims, _) = self.house.key(subscription, stamp);
        let credential = claims["usageCredential"].as_str().unwrap().to_owned();
        self.credentials.lock().unwrap().insert(stamp.to_owned(), credential);
    }

    /// SA is registered under D, approved and activated.
    pub fn approved(house: &'h House) -> Self {
        let street = Self::open(house);
        house.approved();
        street.activate(crate::cast::D, SA);
        street
    }

    /// Somebody uses virtual processors from nine to ten on a day of October, and it is reported then.
    pub fn uses(&self, stamp: &str, local: &str, day: u32, quantity: &str) {
        self.uses_of(
            stamp,
            local,
            CORES,
            &format!("2026-10-{day}T09:00:00Z"),
            quantity,
            &format!("2026-10-{day}T10:20:00Z"),
        );
    }

    /// Somebody uses something in an hour, and it is reported at a moment.
    pub fn uses_of(&self, stamp: &str, local: &str, meter: &str, used: &str, quantity: &str, reported: &str) {
        self.house.at(reported);
        let number = {
            let mut events = self.events.lock().unwrap();
            *events += 1;
            *events
        };
        let start = Second::parse(used).unwrap();
        let event = UsageEvent {
            id: number.to_string(),
            source: "test".to_owned(),
            subscription: LocalSubscriptionId::new(local).unwrap(),
            meter: meter.parse().unwrap(),
            quantity: quantity.to_owned(),
            start,
            end: Second(start.0 + 3_600),
            resource_uri: format!(
                "/subscriptions/{local}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m{number}"
            ),
            location: "north".to_owned(),
            tags: String::new(),
            additional_info: String::new(),
        };
        self.service(stamp).post(&[event]).unwrap();
    }

    /// The bridge of a stamp comes by at noon of a day.
    pub fn carry(&self, stamp: &str, day: u32) -> u64 {
        self.try_carry(stamp, &format!("2026-10-{day}T12:00:00Z")).unwrap()
    }

    /// The same at a moment: how many windows it brought, or why it could not. It brings none while nothing is to be sent.
    pub fn try_carry(&self, stamp: &str, moment: &str) -> Result<u64, BridgeError> {
        self.house.at(moment);
        let mut bridge = self.bridge(stamp)?;
        let rhythm = Rhythm { every: Duration::from_secs(1), until: None, reread_hours: 0, once: true };
        self.house.block_on(bridge.run(&rhythm, &Stop::never(), |_| ())).map(|summary| summary.windows)
    }

    /// The bridge of a stamp reads the last hours again and sends them once more.
    pub fn send_again(&self, stamp: &str, moment: &str) {
        let mut bridge = self.bridge(stamp).unwrap();
        let until = Second::parse(moment).unwrap().hour().unwrap();
        let hours = Hour(until.0 - 24)..until;
        let summary = self.house.block_on(bridge.resend(hours)).unwrap();
        assert!(summary.windows > 0 && summary.stored == 0 && summary.copies > 0, "{summary:?}");
    }

    fn bridge(&self, stamp: &str) -> Result<Bridge, BridgeError> {
        let time = self.house.time();
        let retry =
            Retry { attempts: 2, first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(1) };
        Bridge::new(bridge::Settings {
            cloud: CloudId::new(stamp).unwrap(),
            stamp: StampSettings {
                url: self.stamps[stamp].url.clone(),
                ca: None,
                sign_in: SignIn::Nobody,
                provider_subscription: LocalSubscriptionId::new(L0).unwrap(),
                home_directory: None,
            },
            hub: HubSettings {
                url: self.house.origin(),
                ca: None,
                credential: Secret::new(self.credentials.lock().unwrap()[stamp].clone()),
            },
            settle: Duration::ZERO,
            pause: Duration::ZERO,
            retry,
            clock: bridge::Clock::new(move || time()),
            activation: None,
        })
    }

    /// How many rows the operator of a stamp reads of its own in October to December.
    pub fn local_rows(&self, stamp: &str) -> usize {
        let service = self.service(stamp);
        let reported = Hour::parse("2026-10-01T00").unwrap()..service.processed_until().unwrap();
        let from = Position { reported: reported.start, row: 0 };
        let selection = Selection { reported, granularity: Granularity::Hourly, subscribers: Subscribers::All };
        service.usage(&selection, from, 1_000).unwrap().rows.len()
    }

    /// Posts less than nothing, and says what was answered.
    pub fn post_negative(&self, stamp: &str) -> Result<(), PostError> {
        let start = Second::parse("2026-10-21T09:00:00Z").unwrap();
        let event = UsageEvent {
            id: "less than nothing".to_owned(),
            source: "test".to_owned(),
            subscription: LocalSubscriptionId::new(LA).unwrap(),
            meter: CORES.parse().unwrap(),
            quantity: "-1".to_owned(),
            start,
            end: Second(start.0 + 3_600),
            resource_uri: "/subscriptions/machine".to_owned(),
            location: "north".to_owned(),
            tags: String::new(),
            additional_info: String::new(),
        };
        self.service(stamp).post(&[event]).map(drop)
    }
}

fn open_stamp(house: &House, cloud: &str) -> Stamp {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let usage = Arc::<SqliteStore>::clone(&store);
    let place = Place {
        cloud: CloudId::new(cloud).unwrap(),
        region: "north".to_owned(),
        provider_subscription: LocalSubscriptionId::new(L0).unwrap(),
        home_directory: DirectoryId::new(DH).unwrap(),
    };
    let service = Arc::new(UsageService::open(place, store, usage, house.time()).unwrap());
    for (id, provider, tenant) in
        [(LA, L0, TA), (LA2, L0, TA), (LB, L0, TB), (LH, L0, DH), (LT, L0, TA2), (PROVIDER, L0, TA)]
    {
        put(&service, id, provider, tenant);
    }
    let listener = house.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let source = Arc::<UsageService>::clone(&service);
    house.spawn(async move {
        let gate = Arc::new(TokenGate { token: None });
        stamp::serve(listener, source, gate, Settings::default(), std::future::pending()).await.unwrap();
    });
    Stamp { service, url, _folder: folder }
}

/// Makes a local subscription.
pub fn put(service: &UsageService, id: &str, provider: &str, tenant: &str) {
    let put = SubscriptionPut {
        id: LocalSubscriptionId::new(id).unwrap(),
        delegated_provider: Some(LocalSubscriptionId::new(provider).unwrap()),
        display_name: id.to_owned(),
        external_reference: None,
        owner: "owner@example".to_owned(),
        tenant: Some(DirectoryId::new(tenant).unwrap()),
        offer: "offer".to_owned(),
        state: UserSubscriptionState::Enabled,
    };
    service.put_subscription("test", &put).unwrap();
}
