//! Expressions and queries with each of their parentheses, and none that says nothing.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{self, Expr, VisitMut, VisitorMut};
use sqlparser::keywords::ALL_KEYWORDS;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::dialect::Names;

use super::grammar::Grammar;

/// The most words of a text that is taken apart; a longer one is compared as its author set it. Each may lie deeper than the one
/// before it, as in a long row of ORs.
const MOST: usize = 400;

/// Returns the words of an expression, in which parentheses stand around all that is put together, whether or not its author
/// wrote them; as he did where it is not understood, or is long. Comments are none.
pub fn structure(expression: &str, names: impl Into<Names>) -> Vec<Word> {
    words_of(expression, names.into(), |parser| {
        parser.parse_expr().ok().map(|parsed| enclosed(parser, parsed))
    })
}

/// Does what [`structure`] does with the query of a view.
pub fn query_structure(query: &str, names: impl Into<Names>) -> Vec<Word> {
    words_of(query, names.into(), |parser| parser.parse_query().ok().map(|parsed| enclosed(parser, parsed)))
}

/// Says whether a query names all that another names, and holds all of its texts and numbers, in whatever order and spelling.
pub fn names_all_of(query: &str, other: &str, names: impl Into<Names>) -> bool {
    let names = names.into();
    let said = |query: &str| -> BTreeSet<String> {
        let words = query_structure(query, names).into_iter();
        let is_keyword = |word: &str| ALL_KEYWORDS.contains(&word.to_uppercase().as_str());
        let is_name =
            |text: &String| text.chars().all(|c| c.is_alphanumeric() || c == '_') && !is_keyword(text);
        let said = words.filter_map(|word| match word {
            Word::Plain(text) => Some(text).filter(is_name),
            Word::Name(text) => Some(text.to_lowercase()),
            // In double quotes MySQL may mean a name.
            Word::Literal(text) => {
                Some(match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    Some(name) => name.replace("\"\"", "\"").to_lowercase(),
                    None => text.to_lowercase(),
                })
            }
        });
        said.collect()
    };
    said(query).is_superset(&said(other))
}

/// A word of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// A keyword, a sign, or a name without quotes, in small letters.
    Plain(String),
    /// A name in quotes, without them.
    Name(String),
    /// A text or a number as it is written.
    Literal(String),
}

impl Word {
    /// Returns its letters.
    pub fn as_str(&self) -> &str {
        let (Self::Plain(text) | Self::Name(text) | Self::Literal(text)) = self;
        text
    }
}

fn words_of(
    text: &str,
    names: Names,
    parse: impl FnOnce(&mut Parser<'_>) -> Option<Option<String>>,
) -> Vec<Word> {
    let whole = || vec![Word::Literal(text.to_owned())];
    let Some(grammar) = Grammar::of(names) else { return whole() };
    let words = |text: &str| -> Option<Vec<Word>> {
        let tokens = Tokenizer::new(grammar.dialect(), text).tokenize().ok()?;
        Some(tokens.iter().filter_map(word).collect())
    };
    let Some(written) = words(text) else { return whole() };
    if written.len() > MOST {
        return written;
    }
    let parsed = Parser::new(grammar.dialect()).try_with_sql(text).ok();
    let structure = parsed.and_then(|mut parser| parse(&mut parser)).flatten();
    structure.and_then(|text| words(&text)).unwrap_or(written)
}

fn word(token: &Token) -> Option<Word> {
    Some(match token {
        Token::Whitespace(_) => return None,
        Token::Word(word) if word.quote_style.is_some() => Word::Name(word.value.clone()),
        Token::Word(word) => Word::Plain(word.value.to_lowercase()),
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::DoubleQuotedByteStringLiteral(_) => Word::Literal(token.to_string()),
        other => Word::Plain(other.to_string().to_lowercase()),
    })
}

fn enclosed(parser: &Parser<'_>, mut parsed: impl VisitMut + ToString) -> Option<String> {
    if !is_at_end(parser) {
        return None;
    }
    let ControlFlow::Continue(()) = parsed.visit(&mut Enclose);
    Some(parsed.to_string())
}

fn nothing() -> Expr {
    Expr::Value(ast::Value::Null.with_empty_span())
}

fn is_at_end(parser: &Parser<'_>) -> bool {
    matches!(parser.peek_token().token, Token::EOF)
}

struct Enclose;

impl VisitorMut for Enclose {
    type Break = std::convert::Infallible;

    // What an expression is made of has been enclosed before.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Self::Break> {
        while let Expr::Nested(inner) = expr {
            *expr = std::mem::replace(inner, nothing());
        }
        if is_put_together(expr) {
            let whole = std::mem::replace(expr, nothing());
            *expr = Expr::Nested(Box::new(whole));
        }
        ControlFlow::Continue(())
    }
}

