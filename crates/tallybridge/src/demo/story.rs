//! The story: forty days of two stamps, told through the front door.

use std::{net::SocketAddr, ops::Range, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use bridge::{Bridge, Config, Retry};
use hub::{Clock as _, CloseError, Hub, MonthClose};
use indicatif::ProgressBar;
use model::{Day, Document, Hour, Month, PartnerId, Quantity, Second};
use reqwest::Method;
use serde_json::json;
use stamp::{
    activation,
    emulate::{AccountKey, Cloud, CloudHandle},
    registration_token,
};
use tokio::{net::TcpListener, sync::watch};

use super::{
    cast::{self, CONTOSO, CastStamp, STAMPS, Times},
    client::{Client, Refused as Answer},
};
use crate::{clock::StoryClock, commands::keys, house};

/// A request that was refused on the way.
pub struct Refused {
    pub what: String,
    pub code: String,
    pub message: String,
}

/// What the story came to.
pub struct Told {
    pub refusals: Vec<Refused>,
    pub events: Vec<String>,
    /// What stood in the way of the second close, and was overridden.
    pub overridden: Vec<String>,
    pub documents: Vec<Document>,
    /// Whether the first document is byte for byte what it was when it was issued.
    pub first_unchanged: bool,
    /// Whether the hub's sums equal the clouds' own accounts.
    pub accounts_agree: bool,
}

/// One stamp with its bridge.
struct Site {
    cast: CastStamp,
    cloud: Arc<CloudHandle>,
    bridge: Bridge,
}

/// The story while it is told.
struct Teller {
    hub: Arc<Hub>,
    /// Who registers: the owner of the default subscription.
    registrant: Client,
    /// Who approves.
    platform: Client,
    clock: Arc<StoryClock>,
    sites: Vec<Site>,
    bar: ProgressBar,
    told: Told,
}

fn day(text: &str) -> anyhow::Result<Day> {
    Ok(Day::parse(text)?)
}

fn times() -> anyhow::Result<Times> {
    Ok(Times {
        start: day("2026-09-22")?.first_hour(),
        end: day("2026-11-01")?.first_hour(),
        late_window: Hour::parse("2026-10-06T09")?,
        late_use: Hour::parse("2026-09-28T22")?,
        copy_window: Hour::parse("2026-10-02T12")?,
        unknown_window: Hour::parse("2026-10-18T07")?,
        deletion: Hour::parse("2026-10-28T00")?,
    })
}

/// Tells the story. The hub must be new. `clock` must be its clock.
pub async fn tell(hub: Arc<Hub>, clock: Arc<StoryClock>, seed: u64, bar: ProgressBar) -> anyhow::Result<Told> {
    let times = times()?;
    let (stop, stopped) = watch::channel(false);
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.context("listen on loopback")?;
    let hub_url = format!("http://{}", listener.local_addr()?);
    let routes = api::router(Arc::clone(&hub));
    let server = tokio::spawn(api::serve(listener, routes, None, until(stopped.clone())));
    clock.set(times.start.start());
    keys::ensure(&hub)?;
    hub.apply_catalogue(&hub::Actor::at_home(house::OPERATOR), &cast::catalogue()?, false)?;
    let [mut registrant, platform] = cast::sign_up(&hub, &hub_url)?;
    let now = times.start.start();
    cast::prepare_subscription(&mut registrant, now).await?;
    let mut sites = Vec::new();
    for cast in &STAMPS {
        let site = Opening { hub_url: &hub_url, seed, times: &times, stopped: stopped.clone() };
        sites.push(site.open(cast, &mut registrant).await?);
    }
    bar.set_length(u64::from(times.end.plus(50).0 - times.start.0) * 2);
    let told = Told {
        refusals: Vec::new(),
        events: Vec::new(),
        overridden: Vec::new(),
        documents: Vec::new(),
        first_unchanged: false,
        accounts_agree: false,
    };
    let mut teller = Teller { hub, registrant, platform, clock, sites, bar, told };
    teller.register().await?;
    teller.september().await?;
    teller.october().await?;
    teller.compare(&times)?;
    stop.send_replace(true);
    server.await.context("stop the hub's server")??;
    Ok(teller.told)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // When the sender is gone there is nothing left to wait for.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// What it takes to open a site.
struct Opening<'a> {
    hub_url: &'a str,
    seed: u64,
    times: &'a Times,
    stopped: watch::Receiver<bool>,
}

impl Opening<'_> {
    /// A stamp starts, is registered and activated, and gets its bridge.
    async fn open(self, cast: &CastStamp, registrant: &mut Client) -> anyhow::Result<Site> {
        let now = self.times.start.start();
        let plan = cast::plan(cast, self.seed, self.times)?;
        let token = registration_token::make(&plan.place(), &plan.name, &cast::token_choice(cast));
        let path = cast.registration()?;
        let body = json!({ "location": "global", "properties": { "registrationToken": token } });
        registrant.ask(now, Method::PUT, &path, Some(&body)).await?;
        let lock = format!("{path}/providers/Microsoft.Authorization/locks/RegistrationResourceLock");
        let body = json!({ "properties": { "level": "CanNotDelete", "notes": "Who pays for this stamp" } });
        registrant.ask(now, Method::PUT, &lock, Some(&body)).await?;
        let role = format!("{path}/providers/Microsoft.Authorization/roleAssignments/{}", cast.role_assignment());
        registrant.ask(now, Method::PUT, &role, Some(&cast.role_of_bridge())).await?;
        let key = registrant.ask(now, Method::POST, &format!("{path}/getactivationkey"), None).await?;
        let key = key["activationKey"].as_str().context("the activation key is a text")?;
        let keys = registrant.ask(now, Method::GET, "/discovery/v2.0/keys", None).await?.to_string();
        let provider = cast.provider_subscription()?;
        let activation = activation::activate(key, &cast.id()?, &keys, &provider, now)?;
        let cloud = Arc::new(CloudHandle::new(Cloud::new(plan)?, self.times.start));
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.context("listen on loopback")?;
        let stamp_url = format!("http://{}", listener.local_addr()?);
        let gate = Arc::new(stamp::TokenGate { token: cloud.cloud().plan().token.clone() });
        let settings = stamp::Settings::default();
        tokio::spawn(stamp::serve(listener, cloud.clone(), gate, settings, until(self.stopped)));
        let bridge = Bridge::new(Config {
            cloud: cast.id()?,
            stamp_url,
            provider_subscription: provider,
            home_directory: cast::home_directory()?,
            stamp_token: None,
            hub_url: self.hub_url.to_owned(),
            hub_ca: None,
            credential: activation.credential.reveal().to_owned(),
            settle: Duration::ZERO,
            retry: Retry::default(),
        })?;
        Ok(Site { cast: *cast, cloud, bridge })
    }
}

