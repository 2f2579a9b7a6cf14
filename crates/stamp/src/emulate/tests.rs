use std::{collections::BTreeMap, ops::Range, sync::Arc};

use contract::usage_page::{InstanceData, VirtualMachineDetails};
use model::{CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, MeterCatalogue, MeterId, Quantity};

use crate::emulate::{
    AccountKey, Cloud, CloudHandle, CopiedRow, CorrectionError, CustomMeterRow, LateRow, Plan, PlanError,
    PlannedSubscription, Row, Story, Tenant, meters, size,
};

pub const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";
pub const ADATUM: &str = "60000000-0000-4000-8000-0000000000a1";
pub const WINGTIP: &str = "60000000-0000-4000-8000-0000000000b1";

pub fn hour(text: &str) -> Hour {
    Hour::parse(text).unwrap()
}

fn local(text: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(text).unwrap()
}

/// Two tenants for four days in December; Wingtip leaves after two.
pub fn plan() -> Plan {
    let start = hour("2026-12-01T00");
    let tenant = |directory: &str, domain: &str, id: &str, deleted_at| Tenant {
        directory: DirectoryId::new(directory).unwrap(),
        domain: domain.to_owned(),
        subscriptions: vec![PlannedSubscription { id: local(id), from: start, deleted_at }],
    };
    Plan {
        seed: 4711,
        cloud: CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap(),
        name: "Amsterdam".to_owned(),
        region: "north".to_owned(),
        home_directory: DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap(),
        provider_subscription: local(PROVIDER),
        tenants: vec![
            tenant("30000000-0000-4000-8000-0000000000a1", "adatum.onmicrosoft.com", ADATUM, None),
            tenant("30000000-0000-4000-8000-0000000000b1", "wingtip.onmicrosoft.com", WINGTIP, Some(start.plus(48))),
        ],
        start,
        end: start.plus(96),
        resources_per_subscription: 20,
        token: None,
        story: Story::default(),
    }
}

/// Long enough that even the latest row has been reported.
pub fn all_windows() -> Range<Hour> {
    plan().start..plan().end.plus(48)
}

fn rows_of(cloud: &Cloud) -> Vec<(Hour, Row)> {
    let window = |hour: Hour| cloud.window(hour).into_iter().map(move |row| (hour, row));
    (all_windows().start.0..all_windows().end.0).map(Hour).flat_map(window).collect()
}

pub fn sums(rows: impl IntoIterator<Item = Row>) -> BTreeMap<AccountKey, Quantity> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let meter = MeterId::new(&row.meter).unwrap();
        let key = AccountKey { day: row.used.day(), subscription: row.subscription, meter };
        let sum: &mut Quantity = sums.entry(key).or_default();
        // The text is what a reader has, so the text is what is summed here.
        *sum = sum.checked_add(Quantity::parse(row.number.text()).unwrap()).unwrap();
    }
    sums
}

#[test]
fn the_same_seed_gives_the_same_rows_in_any_order_of_asking_and_another_seed_gives_others() {
    let (one, other) = (Cloud::new(plan()).unwrap(), Cloud::new(plan()).unwrap());
    let mut hours: Vec<Hour> = (all_windows().start.0..all_windows().end.0).map(Hour).collect();
    let forward: Vec<_> = hours.iter().map(|hour| one.window(*hour)).collect();
    hours.reverse();
    let mut backward: Vec<_> = hours.iter().map(|hour| other.window(*hour)).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    let different = Cloud::new(Plan { seed: 4712, ..plan() }).unwrap();
    assert_ne!(forward[30], different.window(plan().start.plus(30)));
}

#[test]
fn a_window_is_ordered_by_subscription_hour_meter_and_resource() {
    let rows = Cloud::new(plan()).unwrap().window(plan().start.plus(30));
    let keys: Vec<_> = rows
        .iter()
        .map(|row| (row.subscription.to_string(), row.used, row.meter.to_string(), row.resource_uri.to_string()))
        .collect();
    assert!(keys.len() > 50, "{} rows", keys.len());
    assert!(keys.is_sorted());
    let mut once = keys.clone();
    once.dedup();
    assert_eq!(once, keys);
}

