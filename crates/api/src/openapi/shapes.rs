//! Shapes: what each route is sent and what it answers, by the names of the contract's shapes.

use crate::route::Route;

/// What stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing.
    Nothing,
    /// A shape in JSON.
    Json(&'static str),
    /// A page for a browser.
    Page,
    /// Counts in the form of OpenMetrics.
    Metrics,
    /// A file of one of some types.
    File(&'static [&'static str]),
}

/// What a route is sent and what it answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shapes {
    method: &'static str,
    /// The path. After a star, how paths end.
    path: &'static str,
    /// The shape of the body, where there is one.
    pub(super) body: Option<&'static str>,
    /// What a success has in it.
    pub(super) answer: Content,
}

const fn gives(method: &'static str, path: &'static str, answer: &'static str) -> Shapes {
    Shapes { method, path, body: None, answer: Content::Json(answer) }
}

const fn takes(method: &'static str, path: &'static str, body: &'static str, answer: &'static str) -> Shapes {
    Shapes { method, path, body: Some(body), answer: Content::Json(answer) }
}

const fn only(method: &'static str, path: &'static str, answer: Content) -> Shapes {
    Shapes { method, path, body: None, answer }
}

const TABLE: &[Shapes] = &[
    gives("GET", "/openapi.json", "OpenApi"),
    gives("GET", "/health", "Health"),
    only("GET", "/metrics", Content::Metrics),
    gives("GET", "/stamps/{stamp}/windows", "Wanted"),
    gives("GET", "/stamps/{stamp}/windows/{hour}", "Receipt"),
    takes("PUT", "/stamps/{stamp}/windows/{hour}", "Window", "Receipt"),
    gives("GET", "/metadata/endpoints", "Endpoints"),
    gives("GET", "*/.well-known/openid-configuration", "IssuerDocument"),
    gives("GET", "*/keys", "KeySet"),
    takes("POST", "*/token", "TokenForm", "Token"),
    takes("POST", "*/devicecode", "DeviceCodeForm", "DeviceCodeAnswer"),
    only("GET", "/devicelogin", Content::Page),
    Shapes { body: Some("SignInForm"), ..only("POST", "/devicelogin", Content::Page) },
    gives("GET", "/providers/Microsoft.AzureStack/operations", "Operations"),
    gives("GET", "*/providers/Microsoft.AzureStack/registrations", "Registrations"),
    gives("GET", "*/registrations/{registration}", "Registration"),
    only("HEAD", "*/registrations/{registration}", Content::Nothing),
    takes("PUT", "*/registrations/{registration}", "RegistrationRequest", "Registration"),
    takes("PATCH", "*/registrations/{registration}", "RegistrationRequest", "Registration"),
    only("DELETE", "*/registrations/{registration}", Content::Nothing),
    gives("POST", "*/getactivationkey", "ActivationKey"),
    only("POST", "*/enableRemoteManagement", Content::Nothing),
    only("POST", "*/approveMultiTenancy", Content::Nothing),
    only("POST", "*/withdrawMultiTenancy", Content::Nothing),
    Shapes { body: Some("MoveRequest"), ..only("POST", "*/moveResources", Content::Nothing) },
    gives("GET", "*/customerSubscriptions", "CustomerSubscriptions"),
    gives("GET", "*/customerSubscriptions/{customer}", "CustomerSubscription"),
    only("HEAD", "*/customerSubscriptions/{customer}", Content::Nothing),
    takes("PUT", "*/customerSubscriptions/{customer}", "CustomerSubscriptionRequest", "CustomerSubscription"),
    only("DELETE", "*/customerSubscriptions/{customer}", Content::Nothing),
    gives("GET", "/subscriptions", "Subscriptions"),
    gives("GET", "/subscriptions/{subscription}", "Subscription"),
    gives("GET", "/subscriptions/{subscription}/locations", "Locations"),
    gives("GET", "/tenants", "Tenants"),
    gives("GET", "*/resourceGroups", "ResourceGroups"),
    gives("GET", "*/resourceGroups/{group}", "ResourceGroup"),
    only("HEAD", "*/resourceGroups/{group}", Content::Nothing),
    takes("PUT", "*/resourceGroups/{group}", "ResourceGroupRequest", "ResourceGroup"),
    takes("PATCH", "*/resourceGroups/{group}", "ResourceGroupRequest", "ResourceGroup"),
    only("DELETE", "*/resourceGroups/{group}", Content::Nothing),
    gives("GET", "*/resources", "GenericResources"),
    gives("GET", "/subscriptions/{subscription}/providers", "Providers"),
    gives("GET", "*/providers/{namespace}", "Provider"),
    gives("POST", "*/register", "Provider"),
    gives("POST", "*/unregister", "Provider"),
    gives("GET", "*/locks", "Locks"),
    gives("GET", "*/locks/{lock}", "Lock"),
    takes("PUT", "*/locks/{lock}", "LockRequest", "Lock"),
    only("DELETE", "*/locks/{lock}", Content::Nothing),
    gives("GET", "*/roleDefinitions", "RoleDefinitions"),
    gives("GET", "*/roleDefinitions/{role}", "RoleDefinition"),
    gives("GET", "*/roleAssignments", "RoleAssignments"),
    gives("GET", "*/roleAssignments/{assignment}", "RoleAssignment"),
    takes("PUT", "*/roleAssignments/{assignment}", "RoleAssignmentRequest", "RoleAssignment"),
    gives("DELETE", "*/roleAssignments/{assignment}", "RoleAssignment"),
    gives("GET", "*/permissions", "Permissions"),
    gives("GET", "/partners", "Partners"),
    gives("GET", "/partners/{partner}", "Partner"),
    gives("GET", "/partners/{partner}/customers", "PartnerCustomers"),
    gives("GET", "/partners/{partner}/registrations", "PartnerRegistrations"),
    gives("GET", "/partners/{partner}/statements/{month}", "Month"),
    gives("GET", "/partners/{partner}/invoices", "Invoices"),
    gives("GET", "/partners/{partner}/invoices/{number}", "Invoice"),
    takes("POST", "/partners/{partner}/invoices", "CloseRequest", "MonthClosed"),
    gives("GET", "/partners/{partner}/statement", "CustomerMonths"),
    gives("GET", "/partners/{partner}/unmapped", "UnmappedTenants"),
    gives("GET", "/partners/{partner}/unpriced", "UnpricedUsage"),
    Shapes { body: Some("BilledExportRequest"), ..only("POST", "*/billed/export", Content::Nothing) },
    Shapes { body: Some("UnbilledExportRequest"), ..only("POST", "*/unbilled/export", Content::Nothing) },
    gives("GET", "*/operations/{operation}", "ExportOperation"),
    gives("GET", "*/manifests/{manifest}", "ExportManifest"),
    only("GET", "/exports/{export}/{blob}", Content::File(&["application/gzip"])),
    only("GET", "/v1.0/sales/{sheet}/$value", Content::File(&["text/csv; charset=utf-8", "application/zip"])),
    gives("GET", "/v1/customers", "CatalogueCustomers"),
    takes("POST", "/v1/customers", "CustomerRequest", "CatalogueCustomer"),
    gives("GET", "/v1/customers/{customer}", "CatalogueCustomer"),
    gives("GET", "/v1/customers/{customer}/subscriptions", "CatalogueSubscriptions"),
    gives("GET", "/v1/customers/{customer}/subscriptions/{subscription}", "CatalogueSubscription"),
    takes(
        "PATCH",
        "/v1/customers/{customer}/subscriptions/{subscription}",
        "SubscriptionChange",
        "CatalogueSubscription",
    ),
    takes("POST", "/v1/customers/{customer}/orders", "OrderRequest", "Order"),
    gives("GET", "*/Microsoft.Commerce/RateCard", "RateCard"),
    gives("GET", "*/Microsoft.Commerce/UsageAggregates", "PaidUsage"),
    gives("GET", "/v1/invoices", "BillingInvoices"),
    gives("GET", "/v1/invoices/summary", "BillingSummary"),
    gives("GET", "/v1/invoices/summaries", "BillingSummaries"),
    gives("GET", "/v1/invoices/{number}", "BillingInvoice"),
    only("GET", "*/documents/statement", Content::File(&["application/pdf"])),
    gives("GET", "*/lineitems", "BillingLines"),
    gives("GET", "*/lineitems/{provider}/{type}", "BillingLines"),
    gives("GET", "/v1/ratecards/azure", "AzureRateCard"),
    gives("GET", "*/utilizations/azure", "UtilizationRecords"),
    gives("GET", "/v1/customers/usagerecords", "CustomerSpendings"),
    gives("GET", "/v1/usagesummary", "PartnerSummary"),
    gives("GET", "/v1/customers/{customer}/usagesummary", "CustomerSummary"),
    gives("GET", "*/subscriptions/usagerecords", "SubscriptionSpendings"),
    gives("GET", "*/{subscription}/usagesummary", "SubscriptionSummary"),
    gives("GET", "*/meterusagerecords", "MeterSpendings"),
    gives("GET", "*/resourceusagerecords", "ResourceSpendings"),
    gives("GET", "*/usagebudget", "SpendingBudget"),
    takes("PATCH", "*/usagebudget", "SpendingBudgetRequest", "SpendingBudget"),
];

/// The shapes of a route. A test says that every route has some.
pub(super) fn of(route: &Route) -> Shapes {
    let found = entries(route).next();
    found.unwrap_or(only("", "", Content::Nothing))
}

/// What the table says of a route: once, or a test fails.
pub(super) fn entries(route: &Route) -> impl Iterator<Item = Shapes> {
    let (method, path) = (route.method, route.path);
    TABLE.iter().copied().filter(move |entry| entry.method == method && fits(entry.path, path))
}

/// How many entries there are of which no route makes use.
#[cfg(test)]
pub(super) fn idle() -> Vec<&'static str> {
    let used =
        |entry: &&Shapes| crate::route::all().any(|one| one.method == entry.method && fits(entry.path, one.path));
    TABLE.iter().filter(|entry| !used(entry)).map(|entry| entry.path).collect()
}

fn fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => path.ends_with(end),
        None => path == pattern,
    }
}
