//! Methods: of texts, lists and dictionaries, of the connection, of SQLAlchemy's and Alembic's things.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::format;
use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Item, Type};
use super::statement::index;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn method(
        &mut self,
        at: TextRange,
        object: &Value,
        name: &str,
        args: Arguments,
    ) -> Eval<Value> {
        let result = match object {
            Value::Str(text) => self.text_method(at, text, name, &args)?,
            Value::List(items) => {
                let mut items = items.borrow_mut();
                match (name, args.positional.first()) {
                    ("append", Some(value)) => {
                        items.push(value.clone());
                        Some(Value::None)
                    }
                    ("extend", Some(more)) => {
                        let more = match more {
                            // A list may be extended by itself.
                            Value::List(other) if other.try_borrow().is_err() => None,
                            more => more.elements(),
                        };
                        more.map(|more| {
                            items.extend(more);
                            Value::None
                        })
                    }
                    ("insert", Some(Value::Int(position))) => args.positional.get(1).map(|value| {
                        let len = items.len();
                        let position = index(*position, len).unwrap_or(if *position < 0 { 0 } else { len });
                        items.insert(position, value.clone());
                        Value::None
                    }),
                    ("copy", None) => Some(Value::list(items.clone())),
                    ("pop", None) => items.pop(),
                    ("index", Some(value)) => items
                        .iter()
                        .position(|item| item.equals(value) == Some(true))
                        .map(|at| Value::Int(at as i64)),
                    _ => None,
                }
            }
            Value::Set(items) => match (name, args.positional.first()) {
                ("add", Some(value)) => {
                    let mut items = items.borrow_mut();
                    if !items.iter().any(|item| item.equals(value) == Some(true)) {
                        items.push(value.clone());
                    }
                    Some(Value::None)
                }
                _ => None,
            },
            Value::Dict(_)
                if let Some(key) = args.positional.first()
                    && ["get", "pop", "setdefault"].contains(&name)
                    && object.get(key).is_none()
                    && object.may_have(key) =>
            {
                return self.untold(at, format!("it depends on {}", key.what()));
            }
            Value::Dict(entries) => match (name, args.positional.first()) {
                ("items", None) => {
                    let pair = |(key, value): &(Value, Value)| Value::tuple(vec![key.clone(), value.clone()]);
                    Some(Value::list(entries.borrow().iter().map(pair).collect()))
                }
                ("keys", None) => object.elements().map(Value::list),
                ("values", None) => {
                    Some(Value::list(entries.borrow().iter().map(|(_, value)| value.clone()).collect()))
                }
                ("get", Some(key)) => match object.get(key) {
                    Some(value) => Some(value),
                    None => Some(args.positional.get(1).cloned().unwrap_or(Value::None)),
                },
                ("copy", None) => Some(Value::dict(entries.borrow().clone())),
                ("update", Some(Value::Dict(other))) => {
                    let other = other.borrow().clone();
                    other.into_iter().for_each(|(key, value)| object.insert(key, value));
                    Some(Value::None)
                }
                ("pop", Some(key)) => {
                    let found = object.get(key);
                    entries.borrow_mut().retain(|(own, _)| own.equals(key) != Some(true));
                    found.or_else(|| args.positional.get(1).cloned())
                }
                ("setdefault", Some(key)) => {
                    if object.get(key).is_none() {
                        object.insert(key.clone(), args.positional.get(1).cloned().unwrap_or(Value::None));
                    }
                    object.get(key)
                }
                _ => None,
            },
            Value::Logger => Some(Value::None),
            Value::Bind => return self.bind_method(at, name, args),
            Value::Engine => match name {
                "connect" => Some(Value::Engine),
                "has_table" => return self.has_table(at, &args, 0),
                "table_names" => return self.inspect(at, "get_table_names", &args),
                _ => None,
            },
            Value::Session => return self.session_method(at, name, args),
            Value::Context => match name {
                "autocommit_block" => Some(Value::Autocommit),
                "get_bind" => Some(Value::Bind),
                "execute" => return self.execute(at, &args),
                _ => None,
            },
            Value::Dialect(_) => match (name, args.positional.first()) {
                ("type_descriptor", Some(ty)) => Some(ty.clone()),
                ("has_table", Some(_)) => return self.has_table(at, &args, 1),
                _ => None,
            },
            Value::Inspector => return self.inspect(at, name, &args),
            Value::Batch(batch) => {
                let batch = batch.clone();
                return self.batch_op(at, &batch, name, args);
            }
            Value::Item(item) => return self.item_method(at, item, name, args),
            _ => None,
        };
        match result {
            Some(value) => Ok(value),
            None => self.untold(at, format!("`{name}` of {}", object.what())),
        }
    }

    fn text_method(
        &mut self,
        at: TextRange,
        text: &str,
        name: &str,
        args: &Arguments,
    ) -> Eval<Option<Value>> {
        let first = args.positional.first();
        let second = args.positional.get(1).and_then(Value::as_str);
        let truth = |truth: bool| Some(Value::Bool(truth));
        Ok(match (name, first) {
            ("format", _) => format::format(text, &args.positional, &args.named).map(Value::str),
            ("join", Some(Value::Set(_))) => return self.untold(at, "it depends on the order of a set"),
            ("join", Some(items)) => {
                let items = self.iterate(at, items)?;
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.map(|texts| Value::str(texts.join(text)))
            }
            ("strip", None) => Some(Value::str(text.trim())),
            ("lstrip", None) => Some(Value::str(text.trim_start())),
            ("rstrip", None) => Some(Value::str(text.trim_end())),
            ("strip", Some(Value::Str(letters))) => {
                Some(Value::str(text.trim_matches(&letters.chars().collect::<Vec<_>>()[..])))
            }
            ("rstrip", Some(Value::Str(letters))) => {
                Some(Value::str(text.trim_end_matches(&letters.chars().collect::<Vec<_>>()[..])))
            }
            ("lower", None) => Some(Value::str(text.to_lowercase())),
            ("upper", None) => Some(Value::str(text.to_uppercase())),
            ("title", None) if text.is_ascii() => {
                let mut start = true;
                let letter = |letter: char| {
                    let made = if start { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
                    start = !letter.is_ascii_alphabetic();
                    made
                };
                Some(Value::str(text.chars().map(letter).collect::<String>()))
            }
            ("replace", Some(Value::Str(from))) => second.map(|to| Value::str(text.replace(&**from, to))),
            ("startswith", Some(Value::Str(start))) => truth(text.starts_with(&**start)),
            ("endswith", Some(Value::Str(end))) => truth(text.ends_with(&**end)),
            ("split", None) => Some(Value::list(text.split_whitespace().map(Value::str).collect())),
            ("split", Some(Value::Str(by))) if args.positional.len() == 1 && !by.is_empty() => {
                Some(Value::list(text.split(&**by).map(Value::str).collect()))
            }
            ("splitlines", None) => Some(Value::list(text.lines().map(Value::str).collect())),
            ("encode", _) => Some(Value::Bytes(Rc::from(text.as_bytes()))),
            _ => None,
        })
    }

    fn bind_method(&mut self, at: TextRange, name: &str, args: Arguments) -> Eval<Value> {
        match name {
            "execute" | "exec_driver_sql" | "scalar" | "scalars" => {
                if name == "exec_driver_sql" {
                    return self.driver_sql(at, &args);
                }
                self.execute(at, &args)
            }
            "get_bind" | "connect" => Ok(Value::Bind),
            "has_table" => self.has_table(at, &args, 0),
            "table_names" => self.inspect(at, "get_table_names", &args),
            _ => self.untold(at, format!("`{name}` of the connection")),
        }
    }

    /// Does what a session does that holds no objects. It has joined the transaction of the connection, so that only its
    /// `rollback` would reach that.
    fn session_method(&mut self, at: TextRange, name: &str, mut args: Arguments) -> Eval<Value> {
        match name {
            // What is behind the parameters is no row.
            "execute" if args.positional.len() < 3 => {
                for (key, _) in args.named.iter_mut().filter(|(key, _)| key == "params") {
                    "parameters".clone_into(key);
                }
                self.execute(at, &args)
            }
            "commit" | "flush" | "close" => Ok(Value::None),
            "connection" | "get_bind" if args.positional.is_empty() && args.named.is_empty() => {
                Ok(Value::Bind)
            }
            _ => self.untold(at, format!("`{name}` of a session")),
        }
    }

    fn item_method(&mut self, at: TextRange, item: &Rc<Item>, name: &str, args: Arguments) -> Eval<Value> {
        match &**item {
            Item::Rows => Ok(Value::unknown(item.what())),
            Item::Type(ty) => match name {
                "with_variant" => {
                    let Some(other) = args.positional.first() else { return self.untold(at, "a variant") };
                    let mut made = ty.clone();
                    for dialect in &args.positional[1..] {
                        match dialect.as_str() {
                            Some(dialect) => made.variants.push((dialect.to_owned(), other.clone())),
                            None => return self.untold(at, "a variant for a dialect that is not known"),
                        }
                    }
                    if let Some(dialect) = args.named("dialect_name").and_then(Value::as_str) {
                        made.variants.push((dialect.to_owned(), other.clone()));
                    }
                    Ok(Value::item(Item::Type(made)))
                }
                "create" | "drop" => self.enum_method(at, ty, name, &args),
                "copy" => Ok(Value::Item(item.clone())),
                "evaluates_none" => Ok(Value::item(Item::Type(Type { ..ty.clone() }))),
                _ => self.untold(at, format!("`{name}` of a type")),
            },
            _ => self.sql_method(at, item, name, args),
        }
    }
}
