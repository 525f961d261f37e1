//! Says more of a column.

use crate::action::{AlterColumn, Edit};
use crate::column_type::ColumnType;
use crate::literal::{RawSql, Value};
use crate::schema::{
    Column, Constraint, ForeignKey, Generated, GeneratedStorage, PrimaryKey, ReferentialAction, Unique,
};

use super::faults::Faults;

/// A column being recorded. It allows NULL and has no default until that is said.
pub struct ColumnBuilder<'o> {
    pub(super) column: &'o mut Column,
    pub(super) constraints: &'o mut Vec<Constraint>,
    pub(super) faults: &'o mut Faults,
}

impl ColumnBuilder<'_> {
    /// Makes it the primary key, or the next column of it.
    pub fn primary_key(self) -> Self {
        let name = self.column.name.clone();
        self.column.nullable = false;
        let key = self.constraints.iter_mut().find_map(|constraint| match constraint {
            Constraint::PrimaryKey(key) => Some(key),
            _ => None,
        });
        match key {
            Some(key) => key.columns.push(name),
            None => {
                self.constraints.push(Constraint::PrimaryKey(PrimaryKey { name: None, columns: vec![name] }));
            }
        }
        self
    }

    /// Refuses NULL.
    pub fn not_null(self) -> Self {
        self.column.nullable = false;
        self
    }

    /// Refuses a value that another row has.
    pub fn unique(self) -> Self {
        self.constraints.push(Constraint::Unique(Unique {
            name: None,
            columns: vec![self.column.name.clone()],
            nulls_not_distinct: false,
            deferrable: None,
        }));
        self
    }

    /// Points at a column of a table, written `table.column`.
    pub fn references(self, column: &str) -> Self {
        let (references, referred) = self.faults.reference(column);
        self.constraints.push(Constraint::ForeignKey(ForeignKey::new(
            vec![self.column.name.clone()],
            references,
            vec![referred],
        )));
        self
    }

    /// Says what happens here when the row pointed at is deleted. Stands behind [`references`](Self::references).
    pub fn on_delete(self, action: ReferentialAction) -> Self {
        if let Some(Constraint::ForeignKey(key)) = self.constraints.last_mut() {
            key.on_delete = Some(action);
        }
        self
    }

    /// Says what happens here when the key pointed at changes. Stands behind [`references`](Self::references).
    pub fn on_update(self, action: ReferentialAction) -> Self {
        if let Some(Constraint::ForeignKey(key)) = self.constraints.last_mut() {
            key.on_update = Some(action);
        }
        self
    }

    /// Stores this value where an INSERT gives none.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.column.default = Some(value.into());
        self
    }

    /// Stores the value of this expression where an INSERT gives none.
    pub fn default_sql(self, sql: &str) -> Self {
        self.column.default = Some(Value::Sql(RawSql::new(sql)));
        self
    }

    /// Computes the value from other columns.
    pub fn generated(self, sql: &str, storage: GeneratedStorage) -> Self {
        self.column.generated = Some(Generated { sql: RawSql::new(sql), storage });
        self
    }

    /// Compares by this collation.
    pub fn collation(self, name: &str) -> Self {
        self.column.collation = Some(self.faults.ident(name));
        self
    }

    /// Keeps a comment in the database, where it keeps comments.
    pub fn comment(self, comment: &str) -> Self {
        self.column.comment = Some(comment.to_owned());
        self
    }

    /// Counts up, never using a number twice: SQLite's AUTOINCREMENT, MySQL's AUTO_INCREMENT, a PostgreSQL serial.
    pub fn autoincrement(self) -> Self {
        self.column.autoincrement = Some(true);
        self
    }
}

/// A change to a column being recorded. What is not said stays.
pub struct ColumnChange<'o> {
    pub(super) change: &'o mut AlterColumn,
    pub(super) faults: &'o mut Faults,
}

impl ColumnChange<'_> {
    /// Gives it another type.
    pub fn ty(self, ty: ColumnType) -> Self {
        self.change.ty = Some(ty);
        self
    }

    /// Makes new values of the old ones by this expression.
    pub fn using(self, sql: &str) -> Self {
        self.change.using = Some(RawSql::new(sql));
        self
    }

    /// Allows NULL.
    pub fn null(self) -> Self {
        self.change.nullable = Some(true);
        self
    }

    /// Refuses NULL.
    pub fn not_null(self) -> Self {
        self.change.nullable = Some(false);
        self
    }

    /// Gives it a default.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.change.default = Edit::Set(value.into());
        self
    }

    /// Gives it an expression as default.
    pub fn default_sql(self, sql: &str) -> Self {
        self.change.default = Edit::Set(Value::Sql(RawSql::new(sql)));
        self
    }

    /// Takes its default away.
    pub fn drop_default(self) -> Self {
        self.change.default = Edit::Drop;
        self
    }

    /// Gives it another collation.
    pub fn collation(self, name: &str) -> Self {
        self.change.collation = Edit::Set(self.faults.ident(name));
        self
    }

    /// Sets its comment.
    pub fn comment(self, comment: &str) -> Self {
        self.change.comment = Edit::Set(comment.to_owned());
        self
    }
}
