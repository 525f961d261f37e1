//! Says all that happens to one table.

use crate::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Position, RemoveIndex,
    RenameColumn, RenameConstraint, SetComment,
};
use crate::column_type::ColumnType;
use crate::literal::RawSql;
use crate::op::{AlterTable, Recreate};
use crate::schema::{Check, Column, Constraint, ConstraintRef, Index, IndexColumn, PrimaryKey};

use super::faults::Faults;
use super::table::{foreign_key, unique};
use super::{ColumnBuilder, ColumnChange, IndexBuilder};

/// The changes to a table being recorded. Each sees the table as those before it left it.
pub struct AlterBuilder<'o> {
    pub(super) alter: &'o mut AlterTable,
    pub(super) faults: &'o mut Faults,
}

impl AlterBuilder<'_> {
    /// Adds a column at the end.
    pub fn add_column(&mut self, name: &str, ty: ColumnType) -> ColumnBuilder<'_> {
        self.add_column_at(name, ty, None)
    }

    /// Adds a column right behind another one.
    pub fn add_column_after(&mut self, name: &str, ty: ColumnType, other: &str) -> ColumnBuilder<'_> {
        let position = Position::After(self.faults.ident(other));
        self.add_column_at(name, ty, Some(position))
    }

    /// Adds a column right before another one.
    pub fn add_column_before(&mut self, name: &str, ty: ColumnType, other: &str) -> ColumnBuilder<'_> {
        let position = Position::Before(self.faults.ident(other));
        self.add_column_at(name, ty, Some(position))
    }

    fn add_column_at(&mut self, name: &str, ty: ColumnType, position: Option<Position>) -> ColumnBuilder<'_> {
        let column = Column::new(self.faults.ident(name), ty);
        let add = AddColumn { column, position, constraints: Vec::new(), if_not_exists: false };
        self.alter.actions.push(Action::AddColumn(add));
        let Some(Action::AddColumn(add)) = self.alter.actions.last_mut() else {
            unreachable!("that action was just pushed");
        };
        ColumnBuilder { column: &mut add.column, constraints: &mut add.constraints, faults: self.faults }
    }

    /// Drops a column, with what is about that column alone.
    pub fn drop_column(&mut self, name: &str) -> &mut Self {
        let column = self.faults.ident(name);
        self.push(Action::DropColumn(DropColumn { column, if_exists: false }))
    }

    /// Gives a column another name.
    pub fn rename_column(&mut self, name: &str, to: &str) -> &mut Self {
        let (column, to) = (self.faults.ident(name), self.faults.ident(to));
        self.push(Action::RenameColumn(RenameColumn { column, to }))
    }

    /// Changes what a column is.
    pub fn alter_column(&mut self, name: &str) -> ColumnChange<'_> {
        let change = AlterColumn::new(self.faults.ident(name));
        self.alter.actions.push(Action::AlterColumn(Box::new(change)));
        let Some(Action::AlterColumn(change)) = self.alter.actions.last_mut() else {
            unreachable!("that action was just pushed");
        };
        ColumnChange { change, faults: self.faults }
    }

    /// Adds the primary key.
    pub fn add_primary_key<'n>(
        &mut self,
        name: &str,
        columns: impl IntoIterator<Item = &'n str>,
    ) -> &mut Self {
        let columns = self.faults.idents(columns);
        self.add(name, Constraint::PrimaryKey(PrimaryKey { name: None, columns }))
    }

    /// Adds a unique constraint.
    pub fn add_unique<'n>(&mut self, name: &str, columns: impl IntoIterator<Item = &'n str>) -> &mut Self {
        let columns = self.faults.idents(columns);
        self.add(name, unique(columns))
    }

    /// Adds a foreign key; `referred` are the columns there, none for its primary key.
    pub fn add_foreign_key<'n>(
        &mut self,
        name: &str,
        columns: impl IntoIterator<Item = &'n str>,
        references: &str,
        referred: impl IntoIterator<Item = &'n str>,
    ) -> &mut Self {
        let key = foreign_key(self.faults, columns, references, referred);
        self.add(name, key)
    }

    /// Adds a check.
    pub fn add_check(&mut self, name: &str, sql: &str) -> &mut Self {
        self.add(name, Constraint::Check(Check { name: None, sql: RawSql::new(sql), not_valid: false }))
    }

    /// Drops a constraint by its name.
    pub fn drop_constraint(&mut self, name: &str) -> &mut Self {
        let constraint = ConstraintRef::Name(self.faults.ident(name));
        self.push(Action::DropConstraint(DropConstraint { constraint, if_exists: false }))
    }

    /// Gives a constraint another name.
    pub fn rename_constraint(&mut self, name: &str, to: &str) -> &mut Self {
        let (constraint, to) = (ConstraintRef::Name(self.faults.ident(name)), self.faults.ident(to));
        self.push(Action::RenameConstraint(RenameConstraint { constraint, to }))
    }

    /// Makes an index.
    pub fn create_index<'n>(
        &mut self,
        name: &str,
        columns: impl IntoIterator<Item = &'n str>,
    ) -> IndexBuilder<'_> {
        let columns = self.faults.idents(columns).into_iter().map(IndexColumn::column).collect();
        let index = Index::new(self.faults.ident(name), columns);
        self.alter.actions.push(Action::CreateIndex(AddIndex::new(index)));
        let Some(Action::CreateIndex(add)) = self.alter.actions.last_mut() else {
            unreachable!("that action was just pushed");
        };
        IndexBuilder { index: &mut add.index, faults: self.faults }
    }

    /// Drops an index.
    pub fn drop_index(&mut self, name: &str) -> &mut Self {
        let index = self.faults.ident(name);
        self.push(Action::DropIndex(RemoveIndex { index, if_exists: false }))
    }

    /// Sets the comment of the table; `None` drops it.
    pub fn set_comment(&mut self, comment: Option<&str>) -> &mut Self {
        self.push(Action::SetComment(SetComment { comment: comment.map(str::to_owned) }))
    }

    /// Says whether the table is made anew and its rows are moved.
    pub fn recreate(&mut self, recreate: Recreate) -> &mut Self {
        self.alter.recreate = recreate;
        self
    }

    /// Adds any action.
    pub fn push(&mut self, action: Action) -> &mut Self {
        self.alter.actions.push(action);
        self
    }

    fn add(&mut self, name: &str, mut constraint: Constraint) -> &mut Self {
        *constraint.name_mut() = Some(self.faults.ident(name));
        self.push(Action::add_constraint(constraint))
    }
}
