//! Move and copy: a new table takes the rows and then the name of the old one, for the whole group at once.
//!
//! The steps are those that SQLite documents (sqlite.org/lang_altertable.html#otheralter). Foreign keys are off
//! outside the transaction, so that dropping the old table deletes nothing elsewhere, and what they say is compared
//! before and after. Columns are renamed first, in place, so that SQLite rewrites the views and triggers that name
//! them.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Enforcement, Expect, Hazard, Lowered, Statement, Way};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::AlterTable;
use limbeck_core::schema::{Constraint, ForeignKey, Schema, SchemaError, Table, mention};

use super::create_table::{counting_key, definition, rowid_column};
use super::options::table_options;
use super::{checks, index, native, sql};

const OWN: &str = "foreign keys of the table";
const OTHERS: &str = "foreign keys to the table";

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
    let columns = origins(op, start)?;
    let name = &start.name;
    let new = name.sibling(temporary_name(&name.name));
    let mut statements = renames(start, &columns);
    statements.extend(remember(start, after, before, &columns));
    statements.extend(prechecks(op, start, after, &columns));
    let made = definition(after, &new, &before.enums)?;
    statements.push(Statement::new(made, format!("make `{name}` anew: {reason}")));
    statements.push(copy(start, after, &new, &columns, before)?);
    statements.extend(keep_count(start, after, &new));
    let mut drop =
        Statement::new(sql().kw("DROP TABLE").table(name).finish(), format!("drop the old `{name}`"));
    for lost in lost_columns(start, &columns) {
        let values = format!("the values of `{}`", name.print_with_column(lost));
        drop = drop.hazard(Hazard::LosesData(values));
    }
    statements.push(drop);
    statements.extend(take_name(&new, name));
    for index in &after.indexes {
        statements.push(index::make(name, index, index::Existence::Strict)?);
    }
    if let Some(stored) = &start.stored {
        let trigger = |sql: &RawSql| Statement::new(sql.as_str(), format!("put back a trigger of `{name}`"));
        statements.extend(stored.triggers.iter().map(trigger));
    }
    statements.extend(compare(start, after, before));
    statements.extend(probes(start, after, before));
    let statements = statements.into_iter().map(|statement| statement.by(Way::MoveAndCopy)).collect();
    Ok(Lowered { statements, enforcement: Enforcement::Suspended })
}

/// Refuses to lose what the model does not hold.
fn check_held(start: &Table, before: &Schema) -> Result<(), Diagnostic> {
    let name = start.name.to_string();
    match &start.stored {
        // Raw SQL may have made triggers, or changed the table itself.
        None if !before.opaque.is_empty() => {
            Err(SchemaError::Opaque { name, causes: before.opaque.causes().to_vec() }.into())
        }
        Some(stored) if !stored.unheld.is_empty() => {
            let lost = stored.unheld.join(", ");
            let message = format!("making table `{name}` anew would lose {lost}");
            Err(Diagnostic::new(Code::WouldLose, message)
                .hint("make the change by hand with `execute`, and state its effect with `state = […]`"))
        }
        _ => Ok(()),
    }
}

/// A column of the new table, and where its values come from.
struct Origin {
    name: Ident,
    /// The column of the old table, under its old name; `None` for a new one.
    from: Option<Ident>,
    using: Option<RawSql>,
}

/// Follows each column through the actions.
fn origins(op: &AlterTable, start: &Table) -> Result<Vec<Origin>, Diagnostic> {
    let same = |name: &Ident| Origin { name: name.clone(), from: Some(name.clone()), using: None };
    let mut columns: Vec<Origin> = start.columns.iter().map(|column| same(&column.name)).collect();
    for action in &op.actions {
        match action {
            Action::AddColumn(add) if columns.iter().all(|column| column.name != add.column.name) => {
                columns.push(Origin { name: add.column.name.clone(), from: None, using: None });
            }
            Action::DropColumn(drop) => columns.retain(|column| column.name != drop.column),
            Action::RenameColumn(rename) => {
                for column in &mut columns {
                    if column.name == rename.column {
                        column.name = rename.to.clone();
                    }
                    if let Some(using) = &mut column.using {
                        *using = mention::rename(using, &rename.column, &rename.to);
                    }
                }
            }
            Action::AlterColumn(alter) => {
                for column in columns.iter_mut().filter(|column| column.name == alter.column) {
                    column.using = alter.using.clone().or(column.using.take());
                }
            }
            _ => {}
        }
    }
    Ok(columns)
}

