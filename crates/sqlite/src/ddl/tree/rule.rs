//! The parts that rules are made of.

use limbeck_core::schema::{Deferrable, ReferentialAction};

use super::node::{maybe, nodes};
use super::{Name, NameList, Node, Span};

/// `CONSTRAINT name`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RuleName {
    pub(crate) span: Span,
    pub(crate) name: Name,
}

impl Node for RuleName {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        vec![&self.name]
    }
}

/// `ON CONFLICT …`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Conflict {
    pub(crate) span: Span,
    pub(crate) resolution: Resolution,
}

/// What is done with a row that breaks a rule (sqlite.org/lang_conflict.html). ABORT is what SQLite does unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    Rollback,
    Abort,
    Fail,
    Ignore,
    Replace,
}

/// `ASC` or `DESC`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SortOrder {
    pub(crate) span: Span,
    pub(crate) sort: Sort,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Ascending,
    Descending,
}

/// `VIRTUAL` or `STORED`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StorageWord {
    pub(crate) span: Span,
    pub(crate) storage: Storage,
}

/// Where the value of a generated column lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    Virtual,
    Stored,
}

macro_rules! leaves {
    ($($name:ty),*) => {$(
        impl Node for $name {
            fn span(&self) -> Span {
                self.span
            }

            fn nodes(&self) -> Vec<&dyn Node> {
                Vec::new()
            }
        }
    )*};
}

leaves!(Conflict, SortOrder, StorageWord, Deferral);

/// What stands behind `DEFAULT`, with sign or parentheses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DefaultValue {
    pub(crate) span: Span,
}

/// A column of a key: `"a" COLLATE NOCASE DESC`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyTerm {
    pub(crate) span: Span,
    pub(crate) name: Name,
    /// All that are given, in order; the last one counts.
    pub(crate) collations: Vec<Name>,
    pub(crate) order: Option<SortOrder>,
}

impl Node for KeyTerm {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.name];
        found.extend(nodes(&self.collations));
        found.extend(maybe(&self.order));
        found
    }
}

/// `REFERENCES …`, with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct References {
    pub(crate) span: Span,
    pub(crate) table: Name,
    pub(crate) columns: Option<NameList>,
    pub(crate) clauses: Vec<ReferenceClause>,
    pub(crate) deferral: Option<Deferral>,
}

impl Node for References {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let mut found: Vec<&dyn Node> = vec![&self.table];
        found.extend(maybe(&self.columns));
        found.extend(nodes(&self.clauses));
        found.extend(maybe(&self.deferral));
        found
    }
}

/// `ON DELETE …`, `ON UPDATE …`, `ON INSERT …` or `MATCH …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReferenceClause {
    pub(crate) span: Span,
    pub(crate) kind: ReferenceClauseKind,
}

/// What a clause of a foreign key says. The last of a kind counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReferenceClauseKind {
    On(Action, ReferentialAction),
    /// The kind of match, which SQLite reads and does not heed.
    Match(Name),
}

/// What happens to the row that is pointed at. SQLite reads INSERT and does not heed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Delete,
    Update,
    Insert,
}

impl Node for ReferenceClause {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        match &self.kind {
            ReferenceClauseKind::Match(name) => vec![name],
            ReferenceClauseKind::On(..) => Vec::new(),
        }
    }
}

/// `[NOT] DEFERRABLE [INITIALLY …]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Deferral {
    pub(crate) span: Span,
    pub(crate) when: Deferrable,
}
