//! Resource: what exists on the cloud, for how long, and what its rows say about it.

use std::{borrow::Cow, ops::Range, sync::Arc};

use contract::usage_page::{InstanceData, ResourceInstance, VirtualMachineDetails};
use model::{Hour, LocalSubscriptionId};

use crate::emulate::{
    Plan, Workload,
    calendar::Calendar,
    dice::{Chance, Dice},
    fleet,
    life::Machine,
    meters::{self, DISK_CLASSES, DiskClass},
    size::{self, CHOSEN},
};

/// The kinds in a tenant's local subscription, over and over.
const TENANT_KINDS: &[Built] = &[
    Built::VirtualMachine,
    Built::Disk,
    Built::VirtualMachine,
    Built::Disk,
    Built::Storage,
    Built::Address(meters::DYNAMIC_ADDRESS),
    Built::VirtualMachine,
    Built::Disk,
    Built::Storage,
    Built::Address(meters::STATIC_ADDRESS),
    Built::Database(meters::SQL_DATABASE_SIZE),
    Built::AppPlan,
    Built::VirtualMachine,
    Built::Disk,
    Built::KeyVault,
    Built::Site,
    Built::EventHubs,
    Built::Database(meters::MYSQL_DATABASE_SIZE),
    Built::Functions,
    Built::Storage,
];

/// The kinds in the default provider subscription, over and over.
const PROVIDER_KINDS: &[Built] =
    &[Built::VirtualMachine, Built::Storage, Built::Workers, Built::VirtualMachine, Built::Workers];

/// Publisher, offer, edition, and whether the image is charged as Windows.
pub(super) const IMAGES: &[(&str, &str, &str, bool)] = &[
    ("MicrosoftWindowsServer", "WindowsServer", "2016-Datacenter", true),
    ("MicrosoftWindowsServer", "WindowsServer", "2019-Datacenter", true),
    ("MicrosoftWindowsServer", "WindowsServer", "2012-R2-Datacenter", true),
    ("commvault", "commvault", "commvaulttrial", true),
    ("Canonical", "UbuntuServer", "16.04-LTS", false),
    ("Canonical", "UbuntuServer", "18.04-LTS", false),
    ("credativ", "Debian", "9", false),
];

/// Groups that resources of tenants live in.
pub(super) const GROUPS: &[&str] = &["web", "erp", "analytics", "mail", "files", "test"];

