//! Keep: exports as folders of files, within limits of number, size and age. They outlive a restart; what was still being
//! written then is said to be interrupted.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use model::{PartnerId, Second};
use serde::{Deserialize, Serialize};

/// How long an export is kept. Unit: seconds.
pub(super) const AGE_SECONDS_MAX: i64 = 24 * 3600;
/// How many exports of one partner are kept. The oldest that is done makes room.
pub(super) const KEPT_MAX: usize = 20;
/// How many bytes all exports take together before the oldest make room.
pub(super) const KEPT_BYTES_MAX: u64 = 16 * 1024 * 1024 * 1024;
/// How many exports are written at the same time. Others wait for their turn.
const WRITTEN_MAX: usize = 2;

/// The file that says what an export is and how far it has come.
const STATE: &str = "operation.json";
/// The file that is locked by whoever writes an export.
const LOCK: &str = "lock";

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It is being written, or waits for its turn.
    Running,
    /// All of it is there.
    Succeeded {
        /// Differs exactly when the data does.
        etag: String,
        /// Its files, in order.
        parts: Vec<Part>,
    },
    /// There is none of it.
    Failed {
        /// A word or number for programs.
        code: String,
        /// What is wrong and what to do.
        message: String,
    },
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its name.
    pub(super) name: String,
    /// Its size as it is sent. Unit: bytes.
    pub(super) bytes: u64,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Export {
    /// Its id.
    pub(super) id: String,
    /// Whose data it is.
    pub(super) partner: String,
    /// When it was asked for. Unit: seconds since 1970.
    pub(super) created: i64,
    /// When it was last changed. Unit: seconds since 1970.
    pub(super) changed: i64,
    /// How far it has come.
    pub(super) state: State,
}

impl Export {
    /// Its size. Unit: bytes.
    fn bytes(&self) -> u64 {
        let State::Succeeded { parts, .. } = &self.state else { return 0 };
        parts.iter().fold(0, |sum, part| sum.saturating_add(part.bytes))
    }
}

/// All exports of a hub.
#[derive(Debug)]
pub(crate) struct Keep {
    folder: PathBuf,
    /// Turns that are free.
    turns: Mutex<usize>,
    freed: Condvar,
}

/// A right to write an export. Others see that somebody has it, also from other processes.
pub(super) struct Claim {
    keep: Arc<Keep>,
    pub(super) export: Export,
    _lock: File,
}

