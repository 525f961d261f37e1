//! One spelling for SQL that means the same, so that two texts can be compared.

/// Returns statements in one spelling: without needless quotes and spaces, one change an `ALTER TABLE`, the indexes of a table that
/// are made one after the other sorted.
pub(crate) fn normal(statements: &[String]) -> Vec<String> {
    // Where Alembic ends a transaction and begins the next one, Limbeck's statements say that they run outside of it.
    let between = |sql: &String| ["COMMIT", "BEGIN"].contains(&sql.trim().trim_end_matches(';'));
    let plain = statements.iter().filter(|sql| !between(sql)).map(|sql| spelled(&unguarded(sql)));
    let plain = plain.filter(|sql| !sql.is_empty());
    let mut all: Vec<String> =
        plain.flat_map(|sql| split(&sql)).map(|sql| synonyms(&sql)).map(|sql| ordered(&sql)).collect();
    // SQLAlchemy keeps the indexes of a table in a set, in an order that is another from run to run.
    all.chunk_by_mut(|one, next| indexed(one).is_some() && indexed(one) == indexed(next))
        .for_each(<[String]>::sort);
    all
}

/// Returns the table that a statement makes an index of.
fn indexed(sql: &str) -> Option<&str> {
    let rest = sql.strip_prefix("CREATE INDEX ").or_else(|| sql.strip_prefix("CREATE UNIQUE INDEX "))?;
    rest.split_once(" ON ")?.1.split(['(', ' ']).next()
}

/// Takes from a normal statement of MySQL what Alembic loses of a column unless `existing_…` repeats it: the difference that
/// docs/alembic-sql-differences.md lists as `CHANGE` where a name stays.
pub(crate) fn without_what_stays(sql: &str) -> String {
    let Some(rest) = sql.strip_prefix("ALTER TABLE ") else { return sql.to_owned() };
    let words: Vec<&str> = rest.splitn(5, ' ').collect();
    match words[..] {
        // MySQL has one name for every primary key, whatever it is called.
        [table, "ADD", "CONSTRAINT", _, key] if key.starts_with("PRIMARY KEY") => {
            format!("ALTER TABLE {table} ADD {key}")
        }
        [table, "CHANGE", from, to, _] if from != to => format!("ALTER TABLE {table} RENAME {from} TO {to}"),
        [table, "CHANGE", column, _, ty] => format!("ALTER TABLE {table} MODIFY {column} {}", bare_type(ty)),
        [table, "MODIFY", column, ty, rest] => {
            format!("ALTER TABLE {table} MODIFY {column} {}", bare_type(&format!("{ty} {rest}")))
        }
        _ => sql.to_owned(),
    }
}

fn bare_type(text: &str) -> &str {
    let ends = [" NOT NULL", " NULL", " DEFAULT", " AUTO_INCREMENT", " COMMENT", " COLLATE"];
    let end = ends.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
    &text[..end]
}

/// Takes away what looks first whether there is something to do, which Alembic does on a connection and not in a script: a
/// named enum that may be there, an index whose making was broken off.
fn unguarded(sql: &str) -> String {
    let Some(rest) = sql.strip_prefix("DO '") else { return sql.replace("DROP TYPE IF EXISTS", "DROP TYPE") };
    let (body, after) = literal(rest);
    if let Some(next) = after.strip_prefix(';')
        && body.starts_with("BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE NOT indisvalid")
    {
        return next.to_owned();
    }
    match body.split_once(" IS NULL THEN EXECUTE '") {
        Some((test, run)) if test.starts_with("BEGIN IF pg_catalog.to_regtype(") => literal(run).0,
        _ => sql.to_owned(),
    }
}

/// Reads the rest of a text up to its closing quote; returns the text, and what stands behind it.
fn literal(rest: &str) -> (String, &str) {
    let mut out = String::new();
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                letters.next();
                out.push('\'');
            }
            '\'' => return (out, &rest[at + 1..]),
            letter => out.push(letter),
        }
    }
    (out, "")
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

/// Writes an index that MySQL makes by `ALTER TABLE` as `CREATE INDEX` does, and one that is dropped by `DROP INDEX` the other
/// way.
fn index(sql: &str) -> Option<String> {
    if let Some((name, table)) = sql.strip_prefix("DROP INDEX ").and_then(|rest| rest.split_once(" ON ")) {
        return Some(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
    }
    let rest = sql.strip_prefix("ALTER TABLE ")?;
    let (table, rest) = rest.split_once(" ADD ")?;
    let (unique, rest) = match rest.strip_prefix("UNIQUE INDEX ") {
        Some(rest) => ("UNIQUE ", rest),
        None => ("", rest.strip_prefix("INDEX ")?),
    };
    let (name, columns) = rest.split_once('(')?;
    Some(format!("CREATE {unique}INDEX {name} ON {table}({columns}"))
}

/// Takes the parentheses around defaults away, which some write around numbers and some do not.
fn bare_defaults(sql: &str) -> String {
    let mut out = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find("DEFAULT(") {
        let (before, inner) = (&rest[..at + "DEFAULT".len()], &rest[at + "DEFAULT(".len()..]);
        let mut depth = 1;
        let close = inner.char_indices().find_map(|(at, letter)| {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            (depth == 0).then_some(at)
        });
        let Some(close) = close else { break };
        out.push_str(before);
        out.push(' ');
        out.push_str(&inner[..close]);
        rest = &inner[close + 1..];
    }
    out + rest
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
    let mut sql = bare_defaults(&index(sql).unwrap_or_else(|| sql.to_owned()));
    for action in ["CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT", "NO ACTION"] {
        for event in ["ON DELETE ", "ON UPDATE "] {
            sql = sql.replace(&format!("{event}{}", action.to_lowercase()), &format!("{event}{action}"));
        }
    }
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
    let mut options: Vec<&str> = sql[close + 1..].split(' ').filter(|word| !word.is_empty()).collect();
    // `ENGINE=InnoDB CHARSET=utf8` in any order.
    if options.iter().all(|option| option.contains('=')) {
        options.sort_unstable();
    }
    format!("{}({}) {}", &sql[..open], parts.join(","), options.join(" "))
}
