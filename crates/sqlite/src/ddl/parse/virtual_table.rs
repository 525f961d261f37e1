//! Reads `CREATE VIRTUAL TABLE` (sqlite.org/lang_createvtab.html).

use super::cursor::Cursor;
use crate::ddl::Unreadable;
use crate::ddl::tree::{CreateVirtualTable, Span};

/// Reads on from behind `VIRTUAL TABLE`.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(cursor: &mut Cursor<'_>, span: Span) -> Result<CreateVirtualTable, Unreadable> {
    cursor.if_not_exists()?;
    let name = cursor.target()?;
    cursor.needs(&["USING"])?;
    let module = cursor.name()?;
    let mut arguments = Vec::new();
    if cursor.takes(&["("]).is_some() {
        while cursor.takes(&[")"]).is_none() {
            if cursor.takes(&[","]).is_none() {
                arguments.push(read_argument(cursor)?);
            }
        }
    }
    Ok(CreateVirtualTable { span, name, module, arguments })
}

/// Reads what stands between commas; parentheses close as they open.
fn read_argument(cursor: &mut Cursor<'_>) -> Result<Span, Unreadable> {
    let start = cursor.start();
    let mut depth = 0usize;
    while depth > 0 || !(cursor.sees(&[","]) || cursor.sees(&[")"])) {
        let token = cursor.next().ok_or_else(|| cursor.unexpected(")"))?;
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
        }
    }
    Ok(cursor.since(start))
}
