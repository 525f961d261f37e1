//! All that a group comes to as one `ALTER TABLE`, whatever the order of its actions: what a table that is made anew is
//! made by, so that it is all there or none of it.
//!
//! The server reads the clauses of one statement as the table that they lead to: what is dropped means the old names,
//! and what is added, or stands behind AFTER, the new ones (`mysql_prepare_alter_table` in MariaDB's `sql_table.cc`).

use limbeck_core::action::{Action, SetOptions};
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::Ident;
use limbeck_core::op::AlterTable;
use limbeck_core::rebuild::{Origin, Source, origins, under_old_names};
use limbeck_core::schema::{Column, Table};
use limbeck_core::sql::Sql;

use super::clauses::drop_clause;
use super::column::{self, Form};
use super::counting::counts_up;
use super::{Target, checks, constraint, index, kept_checks, options, unsupported};

/// What one statement is made of, and what the rows are asked first.
pub(super) struct Whole {
    pub(super) checks: Vec<Statement>,
    pub(super) clauses: Vec<Sql>,
}

/// Returns the clauses that lead a table to what the whole group makes of it, `after`.
///
/// # Errors
/// What the server has not, and constraints whose names only the database knows.
pub(super) fn whole(op: &AlterTable, after: &Table, target: Target<'_>) -> Result<Whole, Diagnostic> {
    let start = target.schema.table(&op.table)?;
    let columns = origins(op, start);
    let copied = under_old_names(after, &columns, target.schema)?;
    let mut whole = Whole { checks: Vec::new(), clauses: Vec::new() };
    for gone in start.constraints.iter().filter(|one| !copied.constraints.contains(one)) {
        whole.clauses.push(drop_clause(gone, start, target)?);
    }
    for gone in start.indexes.iter().filter(|one| !copied.indexes.contains(one)) {
        whole.clauses.push(index::drop_clause(&gone.name, target));
    }
    let kept = |old: &Ident| columns.iter().any(|one| one.source == Source::Old && one.copied == *old);
    for gone in start.columns.iter().filter(|column| !kept(&column.name)) {
        whole.clauses.push(target.sql().kw("DROP COLUMN").ident(&gone.name));
    }
    if !start.columns.iter().all(|column| kept(&column.name)) {
        whole.clauses.extend(kept_checks::keep(start, &copied, target)?);
    }
    let mut ahead = None;
    for (new, between) in after.columns.iter().zip(&copied.columns) {
        let origin = columns.iter().find(|origin| origin.copied == between.name);
        match origin.and_then(|origin| old_column(origin, start)) {
            Some(old) => whole.change(old, new, after, target)?,
            None => whole.add(new, ahead, after, target)?,
        }
        ahead = Some(&new.name);
    }
    for (new, between) in after.constraints.iter().zip(&copied.constraints) {
        if !start.constraints.contains(between) {
            whole.clauses.push(constraint::write(target.sql().kw("ADD"), new, after, target)?);
        }
    }
    for (new, between) in after.indexes.iter().zip(&copied.indexes) {
        if !start.indexes.contains(between) {
            whole.clauses.extend(index::add_clause(new, target)?);
        }
    }
    if start.comment != after.comment {
        let text = after.comment.as_deref().unwrap_or_default();
        whole.clauses.push(target.sql().kw("COMMENT").text(text));
    }
    for action in &op.actions {
        if let Action::SetOptions(SetOptions { options }) = action {
            let owner = format!("table `{}`", start.name);
            whole.clauses.extend(options::clauses(options, &owner, target)?);
        }
    }
    Ok(whole)
}

/// Returns the columns of a table that foreign keys hold: its own, and those that point at it.
pub(super) fn held_by_keys<'t>(table: &'t Table, target: Target<'t>) -> Vec<&'t Ident> {
    let own = table.foreign_keys().flat_map(|key| &key.columns);
    let others = target.schema.tables.values().flat_map(Table::foreign_keys);
    let others = others.filter(|key| key.references == table.name).flat_map(|key| {
        let implied = table.primary_key().map(|key| key.columns.as_slice()).unwrap_or_default();
        if key.referred_columns.is_empty() { implied } else { &key.referred_columns }
    });
    own.chain(others).collect()
}

/// Refuses to rename a column that a foreign key holds, which the server does not do while it copies
/// (`fk_check_copy_alter_table` in MariaDB's `sql_table.cc`).
///
/// # Errors
/// There is one.
pub(super) fn check_renames(op: &AlterTable, target: Target<'_>) -> Result<(), Diagnostic> {
    let start = target.schema.table(&op.table)?;
    let held = held_by_keys(start, target);
    let renamed = origins(op, start).into_iter().find(|origin| {
        origin.source == Source::Old && origin.name != origin.copied && held.contains(&&origin.copied)
    });
    let Some(renamed) = renamed else { return Ok(()) };
    let message = format!(
        "{} does not rename a column that a foreign key holds, such as `{}`, while it makes a table anew",
        target.title(),
        start.name.print_with_column(&renamed.copied)
    );
    Err(unsupported(message).hint("rename the column in an `alter_table` of its own"))
}

fn old_column<'s>(origin: &Origin, start: &'s Table) -> Option<&'s Column> {
    start.column(&origin.copied).filter(|_| origin.source == Source::Old)
}

impl Whole {
    fn change(
        &mut self,
        old: &Column,
        new: &Column,
        after: &Table,
        target: Target<'_>,
    ) -> Result<(), Diagnostic> {
        let start = target.schema.table(&after.name)?;
        let counts = counts_up(new, after) && !counts_up(old, start);
        if old == new && counts_up(new, after) == counts_up(old, start) {
            return Ok(());
        }
        if old.nullable && !new.nullable {
            self.checks.push(checks::no_nulls(&start.name, &old.name, target));
        }
        if counts {
            self.checks.push(checks::no_zero(&start.name, &old.name, target));
        }
        let change = target.sql().kw("CHANGE").ident(&old.name);
        self.clauses.push(column::write(change, new, after, Form::Changed, target)?);
        Ok(())
    }

    /// Adds a column behind another one of the new table; first, if there is none ahead.
    fn add(
        &mut self,
        new: &Column,
        ahead: Option<&Ident>,
        after: &Table,
        target: Target<'_>,
    ) -> Result<(), Diagnostic> {
        let has_value =
            new.nullable || new.default.is_some() || new.generated.is_some() || counts_up(new, after);
        if !has_value {
            self.checks.push(checks::no_rows(&after.name, &new.name, target));
        }
        let sql = column::write(target.sql().kw("ADD COLUMN"), new, after, Form::New, target)?;
        self.clauses.push(match ahead {
            Some(ahead) => sql.kw("AFTER").ident(ahead),
            None => sql.kw("FIRST"),
        });
        Ok(())
    }
}
