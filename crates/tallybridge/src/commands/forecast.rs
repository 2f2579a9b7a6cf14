//! Forecast: what a month may come to.

use std::process::ExitCode;

use billing::forecast::{FORECAST_DAYS_MAX, FORECAST_DAYS_MIN};
use hub::{Forecast, Outlook};
use model::{CustomerId, Day, Office, PartnerId};
use serde_json::json;

use crate::{
    DataFolder, PartnerMonth, Printing, house, names,
    output::{self, Column, Rows},
};

/// Say what a month may cost when its remaining days are like the last complete ones: of each meter, stamp and scope of a
/// paying subscription the median of those days is put on each remaining day, and the whole month is rated as it would be.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    of: PartnerMonth,
    /// How many of the last complete days to go by.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(i64::from(FORECAST_DAYS_MIN)..=i64::from(FORECAST_DAYS_MAX)))]
    days: u32,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let (partner, month) = options.of.find(&hub)?;
    let forecast = hub.forecast(&partner, month, options.days)?;
    if options.printing.json {
        output::json(&as_json(&partner, options, &forecast))?;
    } else {
        show(&hub.office(), &partner, &forecast);
    }
    Ok(ExitCode::SUCCESS)
}

/// The last day of those that are complete; none when there is none.
fn last_complete(forecast: &Forecast) -> Option<Day> {
    let observed = &forecast.frame.observed;
    if observed.is_empty() { None } else { observed.end.0.checked_sub(1).map(Day) }
}

fn show(office: &Office, partner: &PartnerId, forecast: &Forecast) {
    let frame = &forecast.frame;
    let last = last_complete(forecast).map_or_else(|| "none".to_owned(), |day| day.to_string());
    output::print(&format!("Partner {partner}, {}: {} so far", frame.month, forecast.so_far));
    output::print(&format!(
        "Last complete day: {last}. Days to go by: {}. Days to come: {}.",
        frame.days_had(),
        frame.days_to_come()
    ));
    let Some(total) = forecast.total else {
        output::print(&format!("Too little data: a forecast needs {FORECAST_DAYS_MIN} complete days."));
        return;
    };
    if frame.to_come.is_empty() {
        output::print("Method: every day of the month is complete, so nothing is forecast.\n");
    } else {
        output::print("Method: each day to come is the median of these days, by subscription, stamp, scope and meter;");
        output::print("        LOW and HIGH take the lowest and the highest day of each.\n");
    }
    let mut rows = Rows::new(&[
        Column::Left("CUSTOMER"),
        Column::Right("SO FAR"),
        Column::Right("LOW"),
        Column::Right("FORECAST"),
        Column::Right("HIGH"),
    ]);
    let cells = |name: String, one: &Outlook| {
        [name, one.so_far.decimal(), one.low.decimal(), one.middle.decimal(), one.high.decimal()]
    };
    for (customer, outlook) in &forecast.customers {
        rows.add(cells(names::customer(office, customer.as_ref()), outlook));
    }
    rows.add(cells(format!("Total in {}", forecast.terms.currency), &total));
    rows.print();
}

fn as_json(partner: &PartnerId, options: &Options, forecast: &Forecast) -> serde_json::Value {
    let frame = &forecast.frame;
    let outlook = |one: &Outlook| {
        json!({
            "soFar": one.so_far.decimal(), "low": one.low.decimal(),
            "forecast": one.middle.decimal(), "high": one.high.decimal(),
        })
    };
    let customers: Vec<_> = forecast
        .customers
        .iter()
        .map(|(customer, one)| {
            let mut value = outlook(one);
            value["customer"] = json!(customer.as_ref().map(CustomerId::as_str));
            value
        })
        .collect();
    json!({
        "partner": partner.as_str(),
        "month": frame.month.to_string(),
        "currency": forecast.terms.currency.code(),
        "method": "median_day",
        "daysWanted": options.days,
        "daysHad": frame.days_had(),
        "daysToCome": frame.days_to_come(),
        "lastCompleteDay": last_complete(forecast).map(|day| day.to_string()),
        "tooLittleData": forecast.total.is_none(),
        "soFar": forecast.so_far.decimal(),
        "total": forecast.total.as_ref().map(outlook),
        "customers": customers,
    })
}
