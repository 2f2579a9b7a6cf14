//! Billing: the shapes of prices, usage, invoices and spending on the paying side.

use serde_json::{Value, json};

use super::{Named, any_of, flag, list, map, named, object, open, text, texts, whole, word};

/// A decimal with every digit that it has.
fn number() -> Value {
    json!({ "type": "number" })
}

/// An object whose members are texts and numbers, each list of names with spaces between, and some others.
fn record(texts: &str, numbers: &str, others: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let mut members: Vec<(&str, Value)> = texts.split_whitespace().map(|name| (name, text())).collect();
    members.extend(numbers.split_whitespace().map(|name| (name, number())));
    members.extend(others.iter().cloned());
    object(&members, optional)
}

fn attributes() -> (&'static str, Value) {
    ("attributes", named("Attributes"))
}

fn links() -> (&'static str, Value) {
    ("links", named("Links"))
}

fn collection(items: &Value) -> Value {
    object(&[("totalCount", whole()), ("items", list(items)), links(), attributes()], &[("continuationToken", text())])
}

pub(super) fn shapes() -> Vec<Named> {
    let lines = any_of(&["OneTimeLine", "UsageBasedLine", "DailyRatedLine", "DailyUsageLine"]);
    let mut shapes = vec![
        ("RateCard", rate_card()),
        ("RateCardMeter", rate_card_meter()),
        ("AzureRateCard", azure_rate_card()),
        ("AzureMeter", azure_meter()),
        ("BillingInvoices", collection(&named("BillingInvoice"))),
        ("BillingInvoice", invoice()),
        ("InvoiceDetail", invoice_detail()),
        ("BillingSummaries", collection(&named("BillingSummary"))),
        ("BillingSummary", summary()),
        ("BillingSummaryDetail", object(&[("invoiceType", text()), ("summary", named("BillingSummary"))], &[])),
        ("BillingLines", collection(&lines)),
        ("OneTimeLine", one_time_line()),
        ("UsageBasedLine", usage_based_line()),
        ("DailyRatedLine", daily_rated_line()),
        ("DailyUsageLine", daily_usage_line()),
    ];
    shapes.extend(usage());
    shapes.extend(spending());
    shapes
}

fn rate_card() -> Value {
    let meters = list(&named("RateCardMeter"));
    record("Currency Locale", "", &[("OfferTerms", texts()), ("Meters", meters), ("IsTaxIncluded", flag())], &[])
}

fn rate_card_meter() -> Value {
    record(
        "MeterId MeterName MeterCategory MeterSubCategory Unit MeterRegion EffectiveDate",
        "IncludedQuantity",
        &[("MeterTags", texts()), ("MeterRates", map(&number()))],
        &[("MeterStatus", word(&["Active", "Deprecated"]))],
    )
}

fn azure_rate_card() -> Value {
    let meters = list(&named("AzureMeter"));
    let others = [("isTaxIncluded", flag()), ("meters", meters), ("offerTerms", texts()), attributes()];
    record("locale currency", "", &others, &[])
}

fn azure_meter() -> Value {
    record(
        "id name category subcategory region unit effectiveDate",
        "includedQuantity",
        &[("rates", map(&number())), ("tags", texts())],
        &[],
    )
}

fn invoice() -> Value {
    record(
        "id invoiceDate billingPeriodStartDate billingPeriodEndDate currencyCode currencySymbol invoiceType",
        "totalCharges paidAmount",
        &[
            ("taxReceipts", texts()),
            ("invoiceDetails", list(&named("InvoiceDetail"))),
            ("amendments", texts()),
            ("documentType", word(&["invoice", "adjustment_note"])),
            links(),
            attributes(),
        ],
        &[("pdfDownloadLink", text())],
    )
}

fn invoice_detail() -> Value {
    record("invoiceLineItemType billingProvider", "", &[links(), attributes()], &[])
}

fn summary() -> Value {
    record(
        "currencyCode currencySymbol accountingDate firstInvoiceCreationDate lastPaymentDate latestInvoiceDate",
        "balanceAmount lastPaymentAmount",
        &[attributes()],
        &[("details", list(&named("BillingSummaryDetail"))), links()],
    )
}

fn one_time_line() -> Value {
    record(
        "partnerId customerId customerName customerDomainName customerCountry invoiceNumber mpnId orderId orderDate \
         productId skuId availabilityId productName skuName chargeType unitType currency publisherName publisherId \
         subscriptionDescription subscriptionId chargeStartDate chargeEndDate termAndBillingCycle alternateId \
         referenceId priceAdjustmentDescription discountDetails pricingCurrency pcToBCExchangeRateDate \
         meterDescription billingFrequency reservationOrderId creditReasonCode promotionId invoiceLineItemType \
         billingProvider",
        "resellerMpnId unitPrice effectiveUnitPrice quantity subtotal taxTotal totalForCustomer pcToBCExchangeRate \
         billableQuantity",
        &[("productQualifiers", texts()), attributes()],
        &[],
    )
}

fn usage_based_line() -> Value {
    record(
        "sku currency chargeType partnerId partnerName partnerBillableAccountId customerId customerCompanyName \
         domainName invoiceNumber subscriptionId subscriptionName subscriptionDescription billingCycleType orderId \
         serviceName serviceType resourceGuid resourceName region chargeStartDate chargeEndDate unit \
         invoiceLineItemType billingProvider",
        "detailLineItemId includedQuantity overageQuantity listPrice consumptionPrice consumptionDiscount \
         pretaxCharges taxAmount postTaxTotal pretaxEffectiveRate postTaxEffectiveRate mpnId tier2MpnId \
         consumedQuantity",
        &[attributes()],
        &[],
    )
}

