//! The office: versions of everything that changes slowly.

use model::{
    AssignmentId, BillingModel, CloudId, Customer, CustomerId, Day, Directory, DirectoryId, DirectoryTenant, HubKey,
    KeyPurpose, LocalSubscriptionId, Lock, LockLevel, Mapping, NamespaceRegistration, Office, Partner, PartnerId,
    PartnerKind, PayingSubscription, PayingSubscriptionId, PriceList, PriceListId, Principal, PrincipalId,
    PrincipalKind, PrincipalSecret, Registration, RegistrationDetails, RegistrationId, ResourceGroup, Retail, Role,
    RoleAssignment, ScopePath, Second, Share, Skipped, SkippedReason, Stamp, Standing, SubscriptionKind,
    SubscriptionState, UserSubscription, UserSubscriptionState,
};

use super::{
    Place, cases, collected,
    commerce::{budget, plain_budget, price_list, rate},
    samples::{day, hour, note, stamp},
};
use crate::{OfficeRecord, Store, StoreError, TenantMappings, put_all};

cases! {
    an_empty_office_was_never_changed,
    everything_comes_back_as_it_was_recorded,
    the_latest_version_counts,
    the_same_path_registered_later_is_another_registration,
    a_tenant_is_changed_without_its_registration,
    changes_bring_an_office_up_to_date,
    mappings_without_their_registration_are_damage,
    somebody_who_saw_an_older_office_is_refused,
    a_change_without_records_is_a_change,
    the_office_as_of_an_entry_is_what_it_was_then,
}

pub(super) fn partner() -> Partner {
    Partner {
        id: PartnerId::new("4390934").unwrap(),
        name: "Contoso \"Hosting\" GmbH".to_owned(),
        kind: PartnerKind::IndirectReseller,
        provider: Some(PartnerId::new("Provider-1").unwrap()),
        price_list: None,
        retail: Some(Retail::Markup(Share::parse_percent("-12.5").unwrap())),
    }
}

fn directory() -> Directory {
    Directory { id: DirectoryId::new("ADatum.onmicrosoft.com").unwrap(), domain: "adatum.example".to_owned() }
}

pub(super) fn customer() -> Customer {
    Customer {
        id: CustomerId::new("Customer-1").unwrap(),
        name: "Fabrikam ü".to_owned(),
        partner: partner().id,
        retail: Some(Retail::List(PriceListId::new("Retail-1").unwrap())),
    }
}

pub(super) fn paying(id: &str) -> PayingSubscriptionId {
    PayingSubscriptionId::new(id).unwrap()
}

fn subscription() -> PayingSubscription {
    let standing = |from, partner, state| Standing { from: day(from), partner, state };
    PayingSubscription {
        id: paying("P-1"),
        name: String::new(),
        kind: SubscriptionKind::PayAsYouGo,
        directory: directory().id,
        customer: Some(customer().id),
        standings: vec![
            standing(0, None, SubscriptionState::Active),
            standing(3, Some(partner().id), SubscriptionState::Suspended),
            standing(3, Some(partner().id), SubscriptionState::Cancelled),
        ],
    }
}

fn stamp_record() -> Stamp {
    Stamp {
        id: CloudId::new("Cloud1").unwrap(),
        name: "first".to_owned(),
        region: "east".to_owned(),
        partner: Some(partner().id),
        default_provider_subscription: Some(LocalSubscriptionId::new("Default-Provider").unwrap()),
        first_window: hour(7),
        credentials: vec![[0xab; 32], [0; 32]],
        withdrawn_credentials: vec![[0xcd; 32]],
        skipped: vec![
            Skipped { hours: hour(9)..hour(11), reason: SkippedReason::ReportingOff },
            Skipped { hours: hour(11)..hour(40), reason: SkippedReason::TooOld },
        ],
        reporting_off_since: Some(hour(50)),
    }
}

fn registration(from: Day) -> Registration {
    let mapping = |subscription: Option<&str>, from| Mapping {
        tenant: directory().id,
        subscription: subscription.map(paying),
        from: day(from),
    };
    Registration {
        number: from.0 + 1,
        id: RegistrationId::new("/subscriptions/S/resourceGroups/rg@1/registrations/R").unwrap(),
        name: "R".to_owned(),
        stamp: stamp(),
        default_subscription: paying("default"),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from,
        until: Some(from.plus(30)),
        mappings: vec![mapping(Some("P-1"), 1), mapping(None, 2)],
        details: details(),
    }
}

