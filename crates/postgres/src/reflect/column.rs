//! Columns: types, defaults, identity and what a sequence of their own tells.

use std::collections::HashMap;

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::DatabaseError;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::schema::{Column, Generated, GeneratedStorage, Identity, Table};

use super::attribute::{Attribute, Attributes};
use super::table::options;
use super::{Scope, ident, read_type};
use crate::connection::PostgresConnection;

/// How the default of a serial starts as PostgreSQL stores it: a call of `nextval(regclass)` and nothing else, for
/// `integer` in the cast that an assignment brings (pg_proc.dat, `nextval` and `int4`). It need not be written out.
const SERIAL: &str = "ARRAY['{FUNCEXPR :funcid 1574 %', '{FUNCEXPR :funcid 480 :funcresulttype 23 :funcretset false \
                      :funcvariadic false :funcformat 2 :funccollid 0 :inputcollid 0 :args ({FUNCEXPR :funcid 1574 %']";

/// Reads the columns of all tables into them, in order. Returns what they are called by their numbers.
pub(super) fn read(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
    tables: &mut HashMap<u32, Table>,
) -> Result<Attributes, DatabaseError> {
    // The sequence of a column depends on it: internally that of an identity, automatically that of a serial. A default
    // is written out without its table, which it cannot name, for PostgreSQL else opens each table for it.
    let sql = format!(
        "SELECT c.oid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
            CASE WHEN s.seqstart IS NOT NULL AND ad.adbin::text LIKE ANY ({SERIAL}) THEN ''
                ELSE pg_catalog.pg_get_expr(ad.adbin, CASE a.attgenerated WHEN '' THEN 0 ELSE ad.adrelid END) END,
            a.attgenerated::text, a.attidentity::text,
            CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END, d.description,
            CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
            {compression},
            en.nspname::text, e.typname::text, t.typelem <> 0 AND t.typlen = -1,
            s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, a.attnum, a.attcollation
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_type AS e ON e.typtype = 'e'
            AND e.oid = CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN t.typelem ELSE t.oid END
        LEFT JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
        LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
        LEFT JOIN pg_catalog.pg_description AS d
            ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum
        LEFT JOIN (SELECT o.refobjid, o.refobjsubid, q.* FROM pg_catalog.pg_sequence AS q
            JOIN pg_catalog.pg_depend AS o ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = q.seqrelid
                AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.deptype IN ('a', 'i')) AS s
            ON s.refobjid = c.oid AND s.refobjsubid = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND {tables}
        ORDER BY c.oid, a.attnum",
        compression = scope.compression(),
        tables = scope.tables()
    );
    let mut attributes = Attributes::default();
    for row in connection.rows(&sql)? {
        let oid = row.get(0);
        if let Some(table) = tables.get_mut(&oid) {
            let column = column(&row, scope);
            // A column with several sequences comes several times.
            if table.columns.last().is_none_or(|last| last.name != column.name) {
                attributes.add(
                    oid,
                    row.get(20),
                    Attribute { name: column.name.clone(), collation: row.get(21) },
                );
                table.columns.push(column);
            }
        }
    }
    Ok(attributes)
}

fn column(row: &postgres::Row, scope: &Scope<'_>) -> Column {
    let text = |i: usize| row.get::<_, Option<String>>(i);
    let ty = match text(11).zip(text(12)).and_then(|(schema, name)| scope.name(&schema, &name)) {
        Some(name) => {
            let ty = ColumnType::Enum { name: Some(name), values: Vec::new() };
            if row.get::<_, bool>(13) { ColumnType::Array(Box::new(ty)) } else { ty }
        }
        None => read_type(row.get(2)),
    };
    let (expression, generated, identity): (Option<String>, String, String) =
        (text(4), row.get(5), row.get(6));
    let mut column = Column::new(ident(row.get(1)), ty);
    column.nullable = !row.get::<_, bool>(3);
    column.collation = text(7).map(|name| ident(&name));
    column.comment = text(8);
    let storage = text(9).map(|letter| match letter.as_str() {
        "p" => "plain",
        "e" => "external",
        "m" => "main",
        _ => "extended",
    });
    let compression = text(10).map(|letter| if letter == "l" { "lz4" } else { "pglz" });
    column.options =
        options([("storage", storage.map(Literal::text)), ("compression", compression.map(Literal::text))]);
    if !identity.is_empty() {
        let bigint = matches!(column.ty, ColumnType::Bigint);
        let most = match column.ty {
            ColumnType::Smallint => i64::from(i16::MAX),
            _ if bigint => i64::MAX,
            _ => i64::from(i32::MAX),
        };
        column.identity = Some(Identity { always: identity == "a", ..numbers(row, 14, most) });
        return column;
    }
    let Some(expression) = expression else { return column };
    let owned = row.get::<_, Option<i64>>(14).is_some();
    match generated.as_str() {
        "" if owned && is_next(&expression) => column.autoincrement = Some(true),
        "" => column.default = Some(value(&expression)),
        storage => {
            let storage = if storage == "v" { GeneratedStorage::Virtual } else { GeneratedStorage::Stored };
            column.generated = Some(Generated { sql: RawSql::new(expression), storage });
        }
    }
    column
}

