//! What holds for all texts: of the fixtures, and of odd ones written here.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod agreement;
mod corpus;
mod deep;
mod differential;
mod keywords;
mod lossless;
mod random;
pub(in crate::ddl) mod texts;
