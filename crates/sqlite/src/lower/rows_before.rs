//! Questions put to the old rows before they are moved, whose answers SQLite would only give as a failure of the copy.

use limbeck_core::dialect::Statement;
use limbeck_core::name::Ident;
use limbeck_core::rebuild::Source;
use limbeck_core::schema::{Column, Constraint, mention};

use super::checks;
use super::group::Group;
use super::native;

/// What is known of the rows before they are moved.
pub(super) struct Checked {
    /// The questions.
    pub(super) statements: Vec<Statement>,
    /// Whether the checks of the table have to look at the rows again.
    pub(super) rules: Rules,
}

/// Whether the rows keep to the checks of the new table as far as they did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// They do: each check is an old one, or was put as a question, and is about values that stay as they are.
    Kept,
    /// That shows only when they are moved.
    Open,
}

/// Puts the questions that can be put to the old rows.
pub(super) fn checks(group: &Group<'_>) -> Checked {
    let (start, copied) = (group.start, &group.copied);
    let as_before = |name: &Ident| is_as_before(group, name);
    let mut statements = Vec::new();
    for column in copied.columns.iter().filter(|column| !column.nullable && column.generated.is_none()) {
        match start.column(&column.name) {
            Some(old) if as_before(&column.name) && old.nullable => {
                statements.push(checks::no_nulls(start, &column.name));
            }
            _ if native::lacks_value(column) && is_new(group, column) && !is_key(group, column) => {
                statements.push(checks::no_rows(&start.name, &column.name));
            }
            _ => {}
        }
    }
    let mut rules = Rules::Kept;
    for constraint in &copied.constraints {
        let is_old = group.had(constraint);
        let known = constraint.columns().into_iter().all(as_before);
        match constraint {
            Constraint::Unique(unique) if known && !is_old => {
                statements.push(checks::distinct(&start.name, &unique.columns));
            }
            Constraint::PrimaryKey(key) if known && !is_old => {
                statements.push(checks::distinct(&start.name, &key.columns));
            }
            Constraint::Check(check) => {
                let mentioned = |name: &Ident| mention::mentions(check.sql.as_str(), name);
                match copied.columns.iter().all(|column| !mentioned(&column.name) || as_before(&column.name))
                {
                    true if is_old => {}
                    true => statements.push(checks::keeps_to(&start.name, check)),
                    false => rules = Rules::Open,
                }
            }
            _ => {}
        }
    }
    Checked { statements, rules }
}

/// Says whether the values of a column, and how they compare, are those of the old table.
fn is_as_before(group: &Group<'_>, copied: &Ident) -> bool {
    let compared = |column: &Column| (column.collation.clone(), column.generated.clone());
    let same = |old: &Column, new: &Column| compared(old) == compared(new);
    let columns = group.start.column(copied).zip(group.copied.column(copied));
    group.origin(copied).is_some_and(limbeck_core::rebuild::Origin::is_unchanged)
        && columns.is_some_and(|(old, new)| same(old, new))
}

fn is_new(group: &Group<'_>, column: &Column) -> bool {
    group.origin(&column.name).is_some_and(|origin| origin.source == Source::New)
}

fn is_key(group: &Group<'_>, column: &Column) -> bool {
    group.copied.primary_key().is_some_and(|key| key.columns.contains(&column.name))
}
