//! Asks a database how it would write what it keeps: checks may be the same to it where two texts alone would say that they
//! differ.

use std::collections::BTreeMap;

use crate::literal::RawSql;
use crate::name::Ident;
use crate::schema::{Column, Constraint, Schema, Table};

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

    /// Returns the defaults of a table's columns as the database would write them, in their order and with nothing for a column
    /// without one; `None` when it cannot be asked, or does not take one of them.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn defaults(
        &mut self,
        table: &Table,
        around: &Schema,
    ) -> Result<Option<Vec<Option<RawSql>>>, DatabaseError>;
}

/// Writes the checks and defaults of one schema as they are in another, where the database would write both alike. It is asked
/// only about tables that are in both and differ there in [`Dialect::normal_form`](super::Dialect::normal_form); one that has no
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
        dialect.normal_form(&alone, &server).tables.remove(&table.name)
    };
    let names: Vec<_> =
        wanted.tables.keys().filter(|name| there.tables.contains_key(*name)).cloned().collect();
    for name in names {
        let (Some(known), Some(table)) = (there.tables.get(&name), wanted.tables.get(&name)) else {
            continue;
        };
        if !may_differ(known, table) {
            continue;
        }
        let (Some(known_normal), Some(table_normal)) = (normal(known, there), normal(table, wanted)) else {
            continue;
        };
        let mut alike = table.clone();
        if differ_in_checks(&known_normal, &table_normal)
            && let (Some(as_known), Some(as_wanted)) =
                (speller.checks(known, there)?, speller.checks(table, wanted)?)
        {
            take_checks(&mut alike, as_wanted, as_known.into_iter().zip(checks(known)).collect());
        }
        let columns = other_defaults(&known_normal, &table_normal);
        if !columns.is_empty() {
            let (known, table) = (with_columns_alone(known, &columns), with_columns_alone(table, &columns));
            if let (Some(as_known), Some(as_wanted)) =
                (speller.defaults(&known, there)?, speller.defaults(&table, wanted)?)
            {
                let same =
                    as_known.iter().zip(&as_wanted).map(|(known, wanted)| known.is_some() && known == wanted);
                take_defaults(&mut alike, known.columns.iter().zip(same));
            }
        }
        wanted.tables.insert(name, alike);
    }
    Ok(())
}

/// Says whether two tables differ in what the database may be asked about.
fn may_differ(known: &Table, table: &Table) -> bool {
    let differs = |column: &Column| {
        let other = table.column(&column.name).and_then(|wanted| wanted.default.as_ref());
        other.is_some() && column.default.is_some() && other != column.default.as_ref()
    };
    let (ours, theirs) = (checks(known), checks(table));
    !ours.is_empty() && !theirs.is_empty() && ours != theirs || known.columns.iter().any(differs)
}

fn differ_in_checks(known: &Table, table: &Table) -> bool {
    let (known, wanted) = (checks(known), checks(table));
    !known.is_empty() && !wanted.iter().all(|check| known.contains(check))
}

/// Gives checks the text of those that the database would write as it would write them.
fn take_checks(table: &mut Table, as_written: Vec<RawSql>, known: BTreeMap<RawSql, RawSql>) {
    let own = table.constraints.iter_mut().filter_map(|one| match one {
        Constraint::Check(check) => Some(&mut check.sql),
        _ => None,
    });
    for (sql, written) in own.zip(as_written) {
        if let Some(text) = known.get(&written) {
            sql.clone_from(text);
        }
    }
}

fn take_defaults<'c>(table: &mut Table, known: impl Iterator<Item = (&'c Column, bool)>) {
    for (known, _) in known.filter(|(_, same)| *same) {
        if let Some(column) = table.columns.iter_mut().find(|column| column.name == known.name) {
            column.default.clone_from(&known.default);
        }
    }
}

/// Returns the columns of both that are of one type and have other defaults.
fn other_defaults(known: &Table, table: &Table) -> Vec<Ident> {
    let differs = |column: &&Column| {
        table.column(&column.name).is_some_and(|wanted| {
            let both = column.default.is_some() && wanted.default.is_some();
            both && wanted.ty == column.ty && wanted.default != column.default
        })
    };
    known.columns.iter().filter(differs).map(|column| column.name.clone()).collect()
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

fn with_columns_alone(table: &Table, columns: &[Ident]) -> Table {
    let columns = columns.iter().filter_map(|name| table.column(name)).cloned();
    Table::new(table.name.clone(), columns.collect())
}
