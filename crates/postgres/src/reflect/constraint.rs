//! Constraints.

use std::collections::HashMap;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Constraint, Deferrable, Exclude, ExcludeElement, ForeignKey, IndexKey, Match, PrimaryKey,
    ReferentialAction, Table, Unique,
};

use super::attribute::Attributes;
use super::{Scope, ident};
use crate::connection::PostgresConnection;
use crate::lower;

/// Reads the constraints of all tables into them, in order of name.
pub(super) fn read(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
    tables: &mut HashMap<u32, Table>,
    attributes: &mut Attributes,
) -> Result<(), DatabaseError> {
    // From 18 on NOT NULL is a constraint too; the column tells it already.
    let sql = format!(
        "SELECT c.oid, k.conname::text, k.contype::text, k.condeferrable, k.condeferred, k.convalidated,
            coalesce(k.conkey, '{{}}'), rn.nspname::text, r.relname::text,
            coalesce(k.confkey, '{{}}'),
            k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text,
            pg_catalog.pg_get_expr(k.conbin, k.conrelid),
            {},
            CASE k.contype WHEN 'x' THEN ARRAY(SELECT o.oprname::text
                FROM unnest(k.conexclop) WITH ORDINALITY AS u(op, i)
                JOIN pg_catalog.pg_operator AS o ON o.oid = u.op ORDER BY u.i) END,
            CASE k.contype WHEN 'x' THEN ARRAY(SELECT pg_catalog.pg_get_indexdef(x.indexrelid, i, true)
                FROM generate_series(1, x.indnkeyatts) AS g(i)) END,
            CASE k.contype WHEN 'x' THEN ARRAY(SELECT u.num::int4 FROM unnest(x.indkey::int2[]) AS u(num)) END,
            pg_catalog.pg_get_expr(x.indpred, x.indrelid), am.amname::text, k.confrelid
        FROM pg_catalog.pg_constraint AS k
        JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid
        LEFT JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
        LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_catalog.pg_class AS xc ON xc.oid = x.indexrelid
        LEFT JOIN pg_catalog.pg_am AS am ON am.oid = xc.relam
        WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {}
        ORDER BY c.oid, k.conname",
        scope.nulls_not_distinct(),
        scope.tables()
    );
    let rows = connection.rows(&sql)?;
    let referred = rows.iter().map(|row| row.get::<_, u32>(20)).filter(|table| *table != 0);
    attributes.add_missing(connection, referred)?;
    for row in &rows {
        if let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) {
            table.constraints.extend(constraint(row, scope, attributes));
            settle_key(table);
        }
    }
    Ok(())
}

/// Says of a lone key that could count up that it does not: a table made like this one would count otherwise.
fn settle_key(table: &mut Table) {
    let Some(Constraint::PrimaryKey(key)) = table.constraints.last() else { return };
    let [name] = &key.columns[..] else { return };
    let column = table.columns.iter_mut().find(|column| column.name == *name);
    if let Some(column) = column.filter(|column| lower::may_count(column)) {
        column.autoincrement.get_or_insert(false);
    }
}

fn constraint(row: &postgres::Row, scope: &Scope<'_>, attributes: &Attributes) -> Option<Constraint> {
    let name = Some(ident(row.get(1)));
    let columns = attributes.names(row.get(0), &row.get::<_, Vec<i16>>(6));
    let deferrable = match (row.get::<_, bool>(3), row.get::<_, bool>(4)) {
        (false, _) => None,
        (true, false) => Some(Deferrable::Immediate),
        (true, true) => Some(Deferrable::Deferred),
    };
    let not_valid = !row.get::<_, bool>(5);
    Some(match row.get::<_, String>(2).as_str() {
        "p" => Constraint::PrimaryKey(PrimaryKey { name, columns }),
        "u" => Constraint::Unique(Unique { name, columns, nulls_not_distinct: row.get(14), deferrable }),
        "f" => Constraint::ForeignKey(ForeignKey {
            name,
            columns,
            references: scope.name(row.get(7), row.get(8))?,
            referred_columns: attributes.names(row.get(20), &row.get::<_, Vec<i16>>(9)),
            on_update: action(row.get(10)),
            on_delete: action(row.get(11)),
            match_type: (row.get::<_, String>(12) == "f").then_some(Match::Full),
            deferrable,
            not_valid,
        }),
        "c" => {
            let sql = RawSql::new(row.get::<_, Option<String>>(13)?);
            Constraint::Check(Check { name, sql, not_valid })
        }
        _ => Constraint::Exclude(Exclude {
            name,
            using: row.get::<_, Option<String>>(19).map(|method| ident(&method)),
            elements: elements(row, columns)?,
            filter: row.get::<_, Option<String>>(18).map(RawSql::new),
            deferrable,
        }),
    })
}

fn elements(row: &postgres::Row, columns: Vec<Ident>) -> Option<Vec<ExcludeElement>> {
    let operators: Vec<String> = row.get::<_, Option<_>>(15)?;
    let texts: Vec<String> = row.get::<_, Option<_>>(16)?;
    let numbers: Vec<i32> = row.get::<_, Option<_>>(17)?;
    // The constraint names the columns among the keys, in order.
    let mut columns = columns.into_iter();
    let elements = texts.into_iter().zip(numbers).zip(operators).map(|((text, number), operator)| {
        let key = match number {
            0 => IndexKey::Sql(RawSql::new(text)),
            _ => IndexKey::Column(columns.next()?),
        };
        Some(ExcludeElement { key, operator: RawSql::new(operator) })
    });
    elements.collect()
}

/// Reads a letter of `pg_constraint`; `None` for what PostgreSQL does by itself.
fn action(letter: String) -> Option<ReferentialAction> {
    match letter.as_str() {
        "r" => Some(ReferentialAction::Restrict),
        "c" => Some(ReferentialAction::Cascade),
        "n" => Some(ReferentialAction::SetNull),
        "d" => Some(ReferentialAction::SetDefault),
        _ => None,
    }
}
