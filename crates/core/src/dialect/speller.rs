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

/// Writes the checks and defaults of a schema as they are in another, `like`, where the database would write both alike. It is
/// asked only about tables that are in both and differ there in [`Dialect::normal_form`](super::Dialect::normal_form); one that
/// has no [`Speller`] writes nothing anew that its normal form does not know.
///
/// # Errors
/// What ends the connection.
pub fn spell_alike(
    connection: &mut dyn Connection,
    like: &Schema,
    schema: &mut Schema,
) -> Result<(), DatabaseError> {
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let Some(speller) = connection.speller() else { return Ok(()) };
    let normal = |table: &Table, around: &Schema| {
        let mut alone = Schema { enums: around.enums.clone(), ..Schema::new() };
        alone.tables.insert(table.name.clone(), with_checks_alone(table));
        dialect.normal_form(&alone, &server).tables.remove(&table.name)
    };
    for (name, known) in &like.tables {
        let Some(table) = schema.tables.get(name).filter(|table| may_differ(known, table)) else { continue };
        let (Some(known_normal), Some(normal)) = (normal(known, like), normal(table, schema)) else {
            continue;
        };
        let mut alike = table.clone();
        if differ_in_checks(&known_normal, &normal)
            && let (Some(as_known), Some(written)) =
                (speller.checks(known, like)?, speller.checks(table, schema)?)
        {
            take_checks(&mut alike, written, as_known.into_iter().zip(checks(known)).collect());
        }
        let columns = other_defaults(&known_normal, &normal);
        if !columns.is_empty() {
            let (known, table) = (with_columns_alone(known, &columns), with_columns_alone(table, &columns));
            if let (Some(as_known), Some(written)) =
                (speller.defaults(&known, like)?, speller.defaults(&table, schema)?)
            {
                let same = as_known.iter().zip(&written).map(|(known, own)| known.is_some() && known == own);
                let same = known.columns.iter().zip(same).filter(|(_, same)| *same);
                take_defaults(&mut alike, same.map(|(column, _)| column));
            }
        }
        schema.tables.insert(name.clone(), alike);
    }
    Ok(())
}

/// Says whether two tables differ in what the database may be asked about.
fn may_differ(known: &Table, table: &Table) -> bool {
    let differs = |column: &Column| {
        let other = table.column(&column.name).and_then(|wanted| wanted.default.as_ref());
        other.is_some() && column.default.is_some() && other != column.default.as_ref()
    };
    differ_in_checks(known, table) || known.columns.iter().any(differs)
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

fn take_defaults<'c>(table: &mut Table, same: impl Iterator<Item = &'c Column>) {
    for known in same {
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
