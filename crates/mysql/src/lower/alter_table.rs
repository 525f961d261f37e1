//! `alter_table`: one combined `ALTER TABLE` for the whole group, or as few as the server takes.

use std::collections::BTreeSet;

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Cost, Hazard, Statement, Way};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::rebuild::{Origin, Source, origins};
use limbeck_core::schema::Table;
use limbeck_core::sql::Sql;

use super::clauses::{self, Made};
use super::key_index::{self, KeyIndex};
use super::whole::{Whole, check_renames, whole};
use super::{Target, acting_keys, counted_columns, ddl, generated_keys, kept_checks};

/// Lowers `alter_table`.
///
/// `recreate = "always"` is the server's own move-and-copy, in one statement for the whole group: it makes a new table
/// beside, moves the rows while nobody else writes, and swaps the two, keeping triggers, grants, keys of others and how
/// far the table has counted (dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-performance). It is all made
/// or none of it, which a copy by hand in several statements that commit is not.
pub(super) fn alter_table(op: &AlterTable, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let AlterTable { table: name, actions: _, recreate } = op;
    let start = target.schema.table(name)?;
    let mut table = start.clone();
    let (mut groups, mut group) = (Vec::new(), Group::default());
    let (mut first, mut held) = (start.clone(), key_index::of(start, target));
    for action in &*op.in_order(start, target.schema) {
        let mut after = table.clone();
        action.apply(&mut after, target.schema)?;
        let made = clauses::of(action, &table, &after, target)?;
        if !group.takes(&made) || made.drops_column && kept_checks::goes_alone(&first, &after, target) {
            groups.push(std::mem::take(&mut group).closed(&first, &table, &mut held, target)?);
            first.clone_from(&table);
        }
        group.add(action, made);
        table = after;
    }
    acting_keys::check(Some(start), &table, target)?;
    counted_columns::check(Some(start), &table, target)?;
    generated_keys::check(Some(start), &table, target)?;
    groups.push(group.closed(&first, &table, &mut held, target)?);
    groups.retain(|group| !group.clauses.is_empty());
    let copies = *recreate == Recreate::Always;
    if groups.is_empty() && copies {
        groups.push(Group::default());
    }
    if copies {
        check_renames(op, target)?;
    }
    if groups.len() > 1 && copies {
        groups = vec![Group::whole(op, groups, &table, target)?];
    }
    if let (Some(last), true) = (groups.last_mut(), copies) {
        last.clauses.extend([target.sql().kw("ALGORITHM=COPY"), target.sql().kw("FORCE")]);
    }
    let is_whole = groups.len() == 1;
    let statements = groups.into_iter().flat_map(|group| {
        let (copied, part) = (group.copies(), (!is_whole).then(|| group.part(name)));
        let alter = group.statement(name, target);
        let mut statements = group.checks;
        let alter = match copies || copied {
            true => alter.costing(Cost::copy(name)),
            false => alter,
        };
        let alter = if copies { alter.by(Way::MoveAndCopy) } else { alter };
        let alter = group.hazards.into_iter().fold(alter, Statement::hazard);
        statements.push(match part {
            Some(part) => alter.making([part.into()]),
            None => alter,
        });
        statements
    });
    Ok(statements.collect())
}

/// Returns the columns that get another name, as old and new.
fn renamed(columns: &[Origin]) -> Vec<(&Ident, &Ident)> {
    let old = columns.iter().filter(|origin| origin.source == Source::Old);
    old.map(|origin| (&origin.copied, &origin.name)).filter(|(old, new)| old != new).collect()
}

/// Actions that one `ALTER TABLE` makes.
#[derive(Default)]
struct Group {
    actions: Vec<Action>,
    checks: Vec<Statement>,
    clauses: Vec<Sql>,
    hazards: Vec<Hazard>,
    touched: BTreeSet<Ident>,
    builds: bool,
    renames: bool,
    renames_key: bool,
    drops_column: bool,
    copies: bool,
    may_copy: bool,
}

impl Group {
    /// Says whether the server takes another action in the same statement. Names in it mean the table as it was, so
    /// nothing may be touched twice, and nothing may be built on what gets another name.
    fn takes(&self, made: &Made) -> bool {
        let again = made.touches.iter().any(|name| self.touched.contains(name));
        // A column that a foreign key holds gets no other name while rows are copied
        // (`fk_check_copy_alter_table` in MariaDB's `sql_table.cc`).
        let held = self.renames_key && made.may_copy || made.renames_key && self.may_copy;
        !(again || held || self.renames && made.builds || made.renames && self.builds)
    }

    fn add(&mut self, action: &Action, made: Made) {
        let Made {
            checks,
            clauses,
            hazards,
            touches,
            builds,
            renames,
            renames_key,
            drops_column,
            copies,
            may_copy,
        } = made;
        self.drops_column |= drops_column;
        self.actions.push(action.clone());
        self.checks.extend(checks);
        self.clauses.extend(clauses);
        self.hazards.extend(hazards);
        self.touched.extend(touches);
        self.builds |= builds;
        self.renames |= renames;
        self.renames_key |= renames_key;
        self.may_copy |= may_copy;
        self.copies |= copies;
    }

    /// Keeps the checks that would go with its columns. `start` is the table that it finds, `after` the one that it leaves.
    /// `held` are the indexes that there are only for foreign keys.
    fn closed(
        mut self,
        start: &Table,
        after: &Table,
        held: &mut Vec<KeyIndex>,
        target: Target<'_>,
    ) -> Result<Self, Diagnostic> {
        if self.drops_column {
            let kept = kept_checks::keep(start, after, target)?;
            // A rule that comes is checked by making the table anew.
            self.copies |= !kept.is_empty();
            self.clauses.splice(0..0, kept);
        }
        let columns = origins(&self.part(&start.name), start);
        let (behind, clauses) = key_index::follow(held, start, after, &renamed(&columns), target);
        *held = behind;
        self.clauses.extend(clauses);
        Ok(self)
    }

    fn copies(&self) -> bool {
        self.copies
    }

    /// Makes one statement of several. Each of them has been found to be what the server can do.
    fn whole(
        op: &AlterTable,
        groups: Vec<Self>,
        after: &Table,
        target: Target<'_>,
    ) -> Result<Self, Diagnostic> {
        let Whole { checks, mut clauses } = whole(op, after, target)?;
        let start = target.schema.table(&op.table)?;
        let columns = origins(op, start);
        let held = key_index::of(start, target);
        clauses.extend(key_index::follow(&held, start, after, &renamed(&columns), target).1);
        let hazards = groups.into_iter().flat_map(|group| group.hazards).collect();
        Ok(Self { actions: op.actions.clone(), checks, clauses, hazards, ..Self::default() })
    }

    fn part(&self, table: &TableName) -> AlterTable {
        AlterTable { table: table.clone(), actions: self.actions.clone(), recreate: Recreate::Auto }
    }

    fn statement(&self, table: &TableName, target: Target<'_>) -> Statement {
        let mut sql = target.sql().kw("ALTER TABLE").table(table);
        for (i, clause) in self.clauses.iter().enumerate() {
            sql = if i == 0 { sql.sql(clause) } else { sql.close(",").sql(clause) };
        }
        let what: Vec<String> = self.actions.iter().map(Action::describe).collect();
        let why = match what.is_empty() {
            true => format!("make table `{table}` anew"),
            false => what.join(", "),
        };
        ddl(sql, why)
    }
}
