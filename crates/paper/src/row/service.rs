//! Row: services and units by the words that finance people and their tools use.

use model::{Family, Meter, Unit};

/// What a meter's service is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServiceNames {
    /// The service, in all files.
    pub(crate) name: &'static str,
    /// FOCUS: `ServiceCategory`.
    pub(crate) category: &'static str,
    /// FOCUS: `ServiceSubcategory`, which must belong to the category.
    pub(crate) subcategory: &'static str,
    /// The resource provider that reports it.
    pub(crate) provider: &'static str,
}

/// The service of a meter; of an unknown one nothing is said.
///
/// Source: FOCUS 1.4, columns ServiceCategory and ServiceSubcategory, read 2026-11; which service is which is our reading.
pub(crate) fn service_names(meter: Option<&Meter>) -> ServiceNames {
    let (name, category, subcategory, provider) = match meter.map(|meter| meter.family) {
        Some(Family::Network) => ("Virtual Network", "Networking", "Network Infrastructure", "Microsoft.Network"),
        Some(Family::Storage) => ("Storage", "Storage", "Object Storage", "Microsoft.Storage"),
        Some(Family::VirtualMachines) => ("Virtual Machines", "Compute", "Virtual Machines", "Microsoft.Compute"),
        Some(Family::ManagedDisks) => ("Managed Disks", "Storage", "Block Storage", "Microsoft.Compute"),
        Some(Family::Sql) => ("SQL Databases", "Databases", "Relational Databases", "Microsoft.SQLAdapter"),
        Some(Family::Mysql) => ("MySQL Databases", "Databases", "Relational Databases", "Microsoft.MySQLAdapter"),
        Some(Family::EventHubs) => ("Event Hubs", "Integration", "Messaging", "Microsoft.EventHub"),
        Some(Family::KeyVault) => ("Key Vault", "Security", "Secret Management", "Microsoft.KeyVault"),
        Some(Family::AppService) => ("App Service", "Web", "Application Platforms", "Microsoft.Web"),
        None => ("Other", "Other", "Other (Other)", ""),
    };
    ServiceNames { name, category, subcategory, provider }
}

/// Hours that people call a month: those of each month, and the mean.
const HOURS_OF_A_MONTH: [u32; 5] = [672, 696, 720, 730, 744];

/// So many of a unit in the words of FOCUS. Source: FOCUS 1.4, attribute Unit Format, read 2026-11.
pub(crate) fn focus_unit(unit: Unit, divisor: u32) -> String {
    let one = match unit {
        Unit::IpHours => "IP-Hours",
        Unit::GbHours => "GB-Hours",
        Unit::Gb => "GB",
        Unit::GbMonths => "GB-Months",
        Unit::GbSeconds => "GB-Seconds",
        Unit::MbHours => "MB-Hours",
        Unit::ByteHours => "Byte-Hours",
        Unit::TenThousandRequests => "10000 Requests",
        Unit::TenRequests => "10 Requests",
        Unit::VcpuHours | Unit::CoreHours => "Core-Hours",
        Unit::VmHours => "VM-Hours",
        Unit::DiskMonths => "Disk-Months",
        Unit::DiskHours => "Disk-Hours",
        Unit::Hours => "Hours",
        Unit::SiteHours => "Site-Hours",
        Unit::Bindings => "Bindings",
    };
    match one.strip_suffix("Hours") {
        _ if divisor == 1 => one.to_owned(),
        Some(thing) if HOURS_OF_A_MONTH.contains(&divisor) => format!("{thing}Months"),
        _ => format!("{divisor} x {one}"),
    }
}

/// A unit in the words of reconciliation files. Source: Partner Center documentation and rate cards, read 2026-11; those of
/// meters that are not in them are formed alike.
pub(crate) fn invoice_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::IpHours | Unit::VcpuHours | Unit::VmHours | Unit::CoreHours | Unit::Hours | Unit::SiteHours => "1 Hour",
        Unit::GbHours => "1 GB/Hr",
        Unit::Gb => "1 GB",
        Unit::GbMonths => "1 GB/Month",
        Unit::GbSeconds => "1 GB/Second",
        Unit::MbHours => "1 MB/Hr",
        Unit::ByteHours => "1 Byte/Hr",
        Unit::TenThousandRequests => "10K",
        Unit::TenRequests => "10",
        Unit::DiskMonths => "1/Month",
        Unit::DiskHours => "1/Hour",
        Unit::Bindings => "1",
    }
}
