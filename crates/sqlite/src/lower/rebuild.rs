//! Move and copy: a new table takes the rows and then the name of the old one, for the whole group at once.
//!
//! The steps are those that SQLite documents (sqlite.org/lang_altertable.html#otheralter). Foreign keys are off
//! outside the transaction, so that dropping the old table deletes nothing elsewhere, and what they say is compared
//! before and after.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Cost, Enforcement, Hazard, Lowered, Statement, Way};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::AlterTable;
use limbeck_core::schema::{Constraint, Index, Schema, SchemaError, Table, mention};

use super::create_table::{counting_key, definition, rowid_column};
use super::options::table_options;
use super::origin::{Origin, Source, origins, renames, under_old_names};
use super::{checks, foreign_keys, index, native, sql, statistics};

/// Why views and triggers are tried out.
pub(super) const FIT: &str = "check that views and triggers still fit";

/// Returns the name under which a table is made before it takes the place of the old one.
pub(crate) fn temporary_name(table: &Ident) -> Ident {
    table.with_affixes("_limbeck_new_", "")
}

/// Makes the statements that move a table's rows into a new one.
///
/// # Errors
/// What the model does not hold of the table, and what SQLite has not.
pub(super) fn rebuild(
    op: &AlterTable,
    start: &Table,
    after: &Table,
    before: &Schema,
    reason: &str,
) -> Result<Lowered, Diagnostic> {
    check_held(start, before)?;
    let columns = origins(op, start);
    let copied = under_old_names(after, &columns, before)?;
    let name = &start.name;
    let new = name.sibling(temporary_name(&name.name));
    let mut statements = foreign_keys::remember(start, &copied, before);
    statements.extend(prechecks(start, &copied, &columns));
    let made = definition(&copied, &new, &before.enums)?;
    statements.push(Statement::new(made, format!("make `{name}` anew: {reason}")));
    statements.push(copy(start, &copied, &new, &columns, before)?);
    statements.extend(keep_count(start, &copied, &new));
    statements.extend(statistics::set_aside(start, &new));
    let mut drop =
        Statement::new(sql().kw("DROP TABLE").table(name).finish(), format!("drop the old `{name}`"));
    for lost in lost_columns(start, &columns) {
        let values = format!("the values of `{}`", name.print_with_column(lost));
        drop = drop.hazard(Hazard::LosesData(values));
    }
    statements.push(drop);
    statements.extend(take_name(&new, name));
    for index in &copied.indexes {
        statements.push(make_index(op, start, index)?);
    }
    statements.extend(statistics::put_back(start, &new));
    if let Some(stored) = &start.stored {
        let trigger = |sql: &RawSql| Statement::new(sql.as_str(), format!("put back a trigger of `{name}`"));
        statements.extend(stored.triggers.iter().map(trigger));
    }
    statements.extend(foreign_keys::compare(start, &copied, before));
    statements.extend(renames(&columns).iter().map(|(from, to)| native::rename_column(start, from, to)));
    statements.extend(probes(start, after, before));
    let statements = statements.into_iter().map(|statement| statement.by(Way::MoveAndCopy)).collect();
    Ok(Lowered { statements, enforcement: Enforcement::Suspended, reason: Some(reason.to_owned()) })
}

/// Refuses to lose what the model does not hold.
fn check_held(start: &Table, before: &Schema) -> Result<(), Diagnostic> {
    let name = start.name.to_string();
    // Raw SQL that names the table may have made triggers on it, or changed the table itself.
    let causes = before.opaque.touching(&start.name.name);
    match &start.stored {
        None if !causes.is_empty() => Err(SchemaError::Opaque { name, causes }.into()),
        Some(stored) if !stored.unheld.is_empty() => {
            let lost = stored.unheld.join(", ");
            let message = format!("making table `{name}` anew would lose {lost}");
            Err(Diagnostic::new(Code::WouldLose, message)
                .hint("make the change by hand with `execute`, and state its effect with `state = […]`"))
        }
        _ => Ok(()),
    }
}

fn lost_columns<'a>(start: &'a Table, columns: &'a [Origin]) -> impl Iterator<Item = &'a Ident> {
    let names = start.columns.iter().map(|column| &column.name);
    names.filter(|name| columns.iter().all(|column| column.source == Source::New || column.copied != **name))
}

