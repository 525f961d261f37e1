//! What lowering must see of the database itself, so that nothing is lost that the folded schema does not know.

mod lacking;
mod probes;
mod readers;

pub(crate) use lacking::RowFacts;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterEnum, AlterTable, DropTable, Operation, Recreate};
use limbeck_core::schema::{Schema, Stored, Table};

use crate::connection::SqliteConnection;
use crate::reflect::{StoredObject, around, read_stored};
use crate::{ddl, lower};

/// Returns the schema around tables that are altered: each as the database has it, with its triggers, the tables
/// that point at it, and what else depends on it. `None` for operations that need no look at the database.
///
/// # Errors
/// A table that is to be dropped while others in the database point at it, or what SQLite says.
pub(crate) fn survey(
    connection: &SqliteConnection,
    operation: &Operation,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    match operation {
        Operation::AlterTable(op) => alter(connection, op, folded),
        Operation::AlterEnum(op) => alter_enum(connection, op, folded),
        Operation::DropTable(DropTable { table, .. }) => check_unreferenced(connection, table).map(|()| None),
        _ => Ok(None),
    }
}

fn alter(
    connection: &SqliteConnection,
    alter: &AlterTable,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    let name = &alter.table;
    let objects = around(connection, &name.name)?;
    let is_table = |object: &&StoredObject| object.kind == "table" && object.belongs_to(name.name.as_str());
    let Some(object) = objects.iter().find(is_table) else {
        return Ok(None);
    };
    let own = |kind: &'static str| {
        let owned = objects.iter().filter(move |object| object.kind == kind);
        owned.filter(|object| object.belongs_to(name.name.as_str()))
    };
    let (mut table, definition, unheld) = match read_stored(object, own("index")) {
        Ok(read) => (read, Some(RawSql::new(object.sql.as_str())), Vec::new()),
        // What SQLite can do in place it can do all the same.
        Err(why) => {
            let unheld = format!("the stored definition, which cannot be read: {why}");
            (folded.table(name)?.clone(), None, vec![unheld])
        }
    };
    table.name = name.clone();
    let depending = depending(connection, &objects, name)?;
    table.stored = Some(Box::new(Stored {
        definition,
        aside: Some(free_name(connection, &name.name)?),
        lacking: lacking::lacking(connection, object, alter)?,
        triggers: own("trigger").map(|trigger| RawSql::new(trigger.sql.as_str())).collect(),
        indexes: own("index").map(|index| RawSql::new(index.sql.as_str())).collect(),
        statistics: statistics(connection, name.name.as_str())?,
        probes: probes::probes(connection, &depending, name)?,
        readers: readers::readers(connection, &depending, name)?,
        own_triggers: probes::own_triggers(connection, own("trigger"), name)?,
        mismatched: is_mismatched(connection, name.name.as_str()),
        unheld,
        ..Stored::default()
    }));
    let mut schema = Schema { enums: folded.enums.clone(), ..Schema::new() };
    for mut other in referring(&objects, name) {
        let mismatched = is_mismatched(connection, other.name.name.as_str());
        other.stored = Some(Box::new(Stored { mismatched, ..Stored::default() }));
        schema.tables.insert(other.name.clone(), other);
    }
    schema.tables.insert(name.clone(), table);
    Ok(Some(schema))
}

/// Looks at the tables whose columns need more room for the values of an enum, or less.
fn alter_enum(
    connection: &SqliteConnection,
    op: &AlterEnum,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    if lower::values_of_other_length(op, folded)?.is_none() {
        return Ok(None);
    }
    let mut schema = Schema { enums: folded.enums.clone(), ..Schema::new() };
    let definition = op.definition(folded)?;
    // The columns as the database has them bring none along.
    schema.enums.insert(definition.name.clone(), definition.clone());
    let mut own = Vec::new();
    for (table, columns) in lower::tables_of(&definition, folded) {
        let part = AlterTable { table: table.name.clone(), actions: Vec::new(), recreate: Recreate::Auto };
        // Where one is not there, the database refuses.
        let Some(mut found) = alter(connection, &part, folded)? else { return Ok(None) };
        if let Some(mut table) = found.tables.remove(&table.name) {
            if let Some(stored) = &mut table.stored {
                stored.of_enum = columns.into_iter().cloned().collect();
            }
            own.push(table);
        }
        schema.tables.extend(found.tables);
    }
    // What is known of a table that is altered itself is more than what is known of one that points at another.
    schema.tables.extend(own.into_iter().map(|table| (table.name.clone(), table)));
    Ok(Some(schema))
}

