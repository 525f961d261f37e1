//! What a database has that the model does not hold: triggers, routines, extensions, virtual tables.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Connection;
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{Execute, Scope, ScopedOperation};
use limbeck_core::schema::Schema;

use crate::config::Filter;

/// What is beside the model.
#[derive(Default)]
pub(super) struct Unseen {
    /// What makes it, where the database keeps the text of its author.
    pub(super) made: Vec<ScopedOperation>,
    /// What is left to be written by hand, in words.
    pub(super) left: Vec<String>,
}

// `sqlite_schema` keeps the text of each object (sqlite.org/schematab.html). In the order of its rows an object comes after
// those that it was made from.
const SQLITE: &str = "SELECT type, name, sql, tbl_name FROM sqlite_schema WHERE type IN ('view', 'trigger') \
    OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%') ORDER BY rowid";

const POSTGRES: &str = "SELECT 'trigger', tgname::text FROM pg_catalog.pg_trigger WHERE NOT tgisinternal \
    UNION ALL SELECT 'routine', p.proname::text FROM pg_catalog.pg_proc p \
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \
    UNION ALL SELECT 'domain', t.typname::text FROM pg_catalog.pg_type t \
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
      WHERE t.typtype = 'd' AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e') \
    UNION ALL SELECT 'extension', extname::text FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' \
    UNION ALL SELECT 'policy', polname::text FROM pg_catalog.pg_policy \
    ORDER BY 1, 2";

const MYSQL: &str = "SELECT 'trigger', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
    UNION ALL SELECT 'routine', ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() \
    UNION ALL SELECT 'event', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() \
    ORDER BY 1, 2";

/// Looks for what is beside the model. `there` is what the model holds and the baseline makes; `filter` leaves out views and
/// virtual tables.
///
/// On SQLite these are triggers on what is there, and views that name their columns: both come as they were written.
///
/// # Errors
/// What the database says.
pub(super) fn read(
    connection: &mut dyn Connection,
    there: &Schema,
    filter: &Filter,
) -> Result<Unseen, Diagnostic> {
    let dialect = connection.dialect().name();
    let sql = match dialect {
        "sqlite" => SQLITE,
        "postgres" => POSTGRES,
        _ => MYSQL,
    };
    let mut unseen = Unseen::default();
    let in_model = |name: &str| {
        let same = |own: &TableName| own.schema.is_none() && own.name.as_str().eq_ignore_ascii_case(name);
        there.tables.keys().chain(there.views.keys()).any(same)
    };
    let is_left_out =
        |name: &str| Ident::new(name).is_ok_and(|name| !filter.takes(&TableName::unqualified(name)));
    let mut made_views: Vec<String> = Vec::new();
    for row in connection.query(sql)? {
        let cell = |at: usize| row.get(at).and_then(Literal::as_text).unwrap_or_default();
        match (cell(0), cell(2)) {
            ("view", _) if in_model(cell(1)) => {}
            ("view" | "table", _) if is_left_out(cell(1)) => {}
            // What it stands on was left out on purpose.
            ("trigger", sql)
                if !sql.is_empty()
                    && !in_model(cell(3))
                    && !made_views.iter().any(|view| view.eq_ignore_ascii_case(cell(3))) => {}
            ("view" | "trigger", sql) if !sql.is_empty() => {
                if cell(0) == "view" {
                    made_views.push(cell(1).to_owned());
                }
                let execute = Execute { sql: RawSql::new(sql), state: None };
                let scope = Scope { dialects: [dialect.to_owned()].into(), ..Scope::default() };
                unseen.made.push(ScopedOperation { scope, ..execute.into() });
            }
            ("table", _) => unseen.left.push(format!("virtual table `{}`", cell(1))),
            (kind, _) => unseen.left.push(format!("{kind} `{}`", cell(1))),
        }
    }
    Ok(unseen)
}
