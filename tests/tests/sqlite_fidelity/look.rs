//! A look at all that a database holds, told by SQLite itself and not by what is tested.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::name::TableName;
use limbeck_tests::Scratch;

use crate::changes::{Change, Touches};

/// All that can be seen of a database.
#[derive(Debug, PartialEq)]
pub(crate) struct Look {
    /// The texts of all objects, by kind and name.
    schema: BTreeMap<(String, String), String>,
    /// The columns of each table and view, with what SQLite says of them.
    columns: BTreeMap<String, Vec<(String, String)>>,
    /// The values of each column: the rowids of a table under the empty name.
    values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Foreign keys, and the columns of indexes without a text.
    rules: BTreeMap<String, BTreeSet<String>>,
    /// What integrity and foreign key checks find, and the settings of the connection.
    state: Vec<String>,
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn pairs(scratch: &mut Scratch, sql: &str) -> Vec<(String, String)> {
    let rows = scratch.connection.query(sql).unwrap_or_else(|error| panic!("{error:?}"));
    let text = |cell: &limbeck_core::literal::Literal| cell.as_text().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

impl Look {
    pub(crate) fn at(scratch: &mut Scratch) -> Self {
        let rows = scratch.connection.query("SELECT type, name, ifnull(sql, '') FROM sqlite_schema").unwrap();
        let cell = |cell: &limbeck_core::literal::Literal| cell.as_text().unwrap().to_owned();
        let objects: Vec<(String, String, String)> =
            rows.iter().map(|row| (cell(&row[0]), cell(&row[1]), cell(&row[2]))).collect();
        let mut look = Self {
            schema: BTreeMap::new(),
            columns: BTreeMap::new(),
            values: BTreeMap::new(),
            rules: BTreeMap::new(),
            state: Vec::new(),
        };
        for (kind, name, sql) in objects {
            if kind == "table" || kind == "view" {
                look.relation(scratch, &kind, &name);
            }
            look.schema.insert((kind, name), sql);
        }
        for sql in [
            "SELECT * FROM pragma_integrity_check",
            "PRAGMA legacy_alter_table",
            "PRAGMA foreign_keys",
            "PRAGMA writable_schema",
        ] {
            look.state.extend(scratch.rows(sql));
        }
        look.state.extend(orphans(scratch));
        look
    }

    fn relation(&mut self, scratch: &mut Scratch, kind: &str, name: &str) {
        let text = literal(name);
        let about = format!(
            "SELECT name, printf('%s | %s | %s | %s', type, \"notnull\" OR upper(type) = 'INTEGER' AND pk = 1, pk, hidden) || ' | ' || ifnull(dflt_value, '')
             FROM pragma_table_xinfo({text}) WHERE hidden <> 1"
        );
        // A view that is broken already has no columns to tell.
        let Ok(_) = scratch.connection.query(&about) else { return };
        let mut columns = pairs(scratch, &about);
        for (_, facts) in &mut columns {
            // What a default gives counts, and not how it is spelled.
            let (rest, default) = facts.rsplit_once(" | ").unwrap();
            if default.to_ascii_uppercase().starts_with("CURRENT_") {
                continue;
            }
            let given = scratch.connection.query(&format!("SELECT typeof({default}) || quote({default})"));
            let value = match given {
                Ok(rows) => rows[0][0].as_text().unwrap_or_default().to_owned(),
                // A lone name is a text there.
                Err(_) => format!("text'{}'", default.trim_matches('"')),
            };
            *facts = format!("{rest} | {value}");
        }
        let own = name.starts_with("sqlite_");
        let has_rowid = kind == "table"
            && !own
            && scratch.rows(&format!("SELECT wr FROM pragma_table_list WHERE name = {text}")) == ["0"];
        let free = |alias: &&str| columns.iter().all(|(name, _)| !name.eq_ignore_ascii_case(alias));
        let alias = ["rowid", "_rowid_", "oid"].into_iter().find(free).filter(|_| has_rowid);
        let mut values = BTreeMap::new();
        let order = alias.map_or("1".to_owned(), |alias| alias.to_owned());
        if let Some(alias) = alias {
            values.insert(
                String::new(),
                scratch.rows(&format!("SELECT {alias} FROM {} ORDER BY 1", quoted(name))),
            );
        }
        for (column, _) in &columns {
            let column_sql = quoted(column);
            let sql = format!(
                "SELECT typeof({column_sql}) || ' ' || quote({column_sql}) || ' ' || hex({column_sql})
                 FROM {} ORDER BY {order}",
                quoted(name)
            );
            if scratch.connection.query(&sql).is_ok() {
                values.insert(column.clone(), scratch.rows(&sql));
            }
        }
        let mut rules: BTreeSet<String> = scratch
            .rows(&format!(
                "SELECT group_concat(printf('%s -> %s.%s %s %s %s', \"from\", \"table\", \"to\", on_update, on_delete, \"match\"), '; ')
                 FROM pragma_foreign_key_list({text}) GROUP BY id"
            ))
            .into_iter()
            .collect();
        rules.extend(scratch.rows(&format!(
            "SELECT printf('%s %s: ', l.\"unique\", l.origin) || (SELECT group_concat(printf('%s %s %s', name, \"desc\", coll)) FROM pragma_index_xinfo(l.name) WHERE key)
             FROM pragma_index_list({text}) AS l WHERE origin <> 'c'"
        )));
        self.columns.insert(name.to_owned(), columns);
        self.values.insert(name.to_owned(), values);
        self.rules.insert(name.to_owned(), rules);
    }

    /// Holds what a change left to what it found.
    pub(crate) fn is_kept(&self, after: &Self, change: &Change, table: &TableName, place: &str) {
        let own = table.name.as_str();
        let renames = matches!(change.touches, Touches::Renamed(..));
        let gone = match &change.touches {
            Touches::Gone(name) => Some(name.as_str()),
            _ => None,
        };
        for ((kind, name), sql) in &self.schema {
            let found = after.schema.get(&(kind.clone(), name.clone()));
            if kind == "index" && (sql.is_empty() || gone.is_some_and(|gone| sql.contains(gone))) {
                continue;
            }
            assert!(found.is_some(), "{place}: lost {kind} {name}");
            if !renames && (kind, name.as_str()) != (&"table".to_owned(), own) {
                assert_eq!(found.unwrap(), sql, "{place}: another text of {kind} {name}");
            }
        }
        for (kind, name) in after.schema.keys() {
            assert!(
                self.schema.contains_key(&(kind.clone(), name.clone())) || name.starts_with("sqlite_"),
                "{place}: {kind} {name} is left over"
            );
        }
        for (relation, values) in &self.values {
            // The count goes with the column that counts.
            if relation == "sqlite_sequence" && !after.counts(own) && gone.is_some() {
                continue;
            }
            for (column, old) in values {
                let new_name = match &change.touches {
                    Touches::Gone(name) | Touches::Values(name) if name.as_str() == column => continue,
                    Touches::Renamed(from, to) if from.as_str() == column => {
                        if after.values[relation].contains_key(column) { column } else { to.as_str() }
                    }
                    _ => column,
                };
                let new = after.values.get(relation).and_then(|values| values.get(new_name));
                assert_eq!(new, Some(old), "{place}: values of {relation}.{column}");
            }
        }
        // What was amiss with a column may go with it.
        let heals = matches!(change.touches, Touches::Gone(_) | Touches::Constraints);
        if heals {
            let known = |found: &&String| *found == "ok" || self.state.contains(found);
            assert!(after.state.iter().all(|found| known(&found)), "{place}: {:?}", after.state);
        } else {
            assert_eq!(after.state, self.state, "{place}");
        }
        self.rules_are_kept(after, change, own, place);
    }

    fn counts(&self, table: &str) -> bool {
        let sql = self.schema.get(&("table".to_owned(), table.to_owned()));
        sql.is_some_and(|sql| sql.to_ascii_uppercase().contains("AUTOINCREMENT"))
    }

    fn rules_are_kept(&self, after: &Self, change: &Change, own: &str, place: &str) {
        let about = match &change.touches {
            Touches::Gone(name)
            | Touches::Renamed(name, _)
            | Touches::Values(name)
            | Touches::Rules(name) => Some(name.as_str()),
            Touches::Nothing | Touches::Constraints => None,
        };
        for (column, facts) in &self.columns[own] {
            let found = after.columns[own].iter().find(|(name, _)| name == column).map(|(_, facts)| facts);
            if about != Some(column.as_str()) && change.touches != Touches::Constraints {
                assert_eq!(found, Some(facts), "{place}: what SQLite says of {column}");
            }
        }
        for (relation, rules) in &self.rules {
            let concerned = relation == own && change.touches == Touches::Constraints;
            for rule in rules.iter().filter(|rule| about.is_none_or(|about| !rule.contains(about))) {
                assert!(
                    concerned || after.rules[relation].contains(rule),
                    "{place}: lost a rule of {relation}: {rule}\n{:?}",
                    after.rules[relation]
                );
            }
        }
    }

    /// Returns the values of the columns that another look has too.
    fn values_within(&self, other: &Self) -> String {
        let mut text = String::new();
        for (relation, values) in &other.values {
            for column in values.keys() {
                let found = self.values.get(relation).and_then(|values| values.get(column));
                text.push_str(&format!("{relation}.{column}: {found:?}\n"));
            }
        }
        text
    }
}

/// Returns the rows that point at rows that are not there; as SQLite words it where it cannot tell.
fn orphans(scratch: &mut Scratch) -> BTreeSet<String> {
    let tables = scratch.rows("SELECT name FROM sqlite_schema WHERE type = 'table'");
    let mut found = BTreeSet::new();
    for table in tables {
        let sql =
            format!("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check({})", literal(&table));
        match scratch.connection.query(&sql) {
            Ok(_) => found.extend(scratch.rows(&sql)),
            Err(error) => {
                found.insert(error.to_string());
            }
        }
    }
    found
}

/// Runs a statement and undoes it. Returns what it did.
pub(crate) fn probe(scratch: &mut Scratch, sql: &str, within: &Look) -> String {
    scratch.connection.execute("BEGIN").unwrap();
    let outcome = match scratch.connection.execute(sql) {
        Ok(()) => "done".to_owned(),
        Err(error) => error.to_string(),
    };
    let values = Look::at(scratch).values_within(within);
    let orphans = orphans(scratch);
    scratch.connection.rollback().unwrap();
    format!("{outcome}\n{orphans:?}\n{values}")
}
