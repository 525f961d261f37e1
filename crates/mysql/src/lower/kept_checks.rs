//! Checks that stay while a column goes, of which MariaDB has ideas of its own (seen on 10.11).
//!
//! Those that name no column, such as `1 > 0`, it takes away without a word with any column that goes: all the columns that such a
//! one names are gone, to its mind. And it looks for what a virtual column was computed from, not for what it is computed from now.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Check, Column, Constraint, Table};
use limbeck_core::sql::Sql;

use super::{Target, constraint};

/// Returns the clauses that keep such checks, beside the `DROP COLUMN` that would take them away or fail by them. `start` is the
/// table as the statement finds it, `after` as it is without the columns.
///
/// # Errors
/// As [`constraint::write`].
pub(super) fn keep(start: &Table, after: &Table, target: Target<'_>) -> Result<Vec<Sql>, Diagnostic> {
    let mut kept = Vec::new();
    for constraint in after.constraints.iter().filter(|one| start.constraints.contains(one)) {
        let Constraint::Check(check) = constraint else { continue };
        let goes = !names_a_column(check, start);
        if !target.is_mariadb()
            || !goes && (check.name.is_none() || !stands_on_what_goes(check, start, after))
        {
            continue;
        }
        // Only the server knows the name of one without, and it is gone by then.
        if let Some(name) = &check.name {
            kept.push(target.sql().kw("DROP CONSTRAINT").ident(name));
        }
        kept.push(constraint::write(target.sql().kw("ADD"), constraint, after, target)?);
    }
    Ok(kept)
}

/// Says whether a column has to go in a statement of its own: a check without a name stands on what goes with it.
pub(super) fn goes_alone(start: &Table, after: &Table, target: Target<'_>) -> bool {
    let stands = |one: &Constraint| match one {
        Constraint::Check(check) => check.name.is_none() && stands_on_what_goes(check, start, after),
        _ => false,
    };
    target.is_mariadb() && after.constraints.iter().any(stands)
}

/// Says whether a check names a virtual column that stays, and was computed from one that goes when the statement began: the
/// server looks there for the columns of the check, and does not find it.
fn stands_on_what_goes(check: &Check, start: &Table, after: &Table) -> bool {
    let is_gone = |column: &&Column| after.column(&column.name).is_none();
    let gone: Vec<&Column> = start.columns.iter().filter(is_gone).collect();
    start.columns.iter().filter(|column| !is_gone(column)).any(|column| {
        let Some(generated) = &column.generated else { return false };
        let from = |gone: &&Column| mentions(generated.sql.as_str(), &gone.name);
        mentions(check.sql.as_str(), &column.name) && gone.iter().any(from)
    })
}

fn names_a_column(check: &Check, table: &Table) -> bool {
    table.columns.iter().any(|column| mentions(check.sql.as_str(), &column.name))
}
