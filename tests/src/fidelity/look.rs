//! A look at all that a database holds.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::allowed::low;
use super::plan::plans;

/// All that can be seen of a database.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    /// All objects with a text, by kind and name.
    pub(super) objects: BTreeMap<(String, String), String>,
    /// The tables and views.
    pub(super) relations: BTreeMap<String, Relation>,
    /// How queries find their rows, by query.
    pub(super) plans: BTreeMap<String, String>,
    /// What integrity checks find.
    pub(super) integrity: BTreeSet<String>,
    /// What the file says of itself.
    pub(super) header: Vec<String>,
}

/// A table or view.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Relation {
    /// Whether it is a table, a view or virtual, WITHOUT ROWID, STRICT; empty for what SQLite keeps for itself.
    pub(super) options: String,
    /// What SQLite says of each column, in order.
    pub(super) columns: Vec<(String, String)>,
    /// The columns of the primary key, in order, quoted.
    pub(super) key: Vec<String>,
    pub(super) rows: Rows,
    /// Foreign and unique keys.
    pub(super) keys: BTreeSet<String>,
}

/// The rows of a relation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rows {
    /// In the order of the rowids, if they can be named.
    pub(super) rowids: Option<Vec<i64>>,
    /// By column, storage class and value.
    pub(super) values: BTreeMap<String, Vec<String>>,
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Returns a value with its storage class, a long one by its length and a hash.
pub(super) fn shown(value: ValueRef<'_>) -> String {
    let bytes = |kind: &str, bytes: &[u8]| match bytes.len() {
        0..=64 => format!("{kind} '{}'", bytes.escape_ascii()),
        length => {
            let mut hasher = DefaultHasher::new();
            hasher.write(bytes);
            format!("{kind} of {length} bytes, {:x}", hasher.finish())
        }
    };
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => format!("integer {number}"),
        ValueRef::Real(number) => format!("real {number:?}"),
        ValueRef::Text(text) => bytes("text", text),
        ValueRef::Blob(blob) => bytes("blob", blob),
    }
}

/// Returns rows with the cells shown as text.
pub(super) fn cells(connection: &Connection, sql: &str) -> Result<Vec<Vec<String>>> {
    let mut statement = connection.prepare(sql)?;
    let width = statement.column_count();
    let cell = |value: ValueRef<'_>| match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => shown(other),
    };
    let rows = statement.query_map([], |row| (0..width).map(|i| Ok(cell(row.get_ref(i)?))).collect())?;
    rows.collect()
}

impl Look {
    /// Looks at a database of which nothing is known.
    ///
    /// # Errors
    /// What SQLite says.
    pub(super) fn at(connection: &Connection) -> Result<Self> {
        let mut look = Self::default();
        for row in cells(connection, "SELECT type, name, ifnull(sql, '') FROM sqlite_schema")? {
            let [kind, name, sql] = <[String; 3]>::try_from(row).expect("three columns were asked for");
            if kind == "table" || kind == "view" {
                look.relations.insert(name.clone(), Relation::at(connection, &name)?);
            }
            if !sql.is_empty() {
                look.objects.insert((kind, name), sql);
            }
        }
        look.plans = plans(connection, &look);
        for sql in ["PRAGMA integrity_check(10000)", ORPHANS] {
            look.integrity.extend(orphans_and_faults(connection, sql, &look.relations));
        }
        for pragma in
            ["page_size", "encoding", "user_version", "application_id", "auto_vacuum", "journal_mode"]
        {
            look.header.push(format!("{pragma} {:?}", cells(connection, &format!("PRAGMA {pragma}"))?));
        }
        Ok(look)
    }
}

const ORPHANS: &str = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check";

/// Returns what a check finds; where foreign keys cannot be checked, what SQLite says of each table.
fn orphans_and_faults(
    connection: &Connection,
    sql: &str,
    relations: &BTreeMap<String, Relation>,
) -> BTreeSet<String> {
    let said = |sql: &str| match cells(connection, sql) {
        Ok(rows) => rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>(),
        Err(error) => vec![error.to_string()],
    };
    match cells(connection, sql) {
        Ok(rows) => rows.into_iter().map(|row| row.join(" ")).collect(),
        Err(_) => relations
            .iter()
            .filter(|(_, relation)| relation.is_table())
            .flat_map(|(name, _)| said(&format!("{ORPHANS}({})", literal(name))))
            .collect(),
    }
}

