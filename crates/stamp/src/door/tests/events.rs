use reqwest::Method;

use super::stand::{NOBODY, OPERATOR, Reply, Site, service};
use crate::Settings;

const PATH: &str = "/usage/v1/events";
const METER: &str = "6DAB500F-a4fd-49c4-956d-229bb9c8c793";

/// The members of an event but for its id.
fn members(number: u32, quantity: &str) -> String {
    format!(
        concat!(
            r#""subscriptionId":"{0}","resourceUri":"/subscriptions/{0}/r/{1}","meterId":"{2}","quantity":{3},"#,
            r#""usageStartTime":"2026-10-02T08:00:00Z","usageEndTime":"2026-10-02T09:00:00Z""#
        ),
        OPERATOR, number, METER, quantity
    )
}

fn plain(number: u32, quantity: &str) -> String {
    format!(r#"{{"id":"{number}","source":"/s",{}}}"#, members(number, quantity))
}

fn cloud_event(number: u32, quantity: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","type":"tallybridge.usage.v1","source":"/s","id":"{number}","data":{{{}}}}}"#,
        members(number, quantity)
    )
}

async fn post(site: &Site, kind: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut all = vec![("content-type", kind)];
    all.extend_from_slice(headers);
    site.send("operator", Method::POST, PATH, &all, body).await
}

const STRUCTURED: &str = "application/cloudevents+json; charset=utf-8";
const BATCH: &str = "application/cloudevents-batch+json";
const JSON: &str = "application/json";

#[tokio::test]
async fn an_event_counts_once_in_whatever_way_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::open(service(folder.path()), Settings::default()).await;
    let binary =
        [("ce-specversion", "1.0"), ("ce-type", "tallybridge.usage.v1"), ("ce-source", "%2Fs"), ("ce-id", "1")];
    let list = format!("[{},{}]", plain(2, "\"2.50\""), plain(3, "6.5e-06"));
    let batch = format!("[{},{}]", cloud_event(2, "\"2.50\""), cloud_event(4, "4"));
    let posts = [
        (JSON, vec![], plain(1, "1.0"), 1, 0),
        (STRUCTURED, vec![], cloud_event(1, "1.0"), 0, 1),
        (JSON, binary.to_vec(), format!("{{{}}}", members(1, "1.0")), 0, 1),
        ("Application/JSON;charset=utf-8", vec![], list, 2, 0),
        (BATCH, vec![], batch, 1, 1),
    ];
    for (kind, headers, body, accepted, duplicates) in posts {
        let reply = post(&site, kind, &headers, &body).await;
        let wanted =
            format!(r#"{{"accepted":{accepted},"duplicates":{duplicates},"reported":"2026-10-02T10:00:00Z"}}"#);
        assert_eq!((reply.status, reply.text), (200, wanted), "{body}");
    }
    let metrics = site.get("", "/metrics").await.text;
    for line in ["events_total{outcome=\"accepted\"} 4\n", "events_total{outcome=\"duplicate\"} 3\n"] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn a_body_with_one_bad_event_is_refused_as_a_whole_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::open(service(folder.path()), Settings::default()).await;
    let good = plain(1, "1");
    let cases = [
        (good.replace('}', r#","unit":"h"}"#), "[1]"),
        (good.replace(r#""quantity":1"#, r#""quantity":-1"#), "[1].quantity"),
        (good.replace(METER, ""), "[1].meterId"),
        (good.replace("08:00:00Z", "when"), "[1].usageStartTime"),
        (good.replace("09:00:00Z", "10:00:00Z"), "[1].usageEndTime"),
        (good.replacen(OPERATOR, NOBODY, 1), "[1].subscriptionId"),
        (good.replace(r#""id":""#, r#""id":"\u0000"#), "[1].id"),
        (good.replace(r#""/s""#, r#""a\nb""#), "[1].source"),
        (good.replace('}', r#","location":"\u007f"}"#), "[1].location"),
        (good.replace("/subscriptions", "/\\tsubscriptions"), "[1].resourceUri"),
    ];
    for (bad, target) in cases {
        let reply = post(&site, JSON, &[], &format!("[{},{bad}]", plain(9, "9"))).await;
        let error = &reply.json()["error"];
        assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidUsageEvents"), "{bad}");
        assert_eq!((&error["details"][0]["target"], error["details"].as_array().unwrap().len()), (&target.into(), 1));
        assert_eq!(error["message"], "One event cannot be taken. None was kept; details say which and why.");
    }
    for (bad, said) in
        [(99, "99 events cannot"), (100, "At least 100 events cannot"), (101, "At least 100 events cannot")]
    {
        let body = format!("[{}]", vec![good.replace("09:00:00Z", "when"); bad].join(","));
        let message = post(&site, JSON, &[], &body).await.json()["error"]["message"].to_string();
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(post(&site, JSON, &[], &plain(1, "1")).await.json()["accepted"], 1);
    let again = post(&site, JSON, &[], &format!("[{},{}]", plain(9, "9"), plain(1, "2"))).await;
    assert_eq!((again.status, again.code().as_str()), (409, "UsageEventConflict"));
    assert_eq!(again.json()["error"]["details"][0]["target"], "[1].id");
    assert_eq!(
        post(&site, JSON, &[], &plain(9, "9")).await.json()["accepted"],
        1,
        "nothing of refused bodies was kept"
    );
}

#[tokio::test]
async fn what_is_no_post_of_events_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::open(service(folder.path()), Settings::default()).await;
    let good = plain(1, "1");
    let many = format!("[{}]", vec![good.as_str(); 10_001].join(","));
    let large = " ".repeat(32 * 1024 * 1024 + 1);
    let (none, gzip, half): (&[_], &[_], &[_]) = (&[], &[("content-encoding", "gzip")], &[("ce-id", "1")]);
    let cases = [
        ("text/plain", none, good.as_str(), 415, "TypeUnsupported"),
        (JSON, gzip, &good, 415, "EncodingUnsupported"),
        (JSON, none, "", 400, "InvalidUsageEvents"),
        (JSON, none, "[]", 400, "InvalidUsageEvents"),
        (JSON, none, &many, 400, "InvalidUsageEvents"),
        (JSON, half, &good, 400, "InvalidUsageEvents"),
        (BATCH, none, &good, 400, "InvalidUsageEvents"),
        (JSON, none, &large, 413, "BodyTooLarge"),
    ];
    for (kind, headers, body, status, code) in cases {
        let reply = post(&site, kind, headers, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{kind}");
    }
    let stranger = site.send("reseller", Method::POST, PATH, &[("content-type", JSON)], &good).await;
    assert_eq!((stranger.status, stranger.code().as_str()), (403, "AuthorizationFailed"));
    assert_eq!(site.get("operator", PATH).await.header("allow"), "POST");
}
