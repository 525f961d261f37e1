//! Views, enums, sequences and schemas, comments, and what drops any object.

use sqlparser::ast::{
    self, AlterTypeAddValue, AlterTypeAddValuePosition, AlterTypeOperation, AlterTypeRenameValue,
    CommentObject, CreateTableOptions, Expr, ObjectType, SchemaName, SequenceOptions, UnaryOperator,
    UserDefinedTypeRepresentation,
};

use crate::action::{Action, AlterColumn, Edit, SetComment};
use crate::literal::RawSql;
use crate::op::{
    AlterEnum, AlterTable, CreateEnum, CreateSchema, CreateSequence, CreateView, DropEnum, DropIndex,
    DropSchema, DropSequence, DropTable, DropView, EnumAction, Operation, Recreate, RenameTable,
    ValuePosition,
};
use crate::schema::{NamedEnum, Sequence, View};

use super::Reader;
use super::grammar::Grammar;

/// The numbers of a sequence or identity.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) start: Option<i64>,
    pub(super) increment: Option<i64>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) cache: Option<i64>,
    pub(super) cycle: bool,
}

impl Numbers {
    pub(super) fn read(options: &[SequenceOptions]) -> Option<Self> {
        let mut numbers = Self::default();
        for option in options {
            match option {
                SequenceOptions::IncrementBy(value, _) => numbers.increment = Some(number(value)?),
                SequenceOptions::MinValue(value) => numbers.min = maybe(value.as_ref())?,
                SequenceOptions::MaxValue(value) => numbers.max = maybe(value.as_ref())?,
                SequenceOptions::StartWith(value, _) => numbers.start = Some(number(value)?),
                SequenceOptions::Cache(value) => numbers.cache = Some(number(value)?),
                // The flag says NO CYCLE.
                SequenceOptions::Cycle(no) => numbers.cycle = !no,
            }
        }
        Some(numbers)
    }
}

fn maybe(value: Option<&Expr>) -> Option<Option<i64>> {
    match value {
        None => Some(None),
        Some(value) => number(value).map(Some),
    }
}

fn number(value: &Expr) -> Option<i64> {
    match value {
        Expr::Value(value) => match &value.value {
            ast::Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr)?.checked_neg(),
        _ => None,
    }
}

