//! What SQLAlchemy's functions give: schema objects, expressions and statements.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::statement::{Insert, Select, Statement};
use super::{Level, Piece, Sql};
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Column, Item, Table, Type};
use crate::eval::metadata::Metadata;
use crate::eval::value::Value;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateEnum, DropEnum};
use limbeck_core::schema::NamedEnum;

/// The constructors whose arguments are looked at where the object is used.
const CONSTRUCTS: [&str; 14] = [
    "ForeignKey",
    "ForeignKeyConstraint",
    "PrimaryKeyConstraint",
    "UniqueConstraint",
    "CheckConstraint",
    "Index",
    "Computed",
    "Identity",
    "Default",
    "ColumnDefault",
    "DefaultClause",
    "FetchedValue",
    "quoted_name",
    "Sequence",
];

/// The classes of types.
const TYPES: [&str; 42] = [
    "String",
    "VARCHAR",
    "Unicode",
    "Text",
    "TEXT",
    "UnicodeText",
    "CHAR",
    "NCHAR",
    "NVARCHAR",
    "CLOB",
    "Integer",
    "INTEGER",
    "INT",
    "SmallInteger",
    "SMALLINT",
    "BigInteger",
    "BIGINT",
    "Boolean",
    "BOOLEAN",
    "Float",
    "FLOAT",
    "Double",
    "DOUBLE",
    "DOUBLE_PRECISION",
    "REAL",
    "Numeric",
    "NUMERIC",
    "DECIMAL",
    "Date",
    "DATE",
    "Time",
    "TIME",
    "DateTime",
    "DATETIME",
    "TIMESTAMP",
    "Interval",
    "LargeBinary",
    "PickleType",
    "BLOB",
    "BINARY",
    "VARBINARY",
    "JSON",
];

