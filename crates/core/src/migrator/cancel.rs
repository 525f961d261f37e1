//! Breaks a run off from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::dialect::{DatabaseError, Interrupt};

/// Breaks a run off: the statement that is running ends, and its revision is rolled back. Cheap to clone.
#[derive(Clone)]
pub struct Cancel {
    asked: Arc<AtomicBool>,
    interrupt: Interrupt,
}

impl Cancel {
    /// Makes a handle for a connection.
    pub(super) fn new(interrupt: Interrupt) -> Self {
        Self { asked: Arc::new(AtomicBool::new(false)), interrupt }
    }

    /// Asks the run to end. Returns at once; may be called from a signal handler's thread, and more than once.
    pub fn cancel(&self) {
        self.asked.store(true, Ordering::SeqCst);
        (self.interrupt)();
    }

    /// Says whether the run was asked to end.
    pub fn is_cancelled(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Fails when the run was asked to end.
    pub(super) fn check(&self) -> Result<(), DatabaseError> {
        if self.is_cancelled() { Err(DatabaseError::Interrupted) } else { Ok(()) }
    }
}
