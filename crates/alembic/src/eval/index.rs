//! The keys of SQLAlchemy's indexes as the schema model has them.

use limbeck_core::literal::RawSql;
use limbeck_core::schema::{IndexColumn, IndexKey};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::Arguments;
use super::value::Value;

impl Interpreter<'_> {
    /// Converts the keys of an index: names, and expressions with their direction.
    pub(super) fn index_keys(
        &mut self,
        at: TextRange,
        columns: &Value,
        args: &Arguments,
    ) -> Eval<Vec<IndexColumn>> {
        let columns = self.iterate(at, columns)?;
        let mut keys = Vec::with_capacity(columns.len());
        for column in &columns {
            keys.push(self.index_key(at, column)?);
        }
        self.per_column(at, args, "postgresql_ops", "postgresql", &mut keys, |this, key, value| {
            match this.text_arg(at, Some(value), "postgresql_ops")? {
                Some(text) => key.op_class = Some(RawSql::new(text)),
                None => key.op_class = None,
            }
            Ok(())
        })?;
        self.per_column(at, args, "mysql_length", "mysql", &mut keys, |this, key, value| match value {
            Value::Int(length) => {
                key.length = u32::try_from(*length).ok();
                Ok(())
            }
            other => this.untold(at, format!("`mysql_length` is {}", other.what())),
        })?;
        Ok(keys)
    }

    fn per_column(
        &mut self,
        at: TextRange,
        args: &Arguments,
        name: &str,
        dialect: &str,
        keys: &mut [IndexColumn],
        set: impl Fn(&Self, &mut IndexColumn, &Value) -> Eval<()>,
    ) -> Eval<()> {
        let Some(value) = args.named(name).filter(|value| !matches!(value, Value::None)) else {
            return Ok(());
        };
        if self.dialect != dialect {
            return Ok(());
        }
        for key in keys {
            let own = match (value, &key.key) {
                (Value::Dict(_), IndexKey::Column(column)) => value.get(&Value::str(column.as_str())),
                (Value::Dict(_), IndexKey::Sql(_)) => {
                    return self.untold(at, format!("`{name}` of an expression"));
                }
                (one, _) => Some(one.clone()),
            };
            if let Some(own) = own {
                set(self, key, &own)?;
            }
        }
        Ok(())
    }
}
