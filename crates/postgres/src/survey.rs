//! What lowering must see of the database itself: the names that PostgreSQL has given to rules that have none.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Connection;
use limbeck_core::name::TableName;
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Constraint, ConstraintRef, Schema, Table};

use crate::connection::PostgresConnection;
use crate::normal;

/// Returns the folded schema with the names that nameless rules of an altered table have in the database; `None` where no
/// action speaks of one.
///
/// # Errors
/// What PostgreSQL says.
pub(crate) fn survey(
    connection: &mut PostgresConnection,
    operation: &Operation,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    let Operation::AlterTable(AlterTable { table, actions, .. }) = operation else { return Ok(None) };
    let by_shape = |which: &ConstraintRef| !matches!(which, ConstraintRef::Name(_));
    let asks = |action: &Action| match action {
        Action::DropConstraint(drop) => by_shape(&drop.constraint),
        Action::RenameConstraint(rename) => by_shape(&rename.constraint),
        _ => false,
    };
    let Some(known) = folded.tables.get(table).filter(|_| actions.iter().any(asks)) else { return Ok(None) };
    let found = connection.reflect(Some(std::slice::from_ref(table)))?;
    let Some(found) = found.tables.get(table) else { return Ok(None) };
    let mut schema = folded.clone();
    schema.tables.insert(table.clone(), with_names(known, found));
    Ok(Some(schema))
}

/// Gives nameless rules the names of those of the same shape in the database.
fn with_names(known: &Table, found: &Table) -> Table {
    let mut named = known.clone();
    let taken: Vec<_> = known.constraints.iter().filter_map(Constraint::name).cloned().collect();
    for constraint in named.constraints.iter_mut().filter(|one| one.name().is_none()) {
        let shape = shape(constraint, &known.name);
        let twin = found.constraints.iter().find(|other| {
            shape == self::shape(other, &known.name) && other.name().is_some_and(|name| !taken.contains(name))
        });
        if let Some(twin) = twin {
            *constraint.name_mut() = twin.name().cloned();
        }
    }
    named
}

/// Returns what tells a rule without its name.
fn shape(constraint: &Constraint, table: &TableName) -> Constraint {
    let mut shape = normal::constraint(constraint, table, None);
    *shape.name_mut() = None;
    shape
}
