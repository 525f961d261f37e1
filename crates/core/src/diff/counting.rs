//! Whether a column counts up, which may follow from the rest of its table.

use crate::action::Edit;
use crate::name::{Ident, TableName};
use crate::schema::{Column, Schema, Table};

/// A table whose columns are compared.
pub(super) struct Counting<'t> {
    old: &'t Table,
    new: &'t Table,
    /// The table as it would be if no column said whether it counts; `None` when none does.
    unsaid: Option<Table>,
}

impl<'t> Counting<'t> {
    /// `old` and `new` are compared, `to` is what is said of the second.
    pub(super) fn new([old, new]: [&'t Table; 2], to: &Table, normal: &dyn Fn(&Schema) -> Schema) -> Self {
        let is_said = to.columns.iter().any(|column| column.autoincrement.is_some());
        Self { old, new, unsaid: is_said.then(|| without_a_word(to, normal)).flatten() }
    }

    /// Returns what is to be said of a column.
    pub(super) fn edit(&self, old: &Column, new: &Column, said: &Column) -> Edit<bool> {
        match (old.autoincrement, new.autoincrement, said.autoincrement) {
            // What stays as it is now would not, if nobody said so.
            (_, now, Some(wanted)) if self.turns(old, new) && self.by_itself(&said.name) != now => {
                Edit::Set(wanted)
            }
            (old, new, _) if old == new => Edit::Keep,
            (_, _, Some(wanted)) => Edit::Set(wanted),
            // What follows from the table may not come with it.
            (None, Some(counts), None) => Edit::Set(counts),
            (_, _, None) => Edit::Drop,
        }
    }

    /// Says whether anything changes that counting may follow from.
    fn turns(&self, old: &Column, new: &Column) -> bool {
        let name = &new.name;
        let has = |column: &Column| {
            [column.default.is_some(), column.generated.is_some(), column.identity.is_some()]
        };
        old.ty != new.ty
            || has(old) != has(new)
            || key_with(self.old, name) != key_with(self.new, name)
            || points(self.old, name) != points(self.new, name)
    }

    fn by_itself(&self, name: &Ident) -> Option<bool> {
        self.unsaid.as_ref()?.column(name)?.autoincrement
    }
}

fn key_with<'t>(table: &'t Table, column: &Ident) -> Option<&'t [Ident]> {
    let key = table.primary_key().map(|key| &key.columns[..]);
    key.filter(|key| key.contains(column))
}

fn points(table: &Table, column: &Ident) -> bool {
    table.foreign_keys().any(|key| key.columns.contains(column))
}

fn without_a_word(table: &Table, normal: &dyn Fn(&Schema) -> Schema) -> Option<Table> {
    let mut table = table.clone();
    table.columns.iter_mut().for_each(|column| column.autoincrement = None);
    let name: TableName = table.name.clone();
    let mut alone = Schema::new();
    alone.tables.insert(name.clone(), table);
    normal(&alone).tables.remove(&name)
}