/// Returns a name that no object has, for the old table while a new one takes its place.
fn free_name(connection: &SqliteConnection, table: &Ident) -> Result<Ident, Diagnostic> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE";
    let mut name = lower::aside_name(table);
    let taken = |name: &Ident| connection.inner.prepare_cached(sql)?.exists([name.as_str()]);
    while taken(&name).map_err(|error| Diagnostic::from(connection.failure(&error, sql)))? {
        name = name.with_affixes("_", "");
    }
    Ok(name)
}

/// Returns the tables of `ANALYZE` that hold rows of a table (sqlite.org/fileformat2.html#stat1tab).
fn statistics(connection: &SqliteConnection, table: &str) -> Result<Vec<Ident>, Diagnostic> {
    let sql = "SELECT name FROM sqlite_schema WHERE name IN ('sqlite_stat1', 'sqlite_stat4') ORDER BY name";
    let read = || {
        let mut statement = connection.inner.prepare_cached(sql)?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut found = Vec::new();
        for name in names {
            let name = name?;
            let rows = format!("SELECT 1 FROM {name} WHERE tbl = ?1 COLLATE NOCASE");
            if connection.inner.prepare(&rows)?.exists([table])? {
                found.push(name);
            }
        }
        Ok(found)
    };
    let names = read().map_err(|error: rusqlite::Error| Diagnostic::from(connection.failure(&error, sql)))?;
    Ok(names.iter().filter_map(|name| Ident::new(name).ok()).collect())
}

/// Returns the other tables that have a foreign key to this one.
fn referring(objects: &[StoredObject], name: &TableName) -> Vec<Table> {
    let others = objects.iter().filter(|object| {
        object.kind == "table" && !object.belongs_to(name.name.as_str()) && !object.is_virtual()
    });
    let read = others.filter_map(|object| ddl::read_table(&object.sql).ok());
    let mut tables: Vec<Table> = read.collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.constraints) {
        if let limbeck_core::schema::Constraint::ForeignKey(key) = key
            && ddl::same(&key.references.name, &name.name)
        {
            key.references = name.clone();
        }
    }
    tables.retain(|table| table.foreign_keys().any(|key| key.references == *name));
    tables
}

/// Says whether SQLite cannot check the foreign keys of a table, which it says on preparing to
/// (sqlite.org/foreignkeys.html#fk_indexes).
fn is_mismatched(connection: &SqliteConnection, table: &str) -> bool {
    let name = Literal::text(table);
    connection
        .inner
        .prepare(&lower::sql().kw("PRAGMA foreign_key_check(").glue("").literal(&name).close(")").finish())
        .is_err()
}

/// Returns what may depend on a table, views over views included, each once.
fn depending(
    connection: &SqliteConnection,
    objects: &[StoredObject],
    name: &TableName,
) -> Result<Vec<StoredObject>, Diagnostic> {
    let mut found = objects.to_vec();
    let mut next = 0;
    while let Some(object) = found.get(next).cloned() {
        next += 1;
        if object.kind != "view" || object.belongs_to(name.name.as_str()) {
            continue;
        }
        let Ok(view) = Ident::new(&object.name) else { continue };
        for other in around(connection, &view)? {
            if !found.iter().any(|known| known.kind == other.kind && known.name == other.name) {
                found.push(other);
            }
        }
    }
    Ok(found)
}

fn check_unreferenced(connection: &SqliteConnection, name: &TableName) -> Result<(), Diagnostic> {
    let objects = around(connection, &name.name)?;
    match referring(&objects, name).first() {
        Some(other) => {
            let message =
                format!("table `{name}` cannot be dropped: a foreign key of table `{}` needs it", other.name);
            Err(Diagnostic::new(Code::StillInUse, message).hint("drop the foreign key or its table first"))
        }
        None => Ok(()),
    }
}
