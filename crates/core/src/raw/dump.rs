//! What the dumps of MySQL and MariaDB (`mysqldump --no-data`, `mariadb-dump`) hold that is not read as it stands: comments that
//! run, statements about the session and about how far something has counted, and words that say what goes without saying
//! (dev.mysql.com/doc/refman/8.4/en/comments.html, mariadb.com/kb/en/comment-syntax).

use std::ops::Range;

use crate::dialect::ServerInfo;

use super::grammar::Grammar;

/// A text as it is read, each byte in its place.
pub struct Readable {
    /// The text.
    pub text: String,
    /// Where triggers and routines stood, between `DELIMITER` and `DELIMITER ;`, which are left out.
    pub left_out: Vec<Range<usize>>,
}

/// Stands where `ZEROFILL` stood, which the parser does not know.
pub(super) const ZEROFILL: &str = "/*zero*/";

/// Returns a text as a model reads it on a server; as it is, but for MySQL and what descends from it.
pub fn readable(text: &str, server: &ServerInfo) -> Readable {
    let as_it_is = || Readable { text: text.to_owned(), left_out: Vec::new() };
    let Some(grammar) = Grammar::of(server.names()).filter(|grammar| grammar.is_mysql()) else {
        return as_it_is();
    };
    let version = [(server.version.major, 10_000), (server.version.minor, 100), (server.version.patch, 1)];
    let version = version.into_iter().map(|(number, weight)| u32::from(number) * weight).sum();
    let mut reading = Reading { text, bytes: text.as_bytes().to_vec(), left_out: Vec::new() };
    let tokens = reading.tokens(grammar == Grammar::Mariadb, version);
    for statement in tokens.split(|token| token.kind == Kind::End) {
        reading.statement(statement);
    }
    match String::from_utf8(reading.bytes) {
        Ok(text) => Readable { text, left_out: reading.left_out },
        Err(_) => as_it_is(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A text or a name in quotes.
    Quoted,
    Sign,
    /// The end of a statement.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    kind: Kind,
    span: Range<usize>,
}

struct Reading<'t> {
    text: &'t str,
    bytes: Vec<u8>,
    left_out: Vec<Range<usize>>,
}

impl Reading<'_> {
    /// Tells the text apart into tokens, and leaves out what is none: comments, also around what runs.
    fn tokens(&mut self, mariadb: bool, version: u32) -> Vec<Token> {
        let (mut tokens, mut at, mut runs) = (Vec::new(), 0, 0);
        while let Some(first) = self.text[at..].chars().next() {
            let rest = &self.text[at..];
            let through =
                |end: &str| rest[2.min(rest.len())..].find(end).map_or(rest.len(), |to| to + 2 + end.len());
            let (kind, length) = match first {
                c if c.is_whitespace() => (None, c.len_utf8()),
                '#' => (None, rest.find('\n').unwrap_or(rest.len())),
                '-' if rest.starts_with("--") && !rest[2..].starts_with(|c: char| !c.is_whitespace()) => {
                    (None, rest.find('\n').unwrap_or(rest.len()))
                }
                '/' if rest.starts_with("/*") => match runs_from(rest, mariadb, version) {
                    Some(length) => {
                        runs += 1;
                        self.blank(at..at + length);
                        (None, length)
                    }
                    None => {
                        let length = through("*/");
                        self.blank(at..at + length);
                        (None, length)
                    }
                },
                '*' if runs > 0 && rest.starts_with("*/") => {
                    runs -= 1;
                    self.blank(at..at + 2);
                    (None, 2)
                }
                '\'' | '"' | '`' => {
                    let length = quoted(rest, first);
                    self.double_quotes(at..at + length);
                    (Some(Kind::Quoted), length)
                }
                ';' => (Some(Kind::End), 1),
                c if is_of_word(c) => {
                    let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
                    match self.code_from(at) {
                        Some(end) => {
                            self.blank(at..end);
                            self.left_out.push(at..end);
                            (None, end - at)
                        }
                        None => (Some(Kind::Word), length),
                    }
                }
                c => (Some(Kind::Sign), c.len_utf8()),
            };
            tokens.extend(kind.map(|kind| Token { kind, span: at..at + length }));
            at += length;
        }
        tokens
    }

    /// Doubles the quotes in a text that stand behind a backslash.
    fn double_quotes(&mut self, span: Range<usize>) {
        let quote = self.bytes[span.start];
        let mut at = span.start + 1;
        while quote != b'`' && at + 1 < span.end {
            let escapes = self.bytes[at] == b'\\';
            if escapes && self.bytes[at + 1] == quote {
                self.bytes[at] = quote;
            }
            at += if escapes { 2 } else { 1 };
        }
    }

    /// Returns where the client is back at `;` behind a line that says `DELIMITER`.
    fn code_from(&self, at: usize) -> Option<usize> {
        let says = |line: &str, end: Option<&str>| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|word| word.eq_ignore_ascii_case("DELIMITER"))
                && words.next().is_some_and(|word| end.is_none_or(|end| word == end))
        };
        let is_first = self.text[..at].chars().next_back().is_none_or(|c| c == '\n');
        if !is_first || !says(self.text[at..].lines().next()?, None) {
            return None;
        }
        let mut end = at;
        for line in self.text[at..].split_inclusive('\n') {
            end += line.len();
            if says(line, Some(";")) {
                break;
            }
        }
        Some(end)
    }

    fn blank(&mut self, span: Range<usize>) {
        self.bytes[span].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }

    fn blank_all(&mut self, tokens: &[Token]) {
        for token in tokens {
            self.blank(token.span.clone());
        }
    }

    /// Puts another text in the place of a longer one.
    fn put(&mut self, span: Range<usize>, text: &str) {
        self.blank(span.clone());
        self.bytes[span.start..span.start + text.len()].copy_from_slice(text.as_bytes());
    }

    fn word(&self, token: &Token) -> String {
        match token.kind {
            Kind::Quoted => String::new(),
            _ => self.text[token.span.clone()].to_ascii_uppercase(),
        }
    }

    fn statement(&mut self, tokens: &[Token]) {
        let words: Vec<String> = tokens.iter().map(|token| self.word(token)).collect();
        let at = |index: usize| words.get(index).map_or("", String::as_str);
        match (at(0), at(1)) {
            ("DO", _) => self.blank_all(tokens),
            ("ALTER", "TABLE") if words.ends_with(&["DISABLE".into(), "KEYS".into()]) => {
                self.blank_all(tokens)
            }
            ("ALTER", "TABLE") if words.ends_with(&["ENABLE".into(), "KEYS".into()]) => {
                self.blank_all(tokens)
            }
            ("CREATE", "SEQUENCE") => self.sequence(tokens, &words),
            ("CREATE", "TABLE") => self.table(tokens, &words),
            ("CREATE", _) => self.view(tokens, &words),
            _ => {}
        }
    }

    /// Leaves out how a view is worked out and by whose rights, where that is what it is by itself.
    fn view(&mut self, tokens: &[Token], words: &[String]) {
        let start = if words.get(1).is_some_and(|word| word == "OR") { 3 } else { 1 };
        let Some(end) = words.iter().position(|word| word == "VIEW") else { return };
        let usual = ["ALGORITHM", "=", "UNDEFINED", "DEFINER", "@", "SQL", "SECURITY", ""];
        if start < end && words[start..end].iter().all(|word| usual.contains(&word.as_str())) {
            self.blank_all(&tokens[start..end]);
        }
    }

    /// Puts what is said of a sequence in the order in which the parser wants it, without what goes without saying.
    fn sequence(&mut self, tokens: &[Token], words: &[String]) {
        let mut parts: [Option<String>; 6] = Default::default();
        let mut at = match words.iter().position(|word| word == "EXISTS") {
            Some(exists) => exists + 2,
            None => 3,
        };
        let start = at;
        let number = |from: usize| {
            let mut from = from;
            while words.get(from).is_some_and(|word| ["WITH", "BY", "="].contains(&word.as_str())) {
                from += 1;
            }
            let sign = usize::from(words.get(from).is_some_and(|word| word == "-"));
            let end = from + sign + 1;
            Some((words.get(from..end)?.concat(), end))
        };
        while let Some(word) = words.get(at) {
            let (place, text, end) = match word.as_str() {
                "INCREMENT" | "MINVALUE" | "MAXVALUE" | "START" | "CACHE" => {
                    let place = ["INCREMENT", "MINVALUE", "MAXVALUE", "START", "CACHE"]
                        .iter()
                        .position(|one| one == word);
                    let Some((value, end)) = number(at + 1) else { return };
                    (place.unwrap_or_default(), format!("{word} {value}"), end)
                }
                "NOCACHE" => (4, "CACHE 0".to_owned(), at + 1),
                "CYCLE" => (5, word.clone(), at + 1),
                "NOCYCLE" => (5, String::new(), at + 1),
                "NOMINVALUE" => (1, String::new(), at + 1),
                "NOMAXVALUE" => (2, String::new(), at + 1),
                // What keeps it.
                "ENGINE" => (5, parts[5].clone().unwrap_or_default(), at + 3),
                _ => return,
            };
            parts[place] = Some(text);
            at = end;
        }
        let (Some(first), Some(last)) = (tokens.get(start), tokens.last()) else { return };
        let span = first.span.start..last.span.end;
        let said: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let said = said.join(" ");
        if said.len() <= span.len() {
            self.put(span, &said);
        }
    }

    fn table(&mut self, tokens: &[Token], words: &[String]) {
        let mut depth = 0;
        for (index, word) in words.iter().enumerate() {
            let is = |ahead: usize, other: &str| words.get(index + ahead).is_some_and(|word| word == other);
            // Each of these words may be the name of a column too.
            let before = index.checked_sub(1).and_then(|before| words.get(before)).map_or("", String::as_str);
            match word.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                "ZEROFILL" if depth == 1 && (before == ")" || NUMBERS.contains(&before)) => {
                    self.put(tokens[index].span.clone(), ZEROFILL)
                }
                "PERSISTENT" if depth == 1 && before == ")" => self.put(tokens[index].span.clone(), "STORED"),
                // How far it has counted, and what Aria does by itself.
                "AUTO_INCREMENT" | "PAGE_CHECKSUM"
                    if depth == 0 && is(1, "=") && index + 2 < tokens.len() =>
                {
                    self.blank_all(&tokens[index..index + 3]);
                }
                _ => {}
            }
        }
    }
}

