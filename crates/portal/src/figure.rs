//! Figure: amounts, quantities and times as people of a language write them. Only texts of exact numbers are rearranged here;
//! nothing is rounded.

use model::{Day, Hour, Money, Month, Quantity, Second};

use crate::language::Language;

/// Between the thousands. In French it is a narrow space that does not break.
fn thousands(language: Language) -> char {
    match language {
        Language::English => ',',
        Language::French => '\u{202f}',
    }
}

fn point(language: Language) -> char {
    match language {
        Language::English => '.',
        Language::French => ',',
    }
}

/// A decimal number as it is written in a language: `-1234.5` becomes `-1,234.5`.
pub(crate) fn decimal(text: &str, language: Language) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", text),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let mut shown = String::from(sign);
    let mut left = whole.len();
    for digit in whole.chars() {
        shown.push(digit);
        left = left.saturating_sub(1);
        if left > 0 && left.is_multiple_of(3) {
            shown.push(thousands(language));
        }
    }
    if !rest.is_empty() {
        shown.push(point(language));
        shown.push_str(rest);
    }
    shown
}

/// An amount with its currency.
pub(crate) fn money(money: Money, language: Language) -> String {
    format!("{}\u{a0}{}", decimal(&money.decimal(), language), money.currency)
}

/// An amount with its sign, also when it is more.
pub(crate) fn difference(difference: Money, language: Language) -> String {
    let sign = if difference.minor > 0 { "+" } else { "" };
    format!("{sign}{}", money(difference, language))
}

/// A quantity, with all its decimals but zeros at the end.
pub(crate) fn quantity(quantity: Quantity, language: Language) -> String {
    let text = quantity.to_string();
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    decimal(short, language)
}

/// A quantity for a narrow place: no more than three decimals, cut and marked where there are more.
pub(crate) fn short_quantity(whole: Quantity, language: Language) -> String {
    let text = quantity(whole, language);
    match text.find(point(language)) {
        Some(at) if text.len() > at.saturating_add(4) => {
            format!("{}\u{2026}", text.get(..at.saturating_add(4)).unwrap_or(&text))
        }
        _ => text,
    }
}

/// A count.
pub(crate) fn count(count: impl std::fmt::Display, language: Language) -> String {
    decimal(&count.to_string(), language)
}

/// A month, such as `October 2026`.
pub(crate) fn month(month: Month, language: Language) -> String {
    let text = month.to_string();
    let (year, number) = text.split_once('-').unwrap_or((&text, ""));
    format!("{} {year}", language.say(&format!("month-{number}")))
}

/// A day, such as `5 October 2026`.
pub(crate) fn day(day: Day, language: Language) -> String {
    let text = day.to_string();
    let number = text.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    // French counts the first of a month and names the others.
    let number = if language == Language::French && number == "1" { "1er" } else { number };
    format!("{number} {}", month(day.month(), language))
}

/// The number of a day in its month.
pub(crate) fn day_of_month(day: Day) -> u32 {
    day.0.saturating_sub(day.month().first_day().0).saturating_add(1)
}

/// An hour in UTC, such as `5 October 2026, 14:00 UTC`.
pub(crate) fn hour(hour: Hour, language: Language) -> String {
    let clock = hour.0 % 24;
    format!("{}, {clock:02}:00\u{a0}UTC", day(hour.day(), language))
}

/// A moment in UTC, to the minute.
pub(crate) fn moment(second: Second, language: Language) -> String {
    let minutes = second.0.rem_euclid(86_400) / 60;
    let date = second.day().map(|found| day(found, language)).unwrap_or_default();
    format!("{date}, {:02}:{:02}\u{a0}UTC", minutes / 60, minutes % 60)
}

/// The month before.
pub(crate) fn before(month: Month) -> Month {
    Day(month.first_day().0.saturating_sub(1)).month()
}

#[cfg(test)]
mod tests;
