//! Meters of commerce: what a meter is called on the paying side.
//!
//! Source: the data file beside this crate, whose rows carry theirs.

use model::{Family, MeterCatalogue, MeterId, PriceList, Unit};

/// The region of every meter of a stamp. Source: RateCard of offer MS-AZR-0003P, 2020-01.
pub const REGION: &str = "Azure Stack";

/// What a meter is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterTexts {
    /// The service.
    pub category: String,
    /// The kind of it.
    pub subcategory: String,
    /// The meter.
    pub name: String,
    /// What one of its quantity is, such as `1 GB/Hr`.
    pub unit: String,
}

/// A meter of commerce with what it is called.
#[derive(Debug, Clone, Copy)]
pub struct CommerceMeter<'a> {
    meter: &'a MeterId,
    list: Option<&'a PriceList>,
}

impl<'a> CommerceMeter<'a> {
    /// A meter, of a price list where there is one.
    pub fn new(meter: &'a MeterId, list: Option<&'a PriceList>) -> Self {
        Self { meter, list }
    }

    /// What it is called: as it was published, or as the first local meter that it stands for.
    pub fn texts(&self) -> MeterTexts {
        let catalogue = MeterCatalogue::published();
        let mapped = || {
            let mappings = self.list.into_iter().flat_map(|list| &list.meters);
            mappings.filter(|one| one.commerce_meter == *self.meter).find_map(|one| catalogue.find(&one.meter))
        };
        let local = catalogue.find(self.meter).or_else(mapped);
        let priced = self.list.and_then(|list| list.prices.iter().rfind(|price| price.meter == *self.meter));
        let measured = priced.map(|price| price.unit).or(local.map(|local| local.unit));
        if let Some([_, category, subcategory, name, unit]) = published(self.meter) {
            let unit = measured.map_or(unit, unit_text);
            return MeterTexts::of(category, subcategory, name, unit);
        }
        let family = local.map_or("", |local| family_text(local.family));
        let name = local.map_or(self.meter.as_str(), |local| local.name);
        MeterTexts::of("Azure Stack Hub", family, name, measured.map_or("", unit_text))
    }
}

impl MeterTexts {
    fn of(category: &str, subcategory: &str, name: &str, unit: &str) -> Self {
        Self {
            category: category.to_owned(),
            subcategory: subcategory.to_owned(),
            name: name.to_owned(),
            unit: unit.to_owned(),
        }
    }
}

/// The first columns of a published meter.
fn published(meter: &MeterId) -> Option<[&'static str; 5]> {
    let lines = include_str!("../../data/commerce-meters.csv").lines().skip(1);
    let mut rows = lines.filter_map(|line| line.splitn(6, ',').collect::<Vec<_>>().first_chunk::<5>().copied());
    rows.find(|[id, ..]| MeterId::new(id).is_ok_and(|id| id == *meter))
}

/// What one of a quantity is, as meters of commerce write it.
pub fn unit_text(unit: Unit) -> &'static str {
    match unit {
        Unit::GbHours => "1 GB/Hr",
        Unit::Gb => "1 GB",
        Unit::GbMonths => "1 GB/Month",
        Unit::GbSeconds => "1 GB Second",
        Unit::MbHours => "1 MB/Hr",
        Unit::ByteHours => "1 Byte/Hr",
        Unit::TenThousandRequests => "10K",
        Unit::TenRequests => "10",
        Unit::DiskMonths => "1/Month",
        Unit::Bindings => "1",
        Unit::IpHours
        | Unit::VcpuHours
        | Unit::VmHours
        | Unit::CoreHours
        | Unit::DiskHours
        | Unit::Hours
        | Unit::SiteHours => "1 Hour",
    }
}

fn family_text(family: Family) -> &'static str {
    match family {
        Family::Network => "Network",
        Family::Storage => "Storage",
        Family::VirtualMachines => "Virtual Machines",
        Family::ManagedDisks => "Managed Disks",
        Family::Sql => "SQL",
        Family::Mysql => "MySQL",
        Family::EventHubs => "Event Hubs",
        Family::KeyVault => "Key Vault",
        Family::AppService => "App Service",
    }
}
