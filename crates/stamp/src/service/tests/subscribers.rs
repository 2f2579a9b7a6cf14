//! Who uses the stamp: what may be made, changed, moved and deleted, and what the audit log says about it.

use store::AuditEntry;

use super::*;

const OTHER: &str = "60000000-0000-4000-8000-0000000000c1";

fn known(service: &UsageService, which: &str) -> UserSubscription {
    service.subscriptions().unwrap().iter().find(|one| one.id == id(which)).unwrap().clone()
}

fn tenant(name: &str, directory_id: &str) -> DirectoryTenant {
    DirectoryTenant {
        name: name.to_owned(),
        group: "system.north".to_owned(),
        location: "north".to_owned(),
        tenant: directory(directory_id),
        removed: false,
    }
}

fn audit(stage: &Stage) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    let mut each = |entry| {
        entries.push(entry);
        Ok(())
    };
    store::Store::audit(stage.store().as_ref(), 1, &mut each).unwrap();
    entries
}

#[test]
fn the_default_provider_subscription_is_there_from_the_beginning() {
    let stage = Stage::new();
    let service = stage.open();
    let all = service.subscriptions().unwrap();
    let [provider] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((&provider.id, &provider.delegated_provider), (&id(PROVIDER), &id(PROVIDER)));
    assert_eq!((&provider.tenant, provider.deleted), (&directory(HOME), None));
    assert!(matches!(service.delete_subscription("operator", &id(PROVIDER)), Err(ChangeError::InUse(_))));
}

#[test]
fn the_directory_is_filled_in_from_the_owner_or_is_the_home_directory() {
    let stage = Stage::new();
    let service = stage.open();
    assert!(service.put_directory_tenant("operator", &tenant("Adatum.example", DIRECTORY_A)).unwrap());
    assert!(service.put_directory_tenant("operator", &tenant("gone.example", DIRECTORY_B)).unwrap());
    assert!(service.delete_directory_tenant("operator", "GONE.example").unwrap());
    // The owner, the directory that is named, and the one that it has.
    let table = [
        ("owner@ADATUM.example", None, DIRECTORY_A),
        ("odd@name@adatum.example", None, DIRECTORY_A),
        ("owner@adatum.example", Some(DIRECTORY_B), DIRECTORY_B),
        ("owner@unknown.example", None, HOME),
        ("owner@gone.example", None, HOME),
        ("nobody", None, HOME),
        ("", None, HOME),
    ];
    for (number, (owner, named, expected)) in table.into_iter().enumerate() {
        let wanted = SubscriptionPut { owner: owner.to_owned(), ..put(&format!("s{number}"), named) };
        let (made, created) = service.put_subscription("operator", &wanted).unwrap();
        assert!(created);
        assert_eq!(made.tenant, directory(expected), "{owner}");
        assert_eq!(
            (made.delegated_provider, made.created),
            (id(PROVIDER), Second(stage.seconds.load(Ordering::Relaxed)))
        );
    }
}

#[test]
fn the_directory_of_an_id_never_changes() {
    let stage = Stage::new();
    let service = stage.furnished();
    service.put_directory_tenant("operator", &tenant("wingtip.example", DIRECTORY_B)).unwrap();
    let before = known(&service, ADATUM);
    let owned = |owner: &str, tenant| SubscriptionPut { owner: owner.to_owned(), ..put(ADATUM, tenant) };
    let refused = [put(ADATUM, Some(DIRECTORY_B)), owned("new@wingtip.example", None)];
    for wanted in &refused {
        let answer = service.put_subscription("operator", wanted);
        assert!(matches!(answer, Err(ChangeError::OtherDirectory(_))), "{answer:?}");
    }
    assert_eq!(known(&service, ADATUM), before);
    for (wanted, is_new) in [(owned("other@unknown.example", None), false), (put(ADATUM, Some(DIRECTORY_A)), false)] {
        let (made, created) = service.put_subscription("operator", &wanted).unwrap();
        assert_eq!((made.tenant, created), (directory(DIRECTORY_A), is_new));
    }
    // Also not when it was deleted meanwhile; its usage is still there.
    assert!(service.delete_subscription("operator", &id(ADATUM)).unwrap());
    for wanted in &refused {
        let answer = service.put_subscription("operator", wanted);
        assert!(matches!(answer, Err(ChangeError::OtherDirectory(_))), "{answer:?}");
    }
    stage.set(hour(3));
    let (made, created) = service.put_subscription("operator", &put(&ADATUM.to_uppercase(), None)).unwrap();
    assert!(created);
    assert_eq!((made.tenant, made.deleted), (directory(DIRECTORY_A), None));
    assert_eq!(made.created.hour(), Some(hour(3)));
}

