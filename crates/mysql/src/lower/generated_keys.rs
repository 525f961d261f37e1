//! Foreign keys on generated columns and to them, which the server takes in part
//! (dev.mysql.com/doc/refman/8.4/en/create-table-generated-columns.html and `create-table-foreign-keys.html`, which TiDB follows;
//! MariaDB's error 1905, seen on 10.11).

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, ForeignKey, GeneratedStorage, ReferentialAction, Table};

use super::{Target, unsupported};

/// Refuses a foreign key that comes to a table and is none that the server takes: it would change a generated column or, but on
/// MariaDB, has to do with a virtual one.
///
/// # Errors
/// The first such key.
pub(super) fn check(before: Option<&Table>, after: &Table, target: Target<'_>) -> Result<(), Diagnostic> {
    let is_new = |key: &&ForeignKey| before.is_none_or(|table| table.foreign_keys().all(|old| old != *key));
    after.foreign_keys().filter(is_new).try_for_each(|key| check_key(key, after, target))
}

fn check_key(key: &ForeignKey, table: &Table, target: Target<'_>) -> Result<(), Diagnostic> {
    let title = target.title();
    let knows_virtual = target.is_mariadb();
    for column in key.columns.iter().filter_map(|name| generated(table, name)) {
        let shown = table.name.print_with_column(&column.name);
        if is_virtual(column) && !knows_virtual {
            let message = format!("{title} has no foreign keys on virtual columns, such as `{shown}`");
            return Err(unsupported(message).hint("make it a stored column"));
        }
        if let Some(clause) = changes(key) {
            let message = format!("{title} has no `{clause}` on generated columns, such as `{shown}`");
            return Err(
                unsupported(message).hint("let the foreign key restrict, or leave the rule to a trigger")
            );
        }
    }
    let parent = match key.references == table.name {
        true => Some(table),
        false => target.schema.tables.get(&key.references),
    };
    let referred =
        |name| parent.and_then(|parent| generated(parent, name)).filter(|column| is_virtual(column));
    match key.referred_columns.iter().find_map(referred) {
        Some(column) if !knows_virtual => {
            let shown = key.references.print_with_column(&column.name);
            let message = format!("{title} has no foreign keys to virtual columns, such as `{shown}`");
            Err(unsupported(message).hint("make it a stored column"))
        }
        _ => Ok(()),
    }
}

fn generated<'t>(table: &'t Table, name: &Ident) -> Option<&'t Column> {
    table.column(name).filter(|column| column.generated.is_some())
}

fn is_virtual(column: &Column) -> bool {
    column.generated.as_ref().is_some_and(|generated| generated.storage == GeneratedStorage::Virtual)
}

/// Returns the clause by which a foreign key changes its own columns.
fn changes(key: &ForeignKey) -> Option<&'static str> {
    match (key.on_update, key.on_delete) {
        (Some(ReferentialAction::Cascade), _) => Some("ON UPDATE CASCADE"),
        (Some(ReferentialAction::SetNull), _) => Some("ON UPDATE SET NULL"),
        (_, Some(ReferentialAction::SetNull)) => Some("ON DELETE SET NULL"),
        _ => None,
    }
}
