//! The model that is read from a text says what SQLite itself says of the table.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use limbeck_core::schema::{Constraint, GeneratedStorage, Table};

use crate::ddl::{meaningful, read_index, read_table};

fn rows(connection: &Connection, sql: &str, name: &str) -> Vec<Vec<Option<String>>> {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    // What SQLite says of odd types may be cut within a character.
    let cell = |value: ValueRef<'_>| match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        other => Some(format!("{other:?}")),
    };
    let read = |row: &rusqlite::Row<'_>| (0..count).map(|i| Ok(cell(row.get_ref(i)?))).collect();
    statement.query_map([name], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// Returns a type as SQLite keeps it (build.c of 3.53, `sqlite3AddColumn`).
fn plain_type(table: &Table, column: usize) -> String {
    let text = crate::lower::type_name(&table.columns[column].ty, &Default::default()).unwrap();
    // It takes these words off a text that is long enough for both.
    let text = match without_end(&text, "ALWAYS").filter(|_| text.len() >= 16) {
        Some(rest) => without_end(rest, "GENERATED").unwrap_or(rest),
        None => &text,
    };
    unquoted(text.as_bytes())
}

/// Takes quotes off a type, of which it may have many, as SQLite does (`sqlite3DequoteToken`, then `sqlite3Dequote`).
fn unquoted(text: &[u8]) -> String {
    let is_quote = |byte: &u8| b"'\"`[".contains(byte);
    let text = match text {
        [first, inner @ .., _] if is_quote(first) && !inner.is_empty() && !inner.iter().any(is_quote) => {
            inner
        }
        _ => text,
    };
    let mark = match text.first() {
        Some(b'[') => b']',
        Some(first) if is_quote(first) => *first,
        _ => return String::from_utf8_lossy(text).into_owned(),
    };
    let (mut name, mut rest) = (Vec::new(), &text[1..]);
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first == mark {
            match behind {
                [second, behind @ ..] if *second == mark => rest = behind,
                _ => break,
            }
        }
        name.push(*first);
    }
    String::from_utf8_lossy(&name).into_owned()
}

fn without_end<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    end.eq_ignore_ascii_case(word).then(|| rest.trim_end_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']))
}

fn columns(connection: &Connection, name: &str, table: &Table) {
    let sql = "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1, 'main')";
    let found = rows(connection, sql, name);
    assert_eq!(found.len(), table.columns.len(), "{name}");
    let key = table.primary_key();
    let options = table.options.get("sqlite");
    let without_rowid = options.is_some_and(|options| options.contains_key("without_rowid"));
    for (i, (row, column)) in found.iter().zip(&table.columns).enumerate() {
        let place = format!("{name}.{}", column.name);
        assert_eq!(row[0].as_deref(), Some(column.name.as_str()));
        let ty = plain_type(table, i);
        let said = row[1].as_deref().unwrap();
        // SQLite takes what stands before `GENERATED/**/ALWAYS` with the comment for the type.
        let is_odd = column.generated.is_some()
            && ["/*", "--", "\u{feff}", "\u{fffd}"].iter().any(|odd| said.contains(odd));
        assert!(is_odd || said.eq_ignore_ascii_case(&ty), "{place}: {row:?} {ty}");
        let position = key.and_then(|key| key.columns.iter().position(|own| *own == column.name));
        assert_eq!(row[3], Some(position.map_or(0, |position| position + 1).to_string()), "{place}");
        // SQLite does not say that the rowid refuses NULL.
        let explicit = row[2].as_deref() == Some("1");
        let is_rowid = position.is_some() && !without_rowid && ty.eq_ignore_ascii_case("integer");
        assert!(explicit != column.nullable || (is_rowid && !column.nullable), "{place}: {row:?}");
        let storage = column.generated.as_ref().map(|generated| generated.storage);
        let hidden = match storage {
            None => "0",
            Some(GeneratedStorage::Virtual) => "2",
            Some(GeneratedStorage::Stored) => "3",
        };
        assert_eq!(row[4].as_deref(), Some(hidden), "{place}");
    }
}

/// Compares defaults by what SQLite makes of both texts.
fn defaults(connection: &Connection, name: &str, table: &Table) {
    let found = rows(connection, "SELECT name, dflt_value FROM pragma_table_xinfo(?1, 'main')", name);
    for (row, column) in found.iter().zip(&table.columns) {
        assert_eq!(row[1].is_some(), column.default.is_some(), "{name}.{}", column.name);
        let (Some(text), Some(default)) = (&row[1], &column.default) else { continue };
        let own = crate::lower::sql().value(default).finish();
        let value = |text: &str| format!("typeof({text}) || quote({text})");
        // Both in one statement, for which `now` stands still; what is random does not.
        let sql = format!("SELECT {}, {}", value(text), value(&own));
        let values = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        // A lone name is a text behind DEFAULT and nothing elsewhere.
        if !text.to_ascii_lowercase().contains("random")
            && let Ok((theirs, own)) = connection.query_row(&sql, [], values)
        {
            assert_eq!(theirs, own, "{name}.{}: {text}", column.name);
        }
    }
}

