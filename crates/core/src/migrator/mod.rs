//! Runs a route on a database, or prints what would run.
//!
//! A [`Plan`] holds every statement before the first one runs, so that what cannot be done is refused in time. A
//! [`Migrator`] runs plans, one transaction a revision, with the version table and the log in the same transaction.

mod address;
mod alone;
mod bookkeeping;
mod cancel;
mod count;
mod current;
mod decide;
mod effect;
mod fault;
mod guest;
mod idempotent;
mod log;
mod look;
mod observer;
mod offline;
mod open;
mod plan;
mod planner;
mod prepare;
mod public;
mod rehearse;
mod resume;
mod run;
mod settings;
mod stamp;
mod standing;
mod statement;
mod step;
#[cfg(test)]
mod tests;
mod walk;

pub use alone::{plan_alone, plan_each};
pub use cancel::Cancel;
pub use guest::{Guest, GuestScript, HostedStep};
pub use idempotent::offline_idempotent;
pub use log::LogEntry;
pub use observer::{Counting, Observer, StatementEvent, StepEvent, StepReport};
pub use offline::{offline_downgrade, offline_stamp, offline_upgrade};
pub use plan::{Lowering, Plan, PlannedStep, PlannedTask};
pub use public::{Migrator, Outcome, Purge};
pub use settings::{Clock, Settings, TransactionMode};
pub use statement::{Remembered, run as run_statement};