impl Interpreter<'_> {
    /// Calls a function or class of SQLAlchemy, by its last name.
    pub(in crate::eval) fn sa(&mut self, at: TextRange, name: &str, args: Arguments) -> Eval<Value> {
        if TYPES.contains(&name) || ["Uuid", "UUID", "Enum", "ARRAY", "NullType"].contains(&name) {
            let ty = Type { name: Rc::from(format!("sa.{name}")), class: None, args, variants: Vec::new() };
            return Ok(Value::item(Item::Type(ty)));
        }
        if CONSTRUCTS.contains(&name) {
            return Ok(Value::item(Item::Construct(Rc::from(name), args)));
        }
        let sql = |sql: Sql| Ok(Value::item(Item::Sql(sql)));
        match name {
            "Column" | "column" => self.new_column(at, name, args),
            "Table" | "table" => self.new_table(at, name, args),
            "text" => match args.get(0, "text") {
                Some(Value::Str(text)) => {
                    sql(Sql { pieces: vec![Piece::Author(text.to_string(), Vec::new())], level: Level::Atom })
                }
                Some(other) => self.untold(at, format!("the SQL is {}", other.what())),
                None => self.untold(at, "the SQL is missing"),
            },
            "DDL" => match args.get(0, "statement") {
                Some(Value::Str(text)) => {
                    let text = crate::eval::format::percent(text, &Value::dict(Vec::new()));
                    match text {
                        Some(text) => sql(Sql::atom(text)),
                        None => self.untold(at, "`DDL` with parameters"),
                    }
                }
                _ => self.untold(at, "the SQL is missing"),
            },
            "literal_column" => match args.get(0, "text") {
                Some(Value::Str(text)) => sql(Sql::atom(&**text)),
                _ => self.untold(at, "the SQL is missing"),
            },
            "literal" | "bindparam" if name == "literal" => match args.get(0, "value") {
                Some(value) => sql(Sql::value(value.clone())),
                None => self.untold(at, "a value is missing"),
            },
            "bindparam" => Ok(Value::item(Item::Construct(Rc::from("bindparam"), args))),
            "true" | "false" => sql(Sql::value(Value::Bool(name == "true"))),
            "null" => sql(Sql::atom("NULL")),
            "and_" | "or_" => {
                let (level, word) = if name == "and_" { (Level::And, " AND ") } else { (Level::Or, " OR ") };
                let mut parts = Vec::new();
                for value in &args.positional {
                    parts.push(self.expressed(at, value)?.within(match level {
                        Level::And => Level::Not,
                        _ => Level::And,
                    }));
                }
                if parts.len() == 1 {
                    return sql(parts.remove(0));
                }
                sql(Sql::join(level, Sql::list(parts, word)))
            }
            "not_" => match args.positional.first() {
                Some(value) => {
                    let value = value.clone();
                    self.sql_unary(at, ruff_python_ast::UnaryOp::Invert, &value)
                }
                None => self.untold(at, "`not_` of nothing"),
            },
            "cast" => {
                let (Some(value), Some(ty)) = (args.positional.first(), args.positional.get(1)) else {
                    return self.untold(at, "`cast` without a type");
                };
                let value = self.expressed(at, value)?;
                let ty = self.cast_type(at, ty)?;
                sql(Sql::join(Level::Atom, [Sql::atom("CAST("), value, Sql::atom(format!(" AS {ty})"))]))
            }
            "case" => self.case(at, &args),
            "desc" | "asc" => match args.positional.first() {
                Some(value) => {
                    let value = self.expressed(at, value)?;
                    sql(Sql::join(Level::Or, [value, Sql::atom(format!(" {}", name.to_uppercase()))]))
                }
                None => self.untold(at, format!("`{name}` of nothing")),
            },
            "insert" | "update" | "delete" => match args.positional.first() {
                Some(Value::Item(item)) if let Item::Table(table) = &**item => {
                    Ok(Value::item(Item::Statement(Statement::new(name, table.clone()))))
                }
                Some(other) => self.untold(at, format!("`{name}` of {}", other.what())),
                None => self.untold(at, format!("`{name}` of nothing")),
            },
            "select" => {
                let columns = args.positional.clone();
                let select = Select { columns, ..Select::default() };
                Ok(Value::item(Item::Statement(Statement::Select(select))))
            }
            "exists" => self.untold(at, "`exists`"),
            "inspect" | "from_engine" | "Inspector" => match args.positional.first() {
                Some(Value::Bind | Value::Engine) => Ok(Value::Inspector),
                _ => Ok(Value::unknown("what the database holds, which only a database knows")),
            },
            "conv" => Ok(self.keep_name(&args)),
            "MetaData" => Ok(Value::item(Item::Metadata(Rc::new(Metadata::new(&args))))),
            "func" => self.untold(at, "a call of `func`"),
            _ => self.untold(at, format!("a call of `{name}` of SQLAlchemy")),
        }
    }

    /// Calls `sa.func.…`.
    pub(in crate::eval) fn func(&mut self, at: TextRange, name: &str, args: Arguments) -> Eval<Value> {
        if !args.named.is_empty() {
            return self.untold(at, format!("`func.{name}` with named arguments"));
        }
        let sql = |text: &str| Ok(Value::item(Item::Sql(Sql::atom(text))));
        let postgres = self.dialect == "postgresql";
        match (name, args.positional.is_empty()) {
            ("now", true) if self.dialect == "sqlite" => return sql("CURRENT_TIMESTAMP"),
            (
                "current_timestamp" | "current_date" | "current_time" | "localtime" | "localtimestamp",
                true,
            ) => {
                return sql(&name.to_uppercase());
            }
            ("random" | "rand", true) if !postgres => return sql(&format!("{name}()")),
            ("char_length" | "concat" | "sysdate" | "user" | "session_user", _) => {
                return self.untold(at, format!("`func.{name}`"));
            }
            _ => {}
        }
        let mut parts = Vec::new();
        for value in &args.positional {
            parts.push(self.expressed(at, value)?);
        }
        if name == "count" && parts.is_empty() {
            parts.push(Sql::atom("*"));
        }
        let parts = Sql::list(parts, ", ");
        let all = std::iter::once(Sql::atom(format!("{name}("))).chain(parts).chain([Sql::atom(")")]);
        Ok(Value::item(Item::Sql(Sql::join(Level::Atom, all))))
    }

    /// Calls what one of SQLAlchemy's dialects offers.
    pub(in crate::eval) fn dialect_construct(
        &mut self,
        at: TextRange,
        dialect: &str,
        name: &str,
        args: Arguments,
    ) -> Eval<Value> {
        match (dialect, name) {
            (_, "insert") => self.untold(at, format!("`insert` of the dialect {dialect}")),
            (
                "postgresql",
                "aggregate_order_by" | "array" | "array_agg" | "to_tsvector" | "ExcludeConstraint",
            ) => self.untold(at, format!("`{name}` of PostgreSQL")),
            _ => {
                let name = Rc::from(format!("{dialect}.{name}"));
                Ok(Value::item(Item::Type(Type { name, class: None, args, variants: Vec::new() })))
            }
        }
    }

    fn new_column(&mut self, at: TextRange, kind: &str, args: Arguments) -> Eval<Value> {
        let mut positional = args.positional.into_iter().peekable();
        let mut named = args.named;
        let mut take = |key: &str| {
            let found = named.iter().position(|(own, _)| own == key);
            found.map(|at| named.remove(at).1)
        };
        let name = match positional.peek() {
            Some(Value::Str(_)) => positional.next(),
            _ => take("name").or_else(|| take("text")),
        };
        let name: Rc<str> = match name {
            Some(Value::Str(name)) => name,
            Some(Value::Item(item)) => match super::plain(&item) {
                Some(name) => Rc::from(name),
                None => return self.untold(at, format!("the name of a column is {}", item.what())),
            },
            Some(other) => return self.untold(at, format!("the name of a column is {}", other.what())),
            None => return self.untold(at, "a column without a name"),
        };
        let is_type = |value: &Value| match value {
            Value::Item(item) => matches!(&**item, Item::Type(_)),
            Value::Symbol(_) | Value::Class(_) | Value::Unknown(_) => true,
            _ => false,
        };
        let mut ty = take("type_");
        let mut parts = Vec::new();
        for part in positional {
            match part {
                part if ty.is_none() && parts.is_empty() && is_type(&part) => ty = Some(part),
                Value::None => {}
                part => parts.push(part),
            }
        }
        Ok(Value::item(Item::Column(Column {
            name,
            ty,
            parts,
            named,
            table: Rc::default(),
            is_bare: kind == "column",
        })))
    }

    fn new_table(&mut self, at: TextRange, kind: &str, args: Arguments) -> Eval<Value> {
        let Some(Value::Str(name)) = args.positional.first().or_else(|| args.named("name")) else {
            return self.untold(at, "a table without a name");
        };
        let schema = match args.named("schema") {
            // An empty schema is none.
            Some(Value::Str(schema)) => Some(schema.clone()).filter(|schema| !schema.is_empty()),
            None | Some(Value::None) => None,
            Some(other) => return self.untold(at, format!("the schema is {}", other.what())),
        };
        let skip = if kind == "Table" { 2 } else { 1 };
        let name = name.clone();
        let columns: Vec<Value> = args.positional.iter().skip(skip).cloned().collect();
        let metadata = match args.positional.get(1).or_else(|| args.named("metadata")) {
            Some(Value::Item(item))
                if kind == "Table"
                    && let Item::Metadata(metadata) = &**item =>
            {
                Some(metadata.clone())
            }
            _ => None,
        };
        if schema.is_none() && metadata.as_ref().is_some_and(|metadata| metadata.has_schema) {
            return self.untold(at, "the schema of a `MetaData`");
        }
        let read = |key: &str| args.named(key).is_some_and(|value| value.truth() != Some(false));
        let table = if read("autoload_with") || read("autoload") {
            let all = metadata.clone().unwrap_or_default();
            match self.read_table(at, &name, schema.as_deref(), &columns, &all)? {
                Some(table) => table,
                None => return self.no_such_table(at, &name, schema.as_deref()),
            }
        } else {
            let known = metadata.as_ref().and_then(|all| all.get(&name, schema.as_deref()));
            let made = Table { name, schema, columns, alias: None };
            known.filter(|_| made.columns.is_empty()).unwrap_or(made)
        };
        for column in &table.columns {
            if let Value::Item(item) = column
                && let Item::Column(column) = &**item
            {
                column.table.get_or_init(|| table.owner());
            }
        }
        if let Some(metadata) = metadata {
            metadata.add(&table);
        }
        Ok(Value::item(Item::Table(table)))
    }

    /// `Enum(…).create(bind)` and `.drop(bind)`: a type where the database has named enums, else nothing.
    pub(in crate::eval) fn enum_method(
        &mut self,
        at: TextRange,
        ty: &Type,
        name: &str,
        args: &Arguments,
    ) -> Eval<Value> {
        let is_enum = ["sa.Enum", "postgresql.ENUM"].contains(&&*ty.name);
        if !is_enum {
            return self.untold(at, format!("`{name}` of a type that is no enum"));
        }
        if self.dialect != "postgresql" {
            return Ok(Value::None);
        }
        if let Some(Value::Engine) = args.get(0, "bind") {
            return self.untold(at, format!("`{name}` of a type on {}", Value::Engine.what()));
        }
        let checkfirst = args.get(1, "checkfirst").map(|value| self.truth(at, &value.clone())).transpose()?;
        // The default differs: `sa.Enum` does not look, `postgresql.ENUM` does.
        let checkfirst = checkfirst.unwrap_or(&*ty.name == "postgresql.ENUM");
        let typed = self.typed(at, &Value::item(Item::Type(Type { variants: Vec::new(), ..ty.clone() })))?;
        let enum_name: Option<TableName> = match typed.ty {
            limbeck_core::column_type::ColumnType::Enum { name, .. } => name,
            _ => None,
        };
        let Some(enum_name) = enum_name else { return Ok(Value::None) };
        match name {
            "create" => {
                let values = self.texts_of_enum(at, ty)?;
                let definition = NamedEnum { name: enum_name, values };
                self.record(CreateEnum { definition, if_not_exists: checkfirst });
            }
            _ => self.record(DropEnum { name: enum_name, if_exists: checkfirst }),
        }
        Ok(Value::None)
    }

    fn texts_of_enum(&mut self, at: TextRange, ty: &Type) -> Eval<Vec<String>> {
        let mut made = ty.clone();
        made.args.named.retain(|(key, _)| key != "create_type");
        let typed = self.typed(at, &Value::item(Item::Type(made)))?;
        match typed.made {
            Some(made) => Ok(made.values),
            None => self.untold(at, "an enum without values"),
        }
    }

    fn case(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        if args.named.iter().any(|(key, _)| key != "else_") {
            return self.untold(at, "`case` of a value");
        }
        let mut parts = vec![Sql::atom("CASE")];
        let whens = match args.positional.first() {
            Some(Value::List(items)) => items.borrow().clone(),
            _ => args.positional.clone(),
        };
        for when in &whens {
            let pair = self.iterate(at, when)?;
            let [condition, result] = &pair[..] else { return self.untold(at, "a branch of `case`") };
            parts.push(Sql::atom(" WHEN ("));
            parts.push(self.expressed(at, condition)?);
            parts.push(Sql::atom(") THEN "));
            parts.push(self.expressed(at, result)?);
        }
        if let Some(value) = args.named("else_") {
            parts.push(Sql::atom(" ELSE "));
            parts.push(self.expressed(at, value)?);
        }
        parts.push(Sql::atom(" END"));
        Ok(Value::item(Item::Sql(Sql::join(Level::Atom, parts))))
    }

    /// Returns the text of a type in a cast.
    fn cast_type(&mut self, at: TextRange, ty: &Value) -> Eval<String> {
        use limbeck_core::column_type::ColumnType;
        let typed = self.typed(at, ty)?;
        let core = crate::eval::types::core_name(self.dialect).unwrap_or_default();
        let text = match (typed.ty.on(core), self.dialect) {
            (ColumnType::Native(raw), _) => raw.as_str().to_owned(),
            (ColumnType::Integer, "mysql") => "SIGNED INTEGER".to_owned(),
            (ColumnType::Integer, _) => "INTEGER".to_owned(),
            (ColumnType::Text | ColumnType::String { length: None }, "mysql") => "CHAR".to_owned(),
            (ColumnType::String { length: Some(length) }, "mysql") => format!("CHAR({length})"),
            (ColumnType::Text, _) => "TEXT".to_owned(),
            (ColumnType::String { length: None }, _) => "VARCHAR".to_owned(),
            (ColumnType::String { length: Some(length) }, _) => format!("VARCHAR({length})"),
            (ColumnType::Json, _) => "JSON".to_owned(),
            (ColumnType::Boolean, "postgresql") => "BOOLEAN".to_owned(),
            _ => return self.untold(at, "a cast to that type"),
        };
        Ok(text)
    }

    /// Returns the text of an insert of one row.
    pub(in crate::eval) fn insert_text(&mut self, at: TextRange, insert: &Insert) -> Eval<String> {
        match self.render_insert(at, insert)? {
            Some(text) => Ok(text),
            None => self.untold(at, "a row of no columns"),
        }
    }

    pub(in crate::eval) fn ident_text(&self, at: TextRange, name: &str) -> Eval<String> {
        match Ident::new(name) {
            Ok(_) => Ok(super::quoted(name, self.dialect)),
            Err(error) => self.untold(at, error.to_string()),
        }
    }
}
