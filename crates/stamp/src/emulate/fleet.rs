//! Fleet: resources that come, change and go, unevenly spread over the local subscriptions of a plan.

use std::{borrow::Cow, ops::Range, sync::Arc};

use contract::usage_page::VirtualMachineDetails;
use model::{Hour, LocalSubscriptionId};

use crate::emulate::{
    Plan,
    calendar::{Calendar, Zone},
    dice::{Chance, Dice},
    life::{self, Machine, Phase, State, Turn},
    meters::{self, DISK_CLASSES},
    resource::{GROUPS, IMAGES, Kind, Resource, instance_data},
    size::{self, CHOSEN, VmSize},
};

/// What stands in a slot of a tenant, over and over.
const TENANT_SLOTS: &[Slot] = &[
    Slot::Machine,
    Slot::Disk,
    Slot::Address,
    Slot::Machine,
    Slot::Disk,
    Slot::Disk,
    Slot::Storage,
    Slot::Machine,
    Slot::Disk,
    Slot::Snapshot,
    Slot::Database,
    Slot::Storage,
    Slot::Site,
    Slot::Storage,
    Slot::Machine,
    Slot::Disk,
    Slot::KeyVault,
    Slot::Storage,
    Slot::Storage,
    Slot::Functions,
    Slot::AppPlan,
    Slot::Site,
    Slot::EventHubs,
    Slot::CustomPlan,
];

/// What stands in a slot of the operator: infrastructure, and the workers of App Service.
const PROVIDER_SLOTS: &[Slot] = &[Slot::Machine, Slot::Storage, Slot::Workers, Slot::Machine, Slot::Workers];

/// The time zones that tenants work in.
const ZONES: &[Zone] = &[Zone(1), Zone(1), Zone(0), Zone(2), Zone(-5), Zone(9)];

/// The custom worker tiers of App Service.
const TIERS: &[&str] = &["Memory 64", "Compute 16", "Isolated"];

/// The most machines that follow each other in one slot.
const GENERATIONS_MAX: u64 = 100;

/// The operator has one slot of so many.
const PROVIDER_SHARE: u32 = 25;

/// The stream of chance that decides how large a local subscription is, counted from the end so that no resource has it.
const SUBSCRIPTION_STREAMS: u64 = 1 << 63;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Machine,
    Disk,
    Snapshot,
    Storage,
    Address,
    Database,
    KeyVault,
    EventHubs,
    Workers,
    AppPlan,
    CustomPlan,
    Site,
    Functions,
}

/// A local subscription with what is decided for all of it.
struct Ground<'a> {
    subscription: &'a LocalSubscriptionId,
    lives: Range<Hour>,
    slots: u32,
    zone: Zone,
    operator: bool,
}

/// All resources of a plan with so many slots.
pub fn build(plan: &Plan, chance: &Chance, slots: u32) -> Result<Vec<Resource>, serde_json::Error> {
    let mut resources = Vec::new();
    let mut subject = 0_u64;
    for ground in divide(plan, chance, slots) {
        let kinds = if ground.operator { PROVIDER_SLOTS } else { TENANT_SLOTS };
        let mut machines: Vec<Range<Hour>> = vec![ground.lives.clone()];
        for (index, slot) in (0..ground.slots).zip(kinds.iter().cycle()) {
            subject = subject.saturating_add(1);
            let mut dice = chance.of_subject(subject.saturating_mul(GENERATIONS_MAX));
            let spans = match slot {
                Slot::Machine => generations(&ground, &mut dice),
                // A disk is there as long as the machine before it, also while that is deallocated.
                Slot::Disk => machines.clone(),
                _ => vec![span(&ground, &mut dice)],
            };
            if *slot == Slot::Machine {
                machines.clone_from(&spans);
            }
            for (generation, runs) in (0..GENERATIONS_MAX).zip(spans) {
                let subject = subject.saturating_mul(GENERATIONS_MAX).saturating_add(generation);
                let mut yard = Yard { plan, ground: &ground, index, generation, dice: chance.of_subject(subject) };
                // The first draws said when it lives; these say what it is.
                yard.dice.hex();
                resources.push(yard.raise(*slot, runs, subject)?);
            }
        }
    }
    Ok(resources)
}

