//! Limits: on everything that comes from outside. Source: decision 0006.

use std::time::Duration;

/// The largest body as it is sent, when it is packed. Unit: bytes.
pub(crate) const PACKED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The largest body after unpacking, or as it is sent when it is not packed. Unit: bytes.
pub(crate) const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The largest window that the packer of a zstd body may ask us to keep, as a power of two. Unit: bits.
pub(crate) const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// The largest body of a request that is no window. A registration token carries the facts of all hosts. Unit: bytes.
pub(crate) const REQUEST_BODY_BYTES_MAX: usize = 1024 * 1024;
/// The longest path with its query. Unit: bytes.
pub(crate) const TARGET_BYTES_MAX: usize = 8 * 1024;
/// How many segments a path may have.
pub(crate) const PATH_SEGMENTS_MAX: usize = 32;
/// How many bytes of bodies as they are sent wait in memory at the same time. Unit: KiB.
pub(crate) const WAITING_KIB_MAX: u32 = 128 * 1024;
/// How many bodies are unpacked and read at the same time.
pub(crate) const UNPACKED_BODIES_MAX: usize = 4;
/// How many parts a window may come in.
pub(crate) const PARTS_MAX: u32 = 16;
/// How many connections are open at the same time.
pub(crate) const CONNECTIONS_MAX: usize = 1_024;
/// How long the TLS handshake of a connection may take.
pub(crate) const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// How many header fields a request may have.
pub(crate) const HEADERS_MAX: usize = 64;
/// How much of a request's head is buffered. Unit: bytes.
pub(crate) const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long the head of a request may take.
pub(crate) const HEAD_TIME_MAX: Duration = Duration::from_secs(10);
/// How long the body of a request may take.
pub(crate) const BODY_TIME_MAX: Duration = Duration::from_mins(1);
/// How long a refused body is still read, so that the answer reaches its sender.
pub(crate) const DISCARD_TIME_MAX: Duration = Duration::from_secs(2);
/// How long a body waits for room or for its turn to be unpacked before the sender is asked to come again.
pub(crate) const TURN_TIME_MAX: Duration = Duration::from_secs(30);
/// How long open requests may take to end when the server stops.
pub(crate) const STOP_TIME_MAX: Duration = Duration::from_secs(20);
/// When a sender that came at a bad time should come again. Unit: seconds.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 5;
