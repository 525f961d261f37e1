//! The words of an expression: as its author wrote it, or without what PostgreSQL adds when it prints one.

use limbeck_core::dialect::Names;
use limbeck_core::literal::RawSql;
use limbeck_core::raw::{Word, query_structure, structure};

use crate::dialect::NAME;

const NAMES: Names = Names { dialect: NAME, flavour: NAME };

/// Returns the words of an expression, one space between them: without parentheses, brackets and casts; names without
/// quotes, other words in small letters; some operators as their author would write them.
///
/// Two expressions of the same meaning may still differ, and two that differ only in parentheses come out alike.
pub(crate) fn normal(sql: &RawSql) -> RawSql {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql.as_str().trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest);
        rest = after.trim_start();
        match word.as_str() {
            "(" | ")" | "[" | "]" | "" => {}
            "::" => rest = after_type(rest),
            _ => words.push(word),
        }
    }
    let text = format!(" {} ", with_between(words).join(" "));
    let text = [
        (" != ", " <> "),
        (" = any array ", " in "),
        (" <> all array ", " not in "),
        (" !~~* ", " not ilike "),
        (" ~~* ", " ilike "),
        (" !~~ ", " not like "),
        (" ~~ ", " like "),
        (" , ", " "),
    ]
    .into_iter()
    .fold(text, |text, (from, to)| text.replace(from, to));
    RawSql::new(text.trim())
}

/// Says `BETWEEN` where PostgreSQL prints what it means of a column: two comparisons.
fn with_between(words: Vec<String>) -> Vec<String> {
    let is_name = |word: &str| word.starts_with(is_word);
    let mut said: Vec<String> = Vec::with_capacity(words.len());
    let mut rest = &words[..];
    while let [first, behind @ ..] = rest {
        // Without parentheses only what stands between two `and` or `or` is known to be compared whole.
        let is_first = said.last().is_none_or(|before| before == "and" || before == "or");
        match behind {
            [least, low, and, again, most, high, behind @ ..]
                if is_first
                    && [least.as_str(), and, most] == [">=", "and", "<="]
                    && first == again
                    && is_name(first)
                    && behind.first().is_none_or(|next| next == "and" || next == "or") =>
            {
                said.extend([first.as_str(), "between", low, "and", high].map(str::to_owned));
                rest = behind;
            }
            _ => {
                said.push(first.clone());
                rest = behind;
            }
        }
    }
    said
}

/// Returns the words of an expression that its author wrote, one space between them, with all that they mean: casts, texts as
/// they are written, and parentheses around all that is put together.
pub(crate) fn written(sql: &RawSql) -> RawSql {
    joined(&structure(sql.as_str(), NAMES))
}

/// Does what [`written`] does with the query of a view.
pub(crate) fn written_query(sql: &RawSql) -> RawSql {
    joined(&query_structure(sql.as_str(), NAMES))
}

fn joined(words: &[Word]) -> RawSql {
    RawSql::new(words.iter().map(Word::as_str).collect::<Vec<_>>().join(" "))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Cuts the first word off.
fn word(text: &str) -> (String, &str) {
    let first = text.chars().next().unwrap_or(' ');
    match first {
        '\'' => {
            let (inner, after) = quoted(text, '\'');
            // PostgreSQL prints a negative number as a text with a cast.
            let inner = bytes(&inner).unwrap_or(inner);
            match inner.parse::<f64>() {
                Ok(_) => (inner.replacen('-', "- ", 1), after),
                Err(_) => (format!("'{inner}'"), after),
            }
        }
        '"' => quoted(text, '"'),
        'E' | 'e' if text[1..].starts_with('\'') => {
            let (inner, after) = quoted(&text[1..], '\'');
            let inner = inner.replace("\\\\", "\\");
            (format!("'{}'", bytes(&inner).unwrap_or(inner)), after)
        }
        c if is_word(c) => {
            let end = text.find(|c: char| !(is_word(c) || c == '.')).unwrap_or(text.len());
            (text[..end].to_lowercase(), &text[end..])
        }
        c if "()[],".contains(c) => (c.to_string(), &text[1..]),
        c if "+-*/<>=~!@#%^&|`?:".contains(c) => {
            let end = text.find(|c: char| !"+-*/<>=~!@#%^&|`?:".contains(c)).unwrap_or(text.len());
            (text[..end].to_owned(), &text[end..])
        }
        c => (c.to_string().trim().to_owned(), &text[c.len_utf8()..]),
    }
}

/// Returns the text that bytes were given as, which PostgreSQL prints as `\x…`.
fn bytes(text: &str) -> Option<String> {
    let hex = text.strip_prefix("\\x")?;
    let digits: Vec<u8> =
        hex.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    String::from_utf8(
        digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or_default()).collect(),
    )
    .ok()
}