#[test]
fn each_hour_of_a_virtual_machine_is_a_pair_of_rows_with_the_processors_of_its_size() {
    let mut pairs: BTreeMap<_, Vec<(Hour, Row)>> = BTreeMap::new();
    for (window, row) in rows_of(&Cloud::new(plan()).unwrap()) {
        if row.resource_uri.contains("/virtualMachines/") {
            pairs.entry((row.used, Arc::clone(&row.resource_uri))).or_default().push((window, row));
        }
    }
    assert!(pairs.len() > 300, "{} hours", pairs.len());
    let mut charged = BTreeMap::new();
    for pair in pairs.values() {
        let [(window, size), (other_window, processors)] = pair.as_slice() else { panic!("{pair:?}") };
        assert_eq!(window, other_window);
        assert_eq!((size.meter.as_ref(), size.number.text()), (meters::VM_SIZE_HOURS, "1.0"));
        let document: InstanceData<'_> = serde_json::from_str(&size.instance_data).unwrap();
        let details: VirtualMachineDetails<'_> = serde_json::from_str(&document.resources.additional_info).unwrap();
        let vcpus = size::find(&details.service_type).unwrap().vcpus;
        assert_eq!(processors.number.text(), format!("{vcpus}.0"));
        let windows = details.publisher == "MicrosoftWindowsServer" || details.publisher == "commvault";
        assert_eq!(processors.meter.as_ref(), if windows { meters::WINDOWS_VM } else { meters::BASE_VM });
        *charged.entry(windows).or_insert(0) += 1;
        assert!(size.resource_uri.contains("/resourceGroups/"));
    }
    assert_eq!(charged.len(), 2, "both kinds of image run: {charged:?}");
}

#[test]
fn a_disk_counts_one_by_the_hours_of_its_month() {
    for (start, share) in [
        ("2026-12-03T00", "0.00134408602150538"),
        ("2026-11-03T00", "0.00138888888888889"),
        ("2027-02-03T00", "0.00148809523809524"),
    ] {
        let start = hour(start);
        let mut changed = Plan { start, end: start.plus(96), ..plan() };
        changed.tenants[0].subscriptions[0].from = start;
        let rows = Cloud::new(changed).unwrap().window(start.plus(10));
        let classes: Vec<&str> = meters::DISK_CLASSES.iter().map(|class| class.meter).collect();
        let disks: Vec<_> = rows.iter().filter(|row| classes.contains(&row.meter.as_ref())).collect();
        assert!(!disks.is_empty());
        assert!(disks.iter().all(|row| row.number.text() == share && row.used == start.plus(10)), "{disks:?}");
    }
}

#[test]
fn every_meter_is_sent_as_the_catalogue_spells_it_except_those_of_machines() {
    let catalogue = MeterCatalogue::published();
    let mut seen = BTreeMap::new();
    for (_, row) in rows_of(&Cloud::new(Plan { resources_per_subscription: 60, ..plan() }).unwrap()) {
        *seen.entry(row.meter.to_string()).or_insert(0) += 1;
    }
    for meter in seen.keys() {
        let known = catalogue.find(&MeterId::new(meter).unwrap()).unwrap();
        let machine = [meters::VM_SIZE_HOURS, meters::WINDOWS_VM, meters::BASE_VM].contains(&meter.as_str());
        assert!(known.id.as_str() == meter || machine && known.id.folded() == meter, "{meter}");
        assert!(!known.deprecated, "{meter}");
    }
    assert_eq!(seen.len(), 36, "{seen:?}");
}

