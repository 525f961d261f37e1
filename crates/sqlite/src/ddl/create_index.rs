//! Reads the texts of `CREATE INDEX` and `CREATE VIEW` (sqlite.org/lang_createindex.html).

use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Order, Table};

use super::cursor::Cursor;
use super::default::is_wrapped;
use super::{Token, TokenKind, Unreadable, same, tokenize};

/// Reads the text of an index of a table, and what of it the model does not hold.
///
/// # Errors
/// The text is not that of an index.
pub(crate) fn read_index(sql: &str, table: &Table) -> Result<(Index, Vec<String>), Unreadable> {
    let mut cursor = Cursor::new(sql);
    cursor.needs(&["CREATE"])?;
    let unique = cursor.takes(&["UNIQUE"]);
    cursor.needs(&["INDEX"])?;
    cursor.takes(&["IF", "NOT", "EXISTS"]);
    let mut name = cursor.name()?;
    if cursor.takes(&["."]) {
        name = cursor.name()?;
    }
    cursor.needs(&["ON"])?;
    cursor.name()?;
    cursor.needs(&["("])?;
    let mut columns = vec![read_key(&mut cursor, table)?];
    while cursor.takes(&[","]) {
        columns.push(read_key(&mut cursor, table)?);
    }
    cursor.needs(&[")"])?;
    let filter = cursor.takes(&["WHERE"]).then(|| RawSql::new(cursor.rest().trim_end()));
    if filter.is_none() {
        cursor.end()?;
    }
    let comments = tokenize(sql).into_iter().filter(|token| token.kind == TokenKind::Comment);
    let unheld = comments.map(|token| format!("the comment `{}` of index `{name}`", token.text)).collect();
    Ok((Index { unique, filter, ..Index::new(name, columns) }, unheld))
}

fn read_key(cursor: &mut Cursor<'_>, table: &Table) -> Result<IndexColumn, Unreadable> {
    let tokens = cursor.item();
    let mut key = tokens.as_slice();
    let mut order = None;
    if let [before @ .., last] = key
        && (last.is("ASC") || last.is("DESC"))
        && !before.is_empty()
    {
        order = Some(if last.is("ASC") { Order::Asc } else { Order::Desc });
        key = before;
    }
    let mut collation = None;
    if let [before @ .., collate, name] = key
        && collate.is("COLLATE")
        && !before.is_empty()
    {
        collation = name.name().and_then(|name| Ident::new(&name).ok());
        key = before;
    }
    let key = match key {
        [] => return Err(cursor.unexpected("a column or an expression")),
        [one] => match column(one, table) {
            Some(name) => IndexKey::Column(name),
            None => IndexKey::Sql(RawSql::new(one.text)),
        },
        wrapped if is_wrapped(wrapped) => {
            let inner = cursor.text(wrapped);
            IndexKey::Sql(RawSql::new(inner[1..inner.len() - 1].trim()))
        }
        expression => IndexKey::Sql(RawSql::new(cursor.text(expression))),
    };
    Ok(IndexColumn { key, order, nulls: None, collation, op_class: None, length: None })
}

/// Returns the column that a lone token names, as the table spells it.
fn column(token: &Token<'_>, table: &Table) -> Option<Ident> {
    let name = token.name().and_then(|name| Ident::new(&name).ok())?;
    table.columns.iter().map(|column| &column.name).find(|column| same(column, &name)).cloned()
}

/// Reads the query of a view; `None` when the view names its columns, which the model does not hold.
///
/// # Errors
/// The text is not that of a view.
pub(crate) fn read_view(sql: &str) -> Result<Option<RawSql>, Unreadable> {
    let mut cursor = Cursor::new(sql);
    cursor.needs(&["CREATE"])?;
    let _ = cursor.takes(&["TEMP"]) || cursor.takes(&["TEMPORARY"]);
    cursor.needs(&["VIEW"])?;
    cursor.takes(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    if cursor.takes(&["."]) {
        cursor.name()?;
    }
    if cursor.sees(&["("]) {
        return Ok(None);
    }
    cursor.needs(&["AS"])?;
    Ok(Some(RawSql::new(cursor.rest().trim_end())))
}
