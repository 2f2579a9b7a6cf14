//! Packed: small numbers in as few bits as the largest of them needs.
//!
//! Source: Apache Parquet format, "Encodings", RLE and bit-packing hybrid, read 2026-11. Runs start with a number of seven
//! bits per byte: even ones repeat one value, odd ones hold groups of eight packed values, least significant bit first.

/// How many bits hold every index into a list. Unit: bits, 0 to 32.
pub(super) fn width(length: usize) -> u8 {
    let largest = u32::try_from(length.saturating_sub(1)).unwrap_or(u32::MAX);
    u8::try_from(u32::BITS.saturating_sub(largest.leading_zeros())).unwrap_or(32)
}

/// Adds the values as one packed run. Range: each value fits into the width.
pub(super) fn pack(values: &[u32], width: u8, into: &mut Vec<u8>) {
    let groups = values.len().div_ceil(8);
    let mut header = groups.saturating_mul(2).saturating_add(1);
    while header >= 0x80 {
        into.push(low_byte(header & 0x7f | 0x80));
        header >>= 7;
    }
    into.push(low_byte(header));
    let size = groups.saturating_mul(usize::from(width));
    let end = into.len().saturating_add(size);
    into.reserve(size.saturating_add(8));
    let (mut bits, mut count) = (0_u64, 0_u32);
    for value in values {
        bits |= u64::from(*value) << count;
        count = count.saturating_add(u32::from(width));
        if count >= 32 {
            into.extend_from_slice(&bits.to_le_bytes()[..4]);
            bits >>= 32;
            count = count.saturating_sub(32);
        }
    }
    into.extend_from_slice(&bits.to_le_bytes());
    // The last group is filled up with zeros, and nothing follows it.
    into.resize(end, 0);
}

fn low_byte(value: usize) -> u8 {
    value.to_le_bytes()[0]
}

/// The values of a number of runs, until the bytes end.
#[derive(Debug)]
pub(super) struct Unpacked<'a> {
    rest: &'a [u8],
    width: u8,
    run: Run<'a>,
}

#[derive(Debug)]
enum Run<'a> {
    Repeated { value: u32, left: usize },
    Packed { bytes: &'a [u8], bits: u64, count: u32 },
}

impl<'a> Unpacked<'a> {
    /// Values of a width. Range of the width: 0 to 32; a larger one gives no values.
    pub fn new(bytes: &'a [u8], width: u8) -> Self {
        let rest = if width > 32 { &[] } else { bytes };
        Self { rest, width, run: Run::Repeated { value: 0, left: 0 } }
    }

    fn next_run(&mut self) -> Option<Run<'a>> {
        let header = self.read_header()?;
        let length = header >> 1;
        let width = usize::from(self.width);
        if header & 1 == 0 {
            let (value, rest) = self.rest.split_at_checked(width.div_ceil(8))?;
            self.rest = rest;
            let mut bytes = [0; 4];
            bytes.get_mut(..value.len())?.copy_from_slice(value);
            return Some(Run::Repeated { value: u32::from_le_bytes(bytes), left: length });
        }
        if width == 0 {
            return Some(Run::Repeated { value: 0, left: length.checked_mul(8)? });
        }
        let (bytes, rest) = self.rest.split_at_checked(length.checked_mul(width)?)?;
        self.rest = rest;
        Some(Run::Packed { bytes, bits: 0, count: 0 })
    }

    fn read_header(&mut self) -> Option<usize> {
        let mut header = 0_usize;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            header |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(header);
            }
        }
        None
    }
}

impl Iterator for Unpacked<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let width = u32::from(self.width);
        loop {
            match &mut self.run {
                Run::Repeated { value, left } if *left > 0 => {
                    *left = left.saturating_sub(1);
                    return Some(*value);
                }
                Run::Packed { bytes, bits, count } => {
                    if *count < width {
                        if let Some((word, rest)) = bytes.split_first_chunk() {
                            *bits |= u64::from(u32::from_le_bytes(*word)) << *count;
                            *count = count.saturating_add(32);
                            *bytes = rest;
                        } else if let Some((byte, rest)) = bytes.split_first() {
                            *bits |= u64::from(*byte) << *count;
                            *count = count.saturating_add(8);
                            *bytes = rest;
                            continue;
                        }
                    }
                    if *count >= width {
                        let value = u32::try_from(*bits & mask(width)).ok()?;
                        *bits >>= width;
                        *count = count.saturating_sub(width);
                        return Some(value);
                    }
                    self.run = self.next_run()?;
                }
                Run::Repeated { .. } => self.run = self.next_run()?,
            }
        }
    }
}

/// As many ones as there are bits. Range: 0 to 32.
fn mask(width: u32) -> u64 {
    1_u64.checked_shl(width).map_or(0, |power| power.saturating_sub(1))
}

#[cfg(test)]
mod tests;
