//! The writer of SQL text, in which unquoted user text does not compile.
//!
//! Keywords are `&'static str`, names and literals are quoted by the writer, and anything else must be a
//! [`RawSql`], which only an author's text becomes.
//!
//! ```compile_fail
//! # use limbeck_core::sql::{Sql, Quoting};
//! let name = String::from("users; DROP TABLE users");
//! let sql = Sql::new(&Quoting::STANDARD).kw(&name);
//! ```

use crate::literal::{Literal, RawSql, Value};
use crate::name::{Ident, TableName};

/// How a dialect quotes names and writes literals.
#[derive(Debug)]
pub struct Quoting {
    /// The character around a name; doubled inside it.
    pub name: char,
    /// Writes a literal.
    pub literal: fn(&Literal, &mut String),
}

impl Quoting {
    /// The SQL standard's way: `"name"`, `'text'`, `X'ff'`, `TRUE`.
    pub const STANDARD: Quoting = Quoting { name: '"', literal: standard_literal };
}

/// SQL text under construction. Each method appends; words are set apart by one space.
#[derive(Debug, Clone)]
#[must_use]
pub struct Sql {
    text: String,
    quoting: &'static Quoting,
    glue: bool,
}

impl Sql {
    /// Starts an empty text.
    pub fn new(quoting: &'static Quoting) -> Self {
        Self { text: String::new(), quoting, glue: true }
    }

    /// Appends keywords, operators or punctuation, set apart by a space.
    pub fn kw(mut self, keyword: &'static str) -> Self {
        self.space();
        self.text.push_str(keyword);
        self
    }

    /// Appends punctuation or line breaks with no space on either side, such as `(` or `",\n\t"`.
    pub fn glue(mut self, punctuation: &'static str) -> Self {
        self.text.push_str(punctuation);
        self.glue = true;
        self
    }

    /// Appends punctuation with no space before and one after, such as `,` or `)`.
    pub fn close(mut self, punctuation: &'static str) -> Self {
        self.text.push_str(punctuation);
        self.glue = false;
        self
    }

    /// Appends a quoted name.
    pub fn ident(mut self, name: &Ident) -> Self {
        self.space();
        self.quote(name.as_str());
        self
    }

    /// Appends a quoted name with its schema.
    pub fn table(mut self, name: &TableName) -> Self {
        self.space();
        if let Some(schema) = &name.schema {
            self.quote(schema.as_str());
            self.text.push('.');
        }
        self.quote(name.name.as_str());
        self
    }

    /// Appends quoted names in parentheses: `("a", "b")`.
    pub fn idents<'a>(self, names: impl IntoIterator<Item = &'a Ident>) -> Self {
        self.list(names, |sql, name| sql.ident(name))
    }

    /// Appends items in parentheses, set apart by commas.
    pub fn list<T>(
        mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(Self, T) -> Self,
    ) -> Self {
        self.space();
        self.text.push('(');
        self.glue = true;
        for (i, one) in items.into_iter().enumerate() {
            if i > 0 {
                self = self.close(",");
            }
            self = item(self, one);
        }
        self.close(")")
    }

    /// Appends a literal as the dialect writes it.
    pub fn literal(mut self, literal: &Literal) -> Self {
        self.space();
        (self.quoting.literal)(literal, &mut self.text);
        self
    }

    /// Appends a text literal.
    pub fn text(self, text: &str) -> Self {
        self.literal(&Literal::text(text))
    }

    /// Appends a whole number.
    pub fn number(mut self, number: impl Into<i64>) -> Self {
        self.space();
        self.text.push_str(&number.into().to_string());
        self
    }

    /// Appends the author's text to the letter.
    pub fn raw(mut self, raw: &RawSql) -> Self {
        self.space();
        self.text.push_str(raw.as_str());
        self
    }

    /// Appends a literal, or an expression as it stands.
    pub fn value(self, value: &Value) -> Self {
        match value {
            Value::Literal(literal) => self.literal(literal),
            Value::Sql(raw) => self.raw(raw),
        }
    }

    /// Appends what `write` appends, if `condition` holds.
    pub fn when(self, condition: bool, write: impl FnOnce(Self) -> Self) -> Self {
        if condition { write(self) } else { self }
    }

    /// Appends what `write` makes of the value, if there is one.
    pub fn maybe<T>(self, value: Option<T>, write: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => write(self, value),
            None => self,
        }
    }

    /// Appends a text made by the same writer.
    pub fn sql(mut self, other: &Sql) -> Self {
        self.space();
        self.text.push_str(&other.text);
        self
    }

    /// Returns the text.
    pub fn finish(self) -> String {
        self.text
    }

    fn space(&mut self) {
        if !self.glue {
            self.text.push(' ');
        }
        self.glue = false;
    }

    fn quote(&mut self, name: &str) {
        let mark = self.quoting.name;
        self.text.push(mark);
        for c in name.chars() {
            if c == mark {
                self.text.push(mark);
            }
            self.text.push(c);
        }
        self.text.push(mark);
    }
}

/// Writes a literal as the SQL standard has it.
pub fn standard_literal(literal: &Literal, out: &mut String) {
    use std::fmt::Write;
    let done = match literal {
        Literal::Null => write!(out, "NULL"),
        Literal::Bool(true) => write!(out, "TRUE"),
        Literal::Bool(false) => write!(out, "FALSE"),
        Literal::Integer(number) => write!(out, "{number}"),
        // `{:?}` keeps a point or an exponent, so that the number stays a floating-point one, and round-trips.
        Literal::Float(number) => write!(out, "{number:?}"),
        Literal::Text(text) => write!(out, "'{}'", text.replace('\'', "''")),
        Literal::Bytes(bytes) => {
            out.push_str("X'");
            for byte in &**bytes {
                out.push_str(&format!("{byte:02X}"));
            }
            out.push('\'');
            Ok(())
        }
    };
    done.expect("writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_quoted_whatever_they_hold() {
        let name = TableName::parse("we\"ird").unwrap();
        let sql = Sql::new(&Quoting::STANDARD).kw("INSERT INTO").table(&name).kw("VALUES");
        let sql = sql.list(["it's", "`"], |sql, text| sql.text(text)).finish();
        assert_eq!(sql, r#"INSERT INTO "we""ird" VALUES ('it''s', '`')"#);
    }

    #[test]
    fn punctuation_sits_where_a_person_would_put_it() {
        let (a, b) = (Ident::new("a").unwrap(), Ident::new("b").unwrap());
        let sql = Sql::new(&Quoting::STANDARD).kw("CREATE TABLE").ident(&a).kw("(").glue("\n\t").ident(&b);
        let sql = sql.kw("INTEGER").close(",").glue("\n\t").kw("PRIMARY KEY").idents([&b]).glue("\n").kw(")");
        assert_eq!(sql.finish(), "CREATE TABLE \"a\" (\n\t\"b\" INTEGER,\n\tPRIMARY KEY (\"b\")\n)");
    }
}
