//! Expressions and queries with each of their parentheses, and none that says nothing.

use std::ops::ControlFlow;

use sqlparser::ast::{self, Expr, VisitMut, VisitorMut};
use sqlparser::parser::Parser;

use crate::dialect::Names;

use super::grammar::Grammar;

/// Returns an expression in which parentheses stand around all that is put together, whether or not its author wrote them;
/// as it is where it is not understood.
pub fn structure(expression: &str, names: impl Into<Names>) -> String {
    let parsed = Grammar::of(names.into()).and_then(|grammar| {
        let mut parser = Parser::new(grammar.dialect()).try_with_sql(expression).ok()?;
        let parsed = parser.parse_expr().ok()?;
        is_at_end(&parser).then_some(parsed)
    });
    parsed.map_or_else(|| expression.to_owned(), enclosed)
}

/// Does what [`structure`] does with the query of a view.
pub fn query_structure(query: &str, names: impl Into<Names>) -> String {
    let parsed = Grammar::of(names.into()).and_then(|grammar| {
        let mut parser = Parser::new(grammar.dialect()).try_with_sql(query).ok()?;
        let parsed = parser.parse_query().ok()?;
        is_at_end(&parser).then_some(parsed)
    });
    parsed.map_or_else(|| query.to_owned(), enclosed)
}

fn nothing() -> Expr {
    Expr::Value(ast::Value::Null.with_empty_span())
}

fn is_at_end(parser: &Parser<'_>) -> bool {
    matches!(parser.peek_token().token, sqlparser::tokenizer::Token::EOF)
}

fn enclosed(mut parsed: impl VisitMut + ToString) -> String {
    let ControlFlow::Continue(()) = parsed.visit(&mut Enclose);
    parsed.to_string()
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
        assert_eq!(structure("a +", POSTGRES), "a +");
        assert_eq!(structure("a) or (b", POSTGRES), "a) or (b");
    }
}
