//! Reads a column of `CREATE TABLE`, with the rules that stand on it.

use super::clause;
use super::cursor::Cursor;
use crate::ddl::tree::{ColumnDef, ColumnRule, ColumnRuleKind, DefaultValue, Span, Storage, StorageWord};
use crate::ddl::{TokenKind, Unreadable};

/// Reads a column.
///
/// # Errors
/// SQLite would not take it.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<ColumnDef, Unreadable> {
    let start = cursor.start();
    let name = cursor.name()?;
    let ty = read_type(cursor)?;
    let mut rules = Vec::new();
    while let Some(rule) = read_rule(cursor)? {
        rules.push(rule);
    }
    Ok(ColumnDef { name, ty, rules, span: cursor.since(start) })
}

/// Reads a type: words, and up to two numbers in parentheses.
fn read_type(cursor: &mut Cursor<'_>) -> Result<Option<Span>, Unreadable> {
    let start = cursor.start();
    // These two are words of a type too, but for what they begin (build.c, `sqlite3AddColumn`).
    while cursor.sees_type_word() && !cursor.sees(&["GENERATED", "ALWAYS", "AS"]) {
        cursor.next();
    }
    if cursor.start() == start {
        return Ok(None);
    }
    if cursor.takes(&["("]).is_some() {
        read_signed(cursor)?;
        if cursor.takes(&[","]).is_some() {
            read_signed(cursor)?;
        }
        cursor.needs(&[")"])?;
    }
    Ok(Some(cursor.since(start)))
}

fn read_signed(cursor: &mut Cursor<'_>) -> Result<(), Unreadable> {
    let _ = cursor.takes(&["+"]).or_else(|| cursor.takes(&["-"]));
    match cursor.peek() {
        Some(token) if token.is_size() => {
            cursor.next();
            Ok(())
        }
        _ => Err(cursor.unexpected("a number")),
    }
}

/// Reads a rule, if one comes next.
fn read_rule(cursor: &mut Cursor<'_>) -> Result<Option<ColumnRule>, Unreadable> {
    let start = cursor.start();
    let name = clause::rule_name(cursor)?;
    let kind = match read_kind(cursor)? {
        Some(kind) => kind,
        None if name.is_some() => ColumnRuleKind::Nothing,
        None => return Ok(None),
    };
    Ok(Some(ColumnRule { name, kind, span: cursor.since(start) }))
}

fn read_kind(cursor: &mut Cursor<'_>) -> Result<Option<ColumnRuleKind>, Unreadable> {
    Ok(Some(match () {
        () if cursor.takes(&["PRIMARY", "KEY"]).is_some() => ColumnRuleKind::PrimaryKey {
            order: clause::sort_order(cursor),
            conflict: clause::conflict(cursor)?,
            autoincrement: cursor.takes(&["AUTOINCREMENT"]),
        },
        () if cursor.takes(&["NOT", "NULL"]).is_some() => {
            ColumnRuleKind::NotNull { conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["NULL"]).is_some() => {
            ColumnRuleKind::Null { conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["UNIQUE"]).is_some() => {
            ColumnRuleKind::Unique { conflict: clause::conflict(cursor)? }
        }
        () if cursor.takes(&["CHECK"]).is_some() => {
            ColumnRuleKind::Check { condition: cursor.parenthesized()? }
        }
        () if cursor.takes(&["DEFAULT"]).is_some() => ColumnRuleKind::Default(read_default(cursor)?),
        () if cursor.takes(&["COLLATE"]).is_some() => match cursor.sees_type_word() {
            true => ColumnRuleKind::Collate { collation: cursor.name()? },
            false => return Err(cursor.unexpected("a collation")),
        },
        () if cursor.sees(&["REFERENCES"]) => ColumnRuleKind::References(clause::references(cursor)?),
        () if cursor.takes(&["GENERATED", "ALWAYS", "AS"]).is_some() => read_generated(cursor)?,
        () if cursor.takes(&["AS"]).is_some() => read_generated(cursor)?,
        () => return Ok(clause::deferral(cursor)?.map(ColumnRuleKind::Deferral)),
    }))
}

fn read_generated(cursor: &mut Cursor<'_>) -> Result<ColumnRuleKind, Unreadable> {
    let expression = cursor.parenthesized()?;
    let storage = |span, storage| StorageWord { span, storage };
    let stored = cursor.takes(&["STORED"]).map(|span| storage(span, Storage::Stored));
    let storage = stored.or_else(|| cursor.takes(&["VIRTUAL"]).map(|span| storage(span, Storage::Virtual)));
    // A name may stand here, and SQLite takes this word for one.
    if storage.is_none() && cursor.sees(&["GENERATED"]) {
        return Err(cursor.unexpected("STORED"));
    }
    Ok(ColumnRuleKind::Generated { expression, storage })
}

/// Reads what stands behind `DEFAULT`: an expression in parentheses, a literal with or without a sign, or a name.
fn read_default(cursor: &mut Cursor<'_>) -> Result<DefaultValue, Unreadable> {
    let start = cursor.start();
    if cursor.sees(&["("]) {
        cursor.parenthesized()?;
        return Ok(DefaultValue { span: cursor.since(start) });
    }
    let sign = cursor.takes(&["+"]).or_else(|| cursor.takes(&["-"]));
    const TERMS: [&str; 4] = ["NULL", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];
    let is_term = cursor.peek().is_some_and(|token| match token.kind {
        TokenKind::Text | TokenKind::Blob => true,
        TokenKind::Number => token.is_number(),
        TokenKind::Word => TERMS.iter().any(|term| token.is(term)),
        _ => false,
    });
    if !is_term && (sign.is_some() || !(cursor.sees_type_word() || cursor.sees(&["INDEXED"]))) {
        return Err(cursor.unexpected("a default"));
    }
    cursor.next();
    Ok(DefaultValue { span: cursor.since(start) })
}
