//! Statements that are tried before and after: what refuses them and what they do must stay the same.

use rusqlite::{Connection, Result};

use super::allowed::{Allowed, low};
use super::look::{cells, literal, quoted};

/// A statement that can be written for the old and the new names of columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probe {
    pieces: Vec<Piece>,
    /// The columns of the changed table that it gives a value, or leaves to their defaults.
    pub(super) touches: Vec<String>,
    /// Whether it is about the changed table.
    own: bool,
    /// Whether its author wrote it, so that it cannot follow a column that moves or has another name.
    pub(super) fixed: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    /// A column of the table.
    Column(String),
    /// Several columns, of which those that are gone are left out.
    Columns(Vec<String>),
}

impl Probe {
    /// Writes the statement as it is before any change.
    pub(super) fn sql(&self) -> String {
        self.after(&Allowed::default())
    }

    /// Writes the statement with the names that columns have after a change.
    pub(super) fn after(&self, allowed: &Allowed) -> String {
        let name = |name: &String| if self.own { quoted(allowed.now(name)) } else { quoted(name) };
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Column(column) => name(column),
            Piece::Columns(columns) => {
                let left = columns.iter().filter(|column| !self.is_gone(column, allowed));
                left.map(name).collect::<Vec<_>>().join(", ")
            }
        };
        self.pieces.iter().map(piece).collect()
    }

    /// Says whether the statement can be written at all after a change.
    pub(super) fn applies(&self, allowed: &Allowed) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Column(column) => !self.is_gone(column, allowed),
            Piece::Columns(columns) => columns.iter().any(|column| !self.is_gone(column, allowed)),
        })
    }

    fn is_gone(&self, column: &str, allowed: &Allowed) -> bool {
        self.own && allowed.gone.contains(&low(column))
    }

    fn new(table: &Around, pieces: Vec<Piece>, touches: &[&str]) -> Self {
        let touches = touches.iter().filter(|_| table.own).map(low).collect();
        Self { pieces, touches, own: table.own, fixed: false }
    }
}

/// A table, as far as statements on it must know it.
struct Around {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
    rowid: Option<&'static str>,
    own: bool,
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

impl Around {
    fn at(connection: &Connection, name: &str, own: bool) -> Result<Self> {
        let sql = format!("SELECT name, pk FROM pragma_table_xinfo({}) WHERE hidden = 0", literal(name));
        let found = cells(connection, &sql)?;
        let mut key: Vec<(String, String)> = found
            .iter()
            .filter(|row| row[1] != "integer 0")
            .map(|row| (row[1].clone(), row[0].clone()))
            .collect();
        key.sort();
        let columns: Vec<String> = found.into_iter().map(|mut row| row.swap_remove(0)).collect();
        let list = format!("SELECT wr FROM pragma_table_list WHERE name = {}", literal(name));
        let without = cells(connection, &list)?.iter().any(|row| row[0] != "integer 0");
        let free = |alias: &&str| columns.iter().all(|name| low(name) != **alias);
        let rowid = ["rowid", "_rowid_", "oid"].into_iter().find(free).filter(|_| !without);
        let key = key.into_iter().map(|(_, name)| name).collect();
        Ok(Self { name: name.to_owned(), columns, key, rowid, own })
    }

    /// Writes the condition for one row: the first, or the last.
    fn row(&self, order: &str) -> Vec<Piece> {
        let from = quoted(&self.name);
        match self.rowid {
            Some(rowid) => vec![text(format!(
                " WHERE {rowid} = (SELECT {rowid} FROM {from} ORDER BY {rowid} {order} LIMIT 1)"
            ))],
            None if self.key.is_empty() => Vec::new(),
            None => {
                let mut pieces = vec![text(" WHERE (")];
                pieces.push(Piece::Columns(self.key.clone()));
                pieces.push(text(") IN (SELECT "));
                pieces.push(Piece::Columns(self.key.clone()));
                pieces.push(text(format!(" FROM {from} ORDER BY ")));
                for (i, name) in self.key.iter().enumerate() {
                    pieces.push(text(if i > 0 { ", " } else { "" }));
                    pieces.push(Piece::Column(name.clone()));
                    pieces.push(text(format!(" {order}")));
                }
                pieces.push(text(" LIMIT 1)"));
                pieces
            }
        }
    }

    fn update(&self, column: &str, value: &[Piece], order: &str) -> Probe {
        let mut pieces = vec![text(format!("UPDATE {} SET ", quoted(&self.name)))];
        pieces.extend([Piece::Column(column.to_owned()), text(" = ")]);
        pieces.extend(value.iter().cloned());
        pieces.extend(self.row(order));
        Probe::new(self, pieces, &[column])
    }

