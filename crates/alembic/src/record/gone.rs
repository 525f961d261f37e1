//! What goes with a column that a script drops: a table made anew by Alembic, or PostgreSQL, lets go of the rules and indexes
//! over it and other columns too. Limbeck wants that said.

use std::collections::BTreeMap;

use limbeck_core::action::{Action, DropConstraint, RemoveIndex};
use limbeck_core::fold::Fold;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Operation, ScopedOperation};
use limbeck_core::schema::{Constraint, ConstraintRef, IndexKey, Schema, Table};

/// The schemas at a point of the history, one a dialect; `None` behind something that is not told.
#[derive(Debug)]
pub struct Before(pub(super) Vec<(&'static str, Option<Fold>)>);

impl Default for Before {
    fn default() -> Self {
        Self(crate::eval::DIALECTS.iter().map(|(_, dialect)| (*dialect, Some(Fold::new(*dialect)))).collect())
    }
}

impl Before {
    pub(super) fn of(&mut self, dialect: &str) -> Option<&mut Option<Fold>> {
        self.0.iter_mut().find(|(own, _)| *own == dialect).map(|(_, fold)| fold)
    }
}

/// Says what goes with the columns that these operations drop, and follows them in the schema.
pub(super) fn say(operations: &mut [ScopedOperation], dialect: &str, before: &mut Option<Fold>) {
    for scoped in operations {
        let Some(fold) = before else { return };
        if let Operation::AlterTable(alter) = &mut scoped.operation
            && let Some(table) = fold.schema().tables.get(&alter.table)
            && ["sqlite", "postgres"].contains(&dialect)
        {
            say_of(alter, table);
        }
        if fold.apply(scoped).is_err() {
            *before = None;
        }
    }
}

/// Says what goes with the columns that these operations drop, beside a schema that they are not to change.
///
/// Of the schema, the tables alone are followed that are altered; behind one that does not fit, nothing is said of it.
pub(super) fn say_beside(operations: &mut [ScopedOperation], dialect: &str, schema: &Schema) {
    let mut changed: BTreeMap<TableName, Option<Table>> = BTreeMap::new();
    if !["sqlite", "postgres"].contains(&dialect) {
        return;
    }
    for scoped in operations {
        let Operation::AlterTable(alter) = &mut scoped.operation else { continue };
        let table =
            changed.entry(alter.table.clone()).or_insert_with(|| schema.tables.get(&alter.table).cloned());
        let Some(now) = table else { continue };
        say_of(alter, now);
        if alter.actions.iter().any(|action| action.apply(now, schema).is_err()) {
            *table = None;
        }
    }
}

fn say_of(alter: &mut AlterTable, table: &Table) {
    let dropped: Vec<Ident> = alter
        .actions
        .iter()
        .filter_map(|action| match action {
            Action::DropColumn(drop) => Some(drop.column.clone()),
            _ => None,
        })
        .collect();
    let goes = |columns: &[&Ident]| {
        columns.len() > 1 && columns.iter().any(|column| dropped.iter().any(|own| own == *column))
    };
    let mut said = Vec::new();
    for constraint in table.constraints.iter().filter(|one| goes(&one.columns())) {
        let by_columns = match constraint {
            Constraint::Unique(unique) => ConstraintRef::Unique(unique.columns.clone()),
            Constraint::ForeignKey(key) => ConstraintRef::ForeignKey(key.columns.clone()),
            _ => continue,
        };
        let is_said = alter.actions.iter().any(
            |action| matches!(action, Action::DropConstraint(drop) if drop.constraint.matches(constraint)),
        );
        if !is_said {
            let constraint = constraint.name().map_or(by_columns, |name| ConstraintRef::Name(name.clone()));
            said.push(Action::DropConstraint(DropConstraint { constraint, if_exists: false }));
        }
    }
    for index in &table.indexes {
        let columns: Vec<&Ident> = index
            .columns
            .iter()
            .filter_map(|column| match &column.key {
                IndexKey::Column(name) => Some(name),
                _ => None,
            })
            .collect();
        let is_said = alter
            .actions
            .iter()
            .any(|action| matches!(action, Action::DropIndex(drop) if drop.index == index.name));
        if goes(&columns) && !is_said {
            said.push(Action::DropIndex(RemoveIndex { index: index.name.clone(), if_exists: false }));
        }
    }
    alter.actions.splice(0..0, said);
}
