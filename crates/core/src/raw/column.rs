//! Columns as `CREATE TABLE` and `ALTER TABLE` define them.

use sqlparser::ast::{
    self, CastKind, ColumnOption, DataType, Expr, GeneratedAs, GeneratedExpressionMode, UnaryOperator,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use crate::column_type::ColumnType;
use crate::literal::{Literal, RawSql, Value};
use crate::name::{Ident, TableName};
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
        if self.grammar == Grammar::Mariadb && is_json(&column, &constraints) {
            column = Column { ty: ColumnType::Json, collation: None, ..column };
            constraints.clear();
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
            ColumnOption::CharacterSet(charset) if self.grammar.is_mysql() => {
                let [name] = &self.parts(charset)?[..] else { return None };
                column.collation = column.collation.take().or(usual_collation(name.as_str(), self.grammar));
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

/// Says whether a column is what MariaDB makes of the type JSON (mariadb.com/kb/en/json-data-type).
fn is_json(column: &Column, constraints: &[Constraint]) -> bool {
    let is_long =
        matches!(&column.ty, ColumnType::Native(raw) if raw.as_str().eq_ignore_ascii_case("longtext"));
    let is_bare = column.collation.as_ref().is_some_and(|name| name.as_str() == "utf8mb4_bin");
    let [Constraint::Check(check)] = constraints else { return false };
    let valid = format!("json_valid(`{}`)", column.name.as_str().replace('`', "``"));
    is_long && is_bare && check.sql.as_str().eq_ignore_ascii_case(&valid)
}

/// Returns the collation that a character set has by itself (`SHOW CHARACTER SET`).
fn usual_collation(charset: &str, grammar: Grammar) -> Option<Ident> {
    let charset = charset.to_lowercase();
    let own = match charset.as_str() {
        "utf8" => "utf8mb3_general_ci",
        "utf8mb4" if grammar == Grammar::Mysql => "utf8mb4_0900_ai_ci",
        "latin1" => "latin1_swedish_ci",
        "latin2" => "latin2_general_ci",
        "big5" => "big5_chinese_ci",
        "gbk" => "gbk_chinese_ci",
        "gb2312" => "gb2312_chinese_ci",
        "sjis" => "sjis_japanese_ci",
        "ujis" => "ujis_japanese_ci",
        "cp932" => "cp932_japanese_ci",
        "euckr" => "euckr_korean_ci",
        "swe7" => "swe7_swedish_ci",
        "dec8" => "dec8_swedish_ci",
        "hp8" => "hp8_english_ci",
        "tis620" => "tis620_thai_ci",
        "binary" => "binary",
        other => return Ident::new(&format!("{other}_general_ci")).ok(),
    };
    Ident::new(own).ok()
}

/// Returns what stands in parentheses.
fn unwrapped(mut expression: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expression {
        expression = inner;
    }
    expression
}
