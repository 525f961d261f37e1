//! Several migrators at once, and migrators that are killed, on each database: every revision runs once, and the next run
//! finishes. Behind a pooler and on a cluster it is the same.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod cluster;
mod kill;
mod limits;
mod pooler;
mod race;
mod revisions;
