//! SQL expressions and statements of SQLAlchemy's core, rendered as it renders them for scripts.

mod construct;
mod expression;
mod render;
mod statement;

use std::rc::Rc;

use super::item::{Column, Item, Owner, Table};
use super::value::Value;

pub(super) use render::{literal, quoted};
pub(super) use statement::{Insert, Statement};

/// An expression, in pieces that are joined when it is known where it stands.
#[derive(Clone)]
pub(super) struct Sql {
    pieces: Vec<Piece>,
    level: Level,
}

#[derive(Clone)]
enum Piece {
    /// What is written as it stands.
    Text(String),
    /// A column, with its table where the place wants it.
    Column { table: Option<Owner>, name: Rc<str> },
    /// A column of a table that is not known.
    Lost(Rc<str>),
    /// The author's text, with parameters `:name`.
    Author(String, Vec<(String, Value)>),
    /// A value.
    Value(Value),
}

/// How tightly the parts of an expression hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Atom,
}

impl Sql {
    fn atom(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], level: Level::Atom }
    }

    fn value(value: Value) -> Self {
        Self { pieces: vec![Piece::Value(value)], level: Level::Atom }
    }

    fn column(column: &Column) -> Self {
        let piece = match column.table.get() {
            None if !column.is_bare => Piece::Lost(column.name.clone()),
            table => Piece::Column { table: table.cloned(), name: column.name.clone() },
        };
        Self { pieces: vec![piece], level: Level::Atom }
    }

    /// Puts parentheses around what holds together less tightly.
    fn within(self, level: Level) -> Self {
        if self.level >= level { self } else { self.grouped() }
    }

    fn grouped(self) -> Self {
        Self::join(Level::Atom, [Self::atom("("), self, Self::atom(")")])
    }

    fn join(level: Level, parts: impl IntoIterator<Item = Sql>) -> Self {
        Self { pieces: parts.into_iter().flat_map(|part| part.pieces).collect(), level }
    }

    fn list(parts: Vec<Sql>, between: &str) -> Vec<Sql> {
        let mut out = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                out.push(Self::atom(between));
            }
            out.push(part);
        }
        out
    }
}

/// Returns the text that `str()` gives of `text("…")`; `None` of anything else.
pub(super) fn plain(item: &Item) -> Option<String> {
    match item {
        Item::Sql(Sql { pieces, .. }) => match &pieces[..] {
            [Piece::Author(text, params)] if params.is_empty() => Some(text.clone()),
            _ => None,
        },
        Item::Construct(kind, args) if &**kind == "quoted_name" => {
            args.get(0, "value").and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    }
}

/// Returns a table's name as it is written in statements.
fn table_text(table: &Table, dialect: &str) -> String {
    name_text(&table.name, table.schema.as_deref(), dialect)
}

/// Returns how a column's table is written before its name.
fn owner_text(owner: &Owner, dialect: &str) -> String {
    match &owner.alias {
        Some(alias) => quoted(alias, dialect),
        None => name_text(&owner.name, owner.schema.as_deref(), dialect),
    }
}

fn name_text(name: &str, schema: Option<&str>, dialect: &str) -> String {
    let name = quoted(name, dialect);
    match schema {
        Some(schema) => format!("{}.{name}", quoted(schema, dialect)),
        None => name,
    }
}
