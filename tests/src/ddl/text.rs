//! SQL in a form in which two texts are equal that differ only in white space, in quotes around names, and in how changes
//! of one table are grouped.

use super::server::Server;

/// A statement as its tokens: words and names without quotes, texts with theirs, and signs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line(pub(super) Vec<String>);

impl Line {
    /// Says whether the statement begins with these words.
    pub(super) fn starts_with(&self, words: &[&str]) -> bool {
        self.0.len() >= words.len() && self.0.iter().zip(words).all(|(token, word)| token == word)
    }

    /// Returns where these words stand one after the other.
    pub(super) fn find(&self, words: &[&str]) -> Option<usize> {
        self.0
            .windows(words.len())
            .position(|window| window.iter().zip(words).all(|(token, word)| token == word))
    }

    /// Says whether these words stand one after the other.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        self.find(words).is_some()
    }
}

/// Brings statements into the form for comparison: each change of a table, and each row, is a statement of its own.
pub(super) fn normal(statements: &[String], server: Server) -> Vec<Line> {
    let lines = statements.iter().flat_map(|statement| {
        let tokens = tokens(statement, server);
        tokens.split(|token| token == ";").map(<[String]>::to_vec).collect::<Vec<_>>()
    });
    let lines = lines.filter(|tokens| !tokens.is_empty()).map(|tokens| match server.is_mysql() {
        true => as_change_of_table(tokens),
        false => tokens,
    });
    lines.flat_map(ungrouped).map(Line).collect()
}

/// Writes `CREATE INDEX i ON t` and `DROP INDEX i ON t` as the parts of `ALTER TABLE t` that do the same on MySQL.
fn as_change_of_table(tokens: Vec<String>) -> Vec<String> {
    let Some(index) = tokens.iter().take(3).position(|token| token == "INDEX") else { return tokens };
    let Some(on) = tokens.iter().position(|token| token == "ON") else { return tokens };
    let verb = match tokens[0].as_str() {
        "CREATE" => "ADD",
        "DROP" => "DROP",
        _ => return tokens,
    };
    let (name, rest) = (&tokens[on + 1..], name_length(&tokens[on + 1..]));
    let head = ["ALTER", "TABLE"].map(str::to_owned);
    let kind = &tokens[1..=index];
    let called = &tokens[index + 1..on];
    [&head, &name[..rest], &[verb.to_owned()], kind, called, &name[rest..]].concat()
}

/// Takes a statement apart that does several things: one `ALTER TABLE`, or one `INSERT`.
fn ungrouped(tokens: Vec<String>) -> Vec<Vec<String>> {
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token == word);
    let head = if word(0, "ALTER") && word(1, "TABLE") {
        2 + name_length(&tokens[2..])
    } else if word(0, "INSERT")
        && let Some(values) = tokens.iter().position(|token| token == "VALUES")
    {
        values + 1
    } else {
        return vec![tokens];
    };
    let mut depth = 0_i32;
    let mut parts = vec![Vec::new()];
    for token in &tokens[head..] {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(token.clone());
        }
    }
    parts.into_iter().map(|part| [&tokens[..head], &part].concat()).collect()
}

/// Returns how many tokens the name of a table has: `t`, or `s . t`.
fn name_length(tokens: &[String]) -> usize {
    if tokens.get(1).is_some_and(|token| token == ".") { 3 } else { 1 }
}

/// Takes a text apart. Comments do not occur.
pub(super) fn tokens(sql: &str, server: Server) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_quote = first == '`' || (first == '"' && !server.is_mysql());
        if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
        } else if is_quote {
            let (name, after) = quoted(rest, first, false);
            tokens.push(name);
            rest = after;
        } else if rest.starts_with("E'") && server == Server::Postgres {
            let (text, after) = quoted(&rest[1..], '\'', false);
            tokens.push(format!("'{}'", text.replace("\\\\", "\\")));
            rest = after;
        } else if first == '\'' {
            let (text, after) = quoted(rest, first, server.is_mysql());
            tokens.push(format!("'{text}'"));
            rest = after;
        } else if is_word(first) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            tokens.push(first.to_string());
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Reads what stands in quotes, doubled ones made single, and returns what follows.
fn quoted(text: &str, quote: char, escapes: bool) -> (String, &str) {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            inner.push(c);
            inner.extend(chars.next().map(|(_, next)| next));
        } else if c != quote {
            inner.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            inner.push(quote);
            chars.next();
        } else {
            return (inner, &text[at + 1..]);
        }
    }
    (inner, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_space_and_groups_make_no_difference() {
        let one =
            ["ALTER TABLE \"s\".\"t\" ADD COLUMN a INT DEFAULT 'a, b', DROP  COLUMN \"it's\"".to_owned()];
        let two = [
            "ALTER TABLE s.t ADD COLUMN a INT\n\tDEFAULT 'a, b'".to_owned(),
            "ALTER TABLE s.t DROP COLUMN \"it's\"".to_owned(),
        ];
        assert_eq!(normal(&one, Server::Postgres), normal(&two, Server::Postgres));
        let rows = ["INSERT INTO t (a) VALUES (1), (2)".to_owned()];
        assert_eq!(normal(&rows, Server::Sqlite).len(), 2);
    }

    #[test]
    fn texts_and_words_make_a_difference() {
        let of = |sql: &str| normal(&[sql.to_owned()], Server::Mysql);
        assert_ne!(of("SELECT 'a'"), of("SELECT 'A'"));
        assert_ne!(of("SELECT 'a'"), of("SELECT `a`"));
        assert_ne!(of("SELECT 'a\\'b'"), of("SELECT 'a'"));
    }
}
