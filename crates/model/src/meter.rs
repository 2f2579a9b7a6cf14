//! Meters: what a stamp can measure. The catalogue is the data file beside this crate.

use std::{collections::HashMap, sync::LazyLock};

use crate::MeterId;

/// One name each for the values of a column of the data files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$value_doc])* $value,)* }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The word in files, in the store and on the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }

            /// Reads the word; nothing for any other text.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$value),)* _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What one of a quantity is. The data file says `GB` for 10^9 or 2^30 bytes as the stamp does: it does not tell.
    Unit {
        /// Address hours.
        IpHours = "ip_hours",
        /// Gigabyte hours.
        GbHours = "gb_hours",
        /// Gigabytes.
        Gb = "gb",
        /// Gigabyte months; an hour counts one by the hours of its month.
        GbMonths = "gb_months",
        /// Gigabyte seconds.
        GbSeconds = "gb_seconds",
        /// Megabyte hours.
        MbHours = "mb_hours",
        /// Byte hours.
        ByteHours = "byte_hours",
        /// Ten thousand requests.
        TenThousandRequests = "ten_thousand_requests",
        /// Ten requests.
        TenRequests = "ten_requests",
        /// Virtual core hours.
        VcpuHours = "vcpu_hours",
        /// Virtual machine hours, whatever the size.
        VmHours = "vm_hours",
        /// Core hours.
        CoreHours = "core_hours",
        /// Disk months; an hour counts one by the hours of its month.
        DiskMonths = "disk_months",
        /// Disk hours.
        DiskHours = "disk_hours",
        /// Hours.
        Hours = "hours",
        /// Site hours.
        SiteHours = "site_hours",
        /// Bindings.
        Bindings = "bindings",
    }
}

words! {
    /// The service a meter belongs to.
    Family {
        /// Addresses.
        Network = "network",
        /// Blobs, tables, queues.
        Storage = "storage",
        /// Virtual machines.
        VirtualMachines = "virtual_machines",
        /// Managed disks and snapshots.
        ManagedDisks = "managed_disks",
        /// SQL Server hosting.
        Sql = "sql",
        /// MySQL hosting.
        Mysql = "mysql",
        /// Event Hubs.
        EventHubs = "event_hubs",
        /// Key Vault.
        KeyVault = "key_vault",
        /// App Service.
        AppService = "app_service",
    }
}

words! {
    /// Whether usage of a meter is charged.
    Charge {
        /// In tenant subscriptions; free on the default provider subscription. Source: usage reporting page 2022-11, infrastructure VMs.
        Tenants = "tenants",
        /// Also on the default provider subscription, where App Service workers run. Source: App Service billing FAQ 2020.
        Everywhere = "everywhere",
        /// Shown and never charged.
        Informational = "informational",
    }
}

/// One meter of a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// The id as stamps send it; the compared form is [`MeterId::folded`].
    pub id: MeterId,
    /// The name people know.
    pub name: &'static str,
    /// The service.
    pub family: Family,
    /// The unit of its quantities.
    pub unit: Unit,
    /// Whether it is charged.
    pub charge: Charge,
    /// Whether stamps of today no longer send it. It stays readable.
    pub deprecated: bool,
    /// Where the facts are from.
    pub source: &'static str,
}

/// The known meters.
#[derive(Debug)]
pub struct MeterCatalogue {
    meters: Vec<Meter>,
    /// The name of the kind of meter that has no fixed id: one for each custom worker tier of App Service.
    unnumbered: Vec<&'static str>,
    by_id: HashMap<MeterId, usize>,
}

impl MeterCatalogue {
    /// The catalogue of the data file: 86 entries, of which one has no fixed id.
    pub fn published() -> &'static Self {
        static PUBLISHED: LazyLock<MeterCatalogue> =
            LazyLock::new(|| MeterCatalogue::read(include_str!("../data/meters.csv")));
        &PUBLISHED
    }

    fn read(file: &'static str) -> Self {
        let mut catalogue = Self { meters: Vec::new(), unnumbered: Vec::new(), by_id: HashMap::new() };
        for line in file.lines().skip(1) {
            let columns: Vec<&'static str> = line.split(',').collect();
            let [_, as_sent, name, family, unit, charge, status, source] = columns.as_slice() else { continue };
            let (Some(family), Some(unit), Some(charge)) =
                (Family::from_word(family), Unit::from_word(unit), Charge::from_word(charge))
            else {
                continue;
            };
            let Ok(id) = MeterId::new(as_sent) else {
                catalogue.unnumbered.push(name);
                continue;
            };
            catalogue.by_id.insert(id.clone(), catalogue.meters.len());
            let deprecated = *status == "deprecated";
            catalogue.meters.push(Meter { id, name, family, unit, charge, deprecated, source });
        }
        catalogue
    }

    /// The meter with this id in any spelling.
    pub fn find(&self, id: &MeterId) -> Option<&Meter> {
        self.by_id.get(id).and_then(|index| self.meters.get(*index))
    }

    /// All meters with an id, in the order of the file.
    pub fn meters(&self) -> &[Meter] {
        &self.meters
    }

    /// Names of the entries that have no fixed id.
    pub fn unnumbered(&self) -> &[&'static str] {
        &self.unnumbered
    }
}

#[cfg(test)]
mod tests;
