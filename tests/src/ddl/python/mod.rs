//! Says an operation to Alembic, in Python.

mod alter;
mod column;
mod index;
mod rule;
mod types;

use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{
    CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable, DropEnum, DropIndex, DropSchema,
    DropSequence, DropTable, Execute, Insert, Operation, RenameTable,
};
use limbeck_core::schema::{Constraint, Identity, Options, Schema, Table};

use super::server::Server;

/// How something is said where Alembic has several ways.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// `batch_alter_table` rather than `op.alter_column` and so on.
    pub(super) batch: bool,
    /// `deferrable=True, initially="IMMEDIATE"` rather than `deferrable=True`.
    pub(super) whole_defers: bool,
    /// Expressions of indexes in parentheses of their own.
    pub(super) wrapped: bool,
}

/// What Python is written for.
#[derive(Clone, Copy)]
pub(super) struct Writer<'s> {
    pub(super) server: Server,
    pub(super) style: Style,
    pub(super) before: &'s Schema,
}

/// Returns the Python for an operation: statements, one a line.
pub(super) fn source(operation: &Operation, before: &Schema, server: Server, style: Style) -> String {
    let writer = Writer { server, style, before };
    writer.operation(operation)
}

/// A call's arguments, in order.
#[derive(Default)]
pub(super) struct Arguments(Vec<String>);

impl Arguments {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds one by position.
    #[must_use]
    pub(super) fn with(mut self, argument: impl Into<String>) -> Self {
        self.0.push(argument.into());
        self
    }

    /// Adds one by keyword.
    #[must_use]
    pub(super) fn key(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.push(format!("{key}={}", value.into()));
        self
    }

    /// Adds one by keyword, where there is one.
    #[must_use]
    pub(super) fn maybe(self, key: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.key(key, value),
            None => self,
        }
    }

    /// Adds `True` by keyword, where it is so.
    #[must_use]
    pub(super) fn flag(self, key: &str, truth: bool) -> Self {
        self.maybe(key, truth.then(|| "True".to_owned()))
    }

    /// Adds all.
    #[must_use]
    pub(super) fn all(mut self, arguments: impl IntoIterator<Item = String>) -> Self {
        self.0.extend(arguments);
        self
    }

    /// Writes the call.
    pub(super) fn call(self, function: &str) -> String {
        format!("{function}({})", self.0.join(", "))
    }
}

/// Writes a text as Python does.
pub(super) fn text(text: &str) -> String {
    serde_json::to_string(text).expect("a text can be written")
}

/// Writes a name.
pub(super) fn ident(name: &Ident) -> String {
    text(name.as_str())
}

/// Writes a list of names.
pub(super) fn idents<'n>(names: impl IntoIterator<Item = &'n Ident>) -> String {
    format!("[{}]", names.into_iter().map(ident).collect::<Vec<_>>().join(", "))
}

