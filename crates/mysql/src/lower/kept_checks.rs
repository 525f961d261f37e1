//! Checks that stay while a column goes, of which MariaDB has ideas of its own (seen on 10.11).
//!
//! Those that name no column, such as `1 > 0`, it takes away without a word with any column that goes: all the columns that such a
//! one names are gone, to its mind.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Check, Column, Constraint, Table};
use limbeck_core::sql::Sql;

use super::{Target, constraint};

/// What keeps such checks.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) clauses: Vec<Sql>,
    /// The checks that the statement must not touch otherwise.
    pub(super) names: Vec<Ident>,
}

/// Returns the clauses that keep such checks, beside the `DROP COLUMN` that would take them away. `start` is the table as the
/// statement finds it, `after` as it is without the column.
///
/// # Errors
/// As [`constraint::write`].
pub(super) fn keep(start: &Table, after: &Table, target: Target<'_>) -> Result<Kept, Diagnostic> {
    let mut kept = Kept::default();
    for constraint in after.constraints.iter().filter(|one| start.constraints.contains(one)) {
        let Constraint::Check(check) = constraint else { continue };
        if !target.is_mariadb() || names_a_column(check, start) {
            continue;
        }
        // Only the server knows the name of one without, and it is gone by then.
        if let Some(name) = &check.name {
            kept.clauses.push(target.sql().kw("DROP CONSTRAINT").ident(name));
            kept.names.push(name.clone());
        }
        kept.clauses.push(constraint::write(target.sql().kw("ADD"), constraint, after, target)?);
    }
    Ok(kept)
}

/// Says whether an action drops a column from which another that stays was computed when the statement began. The server looks
/// there for the columns of each check, and does not find it; in a statement of its own it goes.
pub(super) fn was_computed_from(action: &Action, start: &Table, after: &Table, target: Target<'_>) -> bool {
    let Action::DropColumn(drop) = action else { return false };
    let has_checks = after.constraints.iter().any(|one| matches!(one, Constraint::Check(_)));
    let mut staying = start.columns.iter().filter(|column| after.column(&column.name).is_some());
    let names = |column: &Column| {
        column.generated.as_ref().is_some_and(|generated| mentions(generated.sql.as_str(), &drop.column))
    };
    target.is_mariadb() && has_checks && staying.any(names)
}

fn names_a_column(check: &Check, table: &Table) -> bool {
    table.columns.iter().any(|column| mentions(check.sql.as_str(), &column.name))
}
