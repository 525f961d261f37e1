//! The dialect: where the core's questions about SQLite are answered.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ColumnChange, ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, LetterCase,
    Lowered, OptionSpec, ScriptGate, ScriptGuard, ServerInfo,
};
use limbeck_core::impact::Fact;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use crate::gate::Gate;
use crate::guard::Guard;
use crate::{connection, facts, lower, normal_form, options, server, url};

/// The name of the dialect, in migrations and `--server`.
pub(crate) const NAME: &str = "sqlite";

/// SQLite.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sqlite;

/// SQLite, for whoever needs it to live as long as the program.
pub static SQLITE: Sqlite = Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        NAME
    }

    fn flavours(&self) -> &'static [&'static str] {
        &[NAME]
    }

    fn url_schemes(&self) -> &'static [&'static str] {
        url::SCHEMES
    }

    fn options(&self) -> &'static [OptionSpec] {
        options::OPTIONS
    }

    fn connect(
        &self,
        url: &DatabaseUrl,
        options: &ConnectOptions,
    ) -> Result<Box<dyn Connection>, DatabaseError> {
        Ok(Box::new(connection::SqliteConnection::open(url, options)?))
    }

    fn server(&self, _flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
        server::named(version)
    }

    fn sql(&self) -> Sql {
        lower::sql()
    }

    fn lower(
        &self,
        operation: &Operation,
        before: &Schema,
        server: &ServerInfo,
    ) -> Result<Lowered, Diagnostic> {
        lower::lower(operation, before, server)
    }

    fn normal_form(&self, schema: &Schema, _server: &ServerInfo) -> Schema {
        normal_form(schema)
    }

    fn narrows(&self, from: &ColumnType, to: &ColumnType) -> bool {
        lower::converts_with_loss(from, to)
    }

    fn letter_case(&self) -> LetterCase {
        LetterCase::SaysNothing
    }

    fn runs_without_transaction(&self) -> bool {
        false
    }

    fn facts(&self) -> &'static [Fact] {
        facts::FACTS
    }

    fn keeps_rows(&self, change: ColumnChange<'_>, server: &ServerInfo) -> bool {
        facts::keeps_rows(change, server)
    }

    fn transaction_script(&self, enforcement: Enforcement) -> (Vec<String>, Vec<String>) {
        let text = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        match enforcement {
            Enforcement::Configured => (text(&["BEGIN IMMEDIATE"]), text(&["COMMIT"])),
            // SQLite ignores this pragma inside a transaction (sqlite.org/pragma.html#pragma_foreign_keys).
            Enforcement::Suspended => (
                text(&["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"]),
                text(&["COMMIT", "PRAGMA foreign_keys = ON"]),
            ),
        }
    }

    fn script_guard(&self) -> Option<&'static dyn ScriptGuard> {
        Some(&Guard)
    }

    fn script_gate(&self) -> Option<&'static dyn ScriptGate> {
        Some(&Gate)
    }

    fn script_advice(&self) -> &'static str {
        // Its shell goes on after an error (sqlite.org/cli.html, -bail); Python's executescript stops by itself.
        "run it with `sqlite3 -bail`, which stops at the first error"
    }
}