fn is_put_together(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Value(_)
            | Expr::TypedString(_)
            | Expr::Function(_)
            | Expr::Case { .. }
            | Expr::Cast { .. }
            | Expr::Array(_)
            | Expr::Tuple(_)
            | Expr::Subquery(_)
            | Expr::Exists { .. }
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(..)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTGRES: Names = Names { dialect: "postgres", flavour: "postgres" };

    fn same(one: &str, other: &str) -> bool {
        structure(one, POSTGRES) == structure(other, POSTGRES)
    }

    #[test]
    fn parentheses_that_say_nothing_are_none() {
        assert!(same("a > 0", "(a > 0)"));
        assert!(same("(a > 0) AND (b > 0)", "((a > 0 and b > 0))"));
        assert!(same("a + b * c", "(a + (b * c))"));
        assert!(same("f((a))", "f(a)"));
    }

    #[test]
    fn parentheses_that_say_something_stay() {
        assert!(!same("NOT (a > 0 AND b > 0)", "NOT a > 0 AND b > 0"));
        assert!(!same("(a + b) * c", "a + b * c"));
        assert!(!same("(a > 0 OR b > 0) AND b < 9", "a > 0 OR b > 0 AND b < 9"));
        assert!(!same("(a / b)::int", "a / b::int"));
        assert!(!same("now()", "now()::date"));
        assert!(!same("a::text", "a"));
    }

    #[test]
    fn a_query_is_compared_as_its_expressions_are() {
        let query = |text: &str| query_structure(text, POSTGRES);
        assert_eq!(query("SELECT a FROM t WHERE a > 0"), query("select a from t where (a > 0)"));
        assert_ne!(query("SELECT a FROM t WHERE NOT (a OR b)"), query("SELECT a FROM t WHERE NOT a OR b"));
    }

    #[test]
    fn what_is_not_understood_stays_as_it_is() {
        let words = |text: &str| {
            structure(text, POSTGRES).iter().map(|word| word.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("A +"), ["a", "+"]);
        assert_eq!(words("a) or (b"), ["a", ")", "or", "(", "b"]);
    }

    #[test]
    fn a_query_that_somebody_made_anew_names_something_else() {
        const MARIADB: Names = Names { dialect: "mysql", flavour: "mariadb" };
        let printed = "select `t`.`a` AS `a`,'x' AS `it's` from `we\"ird` `t` where `t`.`a` > 1";
        let names = |own: &str| names_all_of(printed, own, MARIADB);
        assert!(names("SELECT a, 'x' AS `it's` FROM \"we\"\"ird\" AS t WHERE a > 1"));
        assert!(!names("SELECT b, 'x' AS `it's` FROM \"we\"\"ird\" AS t WHERE a > 1"));
        assert!(!names("SELECT a, 'x' AS `it's` FROM \"we\"\"ird\" AS t WHERE a > 2"));
    }

    #[test]
    fn a_text_keeps_its_letters() {
        for [one, other] in [
            ["a = 'A'", "a = 'a'"],
            ["a = $$A$$", "a = $$a$$"],
            ["a = $x$ A $x$", "a = $x$ a $x$"],
            [r"a = E'it\'s A'", r"a = E'it\'s a'"],
            ["a = 'x . y'", "a = 'x.y'"],
        ] {
            assert!(!same(one, other), "{one}");
        }
        assert!(same("A = 'x' -- why", "a /* so */ = 'x'"));
    }

    #[test]
    fn a_long_row_of_terms_is_compared_as_it_is_written() {
        let row = |terms: u32| (0..terms).map(|n| format!("id = {n}")).collect::<Vec<_>>().join(" OR ");
        assert!(same(&row(20_000), &row(20_000)));
        assert!(!same(&row(20_000), &row(20_001)));
    }
}
