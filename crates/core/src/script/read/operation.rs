//! Reads operations: the key that names one, where it applies, and what it does.

use std::collections::BTreeSet;
use std::str::FromStr;

use strum::IntoEnumIterator;

use crate::action::Action;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::op::{
    AlterEnum, AlterSequence, AlterTable, CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable,
    CreateView, Delete, DropEnum, DropIndex, DropSchema, DropSequence, DropTable, DropView, Execute, Insert,
    Operation, OperationKind, RenameTable, Scope, ScopedOperation,
};
use crate::schema::NamedEnum;

use super::edit::edit;
use super::untold::is_untold;
use super::{DIALECTS, Keys, Node, enum_values, list, sequence, table, view};

/// Reads a list of operations, and passes over what is not told. `None` when a fault is recorded.
pub(in crate::script) fn operations(node: &Node<'_>) -> Option<Vec<ScopedOperation>> {
    let read: Vec<Option<ScopedOperation>> =
        node.items()?.iter().filter(|node| !is_untold(node)).map(scoped).collect();
    read.into_iter().collect()
}

fn scoped(node: &Node<'_>) -> Option<ScopedOperation> {
    let (kind, mut keys) = head::<OperationKind>(node, "operation")?;
    let origin = keys.take(kind.into()).map(|head| node.reader.origin(head.whole_span()));
    let dialects = keys.optional("dialects", dialects);
    let transaction = keys.optional("transaction", Node::word);
    let operation = operation(kind, &mut keys);
    // It is about the whole revision, and read with it.
    let _ = keys.take("irreversible");
    keys.finish();
    let scope =
        Scope { dialects: dialects?.unwrap_or_default(), transaction: transaction?.unwrap_or_default() };
    Some(ScopedOperation { operation: operation?, scope, origin })
}

pub(super) fn dialects(node: &Node<'_>) -> Option<BTreeSet<String>> {
    let read: Vec<Option<String>> = node
        .some_items()?
        .iter()
        .map(|item| {
            let name = item.text()?;
            if DIALECTS.contains(&name.as_str()) {
                return Some(name);
            }
            let fault = Diagnostic::new(Code::BadValue, format!("unknown dialect `{name}`"))
                .at(item.reader.place(item.span()));
            item.reader.report(match nearest(&name, DIALECTS) {
                Some(near) => fault.hint(format!("a dialect with a similar name exists: `{near}`")),
                None => fault.hint(format!("the dialects are {}", list(&DIALECTS))),
            });
            None
        })
        .collect();
    read.into_iter().collect()
}

