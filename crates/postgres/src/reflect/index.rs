//! Indexes, without those that belong to constraints and those that are not valid.

use std::collections::HashMap;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Nulls, Order, Table};

use super::table::options;
use super::{Scope, ident};
use crate::connection::PostgresConnection;

/// Reads the indexes of all tables into them, in order of name.
pub(super) fn read(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
    tables: &mut HashMap<u32, Table>,
) -> Result<(), DatabaseError> {
    // The collation of a database itself has the number 100 (`pg_collation.dat`).
    let sql = format!(
        "SELECT c.oid, ic.relname::text, x.indisunique, nullif(am.amname::text, 'btree'), x.indnkeyatts::int4,
            {},
            pg_catalog.pg_get_expr(x.indpred, x.indrelid), array_to_string(ic.reloptions, ', '),
            (SELECT t.spcname::text FROM pg_catalog.pg_tablespace AS t WHERE t.oid = ic.reltablespace),
            ARRAY(SELECT (SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
                    WHERE u.num > 0 AND a.attrelid = x.indrelid AND a.attnum = u.num)
                FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS u(num, i) ORDER BY u.i),
            ARRAY(SELECT CASE u.num WHEN 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, u.i::int4, true) ELSE '' END
                FROM unnest((x.indkey::int2[])[0:x.indnkeyatts - 1]) WITH ORDINALITY AS u(num, i) ORDER BY u.i),
            x.indoption::int2[],
            ARRAY(SELECT (SELECT oc.opcname::text FROM pg_catalog.pg_opclass AS oc
                    WHERE oc.oid = u.class AND NOT oc.opcdefault)
                FROM unnest(x.indclass::oid[]) WITH ORDINALITY AS u(class, i) ORDER BY u.i),
            ARRAY(SELECT CASE WHEN u.coll <> 0 AND u.coll <> coalesce((SELECT a.attcollation
                        FROM pg_catalog.pg_attribute AS a
                        WHERE u.num > 0 AND a.attrelid = x.indrelid AND a.attnum = u.num), 100)
                    THEN (SELECT co.collname::text FROM pg_catalog.pg_collation AS co WHERE co.oid = u.coll) END
                FROM unnest(x.indcollation::oid[], (x.indkey::int2[])[0:x.indnkeyatts - 1])
                    WITH ORDINALITY AS u(coll, num, i) ORDER BY u.i)
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
    for row in connection.rows(&sql)? {
        if let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) {
            table.indexes.push(index(&row));
        }
    }
    Ok(())
}

fn index(row: &postgres::Row) -> Index {
    let text = |i: usize| row.get::<_, Option<String>>(i);
    let (names, texts): (Vec<Option<String>>, Vec<String>) = (row.get(9), row.get(10));
    let flags: Vec<i16> = row.get(11);
    let (classes, collations): (Vec<Option<String>>, Vec<Option<String>>) = (row.get(12), row.get(13));
    let ordered = text(3).is_none();
    let keys = texts.into_iter().enumerate().map(|(i, text)| {
        let key = match names.get(i).cloned().flatten() {
            Some(name) => IndexKey::Column(ident(&name)),
            None => IndexKey::Sql(RawSql::new(text)),
        };
        let flags = flags.get(i).copied().unwrap_or_default();
        let (order, nulls) = if ordered { direction(flags) } else { (None, None) };
        IndexColumn {
            key,
            order,
            nulls,
            collation: collations.get(i).cloned().flatten().map(|name| ident(&name)),
            op_class: classes.get(i).cloned().flatten().map(RawSql::new),
            length: None,
        }
    });
    let keys: Vec<IndexColumn> = keys.collect();
    let include = names.iter().skip(keys.len()).flatten().map(|name| ident(name)).collect();
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
