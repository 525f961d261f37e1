//! Cuts SQL into tokens, in a way of its own, so that a fault of the reader that is tested is not shared.

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Where it starts, in bytes.
    pub(super) start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    /// A word, or a name in `""`, `[]` or backticks.
    Name,
    Text,
    Other,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Returns a name without its quotes, in small letters.
    pub(super) fn plain(&self) -> String {
        let inner = |text: &str| text[1..text.len() - 1].to_owned();
        let name = match self.text.as_bytes()[0] {
            b'"' => inner(self.text).replace("\"\"", "\""),
            b'`' => inner(self.text).replace("``", "`"),
            b'\'' => inner(self.text).replace("''", "'"),
            b'[' if self.kind == Kind::Name => inner(self.text),
            _ => self.text.to_owned(),
        };
        name.to_ascii_lowercase()
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Name && self.text.eq_ignore_ascii_case(word)
    }
}

/// Cuts a text that SQLite has accepted; white space is left out.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &sql[at..];
        let quoted = |quote: char| {
            let mut end = 1;
            loop {
                match rest[end..].find(quote) {
                    None => break rest.len(),
                    Some(next) if rest[end + next + 1..].starts_with(quote) => end += next + 2,
                    Some(next) => break end + next + 1,
                }
            }
        };
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
        let (kind, length) = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with("/*") => {
                (Kind::Comment, rest[2..].find("*/").map_or(rest.len(), |end| end + 4))
            }
            b'\'' => (Kind::Text, quoted('\'')),
            b'"' => (Kind::Name, quoted('"')),
            b'`' => (Kind::Name, quoted('`')),
            b'[' => (Kind::Name, rest.find(']').map_or(rest.len(), |end| end + 1)),
            _ if rest.starts_with(is_word) => (Kind::Name, rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
            _ => (Kind::Other, 1),
        };
        found.push(Token { kind, text: &rest[..length], start: at });
        at += length;
    }
    found
}