/// Says whether a default is the next value of a sequence and nothing else: as it is told by [`SERIAL`], or as it is
/// written out where it is stored in another form.
fn is_next(expression: &str) -> bool {
    let name = expression.strip_prefix("nextval('").and_then(|rest| rest.strip_suffix("'::regclass)"));
    expression.is_empty() || name.is_some_and(|name| !name.contains("'::"))
}

/// Reads the numbers of a sequence: start, step, least, greatest, cache and whether it cycles. Those that PostgreSQL
/// takes by itself are left out.
pub(super) fn numbers(row: &postgres::Row, from: usize, most: i64) -> Identity {
    let number = |i: usize| row.get::<_, Option<i64>>(from + i);
    let unless = |i: usize, usual: i64| number(i).filter(|number| *number != usual);
    let down = number(1).is_some_and(|step| step < 0);
    let (least, greatest) = if down { (-most - 1, -1) } else { (1, most) };
    let first = if down { greatest } else { least };
    Identity {
        always: false,
        start: unless(0, number(if down { 3 } else { 2 }).unwrap_or(first)),
        increment: unless(1, 1),
        min: unless(2, least),
        max: unless(3, greatest),
        cache: unless(4, 1),
        cycle: row.get::<_, Option<bool>>(from + 5).unwrap_or_default(),
    }
}

/// Reads a default as PostgreSQL prints it: a literal with a cast or none, or else an expression.
fn value(expression: &str) -> Value {
    let raw = || Value::Sql(RawSql::new(expression));
    if let Some(rest) = expression.strip_prefix('\'') {
        let Some(end) = closing_quote(rest) else { return raw() };
        let cast = rest[end + 1..].strip_prefix("::").unwrap_or(&rest[end + 1..]);
        let plain = cast.chars().all(|c| c.is_alphanumeric() || " _\"().,[]".contains(c));
        return match plain {
            true => Value::from(rest[..end].replace("''", "'")),
            false => raw(),
        };
    }
    match (expression, expression.parse::<i64>()) {
        ("true", _) => Value::from(true),
        ("false", _) => Value::from(false),
        (_, Ok(number)) => Value::from(number),
        _ => raw(),
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let end = at + text[at..].find('\'')?;
        match text[end + 1..].starts_with('\'') {
            true => at = end + 2,
            false => return Some(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_next_value_itself_makes_a_serial() {
        assert!(is_next("nextval('\"it''s\"'::regclass)") && is_next(""));
        assert!(!is_next("(nextval('s'::regclass) + 1)"));
        assert!(!is_next("nextval('s'::regclass) * nextval('t'::regclass)"));
        assert!(!is_next("now()"));
    }

    #[test]
    fn a_default_is_read_as_a_literal_where_it_is_one() {
        assert_eq!(value("'it''s'::character varying"), Value::from("it's"));
        assert_eq!(value("7"), Value::from(7));
        assert_eq!(value("false"), Value::from(false));
        assert_eq!(value("now()"), Value::Sql(RawSql::new("now()")));
        assert_eq!(value("'a'::text || 'b'::text"), Value::Sql(RawSql::new("'a'::text || 'b'::text")));
    }
}
