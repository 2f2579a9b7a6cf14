use std::collections::{BTreeMap, BTreeSet};

use contract::usage_page::{InstanceData, VirtualMachineDetails};
use model::{MeterCatalogue, MeterId};

use super::*;
use crate::emulate::{Cloud, Profile, Row, tests::hour};

fn plan(resources: u32, days: u32) -> Plan {
    Plan::of(Profile::Hoster, 7, hour("2026-10-05T00"), days, Some(resources)).unwrap()
}

fn built(plan: &Plan, resources: u32) -> Vec<Resource> {
    build(plan, &Chance::new(plan.seed), resources).unwrap()
}

fn rows(cloud: &Cloud) -> Vec<Row> {
    let plan = cloud.plan();
    (plan.start.0..plan.end.0 + 48).flat_map(|hour| cloud.window(Hour(hour))).collect()
}

#[test]
fn the_slots_are_shared_unevenly_and_none_is_lost() {
    let plan = plan(2_000, 30);
    let grounds = divide(&plan, &Chance::new(plan.seed), 2_000);
    assert_eq!(grounds.iter().map(|ground| ground.slots).sum::<u32>(), 2_000);
    let tenants = || grounds.iter().skip(1).map(|ground| ground.slots);
    assert!(tenants().max().unwrap() > 10 * tenants().min().unwrap().max(1));
}

#[test]
fn each_address_and_stream_of_chance_belongs_to_one_resource() {
    let resources = built(&plan(3_000, 30), 3_000);
    let uris: BTreeSet<_> = resources.iter().map(|resource| &resource.uri).collect();
    let subjects: BTreeSet<_> = resources.iter().map(|resource| resource.subject).collect();
    assert_eq!((uris.len(), subjects.len()), (resources.len(), resources.len()));
}

#[test]
fn machines_are_stopped_deallocated_resized_and_replaced() {
    let plan = plan(3_000, 30);
    let resources = built(&plan, 3_000);
    let machines = || {
        resources.iter().filter_map(|resource| match &resource.kind {
            Kind::Machine(machine) => Some((resource, machine)),
            _ => None,
        })
    };
    let states = |state| machines().filter(|(_, one)| one.phases.iter().any(|phase| phase.state == state)).count();
    assert!(states(State::Stopped) > 20 && states(State::Deallocated) > 20);
    let resized =
        |machine: &Machine| machine.phases.windows(2).any(|pair| pair[0].instance_data != pair[1].instance_data);
    assert!(machines().filter(|(_, machine)| resized(machine)).count() > 20);
    assert!(machines().filter(|(resource, _)| resource.uri.ends_with("-1")).count() > 20);
    for (resource, machine) in machines() {
        assert!(machine.phases.is_sorted_by_key(|phase| phase.from) && machine.phases[0].from == resource.runs.start);
        for phase in &machine.phases {
            let counted = machine.counts(phase.from).is_some();
            let allocated = machine.phase(phase.from).unwrap().state != State::Deallocated;
            assert_eq!(counted, allocated && machine.calendar.works(phase.from));
        }
        if *resource.subscription.as_str() == *plan.provider_subscription.as_str() {
            assert_eq!((machine.phases.len(), machine.calendar), (1, Calendar::Always));
        }
    }
}

#[test]
fn what_a_machine_is_charged_as_fits_its_document_in_every_hour() {
    let cloud = Cloud::new(plan(600, 12)).unwrap();
    let mut seen = BTreeMap::new();
    for row in rows(&cloud).iter().filter(|row| row.resource_uri.contains("/virtualMachines/")) {
        let document: InstanceData<'_> = serde_json::from_str(&row.instance_data).unwrap();
        let details: VirtualMachineDetails<'_> = serde_json::from_str(&document.resources.additional_info).unwrap();
        let vcpus = size::find(&details.service_type).unwrap().vcpus;
        let windows = IMAGES.iter().any(|image| image.0 == details.publisher && image.3);
        if row.meter.as_ref() != meters::VM_SIZE_HOURS {
            assert_eq!(row.number.text(), format!("{vcpus}.0"));
            assert!(windows || row.meter.as_ref() == meters::BASE_VM);
            *seen.entry((windows, row.meter.to_string())).or_insert(0) += 1;
        }
    }
    // Windows, Linux, and Windows under a licence of the tenant's own.
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn every_service_is_used_and_only_custom_tiers_are_in_no_catalogue() {
    let cloud = Cloud::new(plan(600, 3)).unwrap();
    let all = rows(&cloud);
    let sent: BTreeSet<_> = all.iter().map(|row| row.meter.to_string()).collect();
    let tiers: BTreeSet<_> = TIERS.iter().map(|tier| meters::custom_worker_tier(tier)).collect();
    let unknown = |meter: &&String| MeterCatalogue::published().find(&MeterId::new(meter).unwrap()).is_none();
    assert!(sent.iter().filter(unknown).all(|meter| tiers.contains(meter)));
    assert!(sent.iter().any(|meter| tiers.contains(meter)));
    let missing: Vec<_> = meters::all().filter(|meter| !sent.contains(*meter)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    let provider = &cloud.plan().provider_subscription;
    let workers = all.iter().filter(|row| row.meter.as_ref() == meters::APP_SERVICE);
    assert!(workers.clone().count() > 0 && workers.clone().all(|row| row.subscription == *provider));
}

#[test]
fn more_runs_in_office_hours_than_on_a_weekend() {
    let cloud = Cloud::new(plan(2_000, 30)).unwrap();
    // The plan starts on a Monday; by the fourth week nothing new comes any more.
    let machines = |offset| {
        let rows = cloud.window(cloud.plan().start.plus(offset));
        rows.iter().filter(|row| row.meter.as_ref() == meters::VM_SIZE_HOURS).count()
    };
    let (tuesday, sunday) = (machines(24 * 22 + 11), machines(24 * 27 + 11));
    assert!(tuesday > sunday + sunday / 20, "{tuesday} on Tuesday, {sunday} on Sunday");
}
