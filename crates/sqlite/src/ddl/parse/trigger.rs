//! Reads `CREATE TRIGGER` (sqlite.org/lang_createtrigger.html).

use super::cursor::Cursor;
use crate::ddl::Unreadable;
use crate::ddl::grammar::Part;
use crate::ddl::tree::{CreateTrigger, Span, TriggerEvent, TriggerTime};

/// Reads on from behind `TRIGGER`.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    span: Span,
    temporary: Option<Span>,
) -> Result<CreateTrigger, Unreadable> {
    const TIMES: [(&[&str], TriggerTime); 3] = [
        (&["BEFORE"], TriggerTime::Before),
        (&["AFTER"], TriggerTime::After),
        (&["INSTEAD", "OF"], TriggerTime::InsteadOf),
    ];
    const EVENTS: [(&str, TriggerEvent); 3] = [
        ("DELETE", TriggerEvent::Delete),
        ("INSERT", TriggerEvent::Insert),
        ("UPDATE", TriggerEvent::Update),
    ];
    cursor.if_not_exists()?;
    let name = cursor.target()?;
    let time = TIMES.iter().find(|(words, _)| cursor.takes(words).is_some());
    let time = time.map_or(TriggerTime::Before, |(_, time)| *time);
    let event = EVENTS.iter().find(|(word, _)| cursor.takes(&[word]).is_some());
    let (_, event) = event.ok_or_else(|| cursor.unexpected("DELETE"))?;
    let mut columns = Vec::new();
    if *event == TriggerEvent::Update && cursor.takes(&["OF"]).is_some() {
        columns.push(cursor.name()?);
        while cursor.takes(&[","]).is_some() {
            columns.push(cursor.name()?);
        }
    }
    cursor.needs(&["ON"])?;
    let table = cursor.target()?;
    cursor.takes(&["FOR", "EACH", "ROW"]);
    let condition = match cursor.takes(&["WHEN"]) {
        Some(_) => Some(cursor.part(Part::Expression)?),
        None => None,
    };
    cursor.needs(&["BEGIN"])?;
    let mut body = Vec::new();
    while body.is_empty() || cursor.takes(&["END"]).is_none() {
        body.push(cursor.part(Part::Statement)?);
        cursor.needs(&[";"])?;
    }
    Ok(CreateTrigger { span, temporary, name, time, event: *event, columns, table, condition, body })
}
