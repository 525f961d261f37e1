//! Move and copy: a new table takes the name and the rows of the old one, for the whole group at once.
//!
//! PostgreSQL alters nearly everything in place, so this is done only where it is asked for, and where a computed column stands
//! against it (`anew.rs`). The old
//! table gets another name for the while and the new one is made without rules, so that no name is taken twice; rules,
//! indexes and all that stands on the table come back as PostgreSQL itself spells them, when the old one is gone.
//! Columns are renamed in place at the end, because then PostgreSQL lets all that names them follow.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Cost, Hazard, ServerInfo, Statement, Way};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::AlterTable;
use limbeck_core::rebuild::{Origin, Source, origins, renames, under_old_names};
use limbeck_core::schema::{CarryStage, Column, Constraint, Index, Schema, Table};

use super::alter_column::{converted, identity_changes};
use super::carried::Asked;
use super::column::counts_up;
use super::constraint::GivenNames;
use super::index::{self, Existence};
use super::{column, constraint, counting, create_table, enums, sql, table as table_wide};

/// Makes the statements that move a table's rows into a new one.
///
/// # Errors
/// An action that does not fit, and what PostgreSQL, or the version at hand, has not.
pub(super) fn rebuild(
    op: &AlterTable,
    why: &str,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let change = Change::of(op, before)?;
    let (start, copied, name) = (change.start, &change.copied, &change.start.name);
    let (asked, stored) = (change.asked(), start.stored.as_deref());
    let old = name.sibling(name.name.with_affixes("_limbeck_old_", ""));
    let bare = change.bare();
    let step = |sql: String, why: String| Statement::new(sql, why);
    let lock = sql().kw("LOCK TABLE").table(name).kw("IN ACCESS EXCLUSIVE MODE").finish();
    let mut statements = vec![step(lock, format!("let nobody use `{name}` meanwhile"))];
    statements.extend(asked.look(stored));
    statements.extend(asked.stage(CarryStage::Away, stored));
    let aside = sql().kw("ALTER TABLE").table(name).kw("RENAME TO").ident(&old.name).finish();
    statements.push(step(aside, format!("set the old `{name}` aside")));
    statements.extend(create_table::brought_enums(&copied.columns, before));
    let made = create_table::body(&bare, Existence::Strict, server)?;
    statements.push(step(made, format!("make `{name}` anew: {why}")));
    statements.push(change.copy(&bare, &old)?);
    statements.extend(change.start_counting());
    statements.extend(asked.stage(CarryStage::Beside, stored));
    let gone = sql().kw("DROP TABLE").table(&old).finish();
    let drop = step(gone, format!("drop the old `{name}`"));
    let lost = change
        .dropped()
        .map(|column| Hazard::LosesData(format!("the values of `{}`", name.print_with_column(&column.name))));
    statements.push(lost.fold(drop, Statement::hazard));
    statements.extend(asked.stage(CarryStage::Rules, stored));
    statements.extend(change.new_rules(server)?);
    if copied.comment.is_some() {
        statements.push(table_wide::comment(name, copied.comment.as_deref()));
    }
    for one in &copied.columns {
        statements.extend(column::afterwards(name, one)?);
    }
    statements.extend(asked.stage(CarryStage::Back, stored));
    statements.extend(asked.forget(stored));
    statements.extend(change.other_identities());
    for (from, to) in renames(&change.columns) {
        let text = sql().kw("ALTER TABLE").table(name).kw("RENAME").ident(&from).kw("TO").ident(&to);
        statements.push(step(text.finish(), format!("rename column `{from}` to `{to}`")));
    }
    let mut left = before.clone();
    left.tables.insert(name.clone(), change.after.clone());
    statements.extend(enums::left_behind(&start.columns, &left));
    Ok(statements.into_iter().map(|statement| statement.by(Way::MoveAndCopy)).collect())
}

/// Returns what has to be asked of the catalogs before a table is made anew.
///
/// # Errors
/// An action that does not fit.
pub(crate) fn asked<'s>(op: &AlterTable, before: &'s Schema) -> Result<Asked<'s>, Diagnostic> {
    Ok(Change::of(op, before)?.asked())
}

/// The change of a table as a whole.
struct Change<'s> {
    start: &'s Table,
    /// The table as it is to be.
    after: Table,
    /// The same, but under the old names.
    copied: Table,
    columns: Vec<Origin>,
}

impl<'s> Change<'s> {
    fn of(op: &AlterTable, before: &'s Schema) -> Result<Self, Diagnostic> {
        let AlterTable { table, actions: _, recreate: _ } = op;
        let start = before.table(table)?;
        let mut after = start.clone();
        for action in &*op.in_order(start, before) {
            action.apply(&mut after, before)?;
        }
        let columns = origins(op, start);
        let copied = under_old_names(&after, &columns, before)?;
        Ok(Self { start, after, copied, columns })
    }

    /// Returns a column of the new table as the old one has it, and where it comes from.
    fn old(&self, copied: &Column) -> Option<(&'s Column, &Origin)> {
        let origin = self.columns.iter().find(|origin| origin.copied == copied.name)?;
        let old = self.start.column(&copied.name).filter(|_| origin.source == Source::Old)?;
        Some((old, origin))
    }

