//! Operations as SQL, and a schema as the SQL that makes it on an empty database.

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::diff::diff;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;

/// Prints the statements that make a schema on an empty database; empty for an empty schema.
///
/// A table comes after those that its foreign keys point at; where they point in a circle, the keys come last.
///
/// # Errors
/// All objects that the dialect cannot make.
pub fn schema_script(
    schema: &Schema,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
) -> Result<String, Diagnostics> {
    operations_script(&diff(&Schema::new(), schema, Schema::clone), &Schema::new(), dialect, server)
}

/// Prints the statements that operations are lowered to, from the schema that the first of them finds.
///
/// # Errors
/// All that the dialect cannot do.
pub fn operations_script(
    operations: &[Operation],
    start: &Schema,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
) -> Result<String, Diagnostics> {
    let mut text = String::new();
    let mut made = start.clone();
    let mut faults: Vec<Diagnostic> = Vec::new();
    for operation in operations {
        match dialect.lower(operation, &made, server) {
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