impl Teller {
    fn event(&mut self, text: impl Into<String>) {
        let now = hub::Clock::now(self.clock.as_ref());
        self.told.events.push(format!("{}  {}", now.day().unwrap_or(Day(0)), text.into()));
    }

    fn refused(&mut self, what: &str, result: anyhow::Result<()>) -> anyhow::Result<()> {
        match result.map_err(anyhow::Error::downcast::<Answer>) {
            Err(Ok(answer)) => {
                self.event(format!("refused: {what}: {}", answer.code));
                self.told.refusals.push(Refused { what: what.to_owned(), code: answer.code, message: answer.message });
                Ok(())
            }
            Err(Err(error)) => Err(error),
            Ok(()) => anyhow::bail!("{what} should have been refused"),
        }
    }

    async fn map(&mut self, site: usize, subscription: &str) -> anyhow::Result<()> {
        let path = format!("{}/customerSubscriptions/{subscription}", STAMPS[site].registration()?);
        self.registrant.ask(self.clock.now(), Method::PUT, &path, Some(&json!({ "properties": {} }))).await.map(drop)
    }

    async fn approve(&mut self, stamp: &CastStamp, own: bool) -> anyhow::Result<()> {
        let path = format!("{}/approveMultiTenancy", stamp.registration()?);
        let who = if own { &mut self.registrant } else { &mut self.platform };
        who.ask(self.clock.now(), Method::POST, &path, None).await.map(drop)
    }

