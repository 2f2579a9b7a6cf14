//! Usage file: rows of one window from a file, as a stamp's page or as the CSV of the usage summary script.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use contract::window::{Item, read};
use model::{Hour, Second};
use serde_json::{Value, json};

/// Gives the text of a file as the body of a delivery. A stamp's page is taken as it is.
///
/// The CSV is what the public `Usagesummary.ps1` writes: one row each with the columns UsageStartTime, UsageEndTime,
/// Quantity, MeterId, subscription, resourceUri, location, tags and additionalInfo; others are passed over.
pub fn as_body(text: String) -> anyhow::Result<String> {
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim_start().starts_with('{') { Ok(text) } else { from_csv(&text) }
}

fn from_csv(text: &str) -> anyhow::Result<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let columns: BTreeMap<String, usize> =
        reader.headers().context("read the CSV's header")?.iter().map(str::to_lowercase).zip(0..).collect();
    let column = |name: &str| {
        columns.get(&name.to_lowercase()).copied().with_context(|| {
            format!("the file is neither a stamp's page (JSON) nor a usage summary (CSV): it has no column {name:?}")
        })
    };
    let [start, end, quantity, meter, subscription, uri, location, tags, info] = [
        column("UsageStartTime")?,
        column("UsageEndTime")?,
        column("Quantity")?,
        column("MeterId")?,
        column("subscription")?,
        column("resourceUri")?,
        column("location")?,
        column("tags")?,
        column("additionalInfo")?,
    ];
    let mut body = String::from("{\"value\":[]}\n");
    for record in reader.records() {
        let record = record.context("read a line of the CSV")?;
        let cell = |index: usize| record.get(index).unwrap_or_default();
        let resource = json!({ "Microsoft.Resources": {
            "resourceUri": cell(uri), "location": cell(location), "tags": cell(tags), "additionalInfo": cell(info),
        }});
        let row = json!({ "properties": {
            "subscriptionId": cell(subscription),
            "usageStartTime": time(cell(start)),
            "usageEndTime": time(cell(end)),
            "instanceData": resource.to_string(),
            "quantity": cell(quantity),
            "meterId": cell(meter),
        }});
        body.push_str(&row.to_string());
        body.push('\n');
    }
    Ok(body)
}

/// A time as the script writes it: as the stamp sent it, or in the American form of its culture. What is neither stays as
/// it is and is held later.
fn time(text: &str) -> String {
    if Second::parse(text).is_ok() {
        return text.to_owned();
    }
    ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S"]
        .iter()
        .find_map(|form| jiff::civil::DateTime::strptime(form, text.trim()).ok())
        .map_or_else(|| text.to_owned(), |time| format!("{time}Z"))
}

/// The hour after the last usage hour of a body: the window that it was probably reported in.
pub fn reported_hour(body: &str) -> anyhow::Result<Hour> {
    let mut last: Option<Second> = None;
    read(body, |item| {
        if let Item::Row(row) = item
            && let Ok(fields) = row.fields
            && let Ok(end) = Second::parse(&fields.end)
        {
            last = last.max(Some(end));
        }
    })?;
    last.and_then(|end| Second(end.0.saturating_sub(1)).hour())
        .map(Hour::next)
        .context("the file holds no row with a time: name the window with --reported")
}

/// Reads which directory each local subscription has.
///
/// Either JSON as the admin API gives it, `{"value":[{"subscriptionId":"...","tenantId":"..."}]}` or the bare array, or CSV
/// with the columns `subscriptionId` and `tenantId`.
pub fn read_tenants(text: &str) -> anyhow::Result<Vec<(String, String)>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut tenants = Vec::new();
    if text.trim_start().starts_with(['{', '[']) {
        let value: Value = serde_json::from_str(text).context("read the tenants as JSON")?;
        let lines = value.get("value").unwrap_or(&value).as_array().context("the tenants must be a JSON array")?;
        for line in lines {
            let field = |name: &str| line.get(name).and_then(Value::as_str);
            let (Some(subscription), Some(tenant)) = (field("subscriptionId"), field("tenantId")) else {
                bail!("a line of the tenants has no text \"subscriptionId\" and \"tenantId\": {line}");
            };
            tenants.push((subscription.to_owned(), tenant.to_owned()));
        }
    } else {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().context("read the tenants as CSV")?.clone();
        let column = |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name));
        let (Some(subscription), Some(tenant)) = (column("subscriptionId"), column("tenantId")) else {
            bail!("the tenants must have the columns subscriptionId and tenantId");
        };
        for record in reader.records() {
            let record = record.context("read a line of the tenants")?;
            let cell = |index: usize| record.get(index).unwrap_or_default().to_owned();
            tenants.push((cell(subscription), cell(tenant)));
        }
    }
    ensure!(!tenants.is_empty(), "the file of tenants names none");
    Ok(tenants)
}

#[cfg(test)]
mod tests;
