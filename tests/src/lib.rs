//! Tests across crates; they are in `tests`, one file a subject. Here is what they share.

mod fixture;
mod run;

pub use fixture::{Fixture, operations};
pub use run::{Scratch, lower, run};
