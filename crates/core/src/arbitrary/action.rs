//! Draws actions of `alter_table`.

use strum::IntoEnumIterator;

use crate::action::{
    Action, ActionKind, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position,
    RemoveIndex, RenameColumn, RenameConstraint, SetComment, SetOptions,
};
use crate::literal::Literal;
use crate::name::Ident;
use crate::schema::{Constraint, ConstraintKind, ConstraintRef, Schema, Table};

use super::choices::Choices;

impl Choices {
    /// Draws actions that fit a table one after the other. Empty when none does.
    pub(super) fn actions(&mut self, table: &Table, schema: &Schema) -> Vec<Action> {
        let mut table = table.clone();
        let mut actions = Vec::new();
        let kinds: Vec<ActionKind> = ActionKind::iter().collect();
        for _ in 0..1 + self.pick(4) {
            let kind = self.of(&kinds);
            let Some(action) = self.action(kind, &table, schema) else {
                continue;
            };
            let mut changed = table.clone();
            if action.apply(&mut changed, schema).is_ok() {
                table = changed;
                actions.push(action);
            }
        }
        actions
    }

    fn action(&mut self, kind: ActionKind, table: &Table, schema: &Schema) -> Option<Action> {
        let columns: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        let column = columns[self.pick(columns.len())].clone();
        let constraint = |kind: ConstraintKind, c: &mut Self| {
            c.constraint(kind, table, schema).map(Action::add_constraint)
        };
        Some(match kind {
            ActionKind::AddColumn => Action::AddColumn(self.add_column(table, schema)),
            ActionKind::DropColumn => {
                let column = if self.once_in(4) { self.name() } else { column };
                Action::DropColumn(DropColumn { column, if_exists: self.once_in(3) })
            }
            ActionKind::RenameColumn => Action::RenameColumn(RenameColumn { column, to: self.name() }),
            ActionKind::AlterColumn => Action::AlterColumn(Box::new(self.alter_column(column, table)?)),
            ActionKind::AddPrimaryKey => constraint(ConstraintKind::PrimaryKey, self)?,
            ActionKind::AddUnique => constraint(ConstraintKind::Unique, self)?,
            ActionKind::AddForeignKey => constraint(ConstraintKind::ForeignKey, self)?,
            ActionKind::AddCheck => constraint(ConstraintKind::Check, self)?,
            ActionKind::AddExclude => constraint(ConstraintKind::Exclude, self)?,
            ActionKind::DropConstraint => {
                let if_exists = self.once_in(3);
                let constraint = match if_exists && self.once_in(2) {
                    true => ConstraintRef::Name(self.fresh()),
                    false => self.constraint_ref(table)?,
                };
                Action::DropConstraint(DropConstraint { constraint, if_exists })
            }
            ActionKind::RenameConstraint => {
                let constraint = self.constraint_ref(table)?;
                Action::RenameConstraint(RenameConstraint { constraint, to: self.fresh() })
            }
            ActionKind::CreateIndex => {
                let index = match table.indexes.first() {
                    Some(index) if self.once_in(4) => index.clone(),
                    _ => self.index(table),
                };
                Action::CreateIndex(AddIndex { index, if_not_exists: self.once_in(2) })
            }
            ActionKind::DropIndex => {
                let if_exists = self.once_in(3);
                let index = match self.any(&table.indexes) {
                    Some(index) => index.name.clone(),
                    None => self.fresh(),
                };
                Action::DropIndex(RemoveIndex { index, if_exists })
            }
            ActionKind::SetComment | ActionKind::SetOptions if self.is_portable() => return None,
            ActionKind::SetComment => Action::SetComment(SetComment { comment: self.maybe(Self::text) }),
            ActionKind::SetOptions => {
                let mut options = self.options();
                if self.once_in(2) {
                    // One that is there goes.
                    for (dialect, own) in &table.options {
                        let dropped = own.keys().map(|name| (name.clone(), Literal::Null)).collect();
                        options.insert(dialect.clone(), dropped);
                    }
                }
                if options.is_empty() {
                    return None;
                }
                Action::SetOptions(SetOptions { options })
            }
        })
    }

    /// Draws a way to name a constraint of the table.
    fn constraint_ref(&mut self, table: &Table) -> Option<ConstraintRef> {
        let constraint = self.any(&table.constraints)?;
        match constraint {
            Constraint::PrimaryKey(_) if self.once_in(2) => Some(ConstraintRef::PrimaryKey),
            Constraint::Unique(unique) if self.once_in(2) => {
                Some(ConstraintRef::Unique(unique.columns.clone()))
            }
            other => ConstraintRef::to(other),
        }
    }

    fn add_column(&mut self, table: &Table, schema: &Schema) -> AddColumn {
        let there: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        let plain: Vec<Ident> =
            table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
        let name = self.name();
        let mut column = self.column(name.clone(), &plain);
        let mut constraints = Vec::new();
        // What the column brings with it is about the table as it will be.
        let mut wider = table.clone();
        if wider.column(&name).is_none() {
            wider.columns.push(column.clone());
            for kind in ConstraintKind::iter() {
                if !self.once_in(4) || (kind == ConstraintKind::PrimaryKey && table.primary_key().is_some()) {
                    continue;
                }
                constraints
                    .extend(self.constraint(kind, &wider, schema).filter(|c| c.columns().contains(&&name)));
            }
        }
        for constraint in &constraints {
            if let Constraint::PrimaryKey(_) = constraint {
                column.nullable = false;
            }
        }
        let position = match self.pick(4) {
            0 => self.any(&there).cloned().map(Position::Before),
            1 => self.any(&there).cloned().map(Position::After),
            _ => None,
        };
        AddColumn { column, position, constraints, if_not_exists: self.once_in(3) }
    }

    fn alter_column(&mut self, name: Ident, table: &Table) -> Option<AlterColumn> {
        let column = table.column(&name)?;
        let mut alter = AlterColumn::new(name);
        if self.once_in(2) {
            alter.ty = Some(self.column_type());
            alter.using = self.rare(Self::sql);
        }
        if column.generated.is_none() && column.identity.is_none() {
            alter.nullable = self.maybe(|c| c.once_in(2));
            let ty = alter.ty.as_ref().unwrap_or(&column.ty).clone();
            alter.default = self.edit(|c| c.default_for(&ty));
        }
        if !self.is_portable() {
            alter.collation = self.edit(Self::name);
            alter.comment = self.edit(Self::text);
            alter.identity = self.edit(Self::identity);
            alter.autoincrement = self.edit(|c| c.once_in(2));
            let others: Vec<Ident> =
                table.columns.iter().map(|c| c.name.clone()).filter(|other| *other != alter.column).collect();
            if !others.is_empty() {
                alter.generated = self.edit(|c| c.generated(&others));
            }
            alter.options = self.options();
        }
        (alter != AlterColumn::new(alter.column.clone())).then_some(alter)
    }

    fn edit<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> Edit<T> {
        match self.pick(4) {
            0 => Edit::Set(draw(self)),
            1 => Edit::Drop,
            _ => Edit::Keep,
        }
    }
}
