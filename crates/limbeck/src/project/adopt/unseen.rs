//! What a database has that the model does not hold: triggers, routines, extensions, virtual tables.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Connection;
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::op::{Execute, Scope, ScopedOperation};

/// What is beside the model.
#[derive(Default)]
pub(super) struct Unseen {
    /// What makes it, where the database keeps the text of its author.
    pub(super) made: Vec<ScopedOperation>,
    /// What is left to be written by hand, in words.
    pub(super) left: Vec<String>,
}

// `sqlite_schema` keeps the text of each object (sqlite.org/schematab.html). A view that names its columns is not in the model.
const SQLITE: &str = "SELECT type, name, sql FROM sqlite_schema WHERE type = 'trigger' \
    OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%') ORDER BY name";

const POSTGRES: &str = "SELECT 'trigger', tgname::text FROM pg_catalog.pg_trigger WHERE NOT tgisinternal \
    UNION ALL SELECT 'routine', p.proname::text FROM pg_catalog.pg_proc p \
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \
    UNION ALL SELECT 'extension', extname::text FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' \
    UNION ALL SELECT 'policy', polname::text FROM pg_catalog.pg_policy \
    ORDER BY 1, 2";

const MYSQL: &str = "SELECT 'trigger', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
    UNION ALL SELECT 'routine', ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() \
    UNION ALL SELECT 'event', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() \
    ORDER BY 1, 2";

/// Looks for what is beside the model.
///
/// # Errors
/// What the database says.
pub(super) fn read(connection: &mut dyn Connection) -> Result<Unseen, Diagnostic> {
    let dialect = connection.dialect().name();
    let sql = match dialect {
        "sqlite" => SQLITE,
        "postgres" => POSTGRES,
        _ => MYSQL,
    };
    let mut unseen = Unseen::default();
    for row in connection.query(sql)? {
        let cell = |at: usize| row.get(at).and_then(Literal::as_text).unwrap_or_default();
        match (cell(0), cell(2)) {
            ("trigger", sql) if !sql.is_empty() => {
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
