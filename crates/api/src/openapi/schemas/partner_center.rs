//! Partner center: the shapes of customers, subscriptions and orders in a partner's catalogue.

use serde_json::{Value, json};

use super::{Named, flag, list, named, object, open, text, text_or_null, texts, whole, word};

pub(super) fn shapes() -> Vec<Named> {
    let mut shapes = vec![
        ("Fault", fault()),
        ("Attributes", object(&[("objectType", text())], &[("etag", text())])),
        ("LinkHeader", object(&[("key", text()), ("value", text())], &[])),
        ("Link", object(&[("uri", text()), ("method", text()), ("headers", list(&named("LinkHeader")))], &[])),
        ("Links", object(&[("self", named("Link"))], &[("next", named("Link"))])),
        ("CatalogueCustomers", collection("CatalogueCustomer")),
        ("CatalogueCustomer", customer()),
        (
            "CompanyProfile",
            object(
                &[
                    ("tenantId", text()),
                    ("domain", text()),
                    ("companyName", text()),
                    ("attributes", named("Attributes")),
                ],
                &[],
            ),
        ),
        ("CatalogueSubscriptions", collection("CatalogueSubscription")),
        ("CatalogueSubscription", subscription()),
        ("Order", order()),
        ("OrderLine", order_line()),
    ];
    shapes.extend(requests());
    shapes
}

fn fault() -> Value {
    object(&[("code", text()), ("description", text()), ("data", texts()), ("source", text())], &[])
}

/// A list of something, or a page of one.
fn collection(item: &str) -> Value {
    object(
        &[
            ("totalCount", whole()),
            ("items", list(&named(item))),
            ("links", named("Links")),
            ("attributes", named("Attributes")),
        ],
        &[("continuationToken", text())],
    )
}

fn customer() -> Value {
    object(
        &[
            ("id", text()),
            ("companyProfile", named("CompanyProfile")),
            ("relationshipToPartner", text()),
            ("links", named("Links")),
            ("attributes", named("Attributes")),
        ],
        &[],
    )
}

fn subscription() -> Value {
    object(
        &[
            ("id", text()),
            ("offerId", text()),
            ("offerName", text()),
            ("friendlyName", text()),
            ("quantity", whole()),
            ("unitType", text()),
            ("creationDate", text()),
            ("effectiveStartDate", text()),
            ("status", word(&["active", "suspended", "deleted"])),
            ("autoRenewEnabled", flag()),
            ("billingType", text()),
            ("billingCycle", text()),
            ("contractType", text()),
            ("links", named("Links")),
            ("attributes", named("Attributes")),
        ],
        &[("orderId", text())],
    )
}

fn order() -> Value {
    object(
        &[
            ("id", text()),
            ("referenceCustomerId", text()),
            ("billingCycle", text()),
            ("lineItems", list(&named("OrderLine"))),
            ("creationDate", text()),
            ("status", text()),
            ("links", named("Links")),
            ("attributes", named("Attributes")),
        ],
        &[],
    )
}

fn order_line() -> Value {
    object(
        &[
            ("lineItemNumber", whole()),
            ("offerId", text()),
            ("subscriptionId", text()),
            ("friendlyName", text()),
            ("quantity", whole()),
            ("links", object(&[("subscription", named("Link"))], &[])),
        ],
        &[],
    )
}

fn requests() -> [Named; 6] {
    let lines = json!({ "type": "array", "items": named("OrderLineRequest"), "minItems": 1, "maxItems": 100 });
    let status = word(&["active", "suspended", "deleted", "cancelled", "canceled"]);
    let address = open(&[], &[("country", text_or_null())]);
    [
        (
            "CustomerRequest",
            open(
                &[
                    ("companyProfile", named("CompanyProfileRequest")),
                    ("billingProfile", named("BillingProfileRequest")),
                ],
                &[],
            ),
        ),
        (
            "CompanyProfileRequest",
            open(&[("domain", text())], &[("tenantId", text_or_null()), ("companyName", text_or_null())]),
        ),
        (
            "BillingProfileRequest",
            open(
                &[("companyName", text())],
                &[
                    ("email", text_or_null()),
                    ("culture", text_or_null()),
                    ("language", text_or_null()),
                    ("defaultAddress", address),
                ],
            ),
        ),
        (
            "OrderRequest",
            open(&[("lineItems", lines)], &[("referenceCustomerId", text_or_null()), ("billingCycle", text_or_null())]),
        ),
        (
            "OrderLineRequest",
            open(
                &[("offerId", text()), ("quantity", whole())],
                &[
                    ("lineItemNumber", whole()),
                    ("subscriptionId", text_or_null()),
                    ("friendlyName", text_or_null()),
                    ("partnerIdOnRecord", text_or_null()),
                ],
            ),
        ),
        ("SubscriptionChange", open(&[], &[("status", status), ("friendlyName", text_or_null())])),
    ]
}
