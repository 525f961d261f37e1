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
    /// What SQLite takes for no token: a quote that does not close, `1x`, `x'0'`, a stray `!`.
    Illegal,
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

    /// Says whether it is a number whose `_` all stand between digits. Where SQLite reads no value, as in what it hands
    /// on to a module, it takes others too (sqlite.org/lang_expr.html#literal_values_constants_).
    pub(crate) fn is_number(&self) -> bool {
        let hex = self.text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
        let is_digit = |c: char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let mut parted = self.text.match_indices('_');
        self.kind == TokenKind::Number
            && parted.all(|(at, _)| {
                self.text[..at].ends_with(is_digit) && self.text[at + 1..].starts_with(is_digit)
            })
    }

    /// Says whether it is a number as a type may have it: SQLite takes none with `_` there.
    pub(crate) fn is_size(&self) -> bool {
        self.kind == TokenKind::Number && !self.text.contains('_')
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
        b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => (TokenKind::Space, span(sql, is_space)),
        // SQLite passes over a byte order mark.
        _ if sql.starts_with('\u{feff}') => (TokenKind::Space, '\u{feff}'.len_utf8()),
        b'-' if next == Some(b'-') => (TokenKind::Comment, sql.find('\n').unwrap_or(sql.len())),
        // SQLite lets the end of the text close a comment, but not that of the text `/*`.
        b'/' if next == Some(b'*') && sql.len() > 2 => {
            (TokenKind::Comment, sql[2..].find("*/").map_or(sql.len(), |end| end + 4))
        }
        b'\'' => quoted(sql, '\'', TokenKind::Text),
        mark @ (b'"' | b'`') => quoted(sql, char::from(mark), TokenKind::Quoted),
        b'[' => match sql.find(']') {
            Some(end) => (TokenKind::Quoted, end + 1),
            None => (TokenKind::Illegal, sql.len()),
        },
        b'x' | b'X' if next == Some(b'\'') => blob(sql),
        b'0'..=b'9' => number(sql),
        b'.' if next.is_some_and(|digit| digit.is_ascii_digit()) => number(sql),
        b'?' => (TokenKind::Parameter, 1 + span(&sql[1..], |c| c.is_ascii_digit())),
        b':' | b'@' | b'#' | b'$' => parameter(sql),
        _ if sql.starts_with(is_name) => (TokenKind::Word, span(sql, is_name)),
        _ => symbol(sql),
    }
}

fn span(text: &str, within: impl Fn(char) -> bool) -> usize {
    text.find(|c| !within(c)).unwrap_or(text.len())
}

/// A vertical tab goes on a run of spaces, but begins none.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn quoted(sql: &str, mark: char, kind: TokenKind) -> (TokenKind, usize) {
    let mut at = 1;
    loop {
        match sql[at..].find(mark) {
            None => return (TokenKind::Illegal, sql.len()),
            Some(end) if sql[at + end + 1..].starts_with(mark) => at += end + 2,
            Some(end) => return (kind, at + end + 1),
        }
    }
}

fn blob(sql: &str) -> (TokenKind, usize) {
    let Some(digits) = sql[2..].find('\'') else {
        return (TokenKind::Illegal, sql.len());
    };
    let whole = digits % 2 == 0 && sql[2..2 + digits].bytes().all(|byte| byte.is_ascii_hexdigit());
    (if whole { TokenKind::Blob } else { TokenKind::Illegal }, digits + 3)
}

fn parameter(sql: &str) -> (TokenKind, usize) {
    let mut end = 1;
    let mut named = false;
    loop {
        let name = span(&sql[end..], is_name);
        named |= name > 0;
        end += name;
        let rest = &sql[end..];
        if rest.starts_with("::") {
            end += 2;
        } else if named && rest.starts_with('(') {
            // A variable of Tcl may have an index, without spaces.
            let index = span(&rest[1..], |c| c != ')' && !is_space(c)) + 1;
            let closes = rest[index..].starts_with(')');
            let kind = if closes { TokenKind::Parameter } else { TokenKind::Illegal };
            return (kind, end + index + usize::from(closes));
        } else {
            return (if named { TokenKind::Parameter } else { TokenKind::Illegal }, end);
        }
    }
}

fn number(sql: &str) -> (TokenKind, usize) {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let hex = (sql.starts_with("0x") || sql.starts_with("0X")) && sql[2..].starts_with(is_hex);
    let end = if hex { 2 + span(&sql[2..], |c| is_hex(c) || c == '_') } else { decimal(sql) };
    // Letters behind a number belong to it, and make it none.
    let all = end + span(&sql[end..], is_name);
    (if all == end { TokenKind::Number } else { TokenKind::Illegal }, all)
}

fn decimal(sql: &str) -> usize {
    let digits = |text: &str| span(text, |c| c.is_ascii_digit() || c == '_');
    let mut end = digits(sql);
    if sql[end..].starts_with('.') {
        end += 1 + digits(&sql[end + 1..]);
    }
    if sql[end..].starts_with(['e', 'E']) {
        let sign = usize::from(sql[end + 1..].starts_with(['+', '-']));
        let exponent = &sql[end + 1 + sign..];
        end +=
            if exponent.starts_with(|c: char| c.is_ascii_digit()) { 1 + sign + digits(exponent) } else { 0 };
    }
    end
}

fn symbol(sql: &str) -> (TokenKind, usize) {
    const LONG: [&str; 10] = ["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "!=", "=="];
    if let Some(long) = LONG.iter().find(|symbol| sql.starts_with(**symbol)) {
        return (TokenKind::Symbol, long.len());
    }
    let known = sql.starts_with(|c| "+-*/%=<>|&~.,;()".contains(c));
    // Every character beyond ASCII is part of a name.
    (if known { TokenKind::Symbol } else { TokenKind::Illegal }, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::{Blob, Comment, Illegal, Number, Parameter, Quoted, Symbol, Text, Word};

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
                (Illegal, "]"),
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
        assert_eq!(cut("Größe /*"), [(Word, "Größe"), (Symbol, "/"), (Symbol, "*")]);
    }

    #[test]
    fn numbers_and_parameters_end_where_sqlite_ends_them() {
        for number in ["1_0.2_5e1_0", "0xF_f", "1.", ".5e+1", "00"] {
            assert_eq!(cut(number), [(Number, number)]);
        }
        for parameter in ["?", "?12", ":a", "$a::b(c,d)", "@é"] {
            assert_eq!(cut(parameter), [(Parameter, parameter)]);
        }
        assert_eq!(cut("1.e5.5?a"), [(Number, "1.e5"), (Number, ".5"), (Parameter, "?"), (Word, "a")]);
    }

    #[test]
    fn a_number_has_its_separators_between_digits() {
        let number = |text| tokenize(text)[0].is_number();
        assert!(["1_0", "0xF_f", "1_0.2_5", "7"].into_iter().all(number));
        for text in ["1_", "1__0", "0__0_", "0xF_", "1_.5", "1._5e1"] {
            assert_eq!(cut(text), [(Number, text)]);
            assert!(!number(text), "{text}");
        }
    }

    #[test]
    fn what_sqlite_refuses_as_a_token_is_illegal() {
        for text in [
            "'open", "\"", "[a", "`a``", "1e", "1a", "1é", "0x", "x'0'", "x'0g'", "x'", ":", "$a(b", "!",
            "{", "\x0b", "\0",
        ] {
            assert_eq!(cut(text), [(Illegal, text)], "{text:?}");
        }
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
