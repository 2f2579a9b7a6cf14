//! House: a partner whose stamps have very many daily sums, recorded as windows that carry them.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use hub::{Clock, Hub, OfficeRecord};
use model::{
    BillingModel, CloudId, Conversion, Currency, Customer, CustomerId, Day, DirectoryId, LocalSubscriptionId, Mapping,
    Meter, MeterCatalogue, MeterId, Month, Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId,
    Price, PriceList, PriceListId, Quantity, Registration, RegistrationDetails, RegistrationId, ResourceNumber, Retail,
    Rounding, Second, Share, Stamp, Standing, Subscriber, SubscriptionKind, SubscriptionState, Tier, UnitPrice,
    UsageRow, WindowRows,
};
use store::{AuditNote, DeliveryCounts, Store, SumChange, WindowRecord, segment, sqlite::SqliteStore};

/// How many stamps there are.
pub const STAMPS: u32 = 20;
/// How many tenants each stamp has: each has a paying subscription.
pub const TENANTS: u32 = 100;
/// How many meters are used; all of them have a price.
pub const METERS: usize = 11;

/// The partner.
pub fn partner() -> Result<PartnerId> {
    Ok(PartnerId::new("4390934")?)
}

/// The moment at which everything happens: long after the months.
pub struct Then;

impl Clock for Then {
    fn now(&self) -> Second {
        Day::parse("2027-06-01").map_or(Second(0), Day::start)
    }
}

/// A hub on a folder.
pub fn hub(folder: &Path) -> Result<Hub> {
    Ok(Hub::new(Arc::new(SqliteStore::open(folder)?), Arc::new(Then), api::read_address)?)
}

fn stamp_id(stamp: u32) -> Result<CloudId> {
    Ok(CloudId::new(&format!("50000000-0000-4000-8000-{stamp:012}"))?)
}

fn tenant_id(stamp: u32, tenant: u32) -> Result<DirectoryId> {
    Ok(DirectoryId::new(&format!("30000000-0000-4000-{stamp:04}-{tenant:012}"))?)
}

fn paying_id(stamp: u32, tenant: u32) -> Result<PayingSubscriptionId> {
    Ok(PayingSubscriptionId::new(&format!("20000000-0000-4000-{stamp:04}-{tenant:012}"))?)
}

/// The meters that are used: those that tenants are charged for.
pub fn meters() -> Vec<&'static Meter> {
    let charged = |meter: &&&Meter| meter.charge == model::Charge::Tenants && !meter.deprecated;
    MeterCatalogue::published()
        .meters()
        .iter()
        .collect::<Vec<_>>()
        .iter()
        .filter(charged)
        .take(METERS)
        .copied()
        .collect()
}

fn prices() -> Result<Vec<Price>> {
    let tier = |from: &str, price: &str| -> Result<Tier> {
        Ok(Tier { from: Quantity::parse(from)?, unit_price: UnitPrice::parse(price)? })
    };
    let price = |(index, meter): (usize, &&'static Meter)| -> Result<Price> {
        Ok(Price {
            meter: meter.id.clone(),
            from: Day::parse("2026-01-01")?,
            unit: meter.unit,
            conversion: Conversion { priced_unit: "unit".to_owned(), divisor: if index % 3 == 0 { 720 } else { 1 } },
            included: if index == 1 { Quantity::parse("100")? } else { Quantity::ZERO },
            tiers: vec![tier("0", "0.046")?, tier("5000", "0.031")?],
            source: "made for a measurement".to_owned(),
        })
    };
    meters().iter().enumerate().map(price).collect()
}

