//! `add_column`: adds a column, with the constraints that are written on it.

use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Column, Constraint, ObjectKind, Schema, SchemaError, Table};

use super::{Action, DropColumn};

/// Adds a column.
///
/// Two are equal when they differ only in the order of constraints, which means nothing.
#[derive(Debug, Clone)]
pub struct AddColumn {
    /// The column as it is to be.
    pub column: Column,
    /// Where it stands; `None` is at the end.
    pub position: Option<Position>,
    /// The constraints that are written on the column.
    pub constraints: Vec<Constraint>,
    /// Whether a column of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl PartialEq for AddColumn {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |constraints: &[Constraint]| {
            let mut constraints = constraints.to_vec();
            constraints.sort();
            constraints
        };
        let Self { column, position, constraints, if_not_exists } = self;
        *column == other.column
            && *position == other.position
            && *if_not_exists == other.if_not_exists
            && sorted(constraints) == sorted(&other.constraints)
    }
}

/// Where a column stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Right before another one.
    Before(Ident),
    /// Right after another one.
    After(Ident),
    /// Right before another one where the database can place columns, else at the end: of a column that comes back after
    /// it was dropped. A migration file says it as [`Before`](Position::Before).
    Back(Ident),
}

impl AddColumn {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        if table.column(&self.column.name).is_some() {
            return match self.if_not_exists {
                true => Ok(()),
                false => Err(SchemaError::exists(ObjectKind::Column, &self.column.name, Some(&table.name))),
            };
        }
        let at = match &self.position {
            None => table.columns.len(),
            Some(Position::Before(name) | Position::Back(name)) => table.column_position(name)?,
            Some(Position::After(name)) => table.column_position(name)? + 1,
        };
        self.column.validate()?;
        table.columns.insert(at, self.column.clone());
        table.added.insert(self.column.name.clone());
        self.constraints.iter().try_for_each(|constraint| super::constraint::add(constraint.clone(), table))
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        if self.if_not_exists && before.column(&self.column.name).is_some() {
            return Ok(Vec::new());
        }
        // Constraints that reach over other columns do not go with the column by themselves.
        let alone = |one: &&Constraint| one.columns() == [&self.column.name] && one.texts().is_empty();
        let wide = self.constraints.iter().filter(|constraint| !alone(constraint));
        let mut undo = Vec::new();
        for constraint in wide {
            undo.extend(super::constraint::invert_add(constraint, before)?);
        }
        undo.push(Action::DropColumn(DropColumn { column: self.column.name.clone(), if_exists: false }));
        Ok(undo)
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        let column = Object::Column(table.clone(), self.column.name.clone());
        let own = Footprint::new().with(Access::Creates, column);
        self.constraints.iter().fold(own, |all, one| all.and(super::constraint::footprint_add(one, table)))
    }

    pub(super) fn describe(&self) -> String {
        format!("add column `{}`", self.column.name)
    }
}
