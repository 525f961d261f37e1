//! The rows of all tables, and which of them a revision must leave as they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::diagnostic::Diagnostics;
use crate::dialect::Connection;
use crate::literal::Literal;
use crate::name::{Ident, TableName};
use crate::op::Operation;
use crate::schema::Schema;

/// The rows of each table: its columns, and the cells of each row, in an order that is always the same. `None` for a table
/// with a column that cannot be read as a value.
pub(super) type Rows = BTreeMap<TableName, Option<(Vec<Ident>, Vec<Vec<Literal>>)>>;

/// Reads all rows.
pub(super) fn read(connection: &mut dyn Connection, schema: &Schema) -> Result<Rows, Diagnostics> {
    let mut rows = Rows::new();
    for table in schema.tables.values() {
        let columns: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        let mut sql = connection.dialect().sql().kw("SELECT");
        for (number, column) in columns.iter().enumerate() {
            sql = if number == 0 { sql.ident(column) } else { sql.close(",").ident(column) };
        }
        let sql = sql.kw("FROM").table(&table.name).finish();
        let found = connection.query(&sql).ok().map(|mut cells| {
            cells.sort_by_key(|row| format!("{row:?}"));
            (columns, cells)
        });
        rows.insert(table.name.clone(), found);
    }
    Ok(rows)
}

/// What a revision and its way back leave as it was.
#[derive(Debug, Default)]
pub(super) struct Survivors {
    tables: BTreeSet<TableName>,
    columns: BTreeSet<(TableName, Ident)>,
    all: bool,
}

impl Survivors {
    /// Notes that code or SQL may change any row.
    pub(super) fn anything_may_change(&mut self) {
        self.all = true;
    }

    /// Notes what an operation destroys.
    pub(super) fn pass(&mut self, operation: &Operation) {
        match operation {
            Operation::DropTable(drop) => drop_table(self, &drop.table),
            Operation::RenameTable(rename) => {
                // Its rows come back under the old name.
                let gone: Vec<Ident> = self.of(&rename.table).cloned().collect();
                let target = rename.target();
                self.columns.extend(gone.into_iter().map(|column| (target.clone(), column)));
            }
            Operation::AlterTable(alter) => {
                for action in &alter.actions {
                    let column = match action {
                        Action::DropColumn(drop) => &drop.column,
                        Action::AlterColumn(change)
                            if change.ty.is_some() || change.generated.is_change() =>
                        {
                            &change.column
                        }
                        Action::AlterColumn(change) if change.nullable == Some(false) => &change.column,
                        _ => continue,
                    };
                    self.columns.insert((alter.table.clone(), column.clone()));
                }
            }
            // A value that is dropped may be replaced by another one in any table.
            Operation::AlterEnum(_) => self.all = true,
            _ => {}
        }
    }

    fn of<'s>(&'s self, table: &'s TableName) -> impl Iterator<Item = &'s Ident> {
        self.columns.iter().filter(move |(owner, _)| owner == table).map(|(_, column)| column)
    }

    /// Says in words what does not come back.
    pub(super) fn lost(&self) -> Vec<String> {
        let columns = self
            .columns
            .iter()
            .map(|(table, column)| format!("the values of column `{}`", table.print_with_column(column)));
        let tables = self.tables.iter().map(|table| format!("the rows of `{table}`"));
        columns.chain(tables).collect()
    }
}

fn drop_table(survivors: &mut Survivors, table: &TableName) {
    survivors.tables.insert(table.clone());
}

/// Compares rows, as far as they must have survived. In order of table.
pub(super) fn differences(before: &Rows, back: &Rows, survivors: &Survivors) -> Vec<String> {
    if survivors.all {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (table, rows) in before {
        let (Some((columns, rows)), Some(Some((columns_back, rows_back)))) = (rows, back.get(table)) else {
            continue;
        };
        if survivors.tables.contains(table) {
            continue;
        }
        if rows.len() != rows_back.len() {
            found.push(format!("`{table}` had {} rows and has {}", rows.len(), rows_back.len()));
            continue;
        }
        let gone: BTreeSet<&Ident> = survivors.of(table).collect();
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| !gone.contains(column)) {
            let Some(other) = columns_back.iter().position(|name| name == column) else { continue };
            let cells = |rows: &[Vec<Literal>], at: usize| {
                let mut cells: Vec<String> = rows.iter().map(|row| format!("{:?}", row.get(at))).collect();
                cells.sort();
                cells
            };
            if cells(rows, at) != cells(rows_back, other) {
                found.push(format!("column `{}`", table.print_with_column(column)));
            }
        }
    }
    found
}