impl Keep {
    /// Exports in a folder, which need not be there yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), turns: Mutex::new(WRITTEN_MAX), freed: Condvar::new() }
    }

    /// Where the files of an export are.
    pub(super) fn place(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Begins an export. Nothing when the partner has as many as it may that are not done.
    pub(super) fn begin(self: &Arc<Self>, id: &str, partner: &PartnerId, now: Second) -> io::Result<Option<Claim>> {
        fs::create_dir_all(&self.folder)?;
        self.make_room(partner, now)?;
        let own = self.all()?.into_iter().filter(|one| one.partner == partner.as_str());
        if own.count() >= KEPT_MAX {
            return Ok(None);
        }
        let place = self.place(id);
        fs::create_dir(&place)?;
        let lock = File::create(place.join(LOCK))?;
        lock.lock()?;
        let (partner, created) = (partner.to_string(), now.0);
        let export = Export { id: id.to_owned(), partner, created, changed: created, state: State::Running };
        let claim = Claim { keep: Arc::clone(self), export, _lock: lock };
        claim.write()?;
        Ok(Some(claim))
    }

    /// An export that is not too old, as far as it has come.
    pub(super) fn find(&self, id: &str, now: Second) -> io::Result<Option<Export>> {
        // An id is a GUID, so no path climbs out of the folder.
        if !model::is_guid(id) {
            return Ok(None);
        }
        let found = self.read(&id.to_ascii_lowercase())?;
        Ok(found.filter(|export| now.0.saturating_sub(export.created) < AGE_SECONDS_MAX))
    }

    fn read(&self, id: &str) -> io::Result<Option<Export>> {
        let place = self.place(id);
        // The lock is looked at first: whoever let go of it had written how it ended.
        let written = is_written(&place);
        let bytes = match fs::read(place.join(STATE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut export: Export = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
        if export.state == State::Running && !written {
            export.state = State::Failed {
                code: "5001".to_owned(),
                message: "The hub was stopped while the export was written. Ask for it again.".to_owned(),
            };
        }
        Ok(Some(export))
    }

    /// Every export, the oldest first.
    fn all(&self) -> io::Result<Vec<Export>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let Some(id) = name.to_str().filter(|id| model::is_guid(id)) else { continue };
            all.extend(self.read(id)?);
        }
        all.sort_by(|left, right| (left.created, &left.id).cmp(&(right.created, &right.id)));
        Ok(all)
    }

    /// Takes away what is too old, and of what is done the oldest where there is too much.
    fn make_room(&self, partner: &PartnerId, now: Second) -> io::Result<()> {
        let (old, mut rest): (Vec<_>, Vec<_>) = self
            .all()?
            .into_iter()
            .filter(|one| one.state != State::Running)
            .partition(|one| now.0.saturating_sub(one.created) >= AGE_SECONDS_MAX);
        for export in &old {
            self.remove(export)?;
        }
        let own = rest.iter().filter(|one| one.partner == partner.as_str()).count();
        let mut surplus = own.saturating_add(1).saturating_sub(KEPT_MAX);
        let mut bytes = rest.iter().fold(0_u64, |sum, one| sum.saturating_add(one.bytes()));
        rest.retain(|one| one.bytes() > 0 || one.partner == partner.as_str());
        for export in &rest {
            let too_many = surplus > 0 && export.partner == partner.as_str();
            if !too_many && bytes <= KEPT_BYTES_MAX {
                continue;
            }
            self.remove(export)?;
            surplus = surplus.saturating_sub(usize::from(too_many));
            bytes = bytes.saturating_sub(export.bytes());
        }
        Ok(())
    }

    fn remove(&self, export: &Export) -> io::Result<()> {
        match fs::remove_dir_all(self.place(&export.id)) {
            // Another process of this hub may have been faster.
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn turns(&self) -> MutexGuard<'_, usize> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut turns = self.turns();
        while *turns == 0 {
            turns = self.freed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        *turns = turns.saturating_sub(1);
        drop(turns);
        let _turn = Turn(self);
        work()
    }
}

/// A turn, which is given back whatever happens.
struct Turn<'a>(&'a Keep);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turns = self.0.turns();
        *turns = turns.saturating_add(1);
        self.0.freed.notify_one();
    }
}

impl Claim {
    /// Waits until few enough exports are written, and does one more.
    pub(super) fn in_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        self.keep.in_turn(work)
    }

    /// Where the files go.
    pub(super) fn place(&self) -> PathBuf {
        self.keep.place(&self.export.id)
    }

    /// Says how it ended. What failed leaves no files.
    pub(super) fn end(mut self, state: State, now: Second) -> io::Result<()> {
        if matches!(state, State::Failed { .. }) {
            for entry in fs::read_dir(self.place())? {
                let path = entry?.path();
                if path.extension().is_some_and(|end| end == "gz") {
                    fs::remove_file(path)?;
                }
            }
        }
        (self.export.state, self.export.changed) = (state, now.0);
        self.write()
    }

    /// Writes beside and renames, so that nobody reads a half.
    fn write(&self) -> io::Result<()> {
        let place = self.place();
        let new = place.join("operation.new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(&self.export).map_err(io::Error::other)?)?;
        file.sync_all()?;
        fs::rename(new, place.join(STATE))
    }
}

/// Whether somebody writes an export now.
fn is_written(place: &Path) -> bool {
    let Ok(lock) = File::open(place.join(LOCK)) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests;
