//! Whether the database is before a change or behind it, told by what the change makes different.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::dialect::{Connection, DatabaseError, Texts, spell_alike};
use crate::name::{Ident, TableName};
use crate::schema::{Constraint, Schema, Table};

/// Where the database stands with regard to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// All that the change makes different is as before it.
    Before,
    /// All that the change makes different is as after it.
    After,
    /// The change makes nothing different that could be read back.
    Unclear,
    /// Some is neither, or not all of it is the same; in words, literals in backticks.
    Neither(Vec<String>),
}

/// Looks where the database stands between two schemas.
///
/// Only what differs between the two is looked at, so that what the database spells in a way of its own does not count.
///
/// # Errors
/// What the database says.
pub(super) fn standing(
    connection: &mut dyn Connection,
    before: &Schema,
    after: &Schema,
) -> Result<Standing, DatabaseError> {
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let normal = |schema: &Schema| dialect.normal_form(schema, &server);
    let (old, new) = (normal(before), normal(after));
    let names: BTreeSet<&TableName> = old.tables.keys().chain(new.tables.keys()).collect();
    let tables: Vec<TableName> =
        names.into_iter().filter(|name| old.tables.get(name) != new.tables.get(name)).cloned().collect();
    let others = before.views.keys().ne(after.views.keys())
        || before.sequences.keys().ne(after.sequences.keys())
        || before.schemas != after.schemas;
    if tables.is_empty() && !others {
        return Ok(Standing::Unclear);
    }
    let mut found = connection.reflect(if others { None } else { Some(&tables) })?;
    for known in [before, after] {
        spell_alike(connection, known, &mut found, Texts::Printed)?;
    }
    let spelled = normal(&found);
    let mut votes = Votes::default();
    for name in &tables {
        votes.table(name, old.tables.get(name), new.tables.get(name), spelled.tables.get(name));
    }
    let objects = [
        ("view", keys(&before.views), keys(&after.views), keys(&found.views)),
        ("sequence", keys(&before.sequences), keys(&after.sequences), keys(&found.sequences)),
    ];
    for (kind, old, new, found) in objects {
        for name in old.symmetric_difference(&new) {
            votes.presence(format!("{kind} `{name}`"), old.contains(name), found.contains(name));
        }
    }
    for name in before.schemas.symmetric_difference(&after.schemas) {
        votes.presence(
            format!("schema `{name}`"),
            before.schemas.contains(name),
            found.schemas.contains(name),
        );
    }
    Ok(votes.count())
}

fn keys<V>(map: &std::collections::BTreeMap<TableName, V>) -> BTreeSet<&TableName> {
    map.keys().collect()
}

/// What each difference says.
#[derive(Default)]
pub(super) struct Votes {
    before: Vec<String>,
    after: Vec<String>,
    neither: Vec<String>,
}

impl Votes {
    pub(super) fn count(self) -> Standing {
        let Self { before, after, mut neither } = self;
        match (before.is_empty(), after.is_empty(), neither.is_empty()) {
            (true, true, true) => Standing::Unclear,
            (false, true, true) => Standing::Before,
            (true, false, true) => Standing::After,
            _ => {
                neither.extend(before.into_iter().map(|what| format!("{what} is as before")));
                neither.extend(after.into_iter().map(|what| format!("{what} is as after")));
                Standing::Neither(neither)
            }
        }
    }

    /// Something is there before and not after, or the other way round.
    pub(super) fn presence(&mut self, what: String, was: bool, is: bool) {
        if was == is { self.before.push(what) } else { self.after.push(what) }
    }

    /// Something is neither as before nor as after.
    pub(super) fn neither(&mut self, what: String) {
        self.neither.push(what);
    }

    fn compare<T: PartialEq>(&mut self, what: impl Display, old: &T, new: &T, found: &T) {
        if old == new {
            return;
        }
        match (found == old, found == new) {
            (true, _) => self.before.push(what.to_string()),
            (_, true) => self.after.push(what.to_string()),
            _ => self.neither.push(format!("{what} is neither as before nor as after")),
        }
    }

    fn table(&mut self, name: &TableName, old: Option<&Table>, new: Option<&Table>, found: Option<&Table>) {
        let what = format!("table `{name}`");
        match (old, new, found) {
            (Some(old), Some(new), Some(found)) => self.contents(old, new, found),
            (Some(_), Some(_), None) => self.neither.push(format!("{what} is not there")),
            (None, Some(new), Some(found)) if columns(new) != columns(found) => {
                self.neither.push(format!("{what} is there with other columns"));
            }
            (None, Some(new), Some(found)) if missing_index(new, found).is_some() => {
                let missing = missing_index(new, found).map(|index| format!(" without index `{index}`"));
                self.neither.push(format!("{what} is there{}", missing.unwrap_or_default()));
            }
            (old, _, found) => self.presence(what, old.is_some(), found.is_some()),
        }
    }

