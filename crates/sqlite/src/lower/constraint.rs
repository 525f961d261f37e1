//! The constraints of a table, as SQLAlchemy lays them out.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Constraint, Exclude, ForeignKey, Match, PrimaryKey, ReferentialAction, Unique,
};
use limbeck_core::sql::Sql;

use super::{named, unsupported};

/// Writes a constraint of a table.
///
/// # Errors
/// What SQLite has not.
pub(crate) fn write(sql: Sql, constraint: &Constraint) -> Result<Sql, Diagnostic> {
    let sql = name(sql, constraint.name());
    match constraint {
        Constraint::PrimaryKey(PrimaryKey { name: _, columns }) => Ok(sql.kw("PRIMARY KEY").idents(columns)),
        Constraint::Unique(unique) => {
            check_unique(unique)?;
            Ok(sql.kw("UNIQUE").idents(&unique.columns))
        }
        Constraint::ForeignKey(key) => references(sql.kw("FOREIGN KEY").glue("").idents(&key.columns), key),
        Constraint::Check(check) => write_check(sql, check),
        Constraint::Exclude(Exclude { .. }) => {
            Err(unsupported(format!("SQLite has no exclusion constraints{}", such_as(constraint.name()))))
        }
    }
}

/// Writes a constraint behind the column that it is about.
///
/// # Errors
/// What SQLite has not.
pub(super) fn write_on_column(sql: Sql, constraint: &Constraint) -> Result<Sql, Diagnostic> {
    match constraint {
        Constraint::ForeignKey(key) => references(name(sql, key.name.as_ref()), key),
        other => write(sql, other),
    }
}

fn name(sql: Sql, name: Option<&Ident>) -> Sql {
    sql.maybe(name, |sql, name| sql.kw("CONSTRAINT").ident(name))
}

fn such_as(name: Option<&Ident>) -> String {
    name.map(|name| format!(", such as `{name}`")).unwrap_or_default()
}

fn check_unique(unique: &Unique) -> Result<(), Diagnostic> {
    let Unique { name, columns: _, nulls_not_distinct, deferrable } = unique;
    if *nulls_not_distinct {
        return Err(unsupported(format!("SQLite has no NULLS NOT DISTINCT{}", such_as(name.as_ref()))));
    }
    match deferrable {
        Some(_) => {
            let what = "SQLite has no unique constraints that say when they are checked";
            Err(unsupported(format!("{what}{}", such_as(name.as_ref()))))
        }
        None => Ok(()),
    }
}

fn write_check(sql: Sql, check: &Check) -> Result<Sql, Diagnostic> {
    let Check { name, sql: condition, not_valid } = check;
    match not_valid {
        true => Err(not_valid_refused(name.as_ref())),
        false => Ok(sql.kw("CHECK").kw("(").glue("").raw(condition).close(")")),
    }
}

fn not_valid_refused(name: Option<&Ident>) -> Diagnostic {
    unsupported(format!("SQLite has no NOT VALID constraints{}", such_as(name)))
}

fn references(sql: Sql, key: &ForeignKey) -> Result<Sql, Diagnostic> {
    let ForeignKey {
        name,
        columns: _,
        references,
        referred_columns,
        on_delete,
        on_update,
        match_type,
        deferrable,
        not_valid,
    } = key;
    if *not_valid {
        return Err(not_valid_refused(name.as_ref()));
    }
    // SQLite reads MATCH and takes every kind as SIMPLE (sqlite.org/foreignkeys.html#fk_unsupported).
    if let Some(kind @ (Match::Full | Match::Partial)) = match_type {
        return Err(unsupported(format!("SQLite has no MATCH {}{}", kind.keyword(), such_as(name.as_ref()))));
    }
    let sql = sql.kw("REFERENCES").table(named(references)?);
    let sql = sql.when(!referred_columns.is_empty(), |sql| sql.idents(referred_columns));
    let sql = sql.maybe(*match_type, |sql, kind| sql.kw("MATCH").kw(kind.keyword()));
    let action = |sql: Sql, on, action: &Option<ReferentialAction>| {
        sql.maybe(*action, |sql, action| sql.kw(on).kw(action.keywords()))
    };
    let sql = action(action(sql, "ON DELETE", on_delete), "ON UPDATE", on_update);
    Ok(sql.maybe(*deferrable, |sql, when| sql.kw(when.keywords())))
}
