//! Cuts a text into its statements, for running each by itself outside a transaction.
//!
//! PostgreSQL runs a text of several statements in one transaction, in which `CREATE INDEX CONCURRENTLY` is refused
//! (postgresql.org/docs, Multiple Statements in a Simple Query). The rules of its lexer are kept: comments that nest,
//! `'…'`, `E'…'`, `"…"` and `$tag$…$tag$`. A body of `BEGIN ATOMIC` is kept whole.

/// Returns the statements, in order, without the semicolons between them. Those that hold nothing are left out.
pub(crate) fn split(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0_usize);
    let mut words: Vec<String> = Vec::new();
    while let Some(c) = sql[at..].chars().next() {
        let end = at + token(&sql[at..], at.checked_sub(1).and_then(|before| sql.as_bytes().get(before)));
        if is_word(c) {
            let word = sql[at..end].to_ascii_uppercase();
            match (word.as_str(), words.last().map(String::as_str)) {
                ("ATOMIC", Some("BEGIN")) => depth += 1,
                ("CASE", _) if depth > 0 => depth += 1,
                ("END", _) => depth = depth.saturating_sub(1),
                _ => {}
            }
            words.push(word);
        } else if c == ';' && depth == 0 {
            statements.push(&sql[start..at]);
            start = end;
            words.clear();
        }
        at = end;
    }
    statements.push(&sql[start..]);
    statements.retain(|statement| holds_something(statement));
    statements
}

/// Returns the tokens of a text, without spaces and comments: words, names in quotes with them, texts, and signs.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    let all = std::iter::from_fn(move || {
        let rest = sql.get(at..).filter(|rest| !rest.is_empty())?;
        let length = token(rest, at.checked_sub(1).and_then(|before| sql.as_bytes().get(before)));
        at += length;
        Some(&rest[..length])
    });
    all.filter(|token| !token.trim().is_empty() && !token.starts_with("--") && !token.starts_with("/*"))
}

fn holds_something(statement: &str) -> bool {
    let mut at = 0;
    while let Some(c) = statement[at..].chars().next() {
        let rest = &statement[at..];
        if !(c.is_whitespace() || rest.starts_with("--") || rest.starts_with("/*")) {
            return true;
        }
        at += token(rest, None);
    }
    false
}

fn is_word(c: char) -> bool {
    c.is_alphabetic() || c == '_' || !c.is_ascii()
}

/// Returns the length of the token at the start of `rest`.
fn token(rest: &str, before: Option<&u8>) -> usize {
    let mut chars = rest.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    let whole = rest.len();
    let to =
        |pattern: &str, from: usize| rest[from..].find(pattern).map_or(whole, |at| from + at + pattern.len());
    match first {
        '-' if rest.starts_with("--") => to("\n", 2),
        '/' if rest.starts_with("/*") => comment(rest),
        '\'' => {
            let escapes = matches!(before, Some(b'e' | b'E'));
            quoted(rest, '\'', escapes)
        }
        '"' => quoted(rest, '"', false),
        '$' => {
            let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
            match tag.filter(|tag| tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_')) {
                // In a word a dollar is but a letter, and digits behind it name a parameter.
                Some(tag) if !tag[1..].starts_with(|c: char| c.is_ascii_digit()) => to(tag, tag.len()),
                _ => 1,
            }
        }
        // An E before a quote stays with it, so it ends here.
        'e' | 'E' if rest[1..].starts_with('\'') => 1,
        c if is_word(c) => {
            let end = rest.find(|c: char| !(is_word(c) || c.is_ascii_digit() || c == '$'));
            end.unwrap_or(whole)
        }
        c => c.len_utf8(),
    }
}

fn quoted(rest: &str, mark: char, escapes: bool) -> usize {
    let mut skip = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if skip => skip = false,
            '\\' if escapes => skip = true,
            // A doubled mark closes and opens again, with the same end.
            c if c == mark => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_semicolon_within_a_text_a_name_or_a_comment_ends_nothing() {
        assert_eq!(split("a; b ;\n"), ["a", " b "]);
        assert_eq!(split("select ';''', \"x;\"; -- no;\n b"), ["select ';''', \"x;\"", " -- no;\n b"]);
        assert_eq!(split("select E'\\';'; /* ; /* ; */ ; */ c"), ["select E'\\';'", " /* ; /* ; */ ; */ c"]);
        assert_eq!(split("do $x$ begin a; b; end $x$; c"), ["do $x$ begin a; b; end $x$", " c"]);
        assert_eq!(split("select $1; d$e$; f$e$"), ["select $1", " d$e$", " f$e$"]);
        assert_eq!(split(" ; -- nothing\n"), [""; 0]);
    }

    #[test]
    fn a_body_of_begin_atomic_is_whole() {
        let body = "create function f() begin atomic select case when a then 1 end; select 2; end";
        assert_eq!(split(&format!("{body}; b")), [body, " b"]);
    }
}
