//! Records: facts in the words of the model, each name with the number of its history.

use model::{
    BillingModel, CloudId, Conversion, Currency, CustomerId, Day, DirectoryId, ExchangeRate, Hour, LocalSubscriptionId,
    Mapping, MeterId, MeterMapping, Month, MonthlyRate, Partner, PartnerId, PartnerKind, PayingSubscription,
    PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction, ReductionKind, Registration,
    RegistrationId, Rounding, Scope, Share, Stamp, Standing, SubscriptionKind, SubscriptionState, Tier, Unit,
    UnitPrice,
};
use store::OfficeRecord;

use crate::facts::{self, STAMPS, Step, WINDOWS, is_provider};

/// The name of something in a history of this number.
pub fn named(number: usize, name: &str) -> String {
    format!("H{number}-{name}")
}

pub fn partner(number: usize) -> PartnerId {
    PartnerId::new(&named(number, "main")).unwrap()
}

pub fn stamp_id(number: usize, stamp: &str) -> CloudId {
    CloudId::new(&named(number, stamp)).unwrap()
}

fn subscription_id(number: usize, name: &str) -> PayingSubscriptionId {
    PayingSubscriptionId::new(&named(number, name)).unwrap()
}

/// The day on which everything is delivered.
const TODAY: &str = "2026-05-01";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Everything in the office.
pub fn everything(number: usize, office: &facts::Office) -> Vec<OfficeRecord> {
    let mut records = partners(number);
    records.extend(STAMPS.iter().map(|stamp| OfficeRecord::Stamp(stamp_of(number, stamp))));
    records.push(OfficeRecord::PriceList(price_list(number, office)));
    records.extend(subscriptions(number, office));
    records.extend(registrations(number, office));
    records
}

/// What a step may have changed.
pub fn changed(number: usize, office: &facts::Office, step: &Step) -> Vec<OfficeRecord> {
    match step {
        Step::Price(_) | Step::Reprice(..) | Step::Meter(_) | Step::Reduce(_) | Step::Rate(..) => {
            vec![OfficeRecord::PriceList(price_list(number, office))]
        }
        Step::Map(..) => registrations(number, office),
        Step::Stand(..) => subscriptions(number, office),
        Step::Deliver(_) | Step::Repeat(_) | Step::Close(_) => Vec::new(),
    }
}

fn subscriptions(number: usize, office: &facts::Office) -> Vec<OfficeRecord> {
    office.subscriptions.iter().map(|facts| OfficeRecord::Subscription(subscription(number, facts))).collect()
}

fn registrations(number: usize, office: &facts::Office) -> Vec<OfficeRecord> {
    let of_the_past = (0..).zip(&office.registrations).map(|(index, facts)| registration(number, index, facts));
    let all = of_the_past.chain(STAMPS.iter().filter_map(|stamp| present(number, office, stamp)));
    all.map(OfficeRecord::Registration).collect()
}

/// The registration of a stamp that holds while everything is delivered. Usage is of the days before, so nobody pays by it.
fn present(number: usize, office: &facts::Office, stamp: &str) -> Option<Registration> {
    let last = office.registrations.iter().position(|facts| facts.stamp == stamp)?;
    let index = u32::try_from(office.registrations.len() + last).unwrap();
    Some(Registration {
        number: u32::try_from(number * 100).unwrap() + index,
        billing_model: BillingModel::PayAsYouUse,
        from: day(TODAY),
        until: None,
        mappings: Vec::new(),
        ..registration(number, last, &office.registrations[last])
    })
}

fn partners(number: usize) -> Vec<OfficeRecord> {
    let price_list = Some(PriceListId::new(&named(number, "list")).unwrap());
    let one = |name: &str, kind, provider| {
        OfficeRecord::Partner(Partner {
            id: PartnerId::new(&named(number, name)).unwrap(),
            name: name.to_owned(),
            kind,
            provider,
            price_list: price_list.clone(),
            retail: None,
        })
    };
    vec![
        one("main", PartnerKind::IndirectProvider, None),
        one("reseller", PartnerKind::IndirectReseller, Some(partner(number))),
        one("other", PartnerKind::Direct, None),
    ]
}

fn stamp_of(number: usize, stamp: &str) -> Stamp {
    let provider = facts::LOCALS.iter().find(|local| is_provider(stamp, local));
    Stamp {
        id: stamp_id(number, stamp),
        name: stamp.to_owned(),
        region: "north".to_owned(),
        partner: None,
        default_provider_subscription: provider.map(|local| LocalSubscriptionId::new(local).unwrap()),
        first_window: WINDOWS.iter().map(|(start, _)| Hour::parse(start).unwrap()).min().unwrap(),
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    }
}

