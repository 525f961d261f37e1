//! Tests across crates; they are in `tests`, one file a subject.