fn foreign_keys(connection: &Connection, name: &str, table: &Table) {
    let sql = "SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?1, 'main')";
    let mut found = rows(connection, sql, name);
    let mut own = Vec::new();
    let count = table.foreign_keys().count();
    for (position, key) in table.foreign_keys().enumerate() {
        for (seq, column) in key.columns.iter().enumerate() {
            let action = |action: Option<limbeck_core::schema::ReferentialAction>| {
                Some(action.map_or("NO ACTION", |action| action.keywords()).to_owned())
            };
            own.push(vec![
                // SQLite lists the last one first.
                Some((count - 1 - position).to_string()),
                Some(seq.to_string()),
                Some(key.references.name.to_string()),
                Some(column.to_string()),
                key.referred_columns.get(seq).map(ToString::to_string),
                action(key.on_update),
                action(key.on_delete),
            ]);
        }
    }
    // A table that names itself has its own case in the model.
    for row in found.iter_mut().chain(&mut own) {
        row.iter_mut().flatten().for_each(|cell| cell.make_ascii_lowercase());
    }
    found.sort();
    own.sort();
    assert_eq!(found, own, "{name}");
}

/// Compares the columns of unique constraints and indexes.
fn keys(connection: &Connection, name: &str, table: &Table) {
    let sql = "SELECT l.origin, group_concat(x.name, '|' ORDER BY x.seqno) FROM pragma_index_list(?1, 'main') AS l, \
               pragma_index_info(l.name, 'main') AS x WHERE l.origin <> 'c' GROUP BY l.name";
    let mut found: Vec<_> =
        rows(connection, sql, name).into_iter().map(|row| row[1].clone().unwrap()).collect();
    let mut own: Vec<String> = Vec::new();
    for constraint in &table.constraints {
        let columns: Vec<&str> = constraint.columns().iter().map(|column| column.as_str()).collect();
        match constraint {
            Constraint::Unique(_) | Constraint::PrimaryKey(_) => own.push(columns.join("|")),
            _ => {}
        }
    }
    found.sort();
    own.sort();
    found.dedup();
    own.dedup();
    // The rowid has no index of its own, and SQLite makes one index for equal keys.
    own.retain(|columns| found.contains(columns) || table.column_position(&ident(columns)).is_err());
    assert_eq!(found, own, "{name}");
}

fn ident(name: &str) -> limbeck_core::name::Ident {
    limbeck_core::name::Ident::new(name).unwrap()
}

/// Says whether a text may hold an empty name, which the model has not.
fn has_empty_name(sql: &str) -> bool {
    meaningful(sql).iter().any(|token| token.name().is_some_and(|name| name.is_empty()))
}

fn indexes(connection: &Connection, name: &str, table: &Table) {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL";
    for row in rows(connection, sql, name) {
        let sql = row[0].as_deref().unwrap();
        let index = match read_index(sql, table) {
            Ok(index) => index,
            Err(_) if has_empty_name(sql) => continue,
            Err(why) => panic!("{sql}: {why}"),
        };
        let terms =
            "SELECT name, \"desc\", coll FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno";
        let terms = rows(connection, terms, index.name.as_str());
        assert_eq!(terms.len(), index.columns.len(), "{index:?}");
        for (term, column) in terms.iter().zip(&index.columns) {
            let key = column.key.as_column().map(ToString::to_string);
            assert_eq!(term[0], key, "{index:?}");
            let descends = column.order == Some(limbeck_core::schema::Order::Desc);
            assert_eq!(term[1].as_deref() == Some("1"), descends, "{index:?}");
            if let Some(collation) = &column.collation {
                assert!(term[2].as_deref().unwrap().eq_ignore_ascii_case(collation.as_str()), "{index:?}");
            }
        }
        let list = "SELECT \"unique\", partial FROM pragma_index_list(?1, 'main') AS l WHERE l.name = ";
        let quoted = index.name.as_str().replace('\'', "''");
        let said = rows(connection, &format!("{list}'{quoted}'"), name).remove(0);
        assert_eq!(said[0].as_deref() == Some("1"), index.unique, "{index:?}");
        assert_eq!(said[1].as_deref() == Some("1"), index.filter.is_some(), "{index:?}");
    }
}

/// Checks each table of a database and its indexes.
///
/// # Panics
/// One is read unlike SQLite reads it, or not at all.
pub(in crate::ddl) fn agrees(connection: &Connection) {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%' \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for row in rows(connection, sql, "table") {
        let (name, sql) = (row[0].as_deref().unwrap(), row[1].as_deref().unwrap());
        let table = match read_table(sql) {
            Ok(table) => table,
            // The model has no empty names.
            Err(_)
                if meaningful(sql).iter().any(|token| token.name().is_some_and(|name| name.is_empty())) =>
            {
                continue;
            }
            Err(why) => panic!("{sql}: {why}"),
        };
        columns(connection, name, &table);
        defaults(connection, name, &table);
        foreign_keys(connection, name, &table);
        keys(connection, name, &table);
        indexes(connection, name, &table);
    }
}
