//! PostgreSQL: all in one transaction, which is rolled back.

use limbeck_core::dialect::Connection;

use super::{Refused, rows};
use crate::backend;

/// A connection to a database that is empty whenever nothing runs.
pub(in super::super) struct Postgres {
    /// The database goes with it.
    scratch: crate::Scratch,
}

/// What is asked of the catalogs, a line of text a row.
const QUESTIONS: [&str; 8] = [
    "SELECT format('table %s %s %s %s options=%s space=%s access=%s comment=%s partition=%s parents=%s', n.nspname, c.relname,
         c.relkind, c.relpersistence, c.reloptions::text, c.reltablespace::text, am.amname,
         obj_description(c.oid, 'pg_class'), pg_get_partkeydef(c.oid),
         (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid))
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_|^information_schema$' ORDER BY 1",
    "SELECT format('column %s.%s.%s #%s %s notnull=%s default=%s identity=%s generated=%s storage=%s compression=%s collation=%s comment=%s',
         n.nspname, c.relname, a.attname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
         format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity,
         a.attgenerated, a.attstorage, a.attcompression, l.collname, col_description(c.oid, a.attnum))
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname !~ '^pg_|^information_schema$' ORDER BY 1",
    "SELECT format('constraint %s.%s %s %s valid=%s', k.conrelid::regclass, k.conname, k.contype,
         pg_get_constraintdef(k.oid), k.convalidated)
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
     WHERE n.nspname !~ '^pg_|^information_schema$' ORDER BY 1",
    "SELECT format('index %s valid=%s space=%s', pg_get_indexdef(i.indexrelid), i.indisvalid, c.reltablespace::text)
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname !~ '^pg_|^information_schema$' ORDER BY 1",
    "SELECT format('sequence %s.%s %s start=%s min=%s max=%s by=%s cycle=%s cache=%s owner=%s', s.schemaname, s.sequencename,
         s.data_type, s.start_value, s.min_value, s.max_value, s.increment_by, s.cycle, s.cache_size,
         (SELECT format('%s#%s', d.refobjid::regclass, d.deptype) FROM pg_depend d
          WHERE d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass AND d.deptype IN ('a', 'i')))
     FROM pg_sequences s ORDER BY 1",
    "SELECT format('enum %s.%s %s', n.nspname, t.typname,
         (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' ORDER BY 1",
    "SELECT format('schema %s', nspname) FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' ORDER BY 1",
    "SELECT format('rows %s %s', table_name, query_to_xml(format('SELECT * FROM %I.%I', table_schema, table_name), true, true, ''))
     FROM information_schema.tables WHERE table_schema !~ '^pg_|^information_schema$' ORDER BY 1",
];

impl Postgres {
    pub(super) fn open() -> Option<Self> {
        (backend::POSTGRES.open)().map(|scratch| Self { scratch })
    }

    pub(super) fn run(&mut self, scene: &[String], change: &[String]) -> Result<Vec<String>, Refused> {
        let connection = self.scratch.connection.as_mut();
        execute(connection, "BEGIN").unwrap_or_else(|error| panic!("{error}"));
        let make = |statement: &String, connection: &mut dyn Connection| {
            execute(connection, statement).map_err(|error| Refused::Scene(format!("{statement}: {error}")))
        };
        let made = scene.iter().try_for_each(|statement| make(statement, connection));
        let outcome = made.and_then(|()| {
            change.iter().try_for_each(|statement| {
                // What cannot run in a transaction makes the same without the word.
                execute(connection, &statement.replace("INDEX CONCURRENTLY", "INDEX"))
                    .map_err(Refused::Change)
            })
        });
        let facts = outcome.map(|()| QUESTIONS.iter().flat_map(|sql| rows(connection, sql)).collect());
        execute(connection, "ROLLBACK").unwrap_or_else(|error| panic!("{error}"));
        facts
    }
}

fn execute(connection: &mut dyn Connection, sql: &str) -> Result<(), String> {
    connection.execute(sql).map_err(|error| error.to_string())
}
