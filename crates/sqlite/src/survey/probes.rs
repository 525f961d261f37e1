//! Finds questions that have a good answer as long as views and triggers fit a table.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Probe;

use crate::connection::SqliteConnection;
use crate::lower;
use crate::reflect::StoredObject;

/// Returns the questions about views and triggers elsewhere. What is broken already is not the change's fault, so each
/// has a good answer now. In order of the statements, each once.
///
/// # Errors
/// What SQLite says.
pub(super) fn probes(
    connection: &SqliteConnection,
    objects: &[StoredObject],
    name: &TableName,
) -> Result<Vec<Probe>, Diagnostic> {
    let mut probes = Vec::new();
    for object in objects.iter().filter(|object| !object.belongs_to(name.name.as_str())) {
        let owner = Ident::new(&object.owner).map(TableName::unqualified);
        let Ok(owner) = owner else { continue };
        match object.kind.as_str() {
            // A full-text index without rows of its own reads those of the table.
            "table" if object.is_virtual() => probes.push(lower::of_virtual_table(&owner)),
            "view" => probes.push(lower::of_view(&owner)),
            "trigger" => {
                let of_owner =
                    |other: &&StoredObject| other.kind == "trigger" && other.belongs_to(&object.owner);
                let words = in_words(objects.iter().filter(of_owner));
                probes.extend(of_triggers(connection, &owner, &words)?);
            }
            _ => {}
        }
    }
    probes.sort();
    probes.dedup();
    probes.retain(|probe| works(connection, probe));
    Ok(probes)
}

/// Returns the triggers of the table in words, if it has any and all of them work.
///
/// # Errors
/// What SQLite says.
pub(super) fn own_triggers<'a>(
    connection: &SqliteConnection,
    triggers: impl Iterator<Item = &'a StoredObject>,
    name: &TableName,
) -> Result<Option<String>, Diagnostic> {
    let words = in_words(triggers);
    if words.is_empty() {
        return Ok(None);
    }
    let work = of_triggers(connection, name, &words)?.iter().all(|probe| works(connection, probe));
    Ok(work.then_some(words))
}

fn works(connection: &SqliteConnection, probe: &Probe) -> bool {
    connection.inner.prepare(probe.sql.as_str()).is_ok()
}

/// Names triggers; empty when there are none.
fn in_words<'a>(triggers: impl Iterator<Item = &'a StoredObject>) -> String {
    let names: Vec<String> = triggers.map(|trigger| format!("`{}`", trigger.name)).collect();
    match names.len() {
        0 => String::new(),
        _ => format!("trigger {}", names.join(" or ")),
    }
}

fn of_triggers(
    connection: &SqliteConnection,
    owner: &TableName,
    words: &str,
) -> Result<Vec<Probe>, Diagnostic> {
    let columns = columns(connection, owner.name.as_str())?;
    let columns: Vec<&Ident> = columns.iter().collect();
    Ok(lower::of_triggers(owner, &columns, words))
}

fn columns(connection: &SqliteConnection, table: &str) -> Result<Vec<Ident>, Diagnostic> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
    let read = || {
        let mut statement = connection.inner.prepare_cached(sql)?;
        let names = statement.query_map([table], |row| row.get::<_, String>(0))?;
        names.collect::<rusqlite::Result<Vec<_>>>()
    };
    let names = read().map_err(|error| Diagnostic::from(connection.failure(&error, sql)))?;
    Ok(names.iter().filter_map(|name| Ident::new(name).ok()).collect())
}
