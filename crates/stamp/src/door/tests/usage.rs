use std::sync::Arc;

use super::stand::{CUSTOMER, FORMER, NOBODY, OPERATOR, OWNER, PROVIDER, Roles, Site, Stand, TENANT};
use crate::{Https, Settings, SourceError, router};

const VERSION: &str = "api-version=2015-06-01-preview";
/// One hour that is over and processed.
const HOUR: &str = "reportedStartTime=2026-10-01T18:00:00Z&reportedEndTime=2026-10-01T19:00:00Z";

fn of_tenants(provider: &str) -> String {
    format!("/subscriptions/{provider}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates")
}

fn of_subscription(subscription: &str) -> String {
    format!("/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates")
}

fn hourly(provider: &str) -> String {
    format!("{}?{VERSION}&{HOUR}&aggregationGranularity=Hourly", of_tenants(provider))
}

fn window(start: &str, end: &str, granularity: &str) -> String {
    let path = of_tenants(OPERATOR);
    format!("{path}?{VERSION}&reportedStartTime={start}&reportedEndTime={end}&aggregationGranularity={granularity}")
}

async fn stand() -> Site {
    Site::open(Arc::new(Stand::new()), Settings::default()).await
}

/// The subscriptions of the rows of a page.
fn users(page: &serde_json::Value) -> Vec<String> {
    let rows = page["value"].as_array().unwrap().iter();
    rows.map(|row| row["properties"]["subscriptionId"].as_str().unwrap().to_owned()).collect()
}

/// Domain notes E.6, in its order: the number, who asks for what, and what they hear.
#[tokio::test]
async fn what_is_wrong_first_is_what_a_caller_is_told() {
    let site = stand().await;
    let good = hourly(OPERATOR);
    let start = |text: &str| good.replace("2026-10-01T18:00:00Z", text);
    let end = |text: &str| good.replace("2026-10-01T19:00:00Z", text);
    let cases = [
        (0, "", good.clone(), 401, "InvalidAuthenticationToken"),
        (0, "unknowable", good.clone(), 503, "ServiceUnavailable"),
        (0, "operator", "/somewhere/else".to_owned(), 404, "NotFound"),
        (1, "operator", of_tenants(NOBODY), 400, "NoApiVersion"),
        (1, "operator", good.replace(VERSION, "api-version="), 400, "NoApiVersion"),
        (2, "operator", hourly("").replace(VERSION, "api-version=1.0"), 400, "InvalidProperty"),
        (3, "operator", hourly(""), 400, "SubscriptionIdMissingInRequest"),
        (3, "operator", hourly("%20"), 400, "SubscriptionIdMissingInRequest"),
        (4, "nobody", hourly(NOBODY), 404, "SubscriptionNotFound"),
        (4, "reseller", hourly(FORMER), 404, "SubscriptionNotFound"),
        (5, "reseller", format!("{}?{VERSION}", of_tenants(OPERATOR)), 403, "AuthorizationFailed"),
        (5, "tenant", good.clone(), 403, "AuthorizationFailed"),
        (7, "operator", start("nonsense").replace("Hourly", "weekly"), 400, "InvalidAggregationGranularity"),
        (6, "operator", good.replace("reportedEndTime", "end"), 400, "InvalidProperty"),
        (6, "operator", start("").replace("Hourly", "hourly"), 400, "InvalidProperty"),
        (6, "operator", start("yesterday"), 400, "InvalidProperty"),
        (6, "operator", start("2026-10-01T18:30:00Z"), 400, "InvalidProperty"),
        (6, "operator", start("2026-10-01T18:00:00%2B02:00"), 400, "InvalidProperty"),
        (6, "operator", good.replace("Hourly", ""), 400, "InvalidProperty"),
        (6, "operator", good.replace("Hourly", "dAILy"), 400, "InvalidProperty"),
        (6, "operator", end("2026-10-01T18:00:00Z"), 400, "InvalidProperty"),
        (6, "operator", format!("{good}&REPORTEDSTARTTIME=2026-10-01"), 400, "InvalidProperty"),
        (6, "operator", start("reportedStartTime=2026-10-01T18:00:00Z"), 400, "InvalidProperty"),
        (8, "operator", end("2026-10-02T11:00:00Z"), 400, "RequestEndTimeIsInFuture"),
        (8, "operator", window("2026-10-01", "2026-10-03", "Daily"), 400, "RequestEndTimeIsInFuture"),
        (10, "operator", format!("{good}&subscriberId=me"), 400, "InvalidProperty"),
        (11, "operator", format!("{good}&subscriberId={NOBODY}"), 400, "SubscriberIdIsNotDirectTenant"),
        (11, "operator", format!("{good}&subscriberId={CUSTOMER}"), 400, "SubscriberIdIsNotDirectTenant"),
        (12, "operator", format!("{good}&continuationToken=AAAA"), 400, "InvalidProperty"),
    ];
    for (number, caller, target, status, code) in cases {
        let reply = site.get(caller, &target).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{number}: {target}: {}", reply.text);
    }
    let unknown = site.get("operator", &hourly(NOBODY)).await.json();
    assert_eq!(unknown["error"]["message"], format!("The subscription '{NOBODY}' could not be found."));
    assert_eq!(site.get("", &good).await.header("www-authenticate"), "Bearer realm=\"stamp\"");
}

