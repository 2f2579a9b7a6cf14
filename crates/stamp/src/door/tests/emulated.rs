//! The emulated cloud behind the door.

use std::{sync::Arc, time::Duration};

use contract::{
    error::{ErrorBody, ResourceError},
    usage_page::{UsageAggregate, UsagePage, user_subscription},
};
use model::Hour;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{
    Settings, TokenGate,
    emulate::{
        Cloud, CloudHandle, Plan,
        tests::{ADATUM, PROVIDER, WINGTIP, hour, plan},
    },
    serve,
};

/// A subscription that no cloud has.
const OTHER: &str = "60000000-0000-4000-8000-00000000ffff";

/// Serves a cloud on a free port until the test ends, and gives its address.
async fn start(plan: Plan, now: Hour) -> (String, Arc<CloudHandle>) {
    let cloud = Arc::new(CloudHandle::new(Cloud::new(plan).unwrap(), now));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let gate = Arc::new(TokenGate { token: cloud.cloud().plan().token.clone() });
    tokio::spawn(serve(listener, cloud.clone(), gate, Settings::default(), std::future::pending()));
    (address, cloud)
}

async fn get(url: &str) -> (u16, String) {
    let response = reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn usage_path() -> String {
    contract::usage_page::subscriber_usage_path(PROVIDER)
}

fn window_query(from: &str, to: &str) -> String {
    format!(
        "api-version=2015-06-01-preview&reportedStartTime={from}&reportedEndTime={to}&aggregationGranularity=Hourly"
    )
}

/// What identifies a row and what it says, from either side.
type Fact = (String, String, String, String, String);

fn facts_of_page(text: &str) -> Vec<Fact> {
    let page: UsagePage<UsageAggregate<'_>> = serde_json::from_str(text).unwrap();
    let fact = |row: &UsageAggregate<'_>| {
        let properties = &row.properties;
        (
            properties.subscription_id.to_string(),
            properties.usage_start_time.to_string(),
            properties.meter_id.to_string(),
            properties.instance_data.to_string(),
            properties.quantity.get().to_owned(),
        )
    };
    page.value.iter().map(fact).collect()
}

fn facts_of_windows(cloud: &CloudHandle, hours: std::ops::Range<Hour>) -> Vec<Fact> {
    let rows = (hours.start.0..hours.end.0).flat_map(|hour| cloud.window(Hour(hour)));
    rows.map(|row| {
        (
            row.subscription.to_string(),
            row.used.to_string().replace('Z', "+00:00"),
            row.meter.to_string(),
            row.instance_data.to_string(),
            row.number.text().to_owned(),
        )
    })
    .collect()
}

#[tokio::test]
async fn following_the_next_links_gives_each_row_once_and_in_order() {
    let (address, cloud) = start(plan(), plan().end).await;
    let (from, to) = (hour("2026-12-01T10"), hour("2026-12-03T02"));
    let mut url = format!("{address}{}?{}", usage_path(), window_query(&from.to_string(), &to.to_string()));
    let (mut facts, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let (status, text) = get(&url).await;
        assert_eq!(status, 200, "{text}");
        let page = facts_of_page(&text);
        sizes.push(page.len());
        facts.extend(page);
        match contract::usage_page::read_raw_page(&text).unwrap().next_link {
            Some(link) => url = link,
            None => break,
        }
    }
    let (last, full) = sizes.split_last().unwrap();
    assert!(full.len() > 1 && full.iter().all(|size| *size == 1_000) && (1..=1_000).contains(last), "{sizes:?}");
    assert_eq!(facts, facts_of_windows(&cloud, from..to));
}

#[tokio::test]
async fn a_row_has_the_recorded_fields_in_the_recorded_order() {
    let (address, cloud) = start(plan(), plan().end).await;
    let window = hour("2026-12-01T10");
    let (_, text) =
        get(&format!("{address}{}?{}", usage_path(), window_query("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")))
            .await;
    let row = &cloud.window(window)[0];
    let name = format!("{}-{}", row.subscription, row.meter);
    let escaped = serde_json::to_string(row.instance_data.as_ref()).unwrap();
    let (used, number) = (row.used.to_string().replace('Z', "+00:00"), row.number.text());
    let ended = row.used.next().to_string().replace('Z', "+00:00");
    let expected = format!(
        r#"{{"value":[{{"id":"/subscriptions/{PROVIDER}/providers/Microsoft.Commerce/UsageAggregate/{name}","name":"{name}","type":"Microsoft.Commerce/UsageAggregate","properties":{{"subscriptionId":"{}","usageStartTime":"{used}","usageEndTime":"{ended}","instanceData":{escaped},"quantity":{number},"meterId":"{}","name":"{name}"}}}},"#,
        row.subscription, row.meter
    );
    assert!(text.starts_with(&expected), "{}\n{expected}", &text[..expected.len()]);
    assert!(!text.contains("nextLink"));
}

