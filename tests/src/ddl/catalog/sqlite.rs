//! SQLite: a database in memory, told by its pragmas and by the parts of the texts that it stores.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::server::Server;
use super::super::text::tokens;
use super::Refused;

pub(super) fn run(scene: &[String], change: &[String]) -> Result<Vec<String>, Refused> {
    let connection = Connection::open_in_memory().unwrap_or_else(|error| panic!("{error}"));
    for statement in scene {
        connection
            .execute_batch(statement)
            .map_err(|error| Refused::Scene(format!("{statement}: {error}")))?;
    }
    for statement in change {
        connection.execute_batch(statement).map_err(|error| Refused::Change(error.to_string()))?;
    }
    Ok(facts(&connection))
}

fn facts(connection: &Connection) -> Vec<String> {
    let mut facts = Vec::new();
    for table in rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1") {
        let literal = table.replace('\'', "''");
        let mut say = |what: &str, sql: &str, order: Order| {
            let mut rows = rows(connection, sql);
            if order == Order::Chance {
                rows.sort();
            }
            facts.extend(rows.into_iter().map(|row| format!("{what} {table} {row}")));
        };
        say(
            "table",
            &format!("SELECT type, ncol, wr, strict FROM pragma_table_list('{literal}')"),
            Order::Meant,
        );
        say("column", &format!("SELECT * FROM pragma_table_xinfo('{literal}')"), Order::Meant);
        // The numbers of keys and indexes tell only in which order they came.
        say(
            "key",
            &format!(
                "SELECT seq, \"table\", \"from\", \"to\", on_update, on_delete, match FROM pragma_foreign_key_list('{literal}')"
            ),
            Order::Chance,
        );
        say(
            "index",
            &format!(
                "SELECT CASE origin WHEN 'c' THEN l.name END, \"unique\", origin, partial,
                     (SELECT group_concat(concat_ws(' ', x.name, x.desc, x.coll, x.key)) FROM pragma_index_xinfo(l.name) AS x)
                 FROM pragma_index_list('{literal}') AS l"
            ),
            Order::Chance,
        );
        let quoted = table.replace('"', "\"\"");
        // A counter that is 0 is as good as none.
        let rows = match table.as_str() {
            "sqlite_sequence" => "SELECT * FROM sqlite_sequence WHERE seq <> 0".to_owned(),
            _ => format!("SELECT * FROM \"{quoted}\""),
        };
        say("row", &rows, Order::Meant);
    }
    let texts = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    let mut statement = connection.prepare(texts).unwrap_or_else(|error| panic!("{error}"));
    let texts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let texts = texts.and_then(Iterator::collect::<Result<Vec<(String, String, String)>, _>>);
    for (kind, name, sql) in texts.unwrap_or_else(|error| panic!("{error}")) {
        facts.extend(parts(&sql, kind == "table").into_iter().map(|part| format!("{kind} {name}: {part}")));
    }
    facts
}

/// Whether rows come in an order that means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Meant,
    Chance,
}

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let count = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cells = (0..count).map(|at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => "NULL".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => format!("{number:?}"),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(bytes) => format!("{bytes:02x?}"),
            })
        });
        Ok(cells.collect::<rusqlite::Result<Vec<String>>>()?.join(" | "))
    });
    let rows = rows.and_then(Iterator::collect::<Result<Vec<String>, _>>);
    rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Returns the parts of a stored text: of a table its columns and constraints, without the name that it was made under.
/// Constraints have no order that means something.
fn parts(sql: &str, is_table: bool) -> Vec<String> {
    let tokens = tokens(sql, Server::Sqlite);
    if !is_table {
        // It is so without the word.
        return vec![tokens.into_iter().filter(|token| token != "ASC").collect::<Vec<_>>().join(" ")];
    }
    let Some(open) = tokens.iter().position(|token| token == "(") else { return vec![tokens.join(" ")] };
    let (mut depth, mut parts, mut end) = (0_i32, vec![Vec::new()], tokens.len());
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        match (token.as_str(), depth) {
            // Of a type such as `VARCHAR(5)` the parenthesis is deeper.
            ("(", 1) => {}
            (")", 0) => {
                end = at + 1;
                break;
            }
            (",", 1) => parts.push(Vec::new()),
            (token, _) => {
                if let Some(last) = parts.last_mut() {
                    last.push(token);
                }
            }
        }
    }
    parts.push(tokens[end..].iter().map(String::as_str).collect());
    let parts = parts.into_iter().flat_map(|part| apart(&part));
    let mut parts: Vec<String> = parts.map(|part| without_what_pragmas_tell(&part).join(" ")).collect();
    parts.sort();
    parts
}

/// Takes a foreign key that is written on a column out of it, as one of the table.
fn apart<'t>(part: &[&'t str]) -> Vec<Vec<&'t str>> {
    let is_column = !part.first().is_some_and(|word| ["CONSTRAINT", "FOREIGN"].contains(word));
    let Some(key) = part.iter().position(|word| *word == "REFERENCES").filter(|_| is_column) else {
        return vec![part.to_vec()];
    };
    let named = key >= 2 && part[key - 2] == "CONSTRAINT";
    let start = if named { key - 2 } else { key };
    let rule = [&part[start..key], &["FOREIGN", "KEY", "(", part[0], ")"], &part[key..]].concat();
    vec![part[..start].to_vec(), rule]
}

/// Takes the default and NOT NULL out of a column, which may stand in either order.
fn without_what_pragmas_tell<'t>(part: &[&'t str]) -> Vec<&'t str> {
    if part.first().is_some_and(|word| ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(word))
    {
        return part.to_vec();
    }
    let (mut left, mut at) = (Vec::new(), 0);
    while at < part.len() {
        match part[at] {
            "NOT" if part.get(at + 1) == Some(&"NULL") => at += 2,
            "DEFAULT" => {
                let value = &part[at + 1..];
                at += 1 + match value.first() {
                    Some(&"(") => closed(value),
                    Some(&("-" | "+")) => 2,
                    _ => 1,
                };
                // A fraction is three tokens.
                if part.get(at) == Some(&".") {
                    at += 2;
                }
            }
            word => {
                left.push(word);
                at += 1;
            }
        }
    }
    left
}

/// Returns how many tokens there are up to the parenthesis that closes the first.
fn closed(tokens: &[&str]) -> usize {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}
