//! Names that change, as a person gives them: what is renamed keeps its rows.

use std::collections::BTreeMap;
use std::fmt;

use limbeck_core::action::{Action, RenameColumn};
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::diff::drop_views_over;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Change, Object, Operation, Recreate, RenameTable};
use limbeck_core::schema::Schema;

/// A name that changes: `old=new` for a table, `table.old=new` for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    from: String,
    to: Ident,
}

impl Rename {
    /// Reads the text form. The new name is taken as it is.
    ///
    /// # Errors
    /// [`Code::Usage`] when there is no `=`, [`Code::BadName`] for a name that no database takes.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let Some((from, to)) = text.split_once('=') else {
            return Err(Diagnostic::new(
                Code::Usage,
                format!("`{text}` does not say what is renamed to what"),
            )
            .hint("write `--rename old=new` for a table, `--rename table.old=new` for a column"));
        };
        let to = Ident::new(to.trim())
            .map_err(|error| Diagnostic::new(Code::BadName, format!("`{text}`: {error}")))?;
        Ok(Self { from: from.trim().to_owned(), to })
    }

    /// Takes what is renamed in its text form.
    pub(super) fn new(from: String, to: Ident) -> Self {
        Self { from, to }
    }

    fn table(&self, schema: &Schema) -> Option<RenameTable> {
        let table = TableName::parse(&self.from).ok().filter(|name| schema.tables.contains_key(name))?;
        Some(RenameTable { table, to: self.to.clone() })
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.from, self.to)
    }
}

/// What renames lead to.
pub(super) struct Renamed {
    /// The operations: tables first, then the columns of each table together.
    pub(super) operations: Vec<Operation>,
    /// The schema after them.
    pub(super) schema: Schema,
    tables: Vec<RenameTable>,
    columns: BTreeMap<TableName, Vec<RenameColumn>>,
}

/// Applies renames to a schema. A column is named by its table's old name or by its new one.
///
/// # Errors
/// All names that are not there, and new ones that are taken.
pub(super) fn rename(renames: &[Rename], before: &Schema) -> Result<Renamed, Diagnostics> {
    let mut faults = Vec::new();
    let mut done = Renamed {
        operations: Vec::new(),
        schema: before.clone(),
        tables: renames.iter().filter_map(|rename| rename.table(before)).collect(),
        columns: BTreeMap::new(),
    };
    for rename in renames.iter().filter(|rename| rename.table(before).is_none()) {
        match column(rename, before, &done.tables) {
            Ok((table, column)) => done.columns.entry(table).or_default().push(column),
            Err(fault) => faults.push(fault),
        }
    }
    done.operations.extend(done.tables.iter().cloned().map(Operation::from));
    for (table, columns) in &done.columns {
        let actions = columns.iter().cloned().map(Action::RenameColumn).collect();
        done.operations.push(AlterTable { table: table.clone(), actions, recreate: Recreate::Auto }.into());
    }
    for operation in &done.operations {
        if let Err(error) = operation.apply(&mut done.schema) {
            let fault = Diagnostic::from(error);
            faults.push(Diagnostic {
                message: format!("cannot {}: {}", operation.describe(), fault.message),
                ..fault
            });
        }
    }
    Diagnostics::check(faults, done)
}

/// Finds the column that is meant, and the name that its table has when it is renamed.
fn column(
    rename: &Rename,
    before: &Schema,
    tables: &[RenameTable],
) -> Result<(TableName, RenameColumn), Diagnostic> {
    let found = TableName::parse_with_column(&rename.from).ok().and_then(|(name, column)| {
        let renamed = tables.iter().find(|one| one.table == name || one.target() == name);
        let old = renamed.map_or(name.clone(), |one| one.table.clone());
        Some((before.tables.get(&old)?, renamed.map_or(name, RenameTable::target), column))
    });
    let Some((table, now, column)) = found else {
        let names: Vec<String> = before.tables.keys().map(TableName::to_string).collect();
        let table = rename.from.rsplit_once('.').map_or(rename.from.as_str(), |(table, _)| table);
        return Err(Diagnostic::new(
            Code::NoSuchTable,
            format!("no table `{table}` to rename, or to rename a column of"),
        )
        .similar(table, "a table", names.iter().map(String::as_str)));
    };
    if table.column(&column).is_none() {
        let names = table.columns.iter().map(|one| one.name.as_str());
        let message = format!("no column `{column}` in table `{}`, to rename it", table.name);
        return Err(Diagnostic::new(Code::NoSuchColumn, message).similar(column.as_str(), "a column", names));
    }
    Ok((now, RenameColumn { column, to: rename.to.clone() }))
}

