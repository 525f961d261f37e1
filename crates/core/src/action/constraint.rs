//! `add_primary_key` … `add_exclude`, `drop_constraint`, `rename_constraint`: the rules of a table.

use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Constraint, ConstraintRef, ObjectKind, Schema, SchemaError, Table};

use super::{Action, AlterColumn};

/// Drops a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropConstraint {
    /// Which one.
    pub constraint: ConstraintRef,
    /// Whether a missing constraint is no fault.
    pub if_exists: bool,
}

/// Gives a constraint another name, or its first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameConstraint {
    /// Which one.
    pub constraint: ConstraintRef,
    /// Its new name.
    pub to: Ident,
}

/// Adds a constraint to a table.
pub(super) fn add(constraint: Constraint, table: &mut Table) -> Result<(), SchemaError> {
    for column in constraint.columns() {
        table.column_position(column)?;
    }
    if let Constraint::ForeignKey(key) = &constraint
        && key.references == table.name
    {
        for column in &key.referred_columns {
            table.column_position(column)?;
        }
    }
    if let Constraint::PrimaryKey(key) = &constraint {
        if table.primary_key().is_some() {
            return Err(SchemaError::exists(ObjectKind::Constraint, "primary key", Some(&table.name)));
        }
        for name in &key.columns {
            let at = table.column_position(name)?;
            table.columns[at].nullable = false;
        }
    }
    if let Some(name) = constraint.name()
        && table.constraints.iter().any(|there| there.name() == Some(name))
    {
        return Err(SchemaError::exists(ObjectKind::Constraint, name, Some(&table.name)));
    }
    if table.constraints.iter().any(|there| there.is_twin(&constraint)) {
        return Err(SchemaError::exists(ObjectKind::Constraint, constraint.shape(), Some(&table.name)));
    }
    table.constraints.push(constraint);
    Ok(())
}

/// Returns what takes a constraint away again, given the table before it came.
pub(super) fn invert_add(constraint: &Constraint, before: &Table) -> Result<Vec<Action>, SchemaError> {
    let which = ConstraintRef::to(constraint)
        .ok_or_else(|| SchemaError::irreversible("an exclusion constraint without a name cannot be named"))?;
    let mut undo = vec![Action::DropConstraint(DropConstraint { constraint: which, if_exists: false })];
    if let Constraint::PrimaryKey(key) = constraint {
        // The key took NULL away from its columns.
        let nullable = |name: &&Ident| before.column(name).is_some_and(|column| column.nullable);
        undo.extend(key.columns.iter().filter(nullable).map(|name| {
            let allow = AlterColumn { nullable: Some(true), ..AlterColumn::new(name.clone()) };
            Action::AlterColumn(Box::new(allow))
        }));
    }
    Ok(undo)
}

pub(super) fn footprint_add(constraint: &Constraint, table: &TableName) -> Footprint {
    let columns =
        constraint.columns().into_iter().map(|column| Object::Column(table.clone(), column.clone()));
    let referred = match constraint {
        Constraint::ForeignKey(key) => Some(Object::Table(key.references.clone())),
        _ => None,
    };
    Footprint::new()
        .with(Access::Creates, Object::Constraint(table.clone(), constraint.shape()))
        .with_all(Access::Reads, columns)
        .with_all(Access::Reads, referred)
}

pub(super) fn describe_add(constraint: &Constraint) -> String {
    let kind = constraint.kind().to_string().replace('_', " ");
    match constraint.name() {
        Some(name) => format!("add {kind} `{name}`"),
        None => format!("add {kind}"),
    }
}

impl DropConstraint {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        let at = match table.constraint_position(&self.constraint) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => return Ok(()),
            other => other?,
        };
        table.constraints.remove(at);
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        match before.constraint_position(&self.constraint) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => Ok(Vec::new()),
            at => Ok(vec![Action::add_constraint(before.constraints[at?].clone())]),
        }
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Constraint(table.clone(), self.constraint.to_string()))
    }

    pub(super) fn describe(&self) -> String {
        format!("drop constraint `{}`", self.constraint)
    }
}

impl RenameConstraint {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        let at = table.constraint_position(&self.constraint)?;
        if table.constraints.iter().any(|there| there.name() == Some(&self.to)) {
            return Err(SchemaError::exists(ObjectKind::Constraint, &self.to, Some(&table.name)));
        }
        *table.constraints[at].name_mut() = Some(self.to.clone());
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        let constraint = &before.constraints[before.constraint_position(&self.constraint)?];
        let renamed = ConstraintRef::Name(self.to.clone());
        Ok(match constraint.name() {
            Some(name) => vec![Action::RenameConstraint(Self { constraint: renamed, to: name.clone() })],
            None => vec![
                Action::DropConstraint(DropConstraint { constraint: renamed, if_exists: false }),
                Action::add_constraint(constraint.clone()),
            ],
        })
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new()
            .with(Access::Drops, Object::Constraint(table.clone(), self.constraint.to_string()))
            .with(Access::Creates, Object::Constraint(table.clone(), self.to.to_string()))
    }

    pub(super) fn describe(&self) -> String {
        format!("rename constraint `{}` to `{}`", self.constraint, self.to)
    }
}
