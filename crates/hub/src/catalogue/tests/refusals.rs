//! Refusals: bad catalogues, each with everything that is said about it.

use super::*;

/// A catalogue that is applied to the cast on 5 October 2026, and the lines that refuse it.
type Row = (&'static str, fn(&mut Catalogue), &'static [&'static str]);

fn refused(office: &Office, wanted: &Catalogue) -> Vec<String> {
    let problems = wanted.differences(office, noon("2026-10-05")).expect_err("it is refused");
    problems.iter().map(ToString::to_string).collect()
}

fn check(rows: &[Row]) {
    let office = furnished();
    for (what, change, expected) in rows {
        let mut wanted = Catalogue::default();
        change(&mut wanted);
        let found = refused(&office, &wanted);
        assert_eq!(found.len(), expected.len(), "{what}: {found:#?}");
        for (found, expected) in found.iter().zip(*expected) {
            let found = found.replace("0000000-0000-4000-8000-0000000000", "~");
            assert_eq!(found, *expected, "{what}");
        }
    }
}

const PARTNERS: &[Row] = &[
    (
        "two entries",
        |wanted| wanted.partners = vec![cast().partners.remove(0), cast().partners.remove(0)],
        &["partner 4390934: it has two entries: keep one of them"],
    ),
    (
        "an empty name",
        |wanted| wanted.partners = vec![partner("4390934", " ", PartnerKind::Direct, None)],
        &["partner 4390934, name: it is empty: give a name that people know"],
    ),
    (
        "a long name",
        |wanted| wanted.partners = vec![partner("4390934", &"x".repeat(257), PartnerKind::Direct, None)],
        &["partner 4390934, name: it has 257 characters, at most 256 are kept: shorten it"],
    ),
    (
        "a name that moves the cursor",
        |wanted| wanted.partners = vec![partner("4390934", "Con\u{1b}[2Jtoso", PartnerKind::Direct, None)],
        &["partner 4390934, name: \"Con\\u{1b}[2Jtoso\" holds characters that cannot be printed: take them out"],
    ),
    (
        "an id that is a path",
        |wanted| wanted.partners = vec![partner("1/2", "Slash", PartnerKind::Direct, None)],
        &["partner 1/2, id: an id here is made of letters, digits, hyphens, dots and underscores"],
    ),
    (
        "another kind",
        |wanted| wanted.partners = vec![partner("4390934", "Contoso", PartnerKind::IndirectProvider, None)],
        &[
            "partner 4390934, kind: it is direct and stays that, as invoices hang on it: make another partner and transfer its subscriptions",
        ],
    ),
    (
        "a reseller on its own",
        |wanted| wanted.partners = vec![partner("7", "Alone", PartnerKind::IndirectReseller, None)],
        &[
            "partner 7, provider: an indirect reseller sells through a provider: name the partner that is invoiced for it",
        ],
    ),
    (
        "a provider that is none",
        |wanted| wanted.partners = vec![partner("7", "Odd", PartnerKind::IndirectReseller, Some("4390934"))],
        &["partner 7, provider: 4390934 is direct, and must be indirect_provider: name another"],
    ),
    (
        "a provider that is not there",
        |wanted| wanted.partners = vec![partner("7", "Odd", PartnerKind::IndirectReseller, Some("8"))],
        &["partner 7, provider: there is no partner 8: add an entry for it, or correct the id"],
    ),
    (
        "a provider of a direct partner",
        |wanted| wanted.partners = vec![partner("7", "Odd", PartnerKind::Direct, Some("6034453"))],
        &["partner 7, provider: a partner that is direct is invoiced itself: take the provider out"],
    ),
    (
        "a price list that is not there",
        |wanted| {
            let partner = partner("4390934", "Contoso", PartnerKind::Direct, None);
            wanted.partners = vec![Partner { price_list: Some(id("cheap")), ..partner }];
        },
        &["partner 4390934, price_list: there is no price list cheap: add an entry for it, or correct the id"],
    ),
    (
        "another currency",
        |wanted| {
            let currency = Currency::parse("EUR").unwrap();
            wanted.price_lists = vec![PriceList { currency, ..cast().price_lists.remove(0) }];
        },
        &[
            "price_list list, currency: its prices are in USD, and invoices are issued in one currency: make another price list",
        ],
    ),
    (
        "another currency of the invoices of a list",
        |wanted| {
            let billing_currency = Some(Currency::parse("EUR").unwrap());
            wanted.price_lists = vec![PriceList { billing_currency, ..cast().price_lists.remove(0) }];
        },
        &[
            "price_list list, billing_currency: its invoices are in USD, and one partner is invoiced in one currency: make another price list",
        ],
    ),
    (
        "a directory without a GUID",
        |wanted| wanted.directories = vec![Directory { id: id("adatum"), domain: "a.example.com".to_owned() }],
        &["directory adatum, id: \"adatum\" is no GUID: write it as 8-4-4-4-12 hexadecimal digits, such as 3~a1"],
    ),
    (
        "a domain that is none",
        |wanted| wanted.directories = vec![directory("3", "c1", "no domain")],
        &["directory 3~c1, domain: \"no domain\" is no domain name such as adatum.onmicrosoft.com"],
    ),
    (
        "new directories without a domain, of which one has a customer",
        |wanted| {
            wanted.directories = vec![directory("3", "c1", ""), directory("3", "c2", "")];
            wanted.customers = vec![customer("c1", "Litware", "4390934")];
        },
        &[
            "directory 3~c1, domain: a directory is known by its domain: name one such as adatum.onmicrosoft.com",
            "directory 3~c2, domain: a directory is known by its domain: name one such as adatum.onmicrosoft.com",
        ],
    ),
    (
        "a directory that loses its domain",
        |wanted| wanted.directories = vec![directory("3", "a1", "")],
        &["directory 3~a1, domain: a directory is known by its domain: name one such as adatum.onmicrosoft.com"],
    ),
    (
        "a domain that another directory has",
        |wanted| wanted.directories = vec![directory("3", "c1", "Adatum.OnMicrosoft.com")],
        &[
            "directory 3~c1, domain: Adatum.OnMicrosoft.com is the domain of the directory 3~a1 too: correct one of them",
        ],
    ),
    (
        "a customer of nobody",
        |wanted| wanted.customers = vec![customer("c1", "Litware", "1")],
        &["customer 3~c1, partner: there is no partner 1: add an entry for it, or correct the id"],
    ),
    (
        "a customer that goes without its subscription",
        |wanted| wanted.customers = vec![customer("a1", "Adatum", "7120001")],
        &[
            "customer 3~a1, partner: its subscription 4~a1 stays with the partner 4390934: transfer it in the same catalogue, or leave the customer",
        ],
    ),
];

#[test]
fn partners_directories_and_customers_that_are_wrong_are_refused() {
    check(PARTNERS);
}

const SUBSCRIPTIONS: &[Row] = &[
    (
        "no GUID",
        |wanted| wanted.subscriptions = vec![WantedSubscription { id: id("mine"), ..sold("a1", "a1", "4390934") }],
        &["subscription mine, id: \"mine\" is no GUID: write it as 8-4-4-4-12 hexadecimal digits, such as 3~a1"],
    ),
    (
        "a directory that is not there",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { directory: guid("3", "cc"), ..sold("a3", "a1", "4390934") }];
        },
        &["subscription 4~a3, directory: there is no directory 3~cc: add an entry for it, or correct the id"],
    ),
    (
        "a customer that is not there",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { customer: Some(id("nobody")), ..sold("a3", "a1", "4390934") }];
        },
        &["subscription 4~a3, customer: there is no customer nobody: add an entry for it, or correct the id"],
    ),
    (
        "CSP without a partner",
        |wanted| wanted.subscriptions = vec![WantedSubscription { partner: None, ..sold("a3", "a1", "4390934") }],
        &["subscription 4~a3, partner: a subscription of type CSP has a partner of record: name it"],
    ),
    (
        "EA with a partner",
        |wanted| {
            let kind = SubscriptionKind::Ea;
            wanted.subscriptions = vec![WantedSubscription { kind, customer: None, ..sold("a3", "a1", "4390934") }];
        },
        &["subscription 4~a3, partner: a subscription of type EA is bought without a partner: take it out"],
    ),
    (
        "a customer of another partner",
        |wanted| wanted.subscriptions = vec![sold("a3", "a1", "6034453")],
        &[
            "subscription 4~a3, customer: it belongs to the partner 4390934, and the subscription to 6034453: give both the same partner",
        ],
    ),
    (
        "a customer of another reseller of the same provider",
        |wanted| wanted.subscriptions = vec![sold("f2", "f1", "7120002")],
        &[
            "subscription 4~f2, customer: it belongs to the partner 7120001, and the subscription to 7120002: give both the same partner",
        ],
    ),
    (
        "CSPSS of a customer, in its directory",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { kind: SubscriptionKind::Cspss, ..sold("a3", "a1", "4390934") }];
        },
        &[
            "subscription 4~a3, customer: only a CSP subscription is sold to a customer, and this is CSPSS: take it out",
            "subscription 4~a3, directory: shared services live in a directory of the partner's own, and 3~a1 is that of a customer's CSP subscription: name another",
        ],
    ),
    (
        "a customer in the directory of shared services",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { directory: guid("1", "02"), ..sold("a3", "a1", "4390934") }];
        },
        &[
            "subscription 4~a3, directory: a customer has a directory of its own, and 1~02 is that of a partner's CSPSS subscription: name another",
        ],
    ),
    (
        "another kind",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { kind: SubscriptionKind::Csp, ..cast().subscriptions.remove(0) }];
        },
        &["subscription 2~d0, kind: it is CSPSS and stays that: make another subscription"],
    ),
    (
        "another customer",
        |wanted| {
            wanted.subscriptions =
                vec![WantedSubscription { customer: Some(guid("3", "b1")), ..sold("a1", "a1", "4390934") }];
        },
        &["subscription 4~a1, customer: it is 3~a1 and stays that: make another subscription"],
    ),
    (
        "a change before the last one",
        |wanted| {
            let (state, from) = (SubscriptionState::Suspended, Some(day("2026-08-31")));
            wanted.subscriptions = vec![WantedSubscription { state, from, ..sold("a1", "a1", "4390934") }];
        },
        &[
            "subscription 4~a1, from: 2026-08-31 is before 2026-09-01, when it last changed: name that day or a later one",
        ],
    ),
    (
        "a change in the past",
        |wanted| {
            let (state, from) = (SubscriptionState::Suspended, Some(day("2026-10-04")));
            wanted.subscriptions = vec![WantedSubscription { state, from, ..sold("a1", "a1", "4390934") }];
        },
        &[
            "subscription 4~a1, from: 2026-10-04 is past, and only a new subscription begins in the past: name 2026-10-05 or a later day, or take it out for today",
        ],
    ),
];

