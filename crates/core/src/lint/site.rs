//! What rules look at: an operation or a revision, and the schema around it.

use std::collections::BTreeSet;

use crate::diagnostic::Place;
use crate::history::Body;
use crate::impact::{ChangeKind, Fact, Impact, Setting};
use crate::name::{Ident, TableName};
use crate::op::ScopedOperation;
use crate::schema::Schema;

/// An operation where it stands.
pub(super) struct Site<'s> {
    /// The operation.
    pub(super) scoped: &'s ScopedOperation,
    /// The schema that it finds.
    pub(super) before: &'s Schema,
    /// The database that it is for, and the tables that only the revision itself knows yet.
    pub(super) setting: Setting<'s>,
    /// Whether the history is for databases of several dialects.
    pub(super) several: bool,
}

impl Site<'_> {
    /// Says whether the database has that kind of change.
    pub(super) fn knows(&self, kind: ChangeKind) -> bool {
        Fact::find(self.setting.dialect.facts(), kind, self.setting.server).is_some()
    }

    /// Says whether a table was there before the revision.
    pub(super) fn was_there(&self, table: &TableName) -> bool {
        !self.setting.fresh.contains(table)
    }
}

/// A revision, once all its operations are known.
pub(super) struct RevisionSite<'s> {
    /// What it does.
    pub(super) body: &'s Body,
    /// The schema that it leaves.
    pub(super) after: &'s Schema,
    /// What each of its operations does, in order; those that the database does not run are left out.
    pub(super) steps: &'s [(&'s ScopedOperation, Vec<Impact>)],
    /// The tables that it changes, and those indexes that it makes.
    pub(super) touched: &'s Touched,
}

/// What a revision makes in tables.
#[derive(Default)]
pub(super) struct Touched {
    /// The indexes, with their tables.
    pub(super) indexes: BTreeSet<(TableName, Ident)>,
}

/// Something found in a revision as a whole.
pub(super) struct Spot {
    /// What was found.
    pub(super) message: String,
    /// Where.
    pub(super) place: Option<Place>,
}

impl Spot {
    /// Says what was found at an operation.
    pub(super) fn at(scoped: &ScopedOperation, message: String) -> Self {
        Self { message, place: scoped.origin.as_ref().map(crate::op::Origin::place) }
    }
}