#[tokio::test]
async fn paths_in_any_case_and_in_both_namespaces_give_the_same_page() {
    let (address, _) = start(plan(), plan().end).await;
    let query = window_query("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
    let (_, wanted) = get(&format!("{address}{}?{query}", usage_path())).await;
    let provider = PROVIDER.to_uppercase();
    for path in [
        format!("/SUBSCRIPTIONS/{provider}/Providers/microsoft.commerce.admin/SubscriberUsageAggregates"),
        format!("/subscriptions/{PROVIDER}/providers/Microsoft.Commerce/subscriberUsageAggregates"),
        format!(
            "/subscriptions/{PROVIDER}/providers/Microsoft.Commerce.Admin/locations/North/subscriberUsageAggregates/"
        ),
    ] {
        assert_eq!(get(&format!("{address}{path}?{query}")).await, (200, wanted.clone()), "{path}");
    }
    let other = format!(
        "/subscriptions/{PROVIDER}/providers/Microsoft.Commerce.Admin/locations/south/subscriberUsageAggregates"
    );
    assert_eq!(get(&format!("{address}{other}?{query}")).await.0, 404);
}

#[tokio::test]
async fn refusals_carry_the_documented_codes() {
    let now = hour("2026-12-02T00");
    let (address, _) = start(plan(), now).await;
    let good = window_query("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
    let own = usage_path();
    let other = usage_path().replace(PROVIDER, OTHER);
    let cases = [
        (own.clone(), good.replace("api-version=2015-06-01-preview", "api-version="), 400, "NoApiVersion"),
        (own.clone(), good.replace("2015-06-01-preview", "1.0"), 400, "InvalidProperty"),
        (own.replace(PROVIDER, ""), good.clone(), 400, "SubscriptionIdMissingInRequest"),
        (other, good.clone(), 404, "SubscriptionNotFound"),
        (own.clone(), good.replace("Hourly", "weekly"), 400, "InvalidAggregationGranularity"),
        (own.clone(), good.replace("&aggregationGranularity=Hourly", ""), 400, "InvalidProperty"),
        (own.clone(), good.replace("10:00:00Z", "10:30:00Z"), 400, "InvalidProperty"),
        (own.clone(), good.replace("10:00:00Z", "11:00:00Z"), 400, "InvalidProperty"),
        (own.clone(), good.replace("reportedEndTime", "end"), 400, "InvalidProperty"),
        (own.clone(), format!("{good}&REPORTEDSTARTTIME=2026-12-01"), 400, "InvalidProperty"),
        (own.clone(), good.replace("2026-12-01T11", "2026-12-02T01"), 400, "RequestEndTimeIsInFuture"),
        (own.clone(), format!("{good}&subscriberId=nobody"), 400, "InvalidProperty"),
        (own.clone(), format!("{good}&subscriberId={OTHER}"), 400, "SubscriberIdIsNotDirectTenant"),
        (own.clone(), format!("{good}&continuationToken=1.2.all.3.4"), 400, "InvalidProperty"),
        ("/somewhere".to_owned(), good, 404, "NotFound"),
    ];
    for (path, query, status, code) in cases {
        let (answered, text) = get(&format!("{address}{path}?{query}")).await;
        let body: ErrorBody<ResourceError> = serde_json::from_str(&text).unwrap();
        assert_eq!((answered, body.error.code.as_str()), (status, code), "{path}?{query}");
    }
    let closed = window_query("2026-12-01T23:00:00Z", "2026-12-02T00:00:00Z");
    assert_eq!(get(&format!("{address}{own}?{closed}")).await.0, 200);
}

#[tokio::test]
async fn one_subscriber_may_be_asked_for_even_after_it_is_gone() {
    let (address, cloud) = start(plan(), plan().end).await;
    let query = window_query("2026-12-01T10:00:00Z", "2026-12-01T12:00:00Z");
    let url = format!("{address}{}?{query}&subscriberId={}&showDetails=true", usage_path(), WINGTIP.to_uppercase());
    let mut wanted = facts_of_windows(&cloud, hour("2026-12-01T10")..hour("2026-12-01T12"));
    wanted.retain(|fact| fact.0 == WINGTIP);
    assert!(!wanted.is_empty());
    assert_eq!(facts_of_page(&get(&url).await.1), wanted);
}

#[tokio::test]
async fn a_deleted_subscription_leaves_the_list_in_its_hour() {
    let (address, cloud) = start(plan(), plan().start).await;
    let url = format!("{address}{}?api-version=2015-11-01", user_subscription::user_subscriptions_path(PROVIDER));
    for (now, wanted) in [(47, &[ADATUM, WINGTIP][..]), (48, &[ADATUM][..])] {
        cloud.set_now(plan().start.plus(now));
        let (_, text) = get(&url).await;
        let list: user_subscription::UserSubscriptions = serde_json::from_str(&text).unwrap();
        let ids: Vec<&str> = list.value.iter().map(|subscription| subscription.subscription_id.as_str()).collect();
        assert_eq!(ids, wanted);
        assert_eq!(list.value[0].tenant_id.as_deref(), Some("30000000-0000-4000-8000-0000000000a1"));
        assert_eq!(list.value[0].delegated_provider_subscription_id, PROVIDER);
    }
}

#[tokio::test]
async fn a_cloud_with_a_token_answers_only_who_shows_it() {
    let (address, _) = start(Plan { token: Some("open sesame".to_owned()), ..plan() }, plan().end).await;
    let url = format!("{address}{}?api-version=2015-11-01", user_subscription::user_subscriptions_path(PROVIDER));
    assert_eq!(get(&url).await.0, 401);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (token, status) in [("open barley", 401), ("open sesame", 200)] {
        assert_eq!(client.get(&url).bearer_auth(token).send().await.unwrap().status().as_u16(), status);
    }
}

#[tokio::test]
async fn who_never_ends_a_request_does_not_keep_the_door_open() {
    let cloud = Arc::new(CloudHandle::new(Cloud::new(plan()).unwrap(), plan().end));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = crate::router(cloud, Arc::new(TokenGate { token: None }), Settings::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap() };
    let served = tokio::spawn(super::super::serve_routes(listener, routes, shutdown, Duration::ZERO));
    let mut held = TcpStream::connect(address).await.unwrap();
    held.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\nX-").await.unwrap();
    // Connections are attended to in their order: when this one is answered, the other has been read.
    assert_eq!(get(&format!("http://{address}/health")).await.0, 200);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(30), served).await.expect("it ends").unwrap().unwrap();
}
