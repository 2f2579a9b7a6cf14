//! Members: every member that the documentation shows is there, with a value of its type.
//!
//! Source: Partner Center REST v1, pages on invoices, line items, rate cards, utilization and usage (2017-07 to 2021-03);
//! Azure RateCard and Usage REST reference, 2015-06-01-preview.

use serde_json::Value;

/// A type of object with its members: `t` before a text, `n` before a number, `o` before an object, `l` before a list.
const DOCUMENTED: &[(&str, &str)] = &[
    (
        "Invoice",
        "t:id t:invoiceDate t:billingPeriodStartDate t:billingPeriodEndDate n:totalCharges n:paidAmount t:currencyCode \
         t:currencySymbol l:taxReceipts l:invoiceDetails t:documentType t:invoiceType o:links o:attributes",
    ),
    ("InvoiceDetail", "t:invoiceLineItemType t:billingProvider o:links o:attributes"),
    (
        "InvoiceSummary",
        "n:balanceAmount t:currencyCode t:currencySymbol t:accountingDate t:firstInvoiceCreationDate t:lastPaymentDate \
         n:lastPaymentAmount t:latestInvoiceDate l:details o:links o:attributes",
    ),
    (
        "OneTimeInvoiceLineItem",
        "t:partnerId t:customerId t:customerName t:customerDomainName t:customerCountry t:invoiceNumber t:mpnId \
         n:resellerMpnId t:orderId t:orderDate t:productId t:skuId t:availabilityId t:productName t:skuName t:chargeType \
         n:unitPrice n:effectiveUnitPrice t:unitType n:quantity n:subtotal n:taxTotal n:totalForCustomer t:currency \
         t:publisherName t:publisherId t:subscriptionDescription t:subscriptionId t:chargeStartDate t:chargeEndDate \
         t:termAndBillingCycle t:alternateId t:priceAdjustmentDescription t:discountDetails t:pricingCurrency \
         n:pcToBCExchangeRate t:pcToBCExchangeRateDate n:billableQuantity t:meterDescription t:reservationOrderId \
         t:billingFrequency t:invoiceLineItemType t:billingProvider o:attributes",
    ),
    (
        "UsageBasedLineItem",
        "n:detailLineItemId t:sku n:includedQuantity n:overageQuantity n:listPrice t:currency n:pretaxCharges n:taxAmount \
         n:postTaxTotal n:pretaxEffectiveRate n:postTaxEffectiveRate t:chargeType t:invoiceLineItemType t:partnerId \
         t:partnerName t:partnerBillableAccountId t:customerId t:domainName t:customerCompanyName n:mpnId n:tier2MpnId \
         t:invoiceNumber t:subscriptionId t:subscriptionName t:subscriptionDescription t:billingCycleType t:orderId \
         t:serviceName t:serviceType t:resourceGuid t:resourceName t:region n:consumedQuantity t:chargeStartDate \
         t:chargeEndDate t:unit t:billingProvider o:attributes",
    ),
    (
        "DailyUsageLineItem",
        "t:customerBillableAccount t:usageDate t:invoiceLineItemType t:partnerId t:partnerName t:partnerBillableAccountId \
         t:customerId t:domainName t:customerCompanyName n:mpnId n:tier2MpnId t:invoiceNumber t:subscriptionId \
         t:subscriptionName t:subscriptionDescription t:billingCycleType t:orderId t:serviceName t:serviceType \
         t:resourceGuid t:resourceName t:region n:consumedQuantity t:chargeStartDate t:chargeEndDate t:unit \
         t:billingProvider o:attributes",
    ),
    (
        "DailyRatedUsageLineItem",
        "t:partnerId t:partnerName t:customerId t:customerName t:customerDomainName t:invoiceNumber t:productId t:skuId \
         t:availabilityId t:skuName t:productName t:publisherName t:publisherId t:subscriptionId \
         t:subscriptionDescription t:chargeStartDate t:chargeEndDate t:usageDate t:meterType t:meterCategory t:meterId \
         t:meterSubCategory t:meterName t:meterRegion t:unitOfMeasure t:resourceLocation t:consumedService \
         t:resourceGroup t:resourceUri t:tags t:additionalInfo t:serviceInfo1 t:serviceInfo2 t:customerCountry t:mpnId \
         t:resellerMpnId t:chargeType n:unitPrice n:quantity t:unitType n:billingPreTaxTotal t:billingCurrency \
         n:pricingPreTaxTotal t:pricingCurrency t:entitlementId t:entitlementDescription n:pcToBCExchangeRate \
         t:pcToBCExchangeRateDate n:effectiveUnitPrice n:rateOfPartnerEarnedCredit t:invoiceLineItemType \
         t:billingProvider o:attributes",
    ),
    ("AzureRateCard", "t:locale t:currency l:meters l:offerTerms o:attributes"),
    (
        "AzureUtilizationRecord",
        "t:usageStartTime t:usageEndTime o:resource n:quantity t:unit o:infoFields o:instanceData o:attributes",
    ),
    (
        "CustomerMonthlyUsageRecord",
        "o:budget n:percentUsed t:resourceId t:id t:resourceName t:name n:totalCost t:currencyCode n:usdTotalCost \
         t:lastModifiedDate o:attributes",
    ),
    (
        "CustomerUsageSummary",
        "o:budget t:id t:name t:billingStartDate t:billingEndDate n:totalCost t:lastModifiedDate o:links o:attributes",
    ),
    (
        "PartnerUsageSummary",
        "n:customersOverBudget n:customersTrendingOver n:customersWithUsageBasedSubscription t:resourceId t:id \
         t:resourceName t:name t:billingStartDate t:billingEndDate n:totalCost t:lastModifiedDate o:links o:attributes",
    ),
    (
        "SubscriptionMonthlyUsageRecord",
        "t:status t:partnerOnRecord t:offerId t:resourceId t:id t:resourceName t:name n:totalCost t:currencyCode \
         n:usdTotalCost t:lastModifiedDate o:attributes",
    ),
    (
        "SubscriptionUsageSummary",
        "t:resourceId t:id t:resourceName t:name t:billingStartDate t:billingEndDate n:totalCost t:lastModifiedDate \
         o:links o:attributes",
    ),
    (
        "MeterUsageRecord",
        "t:subscriptionId t:meterId t:meterName t:category t:subcategory n:quantityUsed t:unit n:totalCost \
         t:currencyCode n:usdTotalCost t:lastModifiedDate o:attributes",
    ),
    (
        "ResourceUsageRecord",
        "t:subscriptionId t:resourceUri t:resourceType t:entitlementId t:entitlementName t:resourceGroupName t:name \
         t:resourceName n:totalCost t:currencyCode n:usdTotalCost t:lastModifiedDate o:attributes",
    ),
    ("SpendingBudget", "o:attributes"),
    ("Collection", "n:totalCount l:items o:links o:attributes"),
];

/// Looks at an object by what it says it is.
#[track_caller]
pub fn check(object: &Value, object_type: &str) {
    assert_eq!(object["attributes"]["objectType"], object_type, "{object}");
    let (_, members) = DOCUMENTED.iter().find(|(name, _)| *name == object_type).unwrap();
    for member in members.split_whitespace() {
        let (kind, name) = member.split_once(':').unwrap();
        let value = &object[name];
        let fits = match kind {
            "t" => value.is_string(),
            "n" => value.is_number(),
            "o" => value.is_object(),
            _ => value.is_array(),
        };
        assert!(fits, "{object_type}.{name} is {value}");
    }
    assert!(!object.as_object().unwrap().values().any(Value::is_null), "{object}");
}

/// Looks at a page and at each item of it, of which there is one at least.
#[track_caller]
pub fn check_page(page: &Value, item: &str) {
    check(page, "Collection");
    let items = page["items"].as_array().unwrap();
    assert!(!items.is_empty(), "{page}");
    assert_eq!(page["totalCount"], items.len());
    for one in items {
        check(one, item);
    }
}