/// A kind before its details are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Built {
    VirtualMachine,
    Disk,
    Storage,
    Address(&'static str),
    Database(&'static str),
    KeyVault,
    EventHubs,
    Workers,
    AppPlan,
    Site,
    Functions,
}

/// What a resource is, with what does not change about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A virtual machine. It is deallocated in the pause and in the hours of the day given.
    VirtualMachine { vcpus: u64, windows: bool, off_hours: Range<u32>, pause: Range<Hour> },
    /// A virtual machine with a life of its own.
    Machine(Machine),
    /// A snapshot of a disk. It holds the same as long as it is there.
    Snapshot { meter: &'static str, stored_megabytes: u64 },
    /// A plan of App Service on a custom worker tier.
    CustomPlan { meter: Arc<str> },
    /// A managed disk with what is stored on it in the beginning.
    Disk { class: &'static DiskClass, stored_megabytes: u64 },
    /// A storage account with what it holds in the beginning, none where a service is not used.
    Storage { page_nanogigabytes: Option<u64>, block_kibibytes: Option<u64>, tables: bool, queues: bool, busy: bool },
    /// A public address of the meter given.
    Address { meter: &'static str },
    /// A database of the meter given.
    Database { meter: &'static str, megabytes: u64 },
    /// A key vault.
    KeyVault,
    /// An Event Hubs cluster.
    EventHubs { cores: u64 },
    /// A worker of App Service.
    Workers { vcpus: u64 },
    /// A plan of App Service with workers of its own.
    AppPlan { meter: &'static str },
    /// A site on shared workers.
    Site { secured: bool },
    /// A functions app.
    Functions,
}

/// One resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its own stream of chance.
    pub subject: u64,
    /// Where it lives.
    pub subscription: LocalSubscriptionId,
    /// The hours in which it exists.
    pub runs: Range<Hour>,
    /// Its address on the stamp.
    pub uri: Arc<str>,
    /// The inner document of its rows, as it is in the beginning.
    pub instance_data: Arc<str>,
    /// Its busy hours.
    pub calendar: Calendar,
    /// What it is.
    pub kind: Kind,
}

impl Resource {
    /// The inner document of its rows in an hour. A resized machine has another one.
    pub fn document(&self, hour: Hour) -> &Arc<str> {
        match &self.kind {
            Kind::Machine(machine) => machine.phase(hour).map_or(&self.instance_data, |phase| &phase.instance_data),
            _ => &self.instance_data,
        }
    }

    /// Whether an ordinary row may be reported so many hours after its use.
    pub fn may_report(&self, delay: u32) -> bool {
        matches!(self.kind, Kind::Disk { .. }) == (delay == 0)
    }
}

/// Writes the inner document of a row.
pub fn instance_data(
    uri: &str,
    region: &str,
    tags: &str,
    additional_info: &str,
) -> Result<Arc<str>, serde_json::Error> {
    let resources = ResourceInstance {
        resource_uri: Cow::Borrowed(uri),
        location: Cow::Borrowed(region),
        tags: Cow::Borrowed(tags),
        additional_info: Cow::Borrowed(additional_info),
    };
    serde_json::to_string(&InstanceData { resources }).map(Arc::from)
}

/// All resources of a plan, in the order of the plan.
pub fn build(plan: &Plan, chance: &Chance) -> Result<Vec<Resource>, serde_json::Error> {
    match plan.story.workload {
        Workload::Sample => build_sample(plan, chance),
        Workload::Fleet { resources } => fleet::build(plan, chance, resources),
    }
}

/// A sample of every service in each local subscription, from the first hour on.
fn build_sample(plan: &Plan, chance: &Chance) -> Result<Vec<Resource>, serde_json::Error> {
    let mut resources = Vec::new();
    let provider = (&plan.provider_subscription, plan.start..plan.end, PROVIDER_KINDS);
    let tenants = plan.tenants.iter().flat_map(|tenant| &tenant.subscriptions).map(|planned| {
        let until = planned.deleted_at.unwrap_or(plan.end).min(plan.end);
        (&planned.id, planned.from.max(plan.start)..until, TENANT_KINDS)
    });
    for (subscription, lives, kinds) in std::iter::once(provider).chain(tenants) {
        let mut machine_runs = lives.clone();
        for (index, built) in (0..plan.resources_per_subscription).zip(kinds.iter().cycle()) {
            let subject = u64::try_from(resources.len()).unwrap_or(u64::MAX).saturating_add(1);
            let mut site = Site { plan, subscription, index, dice: chance.of_subject(subject) };
            // A disk lives as long as the machine before it.
            let runs = match built {
                Built::VirtualMachine => site.machine_life(&lives),
                Built::Disk => machine_runs.clone(),
                _ => lives.clone(),
            };
            if *built == Built::VirtualMachine {
                machine_runs = runs.clone();
            }
            resources.push(site.raise(*built, runs, subject)?);
        }
    }
    Ok(resources)
}

/// Where one resource is raised, and the draws that decide how.
struct Site<'a> {
    plan: &'a Plan,
    subscription: &'a LocalSubscriptionId,
    index: u32,
    dice: Dice,
}

impl Site<'_> {
    fn raise(&mut self, built: Built, runs: Range<Hour>, subject: u64) -> Result<Resource, serde_json::Error> {
        let (mut tags, mut details) = ("", String::new());
        let kind = match built {
            Built::VirtualMachine => {
                let (machine_tags, machine_details, kind) = self.machine(&runs)?;
                (tags, details) = (machine_tags, machine_details);
                kind
            }
            Built::Disk => self.disk(),
            Built::Storage => self.storage(),
            Built::Address(meter) => Kind::Address { meter },
            Built::Database(meter) => Kind::Database { meter, megabytes: self.dice.within(1, 64).saturating_mul(256) },
            Built::KeyVault => Kind::KeyVault,
            Built::EventHubs => Kind::EventHubs { cores: self.dice.within(1, 3).saturating_mul(10) },
            Built::Workers => Kind::Workers { vcpus: 1 << self.dice.below(3) },
            Built::AppPlan => {
                let plans = [meters::SMALL_STANDARD_APP_SERVICE, meters::LARGE_PREMIUM_APP_SERVICE];
                Kind::AppPlan { meter: self.dice.pick(&plans).copied().unwrap_or(meters::SMALL_STANDARD_APP_SERVICE) }
            }
            Built::Site => Kind::Site { secured: self.dice.one_in(2) },
            Built::Functions => Kind::Functions,
        };
        let uri: Arc<str> = self.uri(built).into();
        let instance_data = instance_data(&uri, &self.plan.region, tags, &details)?;
        let (subscription, calendar) = (self.subscription.clone(), Calendar::Always);
        Ok(Resource { subject, subscription, runs, uri, instance_data, calendar, kind })
    }

    /// One virtual machine in six comes and goes within the life of its subscription.
    fn machine_life(&mut self, lives: &Range<Hour>) -> Range<Hour> {
        let length = u64::from(lives.end.0.saturating_sub(lives.start.0));
        if length < 12 || !self.dice.one_in(6) {
            return lives.clone();
        }
        let born = self.dice.below(length / 2);
        let age = self.dice.within(3, length / 2);
        lives.start.plus(hours(born))..lives.start.plus(hours(born.saturating_add(age))).min(lives.end)
    }

    fn machine(&mut self, runs: &Range<Hour>) -> Result<(&'static str, String, Kind), serde_json::Error> {
        let (publisher, offer, sku, windows) = self.dice.pick(IMAGES).copied().unwrap_or_default();
        let size = self.dice.pick(CHOSEN).and_then(|name| size::find(name));
        let (size, vcpus) = size.map_or(("Standard_A1", 1), |size| (size.name, u64::from(size.vcpus)));
        let tags = if self.dice.one_in(4) { r#"{"RG":"rg","costCentre":"4711"}"# } else { "null" };
        let details = VirtualMachineDetails {
            service_type: Cow::Borrowed(size),
            image_type: None,
            publisher: Cow::Borrowed(publisher),
            offer: Cow::Borrowed(offer),
            sku: Cow::Borrowed(sku),
        };
        // Infrastructure never pauses; of a tenant's machines one in five sleeps at night, one in four pauses once.
        let tenants = *self.subscription != self.plan.provider_subscription;
        let off_hours = if tenants && self.dice.one_in(5) { 0..5 } else { 0..0 };
        let length = u64::from(runs.end.0.saturating_sub(runs.start.0));
        let pause = if tenants && self.dice.one_in(4) {
            let from = runs.start.plus(hours(self.dice.below(length)));
            from..from.plus(hours(self.dice.within(3, 40)))
        } else {
            runs.start..runs.start
        };
        Ok((tags, serde_json::to_string(&details)?, Kind::VirtualMachine { vcpus, windows, off_hours, pause }))
    }

    fn disk(&mut self) -> Kind {
        let class = self.dice.pick(DISK_CLASSES).unwrap_or(&DISK_CLASSES[0]);
        let stored_megabytes = self.dice.within(1_500, class.gigabytes.saturating_mul(600));
        Kind::Disk { class, stored_megabytes }
    }

    fn storage(&mut self) -> Kind {
        let pages = self.dice.one_in(2);
        let blocks = !pages || self.dice.one_in(3);
        Kind::Storage {
            page_nanogigabytes: pages.then(|| self.dice.within(1_650_611_978, 221_170_987_282)),
            block_kibibytes: blocks.then(|| self.dice.within(8, 900)),
            tables: self.dice.one_in(3),
            queues: self.dice.one_in(4),
            busy: self.dice.one_in(2),
        }
    }

    /// The address of a resource. Storage spells `resourcegroups` in lower case, as recorded.
    fn uri(&mut self, built: Built) -> String {
        let (subscription, index) = (self.subscription.as_str(), self.index);
        let tail = self.dice.hex();
        let (groups, path) = match built {
            Built::VirtualMachine => ("resourceGroups", format!("Microsoft.Compute/virtualMachines/vm-{index}")),
            Built::Disk => ("resourceGroups", format!("Microsoft.Compute/disks/vm-{index}_OsDisk_1_{tail}")),
            Built::Storage => ("resourcegroups", format!("Microsoft.Storage/storageAccounts/st{tail}{index}")),
            Built::Address(_) => ("resourceGroups", format!("Microsoft.Network/publicIPAddresses/ip-{index}")),
            Built::Database(meters::SQL_DATABASE_SIZE) => {
                ("resourceGroups", format!("Microsoft.SQLAdapter/databases/db{index}"))
            }
            Built::Database(_) => ("resourceGroups", format!("Microsoft.MySQLAdapter/databases/db{index}")),
            Built::KeyVault => ("resourceGroups", format!("Microsoft.KeyVault/vaults/kv-{tail}")),
            Built::EventHubs => ("resourceGroups", format!("Microsoft.EventHub/clusters/eh-{index}")),
            Built::Workers | Built::AppPlan => ("resourceGroups", format!("Microsoft.Web/serverfarms/plan-{index}")),
            Built::Site => ("resourceGroups", format!("Microsoft.Web/sites/site-{tail}")),
            Built::Functions => ("resourceGroups", format!("Microsoft.Web/sites/functions-{tail}")),
        };
        let group = if *self.subscription == self.plan.provider_subscription {
            format!("system.{}", self.plan.region)
        } else {
            (*self.dice.pick(GROUPS).unwrap_or(&"test")).to_owned()
        };
        format!("/subscriptions/{subscription}/{groups}/{group}/providers/{path}")
    }
}

fn hours(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
