//! Reads `CREATE TABLE` (sqlite.org/lang_createtable.html).

use super::cursor::Cursor;
use super::{column, rule};
use crate::ddl::Unreadable;
use crate::ddl::tree::{CreateTable, Item, ItemKind, Span, TableOption, TableOptionKind};

/// Reads on from behind `TABLE`.
///
/// # Errors
/// SQLite would not take it, or it is made from a query, which is never stored so.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    span: Span,
    create: Span,
    temporary: Option<Span>,
) -> Result<CreateTable, Unreadable> {
    cursor.if_not_exists()?;
    let name = cursor.target()?;
    let open = cursor.needs(&["("])?;
    let items = read_items(cursor)?;
    let close = cursor.needs(&[")"])?;
    let options = read_options(cursor)?;
    Ok(CreateTable { span, create, temporary, name, open, items, close, options })
}

fn read_items(cursor: &mut Cursor<'_>) -> Result<Vec<Item>, Unreadable> {
    let mut items = vec![Item { comma: None, kind: ItemKind::Column(column::read(cursor)?) }];
    let mut rules = false;
    loop {
        let comma = cursor.takes(&[","]);
        let is_rule = rule::is_next(cursor);
        // SQLite lets the comma between rules of the table be missing.
        if comma.is_none() && !(rules && is_rule) {
            return Ok(items);
        }
        let kind = match is_rule || rules {
            true => ItemKind::Rule(rule::read(cursor)?),
            false => ItemKind::Column(column::read(cursor)?),
        };
        rules |= is_rule;
        items.push(Item { comma, kind });
    }
}

fn read_options(cursor: &mut Cursor<'_>) -> Result<Vec<TableOption>, Unreadable> {
    const OPTIONS: [(&[&str], TableOptionKind); 2] =
        [(&["WITHOUT", "ROWID"], TableOptionKind::WithoutRowid), (&["STRICT"], TableOptionKind::Strict)];
    let mut options = Vec::new();
    loop {
        let comma = cursor.takes(&[","]);
        // SQLite takes a comma before the first option too.
        if comma.is_none() && !options.is_empty() {
            return Ok(options);
        }
        let found = OPTIONS.iter().find_map(|(words, kind)| Some((cursor.takes(words)?, *kind)));
        match found {
            Some((span, kind)) => options.push(TableOption { comma, span, kind }),
            None if comma.is_none() => return Ok(options),
            None => return Err(cursor.unexpected("STRICT")),
        }
    }
}