#[tokio::test]
async fn a_window_that_is_over_but_not_processed_is_an_empty_page_to_be_asked_for_again() {
    let site = stand().await;
    let reply = site.get("operator", &window("2026-10-02T09:00:00Z", "2026-10-02T10:00:00Z", "Hourly")).await;
    let body = reply.json();
    assert_eq!((reply.status, reply.header("retry-after")), (202, "60"));
    assert_eq!(
        (body["value"].as_array().unwrap().len(), &body["error"]["code"]),
        (0, &"ProcessingNotCompleted".into())
    );
    let closed = site.get("operator", &window("2026-10-02T08:00:00Z", "2026-10-02T09:00:00Z", "Hourly")).await;
    assert_eq!((closed.status, users(&closed.json()).len()), (200, 3));
    // A day ends at midnight, so today's is never asked for, and yesterday's is processed.
    assert_eq!(site.get("operator", &window("2026-10-01", "2026-10-02", "")).await.status, 200);
}

#[tokio::test]
async fn trouble_behind_the_door_is_told_in_the_documented_way() {
    let cases = [
        (Some(SourceError::Busy(7)), 503, "ServiceUnavailable", "retry-after", "7"),
        (Some(SourceError::Slow), 504, "GatewayTimeout", "x-ms-failure-cause", "service"),
        (Some(SourceError::Failed("disk".to_owned())), 500, "InternalServerError", "retry-after", ""),
    ];
    for (fault, status, code, header, value) in cases {
        let stand = Stand { fault: fault.into(), ..Stand::new() };
        let reply = Site::open(Arc::new(stand), Settings::default()).await.get("operator", &hourly(OPERATOR)).await;
        assert_eq!((reply.status, reply.code().as_str(), reply.header(header)), (status, code, value));
        assert!(!reply.text.contains("disk"));
    }
    let full = Settings { reads_max: 0, ..Settings::default() };
    let reply = Site::open(Arc::new(Stand::new()), full).await.get("operator", &hourly(OPERATOR)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
}

/// Domain notes E.4: the forms that real clients send.
#[tokio::test]
async fn each_way_to_write_a_time_gives_the_same_rows() {
    let site = stand().await;
    let wanted = site.get("operator", &hourly(OPERATOR)).await.text;
    for time in [
        "2026-10-01T18:00:00.0000000+00:00",
        "2026-10-01T18:00:00.0000000%2B00:00",
        "2026-10-01T18:00:00.000Z",
        "2026-10-01T18:00:00",
        "2026-10-01T18:00:00.00Z",
        "2026-10-01T18:00:00+00:00Z",
        "2026-10-01T18%3A00%3A00%2B00%3A00",
        "2026-10-01t18:00:00z",
    ] {
        let target =
            hourly(OPERATOR).replace("2026-10-01T18:00:00Z", time).replace("reportedStartTime", "reportedstartTime");
        assert_eq!(site.get("operator", &target).await.text, wanted, "{time}");
    }
    let path = of_tenants(OPERATOR);
    let day = site.get("operator", &window("2026-10-01", "2026-10-02", "Daily")).await.text;
    for target in [
        format!("{path}?{VERSION}&reportedStartTime=2026-10-01&reportedEndTime=2026-10-02T00:00:00"),
        window("2026-10-01T00:00:00Z", "2026-10-02", "") + "&subscriberId=&showDetails=true&continuationToken=",
    ] {
        assert_eq!(site.get("operator", &target).await.text, day, "{target}");
    }
}

/// Domain notes E.6 and I-14, and case F of who sees what.
#[tokio::test]
async fn a_provider_sees_its_direct_tenants_and_nobody_else() {
    let site = stand().await;
    let seen = |reply: super::stand::Reply| users(&reply.json());
    assert_eq!(seen(site.get("operator", &hourly(OPERATOR)).await), [OPERATOR, TENANT, PROVIDER]);
    // Deleted subscriptions keep their usage.
    assert_eq!(seen(site.get("reseller", &hourly(PROVIDER)).await), [CUSTOMER, FORMER]);
    let one = format!("{}&subscriberId={}", hourly(PROVIDER), FORMER.to_uppercase());
    assert_eq!(seen(site.get("reseller", &one).await), [FORMER]);
    assert_eq!(seen(site.get("operator", &format!("{}&subscriberId={OPERATOR}", hourly(OPERATOR))).await), [OPERATOR]);
    let all = Settings { operator_sees_all: true, ..Settings::default() };
    let wide = Site::open(Arc::new(Stand::new()), all).await;
    assert_eq!(seen(wide.get("operator", &hourly(OPERATOR)).await), [OPERATOR, TENANT, CUSTOMER, FORMER, PROVIDER]);
    let one = format!("{}&subscriberId={CUSTOMER}", hourly(OPERATOR));
    assert_eq!(seen(wide.get("operator", &one).await), [CUSTOMER]);
    assert_eq!(seen(wide.get("reseller", &hourly(PROVIDER)).await), [CUSTOMER, FORMER]);
}

#[tokio::test]
async fn whoever_uses_a_subscription_sees_its_usage_and_no_other() {
    let site = stand().await;
    let own = |of: &str| format!("{}?{VERSION}&{HOUR}&aggregationGranularity=Hourly", of_subscription(of));
    let cases = [
        (OWNER, own(TENANT), 200, ""),
        (OWNER, own(CUSTOMER), 200, ""),
        ("reseller", own(PROVIDER), 200, ""),
        ("operator", own(OPERATOR), 200, ""),
        ("operator", own(TENANT), 403, "AuthorizationFailed"),
        ("tenant", own(TENANT), 403, "AuthorizationFailed"),
        (OWNER, own(FORMER), 404, "SubscriptionNotFound"),
        (OWNER, own(NOBODY), 404, "SubscriptionNotFound"),
        (OWNER, own(TENANT).replace("Microsoft.Commerce", "Microsoft.Commerce.Admin"), 404, "NotFound"),
    ];
    for (caller, target, status, code) in cases {
        let reply = site.get(caller, &target).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{caller}: {target}");
    }
    let page = site.get(OWNER, &own(TENANT)).await.text;
    let wanted = format!(
        concat!(
            r#"{{"value":[{{"id":"/subscriptions/{0}/providers/Microsoft.Commerce/UsageAggregate/{0}-{1}","name":"{0}-{1}","#,
            r#""type":"Microsoft.Commerce/UsageAggregate","properties":{{"subscriptionId":"{0}","#,
            r#""usageStartTime":"2026-10-01T17:00:00+00:00","usageEndTime":"2026-10-01T18:00:00+00:00","#,
            r#""instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/r/1\"}}}}","quantity":1.5,"#,
            r#""meterId":"{1}","name":"{0}-{1}"}}}}]}}"#
        ),
        TENANT, "6dab500f-a4fd-49c4-956d-229bb9c8c793"
    );
    assert_eq!(page, wanted);
}

/// How clients send a link back: as it is, with everything encoded, as Node's `listNext` does, and as scripts do that add
/// their parameters once more.
fn sent_again(link: &str) -> Vec<String> {
    let (start, token) = link.split_once("continuationToken=").unwrap();
    let encoded = token.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let twice = encoded.replace('%', "%25");
    let (asked, other) = if start.contains("Hourly") { ("Hourly", "Daily") } else { ("Daily", "Hourly") };
    vec![
        link.to_owned(),
        format!("{start}continuationToken={encoded}"),
        format!("{start}CONTINUATIONTOKEN={twice}"),
        format!("{}&continuationToken={token}", start.trim_end_matches('&').replace(asked, other)),
        format!("{start}continuation%54oken={token}"),
        format!("{link}&API-version=2015-06-01-preview&aggregationGranularity={asked}"),
    ]
}

#[tokio::test]
async fn pages_of_any_size_give_each_row_once_and_in_order_however_a_link_comes_back() {
    for (target, count) in [
        (window("2026-10-01T18:00:00Z", "2026-10-01T22:00:00Z", "Hourly"), 12),
        (window("2026-09-30", "2026-10-02", "Daily"), 144),
        (format!("{}&subscriberId={TENANT}", window("2026-09-30", "2026-10-02", "Daily")), 48),
    ] {
        let whole = stand().await.get("operator", &target).await.json();
        assert!(whole.get("nextLink").is_none());
        let wanted = whole["value"].as_array().unwrap();
        assert_eq!(wanted.len(), count);
        for (size, way) in [(1, 0), (2, 1), (3, 2), (4, 3), (5, 3), (7, 0), (11, 1), (12, 2), (13, 3), (1, 4), (1, 5)] {
            let settings = Settings { page_rows_max: size, ..Settings::default() };
            let site = Site::open(Arc::new(Stand::new()), settings).await;
            let (mut next, mut rows) = (Some(target.clone()), Vec::new());
            while let Some(link) = next {
                let page = site.get("operator", &link).await.json();
                rows.extend(page["value"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
                next = page["nextLink"].as_str().map(|link| {
                    assert!(link.starts_with(&site.origin), "{link}");
                    sent_again(link).swap_remove(way)
                });
            }
            assert_eq!(&rows, wanted, "pages of {size} of {target}");
        }
    }
}

#[tokio::test]
async fn a_token_fits_only_the_request_it_was_made_for() {
    let settings = Settings { page_rows_max: 1, ..Settings::default() };
    let site = Site::open(Arc::new(Stand::new()), settings).await;
    let first = site.get("operator", &hourly(OPERATOR)).await.json();
    let link = first["nextLink"].as_str().unwrap().to_owned();
    let bad = [
        link.replace("2026-10-01T18", "2026-10-01T17"),
        link.replace("2026-10-01T19", "2026-10-01T20"),
        format!("{link}&subscriberId={TENANT}"),
        format!("{link}AA"),
        link.get(..link.len() - 1).unwrap().to_owned(),
        link.replace(OPERATOR, PROVIDER),
    ];
    for target in bad {
        let caller = if target.contains(OPERATOR) { "operator" } else { "reseller" };
        let reply = site.get(caller, &target).await;
        let message = reply.json()["error"]["message"].to_string();
        assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidProperty"), "{target}");
        assert!(message.contains("continuationToken"), "{message}");
    }
    assert_eq!(site.get("operator", &format!("{link}&showDetails=true")).await.status, 200);
}

#[tokio::test]
async fn links_begin_with_the_address_that_the_stamp_is_known_by() {
    let url = "https://adminmanagement.north.contoso.com/";
    let settings = Settings { page_rows_max: 1, public_url: Some(url.to_owned()), ..Settings::default() };
    let site = Site::open(Arc::new(Stand::new()), settings).await;
    let reply = site.get("operator", &hourly(OPERATOR)).await;
    let link = reply.json()["nextLink"].as_str().unwrap().to_owned();
    assert!(link.starts_with("https://adminmanagement.north.contoso.com/subscriptions/"), "{link}");
    assert_eq!(reply.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    // Whoever ends TLS in front of the routes says so.
    let settings = Settings { page_rows_max: 1, ..Settings::default() };
    let routes = router(Arc::new(Stand::new()), Roles::new(), settings).layer(axum::Extension(Https));
    let reply = Site::over(routes).await.get("operator", &hourly(OPERATOR)).await;
    let link = reply.json()["nextLink"].as_str().unwrap().to_owned();
    assert!(link.starts_with("https://127.0.0.1:"), "{link}");
    assert!(reply.header("strict-transport-security").starts_with("max-age="));
}

/// Domain notes E.6: the headers of recorded answers, on a page and on a refusal.
#[tokio::test]
async fn every_answer_carries_the_marks_of_a_stamp() {
    let site = stand().await;
    let named =
        [("x-ms-correlation-request-id", "64847c56-8827-4ce3-8584-2a65a2b9b3a8"), ("x-ms-client-request-id", "7")];
    for target in [hourly(OPERATOR), hourly(NOBODY), "/health".to_owned()] {
        let reply = site.send("operator", reqwest::Method::GET, &target, &named, "").await;
        let marks = [
            ("x-ms-correlation-request-id", named[0].1),
            ("x-ms-client-request-id", "7"),
            ("x-ms-routing-request-id", "NORTHWEST:20261002T102000Z:64847c56-8827-4ce3-8584-2a65a2b9b3a8"),
            ("x-ms-ratelimit-remaining-subscription-reads", "14999"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-cache"),
            ("pragma", "no-cache"),
            ("content-type", "application/json; charset=utf-8"),
            ("strict-transport-security", ""),
        ];
        for (name, value) in marks {
            assert_eq!(reply.header(name), value, "{name} of {target}");
        }
        assert!(model::is_guid(reply.header("x-ms-request-id")));
    }
    let (one, other) = (site.get("", "/health").await, site.get("", "/health").await);
    assert_ne!(one.header("x-ms-request-id"), other.header("x-ms-request-id"));
    assert_eq!(one.header("x-ms-request-id"), one.header("x-ms-correlation-request-id"));
}

#[tokio::test]
async fn monitoring_reads_what_was_asked_and_served() {
    let site = stand().await;
    site.get("operator", &hourly(OPERATOR)).await;
    site.get("operator", &hourly(NOBODY)).await;
    let reply = site.get("", "/metrics").await;
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for line in [
        "tallybridge_stamp_requests_total{route=\"subscriber_usage_aggregates\",status=\"200\"} 1\n",
        "tallybridge_stamp_requests_total{route=\"subscriber_usage_aggregates\",status=\"404\"} 1\n",
        "tallybridge_stamp_rows_total 3\n",
        "tallybridge_stamp_processed_until_seconds 1790931600\n",
        "# EOF\n",
    ] {
        assert!(reply.text.contains(line), "{line} is not in\n{}", reply.text);
    }
    let health = site.get("", "/health").await.json();
    assert_eq!((&health["status"], &health["processedUntil"]), (&"ok".into(), &"2026-10-02T09:00:00Z".into()));
    assert_eq!(site.send("", reqwest::Method::POST, "/health", &[], "").await.status, 405);
}