/// Gives each local subscription its slots: a few have many.
fn divide<'a>(plan: &'a Plan, chance: &Chance, slots: u32) -> Vec<Ground<'a>> {
    let operators = (slots / PROVIDER_SHARE).max(3).min(slots);
    let mut grounds = vec![Ground {
        subscription: &plan.provider_subscription,
        lives: plan.start..plan.end,
        slots: operators,
        zone: Zone(0),
        operator: true,
    }];
    let mut weights = Vec::new();
    for (tenant, number) in plan.tenants.iter().zip(1_u64..) {
        let mut dice = chance.of_subject(SUBSCRIPTION_STREAMS.saturating_add(number));
        let zone = dice.pick(ZONES).copied().unwrap_or(Zone(0));
        for planned in &tenant.subscriptions {
            let until = planned.deleted_at.unwrap_or(plan.end).min(plan.end);
            let lives = planned.from.max(plan.start)..until;
            weights.push(if dice.one_in(5) { dice.within(20, 60) } else { dice.within(2, 12) });
            grounds.push(Ground { subscription: &planned.id, lives, slots: 0, zone, operator: false });
        }
    }
    let total = weights.iter().fold(0_u64, |sum, weight| sum.saturating_add(*weight)).max(1);
    let shared = u64::from(slots.saturating_sub(operators));
    let (mut reached, mut given) = (0_u64, 0_u64);
    for (ground, weight) in grounds.iter_mut().skip(1).zip(weights) {
        reached = reached.saturating_add(weight);
        let until = shared.saturating_mul(reached) / total;
        ground.slots = u32::try_from(until.saturating_sub(given)).unwrap_or(u32::MAX);
        given = until;
    }
    grounds
}

fn later(hour: Hour, hours: u64) -> Hour {
    hour.plus(u32::try_from(hours).unwrap_or(u32::MAX))
}

/// One resource in ten comes later, one in eight goes before its subscription does.
fn span(ground: &Ground<'_>, dice: &mut Dice) -> Range<Hour> {
    if ground.operator {
        return ground.lives.clone();
    }
    let born = if dice.one_in(10) { later(ground.lives.start, dice.below(24 * 10)) } else { ground.lives.start };
    let gone = if dice.one_in(8) { later(born, dice.within(24 * 5, 24 * 60)) } else { ground.lives.end };
    born..gone.min(ground.lives.end)
}

/// The machines of a slot, one after another. In one slot of six they come and go.
fn generations(ground: &Ground<'_>, dice: &mut Dice) -> Vec<Range<Hour>> {
    if ground.operator || !dice.one_in(6) {
        return vec![span(ground, dice)];
    }
    let mut spans = Vec::new();
    let mut born = later(ground.lives.start, dice.below(24 * 3));
    for _ in 0..GENERATIONS_MAX {
        if born >= ground.lives.end {
            break;
        }
        let gone = later(born, dice.within(6, 24 * 30)).min(ground.lives.end);
        spans.push(born..gone);
        born = later(gone, dice.within(1, 24 * 6));
    }
    spans
}

/// Where one resource is raised, and the draws that decide how.
struct Yard<'a> {
    plan: &'a Plan,
    ground: &'a Ground<'a>,
    index: u32,
    generation: u64,
    dice: Dice,
}

