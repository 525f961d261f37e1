//! Reads single values: texts, names, numbers, flags, literals and the author's SQL.

use std::str::FromStr;
use std::sync::Arc;

use strum::VariantNames;
use toml::de::DeValue;

use crate::column_type::ColumnType;
use crate::diagnostic::{Code, Diagnostic};
use crate::literal::{Literal, RawSql, Value};
use crate::name::{Ident, TableName};

use super::reader::{Node, list};

impl Node<'_> {
    /// Reads a string. Line ends are `\n` whatever the file has.
    pub(in crate::script) fn text(&self) -> Option<String> {
        match self.value() {
            DeValue::String(text) => Some(text.replace("\r\n", "\n")),
            _ => {
                self.must_be("a string");
                None
            }
        }
    }

    /// Reads the author's SQL, which must not be empty.
    pub(in crate::script) fn sql(&self) -> Option<RawSql> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.fault(Code::BadValue, format!("{} must not be empty", self.what()));
            return None;
        }
        if text.contains('\0') {
            self.fault(Code::BadValue, format!("{} must not hold a NUL character", self.what()));
            return None;
        }
        Some(RawSql::new(text))
    }

    /// Reads a type in the database's own words. Without a word it is that of a column of SQLite that has none.
    pub(in crate::script) fn native(&self) -> Option<ColumnType> {
        match self.value() {
            DeValue::String(text) if text.is_empty() => Some(ColumnType::Native(RawSql::new(""))),
            _ => self.sql().map(ColumnType::Native),
        }
    }

    /// Reads a name.
    pub(in crate::script) fn ident(&self) -> Option<Ident> {
        let text = self.text()?;
        Ident::new(&text).map_err(|error| self.fault(Code::BadName, error.to_string())).ok()
    }

    /// Reads the name of a table, view, type or sequence.
    pub(in crate::script) fn table_name(&self) -> Option<TableName> {
        let text = self.text()?;
        TableName::parse(&text).map_err(|error| self.fault(Code::BadName, error.to_string())).ok()
    }

    /// Reads names, at least one, each once.
    pub(in crate::script) fn idents(&self) -> Option<Vec<Ident>> {
        let items = self.some_items()?;
        let names: Vec<Option<Ident>> = items.iter().map(Node::ident).collect();
        for (i, name) in names.iter().enumerate() {
            if let Some(name) = name
                && names[..i].contains(&Some(name.clone()))
            {
                items[i].fault(Code::BadValue, format!("`{name}` stands in {} twice", self.what()));
                return None;
            }
        }
        names.into_iter().collect()
    }

    /// Reads strings, at least one, each once.
    pub(in crate::script) fn values(&self) -> Option<Vec<String>> {
        let items = self.some_items()?;
        let texts: Vec<Option<String>> = items.iter().map(Node::text).collect();
        for (i, text) in texts.iter().enumerate() {
            if let Some(text) = text
                && texts[..i].contains(&Some(text.clone()))
            {
                items[i].fault(Code::BadValue, format!("`{text}` stands in {} twice", self.what()));
                return None;
            }
        }
        texts.into_iter().collect()
    }

    /// Reads `true` or `false`.
    pub(in crate::script) fn flag(&self) -> Option<bool> {
        match self.value() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.must_be("`true` or `false`");
                None
            }
        }
    }

    /// Reads a whole number of 64 bits.
    pub(in crate::script) fn integer(&self) -> Option<i64> {
        let DeValue::Integer(number) = self.value() else {
            self.must_be("an integer");
            return None;
        };
        let read = i64::from_str_radix(number.as_str(), number.radix());
        read.map_err(|_| {
            self.fault(Code::BadValue, format!("{} must be an integer of 64 bits", self.what()));
        })
        .ok()
    }

    /// Reads a whole number from 1 to 2³²-1.
    pub(in crate::script) fn length(&self) -> Option<u32> {
        let number = self.integer()?;
        match u32::try_from(number) {
            Ok(length) if length > 0 => Some(length),
            _ => {
                self.fault(Code::BadValue, format!("{} must be between 1 and {}", self.what(), u32::MAX));
                None
            }
        }
    }

    /// Reads one of a few words.
    pub(in crate::script) fn word<T: FromStr + VariantNames>(&self) -> Option<T> {
        let text = self.text()?;
        if let Ok(word) = T::from_str(&text) {
            return Some(word);
        }
        let words = format!("{} must be one of {}, not `{text}`", self.what(), list(T::VARIANTS));
        let fault = Diagnostic::new(Code::BadValue, words).at(self.reader.place(self.span()));
        self.reader.report(fault);
        None
    }

    /// Reads a literal. Dates and times become their text.
    pub(in crate::script) fn literal(&self) -> Option<Literal> {
        Some(match self.value() {
            DeValue::String(_) => Literal::Text(Arc::from(self.text()?)),
            DeValue::Integer(_) => Literal::Integer(self.integer()?),
            DeValue::Boolean(flag) => Literal::Bool(*flag),
            // With a space between, as SQL and every database write it (ISO 9075-2, 5.3); MySQL wants no `T`.
            DeValue::Datetime(moment) => Literal::Text(Arc::from(moment.to_string().replace('T', " "))),
            DeValue::Float(float) => match f64::from_str(float.as_str()) {
                Ok(float) if float.is_finite() => Literal::Float(float),
                _ => {
                    self.fault(Code::BadValue, format!("{} must be a finite number", self.what()));
                    return None;
                }
            },
            DeValue::Array(_) | DeValue::Table(_) => {
                self.must_be("a single value");
                return None;
            }
        })
    }

    /// Reads a literal, `{ null = true }`, `{ bytes = "00ff" }` or `{ sql = "…" }`.
    pub(in crate::script) fn literal_or_sql(&self) -> Option<Value> {
        let Some(mut keys) = self.keys() else {
            if let DeValue::Array(_) = self.value() {
                self.must_be("a single value, or a table with `sql`, `bytes` or `null`");
                return None;
            }
            return Some(Value::Literal(self.literal()?));
        };
        let (sql, bytes, null) = (keys.take("sql"), keys.take("bytes"), keys.take("null"));
        let found = [&sql, &bytes, &null].into_iter().flatten().count();
        keys.finish();
        if found != 1 {
            self.fault(Code::BadValue, format!("{} must have one of `sql`, `bytes` and `null`", self.what()));
            return None;
        }
        Some(match (sql, bytes, null) {
            (Some(sql), ..) => Value::Sql(sql.sql()?),
            (_, Some(bytes), _) => Value::Literal(Literal::Bytes(bytes.hex()?)),
            (_, _, null) => {
                null?.must_be_true()?;
                Value::Literal(Literal::Null)
            }
        })
    }

    /// Reads `true`; anything else is a fault.
    pub(in crate::script) fn must_be_true(&self) -> Option<()> {
        match self.value() {
            DeValue::Boolean(true) => Some(()),
            _ => {
                self.fault(Code::BadValue, format!("{} must be `true`", self.what()));
                None
            }
        }
    }

    fn hex(&self) -> Option<Arc<[u8]>> {
        let text = self.text()?;
        let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        match digits {
            Some(digits) if digits.len().is_multiple_of(2) => {
                Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
            }
            _ => {
                self.fault(Code::BadValue, format!("{} must be pairs of hexadecimal digits", self.what()));
                None
            }
        }
    }
}
