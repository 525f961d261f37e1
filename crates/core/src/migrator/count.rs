//! How many rows the statements of a plan read or copy, as the database says before any of them has run.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::dialect::{Connection, Cost};
use crate::history::Task;
use crate::name::TableName;
use crate::op::{CreateTable, DropTable, Operation, RenameTable};

use super::plan::{Lowering, PlannedStep};

/// Counts the rows of each table that a statement goes through. What the plan itself puts in or takes out does not
/// count, and a table that it makes has none that are known.
///
/// # Errors
/// What the database says.
pub(super) fn count(steps: &mut [PlannedStep], connection: &mut dyn Connection) -> Result<(), Diagnostic> {
    let mut counts: BTreeMap<TableName, Option<u64>> = BTreeMap::new();
    // Where the rows of a table are now; a table that is not here is where it was.
    let mut sources: BTreeMap<TableName, Option<TableName>> = BTreeMap::new();
    for task in steps.iter_mut().flat_map(|step| &mut step.tasks) {
        if let Lowering::Statements(lowered) = &mut task.lowering {
            for rows in
                lowered.statements.iter_mut().filter_map(|statement| Cost::rows_mut(&mut statement.cost))
            {
                let source = sources.get(&rows.table).cloned().unwrap_or_else(|| Some(rows.table.clone()));
                let Some(source) = source else { continue };
                rows.count = match counts.get(&source) {
                    Some(count) => *count,
                    None => *counts.entry(source.clone()).or_insert(connection.count_rows(&source)?),
                };
            }
        }
        let Task::Operation(scoped) = &task.task else { continue };
        match &scoped.operation {
            Operation::CreateTable(CreateTable { table, .. }) => {
                sources.insert(table.name.clone(), None);
            }
            Operation::DropTable(DropTable { table, .. }) => {
                sources.insert(table.clone(), None);
            }
            Operation::RenameTable(RenameTable { table, to }) => {
                let source = sources.insert(table.clone(), None).unwrap_or_else(|| Some(table.clone()));
                sources.insert(table.sibling(to.clone()), source);
            }
            _ => {}
        }
    }
    Ok(())
}
