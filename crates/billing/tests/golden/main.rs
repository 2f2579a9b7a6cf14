//! Golden vectors: numbers that were published come out of the rooms digit by digit.

#[cfg(test)]
mod partner_center;
