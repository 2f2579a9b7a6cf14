//! Cloud: what the stamps of the bench report, and their own exact account of it.
//!
//! The shape follows a page recorded on a real stamp: about 920 bytes of JSON a row, three rows a resource, tags on 60 % of
//! the resources, 30 % of the quantities new every hour. The same seed always gives the same bytes.

use std::{collections::BTreeMap, ops::Range};

use anyhow::{Context as _, Result};
use model::{Day, Hour, LocalSubscriptionId, MeterCatalogue, MeterId, Quantity};

/// How many stamps report.
pub const STAMPS: usize = 20;
/// The rows of one window.
pub const WINDOW_ROWS: u32 = 10_000;
/// The rows of one hour of all stamps.
pub const HOUR_ROWS: u32 = 200_000;

const SUBSCRIPTIONS: usize = 120;
const ROWS_PER_RESOURCE: usize = 3;
const SUBSCRIPTIONS_PER_TENANT: usize = 4;
const LOCATION: &str = "northwest";

/// What a resource of each kind is called, and where.
const KINDS: [&str; 6] = [
    "Microsoft.Compute/virtualMachines/vmprod",
    "Microsoft.Storage/storageAccounts/saprod",
    "Microsoft.Network/publicIPAddresses/pip",
    "Microsoft.Compute/disks/vmprod-OsDisk-1-",
    "Microsoft.Web/serverFarms/workers-plan",
    "Microsoft.KeyVault/vaults/secrets-vault",
];

/// Decimals of the numbers in an [`Account`]: as many as the longest quantity that is sent has.
const UNIT_DECIMALS: usize = 17;

/// Quantities that stay the same from hour to hour: the text, and the number in units of 10^-17.
const STEADY: [(&str, i128); 6] = [
    ("1", 100_000_000_000_000_000),
    ("2", 200_000_000_000_000_000),
    ("0.00134408602150537", 134_408_602_150_537),
    ("4", 400_000_000_000_000_000),
    ("8", 800_000_000_000_000_000),
    ("128", 12_800_000_000_000_000_000),
];

/// How a window is told: what differs from the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// As it is first reported.
    First,
    /// The same rows in another order: other bytes with the same content.
    Reordered,
    /// Every tenth quantity, by chance, is another one.
    Corrected,
}

/// One row: the pieces between what changes from hour to hour.
struct Row {
    /// Up to the time of use.
    head: Range<usize>,
    /// Between the times and the quantity.
    middle: Range<usize>,
    /// Behind the quantity.
    tail: Range<usize>,
    /// The index of its local subscription and of its meter.
    key: (usize, usize),
    steady: Option<usize>,
}

/// A stamp with everything about its rows that never changes.
pub struct Stamp {
    /// Its id.
    pub id: String,
    /// The credential of its bridge.
    pub credential: String,
    seed: u64,
    table: Vec<u8>,
    text: Vec<u8>,
    rows: Vec<Row>,
    subscriptions: Vec<String>,
}

/// A quantity that is sent.
enum Size {
    Steady(usize),
    /// Ten digits, eight of them behind the point.
    Random(u32),
}

impl Size {
    fn units(&self) -> i128 {
        match self {
            Self::Steady(index) => STEADY.get(*index).map_or(0, |(_, units)| *units),
            Self::Random(number) => i128::from(*number) * 1_000_000_000,
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Steady(index) => {
                into.extend_from_slice(STEADY.get(*index).map_or("", |(text, _)| *text).as_bytes());
            }
            Self::Random(number) => {
                let mut digits = [b'0'; 11];
                let mut rest = *number;
                for (index, digit) in digits.iter_mut().enumerate().rev() {
                    if index == 2 {
                        *digit = b'.';
                        continue;
                    }
                    *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                    rest /= 10;
                }
                into.extend_from_slice(&digits);
            }
        }
    }
}

