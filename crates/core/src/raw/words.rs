//! What the first words of a statement say of it.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Rows, settings or rights: the schema stays as it is.
    Rows,
    /// The schema, perhaps.
    Schema,
    /// It cannot be told, whatever its words are.
    Unknown,
}

/// The statements that change rows, settings or rights, and never the schema.
const ROWS: [&str; 29] = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "SELECT",
    "VALUES",
    "REPLACE",
    "MERGE",
    "SET",
    "ANALYZE",
    "VACUUM",
    "PRAGMA",
    "GRANT",
    "REVOKE",
    "LOCK",
    "UNLOCK",
    "WITH",
    "TRUNCATE",
    "REINDEX",
    "REFRESH",
    "CLUSTER",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "BEGIN",
    "COMMIT",
    "START",
    "EXPLAIN",
    "SHOW",
    "OPTIMIZE",
];

/// Returns the first two words of a statement in capitals, as far as it has them and can be told apart into words.
pub fn first_words(statement: &str) -> [Option<String>; 2] {
    let tokens = Tokenizer::new(&GenericDialect {}, statement).tokenize().unwrap_or_default();
    let mut words = tokens.into_iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.value.to_uppercase()),
        _ => None,
    });
    [words.next(), words.next()]
}

/// Looks at the words of one statement.
pub(crate) fn standing(statement: &str) -> Standing {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, statement).tokenize() else {
        return Standing::Unknown;
    };
    // MySQL runs what stands in such comments.
    if statement.contains("/*!") {
        return Standing::Unknown;
    }
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Word(word) => Some(word.value.to_uppercase()),
            _ => None,
        })
        .collect();
    let Some(first) = words.first().map(String::as_str) else { return Standing::Rows };
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    match first {
        // PostgreSQL's SELECT … INTO makes a table.
        "SELECT" | "WITH" if has("INTO") && !has("INSERT") && !has("MERGE") => Standing::Unknown,
        // SQLite keeps the schema in rows.
        _ if has("SQLITE_SCHEMA") || has("SQLITE_MASTER") => Standing::Unknown,
        // Names mean something else from here on.
        "SET" if has("SEARCH_PATH") => Standing::Unknown,
        _ if ROWS.contains(&first) => Standing::Rows,
        _ => Standing::Schema,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_rows_is_told_from_what_may_change_the_schema() {
        for rows in ["insert into t values (1)", "/* why */ UPDATE t SET a = 'DROP TABLE t'", "-- nothing"] {
            assert_eq!(standing(rows), Standing::Rows, "{rows}");
        }
        for schema in ["DROP TABLE t", "do $$ begin end $$"] {
            assert_eq!(standing(schema), Standing::Schema, "{schema}");
        }
        for unknown in [
            "SELECT * INTO copy FROM t",
            "UPDATE sqlite_schema SET sql = ''",
            "SET search_path TO x",
            "/*!50100 DROP TABLE t */",
            "SELECT 'open",
        ] {
            assert_eq!(standing(unknown), Standing::Unknown, "{unknown}");
        }
    }
}
