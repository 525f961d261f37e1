//! The values that a script computes with, as far as they matter to its operations.

use std::cell::RefCell;
use std::rc::Rc;

use super::function::{Class, Function, Instance};
use super::item::Item;
use super::op::Batch;

/// A value of Python, or of what SQLAlchemy and Alembic offer.
#[derive(Clone)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Rc<str>),
    Bytes(Rc<[u8]>),
    List(Rc<RefCell<Vec<Value>>>),
    Tuple(Rc<[Value]>),
    /// Also a frozen one. In the order of insertion: what depends on the order of a set is not computed.
    Set(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    Function(Rc<Function>),
    Class(Rc<Class>),
    Instance(Rc<Instance>),
    /// A name that is not of the script, with dots: `sqlalchemy.String`, `alembic.op`.
    Symbol(Rc<str>),
    /// A method of a value, by name.
    Method(Rc<(Value, String)>),
    /// A type, column, constraint, expression or statement of SQLAlchemy.
    Item(Rc<Item>),
    /// What `op.batch_alter_table` gives.
    Batch(Rc<RefCell<Batch>>),
    /// The connection.
    Bind,
    /// An engine, or a connection of its own that it gives: what runs there is not of the migration.
    Engine,
    /// A session of the ORM on the connection.
    Session,
    /// A dialect, by SQLAlchemy's name for it.
    Dialect(Rc<str>),
    /// What tells of the tables that the database holds.
    Inspector,
    /// The migration context.
    Context,
    /// A logger, to which anything may be said.
    Logger,
    /// The autocommit block of a context.
    Autocommit,
    /// Something that cannot be computed here, and why.
    Unknown(Rc<str>),
}

impl Value {
    pub(super) fn str(text: impl AsRef<str>) -> Self {
        Self::Str(Rc::from(text.as_ref()))
    }

    pub(super) fn list(items: Vec<Value>) -> Self {
        Self::List(Rc::new(RefCell::new(items)))
    }

    pub(super) fn tuple(items: Vec<Value>) -> Self {
        Self::Tuple(Rc::from(items))
    }

    pub(super) fn set(items: Vec<Value>) -> Self {
        let mut kept: Vec<Value> = Vec::new();
        for item in items {
            if !kept.iter().any(|other| other.equals(&item) == Some(true)) {
                kept.push(item);
            }
        }
        Self::Set(Rc::new(RefCell::new(kept)))
    }

    pub(super) fn dict(items: Vec<(Value, Value)>) -> Self {
        let dict = Self::Dict(Rc::default());
        items.into_iter().for_each(|(key, value)| dict.insert(key, value));
        dict
    }

    pub(super) fn item(item: Item) -> Self {
        Self::Item(Rc::new(item))
    }

