//! Handle: a running cloud, with its present hour and the corrections that were made.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::{Hour, NumberError, Second};

use crate::{
    Place,
    emulate::{Account, AccountError, Cloud, Number, Row},
};

mod source;

/// Tells the present moment.
pub type Clock = Box<dyn Fn() -> Second + Send + Sync>;

/// Why a row cannot be corrected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// The window has fewer rows.
    #[error("correct row {row} of the window {window}: it has only {rows} rows")]
    NoSuchRow {
        /// The window.
        window: Hour,
        /// The row, from 0.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// The row stands twice in the window, so a correction would contradict its copy.
    #[error("correct row {row} of the window {window}: the window repeats it")]
    Copied {
        /// The window.
        window: Hour,
        /// The row, from 0.
        row: usize,
    },
    /// The quantity is no number.
    #[error("correct a row to {text:?}: {reason}")]
    Quantity {
        /// The text.
        text: String,
        /// Why not.
        reason: NumberError,
    },
}

/// A cloud in motion.
pub struct CloudHandle {
    cloud: Cloud,
    place: Place,
    clock: Option<Clock>,
    state: Mutex<State>,
    held: Mutex<source::Held>,
}

#[derive(Debug)]
struct State {
    now: Hour,
    corrections: BTreeMap<(Hour, usize), Number>,
}

impl fmt::Debug for CloudHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CloudHandle").field("place", &self.place).finish_non_exhaustive()
    }
}

impl CloudHandle {
    /// Starts a cloud in an hour. Windows before that hour can be read.
    pub fn new(cloud: Cloud, now: Hour) -> Self {
        let (place, held) = (cloud.plan().place(), Mutex::default());
        Self { cloud, place, clock: None, state: Mutex::new(State { now, corrections: BTreeMap::new() }), held }
    }

    /// Starts a cloud that follows a clock. Windows before the hour it shows can be read.
    pub fn with_clock(cloud: Cloud, clock: Clock) -> Self {
        Self { clock: Some(clock), ..Self::new(cloud, Hour(0)) }
    }

    /// The cloud without its corrections.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The hour that is running. It cannot be read yet.
    pub fn now(&self) -> Hour {
        match &self.clock {
            Some(clock) => clock().hour().unwrap_or(Hour(0)),
            None => self.state().now,
        }
    }

    /// The present moment. A cloud without a clock stands at the beginning of its hour.
    fn moment(&self) -> Second {
        self.clock.as_ref().map_or_else(|| self.state().now.start(), |clock| clock())
    }

    /// Moves a cloud that follows no clock.
    pub fn set_now(&self, now: Hour) {
        self.state().now = now;
    }

    /// Changes the quantity of a row from now on, and gives the row as it was before.
    ///
    /// `row` counts from 0 in the order of [`CloudHandle::window`]; `quantity` is the number as it is to be sent.
    ///
    /// # Errors
    ///
    /// When there is no such row, when it stands there twice, or when the text is no number.
    pub fn correct(&self, window: Hour, row: usize, quantity: &str) -> Result<Row, CorrectionError> {
        let number =
            Number::read(quantity).map_err(|reason| CorrectionError::Quantity { text: quantity.to_owned(), reason })?;
        let mut state = self.state();
        let rows = apply(self.cloud.window(window), window, &state.corrections);
        let count = rows.len();
        let copy = self.cloud.plan().story.copy.filter(|copy| copy.reported == window);
        if copy.is_some_and(|copy| row == copy.row || row == copy.row.saturating_add(1)) && row < count {
            return Err(CorrectionError::Copied { window, row });
        }
        let before = rows.into_iter().nth(row).ok_or(CorrectionError::NoSuchRow { window, row, rows: count })?;
        state.corrections.insert((window, row), number);
        drop(state);
        self.held().forget();
        Ok(before)
    }

    /// The rows that were reported in an hour, as they are known now.
    pub fn window(&self, hour: Hour) -> Vec<Row> {
        apply(self.cloud.window(hour), hour, &self.state().corrections)
    }

    /// The account of the windows that were reported in a range of hours, as they are known now.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn account(&self, reported: Range<Hour>) -> Result<Account, AccountError> {
        let corrections = self.state().corrections.clone();
        let mut account = self.cloud.account(reported.clone())?;
        for ((window, index), number) in corrections {
            if reported.contains(&window)
                && let Some(row) = self.cloud.window(window).get(index)
            {
                account.replace(row, number.quantity())?;
            }
        }
        Ok(account)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn apply(mut rows: Vec<Row>, hour: Hour, corrections: &BTreeMap<(Hour, usize), Number>) -> Vec<Row> {
    for ((_, index), number) in corrections.range((hour, 0)..=(hour, usize::MAX)) {
        if let Some(row) = rows.get_mut(*index) {
            row.number = number.clone();
        }
    }
    rows
}