#[test]
fn subscriptions_that_are_wrong_are_refused() {
    check(SUBSCRIPTIONS);
}

#[test]
fn a_cancelled_subscription_stays_cancelled() {
    let mut office = furnished();
    let wanted = |state, partner: &str| {
        let subscription = WantedSubscription { state, from: None, ..sold("a1", "a1", partner) };
        Catalogue { subscriptions: vec![subscription], ..Catalogue::default() }
    };
    apply(&mut office, &wanted(SubscriptionState::Cancelled, "4390934"), "2026-10-02");
    for state in [SubscriptionState::Active, SubscriptionState::Suspended] {
        let text = refused(&office, &wanted(state, "4390934")).join("\n");
        assert!(
            text.ends_with("state: it is cancelled for good since 2026-10-02: make another subscription"),
            "{text}"
        );
    }
}

const ACCESS: &[Row] = &[
    (
        "the name of somebody else, in other letters",
        |wanted| wanted.principals = vec![user("03", "OWNER@iurcontosocsp.onmicrosoft.com")],
        &[
            "user 7~03, name: \"OWNER@iurcontosocsp.onmicrosoft.com\" is how 7~01 signs in, whatever the case: give another name",
        ],
    ),
    (
        "no name to sign in with",
        |wanted| wanted.principals = vec![user("03", "somebody")],
        &["user 7~03, name: \"somebody\" is no name to sign in with, such as user@adatum.onmicrosoft.com"],
    ),
    (
        "a person with a client id",
        |wanted| {
            let application = Some(guid("8", "02"));
            wanted.principals = vec![WantedPrincipal { application, ..user("03", "a@example.com") }];
        },
        &["user 7~03, application: a person has no client id: take it out"],
    ),
    (
        "a program without a client id",
        |wanted| wanted.principals = vec![WantedPrincipal { application: None, ..cast().principals.remove(2) }],
        &["service_principal 7~99, application: a program signs in with a client id: name it"],
    ),
    (
        "a client id that another program has, and an owner that is not there",
        |wanted| {
            let owner = Some(guid("7", "77"));
            wanted.principals = vec![WantedPrincipal { id: guid("7", "98"), owner, ..cast().principals.remove(2) }];
        },
        &[
            "service_principal 7~98, application: 8~01 is the client id of 7~99 too: correct one of them",
            "service_principal 7~98, owner: there is no principal 7~77: add an entry for it, or correct the id",
        ],
    ),
    (
        "a person that becomes a program",
        |wanted| wanted.principals = vec![WantedPrincipal { id: guid("7", "01"), ..cast().principals.remove(2) }],
        &[
            "service_principal 7~01, application: 8~01 is the client id of 7~99 too: correct one of them",
            "service_principal 7~01, id: 7~01 is a user and stays that: give this one another id",
        ],
    ),
    (
        "an account in a directory that is not there, without a GUID",
        |wanted| {
            let (id, directory) = (id("me"), guid("3", "cc"));
            wanted.principals = vec![WantedPrincipal { id, directory, ..user("03", "a@example.com") }];
        },
        &[
            "user me, id: \"me\" is no GUID: write it as 8-4-4-4-12 hexadecimal digits, such as 3~a1",
            "user me, directory: there is no directory 3~cc: add an entry for it, or correct the id",
        ],
    ),
    (
        "a role of nobody",
        |wanted| wanted.roles = vec![role("77", Role::Reader, DEFAULT)],
        &[
            "role \"Reader\" of 7~77 at /subscriptions/2~d0, principal: there is no user or service principal 7~77: add an entry for it, or correct the id",
        ],
    ),
    (
        "taken away from nobody",
        |wanted| wanted.roles = vec![WantedRole { remove: true, ..role("77", Role::Reader, DEFAULT) }],
        &[
            "role \"Reader\" of 7~77 at /subscriptions/2~d0, principal: there is no user or service principal 7~77: add an entry for it, or correct the id",
        ],
    ),
    (
        "a role given and taken away",
        |wanted| {
            let given = role("02", Role::Reader, DEFAULT);
            wanted.roles = vec![given.clone(), WantedRole { remove: true, ..given }];
        },
        &["role \"Reader\" of 7~02 at /subscriptions/2~d0: it has two entries: keep one of them"],
    ),
    (
        "an operator of one subscription",
        |wanted| wanted.roles = vec![role("01", Role::PlatformOperator, DEFAULT)],
        &[
            "role \"Platform Operator\" of 7~01 at /subscriptions/2~d0, scope: Platform Operator is had at \"/\", and not at /subscriptions/2~d0",
        ],
    ),
    (
        "a partner's role at a subscription",
        |wanted| wanted.roles = vec![role("01", Role::BillingReader, DEFAULT)],
        &[
            "role \"Billing Reader\" of 7~01 at /subscriptions/2~d0, scope: Billing Reader is had at a partner: write /partners/ and its id, and not /subscriptions/2~d0",
        ],
    ),
    (
        "a role at a partner that is not there",
        |wanted| wanted.roles = vec![role("01", Role::PartnerAdministrator, "/partners/1")],
        &["role \"Partner Administrator\" of 7~01 at /partners/1, scope: there is no partner 1: correct the scope"],
    ),
    (
        "an owner of everything",
        |wanted| wanted.roles = vec![role("01", Role::Owner, "/")],
        &[
            "role \"Owner\" of 7~01 at /, scope: Owner is had in a subscription: write /subscriptions/ and its id, and not /",
        ],
    ),
    (
        "a role at a subscription that is not there",
        |wanted| wanted.roles = vec![role("01", Role::Owner, "/subscriptions/x")],
        &[
            "role \"Owner\" of 7~01 at /subscriptions/x, scope: there is no subscription x: add an entry for it, or correct the scope",
        ],
    ),
    (
        "a role at a group that is not there",
        |wanted| wanted.roles = vec![role("01", Role::Reader, &format!("{DEFAULT}/resourceGroups/azurestack"))],
        &[
            "role \"Reader\" of 7~01 at /subscriptions/2~d0/resourceGroups/azurestack, scope: there is no resource group and no registration /subscriptions/2~d0/resourceGroups/azurestack: correct it, or give the role in the subscription",
        ],
    ),
    (
        "a stamp of nobody",
        |wanted| wanted.stamps = vec![WantedStamp { partner: Some(id("1")), ..cast().stamps.remove(0) }],
        &["stamp 5~0a, partner: there is no partner 1: add an entry for it, or correct the id"],
    ),
    (
        "a region that cannot be printed",
        |wanted| wanted.stamps = vec![WantedStamp { region: "a\tb".to_owned(), ..cast().stamps.remove(0) }],
        &["stamp 5~0a, region: a region has up to 90 characters that can be printed"],
    ),
];

#[test]
fn accounts_and_roles_that_are_wrong_are_refused() {
    check(ACCESS);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let mut wanted = cast();
    wanted.partners[0].name = String::new();
    wanted.customers[1].partner = id("1");
    wanted.roles.push(role("01", Role::Owner, "/"));
    let kinds: Vec<EntryKind> =
        wanted.differences(&furnished(), noon("2026-10-05")).unwrap_err().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [EntryKind::Partner, EntryKind::Customer, EntryKind::Customer, EntryKind::Role]);
}

#[test]
fn too_many_entries_are_not_looked_at() {
    let one = cast().directories.remove(0);
    let wanted = Catalogue { directories: vec![one; CATALOGUE_ENTRIES_MAX + 1], ..Catalogue::default() };
    assert_eq!(
        refused(&Office::default(), &wanted),
        ["catalogue: it has 200001 entries, at most 200000 are taken at a time: split it"]
    );
}
