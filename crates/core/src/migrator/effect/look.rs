//! Looks in the database whether what a statement makes different is there.

use std::fmt;

use crate::dialect::{Connection, DatabaseError};
use crate::migrator::standing::{Standing, Votes};
use crate::name::{Ident, TableName};
use crate::schema::{Constraint, Table};

use super::{Mark, Part};

/// Looks where the database stands with regard to a statement; [`Standing::Unclear`] without marks.
///
/// Names are compared without their case, because whether that counts depends on the database and on quotes.
///
/// # Errors
/// What the database says.
pub(in crate::migrator) fn look(
    connection: &mut dyn Connection,
    marks: &[Mark],
) -> Result<Standing, DatabaseError> {
    if marks.is_empty() {
        return Ok(Standing::Unclear);
    }
    let mut names: Vec<TableName> = Vec::new();
    for mark in marks {
        for name in [mark.table.clone(), folded(&mark.table)] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let found = connection.reflect(Some(&names))?;
    let mut votes = Votes::default();
    for mark in marks {
        let table =
            found.tables.iter().find(|(name, _)| alike_name(name, &mark.table)).map(|(_, table)| table);
        let whole = marks.iter().any(|other| other.part == Part::Whole && other.table == mark.table);
        if table.is_none() && !whole {
            votes.neither(format!("table `{}` is not there", mark.table));
            continue;
        }
        votes.presence(mark.to_string(), !mark.there, table.is_some_and(|table| holds(table, &mark.part)));
    }
    Ok(votes.count())
}

fn holds(table: &Table, part: &Part) -> bool {
    let constrained = |wanted: &Ident| {
        let mut names = table.constraints.iter().filter_map(Constraint::name);
        names.any(|name| alike(name, wanted))
    };
    let indexed = |wanted: &Ident| table.indexes.iter().any(|index| alike(&index.name, wanted));
    match part {
        Part::Whole => true,
        Part::Column(wanted) => table.columns.iter().any(|column| alike(&column.name, wanted)),
        // A unique index and a unique constraint may be one thing.
        Part::Index(wanted) | Part::Constraint(wanted) => indexed(wanted) || constrained(wanted),
        Part::PrimaryKey => table.constraints.iter().any(|one| matches!(one, Constraint::PrimaryKey(_))),
    }
}

/// Says whether two parts of a table are one.
pub(super) fn is_same(one: &Part, other: &Part) -> bool {
    match (one, other) {
        (Part::Column(one), Part::Column(other)) => alike(one, other),
        (Part::Index(one) | Part::Constraint(one), Part::Index(other) | Part::Constraint(other)) => {
            alike(one, other)
        }
        (one, other) => one == other,
    }
}

fn alike(one: &Ident, other: &Ident) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

fn alike_name(found: &TableName, wanted: &TableName) -> bool {
    // The schema that is the session's own may be left out.
    let schema = match (&found.schema, &wanted.schema) {
        (Some(found), Some(wanted)) => alike(found, wanted),
        _ => true,
    };
    schema && alike(&found.name, &wanted.name)
}

/// Returns a name as PostgreSQL keeps it when it stands without quotes.
fn folded(name: &TableName) -> TableName {
    let lower = |name: &Ident| Ident::new(&name.as_str().to_lowercase()).unwrap_or_else(|_| name.clone());
    TableName { schema: name.schema.as_ref().map(lower), name: lower(&name.name) }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, part, there: _ } = self;
        match part {
            Part::Whole => write!(f, "table `{table}`"),
            Part::Column(name) => write!(f, "column `{}`", table.print_with_column(name)),
            Part::Index(name) => write!(f, "index `{name}` of `{table}`"),
            Part::Constraint(name) => write!(f, "constraint `{name}` of `{table}`"),
            Part::PrimaryKey => write!(f, "the primary key of `{table}`"),
        }
    }
}
