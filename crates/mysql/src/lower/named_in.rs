//! What of a table surely names a column of it: checks, and columns that are made of it.

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, GeneratedStorage, Table};

use super::Target;
use super::split::{quoted_names, words};
use crate::server::Feature;

/// Returns a column and, where the server looks through them, the virtual ones that are made of it.
pub(super) fn made_of<'t>(column: &'t Ident, table: &'t Table, target: Target<'_>) -> Vec<&'t Ident> {
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

/// Returns a check that surely names a column, in words.
pub(super) fn check_over(column: &Ident, table: &Table, target: Target<'_>) -> Option<String> {
    let checks = table.constraints.iter().filter(|_| target.has(Feature::Checks));
    checks.into_iter().find_map(|one| match one {
        Constraint::Check(check) if names(check.sql.as_str(), column) => {
            Some(check.name.as_ref().map_or_else(|| "check".to_owned(), |name| format!("check `{name}`")))
        }
        _ => None,
    })
}

/// Returns a stored column that is surely made of another one, in words.
pub(super) fn stored_over(column: &Ident, table: &Table) -> Option<String> {
    let stored = table.columns.iter().find(|other| makes(other, GeneratedStorage::Stored, column))?;
    Some(format!("stored column `{}`", stored.name))
}

/// Says whether a column is generated so, and surely of that one.
pub(super) fn makes(column: &Column, storage: GeneratedStorage, of: &Ident) -> bool {
    column.generated.as_ref().is_some_and(|made| made.storage == storage && names(made.sql.as_str(), of))
}

/// Says whether an expression surely names a column: what only may name it is the server's affair. A word in double quotes is a text
/// there, one before a parenthesis a function, one before a dot a table, and behind INTERVAL or in `EXTRACT` a unit of time.
pub(super) fn names(sql: &str, column: &Ident) -> bool {
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
