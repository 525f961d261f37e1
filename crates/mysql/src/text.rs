//! SQL texts as the server gives them back: types and expressions in one spelling.

use limbeck_core::raw::Word;

/// Returns an expression in one spelling: small letters, no quotes around names, no spaces and parentheses that the
/// server adds, no character sets before texts, and one word for what has several.
pub(crate) fn plain(sql: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, first),
            '`' | '"' => quoted(rest, first),
            c if c.is_alphanumeric() || c == '_' || c == '@' || c == '$' => {
                rest.find(|c: char| !(c.is_alphanumeric() || "_@$.".contains(c))).unwrap_or(rest.len())
            }
            '<' | '>' | '!' | '|' | '&' => {
                let length = rest.find(|c: char| !"<>=!|&".contains(c)).unwrap_or(rest.len());
                length.max(1)
            }
            other => other.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        let word = match first {
            c if c.is_whitespace() => continue,
            '(' | ')' => continue,
            // The server escapes with a backslash what an author doubles.
            '\'' => token.replace("\\'", "''"),
            '`' => token[1..token.len().max(2) - 1].replace("``", "`").to_lowercase(),
            '"' => token[1..token.len().max(2) - 1].replace("\"\"", "\"").to_lowercase(),
            // A character set before a text, as in `_utf8mb4'x'`.
            '_' if rest.starts_with('\'') => continue,
            _ => token.to_lowercase(),
        };
        words.push(one_word_for(word));
    }
    // `a.b` and `a` . `b` are the same name.
    words.join(" ").replace(" . ", ".")
}

/// Returns one word for what has several.
fn one_word_for(word: String) -> String {
    let same = match word.as_str() {
        "!=" => "<>",
        "now" | "localtime" | "localtimestamp" => "current_timestamp",
        "curdate" => "current_date",
        "true" => "1",
        "false" => "0",
        "octet_length" => "length",
        "lcase" => "lower",
        "ucase" => "upper",
        "&&" => "and",
        _ => return word,
    };
    same.to_owned()
}

/// Returns what an author wrote in one spelling: small letters but in texts, no quotes around names, one word for what has several,
/// and no table behind a query that has none.
pub(crate) fn written(words: &[Word]) -> String {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        out.push(match word {
            Word::Plain(text) => one_word_for(text.clone()),
            Word::Name(text) => text.to_lowercase(),
            Word::Literal(text) => text.clone(),
        });
        let behind =
            |words: &[&str]| out.ends_with(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let extra = match () {
            () if behind(&["current_timestamp", "(", ")"]) || behind(&["current_date", "(", ")"]) => 2,
            () if behind(&["from", "dual"]) => 2,
            () => 0,
        };
        out.truncate(out.len() - extra);
    }
    out.join(" ")
}

/// Doubles the quotes in texts that the server escapes with a backslash, so that every reader of SQL takes them for what they
/// are.
pub(crate) fn doubled(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('\'')) => out.push('\''),
            ('\\', Some(next)) => {
                out.push(c);
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Returns an expression in which each of some names stands in backticks where it stood in double quotes.
pub(crate) fn in_backticks(sql: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = if "'\"`".contains(first) { quoted(rest, first) } else { first.len_utf8() };
        let (token, after) = rest.split_at(length);
        rest = after;
        let inner = token.strip_prefix('"').and_then(|token| token.strip_suffix('"'));
        let name = inner.map(|inner| inner.replace("\"\"", "\""));
        match name.filter(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name))) {
            Some(name) => out.push_str(&format!("`{}`", name.replace('`', "``"))),
            None => out.push_str(token),
        }
    }
    out
}

/// Returns what stands between the parenthesis that a text begins with and the one that closes it.
pub(crate) fn enclosed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?;
    let (mut at, mut depth) = (0, 1);
    while let Some(first) = inner[at..].chars().next() {
        match first {
            '\'' | '"' | '`' => {
                at += quoted(&inner[at..], first);
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&inner[..at]);
        }
        at += first.len_utf8();
    }
    None
}

