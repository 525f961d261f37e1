//! A schema as SQL that makes it on an empty database.

use std::collections::BTreeSet;

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::name::TableName;
use limbeck_core::op::{
    Change, CreateEnum, CreateSchema, CreateSequence, CreateTable, CreateView, Operation,
};
use limbeck_core::schema::Schema;

/// Prints the statements that make a schema on an empty database; empty for an empty schema.
///
/// A table comes after those that its foreign keys point at, as far as they do not point in a circle; views come last.
///
/// # Errors
/// All objects that the dialect cannot make.
pub fn schema_script(
    schema: &Schema,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
) -> Result<String, Diagnostics> {
    let mut text = String::new();
    let mut made = Schema::new();
    let mut faults: Vec<Diagnostic> = Vec::new();
    for operation in operations(schema) {
        match dialect.lower(&operation, &made, server) {
            Ok(lowered) => {
                for statement in lowered.statements {
                    text.push_str(statement.sql.trim_end().trim_end_matches(';'));
                    text.push_str(";\n\n");
                }
            }
            Err(fault) => faults.push(fault),
        }
        if let Err(error) = operation.apply(&mut made) {
            faults.push(error.into());
        }
    }
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    Diagnostics::check(faults, text)
}

fn operations(schema: &Schema) -> Vec<Operation> {
    let Schema { tables, enums, views, sequences, schemas, opaque: _ } = schema;
    let mut operations: Vec<Operation> = Vec::new();
    operations.extend(
        schemas
            .iter()
            .map(|name| Operation::from(CreateSchema { schema: name.clone(), if_not_exists: false })),
    );
    operations.extend(
        enums
            .values()
            .map(|one| Operation::from(CreateEnum { definition: one.clone(), if_not_exists: false })),
    );
    operations.extend(
        sequences
            .values()
            .map(|one| Operation::from(CreateSequence { sequence: one.clone(), if_not_exists: false })),
    );
    let mut order = Vec::with_capacity(tables.len());
    let mut seen = BTreeSet::new();
    tables.keys().for_each(|name| visit(schema, name, &mut seen, &mut order));
    operations.extend(order.into_iter().map(|name| {
        let table = tables[name].clone();
        Operation::from(CreateTable { table, if_not_exists: false })
    }));
    operations.extend(views.values().map(|one| {
        Operation::from(CreateView { view: one.clone(), if_not_exists: false, or_replace: false })
    }));
    operations
}

/// Puts a table behind those that it points at.
fn visit<'s>(
    schema: &'s Schema,
    name: &'s TableName,
    seen: &mut BTreeSet<&'s TableName>,
    order: &mut Vec<&'s TableName>,
) {
    let Some((name, table)) = schema.tables.get_key_value(name) else { return };
    if seen.insert(name) {
        table.foreign_keys().for_each(|key| visit(schema, &key.references, seen, order));
        order.push(name);
    }
}
