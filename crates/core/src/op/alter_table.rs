//! `alter_table`: all that happens to one table, so that the dialect can choose the cheapest sound way for all of it.

use crate::action::Action;
use crate::name::{Ident, TableName};
use crate::schema::{Constraint, ObjectKind, Schema, SchemaError, Table};

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
        self.keep_referred_keys(schema, &table)?;
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

impl AlterTable {
    /// Checks that the keys which foreign keys of other tables point at are still keys once all is done.
    fn keep_referred_keys(&self, schema: &Schema, after: &Table) -> Result<(), SchemaError> {
        let before = schema.table(&self.table)?;
        for other in schema.referring_tables(&self.table) {
            for key in other.foreign_keys().filter(|key| key.references == self.table) {
                let implied = key.referred_columns.is_empty();
                let mut columns = match (implied, before.primary_key()) {
                    (true, Some(primary)) => primary.columns.clone(),
                    (true, None) => continue,
                    (false, _) => key.referred_columns.clone(),
                };
                let was_key = is_key(before, &columns);
                let named = columns.clone();
                for action in &self.actions {
                    if let Action::RenameColumn(rename) = action {
                        let renamed = columns.iter_mut().filter(|column| **column == rename.column);
                        renamed.for_each(|column| *column = rename.to.clone());
                    }
                }
                let still = if implied { after.primary_key().is_some() } else { is_key(after, &columns) };
                if was_key && !still {
                    let names: Vec<&str> = named.iter().map(|name| name.as_str()).collect();
                    return Err(SchemaError::InUse {
                        kind: ObjectKind::Constraint,
                        name: names.join(", "),
                        by: format!("a foreign key of table `{}`", other.name),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Says whether a primary key or unique constraint is over just these columns.
fn is_key(table: &Table, columns: &[Ident]) -> bool {
    table.constraints.iter().any(|constraint| {
        matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            && constraint.columns().len() == columns.len()
            && columns.iter().all(|column| constraint.columns().contains(&column))
    })
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
