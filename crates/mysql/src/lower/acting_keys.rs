//! Foreign keys that change their own column, beside what the server then forbids to name it: checks and stored generated
//! columns (dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html and `create-table-foreign-keys.html`; MariaDB's
//! error 1901, seen on 10.11).
//!
//! MariaDB looks through virtual columns to those that they are made of; what MySQL does there is not known here, and left to it.
//! MySQL counts `ON DELETE CASCADE` too where a stored column is made of the column.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, ForeignKey, GeneratedStorage, ReferentialAction, Table};

use super::split::{quoted_names, words};
use super::{Target, unsupported};
use crate::server::Feature;

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

/// Returns a column and, where the server looks through them, the virtual ones that are made of it.
fn made_of<'t>(column: &'t Ident, table: &'t Table, target: Target<'_>) -> Vec<&'t Ident> {
    let mut found = vec![column];
    let mut at = 0;
    while let Some(of) = found.get(at).copied().filter(|_| target.is_mariadb()) {
        for other in &table.columns {
            if makes(other, GeneratedStorage::Virtual, of) && !found.contains(&&other.name) {
                found.push(&other.name);
            }
        }
        at += 1;
    }
    found
}

fn check_over(column: &Ident, table: &Table, target: Target<'_>) -> Option<String> {
    let checks = table.constraints.iter().filter(|_| target.has(Feature::Checks));
    checks.into_iter().find_map(|one| match one {
        Constraint::Check(check) if names(check.sql.as_str(), column) => {
            Some(check.name.as_ref().map_or_else(|| "check".to_owned(), |name| format!("check `{name}`")))
        }
        _ => None,
    })
}

fn stored_over(column: &Ident, table: &Table) -> Option<String> {
    let stored = table.columns.iter().find(|other| makes(other, GeneratedStorage::Stored, column))?;
    Some(format!("stored column `{}`", stored.name))
}

/// Says whether a column is generated so, and surely of that one.
fn makes(column: &Column, storage: GeneratedStorage, of: &Ident) -> bool {
    column.generated.as_ref().is_some_and(|made| made.storage == storage && names(made.sql.as_str(), of))
}

/// Says whether an expression surely names a column: what only may name it is the server's affair. A word in double quotes is a text
/// there, one before a parenthesis a function, one before a dot a table, and behind INTERVAL or in `EXTRACT` a unit of time.
fn names(sql: &str, column: &Ident) -> bool {
    // Behind a name in backticks the second of them comes first.
    let is_name = |word: &str| {
        let end = word.as_ptr() as usize - sql.as_ptr() as usize + word.len();
        !sql[end..].trim_start_matches('`').trim_start().starts_with(['(', '.'])
    };
    let is_column = |word: &str| word.eq_ignore_ascii_case(column.as_str()) && is_name(word);
    let is_quoted_column =
        |name: &str| name.eq_ignore_ascii_case(&column.as_str().replace('`', "``")) && is_name(name);
    let of_time = ["interval", "extract"];
    let is_unit = |word: &str| of_time.iter().any(|one| word.eq_ignore_ascii_case(one));
    quoted_names(sql).any(is_quoted_column) || !words(sql).any(is_unit) && words(sql).any(is_column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_the_column_is_none() {
        let user = Ident::new("user").expect("a name");
        for sql in
            ["user > 0", "(USER) <> 'it\'s'", "a + user IS NULL", "`User` > 0", "d + INTERVAL `user` DAY > d"]
        {
            assert!(names(sql, &user), "{sql}");
        }
        for sql in [
            "kind IN (\"user\", 'user')",
            "kind = '`user`'",
            "`user`.kind > 0",
            "user.kind > 0",
            "user () = 'a'",
            "superuser > 0",
            "d + INTERVAL user DAY > 1",
        ] {
            assert!(!names(sql, &user), "{sql}");
        }
    }
}
