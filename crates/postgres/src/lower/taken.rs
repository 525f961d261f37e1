//! Names that are taken. Tables, views, sequences, indexes and keys have theirs from one store (postgresql.org/docs,
//! "pg_class").

use limbeck_core::action::{Action, AddIndex};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, CreateIndex, CreateSequence, CreateTable, CreateView, Operation};
use limbeck_core::schema::{Constraint, Schema, Table};

use super::constraint::usual_name;

/// Refuses what is made only if it is missing, where its name is that of something else: the server would make nothing and
/// call it done.
///
/// # Errors
/// [`Code::ObjectExists`] for the first.
pub(super) fn check(operation: &Operation, before: &Schema) -> Result<(), Diagnostic> {
    match operation {
        Operation::CreateTable(CreateTable { table, if_not_exists: true })
            if !before.tables.contains_key(&table.name) =>
        {
            let name = &table.name.name;
            free(is_taken(name, &table.name, before), "table", name, before)?;
            table.indexes.iter().try_for_each(|index| {
                let is_own = index.name == *name || has_key(table, &index.name);
                let is_taken = is_own || is_name_of_other(&index.name, &table.name, before);
                free(is_taken, "index", &index.name, before)
            })
        }
        Operation::CreateSequence(CreateSequence { sequence, if_not_exists: true })
            if !before.sequences.contains_key(&sequence.name) =>
        {
            let name = &sequence.name.name;
            free(is_taken(name, &sequence.name, before), "sequence", name, before)
        }
        Operation::CreateView(CreateView { view, if_not_exists: true, or_replace: false })
            if !before.views.contains_key(&view.name) =>
        {
            free(is_taken(&view.name.name, &view.name, before), "view", &view.name.name, before)
        }
        Operation::CreateIndex(CreateIndex { table, index, if_not_exists: true, .. }) => {
            free(is_name_of_other(&index.name, table, before), "index", &index.name, before)
        }
        Operation::AlterTable(AlterTable { table, actions, .. }) => actions.iter().try_for_each(|action| {
            let Action::CreateIndex(AddIndex { index, if_not_exists: true }) = action else { return Ok(()) };
            // What the actions before it do to the keys of the table is seen by the server alone.
            let is_own_key = before.tables.get(table).is_some_and(|own| has_key(own, &index.name));
            let is_taken = is_name_of_other(&index.name, table, before) && !(is_own_key && actions.len() > 1);
            free(is_taken, "index", &index.name, before)
        }),
        _ => Ok(()),
    }
}

fn free(is_taken: bool, kind: &str, name: &Ident, before: &Schema) -> Result<(), Diagnostic> {
    if !is_taken || !before.opaque.touching(name).is_empty() {
        return Ok(());
    }
    let message = format!("{kind} `{name}` cannot be made: something else has that name");
    Err(Diagnostic::new(Code::ObjectExists, message).hint(
        "PostgreSQL gives tables, views, sequences, keys and indexes no name twice in a schema, and `IF NOT EXISTS` would make \
         nothing and not say so",
    ))
}

/// Says whether anything has a name in the schema of a table.
pub(super) fn is_taken(wanted: &Ident, table: &TableName, before: &Schema) -> bool {
    is_name_of_other(wanted, table, before) || before.index_beside(wanted, table).is_some()
}

/// Says whether a table, view, sequence or key has a name in the schema of a table.
fn is_name_of_other(wanted: &Ident, table: &TableName, before: &Schema) -> bool {
    let name = table.sibling(wanted.clone());
    before.tables.contains_key(&name)
        || before.views.contains_key(&name)
        || before.sequences.contains_key(&name)
        || before.tables.values().any(|other| other.name.schema == table.schema && has_key(other, wanted))
}

fn has_key(table: &Table, name: &Ident) -> bool {
    let is_key = |one: &Constraint| {
        matches!(one, Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclude(_))
    };
    // One that is given always ends so, which spares putting most of them together.
    let may_be_given = ["_pkey", "_key", "_excl"].iter().any(|end| name.as_str().ends_with(end));
    let is_called = |one: &Constraint| match one.name() {
        Some(own) => own == name,
        None => may_be_given && usual_name(table, one) == *name,
    };
    table.constraints.iter().any(|one| is_key(one) && is_called(one))
}