/// Writes the author's SQL. A colon before a word would be a parameter.
pub(super) fn raw(sql: &str) -> String {
    let mut escaped = String::new();
    let mut before = ' ';
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let word = rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        if c == ':' && before != ':' && word {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    format!("sa.text({})", text(&escaped))
}

impl Writer<'_> {
    pub(super) fn schema(self, table: &TableName) -> Option<String> {
        table.schema.as_ref().map(ident)
    }

    fn operation(self, operation: &Operation) -> String {
        match operation {
            Operation::CreateTable(op) => self.create_table(op),
            Operation::DropTable(DropTable { table, if_exists }) => Arguments::new()
                .with(ident(&table.name))
                .maybe("schema", self.schema(table))
                .flag("if_exists", *if_exists)
                .call("op.drop_table"),
            Operation::RenameTable(RenameTable { table, to }) => Arguments::new()
                .with(ident(&table.name))
                .with(ident(to))
                .maybe("schema", self.schema(table))
                .call("op.rename_table"),
            Operation::AlterTable(op) => self.alter_table(op),
            Operation::CreateIndex(CreateIndex { table, index, if_not_exists, concurrently }) => {
                self.create_index(table, index, *if_not_exists, *concurrently)
            }
            Operation::DropIndex(DropIndex { index, table, if_exists, concurrently }) => Arguments::new()
                .with(ident(index))
                .maybe("table_name", table.as_ref().map(|table| ident(&table.name)))
                .maybe("schema", table.as_ref().and_then(|table| self.schema(table)))
                .flag("if_exists", *if_exists)
                .flag("postgresql_concurrently", *concurrently)
                .call("op.drop_index"),
            Operation::CreateEnum(CreateEnum { definition, if_not_exists: _ }) => {
                let ty = self.named_enum(&definition.name, &definition.values, false);
                format!("{ty}.create(op.get_bind(), checkfirst=False)")
            }
            Operation::DropEnum(DropEnum { name, if_exists: _ }) => {
                format!("{}.drop(op.get_bind(), checkfirst=False)", self.named_enum(name, &[], false))
            }
            Operation::CreateSequence(CreateSequence { sequence, if_not_exists }) => {
                let limbeck_core::schema::Sequence { name, start, increment, min, max, cache, cycle } =
                    sequence;
                let (start, increment, min, max, cache) = (*start, *increment, *min, *max, *cache);
                let options = Identity { always: false, start, increment, min, max, cache, cycle: *cycle };
                let made = Arguments::new().with(ident(&name.name)).maybe("schema", self.schema(name));
                let made = made.all(column::counting(&options)).call("sa.Sequence");
                let made = Arguments::new().with(made).flag("if_not_exists", *if_not_exists);
                format!("op.execute({})", made.call("sa.schema.CreateSequence"))
            }
            Operation::DropSequence(DropSequence { sequence, if_exists }) => {
                let named =
                    Arguments::new().with(ident(&sequence.name)).maybe("schema", self.schema(sequence));
                let drop = Arguments::new().with(named.call("sa.Sequence")).flag("if_exists", *if_exists);
                format!("op.execute({})", drop.call("sa.schema.DropSequence"))
            }
            Operation::CreateSchema(CreateSchema { schema, if_not_exists }) => {
                let make = Arguments::new().with(ident(schema)).flag("if_not_exists", *if_not_exists);
                format!("op.execute({})", make.call("sa.schema.CreateSchema"))
            }
            Operation::DropSchema(DropSchema { schema, if_exists }) => {
                let drop = Arguments::new().with(ident(schema)).flag("if_exists", *if_exists);
                format!("op.execute({})", drop.call("sa.schema.DropSchema"))
            }
            Operation::Execute(Execute { sql, state: _ }) => format!("op.execute({})", raw(sql.as_str())),
            Operation::Insert(op) => self.insert(op),
            Operation::AlterEnum(_)
            | Operation::AlterSequence(_)
            | Operation::CreateView(_)
            | Operation::DropView(_)
            | Operation::Delete(_) => unreachable!("Alembic has no such operation, and none is drawn"),
        }
    }

    fn create_table(self, op: &CreateTable) -> String {
        let CreateTable { table, if_not_exists } = op;
        let arguments = self.table_parts(table, Arguments::new().with(ident(&table.name.name)));
        let arguments = arguments
            .maybe("comment", table.comment.as_deref().map(text))
            .flag("if_not_exists", *if_not_exists);
        let mut lines = vec![arguments.call("op.create_table")];
        for index in &table.indexes {
            // MySQL has no such words for indexes, and Alembic says them all the same.
            let lenient = *if_not_exists && self.server != Server::Mysql;
            lines.push(self.create_index(&table.name, index, lenient, false));
        }
        lines.join("\n")
    }

    /// Adds columns, constraints, schema and options of a table.
    pub(super) fn table_parts(self, table: &Table, arguments: Arguments) -> Arguments {
        let columns = table.columns.iter().map(|column| self.column(column, Some(table)));
        let keys = table.constraints.iter().filter(|one| matches!(one, Constraint::PrimaryKey(_)));
        let others = table.constraints.iter().filter(|one| !matches!(one, Constraint::PrimaryKey(_)));
        let rules = keys.chain(others).map(|constraint| self.constraint(constraint));
        let counts = table.columns.iter().any(|column| column.autoincrement == Some(true));
        let arguments = arguments.all(columns).all(rules).maybe("schema", self.schema(&table.name));
        let arguments = arguments.flag("sqlite_autoincrement", self.server == Server::Sqlite && counts);
        arguments.all(self.table_options(&table.options))
    }

    fn table_options(self, options: &Options) -> Vec<String> {
        let own = options.get(self.server.dialect().name()).into_iter().flatten();
        let alchemy = self.server.alchemy();
        // SQLAlchemy writes them in the order in which it is told of them.
        let mut own: Vec<_> = own.collect();
        const ORDER: [&str; 4] = ["engine", "charset", "default_charset", "collate"];
        own.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
        let own = own.into_iter();
        own.map(|(key, value)| match (self.server, key.as_str(), value) {
            (Server::Postgres, "unlogged", _) => "prefixes=[\"UNLOGGED\"]".to_owned(),
            (Server::Postgres, "with", Literal::Text(parameters)) => {
                format!("postgresql_with={}", parameters_of(parameters))
            }
            (Server::Sqlite, "without_rowid", _) => "sqlite_with_rowid=False".to_owned(),
            (_, key, Literal::Bool(_)) => format!("{alchemy}_{key}=True"),
            (_, key, Literal::Integer(number)) => format!("{alchemy}_{key}=\"{number}\""),
            (_, key, value) => format!("{alchemy}_{key}={}", text(value.as_text().unwrap_or_default())),
        })
        .collect()
    }

    fn insert(self, op: &Insert) -> String {
        let Insert { table, rows } = op;
        let known = &self.before.tables[table];
        let columns = rows[0].iter().map(|(name, _)| {
            let column = known.column(name).expect("rows are drawn for columns that are there");
            Arguments::new().with(ident(name)).with(self.ty(&column.ty, None)).call("sa.column")
        });
        let made = Arguments::new().with(ident(&table.name)).all(columns).maybe("schema", self.schema(table));
        let row = |row: &limbeck_core::op::Row| {
            let cells = row.iter().map(|(name, value)| format!("{}: {}", ident(name), literal(value)));
            format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = rows.iter().map(row).collect();
        format!("op.bulk_insert({}, [{}])", made.call("sa.table"), rows.join(", "))
    }
}

/// Writes a value of a row.
fn literal(value: &Value) -> String {
    match value {
        Value::Literal(Literal::Null) => "None".to_owned(),
        Value::Literal(Literal::Bool(truth)) => if *truth { "True" } else { "False" }.to_owned(),
        Value::Literal(Literal::Integer(number)) => number.to_string(),
        Value::Literal(Literal::Float(number)) => format!("{number:?}"),
        Value::Literal(Literal::Text(value)) => text(value),
        Value::Literal(Literal::Bytes(_)) | Value::Sql(_) => unreachable!("no such value is drawn"),
    }
}

/// Writes storage parameters, `a = 1, b = off`, as a mapping.
pub(super) fn parameters_of(parameters: &str) -> String {
    let each = parameters.split(',').filter_map(|one| one.split_once('='));
    let each = each.map(|(key, value)| format!("{}: {}", text(key.trim()), text(value.trim())));
    format!("{{{}}}", each.collect::<Vec<_>>().join(", "))
}
