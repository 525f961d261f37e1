//! Defaults: which expressions may stand bare behind `DEFAULT`, and which literal one is.

use limbeck_core::literal::{Literal, RawSql, Value};

use crate::ddl::tokenize::unquote;
use crate::ddl::{Token, TokenKind, meaningful};

/// Says whether an expression may stand behind `DEFAULT` without parentheses and mean the same.
///
/// A lone name may not: SQLite would take it as a text.
pub(crate) fn is_bare(sql: &str) -> bool {
    let tokens = meaningful(sql);
    match tokens.as_slice() {
        [one] => match one.kind {
            TokenKind::Text | TokenKind::Blob | TokenKind::Number => true,
            TokenKind::Word => BARE.iter().any(|word| one.is(word)),
            _ => false,
        },
        [sign, number] => (sign.is("-") || sign.is("+")) && number.kind == TokenKind::Number,
        tokens => is_wrapped(tokens),
    }
}

const BARE: [&str; 6] = ["NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"];

/// Says whether the first parenthesis closes at the end.
pub(crate) fn is_wrapped(tokens: &[Token<'_>]) -> bool {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return false;
    };
    if !first.is("(") || !last.is(")") {
        return false;
    }
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
            if depth == 0 {
                return i + 1 == tokens.len();
            }
        }
    }
    false
}

/// Returns the value that the text behind `DEFAULT` stands for: a literal where it is one, else the expression, without
/// the parentheses around either.
pub(crate) fn value(sql: &str) -> Value {
    let tokens = meaningful(sql);
    let mut inner = tokens.as_slice();
    while let [_, within @ .., _] = inner
        && !within.is_empty()
        && is_wrapped(inner)
    {
        inner = within;
    }
    match (literal(inner), inner.first(), inner.last()) {
        (Some(literal), ..) => Value::Literal(literal),
        // A comment at the end would swallow the parenthesis that is written behind it.
        (None, Some(first), Some(last)) => Value::Sql(RawSql::new(&sql[first.start..last.end()])),
        (None, ..) => Value::Sql(RawSql::new(sql.trim())),
    }
}

fn literal(tokens: &[Token<'_>]) -> Option<Literal> {
    let (sign, token) = match tokens {
        [one] => ("", one),
        [sign, one] if sign.is("-") && one.kind == TokenKind::Number => ("-", one),
        _ => return None,
    };
    match token.kind {
        TokenKind::Text => Some(Literal::text(unquote(token.text))),
        TokenKind::Number => {
            let text = format!("{sign}{}", token.text);
            let whole = text.parse().map(Literal::Integer).ok();
            whole.or_else(|| text.parse().map(Literal::Float).ok())
        }
        TokenKind::Blob => {
            let digits = &token.text[2..token.text.len() - 1];
            let pair = |at| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
            let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
            Some(Literal::Bytes(bytes?.into()))
        }
        TokenKind::Word if token.is("NULL") => Some(Literal::Null),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_its_meaning_or_fail_without_parentheses_gets_them() {
        for bare in ["1", "-1.5", "'x'", "x'00'", "CURRENT_TIMESTAMP", "null", "(a) ", "(1) /* one */"] {
            assert!(is_bare(bare), "{bare}");
        }
        for other in ["open", "1+1", "(1)+(2)", "lower('X')", "\"x\"", ""] {
            assert!(!is_bare(other), "{other}");
        }
    }

    #[test]
    fn literals_are_told_from_expressions() {
        assert_eq!(value("-5"), Value::Literal(Literal::Integer(-5)));
        assert_eq!(value("'it''s'"), Value::Literal(Literal::text("it's")));
        assert_eq!(value("X'0fFF'"), Value::Literal(Literal::Bytes([15, 255].into())));
        assert_eq!(value("((1 -- one\n))"), Value::Literal(Literal::Integer(1)));
        assert_eq!(value("(CURRENT_DATE)"), Value::Sql(RawSql::new("CURRENT_DATE")));
        assert_eq!(value("(( 1 + 1 ))"), Value::Sql(RawSql::new("1 + 1")));
        assert_eq!(value("((1) + (1))"), Value::Sql(RawSql::new("(1) + (1)")));
        assert_eq!(value("CURRENT_DATE"), Value::Sql(RawSql::new("CURRENT_DATE")));
    }
}
