//! What a run is told from outside.

use std::sync::Arc;
use std::time::Duration;

use crate::dialect::{DialectOptions, Limits};
use crate::name::{Ident, TableName};
use crate::script::Naming;

/// How revisions are run, and where it is written down.
#[derive(Clone)]
pub struct Settings {
    /// The table with a row a head.
    pub version_table: TableName,
    /// Whether that table has a primary key when it is made.
    pub version_table_key: bool,
    /// The table with a row a step; `None` keeps no log.
    pub log_table: Option<TableName>,
    /// What one transaction spans.
    pub transaction: TransactionMode,
    /// How long a statement may take, and how often a revision is tried again.
    pub limits: Limits,
    /// What the project sets for each kind of database.
    pub options: DialectOptions,
    /// How constraints are called that have no name in the database.
    pub naming: Naming,
    /// The version of the tool, for the log.
    pub tool_version: String,
    /// The time, for the log and for reports.
    pub clock: Arc<dyn Clock>,
}

impl Settings {
    /// Makes the settings that a project has when it says nothing: tables `limbeck_version` and `limbeck_log`, one
    /// transaction a revision.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            version_table: named("limbeck_version"),
            version_table_key: true,
            log_table: Some(named("limbeck_log")),
            transaction: TransactionMode::Revision,
            limits: Limits::default(),
            options: DialectOptions::new(),
            naming: Naming::default(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            clock,
        }
    }
}

fn named(name: &str) -> TableName {
    TableName::unqualified(ident(name))
}

/// Makes a name of a literal in this program.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name).expect("names in the program are good")
}

/// What one transaction spans.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum TransactionMode {
    /// One revision: what is done stays done when a later one fails.
    #[default]
    Revision,
    /// The whole run: all of it or nothing.
    Run,
    /// Nothing: each statement commits by itself and is recorded, as on a database whose changes of the schema do.
    None,
}

/// Tells the time; the core has none of its own.
pub trait Clock: Send + Sync {
    /// Returns the moment, in UTC, as RFC 3339 has it.
    fn now(&self) -> String;

    /// Returns how long it is since some fixed moment; never less than before.
    fn elapsed(&self) -> Duration;
}