    fn delete(&self, order: &str) -> Probe {
        let mut pieces = vec![text(format!("DELETE FROM {}", quoted(&self.name)))];
        pieces.extend(self.row(order));
        Probe::new(self, pieces, &[])
    }

    /// Copies the last row without some of its columns, which get their defaults.
    fn insert(&self, without: &[String]) -> Option<Probe> {
        let given: Vec<String> =
            self.columns.iter().filter(|name| !without.contains(name)).cloned().collect();
        if given.is_empty() {
            return None;
        }
        let from = quoted(&self.name);
        let mut pieces = vec![text(format!("INSERT INTO {from} ("))];
        pieces.push(Piece::Columns(given.clone()));
        pieces.push(text(") SELECT "));
        pieces.push(Piece::Columns(given.clone()));
        pieces.push(text(format!(" FROM {from}")));
        pieces.extend(self.row("DESC"));
        let without: Vec<&str> = without.iter().map(String::as_str).collect();
        Some(Probe::new(self, pieces, &without))
    }
}

/// How many columns are tried at most: a table may have a thousand.
const COLUMNS: usize = 12;

/// Returns the statements to try: those given, and those that the schema suggests. The rules of each column are tried by
/// values that break most rules, keys by duplicates, foreign keys by orphans and by parents that go.
///
/// # Errors
/// What SQLite says.
pub(super) fn probes(connection: &Connection, table: &str, given: &[String]) -> Result<Vec<Probe>> {
    let fixed = |sql: &String| Probe {
        pieces: vec![text(sql.as_str())],
        touches: Vec::new(),
        own: false,
        fixed: true,
    };
    let mut probes: Vec<Probe> = given.iter().map(fixed).collect();
    let sql = format!(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = {} COLLATE NOCASE",
        literal(table)
    );
    let Some(row) = cells(connection, &sql)?.pop() else { return Ok(probes) };
    let own = Around::at(connection, &row[0], true)?;
    let ends = if own.columns.len() > 100 { 1 } else { COLUMNS / 2 };
    let last = own.columns.len().saturating_sub(ends);
    let tried = own.columns.iter().enumerate().filter(|(i, _)| *i < ends || *i >= last);
    for (_, column) in tried {
        for value in ["NULL", "-1", "'it''s'"] {
            probes.push(own.update(column, &[text(value)], "ASC"));
        }
        let other =
            [text("(SELECT "), Piece::Column(column.clone()), text(format!(" FROM {}", quoted(&own.name)))];
        let other = other.into_iter().chain(own.row("ASC")).chain([text(" LIMIT 1)")]).collect::<Vec<_>>();
        if !own.row("ASC").is_empty() {
            probes.push(own.update(column, &other, "DESC"));
        }
        let mut without = own.key.clone();
        without.extend((!own.key.contains(column)).then(|| column.clone()));
        probes.extend(own.insert(&without));
    }
    probes.extend([own.delete("ASC"), own.delete("DESC")]);
    probes.extend(own.insert(&[]));
    probes.extend(own.insert(&own.key.clone()));
    let everything: Vec<&str> = own.columns.iter().map(String::as_str).collect();
    let defaults = format!("INSERT INTO {} DEFAULT VALUES", quoted(&own.name));
    probes.push(Probe::new(&own, vec![text(defaults)], &everything));
    probes.extend(of_relatives(connection, &own.name)?);
    Ok(probes)
}

/// Returns statements on the tables that the table points at, and on those that point at it.
fn of_relatives(connection: &Connection, table: &str) -> Result<Vec<Probe>> {
    let text_of = literal(table);
    let sql = format!(
        "SELECT DISTINCT m.name, k.\"from\" FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS k
         WHERE m.type = 'table' AND k.\"table\" = {text_of} COLLATE NOCASE AND m.name <> {text_of}
         UNION SELECT m.name, '' FROM pragma_foreign_key_list({text_of}) AS k, sqlite_schema AS m
         WHERE m.type = 'table' AND m.name = k.\"table\" COLLATE NOCASE AND m.name <> {text_of}"
    );
    let mut probes = Vec::new();
    for row in cells(connection, &sql)? {
        let other = Around::at(connection, &row[0], false)?;
        match row[1].as_str() {
            "" => {
                probes.extend([other.delete("ASC"), other.delete("DESC")]);
                for column in other.columns.iter().take(3) {
                    probes.push(other.update(column, &[text("987654")], "ASC"));
                }
            }
            from => probes.push(other.update(from, &[text("987654")], "ASC")),
        }
    }
    Ok(probes)
}
