//! Columns, as SQLAlchemy has them.

use limbeck_core::literal::{Literal, Value};
use limbeck_core::schema::{Column, Generated, GeneratedStorage, Identity, Table};

use super::super::server::Server;
use super::{Arguments, Writer, ident, raw, text};

/// Returns the options of an identity or a sequence as keyword arguments.
pub(super) fn counting(identity: &Identity) -> Vec<String> {
    let Identity { always: _, start, increment, min, max, cache, cycle } = identity;
    let numbers =
        [("start", start), ("increment", increment), ("minvalue", min), ("maxvalue", max), ("cache", cache)];
    let numbers = numbers.into_iter().filter_map(|(key, number)| Some(format!("{key}={}", (*number)?)));
    numbers.chain(cycle.then(|| "cycle=True".to_owned())).collect()
}

/// Writes an identity.
pub(super) fn identity(identity: &Identity) -> String {
    Arguments::new().flag("always", identity.always).all(counting(identity)).call("sa.Identity")
}

/// Writes what a column is computed from.
pub(super) fn computed(generated: &Generated) -> String {
    let stored = generated.storage == GeneratedStorage::Stored;
    let expression = text(generated.sql.as_str());
    Arguments::new()
        .with(expression)
        .key("persisted", if stored { "True" } else { "False" })
        .call("sa.Computed")
}

/// Writes a default.
pub(super) fn default(value: &Value) -> String {
    match value {
        Value::Literal(Literal::Text(value)) => text(value),
        Value::Literal(Literal::Bool(true)) => "sa.true()".to_owned(),
        Value::Literal(Literal::Bool(false)) => "sa.false()".to_owned(),
        Value::Literal(Literal::Null) => raw("NULL"),
        Value::Literal(Literal::Integer(number)) => raw(&number.to_string()),
        Value::Literal(Literal::Float(number)) => raw(&format!("{number:?}")),
        Value::Literal(Literal::Bytes(_)) => unreachable!("no such default is drawn"),
        Value::Sql(sql) => raw(sql.as_str()),
    }
}

/// Writes all that gives a column its value: default, expression or identity. `None` when nothing does.
pub(super) fn source(column: &Column) -> Option<String> {
    let Column { default: value, generated, identity: counts, .. } = column;
    let computed = generated.as_ref().map(computed);
    computed.or_else(|| counts.as_ref().map(identity)).or_else(|| value.as_ref().map(default))
}

impl Writer<'_> {
    /// Writes a column of a table, or one that comes to it.
    pub(super) fn column(self, column: &Column, table: Option<&Table>) -> String {
        let Column {
            name,
            ty,
            nullable,
            default: value,
            collation,
            comment,
            generated,
            identity: counts,
            ..
        } = column;
        let sources = generated.as_ref().map(computed).into_iter().chain(counts.as_ref().map(identity));
        let arguments = Arguments::new().with(ident(name)).with(self.ty(ty, collation.as_ref())).all(sources);
        // What is computed is told apart from what allows NULL.
        let arguments = arguments.key("nullable", if *nullable { "True" } else { "False" });
        let arguments = arguments.maybe("server_default", value.as_ref().map(default));
        let key = table.and_then(Table::primary_key).is_some_and(|key| key.columns.contains(name));
        let counts = column.autoincrement.filter(|_| key && self.server != Server::Sqlite);
        let counts = counts.map(|counts| if counts { "True" } else { "False" }.to_owned());
        arguments
            .maybe("autoincrement", counts)
            .maybe("comment", comment.as_deref().map(text))
            .call("sa.Column")
    }
}
