//! The dialect: where the core's questions about PostgreSQL are answered.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ColumnChange, ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, Lowered,
    OptionSpec, ScriptGate, ServerInfo, Texts, TypeWords,
};
use limbeck_core::impact::Fact;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use crate::gate::Gate;
use crate::type_words::TYPE_WORDS;
use crate::{connection, facts, lower, normal, range, server, url};

/// The name of the dialect, in migrations and `--server`.
pub(crate) const NAME: &str = "postgres";

/// PostgreSQL.
#[derive(Debug, Clone, Copy, Default)]
pub struct Postgres;

/// PostgreSQL, for whoever needs it to live as long as the program.
pub static POSTGRES: Postgres = Postgres;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        NAME
    }

    fn flavours(&self) -> &'static [&'static str] {
        server::FLAVOURS
    }

    fn url_schemes(&self) -> &'static [&'static str] {
        url::SCHEMES
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[]
    }

    fn connect(
        &self,
        url: &DatabaseUrl,
        options: &ConnectOptions,
    ) -> Result<Box<dyn Connection>, DatabaseError> {
        Ok(Box::new(connection::PostgresConnection::open(url, options)?))
    }

    fn server(&self, flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
        server::named(flavour, version)
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
        normal::normal_form(schema, Texts::Printed)
    }

    fn written_form(&self, schema: &Schema, _: &ServerInfo) -> Schema {
        normal::normal_form(schema, Texts::Written)
    }

    fn type_words(&self) -> TypeWords {
        TYPE_WORDS
    }

    fn runs_without_transaction(&self) -> bool {
        true
    }

    fn facts(&self) -> &'static [Fact] {
        facts::FACTS
    }

    fn narrows(&self, from: &ColumnType, to: &ColumnType) -> bool {
        range::holds_less(from, to)
    }

    fn keeps_rows(&self, change: ColumnChange<'_>, server: &ServerInfo) -> bool {
        facts::keeps_rows(change, server)
    }

    fn transaction_script(&self, _enforcement: Enforcement) -> (Vec<String>, Vec<String>) {
        (vec!["BEGIN".to_owned()], vec!["COMMIT".to_owned()])
    }

    fn script_gate(&self) -> Option<&'static dyn ScriptGate> {
        Some(&Gate)
    }

    fn script_advice(&self) -> &'static str {
        // psql goes on after an error (postgresql.org/docs, psql, ON_ERROR_STOP).
        "run it with `psql -v ON_ERROR_STOP=1 -f FILE`, which stops at the first error"
    }
}