impl Renamed {
    /// Adds renames that nobody had to ask for. They come behind the others.
    pub(super) fn add(&mut self, operations: Vec<Operation>) {
        for operation in &operations {
            match operation {
                Operation::RenameTable(rename) => self.tables.push(rename.clone()),
                Operation::AlterTable(alter) => {
                    let columns = alter.actions.iter().filter_map(|action| match action {
                        Action::RenameColumn(rename) => Some(rename.clone()),
                        _ => None,
                    });
                    self.columns.entry(alter.table.clone()).or_default().extend(columns);
                }
                _ => {}
            }
        }
        self.operations.extend(operations);
    }

    /// Returns what takes away the views over what is renamed, before that happens; the model brings them back. One that the
    /// model says in the same words, though they name what is renamed, is left to the database, which lets it follow.
    pub(super) fn views_aside(&self, there: &Schema, model: &Schema) -> Vec<Operation> {
        drop_views_over(&self.objects(), there, |name| model.views.get(name) == there.views.get(name))
    }

    /// Returns what gets another name, by the names from before.
    fn objects(&self) -> Vec<Object> {
        let tables = self.tables.iter().map(|one| Object::Table(one.table.clone()));
        let columns = self.columns.iter().flat_map(|(table, columns)| {
            let renamed = self.tables.iter().find(|one| one.target() == *table);
            let old = renamed.map_or(table, |one| &one.table);
            columns.iter().map(|one| Object::Column(old.clone(), one.column.clone()))
        });
        tables.chain(columns).collect()
    }

    /// Checks that the model has the new names and not the old ones; else what was renamed would go, or come anew.
    ///
    /// # Errors
    /// All renames that the model does not ask for.
    pub(super) fn fits(&self, model: &Schema) -> Result<(), Diagnostics> {
        let mut faults = Vec::new();
        for RenameTable { table, to } in &self.tables {
            let new = table.sibling(to.clone());
            let names: Vec<String> = model.tables.keys().map(TableName::to_string).collect();
            if !model.tables.contains_key(&new) {
                let fault = Diagnostic::new(Code::NoSuchTable, format!("the model has no table `{new}`"));
                faults.push(fault.similar(to.as_str(), "a table", names.iter().map(String::as_str)));
            }
            if model.tables.contains_key(table) {
                faults.push(stays(&format!("table `{table}`")));
            }
        }
        for (table, columns) in &self.columns {
            let Some(own) = model.tables.get(table) else {
                let message = format!("the model has no table `{table}`, of which a column is renamed");
                faults.push(Diagnostic::new(Code::NoSuchTable, message));
                continue;
            };
            for RenameColumn { column, to } in columns {
                if own.column(to).is_none() {
                    let message = format!("the model has no column `{to}` in table `{table}`");
                    let names = own.columns.iter().map(|one| one.name.as_str());
                    let fault = Diagnostic::new(Code::NoSuchColumn, message);
                    faults.push(fault.similar(to.as_str(), "a column", names));
                }
                if own.column(column).is_some() {
                    faults.push(stays(&format!("column `{column}` of table `{table}`")));
                }
            }
        }
        Diagnostics::check(faults, ())
    }
}

fn stays(what: &str) -> Diagnostic {
    Diagnostic::new(Code::Contradiction, format!("{what} is renamed, and the model has it still"))
        .hint("take it out of the model, or leave out the `--rename`")
}
