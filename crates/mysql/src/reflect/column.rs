//! Columns: types, defaults, collations and what they are computed from.

use std::collections::BTreeMap;

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::{Connection, DatabaseError};
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Generated, GeneratedStorage, Table};

use super::names::{Wanted, text};
use crate::connection::MysqlConnection;
use crate::dialect::NAME;
use crate::lower::sql_for_any_mode;
use crate::{server, text as spelling};

pub(super) fn read(
    connection: &mut MysqlConnection,
    wanted: &Wanted,
    tables: &mut BTreeMap<String, Table>,
) -> Result<(), DatabaseError> {
    let sql = sql_for_any_mode().kw(
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME, \
         COLUMN_COMMENT, GENERATION_EXPRESSION FROM information_schema.COLUMNS",
    );
    let sql = sql.sql(&wanted.condition("TABLE_SCHEMA", "TABLE_NAME"));
    let rows = connection.query(&sql.kw("ORDER BY TABLE_NAME, ORDINAL_POSITION").finish())?;
    let mariadb = server::is_mariadb(connection.server());
    for row in &rows {
        let [owner, name, ty, nullable, default, extra, collation, comment, expression] = &row[..] else {
            continue;
        };
        let (Some(table), Ok(name)) = (tables.get_mut(text(owner)), Ident::new(text(name))) else { continue };
        let usual = table.options.get(NAME).and_then(|own| own.get("collate")).and_then(Literal::as_text);
        let ty = read_type(text(ty));
        let mut column = Column::new(name, ty);
        column.nullable = text(nullable) == "YES";
        let extra = text(extra).to_ascii_lowercase();
        column.collation = Some(text(collation))
            .filter(|collation| !collation.is_empty() && Some(*collation) != usual)
            .and_then(|collation| Ident::new(collation).ok());
        column.comment = Some(text(comment).to_owned()).filter(|comment| !comment.is_empty());
        column.autoincrement = Some(extra.contains("auto_increment"));
        let expression = text(expression);
        if !expression.is_empty() {
            let stored = extra.contains("stored") || extra.contains("persistent");
            let storage = if stored { GeneratedStorage::Stored } else { GeneratedStorage::Virtual };
            column.generated = Some(Generated { sql: RawSql::new(unescaped(expression, mariadb)), storage });
        } else {
            column.default = match mariadb {
                true => of_mariadb(default, &extra),
                false => of_mysql(default, &extra, &column.ty),
            };
        }
        table.columns.push(column);
    }
    Ok(())
}

/// MySQL gives an expression as a text with its quotes escaped; MariaDB escapes those of the texts in it.
pub(super) fn unescaped(expression: &str, mariadb: bool) -> String {
    if mariadb { spelling::doubled(expression) } else { expression.replace("\\'", "'") }
}

/// MariaDB gives defaults as SQL since 10.2.7 (mariadb.com/kb/en/information-schema-columns-table).
fn of_mariadb(default: &Literal, extra: &str) -> Option<Value> {
    let updates = extra.find("on update ").map(|at| &extra[at..]);
    match (default.as_text(), updates) {
        (None | Some("NULL"), None) => None,
        (sql, Some(updates)) => {
            Some(Value::Sql(RawSql::new(format!("{} {updates}", sql.unwrap_or("NULL")).as_str())))
        }
        (Some(sql), None) => Some(match read_literal(sql) {
            Some(literal) => Value::Literal(literal),
            None => Value::Sql(RawSql::new(sql)),
        }),
    }
}

