//! Reads a definition into its tree, by the grammar of SQLite 3.53 (parse.y).

mod clause;
mod column;
mod cursor;
mod index;
mod rule;
mod table;
mod trigger;
mod view;
mod virtual_table;

use super::print::print;
use super::tree::{CreateTable, Definition, Span};
use super::{TokenKind, Unreadable, tokenize};
use cursor::Cursor;

/// Reads a definition: `CREATE TABLE`, `INDEX`, `VIEW`, `TRIGGER` or `VIRTUAL TABLE`.
///
/// # Errors
/// The text is none that SQLite takes.
pub(crate) fn parse(sql: &str) -> Result<Definition, Unreadable> {
    if let Some(token) = tokenize(sql).iter().find(|token| token.kind == TokenKind::Illegal) {
        return Err(Unreadable(format!("`{}` is nothing that SQLite knows", token.text)));
    }
    let whole = Span { start: 0, end: sql.len() };
    let mut cursor = Cursor::new(sql);
    let create = cursor.needs(&["CREATE"])?;
    let temporary = cursor.takes(&["TEMP"]).or_else(|| cursor.takes(&["TEMPORARY"]));
    let definition = match () {
        () if cursor.takes(&["TABLE"]).is_some() => {
            Definition::Table(table::read(&mut cursor, whole, create, temporary)?)
        }
        () if cursor.takes(&["VIEW"]).is_some() => {
            Definition::View(view::read(&mut cursor, whole, temporary)?)
        }
        () if cursor.takes(&["TRIGGER"]).is_some() => {
            Definition::Trigger(trigger::read(&mut cursor, whole, temporary)?)
        }
        () if temporary.is_some() => return Err(cursor.unexpected("TABLE")),
        () if cursor.takes(&["VIRTUAL", "TABLE"]).is_some() => {
            Definition::Virtual(virtual_table::read(&mut cursor, whole)?)
        }
        () => Definition::Index(index::read(&mut cursor, whole)?),
    };
    cursor.finish()?;
    debug_assert_eq!(print(&definition, sql), sql, "a tree is its text");
    Ok(definition)
}

/// Reads the text of a table.
///
/// # Errors
/// The text is not that of an ordinary table.
pub(crate) fn parse_table(sql: &str) -> Result<CreateTable, Unreadable> {
    match parse(sql)? {
        Definition::Table(table) => Ok(table),
        _ => Err(Unreadable("it is not the definition of an ordinary table".to_owned())),
    }
}