    pub(super) fn unknown(why: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(why.as_ref()))
    }

    /// Puts an entry into a dictionary; nothing for anything else.
    pub(super) fn insert(&self, key: Value, value: Value) {
        if let Self::Dict(entries) = self {
            let mut entries = entries.borrow_mut();
            match entries.iter_mut().find(|(there, _)| there.equals(&key) == Some(true)) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            }
        }
    }

    pub(super) fn get(&self, key: &Value) -> Option<Value> {
        let Self::Dict(entries) = self else { return None };
        let entries = entries.borrow();
        entries.iter().find(|(there, _)| there.equals(key) == Some(true)).map(|(_, value)| value.clone())
    }

    /// Says whether a key that was not found may still be one that is there.
    pub(super) fn may_have(&self, key: &Value) -> bool {
        let Self::Dict(entries) = self else { return false };
        entries.borrow().iter().any(|(there, _)| there.equals(key).is_none())
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Says whether its inside can become another, or cannot be told not to.
    pub(super) fn can_change(&self) -> bool {
        !matches!(
            self,
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Str(_) | Self::Bytes(_)
        )
    }

    /// Says whether it is a list, set or dictionary without anything in it: where an application has one, it is there to be
    /// filled as the application is imported.
    pub(super) fn may_be_filled(&self) -> bool {
        match self {
            Self::List(items) | Self::Set(items) => items.borrow().is_empty(),
            Self::Dict(entries) => entries.borrow().is_empty(),
            _ => false,
        }
    }

    /// Says whether Python takes it for true; `None` when that is not known.
    pub(super) fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::None => false,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::List(items) | Self::Set(items) => !items.borrow().is_empty(),
            Self::Tuple(items) => !items.is_empty(),
            Self::Dict(entries) => !entries.borrow().is_empty(),
            // What is taken for a method may be anything that is found by that name.
            Self::Unknown(_) | Self::Symbol(_) | Self::Instance(_) | Self::Method(_) => return None,
            // The truth of an expression of SQLAlchemy is an error, or means something else.
            Self::Item(item) => return item.truth(),
            _ => true,
        })
    }

    /// Says whether two values are equal; `None` when that is not known.
    pub(super) fn equals(&self, other: &Value) -> Option<bool> {
        let all = |left: &[Value], right: &[Value]| {
            if left.len() != right.len() {
                return Some(false);
            }
            let mut same = Some(true);
            for (left, right) in left.iter().zip(right) {
                match left.equals(right) {
                    Some(true) => {}
                    Some(false) => return Some(false),
                    None => same = None,
                }
            }
            same
        };
        Some(match (self, other) {
            (Self::Unknown(_), _) | (_, Self::Unknown(_)) => return None,
            (Self::Symbol(left), Self::Symbol(right)) if left == right => true,
            (Self::Symbol(_), _) | (_, Self::Symbol(_)) => return None,
            (Self::Method(_), _) | (_, Self::Method(_)) => return None,
            (Self::None, Self::None) => true,
            (Self::Str(left), Self::Str(right)) => left == right,
            (Self::Bytes(left), Self::Bytes(right)) => left == right,
            (Self::List(left), Self::List(right)) => return all(&left.borrow(), &right.borrow()),
            (Self::Tuple(left), Self::Tuple(right)) => return all(left, right),
            (Self::Set(left), Self::Set(right)) => {
                let (left, right) = (left.borrow(), right.borrow());
                left.len() == right.len()
                    && left.iter().all(|item| right.iter().any(|other| item.equals(other) == Some(true)))
            }
            (Self::Dict(left), Self::Dict(right)) => {
                let left = left.borrow();
                left.len() == right.borrow().len()
                    && left.iter().all(|(key, value)| {
                        other.get(key).is_some_and(|there| value.equals(&there) == Some(true))
                    })
            }
            (Self::Class(left), Self::Class(right)) => Rc::ptr_eq(left, right),
            (Self::Instance(left), Self::Instance(right)) => {
                // The members of an enum are made anew each time.
                let name = |of: &Rc<Instance>| of.fields.borrow().get("name").cloned();
                Rc::ptr_eq(left, right)
                    || Rc::ptr_eq(&left.class, &right.class)
                        && matches!((name(left), name(right)), (Some(Value::Str(a)), Some(Value::Str(b))) if a == b)
            }
            (Self::Item(left), Self::Item(right)) if Rc::ptr_eq(left, right) => true,
            (Self::Instance(_) | Self::Item(_), Self::None)
            | (Self::None, Self::Instance(_) | Self::Item(_)) => false,
            (Self::Instance(member), Self::Str(text)) | (Self::Str(text), Self::Instance(member)) => {
                return member.text().map(|own| *own == **text);
            }
            // What an object equals is for its class to say, and a thing of SQLAlchemy makes an expression of it.
            (Self::Instance(_) | Self::Item(_), _) | (_, Self::Instance(_) | Self::Item(_)) => return None,
            (left, right) => match (left.number(), right.number()) {
                (Some(left), Some(right)) => left == right,
                _ => false,
            },
        })
    }

    /// Returns a number or truth as a number.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(truth) => Some(f64::from(u8::from(*truth))),
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the elements that a loop over it meets; `None` when it has none, or not in a known order.
    pub(super) fn elements(&self) -> Option<Vec<Value>> {
        Some(match self {
            Self::List(items) => items.borrow().clone(),
            Self::Tuple(items) => items.to_vec(),
            Self::Dict(entries) => entries.borrow().iter().map(|(key, _)| key.clone()).collect(),
            Self::Str(text) => text.chars().map(|letter| Self::str(letter.to_string())).collect(),
            // The order in which Python goes through a set of several texts differs from run to run.
            Self::Set(items) if items.borrow().len() < 2 => items.borrow().clone(),
            Self::Class(class) => super::builtin::members(class)?,
            Self::Item(item) => match &**item {
                Item::Columns(table) => table.names().filter_map(|name| table.column(&name)).collect(),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Says in a few words what it is, for messages.
    pub(super) fn what(&self) -> String {
        match self {
            Self::None => "`None`".to_owned(),
            Self::Bool(_) => "a truth value".to_owned(),
            Self::Int(_) | Self::Float(_) => "a number".to_owned(),
            Self::Str(_) => "a string".to_owned(),
            Self::Bytes(_) => "bytes".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Tuple(_) => "a tuple".to_owned(),
            Self::Set(_) => "a set".to_owned(),
            Self::Dict(_) => "a dictionary".to_owned(),
            Self::Function(function) => format!("the function `{}`", function.name()),
            Self::Class(class) => format!("the class `{}`", class.name()),
            Self::Instance(instance) => format!("an object of the class `{}`", instance.class.name()),
            Self::Symbol(name) => format!("`{name}`"),
            Self::Method(of) => format!("`{}` of {}", of.1, of.0.what()),
            Self::Item(item) => item.what(),
            Self::Batch(_) => "a batch".to_owned(),
            Self::Bind => "the connection".to_owned(),
            Self::Engine => "the engine, on a connection of its own".to_owned(),
            Self::Session => "a session".to_owned(),
            Self::Dialect(_) => "the dialect".to_owned(),
            Self::Inspector => "what the database holds".to_owned(),
            Self::Context => "the migration context".to_owned(),
            Self::Logger => "a logger".to_owned(),
            Self::Autocommit => "the autocommit block".to_owned(),
            Self::Unknown(why) => why.to_string(),
        }
    }
}
