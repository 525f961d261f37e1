//! `alter_table`: the choice of the cheapest way that is sound for the whole group.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, ServerInfo, Statement};
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::schema::Schema;

use super::group::Group;
use super::native::{Native, native};
use super::{named, probes, readers, rebuild, schema_edit, sound, text, unsupported};

/// Lowers `alter_table`: by SQLite's own `ALTER TABLE` when that makes every action; else by an edit of the stored
/// text, with columns added and dropped in place, when no stored row stands against it; else by one move-and-copy for
/// all of them.
pub(super) fn alter_table(
    op: &AlterTable,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Lowered, Diagnostic> {
    let start = before.table(named(&op.table)?)?;
    let group = Group::new(op, start, before, server)?;
    readers::check(&group)?;
    let lowered = by_cheapest_way(&group)?;
    Ok(Lowered { written: text::kept(&group), ..lowered })
}

fn by_cheapest_way(group: &Group<'_>) -> Result<Lowered, Diagnostic> {
    let op = group.op;
    let not_native = match in_place(group)? {
        Ok(statements) if op.recreate != Recreate::Always => {
            return Ok(Lowered { statements, ..Lowered::default() });
        }
        Ok(_) => return rebuild::rebuild(group, "as the migration asks"),
        Err(reason) => reason,
    };
    match (op.recreate, sound::why_not(group)) {
        (Recreate::Always, _) => rebuild::rebuild(group, "as the migration asks"),
        (_, None) => schema_edit::schema_edit(group, &not_native),
        (Recreate::Auto, Some(reason)) => rebuild::rebuild(group, &format!("{not_native}, and {reason}")),
        (Recreate::Never, Some(reason)) => {
            let message =
                format!("table `{}` would have to be made anew: {not_native}, and {reason}", op.table);
            Err(unsupported(message).hint("leave `recreate = \"never\"` out, or say \"auto\""))
        }
    }
}

/// Makes the whole group with SQLite's own means, in the order of the actions; or says why not.
fn in_place(group: &Group<'_>) -> Result<Result<Vec<Statement>, String>, Diagnostic> {
    let mut table = group.start.clone();
    let mut statements = Vec::new();
    let mut reason = None;
    for action in &*group.op.in_order(group.start, group.before) {
        let found = native(action, &table, group.before, group.server)?;
        action.apply(&mut table, group.before)?;
        match found {
            Native::Does(more) => statements.extend(more),
            Native::DoesNot(why) => reason = reason.or(Some(why)),
        }
    }
    statements.extend(probes::probes(group));
    Ok(reason.map_or(Ok(statements), Err))
}