fn quoted(text: &str, mark: char) -> (String, &str) {
    let mut inner = String::new();
    let mut rest = &text[1..];
    loop {
        let Some(end) = rest.find(mark) else { return (format!("{inner}{rest}"), "") };
        inner.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix(mark) {
            Some(next) => {
                inner.push(mark);
                rest = next;
            }
            None => return (inner, rest),
        }
    }
}

/// Cuts the type behind a cast off.
fn after_type(text: &str) -> &str {
    const MORE: [&str; 7] = ["varying", "precision", "without", "with", "time", "zone", "timestamp"];
    let (_, mut rest) = word(text);
    loop {
        let trimmed = rest.trim_start();
        let (next, after) = if trimmed.is_empty() { (String::new(), "") } else { word(trimmed) };
        rest = match next.as_str() {
            "(" => trimmed.split_once(')').map_or("", |(_, after)| after),
            "[" => trimmed.split_once(']').map_or("", |(_, after)| after),
            word if MORE.contains(&word) => after,
            _ if rest.starts_with('.') => rest[1..].trim_start_matches(is_word),
            _ => return rest,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sql: &str) -> String {
        normal(&RawSql::new(sql)).to_string()
    }

    #[test]
    fn what_an_author_wrote_says_more_than_what_is_printed() {
        let written = |sql: &str| written(&RawSql::new(sql)).to_string();
        assert_eq!(written("a > 0 AND \"b\" != 'It''s'"), written("((A > 0) and (b <> 'It''s'))"));
        assert_ne!(written("NOT (a AND b)"), written("NOT a AND b"));
        assert_ne!(written("now()"), written("now()::date"));
        assert_ne!(written("a > '0'"), written("a > 0"));
        assert_ne!(written("a = '\\x41'"), written("a = 'A'"));
        assert_ne!(written("a = 'A'"), written("a = 'a'"));
        assert_ne!(written("a = $$A$$"), written("a = $$a$$"));
    }

    #[test]
    fn what_is_written_and_what_is_printed_have_the_same_words() {
        for (written, printed) in [
            ("total >= 0", "(total >= (0)::numeric)"),
            ("length(\"it's\") < 9", "(length(\"it's\") < 9)"),
            ("lower(\"e'mail\")", "lower((\"e'mail\")::text)"),
            (
                "state IN ('a', 'b')",
                "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("a <> ''", "(a <> ''::text)"),
            ("name LIKE 'x%'", "((name)::text ~~ 'x%'::text)"),
            ("-1", "'-1'::integer"),
            ("a BETWEEN 1 AND 5 AND b > 1", "(((a >= 1) AND (a <= 5)) AND (b > 1))"),
            ("x OR d BETWEEN '2020-01-01' AND now()", "(x OR ((d >= '2020-01-01'::date) AND (d <= now())))"),
            ("bigint + 1", "(bigint + 1)"),
            ("at > '2020-01-01'", "(at > '2020-01-01'::timestamp without time zone)"),
            ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ] {
            assert_eq!(words(written), words(printed));
        }
    }

    #[test]
    fn between_is_about_one_whole_side() {
        assert_ne!(words("b + a >= 1 AND a <= 5"), words("b + a BETWEEN 1 AND 5"));
        assert_ne!(words("a >= 1 AND a <= 5 + b"), words("a BETWEEN 1 AND 5"));
        assert_ne!(words("a >= 1 AND b <= 5"), words("a BETWEEN 1 AND 5"));
    }
}
