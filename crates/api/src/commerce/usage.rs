//! Usage aggregates, over HTTP: rows of a paying subscription.

use std::collections::HashMap;

use axum::http::{StatusCode, header};
use contract::{
    commerce::{
        API_VERSION, AdditionalFacts, CommerceMeter, Exact, MeterTexts, PaidAggregate, PaidFacts, PaidResource,
    },
    usage_page::{NOT_PROCESSED_CODE, PAGE_ROWS_MAX, UsagePage},
    window::read_instance,
};
use hub::{PaidRow, UsedResource};
use model::{MeterId, Office, PayingSubscription, PriceList};
use serde_json::json;

use super::{
    access,
    window::{self, Names, Outcome, RETRY_AFTER_SECONDS, WindowProblem},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    page,
};

/// The parameter that says where a page begins.
const TOKEN: &str = "continuationToken";

const NAMES: Names = Names {
    start: "reportedStartTime",
    end: "reportedEndTime",
    granularity: "aggregationGranularity",
    details: "showDetails",
    token: TOKEN,
};

pub(super) fn list(call: &Call<'_>) -> Reply {
    let (subscription, shown) = access::usage(call)?;
    check_version(call)?;
    let token = call.query.get(TOKEN).filter(|token| !token.is_empty());
    let (window, from) = window::asked(call, &NAMES, subscription, token)?;
    match window::page(call, subscription, shown, &window, from.as_ref(), PAGE_ROWS_MAX)? {
        Outcome::Incomplete(known) => {
            let end = window.reported.end;
            let message = format!(
                "The processing of usage up to {end} is not complete: it is complete up to {known}. Ask again later."
            );
            let error = json!({ "code": NOT_PROCESSED_CODE, "message": message });
            let answer = Answer::json(StatusCode::ACCEPTED, &json!({ "value": [], "error": error }))?;
            Ok(answer.with(header::RETRY_AFTER, &RETRY_AFTER_SECONDS.to_string()))
        }
        Outcome::Page(rows, next) => {
            let mut names = MeterNames::new(&call.office, subscription);
            let value = rows.rows.iter().map(|row| show(&mut names, row)).collect::<Result<Vec<_>, _>>();
            let value = value.map_err(|error| ApiError::unwritable(&error))?;
            let next_link = next.map(|token| page::link(call, TOKEN, &token));
            Answer::ok(&UsagePage { value, next_link })
        }
    }
}

/// The same refusals as a stamp's.
fn check_version(call: &Call<'_>) -> Result<(), WindowProblem> {
    let wanted = API_VERSION;
    let (code, message) = match call.query.get("api-version").filter(|sent| !sent.is_empty()) {
        Some(sent) if sent.eq_ignore_ascii_case(wanted) => return Ok(()),
        None => ("NoApiVersion", format!("The api-version is missing; the supported one is '{wanted}'.")),
        Some(_) => ("InvalidProperty", format!("The property 'api-version' is not the supported one, '{wanted}'.")),
    };
    Err(WindowProblem { code, message })
}

/// The names of meters, each looked up once for a page.
pub(crate) struct MeterNames<'a> {
    pub(crate) office: &'a Office,
    pub(crate) subscription: &'a PayingSubscription,
    list: Option<&'a PriceList>,
    known: HashMap<MeterId, MeterTexts>,
}

impl<'a> MeterNames<'a> {
    pub(crate) fn new(office: &'a Office, subscription: &'a PayingSubscription) -> Self {
        let owner = subscription.standings.last().and_then(|standing| standing.partner.as_ref());
        let payer = owner.and_then(|owner| office.invoiced_partner(owner));
        let list = payer.and_then(|payer| office.price_list_of(&payer.id));
        Self { office, subscription, list, known: HashMap::new() }
    }

    pub(crate) fn texts(&mut self, meter: &MeterId) -> MeterTexts {
        if let Some(known) = self.known.get(meter) {
            return known.clone();
        }
        let texts = CommerceMeter::new(meter, self.list).texts();
        self.known.insert(meter.clone(), texts.clone());
        texts
    }

    /// The resource of a row, as it is told on the paying side. A text of the stamp that cannot be read leaves the address out.
    pub(crate) fn resource(&self, row: &PaidRow, used: &UsedResource) -> PaidResource {
        let region = self.office.stamps.get(&used.stamp).map_or("", |stamp| stamp.region.as_str());
        let facts = AdditionalFacts::new(used.meter.as_str(), used.subscription.as_str(), region, row.start);
        match read_instance(&used.instance) {
            Ok(instance) => PaidResource::new(&instance.resource_uri, &instance.tags, facts),
            Err(_) => PaidResource::new("", "", facts),
        }
    }
}

/// Meters of commerce are written in lower case.
pub(crate) fn meter_text(meter: &MeterId) -> String {
    meter.as_str().to_ascii_lowercase()
}

fn show(names: &mut MeterNames<'_>, row: &PaidRow) -> Result<PaidAggregate, serde_json::Error> {
    let texts = names.texts(&row.meter);
    let resource = row.resource.as_ref().map(|used| names.resource(row, used));
    PaidAggregate::new(PaidFacts {
        subscription: names.subscription.id.as_str(),
        meter: &meter_text(&row.meter),
        texts: &texts,
        start: row.start,
        end: row.end,
        quantity: Exact::of(&row.quantity),
        resource: resource.as_ref(),
    })
}