fn lost_columns<'a>(start: &'a Table, columns: &'a [Origin]) -> impl Iterator<Item = &'a Ident> {
    let names = start.columns.iter().map(|column| &column.name);
    names.filter(|name| columns.iter().all(|column| column.from.as_ref() != Some(name)))
}

/// Renames columns of the old table in place. A column in the way of a new name steps aside first.
fn renames(start: &Table, columns: &[Origin]) -> Vec<Statement> {
    let mut names: Vec<Ident> = start.columns.iter().map(|column| column.name.clone()).collect();
    let mut now: Vec<Option<Ident>> = columns.iter().map(|column| column.from.clone()).collect();
    let mut statements = Vec::new();
    let alike = |a: &Ident, b: &Ident| a.as_str().eq_ignore_ascii_case(b.as_str());
    for i in 0..columns.len() {
        let (Some(from), to) = (now[i].clone(), &columns[i].name) else {
            continue;
        };
        if from == *to {
            continue;
        }
        if let Some(at) = names.iter().position(|name| alike(name, to) && *name != from) {
            let aside = names[at].with_affixes("_limbeck_old_", "");
            statements.push(native::rename_column(start, &names[at], &aside));
            now.iter_mut()
                .filter(|name| name.as_ref() == Some(&names[at]))
                .for_each(|name| *name = Some(aside.clone()));
            names[at] = aside;
        }
        statements.push(native::rename_column(start, &from, to));
        names.iter_mut().filter(|name| **name == from).for_each(|name| *name = to.clone());
        now[i] = Some(to.clone());
    }
    statements
}

/// Puts questions to the old rows whose answers SQLite would only give as a failure of the whole copy.
fn prechecks(op: &AlterTable, start: &Table, after: &Table, columns: &[Origin]) -> Vec<Statement> {
    let name = &start.name;
    // The old values are the new ones only where nothing makes others of them.
    let retyped = |name: &Ident| {
        op.actions.iter().any(|action| match action {
            Action::AlterColumn(alter) => {
                alter.column == *name && (alter.ty.is_some() || alter.using.is_some())
            }
            _ => false,
        })
    };
    let as_before = |name: &Ident| {
        columns.iter().any(|column| column.name == *name && column.from.is_some() && column.using.is_none())
            && !retyped(name)
    };
    let mut statements = Vec::new();
    for origin in columns {
        let Some(column) =
            after.column(&origin.name).filter(|column| !column.nullable && column.generated.is_none())
        else {
            continue;
        };
        match &origin.from {
            None if column.default.is_none() && !is_key(after, &column.name) => {
                statements.push(checks::no_rows(name, &column.name));
            }
            Some(from) if as_before(&origin.name) && start.column(from).is_some_and(|old| old.nullable) => {
                statements.push(checks::no_nulls(name, &column.name));
            }
            _ => {}
        }
    }
    for constraint in op.actions.iter().filter_map(Action::constraint) {
        let known = constraint.columns().into_iter().all(as_before);
        match &constraint {
            Constraint::Unique(unique) if known => statements.push(checks::distinct(name, &unique.columns)),
            Constraint::PrimaryKey(key) if known => statements.push(checks::distinct(name, &key.columns)),
            Constraint::Check(check) if after.constraints.contains(&constraint) => {
                let mentioned = |name: &Ident| mention::mentions(check.sql.as_str(), name);
                if after.columns.iter().all(|column| !mentioned(&column.name) || as_before(&column.name)) {
                    statements.push(checks::keeps_to(name, check));
                }
            }
            _ => {}
        }
    }
    statements
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
    after: &Table,
    new: &TableName,
    columns: &[Origin],
    before: &Schema,
) -> Result<Statement, Diagnostic> {
    let origin = |name: &Ident| columns.iter().find(|column| column.name == *name && column.from.is_some());
    let moved: Vec<&Origin> = (after.columns.iter())
        .filter(|column| column.generated.is_none())
        .filter_map(|column| origin(&column.name))
        .collect();
    let rowid = kept_rowid(start, after, &moved, before)?;
    let names = rowid.iter().chain(moved.iter().map(|origin| &origin.name));
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
            None => sql.ident(&origin.name),
        };
    }
    if first {
        return Ok(empty_copy(start, new));
    }
    let sql = sql.kw("FROM").table(&start.name);
    let mut statement =
        Statement::new(sql.finish(), "move the rows").hazard(Hazard::CopiesRows(start.name.clone()));
    statement.moves = Some(start.name.clone());
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
    if rowid.is_some_and(|column| moved.iter().any(|origin| origin.name == column.name)) {
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

/// Returns the foreign keys of the new table that the old one had.
fn kept_keys<'a>(start: &Table, after: &'a Table, columns: &[Origin]) -> Vec<&'a ForeignKey> {
    let renamed = |name: &Ident| {
        let origin = columns.iter().find(|column| column.from.as_ref() == Some(name));
        origin.map(|column| column.name.clone())
    };
    let old: Vec<(Option<Vec<Ident>>, &TableName)> = start
        .foreign_keys()
        .map(|key| (key.columns.iter().map(renamed).collect(), &key.references))
        .collect();
    let is_old = |key: &&ForeignKey| old.contains(&(Some(key.columns.clone()), &key.references));
    after.foreign_keys().filter(is_old).collect()
}

