//! What can be said of an author's SQL by its words.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

/// The words of each statement in capitals, texts and names in quotes left out; `None` for a text that cannot be read.
pub(super) fn statements(sql: &str) -> Option<Vec<Vec<String>>> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().ok()?;
    let words = |statement: &[Token]| -> Vec<String> {
        let words = statement.iter().filter_map(|token| match token {
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
            _ => None,
        });
        words.collect()
    };
    let statements = tokens.split(|token| *token == Token::SemiColon).map(words);
    Some(statements.filter(|words| !words.is_empty()).collect())
}

/// Returns what a statement destroys, in words.
pub(super) fn destroys(words: &[String]) -> Option<&'static str> {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|there| there == word);
    match words.first()?.as_str() {
        "DROP" if is(1, "TABLE") => Some("drops a table"),
        "DROP" if is(1, "DATABASE") => Some("drops a database"),
        "DROP" if is(1, "SCHEMA") => Some("drops a schema"),
        "ALTER" if words.windows(2).any(|pair| pair == ["DROP", "COLUMN"]) => Some("drops a column"),
        "TRUNCATE" if words.iter().any(|word| word == "CASCADE") => {
            Some("empties a table and all that point at it")
        }
        "TRUNCATE" => Some("empties a table"),
        "DELETE" if !words.iter().any(|word| word == "WHERE") => Some("deletes every row of a table"),
        _ => None,
    }
}

/// Says whether a statement changes rows that are there, as many as there may be.
pub(super) fn changes_rows(words: &[String]) -> bool {
    match words.first().map(String::as_str) {
        Some("UPDATE" | "DELETE" | "MERGE") => true,
        Some("INSERT" | "REPLACE") => words.iter().any(|word| word == "SELECT"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_destroys_is_told_by_its_words() {
        let found = |sql: &str| statements(sql).unwrap().iter().find_map(|words| destroys(words));
        assert_eq!(found("DELETE FROM t"), Some("deletes every row of a table"));
        assert_eq!(found("UPDATE t SET a = 'DROP TABLE x'; DELETE FROM t WHERE a = 1"), None);
        assert_eq!(found("alter table t drop column a"), Some("drops a column"));
        assert_eq!(found("TRUNCATE t CASCADE"), Some("empties a table and all that point at it"));
        assert_eq!(found("DROP INDEX ix"), None);
    }
}
