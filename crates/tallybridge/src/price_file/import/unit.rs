//! Unit: how a unit of measure of a price sheet fits what a stamp counts.

use model::{Conversion, Quantity, Unit};

/// How many hours a month has where a price is given for a month. Source: the price of a GB hour, 0.0000083333, is that of a
/// GB month, 0.006, by 720 (HPE Get-AzsUsageInfo.ps1 2018).
const MONTH_HOURS: u32 = 720;

/// From a text such as `1 Hour`, `100 GB/Month` or `1 GB/Hr` to the unit that is measured; nothing when it does not fit.
pub fn conversion(text: &str, unit: Unit) -> Option<Conversion> {
    let (count, rest) = counted(text)?;
    let rest = rest.to_ascii_lowercase();
    let per_month = rest.ends_with("month") || rest.ends_with("months");
    let per_hour = ["hour", "hours", "hr", "hrs"].iter().any(|word| rest.ends_with(word));
    let of_gigabytes = rest.starts_with("gb");
    let hours = match unit {
        Unit::GbHours if of_gigabytes && per_month => MONTH_HOURS,
        Unit::GbHours if of_gigabytes && per_hour => 1,
        Unit::VcpuHours | Unit::CoreHours if per_hour && !of_gigabytes => 1,
        Unit::DiskMonths if per_month && !of_gigabytes => 1,
        _ => return None,
    };
    Some(Conversion { priced_unit: text.trim().to_owned(), divisor: count.checked_mul(hours)? })
}

/// The number before a unit; one when there is none.
fn counted(text: &str) -> Option<(u32, &str)> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let rest = rest.trim_start_matches([' ', '/']);
    let count = if number.is_empty() { 1 } else { number.parse().ok()? };
    (count > 0).then_some((count, rest))
}

/// A bound that counts priced units as a quantity of measured ones; nothing when it does not fit.
pub fn bound(priced: Quantity, divisor: u32) -> Option<Quantity> {
    let (mut sum, mut power, mut left) = (Quantity::ZERO, priced, divisor);
    while left > 0 {
        if left & 1 == 1 {
            sum = sum.checked_add(power).ok()?;
        }
        left >>= 1;
        if left > 0 {
            power = power.checked_add(power).ok()?;
        }
    }
    Some(sum)
}
