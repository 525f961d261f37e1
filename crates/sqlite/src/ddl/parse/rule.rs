//! Reads a rule of a table.

use super::clause;
use super::cursor::Cursor;
use crate::ddl::Unreadable;
use crate::ddl::grammar::Part;
use crate::ddl::tree::{KeyTerm, Name, TableRule, TableRuleKind};

/// Says whether a rule of the table comes next. These words are no names without quotes, so it is no column.
pub(super) fn is_next(cursor: &Cursor<'_>) -> bool {
    ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| cursor.sees(&[word]))
}

/// Reads a rule.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<TableRule, Unreadable> {
    let start = cursor.start();
    let name = clause::rule_name(cursor)?;
    let kind = match () {
        () if cursor.takes(&["PRIMARY", "KEY"]).is_some() => {
            cursor.needs(&["("])?;
            let keys = read_keys(cursor)?;
            let autoincrement = cursor.takes(&["AUTOINCREMENT"]);
            cursor.needs(&[")"])?;
            TableRuleKind::PrimaryKey { keys, autoincrement, conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["UNIQUE"]).is_some() => {
            cursor.needs(&["("])?;
            let keys = read_keys(cursor)?;
            cursor.needs(&[")"])?;
            TableRuleKind::Unique { keys, conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["CHECK"]).is_some() => {
            TableRuleKind::Check { condition: cursor.parenthesized()?, conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["FOREIGN", "KEY"]).is_some() => {
            TableRuleKind::ForeignKey { columns: cursor.names()?, references: clause::references(cursor)? }
        }
        () if name.is_some() => TableRuleKind::Nothing,
        () => return Err(cursor.unexpected("a rule of the table")),
    };
    Ok(TableRule { name, kind, span: cursor.since(start) })
}

fn read_keys(cursor: &mut Cursor<'_>) -> Result<Vec<KeyTerm>, Unreadable> {
    let mut keys = vec![read_key(cursor)?];
    while cursor.takes(&[","]).is_some() {
        keys.push(read_key(cursor)?);
    }
    Ok(keys)
}

/// Reads a column of a key. SQLite reads an expression there, and takes one that is only a column
/// (build.c, `sqlite3CreateIndex`), so it may stand in parentheses.
fn read_key(cursor: &mut Cursor<'_>) -> Result<KeyTerm, Unreadable> {
    let start = cursor.start();
    // A word such as CAST is no name where an expression may stand.
    cursor.check_part(Part::Expression)?;
    let (name, collations) = read_collated(cursor)?;
    let order = clause::sort_order(cursor);
    Ok(KeyTerm { name, collations, order, span: cursor.since(start) })
}

fn read_collated(cursor: &mut Cursor<'_>) -> Result<(Name, Vec<Name>), Unreadable> {
    let (mut open, mut collations) = (0usize, Vec::new());
    while cursor.takes(&["("]).is_some() {
        open += 1;
    }
    let name = cursor.name()?;
    loop {
        if cursor.takes(&["COLLATE"]).is_some() {
            collations.push(cursor.name()?);
        } else if open > 0 {
            cursor.needs(&[")"])?;
            open -= 1;
        } else {
            return Ok((name, collations));
        }
    }
}
