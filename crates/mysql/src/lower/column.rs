//! A column as it stands in `CREATE TABLE`, `ADD COLUMN` and `MODIFY`.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::schema::{Column, Generated, GeneratedStorage, Identity, Table};
use limbeck_core::sql::Sql;

use super::counting::counting;
use super::{Target, options, types, unsupported};
use crate::server::Feature;
use crate::text;

/// In which statement a column is written, which decides the order of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In `CREATE TABLE` and `ADD COLUMN`: as SQLAlchemy orders it.
    New,
    /// In `MODIFY`: as Alembic orders it, `NULL` included.
    Changed,
}

/// Whether the server counts a column up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    Up,
    No,
}

/// Writes a column of a table with its name.
///
/// # Errors
/// What the server has not.
pub(super) fn write(
    sql: Sql,
    column: &Column,
    table: &Table,
    form: Form,
    target: Target<'_>,
) -> Result<Sql, Diagnostic> {
    let counting = counting(column, table);
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        comment,
        generated,
        identity,
        // Only the whole table tells whether it counts up.
        autoincrement: _,
        options,
    } = column;
    options::no_options(options, &format!("column `{name}`"), target)?;
    check_identity(column, identity.as_ref(), counting, target)?;
    let sql = types::write(sql.ident(name), ty, target)?;
    let sql = sql.maybe(collation.as_ref(), |sql, collation| sql.kw("COLLATE").ident(collation));
    let sql = sql.maybe(generated.as_ref(), |sql, generated| write_generated(sql, generated, table));
    let nullness = |sql: Sql| match (nullable, form) {
        (false, _) => sql.kw("NOT NULL"),
        (true, Form::Changed) if generated.is_none() => sql.kw("NULL"),
        // Without the word, a TIMESTAMP may come to be NOT NULL
        // (dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html).
        (true, _) if is_timestamp(ty, target) => sql.kw("NULL"),
        (true, _) => sql,
    };
    let value = |sql: Sql| match (counting, default) {
        (Counting::Up, _) => sql.kw("AUTO_INCREMENT"),
        (Counting::No, Some(default)) => write_default(sql.kw("DEFAULT"), default, ty, target),
        (Counting::No, None) => sql,
    };
    let told = |sql: Sql| sql.maybe(comment.as_ref(), |sql, comment| sql.kw("COMMENT").text(comment));
    Ok(match form {
        Form::New => value(told(nullness(sql))),
        Form::Changed => told(value(nullness(sql))),
    })
}

fn write_generated(sql: Sql, generated: &Generated, table: &Table) -> Sql {
    let Generated { sql: expression, storage } = generated;
    let sql = sql.kw("GENERATED ALWAYS AS").kw("(").glue("").raw(&named(expression, table)).close(")");
    sql.kw(match storage {
        GeneratedStorage::Stored => "STORED",
        GeneratedStorage::Virtual => "VIRTUAL",
    })
}

/// Returns an expression with the columns of its table in backticks where they stand in double quotes, which are a text
/// to a session without `ANSI_QUOTES`.
pub(super) fn named(sql: &RawSql, table: &Table) -> RawSql {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    RawSql::new(text::in_backticks(sql.as_str(), &names))
}

/// Refuses an identity column that AUTO_INCREMENT is not.
fn check_identity(
    column: &Column,
    identity: Option<&Identity>,
    counting: Counting,
    target: Target<'_>,
) -> Result<(), Diagnostic> {
    let Some(identity) = identity else { return Ok(()) };
    // AUTO_INCREMENT takes a value that is given, so ALWAYS is as much of it as SQLAlchemy has here.
    let Identity { always: _, start, increment, min, max, cache, cycle } = identity;
    let name = &column.name;
    if counting == Counting::No {
        return Err(unsupported(format!(
            "{} counts up only a column that is a key of its own, and identity column `{name}` is none",
            target.title()
        )));
    }
    let plain = start.is_none_or(|start| start == 1) && increment.is_none_or(|increment| increment == 1);
    match plain && min.is_none() && max.is_none() && cache.is_none() && !cycle {
        true => Ok(()),
        false => {
            let message =
                format!("{} counts up by 1 from 1, not as identity column `{name}` asks", target.title());
            Err(unsupported(message)
                .hint("say where it starts with `mysql = { auto_increment = … }` on the table"))
        }
    }
}

/// Writes a default, in parentheses where it is an expression.
pub(super) fn write_default(sql: Sql, default: &Value, ty: &ColumnType, target: Target<'_>) -> Sql {
    let bare = match default {
        Value::Literal(Literal::Null) => true,
        // MySQL takes only an expression as the default of these
        // (dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html).
        Value::Literal(_) => target.is_mariadb() || !is_large(ty, target),
        Value::Sql(raw) => !default_is_expression(raw.as_str()),
    };
    match bare || !target.has(Feature::DefaultExpressions) {
        true => sql.value(default),
        false => sql.kw("(").glue("").value(default).close(")"),
    }
}

/// Says whether a default is put in parentheses, as SQLAlchemy has it: unless it is one word, a text, in parentheses
/// already, or the current time, with precision or `ON UPDATE`. Unlike there, a text or parenthesis that only begins it is not
/// enough: the server takes no `(1 + 2) * 3`.
pub(super) fn default_is_expression(sql: &str) -> bool {
    let text = sql.trim_start();
    let lower = text.to_ascii_lowercase();
    let timed = ["now(", "current_timestamp("].iter().any(|name| {
        lower.strip_prefix(name).is_some_and(|rest| {
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            digits.len() < rest.len() && digits.starts_with(')')
        })
    });
    !text::is_one(text.trim_end())
        && !updates(&lower)
        && !timed
        && sql.contains(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Says whether a default in small letters goes on with `ON UPDATE`.
pub(super) fn updates(lower: &str) -> bool {
    let mut words = lower.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if word == "on" && words.peek().is_some_and(|next| next.starts_with("update")) {
            return true;
        }
    }
    false
}

fn is_timestamp(ty: &ColumnType, target: Target<'_>) -> bool {
    first_word(ty, target).is_some_and(|word| word == "timestamp")
}

/// Says whether values of a type are kept beside the row.
pub(super) fn is_large(ty: &ColumnType, target: Target<'_>) -> bool {
    let word = first_word(ty, target);
    word.is_some_and(|word| word.ends_with("text") || word.ends_with("blob") || word == "json")
}

fn first_word(ty: &ColumnType, target: Target<'_>) -> Option<String> {
    let text = types::write(target.sql(), ty, target).ok()?.finish().to_ascii_lowercase();
    text.split(|c: char| !c.is_ascii_alphanumeric()).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_in_parentheses_as_sqlalchemy_has_them() {
        for bare in [
            "CURRENT_TIMESTAMP",
            "NULL",
            "5",
            "'a b'",
            " (1 + 1)",
            "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            "now(6)",
            "CURRENT_TIMESTAMP(3)",
        ] {
            assert!(!default_is_expression(bare), "{bare}");
        }
        for expression in ["now()", "concat('a', 1)", "-5", "1.5", "uuid()", "x'00'"] {
            assert!(default_is_expression(expression), "{expression}");
        }
        for begun in ["(1 + 2) * 3", "('a)') || (1)", "'a' || 'b'"] {
            assert!(default_is_expression(begun), "{begun}");
        }
    }
}
