//! Says whether an expression of a table reads a column, by SQLite's own grammar.

use super::grammar::{Part, What, mentions};
use super::meaningful;

/// Says whether an expression reads a column. One that cannot be read, or that asks other tables, may read anything.
pub(crate) fn reads_column(expression: &str, table: &str, column: &str) -> bool {
    let tokens = meaningful(expression);
    let Ok(found) = mentions(Part::Expression, &tokens) else { return true };
    let is = |token: &super::Token<'_>, name: &str| {
        token.name().is_some_and(|written| written.eq_ignore_ascii_case(name))
    };
    found.scopes.len() > 1
        || found.all.iter().any(|mention| {
            mention.what == What::Column
                && mention.scope == 0
                && is(&mention.name, column)
                && mention.qualifiers.last().is_none_or(|qualifier| is(qualifier, table))
        })
}

#[cfg(test)]
mod tests {
    use super::reads_column;

    #[test]
    fn a_function_a_text_and_another_column_are_not_the_column() {
        let reads = |sql: &str| reads_column(sql, "t", "a");
        assert!(
            reads("A > 1") && reads("t.[a] IS NULL") && reads("f(\"a\")") && reads("not readable at all )")
        );
        assert!(!reads("a(b) > 1") && !reads("b <> 'a'") && !reads("b COLLATE a") && !reads("CAST(b AS a)"));
    }
}
