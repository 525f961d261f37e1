//! Draws operations. Adding one to the list stops the build here.

use strum::IntoEnumIterator;

use crate::action::Edit;
use crate::literal::RawSql;
use crate::name::{Ident, TableName};
use crate::op::{
    AlterEnum, AlterSequence, AlterTable, CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable,
    CreateView, Delete, DropEnum, DropIndex, DropSchema, DropSequence, DropTable, DropView, EnumAction,
    EnumActionKind, Execute, Insert, Operation, OperationKind, Recreate, RenameTable, Row, ValuePosition,
};
use crate::schema::{NamedEnum, Schema, Sequence, Table, View};

use super::choices::Choices;

impl Choices {
    /// Draws an operation that probably fits the schema; `None` when the kind drawn has nothing to work on.
    pub(super) fn operation(&mut self, schema: &Schema) -> Option<Operation> {
        let kinds: Vec<OperationKind> = OperationKind::iter().collect();
        // Tables are what most others need, and altering them is what there is most of.
        let kind = match self.pick(3) {
            0 if schema.tables.len() < 3 => OperationKind::CreateTable,
            0 => OperationKind::AlterTable,
            _ => self.of(&kinds),
        };
        let tables: Vec<&Table> = schema.tables.values().collect();
        Some(match kind {
            OperationKind::CreateTable => match self.any(&tables) {
                Some(table) if self.once_in(8) => {
                    CreateTable { table: (*table).clone(), if_not_exists: true }.into()
                }
                _ => CreateTable { table: self.table(schema), if_not_exists: self.once_in(4) }.into(),
            },
            OperationKind::DropTable => {
                let names: Vec<&TableName> = schema.tables.keys().collect();
                let (table, if_exists) = self.there(&names)?;
                DropTable { table, if_exists }.into()
            }
            OperationKind::RenameTable => {
                RenameTable { table: self.any(&tables)?.name.clone(), to: self.fresh() }.into()
            }
            OperationKind::AlterTable => {
                let table = self.any(&tables)?;
                let actions = self.actions(table, schema);
                if actions.is_empty() {
                    return None;
                }
                let recreate = self.of(&[Recreate::Auto, Recreate::Auto, Recreate::Always, Recreate::Never]);
                let recreate = if self.is_portable() { Recreate::Auto } else { recreate };
                AlterTable { table: table.name.clone(), actions, recreate }.into()
            }
            OperationKind::CreateIndex => {
                let table = self.any(&tables)?;
                let index = match table.indexes.first() {
                    Some(index) if self.once_in(4) => index.clone(),
                    _ => self.index(table),
                };
                let (if_not_exists, concurrently) = (self.once_in(3), self.rarely());
                CreateIndex { table: table.name.clone(), index, if_not_exists, concurrently }.into()
            }
            OperationKind::DropIndex => {
                let indexes: Vec<(&TableName, &Ident)> = tables
                    .iter()
                    .flat_map(|t| t.indexes.iter().map(|index| (&t.name, &index.name)))
                    .collect();
                let (table, index) = self.any(&indexes).copied()?;
                let table = self.once_in(2).then(|| table.clone());
                let (if_exists, concurrently) = (self.once_in(3), self.rarely());
                DropIndex { index: index.clone(), table, if_exists, concurrently }.into()
            }
            OperationKind::CreateView => {
                let view =
                    View { name: self.view_name(schema), sql: self.query(), materialized: self.rarely() };
                let there = schema.views.contains_key(&view.name);
                let or_replace = there && self.once_in(2);
                CreateView { view, if_not_exists: there && !or_replace, or_replace }.into()
            }
            OperationKind::DropView => {
                let names: Vec<&TableName> = schema.views.keys().collect();
                let (view, if_exists) = self.there(&names)?;
                let materialized = schema.views.get(&view).is_some_and(|view| view.materialized);
                DropView { view, materialized, if_exists }.into()
            }
            _ if self.is_portable() => return None,
            OperationKind::CreateEnum => {
                let definition = NamedEnum { name: self.fresh_table(), values: self.enum_values() };
                CreateEnum { definition, if_not_exists: self.once_in(3) }.into()
            }
            OperationKind::AlterEnum => {
                let enums: Vec<&NamedEnum> = schema.enums.values().collect();
                let definition = self.any(&enums)?;
                let actions = self.several(1, 3, |c| c.enum_action(definition));
                AlterEnum { name: definition.name.clone(), actions }.into()
            }
            OperationKind::DropEnum => {
                let names: Vec<&TableName> = schema.enums.keys().collect();
                let (name, if_exists) = self.there(&names)?;
                DropEnum { name, if_exists }.into()
            }
            OperationKind::CreateSequence => {
                let (start, increment, min, max, cache, cycle) = self.counting();
                let sequence =
                    Sequence { name: self.fresh_table(), start, increment, min, max, cache, cycle };
                CreateSequence { sequence, if_not_exists: self.once_in(3) }.into()
            }
            OperationKind::AlterSequence => {
                let names: Vec<&TableName> = schema.sequences.keys().collect();
                let sequence = (*self.any(&names)?).clone();
                let (start, increment, min, max, cache, cycle) = self.counting();
                let [start, increment, min, max, cache] =
                    [start, increment, min, max, cache].map(|number| match number {
                        Some(number) => Edit::Set(number),
                        None if self.once_in(2) => Edit::Keep,
                        None => Edit::Drop,
                    });
                let cycle = self.once_in(2).then_some(cycle);
                AlterSequence { sequence, start, increment, min, max, cache, cycle }.into()
            }
            OperationKind::DropSequence => {
                let names: Vec<&TableName> = schema.sequences.keys().collect();
                let (sequence, if_exists) = self.there(&names)?;
                DropSequence { sequence, if_exists }.into()
            }
            OperationKind::CreateSchema => {
                CreateSchema { schema: self.name(), if_not_exists: self.once_in(3) }.into()
            }
            OperationKind::DropSchema => {
                let names: Vec<Ident> = schema.schemas.iter().cloned().collect();
                let schema = self.any(&names).cloned().unwrap_or_else(|| self.name());
                DropSchema { schema, if_exists: self.once_in(3) }.into()
            }
            OperationKind::Execute => {
                let state = self.maybe(|c| c.several(0, 2, |c| c.table(schema)));
                let state = state.map(|tables| {
                    let create = |table| CreateTable { table, if_not_exists: false }.into();
                    tables.into_iter().map(create).collect()
                });
                Execute { sql: self.query(), state }.into()
            }
            OperationKind::Insert => {
                let table = self.any(&tables)?;
                Insert { table: table.name.clone(), rows: self.rows(table) }.into()
            }
            OperationKind::Delete => {
                let table = self.any(&tables)?;
                Delete { table: table.name.clone(), rows: self.rows(table) }.into()
            }
        })
    }

