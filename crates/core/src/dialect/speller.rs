//! Asks a database how it would write what it keeps: checks may be the same to it where two texts alone would say that they
//! differ.

use std::collections::BTreeMap;

use crate::literal::RawSql;
use crate::schema::{Constraint, Schema, Table};

use super::{Connection, DatabaseError};

/// A database that writes expressions anew in ways that only it knows: `a <> 'x'` of a number becomes `a <> 0`.
pub trait Speller {
    /// Returns the checks of a table as the database would write them, in their order; `None` when it cannot be asked, or does not
    /// take one of them. `around` is the schema that the table is in.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn checks(&mut self, table: &Table, around: &Schema) -> Result<Option<Vec<RawSql>>, DatabaseError>;
}

/// Writes the checks of one schema as they are in another, where the database would write both alike. It is asked only about
/// tables that are in both and whose checks differ in [`Dialect::normal_form`](super::Dialect::normal_form); one that has no
/// [`Speller`] writes nothing anew that its normal form does not know.
///
/// # Errors
/// What ends the connection.
pub fn spell_alike(
    connection: &mut dyn Connection,
    there: &Schema,
    wanted: &mut Schema,
) -> Result<(), DatabaseError> {
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let Some(speller) = connection.speller() else { return Ok(()) };
    let normal = |table: &Table, around: &Schema| {
        let mut alone = Schema { enums: around.enums.clone(), ..Schema::new() };
        alone.tables.insert(table.name.clone(), with_checks_alone(table));
        let normal = dialect.normal_form(&alone, &server);
        normal.tables.get(&table.name).map(checks).unwrap_or_default()
    };
    let names: Vec<_> =
        wanted.tables.keys().filter(|name| there.tables.contains_key(*name)).cloned().collect();
    for name in names {
        let (Some(known), Some(table)) = (there.tables.get(&name), wanted.tables.get(&name)) else {
            continue;
        };
        if checks(known).is_empty() || checks(table).is_empty() {
            continue;
        }
        let (known_normal, normal) = (normal(known, there), normal(table, wanted));
        if normal.iter().all(|check| known_normal.contains(check)) {
            continue;
        }
        let (Some(as_known), Some(as_wanted)) =
            (speller.checks(known, there)?, speller.checks(table, wanted)?)
        else {
            continue;
        };
        let texts: BTreeMap<RawSql, RawSql> = as_known.into_iter().zip(checks(known)).collect();
        let Some(table) = wanted.tables.get_mut(&name) else { continue };
        let own = table.constraints.iter_mut().filter_map(|one| match one {
            Constraint::Check(check) => Some(&mut check.sql),
            _ => None,
        });
        for (sql, kept) in own.zip(as_wanted) {
            if let Some(text) = texts.get(&kept) {
                sql.clone_from(text);
            }
        }
    }
    Ok(())
}

fn checks(table: &Table) -> Vec<RawSql> {
    let texts = table.constraints.iter().filter_map(|one| match one {
        Constraint::Check(check) => Some(check.sql.clone()),
        _ => None,
    });
    texts.collect()
}

fn with_checks_alone(table: &Table) -> Table {
    let checks = table.constraints.iter().filter(|one| matches!(one, Constraint::Check(_)));
    Table { constraints: checks.cloned().collect(), ..Table::new(table.name.clone(), table.columns.clone()) }
}
