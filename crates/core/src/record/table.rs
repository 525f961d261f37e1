//! Says what a new table is.

use crate::column_type::ColumnType;
use crate::literal::{Literal, RawSql};
use crate::schema::{
    Check, Column, Constraint, Deferrable, ForeignKey, Index, IndexColumn, PrimaryKey, ReferentialAction,
    Table, Unique,
};

use super::faults::Faults;
use super::{ColumnBuilder, IndexBuilder};

/// A table being recorded.
pub struct TableBuilder<'o> {
    pub(super) table: &'o mut Table,
    pub(super) faults: &'o mut Faults,
}

impl TableBuilder<'_> {
    /// Adds a column behind those before.
    pub fn column(&mut self, name: &str, ty: ColumnType) -> ColumnBuilder<'_> {
        self.table.columns.push(Column::new(self.faults.ident(name), ty));
        ColumnBuilder {
            column: self.table.columns.last_mut().expect("a column was just added"),
            constraints: &mut self.table.constraints,
            faults: self.faults,
        }
    }

    /// Adds the primary key.
    pub fn primary_key<'n>(&mut self, columns: impl IntoIterator<Item = &'n str>) -> ConstraintBuilder<'_> {
        let columns = self.faults.idents(columns);
        self.add(Constraint::PrimaryKey(PrimaryKey { name: None, columns }))
    }

    /// Adds a unique constraint.
    pub fn unique<'n>(&mut self, columns: impl IntoIterator<Item = &'n str>) -> ConstraintBuilder<'_> {
        let columns = self.faults.idents(columns);
        self.add(unique(columns))
    }

    /// Adds a foreign key; `referred` are the columns there, none for its primary key.
    pub fn foreign_key<'n>(
        &mut self,
        columns: impl IntoIterator<Item = &'n str>,
        references: &str,
        referred: impl IntoIterator<Item = &'n str>,
    ) -> ConstraintBuilder<'_> {
        let key = foreign_key(self.faults, columns, references, referred);
        self.add(key)
    }

    /// Adds a check.
    pub fn check(&mut self, sql: &str) -> ConstraintBuilder<'_> {
        self.add(Constraint::Check(Check { name: None, sql: RawSql::new(sql), not_valid: false }))
    }

    /// Adds an index.
    pub fn index<'n>(&mut self, name: &str, columns: impl IntoIterator<Item = &'n str>) -> IndexBuilder<'_> {
        let columns = self.faults.idents(columns).into_iter().map(IndexColumn::column).collect();
        self.table.indexes.push(Index::new(self.faults.ident(name), columns));
        IndexBuilder {
            index: self.table.indexes.last_mut().expect("an index was just added"),
            faults: self.faults,
        }
    }

    /// Keeps a comment in the database, where it keeps comments.
    pub fn comment(&mut self, comment: &str) {
        self.table.comment = Some(comment.to_owned());
    }

    /// Sets what only some dialect has, such as `strict` on `sqlite`.
    pub fn option(&mut self, dialect: &str, name: &str, value: Literal) {
        self.table.options.entry(dialect.to_owned()).or_default().insert(name.to_owned(), value);
    }

    fn add(&mut self, constraint: Constraint) -> ConstraintBuilder<'_> {
        self.table.constraints.push(constraint);
        ConstraintBuilder {
            constraint: self.table.constraints.last_mut().expect("a constraint was just added"),
            faults: self.faults,
        }
    }
}

/// A constraint being recorded.
pub struct ConstraintBuilder<'o> {
    pub(super) constraint: &'o mut Constraint,
    pub(super) faults: &'o mut Faults,
}

impl ConstraintBuilder<'_> {
    /// Names it.
    pub fn name(self, name: &str) -> Self {
        *self.constraint.name_mut() = Some(self.faults.ident(name));
        self
    }

    /// Says what happens here when the row that a foreign key points at is deleted.
    pub fn on_delete(self, action: ReferentialAction) -> Self {
        if let Constraint::ForeignKey(key) = self.constraint {
            key.on_delete = Some(action);
        }
        self
    }

    /// Says what happens here when the key that a foreign key points at changes.
    pub fn on_update(self, action: ReferentialAction) -> Self {
        if let Constraint::ForeignKey(key) = self.constraint {
            key.on_update = Some(action);
        }
        self
    }

    /// Says when a unique constraint or foreign key is checked.
    pub fn deferrable(self, when: Deferrable) -> Self {
        match self.constraint {
            Constraint::ForeignKey(key) => key.deferrable = Some(when),
            Constraint::Unique(unique) => unique.deferrable = Some(when),
            _ => {}
        }
        self
    }
}

/// Makes a nameless unique constraint.
pub(super) fn unique(columns: Vec<crate::name::Ident>) -> Constraint {
    Constraint::Unique(Unique { name: None, columns, nulls_not_distinct: false, deferrable: None })
}

/// Makes a nameless foreign key.
pub(super) fn foreign_key<'n>(
    faults: &mut Faults,
    columns: impl IntoIterator<Item = &'n str>,
    references: &str,
    referred: impl IntoIterator<Item = &'n str>,
) -> Constraint {
    Constraint::ForeignKey(ForeignKey::new(
        faults.idents(columns),
        faults.table(references),
        faults.idents(referred),
    ))
}
