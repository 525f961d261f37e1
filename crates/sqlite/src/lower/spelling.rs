//! Gives expressions that mean the same the spelling that they had.

use limbeck_core::literal::RawSql;
use limbeck_core::schema::{Constraint, IndexKey, Table};

use crate::ddl::{self, TokenKind};

/// Spells the expressions of a table as another one does, where they are the same but for quotes, case and spaces.
///
/// A name that was changed and changed back may have got quotes on the way.
pub(super) fn keep(table: &mut Table, start: &Table) {
    for constraint in &mut table.constraints {
        if let Constraint::Check(check) = constraint {
            let old = start.constraints.iter().find_map(|old| match old {
                Constraint::Check(old) if old.name == check.name && same(&old.sql, &check.sql) => Some(old),
                _ => None,
            });
            check.sql = old.map_or_else(|| check.sql.clone(), |old| old.sql.clone());
        }
    }
    for column in &mut table.columns {
        let old = start.column(&column.name).and_then(|old| old.generated.as_ref());
        if let (Some(generated), Some(old)) = (&mut column.generated, old) {
            respell(&mut generated.sql, &old.sql);
        }
    }
    for index in &mut table.indexes {
        let Some(old) = start.indexes.iter().find(|old| old.name == index.name) else { continue };
        for (key, old) in index.columns.iter_mut().zip(&old.columns) {
            if let (IndexKey::Sql(sql), IndexKey::Sql(old)) = (&mut key.key, &old.key) {
                respell(sql, old);
            }
        }
        if let (Some(filter), Some(old)) = (&mut index.filter, &old.filter) {
            respell(filter, old);
        }
    }
}

fn respell(sql: &mut RawSql, old: &RawSql) {
    if same(sql, old) {
        *sql = old.clone();
    }
}

fn same(one: &RawSql, other: &RawSql) -> bool {
    let words = |sql: &RawSql| -> Vec<(bool, String)> {
        let tokens = ddl::meaningful(sql.as_str());
        let word = |token: &ddl::Token<'_>| match (token.kind, token.name()) {
            (TokenKind::Word | TokenKind::Quoted, Some(name)) => (true, name.to_ascii_lowercase()),
            _ => (false, token.text.to_owned()),
        };
        tokens.iter().map(word).collect()
    };
    words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_case_and_spaces_make_no_other_expression() {
        let same = |one: &str, other: &str| same(&RawSql::new(one), &RawSql::new(other));
        assert!(same("a > 'x' AND b", "\"A\">'x' /* so */ and [b]"));
        assert!(!same("a > 'x'", "a > 'X'") && !same("a", "'a'"));
    }
}
