//! The constraints of a table, as SQLAlchemy lays them out.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Constraint, Exclude, ForeignKey, PrimaryKey, ReferentialAction, Table, Unique,
};
use limbeck_core::sql::Sql;

use super::{Target, column, such_as, unsupported};
use crate::server::Feature;

/// Writes a constraint of a table. `table` is the table that it belongs to.
///
/// # Errors
/// What the server has not.
pub(super) fn write(
    sql: Sql,
    constraint: &Constraint,
    table: &Table,
    target: Target<'_>,
) -> Result<Sql, Diagnostic> {
    let sql = sql.maybe(constraint.name(), |sql, name| sql.kw("CONSTRAINT").ident(name));
    match constraint {
        Constraint::PrimaryKey(PrimaryKey { name: _, columns }) => Ok(sql.kw("PRIMARY KEY").idents(columns)),
        Constraint::Unique(unique) => {
            check_unique(unique, target)?;
            Ok(sql.kw("UNIQUE").idents(&unique.columns))
        }
        Constraint::ForeignKey(key) => references(sql, key, table, target),
        Constraint::Check(check) => write_check(sql, check, table, target),
        Constraint::Exclude(Exclude { .. }) => {
            let title = target.title();
            Err(unsupported(format!("{title} has no exclusion constraints{}", such_as(constraint.name()))))
        }
    }
}

fn check_unique(unique: &Unique, target: Target<'_>) -> Result<(), Diagnostic> {
    let Unique { name, columns: _, nulls_not_distinct, deferrable } = unique;
    let title = target.title();
    if *nulls_not_distinct {
        return Err(unsupported(format!("{title} has no NULLS NOT DISTINCT{}", such_as(name.as_ref()))));
    }
    match deferrable {
        Some(_) => Err(unsupported(format!(
            "{title} has no unique constraints that say when they are checked{}",
            such_as(name.as_ref())
        ))),
        None => Ok(()),
    }
}

fn write_check(sql: Sql, check: &Check, table: &Table, target: Target<'_>) -> Result<Sql, Diagnostic> {
    let Check { name, sql: condition, not_valid } = check;
    if *not_valid {
        return Err(not_valid_refused(name.as_ref(), target));
    }
    if !target.has(Feature::Checks) {
        return Err(unsupported(format!(
            "{} {} reads checks and does not keep them{}",
            target.title(),
            target.server.version,
            such_as(name.as_ref())
        )));
    }
    Ok(sql.kw("CHECK").kw("(").glue("").raw(&column::named(condition, table)).close(")"))
}

fn not_valid_refused(name: Option<&Ident>, target: Target<'_>) -> Diagnostic {
    unsupported(format!("{} has no NOT VALID constraints{}", target.title(), such_as(name)))
}

fn references(sql: Sql, key: &ForeignKey, table: &Table, target: Target<'_>) -> Result<Sql, Diagnostic> {
    let ForeignKey {
        name,
        columns,
        references,
        referred_columns,
        on_delete,
        on_update,
        match_type,
        deferrable,
        not_valid,
    } = key;
    let title = target.title();
    if *not_valid {
        return Err(not_valid_refused(name.as_ref(), target));
    }
    // It is read, and then ON DELETE and ON UPDATE are not
    // (dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html).
    if match_type.is_some() {
        return Err(unsupported(format!("{title} has no MATCH{}", such_as(name.as_ref()))));
    }
    if deferrable.is_some() {
        return Err(unsupported(format!(
            "{title} has no foreign keys that say when they are checked{}",
            such_as(name.as_ref())
        )));
    }
    if [on_delete, on_update].contains(&&Some(ReferentialAction::SetDefault)) {
        return Err(unsupported(format!(
            "{title} has no SET DEFAULT for foreign keys{}",
            such_as(name.as_ref())
        )));
    }
    let sql = sql.kw("FOREIGN KEY").glue("").idents(columns).kw("REFERENCES").table(references);
    let sql = match referred_columns.is_empty() {
        false => sql.idents(referred_columns),
        true => sql.idents(implied_columns(key, table, target)?),
    };
    let action = |sql: Sql, on, action: &Option<ReferentialAction>| {
        sql.maybe(*action, |sql, action| sql.kw(on).kw(action.keywords()))
    };
    Ok(action(action(sql, "ON DELETE", on_delete), "ON UPDATE", on_update))
}

/// Returns the primary key of the table that is pointed at, which these servers want to be told.
fn implied_columns<'c>(
    key: &ForeignKey,
    table: &'c Table,
    target: Target<'c>,
) -> Result<&'c [Ident], Diagnostic> {
    let referred =
        if key.references == table.name { Some(table) } else { target.schema.tables.get(&key.references) };
    match referred.and_then(Table::primary_key) {
        Some(primary) => Ok(&primary.columns),
        None => {
            let message = format!(
                "{} must be told which columns of `{}` a foreign key points at",
                target.title(),
                key.references
            );
            Err(Diagnostic::new(Code::Unsupported, message).hint("name them with `referred_columns = […]`"))
        }
    }
}
