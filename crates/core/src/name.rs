//! Names of database objects, as written; quoting is the [writer's](crate::sql::Sql) business.

use std::fmt;
use std::sync::Arc;

/// A name as written, unquoted: of a column, a constraint, an index, or one part of a table's name.
///
/// Never empty and never with a NUL, which no database takes; anything else is allowed. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(Arc<str>);

/// A name that no database takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name, or one part of it, is empty.
    #[error("a name must not be empty")]
    Empty,
    /// The name holds a NUL character.
    #[error("a name must not hold a NUL character")]
    Nul,
    /// A part opens with a double quote that never closes, or goes on after it.
    #[error("a quoted part of a name must end with a double quote")]
    Unclosed,
    /// More parts than `schema.table`.
    #[error(
        "a table's name has at most two parts, a schema and a name; write a dot within a name in double quotes"
    )]
    TooManyParts,
}

impl Ident {
    /// Takes a name as written.
    ///
    /// # Errors
    /// [`NameError::Empty`] and [`NameError::Nul`].
    pub fn new(name: &str) -> Result<Self, NameError> {
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.contains('\0') {
            return Err(NameError::Nul);
        }
        Ok(Self(Arc::from(name)))
    }

    /// Makes a name out of a part that is known to be good and an affix, such as `_old`.
    #[must_use]
    pub fn with_affixes(&self, prefix: &'static str, suffix: &'static str) -> Self {
        Self(Arc::from(format!("{prefix}{}{suffix}", self.0)))
    }

    /// Returns the name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

/// A table's name, with its schema where one is given. Also names views, indexes' tables, types and sequences.
///
/// As text, the parts are joined by a dot; a part that holds a dot or begins with a double quote stands in double
/// quotes, with double quotes inside doubled: `auth."we.ird"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// The schema (in SQLite: the attached database); `None` is the connection's default.
    pub schema: Option<Ident>,
    /// The name within the schema.
    pub name: Ident,
}

impl TableName {
    /// Makes a name in the default schema.
    pub fn unqualified(name: Ident) -> Self {
        Self { schema: None, name }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// Any [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let mut parts = split_parts(text)?;
        match (parts.pop(), parts.pop(), parts.pop()) {
            (Some(name), None, None) => Ok(Self::unqualified(name)),
            (Some(name), Some(schema), None) => Ok(Self { schema: Some(schema), name }),
            (None, ..) => Err(NameError::Empty),
            _ => Err(NameError::TooManyParts),
        }
    }

    /// Reads `table.column` or `schema.table.column`, as in a column's `references`.
    ///
    /// # Errors
    /// Any [`NameError`]; [`NameError::Empty`] also when there is no dot.
    pub fn parse_with_column(text: &str) -> Result<(Self, Ident), NameError> {
        let mut parts = split_parts(text)?;
        let column = parts.pop().ok_or(NameError::Empty)?;
        match (parts.pop(), parts.pop(), parts.pop()) {
            (Some(name), schema, None) => Ok((Self { schema, name }, column)),
            (None, ..) => Err(NameError::Empty),
            _ => Err(NameError::TooManyParts),
        }
    }

    /// Makes the text form of `table.column`.
    pub fn print_with_column(&self, column: &Ident) -> String {
        format!("{self}.{}", Part(column))
    }

    /// Returns the name with another last part, in the same schema.
    #[must_use]
    pub fn sibling(&self, name: Ident) -> Self {
        Self { schema: self.schema.clone(), name }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", Part(schema))?;
        }
        write!(f, "{}", Part(&self.name))
    }
}

struct Part<'a>(&'a Ident);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.as_str();
        if name.starts_with('"') || name.contains('.') {
            write!(f, "\"{}\"", name.replace('"', "\"\""))
        } else {
            f.write_str(name)
        }
    }
}

fn split_parts(text: &str) -> Result<Vec<Ident>, NameError> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_part(quoted)?,
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        parts.push(Ident::new(&part)?);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(parts),
            None => return Err(NameError::Unclosed),
        }
    }
}

fn quoted_part(text: &str) -> Result<(String, &str), NameError> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"').ok_or(NameError::Unclosed)?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                part.push('"');
                rest = next;
            }
            None => return Ok((part, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_with_a_dot_is_quoted_and_one_with_a_quote_inside_is_not() {
        let name = TableName::parse("auth.\"we.i\"\"rd\"").unwrap();
        assert_eq!(name.name.as_str(), "we.i\"rd");
        assert_eq!(name.to_string(), "auth.\"we.i\"\"rd\"");
        assert_eq!(TableName::parse("we\"ird").unwrap().name.as_str(), "we\"ird");
    }

    #[test]
    fn names_that_no_database_takes_are_refused() {
        assert_eq!(TableName::parse(""), Err(NameError::Empty));
        assert_eq!(TableName::parse("a."), Err(NameError::Empty));
        assert_eq!(TableName::parse("a\0b"), Err(NameError::Nul));
        assert_eq!(TableName::parse("\"a"), Err(NameError::Unclosed));
        assert_eq!(TableName::parse("a.b.c"), Err(NameError::TooManyParts));
    }

    proptest! {
        #[test]
        fn parse_after_print_is_the_identity(schema in proptest::option::of("[^\0]{1,8}"), name in "[^\0]{1,8}") {
            let name = TableName {
                schema: schema.map(|s| Ident::new(&s).unwrap()),
                name: Ident::new(&name).unwrap(),
            };
            prop_assert_eq!(TableName::parse(&name.to_string()), Ok(name));
        }
    }
}
