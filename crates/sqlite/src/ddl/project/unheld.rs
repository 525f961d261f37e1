//! What of a table's text the model does not hold, in words.

use std::str::FromStr;

use limbeck_core::schema::Match;

use crate::ddl::tree::{
    Action, ColumnRuleKind, Conflict, CreateTable, ItemKind, KeyTerm, ReferenceClauseKind, References,
    Resolution, Sort, TableRuleKind,
};
use crate::ddl::{TokenKind, tokenize};

/// Returns what the model does not hold, in the order comments, columns, rules of the table.
pub(super) fn unheld(tree: &CreateTable, sql: &str) -> Vec<String> {
    let comments = tokenize(sql).into_iter().filter(|token| token.kind == TokenKind::Comment);
    let mut found: Vec<String> =
        comments.map(|token| format!("the comment `{}`", token.text.trim_end())).collect();
    for item in &tree.items {
        match &item.kind {
            ItemKind::Column(column) => {
                let place = format!("column `{}`", column.name.text);
                for rule in &column.rules {
                    if let (Some(name), Some(what)) = (&rule.name, nameless(&rule.kind)) {
                        found.push(format!("the name `{}` of {what} of {place}", name.name.text));
                    }
                    on_column(&rule.kind, &place, sql, &mut found);
                }
            }
            ItemKind::Rule(rule) => of_table(&rule.kind, sql, &mut found),
        }
    }
    found
}

/// Returns how a rule is called whose name the model does not hold.
fn nameless(kind: &ColumnRuleKind) -> Option<&'static str> {
    match kind {
        ColumnRuleKind::NotNull { .. } => Some("NOT NULL"),
        ColumnRuleKind::Null { .. } => Some("NULL"),
        ColumnRuleKind::Default(_) => Some("the default"),
        ColumnRuleKind::Collate { .. } => Some("the collation"),
        ColumnRuleKind::Generated { .. } => Some("the expression"),
        ColumnRuleKind::Nothing => Some("nothing"),
        _ => None,
    }
}

fn on_column(kind: &ColumnRuleKind, place: &str, sql: &str, found: &mut Vec<String>) {
    match kind {
        ColumnRuleKind::PrimaryKey { order, conflict, .. } => {
            if order.is_some_and(|order| order.sort == Sort::Descending) {
                found.push(format!("`DESC` in the primary key of {place}"));
            }
            add_conflict(conflict, place, sql, found);
        }
        ColumnRuleKind::NotNull { conflict }
        | ColumnRuleKind::Null { conflict }
        | ColumnRuleKind::Unique { conflict } => add_conflict(conflict, place, sql, found),
        ColumnRuleKind::References(references) => add_references(references, place, sql, found),
        _ => {}
    }
}

fn of_table(kind: &TableRuleKind, sql: &str, found: &mut Vec<String>) {
    let place = "a constraint of the table";
    match kind {
        TableRuleKind::PrimaryKey { keys, conflict, .. } => {
            add_keys(keys, "PRIMARY KEY", found);
            add_conflict(conflict, place, sql, found);
        }
        TableRuleKind::Unique { keys, conflict } => {
            add_keys(keys, "UNIQUE", found);
            add_conflict(conflict, place, sql, found);
        }
        TableRuleKind::Check { conflict, .. } => add_conflict(conflict, place, sql, found),
        TableRuleKind::ForeignKey { references, .. } => add_references(references, place, sql, found),
        TableRuleKind::Nothing => found.push("the name of a constraint that is none".to_owned()),
    }
}

fn add_conflict(conflict: &Option<Conflict>, place: &str, sql: &str, found: &mut Vec<String>) {
    if let Some(conflict) = conflict.filter(|conflict| conflict.resolution != Resolution::Abort) {
        found.push(format!("`{}` of {place}", conflict.span.of(sql)));
    }
}

/// Adds the clauses that SQLite reads and does not heed: `ON INSERT`, and a `MATCH` that SQL does not know.
fn add_references(references: &References, place: &str, sql: &str, found: &mut Vec<String>) {
    for clause in &references.clauses {
        let is_held = match &clause.kind {
            ReferenceClauseKind::On(action, _) => *action != Action::Insert,
            ReferenceClauseKind::Match(name) => Match::from_str(&name.text.to_ascii_lowercase()).is_ok(),
        };
        if !is_held {
            found.push(format!("`{}` of {place}", clause.span.of(sql)));
        }
    }
}

fn add_keys(keys: &[KeyTerm], kind: &str, found: &mut Vec<String>) {
    for key in keys {
        if let Some(collation) = &key.collation {
            found.push(format!("`COLLATE {}` in `{kind}`", collation.text));
        }
        if key.order.is_some_and(|order| order.sort == Sort::Descending) {
            found.push(format!("`DESC` in `{kind}`"));
        }
    }
}
