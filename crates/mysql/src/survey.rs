//! What lowering must see of the database itself: the table that is altered, so that `MODIFY` keeps all that it is, and that of
//! an index that a foreign key needs.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Connection, Texts};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Column, Constraint, Index, Schema, Stored, Table, mention};

use crate::connection::MysqlConnection;
use crate::{lower, normal, reflect};

/// Returns the schema around a table that is altered, or loses an index that its foreign keys need, with the table as the database has it. `None` for operations
/// that need no look at the database, and for a table that is not there.
///
/// # Errors
/// What the server says.
pub(crate) fn survey(
    connection: &mut MysqlConnection,
    operation: &Operation,
    folded: &Schema,
) -> Result<Option<Schema>, Diagnostic> {
    let name = &match operation {
        Operation::AlterTable(AlterTable { table, actions, .. }) => {
            check_views(connection, table, actions)?;
            table.clone()
        }
        Operation::DropIndex(op) => match lower::uncovers(op, folded, connection.server()) {
            Some(table) => table,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let found = reflect::reflect_with_inner_checks(connection, std::slice::from_ref(name))?;
    let Some(mut table) = found.schema.tables.get(name).cloned() else { return Ok(None) };
    let server = connection.server().clone();
    let mut key_indexes = Vec::new();
    if let Some(known) = folded.tables.get(name) {
        let spelled = |table: &Table| {
            let mut alone = folded.clone();
            alone.tables.insert(name.clone(), table.clone());
            normal::table(table, &alone, &server, Texts::Printed)
        };
        let is_known = |index: &Index| known.indexes.iter().any(|own| own.name == index.name);
        // What the server made for a foreign key is no index of anybody's.
        let own = table.clone();
        let made = |index: &mut Index| !is_known(index) && lower::is_made_for_key(index, &own);
        key_indexes = table.indexes.extract_if(.., made).collect();
        table = in_known_words(table.clone(), known, &spelled(&table), &spelled(known));
    }
    let unheld = found.inner_checks.iter().map(inner_check_of).collect();
    table.stored = Some(Box::new(Stored { unheld, key_indexes, ..Stored::default() }));
    let mut schema = folded.clone();
    schema.tables.insert(name.clone(), table);
    Ok(Some(schema))
}

/// Refuses to take a column away from under a view, or its name: the server would let it, and the view would fail.
fn check_views(
    connection: &mut MysqlConnection,
    table: &TableName,
    actions: &[Action],
) -> Result<(), Diagnostic> {
    let goes = |action: &Action| match action {
        Action::DropColumn(drop) => Some(drop.column.clone()),
        Action::RenameColumn(rename) => Some(rename.column.clone()),
        _ => None,
    };
    let columns: Vec<Ident> = actions.iter().filter_map(goes).collect();
    if columns.is_empty() {
        return Ok(());
    }
    for (view, query) in reflect::view_texts(connection, table)? {
        let reads = |name: &&Ident| mention::mentions(&query, &table.name) && mention::mentions(&query, name);
        if let Some(column) = columns.iter().find(reads) {
            let shown = table.print_with_column(column);
            let message = format!("view `{view}` reads column `{shown}`, and would fail without it");
            return Err(Diagnostic::new(Code::StillInUse, message)
                .hint("drop the view first, and make it again behind"));
        }
    }
    Ok(())
}

/// Returns the check that stands inside a column of a surveyed table and would go with a `MODIFY`, in words.
pub(crate) fn inner_check(table: &Table, column: &Ident) -> Option<String> {
    let words = inner_check_of(column);
    table.stored.as_ref().filter(|stored| stored.unheld.contains(&words)).map(|_| words)
}

fn inner_check_of(column: &Ident) -> String {
    format!("the check inside column `{column}`")
}

/// Puts what the database says into the words of the history, wherever both mean the same.
fn in_known_words(mut found: Table, known: &Table, found_normal: &Table, known_normal: &Table) -> Table {
    for (column, normal) in found.columns.iter_mut().zip(&found_normal.columns) {
        if let Some(own) = known.column(&column.name)
            && known_normal.column(&column.name) == Some(normal)
        {
            *column = Column { name: column.name.clone(), ..own.clone() };
        }
    }
    if found_normal.comment == known_normal.comment {
        found.comment.clone_from(&known.comment);
    }
    found.options.clone_from(&known.options);
    for index in &mut found.indexes {
        if let Some(own) = known.indexes.iter().find(|own| own.name == index.name) {
            *index = own.clone();
        }
    }
    // A unique index is a unique constraint to the server; the history knows which it is.
    let indexes: Vec<&Index> = known.indexes.iter().filter(|index| index.unique).collect();
    found.constraints.retain(|constraint| match (constraint, constraint.name()) {
        (Constraint::Unique(_), Some(name)) => match indexes.iter().find(|index| index.name == *name) {
            Some(index) => {
                found.indexes.push((*index).clone());
                false
            }
            None => true,
        },
        _ => true,
    });
    for constraint in &mut found.constraints {
        if let Some(own) = known.constraints.iter().find(|own| is_same(own, constraint)) {
            // The name that the server gave stays known, or nothing could drop it.
            let name = own.name().or(constraint.name()).cloned();
            *constraint = own.clone();
            *constraint.name_mut() = name;
        }
    }
    found
}

fn is_same(known: &Constraint, found: &Constraint) -> bool {
    match (known, found) {
        (Constraint::PrimaryKey(one), Constraint::PrimaryKey(other)) => one.columns == other.columns,
        (known, found) if known.name().is_some() => {
            known.name() == found.name() && known.kind() == found.kind()
        }
        (Constraint::Unique(one), Constraint::Unique(other)) => one.columns == other.columns,
        (Constraint::ForeignKey(one), Constraint::ForeignKey(other)) => {
            one.columns == other.columns && one.references == other.references
        }
        (Constraint::Check(one), Constraint::Check(other)) => {
            crate::text::plain(one.sql.as_str()) == crate::text::plain(other.sql.as_str())
        }
        _ => false,
    }
}