/// Says whether a text is one quoted stretch, or stands in parentheses as a whole.
pub(crate) fn is_one(text: &str) -> bool {
    match text.chars().next() {
        Some(quote @ ('\'' | '"')) => quoted(text, quote) == text.len(),
        _ => enclosed(text).is_some_and(|inner| inner.len() + 2 == text.len()),
    }
}

/// Returns what stands before the end of the line, which is none in quotes.
pub(crate) fn line(text: &str) -> &str {
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        match first {
            '\n' => break,
            '\'' | '"' | '`' => at += quoted(&text[at..], first),
            _ => at += first.len_utf8(),
        }
    }
    &text[..at]
}

/// Returns the length of a quoted stretch at the start of a text.
fn quoted(text: &str, quote: char) -> usize {
    let mut inner = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = inner.next() {
        if c == '\\' && quote != '`' {
            inner.next();
        } else if c == quote {
            match inner.peek() {
                Some((_, next)) if *next == quote => {
                    inner.next();
                }
                _ => return at + quote.len_utf8(),
            }
        }
    }
    text.len()
}

/// Returns a type as `information_schema` spells it, without what depends on the version: widths of whole numbers,
/// and words that the server puts in by itself.
pub(crate) fn type_text(text: &str) -> String {
    let text = text.trim();
    let (head, tail) = match text.find('(').zip(closing(text)) {
        Some((open, close)) => (&text[..open], Some((&text[open + 1..close], &text[close + 1..]))),
        None => (text, None),
    };
    let (arguments, rest) = tail.unzip();
    let mut words = head.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words.extend(rest.unwrap_or_default().split_whitespace().map(str::to_lowercase));
    let name = match words.is_empty() {
        true => return String::new(),
        false => words.remove(0),
    };
    if matches!(name.as_str(), "enum" | "set") {
        return format!("{name}({})", arguments.map(values).unwrap_or_default());
    }
    let numbers: Option<Vec<u32>> =
        arguments.map(|list| list.split(',').filter_map(|number| number.trim().parse().ok()).collect());
    let one = numbers.as_ref().and_then(|numbers| numbers.first().copied());
    let (name, precision) = named(&name, &mut words, one, numbers);
    // A character set or collation is the column's, not the type's.
    let sign: Vec<&str> =
        ["unsigned", "zerofill"].into_iter().filter(|w| words.iter().any(|x| x == w)).collect();
    let mut out = name;
    if let Some(precision) = precision {
        out.push_str(&format!("({precision})"));
    }
    for word in sign {
        out.push(' ');
        out.push_str(word);
    }
    out
}

fn closing(text: &str) -> Option<usize> {
    let open = text.find('(')?;
    let mut at = open + 1;
    while at < text.len() {
        let rest = &text[at..];
        match rest.chars().next()? {
            quote @ ('\'' | '"') => at += quoted(rest, quote),
            ')' => return Some(at),
            c => at += c.len_utf8(),
        }
    }
    None
}

/// Returns the values of an enum or set without spaces between them.
fn values(list: &str) -> String {
    let mut out = Vec::new();
    let mut rest = list.trim();
    while rest.starts_with(['\'', '"']) {
        let length = quoted(rest, rest.chars().next().unwrap_or('\''));
        out.push(rest[..length].to_owned());
        rest = rest[length..].trim_start().trim_start_matches(',').trim_start();
    }
    out.join(",")
}

