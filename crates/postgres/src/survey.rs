//! What lowering must see of the database itself: the names that PostgreSQL has given to rules that have none, and what
//! stands on a table that is made anew.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Connection, Texts};
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::op::{AlterTable, Change, Operation};
use limbeck_core::schema::{Carried, Constraint, ConstraintRef, Schema, SchemaError, Stored, Table};

use crate::connection::PostgresConnection;
use crate::lower::carried::{stage_of, would_lose};
use crate::lower::{anew, rebuild};
use crate::normal;

/// Returns the folded schema with the names that nameless rules of an altered table have in the database, and what stands
/// on it if it is made anew; with the table as the database has it, where the history does not know of what it is altered
/// at. `None` where no action needs any of these.
///
/// # Errors
/// What PostgreSQL says, and what would be lost with the old table.
pub(crate) fn survey(
    connection: &mut PostgresConnection,
    operation: &Operation,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    let Operation::AlterTable(alter) = operation else { return Ok(None) };
    let AlterTable { table, actions, recreate: _ } = alter;
    let by_shape = |which: &ConstraintRef| !matches!(which, ConstraintRef::Name(_));
    let asks = |action: &Action| match action {
        Action::DropConstraint(drop) => by_shape(&drop.constraint),
        Action::RenameConstraint(rename) => by_shape(&rename.constraint),
        _ => false,
    };
    let told = folded.opaque.touching(&table.name).is_empty() || fits(alter, folded);
    let known = folded.tables.get(table).filter(|_| told);
    let server = connection.server().clone();
    // What does not fit is told when it is lowered.
    let is_anew = |schema: &Schema| anew::reason(alter, schema, &server).is_ok_and(|why| why.is_some());
    let anew = is_anew(folded);
    if told && (known.is_none() || !(anew || actions.iter().any(asks))) {
        return Ok(None);
    }
    let around = connection.reflect(Some(std::slice::from_ref(table)))?;
    let Some(found) = around.tables.get(table) else { return Ok(None) };
    let mut schema = folded.clone();
    if !told {
        schema.enums.extend(around.enums.iter().map(|(name, made)| (name.clone(), made.clone())));
    }
    let mut known = known.unwrap_or(found).clone();
    schema.tables.insert(table.clone(), known.clone());
    let anew = anew || is_anew(&schema);
    let given_names = given_names(&known, found);
    if anew {
        as_found(&mut known, found, folded);
    }
    known.stored = Some(Box::new(Stored { given_names, ..Stored::default() }));
    schema.tables.insert(table.clone(), known);
    if anew {
        let carried = carried(connection, alter, &schema)?;
        let stored = schema.table_mut(table)?.stored.as_mut();
        stored.expect("it was just put there").carried = carried;
    }
    Ok(Some(schema))
}

/// Says whether an operation is about what is known of its table.
fn fits(alter: &AlterTable, folded: &Schema) -> bool {
    !matches!(alter.apply(&mut folded.clone()), Err(SchemaError::Opaque { .. }))
}

/// Takes over what the database has of a table otherwise than the history says, so that it is not lost with the old table.
/// Rules and indexes are kept by the catalogs.
fn as_found(known: &mut Table, found: &Table, folded: &Schema) {
    let normal = |table: &Table| {
        let mut alone = folded.clone();
        alone.tables.insert(table.name.clone(), table.clone());
        let table = normal::normal_form(&alone, Texts::Printed).tables.remove(&table.name);
        table.map(|table| (table.columns, table.comment, table.options))
    };
    if normal(known) != normal(found) {
        known.columns.clone_from(&found.columns);
        known.comment.clone_from(&found.comment);
        known.options.clone_from(&found.options);
    }
}

/// Reads the statements that keep what stands on a table.
fn carried(
    connection: &mut PostgresConnection,
    op: &AlterTable,
    schema: &Schema,
) -> Result<Vec<Carried>, Diagnostic> {
    let query = rebuild::asked(op, schema)?.query().kw("ORDER BY place").finish();
    let mut carried = Vec::new();
    for row in connection.rows(&query)? {
        let (number, object): (i32, String) = (row.get(1), row.get(2));
        match stage_of(number) {
            Some(stage) => {
                let sql = RawSql::new(row.get::<_, String>(3));
                carried.push(Carried { stage, object, sql });
            }
            None if number == 0 => {
                return Err(Diagnostic::new(Code::WouldLose, would_lose(&op.table, &object)).hint(
                    "take it away first and put it back behind; without `recreate = \"always\"` or a computed column in the way, the table is \
                     not made anew",
                ));
            }
            None => {
                return Err(Diagnostic::new(Code::StillInUse, object)
                    .hint("drop what reads it first, and make it again behind"));
            }
        }
    }
    Ok(carried)
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
    normal::constraint(constraint, None, Texts::Printed).nameless()
}
