//! Reads `CREATE VIEW` (sqlite.org/lang_createview.html).

use super::cursor::Cursor;
use crate::ddl::Unreadable;
use crate::ddl::grammar::Part;
use crate::ddl::tree::{CreateView, Span};

/// Reads on from behind `VIEW`.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    span: Span,
    temporary: Option<Span>,
) -> Result<CreateView, Unreadable> {
    cursor.if_not_exists()?;
    let name = cursor.target()?;
    let columns = if cursor.sees(&["("]) { Some(cursor.names()?) } else { None };
    cursor.needs(&["AS"])?;
    let query = cursor.part(Part::Query)?;
    Ok(CreateView { span, temporary, name, columns, query })
}
