//! Judges a history: what its revisions would do to the data, to whoever is at work meanwhile, and to running code.
//!
//! A [`Rule`] is data: a code and a name, a reason with its source, the safer way, and what it looks at. [`lint`] walks
//! through the history once for each database that it is for, and reports what it finds in the range asked for.

mod config;
mod finding;
mod linter;
mod rule;
mod rules;
mod site;
mod sql;

pub use config::{Exception, Levels};
pub use finding::{Finding, Report};
pub use linter::{Database, lint};
pub use rule::{Level, Peer, Rule, rule};
pub use rules::{NOT_TAKEN, NotTaken, all};