/// MySQL gives literals without quotes and marks expressions (dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html).
fn of_mysql(default: &Literal, extra: &str, ty: &ColumnType) -> Option<Value> {
    let updates = extra.find("on update ").map(|at| extra[at..].to_owned());
    let text = default.as_text();
    let is_time = text.is_some_and(|text| text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP"));
    match (text, updates) {
        (None, None) => None,
        (sql, Some(updates)) => {
            Some(Value::Sql(RawSql::new(format!("{} {updates}", sql.unwrap_or("NULL")).as_str())))
        }
        (Some(sql), None) if is_time => Some(Value::Sql(RawSql::new(sql))),
        (Some(sql), None) if extra.contains("default_generated") => {
            Some(Value::Sql(RawSql::new(unescaped(sql, false).as_str())))
        }
        (Some(plain), None) => {
            let number = match ty {
                ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint | ColumnType::Boolean => {
                    plain.parse().ok().map(Literal::Integer)
                }
                ColumnType::Float { .. } | ColumnType::Double | ColumnType::Decimal { .. } => {
                    plain.parse().ok().map(Literal::Float)
                }
                _ => None,
            };
            Some(Value::Literal(number.unwrap_or_else(|| Literal::text(plain))))
        }
    }
}

/// Reads a literal that stands as SQL: a text, a number or NULL. `None` for any other expression.
pub(crate) fn read_literal(sql: &str) -> Option<Literal> {
    let sql = sql.trim();
    if sql.eq_ignore_ascii_case("null") {
        return Some(Literal::Null);
    }
    if sql.eq_ignore_ascii_case("true") || sql.eq_ignore_ascii_case("false") {
        return Some(Literal::Bool(sql.eq_ignore_ascii_case("true")));
    }
    if let Some(inner) = sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        let mut text = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '\'' => match chars.next() {
                    Some('\'') => text.push('\''),
                    // The text ended here, and something follows.
                    _ => return None,
                },
                '\\' => text.push(match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '0' => '\0',
                    'Z' => '\u{1a}',
                    other => other,
                }),
                other => text.push(other),
            }
        }
        return Some(Literal::text(text));
    }
    let is_number = sql.strip_prefix('-').unwrap_or(sql).starts_with(|c: char| c.is_ascii_digit());
    match sql.parse::<i64>() {
        Ok(number) => Some(Literal::Integer(number)),
        Err(_) if is_number => sql.parse::<f64>().ok().map(Literal::Float),
        Err(_) => None,
    }
}

/// Reads a type as a neutral one where it is the type that one is lowered to, and as native text elsewhere.
pub(crate) fn read_type(text: &str) -> ColumnType {
    let text = spelling::type_text(text);
    let (name, arguments) = match text.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')')),
        None => (text.as_str(), None),
    };
    let number = || arguments.and_then(|list| list.parse::<u32>().ok());
    match (name, arguments) {
        ("smallint", None) => ColumnType::Smallint,
        ("int", None) => ColumnType::Integer,
        ("bigint", None) => ColumnType::Bigint,
        ("tinyint", Some("1")) => ColumnType::Boolean,
        ("varchar", Some(_)) if number().is_some() => ColumnType::String { length: number() },
        ("text", None) => ColumnType::Text,
        ("float", None) => ColumnType::Float { precision: None },
        ("double", None) => ColumnType::Double,
        ("decimal", Some(list)) => {
            let mut numbers = list.split(',').map(|number| number.parse::<u32>().ok());
            match (numbers.next().flatten(), numbers.next().flatten()) {
                (Some(precision), Some(scale)) => {
                    ColumnType::Decimal { precision: Some(precision), scale: Some(scale) }
                }
                _ => native(&text),
            }
        }
        ("date", None) => ColumnType::Date,
        ("time", None) => ColumnType::Time,
        ("datetime", None) => ColumnType::Datetime,
        ("blob", None) => ColumnType::Binary { length: None },
        ("json", None) => ColumnType::Json,
        ("uuid", None) => ColumnType::Uuid,
        ("enum", Some(list)) => match read_values(list) {
            Some(values) => ColumnType::Enum { name: None, values },
            None => native(&text),
        },
        _ => native(&text),
    }
}

fn native(text: &str) -> ColumnType {
    // Small letters but for the values of a set, which are the author's.
    ColumnType::Native(RawSql::new(text))
}

/// Reads the values of an enum or set.
pub(crate) fn read_values(list: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let inner = rest.strip_prefix('\'')?;
        let mut end = None;
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => drop(chars.next()),
                '\'' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let end = end? + 2;
        let literal = read_literal(&rest[..end])?;
        values.push(literal.as_text()?.to_owned());
        rest = rest[end..].trim_start_matches(',');
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_told_from_an_expression() {
        assert_eq!(read_literal("'it''s \\\\'"), Some(Literal::text("it's \\")));
        assert_eq!(read_literal("-5"), Some(Literal::Integer(-5)));
        assert_eq!(read_literal("1.50"), Some(Literal::Float(1.5)));
        assert_eq!(read_literal("'a' + 'b'"), None);
        assert_eq!(read_literal("current_timestamp()"), None);
    }

    #[test]
    fn types_come_back_as_what_is_lowered_to_them() {
        assert_eq!(read_type("int(11)"), ColumnType::Integer);
        assert_eq!(read_type("int(10) unsigned"), ColumnType::Native(RawSql::new("int unsigned")));
        assert_eq!(read_type("tinyint(1)"), ColumnType::Boolean);
        let values = vec!["a,b".to_owned(), "it's".to_owned()];
        assert_eq!(read_type("enum('a,b','it''s')"), ColumnType::Enum { name: None, values });
    }
}
