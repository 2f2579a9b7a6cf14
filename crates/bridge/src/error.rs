//! Error: why a bridge stopped.

use std::fmt;

use model::Hour;

/// Whom a bridge talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Where usage is read.
    Stamp,
    /// Where usage is put.
    Hub,
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Stamp => "stamp",
            Self::Hub => "hub",
        })
    }
}

/// Why a bridge stopped. Starting it again goes on where the hub is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BridgeError {
    /// The configuration cannot be used.
    #[error("start the bridge: {0}")]
    Config(String),
    /// The peer did not answer, however often it was asked.
    #[error("{attempted}: the {peer} cannot be reached after {attempts} attempts: {reason}")]
    Unreachable {
        /// Who.
        peer: Peer,
        /// What for.
        attempted: String,
        /// How often.
        attempts: u32,
        /// The last failure.
        reason: String,
    },
    /// The peer refused, or was still busy at the last attempt.
    #[error("{attempted}: the {peer} answered {status} {code}: {message}")]
    Refused {
        /// Who.
        peer: Peer,
        /// What for.
        attempted: String,
        /// The HTTP status.
        status: u16,
        /// The peer's word for it; empty when it gave none.
        code: String,
        /// What it said to people.
        message: String,
    },
    /// The stamp has not summed the hour up yet, or by its clock the hour is not over.
    #[error("{attempted}: the stamp is not ready with it yet")]
    NotYet {
        /// What for.
        attempted: String,
    },
    /// There is no token for the stamp.
    #[error("get a token for the stamp: {0}")]
    SignIn(String),
    /// The peer's answer is not what was asked for.
    #[error("{attempted}: the answer of the {peer} cannot be used: {reason}")]
    Answer {
        /// Who.
        peer: Peer,
        /// What for.
        attempted: String,
        /// Why not.
        reason: String,
    },
    /// The hub took a window and still wants the same one.
    #[error("put the window {hour}: the hub took it and still wants {next} next")]
    Stuck {
        /// The window.
        hour: Hour,
        /// What the hub wants.
        next: Hour,
    },
    /// A window cannot be packed.
    #[error("pack the window {hour}: {reason}")]
    Pack {
        /// The window.
        hour: Hour,
        /// Why not.
        reason: String,
    },
}

impl BridgeError {
    /// Who failed; none when it was neither.
    pub fn peer(&self) -> Option<Peer> {
        match self {
            Self::Unreachable { peer, .. } | Self::Refused { peer, .. } | Self::Answer { peer, .. } => Some(*peer),
            Self::NotYet { .. } | Self::SignIn(_) => Some(Peer::Stamp),
            Self::Stuck { .. } => Some(Peer::Hub),
            Self::Config(_) | Self::Pack { .. } => None,
        }
    }

    /// The status and the word of a refusal.
    pub fn refusal(&self) -> Option<(Peer, u16, &str)> {
        match self {
            Self::Refused { peer, status, code, .. } => Some((*peer, *status, code)),
            _ => None,
        }
    }
}
