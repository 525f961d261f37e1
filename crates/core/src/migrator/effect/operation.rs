//! What an operation makes different, for a table that the history does not know.

use crate::action::Action;
use crate::op::{AlterTable, CreateIndex, DropIndex, Operation};
use crate::schema::{Constraint, ConstraintRef};

use super::{Again, Effect, Mark, Part};

impl Effect {
    /// Returns the effect of an operation, as far as names tell it.
    pub(in crate::migrator) fn of_operation(operation: &Operation) -> Self {
        match operation {
            Operation::AlterTable(AlterTable { table, actions, .. }) => {
                let parts = actions.iter().flat_map(parts);
                let of = |(part, there)| Mark { table: table.clone(), part, there };
                Self::marks(parts.map(of).collect(), Again::Unknown)
            }
            Operation::CreateIndex(CreateIndex { table, index, .. }) => {
                let part = Part::Index(index.name.clone());
                Self::marks(vec![Mark { table: table.clone(), part, there: true }], Again::Refused)
            }
            Operation::DropIndex(DropIndex { table: Some(table), index, .. }) => {
                let part = Part::Index(index.clone());
                Self::marks(vec![Mark { table: table.clone(), part, there: false }], Again::Refused)
            }
            _ => Self::UNKNOWN,
        }
    }
}

fn parts(action: &Action) -> Vec<(Part, bool)> {
    match action {
        Action::AddColumn(add) => vec![(Part::Column(add.column.name.clone()), true)],
        Action::DropColumn(drop) => vec![(Part::Column(drop.column.clone()), false)],
        Action::RenameColumn(rename) => {
            vec![(Part::Column(rename.column.clone()), false), (Part::Column(rename.to.clone()), true)]
        }
        Action::CreateIndex(add) => vec![(Part::Index(add.index.name.clone()), true)],
        Action::DropIndex(drop) => vec![(Part::Index(drop.index.clone()), false)],
        Action::DropConstraint(drop) => gone(&drop.constraint).into_iter().collect(),
        Action::RenameConstraint(rename) => {
            let come = (Part::Constraint(rename.to.clone()), true);
            gone(&rename.constraint).into_iter().chain([come]).collect()
        }
        Action::AddPrimaryKey(_) => vec![(Part::PrimaryKey, true)],
        Action::AddUnique(_) | Action::AddForeignKey(_) | Action::AddCheck(_) | Action::AddExclude(_) => {
            let constraint = action.constraint();
            let name = constraint.as_ref().and_then(Constraint::name);
            name.map(|name| (Part::Constraint(name.clone()), true)).into_iter().collect()
        }
        Action::AlterColumn(_) | Action::SetComment(_) | Action::SetOptions(_) => Vec::new(),
    }
}

fn gone(constraint: &ConstraintRef) -> Option<(Part, bool)> {
    match constraint {
        ConstraintRef::Name(name) => Some((Part::Constraint(name.clone()), false)),
        ConstraintRef::PrimaryKey => Some((Part::PrimaryKey, false)),
        ConstraintRef::Unique(_) | ConstraintRef::Check(_) | ConstraintRef::ForeignKey(_) => None,
    }
}