    /// Contoso has registered both stamps, and adds its customers.
    async fn register(&mut self) -> anyhow::Result<()> {
        self.event(
            "Contoso registers both stamps under its shared services subscription; they are locked and activated",
        );
        let early = self.map(0, &cast::paying("a1")).await;
        self.refused("add Adatum before the registration is approved", early)?;
        let own = self.approve(&STAMPS[0], true).await;
        self.refused("approve the own registration", own)?;
        for stamp in &STAMPS {
            self.approve(stamp, false).await?;
        }
        self.event("the platform operator approves both registrations for several tenants");
        let enterprise = self.map(0, cast::ENTERPRISE).await;
        self.refused("add an enterprise agreement subscription", enterprise)?;
        let foreign = self.map(0, cast::FABRIKAM_CUSTOMER).await;
        self.refused("add a customer of Fabrikam", foreign)?;
        let path = STAMPS[0].registration()?;
        let locked = self.registrant.ask(self.clock.now(), Method::DELETE, &path, None).await.map(drop);
        self.refused("remove a registration that is locked", locked)?;
        for (site, subscription) in [(0, "a1"), (1, "a1"), (0, "b1"), (0, "e2"), (1, "f2")] {
            self.map(site, &cast::paying(subscription)).await?;
        }
        self.event(
            "Adatum is mapped on both stamps, Wingtip and Proseware on North, Woodgrove on South, Tailspin never",
        );
        Ok(())
    }

    async fn september(&mut self) -> anyhow::Result<()> {
        self.run_to("2026-10-05T00").await?;
        self.event("the first two weeks of usage are in");
        self.close("2026-09", None)?;
        Ok(())
    }

    async fn october(&mut self) -> anyhow::Result<()> {
        let first = self.told.documents.first().context("the first month has a document")?.number.clone();
        let issued = self.hub.store().document(&first)?.context("the first document is stored")?;
        self.correct_september().await?;
        self.run_to("2026-10-11T00").await?;
        self.event("a window of October brings late usage of September");
        let path = format!("{}/customerSubscriptions/{}", STAMPS[0].registration()?, cast::paying("e2"));
        self.registrant.ask(self.clock.now(), Method::DELETE, &path, None).await?;
        self.event("Proseware's mapping is removed: from today on the default subscription pays");
        self.run_to("2026-10-15T00").await?;
        self.map(0, &cast::paying("d1")).await?;
        self.event("Litware is mapped in the middle of the month");
        self.run_to("2026-10-21T00").await?;
        self.map(1, &cast::paying("f3")).await?;
        self.event("Woodgrove gets another subscription, which replaces the first");
        self.run_to("2026-11-03T02").await?;
        self.read_again("2026-11-01T02", "2026-11-03T02").await?;
        self.event("forty days are in; the bridges read the last 48 hours again");
        match self.close("2026-10", None) {
            Err(error) => match error.downcast::<CloseError>()? {
                CloseError::Blocked(obstacles) => {
                    self.told.overridden = obstacles.iter().map(ToString::to_string).collect();
                    self.event("October is not closed: a row of an unknown meter is held");
                }
                other => return Err(other.into()),
            },
            Ok(()) => anyhow::bail!("a held row should have stood against closing October"),
        }
        self.close("2026-10", Some("the held row is a worker tier of the operator's own, which is not charged"))?;
        let now = self.hub.store().document(&first)?.context("the first document is stored")?;
        self.told.first_unchanged = now == issued;
        Ok(())
    }