#[test]
fn a_deleted_local_subscription_is_remembered_and_its_late_usage_is_taken() {
    let stage = Stage::new();
    let service = stage.furnished();
    assert!(!service.delete_subscription("operator", &id(OTHER)).unwrap());
    assert!(service.delete_subscription("operator", &id(ADATUM)).unwrap());
    assert!(!service.delete_subscription("operator", &id(ADATUM)).unwrap());
    assert!(known(&service, ADATUM).deleted.is_some());
    assert_eq!(service.post(&[event("late", hour(0), "1")]).unwrap().accepted, 1);
}

#[test]
fn deleted_tenants_of_a_provider_that_is_deleted_too_are_those_of_its_own_provider() {
    let stage = Stage::new();
    let service = stage.furnished();
    let under =
        |which: &str, provider: &str| SubscriptionPut { delegated_provider: Some(id(provider)), ..put(which, None) };
    service.put_subscription("operator", &under("reseller", ADATUM)).unwrap();
    service.put_subscription("operator", &under("customer", "reseller")).unwrap();
    for which in ["customer", "reseller"] {
        assert!(service.delete_subscription("operator", &id(which)).unwrap());
    }
    assert_eq!(known(&service, "customer").delegated_provider, id(ADATUM));
    assert!(service.delete_subscription("operator", &id(ADATUM)).unwrap());
    for which in ["customer", "reseller"] {
        let known = known(&service, which);
        assert_eq!((known.delegated_provider, known.deleted.is_some()), (id(PROVIDER), true), "{which}");
    }
}

#[test]
fn a_provider_is_there_and_nobody_provides_for_itself() {
    let stage = Stage::new();
    let service = stage.furnished();
    let under =
        |which: &str, provider: &str| SubscriptionPut { delegated_provider: Some(id(provider)), ..put(which, None) };
    let (made, _) = service.put_subscription("operator", &under(OTHER, ADATUM)).unwrap();
    assert_eq!(made.delegated_provider, id(ADATUM));
    // Without a word about it, it stays.
    assert_eq!(service.put_subscription("operator", &put(OTHER, None)).unwrap().0.delegated_provider, id(ADATUM));
    service.put_subscription("operator", &put("deleted", None)).unwrap();
    service.delete_subscription("operator", &id("deleted")).unwrap();
    let not_found = |which: &str| ChangeError::NotFound(id(which));
    assert_eq!(service.put_subscription("o", &under("x", "missing")).unwrap_err(), not_found("missing"));
    assert_eq!(service.put_subscription("o", &under("x", "deleted")).unwrap_err(), not_found("deleted"));
    for (which, provider) in [("x", "x"), (ADATUM, ADATUM), (ADATUM, OTHER), (PROVIDER, ADATUM)] {
        let answer = service.put_subscription("operator", &under(which, provider));
        let is_expected = matches!(answer, Err(ChangeError::Invalid(_) | ChangeError::NotFound(_)));
        assert!(is_expected, "{which} under {provider}: {answer:?}");
    }
    assert!(matches!(service.delete_subscription("o", &id(ADATUM)), Err(ChangeError::InUse(_))));
    assert!(service.put_subscription("operator", &under(PROVIDER, PROVIDER)).is_ok());
}

#[test]
fn moves_stay_inside_one_directory_and_happen_all_or_none() {
    let stage = Stage::new();
    let service = stage.furnished();
    let make = |which: &str, directory: &str, provider: &str| {
        let wanted = SubscriptionPut { delegated_provider: Some(id(provider)), ..put(which, Some(directory)) };
        service.put_subscription("operator", &wanted).unwrap();
    };
    // Two providers of one directory and one of another; each with a tenant of some other directory.
    for (which, directory, provider) in [
        ("a1", DIRECTORY_A, PROVIDER),
        ("a2", DIRECTORY_A, PROVIDER),
        ("b1", DIRECTORY_B, PROVIDER),
        ("t1", HOME, "a1"),
        ("t2", DIRECTORY_B, "a1"),
    ] {
        make(which, directory, provider);
    }
    let ids = |names: &[&str]| -> Vec<LocalSubscriptionId> { names.iter().map(|name| id(name)).collect() };
    // Who, to whom, and the answer: one letter of its kind.
    let table: [(&[&str], &str, &str); 12] = [
        (&["t1"], "a2", "ok"),
        (&["t1"], PROVIDER, "ok"),
        (&["t2"], "b1", "ok"),
        (&["t1"], "b1", "directory"),
        (&["t1", "t2"], "b1", "directory"),
        (&["a2"], "a1", "ok"),
        (&["a1"], "t1", "invalid"),
        (&["a1"], "a1", "invalid"),
        (&[PROVIDER], "a1", "invalid"),
        (&["t1"], "missing", "missing"),
        (&["missing"], "a1", "missing"),
        (&[], "a1", "invalid"),
    ];
    for (who, target, expected) in table {
        let found = match service.check_move(&ids(who), &id(target)) {
            Ok(()) => "ok",
            Err(ChangeError::OtherDirectory(_)) => "directory",
            Err(ChangeError::Invalid(_)) => "invalid",
            Err(ChangeError::NotFound(_)) => "missing",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "{who:?} to {target}");
        if expected != "ok" {
            assert!(service.move_subscriptions("operator", &ids(who), &id(target)).is_err());
        }
    }
    assert!(["t1", "t2"].iter().all(|which| known(&service, which).delegated_provider == id("a1")));
    let entries = audit(&stage).len();
    service.move_subscriptions("operator", &ids(&["t1", "t1", "t2", "a2"]), &id(PROVIDER)).unwrap_err();
    service.move_subscriptions("operator", &ids(&["t1", "t2", "t1"]), &id("a2")).unwrap();
    assert!(["t1", "t2"].iter().all(|which| known(&service, which).delegated_provider == id("a2")));
    service.move_subscriptions("operator", &ids(&["t1"]), &id("a2")).unwrap();
    assert_eq!(audit(&stage).len(), entries + 1, "what changes nothing leaves no trace");
    // A change of the provider by another way is a move, too.
    let wanted = SubscriptionPut { delegated_provider: Some(id("b1")), ..put("t1", None) };
    assert!(matches!(service.put_subscription("o", &wanted), Err(ChangeError::OtherDirectory(_))));
}

