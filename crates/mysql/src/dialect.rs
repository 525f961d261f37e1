//! The dialect: where the core's questions about MySQL and MariaDB are answered.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ColumnChange, ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, LetterCase,
    Lowered, OptionSpec, ScriptGate, ScriptGuard, ServerInfo, Texts, TypeWords,
};
use limbeck_core::impact::Fact;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use crate::gate::Gate;
use crate::guard::Guard;
use crate::type_words::TYPE_WORDS;
use crate::{connection, facts, lower, normal, range, server, url};

/// The name of the dialect, in migrations and `--server`.
pub(crate) const NAME: &str = "mysql";

/// MySQL and what descends from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mysql;

/// MySQL, for whoever needs it to live as long as the program.
pub static MYSQL: Mysql = Mysql;

impl Dialect for Mysql {
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
        Ok(Box::new(connection::MysqlConnection::open(url, options)?))
    }

    fn server(&self, flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
        server::named(flavour, version)
    }

    fn sql(&self) -> Sql {
        lower::sql_for_any_mode()
    }

    fn lower(
        &self,
        operation: &Operation,
        before: &Schema,
        server: &ServerInfo,
    ) -> Result<Lowered, Diagnostic> {
        lower::lower(operation, before, server)
    }

    fn normal_form(&self, schema: &Schema, server: &ServerInfo) -> Schema {
        normal::normal_form(schema, server, Texts::Printed)
    }

    fn written_form(&self, schema: &Schema, server: &ServerInfo) -> Schema {
        normal::normal_form(schema, server, Texts::Written)
    }

    fn narrows(&self, from: &ColumnType, to: &ColumnType) -> bool {
        range::holds_less(from, to)
    }

    // Whether it counts for tables hangs on the file system (dev.mysql.com/doc/refman/8.4/en/identifier-case-sensitivity.html).
    fn letter_case(&self) -> LetterCase {
        LetterCase::CountsForTables
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

    fn keeps_rows(&self, change: ColumnChange<'_>, server: &ServerInfo) -> bool {
        facts::keeps_rows(change, server)
    }

    fn transaction_script(&self, _enforcement: Enforcement) -> (Vec<String>, Vec<String>) {
        (vec!["START TRANSACTION".to_owned()], vec!["COMMIT".to_owned()])
    }

    fn script_guard(&self) -> Option<&'static dyn ScriptGuard> {
        Some(&Guard)
    }

    fn script_gate(&self) -> Option<&'static dyn ScriptGate> {
        Some(&Gate)
    }

    fn script_advice(&self) -> &'static str {
        // Both clients stop at the first error unless `--force` is given.
        "run it with `mysql --default-character-set=utf8mb4` or `mariadb --default-character-set=utf8mb4`, without `--force`"
    }
}