fn details() -> RegistrationDetails {
    let change = |at| model::Change { by: "owner".to_owned(), kind: PrincipalKind::User, at: Second(at) };
    RegistrationDetails {
        registrant: Some(principal().id),
        object_id: "bridge".to_owned(),
        tags: [("team".to_owned(), "a b".to_owned())].into(),
        usage_reporting: true,
        marketplace_syndication: true,
        agreement_number: Some("7".to_owned()),
        asset_tag: Some("tag".to_owned()),
        hardware: r#"[{"numCores":-1}]"#.to_owned(),
        region_names: vec!["north".to_owned()],
        token_issuer: Some("somebody".to_owned()),
        token_version: "1.0".to_owned(),
        expires: Some(day(400)),
        reset: true,
        generation: 2,
        revision: 3,
        created: Some(change(1)),
        changed: Some(change(2)),
    }
}

fn principal() -> Principal {
    Principal {
        id: PrincipalId::new("P1").unwrap(),
        kind: PrincipalKind::ServicePrincipal,
        name: "a program".to_owned(),
        directory: directory().id,
        application: Some(PrincipalId::new("A1").unwrap()),
        administrator: true,
        owner: Some(PrincipalId::new("P2").unwrap()),
        enabled: true,
        secrets: vec![PrincipalSecret {
            name: "first".to_owned(),
            verifier: "sha256:00".to_owned(),
            from: Second(1),
            until: Some(Second(2)),
        }],
    }
}

fn role_assignment() -> RoleAssignment {
    RoleAssignment {
        id: AssignmentId::new("R1").unwrap(),
        scope: ScopePath::new("/subscriptions/S").unwrap(),
        principal: principal().id,
        role: Role::Owner,
        removed: true,
    }
}

fn group() -> ResourceGroup {
    ResourceGroup {
        scope: ScopePath::new("/subscriptions/S/resourceGroups/G").unwrap(),
        name: "G".to_owned(),
        location: "global".to_owned(),
        tags: [("a".to_owned(), "b".to_owned())].into(),
        removed: false,
    }
}

fn lock() -> Lock {
    Lock {
        scope: group().scope,
        name: "L".to_owned(),
        level: LockLevel::ReadOnly,
        notes: "why".to_owned(),
        removed: true,
    }
}

fn namespace() -> NamespaceRegistration {
    NamespaceRegistration { subscription: paying("S"), namespace: "Microsoft.AzureStack".to_owned(), registered: true }
}

fn key() -> HubKey {
    HubKey {
        id: "k1".to_owned(),
        purpose: KeyPurpose::Sealing,
        secret: vec![0, 255],
        from: Second(1),
        retired: Some(Second(2)),
    }
}

fn user_subscription() -> UserSubscription {
    UserSubscription {
        id: LocalSubscriptionId::new("Local-1").unwrap(),
        delegated_provider: LocalSubscriptionId::new("Default-Provider").unwrap(),
        display_name: "A name ä".to_owned(),
        external_reference: Some("theirs".to_owned()),
        owner: "owner@adatum.example".to_owned(),
        tenant: directory().id,
        offer: "/offers/o".to_owned(),
        state: UserSubscriptionState::Disabled,
        created: Second(1),
        deleted: Some(Second(2)),
    }
}

fn directory_tenant() -> DirectoryTenant {
    DirectoryTenant {
        name: "ADatum.example".to_owned(),
        group: "system.east".to_owned(),
        location: "east".to_owned(),
        tenant: directory().id,
        removed: true,
    }
}

pub(crate) fn everything() -> Vec<OfficeRecord> {
    vec![
        OfficeRecord::Partner(partner()),
        OfficeRecord::Directory(directory()),
        OfficeRecord::Customer(customer()),
        OfficeRecord::Subscription(subscription()),
        OfficeRecord::Stamp(stamp_record()),
        OfficeRecord::Registration(registration(day(0))),
        OfficeRecord::PriceList(price_list()),
        OfficeRecord::Principal(principal()),
        OfficeRecord::RoleAssignment(role_assignment()),
        OfficeRecord::ResourceGroup(group()),
        OfficeRecord::Lock(lock()),
        OfficeRecord::Namespace(namespace()),
        OfficeRecord::Key(key()),
        OfficeRecord::UserSubscription(user_subscription()),
        OfficeRecord::DirectoryTenant(directory_tenant()),
        OfficeRecord::Budget(budget("B1")),
        OfficeRecord::Budget(plain_budget()),
    ]
}

fn record_partner(store: &dyn Store, seen: u64, name: &str) -> crate::Result<u64> {
    let record = OfficeRecord::Partner(Partner { name: name.to_owned(), ..partner() });
    store.record_office(seen, &[record], &note(name))
}

fn an_empty_office_was_never_changed(place: &dyn Place) {
    assert_eq!(place.open().office().unwrap(), (Office::default(), 0));
}

