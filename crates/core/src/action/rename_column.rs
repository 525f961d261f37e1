//! `rename_column`: gives a column another name, wherever the table names it.

use crate::literal::RawSql;
use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Constraint, IndexKey, ObjectKind, Schema, SchemaError, Table, mention};

use super::Action;

/// Gives a column another name. Constraints, indexes, generated columns and foreign keys to it follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameColumn {
    /// The column.
    pub column: Ident,
    /// Its new name.
    pub to: Ident,
}

impl RenameColumn {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        let at = table.column_position(&self.column)?;
        if table.column(&self.to).is_some() {
            return Err(SchemaError::exists(ObjectKind::Column, &self.to, Some(&table.name)));
        }
        let (from, to) = (&self.column, &self.to);
        let rewrite = |sql: &mut RawSql| *sql = mention::rename(sql, from, to);
        table.columns[at].name = to.clone();
        if table.added.remove(from) {
            table.added.insert(to.clone());
        }
        for column in &mut table.columns {
            if let Some(generated) = &mut column.generated {
                rewrite(&mut generated.sql);
            }
        }
        for constraint in &mut table.constraints {
            constraint.rename_column(from, to);
            constraint.texts_mut().into_iter().for_each(rewrite);
            if let Constraint::ForeignKey(key) = constraint
                && key.references == table.name
            {
                key.referred_columns
                    .iter_mut()
                    .filter(|name| *name == from)
                    .for_each(|name| *name = to.clone());
            }
        }
        for index in &mut table.indexes {
            index.rename_column(from, to);
            index.filter.iter_mut().for_each(rewrite);
            for column in &mut index.columns {
                if let IndexKey::Sql(sql) = &mut column.key {
                    rewrite(sql);
                }
            }
        }
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        before.column_position(&self.column)?;
        Ok(vec![Action::RenameColumn(RenameColumn { column: self.to.clone(), to: self.column.clone() })])
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new()
            .with(Access::Drops, Object::Column(table.clone(), self.column.clone()))
            .with(Access::Creates, Object::Column(table.clone(), self.to.clone()))
    }

    pub(super) fn describe(&self) -> String {
        format!("rename column `{}` to `{}`", self.column, self.to)
    }
}