/// The last words of types behind which `ZEROFILL` stands.
const NUMBERS: [&str; 17] = [
    "BIGINT",
    "DEC",
    "DECIMAL",
    "DOUBLE",
    "FIXED",
    "FLOAT",
    "INT",
    "INTEGER",
    "MEDIUMINT",
    "NUMERIC",
    "PRECISION",
    "REAL",
    "SIGNED",
    "SMALLINT",
    "TINYINT",
    "UNSIGNED",
    "YEAR",
];

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Returns how long the head of a comment is whose inside runs on a server, such as `/*!40101 `; `None` for another comment.
fn runs_from(rest: &str, mariadb: bool, version: u32) -> Option<usize> {
    let head = if rest.starts_with("/*!") {
        3
    } else if rest.starts_with("/*M!") && mariadb {
        4
    } else {
        return None;
    };
    let digits = rest[head..].bytes().take(6).take_while(u8::is_ascii_digit).count();
    let Some(needed) = rest[head..head + digits].parse::<u32>().ok().filter(|_| digits >= 5) else {
        return Some(head);
    };
    // MariaDB passes over what only a later MySQL is to run.
    let of_mysql = mariadb && head == 3 && (50_700..=99_999).contains(&needed);
    (needed <= version && !of_mysql).then_some(head + digits)
}

