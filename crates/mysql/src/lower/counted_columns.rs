//! Columns that count up, beside what the server then forbids to name them, as their values are not there yet: checks, defaults,
//! stored columns, and virtual ones that an index holds (MariaDB's error 1901, seen on 10.11). MySQL forbids checks, defaults and
//! all generated columns (its errors 3818, 3772 and 3109).

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::literal::Value;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, GeneratedStorage, Table};

use super::named_in::{check_over, made_of, makes, names, stored_over};
use super::{Target, counts_up, unsupported};

/// Refuses a table in which a column that counts up stands where the server does not let it. What stood so `before` the server
/// has taken.
///
/// # Errors
/// The first such column.
pub(super) fn check(before: Option<&Table>, after: &Table, target: Target<'_>) -> Result<(), Diagnostic> {
    if before.is_some_and(|before| clash(before, target).is_some()) {
        return Ok(());
    }
    let Some(Clash { column, through, what }) = clash(after, target) else { return Ok(()) };
    let shown = |name| after.name.print_with_column(name);
    let named = match through == column {
        true => format!("`{}`", shown(column)),
        false => format!("`{}`, made of `{column}`", shown(through)),
    };
    let message = format!("{} takes no {what} that names {named}, which counts up", target.title());
    Err(unsupported(message)
        .hint("say `autoincrement = false` of the column, or leave the rule to a trigger"))
}

/// A column that counts up, and what forbids it to.
struct Clash<'t> {
    column: &'t Ident,
    /// The column that is named: itself, or a virtual one that is made of it.
    through: &'t Ident,
    what: String,
}

fn clash<'t>(table: &'t Table, target: Target<'_>) -> Option<Clash<'t>> {
    let counted = table.columns.iter().filter(|column| counts_up(column, table));
    counted.map(|column| &column.name).find_map(|column| {
        made_of(column, table, target).into_iter().find_map(|through| {
            let what = check_over(through, table, target)
                .or_else(|| stored_over(through, table))
                .or_else(|| default_over(through, table))
                .or_else(|| virtual_over(through, table, target))?;
            Some(Clash { column, through, what })
        })
    })
}

fn default_over(column: &Ident, table: &Table) -> Option<String> {
    let is_over = |other: &&Column| match &other.default {
        Some(Value::Sql(sql)) => names(sql.as_str(), column),
        _ => false,
    };
    table.columns.iter().find(is_over).map(|other| format!("default of column `{}`", other.name))
}

/// Returns a virtual column that is made of another one, and may not be: on MariaDB, only one that an index holds.
fn virtual_over(column: &Ident, table: &Table, target: Target<'_>) -> Option<String> {
    let is_held = |name: &Ident| {
        let by_index = table.indexes.iter().flat_map(|index| &index.columns);
        by_index.filter_map(|column| column.key.as_column()).any(|column| column == name)
            || table.constraints.iter().any(|constraint| match constraint {
                Constraint::Unique(unique) => unique.columns.contains(name),
                Constraint::ForeignKey(key) => key.columns.contains(name),
                _ => false,
            })
    };
    let found = table.columns.iter().find(|other| {
        makes(other, GeneratedStorage::Virtual, column) && (!target.is_mariadb() || is_held(&other.name))
    })?;
    let kind = if target.is_mariadb() { "indexed virtual column" } else { "virtual column" };
    Some(format!("{kind} `{}`", found.name))
}
