//! Checks that MariaDB takes away without a word with any column that goes: those that name no column, such as `1 > 0`. All the
//! columns that such a one names are gone, to its mind (seen on 10.11).

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Check, Constraint, Table};
use limbeck_core::sql::Sql;

use super::{Target, constraint};

/// Returns the clauses that keep such checks, beside the `DROP COLUMN` that would take them away. `start` is the table as the
/// statement finds it, `after` as it is without the column.
///
/// # Errors
/// As [`constraint::write`].
pub(super) fn keep(start: &Table, after: &Table, target: Target<'_>) -> Result<Vec<Sql>, Diagnostic> {
    let mut clauses = Vec::new();
    for constraint in after.constraints.iter().filter(|one| start.constraints.contains(one)) {
        let Constraint::Check(check) = constraint else { continue };
        if !target.is_mariadb() || names_a_column(check, start) {
            continue;
        }
        // Only the server knows the name of one without, and it is gone by then.
        if let Some(name) = &check.name {
            clauses.push(target.sql().kw("DROP CONSTRAINT").ident(name));
        }
        clauses.push(constraint::write(target.sql().kw("ADD"), constraint, after, target)?);
    }
    Ok(clauses)
}

fn names_a_column(check: &Check, table: &Table) -> bool {
    table.columns.iter().any(|column| mentions(check.sql.as_str(), &column.name))
}