fn everything_comes_back_as_it_was_recorded(place: &dyn Place) {
    let store = place.open();
    let number = store.record_office(0, &everything(), &note("everything")).unwrap();
    let (office, seen) = store.office().unwrap();
    assert_eq!(seen, number);
    let expected = Office {
        budgets: [budget("B1"), plain_budget()].map(|budget| (budget.id.clone(), budget)).into(),
        partners: [(partner().id, partner())].into(),
        directories: [(directory().id, directory())].into(),
        customers: [(customer().id, customer())].into(),
        subscriptions: [(subscription().id, subscription())].into(),
        stamps: [(stamp_record().id, stamp_record())].into(),
        registrations: vec![registration(day(0))],
        price_lists: [(price_list().id, price_list())].into(),
        principals: [(principal().id, principal())].into(),
        role_assignments: [(role_assignment().id, role_assignment())].into(),
        resource_groups: [(group().scope, group())].into(),
        locks: [(lock().key(), lock())].into(),
        namespaces: [(namespace().key(), namespace())].into(),
        keys: [(key().id, key())].into(),
        user_subscriptions: [(user_subscription().id, user_subscription())].into(),
        directory_tenants: [("adatum.example".to_owned(), directory_tenant())].into(),
    };
    assert_eq!(office, expected);
    // Ids are equal in any case, so their spelling is looked at apart.
    assert_eq!(format!("{office:?}"), format!("{expected:?}"));
}

fn the_latest_version_counts(place: &dyn Place) {
    let store = place.open();
    let first = store.record_office(0, &everything(), &note("everything")).unwrap();
    let renamed = Partner { id: PartnerId::new("4390934").unwrap(), name: "Renamed".to_owned(), ..partner() };
    let moved = Stamp { id: CloudId::new("CLOUD1").unwrap(), region: "west".to_owned(), ..stamp_record() };
    let records = [OfficeRecord::Partner(renamed), OfficeRecord::Stamp(moved)];
    let second = store.record_office(first, &records, &note("rename and move")).unwrap();
    let (office, seen) = store.office().unwrap();
    assert_eq!((seen, office.partners.len(), office.stamps.len()), (second, 1, 1));
    assert_eq!(office.partners[&partner().id].name, "Renamed");
    assert_eq!(office.stamps[&stamp()].region, "west");
    assert_eq!(office.customers[&customer().id], customer());
    // Two versions of one thing in one change: the later one counts.
    let names = ["Once", "Twice"].map(|name| OfficeRecord::Partner(Partner { name: name.to_owned(), ..partner() }));
    store.record_office(second, &names, &note("twice")).unwrap();
    assert_eq!(store.office().unwrap().0.partners[&partner().id].name, "Twice");
}

fn the_same_path_registered_later_is_another_registration(place: &dyn Place) {
    let store = place.open();
    let versions =
        [registration(day(40)), registration(day(0)), Registration { approved: false, ..registration(day(40)) }];
    let records = versions.clone().map(OfficeRecord::Registration);
    store.record_office(0, &records, &note("registrations")).unwrap();
    let [_, first, last] = versions;
    assert_eq!(store.office().unwrap().0.registrations, [first, last]);
}

fn a_tenant_is_changed_without_its_registration(place: &dyn Place) {
    let store = place.open();
    let seen = store.record_office(0, &everything(), &note("everything")).unwrap();
    let tenant = |name: &str| DirectoryId::new(name).unwrap();
    let mapping = |name, to: &str| Mapping { tenant: tenant(name), subscription: Some(paying(to)), from: day(3) };
    let mappings = |registration, name, to| {
        let mappings = vec![mapping(name, to)];
        OfficeRecord::TenantMappings(TenantMappings { registration, tenant: tenant(name), mappings })
    };
    let number = registration(day(0)).number;
    let records = [mappings(number, "zzz", "P-9"), mappings(number, "aaa", "P-8")];
    let second = store.record_office(seen, &records, &note("two tenants")).unwrap();
    let own = registration(day(0)).mappings;
    let expected = [vec![mapping("aaa", "P-8")], own.clone(), vec![mapping("zzz", "P-9")]].concat();
    assert_eq!(store.office().unwrap().0.registrations[0].mappings, expected);
    // The registration itself is recorded without naming them, and they stay; a tenant that it names is replaced.
    let renamed = Registration { name: "N".to_owned(), mappings: vec![mapping("AAA", "P-7")], ..registration(day(0)) };
    store.record_office(second, &[OfficeRecord::Registration(renamed)], &note("rename")).unwrap();
    let office = store.office().unwrap().0;
    assert_eq!(office.registrations[0].name, "N");
    assert_eq!(
        office.registrations[0].mappings,
        [vec![mapping("aaa", "P-7")], own, vec![mapping("zzz", "P-9")]].concat()
    );
}

