//! Reads a column of `CREATE TABLE`, with the constraints that are written on it.

use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, Generated, GeneratedStorage, PrimaryKey};

use super::cursor::Cursor;
use super::{TokenKind, Unreadable, clause, create_table, default};

/// A column, and the constraints that are written on it.
pub(super) struct ColumnReader {
    pub(super) column: Column,
    pub(super) constraints: Vec<Constraint>,
}

/// Says whether what comes next is a rule of a column, and not part of its type.
pub(super) fn is_column_rule(cursor: &Cursor<'_>) -> bool {
    const RULES: [&str; 10] =
        ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "AS"];
    RULES.iter().any(|word| cursor.sees(&[word]))
        || cursor.sees(&["GENERATED", "ALWAYS"])
        || cursor.sees(&["DEFERRABLE"])
}

impl ColumnReader {
    /// Reads a column, and adds what the model does not hold to `unheld`.
    pub(super) fn read(cursor: &mut Cursor<'_>, unheld: &mut Vec<String>) -> Result<Self, Unreadable> {
        let name = cursor.name()?;
        let ty = create_table::read_type(cursor);
        let mut reader = Self { column: Column::new(name, ty), constraints: Vec::new() };
        while is_column_rule(cursor) {
            let name = if cursor.takes(&["CONSTRAINT"]) { Some(cursor.name()?) } else { None };
            reader.rule(cursor, name, unheld)?;
        }
        Ok(reader)
    }

    fn rule(
        &mut self,
        cursor: &mut Cursor<'_>,
        name: Option<Ident>,
        unheld: &mut Vec<String>,
    ) -> Result<(), Unreadable> {
        let own = || vec![self.column.name.clone()];
        let place = format!("column `{}`", self.column.name);
        let mut nameless = |what: &str| {
            if let Some(name) = &name {
                unheld.push(format!("the name `{name}` of {what} of {place}"));
            }
        };
        if cursor.takes(&["PRIMARY", "KEY"]) {
            self.constraints.push(Constraint::PrimaryKey(PrimaryKey { name, columns: own() }));
            cursor.takes(&["ASC"]);
            if cursor.takes(&["DESC"]) {
                unheld.push(format!("`DESC` in the primary key of {place}"));
            }
            clause::conflict(cursor, &place, unheld)?;
            if cursor.takes(&["AUTOINCREMENT"]) {
                self.column.autoincrement = Some(true);
            }
            return Ok(());
        }
        if cursor.sees(&["NOT", "DEFERRABLE"]) || cursor.sees(&["DEFERRABLE"]) {
            let when = clause::deferrable(cursor)?;
            if let Some(Constraint::ForeignKey(key)) = self.constraints.last_mut() {
                key.deferrable = when;
            }
            return Ok(());
        }
        if cursor.takes(&["NOT", "NULL"]) {
            nameless("NOT NULL");
            self.column.nullable = false;
            return clause::conflict(cursor, &place, unheld);
        }
        if cursor.takes(&["NULL"]) {
            nameless("NULL");
            return clause::conflict(cursor, &place, unheld);
        }
        if cursor.takes(&["UNIQUE"]) {
            self.constraints.push(clause::unique(name, own()));
            return clause::conflict(cursor, &place, unheld);
        }
        if cursor.takes(&["CHECK"]) {
            self.constraints.push(clause::check(name, cursor.parenthesized()?));
            return clause::conflict(cursor, &place, unheld);
        }
        if cursor.takes(&["REFERENCES"]) {
            let key = clause::references(cursor, name, own())?;
            self.constraints.push(Constraint::ForeignKey(key));
            return Ok(());
        }
        if cursor.takes(&["DEFAULT"]) {
            nameless("the default");
            self.column.default = Some(read_default(cursor)?);
            return Ok(());
        }
        if cursor.takes(&["COLLATE"]) {
            nameless("the collation");
            self.column.collation = Some(cursor.name()?);
            return Ok(());
        }
        if cursor.takes(&["GENERATED", "ALWAYS", "AS"]) || cursor.takes(&["AS"]) {
            nameless("the expression");
            let sql = cursor.parenthesized()?;
            let stored = cursor.takes(&["STORED"]);
            if !stored {
                cursor.takes(&["VIRTUAL"]);
            }
            let storage = if stored { GeneratedStorage::Stored } else { GeneratedStorage::Virtual };
            self.column.generated = Some(Generated { sql, storage });
            return Ok(());
        }
        match name {
            Some(name) => {
                unheld.push(format!("the name `{name}`, which names nothing, on {place}"));
                Ok(())
            }
            None => Err(cursor.unexpected("a rule of a column")),
        }
    }
}

fn read_default(cursor: &mut Cursor<'_>) -> Result<Value, Unreadable> {
    if cursor.sees(&["("]) {
        return Ok(Value::Sql(cursor.parenthesized()?));
    }
    let sign = cursor.peek().copied().filter(|token| token.is("+") || token.is("-"));
    if sign.is_some() {
        cursor.next();
    }
    let token = cursor.next().ok_or_else(|| cursor.unexpected("a default"))?;
    // A lone name is a text there (parse.y of SQLite 3.53, `DEFAULT id`).
    if sign.is_none()
        && (token.kind == TokenKind::Quoted || (token.kind == TokenKind::Word && !super::is_bare(token.text)))
    {
        return Ok(Value::Literal(Literal::text(token.name().unwrap_or_default())));
    }
    let text = format!("{}{}", sign.map_or("", |sign| sign.text), token.text);
    Ok(default::value(&text))
}
