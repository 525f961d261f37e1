//! Indexes, without those that belong to constraints and those that are not valid.

use std::collections::HashMap;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Nulls, Order, Table};

use super::attribute::Attributes;
use super::table::options;
use super::{Scope, ident};
use crate::connection::PostgresConnection;

/// Reads the indexes of all tables into them, in order of name.
pub(super) fn read(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
    tables: &mut HashMap<u32, Table>,
    attributes: &Attributes,
) -> Result<(), DatabaseError> {
    let sql = format!(
        "SELECT c.oid, ic.relname::text, x.indisunique, nullif(am.amname::text, 'btree'), x.indnkeyatts::int4,
            {},
            pg_catalog.pg_get_expr(x.indpred, x.indrelid), array_to_string(ic.reloptions, ', '),
            (SELECT t.spcname::text FROM pg_catalog.pg_tablespace AS t WHERE t.oid = ic.reltablespace),
            x.indkey::int2[],
            CASE WHEN x.indexprs IS NOT NULL THEN ARRAY(
                SELECT CASE u.num WHEN 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, u.i::int4, true) END
                FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS u(num, i) ORDER BY u.i) END,
            x.indoption::int2[], x.indclass::oid[], x.indcollation::oid[]
        FROM pg_catalog.pg_index AS x
        JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class AS ic ON ic.oid = x.indexrelid
        JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
        WHERE x.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k
            WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')) AND {}
        ORDER BY c.oid, ic.relname",
        scope.nulls_not_distinct(),
        scope.tables()
    );
    let rows = connection.rows(&sql)?;
    let names = Names {
        attributes,
        classes: by_oid(
            connection,
            "SELECT oid, opcname::text FROM pg_catalog.pg_opclass WHERE NOT opcdefault",
        )?,
        collations: by_oid(connection, "SELECT oid, collname::text FROM pg_catalog.pg_collation")?,
    };
    for row in &rows {
        let oid = row.get(0);
        if let Some(table) = tables.get_mut(&oid) {
            table.indexes.push(index(row, oid, &names));
        }
    }
    Ok(())
}

/// What the numbers in `pg_index` stand for.
struct Names<'a> {
    attributes: &'a Attributes,
    /// Those that are not the default of their type.
    classes: HashMap<u32, String>,
    collations: HashMap<u32, String>,
}

fn by_oid(connection: &mut PostgresConnection, sql: &str) -> Result<HashMap<u32, String>, DatabaseError> {
    Ok(connection.rows(sql)?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The collation of a database itself (`pg_collation.dat`).
const DEFAULT_COLLATION: u32 = 100;

fn index(row: &postgres::Row, table: u32, names: &Names<'_>) -> Index {
    let text = |i: usize| row.get::<_, Option<String>>(i);
    let number_of_keys = usize::try_from(row.get::<_, i32>(4)).unwrap_or_default();
    let numbers: Vec<i16> = row.get(9);
    let mut texts: Vec<Option<String>> = row.get::<_, Option<_>>(10).unwrap_or_default();
    let flags: Vec<i16> = row.get(11);
    let (classes, collations): (Vec<u32>, Vec<u32>) = (row.get(12), row.get(13));
    let ordered = text(3).is_none();
    let keys = numbers.iter().take(number_of_keys).enumerate().map(|(i, number)| {
        let attribute = names.attributes.get(table, *number);
        let key = match attribute {
            Some(attribute) => IndexKey::Column(attribute.name.clone()),
            None => IndexKey::Sql(RawSql::new(texts.get_mut(i).and_then(Option::take).unwrap_or_default())),
        };
        let flags = flags.get(i).copied().unwrap_or_default();
        let (order, nulls) = if ordered { direction(flags) } else { (None, None) };
        let usual = attribute.map_or(DEFAULT_COLLATION, |attribute| attribute.collation);
        let collation = collations.get(i).filter(|collation| **collation != usual);
        IndexColumn {
            key,
            order,
            nulls,
            collation: collation.and_then(|oid| names.collations.get(oid)).map(|name| ident(name)),
            op_class: classes
                .get(i)
                .and_then(|oid| names.classes.get(oid))
                .map(|name| RawSql::new(name.as_str())),
            length: None,
        }
    });
    let keys: Vec<IndexColumn> = keys.collect();
    let include = names.attributes.names(table, numbers.get(keys.len()..).unwrap_or_default());
    Index {
        unique: row.get(2),
        filter: text(6).map(RawSql::new),
        include,
        using: text(3).map(|method| ident(&method)),
        nulls_not_distinct: row.get(5),
        options: options([
            ("with", text(7).filter(|text| !text.is_empty()).map(Literal::text)),
            ("tablespace", text(8).map(Literal::text)),
        ]),
        ..Index::new(ident(row.get(1)), keys)
    }
}

/// Reads the flags of a key: 1 for descending, 2 for NULLs first (PostgreSQL's `INDOPTION_…`). What goes without saying
/// is left out.
fn direction(flags: i16) -> (Option<Order>, Option<Nulls>) {
    match (flags & 1 != 0, flags & 2 != 0) {
        (false, false) => (None, None),
        (false, true) => (None, Some(Nulls::First)),
        (true, true) => (Some(Order::Desc), None),
        (true, false) => (Some(Order::Desc), Some(Nulls::Last)),
    }
}
