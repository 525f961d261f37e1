//! Reads `CREATE INDEX` (sqlite.org/lang_createindex.html).

use super::clause;
use super::cursor::Cursor;
use crate::ddl::grammar::Part;
use crate::ddl::project::is_wrapped;
use crate::ddl::tree::{CreateIndex, IndexTerm, Name, Span};
use crate::ddl::{Token, TokenKind, Unreadable};

/// Reads on from behind `CREATE`.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(cursor: &mut Cursor<'_>, span: Span) -> Result<CreateIndex, Unreadable> {
    let unique = cursor.takes(&["UNIQUE"]);
    cursor.needs(&["INDEX"])?;
    cursor.if_not_exists()?;
    let name = cursor.target()?;
    cursor.needs(&["ON"])?;
    let table = cursor.name()?;
    cursor.needs(&["("])?;
    let mut terms = vec![read_term(cursor)?];
    while cursor.takes(&[","]).is_some() {
        terms.push(read_term(cursor)?);
    }
    cursor.needs(&[")"])?;
    let filter = match cursor.takes(&["WHERE"]) {
        Some(_) => Some(cursor.part(Part::Expression)?),
        None => None,
    };
    Ok(CreateIndex { span, unique, name, table, terms, filter })
}

fn read_term(cursor: &mut Cursor<'_>) -> Result<IndexTerm, Unreadable> {
    let start = cursor.start();
    let whole = cursor.part(Part::Expression)?;
    let (expression, collation) = split_collation(cursor.taken_since(start), whole);
    let order = clause::sort_order(cursor);
    Ok(IndexTerm { expression, collation, order, span: cursor.since(start) })
}

/// Takes a `COLLATE` at the end off an expression, if it is about all of it: behind one column or parentheses around
/// the rest.
fn split_collation(tokens: &[Token<'_>], whole: Span) -> (Span, Option<Name>) {
    if let [rest @ .., collate, name] = tokens
        && let (Some(first), Some(last)) = (rest.first(), rest.last())
        && (rest.len() == 1 || is_wrapped(rest))
        && collate.is("COLLATE")
        && matches!(name.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Text)
    {
        let span = Span { start: name.start, end: name.end() };
        let name = Name { span, text: name.name().unwrap_or_default() };
        return (Span { start: first.start, end: last.end() }, Some(name));
    }
    (whole, None)
}