fn remember(start: &Table, after: &Table, before: &Schema, columns: &[Origin]) -> Vec<Statement> {
    let name = &start.name;
    let mut statements = Vec::new();
    if after.foreign_keys().next().is_some() {
        let kept = kept_keys(start, after, columns);
        let sql = checks::own_violations(name, Some(&kept));
        let why = format!("note which foreign keys of `{name}` are broken already");
        statements.push(Statement::new(sql, why).expecting(Expect::Remember(OWN)));
    }
    let others: Vec<&Table> = before.referring_tables(name).collect();
    if !others.is_empty() {
        let sql = checks::others_violations(name, &others);
        let why = format!("note which foreign keys to `{name}` are broken already");
        statements.push(Statement::new(sql, why).expecting(Expect::Remember(OTHERS)));
    }
    statements
}

fn compare(start: &Table, after: &Table, before: &Schema) -> Vec<Statement> {
    let name = &start.name;
    let same =
        |key, otherwise: String| Expect::AsRemembered { key, otherwise, code: Code::ForeignKeysBroken };
    let mut statements = Vec::new();
    if after.foreign_keys().next().is_some() {
        let otherwise = format!("rows of `{name}` would point at rows that are not there");
        let why = format!("check the foreign keys of `{name}`");
        let statement = Statement::new(checks::own_violations(name, None), why);
        statements.push(statement.expecting(same(OWN, otherwise)));
    }
    let others: Vec<&Table> = before.referring_tables(name).collect();
    if !others.is_empty() {
        let otherwise = format!("rows of other tables would point at rows of `{name}` that are not there");
        let why = format!("check the foreign keys to `{name}`");
        let statement = Statement::new(checks::others_violations(name, &others), why);
        statements.push(statement.expecting(same(OTHERS, otherwise)));
    }
    statements
}

/// Checks that views and triggers still fit the table.
fn probes(start: &Table, after: &Table, before: &Schema) -> Vec<Statement> {
    let why = "check that views and triggers still fit";
    let Some(stored) = &start.stored else {
        let reads =
            before.views.values().filter(|view| mention::mentions(view.sql.as_str(), &start.name.name));
        let probe = |name: &TableName| sql().kw("SELECT * FROM").table(name).kw("LIMIT 0").finish();
        return reads.map(|view| Statement::new(probe(&view.name), why)).collect();
    };
    let mut probes: Vec<Statement> =
        stored.probes.iter().map(|probe| Statement::new(probe.as_str(), why)).collect();
    if !stored.triggers.is_empty() {
        let columns: Vec<&Ident> = after
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| &column.name)
            .collect();
        probes.extend(
            trigger_probes(&start.name, &columns).into_iter().map(|probe| Statement::new(probe, why)),
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
