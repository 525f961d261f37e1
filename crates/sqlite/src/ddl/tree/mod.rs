//! The lossless tree of SQLite's definitions: nodes with the places that they have in the text they were read from.

mod node;
mod objects;
mod rule;
mod table;

pub(crate) use node::{Name, NameList, Node, Span, Target};
pub(crate) use objects::{
    CreateIndex, CreateTrigger, CreateView, CreateVirtualTable, IndexTerm, TriggerEvent, TriggerTime,
};
pub(crate) use rule::{
    Action, Conflict, DefaultValue, Deferral, KeyTerm, ReferenceClause, ReferenceClauseKind, References,
    Resolution, RuleName, Sort, SortOrder, Storage, StorageWord,
};
pub(crate) use table::{
    ColumnDef, ColumnRule, ColumnRuleKind, CreateTable, Item, ItemKind, TableOption, TableOptionKind,
    TableRule, TableRuleKind,
};

/// What a text of `sqlite_schema` defines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Definition {
    Table(CreateTable),
    Index(CreateIndex),
    View(CreateView),
    Trigger(CreateTrigger),
    Virtual(CreateVirtualTable),
}

impl Definition {
    /// Returns the node.
    pub(crate) fn node(&self) -> &dyn Node {
        match self {
            Self::Table(table) => table,
            Self::Index(index) => index,
            Self::View(view) => view,
            Self::Trigger(trigger) => trigger,
            Self::Virtual(table) => table,
        }
    }
}
