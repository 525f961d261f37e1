//! What lowering must see of the database itself: the names that PostgreSQL has given to rules that have none.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Connection;
use limbeck_core::name::Ident;
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Constraint, ConstraintRef, Schema, Stored, Table};

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
    let mut known = known.clone();
    known.stored = Some(Box::new(Stored { given_names: given_names(&known, found), ..Stored::default() }));
    schema.tables.insert(table.clone(), known);
    Ok(Some(schema))
}

/// Finds the names of nameless rules by those of the same shape in the database.
fn given_names(known: &Table, found: &Table) -> Vec<(Constraint, Ident)> {
    let mut taken: Vec<&Ident> = known.constraints.iter().filter_map(Constraint::name).collect();
    let mut given = Vec::new();
    for constraint in known.constraints.iter().filter(|one| one.name().is_none()) {
        let shape = shape(constraint);
        let twins = found.constraints.iter().filter(|other| self::shape(other) == shape);
        let mut names = twins.filter_map(Constraint::name);
        if let Some(name) = names.find(|name| !taken.contains(name)) {
            taken.push(name);
            given.push((constraint.clone(), name.clone()));
        }
    }
    given
}

/// Returns what tells a rule without its name.
fn shape(constraint: &Constraint) -> Constraint {
    let mut shape = normal::constraint(constraint, None);
    *shape.name_mut() = None;
    shape
}
