//! Reads the clauses that columns and tables share.

use std::str::FromStr;

use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Check, Constraint, Deferrable, ForeignKey, Match, ReferentialAction, Unique};

use super::Unreadable;
use super::cursor::Cursor;

/// Makes a unique constraint.
pub(super) fn unique(name: Option<Ident>, columns: Vec<Ident>) -> Constraint {
    Constraint::Unique(Unique { name, columns, nulls_not_distinct: false, deferrable: None })
}

/// Makes a check.
pub(super) fn check(name: Option<Ident>, sql: RawSql) -> Constraint {
    Constraint::Check(Check { name, sql, not_valid: false })
}

/// Passes over `ON CONFLICT …`, which the model does not hold. ABORT is what SQLite does without it.
pub(super) fn conflict(
    cursor: &mut Cursor<'_>,
    place: &str,
    unheld: &mut Vec<String>,
) -> Result<(), Unreadable> {
    if cursor.takes(&["ON", "CONFLICT"]) {
        let what = cursor.next().ok_or_else(|| cursor.unexpected("a conflict resolution"))?;
        if !what.is("ABORT") {
            unheld.push(format!("`ON CONFLICT {}` of {place}", what.text));
        }
    }
    Ok(())
}

/// Reads what stands behind `REFERENCES`.
pub(super) fn references(
    cursor: &mut Cursor<'_>,
    name: Option<Ident>,
    columns: Vec<Ident>,
) -> Result<ForeignKey, Unreadable> {
    let references = TableName::unqualified(cursor.name()?);
    let referred_columns = if cursor.sees(&["("]) { cursor.names()? } else { Vec::new() };
    let mut key = ForeignKey {
        name,
        columns,
        references,
        referred_columns,
        on_delete: None,
        on_update: None,
        match_type: None,
        deferrable: None,
        not_valid: false,
    };
    loop {
        if cursor.takes(&["ON", "DELETE"]) {
            key.on_delete = Some(action(cursor)?);
        } else if cursor.takes(&["ON", "UPDATE"]) {
            key.on_update = Some(action(cursor)?);
        } else if cursor.takes(&["MATCH"]) {
            let kind = cursor.name()?;
            let kind = Match::from_str(&kind.as_str().to_ascii_lowercase());
            key.match_type = Some(kind.map_err(|_| cursor.unexpected("SIMPLE"))?);
        } else {
            break;
        }
    }
    key.deferrable = deferrable(cursor)?;
    Ok(key)
}

fn action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction, Unreadable> {
    const ACTIONS: [(&[&str], ReferentialAction); 5] = [
        (&["NO", "ACTION"], ReferentialAction::NoAction),
        (&["RESTRICT"], ReferentialAction::Restrict),
        (&["CASCADE"], ReferentialAction::Cascade),
        (&["SET", "NULL"], ReferentialAction::SetNull),
        (&["SET", "DEFAULT"], ReferentialAction::SetDefault),
    ];
    let found = ACTIONS.iter().find(|(words, _)| cursor.takes(words));
    found.map(|(_, action)| *action).ok_or_else(|| cursor.unexpected("a referential action"))
}

/// Reads when a foreign key is checked, if it is said.
pub(super) fn deferrable(cursor: &mut Cursor<'_>) -> Result<Option<Deferrable>, Unreadable> {
    let when = match () {
        () if cursor.takes(&["NOT", "DEFERRABLE"]) => Deferrable::Not,
        () if cursor.takes(&["DEFERRABLE"]) => Deferrable::Immediate,
        () => return Ok(None),
    };
    if !cursor.takes(&["INITIALLY"]) {
        return Ok(Some(when));
    }
    let deferred = cursor.takes(&["DEFERRED"]);
    if !deferred {
        cursor.needs(&["IMMEDIATE"])?;
    }
    Ok(Some(if deferred && when == Deferrable::Immediate { Deferrable::Deferred } else { when }))
}
