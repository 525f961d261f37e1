//! What a change may touch, by what it asks for.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::action::Action;
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Constraint, ConstraintKind, IndexColumn, IndexKey, Schema, Table};

/// What a change of one table may touch. Names are in small letters.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// The table.
    pub table: String,
    /// Columns that go.
    pub gone: BTreeSet<String>,
    /// Columns that come.
    pub added: BTreeSet<String>,
    /// Columns with another name, by their old one.
    pub renamed: BTreeMap<String, String>,
    /// Columns whose values may be converted.
    pub values: BTreeSet<String>,
    /// Columns whose rules change: nullability, default, collation.
    pub rules: BTreeSet<String>,
    /// Columns whose values are compared in another way.
    pub collated: BTreeSet<String>,
    /// Constraints that come, those of added columns included.
    pub gives: Vec<Constraint>,
    /// Constraints that go, those that a column takes along included.
    pub takes: Vec<Constraint>,
    /// Constraints that get another name.
    pub named: BTreeSet<String>,
    /// Indexes that come or go.
    pub indexes: BTreeSet<String>,
    /// Whether the key came or went for a time, which the rowids, NULL in its columns and its spelling follow.
    pub rekeyed: bool,
    /// Whether the text of the table may be spelled in another way, as long as it means the same: after an undo.
    pub respelled: bool,
    /// Columns that had another name for a time. SQLite calls the rowid by the name of the column that it is where it
    /// gives that another name, and so it is called afterwards.
    pub once_renamed: BTreeSet<String>,
    /// Whether comments may go: those in what goes, and those beside it.
    pub comments: bool,
}

pub(super) fn low(name: impl AsRef<str>) -> String {
    name.as_ref().to_ascii_lowercase()
}

impl Allowed {
    /// Returns what an operation may touch, given the schema before it.
    ///
    /// # Panics
    /// When the operation does not alter a table that is there.
    pub fn of(operation: &Operation, before: &Schema) -> Self {
        let Operation::AlterTable(AlterTable { table, actions, .. }) = operation else {
            panic!("only `alter_table` is measured")
        };
        let mut now = before.table(table).expect("the table is there").clone();
        let mut allowed = Self { table: low(table.name.as_str()), ..Self::default() };
        for action in actions {
            allowed.with(action, &now);
            let were = now.constraints.clone();
            // What does not fit is refused, and then nothing at all may change.
            if action.apply(&mut now, before).is_err() {
                break;
            }
            if !matches!(action, Action::RenameColumn(_) | Action::RenameConstraint(_)) {
                allowed.takes.extend(were.iter().filter(|one| !now.constraints.contains(one)).cloned());
                allowed.gives.extend(now.constraints.iter().filter(|one| !were.contains(one)).cloned());
            }
        }
        allowed.comments = !allowed.gone.is_empty() || !allowed.takes.is_empty();
        allowed
    }

    fn with(&mut self, action: &Action, now: &Table) {
        match action {
            Action::AddColumn(add) => {
                self.added.insert(low(add.column.name.as_str()));
            }
            Action::DropColumn(drop) => {
                self.gone.insert(self.first_name(drop.column.as_str()));
                let column = low(drop.column.as_str());
                let text = |key: &IndexColumn| match &key.key {
                    IndexKey::Column(name) => low(name.as_str()) == column,
                    IndexKey::Sql(sql) => low(sql.as_str()).contains(&column),
                };
                let over = now.indexes.iter().filter(|index| index.columns.iter().any(text));
                self.indexes.extend(over.map(|index| low(index.name.as_str())));
            }
            Action::RenameColumn(rename) => {
                let from = self.first_name(rename.column.as_str());
                self.renamed.insert(from, low(rename.to.as_str()));
            }
            Action::AlterColumn(alter) => {
                let name = self.first_name(alter.column.as_str());
                if alter.ty.is_some() || alter.using.is_some() || alter.generated.is_change() {
                    self.values.insert(name.clone());
                }
                if alter.nullable.is_some() || alter.default.is_change() || alter.collation.is_change() {
                    self.rules.insert(name.clone());
                }
                if alter.collation.is_change() {
                    self.collated.insert(name);
                }
            }
            Action::RenameConstraint(rename) => {
                let which = now.constraint_position(&rename.constraint).ok().map(|at| &now.constraints[at]);
                self.named.extend(which.and_then(Constraint::name).map(|name| low(name.as_str())));
                // A name that is given for the first time stands in what had none.
                self.named.insert(low(rename.to.as_str()));
            }
            Action::CreateIndex(add) => {
                self.indexes.insert(low(add.index.name.as_str()));
            }
            Action::DropIndex(drop) => {
                self.indexes.insert(low(drop.index.as_str()));
            }
            Action::AddPrimaryKey(_)
            | Action::AddUnique(_)
            | Action::AddForeignKey(_)
            | Action::AddCheck(_)
            | Action::AddExclude(_)
            | Action::DropConstraint(_)
            | Action::SetComment(_)
            | Action::SetOptions(_) => {}
        }
    }

    fn first_name(&self, now: &str) -> String {
        let now = low(now);
        let was = self.renamed.iter().find(|(_, to)| **to == now);
        was.map_or(now, |(from, _)| from.clone())
    }

    /// Returns what a change and its undo together may touch: values, where a column went or was converted.
    #[must_use]
    pub fn undone(&self) -> Self {
        Self {
            table: self.table.clone(),
            values: self.values.union(&self.gone).cloned().collect(),
            indexes: self.indexes.clone(),
            rekeyed: self.changes(ConstraintKind::PrimaryKey)
                || self.takes(ConstraintKind::Unique)
                || !self.named.is_empty(),
            respelled: true,
            once_renamed: self.renamed.keys().cloned().collect(),
            // A rule that got a name is taken away, and put back without it.
            comments: self.comments || !self.named.is_empty(),
            ..Self::default()
        }
    }

    /// Says whether nothing that was there is touched.
    pub fn is_neutral(&self) -> bool {
        self.gone.is_empty()
            && self.renamed.is_empty()
            && self.values.is_empty()
            && self.rules.is_empty()
            && self.takes.is_empty()
            && self.gives.is_empty()
    }

    /// Returns the new name of a column of the table; its own where it has none.
    pub(super) fn now<'a>(&'a self, column: &'a str) -> &'a str {
        self.renamed.get(&low(column)).map_or(column, String::as_str)
    }

    pub(super) fn gives(&self, kind: ConstraintKind) -> bool {
        self.gives.iter().any(|one| one.kind() == kind)
    }

    pub(super) fn takes(&self, kind: ConstraintKind) -> bool {
        self.takes.iter().any(|one| one.kind() == kind)
    }

    /// Says whether a constraint of the kind comes or goes.
    pub(super) fn changes(&self, kind: ConstraintKind) -> bool {
        self.gives(kind) || self.takes(kind)
    }

    /// Says whether a column is altered, or stands in a constraint that comes or goes.
    pub(super) fn concerns(&self, column: &str) -> bool {
        let column = low(column);
        // In a text its quotes are doubled.
        let quoted = column.replace('"', "\"\"");
        let named = |one: &Constraint| {
            let texts = one.texts().iter().map(|text| low(text.as_str())).collect::<Vec<_>>();
            one.columns().iter().any(|name| low(name.as_str()) == column)
                || texts.iter().any(|text| text.contains(&column) || text.contains(&quoted))
        };
        self.values.contains(&column)
            || self.rules.contains(&column)
            || self.takes.iter().chain(&self.gives).any(named)
    }
}
