//! What the core asks of a database: a dialect that turns operations into statements, and a connection to run them.
//!
//! The core never asks a dialect what it is called in order to decide something; a dialect never walks the graph.

mod column_change;
mod connection;
mod cost;
mod error;
mod gate;
mod guard;
mod letter_case;
mod limits;
mod option;
mod rehearsal;
pub mod rows;
mod server;
mod speller;
mod statement;
mod type_words;
mod url;

pub use column_change::ColumnChange;
pub use connection::{Connection, Enforcement, Interrupt, Progress, Watch};
pub use cost::{Cost, Rows};
pub use error::DatabaseError;
pub use gate::ScriptGate;
pub use guard::{Guarded, ScriptGuard};
pub use letter_case::LetterCase;
pub use limits::Limits;
pub use option::{DialectOptions, OptionSpec};
pub use rehearsal::Rehearsal;
pub use rows::BlankRow;
pub use server::{Backslash, Names, ServerInfo, Version};
pub use speller::{Speller, Texts, asked, spell_alike};
pub use statement::{Expect, Hazard, Lowered, Statement, Way};
pub use type_words::{NoType, TypeWords};
pub use url::DatabaseUrl;

use std::path::PathBuf;
use std::time::Duration;

use crate::column_type::ColumnType;
use crate::diagnostic::Diagnostic;
use crate::impact::{Fact, narrows};
use crate::op::Operation;
use crate::schema::Schema;
use crate::sql::Sql;

/// A kind of database.
///
/// There is no provided method that makes SQL: every dialect states all of its own.
pub trait Dialect: Send + Sync {
    /// Returns the name: as `dialects = […]` in migrations and `--server` say it.
    fn name(&self) -> &'static str;

    /// Returns the names of its flavours, as `--server` says them; its own name where there is but one.
    fn flavours(&self) -> &'static [&'static str];

    /// Returns the URL schemes that lead here, without the colon.
    fn url_schemes(&self) -> &'static [&'static str];

    /// Returns the options that a project may set for this dialect, as the table `[NAME]` of the configuration.
    fn options(&self) -> &'static [OptionSpec];

    /// Opens a connection.
    ///
    /// # Errors
    /// [`DatabaseError::BadUrl`], [`DatabaseError::CannotConnect`], [`DatabaseError::NotADatabase`].
    fn connect(
        &self,
        url: &DatabaseUrl,
        options: &ConnectOptions,
    ) -> Result<Box<dyn Connection>, DatabaseError>;

    /// Describes a server that is not at hand, for offline SQL: of one of the [flavours](Dialect::flavours), and of the
    /// version given, or the one this build knows best.
    ///
    /// # Errors
    /// A diagnostic when the version cannot be read or is too old.
    fn server(&self, flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic>;

    /// Returns an empty SQL text in this dialect's quoting.
    fn sql(&self) -> Sql;

    /// Turns an operation into the statements that make the change, by the cheapest sound way.
    ///
    /// `before` is the schema that the operation finds. Statements come in order of running.
    ///
    /// # Errors
    /// A diagnostic with [`Code::Unsupported`](crate::diagnostic::Code::Unsupported),
    /// [`Code::WouldLose`](crate::diagnostic::Code::WouldLose) or [`Code::Opaque`](crate::diagnostic::Code::Opaque)
    /// and no place, which the caller knows. It is known before anything runs.
    fn lower(
        &self,
        operation: &Operation,
        before: &Schema,
        server: &ServerInfo,
    ) -> Result<Lowered, Diagnostic>;

    /// Returns the schema as it would be read back from a database that was made from it, in one spelling, so that two
    /// schemas can be compared by their meaning to the server.
    ///
    /// What the server keeps nothing of is left out; a table that it cannot hold stays as it is.
    ///
    /// Expressions that the server prints in its own way are compared by their words: two that differ in parentheses, or in
    /// casts, may come out alike.
    fn normal_form(&self, schema: &Schema, server: &ServerInfo) -> Schema;

    /// Says whether values of one type may not fit the other, or come out changed.
    fn narrows(&self, from: &ColumnType, to: &ColumnType) -> bool {
        narrows(from.on(self.name()), to.on(self.name()))
    }

    /// Says where the letter case of a name says nothing to its servers.
    fn letter_case(&self) -> LetterCase {
        LetterCase::Counts
    }

    /// Returns the words that its servers take for types.
    fn type_words(&self) -> TypeWords {
        TypeWords::Any
    }

    /// Returns the schema as [`normal_form`](Self::normal_form) does, to be compared with another that people wrote too:
    /// expressions come out alike only where they say the same.
    fn written_form(&self, schema: &Schema, server: &ServerInfo) -> Schema {
        self.normal_form(schema, server)
    }

    /// Returns the form in which schemas are compared whose texts come from there.
    fn form(&self, schema: &Schema, server: &ServerInfo, texts: Texts) -> Schema {
        match texts {
            Texts::Printed => self.normal_form(schema, server),
            Texts::Written => self.written_form(schema, server),
        }
    }

    /// Says whether a statement may commit by itself wherever its author likes, with a lock beside it.
    fn runs_without_transaction(&self) -> bool;

    /// Returns what is known of each kind of change: its lock, whom it blocks, what becomes of the rows, and who says so.
    ///
    /// Kinds of change that the dialect refuses are left out.
    fn facts(&self) -> &'static [Fact];

    /// Says whether a change of columns leaves the rows there as they are stored.
    fn keeps_rows(&self, change: ColumnChange<'_>, server: &ServerInfo) -> bool;

    /// Returns the statements that open and close a transaction in a script.
    fn transaction_script(&self, enforcement: Enforcement) -> (Vec<String>, Vec<String>);

    /// Returns what keeps a script from doing harm where its client goes on after an error; `None` where it does not.
    fn script_guard(&self) -> Option<&'static dyn ScriptGuard> {
        None
    }

    /// Returns what lets a script pass over parts of itself; `None` where its client has no means for that.
    fn script_gate(&self) -> Option<&'static dyn ScriptGate> {
        None
    }

    /// Says how a script must be run so that nothing runs after a statement that failed; a sentence on one line.
    fn script_advice(&self) -> &'static str;
}

/// How to open a connection.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// What becomes of a database that is not there (SQLite).
    pub missing: Missing,
    /// Where a relative path in the URL starts from (SQLite); empty for the current directory.
    pub directory: PathBuf,
    /// How long to wait for another process that holds the database.
    pub lock_timeout: Duration,
    /// Looks up what the database's own clients take from the environment where the URL says nothing (PostgreSQL's
    /// `PGPASSWORD` and the like); by default nothing is.
    pub variable: fn(&str) -> Option<String>,
}

/// What becomes of a database that is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Missing {
    /// It is made.
    #[default]
    Create,
    /// Connecting fails.
    Refuse,
    /// An empty one in memory stands in for it, and nothing is left behind.
    Pretend,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            missing: Missing::Create,
            directory: PathBuf::new(),
            lock_timeout: Duration::from_secs(60),
            variable: |_| None,
        }
    }
}