fn price_list(number: usize, office: &facts::Office) -> PriceList {
    PriceList {
        id: PriceListId::new(&named(number, "list")).unwrap(),
        name: "list".to_owned(),
        currency: Currency::parse(office.currency.0).unwrap(),
        rounding: Rounding::from_word(office.rounding).unwrap(),
        prices: office.prices.iter().map(price).collect(),
        billing_currency: office.invoiced_in.map(|(code, _)| Currency::parse(code).unwrap()),
        meters: office.meters.iter().map(meter_mapping).collect(),
        reductions: office.reductions.iter().map(|facts| reduction(number, facts)).collect(),
        exchange: office.rates.iter().map(monthly_rate).collect(),
    }
}

fn meter_mapping(facts: &facts::MeterMapping) -> MeterMapping {
    MeterMapping {
        meter: MeterId::new(facts.meter.spelled).unwrap(),
        scope: if facts.infrastructure { Scope::Infrastructure } else { Scope::Tenant },
        from: day(facts.from),
        commerce_meter: MeterId::new(facts.commerce.spelled).unwrap(),
    }
}

fn reduction(number: usize, facts: &facts::Reduction) -> Reduction {
    Reduction {
        kind: ReductionKind::from_word(facts.kind).unwrap(),
        paying_subscription: facts.subscription.map(|name| subscription_id(number, name)),
        meter: facts.commerce.map(|meter| MeterId::new(meter.spelled).unwrap()),
        from: day(facts.from),
        until: facts.until.map(day),
        share: Share::parse_percent(facts.percent).unwrap(),
    }
}

fn monthly_rate((month, rate): &(&str, &str)) -> MonthlyRate {
    MonthlyRate { month: Month::parse(month).unwrap(), rate: ExchangeRate::parse(rate).unwrap() }
}

fn price(facts: &facts::Price) -> Price {
    let unit = if facts.unit_fits { facts.meter.unit.unwrap() } else { "ip_hours" };
    let tier = |(from, unit_price): &(&str, &str)| Tier {
        from: Quantity::parse(from).unwrap(),
        unit_price: UnitPrice::parse(unit_price).unwrap(),
    };
    Price {
        meter: MeterId::new(facts.meter.spelled).unwrap(),
        from: day(facts.from),
        unit: Unit::from_word(unit).unwrap(),
        conversion: Conversion { priced_unit: format!("{} {unit}", facts.divisor), divisor: facts.divisor },
        included: Quantity::parse(facts.included).unwrap(),
        tiers: facts.tiers.iter().map(tier).collect(),
        source: "generated".to_owned(),
    }
}

fn subscription(number: usize, facts: &facts::Subscription) -> PayingSubscription {
    let standing = |facts: &facts::Standing| Standing {
        from: day(facts.from),
        partner: facts.partner.map(|partner| PartnerId::new(&named(number, partner)).unwrap()),
        state: SubscriptionState::from_word(facts.state).unwrap(),
    };
    PayingSubscription {
        id: subscription_id(number, facts.name),
        name: facts.name.to_owned(),
        kind: SubscriptionKind::from_word(facts.kind).unwrap(),
        directory: DirectoryId::new("ta").unwrap(),
        customer: (facts.kind == "CSP").then(|| CustomerId::new("customer").unwrap()),
        standings: facts.standings.iter().map(standing).collect(),
    }
}

fn registration(number: usize, index: usize, facts: &facts::Registration) -> Registration {
    let mapping = |facts: &facts::Mapping| Mapping {
        tenant: DirectoryId::new(facts.tenant).unwrap(),
        subscription: facts.subscription.map(|name| subscription_id(number, name)),
        from: day(facts.from),
    };
    let name = named(number, facts.stamp);
    Registration {
        // No house has as many as a hundred.
        number: u32::try_from(number * 100 + index).unwrap(),
        id: RegistrationId::new(&format!("/registrations/{name}")).unwrap(),
        name,
        stamp: stamp_id(number, facts.stamp),
        default_subscription: subscription_id(number, facts.default),
        billing_model: BillingModel::from_word(facts.billing_model).unwrap(),
        approved: facts.approved,
        from: day(facts.from),
        until: Some(facts.until.map_or(day(TODAY), day)),
        mappings: facts.mappings.iter().map(mapping).collect(),
        details: model::RegistrationDetails::default(),
    }
}
