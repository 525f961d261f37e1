//! Attributes: of modules, of objects, of SQLAlchemy's and Alembic's things.

use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use super::call::{Outside, is_known, outside};
use super::function::{Class, Instance, Kind};
use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Item};
use super::mapped;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn attribute(&mut self, at: &Expr, object: &Value, name: &str) -> Eval<Value> {
        let method = || Value::Method(Rc::new((object.clone(), name.to_owned())));
        Ok(match object {
            Value::Symbol(symbol) => {
                if is_known(symbol) || self.types.knows(&format!("{symbol}.{name}")) {
                    Value::Symbol(Rc::from(format!("{symbol}.{name}")))
                } else {
                    self.import(symbol, name)
                }
            }
            Value::Bind => match name {
                "dialect" => Value::Dialect(Rc::from(self.dialect)),
                "engine" => Value::Engine,
                "connection" => Value::Bind,
                _ => method(),
            },
            Value::Engine => match name {
                "dialect" => Value::Dialect(Rc::from(self.dialect)),
                "engine" => Value::Engine,
                "name" => Value::str(self.dialect),
                _ => method(),
            },
            Value::Session if name == "bind" => Value::Bind,
            Value::Session => method(),
            Value::Context => match name {
                "dialect" => Value::Dialect(Rc::from(self.dialect)),
                "bind" | "connection" => Value::Bind,
                "version_table_schema" => match self.version_table.and_then(|table| table.schema.as_ref()) {
                    Some(schema) => Value::str(schema.as_str()),
                    None => Value::None,
                },
                "as_sql" => Value::Bool(false),
                "autocommit_block" | "get_bind" | "execute" => method(),
                _ => Value::unknown(format!("`{name}` of the migration context")),
            },
            Value::Dialect(dialect) => match name {
                "name" => Value::Str(dialect.clone()),
                _ => method(),
            },
            Value::Inspector => match name {
                "dialect" => Value::Dialect(Rc::from(self.dialect)),
                "bind" | "engine" => Value::Engine,
                "default_schema_name" => {
                    Value::unknown("the schema that the database takes where none is named")
                }
                _ => method(),
            },
            Value::Class(class) => self.of_class(class, name)?,
            Value::Instance(instance) => {
                let field = instance.fields.borrow().get(name).cloned();
                match field.or_else(|| instance.class.get(name)) {
                    Some(Value::Function(function)) => match function.kind {
                        Kind::Static => Value::Function(function),
                        Kind::ClassMethod => {
                            Value::Function(Rc::new(function.bound(Value::Class(instance.class.clone()))))
                        }
                        Kind::Property => {
                            let bound = Rc::new(function.bound(object.clone()));
                            self.run(&bound, Arguments::default(), at.range())?
                        }
                        _ => Value::Function(Rc::new(function.bound(object.clone()))),
                    },
                    Some(value) => value,
                    None => return self.untold(at, format!("`{name}` of {}", object.what())),
                }
            }
            Value::Item(item) => self.of_item(at, item, name)?,
            Value::Function(function) if name == "__name__" => Value::str(function.name()),
            Value::Unknown(why) => Value::unknown(why),
            Value::None => return self.raise(at, "AttributeError", &format!("`None` has no `{name}`")),
            _ => method(),
        })
    }

    fn of_class(&mut self, class: &Rc<Class>, name: &str) -> Eval<Value> {
        if is_enum(class)
            && !name.starts_with('_')
            && let Some(member) = member(class, name)
        {
            return Ok(member);
        }
        Ok(match class.get(name) {
            Some(Value::Function(function)) if function.kind == Kind::ClassMethod => {
                Value::Function(Rc::new(function.bound(Value::Class(class.clone()))))
            }
            Some(value) => mapped::placed(class, name, value),
            None if name == "__name__" => Value::str(class.name()),
            None => Value::unknown(format!("`{}.{name}`", class.name())),
        })
    }

    fn of_item(&mut self, at: &Expr, item: &Rc<Item>, name: &str) -> Eval<Value> {
        let method = Value::Method(Rc::new((Value::Item(item.clone()), name.to_owned())));
        Ok(match (&**item, name) {
            (Item::Rows, _) => match name {
                "rowcount" => Value::unknown("how many rows a statement changed"),
                _ => method,
            },
            (Item::Table(table), "c" | "columns") => Value::item(Item::Columns(table.clone())),
            (Item::Table(table), "name") => Value::Str(table.name.clone()),
            (Item::Columns(table), name) => match table.column(name) {
                Some(column) => column,
                None => {
                    return self
                        .untold(at, format!("the table `{}` has no column `{name}` here", table.name));
                }
            },
            (Item::Metadata(metadata), "tables") => metadata.tables(),
            (Item::Construct(kind, args), "metadata") if &**kind == "declarative_base" => {
                args.named("metadata").cloned().unwrap_or_else(|| Value::item(Item::Metadata(Rc::default())))
            }
            (Item::Column(column), "name" | "key") => Value::Str(column.name.clone()),
            (Item::Column(column), "type") => column.ty.clone().unwrap_or(Value::None),
            (Item::Type(ty), "enums" | "name" | "length") => {
                ty.args.named(name).cloned().unwrap_or_else(|| Value::unknown(format!("`{name}` of a type")))
            }
            _ => method,
        })
    }
}

/// Says whether a class is an enum of Python.
pub(super) fn is_enum(class: &Class) -> bool {
    class.descends_from(&|name| {
        matches!(outside(name), Outside::Other(name) if name.starts_with("enum.")
            && ["Enum", "IntEnum", "StrEnum"].contains(&name.rsplit('.').next().unwrap_or_default()))
    })
}

/// Returns a member of an enum.
pub(super) fn member(class: &Rc<Class>, name: &str) -> Option<Value> {
    let value = class.scope.names.borrow().get(name)?.clone();
    if matches!(value, Value::Function(_) | Value::Class(_)) {
        return None;
    }
    let instance = Instance { class: class.clone(), fields: Default::default() };
    instance.fields.borrow_mut().insert("name".to_owned(), Value::str(name));
    instance.fields.borrow_mut().insert("value".to_owned(), value);
    Some(Value::Instance(Rc::new(instance)))
}
