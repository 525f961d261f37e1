//! Which foreign keys a rebuild cannot break: every row is moved, and what the key is about is moved as it is.

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, ForeignKey, Index, Table};

use super::affinity::affinity;
use super::group::Group;
use super::options::table_options;
use super::types::type_name;

/// Says whether a foreign key of the table itself finds the same rows afterwards as before.
pub(super) fn is_own(group: &Group<'_>, key: &ForeignKey) -> bool {
    let ends = |key: &ForeignKey| (key.columns.clone(), key.references.clone(), key.referred_columns.clone());
    group.start.foreign_keys().any(|old| ends(old) == ends(key))
        && key.columns.iter().all(|name| is_moved_as_it_is(group, name))
        && (key.references != *group.name() || is_referred(group, key))
}

/// Says whether the rows that a foreign key points at in the table are found afterwards as before.
pub(super) fn is_referred(group: &Group<'_>, key: &ForeignKey) -> bool {
    let primary = |table: &Table| Some(table.primary_key()?.columns.clone());
    let (old, new) = (primary(group.start), primary(&group.copied));
    let columns = match key.referred_columns.is_empty() {
        true => old.clone().unwrap_or_default(),
        false => key.referred_columns.clone(),
    };
    old == new
        && uniques(group.start) == uniques(&group.copied)
        && columns.iter().all(|name| is_moved_as_it_is(group, name))
}

/// Returns what makes columns unique beside the primary key, any of which may be what a foreign key needs.
fn uniques(table: &Table) -> (Vec<&Constraint>, Vec<&Index>) {
    let constraints = table.constraints.iter().filter(|one| matches!(one, Constraint::Unique(_)));
    (constraints.collect(), table.indexes.iter().filter(|index| index.unique).collect())
}

/// Says whether a column has the same values afterwards, compared alike.
fn is_moved_as_it_is(group: &Group<'_>, name: &Ident) -> bool {
    let affinity = |column: &Column| Some(affinity(&type_name(&column.ty, group.enums()).ok()?));
    let is_alike = |(old, new): (&Column, &Column)| {
        old.generated.is_none()
            && new.generated.is_none()
            && old.collation == new.collation
            && affinity(old).is_some_and(|old| affinity(new) == Some(old))
    };
    // What type `ANY` does to a value depends on it (sqlite.org/stricttables.html).
    let is_strict = |table: &Table| table_options(table).ok().map(|options| options.strict);
    group.is_kept(name)
        && is_strict(group.start) == is_strict(&group.copied)
        && group.origin(name).is_some_and(|origin| origin.using.is_none())
        && group.start.column(name).zip(group.copied.column(name)).is_some_and(is_alike)
}
