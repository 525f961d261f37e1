//! Finds and renames columns in the author's SQL expressions.
//!
//! An expression is only tokenized, not understood: a word or quoted name equal to the column's, case aside, counts
//! as the column unless a parenthesis follows, which makes it a function. So `mentions` may say yes too often and
//! never too rarely.

use std::collections::BTreeSet;

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

use crate::literal::RawSql;
use crate::name::Ident;

/// Says whether an expression may mention a column. A text that cannot be tokenized may mention anything.
pub fn mentions(sql: &str, column: &Ident) -> bool {
    match tokenize(sql) {
        Some(tokens) => (0..tokens.len()).any(|i| is_column(&tokens, i, column)),
        None => true,
    }
}

/// Returns the expression with a column renamed; as it was, to the letter, where it does not mention the column.
pub fn rename(sql: &RawSql, from: &Ident, to: &Ident) -> RawSql {
    let Some(tokens) = tokenize(sql.as_str()) else {
        return sql.clone();
    };
    if !(0..tokens.len()).any(|i| is_column(&tokens, i, from)) {
        return sql.clone();
    }
    let mut text: String = (0..tokens.len())
        .map(|i| match &tokens[i] {
            Token::Word(word) if is_column(&tokens, i, from) => quote_like(word, to),
            other => other.to_string(),
        })
        .collect();
    // A line comment prints with the line end that closes it, which the last one may lack.
    if text.ends_with('\n') && !sql.as_str().ends_with('\n') {
        text.pop();
    }
    RawSql::new(text)
}

/// Says whether two expressions are the same but for spaces, comments, the case of words, the quotes around names, and
/// parentheses around the whole. Texts that cannot be tokenized are compared to the letter.
pub fn are_alike(one: &str, other: &str) -> bool {
    one == other || likeness(one) == likeness(other)
}

/// Returns what expressions have in common that [are alike](are_alike).
pub(crate) fn likeness(sql: &str) -> String {
    let Some(tokens) = tokenize(sql) else { return sql.to_owned() };
    let mut alike = String::with_capacity(sql.len());
    for token in meaningful(&tokens) {
        // No text holds this sign, so that each token ends where it does, and a name is no other token.
        alike.push('\0');
        match token {
            Token::Word(word) => alike.extend(['\0'].into_iter().chain(name(word).to_lowercase().chars())),
            other => alike.push_str(&other.to_string()),
        }
    }
    alike
}

/// Returns the tokens without spaces and comments, and without parentheses around all of them.
fn meaningful(tokens: &[Token]) -> Vec<&Token> {
    let mut tokens: Vec<&Token> =
        tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    while is_wrapped(&tokens) {
        tokens.pop();
        tokens.remove(0);
    }
    tokens
}

/// Returns the words of an expression that may be names, in small letters; `None` when it may mention anything.
pub(crate) fn words(sql: &str) -> Option<BTreeSet<String>> {
    let words = |token: &Token| match token {
        Token::Word(word) => Some(name(word).to_lowercase()),
        _ => None,
    };
    Some(tokenize(sql)?.iter().filter_map(words).collect())
}

/// Says whether the first token is a parenthesis that the last one closes.
fn is_wrapped(tokens: &[&Token]) -> bool {
    let mut depth = 0_usize;
    tokens.first() == Some(&&Token::LParen)
        && tokens.iter().enumerate().all(|(i, token)| {
            match token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth == 0) == (i + 1 == tokens.len())
        })
}

fn tokenize(sql: &str) -> Option<Vec<Token>> {
    // Unescaping is off, so that each token prints as it was written.
    Tokenizer::new(&GenericDialect {}, sql).with_unescape(false).tokenize().ok()
}

fn is_column(tokens: &[Token], i: usize, column: &Ident) -> bool {
    let Token::Word(word) = &tokens[i] else {
        return false;
    };
    let called = tokens[i + 1..].iter().find(|t| !matches!(t, Token::Whitespace(_))) == Some(&Token::LParen);
    name(word).to_lowercase() == column.as_str().to_lowercase() && (word.quote_style.is_some() || !called)
}

/// Returns what a word or quoted name stands for, without its quotes.
fn name(word: &Word) -> String {
    match word.quote_style {
        Some(mark) if mark != '[' => word.value.replace(&format!("{mark}{mark}"), &mark.to_string()),
        _ => word.value.clone(),
    }
}

fn quote_like(word: &Word, to: &Ident) -> String {
    let name = to.as_str();
    let plain = name
        .chars()
        .enumerate()
        .all(|(i, c)| c == '_' || c.is_ascii_lowercase() || (i > 0 && c.is_ascii_digit()));
    let keyword = sqlparser::keywords::ALL_KEYWORDS.contains(&name.to_uppercase().as_str());
    match word.quote_style {
        None if plain && !keyword => name.to_owned(),
        Some('`') => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(sql: &str, from: &str, to: &str) -> String {
        rename(&RawSql::new(sql), &Ident::new(from).unwrap(), &Ident::new(to).unwrap()).as_str().to_owned()
    }

    #[test]
    fn a_column_is_renamed_and_nothing_that_merely_looks_like_it() {
        assert_eq!(
            renamed("Age > 5 AND 'age' <> age(x) -- age", "age", "seniority"),
            "seniority > 5 AND 'age' <> age(x) -- age"
        );
        assert_eq!(renamed("\"we\"\"ird\"  > 0", "we\"ird", "it's"), "\"it's\"  > 0");
        assert_eq!(renamed("a > 1", "a", "select"), "\"select\" > 1");
        assert_eq!(renamed("`a` > 'it''s'", "a", "b"), "`b` > 'it''s'");
    }

    #[test]
    fn expressions_are_alike_whatever_their_spaces_case_quotes_and_outer_parentheses() {
        assert!(are_alike("x>5 and y", " ( (X > 5 /* five */ AND \"y\") ) "));
        assert!(are_alike("(a) > (b)", "(a)>(b)"));
        assert!(!are_alike("(a) > (b)", "a > (b)"));
        assert!(!are_alike("x = 'a b'", "x = 'a  b'"));
        assert!(!are_alike("x > 5", "x > 50"));
        assert!(!are_alike("(x", "x"));
    }

    #[test]
    fn a_text_that_cannot_be_read_may_mention_anything() {
        assert!(mentions("'unclosed", &Ident::new("a").unwrap()));
        assert!(!mentions("b > 1", &Ident::new("a").unwrap()));
    }
}