/// Returns how long what stands in quotes is.
fn quoted(rest: &str, quote: char) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match char::from(bytes[at]) {
            '\\' if quote != '`' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use crate::dialect::Version;

    use super::*;

    fn read(text: &str) -> String {
        let server = ServerInfo::new("mysql", "mariadb", Version::new(10, 11, 6));
        let readable = readable(text, &server);
        assert_eq!(readable.text.len(), text.len());
        readable.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_runs_in_comments_is_read_where_the_server_runs_it() {
        assert_eq!(
            read("/*!40101 SET a = '*/' */; -- /*!\n/*!50708 SET b = 1 */;"),
            "SET a = '*/' ; -- /*! ;"
        );
        assert_eq!(
            read("/*M!100100 SET a = 1 */; /*M!999999\\- enable */ /*! SET b */"),
            "SET a = 1 ; SET b"
        );
        assert_eq!(
            read(
                "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`me`@`%` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 */;"
            ),
            "CREATE VIEW `v` AS select 1 ;"
        );
        assert!(read("CREATE ALGORITHM=MERGE VIEW v AS select 1;").contains("MERGE"));
    }

    #[test]
    fn a_quote_behind_a_backslash_is_doubled() {
        assert_eq!(read(r"SET a = 'it\'s', b = 'C:\\', c = '\''"), r"SET a = 'it''s', b = 'C:\\', c = ''''");
    }

    #[test]
    fn how_far_something_has_counted_is_left_out() {
        assert_eq!(read("DO SETVAL(`s`, 5, 0); SET a = 1"), "; SET a = 1");
        assert_eq!(
            read(
                "CREATE TABLE t (id int AUTO_INCREMENT, `AUTO_INCREMENT` int) ENGINE=InnoDB AUTO_INCREMENT=5 COMMENT='AUTO_INCREMENT=6'"
            ),
            "CREATE TABLE t (id int AUTO_INCREMENT, `AUTO_INCREMENT` int) ENGINE=InnoDB COMMENT='AUTO_INCREMENT=6'"
        );
    }

    #[test]
    fn words_of_a_dump_may_be_names_of_columns() {
        let plain = "CREATE TABLE t (a int, persistent int, zerofill int, PRIMARY KEY (persistent, zerofill), KEY zerofill (a))";
        assert_eq!(read(plain), plain);
        assert_eq!(
            read("CREATE TABLE t (a int(5) zerofill, b int AS (a + 1) persistent)"),
            format!("CREATE TABLE t (a int(5) {ZEROFILL}, b int AS (a + 1) STORED )")
        );
    }

    #[test]
    fn a_sequence_is_said_in_one_order() {
        assert_eq!(
            read(
                "CREATE SEQUENCE `s` start with 5 minvalue -3 maxvalue 9 increment by -2 cache 10 nocycle ENGINE=InnoDB;"
            ),
            "CREATE SEQUENCE `s` INCREMENT -2 MINVALUE -3 MAXVALUE 9 START 5 CACHE 10 ;"
        );
    }

    #[test]
    fn what_a_client_cuts_otherwise_is_left_out_whole() {
        let text = "SET a = 1;\nDELIMITER ;;\nCREATE TRIGGER x BEGIN it's; END;;\nDELIMITER ;\nSET b = 2;";
        assert_eq!(read(text), "SET a = 1; SET b = 2;");
    }
}
