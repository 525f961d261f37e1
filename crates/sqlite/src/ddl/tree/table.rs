//! `CREATE TABLE`: columns, rules of the table, options.

use super::node::{maybe, nodes};
use super::{
    Conflict, DefaultValue, Deferral, KeyTerm, Name, NameList, Node, References, RuleName, SortOrder, Span,
    StorageWord, Target,
};

/// `CREATE TABLE … (…) …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTable {
    /// The whole text.
    pub(crate) span: Span,
    pub(crate) create: Span,
    /// `TEMP` or `TEMPORARY`.
    pub(crate) temporary: Option<Span>,
    pub(crate) name: Target,
    pub(crate) open: Span,
    /// Columns, at least one, then rules of the table, as they stand.
    pub(crate) items: Vec<Item>,
    pub(crate) close: Span,
    pub(crate) options: Vec<TableOption>,
}

impl CreateTable {
    /// Returns the columns, in order. The `n`th is the `n`th item.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &ColumnDef> {
        self.items.iter().map_while(|item| match &item.kind {
            ItemKind::Column(column) => Some(column),
            ItemKind::Rule(_) => None,
        })
    }

    /// Returns the position of a column among the items.
    pub(crate) fn column_position(&self, name: &str) -> Option<usize> {
        self.columns().position(|column| column.name.is(name))
    }
}

impl Node for CreateTable {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.create];
        found.extend(maybe(&self.temporary));
        found.extend([&self.name as &dyn Node, &self.open]);
        for item in &self.items {
            found.extend(maybe(&item.comma));
            found.push(item);
        }
        found.push(&self.close);
        for option in &self.options {
            found.extend(maybe(&option.comma));
            found.push(option);
        }
        found
    }
}

/// A column or a rule, and the comma before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    /// `None` for the first, and where SQLite lets it be missing: between rules of the table.
    pub(crate) comma: Option<Span>,
    pub(crate) kind: ItemKind,
}

/// What stands between the commas of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ItemKind {
    Column(ColumnDef),
    Rule(TableRule),
}

impl Node for Item {
    fn span(&self) -> Span {
        match &self.kind {
            ItemKind::Column(column) => column.span,
            ItemKind::Rule(rule) => rule.span,
        }
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        match &self.kind {
            ItemKind::Column(column) => column.nodes(),
            ItemKind::Rule(rule) => rule.nodes(),
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnDef {
    pub(crate) span: Span,
    pub(crate) name: Name,
    /// The words of its type and the numbers behind them.
    pub(crate) ty: Option<Span>,
    pub(crate) rules: Vec<ColumnRule>,
}

impl Node for ColumnDef {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.name];
        found.extend(maybe(&self.ty));
        found.extend(nodes(&self.rules));
        found
    }
}

/// A rule that stands on a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnRule {
    /// With its name.
    pub(crate) span: Span,
    pub(crate) name: Option<RuleName>,
    pub(crate) kind: ColumnRuleKind,
}

/// What a rule on a column says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ColumnRuleKind {
    PrimaryKey {
        order: Option<SortOrder>,
        conflict: Option<Conflict>,
        autoincrement: Option<Span>,
    },
    NotNull {
        conflict: Option<Conflict>,
    },
    /// `NULL`, which says nothing.
    Null {
        conflict: Option<Conflict>,
    },
    Unique {
        conflict: Option<Conflict>,
    },
    /// The condition, without the parentheses around it.
    Check {
        condition: Span,
    },
    Default(DefaultValue),
    Collate {
        collation: Name,
    },
    References(References),
    /// Apart from its `REFERENCES`, with other rules between; it is about the last foreign key before it.
    Deferral(Deferral),
    /// The expression, without the parentheses around it.
    Generated {
        expression: Span,
        storage: Option<StorageWord>,
    },
    /// Nothing: SQLite takes a name without a rule.
    Nothing,
}

impl Node for ColumnRule {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found = maybe(&self.name);
        match &self.kind {
            ColumnRuleKind::PrimaryKey { order, conflict, autoincrement } => {
                found.extend(maybe(order));
                found.extend(maybe(conflict));
                found.extend(maybe(autoincrement));
            }
            ColumnRuleKind::NotNull { conflict }
            | ColumnRuleKind::Null { conflict }
            | ColumnRuleKind::Unique { conflict } => found.extend(maybe(conflict)),
            ColumnRuleKind::Check { condition } => found.push(condition),
            ColumnRuleKind::Default(default) => found.push(&default.span),
            ColumnRuleKind::Collate { collation } => found.push(collation),
            ColumnRuleKind::References(references) => found.push(references),
            ColumnRuleKind::Deferral(deferral) => found.push(&deferral.span),
            ColumnRuleKind::Generated { expression, storage } => {
                found.push(expression);
                found.extend(maybe(storage));
            }
            ColumnRuleKind::Nothing => {}
        }
        found
    }
}

/// A rule of the table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableRule {
    /// With its name.
    pub(crate) span: Span,
    pub(crate) name: Option<RuleName>,
    pub(crate) kind: TableRuleKind,
}

/// What a rule of the table says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TableRuleKind {
    PrimaryKey {
        keys: Vec<KeyTerm>,
        autoincrement: Option<Span>,
        conflict: Option<Conflict>,
    },
    Unique {
        keys: Vec<KeyTerm>,
        conflict: Option<Conflict>,
    },
    /// The condition, without the parentheses around it.
    Check {
        condition: Span,
        conflict: Option<Conflict>,
    },
    ForeignKey {
        columns: NameList,
        references: References,
    },
    /// Nothing: SQLite takes a name without a rule.
    Nothing,
}

impl Node for TableRule {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found = maybe(&self.name);
        match &self.kind {
            TableRuleKind::PrimaryKey { keys, autoincrement, conflict } => {
                found.extend(nodes(keys));
                found.extend(maybe(autoincrement));
                found.extend(maybe(conflict));
            }
            TableRuleKind::Unique { keys, conflict } => {
                found.extend(nodes(keys));
                found.extend(maybe(conflict));
            }
            TableRuleKind::Check { condition, conflict } => {
                found.push(condition);
                found.extend(maybe(conflict));
            }
            TableRuleKind::ForeignKey { columns, references } => {
                found.extend([columns as &dyn Node, references])
            }
            TableRuleKind::Nothing => {}
        }
        found
    }
}

/// What may stand behind the closing parenthesis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableOption {
    /// The comma before it.
    pub(crate) comma: Option<Span>,
    pub(crate) span: Span,
    pub(crate) kind: TableOptionKind,
}

/// An option of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableOptionKind {
    WithoutRowid,
    Strict,
}

impl Node for TableOption {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        Vec::new()
    }
}
