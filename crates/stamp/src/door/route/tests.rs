use super::*;

fn asked(path: &str) -> Option<(String, Option<String>, What)> {
    find(path).unwrap().map(|asked| (asked.subscription, asked.location, asked.what))
}

#[test]
fn paths_are_understood_however_they_are_written() {
    let usage = || Some(("s".to_owned(), None, What::ProviderUsage));
    for path in [
        "/subscriptions/s/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates",
        "/SUBSCRIPTIONS/s/Providers/microsoft.COMMERCE/SubscriberUsageAggregates/",
        "//subscriptions//s//providers/Microsoft.Commerce.Admin///subscriberUsageAggregates",
        "/./subscriptions/x/../s/providers/Microsoft%2ECommerce/subscriberUsageAggregates",
    ] {
        assert_eq!(asked(path), usage(), "{path}");
    }
    let group = || "g".to_owned();
    let cases = [
        ("/health", "", What::Health),
        ("/subscriptions", "", What::OwnSubscriptions),
        ("/subscriptions/s/", "s", What::OwnSubscription),
        ("/usage/v1/EVENTS", "", What::Events),
        ("/subscriptions/s/providers/Microsoft.Commerce/UsageAggregates", "s", What::TenantUsage),
        ("/subscriptions//providers/Microsoft.Commerce/UsageAggregates", "", What::TenantUsage),
        ("/subscriptions/%20/providers/Microsoft.Commerce/UsageAggregates", "", What::TenantUsage),
        (
            "/subscriptions/s/providers/Microsoft.Subscriptions.Admin/subscriptions/A%2Fb",
            "s",
            What::Subscription("A/b".to_owned()),
        ),
        (
            "/subscriptions/s/resourcegroups/g/providers/Microsoft.Subscriptions.Admin/directoryTenants/N",
            "s",
            What::DirectoryTenant { group: group(), name: "N".to_owned() },
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/microsoft.azurebridge.admin/activations",
            "s",
            What::Activations { group: group() },
        ),
    ];
    for (path, subscription, what) in cases {
        assert_eq!(asked(path), Some((subscription.to_owned(), None, what)), "{path}");
    }
}

/// Domain notes E.4: the App Service script puts `..` in the place of a location.
#[test]
fn a_location_is_remembered_and_a_step_back_takes_it_away() {
    let path = |place: &str| format!("/subscriptions/s/providers/Microsoft.Commerce{place}/usageAggregates");
    let at = asked(&path("/locations/North")).unwrap();
    assert_eq!((at.1.as_deref(), at.2), (Some("North"), What::TenantUsage));
    for back in ["/locations/..", "/locations/%2E%2e", "/locations/north/../.."] {
        assert_eq!(asked(&path(back)), Some(("s".to_owned(), None, What::TenantUsage)), "{back}");
    }
}

#[test]
fn other_paths_ask_for_nothing() {
    for path in [
        "/",
        "/healthy",
        "/subscriptions/s/providers",
        "/subscriptions/s/providers/Microsoft.Commerce.Admin/usageAggregates",
        "/subscriptions/s/providers/Microsoft.Commerce/subscriberUsageAggregates/more",
        "/subscriptions/s/providersMicrosoft.Commerce/subscriberUsageAggregates",
        "/subscriptions/s/providers/Microsoft.Subscriptions.Admin/directoryTenants",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Commerce/usageAggregates",
        "/subscriptions/s/resourceGroups/g/resourceGroups/providers/x",
    ] {
        assert_eq!(asked(path), None, "{path}");
    }
    for path in ["/%ff", "/a%00b", &"/a".repeat(30)] {
        assert_eq!(find(path).map_err(|refusal| refusal.code), Err("InvalidPath"), "{path}");
    }
}
