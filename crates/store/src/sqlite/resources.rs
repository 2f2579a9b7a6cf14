//! Resources: texts of `instanceData`, many in one compressed block, numbered without gaps.
//!
//! Inside a block each text stands behind its length (4 bytes, least significant first).

use model::CloudId;
use rusqlite::{OptionalExtension as _, Row};
use sha2::{Digest, Sha256};

use super::{
    change::{Change, View},
    fault::{Outcome, column, damaged},
};
use crate::{Resource, Result, StoreError};

/// When a block is full. A single longer text still gets a block of its own.
///
/// Unit: bytes before compression. Reading one resource unpacks one block.
const BLOCK_BYTES: usize = 1 << 20;
/// The level of compression.
const LEVEL: i32 = 1;

const COUNT: &str = "
    SELECT first_number + count FROM resources WHERE stamp = ?1 ORDER BY first_number DESC LIMIT 1";

const INSERT: &str = "
    INSERT INTO resources (stamp, first_number, count, plain_bytes, hash, block) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// The block that holds a number, and those after it.
const SELECT: &str = "
    SELECT first_number, count, plain_bytes, hash, block FROM resources
    WHERE stamp = ?1 AND first_number >= coalesce(
        (SELECT first_number FROM resources WHERE stamp = ?1 AND first_number <= ?2
         ORDER BY first_number DESC LIMIT 1), 0)
    ORDER BY first_number";

/// How many resources a stamp has.
pub(super) fn count(view: &View<'_>, stamp: u32) -> Outcome<u32> {
    let count = view.database.prepare_cached(COUNT)?.query_row([stamp], |row| row.get(0)).optional()?;
    Ok(count.unwrap_or(0))
}

/// Adds the texts that follow on those which are there.
pub(super) fn append(change: &Change<'_>, stamp: u32, first: u32, texts: &[String]) -> Outcome<()> {
    let mut next = first;
    let mut rest = texts;
    while !rest.is_empty() {
        let mut plain = Vec::new();
        let mut count: u32 = 0;
        while let Some((text, others)) = rest.split_first() {
            let length = u32::try_from(text.len()).map_err(|_| {
                damaged(format!("resource {next} of a delivery"), format!("{} bytes are too long", text.len()))
            })?;
            if count > 0 && plain.len().saturating_add(text.len()) > BLOCK_BYTES {
                break;
            }
            plain.extend_from_slice(&length.to_le_bytes());
            plain.extend_from_slice(text.as_bytes());
            count = count.saturating_add(1);
            rest = others;
        }
        let block = zstd::bulk::compress(&plain, LEVEL).map_err(|error| StoreError::Database {
            attempt: format!("compress the resources from number {next} on"),
            cause: error.to_string(),
        })?;
        let hash: [u8; 32] = Sha256::digest(&block).into();
        change.view.database.prepare_cached(INSERT)?.execute((stamp, next, count, plain.len(), hash, block))?;
        next = next.checked_add(count).ok_or_else(|| StoreError::Database {
            attempt: format!("number the resources from {next} on"),
            cause: "a stamp has at most 4294967295 resources".to_owned(),
        })?;
    }
    Ok(())
}

/// Reads the texts from a number on.
pub(super) fn from_number(
    view: &View<'_>,
    stamp: &CloudId,
    first: u32,
    each: &mut dyn FnMut(Resource) -> Result<()>,
) -> Outcome<()> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(()) };
    let mut statement = view.database.prepare_cached(SELECT)?;
    let mut rows = statement.query((number, first))?;
    while let Some(row) = rows.next()? {
        let (start, texts) = unpack(stamp, row)?;
        for (number, text) in (start..).zip(texts) {
            if number >= first {
                each(Resource { number, text })?;
            }
        }
    }
    Ok(())
}

/// Reads one text.
pub(super) fn one(view: &View<'_>, stamp: &CloudId, number: u32) -> Outcome<Option<String>> {
    let Some(stamp_number) = view.stamp_number(stamp) else { return Ok(None) };
    let mut statement = view.database.prepare_cached(SELECT)?;
    let mut rows = statement.query((stamp_number, number))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (start, texts) = unpack(stamp, row)?;
    let index = number.checked_sub(start).and_then(|index| usize::try_from(index).ok());
    Ok(index.and_then(|index| texts.into_iter().nth(index)))
}

/// The first number of a block and its texts.
fn unpack(stamp: &CloudId, row: &Row<'_>) -> Result<(u32, Vec<String>)> {
    let first: u32 = column(row, "first_number", 0, || format!("a block of resources of stamp {stamp}"))?;
    let place = || format!("the block of resources from number {first} on of stamp {stamp}");
    let count: usize = column(row, "count", 1, place)?;
    let plain_bytes: usize = column(row, "plain_bytes", 2, place)?;
    let hash: [u8; 32] = column(row, "hash", 3, place)?;
    let block: Vec<u8> = column(row, "block", 4, place)?;
    if <[u8; 32]>::from(Sha256::digest(&block)) != hash {
        return Err(damaged(place(), "its bytes do not have its hash"));
    }
    let plain = zstd::bulk::decompress(&block, plain_bytes).map_err(|error| damaged(place(), error))?;
    let texts = split(&plain).ok_or_else(|| damaged(place(), "its texts cannot be told apart"))?;
    if texts.len() != count {
        return Err(damaged(place(), format!("it has {} texts instead of {count}", texts.len())));
    }
    Ok((first, texts))
}

fn split(mut plain: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while let Some((length, rest)) = plain.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (text, rest) = rest.split_at_checked(length)?;
        texts.push(std::str::from_utf8(text).ok()?.to_owned());
        plain = rest;
    }
    plain.is_empty().then_some(texts)
}
