//! Facts: what a generated history says, as plain texts. Both the hub and the oracle are told these, and nothing else.

/// A meter, with what the published catalogue says of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Meter {
    pub id: &'static str,
    /// The same id as another stamp spells it.
    pub spelled: &'static str,
    /// Nothing for a meter that is not in the catalogue.
    pub unit: Option<&'static str>,
    /// `tenants`, `everywhere` or `informational`.
    pub charge: &'static str,
}

pub const METERS: &[Meter] = &[
    Meter {
        id: "fab6eb84-500b-4a09-a8ca-7358f8bbaea5",
        spelled: "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5",
        unit: Some("vcpu_hours"),
        charge: "tenants",
    },
    Meter {
        id: "09f8879e-87e9-4305-a572-4b7be209f857",
        spelled: "09F8879E87E94305A5724B7BE209F857",
        unit: Some("gb_hours"),
        charge: "tenants",
    },
    Meter {
        id: "190c935e-9ada-48ff-9ab8-56ea1cf9adaa",
        spelled: "190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA",
        unit: Some("vcpu_hours"),
        charge: "everywhere",
    },
    Meter {
        id: "6dab500f-a4fd-49c4-956d-229bb9c8c793",
        spelled: "6DAB500F-A4FD-49C4-956D-229BB9C8C793",
        unit: Some("vm_hours"),
        charge: "informational",
    },
    Meter { id: "nobody-knows-this", spelled: "NOBODY-knows-this", unit: None, charge: "tenants" },
];

/// Meters that no stamp measures by: prices are for them, and local meters are mapped to them.
pub const COMMERCE: &[Meter] = &[
    Meter {
        id: "c0ffee00-0000-4000-8000-000000000001",
        spelled: "C0FFEE00000040008000000000000001",
        unit: Some("vcpu_hours"),
        charge: "tenants",
    },
    Meter { id: "storage-admin", spelled: "Storage-Admin", unit: Some("gb_hours"), charge: "tenants" },
];

/// The days of use and of change: few, so that they meet, and at the bounds of months.
pub const DAYS: &[&str] = &[
    "2026-01-01",
    "2026-01-09",
    "2026-01-10",
    "2026-01-11",
    "2026-01-31",
    "2026-02-01",
    "2026-02-14",
    "2026-02-28",
    "2026-03-01",
    "2026-03-15",
    "2026-03-31",
];

pub const MONTHS: &[&str] = &["2026-01", "2026-02", "2026-03"];

/// The windows, as start and end. Before the first two everything was used; the others end where a row may begin.
pub const WINDOWS: &[(&str, &str)] = &[
    ("2026-04-01T00:00:00Z", "2026-04-01T01:00:00Z"),
    ("2026-04-01T01:00:00Z", "2026-04-01T02:00:00Z"),
    ("2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z"),
    ("2026-01-10T04:00:00Z", "2026-01-10T05:00:00Z"),
];

/// The local subscriptions; the first is the default provider subscription of stamp `a`.
pub const LOCALS: &[&str] = &["l1", "l2", "l0", "l3", "moving", "nowhere"];

/// The directory that a stamp names for a local subscription in a window.
pub fn tenant_of(local: &str, window: &str) -> Option<&'static str> {
    match local {
        "l0" => Some("home"),
        "l1" | "l3" => Some("ta"),
        "l2" => Some("tb"),
        "moving" => Some(if window < "2026-04" { "ta" } else { "tb" }),
        _ => None,
    }
}

pub const STAMPS: &[&str] = &["a", "b"];

/// Whether a local subscription is the default provider subscription of a stamp.
pub fn is_provider(stamp: &str, local: &str) -> bool {
    stamp == "a" && local == "l0"
}

#[derive(Debug, Clone)]
pub struct Row {
    pub local: &'static str,
    /// The address of the resource.
    pub resource: &'static str,
    pub tags: &'static str,
    pub meter: &'static Meter,
    pub day: &'static str,
    /// When the use begins, as `05:00:00Z`, and when it ends; with a day of its own if it is not the same one.
    pub start: &'static str,
    pub end: &'static str,
    pub quantity: &'static str,
    /// Whether the ids are spelled in the other way.
    pub spelled: bool,
}

impl Row {
    pub fn start(&self) -> String {
        format!("{}T{}", self.day, self.start)
    }

    pub fn end(&self) -> String {
        if self.end.len() > "00:00:00Z".len() { self.end.to_owned() } else { format!("{}T{}", self.day, self.end) }
    }
}