impl Relation {
    fn at(connection: &Connection, name: &str) -> Result<Self> {
        let text = literal(name);
        let about = format!(
            "SELECT type || ' ' || wr || strict FROM pragma_table_list
             WHERE schema = 'main' AND name = {text} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        );
        let options = cells(connection, &about)?.first().map_or_else(String::new, |row| row[0].clone());
        let mut relation = Self { options, ..Self::default() };
        // A view that was broken before has no columns to tell.
        let Ok(columns) = columns(connection, name) else { return Ok(relation) };
        relation.columns = columns;
        let key = format!("SELECT name FROM pragma_table_info({text}) WHERE pk ORDER BY pk");
        relation.key = cells(connection, &key)?.iter().map(|row| quoted(&row[0])).collect();
        relation.rows = match relation.select(name) {
            Some(sql) => rows(&mut connection.prepare(&sql)?, relation.rowid_name().is_some())?,
            None => Rows::default(),
        };
        let relation_name = name.replace('\'', "''").replace('%', "%%");
        let keys = format!(
            "SELECT group_concat(printf('<{relation_name}.%s> -> %s <%s.%s> %s %s %s', \"from\", \"table\", \"table\", \"to\", on_update, on_delete, \"match\"), '; ')
             FROM pragma_foreign_key_list({text}) GROUP BY id
             UNION ALL SELECT printf('%s %s: ', l.\"unique\", l.origin)
                 || (SELECT group_concat(printf('<{relation_name}.%s> %s %s', name, \"desc\", coll)) FROM pragma_index_xinfo(l.name) WHERE key)
             FROM pragma_index_list({text}) AS l WHERE origin <> 'c'"
        );
        relation.keys = cells(connection, &keys)?.into_iter().map(|row| row.join(" ")).collect();
        Ok(relation)
    }

    /// Says whether it is a table of the author's.
    pub(super) fn is_table(&self) -> bool {
        self.options.starts_with("table")
    }

    /// Says whether it is a table without rowids.
    pub(super) fn is_without_rowid(&self) -> bool {
        self.options.starts_with("table 1")
    }

    /// Returns the name by which rowids can be asked for.
    pub(super) fn rowid_name(&self) -> Option<&'static str> {
        if !self.is_table() || self.is_without_rowid() {
            return None;
        }
        let free = |alias: &&str| self.columns.iter().all(|(name, _)| low(name) != **alias);
        ["rowid", "_rowid_", "oid"].into_iter().find(free)
    }

    /// Returns the query for all rows, rowids first; nothing where there are no columns to ask for.
    pub(super) fn select(&self, name: &str) -> Option<String> {
        let from = quoted(name);
        if self.columns.is_empty() {
            return None;
        }
        Some(match self.rowid_name() {
            Some(alias) => format!("SELECT {alias}, * FROM {from} NOT INDEXED ORDER BY {alias}"),
            None if self.is_without_rowid() => {
                format!("SELECT * FROM {from} ORDER BY {}", self.key.join(", "))
            }
            None if self.is_table() => format!("SELECT * FROM {from} NOT INDEXED"),
            None if name.starts_with("sqlite_") => format!("SELECT * FROM {from} ORDER BY 1"),
            None => format!("SELECT * FROM {from}"),
        })
    }
}

/// Reads all rows of a relation.
fn rows(statement: &mut rusqlite::Statement<'_>, has_rowid: bool) -> Result<Rows> {
    let names: Vec<String> = statement.column_names().iter().map(|name| (*name).to_owned()).collect();
    let skip = usize::from(has_rowid);
    let mut columns = vec![Vec::new(); names.len() - skip];
    let mut rowids = Vec::new();
    // A view may read a table that is gone.
    let Ok(mut found) = statement.query([]) else { return Ok(Rows::default()) };
    while let Ok(Some(row)) = found.next() {
        if has_rowid {
            rowids.push(row.get(0)?);
        }
        for (i, column) in columns.iter_mut().enumerate() {
            column.push(shown(row.get_ref(i + skip)?));
        }
    }
    let values = names.into_iter().skip(skip).zip(columns).collect();
    Ok(Rows { rowids: has_rowid.then_some(rowids), values })
}

/// Returns the columns with what SQLite says of each.
fn columns(connection: &Connection, name: &str) -> Result<Vec<(String, String)>> {
    let sql = format!(
        "SELECT name, type, \"notnull\", pk, hidden, ifnull(dflt_value, '') FROM pragma_table_xinfo({}) WHERE hidden <> 1",
        literal(name)
    );
    let mut found = Vec::new();
    for row in cells(connection, &sql)? {
        let [column, ty, not_null, key, hidden, default] =
            <[String; 6]>::try_from(row).expect("six were asked for");
        let about = connection.column_metadata(Some("main"), name, &column);
        let collation = match about {
            Ok((_, Some(collation), _, _, counts)) => format!("{} {counts}", collation.to_string_lossy()),
            _ => String::new(),
        };
        let default = given(connection, &default);
        found.push((column, format!("{ty} | {not_null} | {key} | {hidden} | {collation} | {default}")));
    }
    Ok(found)
}

/// Returns what a default gives: that counts, and not how it is spelled.
fn given(connection: &Connection, default: &str) -> String {
    let upper = default.to_ascii_uppercase();
    if default.is_empty() || ["CURRENT_", "RANDOM", "NOW", "DATE"].iter().any(|word| upper.contains(word)) {
        return upper;
    }
    match connection.query_row(&format!("SELECT {default}"), [], |row| Ok(shown(row.get_ref(0)?))) {
        Ok(value) => value,
        // A lone name is a text there.
        Err(_) => format!("text '{}'", default.trim_matches(['"', '[', ']', '`'])),
    }
}
