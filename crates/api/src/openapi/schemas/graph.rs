//! Graph: the shapes of exports, and of a partner's commerce. Amounts and quantities are texts.

use super::{Named, any_of, flag, list, named, object, open, text, text_or_null, whole, word};

pub(super) fn shapes() -> Vec<Named> {
    let mut all = exports();
    all.extend(commerce());
    all.extend(without());
    all
}

fn exports() -> Vec<Named> {
    let sets = word(&["full", "basic"]);
    let billed = open(&[("invoiceId", text())], &[("attributeSet", sets.clone())]);
    let period = word(&["current", "last"]);
    let unbilled = open(&[("currencyCode", text()), ("billingPeriod", period)], &[("attributeSet", sets)]);
    let operation = [
        ("@odata.type", text()),
        ("id", text()),
        ("createdDateTime", text()),
        ("lastActionDateTime", text()),
        ("status", word(&["running", "succeeded", "failed"])),
    ];
    let more = [
        ("resourceLocation", named("ExportManifest")),
        ("resourceLocation@odata.navigationLink", text()),
        ("error", named("ExportError")),
    ];
    let manifest = [
        ("id", text()),
        ("schemaVersion", text()),
        ("dataFormat", text()),
        ("createdDateTime", text()),
        ("eTag", text()),
        ("partnerTenantId", text()),
        ("rootDirectory", text()),
        ("sasToken", text()),
        ("partitionType", text()),
        ("blobCount", whole()),
        ("blobs", list(&named("ExportBlob"))),
    ];
    vec![
        ("BilledExportRequest", billed),
        ("UnbilledExportRequest", unbilled),
        ("ExportOperation", object(&operation, &more)),
        ("ExportError", object(&[("code", text()), ("message", text())], &[])),
        ("ExportManifest", object(&manifest, &[])),
        ("ExportBlob", object(&[("name", text()), ("partitionValue", text())], &[])),
    ]
}

fn commerce() -> Vec<Named> {
    let request = open(&[("month", text())], &[("overrideReason", text_or_null()), ("dryRun", flag())]);
    let closed = [
        ("partner", text()),
        ("month", text()),
        ("issued", flag()),
        ("document", serde_json::json!({ "nullable": true, "allOf": [named("Invoice")] })),
        ("documents", list(&named("InvoiceSummary"))),
        ("overridden", list(&named("ClosingObstacle"))),
    ];
    let sums = [
        ("customer", text_or_null()),
        ("name", text()),
        ("cost", text()),
        ("retail", serde_json::json!({ "nullable": true, "allOf": [named("Cost")] })),
        ("margin", text_or_null()),
    ];
    let month = [
        ("partner", text()),
        ("month", text()),
        ("currency", text()),
        ("cost", text()),
        ("customers", list(&named("CustomerSums"))),
    ];
    vec![
        ("CloseRequest", request),
        ("MonthClosed", object(&closed, &[])),
        ("ClosingObstacle", object(&[("code", text()), ("message", text())], &[])),
        ("CustomerMonths", any_of(&["CustomerMonth", "Quantities"])),
        ("CustomerMonth", object(&month, &[])),
        ("CustomerSums", object(&sums, &[])),
        ("Cost", object(&[("currency", text()), ("amount", text())], &[])),
    ]
}

/// What lacks a mapping or a price.
fn without() -> Vec<Named> {
    let tenant = [
        ("stamp", text()),
        ("tenant", text_or_null()),
        ("domain", text_or_null()),
        ("reason", text()),
        ("advice", text()),
        ("registration", text()),
        ("defaultSubscription", text()),
        ("since", text()),
        ("lastDay", text()),
        ("rows", whole()),
        ("usage", list(&named("UnmappedMeter"))),
    ];
    let unpriced = [
        ("subscription", text()),
        ("customer", text_or_null()),
        ("stamp", text()),
        ("meter", text()),
        ("meterName", text()),
        ("reason", text()),
        ("advice", text()),
        ("firstDay", text()),
        ("lastDay", text()),
        ("quantity", text()),
        ("rows", whole()),
    ];
    let of_month = |name, item: &str| [("partner", text()), ("month", text()), (name, list(&named(item)))];
    vec![
        ("UnmappedTenants", object(&of_month("tenants", "UnmappedTenant"), &[])),
        ("UnmappedTenant", object(&tenant, &[("cost", named("Cost"))])),
        ("UnmappedMeter", object(&[("meter", text()), ("meterName", text()), ("quantity", text())], &[])),
        ("UnpricedUsage", object(&of_month("usage", "UnpricedMeter"), &[])),
        ("UnpricedMeter", object(&unpriced, &[])),
    ]
}
