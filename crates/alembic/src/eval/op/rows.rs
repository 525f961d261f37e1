//! `execute` and `bulk_insert`, of `op` and of the connection.

use limbeck_core::literal::RawSql;
use limbeck_core::op::Execute;
use ruff_text_size::TextRange;

use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Item};
use crate::eval::sql;
use crate::eval::value::Value;

impl Interpreter<'_> {
    /// Runs a statement, and gives back that what it gives is not known.
    pub(in crate::eval) fn execute(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        self.only(at, "execute", &args.named, &["sqltext", "statement", "execution_options", "parameters"])?;
        if args.named("execution_options").is_some_and(|value| value.truth() != Some(false)) {
            return self.untold(at, "a statement with `execution_options`");
        }
        let statement =
            args.positional.first().or_else(|| args.named("sqltext").or_else(|| args.named("statement")));
        let Some(statement) = statement.cloned() else { return self.untold(at, "a statement is missing") };
        let parameters = match args.positional.get(1..) {
            // Several rows, one beside the other, as they could be given once.
            Some(rows @ [_, _, ..]) if rows.iter().all(|row| matches!(row, Value::Dict(_))) => {
                Some(Value::list(rows.to_vec()))
            }
            Some([_, _, ..]) => return self.untold(at, "a statement with further arguments"),
            _ => args.get(1, "parameters").cloned(),
        };
        let texts = self.statement_texts(at, &statement, parameters.as_ref())?;
        for text in texts {
            self.record(Execute { sql: RawSql::new(text), state: None });
        }
        Ok(Value::item(Item::Rows))
    }

    /// Runs a text as it stands, with no parameters in it.
    pub(in crate::eval) fn driver_sql(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        match (args.positional.first(), args.positional.len()) {
            (Some(Value::Str(text)), 1) => {
                let text = text.to_string();
                self.record(Execute { sql: RawSql::new(text), state: None });
                Ok(Value::item(Item::Rows))
            }
            _ => self.untold(at, "`exec_driver_sql` with parameters"),
        }
    }

    /// Inserts rows, each with a statement of its own, as Alembic writes them in scripts.
    pub(super) fn bulk_insert(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        self.only(at, "bulk_insert", &args.named, &["table", "rows", "multiinsert"])?;
        let Some(Value::Item(item)) = args.get(0, "table").cloned() else {
            return self.untold(at, "`bulk_insert` into no table");
        };
        let Item::Table(table) = &*item else {
            return self.untold(at, format!("`bulk_insert` into {}", item.what()));
        };
        let rows = match args.get(1, "rows").cloned() {
            Some(rows) => self.iterate(at, &rows)?,
            None => Vec::new(),
        };
        for row in rows {
            let Value::Dict(entries) = &row else {
                return self.untold(at, format!("a row is {}", row.what()));
            };
            let entries = entries.borrow().clone();
            let insert = sql::Insert { table: table.clone(), values: Vec::new() };
            let mut values = Vec::new();
            for (key, value) in entries {
                match key.as_str() {
                    Some(key) => values.push((key.to_owned(), value)),
                    None => return self.untold(at, "a row with columns that are no texts"),
                }
            }
            let text = self.insert_text(at, &sql::Insert { values, ..insert })?;
            self.record(Execute { sql: RawSql::new(text), state: None });
        }
        Ok(Value::None)
    }
}
