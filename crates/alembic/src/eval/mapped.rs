//! Classes that the ORM maps to tables: which table a class's column is of.

use std::rc::Rc;

use super::function::Class;
use super::item::{Column, Item, Owner};
use super::value::Value;

/// Returns the table that a class says its own columns are of; `None` where anything else has a say in it.
fn owner(class: &Class) -> Option<Owner> {
    let own = class.scope.names.borrow().get("__tablename__").cloned();
    let Some(Value::Str(name)) = own else { return None };
    if !is_declarative(class) || ["__table_args__", "__table__"].iter().any(|name| class.get(name).is_some())
    {
        return None;
    }
    Some(Owner { name, schema: None, alias: None })
}

/// Says whether all that a class comes from is SQLAlchemy's base and classes of the application, none of which names a schema.
fn is_declarative(class: &Class) -> bool {
    class.scope.names.borrow().get("metadata").is_none_or(names_no_schema)
        && class.bases.iter().all(|base| match base {
            // A query of what inherits from another table is of both.
            Value::Class(base) => base.get("__tablename__").is_none() && is_declarative(base),
            Value::Symbol(name) => &**name == "sqlalchemy.orm.DeclarativeBase",
            Value::Item(item) => match &**item {
                Item::Construct(kind, args) => {
                    &**kind == "declarative_base"
                        && args.positional.is_empty()
                        && args.named.iter().all(|(name, value)| name == "metadata" && names_no_schema(value))
                }
                _ => false,
            },
            _ => false,
        })
}

fn names_no_schema(metadata: &Value) -> bool {
    matches!(metadata, Value::Item(item) if matches!(&**item, Item::Metadata(metadata) if !metadata.has_schema))
}

/// Returns what a class binds to a name: a column of its own as one of its table, which to a class that inherits it it is not.
pub(super) fn placed(class: &Rc<Class>, name: &str, value: Value) -> Value {
    if let Value::Item(item) = &value
        && let Item::Column(column) = &**item
        && column.table.get().is_none()
        && class.scope.names.borrow().contains_key(name)
        && let Some(owner) = owner(class)
    {
        return Value::item(Item::Column(Column { table: Rc::new(owner.into()), ..column.clone() }));
    }
    value
}
