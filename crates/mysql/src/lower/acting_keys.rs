//! Foreign keys that change their own column, beside what the server then forbids to name it: checks and stored generated
//! columns (dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html; MariaDB's error 1901, seen on 10.11).

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Constraint, ForeignKey, GeneratedStorage, ReferentialAction, Table};

use super::split::words;
use super::{Target, unsupported};
use crate::server::Feature;

/// Refuses a table in which a column may be changed by its foreign key and stands in a check or a stored generated column.
/// What stood so `before` the server has taken.
///
/// # Errors
/// The first such column.
pub(super) fn check(before: Option<&Table>, after: &Table, target: Target<'_>) -> Result<(), Diagnostic> {
    if !target.has(Feature::Checks) || before.and_then(clash).is_some() {
        return Ok(());
    }
    let Some((column, what)) = clash(after) else { return Ok(()) };
    let shown = after.name.print_with_column(column);
    let message =
        format!("{} takes no {what} that names `{shown}`, which its foreign key may change", target.title());
    Err(unsupported(message).hint("let the foreign key restrict, or leave the rule to a trigger"))
}

/// Returns a column that a foreign key may change, and what forbids it to.
fn clash(table: &Table) -> Option<(&Ident, String)> {
    let changed = table.foreign_keys().filter(|key| changes_own(key)).flat_map(|key| &key.columns);
    changed.into_iter().find_map(|column| Some((column, what_names(table, column)?)))
}

/// A deleted row takes its own with it by `ON DELETE CASCADE`, which changes none.
fn changes_own(key: &ForeignKey) -> bool {
    use ReferentialAction::{Cascade, SetDefault, SetNull};
    matches!(key.on_update, Some(Cascade | SetNull | SetDefault))
        || matches!(key.on_delete, Some(SetNull | SetDefault))
}

fn what_names(table: &Table, column: &Ident) -> Option<String> {
    let check = table.constraints.iter().find_map(|one| match one {
        Constraint::Check(check) if names(check.sql.as_str(), column) => {
            Some(check.name.as_ref().map_or_else(|| "check".to_owned(), |name| format!("check `{name}`")))
        }
        _ => None,
    });
    let generated = || {
        table.columns.iter().find_map(|other| {
            let generated = other.generated.as_ref()?;
            let is_stored = generated.storage == GeneratedStorage::Stored;
            (is_stored && names(generated.sql.as_str(), column))
                .then(|| format!("stored column `{}`", other.name))
        })
    };
    check.or_else(generated)
}

/// Says whether an expression surely names a column: what only may name it is the server's affair. A word in double quotes is a text
/// there, one before a parenthesis a function, and behind INTERVAL or in `EXTRACT` a unit of time.
fn names(sql: &str, column: &Ident) -> bool {
    let is_function = |word: &str| {
        let end = word.as_ptr() as usize - sql.as_ptr() as usize + word.len();
        sql[end..].trim_start().starts_with('(')
    };
    let of_time = ["interval", "extract"];
    !words(sql).any(|word| of_time.iter().any(|one| word.eq_ignore_ascii_case(one)))
        && words(sql).any(|word| word.eq_ignore_ascii_case(column.as_str()) && !is_function(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_the_column_is_none() {
        let user = Ident::new("user").expect("a name");
        for sql in ["user > 0", "(USER) <> 'it\'s'", "a + user IS NULL"] {
            assert!(names(sql, &user), "{sql}");
        }
        for sql in
            ["kind IN (\"user\", 'user')", "user () = 'a'", "superuser > 0", "d + INTERVAL user DAY > 1"]
        {
            assert!(!names(sql, &user), "{sql}");
        }
    }
}