    /// A stamp corrects a quantity in a window of the closed month, and the bridge reads the window again.
    async fn correct_september(&mut self) -> anyhow::Result<()> {
        let window = Hour::parse("2026-09-25T10")?;
        let site = self.sites.get_mut(1).context("there are two stamps")?;
        let vm = site
            .cloud
            .window(window)
            .iter()
            .position(|row| {
                row.meter.eq_ignore_ascii_case("9cd92d4c-bafd-4492-b278-bedc2de8232a")
                    && row.subscription != site.cloud.cloud().plan().provider_subscription
            })
            .context("a customer's Windows machine runs on the second stamp")?;
        site.cloud.correct(window, vm, "48.0")?;
        let summary = site.bridge.resend(window..window.next()).await?;
        ensure!(summary.revised == 1 && summary.stored == 1, "one row of one window was corrected: {summary:?}");
        self.event("South corrects one row of a window of September: its second revision, one difference");
        Ok(())
    }

    /// Lets time pass: both stamps go on, and both bridges bring every window that is over.
    async fn run_to(&mut self, hour: &str) -> anyhow::Result<()> {
        let until = Hour::parse(hour)?;
        self.clock.set(until.start());
        let bar = &self.bar;
        let runs = self.sites.iter_mut().map(|site| {
            site.cloud.set_now(until);
            site.bridge.catch_up(until, |_| bar.inc(1))
        });
        let mut runs = runs.collect::<Vec<_>>().into_iter();
        let (Some(north), Some(south)) = (runs.next(), runs.next()) else { anyhow::bail!("there are two stamps") };
        let (north, south) = tokio::join!(north, south);
        north?;
        south?;
        Ok(())
    }

    async fn read_again(&mut self, from: &str, until: &str) -> anyhow::Result<()> {
        let hours: Range<Hour> = Hour::parse(from)?..Hour::parse(until)?;
        for site in &mut self.sites {
            let summary = site.bridge.resend(hours.clone()).await?;
            ensure!(summary.stored == 0, "reading again changes nothing: {summary:?}");
        }
        Ok(())
    }

    fn close(&mut self, month: &str, override_reason: Option<&str>) -> anyhow::Result<()> {
        let closed = self.hub.close(&MonthClose {
            partner: PartnerId::new(CONTOSO)?,
            month: Month::parse(month)?,
            actor: house::OPERATOR.to_owned(),
            override_reason: override_reason.map(str::to_owned),
            dry_run: false,
        })?;
        let document = closed.document.with_context(|| format!("something is due for {month}"))?;
        self.event(format!("{month} is closed: {} over {}", document.number, document.total));
        self.told.documents.push(document);
        Ok(())
    }

    /// Compares the hub's sums with what the clouds say they ran.
    fn compare(&mut self, times: &Times) -> anyhow::Result<()> {
        let catalogue = model::MeterCatalogue::published();
        let mut agree = true;
        for site in &self.sites {
            let mut account = site.cloud.account(times.start..times.end.plus(50))?.sums;
            account.retain(|key, quantity| catalogue.find(&key.meter).is_some() && !quantity.is_zero());
            let all_days = Day(0)..Day(u32::MAX);
            self.hub.store().daily_sums(&site.cast.id()?, all_days, &mut |sum| {
                let key = AccountKey {
                    day: sum.day,
                    subscription: sum.subscriber.subscription.clone(),
                    meter: sum.meter.clone(),
                };
                agree &= account.remove(&key).unwrap_or(Quantity::ZERO) == sum.quantity;
                Ok(())
            })?;
            agree &= account.is_empty();
        }
        self.told.accounts_agree = agree;
        Ok(())
    }
}

/// The moment at which the story ends.
pub fn end() -> anyhow::Result<Second> {
    Ok(Hour::parse("2026-11-03T02")?.start())
}
