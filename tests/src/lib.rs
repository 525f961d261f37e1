//! Tests across crates; they are in `tests`, one file a subject. Here is what they share.

pub mod backend;
pub mod cases;
pub mod client;
mod compare;
pub mod ddl;
pub mod fidelity;
mod fixture;
pub mod pair;
pub mod random;
mod run;
mod site;

pub use backend::{BACKENDS, Backend};
pub use compare::{differences, same};
pub use fixture::{Fixture, operations, upgrade_of};
pub use run::{Home, Scratch, lower, run};
pub use site::Site;