#[derive(Debug, Clone)]
pub struct Window {
    pub stamp: &'static str,
    /// Start and end.
    pub hour: (&'static str, &'static str),
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Price {
    pub meter: &'static Meter,
    pub from: &'static str,
    /// Whether its unit is the meter's.
    pub unit_fits: bool,
    pub divisor: u32,
    pub included: &'static str,
    /// From which quantity on, and at which price. The first is from zero.
    pub tiers: Vec<(&'static str, &'static str)>,
}

/// Says what a local meter is priced as.
#[derive(Debug, Clone)]
pub struct MeterMapping {
    pub meter: &'static Meter,
    pub infrastructure: bool,
    pub from: &'static str,
    pub commerce: &'static Meter,
}

/// A part of prices that is not paid.
#[derive(Debug, Clone)]
pub struct Reduction {
    /// `discount` or `earned_credit`.
    pub kind: &'static str,
    pub subscription: Option<&'static str>,
    pub commerce: Option<&'static Meter>,
    pub from: &'static str,
    pub until: Option<&'static str>,
    /// Unit: percent.
    pub percent: &'static str,
}

#[derive(Debug, Clone)]
pub struct Standing {
    pub from: &'static str,
    /// `main`, its reseller `reseller`, or `other`.
    pub partner: Option<&'static str>,
    pub state: &'static str,
}

#[derive(Debug, Clone)]
pub struct Subscription {
    pub name: &'static str,
    pub kind: &'static str,
    pub standings: Vec<Standing>,
}

#[derive(Debug, Clone)]
pub struct Mapping {
    pub tenant: &'static str,
    pub subscription: Option<&'static str>,
    pub from: &'static str,
}

#[derive(Debug, Clone)]
pub struct Registration {
    pub stamp: &'static str,
    pub from: &'static str,
    pub until: Option<&'static str>,
    pub default: &'static str,
    pub billing_model: &'static str,
    pub approved: bool,
    pub mappings: Vec<Mapping>,
}

/// What the office knows at one moment.
#[derive(Debug, Clone)]
pub struct Office {
    /// The code, and the decimals of its minor unit.
    pub currency: (&'static str, u32),
    /// The same of the invoices; that of the prices when there is none.
    pub invoiced_in: Option<(&'static str, u32)>,
    pub rounding: &'static str,
    pub prices: Vec<Price>,
    pub meters: Vec<MeterMapping>,
    pub reductions: Vec<Reduction>,
    /// Months with what the currency of the prices is worth. The last one of a month counts.
    pub rates: Vec<(&'static str, &'static str)>,
    pub subscriptions: Vec<Subscription>,
    pub registrations: Vec<Registration>,
}

#[derive(Debug, Clone)]
pub enum Step {
    Deliver(Window),
    /// Delivers what was delivered before, counted from the first delivery and around: a repetition or a step back.
    Repeat(usize),
    Close(&'static str),
    Price(Price),
    /// Corrects what the first tier of one of the prices costs, counted around: the same days, other money.
    Reprice(usize, &'static str),
    /// Says from a day on, which may be long ago, what a local meter is priced as.
    Meter(MeterMapping),
    Reduce(Reduction),
    Rate(&'static str, &'static str),
    /// Adds a mapping to one of the registrations, counted around.
    Map(usize, Mapping),
    /// Adds a standing to one of the subscriptions, counted around.
    Stand(usize, Standing),
}

/// Everything that happens to one partner.
#[derive(Debug, Clone)]
pub struct History {
    pub office: Office,
    pub steps: Vec<Step>,
    /// How the deliveries are put into another order.
    pub shuffle: Vec<u8>,
    /// Whether everything is proved at the end.
    pub proved: bool,
}

impl Office {
    /// Lets a step happen. Nothing that was there is taken away.
    pub fn change(&mut self, step: &Step) {
        match step {
            Step::Price(price) => self.prices.push(price.clone()),
            Step::Reprice(index, unit_price) => {
                let mut price = self.prices[index % self.prices.len()].clone();
                price.tiers[0].1 = unit_price;
                self.prices.push(price);
            }
            Step::Meter(mapping) => self.meters.push(mapping.clone()),
            Step::Reduce(reduction) => self.reductions.push(reduction.clone()),
            Step::Rate(month, rate) => self.rates.push((month, rate)),
            Step::Map(index, mapping) if !self.registrations.is_empty() => {
                let count = self.registrations.len();
                self.registrations[index % count].mappings.push(mapping.clone());
            }
            Step::Stand(index, standing) => {
                let count = self.subscriptions.len();
                let standings = &mut self.subscriptions[index % count].standings;
                // A history of standings never goes back.
                let from = standings.last().map_or(standing.from, |last| last.from.max(standing.from));
                standings.push(Standing { from, ..standing.clone() });
            }
            _ => {}
        }
    }
}
