//! `CREATE INDEX` and `ALTER INDEX`.

use sqlparser::ast::{
    self, AlterIndexOperation, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, OrderBySort,
};

use crate::literal::RawSql;
use crate::name::Ident;
use crate::op::{CreateIndex, DropIndex, Operation};
use crate::schema::{Index, IndexColumn, IndexKey, Nulls, Order};

use super::Reader;
use super::grammar::Grammar;

impl Reader<'_> {
    pub(super) fn create_index(&self, create: &ast::CreateIndex) -> Option<Vec<Operation>> {
        let ast::CreateIndex {
            name: Some(name),
            table_name,
            using,
            columns,
            unique,
            concurrently,
            r#async: false,
            if_not_exists,
            include,
            nulls_distinct,
            with,
            predicate,
            index_options,
            alter_options,
        } = create
        else {
            return None;
        };
        if !with.is_empty() || !index_options.is_empty() || !alter_options.is_empty() {
            return None;
        }
        let table = self.table(table_name)?;
        let name = self.new_name(name)?.name;
        let mut index = Index::new(name, self.index_columns(columns)?);
        for column in index.columns.iter_mut().filter_map(|column| column.key.as_column_mut()) {
            *column = self.spelled(column, table.columns.iter().map(|column| &column.name));
        }
        index.unique = *unique;
        index.include = self.columns_of(table, include)?;
        index.nulls_not_distinct = *nulls_distinct == Some(false);
        index.filter = predicate.as_ref().map(|filter| self.expression(filter));
        index.using = match using {
            None => None,
            Some(ast::IndexType::Custom(method)) => Some(self.ident(method)?),
            Some(method) => Some(Ident::new(&method.to_string().to_lowercase()).ok()?),
        };
        Some(vec![
            CreateIndex {
                table: table.name.clone(),
                index,
                if_not_exists: *if_not_exists,
                concurrently: *concurrently,
            }
            .into(),
        ])
    }

    /// Reads the keys of an index.
    pub(super) fn index_columns(&self, columns: &[ast::IndexColumn]) -> Option<Vec<IndexColumn>> {
        columns.iter().map(|column| self.index_column(column)).collect()
    }

    fn index_column(&self, column: &ast::IndexColumn) -> Option<IndexColumn> {
        let ast::IndexColumn { column, operator_class } = column;
        let ast::OrderByExpr { expr, options, with_fill: None } = column else { return None };
        let ast::OrderByOptions { sort, nulls_first } = options;
        let (expr, collation) = match expr {
            Expr::Collate { expr, collation } => {
                let [name] = &self.parts(collation)?[..] else { return None };
                (&**expr, Some(name.clone()))
            }
            other => (other, None),
        };
        let (key, length) = match (expr, self.grammar.is_mysql()) {
            (Expr::Identifier(name), _) => (IndexKey::Column(self.ident(name)?), None),
            (Expr::Function(function), true) => {
                let (name, length) = self.prefix(function)?;
                (IndexKey::Column(name), Some(length))
            }
            (other, _) => (IndexKey::Sql(self.expression(other)), None),
        };
        Some(IndexColumn {
            key,
            order: match sort {
                None => None,
                Some(OrderBySort::Asc) => Some(Order::Asc),
                Some(OrderBySort::Desc) => Some(Order::Desc),
                Some(OrderBySort::Using(_)) => return None,
            },
            nulls: nulls_first.map(|first| if first { Nulls::First } else { Nulls::Last }),
            collation,
            op_class: operator_class.as_ref().map(|class| RawSql::new(class.to_string())),
            length,
        })
    }

    /// Reads MySQL's `name(10)`, the start of a column.
    fn prefix(&self, function: &ast::Function) -> Option<(Ident, u32)> {
        let FunctionArguments::List(list) = &function.args else { return None };
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))] = &list.args[..] else {
            return None;
        };
        let ast::Value::Number(digits, false) = &value.value else { return None };
        let [name] = &self.parts(&function.name)?[..] else { return None };
        Some((name.clone(), digits.parse().ok()?))
    }

    pub(super) fn alter_index(
        &self,
        name: &ast::ObjectName,
        operation: &AlterIndexOperation,
    ) -> Option<Vec<Operation>> {
        let AlterIndexOperation::RenameIndex { index_name } = operation;
        let (from, to) = (self.index_name(name)?, self.new_name(index_name)?.name);
        let owner = self.schema.index_owner(&from, None).ok()?;
        let at = owner.index_position(&from).ok()?;
        let index = Index { name: to, ..owner.indexes[at].clone() };
        let table = owner.name.clone();
        Some(vec![
            DropIndex { index: from, table: Some(table.clone()), if_exists: false, concurrently: false }
                .into(),
            CreateIndex { table, index, if_not_exists: false, concurrently: false }.into(),
        ])
    }

    /// Returns the name of an index that is meant to be there.
    pub(super) fn index_name(&self, name: &ast::ObjectName) -> Option<Ident> {
        let name = self.new_name(name)?.name;
        if self.grammar == Grammar::Postgres {
            return Some(name);
        }
        let there = self.schema.tables.values().flat_map(|table| &table.indexes).map(|index| &index.name);
        Some(self.spelled(&name, there))
    }
}
