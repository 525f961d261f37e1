//! `alter_column`: changes what a column is; what it does not name stays.

use crate::column_type::ColumnType;
use crate::literal::{RawSql, Value};
use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Column, Generated, Identity, Options, Schema, SchemaError, Table};

use super::Action;
use super::table_wide::{merge_options, unmerge_options};

/// Changes what a column is. What it does not name stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterColumn {
    /// The column.
    pub column: Ident,
    /// Its new type.
    pub ty: Option<ColumnType>,
    /// The expression that makes new values of the old ones; without it the database's own cast does.
    pub using: Option<RawSql>,
    /// Whether NULL is allowed.
    pub nullable: Option<bool>,
    /// Its default.
    pub default: Edit<Value>,
    /// Its collation.
    pub collation: Edit<Ident>,
    /// Its comment.
    pub comment: Edit<String>,
    /// Whether it is an identity column, and how.
    pub identity: Edit<Identity>,
    /// Whether the database counts it up.
    pub autoincrement: Edit<bool>,
    /// The expression that the database computes it from.
    pub generated: Edit<Generated>,
    /// What only some dialects have; a NULL takes the option away.
    pub options: Options,
}

/// What happens to something that a column may have or lack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// It stays.
    #[default]
    Keep,
    /// It becomes this.
    Set(T),
    /// It goes.
    Drop,
}

impl<T: Clone + PartialEq> Edit<T> {
    /// Makes the change.
    pub fn apply(&self, place: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Set(value) => *place = Some(value.clone()),
            Self::Drop => *place = None,
        }
    }

    /// Says whether anything is to happen.
    pub fn is_change(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// Returns what leads back to what was there before.
    pub(crate) fn invert(&self, before: &Option<T>) -> Self {
        match (self, before) {
            (Self::Keep, _) => Self::Keep,
            (_, Some(value)) => Self::Set(value.clone()),
            (_, None) => Self::Drop,
        }
    }
}

impl AlterColumn {
    /// Makes a change that changes nothing yet.
    pub fn new(column: Ident) -> Self {
        Self {
            column,
            ty: None,
            using: None,
            nullable: None,
            default: Edit::Keep,
            collation: Edit::Keep,
            comment: Edit::Keep,
            identity: Edit::Keep,
            autoincrement: Edit::Keep,
            generated: Edit::Keep,
            options: Options::new(),
        }
    }

    /// Returns the column as it is afterwards.
    pub fn changed(&self, column: &Column) -> Column {
        let Self {
            column: _,
            ty,
            using: _,
            nullable,
            default,
            collation,
            comment,
            identity,
            autoincrement,
            generated,
            options,
        } = self;
        let mut changed = column.clone();
        if let Some(ty) = ty {
            changed.ty = ty.clone();
        }
        if let Some(nullable) = nullable {
            changed.nullable = *nullable;
        }
        default.apply(&mut changed.default);
        collation.apply(&mut changed.collation);
        comment.apply(&mut changed.comment);
        identity.apply(&mut changed.identity);
        autoincrement.apply(&mut changed.autoincrement);
        generated.apply(&mut changed.generated);
        merge_options(&mut changed.options, options);
        changed
    }

    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        let at = table.column_position(&self.column)?;
        if self.nullable == Some(true)
            && table.primary_key().is_some_and(|key| key.columns.contains(&self.column))
        {
            return Err(SchemaError::Contradiction(format!(
                "column `{}` is part of the primary key and cannot allow NULL",
                table.name.print_with_column(&self.column)
            )));
        }
        table.columns[at] = self.changed(&table.columns[at]);
        table.columns[at].validate()
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        let column = &before.columns[before.column_position(&self.column)?];
        Ok(vec![Action::AlterColumn(Box::new(AlterColumn {
            column: self.column.clone(),
            ty: self.ty.as_ref().map(|_| column.ty.clone()),
            using: None,
            nullable: self.nullable.map(|_| column.nullable),
            default: self.default.invert(&column.default),
            collation: self.collation.invert(&column.collation),
            comment: self.comment.invert(&column.comment),
            identity: self.identity.invert(&column.identity),
            autoincrement: self.autoincrement.invert(&column.autoincrement),
            generated: self.generated.invert(&column.generated),
            options: unmerge_options(&column.options, &self.options),
        }))])
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new().with(Access::Writes, Object::Column(table.clone(), self.column.clone()))
    }

    pub(super) fn describe(&self) -> String {
        format!("alter column `{}`", self.column)
    }
}
