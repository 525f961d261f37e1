//! What is no ordinary table: indexes, views, triggers, virtual tables.

use super::node::{maybe, nodes};
use super::{Name, NameList, Node, SortOrder, Span, Target};

/// `CREATE INDEX … ON … (…) WHERE …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateIndex {
    pub(crate) span: Span,
    pub(crate) unique: Option<Span>,
    pub(crate) name: Target,
    pub(crate) table: Name,
    pub(crate) terms: Vec<IndexTerm>,
    pub(crate) filter: Option<Span>,
}

impl Node for CreateIndex {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found = maybe(&self.unique);
        found.extend([&self.name as &dyn Node, &self.table]);
        found.extend(nodes(&self.terms));
        found.extend(maybe(&self.filter));
        found
    }
}

/// A key of an index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexTerm {
    pub(crate) span: Span,
    /// A column or an expression, without a collation that stands behind all of it.
    pub(crate) expression: Span,
    pub(crate) collation: Option<Name>,
    pub(crate) order: Option<SortOrder>,
}

impl Node for IndexTerm {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.expression];
        found.extend(maybe(&self.collation));
        found.extend(maybe(&self.order));
        found
    }
}

/// `CREATE VIEW … AS …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateView {
    pub(crate) span: Span,
    pub(crate) temporary: Option<Span>,
    pub(crate) name: Target,
    pub(crate) columns: Option<NameList>,
    pub(crate) query: Span,
}

impl Node for CreateView {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found = maybe(&self.temporary);
        found.push(&self.name);
        found.extend(maybe(&self.columns));
        found.push(&self.query);
        found
    }
}

/// `CREATE TRIGGER … BEGIN … END`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTrigger {
    pub(crate) span: Span,
    pub(crate) temporary: Option<Span>,
    pub(crate) name: Target,
    pub(crate) time: TriggerTime,
    pub(crate) event: TriggerEvent,
    /// The columns behind `UPDATE OF`.
    pub(crate) columns: Vec<Name>,
    pub(crate) table: Target,
    pub(crate) condition: Option<Span>,
    /// The statements between `BEGIN` and `END`, each without its semicolon; at least one.
    pub(crate) body: Vec<Span>,
}

/// When a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TriggerTime {
    /// Also where nothing is said.
    Before,
    After,
    InsteadOf,
}

/// What fires a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TriggerEvent {
    Delete,
    Insert,
    Update,
}

impl Node for CreateTrigger {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found = maybe(&self.temporary);
        found.push(&self.name);
        found.extend(nodes(&self.columns));
        found.push(&self.table);
        found.extend(maybe(&self.condition));
        found.extend(nodes(&self.body));
        found
    }
}

/// `CREATE VIRTUAL TABLE … USING …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateVirtualTable {
    pub(crate) span: Span,
    pub(crate) name: Target,
    pub(crate) module: Name,
    /// What stands between the commas, to the module's own rules; an empty one is not among them.
    pub(crate) arguments: Vec<Span>,
}

impl Node for CreateVirtualTable {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.name, &self.module];
        found.extend(nodes(&self.arguments));
        found
    }
}
