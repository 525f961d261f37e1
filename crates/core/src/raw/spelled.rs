//! How the words of a statement are spelled, which its tree does not tell.

use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::cut::Lines;
use super::dump::ZEROFILL;
use super::grammar::Grammar;

/// The words of a statement, without spaces and comments.
pub(super) struct Spelled<'t> {
    text: &'t str,
    lines: Lines<'t>,
    words: Vec<TokenWithSpan>,
    grammar: Grammar,
}

impl<'t> Spelled<'t> {
    /// Reads a text; `None` when it has no words.
    pub(super) fn of(text: &'t str, grammar: Grammar) -> Option<Self> {
        Some(Self { text, lines: Lines::of(text), words: words(text, grammar)?, grammar })
    }

    /// Returns what stands behind a place: as many words as a print of it has, if they are the same but for letter case.
    pub(super) fn behind(&self, place: Location, print: &str) -> Option<String> {
        let printed = words(print, self.grammar)?;
        let start = self.words.partition_point(|word| word.span.start < place);
        let found = self.words.get(start..start + printed.len())?;
        let text = |word: &TokenWithSpan| word.token.to_string();
        if !found.iter().zip(&printed).all(|(one, other)| text(one).eq_ignore_ascii_case(&text(other))) {
            return None;
        }
        let (first, last) = (found.first()?, found.last()?);
        let (start, end) = (self.lines.byte(first.span.start), self.lines.byte(last.span.end));
        let filled = self.text[end..].trim_start().starts_with(ZEROFILL);
        Some(format!("{}{}", &self.text[start..end], if filled { " zerofill" } else { "" }))
    }
}

fn words(sql: &str, grammar: Grammar) -> Option<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(grammar.dialect(), sql).with_unescape(false).tokenize_with_location().ok()?;
    let is_meant = |token: &TokenWithSpan| !matches!(token.token, Token::Whitespace(_) | Token::EOF);
    Some(tokens.into_iter().filter(is_meant).collect())
}
