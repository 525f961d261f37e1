//! One spelling for SQL that means the same, so that two texts can be compared.

/// Returns statements in one spelling: without needless quotes and spaces, one change an `ALTER TABLE`.
pub(crate) fn normal(statements: &[String]) -> Vec<String> {
    let plain = statements.iter().map(|sql| spelled(sql)).filter(|sql| !sql.is_empty());
    plain.flat_map(|sql| split(&sql)).map(|sql| synonyms(&sql)).map(|sql| ordered(&sql)).collect()
}

/// Takes quotes from names and needless spaces away; texts stay as they are.
fn spelled(sql: &str) -> String {
    let mut out = String::new();
    let mut letters = sql.trim().trim_end_matches(';').trim().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                out.push(letter);
                for inner in letters.by_ref() {
                    out.push(inner);
                    if inner == '\'' {
                        break;
                    }
                }
            }
            '"' | '`' => {}
            letter if letter.is_whitespace() => {
                if !out.ends_with([' ', '(', ',']) && !out.is_empty() {
                    out.push(' ');
                }
            }
            ',' | ')' | '(' | '=' => {
                while out.ends_with(' ') {
                    out.pop();
                }
                out.push(letter);
                while letters.peek().is_some_and(|next| next.is_whitespace()) {
                    letters.next();
                }
                if letter == ')' && letters.peek().is_some_and(|next| next.is_alphanumeric()) {
                    out.push(' ');
                }
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Makes one statement of each change of an `ALTER TABLE`.
fn split(sql: &str) -> Vec<String> {
    let Some(rest) = sql.strip_prefix("ALTER TABLE ") else { return vec![sql.to_owned()] };
    let Some((table, changes)) = rest.split_once(' ') else { return vec![sql.to_owned()] };
    let parts = top_level(changes);
    parts.iter().map(|part| format!("ALTER TABLE {table} {}", part.trim())).collect()
}

/// Splits at commas that stand in no parentheses and no text.
fn top_level(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0_i32, false);
    for letter in text.chars() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is one from the start").push(letter);
    }
    parts
}

/// Writes what has several spellings in one.
fn synonyms(sql: &str) -> String {
    let mut sql = sql.to_owned();
    for (from, to) in [
        (" SET DATA TYPE ", " TYPE "),
        (" ADD COLUMN ", " ADD "),
        (" DROP COLUMN ", " DROP "),
        (" DROP FOREIGN KEY ", " DROP CONSTRAINT "),
        (" DROP INDEX ", " DROP CONSTRAINT "),
        (" MODIFY COLUMN ", " MODIFY "),
        (" CHANGE COLUMN ", " CHANGE "),
        (" RENAME COLUMN ", " RENAME "),
        ("ON DELETE NO ACTION", ""),
        (" TRUE", " true"),
        (" FALSE", " false"),
        (" != ", " <> "),
    ] {
        sql = sql.replace(from, to);
    }
    sql.trim().to_owned()
}

/// Puts the constraints of a new table in one order: keys, rules and the like stand behind the columns in any.
fn ordered(sql: &str) -> String {
    let Some(open) = sql.strip_prefix("CREATE TABLE ").and_then(|_| sql.find('(')) else {
        return sql.to_owned();
    };
    let mut depth = 0;
    let close = sql.char_indices().skip_while(|(at, _)| *at < open).find_map(|(at, letter)| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(at)
    });
    let Some(close) = close else { return sql.to_owned() };
    let mut parts = top_level(&sql[open + 1..close]);
    let rule = |part: &String| {
        ["CONSTRAINT ", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"]
            .iter()
            .any(|word| part.trim().starts_with(word))
    };
    let columns = parts.iter().position(rule).unwrap_or(parts.len());
    parts[columns..].sort();
    format!("{}({}){}", &sql[..open], parts.join(","), &sql[close + 1..])
}
