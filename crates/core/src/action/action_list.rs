//! The closed list of actions, and what each of them can do without a dialect.

use crate::name::{Ident, TableName};
use crate::op::Footprint;
use crate::schema::{
    Check, Constraint, ConstraintRef, Exclude, ForeignKey, PrimaryKey, Schema, SchemaError, Table, Unique,
};

use super::{
    AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, RemoveIndex, RenameColumn,
    RenameConstraint, SetComment, SetOptions,
};

/// One change to a table. The first key of an action in a migration file is its [`ActionKind`].
#[derive(Debug, Clone, PartialEq, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(ActionKind),
    doc = "The name of an action, as migration files write it.",
    derive(strum::EnumString, strum::IntoStaticStr, strum::EnumIter, strum::Display, PartialOrd, Ord, Hash),
    strum(serialize_all = "snake_case")
)]
pub enum Action {
    /// Adds a column.
    AddColumn(AddColumn),
    /// Drops a column.
    DropColumn(DropColumn),
    /// Gives a column another name.
    RenameColumn(RenameColumn),
    /// Changes what a column is.
    AlterColumn(Box<AlterColumn>),
    /// Adds the primary key.
    AddPrimaryKey(PrimaryKey),
    /// Adds a unique constraint.
    AddUnique(Unique),
    /// Adds a foreign key.
    AddForeignKey(ForeignKey),
    /// Adds a check.
    AddCheck(Check),
    /// Adds an exclusion constraint.
    AddExclude(Exclude),
    /// Drops a constraint.
    DropConstraint(DropConstraint),
    /// Gives a constraint another name.
    RenameConstraint(RenameConstraint),
    /// Makes an index.
    CreateIndex(AddIndex),
    /// Drops an index.
    DropIndex(RemoveIndex),
    /// Sets or drops the comment of the table.
    SetComment(SetComment),
    /// Sets what only some dialects have.
    SetOptions(SetOptions),
}

macro_rules! each {
    ($self:ident, $action:ident => $own:expr, $constraint:ident => $added:expr) => {
        match $self {
            Self::AddColumn($action) => $own,
            Self::DropColumn($action) => $own,
            Self::RenameColumn($action) => $own,
            Self::AlterColumn($action) => $own,
            Self::DropConstraint($action) => $own,
            Self::RenameConstraint($action) => $own,
            Self::CreateIndex($action) => $own,
            Self::DropIndex($action) => $own,
            Self::SetComment($action) => $own,
            Self::SetOptions($action) => $own,
            Self::AddPrimaryKey(_)
            | Self::AddUnique(_)
            | Self::AddForeignKey(_)
            | Self::AddCheck(_)
            | Self::AddExclude(_) => {
                let $constraint = $self.constraint().expect("these five add a constraint");
                $added
            }
        }
    };
}

impl Action {
    /// Returns the constraint that the action adds, if it adds one.
    pub fn constraint(&self) -> Option<Constraint> {
        Some(match self.clone() {
            Self::AddPrimaryKey(constraint) => Constraint::PrimaryKey(constraint),
            Self::AddUnique(constraint) => Constraint::Unique(constraint),
            Self::AddForeignKey(constraint) => Constraint::ForeignKey(constraint),
            Self::AddCheck(constraint) => Constraint::Check(constraint),
            Self::AddExclude(constraint) => Constraint::Exclude(constraint),
            _ => return None,
        })
    }

    /// Makes the action that adds a constraint.
    pub fn add_constraint(constraint: Constraint) -> Self {
        match constraint {
            Constraint::PrimaryKey(constraint) => Self::AddPrimaryKey(constraint),
            Constraint::Unique(constraint) => Self::AddUnique(constraint),
            Constraint::ForeignKey(constraint) => Self::AddForeignKey(constraint),
            Constraint::Check(constraint) => Self::AddCheck(constraint),
            Constraint::Exclude(constraint) => Self::AddExclude(constraint),
        }
    }

    /// Says whether this action drops a rule that is not valid and the next one adds the same as valid, and which: then
    /// all that happens is that the rows there are checked. `now` is the table before both.
    pub fn validates_with(&self, next: &Action, now: &Table) -> Option<Ident> {
        let Self::DropConstraint(DropConstraint { constraint: ConstraintRef::Name(name), .. }) = self else {
            return None;
        };
        let mut valid = now.constraints.iter().find(|one| one.name() == Some(name))?.clone();
        let place = match &mut valid {
            Constraint::ForeignKey(key) => &mut key.not_valid,
            Constraint::Check(check) => &mut check.not_valid,
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclude(_) => return None,
        };
        let was_invalid = std::mem::replace(place, false);
        (was_invalid && next.constraint().as_ref() == Some(&valid)).then(|| name.clone())
    }

    /// Says whether this action drops a rule that has a name and the next one adds the same without: then all that happens is
    /// that the database names it. Returns the two. `now` is the table before both.
    pub fn unnames_with(&self, next: &Action, now: &Table) -> Option<(Ident, Constraint)> {
        let Self::DropConstraint(DropConstraint { constraint, .. }) = self else { return None };
        let named = &now.constraints[now.constraint_position(constraint).ok()?];
        let name = named.name()?.clone();
        let bare = named.nameless();
        (next.constraint().as_ref() == Some(&bare)).then_some((name, bare))
    }

    /// Makes the change to the table. `schema` is the schema around it, with the table as the whole group found it.
    ///
    /// # Errors
    /// Why the action does not fit, or [`SchemaError::Opaque`] where it may fit what is not known of the table; the table may
    /// then be half changed.
    pub fn apply(&self, table: &mut Table, schema: &Schema) -> Result<(), SchemaError> {
        let done = each!(self, action => action.apply(table, schema), constraint => super::constraint::add(constraint, table));
        done.map_err(|error| schema.or_unknown(error))
    }

    /// Returns the actions that lead back, given the table before this one. In order of running.
    ///
    /// # Errors
    /// [`SchemaError::Irreversible`], or whatever keeps the action from fitting `before`.
    pub fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        each!(self, action => action.invert(before), constraint => super::constraint::invert_add(&constraint, before))
    }

    /// Returns what the action touches.
    pub fn footprint(&self, table: &TableName) -> Footprint {
        each!(self, action => action.footprint(table), constraint => super::constraint::footprint_add(&constraint, table))
    }

    /// Says in a few words what it does, names in backticks: "drop column `legacy`".
    pub fn describe(&self) -> String {
        each!(self, action => action.describe(), constraint => super::constraint::describe_add(&constraint))
    }
}