/// Puts questions to the old rows whose answers SQLite would only give as a failure of the whole copy.
fn prechecks(start: &Table, copied: &Table, columns: &[Origin]) -> Vec<Statement> {
    let name = &start.name;
    // The old values are the new ones only where nothing makes others of them.
    let as_before =
        |name: &Ident| columns.iter().any(|column| column.copied == *name && column.is_unchanged());
    let mut statements = Vec::new();
    for column in copied.columns.iter().filter(|column| !column.nullable && column.generated.is_none()) {
        match start.column(&column.name) {
            Some(old) if as_before(&column.name) && old.nullable => {
                statements.push(checks::no_nulls(name, &column.name));
            }
            _ if column.default.is_none()
                && is_new(columns, &column.name)
                && !is_key(copied, &column.name) =>
            {
                statements.push(checks::no_rows(name, &column.name));
            }
            _ => {}
        }
    }
    for constraint in copied.constraints.iter().filter(|constraint| !start.constraints.contains(constraint)) {
        let known = constraint.columns().into_iter().all(as_before);
        match constraint {
            Constraint::Unique(unique) if known => statements.push(checks::distinct(name, &unique.columns)),
            Constraint::PrimaryKey(key) if known => statements.push(checks::distinct(name, &key.columns)),
            Constraint::Check(check) => {
                let mentioned = |name: &Ident| mention::mentions(check.sql.as_str(), name);
                if copied.columns.iter().all(|column| !mentioned(&column.name) || as_before(&column.name)) {
                    statements.push(checks::keeps_to(name, check));
                }
            }
            _ => {}
        }
    }
    statements
}

fn is_new(columns: &[Origin], copied: &Ident) -> bool {
    columns.iter().any(|column| column.copied == *copied && column.source == Source::New)
}

fn is_key(table: &Table, column: &Ident) -> bool {
    table.primary_key().is_some_and(|key| key.columns.contains(column))
}

/// Makes the one statement that moves the rows.
///
/// SQLite converts each value to the affinity of its new column where that loses nothing, and leaves it as it is where
/// not (sqlite.org/datatype3.html#type_conversions_prior_to_comparison); CAST would turn a text into 0.
fn copy(
    start: &Table,
    copied: &Table,
    new: &TableName,
    columns: &[Origin],
    before: &Schema,
) -> Result<Statement, Diagnostic> {
    let origin =
        |name: &Ident| columns.iter().find(|column| column.copied == *name && column.source == Source::Old);
    let moved: Vec<&Origin> = (copied.columns.iter())
        .filter(|column| column.generated.is_none())
        .filter_map(|column| origin(&column.name))
        .collect();
    let rowid = kept_rowid(start, copied, &moved, before)?;
    let names = rowid.iter().chain(moved.iter().map(|origin| &origin.copied));
    let mut sql = sql().kw("INSERT INTO").table(new).idents(names).kw("SELECT");
    let mut first = true;
    if let Some(name) = &rowid {
        first = false;
        sql = sql.ident(name);
    }
    for origin in moved {
        sql = if first { sql } else { sql.close(",") };
        first = false;
        sql = match &origin.using {
            Some(using) => sql.kw("(").glue("").raw(using).close(")"),
            None => sql.ident(&origin.copied),
        };
    }
    if first {
        return Ok(empty_copy(start, new));
    }
    let sql = sql.kw("FROM").table(&start.name);
    let mut statement =
        Statement::new(sql.finish(), "move the rows").hazard(Hazard::CopiesRows(start.name.clone()));
    statement.moves = Some(start.name.clone());
    statement.cost = Cost::copy(&start.name);
    Ok(statement)
}

/// Stands for the copy when no column of the old table is left.
fn empty_copy(start: &Table, new: &TableName) -> Statement {
    let sql = sql().kw("DELETE FROM").table(new);
    Statement::new(sql.finish(), format!("no column of the old `{}` is left to be moved", start.name))
}