    fn contents(&mut self, old: &Table, new: &Table, found: &Table) {
        let table = &old.name;
        let names: BTreeSet<&Ident> = columns(old).into_iter().chain(columns(new)).collect();
        for name in names {
            let what = format!("column `{}`", table.print_with_column(name));
            self.compare(what, &old.column(name), &new.column(name), &found.column(name));
        }
        let indexes: BTreeSet<&Ident> = old.indexes.iter().chain(&new.indexes).map(|one| &one.name).collect();
        for name in indexes {
            let one = |table: &'_ Table| table.indexes.iter().find(|index| index.name == *name).cloned();
            self.compare(format!("index `{name}` of `{table}`"), &one(old), &one(new), &one(found));
        }
        let gone = old.constraints.iter().filter(|one| !new.constraints.contains(one));
        for constraint in gone {
            self.constraint(constraint, Side::Old, new, found);
        }
        let come = new.constraints.iter().filter(|one| !old.constraints.contains(one));
        for constraint in come {
            self.constraint(constraint, Side::New, old, found);
        }
        let what = |what: &str| format!("{what} of table `{table}`");
        self.compare(what("the comment"), &old.comment, &new.comment, &found.comment);
        self.compare(what("the options"), &old.options, &new.options, &found.options);
        if same_set(old, new) {
            self.compare(what("the order of the columns"), &columns(old), &columns(new), &columns(found));
        }
    }

    /// Looks for a constraint that is in one state only. `other` is the table in the other state.
    fn constraint(&mut self, one: &Constraint, side: Side, other: &Table, found: &Table) {
        let what =
            format!("the {} {} of `{}`", one.kind().to_string().replace('_', " "), one.shape(), found.name);
        let alike = |there: &Constraint| there.kind() == one.kind() && there.name() == one.name();
        // The database may spell what a named one says in its own way, but where both states have that name, what it
        // says is all that tells them apart.
        let by_name = one.name().is_some() && !other.constraints.iter().any(alike);
        let there = found.constraints.iter().any(|there| if by_name { alike(there) } else { there == one });
        match (side, there) {
            (Side::Old, true) | (Side::New, false) => self.before.push(what),
            (Side::Old, false) | (Side::New, true) => self.after.push(what),
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

/// Returns the name of an index that a table should have and has not, be it as a constraint.
fn missing_index<'t>(wanted: &'t Table, found: &Table) -> Option<&'t Ident> {
    let has = |name: &Ident| {
        let mut indexes = found.indexes.iter().map(|index| &index.name);
        let mut constraints = found.constraints.iter().filter_map(Constraint::name);
        indexes.any(|one| one == name) || constraints.any(|one| one == name)
    };
    wanted.indexes.iter().map(|index| &index.name).find(|name| !has(name))
}

fn columns(table: &Table) -> Vec<&Ident> {
    table.columns.iter().map(|column| &column.name).collect()
}

fn same_set(one: &Table, other: &Table) -> bool {
    let set = |table| columns(table).into_iter().cloned().collect::<BTreeSet<Ident>>();
    set(one) == set(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column_type::ColumnType;
    use crate::schema::{Check, Column};

    fn table(columns: &[&str]) -> Table {
        let ident = |name: &str| Ident::new(name).unwrap();
        let column = |name: &&str| Column::new(ident(name), ColumnType::Integer);
        Table::new(TableName::parse("t").unwrap(), columns.iter().map(column).collect())
    }

    fn stands(old: Option<Table>, new: Option<Table>, found: Option<Table>) -> Standing {
        let mut votes = Votes::default();
        votes.table(&TableName::parse("t").unwrap(), old.as_ref(), new.as_ref(), found.as_ref());
        votes.count()
    }

    #[test]
    fn a_table_that_is_made_is_there_or_not() {
        let made = || Some(table(&["a"]));
        assert_eq!(stands(None, made(), None), Standing::Before);
        assert_eq!(stands(None, made(), made()), Standing::After);
        assert!(matches!(stands(None, made(), Some(table(&["b"]))), Standing::Neither(_)));
        assert_eq!(stands(made(), None, None), Standing::After);
    }

    #[test]
    fn a_table_that_lacks_an_index_is_not_all_made() {
        let mut whole = table(&["a"]);
        whole.indexes.push(crate::schema::Index::new(Ident::new("ix").unwrap(), Vec::new()));
        assert_eq!(stands(None, Some(whole.clone()), Some(whole.clone())), Standing::After);
        let half = stands(None, Some(whole), Some(table(&["a"])));
        assert_eq!(half, Standing::Neither(vec!["table `t` is there without index `ix`".to_owned()]));
    }

    #[test]
    fn half_a_change_is_neither() {
        let (old, new) = (Some(table(&["a", "b"])), Some(table(&["a", "c"])));
        assert_eq!(stands(old.clone(), new.clone(), old.clone()), Standing::Before);
        assert_eq!(stands(old.clone(), new.clone(), new.clone()), Standing::After);
        let Standing::Neither(why) = stands(old, new, Some(table(&["a"]))) else { panic!("half of it") };
        assert_eq!(why, ["column `t.c` is as before", "column `t.b` is as after"]);
    }

    #[test]
    fn a_named_check_is_known_by_its_name_however_it_is_spelled() {
        let with = |sql: &str| {
            let mut table = table(&["a"]);
            let name = Some(Ident::new("ck").unwrap());
            let check = Check { name, sql: crate::literal::RawSql::new(sql), not_valid: false };
            table.constraints.push(Constraint::Check(check));
            Some(table)
        };
        assert_eq!(stands(Some(table(&["a"])), with("a > 0"), with("`a` > 0")), Standing::After);
        assert_eq!(stands(with("a > 0"), with("a > 1"), with("a > 1")), Standing::After);
    }
}
