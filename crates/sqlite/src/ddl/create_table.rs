//! Reads the text of `CREATE TABLE` (sqlite.org/lang_createtable.html).

use std::collections::BTreeMap;

use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Column, Constraint, PrimaryKey, Table};

use super::column::{ColumnReader, is_column_rule};
use super::cursor::Cursor;
use super::{TokenKind, Unreadable, clause, tokenize, types};
use crate::dialect::NAME;

/// A table as its text has it, and what of the text the model does not hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableText {
    pub(crate) table: Table,
    /// What the model does not hold, in words, in order.
    pub(crate) unheld: Vec<String>,
}

/// Reads the text of a table.
///
/// # Errors
/// The text is not that of an ordinary table.
pub(crate) fn read_table(sql: &str) -> Result<TableText, Unreadable> {
    let mut cursor = Cursor::new(sql);
    cursor.needs(&["CREATE"])?;
    let _ = cursor.takes(&["TEMP"]) || cursor.takes(&["TEMPORARY"]);
    cursor.needs(&["TABLE"])?;
    cursor.takes(&["IF", "NOT", "EXISTS"]);
    let mut name = TableName::unqualified(cursor.name()?);
    if cursor.takes(&["."]) {
        name = TableName::unqualified(cursor.name()?);
    }
    let mut unheld: Vec<String> = tokenize(sql)
        .iter()
        .filter(|token| token.kind == TokenKind::Comment)
        .map(|token| format!("the comment `{}`", token.text.trim_end()))
        .collect();
    cursor.needs(&["("])?;
    let mut table = Table::new(name, Vec::new());
    loop {
        if is_table_rule(&cursor) {
            read_rule(&mut cursor, &mut table, &mut unheld)?;
        } else {
            let rules = ColumnReader::read(&mut cursor, &mut unheld)?;
            table.columns.push(rules.column);
            table.constraints.extend(rules.constraints);
        }
        // SQLite lets the comma between constraints of the table be missing.
        if !cursor.takes(&[","]) && !is_table_rule(&cursor) {
            break;
        }
    }
    cursor.needs(&[")"])?;
    read_options(&mut cursor, &mut table)?;
    cursor.end()?;
    settle_keys(&mut table);
    Ok(TableText { table, unheld })
}

fn is_table_rule(cursor: &Cursor<'_>) -> bool {
    // Each may also be the name of a column, but only in quotes: they are reserved.
    ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| cursor.sees(&[word]))
}

fn read_rule(cursor: &mut Cursor<'_>, table: &mut Table, unheld: &mut Vec<String>) -> Result<(), Unreadable> {
    let name = if cursor.takes(&["CONSTRAINT"]) { Some(cursor.name()?) } else { None };
    if cursor.takes(&["PRIMARY", "KEY"]) {
        let columns = read_key(cursor, table, "PRIMARY KEY", unheld)?;
        table.constraints.push(Constraint::PrimaryKey(PrimaryKey { name, columns }));
    } else if cursor.takes(&["UNIQUE"]) {
        let columns = read_key(cursor, table, "UNIQUE", unheld)?;
        table.constraints.push(clause::unique(name, columns));
    } else if cursor.takes(&["CHECK"]) {
        table.constraints.push(clause::check(name, cursor.parenthesized()?));
    } else if cursor.takes(&["FOREIGN", "KEY"]) {
        let columns = cursor.names()?;
        cursor.needs(&["REFERENCES"])?;
        table.constraints.push(Constraint::ForeignKey(clause::references(cursor, name, columns)?));
    } else if name.is_some() {
        // SQLite takes a name with nothing behind it.
        unheld.push("the name of a constraint that is none".to_owned());
    } else {
        return Err(cursor.unexpected("a constraint"));
    }
    clause::conflict(cursor, "a constraint of the table", unheld)
}

