//! The constraints of a table as their texts have them.

use std::str::FromStr;

use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Check, Constraint, Deferrable, ForeignKey, Match, PrimaryKey, Unique};

use crate::ddl::Unreadable;
use crate::ddl::tree::{
    Action, ColumnDef, ColumnRule, ColumnRuleKind, CreateTable, ItemKind, KeyTerm, Name, ReferenceClauseKind,
    References, RuleName, Span, TableRule, TableRuleKind,
};

/// Returns the constraint that a rule on a column is, if it is one.
pub(super) fn on_column(
    rule: &ColumnRule,
    column: &ColumnDef,
    sql: &str,
) -> Result<Option<Constraint>, Unreadable> {
    let name = rule_name(&rule.name)?;
    let own = vec![column.name.ident()?];
    Ok(match &rule.kind {
        ColumnRuleKind::PrimaryKey { .. } => Some(Constraint::PrimaryKey(PrimaryKey { name, columns: own })),
        ColumnRuleKind::Unique { .. } => Some(unique(name, own)),
        ColumnRuleKind::Check { condition } => Some(check(name, *condition, sql)),
        ColumnRuleKind::References(references) => {
            Some(Constraint::ForeignKey(foreign_key(name, own, references)?))
        }
        ColumnRuleKind::NotNull { .. }
        | ColumnRuleKind::Null { .. }
        | ColumnRuleKind::Default(_)
        | ColumnRuleKind::Collate { .. }
        | ColumnRuleKind::Deferral(_)
        | ColumnRuleKind::Generated { .. }
        | ColumnRuleKind::Nothing => None,
    })
}

/// Returns the constraint that a rule of the table is, if it is one.
pub(super) fn of_table(rule: &TableRule, sql: &str) -> Result<Option<Constraint>, Unreadable> {
    let name = rule_name(&rule.name)?;
    Ok(match &rule.kind {
        TableRuleKind::PrimaryKey { keys, .. } => {
            Some(Constraint::PrimaryKey(PrimaryKey { name, columns: columns(keys)? }))
        }
        TableRuleKind::Unique { keys, .. } => Some(unique(name, columns(keys)?)),
        TableRuleKind::Check { condition, .. } => Some(check(name, *condition, sql)),
        TableRuleKind::ForeignKey { columns, references } => {
            Some(Constraint::ForeignKey(foreign_key(name, idents(&columns.names)?, references)?))
        }
        TableRuleKind::Nothing => None,
    })
}

/// Says when the last foreign key so far is checked: that is the one a clause apart from it is about
/// (build.c of SQLite 3.53, `sqlite3DeferForeignKey`).
pub(super) fn defer(constraints: &mut [Constraint], when: Deferrable) {
    let last = constraints.iter_mut().rev().find_map(|constraint| match constraint {
        Constraint::ForeignKey(key) => Some(key),
        _ => None,
    });
    if let Some(key) = last {
        key.deferrable = Some(when);
    }
}

/// Returns the columns of a primary key that is a rule of the table.
pub(super) fn key_terms(tree: &CreateTable) -> Option<&[KeyTerm]> {
    tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Rule(TableRule { kind: TableRuleKind::PrimaryKey { keys, .. }, .. }) => {
            Some(keys.as_slice())
        }
        _ => None,
    })
}

/// Says whether a rule of the table says AUTOINCREMENT.
pub(super) fn counts(rule: &TableRule) -> bool {
    matches!(rule.kind, TableRuleKind::PrimaryKey { autoincrement: Some(_), .. })
}

fn rule_name(name: &Option<RuleName>) -> Result<Option<Ident>, Unreadable> {
    name.as_ref().map(|name| name.name.ident()).transpose()
}

fn idents(names: &[Name]) -> Result<Vec<Ident>, Unreadable> {
    names.iter().map(Name::ident).collect()
}

fn columns(keys: &[KeyTerm]) -> Result<Vec<Ident>, Unreadable> {
    keys.iter().map(|key| key.name.ident()).collect()
}

fn unique(name: Option<Ident>, columns: Vec<Ident>) -> Constraint {
    Constraint::Unique(Unique { name, columns, nulls_not_distinct: false, deferrable: None })
}

fn check(name: Option<Ident>, condition: Span, sql: &str) -> Constraint {
    Constraint::Check(Check { name, sql: RawSql::new(condition.of(sql)), not_valid: false })
}

fn foreign_key(
    name: Option<Ident>,
    columns: Vec<Ident>,
    references: &References,
) -> Result<ForeignKey, Unreadable> {
    let mut key = ForeignKey {
        name,
        columns,
        references: TableName::unqualified(references.table.ident()?),
        referred_columns: references.columns.as_ref().map_or(Ok(Vec::new()), |list| idents(&list.names))?,
        on_delete: None,
        on_update: None,
        match_type: None,
        deferrable: references.deferral.map(|deferral| deferral.when),
        not_valid: false,
    };
    for clause in &references.clauses {
        match &clause.kind {
            ReferenceClauseKind::On(Action::Delete, action) => key.on_delete = Some(*action),
            ReferenceClauseKind::On(Action::Update, action) => key.on_update = Some(*action),
            ReferenceClauseKind::On(Action::Insert, _) => {}
            // SQLite takes any name and heeds none; what SQL does not know is not held.
            ReferenceClauseKind::Match(kind) => {
                key.match_type = Match::from_str(&kind.text.to_ascii_lowercase()).ok();
            }
        }
    }
    Ok(key)
}
