//! Page: rows in the recorded shape, at most a thousand at once.

use std::borrow::Cow;

use axum::{
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::usage_page::{PAGE_ROWS_MAX, ROW_TYPE, UsageAggregate, UsagePage, UsageProperties};
use model::Hour;

use super::{
    Refusal,
    query::{Parameters, UsageQuery},
};
use crate::emulate::{CloudHandle, Row};

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    hour: Hour,
    row: usize,
}

/// Answers a request for usage.
pub fn answer(cloud: &CloudHandle, request: &Request, parameters: &Parameters) -> Result<Response, Refusal> {
    let query = parameters.usage(cloud)?;
    let begin = match parameters.get("continuationToken")? {
        Some(token) => read_token(&query, token)
            .ok_or_else(|| Refusal::property("continuationToken", "does not belong to this request"))?,
        None => Position { hour: query.start, row: 0 },
    };
    let (rows, next) = rows_from(cloud, &query, begin);
    let next_link = next.map(|next| link(request, &write_token(&query, next)));
    let body = write(cloud.cloud().plan().provider_subscription.as_str(), &rows, next_link).map_err(|error| {
        let message = format!("The page cannot be written: {error}.");
        Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalError", message }
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response())
}

/// The rows of one page, and where the next page begins.
fn rows_from(cloud: &CloudHandle, query: &UsageQuery, begin: Position) -> (Vec<Row>, Option<Position>) {
    let mut page = Vec::new();
    // Nothing is reported before the cloud starts, so that time need not be searched.
    let first = begin.hour.max(cloud.cloud().plan().start);
    for hour in (first.0..query.end.0).map(Hour) {
        let mut rows = cloud.window(hour);
        if let Some(subscriber) = &query.subscriber {
            rows.retain(|row| row.subscription == *subscriber);
        }
        let skipped = if hour == begin.hour { begin.row } else { 0 };
        for (row, content) in rows.into_iter().enumerate().skip(skipped) {
            if page.len() == PAGE_ROWS_MAX {
                return (page, Some(Position { hour, row }));
            }
            page.push(content);
        }
    }
    (page, None)
}

fn write(caller: &str, rows: &[Row], next_link: Option<String>) -> Result<String, serde_json::Error> {
    let write_row = |row| UsageRow::of(caller, row);
    let owned: Vec<UsageRow> = rows.iter().map(write_row).collect();
    let value = owned.iter().map(UsageRow::aggregate).collect::<Result<Vec<_>, _>>()?;
    serde_json::to_string(&UsagePage { value, next_link })
}

/// The texts of a row that have to be put together.
struct UsageRow<'a> {
    row: &'a Row,
    id: String,
    name: String,
    start: String,
    end: String,
}

impl<'a> UsageRow<'a> {
    fn of(caller: &str, row: &'a Row) -> Self {
        let name = format!("{}-{}", row.subscription, row.meter);
        let id = format!("/subscriptions/{caller}/providers/{ROW_TYPE}/{name}");
        let (start, end) = (time(row.used), time(row.used.next()));
        Self { row, id, name, start, end }
    }

    fn aggregate(&self) -> Result<UsageAggregate<'_>, serde_json::Error> {
        Ok(UsageAggregate {
            id: Cow::Borrowed(&self.id),
            name: Cow::Borrowed(&self.name),
            kind: Cow::Borrowed(ROW_TYPE),
            properties: UsageProperties {
                subscription_id: Cow::Borrowed(self.row.subscription.as_str()),
                usage_start_time: Cow::Borrowed(&self.start),
                usage_end_time: Cow::Borrowed(&self.end),
                instance_data: Cow::Borrowed(&self.row.instance_data),
                quantity: serde_json::from_str(self.row.number.text())?,
                meter_id: Cow::Borrowed(&self.row.meter),
                name: Cow::Borrowed(&self.name),
            },
        })
    }
}

/// Stamps write `+00:00` where others write `Z`.
fn time(hour: Hour) -> String {
    let mut text = hour.to_string();
    text.truncate(text.trim_end_matches('Z').len());
    text.push_str("+00:00");
    text
}

/// The token carries its query, so that it cannot be used with another one.
fn write_token(query: &UsageQuery, next: Position) -> String {
    let subscriber = query.subscriber.as_ref().map_or("all", |subscriber| subscriber.folded());
    format!("{}.{}.{subscriber}.{}.{}", query.start.0, query.end.0, next.hour.0, next.row)
}

fn read_token(query: &UsageQuery, token: &str) -> Option<Position> {
    let (rest, row) = token.rsplit_once('.')?;
    let (_, hour) = rest.rsplit_once('.')?;
    let position = Position { hour: Hour(hour.parse().ok()?), row: row.parse().ok()? };
    let fits = position.hour >= query.start && position.hour < query.end;
    (fits && write_token(query, position) == token).then_some(position)
}

/// The absolute address of the same request with another token.
fn link(request: &Request, token: &str) -> String {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let kept = |pair: &&str| !pair.to_ascii_lowercase().starts_with("continuationtoken=");
    let query: Vec<&str> = request.uri().query().unwrap_or_default().split('&').filter(kept).collect();
    format!("http://{host}{}?{}&continuationToken={token}", request.uri().path(), query.join("&"))
}
