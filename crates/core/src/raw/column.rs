//! Columns as `CREATE TABLE` and `ALTER TABLE` define them.

use sqlparser::ast::{
    self, CastKind, ColumnOption, DataType, Expr, GeneratedAs, GeneratedExpressionMode, UnaryOperator,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use crate::column_type::ColumnType;
use crate::literal::{Literal, RawSql, Value};
use crate::name::TableName;
use crate::schema::{Column, Constraint, Generated, GeneratedStorage, Identity};

use super::Reader;
use super::grammar::Grammar;
use super::object::Numbers;
use super::spelled::Spelled;

/// A column and the constraints that are written on it.
pub(super) struct Defined {
    pub(super) column: Column,
    pub(super) constraints: Vec<Constraint>,
}

impl Reader<'_> {
    /// Reads the definition of a column of a table.
    pub(super) fn column(&self, table: &TableName, definition: &ast::ColumnDef) -> Option<Defined> {
        let ast::ColumnDef { name, data_type, options } = definition;
        let text = self.type_text(name, data_type);
        let mut column = Column::new(self.ident(name)?, ColumnType::Text);
        match self.serial(data_type) {
            Some(ty) => {
                column.ty = ty;
                column.nullable = false;
                column.autoincrement = Some(true);
            }
            None => column.ty = self.column_type(data_type, text.as_deref())?,
        }
        let mut constraints = Vec::new();
        for ast::ColumnOptionDef { name: rule, option } in options {
            if let Some(constraint) = self.column_rule(table, &column.name, rule.as_ref(), option)? {
                if let Constraint::PrimaryKey(_) = constraint {
                    column.nullable = false;
                }
                constraints.push(constraint);
                continue;
            }
            self.column_option(&mut column, option)?;
        }
        column.validate().ok()?;
        Some(Defined { column, constraints })
    }

    /// Takes over what is said of a column besides its constraints.
    pub(super) fn column_option(&self, column: &mut Column, option: &ColumnOption) -> Option<()> {
        match option {
            ColumnOption::Null => column.nullable = true,
            ColumnOption::NotNull => column.nullable = false,
            ColumnOption::Default(expression) => column.default = Some(self.default(expression)?),
            ColumnOption::OnUpdate(expression) if self.grammar.is_mysql() => {
                let default = match &column.default {
                    None => "NULL".to_owned(),
                    Some(Value::Sql(sql)) => sql.as_str().to_owned(),
                    Some(Value::Literal(_)) => return None,
                };
                column.default = Some(Value::Sql(RawSql::new(format!("{default} ON UPDATE {expression}"))));
            }
            ColumnOption::Collation(collation) => {
                let [name] = &self.parts(collation)?[..] else { return None };
                column.collation = Some(name.clone());
            }
            ColumnOption::Comment(text) if self.grammar.is_mysql() => {
                column.comment = Some(text.clone()).filter(|text| !text.is_empty());
            }
            ColumnOption::DialectSpecific(tokens) => {
                let [Token::Word(word)] = &tokens[..] else { return None };
                match (word.keyword, self.grammar) {
                    (Keyword::AUTOINCREMENT, Grammar::Sqlite)
                    | (Keyword::AUTO_INCREMENT, Grammar::Mysql | Grammar::Mariadb) => {
                        column.autoincrement = Some(true);
                    }
                    _ => return None,
                }
            }
            ColumnOption::Generated {
                generated_as,
                sequence_options,
                generation_expr,
                generation_expr_mode,
                generated_keyword: _,
            } => match (generation_expr, sequence_options) {
                (Some(expression), None) => {
                    let storage = match (generated_as, generation_expr_mode) {
                        (GeneratedAs::ExpStored, _) | (_, Some(GeneratedExpressionMode::Stored)) => {
                            GeneratedStorage::Stored
                        }
                        (_, Some(GeneratedExpressionMode::Virtual)) => GeneratedStorage::Virtual,
                        (_, None) if self.grammar == Grammar::Postgres => return None,
                        (_, None) => GeneratedStorage::Virtual,
                    };
                    column.generated = Some(Generated { sql: self.expression(expression), storage });
                }
                (None, options) if self.grammar == Grammar::Postgres => {
                    let always = matches!(generated_as, GeneratedAs::Always);
                    let Numbers { start, increment, min, max, cache, cycle } =
                        Numbers::read(options.as_deref().unwrap_or_default())?;
                    column.identity = Some(Identity { always, start, increment, min, max, cache, cycle });
                    column.nullable = false;
                }
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// Returns the type that PostgreSQL's words for a counting column stand for.
    fn serial(&self, ty: &DataType) -> Option<ColumnType> {
        let DataType::Custom(name, arguments) = ty else { return None };
        if self.grammar != Grammar::Postgres || !arguments.is_empty() {
            return None;
        }
        Some(match name.to_string().to_uppercase().as_str() {
            "SMALLSERIAL" | "SERIAL2" => ColumnType::Smallint,
            "SERIAL" | "SERIAL4" => ColumnType::Integer,
            "BIGSERIAL" | "SERIAL8" => ColumnType::Bigint,
            _ => return None,
        })
    }

    /// Reads a default.
    pub(super) fn default(&self, expression: &Expr) -> Option<Value> {
        if let Expr::Identifier(_) | Expr::CompoundIdentifier(_) = expression {
            // SQLite takes a name for a text, and the others refuse it.
            return None;
        }
        Some(match self.literal(unwrapped(expression)) {
            Some(literal) => Value::Literal(literal),
            None => Value::Sql(self.default_expression(expression)),
        })
    }

    /// Returns a default as it may stand behind the word: the servers want parentheses around all but the simplest
    /// (PostgreSQL's `b_expr`; dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html), SQLite gets them when it is written.
    fn default_expression(&self, expression: &Expr) -> RawSql {
        let inner = self.expression(expression);
        let mut lone = unwrapped(expression);
        while let Expr::Cast { kind: CastKind::DoubleColon, expr, .. } = lone {
            lone = expr;
        }
        let lone = matches!(lone, Expr::Function(_) | Expr::Value(_));
        match expression {
            Expr::Nested(_) if self.grammar != Grammar::Sqlite && !lone => RawSql::new(format!("({inner})")),
            _ => inner,
        }
    }

    fn literal(&self, expression: &Expr) -> Option<Literal> {
        match expression {
            Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => Some(Literal::text(text.as_str())),
                ast::Value::Number(digits, false) => digits.parse().ok().map(Literal::Integer),
                ast::Value::Null => Some(Literal::Null),
                _ => None,
            },
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match self.literal(expr)? {
                Literal::Integer(number) => Some(Literal::Integer(-number)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns an expression without the parentheses around it.
    pub(super) fn expression(&self, expression: &Expr) -> RawSql {
        RawSql::new(unwrapped(expression).to_string())
    }

    /// Returns how the type behind a column's name is spelled: as many words as its print has.
    pub(super) fn type_text(&self, name: &ast::Ident, ty: &DataType) -> Option<String> {
        if *ty == DataType::Unspecified {
            return Some(String::new());
        }
        let spelled = self.spelled.get_or_init(|| Spelled::of(self.text, self.grammar)).as_ref()?;
        spelled.behind(name.span.end, &ty.to_string())
    }
}

/// Returns what stands in parentheses.
fn unwrapped(mut expression: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expression {
        expression = inner;
    }
    expression
}
