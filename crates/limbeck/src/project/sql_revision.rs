//! Operations as the SQL of one kind of database, for a revision that is written in SQL.

use std::collections::BTreeSet;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{Lowered, Way};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{Change, Execute, Operation, Scope, ScopedOperation, Transaction};
use limbeck_core::raw;
use limbeck_core::schema::Schema;
use limbeck_core::script::{Downgrade, Script};

use super::Server;

/// Returns a script that does in SQL what operations do, one section an operation, for the dialect alone.
///
/// What the SQL does is read back from it, so that the schema stays known and the way back can be derived. `before` is the
/// schema that the first operation finds.
///
/// # Errors
/// [`Code::Unsupported`] for each operation that takes more than the database's own statements for it, as a SQLite table that
/// is made anew, and for each whose SQL does not say all of it; what the dialect cannot do.
pub fn sql_script(
    operations: &[Operation],
    before: &Schema,
    (dialect, server): &Server,
) -> Result<Script, Diagnostics> {
    let mut now = before.clone();
    let mut upgrade = Vec::with_capacity(operations.len());
    let mut faults = Vec::new();
    for operation in operations {
        match dialect.lower(operation, &now, server) {
            Ok(lowered) => {
                let mut after = now.clone();
                let applied = operation.apply(&mut after).map_err(Diagnostic::from);
                let section = applied.and_then(|()| section(operation, &lowered, dialect.name()));
                let read = |execute: &Execute| {
                    let operations = raw::operations(execute, &now, server.names())?;
                    let mut read = now.clone();
                    operations.iter().try_for_each(|one| one.apply(&mut read)).ok()?;
                    Some(dialect.normal_form(&read, server) == dialect.normal_form(&after, server))
                };
                match section {
                    Ok((execute, _)) if read(&execute) != Some(true) => {
                        faults
                            .push(refused(operation, "its SQL does not tell all that it does to the schema"));
                    }
                    Ok((execute, scope)) => upgrade.push(ScopedOperation {
                        scope,
                        ..ScopedOperation::from(Operation::Execute(execute))
                    }),
                    Err(fault) => faults.push(fault),
                }
                now = after;
            }
            Err(fault) => faults.push(fault),
        }
    }
    Diagnostics::check(faults, Script::new(upgrade, Downgrade::Derived))
}

fn section(operation: &Operation, lowered: &Lowered, dialect: &str) -> Result<(Execute, Scope), Diagnostic> {
    if lowered.way().is_some_and(|way| way != Way::Native) {
        return Err(refused(operation, "it takes more than a statement of the database"));
    }
    let outside: BTreeSet<bool> =
        lowered.statements.iter().map(|statement| statement.transaction == Transaction::Outside).collect();
    if outside.len() > 1 {
        return Err(refused(operation, "only a part of it runs in a transaction"));
    }
    let statements = lowered.statements.iter().map(|statement| {
        let sql = statement.sql.trim_end().trim_end_matches(';');
        format!("{sql};")
    });
    let sql = statements.collect::<Vec<_>>().join("\n");
    let transaction = match outside.contains(&true) {
        true => Transaction::Outside,
        false => Transaction::Inside,
    };
    let scope = Scope { dialects: BTreeSet::from([dialect.to_owned()]), transaction };
    Ok((Execute { sql: RawSql::new(sql), state: None }, scope))
}

fn refused(operation: &Operation, why: &str) -> Diagnostic {
    let message = format!("{} cannot be written as SQL: {why}", operation.describe());
    Diagnostic::new(Code::Unsupported, message).hint("write the revision in TOML: `--format toml`")
}
