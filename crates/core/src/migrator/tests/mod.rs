//! The rules of a run, shown on a database that only keeps a diary.

mod fake;
mod offline;
mod outside;
mod plans;
mod runners;
mod transactions;
