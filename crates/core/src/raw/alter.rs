//! `ALTER TABLE`.

use sqlparser::ast::{
    self, AlterColumnOperation, AlterTableOperation, ColumnOption, DropBehavior, MySQLColumnPosition,
    RenameTableNameKind,
};

use crate::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    RenameColumn, RenameConstraint,
};
use crate::name::Ident;
use crate::op::{AlterTable, Operation, Recreate, RenameTable};
use crate::schema::{Column, Constraint, ConstraintRef, Table};

use super::Reader;
use super::column::Defined;
use super::constraint::Rule;
use super::grammar::Grammar;

impl Reader<'_> {
    pub(super) fn alter_table(&self, alter: &ast::AlterTable) -> Option<Vec<Operation>> {
        let ast::AlterTable {
            name,
            if_exists: false,
            only: _,
            operations,
            location: None,
            on_cluster: None,
            table_type: None,
            end_token: _,
        } = alter
        else {
            return None;
        };
        let found = self.known_name(name)?;
        if let [AlterTableOperation::RenameTable { table_name }] = &operations[..] {
            let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
            let to = self.new_name(to)?;
            let same = to.schema.is_none() || to.schema == found.schema;
            return same.then(|| vec![RenameTable { table: found, to: to.name }.into()]);
        }
        let table = self.schema.tables.get(&found)?;
        // Each sees the table as those before it left it.
        let mut state = table.clone();
        let mut actions = Vec::new();
        for operation in operations {
            for action in self.action(&state, operation)? {
                action.apply(&mut state, self.schema).ok()?;
                actions.push(action);
            }
        }
        if actions.is_empty() {
            return Some(Vec::new());
        }
        Some(vec![AlterTable { table: found, actions, recreate: Recreate::Auto }.into()])
    }

    /// Returns what one part of the statement does to the table.
    fn action(&self, table: &Table, operation: &AlterTableOperation) -> Option<Vec<Action>> {
        Some(match operation {
            AlterTableOperation::AddColumn {
                column_keyword: _,
                if_not_exists,
                column_def,
                column_position,
            } => {
                let Defined { column, constraints } = self.column(&table.name, column_def)?;
                let position = match column_position {
                    None => None,
                    Some(MySQLColumnPosition::First) => {
                        Some(Position::Before(table.columns.first()?.name.clone()))
                    }
                    Some(MySQLColumnPosition::After(other)) => {
                        Some(Position::After(self.column_of(table, other)?))
                    }
                };
                vec![Action::AddColumn(AddColumn {
                    column,
                    position,
                    constraints,
                    if_not_exists: *if_not_exists,
                })]
            }
            AlterTableOperation::DropColumn {
                has_column_keyword: _,
                column_names,
                if_exists,
                drop_behavior,
            } => {
                if *drop_behavior == Some(DropBehavior::Cascade) {
                    return None;
                }
                let drop = |column| Action::DropColumn(DropColumn { column, if_exists: *if_exists });
                self.columns_of(table, column_names)?.into_iter().map(drop).collect()
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                let (column, to) = (self.column_of(table, old_column_name)?, self.ident(new_column_name)?);
                vec![Action::RenameColumn(RenameColumn { column, to })]
            }
            AlterTableOperation::AddConstraint { constraint, not_valid } => {
                let mut scratch = table.clone();
                match self.table_rule(&table.name, constraint)? {
                    Rule::Constraint(constraint) => scratch.constraints.push(constraint),
                    Rule::Index(index) => scratch.indexes.push(index),
                }
                self.settle(&mut scratch);
                if scratch.indexes.len() > table.indexes.len() {
                    return Some(vec![Action::CreateIndex(AddIndex::new(scratch.indexes.pop()?))]);
                }
                let mut constraint = scratch.constraints.pop()?;
                match &mut constraint {
                    Constraint::ForeignKey(key) => key.not_valid = *not_valid,
                    Constraint::Check(check) => check.not_valid = *not_valid,
                    _ if *not_valid => return None,
                    _ => {}
                }
                vec![Action::add_constraint(constraint)]
            }
            AlterTableOperation::DropConstraint { if_exists, name, drop_behavior } => {
                if *drop_behavior == Some(DropBehavior::Cascade) {
                    return None;
                }
                vec![self.drop_constraint(table, &self.ident(name)?, *if_exists)?]
            }
            AlterTableOperation::DropForeignKey { name, drop_behavior: None } => {
                vec![self.drop_constraint(table, &self.ident(name)?, false)?]
            }
            AlterTableOperation::DropPrimaryKey { drop_behavior: None } => {
                let constraint = ConstraintRef::PrimaryKey;
                vec![Action::DropConstraint(DropConstraint { constraint, if_exists: false })]
            }
            AlterTableOperation::DropIndex { name } => {
                let index = self.spelled(&self.ident(name)?, table.indexes.iter().map(|index| &index.name));
                match table.index_position(&index) {
                    Ok(_) => vec![Action::DropIndex(RemoveIndex { index, if_exists: false })],
                    // MySQL makes no difference between a unique constraint and its index.
                    Err(_) => vec![self.drop_constraint(table, &index, false)?],
                }
            }
            AlterTableOperation::RenameConstraint { old_name, new_name } => {
                let constraint = self.constraint_called(table, &self.ident(old_name)?)?;
                vec![Action::RenameConstraint(RenameConstraint { constraint, to: self.ident(new_name)? })]
            }
            AlterTableOperation::AlterColumn { column_name, op } => {
                let column = self.column_of(table, column_name)?;
                vec![Action::AlterColumn(Box::new(self.alter_column(column, op)?))]
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, options, column_position: None } => {
                let column = self.column_of(table, col_name)?;
                vec![self.redefine(table, &column, col_name, data_type, options)?]
            }
            AlterTableOperation::ChangeColumn {
                old_name,
                new_name,
                data_type,
                options,
                column_position: None,
            } => {
                let column = self.column_of(table, old_name)?;
                let to = self.ident(new_name)?;
                let mut actions = vec![self.redefine(table, &column, new_name, data_type, options)?];
                if to != column {
                    actions.push(Action::RenameColumn(RenameColumn { column, to }));
                }
                actions
            }
            // Who owns it is no part of the schema, nor is how the change is made.
            AlterTableOperation::OwnerTo { .. }
            | AlterTableOperation::Algorithm { .. }
            | AlterTableOperation::Lock { .. } => Vec::new(),
            _ => return None,
        })
    }

    fn alter_column(&self, column: Ident, operation: &AlterColumnOperation) -> Option<AlterColumn> {
        let mut change = AlterColumn::new(column);
        match operation {
            AlterColumnOperation::SetNotNull => change.nullable = Some(false),
            AlterColumnOperation::DropNotNull => change.nullable = Some(true),
            AlterColumnOperation::SetDefault { value } => change.default = Edit::Set(self.default(value)?),
            AlterColumnOperation::DropDefault => change.default = Edit::Drop,
            AlterColumnOperation::SetDataType { data_type, using, had_set: _ } => {
                change.ty = Some(self.column_type(data_type, None)?);
                change.using = using.as_ref().map(|using| self.expression(using));
            }
            AlterColumnOperation::AddGenerated { .. } => return None,
        }
        Some(change)
    }

    /// Reads MySQL's way to define a column anew: what is not said goes.
    fn redefine(
        &self,
        table: &Table,
        column: &Ident,
        name: &ast::Ident,
        ty: &ast::DataType,
        options: &[ColumnOption],
    ) -> Option<Action> {
        let old = table.column(column)?;
        let text = self.type_text(name, ty);
        let mut new = Column::new(column.clone(), self.column_type(ty, text.as_deref())?);
        options.iter().try_for_each(|option| self.column_option(&mut new, option))?;
        let in_key = table.primary_key().is_some_and(|key| key.columns.contains(column));
        fn edit<T: Clone + PartialEq>(old: &Option<T>, new: Option<T>) -> Edit<T> {
            match new {
                new if new == *old => Edit::Keep,
                Some(value) => Edit::Set(value),
                None => Edit::Drop,
            }
        }
        Some(Action::AlterColumn(Box::new(AlterColumn {
            ty: (new.ty != old.ty).then_some(new.ty),
            nullable: (!in_key && new.nullable != old.nullable).then_some(new.nullable),
            default: edit(&old.default, new.default),
            collation: edit(&old.collation, new.collation),
            comment: edit(&old.comment, new.comment),
            autoincrement: match new.autoincrement == Some(true) {
                counts if counts || in_key || old.autoincrement == Some(true) => Edit::Set(counts),
                _ => Edit::Keep,
            },
            generated: edit(&old.generated, new.generated),
            ..AlterColumn::new(column.clone())
        })))
    }

    fn drop_constraint(&self, table: &Table, name: &Ident, if_exists: bool) -> Option<Action> {
        // A nameless one may have been given the name; so even with IF EXISTS it is not known what happens then.
        let constraint = self.constraint_called(table, name)?;
        Some(Action::DropConstraint(DropConstraint { constraint, if_exists }))
    }

    /// Returns the constraint of that name: its own, or the one that PostgreSQL gives to what has none.
    fn constraint_called(&self, table: &Table, name: &Ident) -> Option<ConstraintRef> {
        let names = table.constraints.iter().filter_map(Constraint::name);
        let spelled = self.spelled(name, names.clone());
        if names.clone().any(|one| *one == spelled) {
            return Some(ConstraintRef::Name(spelled));
        }
        if self.grammar != Grammar::Postgres {
            return None;
        }
        let mut fitting = table
            .constraints
            .iter()
            .filter(|constraint| given_name(table, constraint) == Some(name.to_string()));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => ConstraintRef::to(one),
            _ => None,
        }
    }
}

/// Returns the name that PostgreSQL gives to a nameless constraint, where it is short enough to be certain
/// (`ChooseConstraintName` in PostgreSQL's pg_constraint.c).
fn given_name(table: &Table, constraint: &Constraint) -> Option<String> {
    if constraint.name().is_some() {
        return None;
    }
    let columns: Vec<&str> = constraint.columns().into_iter().map(Ident::as_str).collect();
    let (columns, suffix) = match constraint {
        Constraint::PrimaryKey(_) => (String::new(), "pkey"),
        Constraint::Unique(_) => (format!("{}_", columns.join("_")), "key"),
        Constraint::ForeignKey(_) => (format!("{}_", columns.join("_")), "fkey"),
        Constraint::Check(_) | Constraint::Exclude(_) => return None,
    };
    let name = format!("{}_{columns}{suffix}", table.name.name);
    (name.len() < 60).then_some(name)
}
