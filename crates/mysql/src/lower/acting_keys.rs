//! Foreign keys that change their own column, beside what the server then forbids to name it: checks and stored generated
//! columns (dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html and `create-table-foreign-keys.html`; MariaDB's
//! error 1901, seen on 10.11).
//!
//! MariaDB looks through virtual columns to those that they are made of; what MySQL does there is not known here, and left to it.
//! MySQL counts `ON DELETE CASCADE` too where a stored column is made of the column.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{ForeignKey, ReferentialAction, Table};

use super::named_in::{check_over, made_of, stored_over};
use super::{Target, unsupported};

/// Refuses a table in which a column may be changed by its foreign key and stands in a check or a stored generated column.
/// What stood so `before` the server has taken.
///
/// # Errors
/// The first such column.
pub(super) fn check(before: Option<&Table>, after: &Table, target: Target<'_>) -> Result<(), Diagnostic> {
    if before.is_some_and(|before| clash(before, target).is_some()) {
        return Ok(());
    }
    let Some(Clash { key, column, through, what }) = clash(after, target) else { return Ok(()) };
    let shown = |name| after.name.print_with_column(name);
    let acts = if changes_own(key) {
        "which its foreign key may change"
    } else {
        "whose rows its foreign key deletes"
    };
    let named = match through == column {
        true => format!("`{}`", shown(column)),
        false => format!("`{}`, made of `{column}`", shown(through)),
    };
    let message = format!("{} takes no {what} that names {named}, {acts}", target.title());
    Err(unsupported(message).hint("let the foreign key restrict, or leave the rule to a trigger"))
}

/// A column on which a foreign key acts, and what forbids it to.
struct Clash<'t> {
    key: &'t ForeignKey,
    column: &'t Ident,
    /// The column that is named: itself, or a virtual one that is made of it.
    through: &'t Ident,
    what: String,
}

fn clash<'t>(table: &'t Table, target: Target<'_>) -> Option<Clash<'t>> {
    table.foreign_keys().find_map(|key| {
        key.columns.iter().find_map(|column| {
            made_of(column, table, target).into_iter().find_map(|through| {
                let what = match changes_own(key) {
                    true => check_over(through, table, target).or_else(|| stored_over(through, table)),
                    false if deletes_own(key) && !target.is_mariadb() => stored_over(through, table),
                    false => None,
                }?;
                Some(Clash { key, column, through, what })
            })
        })
    })
}

/// A deleted row takes its own with it by `ON DELETE CASCADE`, which changes none.
fn changes_own(key: &ForeignKey) -> bool {
    use ReferentialAction::{Cascade, SetDefault, SetNull};
    matches!(key.on_update, Some(Cascade | SetNull | SetDefault))
        || matches!(key.on_delete, Some(SetNull | SetDefault))
}

fn deletes_own(key: &ForeignKey) -> bool {
    key.on_delete == Some(ReferentialAction::Cascade)
}