fn changes_bring_an_office_up_to_date(place: &dyn Place) {
    let store = place.open();
    let (mut office, mut seen) = (Office::default(), 0);
    let tenant = |name: &str, to: Option<&str>| {
        let tenant = DirectoryId::new(name).unwrap();
        let mappings = vec![Mapping { tenant: tenant.clone(), subscription: to.map(paying), from: day(3) }];
        OfficeRecord::TenantMappings(TenantMappings { registration: registration(day(0)).number, tenant, mappings })
    };
    let steps = [
        everything(),
        vec![tenant("m", Some("P-1")), tenant("b", None)],
        vec![],
        vec![OfficeRecord::Partner(Partner { name: "Renamed".to_owned(), ..partner() }), tenant("m", None)],
        vec![OfficeRecord::Registration(registration(day(9))), OfficeRecord::Lock(Lock { removed: false, ..lock() })],
    ];
    for (step, records) in steps.into_iter().enumerate() {
        let recorded = store.record_office(seen, &records, &note("step")).unwrap();
        let (changes, now) = store.office_changes(seen).unwrap();
        assert_eq!(now, recorded);
        put_all(&mut office, changes).unwrap();
        seen = now;
        assert_eq!(store.office().unwrap(), (office.clone(), seen), "step {step}");
        assert_eq!(store.office_changes(seen).unwrap(), (vec![], seen));
    }
}

fn mappings_without_their_registration_are_damage(place: &dyn Place) {
    let store = place.open();
    let tenant = DirectoryId::new("t").unwrap();
    let record = OfficeRecord::TenantMappings(TenantMappings { registration: 9, tenant, mappings: vec![] });
    store.record_office(0, &[record], &note("stray")).unwrap();
    assert!(matches!(store.office(), Err(StoreError::Damaged { .. })));
}

fn somebody_who_saw_an_older_office_is_refused(place: &dyn Place) {
    let store = place.open();
    let first = record_partner(store.as_ref(), 0, "first").unwrap();
    // Other audit entries are no changes of the office.
    store.note(&note("something else")).unwrap();
    let second = record_partner(store.as_ref(), first, "second").unwrap();
    for seen in [0, first, second + 1] {
        let refused = record_partner(store.as_ref(), seen, "late");
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    let (office, seen) = store.office().unwrap();
    assert_eq!((office.partners[&partner().id].name.as_str(), seen), ("second", second));
    assert_eq!(collected(|each| store.audit(1, each)).len(), 3);
}

fn a_change_without_records_is_a_change(place: &dyn Place) {
    let store = place.open();
    let number = store.record_office(0, &[], &note("nothing")).unwrap();
    assert_eq!(store.office().unwrap(), (Office::default(), number));
    assert!(record_partner(store.as_ref(), 0, "late").is_err());
    record_partner(store.as_ref(), number, "in time").unwrap();
}

fn the_office_as_of_an_entry_is_what_it_was_then(place: &dyn Place) {
    let store = place.open();
    let tenant = |name: &str, to: Option<&str>| {
        let tenant = DirectoryId::new(name).unwrap();
        let mappings = vec![Mapping { tenant: tenant.clone(), subscription: to.map(paying), from: day(3) }];
        OfficeRecord::TenantMappings(TenantMappings { registration: registration(day(0)).number, tenant, mappings })
    };
    let dearer = PriceList { exchange: vec![rate("2026-10", "2")], reductions: Vec::new(), ..price_list() };
    let steps = [
        vec![OfficeRecord::Budget(budget("B1"))],
        everything(),
        vec![tenant("m", Some("P-1")), tenant("b", None)],
        vec![],
        vec![OfficeRecord::PriceList(dearer), OfficeRecord::PriceList(price_list())],
        vec![OfficeRecord::Partner(Partner { retail: None, ..partner() }), tenant("m", None)],
        vec![OfficeRecord::Registration(registration(day(9))), OfficeRecord::Budget(plain_budget())],
    ];
    // By the number of an entry: how the office was after it.
    let mut moments = vec![Office::default()];
    for (step, records) in (0_u64..).zip(steps) {
        let seen = store.office().unwrap().1;
        store.record_office(seen, &records, &note("step")).unwrap();
        moments.push(store.office().unwrap().0);
        // Between two changes other things are written into the log.
        for _ in 0..step % 3 {
            store.note(&note("something else")).unwrap();
            moments.push(store.office().unwrap().0);
        }
    }
    for store in [store, place.open()] {
        for (number, expected) in (0_u64..).zip(&moments) {
            assert_eq!(store.office_as_of(number).unwrap(), *expected, "after entry {number}");
        }
        assert_eq!(store.office_as_of(u64::from(u32::MAX)).unwrap(), *moments.last().unwrap());
    }
}
