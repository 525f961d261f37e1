//! `alter_table`: all that happens to one table, so that the dialect can choose the cheapest sound way for all of it.

use crate::action::Action;
use crate::name::TableName;
use crate::schema::{Constraint, Schema, SchemaError};

use super::{Access, Change, Footprint, Object, Operation};

/// Makes all the changes to one table, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// The table.
    pub table: TableName,
    /// The changes, at least one. Each sees the table as those before it left it.
    pub actions: Vec<Action>,
    /// Whether the table is made anew and its rows are moved.
    pub recreate: Recreate,
}

/// Whether a table is made anew and its rows are moved.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Recreate {
    /// When there is no cheaper sound way (SQLite); never on databases that can alter everything.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// Not even if that means that the change is refused.
    Never,
}

impl Change for AlterTable {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let mut table = schema.table(&self.table)?.clone();
        for action in &self.actions {
            action.apply(&mut table, schema).map_err(|error| schema.or_unknown(error))?;
        }
        for action in &self.actions {
            if let Action::RenameColumn(rename) = action {
                follow_rename(schema, &self.table, rename);
            }
        }
        schema.tables.insert(self.table.clone(), table);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let mut table = before.table(&self.table)?.clone();
        let mut undo = Vec::new();
        for action in &self.actions {
            undo.push(action.invert(&table)?);
            action.apply(&mut table, before)?;
        }
        let actions: Vec<Action> = undo.into_iter().rev().flatten().collect();
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![AlterTable { table: self.table.clone(), actions, recreate: self.recreate }.into()])
    }

    fn footprint(&self) -> Footprint {
        let table = Footprint::new().with(Access::Reads, Object::Table(self.table.clone()));
        self.actions.iter().fold(table, |all, action| all.and(action.footprint(&self.table)))
    }

    fn describe(&self) -> String {
        let actions: Vec<String> = self.actions.iter().map(Action::describe).collect();
        format!("alter table `{}`: {}", self.table, actions.join(", "))
    }
}

/// Lets the foreign keys of other tables follow a renamed column.
fn follow_rename(schema: &mut Schema, table: &TableName, rename: &crate::action::RenameColumn) {
    for other in schema.tables.values_mut() {
        for constraint in &mut other.constraints {
            if let Constraint::ForeignKey(key) = constraint
                && key.references == *table
            {
                for column in key.referred_columns.iter_mut().filter(|column| **column == rename.column) {
                    *column = rename.to.clone();
                }
            }
        }
    }
}