/// Returns the name of the rowid, if rows keep theirs by it: where both tables have one, no column is named like it,
/// and no column that is moved is the rowid itself.
fn kept_rowid(
    start: &Table,
    after: &Table,
    moved: &[&Origin],
    before: &Schema,
) -> Result<Option<Ident>, Diagnostic> {
    let (old, new) = (table_options(start)?, table_options(after)?);
    if old.without_rowid || new.without_rowid {
        return Ok(None);
    }
    let rowid = rowid_column(after, new, &before.enums);
    if rowid.is_some_and(|column| moved.iter().any(|origin| origin.copied == column.name)) {
        return Ok(None);
    }
    let names: Vec<&Ident> = start.columns.iter().chain(&after.columns).map(|column| &column.name).collect();
    let free = |alias: &&str| names.iter().all(|name| !name.as_str().eq_ignore_ascii_case(alias));
    let alias = ["rowid", "_rowid_", "oid"].into_iter().find(free);
    Ok(alias.and_then(|alias| Ident::new(alias).ok()))
}

/// Keeps how far AUTOINCREMENT has counted, rows deleted since included.
fn keep_count(start: &Table, after: &Table, new: &TableName) -> Vec<Statement> {
    if counting_key(start).is_none() || counting_key(after).is_none() {
        return Vec::new();
    }
    let forget = sql().kw("DELETE FROM sqlite_sequence WHERE name =").text(new.name.as_str());
    let take = sql().kw("INSERT INTO sqlite_sequence (name, seq) SELECT").text(new.name.as_str()).close(",");
    let take = take.kw("seq FROM sqlite_sequence WHERE name =").text(start.name.name.as_str());
    let why = "keep how far AUTOINCREMENT has counted";
    vec![Statement::new(forget.finish(), why), Statement::new(take.finish(), why)]
}

/// Makes an index again: by the text that its author wrote, where it stays as it was.
fn make_index(op: &AlterTable, start: &Table, index: &Index) -> Result<Statement, Diagnostic> {
    let mut statement = index::make(&start.name, index, index::Existence::Strict)?;
    let is_new =
        |action: &Action| matches!(action, Action::CreateIndex(made) if made.index.name == index.name);
    let at = start.indexes.iter().position(|old| old.name == index.name);
    let at = at.filter(|_| !op.actions.iter().any(is_new));
    let text = start.stored.as_ref().zip(at).and_then(|(stored, at)| stored.indexes.get(at));
    if let Some(text) = text {
        statement.sql = text.as_str().to_owned();
    }
    Ok(statement)
}

/// Gives the new table the name of the old one.
///
/// Without the legacy mode SQLite would refuse, because views and triggers name a table that is not there for the
/// moment (sqlite.org/pragma.html#pragma_legacy_alter_table).
fn take_name(new: &TableName, name: &TableName) -> [Statement; 3] {
    let rename = sql().kw("ALTER TABLE").table(new).kw("RENAME TO").table(name).finish();
    [
        Statement::new(
            "PRAGMA legacy_alter_table = ON",
            "let views and triggers be while the table has no name",
        ),
        Statement::new(rename, format!("let the new table be `{name}`")),
        Statement::new("PRAGMA legacy_alter_table = OFF", "as it was"),
    ]
}

/// Checks that views and triggers still fit the table.
fn probes(start: &Table, after: &Table, before: &Schema) -> Vec<Statement> {
    let Some(stored) = &start.stored else {
        let reads =
            before.views.values().filter(|view| mention::mentions(view.sql.as_str(), &start.name.name));
        let probe = |name: &TableName| sql().kw("SELECT * FROM").table(name).kw("LIMIT 0").finish();
        return reads.map(|view| Statement::new(probe(&view.name), FIT)).collect();
    };
    let mut probes: Vec<Statement> =
        stored.probes.iter().map(|probe| Statement::new(probe.as_str(), FIT)).collect();
    if !stored.triggers.is_empty() {
        let columns: Vec<&Ident> = after
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| &column.name)
            .collect();
        probes.extend(
            trigger_probes(&start.name, &columns).into_iter().map(|probe| Statement::new(probe, FIT)),
        );
    }
    probes
}

/// Returns statements that change nothing and fail when a trigger of the table does not fit.
pub(crate) fn trigger_probes(table: &TableName, columns: &[&Ident]) -> Vec<String> {
    let mut update = sql().kw("EXPLAIN UPDATE").table(table).kw("SET");
    for (i, column) in columns.iter().enumerate() {
        update = if i > 0 { update.close(",") } else { update }.ident(column).kw("=").ident(column);
    }
    vec![
        sql().kw("EXPLAIN INSERT INTO").table(table).kw("DEFAULT VALUES").finish(),
        update.finish(),
        sql().kw("EXPLAIN DELETE FROM").table(table).finish(),
    ]
}