fn daily_rated_line() -> Value {
    record(
        "partnerId partnerName customerId customerName customerDomainName invoiceNumber productId skuId \
         availabilityId skuName productName publisherName publisherId subscriptionId subscriptionDescription \
         chargeStartDate chargeEndDate usageDate meterType meterCategory meterId meterSubCategory meterName \
         meterRegion unitOfMeasure resourceLocation consumedService resourceGroup resourceUri tags additionalInfo \
         serviceInfo1 serviceInfo2 customerCountry mpnId resellerMpnId chargeType unitType billingCurrency \
         pricingCurrency entitlementId entitlementDescription pcToBCExchangeRateDate creditType \
         invoiceLineItemType billingProvider",
        "unitPrice quantity billingPreTaxTotal pricingPreTaxTotal pcToBCExchangeRate effectiveUnitPrice \
         rateOfPartnerEarnedCredit rateOfCredit",
        &[("hasPartnerEarnedCredit", flag()), attributes()],
        &[],
    )
}

fn daily_usage_line() -> Value {
    record(
        "customerBillableAccount usageDate meteredService meteredServiceType meteredRegion project serviceInfo \
         partnerId partnerName partnerBillableAccountId customerId domainName customerCompanyName invoiceNumber \
         subscriptionId subscriptionName subscriptionDescription billingCycleType orderId serviceName serviceType \
         resourceGuid resourceName region chargeStartDate chargeEndDate unit invoiceLineItemType billingProvider",
        "mpnId tier2MpnId consumedQuantity",
        &[attributes()],
        &[],
    )
}

fn usage() -> [Named; 7] {
    let properties = record(
        "subscriptionId usageStartTime usageEndTime meterName meterCategory meterSubCategory meterRegion unit meterId",
        "quantity",
        &[("infoFields", object(&[], &[]))],
        &[("instanceData", text())],
    );
    let additional = "azureStack.MeterId azureStack.SubscriptionId azureStack.Location azureStack.EventDateTime";
    let instance = record(
        "resourceUri location partNumber orderNumber",
        "",
        &[("additionalInfo", record(additional, "", &[], &[]))],
        &[("tags", open(&[], &[]))],
    );
    [
        (
            "PaidUsage",
            object(&[("value", list(&named("PaidAggregate")))], &[("nextLink", text()), ("error", open(&[], &[]))]),
        ),
        ("PaidAggregate", record("id name type", "", &[("properties", named("PaidProperties"))], &[])),
        ("PaidProperties", properties),
        ("UtilizationRecords", collection(&named("UtilizationRecord"))),
        (
            "UtilizationRecord",
            record(
                "usageStartTime usageEndTime unit",
                "quantity",
                &[("resource", named("UtilizedMeter")), ("infoFields", object(&[], &[])), attributes()],
                &[("instanceData", named("UtilizedInstance"))],
            ),
        ),
        ("UtilizedMeter", record("id name category subcategory region", "", &[], &[])),
        ("UtilizedInstance", instance),
    ]
}

/// What is said of a sum of money, with some texts and others before it.
fn cost(texts: &str, numbers: &str, others: &[(&str, Value)]) -> Value {
    let texts = format!("{texts} currencyCode lastModifiedDate");
    let numbers = format!("{numbers} totalCost");
    let mut others = others.to_vec();
    others.push(attributes());
    record(&texts, &numbers, &others, &[("usdTotalCost", number())])
}

fn spending() -> Vec<Named> {
    const NAMES: &str = "resourceId id resourceName name";
    let summary = format!("{NAMES} billingStartDate billingEndDate");
    let budget = || ("budget", named("SpendingBudget"));
    let subscription = format!("{NAMES} partnerOnRecord offerId");
    let counts = [
        ("customersOverBudget", whole()),
        ("customersTrendingOver", whole()),
        ("customersWithUsageBasedSubscription", whole()),
        ("emailsToNotify", texts()),
        links(),
    ];
    vec![
        ("CustomerSpendings", collection(&named("CustomerSpending"))),
        ("CustomerSpending", cost(NAMES, "percentUsed", &[budget(), ("isUpgraded", flag())])),
        ("CustomerSummary", cost(&summary, "", &[budget(), links()])),
        ("SubscriptionSpendings", collection(&named("SubscriptionSpending"))),
        ("SubscriptionSpending", cost(&subscription, "", &[("status", word(&["active", "suspended", "deleted"]))])),
        ("SubscriptionSummary", cost(&summary, "", &[links()])),
        ("MeterSpendings", collection(&named("MeterSpending"))),
        ("MeterSpending", cost("subscriptionId meterId meterName category subcategory unit", "quantityUsed", &[])),
        ("ResourceSpendings", collection(&named("ResourceSpending"))),
        (
            "ResourceSpending",
            cost(
                "subscriptionId resourceUri resourceType entitlementId entitlementName resourceGroupName name resourceName",
                "",
                &[],
            ),
        ),
        ("PartnerSummary", cost(&summary, "", &counts)),
        (
            "SpendingBudget",
            object(&[attributes()], &[("amount", number()), ("usageSpendingBudget", number()), links()]),
        ),
        ("SpendingBudgetRequest", open(&[], &[("amount", json!({ "type": "number", "nullable": true }))])),
    ]
}
