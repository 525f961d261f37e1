//! Prints operations.

use crate::name::TableName;
use crate::op::{
    AlterEnum, AlterSequence, AlterTable, CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable,
    CreateView, Delete, DropEnum, DropIndex, DropSchema, DropSequence, DropTable, DropView, Execute, Insert,
    Operation, OperationKind, Recreate, RenameTable, Row, Scope, ScopedOperation, Transaction,
};

use crate::script::Untold;

use super::action::action;
use super::index::index;
use super::item::{Item, Layout, Toml};
use super::object::{enum_action, sequence, view};
use super::table::table;

/// Prints an operation with its scope.
pub(in crate::script) fn scoped(scoped: &ScopedOperation) -> Toml {
    let Scope { dialects, transaction } = &scoped.scope;
    operation(&scoped.operation)
        .list("dialects", dialects.iter().map(|name| Item::text(name)).collect())
        .maybe("transaction", (*transaction != Transaction::Inside).then(|| Item::word(*transaction)))
}

/// Prints that something is not told.
pub(in crate::script) fn untold(untold: &Untold) -> Toml {
    let Untold { direction: _, scope: Scope { dialects, transaction: _ }, reason, origin: _ } = untold;
    Toml::with("untold", Item::text(reason))
        .list("dialects", dialects.iter().map(|name| Item::text(name)).collect())
}

/// Prints an operation.
pub(in crate::script) fn operation(operation: &Operation) -> Toml {
    let key: &'static str = OperationKind::from(operation).into();
    let head = |name: &TableName| Toml::with(key, Item::text(&name.to_string()));
    match operation {
        Operation::CreateTable(CreateTable { table: one, if_not_exists }) => {
            head(&one.name).and(table(one)).flag("if_not_exists", *if_not_exists)
        }
        Operation::DropTable(DropTable { table, if_exists }) => head(table).flag("if_exists", *if_exists),
        Operation::RenameTable(RenameTable { table, to }) => head(table).put("to", Item::ident(to)),
        Operation::AlterTable(AlterTable { table, actions, recreate }) => head(table)
            .put_as(Layout::Lines, "actions", Item::Array(actions.iter().map(action).collect()))
            .maybe("recreate", (*recreate != Recreate::Auto).then(|| Item::word(*recreate))),
        Operation::CreateIndex(CreateIndex { table, index: one, if_not_exists, concurrently }) => {
            Toml::with(key, Item::ident(&one.name))
                .put("table", Item::text(&table.to_string()))
                .and(index(one))
                .flag("if_not_exists", *if_not_exists)
                .flag("concurrently", *concurrently)
        }
        Operation::DropIndex(DropIndex { index, table, if_exists, concurrently }) => {
            Toml::with(key, Item::ident(index))
                .maybe("table", table.as_ref().map(|table| Item::text(&table.to_string())))
                .flag("if_exists", *if_exists)
                .flag("concurrently", *concurrently)
        }
        Operation::CreateEnum(CreateEnum { definition, if_not_exists }) => head(&definition.name)
            .put("values", Item::texts(&definition.values))
            .flag("if_not_exists", *if_not_exists),
        Operation::AlterEnum(AlterEnum { name, actions }) => head(name).put_as(
            Layout::Lines,
            "actions",
            Item::Array(actions.iter().map(enum_action).collect()),
        ),
        Operation::DropEnum(DropEnum { name, if_exists }) => head(name).flag("if_exists", *if_exists),
        Operation::CreateView(CreateView { view: one, if_not_exists, or_replace }) => head(&one.name)
            .and(view(one))
            .flag("if_not_exists", *if_not_exists)
            .flag("or_replace", *or_replace),
        Operation::DropView(DropView { view, materialized, if_exists }) => {
            head(view).flag("materialized", *materialized).flag("if_exists", *if_exists)
        }
        Operation::CreateSequence(CreateSequence { sequence: one, if_not_exists }) => {
            head(&one.name).and(sequence(one)).flag("if_not_exists", *if_not_exists)
        }
        Operation::AlterSequence(AlterSequence { sequence, start, increment, min, max, cache, cycle }) => {
            let numbers =
                [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)];
            let numbers = numbers.into_iter().fold(head(sequence), |toml, (name, number)| {
                toml.edit(name, number, |toml, number| toml.put(name, Item::number(*number)))
            });
            numbers.maybe("cycle", cycle.map(Item::boolean))
        }
        Operation::DropSequence(DropSequence { sequence, if_exists }) => {
            head(sequence).flag("if_exists", *if_exists)
        }
        Operation::CreateSchema(CreateSchema { schema, if_not_exists }) => {
            Toml::with(key, Item::ident(schema)).flag("if_not_exists", *if_not_exists)
        }
        Operation::DropSchema(DropSchema { schema, if_exists }) => {
            Toml::with(key, Item::ident(schema)).flag("if_exists", *if_exists)
        }
        Operation::Execute(Execute { sql, state }) => {
            let state = state
                .as_ref()
                .map(|state| Item::Array(state.iter().map(|one| self::operation(one).item()).collect()));
            Toml::with(key, Item::sql(sql)).maybe("state", state)
        }
        Operation::Insert(Insert { table, rows: cells }) => head(table).put("rows", rows(cells)),
        Operation::Delete(Delete { table, rows: cells }) => head(table).put("rows", rows(cells)),
    }
}

fn rows(rows: &[Row]) -> Item {
    let row = |cells: &Row| {
        cells.iter().fold(Toml::default(), |row, (name, value)| row.value(name.as_str(), value)).item()
    };
    Item::Array(rows.iter().map(row).collect())
}