#[test]
fn texts_of_rows_have_the_recorded_forms() {
    let rows = rows_of(&Cloud::new(Plan { resources_per_subscription: 60, ..plan() }).unwrap());
    let mut tags = BTreeMap::new();
    for (_, row) in &rows {
        let document: InstanceData<'_> = serde_json::from_str(&row.instance_data).unwrap();
        let machine = !document.resources.additional_info.is_empty();
        *tags.entry((machine, document.resources.tags.into_owned())).or_insert(0) += 1;
        assert_eq!(row.resource_uri.contains("/resourcegroups/"), row.resource_uri.contains("/storageAccounts/"));
    }
    let forms: Vec<_> = tags.keys().map(|(machine, tags)| (*machine, tags.as_str())).collect();
    assert_eq!(forms, [(false, ""), (true, "null"), (true, r#"{"RG":"rg","costCentre":"4711"}"#)]);
    let tiny = rows.iter().filter(|(_, row)| row.number.text().contains("e-0")).count();
    let long = rows.iter().map(|(_, row)| row.number.text().bytes().filter(u8::is_ascii_digit).count()).max();
    assert!(tiny > 100, "{tiny}");
    assert!(long >= Some(17), "{long:?}");
    let cores = rows.iter().filter(|(_, row)| row.meter.as_ref() == meters::EVENT_HUBS_CORE);
    assert!(cores.clone().count() > 0);
    assert!(cores.clone().all(|(_, row)| ["10.0", "20.0", "30.0"].contains(&row.number.text())));
}

#[test]
fn most_rows_come_an_hour_late_some_two_and_a_few_much_later() {
    let mut delays: BTreeMap<u32, u32> = BTreeMap::new();
    for (window, row) in rows_of(&Cloud::new(plan()).unwrap()) {
        *delays.entry((window.0 - row.used.0).min(3)).or_default() += 1;
    }
    let [same, next, second, later] = [0, 1, 2, 3].map(|delay| delays.get(&delay).copied().unwrap_or_default());
    assert!(next > 2 * (same + second + later), "{delays:?}");
    assert!(same > 0 && second > 0 && later > 0 && later < second, "{delays:?}");
}

#[test]
fn some_machines_pause_some_come_and_go_and_none_outlives_its_subscription() {
    let mut hours: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    let rows = rows_of(&Cloud::new(Plan { resources_per_subscription: 200, ..plan() }).unwrap());
    for (_, row) in rows.iter().filter(|(_, row)| row.meter.as_ref() == meters::VM_SIZE_HOURS) {
        hours.entry(Arc::clone(&row.resource_uri)).or_default().push(row.used.0);
    }
    // A machine that only sleeps at night is off in the first five hours of a day.
    let off = |hours: &[u32]| -> Vec<bool> {
        let off = hours.windows(2).flat_map(|pair| pair[0] + 1..pair[1]);
        off.map(|hour| hour % 24 < 5).collect()
    };
    for hours in hours.values_mut() {
        hours.sort_unstable();
    }
    let paused = hours.values().filter(|hours| off(hours).contains(&false)).count();
    let asleep = hours.values().filter(|hours| off(hours).len() > 4 && !off(hours).contains(&false)).count();
    let short = hours.values().filter(|hours| hours.last().unwrap() - hours.first().unwrap() < 40).count();
    assert!(paused > 2 && asleep > 2 && short > 2, "{paused} paused, {asleep} asleep, {short} short");
    let wingtip: Vec<_> = rows.iter().filter(|(_, row)| row.subscription == local(WINGTIP)).collect();
    assert!(wingtip.iter().all(|(_, row)| row.used < plan().start.plus(48)));
    assert!(wingtip.iter().any(|(window, _)| *window >= plan().start.plus(48)), "its last rows come after it is gone");
}

#[test]
fn app_service_workers_are_used_by_the_provider_and_site_meters_by_tenants() {
    let rows = rows_of(&Cloud::new(plan()).unwrap());
    let users = |meter: &str| -> Vec<bool> {
        rows.iter()
            .filter(|(_, row)| row.meter.as_ref() == meter)
            .map(|(_, row)| row.subscription == local(PROVIDER))
            .collect()
    };
    assert!(!users(meters::APP_SERVICE).is_empty() && users(meters::APP_SERVICE).iter().all(|provider| *provider));
    assert!(!users(meters::WEB_PROCESS).is_empty() && users(meters::WEB_PROCESS).iter().all(|provider| !provider));
    assert!(users(meters::WINDOWS_VM).contains(&true) || users(meters::BASE_VM).contains(&true));
}

#[test]
fn the_account_is_the_sum_of_what_the_windows_say() {
    let cloud = Cloud::new(plan()).unwrap();
    let rows = rows_of(&cloud);
    let account = cloud.account(all_windows()).unwrap();
    assert_eq!(account.rows, u64::try_from(rows.len()).unwrap());
    assert_eq!(account.sums, sums(rows.into_iter().map(|(_, row)| row)));
    let part = plan().start.plus(20)..plan().start.plus(21);
    assert_eq!(cloud.account(part.clone()).unwrap().sums, sums(cloud.window(part.start)));
}

fn story() -> Story {
    let start = plan().start;
    Story {
        late: vec![LateRow {
            reported: start.plus(70),
            used: start.plus(5),
            subscription: local(WINGTIP),
            meter: meters::BASE_VM.to_owned(),
            resource_uri: "/subscriptions/x/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/late"
                .to_owned(),
            quantity: "8.5e+1".to_owned(),
        }],
        copy: Some(CopiedRow { reported: start.plus(40), row: 3 }),
        custom_meter: Some(CustomMeterRow {
            reported: start.plus(50),
            subscription: local(ADATUM),
            tier: "Contoso Memory 64".to_owned(),
        }),
        ..Story::default()
    }
}

#[test]
fn the_story_adds_a_late_row_a_copy_and_a_meter_without_catalogue_and_nothing_else() {
    let plain = Cloud::new(plan()).unwrap();
    let told = Cloud::new(Plan { story: story(), ..plan() }).unwrap();
    let start = plan().start;
    for offset in 0..120 {
        let (before, mut after) = (plain.window(start.plus(offset)), told.window(start.plus(offset)));
        match offset {
            40 => assert_eq!(after.remove(3), after[3]),
            50 | 70 => after.retain(|row| before.contains(row)),
            _ => {}
        }
        assert_eq!(before, after, "window {offset}");
    }
    let late: Vec<_> = told.window(start.plus(70)).into_iter().filter(|row| row.used == start.plus(5)).collect();
    assert_eq!((late.len(), late[0].number.text()), (1, "8.5e+1"));
    let unknown = |row: &Row| MeterCatalogue::published().find(&MeterId::new(&row.meter).unwrap()).is_none();
    assert_eq!(told.window(start.plus(50)).iter().filter(|row| unknown(row)).count(), 1);

    let account = told.account(all_windows()).unwrap();
    let plain_account = plain.account(all_windows()).unwrap();
    assert_eq!((account.rows, account.copies), (plain_account.rows + 2, 1));
    let key = AccountKey {
        day: Day::parse("2026-12-01").unwrap(),
        subscription: local(WINGTIP),
        meter: MeterId::new(meters::BASE_VM).unwrap(),
    };
    let before = plain_account.sums.get(&key).copied().unwrap_or_default();
    assert_eq!(account.sums[&key], before.checked_add(Quantity::from_whole(85)).unwrap());
}

#[test]
fn a_correction_changes_one_row_and_the_account_by_the_difference() {
    let handle = CloudHandle::new(Cloud::new(Plan { story: story(), ..plan() }).unwrap(), plan().end);
    let window = plan().start.plus(30);
    let first = handle.correct(window, 7, "3.25").unwrap();
    assert_eq!(first, handle.cloud().window(window)[7]);
    assert_eq!(handle.correct(window, 7, "4.5").unwrap().number.text(), "3.25");
    let (before, after) = (handle.cloud().window(window), handle.window(window));
    let changed: Vec<_> = (0..after.len()).filter(|index| before[*index] != after[*index]).collect();
    assert_eq!((changed.as_slice(), after[7].number.text()), (&[7][..], "4.5"));
    assert_eq!(handle.account(window..window.next()).unwrap().sums, sums(after));
    assert_eq!(handle.window(window.next()), handle.cloud().window(window.next()));
}

#[test]
fn what_cannot_be_corrected_is_refused_and_changes_nothing() {
    let handle = CloudHandle::new(Cloud::new(Plan { story: story(), ..plan() }).unwrap(), plan().end);
    let (window, copied) = (plan().start.plus(30), plan().start.plus(40));
    let rows = handle.window(window).len();
    assert_eq!(handle.correct(window, rows, "1").unwrap_err(), CorrectionError::NoSuchRow { window, row: rows, rows });
    for row in [3, 4] {
        assert_eq!(handle.correct(copied, row, "1").unwrap_err(), CorrectionError::Copied { window: copied, row });
    }
    for text in ["", "many", "+1", "\"1\"", "1e-40"] {
        assert!(matches!(handle.correct(window, 0, text), Err(CorrectionError::Quantity { .. })), "{text:?}");
    }
    assert_eq!(handle.window(window), handle.cloud().window(window));
    assert_eq!(handle.window(copied), handle.cloud().window(copied));
}

#[test]
fn a_plan_that_contradicts_itself_is_refused() {
    type Change = fn(&mut Plan);
    type Expected = fn(&PlanError) -> bool;
    let cases: [(Change, Expected); 6] = [
        (|plan| plan.end = plan.start, |error| matches!(error, PlanError::NoHours { .. })),
        (
            |plan| plan.tenants[0].subscriptions[0].id = local(PROVIDER),
            |error| matches!(error, PlanError::SubscriptionTwice { .. }),
        ),
        (
            |plan| plan.story.late[0].subscription = local("70000000-0000-4000-8000-000000000000"),
            |error| matches!(error, PlanError::UnknownSubscription(_)),
        ),
        (
            |plan| plan.story.late[0].used = plan.story.late[0].reported.next(),
            |error| matches!(error, PlanError::ReportedBeforeUse { .. }),
        ),
        (|plan| plan.story.late[0].quantity = "a few".to_owned(), |error| matches!(error, PlanError::Quantity { .. })),
        (|plan| plan.story.late[0].meter = String::new(), |error| matches!(error, PlanError::Id { .. })),
    ];
    for (index, (change, expected)) in cases.into_iter().enumerate() {
        let mut changed = Plan { story: story(), ..plan() };
        change(&mut changed);
        let error = Cloud::new(changed).unwrap_err();
        assert!(expected(&error), "case {index}: {error}");
    }
}
