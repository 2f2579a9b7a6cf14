//! Packed: one file in a zip archive. Source: PKWARE APPNOTE 6.3, sections 4.3 and 4.4.

use std::io::{self, Write as _};

use flate2::{Compression, Crc, write::DeflateEncoder};

/// What the local header and the directory say in the same way: the version to unpack it, a name in UTF-8, deflate, and
/// 1 January 1980, because the time of day is nobody's business.
const COMMON: [u8; 10] = [20, 0, 0, 8, 8, 0, 0, 0, 0x21, 0];

/// Packs a file.
pub(super) fn pack(name: &str, content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content)?;
    let packed = encoder.finish()?;
    let mut crc = Crc::new();
    crc.update(content);
    let size = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(io::Error::other);
    let name_length = u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes();
    let mut facts = COMMON.to_vec();
    facts.extend(crc.sum().to_le_bytes());
    facts.extend(size(packed.len())?);
    facts.extend(size(content.len())?);
    facts.extend(name_length);
    facts.extend([0, 0]);
    let mut archive = b"PK\x03\x04".to_vec();
    archive.extend(&facts);
    archive.extend(name.as_bytes());
    archive.extend(packed);
    let directory = archive.len();
    archive.extend(b"PK\x01\x02\x14\0");
    archive.extend(&facts);
    // No comment, the first disk, no attributes, and where the file is: at the beginning.
    archive.extend([0; 14]);
    archive.extend(name.as_bytes());
    let end = archive.len();
    archive.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    archive.extend(size(end.saturating_sub(directory))?);
    archive.extend(size(directory)?);
    archive.extend([0, 0]);
    Ok(archive)
}
