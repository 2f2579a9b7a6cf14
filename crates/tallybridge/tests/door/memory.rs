//! Bombs: small bodies that want to become large ones are refused, at once and in little memory.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use crate::{
    house::{FIRST_HOUR, House, hour},
    request::{Request, good_page},
};

/// By how much the process may grow while it refuses a bomb: an unpacked body of 32 MiB, and as much for the packed
/// body and the window that its packer asks us to keep, which is 8 MiB at the most in common use. Unit: KiB.
const GROWTH_MAX: u64 = 64 * 1024;
const GIBIBYTE: u64 = 1 << 30;

/// One frame of zstd that unpacks to this many zeros, and says so when `honest`. Each block is one byte with a count.
/// Source: RFC 8878, section 3.1.1.
fn zstd_bomb(bytes: u64, window_log: u8, honest: bool) -> Vec<u8> {
    const BLOCK_BYTES: u32 = 128 * 1024;
    let blocks = bytes / u64::from(BLOCK_BYTES);
    let mut bomb = vec![0x28, 0xB5, 0x2F, 0xFD, if honest { 0b1100_0000 } else { 0 }, (window_log - 10) << 3];
    if honest {
        bomb.extend_from_slice(&bytes.to_le_bytes());
    }
    for block in 1..=blocks {
        let header = (BLOCK_BYTES << 3) | (0b01 << 1) | u32::from(block == blocks);
        bomb.extend_from_slice(&header.to_le_bytes()[..3]);
        bomb.push(0);
    }
    bomb
}

/// As many members of zeros, each of 16 MiB, as fit into 4 MiB.
fn gzip_bomb() -> Vec<u8> {
    let mut member = Vec::new();
    let zeros = std::io::repeat(0).take(16 * 1024 * 1024);
    flate2::read::GzEncoder::new(zeros, flate2::Compression::best()).read_to_end(&mut member).unwrap();
    member.repeat(4 * 1024 * 1024 / member.len())
}

/// A number of `/proc/self/status`. Unit: KiB.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn bombs_are_refused_at_once_and_in_little_memory() {
    let ten = 10 * GIBIBYTE;
    let table = [
        ("zstd that says what it becomes", "zstd", zstd_bomb(ten, 23, true), 413, GROWTH_MAX),
        ("zstd that does not say", "zstd", zstd_bomb(ten, 23, false), 413, GROWTH_MAX),
        ("many frames", "zstd", zstd_bomb(GIBIBYTE / 64, 20, true).repeat(640), 413, GROWTH_MAX),
        ("a window of 32 MiB", "zstd", zstd_bomb(ten, 25, false), 400, GROWTH_MAX),
        ("a window of 64 MiB", "zstd", zstd_bomb(ten, 26, false), 400, GROWTH_MAX),
        ("a window of 2 GiB", "zstd", zstd_bomb(ten, 31, true), 400, GROWTH_MAX),
        ("gzip of many members", "gzip", gzip_bomb(), 413, GROWTH_MAX),
    ];
    let house = House::open();
    house.deliver(FIRST_HOUR, good_page());
    let control = house.look(FIRST_HOUR);
    for ((name, encoding, bomb, expected, growth_max), later) in table.into_iter().zip(1..) {
        let request = Request::deliver(&hour(later), bomb).with("Content-Encoding", encoding);
        // Forgets the most memory that this process ever had.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = status("VmRSS");
        let begun = Instant::now();
        let answer = house.send(&request);
        let took = begun.elapsed();
        let growth = status("VmHWM").saturating_sub(before);
        println!("{name}: {} in {took:?}, growth {growth} KiB", answer.status);
        let code = if expected == 413 { "BodyTooLarge" } else { "PackingBroken" };
        assert_eq!((answer.status, answer.error().code.as_str()), (expected, code), "{name}");
        assert!(took < Duration::from_secs(5), "{name} took {took:?}");
        assert!(growth < growth_max, "{name} took {growth} KiB of memory, and {growth_max} KiB is the most");
        assert_eq!(house.look(&hour(later)).error().code, "WindowNotFound", "{name}");
        assert_eq!(house.look(FIRST_HOUR), control, "{name}");
        house.assert_lawful(name);
    }
    assert_eq!(house.deliver(&hour(1), good_page()).stored, 3);
}
