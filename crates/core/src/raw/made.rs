//! Finds the name of the table that a statement makes, whether or not the rest of it is understood.

use sqlparser::dialect::{Dialect, GenericDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::dialect::Names;
use crate::name::{Ident, TableName};

use super::grammar::Grammar;

/// Returns the name of the table that a statement makes; `None` when it makes none, or one in a schema.
pub(crate) fn made_table(statement: &str, names: impl Into<Names>) -> Option<TableName> {
    let grammar = Grammar::of(names.into());
    let dialect: &dyn Dialect = grammar.map_or(&GenericDialect {}, Grammar::dialect);
    let tokens = Tokenizer::new(dialect, statement).tokenize().ok()?;
    let mut words = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).peekable();
    let is = |token: &Token, wanted: &str| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted));
    ["CREATE", "TABLE"].iter().all(|word| words.next().is_some_and(|token| is(token, word))).then_some(())?;
    if words.peek().is_some_and(|token| is(token, "IF")) {
        ["IF", "NOT", "EXISTS"]
            .iter()
            .all(|word| words.next().is_some_and(|token| is(token, word)))
            .then_some(())?;
    }
    let Some(Token::Word(name)) = words.next() else { return None };
    let is_qualified = words.peek() == Some(&&Token::Period);
    (!is_qualified).then(|| Ident::new(&name.value).ok().map(TableName::unqualified)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_behind_all_that_may_stand_before_it() {
        let of = |sql: &str| made_table(sql, "sqlite").map(|name| name.to_string());
        assert_eq!(of("CREATE TABLE t (a)").as_deref(), Some("t"));
        assert_eq!(of("create /* a */ table if not exists \"we ird\" -- b\n(a)").as_deref(), Some("we ird"));
        assert_eq!(of("CREATE TABLE main.t (a)"), None);
        assert_eq!(of("CREATE VIRTUAL TABLE t USING fts5(a)"), None);
        assert_eq!(of("DROP TABLE t"), None);
    }
}
