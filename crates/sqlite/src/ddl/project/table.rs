//! A table as its text has it, and where each of its constraints stands there.

use std::collections::BTreeMap;

use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Constraint, Table};

use super::{column, constraint};
use crate::ddl::parse::parse_table;
use crate::ddl::tree::{ColumnRuleKind, CreateTable, ItemKind, Sort, TableOptionKind};
use crate::ddl::{Unreadable, meaningful};
use crate::dialect::NAME;

/// Where a constraint stands in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the column at this position, counted from 0: the rule at this position there.
    OnColumn { column: usize, rule: usize },
    /// The item at this position, counted from 0.
    OfTable { item: usize },
}

/// The model of a table, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Projection {
    /// The columns are in the order of the tree.
    pub(crate) table: Table,
    /// Where each constraint stands, in the order of the constraints.
    pub(crate) places: Vec<Place>,
}

/// Returns the model of a table that was read from `sql`.
///
/// # Errors
/// It has what the model cannot hold: an empty name, a kind of match that SQL does not know.
pub(crate) fn project(tree: &CreateTable, sql: &str) -> Result<Projection, Unreadable> {
    let mut table = Table::new(TableName::unqualified(tree.name.name.ident()?), Vec::new());
    let mut places = Vec::new();
    for definition in tree.columns() {
        let position = table.columns.len();
        table.columns.push(column::project(definition, sql)?);
        for (rule, one) in definition.rules.iter().enumerate() {
            match &one.kind {
                ColumnRuleKind::Deferral(deferral) => {
                    constraint::defer(&mut table.constraints, deferral.when)
                }
                _ => {
                    if let Some(found) = constraint::on_column(one, definition, sql)? {
                        table.constraints.push(found);
                        places.push(Place::OnColumn { column: position, rule });
                    }
                }
            }
        }
    }
    for (item, one) in tree.items.iter().enumerate() {
        if let ItemKind::Rule(rule) = &one.kind
            && let Some(found) = constraint::of_table(rule, sql)?
        {
            table.constraints.push(found);
            places.push(Place::OfTable { item });
        }
    }
    let options: BTreeMap<String, Literal> = tree.options.iter().map(|option| option.kind.entry()).collect();
    if !options.is_empty() {
        table.options.insert(NAME.to_owned(), options);
    }
    spell_columns(&mut table);
    settle_key(&mut table, tree, sql);
    Ok(Projection { table, places })
}

impl TableOptionKind {
    /// Returns the option as the model has it.
    fn entry(self) -> (String, Literal) {
        let name = match self {
            Self::WithoutRowid => "without_rowid",
            Self::Strict => "strict",
        };
        (name.to_owned(), Literal::Bool(true))
    }
}

/// Spells the columns of constraints as the columns are spelled.
fn spell_columns(table: &mut Table) {
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
}

/// Notes which columns of the primary key refuse NULL unasked, and which one counts up.
///
/// A primary key lets NULL in unless it is the rowid or the table is STRICT or WITHOUT ROWID
/// (sqlite.org/lang_createtable.html#the_primary_key).
fn settle_key(table: &mut Table, tree: &CreateTable, sql: &str) {
    let Some(key) = table.primary_key().cloned() else {
        return;
    };
    let is_rowid = rowid_position(tree, sql);
    for (position, column) in table.columns.iter_mut().enumerate() {
        if key.columns.contains(&column.name) && (!tree.options.is_empty() || is_rowid == Some(position)) {
            column.nullable = false;
        }
        if is_rowid == Some(position) && counts(tree) {
            column.autoincrement = Some(true);
        }
    }
}

/// Returns the position of the column that is the rowid: one whose type is INTEGER and that alone is the primary key,
/// but for `DESC` on the column itself (sqlite.org/lang_createtable.html#rowid).
fn rowid_position(tree: &CreateTable, sql: &str) -> Option<usize> {
    if tree.options.iter().any(|option| option.kind == TableOptionKind::WithoutRowid) {
        return None;
    }
    let inline = tree.columns().position(|column| {
        column.rules.iter().any(|rule| match &rule.kind {
            ColumnRuleKind::PrimaryKey { order, .. } => {
                order.is_none_or(|order| order.sort != Sort::Descending)
            }
            _ => false,
        })
    });
    let position = inline.or_else(|| match constraint::key_terms(tree) {
        Some([one]) => tree.column_position(&one.name.text),
        _ => None,
    })?;
    tree.columns()
        .nth(position)
        .filter(|column| column.ty.is_some_and(|ty| is_integer(ty.of(sql))))
        .map(|_| position)
}

/// Says whether the text of a type is just INTEGER, which may stand in quotes.
pub(crate) fn is_integer(ty: &str) -> bool {
    match meaningful(ty).as_slice() {
        [one] => one.name().is_some_and(|name| name.eq_ignore_ascii_case("INTEGER")),
        _ => false,
    }
}

fn counts(tree: &CreateTable) -> bool {
    let inline = tree
        .columns()
        .flat_map(|column| &column.rules)
        .any(|rule| matches!(rule.kind, ColumnRuleKind::PrimaryKey { autoincrement: Some(_), .. }));
    inline
        || tree.items.iter().any(|item| match &item.kind {
            ItemKind::Rule(rule) => constraint::counts(rule),
            ItemKind::Column(_) => false,
        })
}

/// Says whether SQLite takes two names as one: it folds the case of ASCII letters only.
pub(crate) fn same(a: &Ident, b: &Ident) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// Reads the text of a table.
///
/// # Errors
/// The text is not that of an ordinary table.
pub(crate) fn read_table(sql: &str) -> Result<Table, Unreadable> {
    Ok(project(&parse_table(sql)?, sql)?.table)
}
