//! `create_index` and `drop_index`, of `op` and of a batch.

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_core::action::{Action, AddIndex, RemoveIndex};
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::op::{CreateIndex, DropIndex};
use limbeck_core::schema::{Index, IndexColumn};
use ruff_text_size::TextRange;

use super::Batch;
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::Arguments;
use crate::eval::value::Value;

const KNOWN: [&str; 26] = [
    "index_name",
    "name",
    "table_name",
    "columns",
    "schema",
    "unique",
    "quote",
    "if_not_exists",
    "info",
    "postgresql_using",
    "postgresql_where",
    "postgresql_concurrently",
    "postgresql_include",
    "postgresql_ops",
    "postgresql_with",
    "postgresql_tablespace",
    "postgresql_nulls_not_distinct",
    "mysql_length",
    "mysql_using",
    "mysql_prefix",
    "sqlite_where",
    "mssql_clustered",
    "mssql_where",
    "mssql_include",
    "oracle_bitmap",
    "mariadb_length",
];

impl Interpreter<'_> {
    pub(super) fn create_index(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        let Some(table) = self.text_arg(at, args.get(1, "table_name"), "table_name")? else {
            return self.untold(at, "an index of no table");
        };
        let schema = self.text_arg(at, args.named("schema"), "schema")?;
        let table = self.table_name(at, &table, schema.as_deref())?;
        let columns = args.get(2, "columns").cloned().unwrap_or(Value::None);
        let index = self.index(at, args.get(0, "index_name"), &columns, args)?;
        let if_not_exists = self.flag_arg(at, args.named("if_not_exists"), "if_not_exists")? == Some(true);
        let concurrently = args.flag("postgresql_concurrently") && self.dialect == "postgresql";
        self.record(CreateIndex { table, index, if_not_exists, concurrently });
        Ok(Value::None)
    }

    pub(super) fn drop_index(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        let known = [
            "index_name",
            "table_name",
            "schema",
            "if_exists",
            "postgresql_concurrently",
            "postgresql_using",
            "postgresql_where",
            "sqlite_where",
            "postgresql_include",
            "mysql_length",
            "postgresql_ops",
            "postgresql_with",
            "mssql_where",
        ];
        self.only(at, "drop_index", &args.named, &known)?;
        let Some(name) = self.text_arg(at, args.get(0, "index_name"), "index_name")? else {
            return self.untold(at, "an index without a name is dropped");
        };
        let schema = self.text_arg(at, args.named("schema"), "schema")?;
        let table = match self.text_arg(at, args.get(1, "table_name"), "table_name")? {
            Some(table) => Some(self.table_name(at, &table, schema.as_deref())?),
            None => None,
        };
        let drop = DropIndex {
            index: self.ident(at, &name)?,
            table,
            if_exists: self.flag_arg(at, args.named("if_exists"), "if_exists")? == Some(true),
            concurrently: args.flag("postgresql_concurrently") && self.dialect == "postgresql",
        };
        self.record(drop);
        Ok(Value::None)
    }

    pub(super) fn batch_index(
        &mut self,
        at: TextRange,
        op: &str,
        batch: &Rc<RefCell<Batch>>,
        args: &Arguments,
    ) -> Eval<Value> {
        if args.flag("postgresql_concurrently") && self.dialect == "postgresql" {
            return self.untold(at, "an index is made concurrently within a batch");
        }
        let action = match op {
            "create_index" => {
                let columns = args.get(1, "columns").cloned().unwrap_or(Value::None);
                let index = self.index(at, args.get(0, "index_name"), &columns, args)?;
                let if_not_exists =
                    self.flag_arg(at, args.named("if_not_exists"), "if_not_exists")? == Some(true);
                Action::CreateIndex(AddIndex { index, if_not_exists })
            }
            _ => {
                self.only(
                    at,
                    op,
                    &args.named,
                    &[
                        "index_name",
                        "if_exists",
                        "postgresql_using",
                        "postgresql_where",
                        "sqlite_where",
                        "mssql_where",
                        "postgresql_include",
                        "mysql_length",
                        "postgresql_ops",
                    ],
                )?;
                let Some(name) = self.text_arg(at, args.get(0, "index_name"), "index_name")? else {
                    return self.untold(at, "an index without a name is dropped");
                };
                let if_exists = self.flag_arg(at, args.named("if_exists"), "if_exists")? == Some(true);
                Action::DropIndex(RemoveIndex { index: self.ident(at, &name)?, if_exists })
            }
        };
        batch.borrow_mut().actions.push(action);
        Ok(Value::None)
    }

    /// Converts `sa.Index(name, *columns)` in a table.
    pub(super) fn index_object(&mut self, at: TextRange, args: &Arguments) -> Eval<Index> {
        let columns = Value::list(args.positional.iter().skip(1).cloned().collect());
        self.index(at, args.positional.first(), &columns, args)
    }

    fn index(
        &mut self,
        at: TextRange,
        name: Option<&Value>,
        columns: &Value,
        args: &Arguments,
    ) -> Eval<Index> {
        self.only(at, "create_index", &args.named, &KNOWN)?;
        let Some(name) = self.text_arg(at, name, "index_name")? else {
            return self.untold(at, "an index without a name");
        };
        let keys: Vec<IndexColumn> = self.index_keys(at, columns, args)?;
        if keys.is_empty() {
            return self.untold(at, "an index of no columns");
        }
        let mut index = Index::new(self.ident(at, &name)?, keys);
        index.unique = self.flag_arg(at, args.named("unique"), "unique")? == Some(true);
        let there = |name: &str| args.named(name).filter(|value| !matches!(value, Value::None)).cloned();
        match self.dialect {
            "postgresql" => {
                if let Some(using) = self.text_arg(at, args.named("postgresql_using"), "postgresql_using")? {
                    index.using = Some(self.ident(at, &using)?);
                }
                if let Some(filter) = there("postgresql_where") {
                    index.filter = Some(RawSql::new(self.condition_text(at, &filter)?));
                }
                if let Some(include) = there("postgresql_include") {
                    index.include = self.column_names(at, &include)?;
                }
                index.nulls_not_distinct = args.flag("postgresql_nulls_not_distinct");
                if let Some(space) =
                    self.text_arg(at, args.named("postgresql_tablespace"), "postgresql_tablespace")?
                {
                    let own = index.options.entry("postgres".to_owned()).or_default();
                    own.insert("tablespace".to_owned(), Literal::text(space));
                }
                if let Some(Value::Dict(entries)) = there("postgresql_with") {
                    let text = |(key, value): &(Value, Value)| {
                        Some(format!("{} = {}", key.as_str()?, crate::eval::format::str(value)?))
                    };
                    let parts: Option<Vec<String>> = entries.borrow().iter().map(text).collect();
                    let Some(parts) = parts else { return self.untold(at, "`postgresql_with`") };
                    let own = index.options.entry("postgres".to_owned()).or_default();
                    own.insert("with".to_owned(), Literal::text(parts.join(", ")));
                }
            }
            "sqlite" => {
                if let Some(filter) = there("sqlite_where") {
                    index.filter = Some(RawSql::new(self.condition_text(at, &filter)?));
                }
            }
            _ => {
                if there("mysql_using").is_some() {
                    return self.untold(at, "`mysql_using` of an index");
                }
                if let Some(prefix) = self.text_arg(at, args.named("mysql_prefix"), "mysql_prefix")? {
                    index.using = Some(self.ident(at, &prefix.to_lowercase())?);
                }
            }
        }
        Ok(index)
    }
}
