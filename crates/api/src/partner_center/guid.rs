//! Guid: ids that are drawn, so that nobody can guess the next one. Source: RFC 9562, version 4, May 2024.

use axum::http::StatusCode;

use crate::error::ApiError;

/// The bits of the version, and what they are for drawn ids.
const VERSION: (u128, u128) = (0xf << 76, 0x4 << 76);
/// The bits of the variant, and what they are in all such ids.
const VARIANT: (u128, u128) = (0x3 << 62, 0x2 << 62);

/// Draws an id.
pub(crate) fn draw() -> Result<String, ApiError> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "NoRandomness",
            "The hub cannot draw an id now. Nothing was changed. Send it again later.",
        )
    })?;
    Ok(write(u128::from_be_bytes(bytes)))
}

fn write(drawn: u128) -> String {
    let fixed = VERSION.0 | VARIANT.0;
    let text = format!("{:032x}", drawn & !fixed | VERSION.1 | VARIANT.1);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

#[cfg(test)]
mod tests;
