//! Why a table is made anew: because the migration asks for it, or because PostgreSQL cannot change it in place.

use limbeck_core::action::{Action, AlterColumn, Edit};
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::Ident;
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::schema::{Schema, Table, mention};

use super::alter_column::SET_EXPRESSION;
use super::unsupported;

/// Returns why a table is made anew; `None` where it is altered in place.
///
/// # Errors
/// An action that does not fit, and a table that may not be made anew though there is no other way.
pub(crate) fn reason(
    op: &AlterTable,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Option<String>, Diagnostic> {
    if op.recreate == Recreate::Always {
        return Ok(Some("as the migration asks".to_owned()));
    }
    let start = before.table(&op.table)?;
    if start.columns.iter().all(|column| column.generated.is_none()) {
        return Ok(None);
    }
    let mut now = start.clone();
    let mut found = None;
    for action in &*op.in_order(start, before) {
        if let (None, Action::AlterColumn(alter)) = (&found, action) {
            found = in_the_way(alter, &now, server);
        }
        action.apply(&mut now, before)?;
    }
    match found {
        Some(why) if op.recreate == Recreate::Never => {
            Err(unsupported(format!("table `{}` cannot be altered in place: {why}", op.table)).hint(
                "leave `recreate = \"never\"` out, or drop the computed column first and add it anew behind",
            ))
        }
        found => Ok(found),
    }
}

/// Says what stands against a change of a column in place.
fn in_the_way(alter: &AlterColumn, now: &Table, server: &ServerInfo) -> Option<String> {
    let name = &alter.column;
    if (alter.ty.is_some() || alter.collation.is_change())
        && let Some(computed) = computed_from(name, now).next()
    {
        return Some(format!("`{computed}` is computed from `{name}`, whose type changes"));
    }
    let old = now.column(name)?.generated.as_ref()?;
    match &alter.generated {
        Edit::Set(new) if new != old && (new.storage != old.storage || server.version < SET_EXPRESSION) => {
            Some(format!("`{name}` is computed in another way"))
        }
        _ => None,
    }
}

/// Returns the columns that are computed from another one.
pub(super) fn computed_from<'t>(name: &'t Ident, table: &'t Table) -> impl Iterator<Item = &'t Ident> {
    let is = move |sql: &str| mention::mentions(sql, name);
    table
        .columns
        .iter()
        .filter(move |one| one.generated.as_ref().is_some_and(|generated| is(generated.sql.as_str())))
        .map(|one| &one.name)
}
