//! Takes the author's SQL apart at its semicolons.

/// Returns the statements of a text, without the semicolons between them and without empty ones.
///
/// A text that makes a trigger, routine or event is left whole, because such a body holds semicolons of its own; the
/// server takes it apart.
pub(super) fn split(sql: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut start = 0;
    let mut has_words = false;
    for token in tokens(sql) {
        match token {
            Token::Name(_) => {}
            Token::Semicolon(at) => {
                if has_words {
                    statements.push(sql[start..at].trim().to_owned());
                }
                (start, has_words) = (at + 1, false);
            }
            Token::Word(word) => {
                has_words = true;
                let body = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "BEGIN", "DELIMITER"];
                if body.iter().any(|body| word.eq_ignore_ascii_case(body)) {
                    return vec![sql.trim().to_owned()];
                }
            }
        }
    }
    if has_words {
        statements.push(sql[start..].trim().to_owned());
    }
    statements
}

/// Returns the words outside quotes and comments.
pub(super) fn words(sql: &str) -> impl Iterator<Item = &str> {
    tokens(sql).into_iter().filter_map(|token| match token {
        Token::Word(word) => Some(word),
        Token::Semicolon(_) | Token::Name(_) => None,
    })
}

/// Returns what stands in backticks, outside other quotes and comments; a backtick of a name is doubled there.
pub(super) fn quoted_names(sql: &str) -> impl Iterator<Item = &str> {
    tokens(sql).into_iter().filter_map(|token| match token {
        Token::Name(name) => Some(name),
        Token::Semicolon(_) | Token::Word(_) => None,
    })
}

enum Token<'t> {
    Semicolon(usize),
    Word(&'t str),
    /// What stands in backticks.
    Name(&'t str),
}

/// Returns the words and semicolons outside quotes and comments, and the names in backticks. A quote that never closes ends the
/// text.
fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let rest = &sql[at..];
        let end = |mark: &str, skip: usize| {
            rest[skip..].find(mark).map_or(bytes.len(), |end| at + skip + end + mark.len())
        };
        match bytes[at] {
            quote @ (b'\'' | b'"') => at = quoted(bytes, at, quote),
            b'`' => {
                let start = at;
                while bytes.get(at) == Some(&b'`') {
                    at = quoted(bytes, at, b'`');
                }
                found.extend(sql[start + 1..at].strip_suffix('`').map(Token::Name));
            }
            b'#' => at = end("\n", 1),
            b'-' if rest.starts_with("--") && !rest[2..].starts_with(|c: char| !c.is_whitespace()) => {
                at = end("\n", 2);
            }
            // What stands in `/*! … */` runs.
            b'/' if rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!") => {
                at = end("*/", 2);
            }
            b';' => {
                found.push(Token::Semicolon(at));
                at += 1;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
                found.push(Token::Word(&rest[..length]));
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}

/// Returns where a quoted text ends. A backslash is taken to escape in texts, as it does unless a session says
/// otherwise; a text that ends in one then only keeps statements together.
fn quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote != b'`' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{quoted_names, split};

    #[test]
    fn semicolons_in_quotes_and_comments_divide_nothing() {
        let sql = "INSERT INTO t VALUES ('a;b', \"c\\\";d\");; -- e;\nUPDATE `f;g` SET h = 1 /* ; */;\n";
        let statements = split(sql);
        assert_eq!(statements.len(), 2, "{statements:?}");
        assert!(statements[1].ends_with("UPDATE `f;g` SET h = 1 /* ; */"));
        assert_eq!(split("it's"), ["it's"]);
        assert!(split(" ; -- nothing\n").is_empty());
    }

    #[test]
    fn names_in_backticks_are_told_apart_from_what_stands_in_other_quotes() {
        let names = |sql| quoted_names(sql).collect::<Vec<_>>();
        assert_eq!(names("`a` > '`b`' -- `c`\n AND `d``e` <> \"`f`\""), ["a", "d``e"]);
        assert_eq!(names("`never closed"), Vec::<&str>::new());
    }

    #[test]
    fn a_body_with_semicolons_is_left_whole() {
        let sql = "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END;";
        assert_eq!(split(sql), [sql]);
    }
}
