//! Bar: an amount as a row of blocks, so that the large ones are seen at once.

/// How long the bar of the largest amount is. Unit: characters.
const CHARACTERS: u128 = 24;

/// Parts of a block, from one eighth to seven.
const PARTS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// The bar of an amount, as long beside that of the largest as the amount is beside it. What is above zero has at least the
/// thinnest part of a block; what is not has none.
pub(super) fn bar(amount: i128, largest: i128) -> String {
    let (Ok(amount), Ok(largest)) = (u128::try_from(amount), u128::try_from(largest)) else { return String::new() };
    if amount == 0 || largest == 0 {
        return String::new();
    }
    let longest = CHARACTERS.saturating_mul(8);
    // An amount that is too large to be scaled is as long as any.
    let eighths = amount.checked_mul(longest).map_or(longest, |scaled| scaled / largest).clamp(1, longest);
    let whole = usize::try_from(eighths / 8).unwrap_or(0);
    let part = usize::try_from(eighths % 8).ok().and_then(|rest| rest.checked_sub(1)).and_then(|rest| PARTS.get(rest));
    std::iter::repeat_n('█', whole).chain(part.copied()).collect()
}

#[cfg(test)]
mod tests;
