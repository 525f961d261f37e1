//! `alter_table`: the choice of the cheapest way that is sound for the whole group.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, Statement, Version};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::schema::{Schema, Table};

use super::native::{Native, native};
use super::{named, rebuild, unsupported};

/// Lowers `alter_table`: by SQLite's own `ALTER TABLE` when that makes every action, else by one move-and-copy for
/// all of them.
pub(super) fn alter_table(op: &AlterTable, before: &Schema, version: Version) -> Result<Lowered, Diagnostic> {
    let AlterTable { table: name, actions: _, recreate } = op;
    let start = before.table(named(name)?)?;
    let mut table = start.clone();
    let mut statements = Vec::new();
    let mut reason = None;
    for action in &*op.in_order(start, before) {
        let found = native(action, &table, before, version)?;
        action.apply(&mut table, before)?;
        match found {
            Native::Does(more) => statements.extend(more),
            Native::DoesNot(why) => reason = reason.or(Some(why)),
        }
    }
    check_left(&table)?;
    match (recreate, reason) {
        (Recreate::Auto | Recreate::Never, None) => {
            statements.extend(probes(op, start));
            Ok(Lowered { statements, ..Lowered::default() })
        }
        (Recreate::Never, Some(reason)) => {
            let message = format!("table `{name}` would have to be made anew: {reason}");
            Err(unsupported(message).hint("leave `recreate = \"never\"` out, or say \"auto\""))
        }
        (Recreate::Always, _) => rebuild::rebuild(op, start, &table, before, "as the migration asks"),
        (Recreate::Auto, Some(reason)) => rebuild::rebuild(op, start, &table, before, &reason),
    }
}

/// Checks what SQLite does not when columns go or get other names in place: views over views, and full-text indexes.
fn probes(op: &AlterTable, start: &Table) -> Vec<Statement> {
    let concerned = |action: &Action| matches!(action, Action::DropColumn(_) | Action::RenameColumn(_));
    let probes = start.stored.iter().flat_map(|stored| &stored.probes);
    let probe = |sql: &RawSql| Statement::new(sql.as_str(), rebuild::FIT);
    if op.actions.iter().any(concerned) { probes.map(probe).collect() } else { Vec::new() }
}

/// Refuses a table that SQLite could not hold, whichever way it came to be.
fn check_left(table: &Table) -> Result<(), Diagnostic> {
    super::options::table_options(table).map(|_| ())
}
