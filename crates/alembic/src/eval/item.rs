//! What SQLAlchemy's constructors give: types, columns, constraints, tables, expressions and statements.

use std::cell::OnceCell;
use std::rc::Rc;

use super::metadata::Metadata;
use super::sql::{Sql, Statement};
use super::value::Value;

/// The arguments of a call.
#[derive(Clone, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
}

impl Arguments {
    /// Returns an argument by its position or its name; one that is `None` of Python is there.
    pub(super) fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.named(name))
    }

    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Says whether a flag is set.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.named(name).and_then(Value::truth) == Some(true)
    }
}

/// What a constructor of SQLAlchemy gives.
#[derive(Clone)]
pub(super) enum Item {
    Type(Type),
    Column(Column),
    /// A constraint, index or the like, by the name of its constructor.
    Construct(Rc<str>, Arguments),
    Table(Table),
    /// `table.c`: names behind it are of columns.
    Columns(Table),
    Sql(Sql),
    Statement(Statement),
    /// What a statement gave back, which is not known.
    Rows,
    Metadata(Rc<Metadata>),
}

/// A type with its arguments.
#[derive(Clone)]
pub(super) struct Type {
    /// `sa.String`, `postgresql.JSONB`, or an outside name as a whole.
    pub(super) name: Rc<str>,
    /// The class of the application that it is an object of.
    pub(super) class: Option<Rc<super::function::Instance>>,
    pub(super) args: Arguments,
    /// The types on other dialects, by SQLAlchemy's names.
    pub(super) variants: Vec<(String, Value)>,
}

/// A column.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: Rc<str>,
    pub(super) ty: Option<Value>,
    /// What stands behind name and type: foreign keys, checks, computed and so on.
    pub(super) parts: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
    /// The table that it is of: put into one later, it is of that one wherever it stands.
    pub(super) table: Rc<OnceCell<Owner>>,
    /// Whether it is a mere name, as `sa.column()` gives it; one of `sa.Column()` is always of a table.
    pub(super) is_bare: bool,
}

/// The table that a column is of.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) name: Rc<str>,
    pub(super) schema: Option<Rc<str>>,
    pub(super) alias: Option<Rc<str>>,
}

impl Column {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// A table as statements name it.
#[derive(Clone)]
pub(super) struct Table {
    pub(super) name: Rc<str>,
    pub(super) schema: Option<Rc<str>>,
    pub(super) columns: Vec<Value>,
    pub(super) alias: Option<Rc<str>>,
}

impl Table {
    /// Returns the names of its columns, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = Rc<str>> + '_ {
        self.columns.iter().filter_map(|column| match column {
            Value::Item(item) => match &**item {
                Item::Column(column) => Some(column.name.clone()),
                _ => None,
            },
            _ => None,
        })
    }

    /// Returns what its columns know of it.
    pub(super) fn owner(&self) -> Owner {
        Owner { name: self.name.clone(), schema: self.schema.clone(), alias: self.alias.clone() }
    }

    /// Returns a column as an expression.
    pub(super) fn column(&self, name: &str) -> Option<Value> {
        self.columns.iter().find_map(|column| match column {
            Value::Item(item) => match &**item {
                Item::Column(column) if &*column.name == name => {
                    let table = Rc::new(OnceCell::from(self.owner()));
                    Some(Value::item(Item::Column(Column { table, ..column.clone() })))
                }
                _ => None,
            },
            _ => None,
        })
    }
}

impl Item {
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Type(_) | Self::Column(_) | Self::Construct(..) | Self::Table(_) | Self::Metadata(_) => {
                Some(true)
            }
            _ => None,
        }
    }

    pub(super) fn what(&self) -> String {
        match self {
            Self::Type(ty) => format!("the type `{}`", ty.name),
            Self::Column(column) => format!("the column `{}`", column.name),
            Self::Construct(name, _) => format!("`{name}`"),
            Self::Table(table) => format!("the table `{}`", table.name),
            Self::Columns(table) => format!("the columns of `{}`", table.name),
            Self::Sql(_) => "an SQL expression".to_owned(),
            Self::Statement(_) => "a statement".to_owned(),
            Self::Metadata(_) => "`MetaData`".to_owned(),
            Self::Rows => "what a query gives, which only a database knows".to_owned(),
        }
    }
}