impl Yard<'_> {
    fn raise(&mut self, slot: Slot, runs: Range<Hour>, subject: u64) -> Result<Resource, serde_json::Error> {
        let uri: Arc<str> = self.uri(slot).into();
        let calendar = match self.dice.below(3) {
            0 => Calendar::Always,
            _ => Calendar::Office(self.ground.zone),
        };
        let kind = self.kind(slot, &uri, &runs)?;
        let instance_data = match &kind {
            Kind::Machine(Machine { phases, .. }) if !phases.is_empty() => Arc::clone(&phases[0].instance_data),
            _ => instance_data(&uri, &self.plan.region, "", "")?,
        };
        Ok(Resource {
            subject,
            subscription: self.ground.subscription.clone(),
            runs,
            uri,
            instance_data,
            calendar,
            kind,
        })
    }

    fn kind(&mut self, slot: Slot, uri: &str, runs: &Range<Hour>) -> Result<Kind, serde_json::Error> {
        let dice = &mut self.dice;
        Ok(match slot {
            Slot::Machine => Kind::Machine(self.machine(uri, runs)?),
            Slot::Disk => {
                let class = dice.pick(DISK_CLASSES).unwrap_or(&DISK_CLASSES[0]);
                Kind::Disk { class, stored_megabytes: dice.within(1_500, class.gigabytes.saturating_mul(600)) }
            }
            Slot::Snapshot => {
                let both = [meters::ACTUAL_STANDARD_SNAPSHOT_SIZE, meters::ACTUAL_PREMIUM_SNAPSHOT_SIZE];
                let meter = dice.pick(&both).copied().unwrap_or(meters::ACTUAL_STANDARD_SNAPSHOT_SIZE);
                Kind::Snapshot { meter, stored_megabytes: dice.within(900, 60_000) }
            }
            Slot::Storage => self.storage(),
            Slot::Address => {
                let both = [meters::DYNAMIC_ADDRESS, meters::STATIC_ADDRESS];
                Kind::Address { meter: dice.pick(&both).copied().unwrap_or(meters::DYNAMIC_ADDRESS) }
            }
            Slot::Database => {
                let both = [meters::SQL_DATABASE_SIZE, meters::MYSQL_DATABASE_SIZE];
                let meter = dice.pick(&both).copied().unwrap_or(meters::SQL_DATABASE_SIZE);
                Kind::Database { meter, megabytes: dice.within(1, 64).saturating_mul(256) }
            }
            Slot::KeyVault => Kind::KeyVault,
            Slot::EventHubs => Kind::EventHubs { cores: dice.within(1, 3).saturating_mul(10) },
            Slot::Workers => Kind::Workers { vcpus: 1 << dice.below(3) },
            Slot::AppPlan => {
                let plans = [meters::SMALL_STANDARD_APP_SERVICE, meters::LARGE_PREMIUM_APP_SERVICE];
                Kind::AppPlan { meter: dice.pick(&plans).copied().unwrap_or(meters::SMALL_STANDARD_APP_SERVICE) }
            }
            Slot::CustomPlan => {
                let tier = dice.pick(TIERS).copied().unwrap_or("Isolated");
                Kind::CustomPlan { meter: meters::custom_worker_tier(tier).into() }
            }
            Slot::Site => Kind::Site { secured: dice.one_in(2) },
            Slot::Functions => Kind::Functions,
        })
    }

    fn storage(&mut self) -> Kind {
        let pages = self.dice.one_in(2);
        let blocks = !pages || self.dice.one_in(3);
        Kind::Storage {
            page_nanogigabytes: pages.then(|| self.dice.within(1_650_611_978, 221_170_987_282)),
            block_kibibytes: blocks.then(|| self.dice.within(8, 900)),
            tables: self.dice.one_in(2),
            queues: self.dice.one_in(3),
            busy: !self.dice.one_in(3),
        }
    }

    /// Infrastructure always runs. Of the tenants' machines one in five works in office hours, one in 20 at month ends.
    fn machine(&mut self, uri: &str, runs: &Range<Hour>) -> Result<Machine, serde_json::Error> {
        let dice = &mut self.dice;
        let image = dice.pick(IMAGES).copied().unwrap_or_default();
        // Who has a licence of their own pays for the bare machine. Source: domain notes E.7.
        let licensed = image.3 && !dice.one_in(6);
        let calendar = match dice.below(20) {
            0 => Calendar::MonthEnd(self.ground.zone),
            1..=4 => Calendar::Office(self.ground.zone),
            _ => Calendar::Always,
        };
        let tags = if dice.one_in(4) { r#"{"RG":"rg","costCentre":"4711"}"# } else { "null" };
        let turns = if self.ground.operator { Vec::new() } else { life::turns(runs, dice) };
        let mut machine = Machine {
            meter: if licensed { meters::WINDOWS_VM } else { meters::BASE_VM },
            calendar: if self.ground.operator { Calendar::Always } else { calendar },
            phases: vec![self.phase(uri, tags, image, runs.start)?],
        };
        for (from, turn) in turns {
            let phase = match (turn, machine.phases.last()) {
                (Turn::Into(state), Some(last)) => Phase { from, state, ..last.clone() },
                _ => self.phase(uri, tags, image, from)?,
            };
            machine.phases.push(phase);
        }
        Ok(machine)
    }

    /// A machine that begins to run with a size.
    fn phase(
        &mut self,
        uri: &str,
        tags: &str,
        (publisher, offer, sku, _): (&str, &str, &str, bool),
        from: Hour,
    ) -> Result<Phase, serde_json::Error> {
        let size = self.dice.pick(CHOSEN).and_then(|name| size::find(name));
        let VmSize { name, vcpus } = size.unwrap_or(VmSize { name: "Standard_A1", vcpus: 1 });
        let details = VirtualMachineDetails {
            service_type: Cow::Borrowed(name),
            image_type: None,
            publisher: Cow::Borrowed(publisher),
            offer: Cow::Borrowed(offer),
            sku: Cow::Borrowed(sku),
        };
        let instance_data = instance_data(uri, &self.plan.region, tags, &serde_json::to_string(&details)?)?;
        Ok(Phase { from, state: State::Running, vcpus: u64::from(vcpus), instance_data })
    }

    /// The address of a resource. Storage spells `resourcegroups` in lower case, as recorded.
    fn uri(&mut self, slot: Slot) -> String {
        let (subscription, index, generation) = (self.ground.subscription.as_str(), self.index, self.generation);
        let tail = self.dice.hex();
        let groups = if slot == Slot::Storage { "resourcegroups" } else { "resourceGroups" };
        let path = match slot {
            Slot::Machine => format!("Microsoft.Compute/virtualMachines/vm-{index}-{generation}"),
            Slot::Disk => format!("Microsoft.Compute/disks/vm-{index}-{generation}_OsDisk_1_{tail}"),
            Slot::Snapshot => format!("Microsoft.Compute/snapshots/snapshot-{index}"),
            Slot::Storage => format!("Microsoft.Storage/storageAccounts/st{tail}{index}"),
            Slot::Address => format!("Microsoft.Network/publicIPAddresses/ip-{index}"),
            Slot::Database => format!("Microsoft.SQLAdapter/databases/db{index}"),
            Slot::KeyVault => format!("Microsoft.KeyVault/vaults/kv-{index}-{tail}"),
            Slot::EventHubs => format!("Microsoft.EventHub/clusters/eh-{index}"),
            Slot::Workers | Slot::AppPlan | Slot::CustomPlan => format!("Microsoft.Web/serverfarms/plan-{index}"),
            Slot::Site | Slot::Functions => format!("Microsoft.Web/sites/site-{index}-{tail}"),
        };
        let group = if self.ground.operator {
            format!("system.{}", self.plan.region)
        } else {
            (*self.dice.pick(GROUPS).unwrap_or(&"test")).to_owned()
        };
        format!("/subscriptions/{subscription}/{groups}/{group}/providers/{path}")
    }
}

#[cfg(test)]
mod tests;
