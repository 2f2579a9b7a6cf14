//! Bill: the bytes of a document, for ever the same.
//!
//! JSON (RFC 8259) in UTF-8 with the members in the order of the code below and no white space. Quantities, prices,
//! amounts and the residual are decimals in strings; `divisor` and `tier` are integers. Lines come by key. Ids
//! stand in their compared form, because the spelling that came first is chance; only the number stands as it was given.
//! The bytes hold nothing that depends on when or in which order things happened, so the same document always has the
//! same hash. A member that would say nothing is left out: the commerce meter where it is the local one, a discount or
//! credit of nothing, and the exchange where there is none.

use model::{Document, InvoiceLine};

/// The name of this form of the bytes. A change of the form needs another name.
pub const CANONICAL_FORMAT: &str = "tallybridge.document.1";

/// The bytes that are hashed and kept for a document.
pub fn canonical(document: &Document) -> Vec<u8> {
    let mut lines: Vec<&InvoiceLine> = document.lines.iter().collect();
    lines.sort_by(|left, right| left.key.cmp(&right.key));
    let mut writer = Writer(String::new());
    writer.object(|writer| {
        writer.text("format", CANONICAL_FORMAT);
        writer.text("number", document.number.as_str());
        writer.text("kind", document.kind.word());
        writer.text("partner", document.partner.folded());
        writer.text("month", &document.month.to_string());
        writer.text("currency", document.currency.code());
        writer.name("lines");
        writer.0.push('[');
        for line in lines {
            writer.object(|writer| write_line(writer, line));
        }
        writer.close(']');
        writer.text("total", &document.total.decimal());
    });
    // Every object leaves a comma behind; the outermost has no neighbour.
    writer.0.pop();
    writer.0.into_bytes()
}

fn write_line(writer: &mut Writer, line: &InvoiceLine) {
    let key = &line.key;
    writer.text("month", &key.month.to_string());
    writer.text("paying_subscription", key.paying_subscription.folded());
    writer.text("stamp", key.stamp.folded());
    writer.text("meter", key.meter.folded());
    if key.commerce_meter != key.meter {
        writer.text("commerce_meter", key.commerce_meter.folded());
    }
    writer.text("scope", key.scope.word());
    writer.text("price_from", &key.price_from.to_string());
    writer.integer("tier", key.tier);
    for (name, share) in [("discount", key.discount), ("credit", key.credit)] {
        if !share.is_zero() {
            writer.text(name, &share.to_string());
        }
    }
    writer.text("kind", line.kind.word());
    match &line.customer {
        Some(customer) => writer.text("customer", customer.folded()),
        None => writer.null("customer"),
    }
    writer.text("unit_price", &line.unit_price.to_string());
    writer.integer("divisor", line.divisor);
    if let Some(exchange) = line.exchange {
        writer.text("price_currency", exchange.from.code());
        writer.text("exchange_rate", &exchange.rate.to_string());
    }
    writer.text("quantity", &line.quantity.to_string());
    writer.text("amount", &line.amount.decimal());
    writer.text("residual", &line.residual);
}

/// Writes members, each with a comma behind it; closing a bracket takes the last comma away.
struct Writer(String);

impl Writer {
    fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.0.push('{');
        members(self);
        self.close('}');
    }

    fn close(&mut self, bracket: char) {
        if self.0.ends_with(',') {
            self.0.pop();
        }
        self.0.push(bracket);
        self.0.push(',');
    }

    fn name(&mut self, name: &str) {
        self.quoted(name);
        self.0.push(':');
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
        self.0.push(',');
    }

    fn integer(&mut self, name: &str, value: u32) {
        self.name(name);
        self.0.push_str(&value.to_string());
        self.0.push(',');
    }

    fn null(&mut self, name: &str) {
        self.name(name);
        self.0.push_str("null,");
    }

    /// Ids and decimals are printable ASCII, so only the two signs that end or escape a string need care.
    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            if matches!(character, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(character);
        }
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests;
