//! What goes and comes under another name, and so may have been meant to be renamed.

use std::collections::BTreeMap;

use limbeck_core::action::Action;
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, nearest};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Schema, Table};

/// Says which drops and additions look like renames; nothing is done about it.
///
/// A column that goes looks like one that comes in the same table, of the same type, which is the only one of that type, has
/// the same place or a name like it. A table looks like another with the same columns. Both schemas are in the
/// dialect's normal form; the order is that of names.
pub(super) fn likely(operations: &[Operation], old: &Schema, new: &Schema) -> Vec<Diagnostic> {
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    let mut columns: BTreeMap<&TableName, (Vec<&Ident>, Vec<&Ident>)> = BTreeMap::new();
    for operation in operations {
        match operation {
            Operation::DropTable(drop) => gone.extend(old.tables.get(&drop.table)),
            Operation::CreateTable(create) => made.extend(new.tables.get(&create.table.name)),
            Operation::AlterTable(AlterTable { table, actions, .. }) => {
                for action in actions {
                    let changed = columns.entry(table).or_default();
                    match action {
                        Action::DropColumn(drop) => changed.0.push(&drop.column),
                        Action::AddColumn(add) => changed.1.push(&add.column.name),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = tables(&gone, &made);
    for (name, (gone, made)) in columns {
        if let (Some(old), Some(new)) = (old.tables.get(name), new.tables.get(name)) {
            found.extend(pairs(&gone, &made, old, new).iter().map(|(from, to)| {
                let message =
                    format!("column `{from}` of table `{name}` goes and `{to}` comes, of the same type");
                let rename = format!("{}={to}", name.print_with_column(from));
                warning(message, "its values are to stay", &rename)
            }));
        }
    }
    found
}

fn warning(message: String, why: &str, rename: &str) -> Diagnostic {
    Diagnostic::new(Code::CheckFailed, message)
        .hint(format!("if it is the same under another name, and {why}, say `--rename {rename}`"))
}

fn tables(gone: &[&Table], made: &[&Table]) -> Vec<Diagnostic> {
    let shape = |table: &Table| -> Vec<(Ident, ColumnType)> {
        table.columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect()
    };
    let mut shapes: BTreeMap<Vec<(Ident, ColumnType)>, Vec<&Table>> = BTreeMap::new();
    for table in made {
        shapes.entry(shape(table)).or_default().push(table);
    }
    let same = gone.iter().filter_map(|old| {
        let new = shapes.get_mut(&shape(old))?;
        let at = new.iter().position(|new| new.name.schema == old.name.schema)?;
        Some((old, new.remove(at)))
    });
    same.map(|(old, new)| {
        let message = format!("table `{}` goes and `{}` comes, with the same columns", old.name, new.name);
        warning(message, "its rows are to stay", &format!("{}={}", old.name, new.name.name))
    })
    .collect()
}

/// Returns the columns that look like each other, each of them once, in order of the names that go.
fn pairs(gone: &[&Ident], made: &[&Ident], old: &Table, new: &Table) -> Vec<(Ident, Ident)> {
    let place = |table: &Table, name: &Ident| table.columns.iter().position(|column| column.name == *name);
    let mut by_type: BTreeMap<&ColumnType, (Vec<&Ident>, Vec<&Ident>)> = BTreeMap::new();
    for column in gone.iter().filter_map(|name| old.column(name)) {
        by_type.entry(&column.ty).or_default().0.push(&column.name);
    }
    for column in made.iter().filter_map(|name| new.column(name)) {
        by_type.entry(&column.ty).or_default().1.push(&column.name);
    }
    let mut found = Vec::new();
    for (gone, mut made) in by_type.into_values() {
        let lone = gone.len() == 1 && made.len() == 1;
        for from in gone {
            let like = nearest(from.as_str(), made.iter().map(|name| name.as_str())).map(str::to_owned);
            let at = made.iter().position(|to| like.as_deref() == Some(to.as_str()));
            let at = at.or_else(|| made.iter().position(|to| place(old, from) == place(new, to)));
            if let Some(at) = at.or(lone.then_some(0)) {
                found.push((from.clone(), made.remove(at).clone()));
            }
        }
    }
    found.sort();
    found
}
