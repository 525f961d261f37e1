//! Cuts a text into its statements.

use std::cell::Cell;
use std::ops::Range;

use sqlparser::dialect::{Dialect, GenericDialect};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};

use crate::dialect::Names;

use super::grammar::Grammar;

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Where it stands, in bytes, from its first word to its last, without the semicolon.
    pub span: Range<usize>,
}

impl Cut {
    /// Returns the statement out of the text that it was cut from.
    pub fn text<'t>(&self, of: &'t str) -> &'t str {
        &of[self.span.clone()]
    }
}

/// Cuts a text into its statements, in order. Comments alone are none.
///
/// What makes a trigger or a routine may hold semicolons, so it and all behind it stay one; so does a text that cannot be
/// told apart into words.
pub fn cut(sql: &str, names: impl Into<Names>) -> Vec<Cut> {
    let grammar = Grammar::of(names.into());
    let dialect: &dyn Dialect = grammar.map_or(&GenericDialect {}, Grammar::dialect);
    let Ok(tokens) = Tokenizer::new(dialect, sql).with_unescape(false).tokenize_with_location() else {
        return if sql.trim().is_empty() { Vec::new() } else { vec![Cut { span: 0..sql.len() }] };
    };
    let lines = Lines::of(sql);
    let mut cuts = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    while let Some(TokenWithSpan { token, span }) = tokens.get(at) {
        match token {
            Token::Whitespace(_) | Token::EOF => {}
            Token::SemiColon => cuts.extend(open.take().map(|(start, end)| Cut { span: start..end })),
            _ => {
                let (start, end) = (lines.byte(span.start), lines.byte(span.end));
                if open.is_none() && makes_code(&tokens[at..]) {
                    let end = sql.trim_end().trim_end_matches(';').trim_end().len();
                    cuts.push(Cut { span: start..end });
                    return cuts;
                }
                open = Some((open.map_or(start, |(first, _)| first), end));
            }
        }
        at += 1;
    }
    cuts.extend(open.map(|(start, end)| Cut { span: start..end }));
    cuts
}

/// Says whether a statement makes something with statements in it.
fn makes_code(tokens: &[TokenWithSpan]) -> bool {
    let words =
        tokens.iter().take_while(|one| one.token != Token::SemiColon).filter_map(|one| match &one.token {
            Token::Word(Word { value, quote_style: None, .. }) => Some(value.to_uppercase()),
            _ => None,
        });
    let words: Vec<String> = words.collect();
    let is = |word: &String| matches!(word.as_str(), "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT");
    words.first().is_some_and(|first| first == "CREATE")
        && words.iter().take(6).any(is)
        && words.iter().any(|word| word == "BEGIN")
}

/// Finds bytes by line and column; one that is asked for behind the one before it is not looked for from the start of its line.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// What was found last: a line, a column and its byte.
    last: Cell<(usize, usize, usize)>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, last: Cell::new((0, 0, 0)) }
    }

    /// Columns count characters, from 1.
    pub(super) fn byte(&self, location: Location) -> usize {
        let line = usize::try_from(location.line).unwrap_or(usize::MAX).saturating_sub(1);
        let column = usize::try_from(location.column).unwrap_or(usize::MAX).saturating_sub(1);
        let (passed, start) = match self.last.get() {
            (last, passed, byte) if last == line && passed <= column => (passed, byte),
            _ => (0, self.starts.get(line).copied().unwrap_or(self.text.len())),
        };
        let rest = &self.text[start..];
        let byte = start + rest.char_indices().nth(column - passed).map_or(rest.len(), |(at, _)| at);
        self.last.set((line, column, byte));
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        cut(sql, "sqlite").iter().map(|cut| cut.text(sql)).collect()
    }

    #[test]
    fn statements_are_told_apart_wherever_semicolons_stand() {
        assert_eq!(
            texts("-- é; one\nDROP TABLE \"ö;\"; ; INSERT INTO t VALUES (';')\n; /* ; */ SELECT 1 -- x"),
            ["DROP TABLE \"ö;\"", "INSERT INTO t VALUES (';')", "SELECT 1"]
        );
        assert!(texts(" -- nothing\n;;").is_empty());
    }

    #[test]
    fn what_holds_statements_stays_one_with_all_behind_it() {
        let trigger = "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END; DROP TABLE t;";
        assert_eq!(texts(&format!("DROP VIEW v; {trigger}")), ["DROP VIEW v", trigger.trim_end_matches(';')]);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_one() {
        assert_eq!(texts("DROP TABLE t; 'open"), ["DROP TABLE t; 'open"]);
    }
}
