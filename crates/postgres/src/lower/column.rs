//! A column as it stands in `CREATE TABLE` and `ADD COLUMN`, in SQLAlchemy's order.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{ServerInfo, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Column, Constraint, GeneratedStorage, Identity, Table};
use limbeck_core::sql::Sql;

use super::options::{COLUMN, Own};
use super::{refuse, sql, types, unsupported};
use crate::dialect::NAME;
use crate::server::VIRTUAL;

/// Says whether PostgreSQL counts a column of a table up by a sequence of its own: one that says so, or, if it says
/// nothing, an integer that alone is the primary key, points nowhere and gets its value from nowhere else. So does
/// SQLAlchemy with `autoincrement="auto"`.
pub(crate) fn counts_up(table: &Table, column: &Column) -> bool {
    if !may_count(column) {
        return false;
    }
    // That it is an integer here alone does not count, as in SQLAlchemy.
    let everywhere = || serial(column.ty.base()).is_some();
    let alone = || table.primary_key().is_some_and(|key| key.columns == [column.name.clone()]);
    let points = || table.foreign_keys().any(|key| key.columns.contains(&column.name));
    column.autoincrement.unwrap_or_else(|| alone() && everywhere() && !points())
}

/// Says whether a column holds whole numbers and gets them from nowhere else.
pub(crate) fn may_count(column: &Column) -> bool {
    let has_own = column.identity.is_some() || column.default.is_some() || column.generated.is_some();
    !has_own && serial(column.ty.on(NAME)).is_some()
}

fn serial(ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::Smallint => Some("SMALLSERIAL"),
        ColumnType::Integer => Some("SERIAL"),
        ColumnType::Bigint => Some("BIGSERIAL"),
        _ => None,
    }
}

/// Returns the sequence that PostgreSQL makes for a serial column, if its name is not taken.
pub(super) fn default_of_serial(table: &TableName, column: &Ident) -> TableName {
    table.sibling(super::given_name(&table.name, &[column], "seq"))
}

/// Writes a column of a table.
///
/// # Errors
/// What the version at hand has not.
pub(super) fn write(
    sql: Sql,
    column: &Column,
    table: &Table,
    server: &ServerInfo,
) -> Result<Sql, Diagnostic> {
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        // A statement of its own.
        comment: _,
        generated,
        identity,
        autoincrement,
        options,
    } = column;
    check_counting(&table.name, column, *autoincrement)?;
    check_typed(name, ty)?;
    let own = Own::read(options, &COLUMN, format!("column `{name}`"))?;
    if counts_up(table, column) {
        if collation.is_some() {
            return Err(unsupported(format!(
                "PostgreSQL has no collation for whole numbers, as of `{name}`"
            )));
        }
        let keyword = serial(ty.on(NAME)).expect("only whole numbers count up");
        return Ok(sql.ident(name).kw(keyword).kw("NOT NULL"));
    }
    let sql = types::write(sql.ident(name), ty);
    let sql =
        sql.maybe(own.ident("compression")?.as_ref(), |sql, method| sql.kw("COMPRESSION").ident(method));
    let sql = sql.maybe(collation.as_ref(), |sql, collation| sql.kw("COLLATE").ident(collation));
    let sql = sql.maybe(default.as_ref(), |sql, default| sql.kw("DEFAULT").value(default));
    let sql = match generated {
        None => sql,
        Some(generated) => {
            let stored = generated.storage == GeneratedStorage::Stored;
            if !stored {
                refuse::needs(server, VIRTUAL, || format!("virtual generated columns, such as `{name}`"))?;
            }
            let sql = sql.kw("GENERATED ALWAYS AS").kw("(").glue("").raw(&generated.sql).close(")");
            sql.kw(if stored { "STORED" } else { "VIRTUAL" })
        }
    };
    let sql = sql.maybe(identity.as_ref(), write_identity);
    // An identity column allows no NULL by itself.
    Ok(sql.when(!nullable && identity.is_none(), |sql| sql.kw("NOT NULL")))
}

