//! Tables, and what only PostgreSQL has of them.

use std::collections::BTreeMap;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::Literal;
use limbeck_core::schema::{Options, Table};

use super::Scope;
use crate::connection::PostgresConnection;
use crate::dialect::NAME;

/// Reads the tables, still without columns, by their oids.
pub(super) fn read(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<Vec<(u32, Table)>, DatabaseError> {
    let sql = format!(
        "SELECT c.oid, n.nspname::text, c.relname::text, d.description, array_to_string(c.reloptions, ', '),
            (SELECT t.spcname::text FROM pg_catalog.pg_tablespace AS t WHERE t.oid = c.reltablespace),
            (SELECT nullif(a.amname::text, 'heap') FROM pg_catalog.pg_am AS a WHERE a.oid = c.relam),
            c.relpersistence = 'u',
            CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
            (SELECT pn.nspname::text FROM pg_catalog.pg_inherits AS i
                JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
                JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
                WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1),
            (SELECT p.relname::text FROM pg_catalog.pg_inherits AS i
                JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
                WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1)
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_description AS d
            ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        WHERE {}",
        scope.tables()
    );
    let rows = connection.rows(&sql)?;
    let read = |row: &postgres::Row| {
        let name = scope.name(row.get(1), row.get(2))?;
        let text = |i: usize| row.get::<_, Option<String>>(i);
        let parent = text(9).zip(text(10)).and_then(|(schema, name)| scope.name(&schema, &name));
        let own = [
            ("with", text(4).filter(|text| !text.is_empty()).map(Literal::text)),
            ("tablespace", text(5).map(Literal::text)),
            ("using", text(6).map(Literal::text)),
            ("unlogged", row.get::<_, bool>(7).then_some(Literal::Bool(true))),
            ("partition_by", text(8).map(Literal::text)),
            ("inherits", parent.map(|parent| Literal::text(parent.to_string()))),
        ];
        let table = Table { comment: text(3), options: options(own), ..Table::new(name, Vec::new()) };
        Some((row.get::<_, u32>(0), table))
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Puts together those options that something is said of.
pub(super) fn options<const N: usize>(own: [(&str, Option<Literal>); N]) -> Options {
    let own: BTreeMap<String, Literal> =
        own.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    match own.is_empty() {
        true => Options::new(),
        false => Options::from([(NAME.to_owned(), own)]),
    }
}