fn named(
    name: &str,
    words: &mut Vec<String>,
    one: Option<u32>,
    numbers: Option<Vec<u32>>,
) -> (String, Option<String>) {
    let listed = numbers
        .filter(|numbers| !numbers.is_empty())
        .map(|numbers| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(","));
    let plain = |name: &str| (name.to_owned(), None);
    let lengths = |kind: &str, length: Option<u32>| match length {
        Some(0..=255) => (format!("tiny{kind}"), None),
        Some(256..=65_535) | None => (kind.to_owned(), None),
        Some(65_536..=16_777_215) => (format!("medium{kind}"), None),
        Some(_) => (format!("long{kind}"), None),
    };
    match name {
        "bool" | "boolean" => ("tinyint".to_owned(), Some("1".to_owned())),
        "tinyint" if one == Some(1) => ("tinyint".to_owned(), Some("1".to_owned())),
        "tinyint" | "int1" => plain("tinyint"),
        "smallint" | "int2" => plain("smallint"),
        "mediumint" | "int3" | "middleint" => plain("mediumint"),
        "int" | "integer" | "int4" => plain("int"),
        "bigint" | "int8" => plain("bigint"),
        "serial" => {
            words.push("unsigned".to_owned());
            plain("bigint")
        }
        "decimal" | "numeric" | "dec" | "fixed" => {
            let both = match listed {
                None => "10,0".to_owned(),
                Some(list) if list.contains(',') => list,
                Some(one) => format!("{one},0"),
            };
            ("decimal".to_owned(), Some(both))
        }
        "float" if listed.as_ref().is_some_and(|list| list.contains(',')) => ("float".to_owned(), listed),
        "float" | "float4" => plain(if one.is_some_and(|bits| bits > 24) { "double" } else { "float" }),
        "double" | "real" | "float8" => ("double".to_owned(), listed),
        "national" | "nchar" | "nvarchar" | "char" | "character" | "varchar" | "varchar2" => {
            let varies = name.contains("varchar") || words.iter().any(|word| word.contains("var"));
            let length = one.unwrap_or(1).to_string();
            (if varies { "varchar" } else { "char" }.to_owned(), Some(length))
        }
        "binary" => ("binary".to_owned(), Some(one.unwrap_or(1).to_string())),
        "bit" => ("bit".to_owned(), Some(one.unwrap_or(1).to_string())),
        "year" => plain("year"),
        "text" => lengths("text", one),
        "blob" => lengths("blob", one),
        "long" => plain("mediumtext"),
        "time" | "datetime" | "timestamp" => (name.to_owned(), listed.filter(|digits| digits != "0")),
        other => (other.to_owned(), listed),
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::dialect::Names;
    use limbeck_core::raw::query_structure;

    use super::*;

    #[test]
    fn a_type_is_spelled_in_one_way() {
        for (written, kept) in [
            ("INTEGER", "int"),
            ("int(10) unsigned", "int unsigned"),
            ("BOOL", "tinyint(1)"),
            ("NUMERIC(10, 2)", "decimal(10,2)"),
            ("NUMERIC", "decimal(10,0)"),
            ("FLOAT(53)", "double"),
            ("ENUM('a', 'it''s')", "enum('a','it''s')"),
            ("VARCHAR(20) CHARACTER SET latin1", "varchar(20)"),
            ("BLOB(20)", "tinyblob"),
            ("NATIONAL VARCHAR(9)", "varchar(9)"),
            ("DOUBLE PRECISION", "double"),
            ("datetime(6)", "datetime(6)"),
        ] {
            assert_eq!(type_text(written), kept, "{written}");
        }
    }

    #[test]
    fn the_query_of_a_view_is_spelled_in_one_way() {
        const NAMES: Names = Names { dialect: "mysql", flavour: "mariadb" };
        let query = |sql: &str| written(&query_structure(sql, NAMES));
        assert_eq!(
            query("SELECT 'it''s -- no' AS x -- why\n/* so */ WHERE 1 > 0 # end"),
            query("select 'it\\'s -- no' AS `x` from DUAL  where (1 > 0)")
        );
        assert_ne!(query("SELECT \"A\""), query("SELECT \"a\""));
        assert_ne!(query("SELECT 'a . b'"), query("SELECT 'a.b'"));
        assert_eq!(query("SELECT now()"), query("SELECT current_timestamp"));
    }

    #[test]
    fn names_in_double_quotes_come_to_stand_in_backticks_and_texts_stay() {
        let names = ["we\"ird", "b"];
        assert_eq!(
            in_backticks("\"we\"\"ird\" > '\"b\"' OR \"a\" < \"B\"", &names),
            "`we\"ird` > '\"b\"' OR \"a\" < `B`"
        );
    }

    #[test]
    fn an_expression_is_spelled_in_one_way() {
        assert_eq!(plain("\"Größe\" >= 0 AND a!='X y'"), plain("(`größe` >= 0 and `a` <> _utf8mb4'X y')"));
        assert_eq!(plain("CURRENT_TIMESTAMP"), plain("current_timestamp()"));
        assert_ne!(plain("a > 1"), plain("a > 2"));
    }
}