/// Refuses a column without a type, which only SQLite has.
///
/// # Errors
/// It is one.
pub(super) fn check_typed(name: &Ident, ty: &ColumnType) -> Result<(), Diagnostic> {
    match ty.on(NAME) {
        ColumnType::Native(raw) if raw.as_str().is_empty() => {
            Err(unsupported(format!("PostgreSQL has no columns without a type, such as `{name}`")))
        }
        _ => Ok(()),
    }
}

/// Refuses a column that is to count up and cannot.
///
/// # Errors
/// It holds no whole numbers.
pub(super) fn check_counting(
    table: &TableName,
    column: &Column,
    autoincrement: Option<bool>,
) -> Result<(), Diagnostic> {
    match autoincrement == Some(true) && serial(column.ty.on(NAME)).is_none() {
        true => {
            let column = table.print_with_column(&column.name);
            Err(unsupported(format!("`{column}` cannot count up: PostgreSQL counts whole numbers only")))
        }
        false => Ok(()),
    }
}

/// Writes `GENERATED … AS IDENTITY`, with its options.
pub(super) fn write_identity(sql: Sql, identity: &Identity) -> Sql {
    let Identity { always, .. } = identity;
    let sql = sql.kw("GENERATED").kw(if *always { "ALWAYS" } else { "BY DEFAULT" }).kw("AS IDENTITY");
    let options = identity_options(identity);
    sql.when(!options.is_empty(), |sql| {
        let sql = sql.kw("(").glue("");
        options.iter().fold(sql, |sql, one| sql.sql(one)).close(")")
    })
}

/// Returns the options of an identity column, in SQLAlchemy's order.
pub(super) fn identity_options(identity: &Identity) -> Vec<Sql> {
    let Identity { always: _, start, increment, min, max, cache, cycle } = identity;
    let numbers = [
        ("INCREMENT BY", increment),
        ("START WITH", start),
        ("MINVALUE", min),
        ("MAXVALUE", max),
        ("CACHE", cache),
    ];
    let numbers = numbers.into_iter().filter_map(|(words, number)| Some(sql().kw(words).number((*number)?)));
    numbers.chain(cycle.then(|| sql().kw("CYCLE"))).collect()
}

/// Returns the statements that a new column needs besides: its comment and how it is stored.
pub(super) fn afterwards(table: &TableName, column: &Column) -> Result<Vec<Statement>, Diagnostic> {
    let own = Own::read(&column.options, &COLUMN, format!("column `{}`", column.name))?;
    let mut statements = Vec::new();
    if let Some(storage) = own.raw("storage")? {
        let sql = sql().kw("ALTER TABLE").table(table).kw("ALTER COLUMN").ident(&column.name);
        let sql = sql.kw("SET STORAGE").raw(&storage).finish();
        statements.push(Statement::new(
            sql,
            format!("say how `{}` is stored", table.print_with_column(&column.name)),
        ));
    }
    if column.comment.is_some() {
        statements.push(comment(table, &column.name, column.comment.as_deref()));
    }
    Ok(statements)
}

/// Returns the statement that sets or drops the comment of a column.
pub(super) fn comment(table: &TableName, column: &Ident, comment: Option<&str>) -> Statement {
    let mut sql = sql().kw("COMMENT ON COLUMN").table(table).glue(".").ident(column).kw("IS");
    sql = match comment {
        Some(comment) => sql.text(comment),
        None => sql.kw("NULL"),
    };
    Statement::new(sql.finish(), format!("comment on column `{}`", table.print_with_column(column)))
}

/// Returns the constraints that stand in a `CREATE TABLE` as they are; the others come after it.
pub(super) fn is_checked_later(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::ForeignKey(key) => key.not_valid,
        Constraint::Check(check) => check.not_valid,
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclude(_) => false,
    }
}
