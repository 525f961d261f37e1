//! Which columns are moved as they are stored, whatever their type says.
//!
//! A value that is put into a column is converted to the type of the column where that loses nothing, and it may not
//! have been before: the text of the type may have been edited since. While the new text does without the type, SQLite
//! puts each value in as it comes (sqlite.org/datatype3.html#determination_of_column_affinity).

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, mention};

use super::affinity::{Affinity, affinity};
use super::create_table::rowid_column;
use super::group::Group;
use super::options::table_options;
use super::rows_before::Rules;
use super::types::type_name;
use crate::options::SchemaEdit;

/// The columns that keep their type by its affinity, and whose values are moved as they are.
#[derive(Default)]
pub(super) struct AsStored<'g> {
    /// Those that can do without a type in the new table for the while.
    pub(super) untyped: Vec<&'g Ident>,
    /// Those of them that can do without one in the old table too: whole numbers are stored short under REAL, and come
    /// with a point from there. Not where rows may lack the value, for the default is read by its type.
    pub(super) short: Vec<&'g Ident>,
    /// Those that cannot, and so must hold nothing that would be converted.
    pub(super) held: Vec<(&'g Ident, Affinity)>,
}

/// Tells these columns apart; there are none in a script, before which no text was edited that way.
///
/// What is computed while rows are moved depends on the types of what it reads, and stored texts may not be edited at
/// all.
pub(super) fn columns<'g>(group: &'g Group<'_>, rules: Rules) -> AsStored<'g> {
    let (start, copied) = (group.start, &group.copied);
    let mut found = AsStored::default();
    let (Ok(old), Ok(new)) = (table_options(start), table_options(copied)) else { return found };
    // A strict table holds nothing that does not fit.
    if start.stored.is_none() || old.strict || new.strict {
        return found;
    }
    let edits = SchemaEdit::of(group.server) == SchemaEdit::Auto;
    let computed: Vec<&str> = computed(group, rules);
    let rowid = |table, options| rowid_column(table, options, group.enums()).map(|column| &column.name);
    let (was_rowid, is_rowid) = (rowid(start, old), rowid(copied, new));
    let ty = |column: &Column| type_name(&column.ty, group.enums()).ok().map(|ty| affinity(&ty));
    for column in &copied.columns {
        let name = &column.name;
        let Some(from) = start.column(name).filter(|from| from.generated.is_none()) else { continue };
        let is_moved = group.origin(name).is_some_and(limbeck_core::rebuild::Origin::is_unchanged)
            && column.generated.is_none()
            && was_rowid != Some(name);
        let kept = ty(column).filter(|affinity| *affinity != Affinity::Blob && ty(from) == Some(*affinity));
        let Some(affinity) = kept.filter(|_| is_moved) else { continue };
        // A rowid is a whole number.
        match edits && is_rowid != Some(name) && !computed.iter().any(|sql| mention::mentions(sql, name)) {
            true => {
                found.untyped.push(name);
                found.short.extend((affinity == Affinity::Real && from.default.is_none()).then_some(name));
            }
            false => found.held.push((name, affinity)),
        }
    }
    found
}

/// Returns what is computed while rows are moved.
fn computed<'g>(group: &'g Group<'_>, rules: Rules) -> Vec<&'g str> {
    let checks = group.copied.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::Check(check) if rules == Rules::Open => Some(check.sql.as_str()),
        _ => None,
    });
    let tables = [group.start, &group.copied];
    let generated = tables.iter().flat_map(|table| &table.columns);
    let generated = generated.filter_map(|column| Some(column.generated.as_ref()?.sql.as_str()));
    let using = group.columns.iter().filter_map(|origin| Some(origin.using.as_ref()?.as_str()));
    checks.chain(generated).chain(using).collect()
}
