//! Refuses a change after which a view, trigger or full-text index would go on and mean something else.
//!
//! SQLite finds columns by name and by place when a statement is made ready. What fits no longer is an error then, and
//! the checks after the change name it; what fits otherwise is none, so it is looked for before.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::rebuild::{Origin, Source};
use limbeck_core::schema::{Reader, Table, View, mention};

use super::group::Group;
use super::sql;
use crate::ddl::{self, Bare, Reading};

/// Holds all that reads the table to reading the same columns afterwards.
///
/// # Errors
/// [`Code::WouldLose`], with the view, trigger or index, and what it would read instead.
pub(super) fn check(group: &Group<'_>) -> Result<(), Diagnostic> {
    let names = Names::of(group);
    if names.is_same() {
        return Ok(());
    }
    let readers = readers(group);
    let read: Vec<(&Reader, Reading<'_>)> = (readers.iter())
        .filter_map(|reader| Some((reader, ddl::reading(reader.sql.as_str()).ok()?)))
        .collect();
    let related = related(&group.name().name, &read);
    let found = read.iter().filter(|(_, reading)| related.iter().any(|name| reads(reading, name)));
    let mut changed =
        found.filter_map(|(reader, reading)| Some((reader, names.changed_meaning(reader, reading)?)));
    match changed.next() {
        None => Ok(()),
        Some((reader, what)) => {
            let message = format!("the {} would no longer mean the same: {what}", reader.object);
            let hint = "drop it first, and make it again for the table as it is then";
            Err(Diagnostic::new(Code::WouldLose, message).hint(hint))
        }
    }
}

/// Returns the names of the table and of all views over it, views over views included.
fn related(table: &Ident, read: &[(&Reader, Reading<'_>)]) -> Vec<Ident> {
    let mut found = vec![table.clone()];
    let mut next = 0;
    while let Some(name) = found.get(next).cloned() {
        next += 1;
        let over = read.iter().filter(|(_, reading)| reads(reading, &name));
        let views = over.filter_map(|(reader, _)| reader.view.clone());
        let new: Vec<Ident> =
            views.filter(|view| !found.iter().any(|known| ddl::same(known, view))).collect();
        found.extend(new);
    }
    found
}

fn reads(reading: &Reading<'_>, relation: &Ident) -> bool {
    let is_it = |name: &str| same(name, relation.as_str());
    match reading {
        Reading::Statements(statements) => {
            statements.iter().any(|statement| statement.relations().any(|name| is_it(&name)))
        }
        Reading::Content { table, columns: _ } => is_it(table),
        Reading::Nothing => false,
    }
}

/// Returns what may read the table: as the database says, or the views that the history knows.
fn readers(group: &Group<'_>) -> Vec<Reader> {
    let own = &group.name().name;
    let Some(stored) = &group.start.stored else {
        let others = group.before.tables.values().filter(|other| other.name != group.start.name);
        let columns = |other: &Table| other.columns.iter().map(|column| column.name.clone()).collect();
        let relations: Vec<_> = others.map(|other| (other.name.name.clone(), columns(other))).collect();
        let views = group.before.views.values().filter(|view| mention::mentions(view.sql.as_str(), own));
        let reader = |view: &View| {
            let made = sql().kw("CREATE VIEW").table(&view.name).kw("AS").raw(&view.sql).finish();
            let object = format!("view `{}`", view.name);
            let name = Some(view.name.name.clone());
            Reader { object, view: name, sql: RawSql::new(made), relations: relations.clone() }
        };
        return views.map(reader).collect();
    };
    stored.readers.clone()
}

/// The names of the columns before and after.
struct Names<'g> {
    table: &'g str,
    /// The old names, with what each column is called afterwards; nothing where it goes.
    before: Vec<(&'g str, Option<&'g str>)>,
    /// Those that come, or that another column had before.
    comes: Vec<&'g str>,
    /// Those that go, or that another column has afterwards.
    goes: Vec<&'g str>,
    /// The columns that stay have other places, among as many.
    places: bool,
}

impl<'g> Names<'g> {
    fn of(group: &'g Group<'_>) -> Self {
        let old = |origin: &&Origin| origin.source == Source::Old;
        let find = |name: &Ident| group.columns.iter().filter(old).find(|origin| origin.copied == *name);
        let columns = group.start.columns.iter();
        let before: Vec<_> = columns
            .map(|column| (column.name.as_str(), find(&column.name).map(|origin| origin.name.as_str())))
            .collect();
        let kept = |name: &str| {
            before.iter().any(|(from, to)| same(from, name) && to.is_some_and(|to| same(to, name)))
        };
        let comes = group.after.columns.iter().map(|column| column.name.as_str());
        let comes = comes.filter(|name| !kept(name)).collect();
        let goes = before.iter().map(|(from, _)| *from).filter(|name| !kept(name)).collect();
        let place = |at: usize, to: &str| {
            group.after.columns.get(at).is_some_and(|column| same(column.name.as_str(), to))
        };
        let places = before.len() == group.after.columns.len()
            && !before.iter().enumerate().all(|(at, (_, to))| to.is_some_and(|to| place(at, to)));
        Self { table: group.start.name.name.as_str(), before, comes, goes, places }
    }

    fn is_same(&self) -> bool {
        self.comes.is_empty() && self.goes.is_empty() && !self.places
    }

    /// Says what a reader would read instead, if anything.
    fn changed_meaning(&self, reader: &Reader, reading: &Reading<'_>) -> Option<String> {
        match reading {
            Reading::Content { table: _, columns } => {
                let swapped = self.comes.iter().find(|name| {
                    let before = self.before.iter().any(|(from, _)| same(from, name));
                    before && (columns.is_empty() || columns.iter().any(|column| same(column, name)))
                })?;
                Some(format!("it reads `{swapped}` by its name, which another column would have"))
            }
            Reading::Statements(statements) => {
                statements.iter().find_map(|statement| self.of_statement(statement, reader))
            }
            Reading::Nothing => None,
        }
    }

    fn of_statement(&self, statement: &ddl::Statement<'_>, reader: &Reader) -> Option<String> {
        let relations: Vec<String> = statement.relations().collect();
        if statement.joins_naturally() {
            let joined = self.joined(&relations, reader);
            if let Some(name) = joined {
                return Some(format!("it joins tables by equal names, and `{name}` is one"));
            }
        }
        if let Some(name) = self.comes.iter().find(|name| statement.joins_by(name)) {
            return Some(format!("it joins tables by `{name}`"));
        }
        if self.places && statement.goes_by_places(self.table) {
            return Some("it goes by the places of columns, which change".to_owned());
        }
        let captured = statement.bare_columns().find(|bare| self.is_captured(bare, reader))?;
        Some(format!("`{}` would be another column", captured.name()?))
    }

    /// Finds a name by which tables are joined only before or only afterwards.
    fn joined(&self, relations: &[String], reader: &Reader) -> Option<&'g str> {
        let own = relations.iter().filter(|name| same(name, self.table)).count();
        let others = |name: &str| {
            relations.iter().filter(|relation| has(reader, relation, name) == Some(true)).count()
        };
        let moves = |name: &&&str| self.before.iter().any(|(from, to)| same(from, name) && to.is_some());
        let through_a_view = usize::from(own == 0);
        let comes = self.comes.iter().find(|name| {
            others(name) > 0
                || (own > 1 && !self.before.iter().any(|(_, to)| to.is_some_and(|to| same(to, name))))
        });
        let goes = self.goes.iter().find(|name| others(name) > through_a_view || (own > 1 && !moves(name)));
        comes.or(goes).copied()
    }

    /// Says whether a column that is read by its name alone is found in another table than before.
    fn is_captured(&self, bare: &Bare<'_, '_>, reader: &Reader) -> bool {
        let Some(name) = bare.name() else { return false };
        let candidates = bare.candidates();
        let own = |relation: &String| same(relation, self.table);
        // Where a relation is not known, that may be it.
        let place = |name: &str, in_own: &dyn Fn(&str) -> bool| {
            candidates.iter().position(|relations| {
                relations.iter().any(|relation| match own(relation) {
                    true => in_own(name),
                    false => has(reader, relation, name).unwrap_or(true),
                })
            })
        };
        let was = place(&name, &|name| self.before.iter().any(|(from, _)| same(from, name)));
        let in_after = |name: &str| {
            self.before.iter().any(|(_, to)| to.is_some_and(|to| same(to, name)))
                || self.comes.iter().any(|new| same(new, name))
        };
        // A text in double quotes, or the rowid.
        let Some(was) = was else { return !bare.is_alias() && place(&name, &in_after).is_some() };
        let is_own = candidates[was].iter().any(own)
            && self.before.iter().any(|(from, _)| same(from, &name))
            && !candidates[was]
                .iter()
                .any(|relation| !own(relation) && has(reader, relation, &name) != Some(false));
        // SQLite gives a renamed column its new name here too.
        let renamed =
            self.before.iter().find(|(from, _)| is_own && same(from, &name)).and_then(|(_, to)| *to);
        let now = renamed.unwrap_or(&name);
        place(now, &in_after).is_some_and(|is| is != was)
    }
}

/// Says whether another table or view has a column; `None` when it is not known.
fn has(reader: &Reader, relation: &str, column: &str) -> Option<bool> {
    let known = reader.relations.iter().find(|(name, _)| same(name.as_str(), relation));
    known.map(|(_, columns)| columns.iter().any(|name| same(name.as_str(), column)))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
