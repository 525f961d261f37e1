//! Arguments as names, texts, flags and numbers.

use limbeck_core::name::{Ident, TableName};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::Item;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn ident(&self, at: TextRange, name: &str) -> Eval<Ident> {
        match Ident::new(name) {
            Ok(ident) => Ok(ident),
            Err(error) => self.untold(at, error.to_string()),
        }
    }

    /// Returns a table's name from its parts. A dot in the name is a part of it.
    pub(super) fn table_name(&self, at: TextRange, name: &str, schema: Option<&str>) -> Eval<TableName> {
        // An empty schema is none, as in SQLAlchemy.
        let schema = schema.filter(|schema| !schema.is_empty());
        let schema = schema.map(|schema| self.ident(at, schema)).transpose()?;
        Ok(TableName { schema, name: self.ident(at, name)? })
    }

    /// Returns a text argument; `None` when it is not given or `None`.
    pub(super) fn text_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<String>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(Value::Str(text)) => Ok(Some(text.to_string())),
            Some(Value::Item(item))
                if let Item::Construct(kind, args) = &**item
                    && &**kind == "quoted_name" =>
            {
                self.text_arg(at, args.get(0, "value"), name)
            }
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    pub(super) fn flag_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<bool>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(value @ (Value::Bool(_) | Value::Int(_))) => Ok(value.truth()),
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    pub(super) fn int_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<i64>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    /// Stops at an argument that is not known, rather than leave it out.
    pub(super) fn only(
        &self,
        at: TextRange,
        what: &str,
        args: &[(String, Value)],
        known: &[&str],
    ) -> Eval<()> {
        match args.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, _)) => self.untold(at, format!("the argument `{key}` of `{what}`")),
            None => Ok(()),
        }
    }

    /// Returns the names of columns, each given as a text or a column.
    pub(super) fn column_names(&mut self, at: TextRange, value: &Value) -> Eval<Vec<Ident>> {
        let items = match value {
            Value::Str(text) => vec![Value::Str(text.clone())],
            other => self.iterate(at, other)?,
        };
        items.iter().map(|item| self.column_name(at, item)).collect()
    }

    fn column_name(&mut self, at: TextRange, value: &Value) -> Eval<Ident> {
        match value {
            Value::Str(text) => self.ident(at, text),
            Value::Item(item) => match &**item {
                Item::Column(column) => self.ident(at, &column.name),
                other => self.untold(at, format!("a column is {}", other.what())),
            },
            other => self.untold(at, format!("a column is {}", other.what())),
        }
    }
}
