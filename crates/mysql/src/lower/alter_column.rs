//! `alter_column`: `MODIFY` with all that the column is, or the default alone.

use limbeck_core::action::{AlterColumn, Edit};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::literal::Value;
use limbeck_core::schema::{Column, GeneratedStorage, Table};
use limbeck_core::sql::Sql;

use super::clauses::Made;
use super::column::{self, Form};
use super::counting::counts_up;
use super::{Target, checks, options, unsupported};
use crate::server::Feature;
use crate::survey;

/// Returns the clauses that change a column.
///
/// # Errors
/// What the server has not.
pub(super) fn alter_column(
    op: &AlterColumn,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let AlterColumn {
        column: name,
        ty,
        using,
        nullable,
        default,
        collation,
        comment,
        identity,
        autoincrement,
        generated,
        options,
    } = op;
    let shown = before.name.print_with_column(name);
    options::no_options(options, &format!("column `{shown}`"), target)?;
    if using.is_some() {
        let message =
            format!("{} changes a type by its own rules, not `using` an expression", target.title());
        return Err(unsupported(message)
            .hint("add a column, fill it with `execute`, drop the old one, and rename the new one"));
    }
    let old = &before.columns[before.column_position(name)?];
    let new = &after.columns[after.column_position(name)?];
    check_storage(old, new, &shown, target)?;
    let builds = new.generated.is_some();
    // The key that comes or goes has already changed what that says.
    if autoincrement == &Edit::Drop && old == new && counts_up(old, before) == counts_up(new, after) {
        return Ok(Made::default());
    }
    let mut made = Made { touches: vec![name.clone()], builds, ..Made::default() };
    let alone = ty.is_none()
        && nullable.is_none()
        && !collation.is_change()
        && !comment.is_change()
        && !identity.is_change()
        && !autoincrement.is_change()
        && !generated.is_change()
        && counts_up(old, before) == counts_up(new, after);
    if let Some(clause) = only_default(default, old, new, target).filter(|_| alone) {
        made.clauses.push(clause);
        return Ok(made);
    }
    if let Some(check) = survey::inner_check(before, name) {
        let message = format!("changing column `{shown}` would lose {check}");
        return Err(Diagnostic::new(Code::WouldLose, message)
            .hint("drop it with `execute`, and add it to the table as a check of its own"));
    }
    if old.nullable && !new.nullable {
        made.checks.push(checks::no_nulls(&before.name, name, target));
    }
    if counts_up(new, after) && !counts_up(old, before) {
        made.checks.push(checks::no_zero(&before.name, name, target));
    }
    made.copies = ty.is_some() && old.ty != new.ty;
    let modify = target.sql().kw("MODIFY");
    made.clauses.push(column::write(modify, new, after, Form::Changed, target)?);
    Ok(made)
}

/// Writes the clause that changes the default and nothing else, where there is one for it.
fn only_default(default: &Edit<Value>, old: &Column, new: &Column, target: Target<'_>) -> Option<Sql> {
    // ON UPDATE stands with the default, but does not change with it.
    let updates = [&old.default, &new.default].into_iter().flatten().any(|default| match default {
        Value::Sql(raw) => column::updates(&raw.as_str().to_ascii_lowercase()),
        Value::Literal(_) => false,
    });
    let sql = target.sql().kw("ALTER COLUMN").ident(&new.name);
    match default {
        _ if updates => None,
        Edit::Keep => None,
        Edit::Set(Value::Sql(raw)) => {
            let expression = column::default_is_expression(raw.as_str()) || raw.as_str().starts_with('(');
            // The clause takes a number, and an expression in parentheses, but no bare word.
            let is_number = raw.as_str().bytes().all(|byte| byte.is_ascii_digit());
            let takes = is_number || expression && target.has(Feature::DefaultExpressions);
            takes.then(|| write_default(sql.kw("SET DEFAULT"), new, target))
        }
        Edit::Set(Value::Literal(_)) => Some(write_default(sql.kw("SET DEFAULT"), new, target)),
        // Without a default of any kind, even NULL would have to be given.
        Edit::Drop if new.nullable => Some(sql.kw("SET DEFAULT NULL")),
        Edit::Drop => Some(sql.kw("DROP DEFAULT")),
    }
}

fn write_default(sql: Sql, column: &Column, target: Target<'_>) -> Sql {
    let default = column.default.as_ref().expect("the default was just set");
    column::write_default(sql, default, &column.ty, target)
}

/// Refuses to make a computed column an ordinary one, or the other way round, where the server does
/// (dev.mysql.com/doc/refman/8.4/en/alter-table-generated-columns.html).
fn check_storage(old: &Column, new: &Column, shown: &str, target: Target<'_>) -> Result<(), Diagnostic> {
    let storage = |column: &Column| column.generated.as_ref().map(|generated| generated.storage);
    let is_virtual = |column: &Column| storage(column) == Some(GeneratedStorage::Virtual);
    match storage(old) != storage(new) && (is_virtual(old) || is_virtual(new)) {
        true => {
            let message = format!("{} cannot change whether `{shown}` is a virtual column", target.title());
            Err(unsupported(message).hint("drop the column and add it again"))
        }
        false => Ok(()),
    }
}