    /// Draws one of the names, or now and then one that is not there, which only `if_exists` forgives.
    fn there(&mut self, names: &[&TableName]) -> Option<(TableName, bool)> {
        if self.once_in(6) {
            return Some((self.fresh_table(), true));
        }
        let name = (*self.any(names)?).clone();
        Some((name, self.once_in(3)))
    }

    fn view_name(&mut self, schema: &Schema) -> TableName {
        let names: Vec<&TableName> = schema.views.keys().collect();
        match self.any(&names) {
            Some(name) if self.once_in(2) => (*name).clone(),
            _ => self.fresh_table(),
        }
    }

    fn query(&mut self) -> RawSql {
        RawSql::new(self.of(&[
            "SELECT 1 AS x",
            "SELECT 'it''s' AS x\n-- why\nWHERE 1 > 0",
            "SELECT '''' AS \"x\"",
        ]))
    }

    fn enum_action(&mut self, definition: &NamedEnum) -> EnumAction {
        let kinds: Vec<EnumActionKind> = EnumActionKind::iter().collect();
        let value = self.any(&definition.values).cloned().unwrap_or_default();
        let other = self.any(&definition.values).cloned().unwrap_or_default();
        match self.of(&kinds) {
            EnumActionKind::AddValue => EnumAction::AddValue {
                value: self.fresh().as_str().to_owned(),
                position: match self.pick(3) {
                    0 => None,
                    1 => Some(ValuePosition::Before(other)),
                    _ => Some(ValuePosition::After(other)),
                },
            },
            EnumActionKind::RenameValue => {
                EnumAction::RenameValue { value, to: self.fresh().as_str().to_owned() }
            }
            EnumActionKind::DropValue => EnumAction::DropValue {
                replace_with: self.maybe(|_| other).filter(|other| *other != value),
                value,
            },
        }
    }

    fn rows(&mut self, table: &Table) -> Vec<Row> {
        let columns: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        self.several(1, 3, |c| c.some_of(&columns, 4).into_iter().map(|name| (name, c.value())).collect())
    }
}