impl Reader<'_> {
    pub(super) fn create_view(&self, create: &ast::CreateView) -> Option<Vec<Operation>> {
        let ast::CreateView {
            or_alter: false,
            or_replace,
            materialized,
            secure: false,
            name,
            name_before_not_exists: _,
            columns,
            query,
            options: CreateTableOptions::None,
            cluster_by,
            comment: None,
            with_no_schema_binding: false,
            if_not_exists,
            temporary: false,
            copy_grants: false,
            to: None,
            params: None,
        } = create
        else {
            return None;
        };
        if !columns.is_empty() || !cluster_by.is_empty() {
            return None;
        }
        let name = self.known_name(name)?;
        let view = View { name, sql: RawSql::new(query.to_string()), materialized: *materialized };
        Some(vec![CreateView { view, if_not_exists: *if_not_exists, or_replace: *or_replace }.into()])
    }

    pub(super) fn create_type(
        &self,
        name: &ast::ObjectName,
        representation: &Option<UserDefinedTypeRepresentation>,
    ) -> Option<Vec<Operation>> {
        let Some(UserDefinedTypeRepresentation::Enum { labels }) = representation else { return None };
        let values = labels.iter().map(|label| label.value.clone()).collect();
        let definition = NamedEnum { name: self.new_name(name)?, values };
        Some(vec![CreateEnum { definition, if_not_exists: false }.into()])
    }

    pub(super) fn alter_type(&self, alter: &ast::AlterType) -> Option<Vec<Operation>> {
        let name = self.new_name(&alter.name)?;
        let known = self.schema.known_enum(&name)?;
        let action = match &alter.operation {
            AlterTypeOperation::AddValue(AlterTypeAddValue { if_not_exists, value, position }) => {
                if *if_not_exists && known.values.contains(&value.value) {
                    return Some(Vec::new());
                }
                let position = position.as_ref().map(|position| match position {
                    AlterTypeAddValuePosition::Before(other) => ValuePosition::Before(other.value.clone()),
                    AlterTypeAddValuePosition::After(other) => ValuePosition::After(other.value.clone()),
                });
                EnumAction::AddValue { value: value.value.clone(), position }
            }
            AlterTypeOperation::RenameValue(AlterTypeRenameValue { from, to }) => {
                EnumAction::RenameValue { value: from.value.clone(), to: to.value.clone() }
            }
            AlterTypeOperation::Rename(_) => return None,
        };
        Some(vec![AlterEnum { name, actions: vec![action] }.into()])
    }

    pub(super) fn create_sequence(
        &self,
        name: &ast::ObjectName,
        if_not_exists: bool,
        options: &[SequenceOptions],
    ) -> Option<Vec<Operation>> {
        let Numbers { start, increment, min, max, cache, cycle } = Numbers::read(options)?;
        let sequence = Sequence { name: self.new_name(name)?, start, increment, min, max, cache, cycle };
        Some(vec![CreateSequence { sequence, if_not_exists }.into()])
    }

    pub(super) fn create_schema(&self, statement: &ast::Statement) -> Option<Vec<Operation>> {
        let ast::Statement::CreateSchema {
            schema_name: SchemaName::Simple(name),
            or_replace: false,
            if_not_exists,
            with: None,
            options: None,
            default_collate_spec: None,
            clone: None,
        } = statement
        else {
            return None;
        };
        // In MySQL, a schema is a database.
        let [schema] = &self.parts(name)?[..] else { return None };
        (self.grammar == Grammar::Postgres)
            .then(|| vec![CreateSchema { schema: schema.clone(), if_not_exists: *if_not_exists }.into()])
    }

    pub(super) fn comment(
        &self,
        kind: CommentObject,
        name: &ast::ObjectName,
        comment: Option<&str>,
    ) -> Option<Vec<Operation>> {
        let comment = comment.filter(|text| !text.is_empty()).map(str::to_owned);
        let (table, action) = match kind {
            CommentObject::Table => {
                (self.table(name)?.name.clone(), Action::SetComment(SetComment { comment }))
            }
            CommentObject::Column => {
                let mut parts = name.0.clone();
                let column = parts.pop()?;
                let table = self.table(&ast::ObjectName(parts))?;
                let comment = comment.map_or(Edit::Drop, Edit::Set);
                let column = self.column_of(table, column.as_ident()?)?;
                let change = AlterColumn { comment, ..AlterColumn::new(column) };
                (table.name.clone(), Action::AlterColumn(Box::new(change)))
            }
            // Comments of other objects are no part of the schema.
            _ => return Some(Vec::new()),
        };
        Some(vec![AlterTable { table, actions: vec![action], recreate: Recreate::Auto }.into()])
    }

    pub(super) fn rename_tables(&self, renames: &[ast::RenameTable]) -> Option<Vec<Operation>> {
        let rename = |ast::RenameTable { old_name, new_name }: &ast::RenameTable| {
            let (table, to) = (self.known_name(old_name)?, self.new_name(new_name)?);
            (table.schema == to.schema).then(|| RenameTable { table, to: to.name }.into())
        };
        renames.iter().map(rename).collect()
    }

    pub(super) fn drop(&self, statement: &ast::Statement) -> Option<Vec<Operation>> {
        let ast::Statement::Drop {
            object_type,
            if_exists,
            names,
            cascade,
            restrict: _,
            purge: false,
            temporary: false,
            table,
        } = statement
        else {
            return None;
        };
        let if_exists = *if_exists;
        // What else it takes along is not known of views and types, whose texts are not read.
        let takes_along = *cascade && (!self.schema.views.is_empty() || !self.schema.enums.is_empty());
        if takes_along && !self.grammar.is_mysql() {
            return None;
        }
        let drop = |name: &ast::ObjectName| -> Option<Operation> {
            Some(match object_type {
                ObjectType::Table => DropTable { table: self.known_name(name)?, if_exists }.into(),
                ObjectType::View => {
                    DropView { view: self.known_name(name)?, materialized: false, if_exists }.into()
                }
                ObjectType::MaterializedView => {
                    DropView { view: self.known_name(name)?, materialized: true, if_exists }.into()
                }
                ObjectType::Index => {
                    let table = match table {
                        Some(table) => Some(self.known_name(table)?),
                        None => None,
                    };
                    DropIndex { index: self.index_name(name)?, table, if_exists, concurrently: false }.into()
                }
                ObjectType::Type => DropEnum { name: self.new_name(name)?, if_exists }.into(),
                ObjectType::Sequence => DropSequence { sequence: self.new_name(name)?, if_exists }.into(),
                ObjectType::Schema if !*cascade => {
                    let [schema] = &self.parts(name)?[..] else { return None };
                    DropSchema { schema: schema.clone(), if_exists }.into()
                }
                _ => return None,
            })
        };
        names.iter().map(drop).collect()
    }
}
