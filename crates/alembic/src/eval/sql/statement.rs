//! `insert`, `update`, `delete` and `select`, built up by methods and written at the end.

use ruff_text_size::TextRange;

use super::render::{Columns, bound};
use super::{Piece, Sql, name_text, table_text};
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Item, Owner, Table};
use crate::eval::value::Value;

/// A statement.
#[derive(Clone)]
pub(in crate::eval) enum Statement {
    Insert(Insert, Option<(Vec<Value>, Select)>),
    Update(Update),
    Delete(Table, Vec<Sql>),
    Select(Select),
}

/// An insert of one row.
#[derive(Clone)]
pub(in crate::eval) struct Insert {
    pub(in crate::eval) table: Table,
    pub(in crate::eval) values: Vec<(String, Value)>,
}

/// An update.
#[derive(Clone)]
pub(in crate::eval) struct Update {
    table: Table,
    values: Vec<(String, Value)>,
    wheres: Vec<Sql>,
}

/// A query.
#[derive(Clone, Default)]
pub(in crate::eval) struct Select {
    pub(super) columns: Vec<Value>,
    pub(super) wheres: Vec<Sql>,
    pub(super) from: Vec<Table>,
    pub(super) limit: Option<i64>,
}

impl Statement {
    pub(super) fn new(name: &str, table: Table) -> Self {
        match name {
            "insert" => Self::Insert(Insert { table, values: Vec::new() }, None),
            "update" => Self::Update(Update { table, values: Vec::new(), wheres: Vec::new() }),
            _ => Self::Delete(table, Vec::new()),
        }
    }
}