    fn dropped(&self) -> impl Iterator<Item = &'s Column> {
        self.start.columns.iter().filter(|old| {
            !self.columns.iter().any(|origin| origin.source == Source::Old && origin.copied == old.name)
        })
    }

    /// Says whether a column counts up before and afterwards, by a sequence that goes on.
    fn goes_on_counting(&self, copied: &Column) -> bool {
        self.old(copied).is_some_and(|(old, _)| {
            old.identity.is_some() && copied.identity.is_some()
                || counts_up(self.start, old) && counts_up(&self.copied, copied)
        })
    }

    fn asked(&self) -> Asked<'s> {
        let names = GivenNames::of(self.start);
        let gone = self.start.constraints.iter().filter(|one| !self.copied.constraints.contains(one));
        let mut rules: Vec<Ident> = gone.map(|one| names.name_of(self.start, one)).collect();
        let gone = self.start.indexes.iter().filter(|one| !self.copied.indexes.contains(one));
        rules.extend(gone.map(|one| one.name.clone()));
        let counting = self.copied.columns.iter().filter(|column| self.goes_on_counting(column));
        Asked {
            table: &self.start.name,
            known: self.start.columns.iter().map(|column| column.name.clone()).collect(),
            columns: self.dropped().map(|column| column.name.clone()).collect(),
            rules,
            counting: counting.map(|column| column.name.clone()).collect(),
        }
    }

    /// Returns the new table as it is made: without rules, and without what counts on.
    fn bare(&self) -> Table {
        let key = self.copied.primary_key();
        let plain = |column: &Column| {
            let goes_on = self.goes_on_counting(column);
            let in_key = key.is_some_and(|key| key.columns.contains(&column.name));
            Column {
                identity: column.identity.clone().filter(|_| !goes_on),
                autoincrement: Some(counts_up(&self.copied, column) && !goes_on),
                nullable: column.nullable && !in_key && !goes_on,
                ..column.clone()
            }
        };
        Table {
            constraints: Vec::new(),
            indexes: Vec::new(),
            columns: self.copied.columns.iter().map(plain).collect(),
            ..self.copied.clone()
        }
    }

    /// Makes the one statement that moves the rows.
    fn copy(&self, bare: &Table, old: &TableName) -> Result<Statement, Diagnostic> {
        let name = &bare.name;
        let stored = bare.columns.iter().filter(|column| column.generated.is_none());
        let moved: Vec<_> =
            stored.filter_map(|column| self.old(column).map(|(old, origin)| (column, old, origin))).collect();
        if moved.is_empty() {
            let message = format!("no column of table `{name}` is left whose values could be moved");
            return Err(
                Diagnostic::new(Code::WouldLose, message).hint("make a new table, and drop the old one")
            );
        }
        let text = sql().kw("INSERT INTO").table(name).idents(moved.iter().map(|(column, ..)| &column.name));
        // Without it, a column that is always counted takes no value.
        let counted = moved.iter().any(|(column, ..)| column.identity.is_some());
        let mut text = text.when(counted, |sql| sql.kw("OVERRIDING SYSTEM VALUE")).kw("SELECT");
        for (i, (column, old, origin)) in moved.iter().enumerate() {
            let sql = if i == 0 { text } else { text.close(",") };
            text = converted(sql, old, column, origin.using.as_ref());
        }
        let mut copy = Statement::new(text.kw("FROM").table(old).finish(), "move the rows")
            .hazard(Hazard::CopiesRows(name.clone()))
            .costing(Cost::copy(name));
        for (column, old, origin) in &moved {
            if origin.using.is_some() || old.ty != column.ty {
                copy = copy.hazard(Hazard::ChangesValues(name.print_with_column(&column.name)));
            }
        }
        for column in bare.columns.iter().filter(|column| column.generated.is_some()) {
            if self.old(column).is_some_and(|(old, _)| old.generated.is_none()) {
                let what = format!("the values of `{}`", name.print_with_column(&column.name));
                copy = copy.hazard(Hazard::LosesData(what));
            }
        }
        copy.moves = Some(old.clone());
        Ok(copy)
    }

    /// Lets columns that begin to count up go on behind the greatest value there.
    fn start_counting(&self) -> Vec<Statement> {
        let begins = |column: &&Column| {
            counts_up(&self.copied, column) && self.old(column).is_some() && !self.goes_on_counting(column)
        };
        let columns = self.copied.columns.iter().filter(begins);
        columns.map(|column| counting::go_on_behind(&self.start.name, &column.name)).collect()
    }

    /// Makes the rules and indexes that the old table does not have.
    fn new_rules(&self, server: &ServerInfo) -> Result<Vec<Statement>, Diagnostic> {
        let name = &self.start.name;
        let is_new = |one: &&Constraint| !self.start.constraints.contains(one);
        let mut statements = Vec::new();
        for one in self.copied.constraints.iter().filter(is_new) {
            let text = constraint::write(sql().kw("ALTER TABLE").table(name).kw("ADD"), one, server)?;
            let why = format!("add the {} {}", one.kind().to_string().replace('_', " "), one.shape());
            statements.push(Statement::new(text.finish(), why).costing(Cost::scan(name)));
        }
        let is_new = |one: &&Index| !self.start.indexes.contains(one);
        for one in self.copied.indexes.iter().filter(is_new) {
            statements.push(index::make(name, one, Existence::Strict, server)?);
        }
        Ok(statements)
    }

    /// Changes how columns count that count on.
    fn other_identities(&self) -> Vec<Statement> {
        let name = &self.start.name;
        let change = |column: &Column| {
            let (old, new) = (self.old(column)?.0.identity.as_ref()?, column.identity.as_ref()?);
            let changes = identity_changes(old, new);
            let text = sql().kw("ALTER TABLE").table(name).kw("ALTER COLUMN").ident(&column.name);
            let text = changes.iter().fold(text, |sql, change| sql.kw("SET").sql(change));
            let why = format!("alter column `{}`", column.name);
            (!changes.is_empty()).then(|| Statement::new(text.finish(), why))
        };
        self.copied.columns.iter().filter_map(change).collect()
    }
}
