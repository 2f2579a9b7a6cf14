//! Price sheet: the CSV of a partner's prices, 18 columns. Source: Partner Center price sheet documentation, read 2026-11.

use model::{Currency, Day, MeterId, Quantity, Tier};

use super::{Imported, Known, Reason, Skipped, Step, Steps, is_stack, unit};
use crate::price_file::{
    prices::{TEXT_CHARACTERS_MAX, quantity, unit_price},
    table::{self, Columns, Fault, Faults, Line, Others},
};

/// The columns that are read. The sheet has eleven more, which say nothing of what usage costs.
const COLUMNS: Columns = Columns {
    needed: &[
        "ProductTitle",
        "SkuTitle",
        "UnitOfMeasure",
        "Currency",
        "UnitPrice",
        "PricingTierRangeMin",
        "PricingTierRangeMax",
        "EffectiveStartDate",
        "EffectiveEndDate",
        "MeterIds",
        "MeterType",
    ],
    optional: &["ProductId", "SkuId", "Publisher", "SkuDescription", "TermDuration", "Market", "Tags"],
    others: Others::Ignored,
};

/// The year from which on a price ends never.
const NEVER: &str = "9000-01-01";

/// What is read so far.
struct Sheet<'a> {
    known: &'a Known,
    imported: Imported,
    steps: Steps,
}

/// Reads a price sheet.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn read(file: &str, text: &str, known: &Known) -> Result<Imported, Faults> {
    let mut faults = Faults::default();
    let mut sheet = Sheet { known, imported: Imported::default(), steps: Steps::default() };
    table::read(file, text, COLUMNS, &mut faults, &mut |line| sheet.line(line));
    let Sheet { mut imported, steps, .. } = sheet;
    imported.prices = steps.finish(file, &mut faults);
    imported.meters = known.of(&imported.prices);
    faults.or(imported)
}

impl Sheet<'_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        let ids: Vec<&str> = line.text("MeterIds").split([',', ';', ' ', '|']).filter(|id| !id.is_empty()).collect();
        let mut meters = Vec::new();
        for id in ids {
            meters.push(line.value("MeterIds", |_| MeterId::new(id))?);
        }
        // The sheet has no column for the region: the titles name it.
        let titles = ["ProductTitle", "SkuTitle", "SkuDescription"].map(|column| line.text(column));
        let named = titles.iter().any(|title| title.to_ascii_lowercase().contains("azure stack") || is_stack(title));
        let known = meters.iter().any(|meter| self.known.unit(meter).is_some());
        let term = line.text("TermDuration");
        if !named && !known {
            self.skip(line, Reason::Region(String::new()));
        } else if meters.is_empty() {
            self.skip(line, Reason::NoMeter);
        } else if !term.is_empty() && !term.to_ascii_lowercase().starts_with("payg") {
            self.skip(line, Reason::Kind(format!("for the term {term}")));
        } else {
            for meter in meters {
                self.price(line, meter)?;
            }
        }
        Ok(())
    }

    fn price(&mut self, line: &Line<'_>, meter: MeterId) -> Result<(), Fault> {
        let Some(measured) = self.known.unit(&meter) else {
            self.skip(line, Reason::NoLocalMeter);
            return Ok(());
        };
        let unit_text = line.text("UnitOfMeasure");
        let Some(conversion) = unit::conversion(unit_text, measured) else {
            self.skip(line, Reason::Unit(unit_text.to_owned(), measured));
            return Ok(());
        };
        let currency = line.value("Currency", Currency::parse)?;
        let expected = *self.imported.currency.get_or_insert(currency);
        if currency != expected {
            let message = format!("the prices before it are in {expected}: a list has one currency, so split the file");
            return Err(line.place.fault("Currency", message));
        }
        let from = line.value("EffectiveStartDate", day)?;
        let until = line.optional("EffectiveEndDate", day)?;
        if let Some(until) = until.filter(|until| *until < from) {
            let message = format!("it ends on {until}, before it begins on {from}");
            return Err(line.place.fault("EffectiveEndDate", message));
        }
        if let Some(until) = until.filter(|until| Day::parse(NEVER).is_ok_and(|never| *until < never)) {
            let place = &line.place;
            self.imported.notes.push(format!(
                "{}, line {}: the price of {meter} ends on {until}; here it holds until another one begins",
                place.file, place.line
            ));
        }
        let begins = line.optional("PricingTierRangeMin", quantity)?.unwrap_or(Quantity::ZERO);
        let bound = unit::bound(begins, conversion.divisor)
            .ok_or_else(|| line.place.fault("PricingTierRangeMin", format!("{begins} is too large")))?;
        let tier = Tier { from: bound, unit_price: line.value("UnitPrice", unit_price)? };
        let title: String = format!("price sheet: {}, {}", line.text("ProductTitle"), line.text("SkuTitle"))
            .chars()
            .filter(|character| !character.is_control())
            .take(TEXT_CHARACTERS_MAX)
            .collect();
        let included = Quantity::ZERO;
        let source = title.trim().to_owned();
        let step = Step { meter, from, unit: measured, conversion, included, tier, source };
        self.steps.add(step).map_err(|message| line.place.fault("UnitPrice", message))
    }

    fn skip(&mut self, line: &Line<'_>, reason: Reason) {
        let what = [line.text("ProductTitle"), line.text("SkuTitle")].join(", ");
        let place = format!("{}, line {}", line.place.file, line.place.line);
        self.imported.skipped.push(Skipped { place, what: what.trim_matches([',', ' ']).to_owned(), reason });
    }
}

/// A day as the sheet writes it, `3/1/2018 12:00:00 AM`, or as we do.
pub fn day(text: &str) -> Result<Day, String> {
    let first = text.split([' ', 'T']).next().unwrap_or_default();
    let american = || {
        let mut parts = first.split('/');
        let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Day::parse(&format!("{year}-{month:0>2}-{day:0>2}")).ok()
    };
    let parsed = Day::parse(first).ok().or_else(american);
    parsed.ok_or_else(|| "it is no day such as 3/1/2018 12:00:00 AM or 2018-03-01".to_owned())
}
