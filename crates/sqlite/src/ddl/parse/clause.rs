//! Reads the clauses that rules of columns and of tables share.

use limbeck_core::schema::{Deferrable, ReferentialAction};

use super::cursor::Cursor;
use crate::ddl::Unreadable;
use crate::ddl::tree::{
    Action, Conflict, Deferral, ReferenceClause, ReferenceClauseKind, References, Resolution, RuleName, Sort,
    SortOrder,
};

/// Reads `CONSTRAINT name`, if it comes next.
///
/// # Errors
/// There is no name.
pub(super) fn rule_name(cursor: &mut Cursor<'_>) -> Result<Option<RuleName>, Unreadable> {
    let start = cursor.start();
    if cursor.takes(&["CONSTRAINT"]).is_none() {
        return Ok(None);
    }
    let name = cursor.name()?;
    Ok(Some(RuleName { name, span: cursor.since(start) }))
}

/// Reads `ON CONFLICT …`, if it comes next.
///
/// # Errors
/// The resolution is unknown.
pub(super) fn conflict(cursor: &mut Cursor<'_>) -> Result<Option<Conflict>, Unreadable> {
    const RESOLUTIONS: [(&str, Resolution); 5] = [
        ("ROLLBACK", Resolution::Rollback),
        ("ABORT", Resolution::Abort),
        ("FAIL", Resolution::Fail),
        ("IGNORE", Resolution::Ignore),
        ("REPLACE", Resolution::Replace),
    ];
    let start = cursor.start();
    if cursor.takes(&["ON", "CONFLICT"]).is_none() {
        return Ok(None);
    }
    let found = RESOLUTIONS.iter().find(|(word, _)| cursor.takes(&[word]).is_some());
    let (_, resolution) = found.ok_or_else(|| cursor.unexpected("a conflict resolution"))?;
    Ok(Some(Conflict { span: cursor.since(start), resolution: *resolution }))
}

/// Reads `ASC` or `DESC`, if one comes next.
pub(super) fn sort_order(cursor: &mut Cursor<'_>) -> Option<SortOrder> {
    let ascending = cursor.takes(&["ASC"]).map(|span| SortOrder { span, sort: Sort::Ascending });
    ascending.or_else(|| cursor.takes(&["DESC"]).map(|span| SortOrder { span, sort: Sort::Descending }))
}

/// Reads `REFERENCES` and what belongs to it.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn references(cursor: &mut Cursor<'_>) -> Result<References, Unreadable> {
    let start = cursor.start();
    cursor.needs(&["REFERENCES"])?;
    let table = cursor.name()?;
    let columns = if cursor.sees(&["("]) { Some(cursor.names()?) } else { None };
    let mut clauses = Vec::new();
    while let Some(clause) = reference_clause(cursor)? {
        clauses.push(clause);
    }
    let deferral = deferral(cursor)?;
    Ok(References { table, columns, clauses, deferral, span: cursor.since(start) })
}

fn reference_clause(cursor: &mut Cursor<'_>) -> Result<Option<ReferenceClause>, Unreadable> {
    const EVENTS: [(&str, Action); 3] =
        [("DELETE", Action::Delete), ("UPDATE", Action::Update), ("INSERT", Action::Insert)];
    const ACTIONS: [(&[&str], ReferentialAction); 5] = [
        (&["NO", "ACTION"], ReferentialAction::NoAction),
        (&["RESTRICT"], ReferentialAction::Restrict),
        (&["CASCADE"], ReferentialAction::Cascade),
        (&["SET", "NULL"], ReferentialAction::SetNull),
        (&["SET", "DEFAULT"], ReferentialAction::SetDefault),
    ];
    let start = cursor.start();
    let event = EVENTS.iter().find(|(word, _)| cursor.takes(&["ON", word]).is_some());
    let kind = match event {
        Some((_, event)) => {
            let action = ACTIONS.iter().find(|(words, _)| cursor.takes(words).is_some());
            let (_, action) = action.ok_or_else(|| cursor.unexpected("a referential action"))?;
            ReferenceClauseKind::On(*event, *action)
        }
        None if cursor.takes(&["MATCH"]).is_some() => ReferenceClauseKind::Match(cursor.name()?),
        None => return Ok(None),
    };
    Ok(Some(ReferenceClause { kind, span: cursor.since(start) }))
}

/// Reads when a foreign key is checked, if it is said.
///
/// # Errors
/// `INITIALLY` is not followed by when.
pub(super) fn deferral(cursor: &mut Cursor<'_>) -> Result<Option<Deferral>, Unreadable> {
    let start = cursor.start();
    let not = cursor.takes(&["NOT", "DEFERRABLE"]).is_some();
    if !not && cursor.takes(&["DEFERRABLE"]).is_none() {
        return Ok(None);
    }
    let mut when = if not { Deferrable::Not } else { Deferrable::Immediate };
    if cursor.takes(&["INITIALLY"]).is_some() {
        match cursor.takes(&["DEFERRED"]) {
            Some(_) if !not => when = Deferrable::Deferred,
            Some(_) => {}
            None => {
                cursor.needs(&["IMMEDIATE"])?;
            }
        }
    }
    Ok(Some(Deferral { span: cursor.since(start), when }))
}
