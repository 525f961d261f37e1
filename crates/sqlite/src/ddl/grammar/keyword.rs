//! Which words may stand for a name (`%fallback` of parse.y and the keywords of tokenize.c, SQLite 3.53).

use super::super::{Token, TokenKind};

/// The keywords that never fall back to a name. `WINDOW`, `OVER` and `FILTER` are told by what stands around them.
const RESERVED: &[&str] = &[
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "AUTOINCREMENT",
    "BETWEEN",
    "CASE",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INDEX",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LIMIT",
    "NOT",
    "NOTHING",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "PRIMARY",
    "REFERENCES",
    "RETURNING",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRANSACTION",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// The words of joins.
pub(super) const JOINS: &[&str] = &["CROSS", "FULL", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT"];

/// What kind of name a token can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A name wherever one may stand: `ID` of parse.y.
    Name,
    /// A text in single quotes, which some places take for a name: `STRING`.
    Text,
    /// A word of a join: `JOIN_KW`, a name where no join can follow.
    Join,
    /// `INDEXED`, a name where `INDEXED BY` cannot follow.
    Indexed,
}

/// Says what kind of name a token can be; `None` for keywords that are never names and for all that is no word.
///
/// `WINDOW`, `OVER` and `FILTER` count as names here: whether they are depends on the tokens around them.
pub(crate) fn name_kind(token: &Token<'_>) -> Option<NameKind> {
    let among = |words: &[&str]| words.iter().any(|word| token.is(word));
    match token.kind {
        TokenKind::Quoted => Some(NameKind::Name),
        TokenKind::Text => Some(NameKind::Text),
        TokenKind::Word if among(RESERVED) => None,
        TokenKind::Word if among(JOINS) => Some(NameKind::Join),
        TokenKind::Word if token.is("INDEXED") => Some(NameKind::Indexed),
        TokenKind::Word => Some(NameKind::Name),
        _ => None,
    }
}

/// Says whether the word at this place is `WINDOW`, `OVER` or `FILTER` as a keyword (tokenize.c,
/// `analyzeWindowKeyword` and its neighbours). The tokens hold no spaces and comments.
pub(crate) fn is_contextual(tokens: &[Token<'_>], at: usize) -> bool {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word));
    let behind_parenthesis = at > 0 && is(at - 1, ")");
    let named = |at: usize| {
        let kind = tokens.get(at).and_then(name_kind);
        !matches!(kind, None | Some(NameKind::Indexed)) && !is(at, "FILTER")
    };
    if is(at, "WINDOW") {
        named(at + 1) && is(at + 2, "AS")
    } else if is(at, "OVER") {
        behind_parenthesis && (is(at + 1, "(") || named(at + 1))
    } else {
        is(at, "FILTER") && behind_parenthesis && is(at + 1, "(")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks SQLite itself which of its keywords may name a column.
    #[test]
    fn the_reserved_words_are_those_that_sqlite_refuses_as_names() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut seen = 0;
        for word in
            RESERVED.iter().chain(JOINS).chain(&["INDEXED", "ABORT", "KEY", "OVER", "CAST", "TEMP", "x"])
        {
            let sql = format!("CREATE TABLE {word} (x)");
            let takes = connection.execute_batch(&sql).is_ok();
            let tokens = super::super::super::meaningful(word);
            assert_eq!(name_kind(&tokens[0]).is_some(), takes, "{word}");
            seen += 1;
        }
        assert!(seen > 70);
    }
}
