//! `execute`: runs the author's SQL.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::literal::RawSql;
use crate::raw;
use crate::schema::{OpaqueCause, Schema, SchemaError};

use super::{Access, Change, Footprint, Object, Operation};

/// Runs the author's SQL: one statement, or several set apart by semicolons.
#[derive(Debug, Clone, PartialEq)]
pub struct Execute {
    /// The text.
    pub sql: RawSql,
    /// What it does to the schema, where the author says so: folded, but not run. SQL among it is read, and not run.
    pub state: Option<Vec<Operation>>,
}

impl Execute {
    /// Says whether the text surely leaves the schema as it is, on any database.
    pub fn leaves_schema(&self) -> bool {
        let sql = self.sql.as_str();
        // No server has this name, so that only what every one of them takes so counts.
        let effect = |part: raw::Cut| raw::effect(part.text(sql), &Schema::new(), "any");
        raw::cut(sql, "any").into_iter().all(|part| effect(part) == raw::Effect::Nothing)
    }

    /// Says whether any of its statements changes rows, or may.
    pub(crate) fn changes_rows(&self) -> bool {
        let sql = self.sql.as_str();
        raw::cut(sql, "any").iter().any(|part| raw::touches_rows(part.text(sql)))
    }

    /// Returns the first `BEGIN`, `COMMIT` or `ROLLBACK` that stands as a statement of its own, and so would open or end
    /// a transaction; `None` also when the text makes a trigger or routine, whose body may hold such words.
    pub fn transaction_word(&self) -> Option<String> {
        let tokens = Tokenizer::new(&GenericDialect {}, self.sql.as_str()).tokenize().ok()?;
        let words = |statement: &[Token]| -> Vec<String> {
            let words = statement.iter().filter_map(|token| match token {
                Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
                _ => None,
            });
            words.collect()
        };
        let all: Vec<Vec<String>> = tokens.split(|token| *token == Token::SemiColon).map(words).collect();
        let routine = |word: &String| matches!(word.as_str(), "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT");
        if all.iter().any(|words| words.first().is_some_and(|w| w == "CREATE") && words.iter().any(routine)) {
            return None;
        }
        all.into_iter().find_map(|mut words| {
            match (words.first()?.as_str(), words.get(1).map(String::as_str)) {
                ("ROLLBACK", Some("TO")) | ("ROLLBACK", Some("TRANSACTION"))
                    if words.iter().any(|w| w == "TO") =>
                {
                    None
                }
                ("BEGIN" | "COMMIT" | "ROLLBACK", _) => Some(words.swap_remove(0)),
                _ => None,
            }
        })
    }

    /// Says whether the text makes a trigger.
    pub(crate) fn makes_trigger(&self) -> bool {
        let Ok(tokens) = Tokenizer::new(&GenericDialect {}, self.sql.as_str()).tokenize() else {
            return false;
        };
        let is = |token: &Token, wanted: &str| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted));
        tokens.split(|token| *token == Token::SemiColon).any(|statement| {
            let mut words = statement.iter().filter(|token| matches!(token, Token::Word(_)));
            words.next().is_some_and(|first| is(first, "CREATE"))
                && words.take(4).any(|word| is(word, "TRIGGER"))
        })
    }

    fn summary(&self) -> String {
        summary(self.sql.as_str())
    }
}

/// Returns SQL on one line and shortened, for display.
pub(crate) fn summary(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

impl Change for Execute {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        match &self.state {
            Some(state) => {
                let mut changed = schema.clone();
                state.iter().try_for_each(|op| op.apply(&mut changed))?;
                *schema = changed;
                // A stated effect cannot speak of triggers, and a rebuild without a database would lose them.
                if self.makes_trigger() {
                    schema.opaque.add(OpaqueCause::new(self.sql.as_str(), self.summary()));
                }
            }
            None if self.leaves_schema() => {}
            None => schema.opaque.add(OpaqueCause::new(self.sql.as_str(), self.summary())),
        }
        Ok(())
    }

    fn invert(&self, _before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        Err(SchemaError::irreversible(format!("it is not known what undoes `{}`", self.summary())))
    }

    fn footprint(&self) -> Footprint {
        match &self.state {
            Some(state) => state.iter().fold(Footprint::new(), |all, op| all.and(op.footprint())),
            None => Footprint::new().with(Access::Writes, Object::Anything),
        }
    }

    fn describe(&self) -> String {
        format!("execute `{}`", self.summary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(sql: &str) -> bool {
        Execute { sql: RawSql::new(sql), state: None }.leaves_schema()
    }

    #[test]
    fn a_word_that_ends_the_transaction_is_found_and_others_are_not() {
        let word = |sql: &str| Execute { sql: RawSql::new(sql), state: None }.transaction_word();
        assert_eq!(word("UPDATE t SET a = 1; commit;").as_deref(), Some("COMMIT"));
        assert_eq!(word("-- all of it\nBEGIN; DROP TABLE t; COMMIT").as_deref(), Some("BEGIN"));
        assert_eq!(word("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END"), None);
        assert_eq!(word("SAVEPOINT a; ROLLBACK TO a; RELEASE a"), None);
        assert_eq!(word("INSERT INTO t VALUES ('; COMMIT;')"), None);
        assert_eq!(word("SELECT \"commit\""), None);
    }

    #[test]
    fn a_stated_effect_does_not_hide_a_trigger() {
        let after = |sql: &str| {
            let mut schema = Schema::new();
            Execute { sql: RawSql::new(sql), state: Some(Vec::new()) }.apply(&mut schema).unwrap();
            schema.opaque.causes().len()
        };
        assert_eq!(after("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END"), 1);
        assert_eq!(after("create or replace trigger x"), 1);
        assert_eq!(after("UPDATE t SET \"trigger\" = 'CREATE TRIGGER'; CREATE TABLE u (a)"), 0);
    }

    #[test]
    fn changes_of_rows_are_told_from_changes_of_the_schema() {
        assert!(leaves("UPDATE t SET a = 'DROP TABLE t; x'; -- done\n"));
        assert!(leaves("/* why */ insert into t values (1)"));
        assert!(!leaves("UPDATE t SET a = 1; DROP TABLE t"));
        assert!(!leaves("SELECT * INTO copy FROM t"));
        assert!(!leaves("do $$ begin end $$"));
    }
}