impl Interpreter<'_> {
    pub(super) fn statement_method(
        &mut self,
        at: TextRange,
        mut statement: Statement,
        name: &str,
        args: Arguments,
    ) -> Eval<Value> {
        match (&mut statement, name) {
            (
                Statement::Insert(Insert { values, .. }, None) | Statement::Update(Update { values, .. }),
                "values",
            ) => {
                for given in &args.positional {
                    let Value::Dict(entries) = given else {
                        return self.untold(at, format!("the values are {}", given.what()));
                    };
                    for (key, value) in entries.borrow().iter() {
                        let key = match key {
                            Value::Str(key) => key.to_string(),
                            Value::Item(item) if let Item::Column(column) = &**item => {
                                column.name.to_string()
                            }
                            other => return self.untold(at, format!("a column is {}", other.what())),
                        };
                        values.push((key, value.clone()));
                    }
                }
                values.extend(args.named);
            }
            (Statement::Insert(_, select @ None), "from_select") => {
                let (Some(names), Some(Value::Item(item))) = (args.get(0, "names"), args.get(1, "select"))
                else {
                    return self.untold(at, "`from_select` of nothing");
                };
                let Item::Statement(Statement::Select(from)) = &**item else {
                    return self.untold(at, format!("`from_select` of {}", item.what()));
                };
                *select = Some((self.iterate(at, names)?, from.clone()));
            }
            (
                Statement::Update(Update { wheres, .. })
                | Statement::Delete(_, wheres)
                | Statement::Select(Select { wheres, .. }),
                "where" | "filter",
            ) => {
                for value in &args.positional {
                    wheres.push(self.expressed(at, value)?);
                }
            }
            (Statement::Select(select), "select_from") => {
                for value in &args.positional {
                    match value {
                        Value::Item(item) if let Item::Table(table) = &**item => {
                            select.from.push(table.clone())
                        }
                        other => return self.untold(at, format!("a query of {}", other.what())),
                    }
                }
            }
            (Statement::Select(select), "limit") => match args.positional.first() {
                Some(Value::Int(limit)) => select.limit = Some(*limit),
                _ => return self.untold(at, "a limit that is no number"),
            },
            (Statement::Select(_), "scalar_subquery" | "as_scalar") => {}
            (_, "execution_options") if args.named.iter().all(|(key, _)| key == "synchronize_session") => {}
            (_, name) => return self.untold(at, format!("`{name}` of a statement")),
        }
        Ok(Value::item(Item::Statement(statement)))
    }

    /// Returns the texts of a statement that is run: one, or one a row of parameters.
    pub(in crate::eval) fn statement_texts(
        &mut self,
        at: TextRange,
        statement: &Value,
        parameters: Option<&Value>,
    ) -> Eval<Vec<String>> {
        let parameters = parameters.filter(|value| !matches!(value, Value::None));
        let rows = match parameters {
            None => Vec::new(),
            Some(row @ Value::Dict(_)) => vec![row.clone()],
            Some(rows) => self.iterate(at, rows)?,
        };
        let mut sets = Vec::new();
        for row in &rows {
            let Value::Dict(entries) = row else {
                return self.untold(at, format!("the parameters are {}", row.what()));
            };
            let mut set = Vec::new();
            for (key, value) in entries.borrow().iter() {
                match key.as_str() {
                    Some(key) => set.push((key.to_owned(), value.clone())),
                    None => return self.untold(at, "a parameter whose name is no text"),
                }
            }
            sets.push(set);
        }
        let author = |this: &Self, text: &str, own: &[(String, Value)]| -> Eval<Vec<String>> {
            let sets = if sets.is_empty() { vec![Vec::new()] } else { sets.clone() };
            let each = sets.into_iter().map(|set| {
                let all: Vec<(String, Value)> = own.iter().cloned().chain(set).collect();
                bound(text, &all, this.dialect).or_else(|why| this.untold(at, why))
            });
            each.collect()
        };
        match statement {
            Value::Str(text) => author(self, text, &[]),
            Value::Item(item) => match &**item {
                Item::Sql(Sql { pieces, .. }) if let [Piece::Author(text, own)] = &pieces[..] => {
                    author(self, text, own)
                }
                Item::Sql(sql) if sets.is_empty() => match sql.render(self.dialect, Columns::WithTable) {
                    Ok(text) => Ok(vec![text]),
                    Err(why) => self.untold(at, why),
                },
                Item::Statement(Statement::Insert(insert, None)) if !sets.is_empty() => {
                    let mut texts = Vec::new();
                    for set in sets {
                        let values = insert.values.iter().cloned().chain(set).collect();
                        let row = Insert { table: insert.table.clone(), values };
                        texts.push(self.insert_text(at, &row)?);
                    }
                    Ok(texts)
                }
                Item::Statement(statement) if sets.is_empty() => {
                    let statement = statement.clone();
                    Ok(vec![self.statement_text(at, &statement)?])
                }
                Item::Statement(_) | Item::Sql(_) => self.untold(at, "a statement with parameters"),
                other => self.untold(at, format!("{} is run", other.what())),
            },
            other => self.untold(at, format!("{} is run", other.what())),
        }
    }

    fn statement_text(&mut self, at: TextRange, statement: &Statement) -> Eval<String> {
        match statement {
            Statement::Insert(insert, None) => self.insert_text(at, insert),
            Statement::Insert(insert, Some((names, select))) => {
                let mut columns = Vec::new();
                for name in names {
                    let name = match name {
                        Value::Str(name) => name.to_string(),
                        Value::Item(item) if let Item::Column(column) = &**item => column.name.to_string(),
                        other => return self.untold(at, format!("a column is {}", other.what())),
                    };
                    columns.push(self.ident_text(at, &name)?);
                }
                let query = self.render_select(at, select)?;
                let table = table_text(&insert.table, self.dialect);
                Ok(format!("INSERT INTO {table} ({}) {query}", columns.join(", ")))
            }
            Statement::Update(Update { table, values, wheres }) => {
                if values.is_empty() {
                    return self.untold(at, "an update of nothing");
                }
                self.no_defaults(at, table, values, &["onupdate"])?;
                self.of_one_table(at, table, wheres)?;
                let mut sets = Vec::new();
                for (name, value) in in_table_order(table, values) {
                    let sql = self.expressed(at, &value)?;
                    self.of_one_table(at, table, std::slice::from_ref(&sql))?;
                    let text = self.rendered(at, &sql)?;
                    sets.push(format!("{}={text}", self.ident_text(at, &name)?));
                }
                let wheres = self.where_text(at, wheres)?;
                Ok(format!("UPDATE {} SET {}{wheres}", table_text(table, self.dialect), sets.join(", ")))
            }
            Statement::Delete(table, wheres) => {
                self.of_one_table(at, table, wheres)?;
                let wheres = self.where_text(at, wheres)?;
                Ok(format!("DELETE FROM {}{wheres}", table_text(table, self.dialect)))
            }
            Statement::Select(select) => self.render_select(at, select),
        }
    }

    fn rendered(&self, at: TextRange, sql: &Sql) -> Eval<String> {
        sql.render(self.dialect, Columns::WithTable).or_else(|why| self.untold(at, why))
    }

    fn where_text(&mut self, at: TextRange, wheres: &[Sql]) -> Eval<String> {
        if wheres.is_empty() {
            return Ok(String::new());
        }
        let mut texts = Vec::new();
        for part in wheres {
            let part = if wheres.len() > 1 { part.clone().within(super::Level::Not) } else { part.clone() };
            texts.push(self.rendered(at, &part)?);
        }
        Ok(format!(" WHERE {}", texts.join(" AND ")))
    }

    /// Stops where a statement is of another table beside its own, which every database has its own way to write.
    fn of_one_table(&self, at: TextRange, table: &Table, parts: &[Sql]) -> Eval<()> {
        let mut tables = vec![table.owner()];
        parts.iter().for_each(|part| collect_tables(part, &mut tables));
        match tables.len() {
            1 => Ok(()),
            _ => self.untold(at, "a statement of several tables"),
        }
    }

    /// Stops where SQLAlchemy would put a value of its own into a column that is given none.
    fn no_defaults(
        &self,
        at: TextRange,
        table: &Table,
        values: &[(String, Value)],
        keys: &[&str],
    ) -> Eval<()> {
        for column in &table.columns {
            if let Value::Item(item) = column
                && let Item::Column(column) = &**item
                && keys.iter().any(|key| column.get(key).is_some())
                && !values.iter().any(|(name, _)| **name == *column.name)
            {
                return self.untold(at, format!("the column `{}` has a default of Python's", column.name));
            }
        }
        Ok(())
    }

    pub(super) fn render_insert(&mut self, at: TextRange, insert: &Insert) -> Eval<Option<String>> {
        if insert.values.is_empty() {
            return Ok(None);
        }
        self.no_defaults(at, &insert.table, &insert.values, &["default", "insert_default"])?;
        let (mut names, mut cells) = (Vec::new(), Vec::new());
        for (name, value) in in_table_order(&insert.table, &insert.values) {
            let sql = self.expressed(at, &value)?;
            names.push(self.ident_text(at, &name)?);
            cells.push(self.rendered(at, &sql)?);
        }
        let table = table_text(&insert.table, self.dialect);
        Ok(Some(format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), cells.join(", "))))
    }

    pub(super) fn render_select(&mut self, at: TextRange, select: &Select) -> Eval<String> {
        let mut tables: Vec<Owner> = select.from.iter().map(Table::owner).collect();
        let mut columns = Vec::new();
        for value in &select.columns {
            match value {
                Value::Item(item) if let Item::Table(table) = &**item => {
                    for column in &table.columns {
                        if let Value::Item(column) = column
                            && let Item::Column(column) = &**column
                            && let Some(own) = table.column(&column.name)
                        {
                            let sql = self.expressed(at, &own)?;
                            columns.push(self.rendered(at, &sql)?);
                        }
                    }
                    tables.push(table.owner());
                }
                value => {
                    let sql = self.expressed(at, value)?;
                    collect_tables(&sql, &mut tables);
                    columns.push(self.rendered(at, &sql)?);
                }
            }
        }
        for part in &select.wheres {
            collect_tables(part, &mut tables);
        }
        let mut from: Vec<String> = Vec::new();
        for table in &tables {
            let name = name_text(&table.name, table.schema.as_deref(), self.dialect);
            let text = match &table.alias {
                Some(alias) => format!("{name} AS {}", super::quoted(alias, self.dialect)),
                None => name,
            };
            if !from.contains(&text) {
                from.push(text);
            }
        }
        if from.len() > 1 {
            return self.untold(at, "a query of several tables");
        }
        let wheres = self.where_text(at, &select.wheres)?;
        let from = from.first().map(|from| format!(" FROM {from}")).unwrap_or_default();
        let limit = select.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        Ok(format!("SELECT {}{from}{wheres}{limit}", columns.join(", ")))
    }
}

/// Returns values in the order of the table's columns, as SQLAlchemy writes them; those of other columns behind.
fn in_table_order(table: &Table, values: &[(String, Value)]) -> Vec<(String, Value)> {
    let position = |name: &str| {
        let is = |column: &Value| matches!(column, Value::Item(item) if matches!(&**item, Item::Column(column) if &*column.name == name));
        table.columns.iter().position(is).unwrap_or(usize::MAX)
    };
    let mut sorted = values.to_vec();
    sorted.sort_by_key(|(name, _)| position(name));
    sorted
}

fn collect_tables(sql: &Sql, tables: &mut Vec<Owner>) {
    for piece in &sql.pieces {
        if let Piece::Column { table: Some(table), .. } = piece
            && !tables.contains(table)
        {
            tables.push(table.clone());
        }
    }
}