/// Reads the columns of a key, and what may stand behind each.
fn read_key(
    cursor: &mut Cursor<'_>,
    table: &mut Table,
    kind: &str,
    unheld: &mut Vec<String>,
) -> Result<Vec<Ident>, Unreadable> {
    cursor.needs(&["("])?;
    let mut names = Vec::new();
    loop {
        let name = cursor.name()?;
        if cursor.takes(&["COLLATE"]) {
            let collation = cursor.name()?;
            unheld.push(format!("`COLLATE {collation}` in `{kind}`"));
        }
        cursor.takes(&["ASC"]);
        if cursor.takes(&["DESC"]) {
            unheld.push(format!("`DESC` in `{kind}`"));
        }
        if cursor.takes(&["AUTOINCREMENT"]) {
            let column = table.columns.iter_mut().find(|column| same(&column.name, &name));
            if let Some(column) = column {
                column.autoincrement = Some(true);
            }
        }
        names.push(name);
        if !cursor.takes(&[","]) {
            break;
        }
    }
    cursor.needs(&[")"])?;
    Ok(names)
}

fn read_options(cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), Unreadable> {
    let mut options = BTreeMap::new();
    loop {
        if cursor.takes(&["WITHOUT", "ROWID"]) {
            options.insert("without_rowid".to_owned(), Literal::Bool(true));
        } else if cursor.takes(&["STRICT"]) {
            options.insert("strict".to_owned(), Literal::Bool(true));
        } else {
            break;
        }
        if !cursor.takes(&[","]) {
            break;
        }
    }
    if !options.is_empty() {
        table.options.insert(NAME.to_owned(), options);
    }
    Ok(())
}

/// Spells the columns of constraints as the columns are spelled, and notes which of a primary key refuse NULL.
///
/// A primary key lets NULL in unless it is the rowid or the table is STRICT or WITHOUT ROWID
/// (sqlite.org/lang_createtable.html#the_primary_key).
fn settle_keys(table: &mut Table) {
    let names: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
    let spell = |name: &mut Ident| {
        if let Some(spelled) = names.iter().find(|spelled| same(spelled, name)) {
            *name = spelled.clone();
        }
    };
    let own = table.name.clone();
    for constraint in &mut table.constraints {
        match constraint {
            Constraint::PrimaryKey(key) => key.columns.iter_mut().for_each(spell),
            Constraint::Unique(unique) => unique.columns.iter_mut().for_each(spell),
            Constraint::ForeignKey(key) => {
                key.columns.iter_mut().for_each(spell);
                if same(&key.references.name, &own.name) {
                    key.references = own.clone();
                    key.referred_columns.iter_mut().for_each(spell);
                }
            }
            Constraint::Check(_) | Constraint::Exclude(_) => {}
        }
    }
    let strict = table.options.contains_key(NAME);
    let Some(key) = table.primary_key().cloned() else {
        return;
    };
    for column in table.columns.iter_mut().filter(|column| key.columns.contains(&column.name)) {
        let rowid = key.columns.len() == 1
            && matches!(&column.ty, limbeck_core::column_type::ColumnType::Integer
                | limbeck_core::column_type::ColumnType::Native(_)
                if is_integer(column));
        if strict || rowid {
            column.nullable = false;
        }
    }
}

fn is_integer(column: &Column) -> bool {
    match &column.ty {
        limbeck_core::column_type::ColumnType::Integer => true,
        limbeck_core::column_type::ColumnType::Native(raw) => raw.as_str().eq_ignore_ascii_case("integer"),
        _ => false,
    }
}

/// Says whether SQLite takes two names as one: it folds the case of ASCII letters only.
pub(crate) fn same(a: &Ident, b: &Ident) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// Reads a type: words, and up to two numbers in parentheses.
pub(super) fn read_type(cursor: &mut Cursor<'_>) -> limbeck_core::column_type::ColumnType {
    let mut tokens = Vec::new();
    while let Some(token) = cursor.peek().copied() {
        let word = matches!(token.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Text);
        if !word || is_column_rule(cursor) {
            break;
        }
        tokens.push(token);
        cursor.next();
    }
    if !tokens.is_empty() && cursor.sees(&["("]) {
        while let Some(token) = cursor.next() {
            tokens.push(token);
            if token.is(")") {
                break;
            }
        }
    }
    types::read(cursor.text(&tokens))
}
