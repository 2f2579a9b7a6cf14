//! Partner: the shapes of a partner's customers, registrations, statements and invoices. Amounts and quantities are texts.

use serde_json::Value;

use super::{Named, any_of, flag, list, named, object, text, text_or_null, texts, whole};

pub(super) fn shapes() -> Vec<Named> {
    let partner =
        [("id", text()), ("name", text()), ("kind", text()), ("provider", text_or_null()), ("resellers", texts())];
    let customers = list(&named("PartnerCustomer"));
    let registrations = list(&named("PartnerRegistration"));
    vec![
        ("Partners", object(&[("partners", list(&named("Partner")))], &[])),
        ("Partner", object(&partner, &[])),
        ("PartnerCustomers", object(&[("customers", customers)], &[("nextLink", text())])),
        ("PartnerCustomer", object(&[("id", text()), ("name", text()), ("partner", text())], &[])),
        ("PartnerRegistrations", object(&[("registrations", registrations)], &[("nextLink", text())])),
        ("PartnerRegistration", registration()),
        ("Month", any_of(&["Statement", "Quantities"])),
        ("Statement", statement()),
        ("StatementLine", statement_line()),
        (
            "Unpriced",
            object(
                &[("meter", text()), ("stamp", text()), ("reason", text()), ("quantity", text()), ("rows", whole())],
                &[],
            ),
        ),
        (
            "StatementRows",
            object(
                &[("rated", whole()), ("unpriced", whole()), ("informational", whole()), ("withoutPayer", whole())],
                &[],
            ),
        ),
        ("Quantities", object(&[("partner", text()), ("month", text()), ("lines", list(&named("QuantityLine")))], &[])),
        ("QuantityLine", object(&measured(), &[])),
        ("Invoices", object(&[("documents", list(&named("InvoiceSummary")))], &[])),
        ("InvoiceSummary", object(&invoice(whole()), &[])),
        ("Invoice", object(&invoice(list(&named("InvoiceLine"))), &[("hash", text()), ("issued", text())])),
        ("InvoiceLine", invoice_line()),
    ]
}

fn registration() -> Value {
    object(
        &[
            ("id", text()),
            ("name", text()),
            ("stamp", text()),
            ("stampName", text()),
            ("region", text()),
            ("state", text()),
            ("billingModel", text()),
            ("defaultSubscription", text()),
            ("partner", text()),
            ("approved", flag()),
            ("tenants", whole()),
            ("from", text()),
        ],
        &[],
    )
}

fn statement() -> Value {
    object(
        &[
            ("partner", text()),
            ("month", text()),
            ("currency", text()),
            ("total", text()),
            ("lines", list(&named("StatementLine"))),
            ("unpriced", list(&named("Unpriced"))),
            ("rows", named("StatementRows")),
        ],
        &[],
    )
}

/// What lines say of what was measured.
fn measured() -> [Named; 8] {
    [
        ("subscription", text()),
        ("kind", text()),
        ("customer", text_or_null()),
        ("stamp", text()),
        ("meter", text()),
        ("meterName", text()),
        ("scope", text()),
        ("quantity", text()),
    ]
}

fn statement_line() -> Value {
    let mut members = measured().to_vec();
    members.extend([("tier", whole()), ("unitPrice", text()), ("divisor", whole()), ("amount", text())]);
    object(&members, &[])
}

/// What a document says, with its lines or with how many there are.
fn invoice(lines: Value) -> [Named; 8] {
    [
        ("number", text()),
        ("kind", text()),
        ("partner", text()),
        ("month", text()),
        ("currency", text()),
        ("total", text()),
        ("lines", lines),
        ("adjustments", whole()),
    ]
}

fn invoice_line() -> Value {
    object(
        &[
            ("line", whole()),
            ("kind", text()),
            ("month", text()),
            ("subscription", text()),
            ("customer", text_or_null()),
            ("stamp", text()),
            ("meter", text()),
            ("scope", text()),
            ("tier", whole()),
            ("priceFrom", text()),
            ("unitPrice", text()),
            ("divisor", whole()),
            ("quantity", text()),
            ("amount", text()),
            ("residual", text()),
        ],
        &[],
    )
}