/// The next of a row of well-mixed numbers. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// 2014, figure 17.
fn mixed(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// A number below `end`, which is small.
fn below(random: u64, end: usize) -> usize {
    let end = u128::try_from(end).unwrap_or(1);
    usize::try_from((u128::from(random) * end) >> 64).unwrap_or(0)
}

fn guid(seed: u64) -> String {
    let (high, low) = (mixed(seed), mixed(seed ^ 0x5555));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// All stamps.
pub fn stamps() -> Vec<Stamp> {
    (0..STAMPS).map(|index| Stamp::new(u64::try_from(index).unwrap_or(0))).collect()
}

/// The hour before the first window.
pub fn first_hour() -> Result<Hour> {
    Hour::parse("2026-06-01T00").context("read the first hour")
}

impl Stamp {
    fn new(index: u64) -> Self {
        let seed = mixed(0xb21d_6e00 + index);
        let subscriptions: Vec<String> =
            (0..SUBSCRIPTIONS).map(|place| guid(seed ^ (u64::try_from(place).unwrap_or(0) << 32))).collect();
        let table: Vec<String> = subscriptions
            .iter()
            .enumerate()
            .map(|(place, subscription)| {
                let tenant = guid(seed ^ u64::try_from(place / SUBSCRIPTIONS_PER_TENANT + 1).unwrap_or(0));
                format!("{{\"subscriptionId\":\"{subscription}\",\"tenantId\":\"{tenant}\"}}")
            })
            .collect();
        let mut stamp = Self {
            id: guid(seed),
            credential: guid(seed ^ 0xc0de),
            seed,
            table: format!("{{\"subscriptions\":[{}],\"value\":[", table.join(",")).into_bytes(),
            text: Vec::new(),
            rows: Vec::new(),
            subscriptions,
        };
        for row in 0..usize::try_from(WINDOW_ROWS).unwrap_or(0) {
            stamp.add_row(row);
        }
        stamp
    }

    fn add_row(&mut self, row: usize) {
        let (resource, slot) = (row / ROWS_PER_RESOURCE, row % ROWS_PER_RESOURCE);
        let kind = (resource / SUBSCRIPTIONS) % KINDS.len();
        let key = (resource % SUBSCRIPTIONS, kind * ROWS_PER_RESOURCE + slot);
        let random = mixed(self.seed ^ (u64::try_from(resource).unwrap_or(0) << 8));
        let (subscription, meter) = (self.subscriptions.get(key.0).cloned().unwrap_or_default(), meter(key.1));
        let head = self.append(&format!(
            "{{\"id\":\"/subscriptions/39c82aed-b2b7-4a66-abdb-611de00bf11e/providers/Microsoft.Commerce/UsageAggregate/\
             {subscription}-{meter}\",\"name\":\"{subscription}-{meter}\",\"type\":\"Microsoft.Commerce/UsageAggregate\",\
             \"properties\":{{\"subscriptionId\":\"{subscription}\",\"usageStartTime\":\""
        ));
        let tags = if random % 10 < 6 {
            let (centre, tier) = ((random >> 8) % 200, ["prod", "test", "dev"][below(random, 3)]);
            format!(
                "{{\\\\\\\"costCenter\\\\\\\":\\\\\\\"{centre:05}\\\\\\\",\\\\\\\"tier\\\\\\\":\\\\\\\"{tier}\\\\\\\"}}"
            )
        } else {
            String::new()
        };
        let middle = self.append(&format!(
            "\",\"instanceData\":\"{{\\\"Microsoft.Resources\\\":{{\\\"resourceUri\\\":\\\"/subscriptions/{subscription}/\
             resourcegroups/rg-{:04x}/providers/{}{resource:06}\\\",\\\"location\\\":\\\"{LOCATION}\\\",\
             \\\"tags\\\":\\\"{tags}\\\",\\\"additionalInfo\\\":\\\"\\\"}}}}\",\"quantity\":",
            (random >> 24) & 0xffff,
            KINDS.get(kind).copied().unwrap_or_default(),
        ));
        let tail = self.append(&format!(",\"meterId\":\"{meter}\",\"name\":\"{subscription}-{meter}\"}}}}"));
        let steady = match slot {
            0 => Some(0),
            1 => Some(below(mixed(random), STEADY.len())),
            // Of every third row nine in ten are random: three in ten of all.
            _ => (random % 100 < 10).then_some(3),
        };
        self.rows.push(Row { head, middle, tail, key, steady });
    }

    fn append(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(text.as_bytes());
        start..self.text.len()
    }

    fn size(&self, index: usize, row: &Row, hour: Hour, telling: Telling) -> Size {
        let place = (u64::from(hour.0) << 20) ^ u64::try_from(index).unwrap_or(0);
        let random = mixed(self.seed ^ place);
        if telling == Telling::Corrected && random.is_multiple_of(10) {
            return Size::Random(ten_digits(mixed(random)));
        }
        row.steady.map_or_else(|| Size::Random(ten_digits(random)), Size::Steady)
    }

    /// The body of a window.
    pub fn window(&self, hour: Hour, telling: Telling) -> Vec<u8> {
        let times = format!("{}\",\"usageEndTime\":\"{}", time(used(hour)), time(hour));
        let order_seed = self.seed ^ u64::from(hour.0) ^ (u64::from(telling != Telling::First) << 40);
        let mut body = Vec::with_capacity(self.text.len() + self.table.len() + self.rows.len() * 80);
        body.extend_from_slice(&self.table);
        let piece = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        for resource in shuffled(self.rows.len().div_ceil(ROWS_PER_RESOURCE), order_seed) {
            let start = resource * ROWS_PER_RESOURCE;
            for (index, row) in self.rows.iter().enumerate().skip(start).take(ROWS_PER_RESOURCE) {
                body.extend_from_slice(piece(&row.head));
                body.extend_from_slice(times.as_bytes());
                body.extend_from_slice(piece(&row.middle));
                self.size(index, row, hour, telling).write(&mut body);
                body.extend_from_slice(piece(&row.tail));
                body.push(b',');
            }
        }
        body.pop();
        body.extend_from_slice(b"]}");
        body
    }

    /// How many rows of a window have another quantity when it is corrected.
    pub fn corrections(&self, hour: Hour) -> u64 {
        let units = |index, row: &Row, telling| self.size(index, row, hour, telling).units();
        let rows = self.rows.iter().enumerate();
        let differing =
            rows.filter(|(index, row)| units(*index, row, Telling::First) != units(*index, row, Telling::Corrected));
        u64::try_from(differing.count()).unwrap_or(u64::MAX)
    }
}

/// The meters in use, in the spelling of a stamp.
fn meter(index: usize) -> &'static str {
    MeterCatalogue::published().meters().get(index).map_or("", |meter| meter.id.as_str())
}

fn ten_digits(random: u64) -> u32 {
    // From 10.00000000 to below 42.9: ten digits, and within 32 bits.
    1_000_000_000 + u32::try_from(below(random, 3_290_000_000)).unwrap_or(0)
}

/// Stamps report an hour's use in the hour after it.
fn used(hour: Hour) -> Hour {
    Hour(hour.0.saturating_sub(1))
}

fn time(hour: Hour) -> String {
    hour.to_string().replace('Z', "+00:00")
}

fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut random = mixed(seed);
    for last in (1..count).rev() {
        random = mixed(random);
        order.swap(last, below(random, last + 1));
    }
    order
}

