//! How long statements may take.

use std::time::Duration;

/// How long a statement may wait and run, and what is done when it waits too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a statement waits for what another session holds; `None` leaves it to the server.
    pub lock_timeout: Option<Duration>,
    /// How long a statement may run; `None` leaves it to the server.
    pub statement_timeout: Option<Duration>,
    /// How often a revision is tried again in which a statement waited too long for a lock.
    pub retries: u32,
}
