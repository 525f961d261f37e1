//! Says whether an edit of the stored text is sound for a change, or which stored rows stand against it.

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, Generated, GeneratedStorage};

use super::affinity::affinity;
use super::create_table::{counting_key, rowid_column};
use super::group::Group;
use super::native;
use super::options::{TableOptions, table_options};
use super::types::type_name;
use crate::ddl;
use crate::options::SchemaEdit;

/// Says why the stored text cannot just be edited; `None` when every stored row and index stays right.
pub(super) fn why_not(group: &Group<'_>) -> Option<String> {
    if SchemaEdit::of(group.server) == SchemaEdit::Never {
        return Some("edits of the stored schema are turned off".to_owned());
    }
    options(group).or_else(|| added(group)).or_else(|| kept(group)).or_else(|| keys(group))
}

fn options(group: &Group<'_>) -> Option<String> {
    let same = table_options(group.start).ok() == table_options(&group.copied).ok();
    (!same).then(|| "rows are stored otherwise with STRICT or WITHOUT ROWID".to_owned())
}

fn added(group: &Group<'_>) -> Option<String> {
    let order = |column: &Column| group.start.columns.iter().position(|old| old.name == column.name);
    let mut places = group.copied.columns.iter().map(|column| match group.is_kept(&column.name) {
        true => order(column).unwrap_or(usize::MAX),
        false => usize::MAX,
    });
    if !places.by_ref().is_sorted() {
        return Some("columns stand in another order".to_owned());
    }
    group.added().find_map(native::why_not_in_place)
}

fn kept(group: &Group<'_>) -> Option<String> {
    let options = table_options(group.start).unwrap_or_default();
    let kept = group.copied.columns.iter().filter(|column| group.is_kept(&column.name));
    kept.filter_map(|column| Some((group.start.column(&column.name)?, column)))
        .find_map(|(old, new)| column(group, old, new, options))
}

fn column(group: &Group<'_>, old: &Column, new: &Column, options: TableOptions) -> Option<String> {
    let name = &new.name;
    let because = |what: &str| Some(format!("`{name}` {what}"));
    if group.origin(name).is_some_and(|origin| origin.using.is_some()) {
        return because("gets new values");
    }
    let types = type_name(&old.ty, group.enums()).ok().zip(type_name(&new.ty, group.enums()).ok());
    let Some((before, after)) = types else { return because("has a type that is not known") };
    let keeps_rows = match options.strict {
        true => [&before, &after]
            .into_iter()
            .all(|ty| ["INT", "INTEGER"].iter().any(|int| ty.eq_ignore_ascii_case(int))),
        false => affinity(&before) == affinity(&after),
    };
    if !before.eq_ignore_ascii_case(&after) && !keeps_rows {
        return Some(format!(
            "values of `{name}` are stored as {} and not as {}",
            affinity(&after),
            affinity(&before)
        ));
    }
    if old.default != new.default && lacking(group, name) {
        return because("may be missing in rows from before it was added, which have its default");
    }
    if old.collation != new.collation && is_stored_by(group, name) {
        return because("is compared in an index, a key or a rule");
    }
    if old.generated != new.generated {
        let is_virtual = |one: &Option<Generated>| {
            one.as_ref().is_some_and(|one| one.storage == GeneratedStorage::Virtual)
        };
        let both = is_virtual(&old.generated) && is_virtual(&new.generated);
        if !both || !new.nullable || is_stored_by(group, name) {
            return because("is computed otherwise");
        }
    }
    None
}

/// Says whether rows may lack a column, so that SQLite reads its value from the default.
fn lacking(group: &Group<'_>, column: &Ident) -> bool {
    match &group.start.stored {
        Some(stored) => stored.lacking.contains(column),
        None => group.start.added.contains(column),
    }
}

/// Says whether something is stored that depends on the values of a column or on how they compare.
fn is_stored_by(group: &Group<'_>, column: &Ident) -> bool {
    let table = &group.copied;
    let mentions = |text: &str| ddl::reads_column(text, table.name.name.as_str(), column.as_str());
    table.constraints.iter().any(|constraint| {
        constraint.columns().contains(&column) || constraint.texts().iter().any(|sql| mentions(sql.as_str()))
    }) || table
        .indexes
        .iter()
        .any(|index| index.named_columns().contains(&column) || index.texts().iter().any(|sql| mentions(sql)))
        || table.columns.iter().any(|other| {
            other.name != *column
                && other.generated.as_ref().is_some_and(|generated| mentions(generated.sql.as_str()))
        })
}

/// Says why a change of keys needs more than another text: they have an index of their own, or are the rowid.
fn keys(group: &Group<'_>) -> Option<String> {
    let keys = |constraints: &[Constraint]| {
        let shapes = constraints.iter().filter_map(|constraint| match constraint {
            Constraint::PrimaryKey(key) => Some((true, key.columns.clone())),
            Constraint::Unique(unique) => Some((false, unique.columns.clone())),
            Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclude(_) => None,
        });
        let mut shapes: Vec<_> = shapes.collect();
        shapes.sort();
        shapes
    };
    if keys(&group.start.constraints) != keys(&group.copied.constraints) {
        return Some("a key has an index of its own".to_owned());
    }
    let options = table_options(group.start).unwrap_or_default();
    let rowid = |table| rowid_column(table, options, group.enums()).map(|column| column.name.clone());
    if rowid(group.start) != rowid(&group.copied) {
        return Some("the primary key becomes the rowid, or no longer is it".to_owned());
    }
    let counts = counting_key(&group.copied).is_some() && counting_key(group.start).is_none();
    counts.then(|| "a key that counts up starts to".to_owned())
}
