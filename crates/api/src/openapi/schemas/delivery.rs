//! Delivery: the shapes of windows and receipts, of the hub's own state, and of refusals.

use serde_json::json;

use super::{Named, any_of, list, map, named, object, open, text, text_or_null, texts, whole, word};

pub(super) fn shapes() -> Vec<Named> {
    vec![
        ("Health", object(&[("status", word(&["ok"])), ("hub", text())], &[])),
        ("OpenApi", open(&[("openapi", text()), ("info", json!({ "type": "object" }))], &[])),
        ("ErrorBody", object(&[("error", named("ResourceError"))], &[])),
        (
            "ResourceError",
            object(
                &[("code", text()), ("message", text())],
                &[("target", text()), ("details", list(&named("ResourceError")))],
            ),
        ),
        (
            "Wanted",
            object(
                &[
                    ("next", text()),
                    ("resend", texts()),
                    ("hub", text()),
                    ("state", word(&["reporting", "off", "unregistered", "reset", "expired"])),
                    ("message", text()),
                    ("notWanted", list(&named("NotWanted"))),
                ],
                &[],
            ),
        ),
        ("NotWanted", object(&[("from", text()), ("until", text()), ("reason", text())], &[])),
        ("Receipt", receipt()),
        ("PartKept", object(&[("parts", list(&whole())), ("missing", list(&whole()))], &[])),
        ("Window", any_of(&["WindowPage", "WindowRow"])),
        (
            "WindowPage",
            open(&[], &[("value", list(&named("WindowRow"))), ("subscriptions", list(&named("LocalSubscription")))]),
        ),
        ("WindowRow", open(&[("properties", named("UsageProperties"))], &[])),
        ("UsageProperties", usage()),
        ("LocalSubscription", open(&[("subscriptionId", text())], &[("tenantId", text_or_null())])),
    ]
}

fn receipt() -> serde_json::Value {
    object(
        &[
            ("stamp", text()),
            ("hour", text()),
            ("hash", text()),
            ("revision", whole()),
            ("received", whole()),
            ("stored", whole()),
            ("copies", whole()),
            ("held", whole()),
            ("replaced", whole()),
            ("removed", whole()),
            ("totals", map(&text())),
            ("heldReasons", map(&whole())),
            ("next", text()),
        ],
        &[],
    )
}

fn usage() -> serde_json::Value {
    open(
        &[
            ("subscriptionId", text()),
            ("usageStartTime", text()),
            ("usageEndTime", text()),
            ("instanceData", text()),
            // It is read digit by digit, whichever of the two it is.
            ("quantity", json!({ "anyOf": [{ "type": "string" }, { "type": "number" }] })),
            ("meterId", text()),
        ],
        &[],
    )
}
