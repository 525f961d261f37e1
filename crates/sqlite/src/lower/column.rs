//! A column as it stands in `CREATE TABLE` and `ADD COLUMN`.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Generated, GeneratedStorage};
use limbeck_core::sql::Sql;

use super::types::{self, Enums};
use super::{options, refuse, unsupported};
use crate::ddl;

/// Writes a column, in SQLAlchemy's order: name, type, collation, default, NOT NULL, and what it is computed from.
///
/// # Errors
/// What SQLite has not.
pub(crate) fn write(sql: Sql, column: &Column, enums: &Enums) -> Result<Sql, Diagnostic> {
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        // SQLite keeps no comments.
        comment: _,
        generated,
        identity,
        // Only a primary key counts up, and the table writes that.
        autoincrement: _,
        options,
    } = column;
    options::no_options(options, &format!("column `{name}`"))?;
    if identity.is_some() {
        return Err(unsupported(format!("SQLite has no identity columns, such as `{name}`")));
    }
    let mut sql = types::write(sql.ident(name), ty, enums)?;
    if let Some(collation) = collation {
        sql = write_collation(sql, collation)?;
    }
    let sql = sql.maybe(default.as_ref(), |sql, default| write_default(sql.kw("DEFAULT"), default));
    let sql = sql.when(!nullable, |sql| sql.kw("NOT NULL"));
    Ok(sql.maybe(generated.as_ref(), write_generated))
}

/// Writes a collation.
///
/// # Errors
/// SQLite does not have it by itself.
pub(crate) fn write_collation(sql: Sql, collation: &Ident) -> Result<Sql, Diagnostic> {
    Ok(sql.kw("COLLATE").ident(refuse::collation(collation)?))
}

/// Writes what a column is computed from.
pub(crate) fn write_generated(sql: Sql, generated: &Generated) -> Sql {
    let sql = sql.kw("GENERATED ALWAYS AS").kw("(").glue("").raw(&generated.sql).close(")");
    sql.kw(storage_keyword(generated.storage))
}

/// Returns the keyword for where the value of a generated column lives.
pub(crate) fn storage_keyword(storage: GeneratedStorage) -> &'static str {
    match storage {
        GeneratedStorage::Stored => "STORED",
        GeneratedStorage::Virtual => "VIRTUAL",
    }
}

/// Writes a default, in parentheses where SQLite wants them (sqlite.org/lang_createtable.html#dfltval).
pub(crate) fn write_default(sql: Sql, default: &Value) -> Sql {
    let bare = match default {
        Value::Literal(Literal::Text(text)) => !text.contains('\0'),
        Value::Literal(_) => true,
        Value::Sql(raw) => ddl::is_bare(raw.as_str()),
    };
    match bare {
        true => sql.value(default),
        false => sql.kw("(").glue("").value(default).close(")"),
    }
}
