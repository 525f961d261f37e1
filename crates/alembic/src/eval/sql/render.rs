//! The text of names, values and expressions on a dialect.

use super::{Piece, Sql};
use crate::eval::builtin;
use crate::eval::format;
use crate::eval::value::Value;

/// Quotes a name.
pub(in crate::eval) fn quoted(name: &str, dialect: &str) -> String {
    let mark = if dialect == "mysql" { '`' } else { '"' };
    let doubled = name.replace(mark, &format!("{mark}{mark}"));
    format!("{mark}{doubled}{mark}")
}

/// Writes a text, number or truth as SQLAlchemy does with `literal_binds`; anything else as an empty text.
pub(in crate::eval) fn literal(value: &Value, dialect: &str) -> String {
    value_text(value, dialect).unwrap_or_default()
}

/// Writes a value; `None` when it is of no kind that has one text on all drivers.
pub(super) fn value_text(value: &Value, dialect: &str) -> Option<String> {
    Some(match value {
        Value::None => "NULL".to_owned(),
        Value::Bool(truth) => match (dialect, truth) {
            ("sqlite", true) => "1".to_owned(),
            ("sqlite", false) => "0".to_owned(),
            (_, truth) => truth.to_string(),
        },
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format::float(*number),
        Value::Str(text) => {
            let text = text.replace('\'', "''");
            match dialect {
                "mysql" => format!("'{}'", text.replace('\\', "\\\\")),
                _ => format!("'{text}'"),
            }
        }
        Value::Dict(_) | Value::List(_) => return value_text(&Value::str(builtin::json(value)?), dialect),
        Value::Instance(member) => {
            let value = member.fields.borrow().get("value").cloned()?;
            return value_text(&value, dialect);
        }
        _ => return None,
    })
}

/// Whether a column is written with its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    WithTable,
    Alone,
}

impl Sql {
    /// Returns the text.
    ///
    /// # Errors
    /// Which value or parameter cannot be written.
    pub(super) fn render(&self, dialect: &str, columns: Columns) -> Result<String, String> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Column { table: Some(table), name } if columns == Columns::WithTable => {
                    out.push_str(&format!("{}.{}", super::owner_text(table, dialect), quoted(name, dialect)));
                }
                Piece::Lost(name) if columns == Columns::WithTable => {
                    return Err(format!("the column `{name}` of a table that is not told here"));
                }
                Piece::Column { name, .. } | Piece::Lost(name) => out.push_str(&quoted(name, dialect)),
                Piece::Author(text, params) => out.push_str(&bound(text, params, dialect)?),
                Piece::Value(value) => match value_text(value, dialect) {
                    Some(text) => out.push_str(&text),
                    None => return Err(format!("the SQL for {}", value.what())),
                },
            }
        }
        Ok(out)
    }
}

/// Puts parameters into the author's text: `:name` is one, `::` and `\:` are not.
pub(super) fn bound(text: &str, params: &[(String, Value)], dialect: &str) -> Result<String, String> {
    let bytes: Vec<char> = text.chars().collect();
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let c = bytes[at];
        if c == '\\' && bytes.get(at + 1) == Some(&':') {
            // A colon that is escaped stands for itself.
            let mut end = at + 2;
            while end < bytes.len() && word(bytes[end]) {
                end += 1;
            }
            if bytes.get(end) != Some(&':') {
                out.extend(&bytes[at + 1..end]);
                at = end;
                continue;
            }
        }
        if c == ':' {
            let before = at.checked_sub(1).map(|at| bytes[at]);
            let mut end = at + 1;
            while end < bytes.len() && word(bytes[end]) {
                end += 1;
            }
            let starts = before.is_none_or(|c| !word(c) && c != ':' && c != '\\');
            if starts && end > at + 1 && bytes.get(end) != Some(&':') {
                let name: String = bytes[at + 1..end].iter().collect();
                let Some((_, value)) = params.iter().rev().find(|(own, _)| *own == name) else {
                    return Err(format!("no value is given for `:{name}` in the SQL"));
                };
                let Some(text) = value_text(value, dialect) else {
                    return Err(format!("the SQL for {}", value.what()));
                };
                out.push_str(&text);
                at = end;
                continue;
            }
        }
        out.push(c);
        at += 1;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_told_from_casts_and_escapes() {
        let params = [("a".to_owned(), Value::str("it's")), ("b".to_owned(), Value::Int(1))];
        let text = |sql: &str| bound(sql, &params, "postgresql");
        assert_eq!(text("x = :a AND y::int = :b").as_deref(), Ok("x = 'it''s' AND y::int = 1"));
        assert_eq!(text("'12\\:30' || '{\"k\": 1}'").as_deref(), Ok("'12:30' || '{\"k\": 1}'"));
        assert!(text("x = :c").is_err());
        assert_eq!(text("a[1:2]").as_deref(), Ok("a[1:2]"));
    }

    #[test]
    fn values_are_written_as_each_dialect_has_them() {
        assert_eq!(literal(&Value::Bool(true), "sqlite"), "1");
        assert_eq!(literal(&Value::Bool(true), "postgresql"), "true");
        assert_eq!(literal(&Value::str("a\\'"), "mysql"), "'a\\\\'''");
        assert_eq!(quoted("we\"ird", "sqlite"), "\"we\"\"ird\"");
    }
}
