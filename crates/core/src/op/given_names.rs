//! The names that an operation gives, and the values of enums, which a server may not take.

use crate::action::Action;
use crate::name::Ident;
use crate::schema::{Constraint, Index, Table};

use super::{AlterEnum, AlterTable, CreateEnum, EnumAction, Operation};

impl Operation {
    /// Returns the names that it gives to tables, columns, constraints, indexes, views, enums, sequences and schemas, in order of
    /// the operation. What it only points at is not among them.
    pub fn given_names(&self) -> Vec<&Ident> {
        match self {
            Self::CreateTable(create) => of_table(&create.table),
            Self::RenameTable(rename) => vec![&rename.to],
            Self::CreateIndex(create) => vec![&create.index.name],
            Self::CreateView(create) => vec![&create.view.name.name],
            Self::CreateEnum(create) => vec![&create.definition.name.name],
            Self::CreateSequence(create) => vec![&create.sequence.name.name],
            Self::CreateSchema(create) => vec![&create.schema],
            Self::AlterTable(AlterTable { actions, .. }) => actions.iter().flat_map(of_action).collect(),
            Self::DropTable(_)
            | Self::DropIndex(_)
            | Self::DropView(_)
            | Self::DropEnum(_)
            | Self::DropSequence(_)
            | Self::AlterSequence(_)
            | Self::DropSchema(_)
            | Self::AlterEnum(_)
            | Self::Execute(_)
            | Self::Insert(_)
            | Self::Delete(_) => Vec::new(),
        }
    }

    /// Returns the values that it gives to named enums of their own, in order of the operation. Those that a column says are not
    /// among them.
    pub fn given_values<'a>(&'a self) -> Vec<&'a str> {
        match self {
            Self::CreateEnum(CreateEnum { definition, if_not_exists: _ }) => {
                definition.values.iter().map(String::as_str).collect()
            }
            Self::AlterEnum(AlterEnum { name: _, actions }) => {
                let given = |action: &'a EnumAction| match action {
                    EnumAction::AddValue { value, position: _ } => Some(value.as_str()),
                    EnumAction::RenameValue { value: _, to } => Some(to.as_str()),
                    EnumAction::DropValue { .. } => None,
                };
                actions.iter().filter_map(given).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn of_table(table: &Table) -> Vec<&Ident> {
    let columns = table.columns.iter().map(|column| &column.name);
    let indexes = table.indexes.iter().map(|Index { name, .. }| name);
    let constraints = table.constraints.iter().filter_map(Constraint::name);
    std::iter::once(&table.name.name).chain(columns).chain(constraints).chain(indexes).collect()
}

fn of_action(action: &Action) -> Vec<&Ident> {
    match action {
        Action::AddColumn(add) => {
            let constraints = add.constraints.iter().filter_map(Constraint::name);
            std::iter::once(&add.column.name).chain(constraints).collect()
        }
        Action::RenameColumn(rename) => vec![&rename.to],
        Action::RenameConstraint(rename) => vec![&rename.to],
        Action::CreateIndex(add) => vec![&add.index.name],
        Action::AddPrimaryKey(key) => key.name.iter().collect(),
        Action::AddUnique(unique) => unique.name.iter().collect(),
        Action::AddForeignKey(key) => key.name.iter().collect(),
        Action::AddCheck(check) => check.name.iter().collect(),
        Action::AddExclude(exclude) => exclude.name.iter().collect(),
        Action::DropColumn(_)
        | Action::AlterColumn(_)
        | Action::DropConstraint(_)
        | Action::DropIndex(_)
        | Action::SetComment(_)
        | Action::SetOptions(_) => Vec::new(),
    }
}