#[test]
fn directories_are_listed_by_name_without_case() {
    let stage = Stage::new();
    let service = stage.open();
    assert!(service.put_directory_tenant("o", &tenant("b.example", DIRECTORY_B)).unwrap());
    assert!(service.put_directory_tenant("o", &tenant("A.example", DIRECTORY_A)).unwrap());
    assert!(!service.put_directory_tenant("o", &tenant("a.EXAMPLE", DIRECTORY_A)).unwrap());
    let names: Vec<String> = service.directory_tenants().unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["a.EXAMPLE", "b.example"]);
    assert!(service.delete_directory_tenant("o", "a.example").unwrap());
    assert!(!service.delete_directory_tenant("o", "a.example").unwrap());
    assert_eq!(service.directory_tenants().unwrap().len(), 1);
    assert!(service.put_directory_tenant("o", &tenant("a.example", DIRECTORY_A)).unwrap(), "it is added again");
    for name in ["", "a b", "a/b", "ä.example", &"x".repeat(256)] {
        let answer = service.put_directory_tenant("o", &tenant(name, DIRECTORY_A));
        assert!(matches!(answer, Err(ChangeError::Invalid(_))), "{name}");
    }
}

#[test]
fn long_texts_are_refused() {
    let stage = Stage::new();
    let service = stage.open();
    let long = || "x".repeat(1025);
    let wanted = [
        SubscriptionPut { display_name: long(), ..put("s", None) },
        SubscriptionPut { owner: long(), ..put("s", None) },
        SubscriptionPut { offer: long(), ..put("s", None) },
        SubscriptionPut { external_reference: Some(long()), ..put("s", None) },
    ];
    for wanted in wanted {
        assert!(matches!(service.put_subscription("o", &wanted), Err(ChangeError::Invalid(_))));
    }
}

#[test]
fn each_change_is_one_entry_of_the_audit_log() {
    let stage = Stage::new();
    let service = stage.open();
    service.put_subscription("operator", &put(ADATUM, Some(DIRECTORY_A))).unwrap();
    service.put_subscription("operator", &put(ADATUM, Some(DIRECTORY_A))).unwrap();
    service.put_directory_tenant("operator", &tenant("a.example", DIRECTORY_A)).unwrap();
    service.delete_directory_tenant("operator", "a.example").unwrap();
    service.delete_subscription("somebody", &id(ADATUM)).unwrap();
    let entries = audit(&stage);
    let short: Vec<(&str, &str, &str)> = entries
        .iter()
        .map(|entry| (entry.note.actor.as_str(), entry.note.action.as_str(), entry.note.object.as_str()))
        .collect();
    let expected = [
        ("usage service", "stamp.claim", "50000000-0000-4000-8000-00000000000a"),
        ("operator", "user_subscription.put", ADATUM),
        ("operator", "directory_tenant.put", "a.example"),
        ("operator", "directory_tenant.delete", "a.example"),
        ("somebody", "user_subscription.delete", ADATUM),
    ];
    assert_eq!(short, expected);
    let detail = &entries[4].note.detail;
    assert!(detail.contains("\"before\":{\"deleted\":null}"), "{detail}");
}

#[test]
fn two_services_on_one_folder_do_not_overwrite_each_other() {
    let stage = Stage::new();
    let (one, other) = (stage.open(), stage.open());
    std::thread::scope(|scope| {
        for (service, letter) in [(&one, "p"), (&other, "q")] {
            scope.spawn(move || {
                for number in 0..10 {
                    let wanted = put(&format!("{letter}{number}"), None);
                    while let Err(error) = service.put_subscription("o", &wanted) {
                        assert_eq!(error, ChangeError::Source(SourceError::Busy(1)));
                    }
                }
            });
        }
    });
    assert_eq!(one.subscriptions().unwrap().len(), 21);
    assert_eq!(one.subscriptions().unwrap(), other.subscriptions().unwrap());
}