/// Registers everything.
pub fn furnish(store: &dyn Store) -> Result<()> {
    let (day, list) = (Day::parse("2026-01-01")?, PriceListId::new("list")?);
    let standing = || -> Result<Vec<Standing>> {
        Ok(vec![Standing { from: day, partner: Some(partner()?), state: SubscriptionState::Active }])
    };
    let subscription = |id, customer, directory| -> Result<OfficeRecord> {
        let kind = SubscriptionKind::Csp;
        let name = "Measured".to_owned();
        Ok(OfficeRecord::Subscription(PayingSubscription {
            id,
            name,
            kind,
            directory,
            customer,
            standings: standing()?,
        }))
    };
    let mut records = vec![
        OfficeRecord::Partner(Partner {
            id: partner()?,
            name: "Contoso".to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: Some(list.clone()),
            retail: Some(Retail::Markup(Share::parse_percent("20")?)),
        }),
        OfficeRecord::PriceList(PriceList {
            id: list,
            name: "List".to_owned(),
            currency: Currency::parse("USD")?,
            billing_currency: None,
            rounding: Rounding::HalfUp,
            prices: prices()?,
            meters: Vec::new(),
            reductions: Vec::new(),
            exchange: Vec::new(),
        }),
        subscription(paying_id(0, 9_999)?, None, DirectoryId::new("10000000-0000-4000-8000-000000000002")?)?,
    ];
    for stamp in 0..STAMPS {
        let mut mappings = Vec::new();
        for tenant in 0..TENANTS {
            let customer = CustomerId::new(&format!("customer-{stamp}-{tenant}"))?;
            let name = format!("Customer {stamp}/{tenant}");
            records.push(OfficeRecord::Customer(Customer {
                id: customer.clone(),
                name,
                partner: partner()?,
                retail: None,
            }));
            records.push(subscription(paying_id(stamp, tenant)?, Some(customer), tenant_id(stamp, tenant)?)?);
            let (tenant, subscription) = (tenant_id(stamp, tenant)?, Some(paying_id(stamp, tenant)?));
            mappings.push(Mapping { tenant, subscription, from: day });
        }
        records.push(OfficeRecord::Stamp(Stamp {
            id: stamp_id(stamp)?,
            name: format!("Stamp {stamp}"),
            region: "north".to_owned(),
            partner: Some(partner()?),
            default_provider_subscription: None,
            first_window: day.first_hour(),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        }));
        records.push(OfficeRecord::Registration(Registration {
            number: stamp + 1,
            id: RegistrationId::new(&format!("/registrations/{stamp}"))?,
            name: stamp.to_string(),
            stamp: stamp_id(stamp)?,
            default_subscription: paying_id(0, 9_999)?,
            billing_model: BillingModel::PayAsYouUse,
            approved: false,
            from: day,
            until: None,
            mappings,
            details: RegistrationDetails::default(),
        }));
    }
    store.record_office(0, &records, &note("bench.furnish"))?;
    Ok(())
}

fn note(action: &str) -> AuditNote {
    AuditNote {
        at: Second(1_800_000_000),
        actor: "bench".to_owned(),
        action: action.to_owned(),
        object: "a measurement".to_owned(),
        detail: "{}".to_owned(),
    }
}

/// Fills a month with so many daily sums, one window a stamp and day, each of which carries all sums of its day.
pub fn fill(store: &dyn Store, month: Month, sums: u64) -> Result<u64> {
    let days = month.days();
    let each = u64::from(STAMPS) * u64::from(days.end.0 - days.start.0) * u64::try_from(METERS)?;
    let locals = u32::try_from(sums.div_ceil(each))?;
    let mut filled = 0;
    for day in (days.start.0..days.end.0).map(Day) {
        for stamp in 0..STAMPS {
            let changes = sums_of(stamp, day, locals)?;
            filled += u64::try_from(changes.len())?;
            record(store, stamp, day, changes)?;
        }
    }
    Ok(filled)
}

fn sums_of(stamp: u32, day: Day, locals: u32) -> Result<Vec<SumChange>> {
    let meters: Vec<&MeterId> = meters().into_iter().map(|meter| &meter.id).collect();
    let mut sums = Vec::with_capacity(usize::try_from(locals)? * METERS);
    for local in 0..locals {
        let subscriber = Subscriber {
            subscription: LocalSubscriptionId::new(&format!("60000000-0000-4000-{stamp:04}-{local:012}"))?,
            tenant: Some(tenant_id(stamp, local % TENANTS)?),
        };
        for (index, meter) in meters.iter().enumerate() {
            // Real stamps send about 16 decimals.
            let quantity = format!(
                "{}.{:09}",
                1 + (local + day.0) % 24,
                u64::from(local) * 1_000_003 % 1_000_000_000 + u64::try_from(index)?
            );
            let quantity = Quantity::parse(&quantity)?;
            sums.push(SumChange { day, subscriber: subscriber.clone(), meter: (*meter).clone(), quantity, rows: 24 });
        }
    }
    Ok(sums)
}

fn record(store: &dyn Store, stamp: u32, day: Day, sums: Vec<SumChange>) -> Result<()> {
    let (id, hour) = (stamp_id(stamp)?, day.first_hour());
    let first = sums.first().map(|sum| (sum.subscriber.clone(), sum.meter.clone()));
    let (subscriber, meter) = first.ok_or_else(|| anyhow::anyhow!("a day without sums"))?;
    let rows = WindowRows {
        subscribers: vec![subscriber],
        meters: vec![meter],
        number_texts: "1".to_owned(),
        rows: vec![UsageRow {
            subscriber: 0,
            meter: 0,
            resource: ResourceNumber(0),
            address: ResourceNumber(0),
            start: hour.start(),
            end: hour.end(),
            quantity: Quantity::from_whole(1),
            text_start: 0,
            text_length: 1,
        }],
    };
    let segment = segment::encode(&rows, &id, hour)?;
    let record = WindowRecord {
        stamp: id,
        hour,
        first_window: hour,
        skipped: Vec::new(),
        expected_revision: None,
        body_digest: segment.hash,
        segment: Some(segment),
        first_resource: 0,
        new_resources: Vec::new(),
        sums,
        held: Vec::new(),
        counts: DeliveryCounts { received: 1, stored: 1, ..DeliveryCounts::default() },
        totals: Vec::new(),
        note: note("window.receive"),
    };
    for answer in store.record_windows(&[record])? {
        answer?;
    }
    Ok(())
}
