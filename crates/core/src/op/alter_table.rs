//! `alter_table`: all that happens to one table, so that the dialect can choose the cheapest sound way for all of it.

use std::borrow::Cow;

use crate::action::Action;
use crate::name::TableName;
use crate::schema::{Constraint, Schema, SchemaError, Table};

use super::referred::check_referred_keys;
use super::{Access, Change, Footprint, Object, Operation};

/// Makes all the changes to one table, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// The table.
    pub table: TableName,
    /// The changes, at least one, as written; [`AlterTable::in_order`] says in which order they are made.
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
    /// When there is no cheaper sound way (SQLite; PostgreSQL where computed columns stand against it); never on databases that
    /// can alter everything.
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
        for action in &*self.in_order(&table, schema) {
            action.apply(&mut table, schema)?;
        }
        check_referred_keys(schema, &table, &self.actions)?;
        for action in &self.actions {
            if let Action::RenameColumn(rename) = action {
                follow_rename(schema, &self.table, rename);
            }
        }
        table.written = None;
        schema.tables.insert(self.table.clone(), table);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let mut table = before.table(&self.table)?.clone();
        let mut undo = Vec::new();
        for action in &*self.in_order(&table, before) {
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
    /// Returns the actions in the order in which they are made. Each sees the table as those before it left it.
    ///
    /// That is the order written, but a constraint or index that is dropped behind a column is dropped before it: the
    /// column would take it away, or would be held by it.
    pub fn in_order(&self, start: &Table, schema: &Schema) -> Cow<'_, [Action]> {
        let Some(first) = self.actions.iter().position(|action| matches!(action, Action::DropColumn(_)))
        else {
            return Cow::Borrowed(&self.actions);
        };
        let (before, rest) = self.actions.split_at(first);
        let mut table = start.clone();
        if before.iter().any(|action| action.apply(&mut table, schema).is_err()) {
            return Cow::Borrowed(&self.actions);
        }
        // Behind a change of names the same name may mean something else.
        let renames =
            |action: &Action| matches!(action, Action::RenameColumn(_) | Action::RenameConstraint(_));
        let end = rest.iter().position(renames).unwrap_or(rest.len());
        let (sortable, others) = rest.split_at(end);
        // What is dropped early is gone for the next: a shape may mean one that is there now, or one added in between.
        let goes_first = |action: &&Action| match action {
            Action::DropConstraint(drop) => {
                table.constraint_position(&drop.constraint).is_ok()
                    && action.apply(&mut table, schema).is_ok()
            }
            Action::DropIndex(drop) => {
                table.index_position(&drop.index).is_ok() && action.apply(&mut table, schema).is_ok()
            }
            _ => false,
        };
        let (early, late): (Vec<&Action>, Vec<&Action>) = sortable.iter().partition(goes_first);
        Cow::Owned(before.iter().chain(early).chain(late).chain(others).cloned().collect())
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

#[cfg(test)]
mod tests {
    use crate::action::{AddColumn, DropColumn, DropConstraint, RemoveIndex, RenameConstraint};
    use crate::column_type::ColumnType;
    use crate::history::{EmbeddedFile, EmbeddedMigrations, History};
    use crate::literal::RawSql;
    use crate::name::Ident;
    use crate::op::{Change, Operation};
    use crate::schema::{Check, Column, ConstraintRef};
    use crate::{fold::fold, graph::Heads};

    use super::*;

    const TABLE: EmbeddedFile = EmbeddedFile {
        path: "a.toml",
        text: r#"revision = "a"
[[upgrade]]
create_table = "t"
columns = [{ name = "id", type = "integer" }, { name = "x", type = "text" }]
checks = [{ name = "ck_x", sql = "x <> ''" }]
uniques = [{ name = "uq", columns = ["id", "x"] }]
indexes = [{ name = "ix", columns = ["x"] }]
"#,
    };

    fn schema(files: &'static [EmbeddedFile], head: &str) -> Schema {
        let history = History::builder().embedded(EmbeddedMigrations::new(files)).build().unwrap();
        fold(&history, &Heads::from_iter([head]), "sqlite").unwrap()
    }

    #[test]
    fn what_is_dropped_behind_its_column_is_dropped_before_it() {
        let before = schema(&[TABLE], "a");
        let ident = |name| Ident::new(name).unwrap();
        let drop = |name| match name {
            "ck_x" | "uq" => {
                let constraint = ConstraintRef::Name(ident(name));
                Action::DropConstraint(DropConstraint { constraint, if_exists: false })
            }
            "ix" => Action::DropIndex(RemoveIndex { index: ident(name), if_exists: false }),
            _ => Action::DropColumn(DropColumn { column: ident(name), if_exists: false }),
        };
        let alter = AlterTable {
            table: TableName::unqualified(ident("t")),
            actions: ["x", "ck_x", "uq", "ix"].map(drop).to_vec(),
            recreate: Recreate::Auto,
        };
        let mut after = before.clone();
        alter.apply(&mut after).unwrap();
        let left = after.table(&alter.table).unwrap();
        assert_eq!((left.columns.len(), left.constraints.len(), left.indexes.len()), (1, 0, 0));
        let undo: Vec<Operation> = alter.invert(&before).unwrap();
        undo.iter().for_each(|operation| operation.apply(&mut after).unwrap());
        assert_eq!(after, before);
    }

    #[test]
    fn a_rule_that_is_put_back_without_its_name_is_dropped_behind_that() {
        let mut before = schema(&[TABLE], "a");
        before.tables.values_mut().for_each(|table| table.constraints.clear());
        let ident = |name| Ident::new(name).unwrap();
        let check = Constraint::Check(Check { name: None, sql: RawSql::new("1 > 0"), not_valid: false });
        let shape = ConstraintRef::to(&check).unwrap();
        let alter = AlterTable {
            table: TableName::unqualified(ident("t")),
            actions: vec![
                Action::add_constraint(check),
                Action::RenameConstraint(RenameConstraint { constraint: shape, to: ident("ck") }),
                Action::AddColumn(AddColumn {
                    column: Column::new(ident("new"), ColumnType::Integer),
                    position: None,
                    constraints: Vec::new(),
                    if_not_exists: false,
                }),
            ],
            recreate: Recreate::Auto,
        };
        let mut after = before.clone();
        alter.apply(&mut after).unwrap();
        let undo: Vec<Operation> = alter.invert(&before).unwrap();
        undo.iter().for_each(|operation| operation.apply(&mut after).unwrap());
        assert_eq!(after, before);
    }
}
