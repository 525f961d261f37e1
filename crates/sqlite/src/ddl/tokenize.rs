//! Cuts SQL into tokens as SQLite does (sqlite.org/lang.html, tokenize.c of 3.53); nothing of the text is lost.

/// A token, with its exact text. The texts of all tokens together are the text that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Space,
    Comment,
    /// A keyword or a name without quotes.
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// A text in single quotes.
    Text,
    /// `X'…'`.
    Blob,
    Number,
    /// A parameter, such as `?1` or `:name`.
    Parameter,
    /// An operator or punctuation.
    Symbol,
    /// A quote or comment that does not close.
    Unclosed,
}

impl<'a> Token<'a> {
    /// Returns where it ends, in bytes.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Says whether it is this keyword, in any case, or this symbol.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// Returns the name that it stands for. SQLite takes a text in single quotes as a name too, where one must stand.
    pub(crate) fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::Quoted | TokenKind::Text => Some(unquote(self.text)),
            _ => None,
        }
    }
}

/// Takes the quotes off a name or text.
pub(crate) fn unquote(text: &str) -> String {
    let mut chars = text.chars();
    let (Some(mark), Some(_)) = (chars.next(), chars.next_back()) else {
        return text.to_owned();
    };
    match mark {
        '[' => chars.as_str().to_owned(),
        mark => chars.as_str().replace(&format!("{mark}{mark}"), &mark.to_string()),
    }
}

/// Returns the tokens that are neither spaces nor comments.
pub(crate) fn meaningful(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = tokenize(sql);
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    tokens
}

/// Cuts a text into tokens.
pub(crate) fn tokenize(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < sql.len() {
        let (kind, length) = first(&sql[start..]);
        tokens.push(Token { kind, text: &sql[start..start + length], start });
        start += length;
    }
    tokens
}

fn first(sql: &str) -> (TokenKind, usize) {
    let bytes = sql.as_bytes();
    let next = bytes.get(1).copied();
    match bytes[0] {
        b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => {
            (TokenKind::Space, span(sql, |c| matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')))
        }
        b'-' if next == Some(b'-') => (TokenKind::Comment, sql.find('\n').unwrap_or(sql.len())),
        // SQLite lets the end of the text close a comment.
        b'/' if next == Some(b'*') => {
            (TokenKind::Comment, sql[2..].find("*/").map_or(sql.len(), |end| end + 4))
        }
        b'\'' => quoted(sql, '\'', TokenKind::Text),
        mark @ (b'"' | b'`') => quoted(sql, char::from(mark), TokenKind::Quoted),
        b'[' => match sql.find(']') {
            Some(end) => (TokenKind::Quoted, end + 1),
            None => (TokenKind::Unclosed, sql.len()),
        },
        b'x' | b'X' if next == Some(b'\'') => match sql[2..].find('\'') {
            Some(end) => (TokenKind::Blob, end + 3),
            None => (TokenKind::Unclosed, sql.len()),
        },
        b'0'..=b'9' => (TokenKind::Number, number(sql)),
        b'.' if next.is_some_and(|digit| digit.is_ascii_digit()) => (TokenKind::Number, number(sql)),
        b'?' | b':' | b'@' | b'#' => (TokenKind::Parameter, 1 + span(&sql[1..], is_name)),
        _ if sql.starts_with(is_name) => (TokenKind::Word, span(sql, is_name)),
        _ => (TokenKind::Symbol, symbol(sql)),
    }
}

fn span(text: &str, within: impl Fn(char) -> bool) -> usize {
    text.find(|c| !within(c)).unwrap_or(text.len())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn quoted(sql: &str, mark: char, kind: TokenKind) -> (TokenKind, usize) {
    let mut at = 1;
    loop {
        match sql[at..].find(mark) {
            None => return (TokenKind::Unclosed, sql.len()),
            Some(end) if sql[at + end + 1..].starts_with(mark) => at += end + 2,
            Some(end) => return (kind, at + end + 1),
        }
    }
}

fn number(sql: &str) -> usize {
    let digits = |text: &str| span(text, |c| c.is_ascii_digit() || c == '_');
    if sql.starts_with("0x") || sql.starts_with("0X") {
        return 2 + span(&sql[2..], |c| c.is_ascii_hexdigit() || c == '_');
    }
    let mut end = digits(sql);
    if sql[end..].starts_with('.') {
        end += 1 + digits(&sql[end + 1..]);
    }
    if sql[end..].starts_with(['e', 'E']) {
        let sign = usize::from(sql[end + 1..].starts_with(['+', '-']));
        let exponent = digits(&sql[end + 1 + sign..]);
        end += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    end
}

fn symbol(sql: &str) -> usize {
    const LONG: [&str; 10] = ["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "!=", "=="];
    let long = LONG.iter().find(|symbol| sql.starts_with(**symbol));
    long.map_or_else(|| sql.chars().next().map_or(1, char::len_utf8), |symbol| symbol.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::{Blob, Comment, Number, Quoted, Symbol, Text, Unclosed, Word};

    fn cut(sql: &str) -> Vec<(TokenKind, &str)> {
        tokenize(sql).into_iter().filter(|t| t.kind != TokenKind::Space).map(|t| (t.kind, t.text)).collect()
    }

    #[test]
    fn each_kind_is_told_apart() {
        assert_eq!(
            cut("a1 \"b\"\"c\" [d]]`e` 'it''s' x'0f' 1.5e-3 0xF .5 <>|| -- end\n/*open"),
            [
                (Word, "a1"),
                (Quoted, "\"b\"\"c\""),
                (Quoted, "[d]"),
                (Symbol, "]"),
                (Quoted, "`e`"),
                (Text, "'it''s'"),
                (Blob, "x'0f'"),
                (Number, "1.5e-3"),
                (Number, "0xF"),
                (Number, ".5"),
                (Symbol, "<>"),
                (Symbol, "||"),
                (Comment, "-- end"),
                (Comment, "/*open"),
            ]
        );
        assert_eq!(cut("'open"), [(Unclosed, "'open")]);
        assert_eq!(cut("Größe 1e"), [(Word, "Größe"), (Number, "1"), (Word, "e")]);
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        for text in
            ["CREATE TABLE t (a, -- x\n b /* y */ DEFAULT 'z''')", "\u{e9}é[", "\"", "1e+", "a->>'$.b'"]
        {
            assert_eq!(tokenize(text).iter().map(|token| token.text).collect::<String>(), text);
        }
    }
}
