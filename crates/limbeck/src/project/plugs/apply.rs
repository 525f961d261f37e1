//! How what a program says takes effect.

use std::borrow::Cow;
use std::collections::BTreeSet;

use limbeck_core::action::{Action, AlterColumn};
use limbeck_core::dialect::ServerInfo;
use limbeck_core::diff::ColumnOrder;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Change, Operation, Recreate};
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Constraint, Schema, Table};

use crate::config::Config;

use super::super::LikelyRename;
use super::{Compared, Origin, Part, Plugs, TypePair};

/// Columns whose types the program calls different, table by table in the order of the model.
pub(in super::super) type Forced = Vec<(TableName, Vec<AlterColumn>)>;

impl Plugs<'_> {
    /// Leaves in a schema what is compared.
    pub(in super::super) fn taken<'s>(&self, schema: Cow<'s, Schema>, origin: Origin) -> Cow<'s, Schema> {
        let Some(takes) = &self.takes else { return schema };
        let mut left = schema.into_owned();
        left.tables.retain(|_, table| takes(Part::Table(table), origin));
        left.enums.retain(|_, named| takes(Part::Enum(named), origin));
        left.views.retain(|_, view| takes(Part::View(view), origin));
        left.sequences.retain(|_, sequence| takes(Part::Sequence(sequence), origin));
        for table in left.tables.values_mut() {
            let whole = table.clone();
            let out: Vec<&Ident> = whole
                .columns
                .iter()
                .filter(|column| !takes(Part::Column(&whole, column), origin))
                .map(|column| &column.name)
                .collect();
            leave_out(table, &out);
            table.constraints.retain(|constraint| takes(Part::Constraint(&whole, constraint), origin));
            table.indexes.retain(|index| takes(Part::Index(&whole, index), origin));
        }
        Cow::Owned(left)
    }

    /// Gives the model the types that are called the same, and returns those that are called different.
    pub(in super::super) fn settle_types(
        &self,
        existing: &Schema,
        model: &mut Schema,
        server: &ServerInfo,
    ) -> Forced {
        let Some(compare) = &self.types else { return Vec::new() };
        let mut forced = Vec::new();
        for (name, table) in &mut model.tables {
            let Some(there) = existing.tables.get(name) else { continue };
            let mut differing = Vec::new();
            for column in &mut table.columns {
                let Some(existing) = there.column(&column.name) else { continue };
                match compare(&TypePair { table: name, existing, wanted: column, server }) {
                    Some(Compared::Same) => column.ty = existing.ty.clone(),
                    Some(Compared::Differs) => differing.push(AlterColumn {
                        ty: Some(column.ty.clone()),
                        ..AlterColumn::new(column.name.clone())
                    }),
                    None => {}
                }
            }
            if !differing.is_empty() {
                forced.push((name.clone(), differing));
            }
        }
        forced
    }

    /// Says whether something is a rename; `None` when the program leaves it to a person.
    pub(in super::super) fn is_rename(&self, likely: &LikelyRename) -> Option<bool> {
        self.renames.as_ref().map(|is_rename| is_rename(likely))
    }

    /// Returns where columns that come are put.
    pub(in super::super) fn columns(&self, config: &Config) -> ColumnOrder {
        self.columns.unwrap_or(config.column_order)
    }

    /// Returns the operations as the program wants them. `before` is the schema that the first of them finds.
    pub(in super::super) fn rewritten(&self, operations: Vec<Operation>, before: &Schema) -> Vec<Operation> {
        let mut now = before.clone();
        let mut all = Vec::with_capacity(operations.len());
        for operation in operations {
            let mut rewritten = match &self.rewrite {
                Some(rewrite) => rewrite(operation, &now),
                None => vec![operation],
            };
            for operation in &mut rewritten {
                self.name_made(operation);
                // What does not fit is told when the whole is looked at.
                let _ = operation.apply(&mut now);
            }
            all.append(&mut rewritten);
        }
        all
    }

    /// Names what an operation makes.
    fn name_made(&self, operation: &mut Operation) {
        let Some(name) = &self.name else { return };
        let named = |table: &TableName, constraint: &mut Constraint| {
            if constraint.name().is_none() {
                *constraint.name_mut() = name(table, constraint);
            }
        };
        match operation {
            Operation::CreateTable(create) => {
                let Table { name, constraints, .. } = &mut create.table;
                constraints.iter_mut().for_each(|constraint| named(name, constraint));
            }
            Operation::AlterTable(alter) => {
                for action in &mut alter.actions {
                    if let Action::AddColumn(add) = action {
                        add.constraints.iter_mut().for_each(|constraint| named(&alter.table, constraint));
                    } else if let Some(mut constraint) = action.constraint() {
                        named(&alter.table, &mut constraint);
                        *action = Action::add_constraint(constraint);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Adds the changes of types that are asked for and not among the operations.
pub(in super::super) fn with_forced(mut operations: Vec<Operation>, forced: Forced) -> Vec<Operation> {
    for (table, mut columns) in forced {
        let is_of = |operation: &&mut Operation| matches!(operation, Operation::AlterTable(alter) if alter.table == table);
        let done: BTreeSet<Ident> = operations
            .iter()
            .filter_map(|operation| match operation {
                Operation::AlterTable(alter) if alter.table == table => Some(&alter.actions),
                _ => None,
            })
            .flatten()
            .filter_map(|action| match action {
                Action::AlterColumn(alter) if alter.ty.is_some() => Some(alter.column.clone()),
                _ => None,
            })
            .collect();
        columns.retain(|column| !done.contains(&column.column));
        if columns.is_empty() {
            continue;
        }
        let actions = columns.into_iter().map(|column| Action::AlterColumn(Box::new(column)));
        match operations.iter_mut().rev().find(is_of) {
            Some(Operation::AlterTable(alter)) => alter.actions.extend(actions),
            _ => operations
                .push(AlterTable { table, actions: actions.collect(), recreate: Recreate::Auto }.into()),
        }
    }
    operations
}

/// Takes columns out of a table, and what stands on them.
fn leave_out(table: &mut Table, out: &[&Ident]) {
    if out.is_empty() {
        return;
    }
    let names = |columns: Vec<&Ident>| columns.iter().any(|column| out.contains(column));
    let says = |text: &str| out.iter().any(|column| mentions(text, column));
    let computed = |column: &limbeck_core::schema::Column| {
        column.generated.as_ref().is_some_and(|generated| says(generated.sql.as_str()))
    };
    table.columns.retain(|column| !out.contains(&&column.name) && !computed(column));
    table.constraints.retain(|constraint| {
        !names(constraint.columns()) && !constraint.texts().iter().any(|text| says(text.as_str()))
    });
    table
        .indexes
        .retain(|index| !names(index.named_columns()) && !index.texts().iter().any(|text| says(text)));
}
