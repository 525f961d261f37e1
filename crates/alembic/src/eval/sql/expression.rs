//! Operators and methods of SQL expressions.

use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{IndexColumn, IndexKey, Nulls, Order};
use ruff_python_ast::{CmpOp, Expr, Operator, UnaryOp};
use ruff_text_size::TextRange;
use std::rc::Rc;

use super::render::Columns;
use super::statement::Statement;
use super::{Level, Piece, Sql};
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Column, Item};
use crate::eval::value::Value;

impl Interpreter<'_> {
    /// Returns a value as an expression: a column, a literal, or what is one already.
    pub(super) fn expressed(&mut self, at: TextRange, value: &Value) -> Eval<Sql> {
        match value {
            Value::Item(item) => match &**item {
                Item::Sql(sql) => Ok(sql.clone()),
                Item::Column(column) => Ok(Sql::column(column)),
                Item::Statement(Statement::Select(select)) => {
                    let text = self.render_select(at, select)?;
                    Ok(Sql::atom(text).grouped())
                }
                Item::Construct(kind, args) if &**kind == "bindparam" => {
                    match args.named("value").or(args.positional.get(1)) {
                        Some(value) => Ok(Sql::value(value.clone())),
                        None => self.untold(at, "a parameter without a value"),
                    }
                }
                other => self.untold(at, format!("{} in an expression", other.what())),
            },
            Value::Symbol(name) if name.ends_with(".func.now") => {
                self.untold(at, "`func.now` without a call")
            }
            Value::Unknown(why) => self.untold(at, format!("{why}, in an expression")),
            Value::None => Ok(Sql::atom("NULL")),
            other => Ok(Sql::value(other.clone())),
        }
    }

    pub(in crate::eval) fn sql_binary(
        &mut self,
        at: TextRange,
        op: Operator,
        left: &Value,
        right: &Value,
    ) -> Eval<Value> {
        let texts = |value: &Value| matches!(value, Value::Str(_)) || is_text_column(value);
        let (word, level) = match op {
            Operator::BitAnd => (" AND ", Level::And),
            Operator::BitOr => (" OR ", Level::Or),
            Operator::Add if texts(left) || texts(right) => match self.dialect {
                "mysql" => return self.concat(at, left, right),
                _ => (" || ", Level::Sum),
            },
            Operator::Add => (" + ", Level::Sum),
            Operator::Sub => (" - ", Level::Sum),
            Operator::Mult => (" * ", Level::Product),
            _ => return self.untold(at, format!("`{}` of SQL expressions", op.as_str())),
        };
        let inner = match level {
            Level::And => Level::Not,
            Level::Or => Level::And,
            level => level,
        };
        let (left, right) =
            (self.expressed(at, left)?.within(inner), self.expressed(at, right)?.within(inner));
        Ok(sql(Sql::join(level, [left, Sql::atom(word), right])))
    }

    fn concat(&mut self, at: TextRange, left: &Value, right: &Value) -> Eval<Value> {
        let (left, right) = (self.expressed(at, left)?, self.expressed(at, right)?);
        let parts = [Sql::atom("concat("), left, Sql::atom(", "), right, Sql::atom(")")];
        Ok(sql(Sql::join(Level::Atom, parts)))
    }

    pub(in crate::eval) fn sql_unary(&mut self, at: TextRange, op: UnaryOp, operand: &Value) -> Eval<Value> {
        match op {
            UnaryOp::Invert => {
                let inner = self.expressed(at, operand)?;
                // SQLAlchemy turns comparisons round, which is not done here.
                if inner.level == Level::Compare {
                    return self.untold(at, "the negation of a comparison");
                }
                let inner = match inner.level {
                    Level::Atom => inner,
                    _ => inner.grouped(),
                };
                Ok(sql(Sql::join(Level::Not, [Sql::atom("NOT "), inner])))
            }
            _ => self.untold(at, format!("`{}` of an SQL expression", op.as_str())),
        }
    }

    pub(in crate::eval) fn sql_compare(
        &mut self,
        at: TextRange,
        op: CmpOp,
        left: &Value,
        right: &Value,
    ) -> Eval<Value> {
        let word = match (op, right) {
            (CmpOp::Eq, Value::None) => " IS ",
            (CmpOp::NotEq, Value::None) => " IS NOT ",
            (CmpOp::Eq, _) => " = ",
            (CmpOp::NotEq, _) => " != ",
            (CmpOp::Lt, _) => " < ",
            (CmpOp::LtE, _) => " <= ",
            (CmpOp::Gt, _) => " > ",
            (CmpOp::GtE, _) => " >= ",
            _ => return self.untold(at, format!("`{}` of SQL expressions", op.as_str())),
        };
        // Compared with a truth, `true` and `1` are not the same to every database; SQLAlchemy has its own way there.
        if is_null(right) && matches!(op, CmpOp::Eq | CmpOp::NotEq) {
            let word = if op == CmpOp::Eq { " IS NULL" } else { " IS NOT NULL" };
            let left = self.expressed(at, left)?.within(Level::Sum);
            return Ok(sql(Sql::join(Level::Compare, [left, Sql::atom(word)])));
        }
        let (left, right) =
            (self.expressed(at, left)?.within(Level::Sum), self.expressed(at, right)?.within(Level::Sum));
        Ok(sql(Sql::join(Level::Compare, [left, Sql::atom(word), right])))
    }

    pub(in crate::eval) fn item_subscript(&mut self, at: &Expr, object: &Value, key: &Value) -> Eval<Value> {
        let Value::Item(item) = object else { return self.untold(at, "an item") };
        match (&**item, key) {
            (Item::Columns(table), Value::Str(name)) => match table.column(name) {
                Some(column) => Ok(column),
                None => self.untold(at, format!("the table `{}` has no column `{name}` here", table.name)),
            },
            (Item::Rows, _) => Ok(Value::unknown(item.what())),
            _ => self.untold(at, format!("an item of {}", item.what())),
        }
    }

    /// Calls a method of an expression, column, table or statement.
    pub(in crate::eval) fn sql_method(
        &mut self,
        at: TextRange,
        item: &Rc<Item>,
        name: &str,
        args: Arguments,
    ) -> Eval<Value> {
        let this = Value::Item(item.clone());
        match &**item {
            Item::Statement(statement) => {
                let statement = statement.clone();
                return self.statement_method(at, statement, name, args);
            }
            Item::Table(table) => {
                let table = table.clone();
                return match name {
                    "insert" | "update" | "delete" => {
                        let statement = Statement::new(name, table);
                        if let Some(values) = args.get(0, "values") {
                            return self.statement_method(
                                at,
                                statement,
                                "values",
                                Arguments { positional: vec![values.clone()], named: Vec::new() },
                            );
                        }
                        Ok(Value::item(Item::Statement(statement)))
                    }
                    "alias" => match args.get(0, "name") {
                        Some(Value::Str(alias)) => Ok(Value::item(Item::Table(crate::eval::item::Table {
                            alias: Some(alias.clone()),
                            ..table
                        }))),
                        _ => self.untold(at, "an alias without a name"),
                    },
                    _ => self.untold(at, format!("`{name}` of a table")),
                };
            }
            Item::Metadata(metadata) => {
                let metadata = metadata.clone();
                return self.metadata_method(at, &metadata, name, &args);
            }
            _ => {}
        }
        if let Item::Sql(Sql { pieces, level }) = &**item
            && let [Piece::Author(text, params)] = &pieces[..]
            && ["bindparams", "params"].contains(&name)
        {
            let mut params = params.clone();
            for value in &args.positional {
                match value {
                    Value::Item(item)
                        if let Item::Construct(kind, given) = &**item
                            && &**kind == "bindparam" =>
                    {
                        let key = given.get(0, "key").and_then(Value::as_str);
                        if given.flag("expanding") {
                            return self.untold(at, "a parameter that is a list");
                        }
                        // Without a value it only says a type.
                        if let (Some(key), Some(value)) = (key, given.named("value")) {
                            params.push((key.to_owned(), value.clone()));
                        }
                    }
                    other => return self.untold(at, format!("a parameter is {}", other.what())),
                }
            }
            params.extend(args.named);
            let pieces = vec![Piece::Author(text.clone(), params)];
            return Ok(sql(Sql { pieces, level: *level }));
        }
        let first = args.positional.first().cloned();
        let one = || first.clone().unwrap_or(Value::None);
        match name {
            "is_" | "is_not" | "isnot" => {
                let word = if name == "is_" { " IS " } else { " IS NOT " };
                let (left, right) =
                    (self.expressed(at, &this)?.within(Level::Sum), self.expressed(at, &one())?);
                Ok(sql(Sql::join(Level::Compare, [left, Sql::atom(word), right])))
            }
            "in_" | "notin_" | "not_in" => {
                let left = self.expressed(at, &this)?.within(Level::Sum);
                let negated = name != "in_";
                let word = if negated { " NOT IN " } else { " IN " };
                let right = match one() {
                    Value::Item(item) => self.expressed(at, &Value::Item(item))?,
                    list => {
                        let items = match &list {
                            Value::Set(items) => items.borrow().clone(),
                            list => self.iterate(at, list)?,
                        };
                        if items.is_empty() {
                            return self.untold(at, "`in_` of nothing");
                        }
                        if matches!(list, Value::Set(_)) && items.len() > 1 {
                            return self.untold(at, "it depends on the order of a set");
                        }
                        let mut parts = Vec::new();
                        for item in &items {
                            parts.push(self.expressed(at, item)?);
                        }
                        Sql::join(Level::Atom, Sql::list(parts, ", ")).grouped()
                    }
                };
                let made = Sql::join(Level::Compare, [left, Sql::atom(word), right]);
                Ok(sql(if negated { made.grouped() } else { made }))
            }
            "like" | "ilike" | "notlike" | "not_like" => {
                let word = match (name, self.dialect) {
                    ("like", _) => " LIKE ",
                    ("ilike", "postgresql") => " ILIKE ",
                    ("notlike" | "not_like", _) => " NOT LIKE ",
                    _ => return self.untold(at, format!("`{name}`")),
                };
                let (left, right) =
                    (self.expressed(at, &this)?.within(Level::Sum), self.expressed(at, &one())?);
                Ok(sql(Sql::join(Level::Compare, [left, Sql::atom(word), right])))
            }
            "desc" | "asc" => {
                let inner = self.expressed(at, &this)?;
                Ok(sql(Sql::join(Level::Or, [inner, Sql::atom(format!(" {}", name.to_uppercase()))])))
            }
            "label" => match (first.as_ref().and_then(Value::as_str), self.expressed(at, &this)?) {
                (Some(label), inner) => {
                    let label = self.ident_text(at, label)?;
                    Ok(sql(Sql::join(Level::Or, [inner, Sql::atom(format!(" AS {label}"))])))
                }
                _ => self.untold(at, "a label"),
            },
            "self_group" => Ok(this),
            _ => self.untold(at, format!("`{name}` of {}", item.what())),
        }
    }

    /// Returns the text of a default or of what a column is computed from.
    pub(in crate::eval) fn ddl_text(&mut self, at: TextRange, value: &Value) -> Eval<String> {
        let sql = match value {
            Value::Str(text) => return Ok(text.to_string()),
            other => self.expressed(at, other)?,
        };
        match sql.render(self.dialect, Columns::Alone) {
            Ok(text) => Ok(text),
            Err(why) => self.untold(at, why),
        }
    }

    /// Returns the text of a condition: a text stands as it is.
    pub(in crate::eval) fn condition_text(&mut self, at: TextRange, value: &Value) -> Eval<String> {
        match value {
            // `CheckConstraint("…")` makes a text of it, in which `:name` is a parameter.
            Value::Str(text) => match super::render::bound(text, &[], self.dialect) {
                Ok(text) => Ok(text),
                Err(why) => self.untold(at, why),
            },
            other => self.ddl_text(at, other),
        }
    }

    /// Converts one key of an index.
    pub(in crate::eval) fn index_key(&mut self, at: TextRange, value: &Value) -> Eval<IndexColumn> {
        let bare = |text: &str| -> Option<Ident> {
            let word = text.chars().all(|c| c.is_alphanumeric() || c == '_');
            if word { Ident::new(text).ok() } else { None }
        };
        match value {
            Value::Str(text) => Ok(IndexColumn::column(self.ident(at, text)?)),
            Value::Item(item) => match &**item {
                Item::Column(Column { name, .. }) => Ok(IndexColumn::column(self.ident(at, name)?)),
                _ => {
                    let text = self.ddl_text(at, value)?;
                    let mut rest = text.trim();
                    let mut order = None;
                    let mut nulls = None;
                    for (end, set) in [("NULLS LAST", Nulls::Last), ("NULLS FIRST", Nulls::First)] {
                        if let Some(before) = strip_word(rest, end) {
                            (rest, nulls) = (before, Some(set));
                        }
                    }
                    for (end, set) in [("DESC", Order::Desc), ("ASC", Order::Asc)] {
                        if let Some(before) = strip_word(rest, end) {
                            (rest, order) = (before, Some(set));
                        }
                    }
                    let unquoted =
                        rest.strip_prefix(['"', '`']).and_then(|rest| rest.strip_suffix(['"', '`']));
                    let key = match bare(unquoted.unwrap_or(rest)) {
                        Some(name) => IndexKey::Column(name),
                        None => IndexKey::Sql(RawSql::new(rest)),
                    };
                    let placeholder = IndexColumn::column(self.ident(at, "x")?);
                    Ok(IndexColumn { key, order, nulls, ..placeholder })
                }
            },
            other => self.untold(at, format!("a key of an index is {}", other.what())),
        }
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(word.len())?;
    let end = text.get(at..)?;
    (end.eq_ignore_ascii_case(word) && text[..at].ends_with(char::is_whitespace))
        .then(|| text[..at].trim_end())
}

fn sql(sql: Sql) -> Value {
    Value::item(Item::Sql(sql))
}

fn is_null(value: &Value) -> bool {
    match value {
        Value::None => true,
        Value::Item(item) => match &**item {
            Item::Sql(sql) => matches!(&sql.pieces[..], [Piece::Text(text)] if text == "NULL"),
            _ => false,
        },
        _ => false,
    }
}

/// Says whether a column holds texts, so that `+` sets them together.
fn is_text_column(value: &Value) -> bool {
    let Value::Item(item) = value else { return false };
    let Item::Column(Column { ty: Some(ty), .. }) = &**item else { return false };
    let named = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        ["String", "VARCHAR", "Text", "TEXT", "Unicode", "UnicodeText", "CHAR", "AutoString"].contains(&last)
    };
    match ty {
        Value::Symbol(name) => named(name),
        Value::Item(item) => matches!(&**item, Item::Type(ty) if named(&ty.name)),
        _ => false,
    }
}
