//! What there is besides tables: enums, views, sequences, schemas.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{NamedEnum, Sequence, View};

use super::column::numbers;
use super::{OURS, Scope};
use crate::connection::PostgresConnection;

/// Reads the named enums.
pub(super) fn enums(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<BTreeMap<TableName, NamedEnum>, DatabaseError> {
    let sql = format!(
        "SELECT n.nspname::text, t.typname::text,
            ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        WHERE t.typtype = 'e' AND {OURS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')"
    );
    let rows = connection.rows(&sql)?;
    let read = |row: &postgres::Row| {
        let name = scope.name(row.get(0), row.get(1))?;
        Some((name.clone(), NamedEnum { name, values: row.get(2) }))
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Reads the views. Their queries are as PostgreSQL prints them.
pub(super) fn views(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<BTreeMap<TableName, View>, DatabaseError> {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text, pg_catalog.pg_get_viewdef(c.oid), c.relkind = 'm'
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND {OURS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
    );
    let rows = connection.rows(&sql)?;
    let read = |row: &postgres::Row| {
        let name = scope.name(row.get(0), row.get(1))?;
        let text: String = row.get(2);
        let sql = RawSql::new(text.trim().trim_end_matches(';'));
        Some((name.clone(), View { name, sql, materialized: row.get(3) }))
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Reads the sequences that do not belong to a column.
pub(super) fn sequences(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<BTreeMap<TableName, Sequence>, DatabaseError> {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text,
            s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
        FROM pg_catalog.pg_sequence AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE {OURS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))"
    );
    let rows = connection.rows(&sql)?;
    let read = |row: &postgres::Row| {
        let name = scope.name(row.get(0), row.get(1))?;
        let found = numbers(row, 2, i64::MAX);
        let sequence = Sequence {
            name: name.clone(),
            start: found.start,
            increment: found.increment,
            min: found.min,
            max: found.max,
            cache: found.cache,
            cycle: found.cycle,
        };
        Some((name, sequence))
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Reads the schemas but for the system's, `public` and the one that new tables are made in.
pub(super) fn schemas(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<BTreeSet<Ident>, DatabaseError> {
    let rows =
        connection.rows(&format!("SELECT n.nspname::text FROM pg_catalog.pg_namespace AS n WHERE {OURS}"))?;
    let names = rows.iter().map(|row| row.get::<_, String>(0));
    Ok(names
        .filter(|name| *name != scope.home && name != "public")
        .filter_map(|name| Ident::new(&name).ok())
        .collect())
}