/// What the stamps know they reported: per stamp, day of use, local subscription and meter, in units of 10^-17.
#[derive(Default)]
pub struct Account {
    sums: BTreeMap<(usize, Day), Vec<i128>>,
}

impl Account {
    /// Books a window that is reported for the first time.
    pub fn book(&mut self, stamps: &[Stamp], stamp: usize, hour: Hour) {
        self.add(stamps, stamp, hour, Telling::First, 1);
    }

    /// Books that a window is told again with corrections.
    pub fn correct(&mut self, stamps: &[Stamp], stamp: usize, hour: Hour) {
        self.add(stamps, stamp, hour, Telling::First, -1);
        self.add(stamps, stamp, hour, Telling::Corrected, 1);
    }

    fn add(&mut self, stamps: &[Stamp], place: usize, hour: Hour, telling: Telling, times: i128) {
        let Some(stamp) = stamps.get(place) else { return };
        let meters = KINDS.len() * ROWS_PER_RESOURCE;
        let sums = self.sums.entry((place, used(hour).day())).or_insert_with(|| vec![0; SUBSCRIPTIONS * meters]);
        for (index, row) in stamp.rows.iter().enumerate() {
            if let Some(sum) = sums.get_mut(row.key.0 * meters + row.key.1) {
                *sum += stamp.size(index, row, hour, telling).units() * times;
            }
        }
    }

    /// The daily sums of a stamp, by day, local subscription and meter.
    pub fn of_stamp(
        &self,
        stamps: &[Stamp],
        place: usize,
    ) -> Result<BTreeMap<(Day, LocalSubscriptionId, MeterId), Quantity>> {
        let mut found = BTreeMap::new();
        let Some(stamp) = stamps.get(place) else { return Ok(found) };
        let meters = KINDS.len() * ROWS_PER_RESOURCE;
        for ((_, day), sums) in self.sums.range((place, Day(0))..(place + 1, Day(0))) {
            for (index, units) in sums.iter().enumerate().filter(|(_, units)| **units != 0) {
                let subscription = stamp.subscriptions.get(index / meters).context("find a subscription")?;
                let key = (*day, LocalSubscriptionId::new(subscription)?, MeterId::new(meter(index % meters))?);
                found.insert(key, quantity(*units)?);
            }
        }
        Ok(found)
    }
}

fn quantity(units: i128) -> Result<Quantity> {
    let digits = format!("{units:0>width$}", width = UNIT_DECIMALS + 1);
    let (whole, fraction) = digits.split_at(digits.len() - UNIT_DECIMALS);
    let text = format!("{whole}.{fraction}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Quantity::from_decimal(text).with_context(|| format!("read the quantity {text}"))
}
