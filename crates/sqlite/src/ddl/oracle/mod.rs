//! Holds the reader against SQLite itself, for tests and for fuzzing.

#![allow(clippy::unwrap_used, reason = "a failure here is one of a test")]

mod agreement;
mod differential;
mod lossless;
mod verdict;

pub(in crate::ddl) use agreement::agrees;
pub(crate) use differential::differs;
pub(in crate::ddl) use lossless::covered;
pub(in crate::ddl) use verdict::{Verdict, verdict};