/// Finds the key that names an operation or action. It may stand anywhere, but there must be one only.
pub(super) fn head<'a, K>(node: &Node<'a>, what: &str) -> Option<(K, Keys<'a>)>
where
    K: FromStr + IntoEnumIterator + Copy + Into<&'static str>,
{
    let keys = node.table()?;
    let all = keys.all();
    let named: Vec<(K, &Node<'a>)> =
        all.iter().filter_map(|(key, node)| K::from_str(key).ok().map(|kind| (kind, node))).collect();
    match (&named[..], all.first()) {
        ([(kind, head)], _) => {
            let name: &'static str = (*kind).into();
            Some((*kind, keys.called(format!("`{name}`"), head.whole_span())))
        }
        ([(first, _), (second, node), ..], _) => {
            let (first, second): (&str, &str) = ((*first).into(), (*second).into());
            let message =
                format!("one {what} is both `{first}` and `{second}`; each needs a table of its own");
            node.reader.fault(Code::ConflictingKeys, node.key_span(), message);
            None
        }
        ([], Some((key, first))) => {
            let names: Vec<&'static str> = K::iter().map(Into::into).collect();
            let fault = Diagnostic::new(Code::UnknownKey, format!("unknown {what} `{key}`"))
                .at(node.reader.place(first.key_span()));
            node.reader.report(match nearest(key, names.iter().copied()) {
                Some(near) => fault.hint(format!("an {what} with a similar name exists: `{near}`")),
                None => fault.hint(format!("the first key names it, one of {}", list(&names))),
            });
            None
        }
        ([], None) => {
            node.fault(Code::MissingKey, format!("an empty table is no {what}"));
            None
        }
    }
}

/// Reads what an operation does. Its head has been found.
fn operation(kind: OperationKind, keys: &mut Keys<'_>) -> Option<Operation> {
    let head = keys.need(kind.into())?;
    Some(match kind {
        OperationKind::CreateTable => {
            let table = table(keys, head.table_name());
            let if_not_exists = keys.flag("if_not_exists");
            CreateTable { table: table?, if_not_exists: if_not_exists? }.into()
        }
        OperationKind::DropTable => {
            let (table, if_exists) = (head.table_name(), keys.flag("if_exists"));
            DropTable { table: table?, if_exists: if_exists? }.into()
        }
        OperationKind::RenameTable => {
            let (table, to) = (head.table_name(), keys.required("to", Node::ident));
            RenameTable { table: table?, to: to? }.into()
        }
        OperationKind::AlterTable => {
            let table = head.table_name();
            let actions = keys.need("actions").and_then(|node| {
                let read: Vec<Option<Vec<Action>>> = (node.some_items()?.iter())
                    .map(|item| super::action::actions(item, table.as_ref()))
                    .collect();
                read.into_iter().collect::<Option<Vec<_>>>()
            });
            let recreate = keys.optional("recreate", Node::word);
            AlterTable { table: table?, actions: actions?.concat(), recreate: recreate?.unwrap_or_default() }
                .into()
        }
        OperationKind::CreateIndex => {
            let (name, table) = (head.ident(), keys.required("table", Node::table_name));
            let index = super::index::index(keys, name, None);
            let (if_not_exists, concurrently) = (keys.flag("if_not_exists"), keys.flag("concurrently"));
            CreateIndex {
                table: table?,
                index: index?,
                if_not_exists: if_not_exists?,
                concurrently: concurrently?,
            }
            .into()
        }
        OperationKind::DropIndex => {
            let (index, table) = (head.ident(), keys.optional("table", Node::table_name));
            let (if_exists, concurrently) = (keys.flag("if_exists"), keys.flag("concurrently"));
            DropIndex { index: index?, table: table?, if_exists: if_exists?, concurrently: concurrently? }
                .into()
        }
        OperationKind::CreateEnum => {
            let (name, values, if_not_exists) =
                (head.table_name(), enum_values(keys), keys.flag("if_not_exists"));
            CreateEnum {
                definition: NamedEnum { name: name?, values: values? },
                if_not_exists: if_not_exists?,
            }
            .into()
        }
        OperationKind::AlterEnum => {
            let name = head.table_name();
            let actions = keys.need("actions").and_then(|node| {
                let read: Vec<_> = node.some_items()?.iter().map(Node::enum_action).collect();
                read.into_iter().collect::<Option<Vec<_>>>()
            });
            AlterEnum { name: name?, actions: actions? }.into()
        }
        OperationKind::DropEnum => {
            let (name, if_exists) = (head.table_name(), keys.flag("if_exists"));
            DropEnum { name: name?, if_exists: if_exists? }.into()
        }
        OperationKind::CreateView => {
            keys.exclude("if_not_exists", "or_replace");
            let view = view(keys, head.table_name());
            let (if_not_exists, or_replace) = (keys.flag("if_not_exists"), keys.flag("or_replace"));
            CreateView { view: view?, if_not_exists: if_not_exists?, or_replace: or_replace? }.into()
        }
        OperationKind::DropView => {
            let (view, materialized) = (head.table_name(), keys.flag("materialized"));
            let if_exists = keys.flag("if_exists");
            DropView { view: view?, materialized: materialized?, if_exists: if_exists? }.into()
        }
        OperationKind::CreateSequence => {
            let (sequence, if_not_exists) = (sequence(keys, head.table_name()), keys.flag("if_not_exists"));
            CreateSequence { sequence: sequence?, if_not_exists: if_not_exists? }.into()
        }
        OperationKind::AlterSequence => {
            let sequence = head.table_name();
            let start = edit(keys, "start", Node::integer);
            let increment = edit(keys, "increment", Node::integer);
            let min = edit(keys, "min", Node::integer);
            let max = edit(keys, "max", Node::integer);
            let cache = edit(keys, "cache", Node::integer);
            let cycle = keys.optional("cycle", Node::flag);
            AlterSequence {
                sequence: sequence?,
                start: start?,
                increment: increment?,
                min: min?,
                max: max?,
                cache: cache?,
                cycle: cycle?,
            }
            .into()
        }
        OperationKind::DropSequence => {
            let (sequence, if_exists) = (head.table_name(), keys.flag("if_exists"));
            DropSequence { sequence: sequence?, if_exists: if_exists? }.into()
        }
        OperationKind::CreateSchema => {
            let (schema, if_not_exists) = (head.ident(), keys.flag("if_not_exists"));
            CreateSchema { schema: schema?, if_not_exists: if_not_exists? }.into()
        }
        OperationKind::DropSchema => {
            let (schema, if_exists) = (head.ident(), keys.flag("if_exists"));
            DropSchema { schema: schema?, if_exists: if_exists? }.into()
        }
        OperationKind::Execute => {
            let (sql, state) = (head.sql(), keys.optional("state", state));
            Execute { sql: sql?, state: state? }.into()
        }
        OperationKind::Insert => {
            let (table, rows) = (head.table_name(), keys.required("rows", Node::rows));
            Insert { table: table?, rows: rows? }.into()
        }
        OperationKind::Delete => {
            let (table, rows) = (head.table_name(), keys.required("rows", Node::rows));
            Delete { table: table?, rows: rows? }.into()
        }
    })
}

/// Reads the operations that say what an `execute` does to the schema. They have no scope of their own.
fn state(node: &Node<'_>) -> Option<Vec<Operation>> {
    let read: Vec<Option<Operation>> = node
        .items()?
        .iter()
        .map(|item| {
            let (kind, mut keys) = head::<OperationKind>(item, "operation")?;
            let operation = operation(kind, &mut keys);
            keys.finish();
            operation
        })
        .collect();
    read.into_iter().collect()
}
